//! Machines that come and go under a service: against a closed answer, and what must not be lost.

use proptest::prelude::*;
use sim::Time;

use super::*;
use crate::machines::{Autoscaler, Lot, MachineKind, Rule, Terms};
use crate::spot::{Law, Renewal, Source, Trace};
use crate::systems::service::capacity::stages;

/// A pool of one step behind a single instance, of machines with one server each.
fn on_pool(per_s: f64, mean_s: f64, spread: Spread, of: Pool) -> Service {
    let mut system = queue(servers(1, NO_LIMIT), per_s, (mean_s, spread));
    system.steps[0].place = Place::Pool(of);
    system
}

fn machines(machines: u64, lifecycle: Lifecycle, checkpoint: Option<Span>) -> Pool {
    Pool { machines, servers: servers(1, NO_LIMIT), kinds: Vec::new(), lifecycle, checkpoint }
}

/// Spot machines in zones that have them and have them not for so long, in turn.
fn spot(zones: usize, up_s: f64, down_s: f64) -> Lifecycle {
    let renewal = Renewal { up: Law::exponential(up_s), down: Law::exponential(down_s) };
    let terms = Terms::Spot { zones: vec![Source::Renewal(renewal); zones], notice: Span::from_secs(2) };
    let lot = Lot { machines: None, terms, least_billed: Span::from_secs(60) };
    Lifecycle { start_up: Span::from_secs(3), lots: vec![lot], ..Lifecycle::default() }
}

/// M/M/1 whose server breaks down, busy or idle, and goes on where it was: B. Avi-Itzhak, P. Naor, "Some queuing problems with the
/// service station subject to breakdown" (1963).
#[test]
fn a_machine_that_breaks_down_and_goes_on_is_as_slow_as_theory_says() {
    let (per_s, mean_s, between_s, repair_s) = (0.5, 1.0, 10.0, 2.0);
    let saved = Some(Span::from_nanos(1));
    let system = on_pool(per_s, mean_s, Spread::Exponential, machines(1, failing(between_s, repair_s, 0.0), saved));
    let outcomes = runs(&system, horizon(60_000.0));
    let (breaks, repair_squared) = (1.0 / between_s, 2.0 * repair_s * repair_s);
    let slower = 1.0 + breaks * repair_s;
    let completion = mean_s * slower;
    let squared = 2.0 * mean_s * mean_s * slower * slower + mean_s * breaks * repair_squared;
    let wait = per_s * squared / (2.0 * (1.0 - per_s * completion));
    let expected = completion + wait + breaks * repair_squared / (2.0 * slower);
    assert!((expected - 3.8333).abs() < 1e-3, "by hand");
    let found = interval(&outcomes, 0.05, |outcome| outcome.sojourn.mean().expect("answers"));
    assert!(found.contains(expected), "{found:?} without {expected}");
    assert!(outcomes.iter().all(|outcome| outcome.wasted_s == 0.0), "nothing is done twice");
}

#[test]
fn what_was_not_saved_is_done_again() {
    let life = || failing(20.0, 1.0, 0.0);
    let of = |checkpoint| {
        let system = on_pool(0.02, 10.0, Spread::None, machines(1, life(), checkpoint));
        let outcomes = runs(&system, horizon(100_000.0));
        interval(&outcomes, 0.1, |outcome| outcome.wasted_s / outcome.counts.completed as f64).mean
    };
    // A service of length d that starts anew at failures of rate b takes (e^(bd) − 1)/b of the server: 12.97 s for 10 s, 2.97 s
    // of them for nothing; saved every 2 s, five pieces of (e^0.1 − 1) · 20 s, 0.517 s for nothing.
    let one = on_pool(0.02, 10.0, Spread::None, machines(1, life(), None));
    let capacity = stages(&one, horizon(1.0))[0].capacity;
    assert!((capacity * 12.974 * 21.0 / 20.0 - 1.0).abs() < 1e-3, "its capacity counts that: {capacity}");
    let (never, often) = (of(None), of(Some(Span::from_secs(2))));
    assert!((never - 2.974).abs() < 0.25 && (often - 0.517).abs() < 0.06, "{never} and {often}");
}

