//! Caches, cold starts, and instances that fail, against closed answers and by hand.

use sim::Time;

use super::*;
use crate::systems::service::capacity::{availability, hit_rate, stages};

#[test]
fn the_cache_hits_as_often_as_its_twin_says_and_takes_that_load_off() {
    for (inputs, exponent, entries) in [(1_000, 0.9, 50), (200, 0.6, 100), (20_000, 1.1, 2_000)] {
        let mut system = queue(servers(8, NO_LIMIT), 10.0, (0.05, Spread::None));
        let answer = Span::from_millis(3);
        system.cache = Some(ResultCache { inputs, exponent, entries, answer });
        // The cache is empty at the start.
        let outcomes = runs(&system, Horizon { warm_up: Span::from_secs(4_000), ..horizon(4_000.0) });
        let expected = hit_rate(&system);
        let hits = interval(&outcomes, 0.02, |outcome| outcome.hit_rate().expect("questions"));
        assert!((hits.mean - expected).abs() < hits.half_width() + 0.01, "{hits:?} without {expected}");
        let busy = interval(&outcomes, 0.05, |outcome| outcome.steps[0].utilization);
        let utilization = stages(&system, horizon(1.0))[0].utilization;
        assert!((busy.mean / utilization - 1.0).abs() < 0.05, "{busy:?} without {utilization}");
        assert!(outcomes.iter().all(|outcome| outcome.sojourn.min() == Some(0.003)));
    }
}

#[test]
fn the_first_request_loads_the_instance_and_others_wait_for_it() {
    let mut system = queue(servers(2, NO_LIMIT), 1.0, (1.0, Spread::None));
    let times = [0.0, 0.5, 5.0].map(Time::from_secs_f64).to_vec();
    system.load = Load::Open(Arrivals::Trace { times, classes: Vec::new() });
    system.instances.first_request = Span::from_secs(2);
    let horizon = Horizon { warm_up: Span::ZERO, ..horizon(10.0) };
    let outcome = run(&system, horizon, &Streams::new(1, 0));
    // They end after 2 + 1, 3 − 0.5 and 1 s.
    assert!((outcome.sojourn.mean().expect("answers") - (3.0 + 2.5 + 1.0) / 3.0).abs() < 1e-9);
    assert_eq!((outcome.sojourn.max(), outcome.counts.completed), (Some(3.0), 3));
}

#[test]
fn requests_fail_until_the_balancer_looks() {
    let mut system = queue(servers(4, NO_LIMIT), 0.5, (0.000_1, Spread::None));
    system.instances.count = 2;
    system.instances.lifecycle = failing(1_000.0, 0.0, 30.0);
    let outcomes = runs(&system, horizon(300_000.0));
    // An instance is down and not known to be for half an interval of the checks, and known to be down for 30 s, of every
    // cycle. A request fails where the balancer sends it to the first kind, or knows of nobody.
    let cycle = 1_000.0 + 30.0;
    let (unknown, known) = (2.5 / cycle, 30.0 / cycle);
    let fine = 1.0 - unknown - known;
    let expected = unknown * unknown + unknown * fine + 2.0 * unknown * known + known * known;
    let missed = interval(&outcomes, 0.2, |outcome| outcome.error_rate().expect("requests"));
    assert!(missed.contains(expected), "{missed:?} without {expected}");
    let running = interval(&outcomes, 0.01, Outcome::availability);
    assert!(running.contains(availability(&system)), "{running:?}");
    // Whoever asks again gets an answer, unless nobody runs.
    system.clients.retries = Some(Retries {
        attempts: 10,
        base: Span::from_secs(1),
        cap: Span::from_secs(10),
        jitter: 0.5,
        patience: None,
        budget: None,
    });
    let again = runs(&system, horizon(300_000.0));
    assert!(again.iter().all(|outcome| outcome.error_rate().expect("requests") < 1e-3));
}

#[test]
fn what_an_instance_had_in_hand_is_lost() {
    let mut system = queue(servers(1, NO_LIMIT), 2.0, (1.0, Spread::None));
    system.instances.lifecycle = failing(100.0, 10.0, 1.0);
    system.instances.health_check = Span::from_secs(1);
    let outcomes = runs(&system, horizon(5_000.0));
    // The queue grows until the instance fails, and is lost then: less than half is answered, and work is wasted.
    for outcome in outcomes {
        let answered = outcome.counts.completed as f64 / outcome.counts.offered as f64;
        assert!(answered < 0.5 && answered > 0.2, "{:?}", outcome.counts);
        assert!(outcome.wasted_s > 0.0 && outcome.wasted_share().expect("work") < 0.02);
        assert!(outcome.attempts.unavailable > 0 && outcome.counts.failed > outcome.attempts.unavailable);
    }
}
