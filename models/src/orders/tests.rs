//! The order book by hand, against Erlang's loss formula, and what holds whatever happens.

use proptest::prelude::*;
use sim::{Calendar, Interval, Schedule, Simulation, Span, Streams, Time, World};

use super::account::Account;
use super::book::{Ended, Event, Fate, OrderBook, Own};
use super::offer::{GIGACYCLE, Offer, Terms};
use super::prover::{Ask, Group, Order, Segment, Spread, Strategy as Plan};
use super::{Fulfilment, Mechanism, Request, Rules};
use crate::market::ramp::Ramp;
use crate::work::WorkCurve;

/// A market to which requests come at given times.
struct Market {
    book: OrderBook,
    requests: Vec<Request>,
    ended: Vec<Ended>,
}

#[derive(Debug, Clone, Copy)]
enum Happening {
    Request(usize),
    Book(Event),
}

impl World for Market {
    type Event = Happening;

    fn handle(&mut self, event: Happening, calendar: &mut Calendar<Happening>) {
        let schedule = &mut calendar.scope(Happening::Book);
        match event {
            Happening::Request(at) => self.book.submit(self.requests[at], schedule),
            Happening::Book(event) => self.book.handle(event, schedule),
        }
        self.ended.extend(self.book.drain_ended());
    }
}

/// Runs a market until nothing happens any more: what became of the requests, in the order of their marks, and what every prover did.
fn run(rules: &Rules, groups: &[Group], own: Option<&Own>, requests: &[(f64, Request)]) -> (Vec<Ended>, Vec<Account>) {
    let book = OrderBook::new(rules, groups, own, &Streams::new(7, 0));
    let marked = (0..).zip(requests).map(|(mark, (_, request))| Request { mark, ..*request });
    let world = Market { book, requests: marked.collect(), ended: Vec::new() };
    let mut simulation = Simulation::new(world);
    for (at, (seconds, _)) in requests.iter().enumerate() {
        simulation.calendar.at(Time::from_secs_f64(*seconds), Happening::Request(at));
    }
    simulation.run_while(|_| true);
    let (now, mut world) = (simulation.calendar.now(), simulation.world);
    assert_eq!(world.book.waiting(), (0, 0), "everything has ended");
    for prover in &world.book.provers {
        assert!(
            prover.is_idle() && (prover.orders, prover.expected) == (0, 0) && prover.work.ready.is_empty(),
            "{prover:?}"
        );
        assert!(prover.at_risk_usd.abs() < 1e-6, "{prover:?}");
    }
    world.ended.sort_by_key(|ended| ended.request.mark);
    let accounts = world.book.accounts(now).map(|(_, account)| account).collect();
    (world.ended, accounts)
}

fn seconds(seconds: f64) -> Span {
    Span::from_secs_f64(seconds)
}

fn rules(mechanism: Mechanism) -> Rules {
    Rules {
        mechanism,
        burnt: 0.5,
        request_gas: 0.0,
        lock_gas: 0.0,
        fulfilment: Fulfilment::each(0.0),
        inclusion: Span::ZERO,
        gas_usd: 0.0,
    }
}

/// One prover that takes 10 s for 10⁹ cycles and asks 0.50 USD for them.
fn prover() -> Group {
    Group {
        name: "one".into(),
        count: 1,
        machines: 1,
        servers: 1,
        segment: Segment { cycles: None, work: WorkCurve::proportional(10.0 / GIGACYCLE) },
        last: WorkCurve::constant(0.0),
        varies: 0.0,
        failures: 0.0,
        spread: Spread::default(),
        ask: Ask::Stated(0.5),
        strategy: Plan {
            safety: 1.0,
            most_orders: 100,
            collateral_usd: 1e6,
            order: Order::FirstLocked,
            after_locks: false,
            batch: 1,
            age: Span::ZERO,
        },
        usd_per_month: 0.0,
    }
}

fn terms() -> Terms {
    let ramp = Ramp { least: 0.0, most: 1.0, period: seconds(60.0) };
    let offer = Offer {
        ramp_start: Span::ZERO,
        ramp,
        lock: seconds(100.0),
        timeout: seconds(200.0),
        collateral: 10.0,
        times_of: None,
    };
    offer.of_size(GIGACYCLE)
}

