//! Rate limits, time-outs, retries and closed loops, against closed answers and in overload.

use proptest::prelude::*;
use sim::Time;

use super::*;
use crate::systems::service::capacity::{admitted_share, offered_per_s, stages};
use crate::theory;

const RETRIES: Retries = Retries {
    attempts: 4,
    base: Span::from_secs(100),
    cap: Span::from_secs(100),
    jitter: 1.0,
    patience: None,
    budget: None,
};

#[test]
fn a_token_bucket_refuses_what_theory_says() {
    for (number, burst, per_s) in [(1, 1, 0.8), (1, 4, 1.5), (10, 3, 8.0)] {
        let mut system = queue(servers(100, NO_LIMIT), per_s, (0.01, Spread::None));
        let limit = RateLimit { per_s: 1.0, burst };
        system.clients = Clients { number, limit: Some(limit), ..PATIENT };
        let outcomes = runs(&system, horizon(10_000.0));
        let refused = interval(&outcomes, 0.1, |outcome| outcome.error_rate().expect("requests"));
        let expected = theory::md1k_loss(burst.into(), per_s / f64::from(number));
        assert!(refused.contains(expected), "{refused:?} without {expected}");
        assert!((admitted_share(&system, horizon(1.0)) - (1.0 - expected)).abs() < 1e-12);
        assert!(outcomes.iter().all(|outcome| outcome.attempts.limited == outcome.counts.rejected));
    }
}

#[test]
fn a_closed_loop_has_the_sojourn_of_mean_value_analysis() {
    let mut system = queue(servers(1, NO_LIMIT), 1.0, (0.5, Spread::Exponential));
    system.steps.push(step("verify", 0.3, Spread::Exponential, pool(servers(1, NO_LIMIT))));
    system.load = Load::Closed { think: Span::from_secs(4) };
    for number in [1, 5, 12] {
        system.clients.number = number;
        let outcomes = runs(&system, horizon(20_000.0));
        let sojourn = interval(&outcomes, 0.03, |outcome| outcome.sojourn.mean().expect("answers"));
        let expected = theory::closed_mean_sojourn(number.into(), 4.0, &[0.5, 0.3]);
        assert!(sojourn.contains(expected), "{number}: {sojourn:?} without {expected}");
        let goodput = interval(&outcomes, 0.03, Outcome::goodput_per_s);
        assert!(goodput.contains(f64::from(number) / (4.0 + expected)), "{goodput:?}");
        assert!(goodput.low < offered_per_s(&system, horizon(1.0)));
    }
}

#[test]
fn retries_amplify_a_load_as_the_extended_erlang_formula_says() {
    // Long pauses make retries a Poisson load of their own: the loss is Erlang's at the load that the loss brings about.
    let (servers_of, load) = (4, 3.5);
    let mut system = queue(servers(servers_of, Some(0)), load, (1.0, Spread::Exponential));
    system.clients.retries = Some(RETRIES);
    let amplification = |loss: f64| (0..4).map(|failures| loss.powi(failures)).sum::<f64>();
    let loss = (0..200).fold(0.0, |loss, _| theory::erlang_b(servers_of, load * amplification(loss)));
    let outcomes = runs(&system, Horizon { warm_up: Span::from_secs(1_000), ..horizon(8_000.0) });
    let found = interval(&outcomes, 0.02, |outcome| outcome.amplification().expect("requests"));
    assert!(found.contains(amplification(loss)), "{found:?} without {}", amplification(loss));
    let missed = interval(&outcomes, 0.1, |outcome| outcome.error_rate().expect("requests"));
    assert!(missed.contains(loss.powi(4)), "{missed:?} without {}", loss.powi(4));
    // A budget bounds it.
    system.clients.retries = Some(Retries { budget: Some(Budget { ratio: 0.1, burst: 20.0 }), ..RETRIES });
    let bounded =
        interval(&runs(&system, horizon(8_000.0)), 0.02, |outcome| outcome.amplification().expect("requests"));
    assert!((bounded.mean - 1.1).abs() < 0.01, "{bounded:?}");
}

