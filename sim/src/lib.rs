//! The simulation kernel: time, order, chance and statistics.
//!
//! | question | module |
//! |---|---|
//! | what is a time? | [`time`]: integer nanoseconds |
//! | what happens next? | [`calendar`]: events by (time, insertion), tickets to cancel |
//! | what may a part ask? | [`schedule`]: a `Schedule`, lent by the world as a scope; [`recorder`] to test a part alone |
//! | how does a run go? | [`simulation`]: a `World` with one `match`, and when to stop |
//! | what is random? | [`random`]: a stream for each cause; [`distribution`]: the closed list |
//! | what came out? | [`tally`] per observation, [`time_average`] per second, [`quantiles`] of any amount |
//! | how sure is it? | [`warm_up`], [`replication`], [`interval`]; [`mod@scores`] for inputs that are not known exactly |
//! | are two runs the same? | [`fingerprint`] |
//!
//! A part owns its state. Its inputs are methods, its outputs are return values, its own future events are its own small
//! enum. A world is a struct of parts and the `match` that wires them. M/M/1 from end to end, with arrivals at 80 % of
//! what the server can do, so that theory says 1 / (1 − 0.8) = 5 s from arrival to departure:
//!
//! ```
//! use std::collections::VecDeque;
//! use sim::{Calendar, Interval, Simulation, Span, Stream, Streams, Tally, Time, World, replicate};
//!
//! struct Queue { gaps: Stream, services: Stream, waiting: VecDeque<Time>, sojourn: Tally }
//! enum Event { Arrival, Departure }
//!
//! impl Queue {
//!     fn serve(&mut self, calendar: &mut Calendar<Event>) {
//!         calendar.after(Span::from_secs_f64(self.services.exponential(1.0)), Event::Departure);
//!     }
//! }
//!
//! impl World for Queue {
//!     type Event = Event;
//!     fn handle(&mut self, event: Event, calendar: &mut Calendar<Event>) {
//!         match event {
//!             Event::Arrival => {
//!                 self.waiting.push_back(calendar.now());
//!                 if self.waiting.len() == 1 { self.serve(calendar) }
//!                 calendar.after(Span::from_secs_f64(self.gaps.exponential(1.25)), Event::Arrival);
//!             }
//!             Event::Departure => {
//!                 let arrived = self.waiting.pop_front().expect("a customer is in service");
//!                 self.sojourn.record((calendar.now() - arrived).as_secs_f64());
//!                 if !self.waiting.is_empty() { self.serve(calendar) }
//!             }
//!         }
//!     }
//! }
//!
//! let means = replicate(0..10, |replication| {
//!     let streams = Streams::new(42, replication);
//!     let (gaps, services) = (streams.stream("gaps"), streams.stream("services"));
//!     let mut run = Simulation::new(Queue { gaps, services, waiting: VecDeque::new(), sojourn: Tally::new() });
//!     run.calendar.at(Time::ZERO, Event::Arrival);
//!     run.run_until(Time::from_secs_f64(2_000.0));
//!     run.world.sojourn = Tally::new(); // the warm-up ends
//!     run.run_until(Time::from_secs_f64(50_000.0));
//!     run.world.sojourn.mean()
//! });
//! let sojourn = Interval::of(&means, 0.99).expect("ten finite means");
//! assert!(sojourn.contains(5.0) && sojourn.relative_half_width() < 0.1, "{sojourn:?}");
//! ```
//!
//! **Architecture invariant:** there is not one domain word in this crate; it depends on nothing of ours.
//!
//! **Architecture invariant:** no clock of the machine, no ambient randomness, no I/O, no map with a random order. The same
//! seed gives the same bytes on any number of threads.
//!
//! **Architecture invariant:** no `dyn`, no `Rc`, no `async` and no macro between an event and its handler. A part never sees
//! the world, the world never sees the inside of a part. Parallelism is over replications, never inside a run.

pub mod calendar;
pub mod distribution;
pub mod fingerprint;
pub mod interval;
pub mod quantiles;
pub mod random;
pub mod recorder;
pub mod replication;
pub mod schedule;
pub mod scores;
pub mod simulation;
pub mod tally;
pub mod time;
pub mod time_average;
pub mod warm_up;

pub use calendar::{Calendar, Ticket};
pub use distribution::{Distribution, InvalidDistribution};
pub use fingerprint::Fingerprint;
pub use interval::Interval;
pub use quantiles::QuantileSketch;
pub use random::{Stream, Streams};
pub use recorder::Recorder;
pub use replication::{Precision, replicate, threads, until_precise};
pub use schedule::{Schedule, Scope};
pub use scores::scores;
pub use simulation::{Simulation, World};
pub use tally::Tally;
pub use time::{Span, Time};
pub use time_average::TimeAverage;
