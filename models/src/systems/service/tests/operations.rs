//! Settlement, rollouts and alerts.

use sim::Distribution;

use super::*;

#[test]
fn proofs_are_paid_or_rejected_as_often_and_as_late_as_said() {
    let exponential = |mean| Distribution::Exponential { mean };
    let mut system = queue(servers(4, NO_LIMIT), 2.0, (0.1, Spread::None));
    system.settlement = Some(Settlement {
        checkpoint: exponential(5.0),
        validation: exponential(20.0),
        payment: exponential(10.0),
        dispute: exponential(600.0),
        disputed: 0.1,
        upheld: 0.3,
    });
    let outcomes = runs(&system, horizon(5_000.0));
    let figure = |within, of: fn(&outcome::SettlementOutcome) -> f64| {
        interval(&outcomes, within, move |outcome| of(outcome.settlement.as_ref().expect("proofs are settled")))
    };
    let disputed = figure(0.1, |settled| settled.disputed as f64 / (settled.paid.mass() + settled.rejected.mass()));
    assert!(disputed.contains(0.1), "{disputed:?}");
    let rejected = figure(0.1, |settled| settled.rejected.mass() / settled.disputed as f64);
    assert!(rejected.contains(0.7), "{rejected:?}");
    let paid = figure(0.1, |settled| settled.paid.mean().expect("payments"));
    let expected = 0.1 + 5.0 + 20.0 + 10.0 + 600.0 * 0.03 / 0.93;
    assert!(paid.contains(expected), "{paid:?} without {expected}");
    assert!(outcomes.iter().all(|outcome| {
        let settled = outcome.settlement.as_ref().expect("proofs are settled");
        settled.paid.mass() + settled.rejected.mass() == outcome.counts.completed as f64
    }));
}

/// A tenth of the requests from the start, and all of them from half of the time on, on a version that spoils one in five.
fn rolled_out(stand_in: Option<Span>) -> Service {
    let mut system = queue(servers(8, NO_LIMIT), 5.0, (0.2, Spread::Exponential));
    system.rollout = Some(Rollout {
        shares: vec![(Span::ZERO, 0.1), (Span::from_secs(2_000), 1.0)],
        slower: 2.0,
        failures: 0.2,
        stand_in,
    });
    let alert = |name: &str, signal, above| {
        let (window, every) = (Span::from_secs(60), Span::from_secs(5));
        Alert { name: name.into(), signal, above, window, every }
    };
    system.alerts = vec![
        alert("failures", Signal::FailureRate, 0.1),
        alert("p95", Signal::SojournP95, 0.9),
        alert("never", Signal::FailureRate, 1.0),
    ];
    system
}

#[test]
fn a_rollout_spoils_what_it_says_and_alerts_notice() {
    let outcomes = runs(&rolled_out(None), horizon(4_000.0));
    let missed = interval(&outcomes, 0.05, |outcome| outcome.error_rate().expect("requests"));
    // A fifth of a tenth in the first half, a fifth in the second.
    assert!(missed.contains(0.2 * 0.55), "{missed:?}");
    let services = interval(&outcomes, 0.05, |outcome| outcome.steps[0].service.mean().expect("services"));
    assert!(services.contains(0.2 * (0.45 + 2.0 * 0.55)), "{services:?}");
    for outcome in &outcomes {
        let [failures, p95, never] = &outcome.alerts[..] else { panic!("three alerts") };
        // The tenth goes unnoticed; everything is noticed within two windows, and fires to the end.
        assert!(failures.fired >= 1 && failures.delay.mass() == 1.0 && failures.unnoticed == 1, "{failures:?}");
        assert!(failures.delay.max() < Some(120.0) && (failures.firing - 0.5).abs() < 0.05, "{failures:?}");
        // One in five has no answer at all, and waits for ever: more than one in twenty.
        assert!(p95.firing > 0.45 && p95.fired >= 1, "{p95:?}");
        assert_eq!((never.fired, never.firing, never.unnoticed), (0, 0.0, 2));
    }
}

#[test]
fn a_stand_in_answers_what_was_spoiled_and_nobody_settles_it() {
    let mut system = rolled_out(Some(Span::from_millis(10)));
    let constant = Distribution::Constant { value: 1.0 };
    system.settlement = Some(Settlement {
        checkpoint: constant,
        validation: constant,
        payment: constant,
        dispute: constant,
        disputed: 0.0,
        upheld: 1.0,
    });
    for outcome in runs(&system, horizon(4_000.0)) {
        let rollout = outcome.rollout.expect("a rollout");
        assert!(rollout.spoiled > 0 && rollout.stood_in == rollout.spoiled && rollout.served > rollout.spoiled);
        assert_eq!(outcome.error_rate(), Some(0.0));
        let paid = outcome.settlement.expect("proofs are settled").paid.mass();
        assert_eq!(paid, (outcome.counts.completed - rollout.stood_in) as f64);
    }
}

#[test]
fn adding_a_part_changes_no_other_draws() {
    let mut system = queue(servers(2, NO_LIMIT), 1.0, (1.0, Spread::Exponential));
    let streams = Streams::new(9, 0);
    let plain = run(&system, horizon(1_000.0), &streams);
    let constant = Distribution::Constant { value: 1.0 };
    system.settlement = Some(Settlement {
        checkpoint: constant,
        validation: constant,
        payment: constant,
        dispute: constant,
        disputed: 0.5,
        upheld: 0.5,
    });
    system.steps.push(step("free", 0.0, Spread::None, pool(servers(1_000, NO_LIMIT))));
    let more = run(&system, horizon(1_000.0), &streams);
    assert_eq!(plain.sojourn, more.sojourn);
    assert_eq!(plain.steps[0].wait, more.steps[0].wait);
}
