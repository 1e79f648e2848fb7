//! What S2 claims: times of a prover that its source mocked, budgets, and what the levers should gain.

/// What is claimed of one policy.
pub struct Claim {
    /// Its name in the source.
    pub policy: &'static str,
    /// The circuit that stands for it here, without the verb.
    pub operation: &'static str,
    /// Average over the three inputs \[ms\].
    pub average_ms: f64,
    /// Slowest input \[ms\].
    pub max_ms: f64,
    /// Verification \[ms\].
    pub verify_ms: f64,
    /// What the average proving time may be \[ms\].
    pub budget_ms: f64,
}

/// The policies of the source.
pub const POLICIES: [Claim; 3] = [
    Claim {
        policy: "memory_pattern",
        operation: "policy.pattern",
        average_ms: 2_427.0,
        max_ms: 3_000.0,
        verify_ms: 143.0,
        budget_ms: 3_200.0,
    },
    Claim {
        policy: "policy_enforcement",
        operation: "policy.membership",
        average_ms: 1_820.0,
        max_ms: 2_250.0,
        verify_ms: 115.0,
        budget_ms: 2_400.0,
    },
    Claim {
        policy: "proof_of_knowledge",
        operation: "policy.preimage",
        average_ms: 1_214.0,
        max_ms: 1_500.0,
        verify_ms: 144.0,
        budget_ms: 1_800.0,
    },
];

/// How much longer a real proof takes than a mocked one, by the source.
pub const REAL_OVER_MOCKED: f64 = 1.3;
/// Size of a proof \[bytes\].
pub const PROOF_BYTES: f64 = 172.0;
/// What the source calls variance: standard deviation over average. Its prover was a formula, so it is that of the input sizes alone.
pub const SPREAD: f64 = 0.17;
/// What a report says of where the figures come from.
pub const SOURCE: &str = "S2: a mocked prover, whose statement is unknown";

/// What a change of a service is claimed to gain, as a factor.
pub struct Lever {
    /// In words.
    pub name: &'static str,
    /// Least factor.
    pub low: f64,
    /// Largest factor.
    pub high: f64,
}

/// Proving on several threads.
pub const PARALLEL: Lever = Lever { name: "parallel proving", low: 2.0, high: 4.0 };
/// Proofs that are found instead of made.
pub const CACHE: Lever = Lever { name: "cache hits", low: 10.0, high: 100.0 };
/// Proofs that are verified together.
pub const BATCHING: Lever = Lever { name: "batching", low: 1.5, high: 2.0 };
/// Levers that nothing here measures: name, gain, and what would measure them.
pub const UNMEASURED: [(&str, &str, &str); 2] = [
    (
        "a GPU",
        "5–10×",
        "no operation of this calibration runs on a GPU; your own prover can be measured as an operation",
    ),
    ("lookup-table circuits", "30–50 % less time", "the circuits here have no lookup tables: Groth16 has none"),
];
