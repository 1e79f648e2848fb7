//! The cache of results before the balancer: what was proven is not proven again.
//!
//! Model: every request asks for one of so many inputs, the k-th most popular with a chance that falls as k^−s (Zipf), whatever was
//! asked before. What was proven is kept, for whoever asked for it, until so many others were asked for since (LRU). A hit is answered
//! after a fixed time. Two requests for one input at once are both proven. Che's approximation is its twin
//! ([`crate::cache::Popularity::hit_rate`]). Source and other assumptions: [`crate::cache`].
//! Leaves out: results that expire; requests that join one that is under way.

use sim::{Span, Stream, Streams};

use crate::cache::{Popularity, Recent};
use crate::systems::service::ResultCache;

/// The cache, and what is asked of it.
#[derive(Debug)]
pub(super) struct Cache {
    popularity: Popularity,
    recent: Recent,
    /// Time to the answer of a hit.
    pub(super) answer: Span,
    inputs: Stream,
}

impl Cache {
    pub(super) fn new(rules: ResultCache, streams: &Streams) -> Self {
        Self {
            popularity: rules.popularity(),
            recent: Recent::new(rules.entries, rules.inputs as usize),
            answer: rules.answer,
            inputs: streams.stream("inputs"),
        }
    }

    /// What a request asks for.
    pub(super) fn draw_input(&mut self) -> u32 {
        self.popularity.draw(&mut self.inputs) as u32
    }

    /// A request asks; tells whether the answer is there.
    pub(super) fn ask(&mut self, input: u32) -> bool {
        self.recent.ask(input)
    }

    /// A result is there.
    pub(super) fn keep(&mut self, input: u32) {
        self.recent.keep(input);
    }
}
