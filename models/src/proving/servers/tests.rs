//! The fleet against a run server by server, and what priority must do to the old and the young.

use super::*;
use crate::theory;
use sim::{Calendar, Interval, Recorder, Stream, Streams};

/// What happens in a fleet of its own: a batch arrives, or is done, or the fleet wakes up.
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

/// A batch to come: when, how old its work is, and the services of its jobs.
#[derive(Debug, Clone)]
pub(super) struct Coming {
    pub(super) at: Time,
    pub(super) age: u64,
    pub(super) services: Vec<Span>,
}

/// When every batch is done.
fn run(servers: u64, discipline: Discipline, coming: &[Coming], parts: impl Fn(&Coming) -> Vec<Services>) -> Vec<Time> {
    let (mut fleet, mut calendar) = (Servers::new(servers, discipline), Calendar::new());
    let mut done = vec![Time::ZERO; coming.len()];
    (0..coming.len()).for_each(|batch| calendar.at(coming[batch].at, Happens::Arrival(batch)));
    while let Some((now, event)) = calendar.pop() {
        match event {
            Happens::Arrival(batch) => {
                let parts = parts(&coming[batch]);
                fleet.submit(coming[batch].age, parts, Happens::Done(batch), &mut calendar);
            }
            Happens::Done(batch) => done[batch] = now,
            Happens::Servers(_) => fleet.wake(&mut calendar),
        }
    }
    assert!(fleet.waiting.is_empty() && fleet.servers() == servers);
    done
}

/// The definition: at every moment at which something arrives or is done, idle servers take the jobs of the oldest batch.
pub(super) fn server_by_server(servers: usize, discipline: Discipline, coming: &[Coming]) -> Vec<Time> {
    let mut done = vec![Time::ZERO; coming.len()];
    // Jobs by (age, order of arrival, place), with their service.
    let mut waiting: Vec<(u64, usize, usize, Span)> = Vec::new();
    let mut free = vec![Time::ZERO; servers];
    let (mut next, mut now) = (0, Time::ZERO);
    loop {
        while next < coming.len() && coming[next].at <= now {
            let age = if discipline == Discipline::OldestFirst { coming[next].age } else { 0 };
            waiting
                .extend(coming[next].services.iter().enumerate().map(|(place, service)| (age, next, place, *service)));
            next += 1;
        }
        waiting.sort();
        for server in free.iter_mut().filter(|server| **server <= now) {
            if waiting.is_empty() {
                break;
            }
            let (_, batch, _, service) = waiting.remove(0);
            *server = now + service;
            done[batch] = done[batch].max(*server);
        }
        let ends = free.iter().copied().filter(|server| *server > now);
        match ends.chain(coming.get(next).map(|coming| coming.at)).min() {
            Some(later) => now = later,
            None => return done,
        }
    }
}

/// Batches with distinct times, so that there are no ties; every job of a batch takes as long where `equal`.
pub(super) fn batches(stream: &mut Stream, count: usize, gap: f64, equal: bool) -> Vec<Coming> {
    let mut at = Time::ZERO;
    (0..count)
        .map(|_| {
            at = at + Span::from_secs_f64(stream.exponential(gap));
            let mean = 1.0 + stream.uniform();
            let service = |stream: &mut Stream| Span::from_secs_f64(mean * (0.5 + stream.uniform()));
            let jobs = 1 + stream.index(8);
            let first = service(stream);
            let services = (0..jobs).map(|_| if equal { first } else { service(stream) }).collect();
            Coming { at, age: stream.index(5) as u64, services }
        })
        .collect()
}

#[test]
fn batches_are_served_as_server_by_server() {
    for case in 0..400 {
        let mut stream = Streams::new(13, case).stream("batches");
        let servers = 1 + stream.index(6) as u64;
        let load = [0.5, 0.9, 1.5][case as usize % 3];
        let equal = case % 2 == 0;
        let coming = batches(&mut stream, 60, 4.5 * 1.5 / (servers as f64 * load), equal);
        let parts = |coming: &Coming| match equal {
            true => vec![Services::equal(coming.services.len() as u64, coming.services[0])],
            false => vec![Services::Each(coming.services.clone())],
        };
        for discipline in [Discipline::OldestFirst, Discipline::FirstComeFirstServed] {
            let found = run(servers, discipline, &coming, parts);
            let expected = server_by_server(servers as usize, discipline, &coming);
            // Servers that become free within 1/256 of a service count as free together: an end may move by that, and by
            // as much again for every job before it. On one server nothing is ever joined.
            let off = found.iter().zip(&expected).map(|(a, b)| (a.as_secs_f64() - b.as_secs_f64()).abs());
            let worst = off.fold(0.0, f64::max);
            assert!(servers > 1 || worst == 0.0, "case {case}, {discipline:?}: {worst} s");
            let mean = |times: &[Time]| times.iter().map(|time| time.as_secs_f64()).sum::<f64>() / times.len() as f64;
            assert!((mean(&found) - mean(&expected)).abs() < 0.1, "case {case}, {discipline:?}: mean is off");
        }
    }
}

