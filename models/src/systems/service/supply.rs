//! The wiring of machines that come and go.

use sim::{Calendar, Schedule, Span, Time};

use crate::machines::{self, Change, Seen};
use crate::systems::service::jobs::{Kind, NOBODY, Standing};
use crate::systems::service::passage::faster;
use crate::systems::service::pools::OF_INSTANCES;
use crate::systems::service::requests::Miss;
use crate::systems::service::world::{Event, ServiceWorld};
use crate::systems::service::{Place, Pool};

impl ServiceWorld {
    /// All pools begin.
    pub(super) fn start_pools(&mut self, calendar: &mut Calendar<Event>) {
        for (at, pool) in self.pools.iter_mut().enumerate() {
            pool.machines.start(&mut calendar.scope(|event| Event::Machines(at as u16, event)));
            let serving =
                pool.machines.up().iter().enumerate().filter(|(_, up)| **up).map(|(machine, _)| machine as u32);
            let Some((seats, step)) = pool.seats.as_mut().zip(pool.step) else { continue };
            let station = &mut self.stations[self.layout.station(step, 0)];
            // The layout counts every machine; those that serve are seated.
            let servers: u64 = serving.map(|machine| seats.open(machine)).sum();
            station.remove(self.system.servers(&self.system.steps[step as usize]).count);
            station.add(servers);
        }
        self.balancer.look(self.pools[OF_INSTANCES as usize].machines.up());
        if !self.system.instances.lifecycle.is_constant() {
            calendar.after(self.system.instances.health_check, Event::Check);
        }
    }

    /// Something happens to the machines of a pool.
    pub(super) fn change(&mut self, at: u16, event: machines::Event, calendar: &mut Calendar<Event>) {
        let looks = event == machines::Event::Look;
        let in_hand = if looks { self.in_hand(at) } else { 0.0 };
        let pool = &mut self.pools[at as usize];
        let seen = if looks { pool.busy.look(in_hand, calendar.now()) } else { Seen::default() };
        let changes = pool.machines.handle(event, seen, &mut calendar.scope(|event| Event::Machines(at, event)));
        for change in changes {
            if at == OF_INSTANCES {
                self.change_instance(change, calendar)
            } else {
                self.change_machine(at, change, calendar)
            }
        }
    }

    /// Requests in hand of a pool.
    fn in_hand(&self, at: u16) -> f64 {
        match self.pools[at as usize].step {
            Some(step) => self.record.in_hand(step),
            None => self.balancer.in_hand() + self.parked.len() as f64,
        }
    }

    fn change_instance(&mut self, change: Change, calendar: &mut Calendar<Event>) {
        match change {
            Change::Serves(instance) => self.warmth.cool(instance),
            // The balancer finds it at its next check.
            Change::Remains(_) => {}
            Change::Leaves(instance) => {
                self.balancer.forget(instance);
                self.leave_if_empty(instance, calendar.now());
            }
            Change::Lost(instance) => {
                self.fail(instance, calendar);
                self.fault(calendar.now());
            }
        }
    }

    /// An instance that leaves and has nothing in hand is given back.
    pub(super) fn leave_if_empty(&mut self, instance: u32, now: Time) {
        let machines = &mut self.pools[OF_INSTANCES as usize].machines;
        if machines.is_leaving(instance) && !self.balancer.has_any(instance) {
            machines.emptied(instance, now);
        }
    }

    fn change_machine(&mut self, at: u16, change: Change, calendar: &mut Calendar<Event>) {
        let pool = &mut self.pools[at as usize];
        let (seats, step) = pool.seats.as_mut().zip(pool.step).expect("machines that come and go are seated");
        let station = self.layout.station(step, 0);
        match change {
            Change::Serves(machine) | Change::Remains(machine) => {
                self.stations[station].add(seats.open(machine));
                self.begin_waiting(station, calendar);
            }
            Change::Leaves(machine) => {
                self.stations[station].remove(seats.close(machine));
                if seats.is_idle(machine) {
                    pool.machines.emptied(machine, calendar.now());
                }
            }
            Change::Lost(machine) => {
                self.stations[station].remove(seats.close(machine));
                self.put_back(at, step, machine, calendar);
                self.fault(calendar.now());
            }
        }
    }

