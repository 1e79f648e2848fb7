//! The station against a run server by server, and the shortcuts against what they stand for.

use super::*;
use sim::Streams;

/// The definition: every job goes to the server that is free first.
struct Plain(Vec<Time>);

impl Plain {
    fn submit(&mut self, now: Time, jobs: u64, service: Span) -> Schedule {
        let mut schedule = Schedule::NOTHING;
        for _ in 0..jobs {
            self.0.sort();
            schedule.add(self.0[0].max(now), service);
            self.0[0] = self.0[0].max(now) + service;
        }
        schedule
    }
}

#[test]
fn batches_are_scheduled_as_job_by_job() {
    for case in 0..200u32 {
        let mut stream = Streams::new(3, case).stream("station");
        let servers = 1 + stream.index(9) as u64;
        let mut fast = Station::new(servers);
        let mut plain = Plain(vec![Time::ZERO; servers as usize]);
        let mut now = Time::ZERO;
        for _ in 0..60 {
            now = now + Span::from_nanos(stream.index(400) as u64);
            let jobs = 1 + stream.index(30) as u64;
            let service = Span::from_nanos(1 + stream.index(90) as u64);
            assert_eq!(fast.submit(now, jobs, service), plain.submit(now, jobs, service), "case {case}");
        }
    }
}

/// The rounds that groups take turns in are a shortcut: without it, every group alone, nothing is different.
#[test]
fn taking_turns_changes_no_schedule() {
    let mut turns = 0;
    for case in 0..300u32 {
        let mut stream = Streams::new(5, case).stream("station");
        let servers = 1 + stream.index(900) as u64;
        let (mut fast, mut slow) = (Station::new(servers), Station::new(servers));
        let mut now = Time::ZERO;
        for _ in 0..60 {
            now = now + Span::from_nanos(stream.index(6_000_000) as u64);
            let service = Span::from_nanos([600_000, 3_100_000, 74_000][stream.index(3)]);
            let jobs = 1 + stream.index(5_000) as u64;
            let schedule = fast.submit(now, jobs, service);
            let singly = slow.submit_singly(now, jobs, service, &mut turns);
            assert_eq!((schedule, &fast.groups), (singly, &slow.groups), "case {case}");
        }
    }
    assert!(turns > 1_000, "there were turns to take: {turns}");
}

impl Station {
    /// A batch whose groups are served one by one, as they were before they took turns; counts those that could have.
    fn submit_singly(&mut self, now: Time, jobs: u64, service: Span, turns: &mut u32) -> Schedule {
        self.release(now);
        let mut schedule = Schedule::NOTHING;
        let mut left = jobs;
        while left > 0 {
            let batch = Batch { left, service, until: Time::MAX, hand: () };
            let all = self.serve_all(batch, &mut schedule);
            *turns += u32::from(all == 0 && self.clone().take_turns(batch, &mut { schedule }) > 0);
            left -= if all > 0 { all } else { self.serve_first(batch, &mut schedule) };
        }
        schedule
    }
}

/// A batch whose jobs are started as their turn comes is that which is started at once.
#[test]
fn starting_piece_by_piece_changes_no_schedule() {
    for case in 0..200u32 {
        let mut stream = Streams::new(7, case).stream("station");
        let servers = 1 + stream.index(9) as u64;
        let (mut fast, mut plain) = (Station::new(servers), Plain(vec![Time::ZERO; servers as usize]));
        let mut now = Time::ZERO;
        for _ in 0..40 {
            let (jobs, service) = (1 + stream.index(40) as u64, Span::from_nanos(1 + stream.index(90) as u64));
            fast.release(now);
            let (mut started, mut schedule) = (0, Schedule::NOTHING);
            while started < jobs {
                started += fast.start(now, jobs - started, service, (), &mut schedule);
                now = if started < jobs { now + Span::from_nanos(1 + stream.index(200) as u64) } else { now };
            }
            let whole = plain.submit(fast.now, jobs, service);
            assert_eq!(schedule, whole, "case {case}");
            assert!(whole.last_start <= now);
            now = now.max(whole.last_start + Span::from_nanos(stream.index(400) as u64));
        }
    }
}

/// The bound on the last start is never late, and no more than a service early where all servers work.
#[test]
fn the_last_start_is_not_before_its_bound() {
    for case in 0..300u32 {
        let mut stream = Streams::new(9, case).stream("station");
        let mut station = Station::new(1 + stream.index(40) as u64);
        for _ in 0..20 {
            let (jobs, service) = (1 + stream.index(400) as u64, Span::from_nanos(1 + stream.index(9_000) as u64));
            let soonest = station.soonest(jobs, service).expect("there is a server");
            let latest = station.groups[station.groups.len() - 1].free;
            let last_start = station.submit(Time::ZERO, jobs, service).last_start;
            assert!(soonest <= last_start, "case {case}: {soonest:?} {last_start:?}");
            let off = (last_start - soonest).nanos();
            assert!(last_start < latest || off <= service.nanos(), "case {case}: {off} ns of {service:?}");
        }
    }
}

#[test]
fn a_huge_batch_is_scheduled_at_once() {
    let mut station = Station::new(64);
    let schedule = station.submit(Time::ZERO, 64_000_000_001, Span::from_millis(1));
    assert_eq!(schedule.last_done, Time::ZERO + Span::from_millis(1_000_000_001));
}
