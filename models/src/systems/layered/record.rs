//! What a run of the layered world measures, and the outcome that it becomes.
//!
//! Latencies are recorded where they happen; work is the difference between the beginning and the end of the measured
//! time. With a warm-up of an epoch, what is still to be merged at the end makes up for what was at the beginning.

use sim::{QuantileSketch, Time};

use super::outcome::LevelOutcome;
use crate::QUANTILE_ERROR;
use crate::tree::folding::Folded;

/// Work given to the stages so far, in server-seconds; none for provers that are not simulated.
#[derive(Debug, Clone, Default)]
pub(super) struct Work {
    pub cores: f64,
    pub link: f64,
    pub provers: Option<f64>,
    /// What of that was lost with machines.
    pub lost: f64,
    /// By level of the proof tree: leaves, segments, the levels above, the day.
    pub levels: Vec<f64>,
}

/// What is measured.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Transactions submitted since the start.
    pub arrived: u64,
    pub included: u64,
    pub vote_finality: QuantileSketch,
    pub optimistic_finality: QuantileSketch,
    pub proof_finality: QuantileSketch,
    pub epoch_proof: QuantileSketch,
    pub day_proof: QuantileSketch,
    /// What the levels took on the paths that were waited for, in seconds, and how many paths those were.
    epochs: (Vec<f64>, u32),
    days: (Vec<f64>, u32),
    pub before: Work,
    pub after: Work,
}

impl Record {
    pub(super) fn new() -> Self {
        let sketch = || QuantileSketch::new(QUANTILE_ERROR);
        Self {
            arrived: 0,
            included: 0,
            vote_finality: sketch(),
            optimistic_finality: sketch(),
            proof_finality: sketch(),
            epoch_proof: sketch(),
            day_proof: sketch(),
            epochs: (Vec::new(), 0),
            days: (Vec::new(), 0),
            before: Work::default(),
            after: Work::default(),
        }
    }

    /// The proof of an epoch that ended at `end` was accepted.
    pub(super) fn epoch(&mut self, folded: &Folded, end: Time, accepted: Time) {
        self.epoch_proof.record((accepted - end).as_secs_f64());
        add(&mut self.epochs, folded);
    }

    /// The proof of a day that ended at `end` was complete.
    pub(super) fn day(&mut self, folded: &Folded, end: Time, now: Time) {
        self.day_proof.record((now - end).as_secs_f64());
        add(&mut self.days, folded);
    }

    /// Share of the provers' work in the measured time that was lost with machines; none where they did none.
    pub(super) fn done_again(&self) -> Option<f64> {
        let work_s = self.after.provers? - self.before.provers?;
        (work_s > 0.0).then(|| (self.after.lost - self.before.lost) / work_s)
    }

    /// Days that were proven.
    pub(super) fn days(&self) -> u64 {
        u64::from(self.days.1)
    }

    /// The levels of the proof tree, with so many servers over so many seconds and epochs; the last is the day's where
    /// there are days.
    pub(super) fn levels(&self, has_days: bool, servers: f64, measured_s: f64, epochs: u32) -> Vec<LevelOutcome> {
        let mean = |(sums, count): &(Vec<f64>, u32), which: usize| {
            sums.get(which).filter(|_| *count > 0).map(|sum| sum / f64::from(*count))
        };
        let of_epochs = self.after.levels.len() - usize::from(has_days && !self.after.levels.is_empty());
        let works = self.after.levels.iter().zip(&self.before.levels).map(|(after, before)| after - before);
        works
            .enumerate()
            .map(|(level, work_s)| LevelOutcome {
                // A day's own tree has leaves and lowest nodes that cost nothing; its third level is the day.
                critical_s: if level < of_epochs { mean(&self.epochs, level) } else { mean(&self.days, 2) },
                work_s: work_s / f64::from(epochs),
                utilization: work_s / servers / measured_s,
            })
            .collect()
    }
}

fn add((sums, count): &mut (Vec<f64>, u32), folded: &Folded) {
    sums.resize(folded.critical.len(), 0.0);
    sums.iter_mut().zip(&folded.critical).for_each(|(sum, critical)| *sum += critical.as_secs_f64());
    *count += 1;
}
