//! How to measure, and how far a measurement has come.

use serde::{Deserialize, Serialize};

/// How samples are taken: kept in the calibration, so that a figure can be judged by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// Its name on the command line.
    pub name: String,
    /// Time that the whole measurement should take on a machine with two cores \[s\].
    pub budget_s: f64,
    /// Shuffled rounds over all acts; a short act gives one sample in each.
    pub rounds: u32,
    /// Fewest samples of a long act, taken even when the budget is spent.
    pub fewest_samples: u32,
    /// A long act is sampled for at least this time, budget or not, because a little more than long is cheap \[s\].
    pub least_s: f64,
    /// From this time per run on, an act is long: it gives as many samples as the budget allows instead of one a round \[s\].
    pub long_s: f64,
    /// How long a batch of a short act lasts \[s\].
    pub batch_s: f64,
    /// How long an act is run before its first sample; one that takes longer than this is run once \[s\].
    pub warm_up_s: f64,
    /// Each round runs on a stack lowered by a random number of steps of about 48 bytes, below this number.
    pub stack_steps: u32,
}

impl Method {
    /// One process, all acts once around in well under a minute: what a first answer needs.
    pub fn quick() -> Self {
        Self {
            name: "quick".into(),
            budget_s: 40.0,
            rounds: 30,
            fewest_samples: 3,
            least_s: 0.3,
            long_s: 0.010,
            batch_s: 0.8e-3,
            warm_up_s: 0.05,
            stack_steps: 96,
        }
    }
}

/// What a measurement is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Inputs are made, and the act is run and checked for the first time.
    Prepare,
    /// Samples are taken.
    Sample,
    /// Peak memory is measured in a process of its own.
    Memory,
}

/// One step of a measurement, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress<'a> {
    /// What is being done.
    pub phase: Phase,
    /// Which operation.
    pub operation: &'a str,
    /// At which size \[size unit\].
    pub size: u64,
    /// How much of the whole is done, from 0 to 1: an estimate that never falls.
    pub done: f64,
}