/// A request of 10⁹ cycles, from 0 to 1 USD in a minute.
fn request() -> Request {
    Request { class: 0, mark: 0, cycles: GIGACYCLE, terms: terms(), own: false }
}

fn told(ended: &[Ended]) -> Vec<(Fate, f64)> {
    ended.iter().map(|ended| (ended.fate, ended.at.as_secs_f64())).collect()
}

#[test]
fn a_dutch_auction_by_hand() {
    // The price reaches 0.50 USD after 30 s, and the proof takes 10 s.
    let (ended, accounts) = run(&rules(Mechanism::ReverseDutch), &[prover()], None, &[(5.0, request())]);
    assert_eq!(told(&ended), [(Fate::InTime, 45.0)]);
    assert_eq!(ended[0].locked, Some(Time::from_secs_f64(35.0)));
    assert_eq!((ended[0].price_usd, accounts[0].earned_usd, accounts[0].busy_s), (0.5, 0.5, 10.0));
    // Who asks 0.25 USD is first, and while it is busy the other one is.
    let cheap = Group { ask: Ask::Stated(0.25), strategy: Plan { most_orders: 1, ..prover().strategy }, ..prover() };
    let dear = Group { count: 1, ..prover() };
    let requests = [(0.0, request()), (9.0, request())];
    let (ended, accounts) = run(&rules(Mechanism::ReverseDutch), &[dear, cheap.clone()], None, &requests);
    // The cheap one is busy from 15 s to 25 s, and free again at the time at which it would take the second, 24 s, and a second more.
    assert_eq!(told(&ended), [(Fate::InTime, 25.0), (Fate::InTime, 35.0)]);
    assert!((ended[1].price_usd - 16.0 / 60.0).abs() < 1e-9, "{ended:?}");
    assert_eq!((accounts[0].locked, accounts[1].locked), (0, 2));
    // Nobody takes what never pays.
    let poor = Request { terms: Terms { ramp: Ramp { most: 0.2, ..terms().ramp }, ..terms() }, ..request() };
    let (ended, _) = run(&rules(Mechanism::ReverseDutch), &[cheap], None, &[(0.0, poor)]);
    assert_eq!((told(&ended), ended[0].locked), (vec![(Fate::Unlocked, 100.0)], None));
}

#[test]
fn what_nobody_would_ever_take_is_not_looked_through_and_ends_unlocked() {
    // One that pays too little, one that leaves too little time, and one that is taken when its price is right.
    let cheap = Terms { ramp: Ramp { most: 0.1, ..terms().ramp }, ..terms() };
    let hasty = Terms { lock: seconds(9.0), timeout: seconds(9.0), ..terms() };
    let all = [cheap, hasty, terms()].map(|terms| Request { terms, ..request() });
    let rules = rules(Mechanism::ReverseDutch);
    let mut world = Market {
        book: OrderBook::new(&rules, &[prover()], None, &Streams::new(7, 0)),
        requests: all.to_vec(),
        ended: Vec::new(),
    };
    let mut calendar = Calendar::new();
    (0..all.len()).for_each(|at| world.handle(Happening::Request(at), &mut calendar));
    assert_eq!((world.book.open.len(), world.book.waiting()), (1, (3, 0)));
    let (ended, _) = run(&rules, &[prover()], None, &all.map(|request| (0.0, request)));
    let fates: Vec<Fate> = ended.iter().map(|ended| ended.fate).collect();
    assert_eq!(fates, [Fate::Unlocked, Fate::Unlocked, Fate::InTime]);
}

