//! Identical servers behind one first-come-first-served queue that is fed batches of equal jobs: G^X/D/c.
//!
//! Model: a batch of n jobs arrives at one instant; each job takes the batch's service time on the server that is free
//! first. Because services are known, the whole schedule of a batch is known on arrival and is returned at once:
//! no event per job. The state is the sorted list of the times at which servers become free, servers that become free
//! together being one entry, so that a batch costs time in the entries it touches, not in its jobs or servers.
//!
//! Assumptions: services are deterministic within a batch (the sum of many services is what matters); batches may
//! differ in service time; the queue is unbounded. Exact but for servers whose free times differ by less than 1/256
//! of a service, which count as free at their mean: the tests compare it with a server-by-server run.
//! Source: the workload vector of J. Kiefer and J. Wolfowitz, "On the theory of queues with many servers" (1955).
//! Leaves out: servers that fail or are taken away.

use std::collections::VecDeque;

use sim::{Span, Time};

/// Servers that become free at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Group {
    free: Time,
    servers: u64,
}

impl Group {
    /// Counts `other` as part of this group, free at the mean of all servers: the work in the station stays the same.
    fn join(&mut self, other: Group) {
        let (early, late) = if self.free <= other.free { (*self, other) } else { (other, *self) };
        let gap = u128::from((late.free - early.free).nanos()) * u128::from(late.servers);
        self.servers += other.servers;
        self.free = early.free + Span::from_nanos((gap / u128::from(self.servers)) as u64);
    }
}

/// Servers that become free within a service time divided by this of each other count as free together. Without it, a
/// station that is never idle would come to know each of its servers by name.
const RESOLUTION: u64 = 256;

/// What happens to a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// When the last job of the batch is started.
    pub last_start: Time,
    /// When the last job of the batch is done.
    pub last_done: Time,
}

impl Schedule {
    /// That of a batch of which nothing has been started.
    pub const NOTHING: Self = Self { last_start: Time::ZERO, last_done: Time::ZERO };

    fn add(&mut self, last_start: Time, service: Span) {
        self.last_start = self.last_start.max(last_start);
        self.last_done = self.last_done.max(last_start + service);
    }
}

/// Jobs in hand: how many are left, how long each takes, and when the last of them may be started.
#[derive(Debug, Clone, Copy)]
struct Batch {
    left: u64,
    service: Span,
    until: Time,
}

impl Batch {
    /// Rounds that a server begins which is free at this time.
    fn rounds_started_from(&self, free: Time) -> u64 {
        match self.until {
            Time::MAX => u64::MAX,
            until if free > until => 0,
            until => ((until - free).nanos() / self.service.nanos()).saturating_add(1),
        }
    }
}

/// A multi-server station for batches of equal jobs.
#[derive(Debug, Clone)]
pub struct Station {
    groups: VecDeque<Group>,
    servers: u64,
    now: Time,
    work: f64,
}

impl Station {
    /// An idle station; asserts at least one server.
    pub fn new(servers: u64) -> Self {
        assert!(servers > 0, "a station needs a server");
        Self { groups: VecDeque::from([Group { free: Time::ZERO, servers }]), servers, now: Time::ZERO, work: 0.0 }
    }

    /// Number of servers.
    pub fn servers(&self) -> u64 {
        self.servers
    }

    /// Service given and promised since the start, in server-seconds.
    pub fn work(&self) -> f64 {
        self.work
    }

    /// Becomes what another is, in the memory that it has.
    pub(crate) fn become_like(&mut self, other: &Self) {
        self.groups.clone_from(&other.groups);
        (self.servers, self.now, self.work) = (other.servers, other.now, other.work);
    }

    /// A batch of `jobs` jobs of `service` each arrives at `now`; asserts that time does not go back.
    pub fn submit(&mut self, now: Time, jobs: u64, service: Span) -> Schedule {
        self.release(now);
        let mut schedule = Schedule::NOTHING;
        self.start(Time::MAX, jobs, service, &mut schedule);
        schedule
    }

    /// Starts those of `jobs` jobs of `service` each whose turn comes by `until`, and adds them to the batch's schedule;
    /// returns their number. The jobs are there: the servers that were idle before they came have been released.
    pub fn start(&mut self, until: Time, jobs: u64, service: Span, schedule: &mut Schedule) -> u64 {
        let mut left = jobs;
        while left > 0 && self.groups[0].free <= until {
            if service == Span::ZERO {
                schedule.add(self.groups[0].free, service);
                return jobs;
            }
            left -= self.serve_round(Batch { left, service, until }, schedule);
        }
        self.work += (jobs - left) as f64 * service.as_secs_f64();
        jobs - left
    }

    /// Makes the servers that are idle at `now` free from now on, which is when the next jobs are there; asserts that time
    /// does not go back.
    pub fn release(&mut self, now: Time) {
        assert!(now >= self.now, "batches arrive in order of time");
        self.now = now;
        let mut idle = 0;
        while let Some(group) = self.groups.front().filter(|group| group.free <= now) {
            idle += group.servers;
            self.groups.pop_front();
        }
        if idle > 0 {
            self.groups.push_front(Group { free: now, servers: idle });
        }
    }

