//! The machines of a pool in time: which of them serve.

use sim::{Schedule, Span, Stream, Streams, Time, TimeAverage};

use super::autoscaler::{Scaling, Seen};
use super::meter::Meter;
use super::{Failures, Lifecycle, PoolOutcome, Terms};
use crate::spot::{Source, Zone};

/// What happens to machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// One has started, in the life of that number.
    Started(u32, u16),
    /// One fails, in the life of that number.
    Fails(u32, u16),
    /// A zone says that it will take its machines back.
    Warns(u16),
    /// A zone has machines, or has them no more.
    Turns(u16),
    /// The autoscaler looks.
    Look,
}

/// What others have to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// This machine has started, and serves.
    Serves(u32),
    /// It gets work again: it was to leave, and had not ended what it had.
    Remains(u32),
    /// It gets no more work, and may end what it has.
    Leaves(u32),
    /// It is gone, with what it had in hand.
    Lost(u32),
}

/// What a machine does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody pays for it, unless it is kept.
    Off,
    Starting,
    Serving,
    /// It ends what it has.
    Leaving,
    /// It is repaired, and started again.
    Failed,
}

#[derive(Debug)]
struct Machine {
    state: State,
    /// How often it was ordered: an event of a former life means nothing.
    life: u16,
    lot: usize,
    zone: Option<usize>,
}

#[derive(Debug)]
struct Place {
    zone: Zone,
    stream: Stream,
    notice: Span,
    /// Whether machines can be ordered there.
    open: bool,
    /// Whether there are machines.
    has: bool,
}

/// All machines of a pool.
#[derive(Debug)]
pub struct Machines {
    start_up: Span,
    failures: Option<Failures>,
    kept: Vec<bool>,
    machines: Vec<Machine>,
    /// Whether each serves.
    up: Vec<bool>,
    zones: Vec<Place>,
    scaling: Option<Scaling>,
    lives: Stream,
    repairs: Stream,
    meter: Meter,
    serving: TimeAverage,
    wanted: TimeAverage,
    lost: u64,
    turns_before: u64,
    measuring: bool,
    /// Means of those that served and that should have, once the measured time is over, which was so long \[s\].
    means: [f64; 2],
    measured_s: f64,
}

impl Machines {
    /// So many machines, which serve from the start as far as they are wanted and can be had; `name` is that of their random streams,
    /// empty for the only pool of a system.
    pub fn new(life: &Lifecycle, count: u64, name: &str, streams: &Streams) -> Self {
        life.check();
        let stream = |what: &str| match name {
            "" => streams.stream(what),
            name => streams.stream(&format!("{what} of {name}")),
        };
        let (mut machines, mut zones) = (Vec::new(), Vec::new());
        // Traces start at the same moment, so that what happened to several zones at once does so again.
        let moment = stream("spot moment").uniform();
        for (lot, (of, count)) in life.lots.iter().zip(life.in_lots(count)).enumerate() {
            let first = zones.len();
            if let Terms::Spot { zones: sources, notice } = &of.terms {
                zones.extend(sources.iter().enumerate().map(|(at, source)| {
                    let zone = Zone::new(begun(source, moment));
                    let stream = stream(&format!("spot zone {}", first + at));
                    Place { zone, stream, notice: *notice, open: false, has: false }
                }));
            }
            let spread = zones.len() - first;
            machines.extend((0..count as usize).map(|at| {
                let zone = (spread > 0).then(|| first + at % spread.max(1));
                Machine { state: State::Off, life: 0, lot, zone }
            }));
        }
        let (lives, repairs) = (stream("failures"), stream("repairs"));
        let scaling = life.autoscaler.map(|rules| Scaling::new(rules, machines.len() as u64));
        let wanted = scaling.as_ref().map_or(machines.len() as u64, Scaling::wanted) as f64;
        Self {
            start_up: life.start_up,
            failures: life.failures,
            kept: life.lots.iter().map(|lot| lot.terms == Terms::Kept).collect(),
            up: vec![false; machines.len()],
            zones,
            scaling,
            lives,
            repairs,
            meter: Meter::new(life, machines.len() as u64),
            machines,
            serving: TimeAverage::new(Time::ZERO, 0.0),
            wanted: TimeAverage::new(Time::ZERO, wanted),
            lost: 0,
            turns_before: 0,
            measuring: false,
            means: [wanted; 2],
            measured_s: 0.0,
        }
    }