#[test]
fn who_dares_too_much_loses_its_collateral_to_who_stands_in() {
    // It takes 80 s and dares a tenth: the second order cannot be there in time.
    let slow = |safety: f64| Group {
        segment: Segment { cycles: None, work: WorkCurve::proportional(80.0 / GIGACYCLE) },
        ask: Ask::Stated(0.0),
        strategy: Plan { safety, ..prover().strategy },
        ..prover()
    };
    let helper = Group { strategy: Plan { after_locks: true, ..prover().strategy }, ask: Ask::Stated(2.0), ..prover() };
    let two = [(0.0, request()), (0.0, request())];
    let (ended, accounts) = run(&rules(Mechanism::ReverseDutch), &[slow(0.1), helper.clone()], None, &two);
    // The second lock passes at 100 s: half of 10 USD is burnt, and the helper, who asks for 2, has the other half 10 s later.
    assert_eq!(told(&ended), [(Fate::InTime, 80.0), (Fate::Late, 110.0)]);
    assert_eq!((accounts[0].lost_usd, accounts[0].passed, accounts[1].rewards_usd), (10.0, 1, 5.0));
    assert_eq!(ended[1].price_usd, 0.0);
    // Without the helper it is missed; a careful prover leaves it to others.
    let (ended, accounts) = run(&rules(Mechanism::ReverseDutch), &[slow(0.1)], None, &two);
    assert_eq!((told(&ended)[1], accounts[0].lost_usd), ((Fate::Missed, 200.0), 10.0));
    let (ended, accounts) = run(&rules(Mechanism::ReverseDutch), &[slow(1.0)], None, &two);
    assert_eq!((told(&ended)[1], accounts[0].lost_usd), ((Fate::Unlocked, 100.0), 0.0));
}

#[test]
fn collateral_and_room_bound_what_is_locked() {
    let with = |strategy: Plan| Group { ask: Ask::Stated(0.0), strategy, ..prover() };
    let three = [(0.0, request()), (0.0, request()), (0.0, request())];
    let fates = |strategy: Plan| {
        let (ended, _) = run(&rules(Mechanism::ReverseDutch), &[with(strategy)], None, &three);
        ended.iter().map(|ended| ended.locked.map(|at| at.as_secs_f64())).collect::<Vec<_>>()
    };
    assert_eq!(fates(prover().strategy), [Some(0.0), Some(0.0), Some(0.0)]);
    // One at a time: the next is locked when a proof is there.
    let one = Plan { most_orders: 1, ..prover().strategy };
    assert_eq!(fates(one), [Some(0.0), Some(10.0), Some(20.0)]);
    // Collateral for two locks.
    let two = Plan { collateral_usd: 20.0, ..prover().strategy };
    assert_eq!(fates(two), [Some(0.0), Some(0.0), Some(10.0)]);
}

#[test]
fn the_other_mechanisms_by_hand() {
    let asks = |usd: f64| Group { ask: Ask::Stated(usd), ..prover() };
    let groups = [asks(0.7), asks(0.3), asks(0.5)];
    let requests: Vec<(f64, Request)> = (0..6).map(|at| (50.0 * f64::from(at), request())).collect();
    let sealed = Mechanism::SealedBid { bidding: seconds(3.0) };
    let (ended, accounts) = run(&rules(sealed), &groups, None, &requests);
    assert_eq!(told(&ended)[0], (Fate::InTime, 13.0));
    assert!(ended.iter().all(|ended| ended.price_usd == 0.3));
    assert_eq!(accounts[1].locked, 6);
    // By turn at the highest price; whose ask is higher than that has no turn.
    let (ended, accounts) = run(&rules(Mechanism::RoundRobin), &[asks(0.7), asks(1.5), asks(0.5)], None, &requests);
    assert!(ended.iter().all(|ended| ended.price_usd == 1.0));
    assert_eq!(accounts.iter().map(|account| account.locked).collect::<Vec<_>>(), [3, 0, 3]);
    // By lot, in proportion to speed.
    let fast = Group { segment: Segment { cycles: None, work: WorkCurve::proportional(2.5 / GIGACYCLE) }, ..prover() };
    let many: Vec<(f64, Request)> = (0..2_000).map(|at| (20.0 * f64::from(at), request())).collect();
    let (_, accounts) = run(&rules(Mechanism::Lottery), &[prover(), fast], None, &many);
    let share = accounts[1].locked as f64 / 2_000.0;
    assert!((share - 0.8).abs() < 4.0 * (0.8 * 0.2 / 2_000.0f64).sqrt(), "{share}");
}

