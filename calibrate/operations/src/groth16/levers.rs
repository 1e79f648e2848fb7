//! What a service that proves one policy gains by threads, by batches, and by a cache.
//!
//! All three are about `policy.preimage` at one size, so that they can be held against its single proof and verification.

use std::rc::Rc;

use ark_bn254::Fr;
use calibrate::{Description, Instance, Operation, OperationError, Scaling, instance};
use rayon::ThreadPool;

use super::batch::{Proven, verify_batch};
use super::preimage::Preimage;
use super::system::{Keys, assignment, prove, verify};
use super::{Circuit, Examples, secret};
use crate::cache::{self, ProofCache};
use crate::inputs::only;
use crate::threads;

/// Size of the secrets \[bytes\].
pub const BYTES: u64 = 256;
/// Proofs of a batch.
const BATCHES: [u64; 3] = [1, 4, 16];

/// What preparing an operation gives.
type Prepared = Result<Box<dyn Instance>, OperationError>;

/// The operations, which share the keys of the policy.
pub fn operations(examples: &Rc<Examples>) -> Vec<Operation> {
    let prepared = |prepare: fn(Rc<Keys>, u64) -> Prepared| {
        let examples = Rc::clone(examples);
        move |size| prepare(examples.keys(BYTES)?, size)
    };
    let proving = Description {
        scaling: Some(Scaling::WorkPerThread),
        ..description(
            "prove_parallel",
            "makes one proof of policy.preimage.prove on each of n threads at the same time, each of another secret",
            "threads",
        )
    };
    let verifying = description(
        "verify_batch",
        "verifies n proofs of policy.preimage from their bytes, each of another statement, together: with random coefficients \
         of 128 bits and one final exponentiation",
        "proofs",
    );
    let finding = Description {
        library: env!("LIBRARY_LRU").into(),
        ..description(
            "cache_hit",
            "finds the proof of a secret, by the BLAKE3 hash of its bytes, in a full LRU cache of n proofs and copies it; one \
             real proof is stored n times, for secrets that are asked for in turn",
            "entries",
        )
    };
    vec![
        Operation::new(proving, &threads::counts(), prepared(parallel)),
        Operation::new(verifying, &BATCHES, prepared(batch)),
        Operation::new(finding, &[cache::ENTRIES], prepared(hit)),
    ]
}

fn description(verb: &str, statement: &str, size_unit: &str) -> Description {
    Description {
        name: format!("policy.{verb}"),
        statement: format!("{statement}. Secrets have {BYTES} bytes"),
        lower_bound: None,
        library: env!("LIBRARY_ARK_GROTH16").into(),
        size_unit: size_unit.into(),
        suite: "policies".into(),
        quick: false,
        scaling: None,
        claimed: None,
    }
}

/// The secret with this number.
fn request(number: u64) -> Vec<u8> {
    secret(&format!("request {number}"), BYTES)
}

/// The statement about a secret, and the values of all variables of its circuit.
fn assigned(number: u64) -> Result<(Vec<Fr>, Vec<Fr>), OperationError> {
    let circuit = Preimage::of(&request(number));
    Ok((circuit.public(), assignment(&circuit).map_err(OperationError::new)?))
}

/// The statement about the secret with a number, and its proof.
///
/// # Errors
/// The proof cannot be made.
pub fn proven(keys: &Keys, number: u64) -> Result<Proven, OperationError> {
    let (public, values) = assigned(number)?;
    let proof = prove(keys, &values, number).ok_or_else(|| OperationError::new("proving failed"))?;
    Ok((public, proof))
}

/// What the threads of a service share, and how often they were run.
struct Service {
    pool: ThreadPool,
    keys: Rc<Keys>,
    /// One per thread.
    requests: Vec<(Vec<Fr>, Vec<Fr>)>,
    runs: u64,
}

fn parallel(keys: Rc<Keys>, size: u64) -> Prepared {
    let pool = threads::pool(size)?;
    let requests = (0..size).map(assigned).collect::<Result<_, _>>()?;
    let act = |Service { pool, keys, requests, runs }: &mut Service| {
        let (keys, requests): (&Keys, &[_]) = (keys, requests);
        let first = *runs * requests.len() as u64;
        *runs += 1;
        pool.broadcast(|thread| prove(keys, &requests[thread.index()].1, first + thread.index() as u64))
    };
    let check = |service: &Service, proofs: &Vec<Option<Vec<u8>>>| {
        let right = |((public, _), proof): (&(Vec<Fr>, _), &Option<Vec<u8>>)| {
            proof.as_ref().is_some_and(|proof| verify(&service.keys, public, proof))
        };
        proofs.len() == service.requests.len() && service.requests.iter().zip(proofs).all(right)
    };
    let bytes = |proofs: &Vec<Option<Vec<u8>>>| Some(proofs.iter().flatten().map(|proof| proof.len() as u64).sum());
    Ok(instance(Service { pool, keys, requests, runs: 0 }, act, check, bytes))
}

fn batch(keys: Rc<Keys>, size: u64) -> Prepared {
    if !(1..=1024).contains(&size) {
        return Err(OperationError::new(format!("a batch has 1 to 1024 proofs, not {size}")));
    }
    let batch = (0..size).map(|number| proven(&keys, number)).collect::<Result<Vec<_>, _>>()?;
    let act = |(keys, batch): &mut (Rc<Keys>, Vec<Proven>)| verify_batch(keys, batch);
    Ok(instance((keys, batch), act, |_, accepted| *accepted, |_| None))
}

fn hit(keys: Rc<Keys>, size: u64) -> Prepared {
    only(size, cache::ENTRIES)?;
    let (public, proof) = proven(&keys, 0)?;
    let cache = ProofCache::full((0..size).map(request).collect(), &proof);
    let cache = cache.ok_or_else(|| OperationError::new("there is no request"))?;
    let act = |(cache, ..): &mut (ProofCache, Rc<Keys>, Vec<Fr>)| cache.find_next();
    let check = |(_, keys, public): &(_, Rc<Keys>, Vec<Fr>), proof: &Option<Vec<u8>>| {
        proof.as_ref().is_some_and(|proof| verify(keys, public, proof))
    };
    let bytes = |proof: &Option<Vec<u8>>| proof.as_ref().map(|proof| proof.len() as u64);
    Ok(instance((cache, keys, public), act, check, bytes))
}
