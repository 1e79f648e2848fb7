//! Identical servers that take one class of jobs before another: the node that proves only when idle from validating.
//!
//! Model: G/G/c with two classes, each first come first served. A server that becomes free takes a job of the high
//! class if one waits, else one of the low class. Under preemptive resume a high job that finds no free server
//! interrupts the low job that was started last; what is left of that job waits at the head of its class and costs no
//! extra work. Without preemption the high job waits for a server.
//!
//! Assumptions: the work of a job is known when it arrives; interrupting and resuming cost nothing.
//! Source: A. Cobham, "Priority assignment in waiting line problems" (1954); for preemptive resume H. White, L. S.
//! Christie, "Queuing with preemptive priorities or with breakdown" (1958).
//! Leaves out: the time to unload a prover's memory, proofs that are abandoned instead of resumed.

use std::collections::VecDeque;

use sim::{Schedule, Span, Ticket, Time, TimeAverage};

/// Which jobs go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Goes first: validating.
    High,
    /// Takes what is left: proving.
    Low,
}

/// What a high job does where only low jobs stand in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discipline {
    /// It waits until one of them is done.
    NonPreemptive,
    /// It interrupts one of them, which is resumed later.
    PreemptiveResume,
}

/// What happens in the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The server of this number is done with its job.
    ServiceEnd(u32),
}

/// A job that waits, with the service that it still needs.
#[derive(Debug, Clone)]
struct Waiting<Job> {
    job: Job,
    left: Span,
}

/// A job in service.
#[derive(Debug, Clone)]
struct Running<Job> {
    job: Job,
    class: Class,
    ends: Time,
    ticket: Ticket,
}

/// Servers with two queues.
#[derive(Debug)]
pub struct Priority<Job> {
    discipline: Discipline,
    servers: Vec<Option<Running<Job>>>,
    idle: Vec<u32>,
    /// Servers with a low job, the one that was started last at the end.
    interruptible: Vec<u32>,
    queues: [VecDeque<Waiting<Job>>; 2],
    /// Servers at work for each class.
    busy: [TimeAverage; 2],
    interruptions: u64,
}

impl<Job> Priority<Job> {
    /// An idle station; asserts at least one server.
    pub fn new(servers: u32, discipline: Discipline) -> Self {
        assert!(servers > 0, "a station has a server");
        Self {
            discipline,
            servers: (0..servers).map(|_| None).collect(),
            idle: (0..servers).rev().collect(),
            interruptible: Vec::new(),
            queues: [VecDeque::new(), VecDeque::new()],
            busy: [TimeAverage::new(Time::ZERO, 0.0); 2],
            interruptions: 0,
        }
    }

    /// A job arrives that needs so much service: it is served at once, or waits.
    pub fn submit(&mut self, class: Class, job: Job, service: Span, schedule: &mut impl Schedule<Event = Event>) {
        self.queues[class as usize].push_back(Waiting { job, left: service });
        if self.idle.is_empty() && class == Class::High && self.discipline == Discipline::PreemptiveResume {
            self.interrupt(schedule);
        }
        self.serve(schedule);
    }