#[test]
fn orders_go_in_the_order_of_the_strategy() {
    let ends = |order: Order| {
        let group = Group { ask: Ask::Stated(0.0), strategy: Plan { order, ..prover().strategy }, ..prover() };
        let with = |lock: f64, collateral_usd: f64| {
            (0.0, Request { terms: Terms { lock: seconds(lock), collateral_usd, ..terms() }, ..request() })
        };
        let requests = [with(100.0, 1.0), with(90.0, 2.0), with(80.0, 1.0), with(70.0, 3.0)];
        let (ended, _) = run(&rules(Mechanism::ReverseDutch), &[group], None, &requests);
        ended.iter().map(|ended| ended.at.as_secs_f64()).collect::<Vec<_>>()
    };
    // The first is begun before the others are there.
    assert_eq!(ends(Order::FirstLocked), [10.0, 20.0, 30.0, 40.0]);
    assert_eq!(ends(Order::EarliestDeadline), [10.0, 40.0, 30.0, 20.0]);
    assert_eq!(ends(Order::LargestCollateral), [10.0, 30.0, 40.0, 20.0]);
}

#[test]
fn proofs_are_delivered_together() {
    let strategy = Plan { batch: 2, age: seconds(15.0), ..prover().strategy };
    let group = Group { ask: Ask::Stated(0.0), strategy, ..prover() };
    let fulfilment = Fulfilment { points: vec![(1.0, 140.0), (2.0, 200.0)] };
    let rules = Rules { lock_gas: 50.0, fulfilment, inclusion: seconds(2.0), ..rules(Mechanism::ReverseDutch) };
    // Ready at 10, 20 and 30 s: two together at 20, and the third when it has waited for 15 s.
    let three = [(0.0, request()), (0.0, request()), (0.0, request())];
    let (ended, accounts) = run(&rules, &[group], None, &three);
    assert_eq!(told(&ended).iter().map(|it| it.1).collect::<Vec<_>>(), [22.0, 22.0, 47.0]);
    assert_eq!(accounts[0].gas, 3.0 * 50.0 + 200.0 + 140.0);
}

#[test]
fn own_machines_come_first_and_the_rest_overflows() {
    let own = |overflow: bool| Own { group: Group { name: "own".into(), ..prover() }, overflow };
    let mine = Request { own: true, ..request() };
    let twelve: Vec<(f64, Request)> = (0..12).map(|_| (0.0, mine)).collect();
    // In 100 s ten proofs are made; two are bought.
    let (ended, accounts) = run(&rules(Mechanism::ReverseDutch), &[prover()], Some(&own(true)), &twelve);
    assert_eq!(ended.iter().filter(|ended| ended.own).count(), 10);
    assert_eq!((accounts[0].delivered, accounts[1].delivered), (2, 10));
    assert!(ended.iter().all(|ended| ended.fate == Fate::InTime && (ended.price_usd == 0.0) == ended.own));
    let (ended, accounts) = run(&rules(Mechanism::ReverseDutch), &[prover()], Some(&own(false)), &twelve);
    assert_eq!((accounts[0].delivered, told(&ended)[11]), (0, (Fate::Late, 120.0)));
}

#[test]
fn a_market_without_queues_loses_what_erlang_says() {
    // 5 provers that take 10 s and lock one order at a time, for which there are 10 s: who comes while all are busy is lost. The loss
    // formula holds for any service time.
    let (provers, load) = (5u64, 4.0);
    let plan = Plan { most_orders: 1, ..prover().strategy };
    let group = Group { count: provers, ask: Ask::Stated(0.0), strategy: plan, ..prover() };
    let lost: Vec<f64> = (0..20)
        .map(|replication| {
            let mut stream = Streams::new(3, replication).stream("requests");
            let mut at = 0.0;
            let requests: Vec<(f64, Request)> = (0..20_000)
                .map(|_| {
                    at += stream.exponential(10.0 / load);
                    (
                        at,
                        Request {
                            terms: Terms { lock: seconds(10.0), timeout: seconds(10.0), ..terms() },
                            ..request()
                        },
                    )
                })
                .collect();
            let (ended, _) = run(&rules(Mechanism::ReverseDutch), std::slice::from_ref(&group), None, &requests);
            ended.iter().filter(|ended| ended.fate == Fate::Unlocked).count() as f64 / ended.len() as f64
        })
        .collect();
    // B(0) = 1, B(n) = a B(n−1) / (n + a B(n−1)).
    let erlang = (1..=provers).fold(1.0, |b, n| load * b / (n as f64 + load * b));
    let lost = Interval::of(&lost, 0.999).expect("many runs");
    assert!(lost.contains(erlang) && lost.relative_half_width() < 0.05, "{lost:?} {erlang}");
}

