//! Requests that come by chance: kinds with their sizes and offers.
//!
//! Model: Poisson arrivals with a profile; the kind of each is drawn by its share, the size lognormal around its mean. Source: see
//! [`crate::workload`]. Leaves out: requests that are made again after they ended without a proof, and whoever waits for a better market.

use sim::{Distribution, Schedule, Stream, Streams};

use super::{Offer, Request};
use crate::profile::Profile;
use crate::workload::{Event, Workload};

/// Requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Requests per second, Poisson: in the mean of the measured time.
    pub per_s: f64,
    /// What multiplies that over time, 1 in that mean.
    pub profile: Profile,
    /// Their kinds; shares add to 1.
    pub classes: Vec<Class>,
}

/// A kind of requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Name in tables.
    pub name: String,
    /// Share of all requests of the demand.
    pub share: f64,
    /// Size in the mean \[cycles\].
    pub cycles: f64,
    /// Coefficient of variation of the size, lognormal.
    pub spread: f64,
    /// What is offered for them.
    pub offer: Offer,
}

impl Demand {
    /// The mean of something over its requests.
    pub fn mean(&self, of: impl Fn(&Class) -> f64) -> f64 {
        self.classes.iter().map(|class| class.share * of(class)).sum()
    }
}

/// Those who make requests, in a run.
#[derive(Debug)]
pub struct Requesters {
    demand: Demand,
    workload: Workload,
    /// The number of its first class among all.
    first: u16,
    kinds: Stream,
    sizes: Stream,
    own: bool,
}

impl Requesters {
    /// Those of a name, whose first kind has this number among all, and who have machines of their own or not.
    pub fn new(demand: &Demand, (name, first): (&str, usize), own: bool, streams: &Streams) -> Self {
        let stream = |what: &str| streams.stream(&format!("{what} of {name}"));
        Self {
            workload: Workload::new(demand.per_s, demand.profile.clone(), stream("arrivals")),
            demand: demand.clone(),
            first: first as u16,
            kinds: stream("kinds"),
            sizes: stream("sizes"),
            own,
        }
    }

    /// The first request is on its way.
    pub fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        self.workload.start(schedule);
    }

    /// A request is made, and the next is on its way.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Request {
        self.workload.handle(event, schedule);
        self.next()
    }

    fn next(&mut self) -> Request {
        let mut ticket = self.kinds.uniform();
        let classes = &self.demand.classes;
        let drawn = classes.iter().position(|class| {
            ticket -= class.share;
            ticket < 0.0
        });
        // Rounding may leave a ticket beyond the last one.
        let place = drawn.unwrap_or(classes.len() - 1);
        let class = &classes[place];
        let cycles = Distribution::Lognormal { mean: class.cycles, cv: class.spread }.sample(&mut self.sizes);
        let terms = class.offer.of_size(cycles);
        Request { class: self.first + place as u16, mark: 0, cycles, terms, own: self.own }
    }
}
