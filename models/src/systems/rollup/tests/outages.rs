//! Outages: what waits meanwhile, and how long it takes to recover.

use super::*;

fn outage(minute: f64, minutes: f64) -> Outages {
    Outages { stated: vec![(Time::from_secs_f64(minute * 60.0), seconds(minutes * 60.0))], chance: None }
}

#[test]
fn a_backlog_of_provers_drains_at_the_rate_that_is_left() {
    // Half of an hour of batches wait; the provers are used for a share u, so that the backlog lasts for u / (1 − u) times the outage.
    let mut system = validity();
    system.load_per_s = 25.0;
    let proving = system.proving.as_mut().expect("it proves");
    (proving.outages, proving.systems[0].place.machines) = (outage(40.0, 30.0), 44);
    let share = capacity::stages(&system).last().expect("its provers").utilization;
    assert!(share > 0.4 && share < 0.7, "{share}");
    let outcomes = runs(&system, Resolution::Cohort, 10);
    let recovery = interval(&outcomes, |it| it.recoveries[0].expect("it recovers"));
    let expected = share / (1.0 - share) * 1_800.0;
    // It is over when the backlog is where it was at its most before: a batch or two earlier than at its mean, or later.
    assert!((recovery.mean / expected - 1.0).abs() < 0.08, "{recovery:?} {expected}");
}

#[test]
fn a_sequencer_that_is_down_makes_users_wait() {
    let mut system = optimistic();
    system.sequencer.outages = outage(40.0, 20.0);
    // 5 tx/s, of which blocks hold 40: what came in 20 minutes is in blocks within 6,000 / 35 s.
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    let longest = outcome.soft.quantile(1.0).expect("blocks were made");
    assert!((longest - 1_200.0).abs() < 5.0, "{longest}");
    let share_late = 1.0 - outcome.soft.share_within(2.0);
    assert!((share_late - (1_200.0 + 171.0) / 7_200.0).abs() < 0.01, "{share_late}");
}

#[test]
fn a_sequencer_waits_for_provers_that_fall_behind() {
    let mut system = validity();
    (system.load_per_s, system.sequencer.most_unproven) = (25.0, Some(20));
    let proving = system.proving.as_mut().expect("it proves");
    (proving.outages, proving.systems[0].place.machines) = (outage(40.0, 30.0), 44);
    let outcome = &runs(&system, Resolution::Cohort, 1)[0];
    // Twenty batches of ten blocks of 1 s are made in the outage, and no more until one is proven.
    let longest = outcome.soft.quantile(1.0).expect("blocks were made");
    assert!(longest > 1_400.0 && longest < 1_800.0, "{longest}");
    assert!(outcome.complete);
}