    /// Idle servers of a station begin with those who wait.
    fn begin_waiting(&mut self, station: usize, calendar: &mut Calendar<Event>) {
        while let Some(next) = self.stations[station].begin_next() {
            self.begin_waited(next, calendar);
        }
    }

    /// What a lost machine of a pool had in hand is served again, by others at once or before those who wait.
    fn put_back(&mut self, at: u16, step: u16, machine: u32, calendar: &mut Calendar<Event>) {
        let station = self.layout.station(step, 0);
        let served = |number: &u32| {
            let job = &self.jobs[*number];
            job.step == step && job.host == machine && matches!(job.standing, Standing::Served(_))
        };
        let mut lost: Vec<u32> = self.jobs.numbers().into_iter().filter(served).collect();
        // Who came last is put back first, so that the order stays.
        lost.sort_by_key(|number| std::cmp::Reverse((self.jobs[*number].came, *number)));
        for number in lost {
            let spent = self.interrupt(number, calendar);
            let kept = self.kept(step, spent);
            if self.record.measuring {
                self.record.works(Span::from_nanos(spent.nanos() - kept.nanos()), false);
            }
            let seats = self.pools[at as usize].seats.as_mut().expect("machines that come and go are seated");
            seats.leave(machine);
            let (now, job) = (calendar.now(), &mut self.jobs[number]);
            // What is left, on a server of speed 1.
            let left = Span::from_nanos(job.service.nanos() - kept.nanos());
            job.service = faster(left, 1.0 / seats.speed(machine));
            job.spent = job.spent + kept;
            (job.standing, job.came) = (Standing::Waits, now);
            self.waits_again(number, now);
            let priority = self.system.classes[self.jobs[number].class as usize].priority;
            self.stations[station].put_back(number, priority);
        }
        self.begin_waiting(station, calendar);
    }

    /// What is saved of a service on a pool.
    fn kept(&self, step: u16, spent: Span) -> Span {
        let Place::Pool(Pool { checkpoint: Some(every), .. }) = &self.system.steps[step as usize].place else {
            return Span::ZERO;
        };
        Span::from_nanos(spent.nanos() / every.nanos().max(1) * every.nanos())
    }

    /// Who is behind a job that is put back waits again; of a request in parts, others are served.
    fn waits_again(&mut self, number: u32, now: Time) {
        let step = self.jobs[number].step;
        match self.jobs[number].kind {
            Kind::Attempt => self.record.waits(step, now),
            Kind::Batch(list) => {
                let station = self.layout.station(step, 0);
                for member in &self.lists[list] {
                    self.jobs[*member].came = now;
                    self.waiting[station] += 1;
                    self.record.waits(step, now);
                }
            }
            Kind::Part { .. } => {}
        }
    }

    /// An attempt that waits for an instance comes to one, where the balancer knows of any that runs.
    pub(super) fn dispatch(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        match self.balancer.choose() {
            Some(instance) => {
                self.jobs[number].instance = instance;
                self.enter(number, calendar);
            }
            None => self.park(number),
        }
    }

    /// An attempt waits for an instance that runs.
    pub(super) fn park(&mut self, number: u32) {
        self.jobs[number].standing = Standing::Parked;
        self.parked.push_back(number);
    }

    /// The balancer looks who runs.
    pub(super) fn check_health(&mut self, calendar: &mut Calendar<Event>) {
        calendar.after(self.system.instances.health_check, Event::Check);
        self.balancer.look(self.pools[OF_INSTANCES as usize].machines.up());
        for number in std::mem::take(&mut self.parked) {
            self.dispatch(number, calendar);
        }
    }

    /// An attempt is lost with its instance, or sent to one that does not run: it begins again elsewhere, or fails.
    pub(super) fn lose_instance(&mut self, number: u32, calendar: &mut Calendar<Event>) {
        let job = self.jobs[number];
        if !self.system.instances.requeues || job.request == NOBODY {
            return self.lose(number, Miss::Failed, calendar);
        }
        self.balancer.forget(job.instance);
        self.balancer.leave(job.instance);
        if self.record.measuring {
            self.record.works(job.spent, false);
        }
        let job = &mut self.jobs[number];
        (job.step, job.spent, job.instance) = (0, Span::ZERO, NOBODY);
        self.dispatch(number, calendar);
    }
}
