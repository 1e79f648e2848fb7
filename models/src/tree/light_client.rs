//! A light client, which reads the last proof of the tree instead of the chain.
//!
//! Model: for every proof that it has missed it downloads the proof and the header that it is about, over a link of
//! constant bandwidth, and verifies the proof on one core of its own; a proof covers the whole day, so nothing else of
//! the day is needed. Downloads come first, then verification.
//! Assumptions: the device does nothing else; proofs are at hand when it asks.
//! Source: arithmetic; the role is that of the light node in J. Bonneau, I. Meckler, V. Rao, E. Shapiro, "Coda:
//! decentralized cryptocurrency at scale" (2020). Leaves out: radio wake-up, round trips, proofs of single accounts.

use crate::work::WorkCurve;

/// A light client and what it reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LightClient {
    /// Size of a proof in bytes.
    pub proof_bytes: f64,
    /// Size of what a proof is about, in bytes.
    pub header_bytes: f64,
    /// Time of the device to verify a proof, as a function of the transactions that it covers.
    pub verify: WorkCurve,
    /// Bandwidth into the device in bit/s.
    pub downlink_bits_per_s: f64,
}

/// What a light client does to be up to date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LightWork {
    /// Downloaded, in bytes.
    pub bytes: f64,
    /// Computed, in seconds of one core.
    pub verify_s: f64,
    /// From asking to knowing, in seconds.
    pub latency_s: f64,
}

impl LightClient {
    /// What it takes to follow so many proofs of so many transactions each.
    pub fn catch_up(&self, proofs: u64, transactions: f64) -> LightWork {
        let bytes = proofs as f64 * (self.proof_bytes + self.header_bytes);
        let verify_s = proofs as f64 * self.verify.seconds(transactions);
        LightWork { bytes, verify_s, latency_s: bytes * 8.0 / self.downlink_bits_per_s + verify_s }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_by_hand() {
        // Seven proofs of 100 kB and 500 B at 8 Mbit/s take 703.5 ms, and verifying them 300 ms each.
        let phone = LightClient {
            proof_bytes: 100_000.0,
            header_bytes: 500.0,
            verify: WorkCurve::constant(0.3),
            downlink_bits_per_s: 8e6,
        };
        let work = phone.catch_up(7, 4.32e9);
        assert_eq!(work.bytes, 703_500.0);
        assert!((work.verify_s - 2.1).abs() < 1e-12 && (work.latency_s - 2.8035).abs() < 1e-12);
    }
}