#[test]
fn a_machine_that_is_told_to_go_ends_what_it_has() {
    // Two machines, one on spot that is there for 100 s and not for 100 s; services of 5 s are shorter than the notice.
    let trace = Trace::of(&[(0.0, true), (100.0, false)], 200.0).expect("a trace");
    let notice = Span::from_secs(6);
    let terms = Terms::Spot { zones: vec![Source::Replay { trace, offset_s: 0.0 }], notice };
    let lots = vec![
        Lot { machines: Some(1), terms: Terms::Kept, least_billed: Span::ZERO },
        Lot { machines: None, terms, least_billed: Span::ZERO },
    ];
    let life = Lifecycle { lots, ..Lifecycle::default() };
    let system = on_pool(0.15, 5.0, Spread::None, machines(2, life, None));
    for outcome in runs(&system, horizon(20_000.0)) {
        let pool = outcome.pool("prove").expect("it is there");
        assert_eq!((outcome.wasted_s, outcome.counts.failed), (0.0, 0));
        assert!(pool.lost > 90 && (pool.serving - 1.47).abs() < 0.02, "{pool:?}");
        assert!((pool.paid[0] - 1.0).abs() < 1e-9 && (pool.paid[1] - 0.5).abs() < 0.02, "until it is taken: {pool:?}");
    }
}

#[test]
fn machines_of_several_kinds_share_a_queue_and_each_works_at_its_speed() {
    let lot = |machines| Lot { machines, terms: Terms::OnDemand, least_billed: Span::ZERO };
    let life = Lifecycle { lots: vec![lot(Some(1)), lot(None)], ..Lifecycle::default() };
    // One server of speed 1, and two machines with two of speed 3 each: they carry 1 + 12 of it.
    let kinds = vec![MachineKind { servers: 1, speed: 1.0 }, MachineKind { servers: 2, speed: 3.0 }];
    let pool = Pool { kinds, ..machines(3, life, None) };
    let mut system = on_pool(9.0, 1.0, Spread::Exponential, pool);
    let stage = &stages(&system, horizon(1.0))[0];
    assert!((stage.capacity - 13.0).abs() < 1e-9 && (stage.utilization - 9.0 / 13.0).abs() < 1e-9);
    // Everything that comes is served: at 13 a second the queue does not grow for ever, at 14 it does.
    let outcomes = runs(&system, horizon(20_000.0));
    assert!(outcomes.iter().all(|outcome| outcome.sojourn.mean().expect("answers") < 1.5));
    system.load = Load::Open(Arrivals::poisson(14.0));
    let overloaded = run(&system, horizon(2_000.0), &Streams::new(1, 0));
    let answered = overloaded.goodput_per_s();
    assert!((answered - 13.0).abs() < 0.2, "{answered} a second");
    // One request alone takes the first machine, at its speed.
    system.load = Load::Open(Arrivals::Trace { times: vec![Time::from_secs_f64(1.0)], classes: Vec::new() });
    system.steps[0].service.spread = Spread::None;
    let alone = |system: &Service| run(system, Horizon { warm_up: Span::ZERO, ..horizon(10.0) }, &Streams::new(1, 0));
    assert_eq!(alone(&system).sojourn.max(), Some(1.0));
    if let Place::Pool(pool) = &mut system.steps[0].place {
        pool.kinds[0].speed = 2.0;
    }
    assert_eq!(alone(&system).sojourn.max(), Some(0.5));
}

/// A load that is high for the middle third of the run.
fn wave(horizon: Horizon, low: f64, high: f64) -> Load {
    let third = horizon.measured / 3;
    let steps = vec![(Time::ZERO, low), (Time::ZERO + third, high), (Time::ZERO + third * 2, low)];
    Load::Open(Arrivals::Steps { steps })
}

