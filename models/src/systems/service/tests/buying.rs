//! Proofs that are bought: as long and as dear as the market says, and no request is lost there.

use super::*;
use crate::market::ramp::Ramp;
use crate::orders::buyer::Bought;
use crate::orders::outsourced::{MARKET, Outsourced};
use crate::orders::prover::{Segment, Spread as Differs};
use crate::orders::{Ask, Fulfilment, Group, Mechanism, Offer, Order, Rules, Strategy};
use crate::system::System as _;
use crate::systems::service::capacity::{beside, bought_usd, give, size, stages};

/// So many provers that take 30 s for a proof and ask $0.50 of at most $1 for 10⁹ cycles, which is offered after a minute.
fn market(count: u64, failures: f64) -> Outsourced {
    let seconds = Span::from_secs;
    let group = Group {
        name: "sellers".into(),
        count,
        machines: 1,
        servers: 1,
        segment: Segment { cycles: None, work: WorkCurve::constant(30.0) },
        last: WorkCurve::constant(0.0),
        varies: 0.0,
        failures,
        spread: Differs::default(),
        ask: Ask::Stated(0.5),
        strategy: Strategy {
            safety: 1.0,
            most_orders: 5,
            collateral_usd: 1e9,
            order: Order::EarliestDeadline,
            after_locks: false,
            batch: 1,
            age: Span::ZERO,
        },
        usd_per_month: 0.0,
    };
    let ramp = Ramp { least: 0.0, most: 1.0, period: seconds(60) };
    Outsourced {
        overflow: None,
        offer: Offer {
            ramp_start: Span::ZERO,
            ramp,
            lock: seconds(90),
            timeout: seconds(120),
            collateral: 10.0,
            times_of: None,
        },
        rules: Rules {
            mechanism: Mechanism::ReverseDutch,
            burnt: 0.5,
            request_gas: 0.0,
            lock_gas: 0.0,
            fulfilment: Fulfilment::each(0.0),
            inclusion: seconds(2),
            gas_usd: 0.0,
        },
        groups: vec![group],
        others: None,
    }
}

/// A request every ten seconds, whose proof of 2 · 10⁹ cycles is bought.
fn buying(market: Outsourced) -> Service {
    let mut system = queue(servers(1, NO_LIMIT), 0.1, (1.0, Spread::None));
    system.steps[0] =
        Step { purchase: Some(Purchase { market, cycles: 1e9 }), ..step("prove", 0.0, Spread::None, Place::Market) };
    system.classes[0].size = 2.0;
    system
}

/// The same with one machine of 20 s a request, from which goes to the market who would be of this number in its queue.
fn overflowing(overflow: u64, failures: f64) -> Service {
    let mut system = buying(Outsourced { overflow: Some(overflow), ..market(50, failures) });
    system.steps[0] = Step {
        purchase: system.steps[0].purchase.take(),
        ..step("prove", 20.0, Spread::Exponential, pool(servers(1, NO_LIMIT)))
    };
    system
}

#[test]
fn a_bought_proof_takes_and_costs_what_the_market_says() {
    let system = buying(market(50, 0.0));
    let outcomes = runs(&system, horizon(7_200.0));
    for outcome in &outcomes {
        // The price reaches the ask after 30 s, the proof takes 30 s, and is there 2 s later: as if there were servers without end.
        let (mean, most) = (outcome.sojourn.mean(), outcome.sojourn.quantile(1.0));
        assert!(mean.zip(most).is_some_and(|(mean, most)| (mean - 62.0).abs() < 0.5 && (most - 62.0).abs() < 1.0));
        let bought = outcome.bought.expect("proofs are bought");
        assert!(bought.again == 0 && (bought.usd - bought.proofs as f64).abs() < 1e-6, "$1 each: {bought:?}");
        assert_eq!((outcome.work_s, outcome.counts.completed), (0.0, outcome.counts.offered));
        // 62 s of each of them are on the market: what was bought in the measured time is what ended in it.
        assert_eq!(bought.proofs, outcome.answers);
    }
    // 730 hours of a request every ten seconds.
    assert!((bought_usd(&system, horizon(7_200.0)) / 262_800.0 - 1.0).abs() < 1e-9);
    let paid = interval(&outcomes, 0.1, |outcome| Service::used(outcome)[0].1);
    assert!(paid.low < 262_800.0 && 262_800.0 < paid.high, "{paid:?}");
    // Fifty provers of 30 s.
    let all = stages(&system, horizon(7_200.0));
    assert!(all.len() == 1 && all[0].name == MARKET && (all[0].capacity - 50.0 / 30.0).abs() < 1e-9, "{all:?}");
}

#[test]
fn clients_of_a_loop_wait_for_the_market_too() {
    let mut system = buying(market(50, 0.0));
    (system.load, system.clients.number) = (Load::Closed { think: Span::from_secs(38) }, 10);
    // Ten clients who think 38 s and wait 62 s.
    assert!((capacity::offered_per_s(&system, horizon(1_000.0)) - 0.1).abs() < 1e-9);
    let goodput = interval(&runs(&system, horizon(7_200.0)), 0.1, Outcome::goodput_per_s);
    assert!(goodput.low < 0.1 && 0.1 < goodput.high, "{goodput:?}");
}