#[test]
fn one_server_has_the_waits_of_cobham() {
    // Two ages of single jobs, deterministic: M/D/1 with non-preemptive priorities.
    let classes = [(0.4, 1.0), (0.2, 2.0)];
    let expected = theory::cobham_mean_waits(classes, [0.0, 0.0]);
    let means = |replication| {
        let streams = Streams::new(17, replication);
        let mut coming: Vec<Coming> = Vec::new();
        for (age, (rate, service)) in classes.into_iter().enumerate() {
            let (mut stream, mut at) = (streams.stream(&format!("class {age}")), Time::ZERO);
            for _ in 0..(40_000.0 * rate) as usize {
                at = at + Span::from_secs_f64(stream.exponential(1.0 / rate));
                coming.push(Coming { at, age: age as u64, services: vec![Span::from_secs_f64(service)] });
            }
        }
        coming.sort_by_key(|batch| batch.at);
        let done = run(1, Discipline::OldestFirst, &coming, |one| vec![Services::Each(one.services.clone())]);
        [0, 1].map(|age| {
            let of = coming.iter().zip(&done).filter(|(batch, _)| batch.age == age);
            let waits: Vec<f64> =
                of.map(|(batch, done)| (*done - batch.at).as_secs_f64() - batch.services[0].as_secs_f64()).collect();
            waits.iter().sum::<f64>() / waits.len() as f64
        })
    };
    let all: Vec<[f64; 2]> = (0..40).map(means).collect();
    for age in [0, 1] {
        let waits: Vec<f64> = all.iter().map(|waits| waits[age]).collect();
        let interval = Interval::of(&waits, 0.999).expect("many");
        assert!(interval.contains(expected[age]) && interval.relative_half_width() < 0.1, "{expected:?} {interval:?}");
    }
}

#[test]
fn the_oldest_are_not_later_than_first_come_first_served_and_the_work_is_the_same() {
    let (mut earlier, mut later) = (0, 0);
    for case in 0..200 {
        let mut stream = Streams::new(19, case).stream("batches");
        let coming = batches(&mut stream, 80, 4.5 * 1.5 / (3.0 * 0.95), true);
        let parts = |coming: &Coming| vec![Services::equal(coming.services.len() as u64, coming.services[0])];
        let [oldest, first] = [Discipline::OldestFirst, Discipline::FirstComeFirstServed]
            .map(|discipline| run(3, discipline, &coming, parts));
        let sojourn = |done: &[Time], age: u64| -> f64 {
            let of = coming.iter().zip(done).filter(|(batch, _)| batch.age == age);
            of.map(|(batch, done)| (*done - batch.at).as_secs_f64()).sum()
        };
        earlier += u32::from(sojourn(&oldest, 0) < sojourn(&first, 0) + 1e-9);
        later += u32::from(sojourn(&oldest, 4) + 1e-9 > sojourn(&first, 4));
    }
    assert!(earlier > 180 && later > 180, "the oldest are served earlier, and the youngest later: {earlier}, {later}");
}

#[test]
fn where_all_are_of_one_age_it_is_first_come_first_served() {
    for case in 0..50 {
        let mut stream = Streams::new(23, case).stream("batches");
        let mut coming = batches(&mut stream, 80, 4.5 * 1.5 / (3.0 * 0.95), false);
        coming.iter_mut().for_each(|batch| batch.age = 7);
        let parts = |coming: &Coming| vec![Services::Each(coming.services.clone())];
        let [oldest, first] = [Discipline::OldestFirst, Discipline::FirstComeFirstServed]
            .map(|discipline| run(3, discipline, &coming, parts));
        assert_eq!(oldest, first);
    }
}

#[test]
fn large_batches_end_within_a_service_of_what_they_do_job_by_job() {
    // Some jobs more than are drawn one by one, on few servers and on plenty; the first two are a single round.
    for (jobs, servers) in [(100, 1_000), (300, 300), (300, 40), (1_000, 300), (5_000, 16)] {
        let mut stream = Streams::new(29, 0).stream("services");
        let mean = |mut draw: Box<dyn FnMut() -> Services>| {
            let ends: Vec<f64> = (0..400)
                .map(|_| {
                    let (mut fleet, mut schedule) = (Servers::new(servers, Discipline::OldestFirst), Recorder::new());
                    fleet.submit(0, vec![draw()], Happens::Done(0), &mut schedule);
                    while let Some((now, event)) = schedule.pop() {
                        match event {
                            Happens::Servers(_) => fleet.wake(&mut schedule),
                            _ => return now.as_secs_f64(),
                        }
                    }
                    f64::NAN
                })
                .collect();
            Interval::of(&ends, 0.999).expect("many")
        };
        let mut singly = Streams::new(31, 0).stream("services");
        let one_by_one = mean(Box::new(move || {
            Services::Each(
                (0..jobs)
                    .flat_map(|_| match Services::draw(1, 1.0, 0.2, &mut singly) {
                        Services::Each(one) => one,
                        Services::Alike { .. } => Vec::new(),
                    })
                    .collect(),
            )
        }));
        let at_once = mean(Box::new(move || Services::draw(jobs, 1.0, 0.2, &mut stream)));
        let apart = (one_by_one.mean - at_once.mean).abs() - one_by_one.half_width() - at_once.half_width();
        let allowed = if jobs <= servers { 0.01 } else { 1.0 };
        assert!(apart < allowed, "{jobs} jobs on {servers}: {one_by_one:?} {at_once:?}");
    }
}
