//! What S3 claims of Ed25519 on an i5-8257U with four cores.

/// Where the figures come from.
pub const SOURCE: &str = "S3: i5-8257U, 4 cores, 8 threads";

/// Signing 128 bytes \[s\].
pub const SIGN_S: f64 = 17.3e-6;
/// Verifying 128 bytes \[s\].
pub const VERIFY_S: f64 = 33.66e-6;
/// Verifying so many signatures together, in all \[s\].
pub const BATCHES: [(u64, f64); 3] = [(8, 171.24e-6), (32, 636.0e-6), (64, 1.2425e-3)];
/// By how much verifying in batches is faster than singly.
pub const BATCH_GAIN: f64 = 0.40;

/// Threads of the parallel figures.
pub const THREADS: u64 = 4;
/// Signatures a second on that many threads.
pub const SIGN_PER_S: f64 = 199e3;
/// Verifications a second on that many threads.
pub const VERIFY_PER_S: f64 = 87.2e3;
/// Share of the linear speed-up in signing.
pub const SIGN_EFFICIENCY: f64 = 0.86;
/// Share of the linear speed-up in verifying.
pub const VERIFY_EFFICIENCY: f64 = 0.73;

/// An upper bound that a key service sets itself.
pub struct Gate {
    /// Its name.
    pub name: &'static str,
    /// What it measures.
    pub operation: &'static str,
    /// At which size.
    pub size: u64,
    /// How many signatures one act is about: the bound is on each.
    pub signatures: u64,
    /// The bound \[s\].
    pub limit_s: f64,
}

/// The gates.
pub const GATES: [Gate; 3] = [
    Gate { name: "sign_128B", operation: "ed25519.sign", size: 128, signatures: 1, limit_s: 18.0e-6 },
    Gate { name: "verify_128B", operation: "ed25519.verify", size: 128, signatures: 1, limit_s: 35.0e-6 },
    Gate { name: "verify_batch_32", operation: "ed25519.verify_batch", size: 32, signatures: 32, limit_s: 20.5e-6 },
];
