//! Instances that start cold: their first request loads them.
//!
//! Model: an instance has nothing loaded when it starts. The first request that it serves loads it, which takes a fixed time; those that
//! begin before it is loaded wait for it on their servers. Source: none needed. Leaves out: what is loaded by another at the
//! same time.

use sim::{Span, Time};

/// What all instances have loaded.
#[derive(Debug)]
pub(super) struct Warmth {
    first_request: Span,
    /// When each is loaded, once a request has begun to load it.
    loaded: Vec<Option<Time>>,
}

impl Warmth {
    /// So many instances, none of them loaded.
    pub(super) fn new(count: u32, first_request: Span) -> Self {
        Self { first_request, loaded: vec![None; count as usize] }
    }

    /// An instance starts anew.
    pub(super) fn cool(&mut self, instance: u32) {
        self.loaded[instance as usize] = None;
    }

    /// A request begins to be served on an instance; returns how long it waits there for what is not loaded.
    #[inline]
    pub(super) fn load(&mut self, instance: u32, now: Time) -> Span {
        if self.first_request == Span::ZERO {
            return Span::ZERO;
        }
        let loaded = *self.loaded[instance as usize].get_or_insert(now + self.first_request);
        if loaded > now { loaded - now } else { Span::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_begins_before_it_is_loaded_waits_for_it() {
        let mut warmth = Warmth::new(1, Span::from_secs(2));
        let mut waits = |second: f64| warmth.load(0, Time::from_secs_f64(second)).as_secs_f64();
        assert_eq!([waits(0.0), waits(0.5), waits(2.0)], [2.0, 1.5, 0.0]);
        warmth.cool(0);
        assert_eq!(warmth.load(0, Time::from_secs_f64(9.0)), Span::from_secs(2));
    }
}
