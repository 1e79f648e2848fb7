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
//! Where it matters what a server has in hand, that is kept with it, and only servers that have the same in hand count as free
//! together: then idle servers can be added, and servers taken away with what they have in hand.
//! Source: the workload vector of J. Kiefer and J. Wolfowitz, "On the theory of queues with many servers" (1955).
//! Leaves out: servers that differ in speed.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use sim::{Span, Time};

/// Servers that become free at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group<Hand> {
    /// When that is.
    pub(crate) free: Time,
    /// How many.
    pub(crate) servers: u64,
    /// What they have in hand.
    pub(crate) hand: Hand,
}

impl<Hand: Copy + PartialEq> Group<Hand> {
    /// Whether servers that are free this far apart count as free together with those of another group.
    fn joins(&self, other: &Self, apart: Span) -> bool {
        let gap = if self.free <= other.free { other.free - self.free } else { self.free - other.free };
        gap <= apart && self.hand == other.hand
    }

    /// Counts `other` as part of this group, free at the mean of all servers: the work in the station stays the same.
    fn join(&mut self, other: Self) {
        let (early, late) = if self.free <= other.free { (*self, other) } else { (other, *self) };
        self.servers += other.servers;
        let (gap, late) = ((late.free - early.free).nanos(), late.servers);
        // The division of wide numbers is slow, and hardly ever needed.
        let mean = gap.checked_mul(late).map_or_else(
            || (u128::from(gap) * u128::from(late) / u128::from(self.servers)) as u64,
            |product| product / self.servers,
        );
        self.free = early.free + Span::from_nanos(mean);
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

/// Jobs to be started: how many are left, how long each takes, when the last of them may be started, and what a server has in
/// hand with one.
#[derive(Debug, Clone, Copy)]
struct Batch<Hand> {
    left: u64,
    service: Span,
    until: Time,
    hand: Hand,
}

impl<Hand> Batch<Hand> {
    /// Rounds that a server begins which is free at this time.
    fn rounds_started_from(&self, free: Time) -> u64 {
        match self.until {
            Time::MAX => u64::MAX,
            until if free > until => 0,
            until => ((until - free).nanos() / self.service.nanos()).saturating_add(1),
        }
    }
}

/// A multi-server station for batches of equal jobs, which keeps what its servers have in hand where that is asked.
#[derive(Debug, Clone)]
pub struct Station<Hand = ()> {
    groups: VecDeque<Group<Hand>>,
    /// Memory for the groups after a turn.
    spare: VecDeque<Group<Hand>>,
    servers: u64,
    now: Time,
    work: f64,
}

impl Station {
    /// An idle station; asserts at least one server.
    pub fn new(servers: u64) -> Self {
        assert!(servers > 0, "a station needs a server");
        let mut station = Self::default();
        station.add(Group { free: Time::ZERO, servers, hand: () });
        station
    }

    /// A batch of `jobs` jobs of `service` each arrives at `now`; asserts that time does not go back.
    pub fn submit(&mut self, now: Time, jobs: u64, service: Span) -> Schedule {
        self.release(now);
        let mut schedule = Schedule::NOTHING;
        self.start(Time::MAX, jobs, service, (), &mut schedule);
        schedule
    }
}

impl<Hand> Default for Station<Hand> {
    /// A station without a server: nothing can be started on it until one is added.
    fn default() -> Self {
        Self { groups: VecDeque::new(), spare: VecDeque::new(), servers: 0, now: Time::ZERO, work: 0.0 }
    }
}

impl<Hand: Copy + PartialEq + Default> Station<Hand> {
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

    /// Starts those of `jobs` jobs of `service` each whose turn comes by `until`, and adds them to the batch's schedule;
    /// returns their number. The jobs are there: the servers that were idle before they came have been released.
    pub fn start(&mut self, until: Time, jobs: u64, service: Span, hand: Hand, schedule: &mut Schedule) -> u64 {
        let mut left = jobs;
        while left > 0
            && let Some(first) = self.groups.front().filter(|first| first.free <= until)
        {
            if service == Span::ZERO {
                schedule.add(first.free, service);
                return jobs;
            }
            left -= self.serve_round(Batch { left, service, until, hand }, schedule);
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
            self.groups.push_front(Group { free: now, servers: idle, hand: Hand::default() });
        }
    }

    /// A time before which not all of so many jobs have been started; nothing where there is no server.
    pub(crate) fn soonest(&self, jobs: u64, service: Span) -> Option<Time> {
        // By then a server starts at most one job more than the services that it has time for.
        let (mut servers, mut free, mut soonest) = (0u128, 0u128, None);
        for group in &self.groups {
            if soonest.is_some_and(|soonest| soonest <= group.free) {
                break;
            }
            servers += u128::from(group.servers);
            free += u128::from(group.free.nanos()) * u128::from(group.servers);
            let services = u128::from(jobs).saturating_sub(servers) * u128::from(service.nanos());
            soonest = Some(Time::from_nanos(((free + services) / servers) as u64));
        }
        soonest
    }

    /// Servers that become free at `now` or later, in the order in which they do; those that are idle at `now` have been released.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group<Hand>> {
        self.groups.iter()
    }

    /// Adds servers with what they have in hand.
    pub(crate) fn add(&mut self, group: Group<Hand>) {
        self.servers += group.servers;
        self.insert(group, Span::ZERO);
    }

    /// Takes a server away with what it has in hand: that of this number, in the order in which they become free.
    pub(crate) fn take(&mut self, mut number: u64) -> Option<Group<Hand>> {
        let index = self.groups.iter().position(|group| {
            let is_here = number < group.servers;
            number -= if is_here { 0 } else { group.servers };
            is_here
        })?;
        let group = &mut self.groups[index];
        let taken = Group { servers: 1, ..*group };
        group.servers -= 1;
        if group.servers == 0 {
            self.groups.remove(index);
        }
        self.servers -= 1;
        Some(taken)
    }

    /// Serves as many jobs as one step can account for; returns their number.
    fn serve_round(&mut self, batch: Batch<Hand>, schedule: &mut Schedule) -> u64 {
        for serve in [Self::serve_all, Self::take_turns, Self::serve_turn] {
            let taken = serve(self, batch, schedule);
            if taken > 0 {
                return taken;
            }
        }
        self.serve_first(batch, schedule)
    }

    /// Whole rounds over all servers, where they keep the order; returns the number of jobs, 0 where there is none.
    fn serve_all(&mut self, batch: Batch<Hand>, schedule: &mut Schedule) -> u64 {
        let last = self.groups[self.groups.len() - 1].free;
        if batch.left < self.servers || last - self.groups[0].free > batch.service {
            return 0;
        }
        let rounds = (batch.left / self.servers).min(batch.rounds_started_from(last));
        if rounds == 0 {
            return 0;
        }
        for group in &mut self.groups {
            (group.free, group.hand) = (group.free + batch.service * rounds, batch.hand);
        }
        schedule.add(last + batch.service * (rounds - 1), batch.service);
        rounds * self.servers
    }

    /// The first group serves until it is no longer the first; returns the number of jobs.
    fn serve_first(&mut self, batch: Batch<Hand>, schedule: &mut Schedule) -> u64 {
        let Batch { left, service, hand, .. } = batch;
        let Some(front) = self.groups.pop_front() else { return 0 };
        let rounds = match self.groups.front() {
            // As most often, and known without a division.
            Some(next) if next.free <= front.free + service => 1,
            Some(next) => rounds_until(front.free, next.free, service),
            None => u64::MAX,
        };
        let rounds = match rounds {
            1 => 1,
            more => more.min(left.div_ceil(front.servers)).min(batch.rounds_started_from(front.free)).max(1),
        };
        let full = front.servers.saturating_mul(rounds);
        // In the last round the jobs may not suffice for all servers of the group.
        let missing = full.saturating_sub(left);
        let started = front.free + service * (rounds - 1);
        let apart = service / RESOLUTION;
        self.insert(Group { free: started + service, servers: front.servers - missing, hand }, apart);
        if missing > 0 {
            // These have in hand what they had before the last round.
            let hand = if rounds > 1 { hand } else { front.hand };
            self.insert(Group { free: started, servers: missing, hand }, apart);
        }
        schedule.add(started, service);
        full - missing
    }

    /// Whole rounds over the first groups, where they take turns: all of them are free within a service of the first, and
    /// the next group later than the rounds last. The same as one group after the other, at once; returns the number of
    /// jobs, 0 where there is no such round.
    fn take_turns(&mut self, batch: Batch<Hand>, schedule: &mut Schedule) -> u64 {
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
        // As most often, and known without a division.
        if next.free - last <= service + apart {
            return 0;
        }
        let until = |end: Time, margin: Span| (end - last).nanos().saturating_sub(margin.nanos() + 1) / service.nanos();
        // Rounds over all servers are more still, as soon as the last of them is within a service of the first.
        let all = if left >= self.servers { until(self.groups[self.groups.len() - 1].free, service) } else { u64::MAX };
        let rounds = until(next.free, apart).min(all).min(left / servers).min(batch.rounds_started_from(last));
        if rounds == 0 {
            return 0;
        }
        for group in self.groups.iter_mut().take(turns) {
            (group.free, group.hand) = (group.free + service * rounds, batch.hand);
        }
        schedule.add(last + service * (rounds - 1), service);
        rounds * servers
    }

    /// One round over the first groups that are free within a service of the first, whatever comes next. The same as one group after the
    /// other, at once; returns the number of jobs, 0 where it would not be less work.
    fn serve_turn(&mut self, batch: Batch<Hand>, schedule: &mut Schedule) -> u64 {
        let Batch { left, service, until, hand } = batch;
        let (groups, apart) = (self.groups.make_contiguous(), service / RESOLUTION);
        let (end, latest) = (groups[0].free + service, groups[groups.len() - 1].free);
        let (mut turns, mut servers, mut last) = (0, 0, Time::ZERO);
        // Those that the first would join are not of this round.
        for group in groups.iter().take_while(|group| group.free + apart < end && group.free <= until) {
            // Rounds over all servers are more still, as soon as there can be one.
            let all = left - servers >= self.servers && latest <= group.free + service;
            if all || servers + group.servers > left {
                break;
            }
            (turns, servers, last) = (turns + 1, servers + group.servers, group.free);
        }
        if turns < 2 || turns < groups.len() / 4 {
            return 0;
        }
        let (served, rest) = groups.split_at_mut(turns);
        let mut next = 0;
        for group in served {
            let group = Group { free: group.free + service, servers: group.servers, hand };
            let before = rest[next..].iter().take_while(|rest| rest.free < group.free);
            let from = self.spare.len();
            self.spare.extend(before);
            next += self.spare.len() - from;
            if let Some(next) = rest.get_mut(next).filter(|next| next.joins(&group, apart)) {
                next.join(group);
            } else if let Some(before) = self.spare.back_mut().filter(|before| before.joins(&group, apart)) {
                before.join(group);
            } else {
                self.spare.push_back(group);
            }
        }
        self.spare.extend(&rest[next..]);
        std::mem::swap(&mut self.groups, &mut self.spare);
        self.spare.clear();
        schedule.add(last, service);
        servers
    }

    /// Puts servers where they belong by the time at which they are free; `apart` or closer to others, they join them.
    fn insert(&mut self, group: Group<Hand>, apart: Span) {
        if group.servers == 0 {
            return;
        }
        // Servers that were just given work are among the last to be free: a search from the back ends soon.
        let mut index = self.groups.len();
        while index > 0 && self.groups[index - 1].free >= group.free {
            index -= 1;
        }
        if let Some(next) = self.groups.get_mut(index).filter(|next| next.joins(&group, apart)) {
            next.join(group);
        } else if let Some(before) = index
            .checked_sub(1)
            .and_then(|before| self.groups.get_mut(before))
            .filter(|before| before.joins(&group, apart))
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
