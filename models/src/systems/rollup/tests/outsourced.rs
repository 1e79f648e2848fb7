//! Proofs that are bought: as long and as dear as the market says, and none is lost there.

use super::*;
use crate::market::ramp::Ramp;
use crate::orders::outsourced::{MARKET, Outsourced};
use crate::orders::prover::{Segment, Spread};
use crate::orders::{Ask, Fulfilment, Group, Mechanism, Offer, Order, Rules, Strategy};

/// So many provers that take 30 s for the 50 Mcycles of a batch, and ask $0.50 of at most $1 for 10⁹ cycles, which is offered after a minute.
fn market(count: u64, ask: f64) -> Outsourced {
    let ramp = Ramp { least: 0.0, most: 1.0, period: seconds(60.0) };
    let (lock, timeout) = (seconds(300.0), seconds(600.0));
    let group = Group {
        name: "provers of the market".into(),
        count,
        machines: 1,
        servers: 1,
        segment: Segment { cycles: None, work: WorkCurve::constant(30.0) },
        last: WorkCurve::constant(0.0),
        varies: 0.0,
        failures: 0.0,
        spread: Spread::default(),
        ask: Ask::Stated(ask),
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
    Outsourced {
        overflow: None,
        offer: Offer { ramp_start: Span::ZERO, ramp, lock, timeout, collateral: 10.0, times_of: None },
        rules: Rules {
            mechanism: Mechanism::ReverseDutch,
            burnt: 0.5,
            request_gas: 100_000.0,
            lock_gas: 0.0,
            fulfilment: Fulfilment::each(0.0),
            inclusion: seconds(2.0),
            gas_usd: 1e-6,
        },
        groups: vec![group],
        others: None,
    }
}

fn buying(market: Outsourced) -> Rollup {
    let mut system = validity();
    system.settlement.level = 0;
    system.proving.as_mut().expect("it proves").market = Some(market);
    system
}

#[test]
fn a_bought_proof_takes_and_costs_what_the_market_says() {
    let system = buying(market(50, 0.5));
    assert!(!system.has_work(0), "nothing is left to be joined");
    let mut sized = system.clone();
    assert_eq!(capacity::size(&mut sized, 0.8), Ok(()));
    assert_eq!(sized.proof_systems()[0].place.machines, 0);
    assert_eq!(runs(&sized, Resolution::Cohort, 1), runs(&system, Resolution::Cohort, 1), "own machines do nothing");
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    assert!(outcome.complete);
    // The price reaches the ask after 30 s, the proof takes 30 s, and is there 2 s later.
    let proof = outcome.batch_proof.quantile(0.5).expect("batches are proven");
    assert!((proof - 62.0).abs() < 0.1, "{proof}");
    let bought = outcome.bought.expect("proofs are bought");
    assert!((bought.proofs as f64 - 720.0).abs() <= 1.0 && bought.again == 0, "a batch every 10 s: {bought:?}");
    assert!((bought.usd / (bought.cycles / 1e9) - 0.5).abs() < 1e-9);
    // Its gas is 10 cents, paid when it is asked for; at most one of the measured time was not proven in it.
    let gas_usd = 0.1 * bought.proofs as f64;
    assert!((bought.gas_usd - gas_usd).abs() < 0.1 * 10.0, "{bought:?}");
    // The bill at an even load is that of the run.
    let expected = system.expected_charges(HORIZON).bought_usd;
    assert!((outcome.paid.bought_usd / expected - 1.0).abs() < 0.05, "{} {expected}", outcome.paid.bought_usd);
    assert!((system.delay_s() - 5.0 - 62.0).abs() < 1e-9);
}

#[test]
fn what_ends_without_a_proof_is_asked_for_again() {
    // Two provers carry a batch every 15 s, and one comes every 10 s: some end without a lock, and no batch is lost before the run gives up.
    let system = buying(market(2, 0.5));
    let stage = capacity::stages(&system).into_iter().find(|stage| stage.name == MARKET).expect("a market");
    assert!((stage.utilization - 1.5).abs() < 1e-9, "{stage:?}");
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    let bought = outcome.bought.expect("proofs are bought");
    assert!(bought.again > 0 && (bought.proofs as f64 - 480.0).abs() < 5.0, "{bought:?}");
    // Nobody takes what is worth more: everything is asked for again and again.
    let outcome = &runs(&buying(market(50, 2.0)), Resolution::Cohort, 1)[0];
    let bought = outcome.bought.expect("proofs are asked for");
    assert!(!outcome.complete && bought.proofs == 0 && bought.again > 1_000, "{bought:?}");
}

#[test]
fn what_own_machines_have_no_time_for_is_bought() {
    // Own machines prove a batch of four segments of 12.5 s on two servers in 25 s and more: with two in the making the next is bought.
    let mut system = buying(Outsourced { overflow: Some(2), ..market(50, 0.5) });
    system.proving.as_mut().expect("it proves").systems[0].place.machines = 2;
    assert!(system.has_work(0) && capacity::stages(&system).iter().all(|stage| stage.pool != PROVERS));
    assert!(capacity::beside(&system)[0].utilization > 1.0, "own machines alone do not carry it");
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    let bought = outcome.bought.expect("some are bought").proofs;
    assert!(outcome.complete && (200..600).contains(&bought), "{bought}");
    // Twice the machines buy less.
    system.proving.as_mut().expect("it proves").systems[0].place.machines = 4;
    let fewer = runs(&system, Resolution::Cohort, 1)[0].bought.expect("some are bought").proofs;
    assert!(fewer < bought, "{fewer} {bought}");
}
