//! Batches, and requests in parts, against closed answers and by hand.

use sim::Time;

use super::*;
use crate::systems::service::capacity::{size, stages};

/// One step of batches with as many servers as anybody needs.
fn batches(per_s: f64, most: u32, wait_s: f64) -> Service {
    let mut system = queue(servers(1, NO_LIMIT), per_s, (0.0, Spread::None));
    let work = WorkCurve { coefficients_s: [0.5, 0.0, 0.0, 0.1, 0.0], ..WorkCurve::default() };
    system.steps = vec![Step {
        name: "prove".into(),
        service: ServiceLaw { work, spread: Spread::None },
        place: pool(servers(1_000, NO_LIMIT)),
        form: Form::Batch { most, wait: Span::from_secs_f64(wait_s) },
        purchase: None,
    }];
    system
}

#[test]
fn requests_wait_for_their_batch_as_long_as_theory_says() {
    // Closed by count: the k-th of n waits for n − k others. Closed by age T: the first waits T, the others T/2 in the mean.
    let (per_s, age): (f64, f64) = (4.0, 1.5);
    let by_age = (age + per_s * age * age / 2.0) / (1.0 + per_s * age);
    for (most, wait_s, expected) in [(5, 1e6, 2.0 / per_s), (100_000, age, by_age)] {
        let system = batches(per_s, most, wait_s);
        let outcomes = runs(&system, horizon(5_000.0));
        let wait = interval(&outcomes, 0.02, |outcome| outcome.steps[0].wait.mean().expect("waits"));
        assert!(wait.contains(expected), "{wait:?} without {expected}");
        let busy = interval(&outcomes, 0.05, |outcome| outcome.steps[0].utilization);
        let stage = &stages(&batches(per_s, most.min(100), wait_s), horizon(1.0))[0];
        assert!(busy.contains(stage.utilization), "{busy:?} without {}", stage.utilization);
        // 100 servers of 0.5 s + 0.1 s a request: at best 0.6 s for one of five, or all of 0.1 s.
        assert!(stage.capacity >= 1_000.0 * f64::from(most.min(100)) / (0.5 + 0.1 * f64::from(most.min(100))) - 1e-6);
    }
    // Between the two, batches have min(n, 1 + N).
    let system = batches(per_s, 5, age);
    let busy = interval(&runs(&system, horizon(5_000.0)), 0.05, |outcome| outcome.steps[0].utilization);
    assert!(busy.contains(stages(&system, horizon(1.0))[0].utilization), "{busy:?}");
}

/// A request that is divided, alone in the service.
fn alone_in_parts(parts: u32, join: Option<Join>, servers_of: u64, spread: Spread) -> Service {
    let mut system = queue(servers(1, NO_LIMIT), 0.01, (0.0, Spread::None));
    system.steps = vec![Step {
        name: "prove".into(),
        service: ServiceLaw { work: WorkCurve::proportional(1.0), spread },
        place: pool(servers(servers_of, NO_LIMIT)),
        form: Form::Split(Split { parts: Parts::Number(parts), join }),
        purchase: None,
    }];
    system.classes[0].size = f64::from(parts);
    system
}

#[test]
fn parts_are_joined_as_a_tree_by_hand() {
    let join = Join { arity: 2, merge: ServiceLaw { work: WorkCurve::proportional(0.1), spread: Spread::None } };
    let horizon = Horizon { warm_up: Span::ZERO, ..horizon(100.0) };
    // Five parts of 1 s; four joins of 0.2 s, three of them in a row, unless there is one server for everything.
    for (join, servers_of, expected) in [(Some(join), 8, 1.6), (Some(join), 1, 5.8), (None, 8, 1.0), (None, 2, 3.0)] {
        let mut system = alone_in_parts(5, join, servers_of, Spread::None);
        system.load = Load::Open(Arrivals::Trace { times: vec![Time::from_secs_f64(1.0)], classes: Vec::new() });
        let outcome = run(&system, horizon, &Streams::new(1, 0));
        let sojourn = outcome.sojourn.mean().expect("an answer");
        assert!((sojourn - expected).abs() < 1e-9, "{servers_of}: {sojourn} instead of {expected}");
        let work = if join.is_some() { 5.8 } else { 5.0 };
        assert!((outcome.work_s - work).abs() < 1e-9, "{}", outcome.work_s);
        let stage = &stages(&Service { load: Load::Open(Arrivals::poisson(1.0)), ..system }, horizon)[0];
        assert!((stage.utilization - work / servers_of as f64).abs() < 1e-9);
    }
}