    /// The pool begins: what is wanted and can be had serves at once.
    pub fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        for zone in 0..self.zones.len() {
            self.next_period(zone, schedule);
        }
        for machine in self.meant() {
            self.meter.begin(machine, self.machines[machine].lot, schedule.now());
            self.serve(machine, schedule);
        }
        if let Some(scaling) = &self.scaling {
            schedule.after(scaling.every(), Event::Look);
        }
    }

    /// Something happens; `seen` is what an autoscaler that looks now sees.
    pub fn handle(&mut self, event: Event, seen: Seen, schedule: &mut impl Schedule<Event = Event>) -> Vec<Change> {
        match event {
            Event::Started(machine, life) => {
                let Machine { state, life: now, .. } = self.machines[machine as usize];
                if now != life || !matches!(state, State::Starting | State::Failed) {
                    return Vec::new();
                }
                self.serve(machine as usize, schedule);
                vec![Change::Serves(machine)]
            }
            Event::Fails(machine, life) => self.fail(machine, life, schedule).into_iter().collect(),
            Event::Warns(zone) => {
                self.zones[zone as usize].open = false;
                self.steer(schedule)
            }
            Event::Turns(zone) => self.turn(zone as usize, schedule),
            Event::Look => {
                let serving = self.serving.value() as u64;
                let Some(scaling) = &mut self.scaling else { return Vec::new() };
                let before = scaling.wanted();
                scaling.look(schedule.now(), seen, serving);
                schedule.after(scaling.every(), Event::Look);
                let wanted = scaling.wanted();
                if wanted == before {
                    return Vec::new();
                }
                self.wanted.set(schedule.now(), wanted as f64);
                // What is kept, or cannot be had, is as it was whatever it wants.
                let [had, meant] = [before, wanted].map(|wanted| self.meant_of(wanted).len());
                if had != meant {
                    self.scaling.iter_mut().for_each(|scaling| scaling.moves(meant > had));
                }
                self.steer(schedule)
            }
        }
    }

    /// Whether each machine serves.
    #[inline]
    pub fn up(&self) -> &[bool] {
        &self.up
    }

    /// Whether a machine ends what it has, and is given back then.
    #[inline]
    pub fn is_leaving(&self, machine: u32) -> bool {
        self.machines[machine as usize].state == State::Leaving
    }

    /// A machine that leaves has nothing in hand any more. One that is to be taken back stays until then.
    pub fn emptied(&mut self, machine: u32, now: Time) {
        let machine = machine as usize;
        let taken = self.machines[machine].zone.is_some_and(|zone| !self.zones[zone].open);
        if self.machines[machine].state == State::Leaving && !taken {
            self.end(machine, now);
        }
    }

    /// The measured time begins.
    pub fn measure(&mut self, now: Time) {
        self.measuring = true;
        self.turns_before = self.turns();
        self.meter.measure(now);
        self.serving.restart(now);
        self.wanted.restart(now);
    }

    /// The measured time ends, which was so long.
    pub fn close(&mut self, now: Time, measured: Span) {
        self.measuring = false;
        self.measured_s = measured.as_secs_f64();
        self.meter.close(now, measured);
        self.means = [self.serving.mean(now), self.wanted.mean(now)];
        self.turns_before = self.turns() - self.turns_before;
    }

    /// What the pool did, under its name, once the measured time is over.
    pub fn outcome(&self, name: &str) -> PoolOutcome {
        let [serving, wanted] = self.means;
        let (paid, lost, turns) = (self.meter.paid(), self.lost, self.turns_before);
        PoolOutcome { name: name.to_owned(), serving, wanted, paid, lost, turns, measured_s: self.measured_s }
    }

    /// Machines that serve now.
    pub fn serving(&self) -> f64 {
        self.serving.value()
    }

    /// Machines that are paid for now, by lot.
    pub fn paid_now(&self) -> Vec<f64> {
        self.meter.paid_now()
    }

    fn turns(&self) -> u64 {
        self.scaling.as_ref().map_or(0, Scaling::turns)
    }

    /// The machines that shall run: all that are kept, and then the first that can be had until there are as many as are wanted.
    fn meant(&self) -> Vec<usize> {
        self.meant_of(self.scaling.as_ref().map_or(u64::MAX, Scaling::wanted))
    }

    /// The same where so many are wanted.
    fn meant_of(&self, wanted: u64) -> Vec<usize> {
        let is_kept = |machine: &Machine| self.kept[machine.lot];
        let mut left = wanted.saturating_sub(self.machines.iter().filter(|machine| is_kept(machine)).count() as u64);
        let mut meant = Vec::new();
        for (at, machine) in self.machines.iter().enumerate() {
            let can_be_had = machine.zone.is_none_or(|zone| self.zones[zone].open);
            if is_kept(machine) {
                meant.push(at);
            } else if can_be_had && left > 0 {
                left -= 1;
                meant.push(at);
            }
        }
        meant
    }

    /// Orders what shall run and does not, and lets go what runs and shall not.
    fn steer(&mut self, schedule: &mut impl Schedule<Event = Event>) -> Vec<Change> {
        let (mut changes, now) = (Vec::new(), schedule.now());
        let mut meant = self.meant().into_iter().peekable();
        for at in 0..self.machines.len() {
            let is_meant = meant.next_if_eq(&at).is_some();
            match (self.machines[at].state, is_meant) {
                (State::Off, true) => {
                    self.meter.begin(at, self.machines[at].lot, now);
                    self.begin_life(at, State::Starting);
                    schedule.after(self.start_up, Event::Started(at as u32, self.machines[at].life));
                }
                (State::Leaving, true) => {
                    self.machines[at].state = State::Serving;
                    self.count(at, true, now);
                    changes.push(Change::Remains(at as u32));
                }
                (State::Starting | State::Failed, false) => self.end(at, now),
                (State::Serving, false) => {
                    self.machines[at].state = State::Leaving;
                    self.count(at, false, now);
                    changes.push(Change::Leaves(at as u32));
                }
                _ => {}
            }
        }
        changes
    }

    /// A zone has machines from now on, or takes all of them.
    fn turn(&mut self, zone: usize, schedule: &mut impl Schedule<Event = Event>) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.zones[zone].has {
            self.zones[zone].open = false;
            for at in 0..self.machines.len() {
                if self.machines[at].zone == Some(zone) && self.machines[at].state != State::Off {
                    changes.extend(self.lose(at, schedule.now()));
                    self.end(at, schedule.now());
                }
            }
        }
        self.next_period(zone, schedule);
        changes.extend(self.steer(schedule));
        changes
    }

    /// A zone's next period begins.
    fn next_period(&mut self, zone: usize, schedule: &mut impl Schedule<Event = Event>) {
        let place = &mut self.zones[zone];
        let period = place.zone.next(&mut place.stream);
        place.has = period.available;
        place.open = period.available && period.lasts > place.notice;
        if place.open && place.notice > Span::ZERO {
            let warns_in = Span::from_nanos(period.lasts.nanos() - place.notice.nanos());
            schedule.after(warns_in, Event::Warns(zone as u16));
        }
        schedule.after(period.lasts, Event::Turns(zone as u16));
    }

    fn fail(&mut self, machine: u32, life: u16, schedule: &mut impl Schedule<Event = Event>) -> Option<Change> {
        let at = machine as usize;
        let Machine { state, life: current, .. } = self.machines[at];
        let failures = self.failures?;
        if current != life || !matches!(state, State::Serving | State::Leaving) {
            return None;
        }
        let lost = self.lose(at, schedule.now());
        if state == State::Leaving {
            self.end(at, schedule.now());
            return lost;
        }
        self.begin_life(at, State::Failed);
        let repair = Span::from_secs_f64(self.repairs.exponential(failures.repair.as_secs_f64()));
        schedule.after(repair + self.start_up, Event::Started(machine, self.machines[at].life));
        lost
    }

    /// What a machine has in hand is lost, where it may have any.
    fn lose(&mut self, at: usize, now: Time) -> Option<Change> {
        let state = self.machines[at].state;
        if state == State::Serving {
            self.count(at, false, now);
        }
        let had = matches!(state, State::Serving | State::Leaving);
        self.lost += u64::from(had && self.measuring);
        had.then_some(Change::Lost(at as u32))
    }

    /// A machine serves from now on.
    fn serve(&mut self, at: usize, schedule: &mut impl Schedule<Event = Event>) {
        self.machines[at].state = State::Serving;
        self.count(at, true, schedule.now());
        if let Some(failures) = self.failures {
            let life = Span::from_secs_f64(self.lives.exponential(failures.between.as_secs_f64()));
            schedule.after(life, Event::Fails(at as u32, self.machines[at].life));
        }
    }

    fn begin_life(&mut self, at: usize, state: State) {
        let machine = &mut self.machines[at];
        machine.state = state;
        machine.life = machine.life.wrapping_add(1);
    }

    /// A machine is given back.
    fn end(&mut self, at: usize, now: Time) {
        self.begin_life(at, State::Off);
        self.meter.end(at, self.machines[at].lot, now);
    }

    fn count(&mut self, at: usize, up: bool, now: Time) {
        self.up[at] = up;
        self.serving.set(now, self.serving.value() + if up { 1.0 } else { -1.0 });
    }
}

/// A zone at the start of a run; traces are replayed from that share of them on.
fn begun(source: &Source, moment: f64) -> Source {
    match source {
        Source::Replay { trace, offset_s } => {
            Source::Replay { trace: trace.clone(), offset_s: offset_s + moment * trace.seconds() }
        }
        Source::Renewal(_) => source.clone(),
    }
}
