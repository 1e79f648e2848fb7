//! Which station serves which step of which instance.

use crate::systems::service::station::Station;
use crate::systems::service::{Place, Service};

/// Where the stations of a step are in the list of all.
#[derive(Debug, Clone, Copy)]
struct Spot {
    first: usize,
    /// Whether there is a station for each instance.
    each: bool,
    /// Whether the worker that did this step goes on with the next.
    goes_on: bool,
}

/// Where the stations of all steps are.
#[derive(Debug)]
pub(super) struct Layout {
    spots: Vec<Spot>,
}

impl Layout {
    /// The layout of a service, and its stations.
    pub(super) fn new(service: &Service) -> (Self, Vec<Station>) {
        let priorities = service.classes.iter().map(|class| class.priority + 1).max().unwrap_or(1);
        let instances = service.instances.count as usize;
        let mut stations = Vec::new();
        let mut add = |servers, count| {
            let first = stations.len();
            stations.extend((0..count).map(|_| Station::new(servers, priorities)));
            first
        };
        let workers = add(service.instances.workers, instances);
        let spots = service.steps.iter().enumerate().map(|(index, step)| {
            let next = service.steps.get(index + 1);
            let (first, each) = match step.place {
                Place::Workers => (workers, true),
                Place::Instance(servers) => (add(servers, instances), true),
                Place::Pool(servers) => (add(servers, 1), false),
            };
            let goes_on = step.place == Place::Workers && next.is_some_and(|next| next.place == Place::Workers);
            Spot { first, each, goes_on }
        });
        let spots = spots.collect();
        (Self { spots }, stations)
    }

    /// The station of a step for the requests of an instance.
    #[inline]
    pub(super) fn station(&self, step: u16, instance: u32) -> usize {
        let spot = self.spots[step as usize];
        spot.first + if spot.each { instance as usize } else { 0 }
    }

    /// Whether a step is done on the request's instance.
    #[inline]
    pub(super) fn on_instance(&self, step: u16) -> bool {
        self.spots[step as usize].each
    }

    /// The stations of an instance.
    pub(super) fn of_instance(&self, instance: u32) -> impl Iterator<Item = usize> {
        self.spots.iter().filter(|spot| spot.each).map(move |spot| spot.first + instance as usize)
    }

    /// Whether the worker that did this step goes on with the next.
    #[inline]
    pub(super) fn goes_on(&self, step: u16) -> bool {
        self.spots[step as usize].goes_on
    }
}
