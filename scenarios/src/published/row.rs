//! One published time of an operation on a machine.

use serde::{Deserialize, Serialize};

/// One row of the published costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// Name of the operation.
    pub operation: String,
    /// Its size.
    pub size: Option<u64>,
    /// What the size counts.
    pub unit_of_size: String,
    /// The machine.
    pub machine: String,
    /// Threads, where it is a CPU.
    pub threads: Option<u64>,
    /// Time of the operation in milliseconds.
    pub prove_or_run_ms: Option<f64>,
    /// Time to verify its result in milliseconds.
    pub verify_ms: Option<f64>,
    /// Size of its result in bytes.
    pub proof_bytes: Option<f64>,
    /// Memory in MB.
    pub memory_mb: Option<f64>,
    /// Where it was published.
    pub source: String,
    /// Half-width of the 95 % interval of the time in milliseconds, where it is known.
    #[serde(default)]
    pub half_width_ms: Option<f64>,
}

impl Published {
    /// Half-width of the interval of its time as a share of it; 0 where it is not known.
    pub(crate) fn relative_half_width(&self) -> f64 {
        match (self.half_width_ms, self.prove_or_run_ms) {
            (Some(half_width), Some(ms)) if ms > 0.0 => half_width / ms,
            _ => 0.0,
        }
    }

    /// What tells it from other rows: of two rows with the same key only one holds.
    pub(super) fn key(&self) -> (&str, Option<u64>, &str) {
        (&self.operation, self.size, &self.machine)
    }

    pub(super) fn owned_key(&self) -> (String, Option<u64>, String) {
        (self.operation.clone(), self.size, self.machine.clone())
    }

    /// Whether all but the source is the same.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        Self { source: String::new(), ..self.clone() } == Self { source: String::new(), ..other.clone() }
    }

    /// What cannot be in a row: the column, what was found, and what is allowed.
    pub(super) fn fault(&self) -> Option<(&'static str, String)> {
        let texts = [("operation", &self.operation), ("machine", &self.machine), ("source", &self.source)];
        if let Some((column, _)) = texts.into_iter().find(|(_, text)| text.is_empty()) {
            return Some((column, "it is empty; every row says what, on which machine, and who says so".into()));
        }
        let numbers = [
            ("prove_or_run_ms", self.prove_or_run_ms),
            ("verify_ms", self.verify_ms),
            ("proof_bytes", self.proof_bytes),
            ("memory_mb", self.memory_mb),
            ("half_width_ms", self.half_width_ms),
        ];
        let wrong = |(column, number): (&'static str, Option<f64>)| Some((column, number?));
        let wrong = numbers.into_iter().filter_map(wrong).find(|(_, number)| !(number.is_finite() && *number >= 0.0));
        wrong.map(|(column, number)| (column, format!("found {number}; it must be a number from 0 up")))
    }
}
