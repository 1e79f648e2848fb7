//! A new version that takes over step by step, and may be slower or fail.
//!
//! Model: an attempt is served by the new version with the share of the moment, whichever instance it is on. Its services take longer by
//! a factor, and a share of its results is of no use, which shows at the end. Who gets such a result is told that it failed, or is
//! answered by a stand-in after a fixed time, without a proof.
//! Assumptions: results fail independently. Source: canary releases (B. Beyer et al., *The Site Reliability Workbook*, 2018, ch. 16).
//! Leaves out: rolling back on its own.

use sim::{Span, Stream};

/// How a new version takes over.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// (from when on after the start of the measured time, share of the attempts that it serves), in the order of time.
    pub shares: Vec<(Span, f64)>,
    /// What multiplies its services.
    pub slower: f64,
    /// Share of its results that are of no use.
    pub failures: f64,
    /// Time from such a result to the answer of a stand-in; `None`: the attempt fails.
    pub stand_in: Option<Span>,
}

impl Rollout {
    pub(super) fn check(&self) {
        assert!(self.shares.is_sorted_by_key(|share| share.0), "a rollout is in the order of time");
        let shares = self.shares.iter().map(|share| share.1).chain([self.failures]);
        assert!(shares.into_iter().all(|share| (0.0..=1.0).contains(&share)), "shares are within [0, 1]: {self:?}");
        assert!(self.slower >= 0.0 && self.slower.is_finite(), "a factor is finite and >= 0: {}", self.slower);
    }
}

/// A rollout on its way.
#[derive(Debug)]
pub(super) struct Canary {
    pub(super) rules: Rollout,
    share: f64,
    /// Which version serves an attempt.
    versions: Stream,
    /// Whose result is of no use.
    results: Stream,
}

impl Canary {
    pub(super) fn new(rules: Rollout, versions: Stream, results: Stream) -> Self {
        Self { rules, share: 0.0, versions, results }
    }

    /// The step of this number begins; tells whether more is at risk than before.
    pub(super) fn advance(&mut self, step: usize) -> bool {
        let before = self.share;
        self.share = self.rules.shares[step].1;
        self.share > before
    }

    /// Whether an attempt is served by the new version.
    pub(super) fn takes(&mut self) -> bool {
        self.versions.uniform() < self.share
    }

    /// Whether a result of the new version is of no use.
    pub(super) fn spoils(&mut self) -> bool {
        self.results.uniform() < self.rules.failures
    }
}