#[test]
fn an_autoscaler_follows_the_load_and_is_paid_for_what_runs() {
    let rules = Autoscaler {
        rule: Rule::Utilization(0.7),
        every: Span::from_secs(15),
        delay: Span::from_secs(30),
        tolerance: 0.1,
        cooldown: Span::from_secs(300),
        least: 1,
        most: 40,
        start: 3,
    };
    let life = Lifecycle { start_up: Span::from_secs(60), autoscaler: Some(rules), ..Lifecycle::default() };
    let horizon = Horizon { warm_up: Span::ZERO, ..horizon(4.0 * 3_600.0) };
    let mut on_instances = queue(servers(1, NO_LIMIT), 1.0, (1.0, Spread::Exponential));
    on_instances.instances.count = 40;
    on_instances.instances.lifecycle = life.clone();
    on_instances.balance = Balance::LeastLoaded;
    let shared = on_pool(1.0, 1.0, Spread::Exponential, machines(40, life, None));
    for (mut system, name) in [(on_instances, "instances"), (shared, "prove")] {
        system.load = wave(horizon, 2.0, 14.0);
        let (outcome, course) = watch(&system, horizon, &Streams::new(5, 0), Span::from_secs(600));
        let pool = outcome.pool(name).expect("it is there");
        conserves(&outcome);
        // 2 busy machines at 70 % are 3, and 14 are 20. The cooldown keeps the most of 20 looks, each with an error of √(2 / 15) or √(14 / 15)
        // busy machines: of two and a half times that, 5 and 24.
        let (exact, kept) = ((3.0 * 2.0 + 20.0) / 3.0, (5.0 * 2.0 + 24.0) / 3.0);
        assert!(pool.serving > exact && pool.serving < kept, "{name}: {pool:?}");
        assert!((pool.paid[0] - pool.serving) > 0.0 && pool.paid[0] < pool.serving + 0.3, "{name}: {pool:?}");
        // In 15 s come 30 requests or 25 or 35, so that now and then another machine is needed for a while.
        assert!(pool.turns <= 20 && outcome.counts.failed == 0, "{name}: {pool:?}");
        let busy: f64 = course.iter().map(|piece| piece.busy[0].1).sum::<f64>() / course.len() as f64;
        assert!((busy / outcome.steps[0].utilization - 1.0).abs() < 0.01, "{name}: {busy} {:?}", outcome.steps[0]);
        assert!(course.iter().all(|piece| piece.waiting < 900) && outcome.counts.in_flight == 0, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// All spot machines are lost at once, again and again, and no request is: it takes longer.
    #[test]
    fn losing_all_spot_machines_loses_no_request(
        seed in 0u64..1_000,
        form in 0usize..3,
        zones in 1usize..3,
        count in 1u64..5,
        saves in any::<bool>(),
    ) {
        let checkpoint = saves.then_some(Span::from_millis(300));
        let mut shared = on_pool(0.4, 1.0, Spread::Exponential, machines(count, spot(zones, 40.0, 10.0), checkpoint));
        shared.steps[0].form = match form {
            0 => Form::Single,
            1 => Form::Batch { most: 3, wait: Span::from_secs(2) },
            _ => Form::Split(Split { parts: Parts::Number(4), join: None }),
        };
        let mut own = queue(servers(1, NO_LIMIT), 0.4, (1.0, Spread::Exponential));
        own.instances.count = count as u32;
        own.instances.lifecycle = spot(zones, 40.0, 10.0);
        own.instances.requeues = true;
        if form > 0 {
            own.steps[0].place = Place::Instance(servers(1, NO_LIMIT));
            own.steps[0].form = shared.steps[0].form;
        }
        for (system, name) in [(shared, "prove"), (own, "instances")] {
            let horizon = Horizon { drain: Span::from_secs(1_000_000), ..horizon(2_000.0) };
            let outcome = run(&system, horizon, &Streams::new(seed, 0));
            conserves(&outcome);
            prop_assert!(outcome.pool(name).is_some_and(|pool| pool.lost > 0));
            prop_assert_eq!(outcome.counts.completed, outcome.counts.offered, "{}", name);
        }
    }
}