#[test]
fn every_request_ends_once_whatever_happens_on_the_market() {
    let retries = Retries {
        attempts: 3,
        base: Span::from_secs(5),
        cap: Span::from_secs(20),
        jitter: 0.5,
        patience: Some(Span::from_secs(300)),
        budget: None,
    };
    let (mut again, mut timed_out) = (0, 0);
    for after_s in [40, 70, 200] {
        for cancels in [false, true] {
            for failures in [0.0, 0.6] {
                for mut system in [buying(market(5, failures)), overflowing(1, failures), overflowing(3, failures)] {
                    system.clients.retries = Some(retries);
                    system.clients.time_out = Some(TimeOut { after: Span::from_secs(after_s), cancels });
                    // `runs` holds that requests are conserved.
                    for outcome in runs(&system, horizon(3_600.0)) {
                        let bought = outcome.bought.expect("proofs are bought");
                        again += bought.again;
                        timed_out += outcome.counts.timed_out;
                        assert_eq!(outcome.counts.in_flight, 0, "everybody gives up sometime");
                        // Whoever is called off leaves room on own machines.
                        let own = matches!(system.steps[0].place, Place::Pool(_));
                        assert!(!own || outcome.steps[0].utilization > 0.3, "{}", outcome.steps[0].utilization);
                        assert!(
                            after_s > 62 || outcome.steps[0].service.quantile(0.0).is_none_or(|least| least < 62.5)
                        );
                    }
                }
            }
        }
    }
    assert!(again > 1_000 && timed_out > 1_000, "{again} {timed_out}");
}

#[test]
fn what_ends_without_a_proof_is_asked_for_again_until_nobody_waits() {
    // Half of the proofs are of no use, and a lock passes before another is made.
    let all = runs(&buying(market(500, 0.5)), horizon(7_200.0));
    let sum = |outcomes: &[Outcome], of: fn(Bought) -> u64| -> u64 {
        outcomes.iter().filter_map(|outcome| outcome.bought).map(of).sum()
    };
    let again = sum(&all, |bought| bought.again);
    assert!(again > 1_000 && all.iter().all(|outcome| outcome.counts.completed == outcome.counts.offered), "{again}");
    // Clients who wait for as long as one request on the market lasts ask for nothing again.
    let mut system = buying(market(500, 0.5));
    system.clients.time_out = Some(TimeOut { after: Span::from_secs(110), cancels: false });
    let once = runs(&system, horizon(7_200.0));
    let most = once.iter().filter_map(|outcome| outcome.sojourn.quantile(1.0)).fold(0.0, f64::max);
    let asked = sum(&once, |bought| bought.proofs + bought.again);
    let offered: u64 = once.iter().map(|outcome| outcome.counts.offered).sum();
    assert!(most < 111.0 && asked.abs_diff(offered) < offered / 20, "{most} {asked} {offered}");
}

#[test]
fn what_nobody_ever_proves_has_failed() {
    let mut market = market(50, 0.0);
    market.offer.ramp.most = 0.1;
    let mut system = buying(market);
    for outcome in runs(&system, horizon(3_600.0)) {
        assert_eq!((outcome.counts.failed, outcome.error_rate()), (outcome.counts.offered, Some(1.0)));
        assert!(outcome.bought.is_some_and(|bought| bought.proofs == 0 && bought.again > 1_000));
    }
    // Clients who do not wait for ever have left before.
    system.clients.time_out = Some(TimeOut { after: Span::from_secs(600), cancels: true });
    assert!(runs(&system, horizon(3_600.0)).iter().all(|outcome| outcome.counts.timed_out == outcome.counts.offered));
}

#[test]
fn what_own_machines_have_no_time_for_is_bought() {
    let bought = |system: &Service| {
        let outcomes = runs(system, horizon(36_000.0));
        outcomes.iter().filter_map(|outcome| outcome.bought).map(|it| it.proofs).sum::<u64>()
    };
    // Erlang's loss of one server at two erlangs: 2/3 of the requests.
    let system = overflowing(1, 0.0);
    let outcomes = runs(&system, horizon(36_000.0));
    let share = interval(&outcomes, 0.1, |outcome| {
        outcome.bought.map_or(0.0, |it| it.proofs as f64) / outcome.counts.offered as f64
    });
    assert!(share.low < 2.0 / 3.0 && 2.0 / 3.0 < share.high, "{share:?}");
    assert!(outcomes.iter().all(|outcome| outcome.steps[0].queue_depth < 1e-6), "nobody waits");
    assert!(bought(&overflowing(4, 0.0)) < bought(&system));
    // Without a machine all is bought, and the bill at an even load is between both.
    let mut none = system.clone();
    give(&mut none, "prove", 0);
    assert!(runs(&none, horizon(3_600.0)).iter().all(|outcome| outcome.work_s == 0.0 && outcome.bought.is_some()));
    let (some_usd, all_usd) = (bought_usd(&system, horizon(36_000.0)), bought_usd(&none, horizon(36_000.0)));
    assert!((some_usd / all_usd - 0.5).abs() < 1e-9, "one machine carries half: {some_usd} {all_usd}");
    // Machines that carry all stand beside the market, and are sized for that.
    let mut sized = system.clone();
    size(&mut sized, horizon(36_000.0), 0.8);
    let [own] = &beside(&sized, horizon(36_000.0))[..] else { panic!("it has machines of its own") };
    assert!(own.pool == "prove" && own.utilization < 0.8 && stages(&sized, horizon(36_000.0)).len() == 1, "{own:?}");
    assert_eq!(sized.servers(&sized.steps[0]).count, 3);
}
