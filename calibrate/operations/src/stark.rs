//! A STARK over a batch of transfers: what a prover of a validity design does for each batch.
//!
//! The circuit ([`air`]) proves that n transfers, applied one after the other, lead from one state root to another. The proof
//! system is winterfell's: BLAKE3 commitments, the quadratic extension of the 64-bit field 2^64 − 2^32 + 1, blow-up 8,
//! 34 queries, no grinding (its luck would be a constant of each size): 101 bits of conjectured security.
//!
//! Citation: Ben-Sasson, Bentov, Horesh, Riabzev, *Scalable, transparent, and post-quantum secure computational integrity*,
//! 2018. Left out: zero knowledge (winterfell has none), recursion, threads (one is used, so that time is a cost per core).

pub mod air;
pub mod ledger;
pub mod statement;
pub mod trace;

use std::rc::Rc;

use calibrate::{Claimed, Description, Instance, Operation, OperationError, Scaling, instance};
use rayon::ThreadPool;
use winterfell::crypto::hashers::Blake3_256;
use winterfell::crypto::{DefaultRandomCoin, MerkleTree};
use winterfell::math::fields::f64::BaseElement;
use winterfell::{AcceptableOptions, BatchingMethod, FieldExtension, Proof, ProofOptions, Prover};

use self::air::{TRACE_WIDTH, TransferAir, rows};
use self::ledger::{BALANCE_BITS, Batch, DEPTH};
use self::statement::Statement;
use self::trace::TransferProver;
use crate::inputs::at_most;
use crate::threads;

/// The largest batch is what designs prove at once; it takes about a minute and 2.4 GB. Sizes that are no powers of two show
/// that the trace is padded: six transfers should cost what eight do.
const SIZES: [u64; 9] = [1, 4, 6, 8, 12, 16, 64, 256, 1024];
/// The quick method stops before proofs of many seconds, and its curve is extrapolated.
const NOT_QUICK: u64 = 256;
/// Memory of a proof for each transfer: 2.37 MB from 64 transfers to 1,024, and its inputs \[bytes\].
const BYTES_PER_TRANSFER: u64 = 3 << 20;
/// The time to verify goes by the length of the trace alone.
const VERIFIED_SIZES: [u64; 4] = [1, 4, 16, 64];
/// Transfers in the batch that several threads prove together.
const SHARED_BATCH: u64 = 16;

/// What the proof system is run with.
pub const OPTIONS: ProofOptions =
    ProofOptions::new(34, 8, 0, FieldExtension::Quadratic, 8, 31, BatchingMethod::Linear, BatchingMethod::Linear);

/// The field of the circuit.
pub type Felt = BaseElement;
/// The hash that commits to traces: fast outside the circuit.
pub type Commitment = Blake3_256<Felt>;

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    let per_transaction = Claimed { size: 1, seconds: 2.0, source: "S1: full STARK of one transaction, CPU".into() };
    let statement = format!(
        "proves that n transfers in sequence, filled up to a power of two with transfers of nothing, lead from one state root \
         to another: per transfer two updates in a Merkle tree of \
         depth {DEPTH} over Rescue-Prime (sender, then receiver), the amount moved, the sender's nonce raised, owners kept, and \
         amount and new balances below 2^{BALANCE_BITS}; building the trace included; {} bits of conjectured security",
        conjectured_bits(),
    );
    let prove_batch = Operation::new(description("prove", statement, Some(per_transaction)), &SIZES, |size| {
        Ok(proving(batch(size)?, threads::pool(1)?))
    });
    let prove_batch = prove_batch.quick_below(NOT_QUICK).needing(BYTES_PER_TRANSFER);
    let statement = format!("proves {SHARED_BATCH} transfers together (see stark.prove) on n threads");
    let shared = Description {
        size_unit: "threads".into(),
        scaling: Some(Scaling::FixedWork),
        quick: false,
        ..description("prove_parallel", statement, None)
    };
    let prove_parallel = Operation::new(shared, &threads::counts(), |size| {
        let pool = threads::pool(size)?;
        Ok(proving(batch(SHARED_BATCH)?, pool))
    });
    let per_proof = Some(Claimed { size: 1, seconds: 0.200, source: "S1: verifying a full STARK, CPU".into() });
    let statement = "verifies, from its bytes, a proof of n transfers (see stark.prove) for two given state roots";
    let verify_batch = Operation::new(description("verify", statement.into(), per_proof), &VERIFIED_SIZES, |size| {
        let batch = batch(size)?;
        let statement = batch.statement();
        let pool = threads::pool(1)?;
        let proof: Rc<[u8]> = pool.install(|| prove(&batch))?.into();
        let act = move |(proof, pool): &mut (Rc<[u8]>, ThreadPool)| {
            pool.install({
                let proof: &[u8] = proof;
                move || verify(proof, statement)
            })
        };
        Ok(instance((proof, pool), act, |_, accepted| *accepted, |_| None))
    });
    vec![prove_batch, prove_parallel, verify_batch]
}

