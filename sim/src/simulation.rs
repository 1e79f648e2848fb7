//! A world, its calendar, and the loop that brings them together.

use crate::calendar::Calendar;
use crate::time::Time;

/// A model: one field per part, and one `match` that is the wiring diagram.
pub trait World: Sized {
    /// What can happen in this world: its own events and those of its parts, wrapped.
    type Event;

    /// What happens now. The calendar's clock stands at the time of `event`.
    fn handle(&mut self, event: Self::Event, calendar: &mut Calendar<Self::Event>);
}

/// One run of one world.
#[derive(Debug)]
pub struct Simulation<W: World> {
    /// The state.
    pub world: W,
    /// The clock and the events to come. Schedule the first ones here.
    pub calendar: Calendar<W::Event>,
    events: u64,
}

impl<W: World> Simulation<W> {
    /// `world` at time zero with nothing scheduled.
    pub fn new(world: W) -> Simulation<W> {
        Simulation { world, calendar: Calendar::new(), events: 0 }
    }

    /// Handles the next event. Returns whether there was one.
    pub fn step(&mut self) -> bool {
        self.step_until(Time::MAX)
    }

    /// Handles every event up to and at `end`; the clock then stands at `end`.
    pub fn run_until(&mut self, end: Time) {
        while self.step_until(end) {}
        self.calendar.advance_to(end);
    }

    /// Handles events as long as `proceed` says so of the world and there are any.
    pub fn run_while(&mut self, mut proceed: impl FnMut(&W) -> bool) {
        while proceed(&self.world) && self.step() {}
    }

    /// How many events have been handled.
    pub fn events(&self) -> u64 {
        self.events
    }

    fn step_until(&mut self, end: Time) -> bool {
        let Some((_, event)) = self.calendar.pop_until(end) else { return false };
        self.events += 1;
        self.world.handle(event, &mut self.calendar);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    /// Ticks once a second and writes down when.
    struct Clock(Vec<u64>);

    impl World for Clock {
        type Event = ();

        fn handle(&mut self, (): (), calendar: &mut Calendar<()>) {
            self.0.push(calendar.now().nanos() / 1_000_000_000);
            calendar.after(Span::from_secs(1), ());
        }
    }

    fn clock() -> Simulation<Clock> {
        let mut simulation = Simulation::new(Clock(Vec::new()));
        simulation.calendar.at(Time::ZERO, ());
        simulation
    }

    #[test]
    fn a_run_includes_its_last_instant_and_ends_there() {
        let mut simulation = clock();
        simulation.run_until(Time::from_secs_f64(2.0));
        assert_eq!((&simulation.world.0[..], simulation.events()), (&[0, 1, 2][..], 3));
        simulation.run_until(Time::from_secs_f64(3.5));
        assert_eq!(simulation.calendar.now(), Time::from_secs_f64(3.5));
        assert_eq!(simulation.world.0, [0, 1, 2, 3]);
    }

    #[test]
    fn running_in_pieces_is_running_at_once() {
        let (mut pieces, mut whole) = (clock(), clock());
        for tenth in 0..=100 {
            pieces.run_until(Time::from_secs_f64(f64::from(tenth) / 10.0));
        }
        whole.run_until(Time::from_secs_f64(10.0));
        assert_eq!((pieces.world.0, pieces.events), (whole.world.0, whole.events));
    }

    #[test]
    fn a_run_stops_when_told_or_when_nothing_is_left() {
        let mut simulation = clock();
        simulation.run_while(|clock| clock.0.len() < 5);
        assert_eq!(simulation.world.0.len(), 5);
        let mut empty = Simulation::new(Clock(Vec::new()));
        assert!(!empty.step());
        empty.run_while(|_| true);
        assert_eq!(empty.events(), 0);
    }
}