fn any_group() -> impl Strategy<Value = Group> {
    let times = (1..4u64, 1.0..60.0f64, 0.0..0.5f64, 0.0..0.3f64);
    let asks = (0.0..1.2f64, 0.0..0.5f64);
    let plan = (0.2..2.0f64, 1..5u64, 5.0..50.0f64, 0..3usize, any::<bool>(), 1..4u64);
    (times, asks, plan).prop_map(|((count, mean_s, varies, failures), (ask, spread), plan)| {
        let (safety, most_orders, collateral_usd, order, after_locks, batch) = plan;
        let order = [Order::FirstLocked, Order::EarliestDeadline, Order::LargestCollateral][order];
        let age = seconds(7.0);
        Group {
            name: "any".into(),
            count,
            segment: Segment { cycles: None, work: WorkCurve::proportional(mean_s / GIGACYCLE) },
            varies,
            failures,
            spread: Spread { time: spread, ask: spread },
            ask: Ask::Stated(ask),
            strategy: Plan { safety, most_orders, collateral_usd, order, after_locks, batch, age },
            ..prover()
        }
    })
}

fn any_mechanism() -> impl Strategy<Value = Mechanism> {
    prop_oneof![
        Just(Mechanism::ReverseDutch),
        (0.0..20.0f64).prop_map(|bidding| Mechanism::SealedBid { bidding: seconds(bidding) }),
        Just(Mechanism::RoundRobin),
        Just(Mechanism::Lottery),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Every request ends once; what requesters pay is what provers earn; collateral that is lost is burnt, given on, or nobody's.
    #[test]
    fn nothing_is_lost(
        groups in prop::collection::vec(any_group(), 1..4),
        mechanism in any_mechanism(),
        inclusion in 0.0..5.0f64,
        has_own in any::<bool>(),
        requests in prop::collection::vec((0.0..600.0f64, 0.1..3.0f64, any::<bool>(), 0.0..1.0f64), 1..60),
    ) {
        let rules = Rules { inclusion: seconds(inclusion), lock_gas: 1.0, ..rules(mechanism) };
        let own = Own { group: Group { name: "own".into(), ..prover() }, overflow: true };
        let requests: Vec<(f64, Request)> = requests.iter().map(|(at, size, own, timeout)| {
            let timeout = seconds(100.0 + 200.0 * timeout);
            (*at, Request { cycles: size * GIGACYCLE, own: *own, terms: Terms { timeout, ..terms() }, ..request() })
        }).collect();
        let (ended, accounts) = run(&rules, &groups, has_own.then_some(&own), &requests);
        prop_assert_eq!(ended.len(), requests.len());
        prop_assert!((0..).zip(&ended).all(|(mark, ended)| ended.request.mark == mark), "each once");
        let all = accounts.iter().fold(Account::default(), |sum, account| sum.plus(account));
        let paid: f64 = ended.iter().map(|ended| ended.price_usd).sum();
        prop_assert!((paid - all.earned_usd).abs() < 1e-6);
        let of = |fate: Fate| ended.iter().filter(|it| it.fate == fate && !it.own).count() as f64;
        let collateral_usd = terms().collateral_usd;
        prop_assert!((all.lost_usd - (of(Fate::Late) + of(Fate::Missed)) * collateral_usd).abs() < 1e-6);
        prop_assert!((all.rewards_usd - of(Fate::Late) * collateral_usd * 0.5).abs() < 1e-6);
        prop_assert_eq!(all.locked as f64, of(Fate::InTime) + of(Fate::Late) + of(Fate::Missed));
        prop_assert!(all.vain_s <= all.busy_s + 1e-6);
        for it in &ended {
            let (since, terms) = (it.at - it.made, &it.request.terms);
            match it.fate {
                Fate::InTime => prop_assert!(since <= terms.lock),
                Fate::Late => prop_assert!(terms.lock <= since && since <= terms.timeout),
                Fate::Missed => prop_assert!(since >= terms.timeout || it.own),
                Fate::Unlocked => prop_assert!(since == terms.lock && it.locked.is_none()),
            }
            prop_assert!(it.price_usd <= terms.ramp.most + 1e-9);
        }
    }
}
