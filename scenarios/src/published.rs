//! Times of operations that others published, on machines that are not here.

use serde::Deserialize;

use crate::prices::rows;

/// One row of the published costs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
}

/// All published costs that ship with the program.
pub fn published_costs() -> Vec<Published> {
    rows(include_str!("../library/hardware/published_costs.csv"))
}