#[test]
fn a_larger_request_has_more_parts_that_are_no_larger() {
    // Sizes 2, 3 and 7 with parts of at most 2: one of 2, two of 1.5, four of 1.75.
    let horizon = Horizon { warm_up: Span::ZERO, ..horizon(100.0) };
    for (size, servers_of, expected) in [(2.0, 8, 2.0), (3.0, 8, 1.5), (7.0, 8, 1.75), (7.0, 2, 3.5), (7.0, 1, 7.0)] {
        let mut system = alone_in_parts(1, None, servers_of, Spread::None);
        system.steps[0].form = Form::Split(Split { parts: Parts::Largest(2.0), join: None });
        system.classes[0].size = size;
        system.load = Load::Open(Arrivals::Regular { per_s: 1.0 / 60.0 });
        let outcome = run(&system, horizon, &Streams::new(1, 0));
        let sojourn = outcome.sojourn.mean().expect("an answer");
        assert!((sojourn - expected).abs() < 1e-9, "{size} on {servers_of}: {sojourn} instead of {expected}");
        assert!((outcome.work_s - size).abs() < 1e-9, "{}", outcome.work_s);
    }
}

#[test]
fn the_slowest_part_is_waited_for() {
    // The largest of n exponential times is H_n means.
    let system = alone_in_parts(6, None, 6_000, Spread::Exponential);
    let system = Service { load: Load::Open(Arrivals::poisson(5.0)), ..system };
    let outcomes = runs(&system, horizon(2_000.0));
    let sojourn = interval(&outcomes, 0.02, |outcome| outcome.sojourn.mean().expect("answers"));
    let expected: f64 = (1..=6).map(|n| 1.0 / f64::from(n)).sum();
    assert!(sojourn.contains(expected), "{sojourn:?} without {expected}");
}

#[test]
fn a_pipeline_of_parts_carries_what_its_stages_say() {
    // Witness on the instance, twelve segments on a pool, joined three by three, and a final wrap in batches.
    let mut system = queue(servers(2, NO_LIMIT), 0.5, (1.0, Spread::Lognormal { cv: 0.2 }));
    let lognormal = Spread::Lognormal { cv: 0.3 };
    let merge = ServiceLaw { work: WorkCurve::proportional(0.3), spread: lognormal };
    let split = Form::Split(Split { parts: Parts::Number(12), join: Some(Join { arity: 3, merge }) });
    system.steps.push(Step { form: split, ..step("segments", 1.0, lognormal, pool(servers(12, NO_LIMIT))) });
    let wrap = Form::Batch { most: 4, wait: Span::from_secs(3) };
    system.steps.push(Step { form: wrap, ..step("wrap", 2.0, lognormal, Place::Instance(servers(1, NO_LIMIT))) });
    system.instances.count = 2;
    let outcomes = runs(&system, horizon(4_000.0));
    for (index, stage) in stages(&system, horizon(1.0)).iter().enumerate() {
        let busy = interval(&outcomes, 0.05, |outcome| outcome.steps[index].utilization);
        // What leaves one station for a batch of the next is not quite Poisson.
        let near = stage.utilization * 0.97..stage.utilization * 1.03;
        assert!(near.start < busy.high && busy.low < near.end, "{}: {busy:?}, {}", stage.name, stage.utilization);
    }
    size(&mut system, horizon(1.0), 0.6);
    assert_eq!(system.instances.count, 1);
    assert!(stages(&system, horizon(1.0)).iter().all(|stage| stage.utilization < 0.6));
}