/// A batch that is proven by a pool of threads, and its proof verified.
fn proving(batch: Batch, pool: ThreadPool) -> Box<dyn Instance> {
    let statement = batch.statement();
    let act = |(batch, pool): &mut (Batch, ThreadPool)| pool.install(|| prove(batch).ok());
    let check = move |_: &_, proof: &Option<Vec<u8>>| proof.as_ref().is_some_and(|proof| verify(proof, statement));
    instance((batch, pool), act, check, |proof| proof.as_ref().map(|proof| proof.len() as u64))
}

fn description(verb: &str, statement: String, claimed: Option<Claimed>) -> Description {
    let missing = "the circuit checks no signature of the sender, does not hide the transfers, and does not bind them to published data";
    Description {
        name: format!("stark.{verb}"),
        statement,
        lower_bound: Some(missing.into()),
        library: env!("LIBRARY_WINTERFELL").into(),
        size_unit: "transactions".into(),
        suite: "stark".into(),
        quick: true,
        scaling: None,
        claimed,
    }
}

fn batch(size: u64) -> Result<Batch, OperationError> {
    at_most(size, 1 << 10)?;
    Ok(Batch::example(size as usize))
}

/// Bits of security under the usual conjecture on FRI (ethSTARK, eprint 2021/582).
pub fn conjectured_bits() -> u32 {
    use winterfell::crypto::Hasher;
    use winterfell::math::StarkField;
    let field_bits = Felt::MODULUS_BITS * OPTIONS.field_extension().degree();
    let query_bits = OPTIONS.num_queries() as u32 * OPTIONS.blowup_factor().ilog2();
    (field_bits.min(query_bits) - 1).min(Commitment::COLLISION_RESISTANCE)
}

/// The bytes of a proof of a batch.
///
/// # Errors
/// The transfers are not ones that the circuit accepts.
pub fn prove(batch: &Batch) -> Result<Vec<u8>, OperationError> {
    let prover = TransferProver::new(OPTIONS);
    let proof = prover.prove(trace::build(batch)).map_err(OperationError::new)?;
    Ok(proof.to_bytes())
}

/// Whether the bytes are a proof of this statement.
pub fn verify(proof: &[u8], statement: Statement) -> bool {
    let Ok(proof) = Proof::from_bytes(proof) else { return false };
    // The library takes the shape of the trace from the proof and would panic on one that the circuit cannot have.
    let shape = proof.trace_info();
    if shape.width() != TRACE_WIDTH || shape.length() != rows(statement.transfers) || shape.is_multi_segment() {
        return false;
    }
    let options = AcceptableOptions::OptionSet(vec![OPTIONS]);
    winterfell::verify::<TransferAir, Commitment, DefaultRandomCoin<Commitment>, MerkleTree<Commitment>>(
        proof, statement, &options,
    )
    .is_ok()
}