    /// A service ends: the job leaves, and the server takes the next one.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> (Class, Job) {
        let Event::ServiceEnd(server) = event;
        let done = self.release(server, schedule.now());
        self.serve(schedule);
        (done.class, done.job)
    }

    /// Jobs of a class that wait, interrupted ones among them.
    pub fn waiting(&self, class: Class) -> usize {
        self.queues[class as usize].len()
    }

    /// Service that all jobs in the station still need.
    pub fn unfinished(&self, now: Time) -> Span {
        let waiting = self.queues.iter().flatten().map(|job| job.left);
        waiting.chain(self.servers.iter().flatten().map(|job| job.ends - now)).fold(Span::ZERO, |sum, left| sum + left)
    }

    /// Average share of the servers at work for a class since the start, or since the warm-up ended.
    pub fn utilization(&self, class: Class, now: Time) -> f64 {
        self.busy[class as usize].mean(now) / self.servers.len() as f64
    }

    /// How often a low job was interrupted.
    pub fn interruptions(&self) -> u64 {
        self.interruptions
    }

    /// The warm-up ends: what was observed is forgotten, the jobs stay.
    pub fn end_warm_up(&mut self, now: Time) {
        self.busy.iter_mut().for_each(|busy| busy.restart(now));
        self.interruptions = 0;
    }

    /// Takes the server from the low job that was started last, if there is one.
    fn interrupt(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        let Some(&server) = self.interruptible.last() else { return };
        let running = self.release(server, schedule.now());
        assert!(schedule.cancel(running.ticket), "the end of a running service is pending");
        let left = running.ends - schedule.now();
        self.queues[Class::Low as usize].push_front(Waiting { job: running.job, left });
        self.interruptions += 1;
    }

    /// Puts waiting jobs on idle servers, high ones first.
    fn serve(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        while let Some(&server) = self.idle.last() {
            let Some(class) = [Class::High, Class::Low].into_iter().find(|class| self.waiting(*class) > 0) else {
                break;
            };
            let Some(Waiting { job, left }) = self.queues[class as usize].pop_front() else { break };
            self.idle.pop();
            let ends = schedule.now() + left;
            let ticket = schedule.at_cancellable(ends, Event::ServiceEnd(server));
            self.servers[server as usize] = Some(Running { job, class, ends, ticket });
            if class == Class::Low {
                self.interruptible.push(server);
            }
            self.count(class, 1.0, schedule.now());
        }
    }

    /// Frees a server of its job.
    fn release(&mut self, server: u32, now: Time) -> Running<Job> {
        let running = self.servers[server as usize].take().expect("a service ends where one was started");
        self.idle.push(server);
        self.interruptible.retain(|other| *other != server);
        self.count(running.class, -1.0, now);
        running
    }

    fn count(&mut self, class: Class, change: f64, now: Time) {
        let busy = &mut self.busy[class as usize];
        busy.set(now, busy.value() + change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory;
    use sim::{Calendar, Interval, Recorder, Simulation, Streams, Tally, World, replicate};

    fn secs(seconds: f64) -> Span {
        Span::from_secs_f64(seconds)
    }

    #[test]
    fn an_interrupted_proof_by_hand() {
        // A proof of 10 s starts at 0 on the only server; blocks of 2 s arrive at 3 and 4 s.
        let run = |discipline| {
            let (mut node, mut schedule) = (Priority::new(1, discipline), Recorder::new());
            node.submit(Class::Low, "proof", secs(10.0), &mut schedule);
            for (at, name) in [(3.0, "first"), (4.0, "second")] {
                schedule.advance_to(Time::from_secs_f64(at));
                node.submit(Class::High, name, secs(2.0), &mut schedule);
            }
            assert_eq!(node.unfinished(schedule.now()), secs(10.0));
            let mut left = Vec::new();
            while let Some((now, event)) = schedule.pop() {
                left.push((node.handle(event, &mut schedule).1, now.as_secs_f64()));
            }
            assert!((node.utilization(Class::Low, Time::from_secs_f64(14.0)) - 10.0 / 14.0).abs() < 1e-12);
            (left, node.interruptions())
        };
        assert_eq!(
            run(Discipline::PreemptiveResume),
            (vec![("first", 5.0), ("second", 7.0), ("proof", 14.0)], 1),
            "validating first"
        );
        assert_eq!(run(Discipline::NonPreemptive), (vec![("proof", 10.0), ("first", 12.0), ("second", 14.0)], 0));
    }

    #[test]
    fn an_interrupted_proof_goes_before_those_that_were_not_begun() {
        // Proofs of 10 s arrive at 0 and 1 s, a block of 2 s at 3 s: the first proof goes on at 5 s with 7 s left.
        let (mut node, mut schedule) = (Priority::new(1, Discipline::PreemptiveResume), Recorder::new());
        for (at, class, name, service) in
            [(0.0, Class::Low, "first", 10.0), (1.0, Class::Low, "second", 10.0), (3.0, Class::High, "block", 2.0)]
        {
            schedule.advance_to(Time::from_secs_f64(at));
            node.submit(class, name, secs(service), &mut schedule);
        }
        let mut left = Vec::new();
        while let Some((now, event)) = schedule.pop() {
            left.push((node.handle(event, &mut schedule).1, now.as_secs_f64()));
        }
        assert_eq!(left, [("block", 5.0), ("first", 12.0), ("second", 22.0)]);
    }

    #[derive(Clone, Copy)]
    enum Happens {
        Arrival(Class),
        Node(Event),
    }

    /// Poisson arrivals of both classes with exponential services.
    struct Node {
        station: Priority<Time>,
        streams: [sim::Stream; 2],
        /// Mean gap and mean service of each class \[s\].
        means: [(f64, f64); 2],
        sojourn: [Tally; 2],
        /// Of every arrival: when, the service it needs, and the unfinished work with it.
        arrivals: Vec<(Time, Span, Span)>,
    }

    impl World for Node {
        type Event = Happens;

        fn handle(&mut self, event: Happens, calendar: &mut Calendar<Happens>) {
            let now = calendar.now();
            match event {
                Happens::Arrival(class) => {
                    let (gap, service) = self.means[class as usize];
                    let stream = &mut self.streams[class as usize];
                    let (gap, service) = (secs(stream.exponential(gap)), secs(stream.exponential(service)));
                    self.station.submit(class, now, service, &mut calendar.scope(Happens::Node));
                    calendar.after(gap, Happens::Arrival(class));
                    self.arrivals.push((now, service, self.station.unfinished(now)));
                }
                Happens::Node(event) => {
                    let (class, arrived) = self.station.handle(event, &mut calendar.scope(Happens::Node));
                    self.sojourn[class as usize].record((now - arrived).as_secs_f64());
                }
            }
        }
    }

    const SERVED: u64 = 30_000;

    fn start(servers: u32, discipline: Discipline, means: [(f64, f64); 2], replication: u32) -> Simulation<Node> {
        let streams = Streams::new(21, replication);
        let streams = [streams.stream("high jobs"), streams.stream("low jobs")];
        let station = Priority::new(servers, discipline);
        let node = Node { station, streams, means, sojourn: [Tally::new(); 2], arrivals: Vec::new() };
        let mut run = Simulation::new(node);
        for class in [Class::High, Class::Low] {
            run.calendar.at(Time::ZERO, Happens::Arrival(class));
        }
        run
    }

    /// Mean sojourns of both classes in one replication, after a warm-up.
    fn sojourns(servers: u32, discipline: Discipline, means: [(f64, f64); 2], replication: u32) -> [f64; 2] {
        let mut run = start(servers, discipline, means, replication);
        let served = |node: &Node| node.sojourn[0].count() + node.sojourn[1].count();
        run.run_while(|node| served(node) < SERVED / 10);
        run.world.sojourn = [Tally::new(); 2];
        run.run_while(|node| served(node) < SERVED);
        run.world.sojourn.map(|tally| tally.mean())
    }

    /// Ten experiments of twelve replications: their 95 % intervals must cover the closed answer as often as promised.
    /// Less than 7 of 10 happens to a correct station once in 900 times.
    fn assert_sojourns(servers: u32, discipline: Discipline, means: [(f64, f64); 2], expected: [f64; 2]) {
        let all = replicate(0..120, |replication| sojourns(servers, discipline, means, replication));
        for class in [0, 1] {
            let figures: Vec<f64> = all.iter().map(|sojourns| sojourns[class]).collect();
            let intervals = figures.chunks(12).map(|chunk| Interval::of(chunk, 0.95).unwrap());
            let covered = intervals.filter(|interval| interval.contains(expected[class])).count();
            let whole = Interval::of(&figures, 0.95).unwrap();
            assert!(
                covered >= 7,
                "{discipline:?}, class {class}: {covered} of 10 cover {}: {whole:?}",
                expected[class]
            );
            assert!(whole.relative_half_width() < 0.02, "{whole:?}");
        }
    }

    #[test]
    fn one_server_without_preemption_has_the_waits_of_cobham() {
        let classes = [(0.4, 1.0), (0.2, 2.0)];
        let waits = theory::cobham_mean_waits(classes, [1.0, 1.0]);
        let means = classes.map(|(rate, service)| (1.0 / rate, service));
        assert_sojourns(1, Discipline::NonPreemptive, means, [waits[0] + 1.0, waits[1] + 2.0]);
    }

    #[test]
    fn one_preemptive_server_has_the_sojourns_of_white_and_christie() {
        let classes = [(0.4, 1.0), (0.2, 2.0)];
        let sojourns = theory::preemptive_mean_sojourns(classes, [1.0, 1.0]);
        let means = classes.map(|(rate, service)| (1.0 / rate, service));
        assert_sojourns(1, Discipline::PreemptiveResume, means, sojourns);
    }

    #[test]
    fn several_servers_of_one_speed_have_the_waits_of_cobham() {
        let (servers, rates) = (4, [1.2, 2.0]);
        let waits = theory::mmc_priority_mean_waits(4, rates, 1.0);
        let means = rates.map(|rate| (1.0 / rate, 1.0));
        assert_sojourns(servers, Discipline::NonPreemptive, means, waits.map(|wait| wait + 1.0));
        // Preemptive: the high class has the servers for itself. With equal services the number in the station is that
        // of an M/M/4 of all jobs, which leaves the rest to the low class (Little).
        let high = theory::mmc_mean_wait(4, 1.2, 1.0) + 1.0;
        let all = theory::mmc_mean_wait(4, 3.2, 1.0) + 1.0;
        let low = (3.2 * all - 1.2 * high) / 2.0;
        assert_sojourns(servers, Discipline::PreemptiveResume, means, [high, low]);
    }

    #[test]
    fn the_high_class_of_a_preemptive_station_sees_nobody_else() {
        // The same high jobs with and without low ones: every sojourn is the same, not only their mean.
        let busy = start(3, Discipline::PreemptiveResume, [(0.5, 1.0), (1.5, 1.2)], 0);
        let alone = start(3, Discipline::PreemptiveResume, [(0.5, 1.0), (1e9, 0.0)], 0);
        let [busy, alone] = [busy, alone].map(|mut run| {
            run.run_until(Time::from_secs_f64(5_000.0));
            (run.world.sojourn[0], run.world.station.interruptions())
        });
        assert!(busy.1 > 1_000 && alone.1 == 0, "{} interruptions", busy.1);
        assert!(busy.0.count() > 9_000);
        assert_eq!(busy.0, alone.0);
    }

    #[test]
    fn the_order_of_service_does_not_change_the_work() {
        // Kleinrock's conservation law, path by path: on one server the unfinished work depends on the arrivals alone.
        let paths = [Discipline::NonPreemptive, Discipline::PreemptiveResume].map(|discipline| {
            let mut run = start(1, discipline, [(2.5, 1.0), (5.0, 2.0)], 3);
            run.run_until(Time::from_secs_f64(20_000.0));
            run.world.arrivals
        });
        assert!(paths[0].len() > 10_000);
        assert_eq!(paths[0], paths[1]);
        // Lindley's recurrence: what is left of the work, and what the arrival brings.
        let (mut then, mut work) = (Time::ZERO, 0);
        for &(now, service, unfinished) in &paths[0] {
            work = u64::saturating_sub(work, (now - then).nanos()) + service.nanos();
            assert_eq!(unfinished.nanos(), work, "at {now:?}");
            then = now;
        }
    }

    #[test]
    fn weighted_waits_are_those_of_one_queue() {
        // The law in the mean: Σ ρ_i W_i = ρ W of first come, first served, whatever the order (theory against theory).
        let (classes, cv) = ([(0.3, 1.0), (0.1, 4.0)], [0.5, 2.0]);
        let waits = theory::cobham_mean_waits(classes, cv);
        let weighted: f64 = classes.iter().zip(waits).map(|((rate, service), wait)| rate * service * wait).sum();
        // W of M/G/1 with the mixture: mean (0.3 + 0.4)/0.4, second moment (0.3·1.25 + 0.1·16·5)/0.4.
        let (mean, second) = (0.7f64 / 0.4, (0.3 * 1.25 + 0.1 * 80.0) / 0.4);
        let cv = (second / (mean * mean) - 1.0).sqrt();
        assert!((weighted - 0.7 * theory::mg1_mean_wait(0.4, mean, cv)).abs() < 1e-12);
    }
}
