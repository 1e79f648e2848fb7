//! Requests for proofs of ended epochs: who asks, what caches save, and what is to be expected of both.
//!
//! Model: requests are Poisson; each asks for one of the newest epochs, the older the rarer ([`crate::cache`]). Source:
//! [`crate::cache`] for the hit rate. Leaves out: the time that proofs take, which [`super::answering`] simulates.

use crate::cache::{Che, Popularity};

/// Who asks for proofs, and what is kept for them. Times are in epochs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Requests {
    /// Mean number of requests per epoch.
    pub per_epoch: f64,
    /// How many of the newest epochs are asked for.
    pub epochs: u64,
    /// The k-th newest of them with a chance proportional to k^−exponent.
    pub exponent: f64,
    /// Proofs of epochs that the cache holds.
    pub proofs_kept: u64,
    /// How long the witness of a transaction is kept.
    pub witnesses_kept: f64,
    /// Making one again, in seconds of a server.
    pub witness_s: f64,
}

/// What is to be expected of them by Che's approximation, where proofs take no time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Share of the requests whose proof is there.
    pub hits: f64,
    /// Proofs that are made, per epoch.
    pub made: f64,
    /// Share of the witnesses of a proof that are made again, on average over those that are made.
    pub remade: f64,
}

impl Requests {
    pub(super) fn popularity(&self) -> Popularity {
        Popularity::zipf(self.epochs as usize, self.exponent)
    }

    /// Share of the witnesses of an epoch that are gone so long after its end.
    pub fn gone(&self, age: f64) -> f64 {
        (age + 1.0 - self.witnesses_kept).clamp(0.0, 1.0)
    }

    /// What is to be expected.
    pub fn expected(&self) -> Expected {
        let che = Che::new(self.popularity(), self.per_epoch, self.proofs_kept);
        let missed = 1.0 - che.hit_rate();
        let remade = che.over_requests(|age| (1.0 - che.hit(age)) * self.gone(age));
        Expected { hits: che.hit_rate(), made: self.per_epoch * missed, remade: remade / missed }
    }

    /// Share of the epochs that nobody ever asks for.
    pub fn never(&self) -> f64 {
        (-self.per_epoch).exp()
    }
}
