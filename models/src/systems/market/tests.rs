//! A market against closed forms, and what more supply and better offers do.

use sim::{Interval, Span, Streams};

use super::outcome::Outcome;
use super::{Asker, Market, capacity, run};
use crate::fleet::HOURS_PER_MONTH;
use crate::horizon::Horizon;
use crate::market::ramp::Ramp;
use crate::orders::book::Own;
use crate::orders::demand::{Class, Demand};
use crate::orders::offer::GIGACYCLE;
use crate::orders::prover::{Segment, Spread};
use crate::orders::{Ask, Fulfilment, Group, Mechanism, Offer, Order, Rules, Strategy};
use crate::profile::Profile;
use crate::work::WorkCurve;

const HORIZON: Horizon = Horizon { warm_up_s: 3_600.0, measured_s: 86_400.0 };

fn group(name: &str, count: u64, seconds: f64, ask: f64) -> Group {
    Group {
        name: name.into(),
        count,
        machines: 1,
        servers: 1,
        segment: Segment { cycles: None, work: WorkCurve::proportional(seconds / GIGACYCLE) },
        last: WorkCurve::constant(0.0),
        varies: 0.0,
        failures: 0.0,
        spread: Spread::default(),
        ask: Ask::Stated(ask),
        strategy: Strategy {
            safety: 1.0,
            most_orders: 1,
            collateral_usd: 1e9,
            order: Order::EarliestDeadline,
            after_locks: true,
            batch: 1,
            age: Span::ZERO,
        },
        usd_per_month: 730.0,
    }
}

fn demand(per_s: f64) -> Demand {
    let ramp = Ramp { least: 0.0, most: 1.0, period: Span::from_secs(60) };
    let (lock, timeout) = (Span::from_secs(600), Span::from_secs(1_200));
    let offer = Offer { ramp_start: Span::ZERO, ramp, lock, timeout, collateral: 10.0, times_of: None };
    let class = Class { name: "proofs".into(), share: 1.0, cycles: GIGACYCLE, spread: 0.0, offer };
    Demand { per_s, profile: Profile::default(), classes: vec![class] }
}

fn market(per_s: f64, groups: Vec<Group>) -> Market {
    Market {
        demand: demand(per_s),
        others: None,
        rules: Rules {
            mechanism: Mechanism::ReverseDutch,
            burnt: 0.5,
            request_gas: 0.0,
            lock_gas: 0.0,
            fulfilment: Fulfilment::each(0.0),
            inclusion: Span::ZERO,
            gas_usd: 0.0,
        },
        groups,
        asker: Asker::Requester { own: None },
    }
}

fn runs(system: &Market, replications: u32) -> Vec<Outcome> {
    (0..replications).map(|replication| run(system, HORIZON, &Streams::new(5, replication))).collect()
}

fn interval(outcomes: &[Outcome], of: impl Fn(&Outcome) -> f64) -> Interval {
    Interval::of(&outcomes.iter().map(of).collect::<Vec<_>>(), 0.999).expect("several runs")
}

#[test]
fn supply_meets_demand_by_hand() {
    // 10 provers carry 1/s at 0.20 USD, 30 carry 3/s at 0.60; 2.5/s are asked for.
    let system =
        market(2.5, vec![group("dear", 30, 10.0, 0.6), group("cheap", 10, 10.0, 0.2), group("never", 9, 1.0, 1.5)]);
    let order: Vec<(usize, f64)> = system.merit_order().iter().map(|one| (one.group, one.gets_per_s)).collect();
    assert_eq!(order, [(1, 1.0), (0, 1.5)]);
    // In a Dutch auction the dearest that are needed make the price; sealed bids pay what each asks: 1 × 0.20 and 1.5 × 0.60 are 0.44.
    assert_eq!(system.expected_price_usd(), Some((0.6, 1.0)));
    let by_month = 2.5 * HOURS_PER_MONTH * 3_600.0;
    assert!((system.expected_charges().bought_usd - 0.6 * by_month).abs() < 1e-6 * by_month);
    let mut sealed = system.clone();
    sealed.rules.mechanism = Mechanism::SealedBid { bidding: Span::ZERO };
    assert!((sealed.expected_price_usd().expect("some are cheap enough").0 - 0.44).abs() < 1e-12);
    // The market carries 4/s; those who ask too much carry nothing.
    let stage = &capacity::stages(&system)[0];
    assert!((stage.capacity - 4.0).abs() < 1e-9 && (stage.utilization - 0.625).abs() < 1e-9, "{stage:?}");
    // Where 8/s are asked for, half of them are locked.
    let short = Market { demand: demand(8.0), ..system };
    assert_eq!(short.expected_price_usd(), Some((1.0, 0.5)));
}

