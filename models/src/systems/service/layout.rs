//! Which station serves which step of which instance.

use crate::systems::service::former::Former;
use crate::systems::service::station::Station;
use crate::systems::service::{Form, Place, Servers, Service};

/// The form of a step, without what it says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Single,
    Batch,
    Split,
}

/// Where the stations of a step are in the list of all.
#[derive(Debug, Clone, Copy)]
struct Spot {
    first: usize,
    /// Whether there is a station for each instance.
    each: bool,
    /// Whether the worker that did this step goes on with the next.
    goes_on: bool,
    shape: Shape,
    /// Requests that may wait at each.
    places: u64,
}

/// Where the stations of all steps are.
#[derive(Debug)]
pub(super) struct Layout {
    spots: Vec<Spot>,
}

impl Layout {
    /// The layout of a service, its stations, and the open batches of those that serve batches.
    pub(super) fn new(service: &Service) -> (Self, Vec<Station>, Vec<Option<Former>>) {
        let priorities = service.classes.iter().map(|class| class.priority + 1).max().unwrap_or(1);
        let instances = service.instances.count as usize;
        let (mut stations, mut formers) = (Vec::new(), Vec::new());
        let mut add = |servers: Servers, form, count| {
            let first = stations.len();
            for _ in 0..count {
                // Where requests are put together or divided, their places are counted before.
                let places = if form == Form::Single { servers.places } else { None };
                stations.push(Station::new(Servers { places, ..servers }, priorities));
                formers.push(match form {
                    Form::Batch { most, wait } => Some(Former::new(most, wait)),
                    Form::Single | Form::Split(_) => None,
                });
            }
            first
        };
        let workers = add(service.instances.workers, Form::Single, instances);
        let spots = service.steps.iter().enumerate().map(|(index, step)| {
            let next = service.steps.get(index + 1);
            let (first, each) = match &step.place {
                Place::Workers => (workers, true),
                Place::Instance(servers) => (add(*servers, step.form, instances), true),
                Place::Pool(_) | Place::Market => (add(service.servers(step), step.form, 1), false),
            };
            let goes_on = step.place == Place::Workers && next.is_some_and(|next| next.place == Place::Workers);
            let places = service.servers(step).places.unwrap_or(u64::MAX);
            let shape = match step.form {
                Form::Single => Shape::Single,
                Form::Batch { .. } => Shape::Batch,
                Form::Split(_) => Shape::Split,
            };
            Spot { first, each, goes_on, shape, places }
        });
        let spots = spots.collect();
        (Self { spots }, stations, formers)
    }

    /// Whether a step serves requests alone, in batches, or in parts.
    #[inline]
    pub(super) fn shape(&self, step: u16) -> Shape {
        self.spots[step as usize].shape
    }

    /// Requests that may wait at a station of a step.
    pub(super) fn places(&self, step: u16) -> u64 {
        self.spots[step as usize].places
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