/// A service that carries 10 a second, at 5 a second with a burst of 20 s in which there are more; its clients wait for a second.
/// Were its services exponential, a single long one would do what the burst does.
fn burst(per_s: f64, retries: Retries, cancels: bool) -> (Service, Horizon) {
    let at = Time::from_secs_f64;
    let mut system = queue(servers(1, NO_LIMIT), 5.0, (0.1, Spread::Lognormal { cv: 0.3 }));
    system.load = Load::Open(Arrivals::Steps { steps: vec![(at(0.0), 5.0), (at(100.0), per_s), (at(120.0), 5.0)] });
    system.clients.time_out = Some(TimeOut { after: Span::from_secs(1), cancels });
    system.clients.retries = Some(retries);
    let horizon =
        Horizon { warm_up: Span::from_secs(1_000), measured: Span::from_secs(500), drain: Span::from_secs(10) };
    (system, horizon)
}

/// From 1,000 s on.
fn after_a_burst(per_s: f64, retries: Retries, cancels: bool) -> Outcome {
    let (system, horizon) = burst(per_s, retries, cancels);
    let outcome = run(&system, horizon, &Streams::new(4, 0));
    conserves(&outcome);
    outcome
}

#[test]
fn a_storm_of_retries_outlasts_its_cause_unless_there_is_a_budget() {
    let eager = Retries { attempts: 5, base: Span::from_millis(100), cap: Span::from_secs(1), ..RETRIES };
    let storm = after_a_burst(30.0, eager, false);
    assert!(storm.within(1.0).expect("requests") < 0.01, "{:?}", storm.counts);
    assert!(storm.wasted_share().expect("work") > 0.99 && storm.steps[0].utilization > 0.99);
    // It is the burst, the missing budget, and the work that nobody calls off, all together.
    let budget = Some(Budget { ratio: 0.2, burst: 10.0 });
    let careful = Retries { budget, ..eager };
    for (per_s, retries, cancels) in [(5.0, eager, false), (30.0, careful, false), (30.0, eager, true)] {
        let healed = after_a_burst(per_s, retries, cancels);
        assert!(healed.within(1.0).expect("requests") > 0.95, "{per_s} {retries:?} {cancels}: {:?}", healed.counts);
    }
}

#[test]
fn clients_who_do_not_wait_are_those_who_would_have_waited_longer() {
    // Without retries or cancelling, the queue is that of clients who wait for ever: M/M/1 has P(sojourn > t) = e^(−(μ − λ) t).
    let mut system = queue(servers(1, NO_LIMIT), 0.7, (1.0, Spread::Exponential));
    system.clients.time_out = Some(TimeOut { after: Span::from_secs(3), cancels: false });
    let outcomes = runs(&system, horizon(20_000.0));
    let missed = interval(&outcomes, 0.1, |outcome| outcome.error_rate().expect("requests"));
    let expected = (-0.3f64 * 3.0).exp();
    assert!(missed.contains(expected), "{missed:?} without {expected}");
    assert!(
        outcomes.iter().all(|outcome| outcome.counts.timed_out == outcome.counts.offered - outcome.counts.completed)
    );
    // A service that stops working on them has less to do than it is offered.
    system.clients.time_out = Some(TimeOut { after: Span::from_secs(3), cancels: true });
    let busy = interval(&runs(&system, horizon(20_000.0)), 0.05, |outcome| outcome.steps[0].utilization);
    assert!(busy.high < stages(&system, horizon(1.0))[0].utilization, "{busy:?}");
}

