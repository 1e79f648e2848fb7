//! How far the work is, for who waits for it, and whether they want it to end.
//!
//! **Architecture invariant:** no figure depends on it, but for a run that is ended: that has fewer replications, and says so.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use sim::replicate;

/// Counts what is done, in the units of [`crate::Work`], and asks whether to go on.
#[derive(Debug)]
pub struct Progress {
    units: AtomicU64,
    replications: AtomicU32,
    stop: fn() -> bool,
}

impl Progress {
    /// Nothing is done yet; `stop` is asked often whether the work shall end before its time.
    pub const fn until(stop: fn() -> bool) -> Self {
        Self { units: AtomicU64::new(0), replications: AtomicU32::new(0), stop }
    }

    /// Units of work done so far.
    pub fn units(&self) -> u64 {
        self.units.load(Ordering::Relaxed)
    }

    /// Replications of worlds that are over.
    pub fn replications(&self) -> u32 {
        self.replications.load(Ordering::Relaxed)
    }

    /// Whether the work shall end before its time.
    pub fn stopped(&self) -> bool {
        (self.stop)()
    }

    pub(crate) fn add(&self, units: f64) {
        self.units.fetch_add(units as u64, Ordering::Relaxed);
    }

    /// A part of one replication: tells how far it is, piece by piece.
    pub(crate) fn part(&self, units: f64) -> Part<'_> {
        Part { progress: self, units, told: 0.0 }
    }

    /// Runs replications, each of so many units; where the work shall end only the first, and those that have begun.
    pub(crate) fn replicate<T: Send>(&self, replications: u32, units: f64, run: impl Fn(u32) -> T + Sync) -> Vec<T> {
        let one = |replication| {
            let done = (replication == 0 || !self.stopped()).then(|| run(replication));
            self.add(units);
            done
        };
        replicate(0..replications, one).into_iter().flatten().collect()
    }
}

/// Progress within one replication.
pub(crate) struct Part<'a> {
    progress: &'a Progress,
    units: f64,
    told: f64,
}

impl Part<'_> {
    /// This share of it is done. Returns whether to go on.
    pub(crate) fn reach(&mut self, share: f64) -> bool {
        let units = ((self.units * share) as u64).saturating_sub(self.told as u64) as f64;
        self.progress.add(units);
        self.told += units;
        !self.progress.stopped()
    }

    /// All of it is done.
    pub(crate) fn end(mut self) {
        self.reach(1.0);
        self.progress.replications.fetch_add(1, Ordering::Relaxed);
    }
}