    /// Serves as many jobs as one step can account for; returns their number.
    fn serve_round(&mut self, batch: Batch, schedule: &mut Schedule) -> u64 {
        let mut taken = self.serve_all(batch, schedule);
        if taken == 0 {
            taken = self.take_turns(batch, schedule);
        }
        if taken == 0 { self.serve_first(batch, schedule) } else { taken }
    }

    /// Whole rounds over all servers, where they keep the order; returns the number of jobs, 0 where there is none.
    fn serve_all(&mut self, batch: Batch, schedule: &mut Schedule) -> u64 {
        let last = self.groups[self.groups.len() - 1].free;
        if batch.left < self.servers || last - self.groups[0].free > batch.service {
            return 0;
        }
        let rounds = (batch.left / self.servers).min(batch.rounds_started_from(last));
        if rounds == 0 {
            return 0;
        }
        for group in &mut self.groups {
            group.free = group.free + batch.service * rounds;
        }
        schedule.add(last + batch.service * (rounds - 1), batch.service);
        rounds * self.servers
    }

    /// The first group serves until it is no longer the first; returns the number of jobs.
    fn serve_first(&mut self, batch: Batch, schedule: &mut Schedule) -> u64 {
        let Batch { left, service, .. } = batch;
        let front = self.groups[0];
        self.groups.pop_front();
        let rounds = self.groups.front().map_or(u64::MAX, |next| rounds_until(front.free, next.free, service));
        let rounds = rounds.min(left.div_ceil(front.servers)).min(batch.rounds_started_from(front.free)).max(1);
        let full = front.servers.saturating_mul(rounds);
        // In the last round the jobs may not suffice for all servers of the group.
        let missing = full.saturating_sub(left);
        let started = front.free + service * (rounds - 1);
        let apart = service / RESOLUTION;
        self.insert(Group { free: started + service, servers: front.servers - missing }, apart);
        if missing > 0 {
            self.insert(Group { free: started, servers: missing }, apart);
        }
        schedule.add(started, service);
        full - missing
    }

    /// Whole rounds over the first groups, where they take turns: all of them are free within a service of the first, and
    /// the next group later than the rounds last. The same as one group after the other, at once; returns the number of
    /// jobs, 0 where there is no such round.
    fn take_turns(&mut self, batch: Batch, schedule: &mut Schedule) -> u64 {
        let Batch { left, service, .. } = batch;
        let first = self.groups[0].free;
        let apart = service / RESOLUTION;
        let (mut turns, mut servers, mut last) = (1, self.groups[0].servers, first);
        for group in self.groups.iter().skip(1).take_while(|group| group.free < first + service) {
            // Groups that would be joined do not take turns.
            if group.free - last <= apart || servers + group.servers > left {
                return 0;
            }
            (turns, servers, last) = (turns + 1, servers + group.servers, group.free);
        }
        let Some(next) = self.groups.get(turns).filter(|_| turns > 1 && first + service - last > apart) else {
            return 0;
        };
        let until = |end: Time, margin: Span| (end - last).nanos().saturating_sub(margin.nanos() + 1) / service.nanos();
        // Rounds over all servers are more still, as soon as the last of them is within a service of the first.
        let all = if left >= self.servers { until(self.groups[self.groups.len() - 1].free, service) } else { u64::MAX };
        let rounds = until(next.free, apart).min(all).min(left / servers).min(batch.rounds_started_from(last));
        if rounds == 0 {
            return 0;
        }
        self.groups.iter_mut().take(turns).for_each(|group| group.free = group.free + service * rounds);
        schedule.add(last + service * (rounds - 1), service);
        rounds * servers
    }

    /// Puts servers where they belong by the time at which they are free; `apart` or closer to others, they join them.
    fn insert(&mut self, group: Group, apart: Span) {
        if group.servers == 0 {
            return;
        }
        // Servers that were just given work are among the last to be free: a search from the back ends soon.
        let mut index = self.groups.len();
        while index > 0 && self.groups[index - 1].free >= group.free {
            index -= 1;
        }
        if let Some(next) = self.groups.get_mut(index).filter(|next| next.free - group.free <= apart) {
            next.join(group);
        } else if let Some(before) =
            index.checked_sub(1).and_then(|before| self.groups.get_mut(before)).filter(|b| group.free - b.free <= apart)
        {
            before.join(group);
        } else {
            self.groups.insert(index, group);
        }
    }
}

/// Rounds after which a server that is free at `from` is no longer the first to be free.
fn rounds_until(from: Time, next: Time, service: Span) -> u64 {
    (next - from).nanos().div_ceil(service.nanos()).max(1)
}

#[cfg(test)]
mod tests {
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
                let batch = Batch { left, service, until: Time::MAX };
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
                    started += fast.start(now, jobs - started, service, &mut schedule);
                    now = if started < jobs { now + Span::from_nanos(1 + stream.index(200) as u64) } else { now };
                }
                let whole = plain.submit(fast.now, jobs, service);
                assert_eq!(schedule, whole, "case {case}");
                assert!(whole.last_start <= now);
                now = now.max(whole.last_start + Span::from_nanos(stream.index(400) as u64));
            }
        }
    }

    #[test]
    fn a_huge_batch_is_scheduled_at_once() {
        let mut station = Station::new(64);
        let schedule = station.submit(Time::ZERO, 64_000_000_001, Span::from_millis(1));
        assert_eq!(schedule.last_done, Time::ZERO + Span::from_millis(1_000_000_001));
    }
}
