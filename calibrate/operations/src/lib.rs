//! The real cryptographic operations that are measured: one file per family, each result checked, each check shown by a test
//! to reject what was tampered with.
//!
//! | file | operations | size |
//! |---|---|---|
//! | `ed25519` | `ed25519.sign`, `.verify`; `.verify_batch`; `.sign_parallel` and `.verify_parallel` | bytes; signatures; threads |
//! | `ml_dsa` | `ml_dsa_44.keygen`, `.sign`, `.verify`, and for 65 and 87; `ml_dsa_65.verify_parallel` | keys, signatures; threads |
//! | `ml_kem` | `ml_kem_512.keygen`, `.encapsulate`, `.decapsulate`, and for 768 and 1024 | keys, ciphertexts |
//! | `range_proof` | `range_proof.prove`, `range_proof.verify`, `range_proof.verify_batch` | outputs; proofs |
//! | `merkle` | `merkle.verify_path` | levels |
//! | `witness` | `witness.generate`, `.verify`; `.verify_batch` | outputs; witnesses |
//! | `state` | `state.lookup`, `state.lookup_cold` | keys in the store |
//! | `stark` | `stark.prove`, `stark.verify` | transactions |
//! | `recursion` | `recursion.leaf.prove`; `recursion.merge.prove`, `.verify`, and for `merge_again` | updates; proofs |
//! | `commitment` | `commitment.keygen`, `.key_load`, `.witness`, `.prove`, `.verify`; `.cache_hit` | jobs; entries |
//! | `groth16` | `policy.preimage`, `policy.membership`, `policy.pattern`, `payment`: `.setup`, `.witness`, `.prove`, `.verify` | bytes; payments |
//! | `groth16` | `policy.prove_parallel`; `policy.verify_batch`; `policy.cache_hit` | threads; proofs; entries |
//!
//! **Architecture invariants.** Everything runs on one thread, so that every time is a cost per core,
//! unless its size is a number of threads. Inputs are the same in
//! every process, made from labels by a hash; only what an act draws by its nature (a blinding) is random. A statement says
//! all that is done and no more; where a design needs more, `lower_bound` says what is missing. Nothing here knows a clock.

pub mod cache;
pub mod commitment;
pub mod ed25519;
pub mod groth16;
mod inputs;
pub mod merkle;
pub mod ml_dsa;
pub mod ml_kem;
pub mod range_proof;
pub mod recursion;
pub mod stark;
pub mod state;
pub mod threads;
pub mod witness;

use calibrate::{Operation, OperationError};

/// All operations, in the order in which they are measured and shown.
pub fn all() -> Vec<Operation> {
    [
        ed25519::operations(),
        ml_dsa::operations(),
        ml_kem::operations(),
        range_proof::operations(),
        merkle::operations(),
        witness::operations(),
        state::operations(),
        stark::operations(),
        recursion::operations(),
        commitment::operations(),
        groth16::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a process of its own does to measure the peak memory of one act: see [`calibrate::memory::rise`].
///
/// # Errors
/// There is no such operation, it cannot have that size, or its result is wrong.
pub fn memory_probe(name: &str, size: u64) -> Result<Option<u64>, OperationError> {
    let operation = all().into_iter().find(|operation| operation.name() == name);
    let operation = operation.ok_or_else(|| OperationError::new(format!("there is no operation {name:?}")))?;
    calibrate::memory::rise(&operation, size)
}
