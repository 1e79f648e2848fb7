//! The report as a document: `proofcast/policies/1`. Keys may be added; the meaning of one never changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kind and version of the document.
pub const SCHEMA: &str = "proofcast/policies/1";

/// What the policies take on one host, beside their budgets and what is claimed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Kind and version of the document.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// When the measurement began, in UTC: `2026-01-31T12:00:00Z`.
    pub run_date: String,
    /// The machine.
    pub host: HostLine,
    /// The program that measured, its compiler, and the method.
    pub measured_by: String,
    /// Runs of each policy; where they differ, the fewest: `policies[].runs` has each.
    pub total_runs_per_policy: u64,
    /// The policies, in the order of the source.
    #[schemars(length(min = 1))]
    pub policies: Vec<Policy>,
    /// What follows from the figures, most urgent first.
    pub recommendations: Vec<Recommendation>,
    /// Time of the whole measurement, with preparation, memory and whatever else it measured \[ms\].
    #[schemars(range(min = 0))]
    pub total_execution_time_ms: f64,
    /// What the calibration lacks; empty when it is complete.
    pub missing: Vec<String>,
    /// The change since the report that was in the same place before.
    pub baseline: Option<Baseline>,
    /// Why there is no baseline.
    pub baseline_why: Option<String>,
}

/// A machine in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostLine {
    /// Processor, as it names itself.
    pub cpu: String,
    /// Physical cores, or logical ones where the system does not tell.
    pub cores: u64,
    /// Main memory \[bytes\].
    pub memory_bytes: u64,
    /// Kernel version.
    pub kernel: String,
}

/// One policy over all its inputs, each of which counts the same however many runs it had. Times are of one core.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// Name in the source.
    pub policy: String,
    /// The circuit that stands for it, without the verb.
    pub operation: String,
    /// What is done and proven.
    pub statement: String,
    /// Mean over the inputs of their mean proving times \[ms\].
    #[schemars(range(min = 0))]
    pub avg_proving_time_ms: f64,
    /// Half-width of its 95 % interval \[ms\].
    pub avg_half_width_ms: Option<f64>,
    /// Shortest run \[ms\].
    #[schemars(range(min = 0))]
    pub min_time_ms: f64,
    /// Longest run \[ms\].
    #[schemars(range(min = 0))]
    pub max_time_ms: f64,
    /// Standard deviation of all runs: of noise and of the sizes of the inputs together \[ms\].
    #[schemars(range(min = 0))]
    pub std_dev_ms: f64,
    /// Standard deviation of the inputs' means over the average: growth with the input, not noise.
    #[schemars(range(min = 0))]
    pub spread_over_inputs: f64,
    /// Mean over the inputs of their mean verification times \[ms\].
    #[schemars(range(min = 0))]
    pub avg_verify_time_ms: f64,
    /// Size of the largest proof \[bytes\].
    pub proof_size_bytes: u64,
    /// Proving runs, of all inputs and processes.
    pub runs: u64,
    /// The budget on the average proving time.
    pub budget: Budget,
    /// What the source claims.
    pub claimed: Claimed,
    /// The claimed figure over the one found here: above one, it is faster or smaller here.
    pub claimed_over_here: Ratios,
    /// The inputs, sizes growing.
    #[schemars(length(min = 1))]
    pub inputs: Vec<Input>,
}

/// What a policy takes at one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// Size of the input \[bytes\].
    pub size_bytes: u64,
    /// Constraints of the circuit before they are padded to a power of two.
    pub constraints: Option<u64>,
    /// Mean proving time over the means of the processes \[ms\].
    #[schemars(range(min = 0))]
    pub avg_proving_time_ms: f64,
    /// Half-width of its 95 % interval \[ms\].
    pub avg_half_width_ms: Option<f64>,
    /// Shortest run \[ms\].
    pub min_time_ms: f64,
    /// Longest run \[ms\].
    pub max_time_ms: f64,
    /// Standard deviation of the runs \[ms\]; absent for one run.
    pub std_dev_ms: Option<f64>,
    /// Standard deviation over mean: noise, because the input is the same; absent for one run.
    pub coefficient_of_variation: Option<f64>,
    /// Mean verification time \[ms\].
    pub avg_verify_time_ms: f64,
    /// Size of the proof \[bytes\].
    pub proof_size_bytes: u64,
    /// Proving runs, of all processes.
    pub runs: u64,
}

/// A budget and whether the average keeps within it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// Largest average proving time \[ms\].
    pub limit_ms: f64,
    /// By the interval of the average: `holds`, `fails`, or `undecided`.
    #[schemars(extend("enum" = ["holds", "fails", "undecided"]))]
    pub verdict: String,
}

/// What the source claims of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Claimed {
    /// Average proving time of the mocked prover \[ms\].
    pub avg_proving_time_ms: f64,
    /// The same of a real proof \[ms\].
    pub avg_real_proving_time_ms: f64,
    /// Proving time of the largest input \[ms\].
    pub max_time_ms: f64,
    /// Verification \[ms\].
    pub avg_verify_time_ms: f64,
    /// Size of a proof \[bytes\].
    pub proof_size_bytes: f64,
    /// Standard deviation over average.
    pub spread: f64,
    /// Who claims it, and of what.
    pub source: String,
}

/// Claimed figures over those found here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ratios {
    /// Of the average proving time.
    pub avg_proving_time: f64,
    /// Of the longest run.
    pub max_time: f64,
    /// Of verification.
    pub avg_verify_time: f64,
    /// Of the size of a proof.
    pub proof_size: f64,
}

/// How urgent a recommendation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Something is too slow.
    High,
    /// Something is worth doing.
    Medium,
    /// Something to know.
    Low,
}

/// What follows from measured facts by a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recommendation {
    /// How urgent it is.
    pub priority: Priority,
    /// The rule that fired, with its threshold.
    pub rule: String,
    /// The figures that it fired on; empty where the rule is that there are none.
    pub facts: Vec<Fact>,
    /// What to do or to know.
    pub text: String,
}

/// A measured figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// The operation that was measured; without a verb where the figure is of a policy as a whole.
    pub operation: String,
    /// Its size, in its own unit; absent where the figure is of all sizes.
    pub size: Option<u64>,
    /// What the figure is.
    pub figure: String,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
}

/// The change since a former report. It is no verdict: a gate decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Baseline {
    /// When the former measurement began.
    pub run_date: String,
    /// Its machine.
    pub host: HostLine,
    /// Whether that is the same machine: between different ones a change says nothing of the program.
    pub same_host: bool,
    /// The change of each policy that both reports have.
    pub policies: Vec<Change>,
}

/// The change of one policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Name in the source.
    pub policy: String,
    /// Average proving time before \[ms\].
    pub avg_proving_time_ms: f64,
    /// Change of it, relative: 0.1 is 10 % slower than before.
    pub proving: f64,
    /// Average verification time before \[ms\].
    pub avg_verify_time_ms: f64,
    /// Change of it, relative.
    pub verifying: f64,
}