#[test]
fn in_a_large_market_prices_are_those_of_the_merit_order() {
    // Chance makes cheap provers rest and dear ones work for a moment, the less the larger the market is.
    let horizon = Horizon { warm_up_s: 600.0, measured_s: 3_600.0 };
    for mechanism in [Mechanism::ReverseDutch, Mechanism::SealedBid { bidding: Span::from_secs(1) }] {
        let mut system = market(10.0, vec![group("cheap", 40, 10.0, 0.2), group("dear", 120, 10.0, 0.6)]);
        system.rules.mechanism = mechanism;
        let (expected, _) = system.expected_price_usd().expect("it is carried");
        let outcome = run(&system, horizon, &Streams::new(5, 0));
        let price = outcome.requests.paid_usd / outcome.requests.counts.paid as f64;
        assert!((price / expected - 1.0).abs() < 0.03, "{mechanism:?}: {price} {expected}");
        assert!(outcome.groups[0].busy > 0.95, "cheap provers hardly ever rest: {:?}", outcome.groups[0]);
    }
}

#[test]
fn own_machines_wait_as_pollaczek_and_khinchine_say() {
    let mut system = market(0.08, Vec::new());
    let own = Own { group: group("mine", 1, 10.0, 0.0), overflow: false };
    system.asker = Asker::Requester { own: Some(Box::new(own)) };
    // M/D/1 at 80 %: 10 + 0.8 × 10 / (2 × 0.2) = 30 s.
    let mean = interval(&runs(&system, 30), |it| it.requests.fulfilment.mean().expect("many"));
    assert!(mean.contains(30.0) && mean.relative_half_width() < 0.1, "{mean:?}");
    // A proof of 1,000 segments of 10 ms, twelve times a second: 80 % leave it 66.7 ms, six rounds, for which 167 machines are enough.
    let mut large = Market { demand: demand(12.0), ..system.clone() };
    let own = large.own().expect("there are some").clone();
    let segments = Group { segment: Segment { cycles: Some(GIGACYCLE / 1_000.0), ..own.group.segment }, ..own.group };
    large.asker = Asker::Requester { own: Some(Box::new(Own { group: segments, overflow: false })) };
    assert!(capacity::size(&mut large, 0.8));
    assert_eq!(large.mine().map(|mine| mine.machines), Some(167));
}

#[test]
fn every_request_ends_and_money_is_kept_together() {
    let risky = Group { varies: 0.3, failures: 0.05, ..group("risky", 5, 100.0, 0.1) };
    let risky = Group { strategy: Strategy { safety: 0.4, most_orders: 9, ..risky.strategy }, ..risky };
    let mut system = market(0.04, vec![risky, group("careful", 3, 60.0, 0.5)]);
    system.others = Some(Demand { per_s: 0.02, ..demand(1.0) });
    for outcome in runs(&system, 5) {
        for requests in [&outcome.requests, &outcome.market] {
            let counts = &requests.counts;
            assert_eq!(counts.made, counts.in_time + counts.late + counts.missed + counts.unlocked);
            assert_eq!(counts.in_time, counts.paid);
        }
        assert!(outcome.market.counts.made > outcome.requests.counts.made);
        assert!(outcome.groups[0].lost_usd > 0.0 && outcome.groups[0].passed > 0.0, "who dares loses: {outcome:?}");
        for group in &outcome.groups {
            let [mean, low, high] = group.profit_usd;
            assert!(low <= mean + 1e-9 && mean <= high + 1e-9);
            assert!((mean - (group.income_usd - group.machines_usd - group.lost_usd)).abs() < 1e-6, "there is no gas");
        }
    }
}

#[test]
fn a_better_offer_and_more_provers_never_hurt_a_requester() {
    let unserved = |most: f64, count: u64| {
        let mut system = market(0.1, vec![group("cheap", 4, 20.0, 0.2), group("dear", count, 20.0, 0.8)]);
        system.demand.classes[0].offer.ramp.most = most;
        let outcomes = runs(&system, 5);
        outcomes.iter().map(|it| it.requests.counts.missed + it.requests.counts.unlocked).sum::<u64>()
    };
    let of_offers = [0.1, 0.3, 1.0].map(|most| unserved(most, 2));
    assert!(of_offers.is_sorted_by(|a, b| a >= b) && of_offers[0] > of_offers[2], "{of_offers:?}");
    let of_provers = [1, 2, 8].map(|count| unserved(1.0, count));
    assert!(of_provers.is_sorted_by(|a, b| a >= b), "{of_provers:?}");
}

#[test]
fn the_asking_prover_is_told_what_it_earns() {
    let mut system = market(0.02, vec![group("others", 3, 60.0, 0.5), group("mine", 1, 40.0, 0.2)]);
    system.asker = Asker::Prover(1);
    let outcome = &runs(&system, 1)[0];
    let mine = &outcome.groups[1];
    assert!((outcome.income_usd.expect("a prover asks") - mine.income_usd).abs() < 1e-9);
    // It asks 0.20 USD and is first wherever it can be; what it finds when it is free again has become dearer, up to what others ask.
    let price = mine.income_usd / mine.delivered;
    assert!(0.2 < price && price < 0.5, "{mine:?}");
    assert!((mine.break_even_usd.expect("it delivers") - 730.0 / mine.delivered).abs() < 1e-6);
    // What others do does not change with who asks.
    system.asker = Asker::Requester { own: None };
    assert_eq!(runs(&system, 1)[0].groups, outcome.groups);
}