#[test]
fn the_course_of_a_storm_shows_when_it_began_and_adds_up() {
    let (system, horizon) =
        burst(30.0, Retries { attempts: 5, base: Span::from_millis(100), cap: Span::from_secs(1), ..RETRIES }, false);
    let streams = Streams::new(4, 0);
    let (outcome, course) = watch(&system, horizon, &streams, Span::from_secs(50));
    let plain = run(&system, horizon, &streams);
    assert_eq!((outcome.fingerprint, &outcome.sojourn), (plain.fingerprint, &plain.sojourn));
    assert_eq!(course.len(), 30);
    let answered: Vec<f64> =
        course.iter().map(|piece| piece.flow.answered as f64 / piece.flow.offered as f64).collect();
    // The burst comes at 100 s.
    assert!(answered[..2].iter().all(|share| *share > 0.95) && answered[4..].iter().all(|share| *share < 0.05));
    assert!(course[1].waiting < 20 && course.windows(2).skip(2).all(|pair| pair[1].waiting > pair[0].waiting));
    let measured: u64 = course[20..].iter().map(|piece| piece.flow.offered).sum();
    assert_eq!(measured, outcome.counts.offered);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn requests_are_conserved_whatever_clients_do(
        per_s in 0.5f64..20.0, after_ms in 1u64..3_000, cancels: bool, attempts in 1u32..5, patience in 0u64..20,
        limited: bool, fails: bool, cached: bool, form in 0usize..4, order in 0usize..3, places in 0u64..8, seed in 0u64..100
    ) {
        let orders = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];
        let mut system = queue(Servers { count: 1, places: Some(places), discipline: orders[order] }, per_s, (0.2, Spread::Exponential));
        system.instances.count = 2;
        system.classes = (0..2).map(|n| Class { name: n.to_string(), share: 0.5, size: 1.0, priority: n }).collect();
        system.steps.push(step("next", 0.1, Spread::Lognormal { cv: 1.0 }, Place::Workers));
        system.steps.push(step("last", 0.1, Spread::None, pool(servers(1, None))));
        let split = Split { parts: Parts::Number(5), join: (form == 2).then_some(Join { arity: 2, merge: system.steps[0].service }) };
        let forms = [Form::Single, Form::Batch { most: 3, wait: Span::from_millis(200) }, Form::Split(split), Form::Split(split)];
        let places = Some(if form == 1 { places + 3 } else { places });
        let mut places = [Place::Instance(servers(2, places)), pool(servers(2, places))];
        if let (Place::Pool(pool), true) = (&mut places[1], fails) {
            pool.lifecycle = failing(15.0, 2.0, 1.0);
        }
        let place = places[seed as usize % 2].clone();
        system.steps.insert(1, Step { form: forms[form], ..step("grouped", 0.1, Spread::Exponential, place) });
        system.clients = Clients {
            number: 7,
            limit: limited.then_some(RateLimit { per_s: 0.5, burst: 2 }),
            time_out: Some(TimeOut { after: Span::from_millis(after_ms), cancels }),
            retries: Some(Retries {
                attempts,
                base: Span::from_millis(50),
                cap: Span::from_secs(2),
                jitter: 0.5,
                patience: (patience > 0).then(|| Span::from_secs(patience)),
                budget: (patience % 2 == 0).then_some(Budget { ratio: 0.3, burst: 5.0 }),
            }),
        };
        system.rollout = (seed % 3 == 0).then(|| Rollout {
            shares: vec![(Span::from_secs(20), 0.1), (Span::from_secs(50), 1.0)],
            slower: 1.5,
            failures: 0.2,
            stand_in: cancels.then_some(Span::from_millis(1)),
        });
        if fails {
            system.instances.lifecycle = failing(20.0, 1.0, 1.0);
        }
        system.instances.health_check = Span::from_millis(700);
        system.instances.requeues = seed % 5 < 2;
        system.instances.first_request = Span::from_millis(300);
        let cache = ResultCache { inputs: 100, exponent: 1.0, entries: 5, answer: Span::from_millis(5) };
        system.cache = cached.then_some(cache);
        let horizon = Horizon { drain: Span::from_secs(3), ..horizon(100.0) };
        let outcome = run(&system, horizon, &Streams::new(seed, 0));
        conserves(&outcome);
        prop_assert_eq!(outcome.attempts.made - outcome.attempts.retries, outcome.counts.offered);
        prop_assert!(outcome.attempts.made <= u64::from(attempts) * outcome.counts.offered);
        prop_assert_eq!(bytes(&outcome), bytes(&run(&system, horizon, &Streams::new(seed, 0))));
    }
}
