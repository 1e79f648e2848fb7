//! How to measure.

use serde::{Deserialize, Serialize};

/// How samples are taken: kept in the calibration, so that a figure can be judged by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// Its name on the command line.
    pub name: String,
    /// Time that the whole measurement should take on a machine with two cores \[s\].
    pub budget_s: f64,
    /// Processes that measure an act, each started afresh: the unit of replication.
    pub processes: u32,
    /// Processes that measure a costly act; at most as many as for another.
    pub processes_long: u32,
    /// Further processes are started until the 95 % interval of every mean has at most this relative half-width.
    pub precision: Option<f64>,
    /// But none after this time \[s\].
    pub limit_s: f64,
    /// Shuffled rounds over all acts in each process; a short act gives one sample in each.
    pub rounds: u32,
    /// Fewest samples of a long act in a process, taken even when the budget is spent.
    pub fewest_samples: u32,
    /// A long act is sampled for at least this time, budget or not, because a little more than long is cheap \[s\].
    pub least_s: f64,
    /// From this time per run on, an act is long: it gives as many samples as the budget allows instead of one a round \[s\].
    pub long_s: f64,
    /// From this time on the first run of an act is a sample too; that of a shorter one only warms caches up \[s\].
    pub first_counts_s: f64,
    /// An act is costly when preparing it and running it three times takes a process this long \[s\].
    pub costly_s: f64,
    /// How long a batch of a short act lasts \[s\].
    pub batch_s: f64,
    /// How long an act is run before its first sample; one that takes longer than this is run once \[s\].
    pub warm_up_s: f64,
    /// The rounds of a process are spread over at least this time, with pauses where they take less: a second of a busy neighbour
    /// must not be all that it sees \[s\].
    #[serde(default)]
    pub span_s: f64,
    /// Each round runs on a stack lowered by a random number of steps of about 48 bytes, below this number.
    pub stack_steps: u32,
}

impl Method {
    /// One process, in well under a minute for the quick operations: what a first answer needs.
    pub fn quick() -> Self {
        Self {
            name: "quick".into(),
            budget_s: 34.0,
            processes: 1,
            processes_long: 1,
            precision: None,
            limit_s: 60.0,
            rounds: 30,
            fewest_samples: 3,
            least_s: 0.3,
            long_s: 0.010,
            first_counts_s: 1.0,
            costly_s: 1.0,
            batch_s: 0.8e-3,
            warm_up_s: 0.05,
            span_s: 5.0,
            stack_steps: 96,
        }
    }

    /// Three processes, two for what is costly: every operation within about eight minutes, three of them for
    /// proofs of 256 and 1,024 transactions.
    pub fn standard() -> Self {
        Self {
            name: "standard".into(),
            budget_s: 225.0,
            processes: 3,
            processes_long: 2,
            limit_s: 1_200.0,
            rounds: 20,
            // Another process tells more than another sample.
            fewest_samples: 1,
            least_s: 0.1,
            span_s: 10.0,
            ..Self::quick()
        }
    }

    /// Ten processes for every act.
    pub fn thorough() -> Self {
        Self {
            name: "thorough".into(),
            budget_s: 1_200.0,
            processes: 10,
            processes_long: 10,
            limit_s: 3_600.0,
            fewest_samples: 3,
            ..Self::standard()
        }
    }

    /// One process of a pair that works in step with another: short, because another pair tells more.
    pub fn paired() -> Self {
        Self {
            name: "paired".into(),
            budget_s: 0.0,
            rounds: 50,
            fewest_samples: 5,
            least_s: 1.0,
            span_s: 0.0,
            ..Self::quick()
        }
    }

    /// How many processes measure an act that takes `run_s` once and `preparation_s` to prepare \[s\].
    pub(crate) fn processes_for(&self, run_s: f64, preparation_s: f64) -> u32 {
        if preparation_s + 3.0 * run_s >= self.costly_s { self.processes_long } else { self.processes }
    }
}
