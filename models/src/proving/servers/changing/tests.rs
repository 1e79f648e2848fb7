//! Servers of machines that come and go: against a run server by server, against theory, and what must not be lost.

use proptest::prelude::*;
use sim::{Calendar, Interval};

use super::super::tests::{Coming, batches, server_by_server};
use super::*;
use crate::machines::{Autoscaler, Failures, Lot, Rule, Terms};
use crate::spot::{Law, Renewal, Source};

/// What happens to a fleet of its own: a batch arrives, or is done, or something of the servers.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Happens {
    Arrival(usize),
    Done(usize),
    Servers(Event),
}

impl From<Event> for Happens {
    fn from(event: Event) -> Self {
        Self::Servers(event)
    }
}

/// A fleet after all that was to come is done, when every batch was, and the machines that served at every arrival.
struct Ran {
    fleet: Changing<Happens>,
    done: Vec<Time>,
    serving: Vec<f64>,
}

fn run(life: &ProverLife, servers: u64, discipline: Discipline, coming: &[Coming], seed: u64) -> Ran {
    let streams = Streams::new(seed, 0);
    let (mut fleet, mut calendar) = (Changing::new(life, servers, discipline, ("", &streams)), Calendar::new());
    let (mut done, mut left) = (vec![Time::ZERO; coming.len()], coming.len());
    let mut serving = Vec::new();
    fleet.start(&mut calendar);
    fleet.measure(Time::ZERO);
    (0..coming.len()).for_each(|batch| calendar.at(coming[batch].at, Happens::Arrival(batch)));
    while let Some((now, event)) = calendar.pop().filter(|_| left > 0) {
        match event {
            Happens::Arrival(batch) => {
                serving.push(fleet.machines.serving());
                let Coming { age, services, .. } = &coming[batch];
                let alike = services.iter().all(|service| *service == services[0]);
                let parts = match alike {
                    true => vec![Services::equal(services.len() as u64, services[0])],
                    false => vec![Services::Each(services.clone())],
                };
                fleet.submit(*age, parts, Happens::Done(batch), &mut calendar);
            }
            Happens::Done(batch) => {
                assert_eq!(done[batch], Time::ZERO, "a batch is done once");
                (done[batch], left) = (now, left - 1);
            }
            Happens::Servers(event) => fleet.handle(event, &mut calendar),
        }
    }
    fleet.close(calendar.now(), calendar.now() - Time::ZERO);
    let waits = fleet.waiting(calendar.now());
    assert!(left == 0 && fleet.promises.is_empty() && waits == 0, "nothing is lost");
    Ran { fleet, done, serving }
}

fn life(servers: u64, lifecycle: Lifecycle, checkpoint: Option<Span>) -> ProverLife {
    ProverLife { servers, lifecycle, checkpoint }
}

fn failing(between_s: f64, repair_s: f64) -> Lifecycle {
    let failures = Failures { between: Span::from_secs_f64(between_s), repair: Span::from_secs_f64(repair_s) };
    Lifecycle { failures: Some(failures), ..Lifecycle::default() }
}

#[test]
fn machines_that_never_fail_serve_as_server_by_server() {
    for case in 0..200 {
        let mut stream = Streams::new(31, case).stream("batches");
        let (machines, of_one) = (1 + stream.index(4) as u64, 1 + stream.index(3) as u64);
        let servers = machines * of_one;
        let load = [0.5, 0.9, 1.5][case as usize % 3];
        let coming = batches(&mut stream, 60, 4.5 * 1.5 / (servers as f64 * load), case % 2 == 0);
        for discipline in [Discipline::OldestFirst, Discipline::FirstComeFirstServed] {
            let ran = run(&life(of_one, failing(1e12, 1.0), None), servers, discipline, &coming, 1);
            // As for servers that are always there: on one server nothing is ever joined.
            let expected = server_by_server(servers as usize, discipline, &coming);
            assert!(servers > 1 || ran.done == expected, "case {case}, {discipline:?}");
            let mean = |times: &[Time]| times.iter().map(|time| time.as_secs_f64()).sum::<f64>() / times.len() as f64;
            let off = (mean(&ran.done) - mean(&expected)).abs();
            assert!(off < 0.1, "case {case}, {discipline:?}: mean is off by {off} s");
            let work: f64 = coming.iter().flat_map(|batch| &batch.services).map(|service| service.as_secs_f64()).sum();
            let (found, lost) = ran.fleet.work(Time::MAX);
            assert!((found / work - 1.0).abs() < 1e-9 && lost == 0.0, "case {case}: {found} of {work}");
        }
    }
}

/// Jobs of ten seconds, far enough apart.
fn apart(jobs: u64) -> Vec<Coming> {
    let at = |job: u64| Time::from_secs_f64(1.0 + 200.0 * job as f64);
    (0..jobs).map(|job| Coming { at: at(job), age: job, services: vec![Span::from_secs(10)] }).collect()
}

/// A service of length d that starts anew at failures of rate b takes (e^(bd) − 1)/b of the server.
#[test]
fn what_was_not_saved_is_done_again() {
    let coming = apart(4_000);
    for (checkpoint_s, expected) in [(None, 12.974), (Some(2.0), 5.0 * 20.0 * 0.1_f64.exp_m1())] {
        let checkpoint = checkpoint_s.map(Span::from_secs_f64);
        let of = life(1, failing(20.0, 1.0), checkpoint);
        let each = |seed| run(&of, 1, Discipline::OldestFirst, &coming, seed).fleet.work(Time::MAX).0 / 4_000.0;
        let found = Interval::of(&(0..10).map(each).collect::<Vec<_>>(), 0.99).expect("ten runs");
        assert!(found.contains(expected) && found.relative_half_width() < 0.02, "{expected}: {found:?}");
        let factor = of.lifecycle.done_again(1, 10.0, checkpoint);
        assert!((factor * 10.0 / expected - 1.0).abs() < 1e-3, "capacity counts as much: {factor}");
    }
}

#[test]
fn an_autoscaler_follows_a_step_of_the_load() {
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
    let lifecycle = Lifecycle { start_up: Span::from_secs(60), autoscaler: Some(rules), ..Lifecycle::default() };
    // A job of a second every half second for two hours, then seven jobs, then one again: 2, 14 and 2 busy machines.
    let jobs = |step: u64| if (14_400..28_800).contains(&step) { 7 } else { 1 };
    let coming: Vec<Coming> = (0..43_200)
        .map(|step| {
            let services = vec![Span::from_secs(1); jobs(step) as usize];
            Coming { at: Time::from_secs_f64(0.1 + 0.5 * step as f64), age: step, services }
        })
        .collect();
    let Ran { fleet, serving, done } = run(&life(1, lifecycle, None), 40, Discipline::OldestFirst, &coming, 5);
    // At 70 % these are 3, 20 and 3.
    assert_eq!([serving[14_000], serving[28_000], serving[43_000]], [3.0, 20.0, 3.0]);
    let pool = fleet.outcome("provers");
    assert!(pool.turns <= 1 && pool.lost == 0, "it does not oscillate: {pool:?}");
    assert!(pool.paid[0] > pool.serving && pool.paid[0] < pool.serving + 0.3, "start-up is paid: {pool:?}");
    let sojourn = |batch: usize| (done[batch] - coming[batch].at).as_secs_f64();
    assert!(sojourn(14_600) > 30.0 && sojourn(28_000) == 1.0, "{} s after the step", sojourn(14_600));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// All machines are lost at once, again and again, and no batch is.
    #[test]
    fn losing_all_machines_loses_no_batch(
        seed in 0u64..1_000,
        machines in 1u64..5,
        of_one in 1u64..4,
        zones in 1usize..3,
        saves in any::<bool>(),
        oldest in any::<bool>(),
    ) {
        let renewal = Renewal { up: Law::exponential(20.0), down: Law::exponential(5.0) };
        let terms = Terms::Spot { zones: vec![Source::Renewal(renewal); zones], notice: Span::from_millis(700) };
        let lot = Lot { machines: None, terms, least_billed: Span::from_secs(60) };
        let lifecycle = Lifecycle { start_up: Span::from_secs(1), lots: vec![lot], ..failing(50.0, 2.0) };
        let mut stream = Streams::new(seed, 1).stream("batches");
        let coming = batches(&mut stream, 60, 15.0 / (machines * of_one) as f64, seed % 2 == 0);
        let discipline = if oldest { Discipline::OldestFirst } else { Discipline::FirstComeFirstServed };
        let of = life(of_one, lifecycle, saves.then_some(Span::from_millis(300)));
        let Ran { fleet, done, .. } = run(&of, machines * of_one, discipline, &coming, seed);
        let work: f64 = coming.iter().flat_map(|batch| &batch.services).map(|service| service.as_secs_f64()).sum();
        let (given, lost) = fleet.work(Time::MAX);
        prop_assert!((given - lost - work).abs() < 1e-6 * work, "{given} of which {lost} lost, {work}");
        for (batch, done) in coming.iter().zip(&done) {
            let longest = batch.services.iter().max().expect("a batch has a job");
            prop_assert!(*done >= batch.at + *longest);
        }
    }
}
