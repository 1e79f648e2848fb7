//! Bulletproofs+ range proofs: each output commits to an amount of 64 bits.
//!
//! Citation: Chung, Han, Ju, Kim, Seo, *Bulletproofs+: Shorter Proofs for a Privacy-Enhanced Distributed Ledger*, IEEE
//! Access 10, 2022. Left out: Merkle paths, the balance of the transaction, and nullifiers, which a whole witness has too.

use calibrate::{Claimed, Description, Instance, Operation, OperationError, instance};
use curve25519_dalek::{RistrettoPoint, Scalar};
use tari_bulletproofs_plus::commitment_opening::CommitmentOpening;
use tari_bulletproofs_plus::generators::pedersen_gens::ExtensionDegree;
use tari_bulletproofs_plus::range_parameters::RangeParameters;
use tari_bulletproofs_plus::range_proof::{RangeProof, VerifyAction};
use tari_bulletproofs_plus::range_statement::RangeStatement;
use tari_bulletproofs_plus::range_witness::RangeWitness;
use tari_bulletproofs_plus::ristretto;
use tari_merlin::Transcript;

use crate::inputs::{bytes, only, power_of_two};

const BITS: usize = 64;
const MOST_OUTPUTS: u64 = 8;
const BATCH: u64 = 32;
const MISSING: &str = "a validity witness also has Merkle paths, a balance proof and nullifiers";

type Statement = RangeStatement<RistrettoPoint>;

pub(crate) fn operations() -> Vec<Operation> {
    let statement = "proves that each of n committed amounts lies below 2^64, in one aggregated proof";
    let claim = (0.050, "S1: generating the whole validity witness");
    let prove_outputs = Operation::new(description("prove", statement, "outputs", Some(claim)), &[1, 2], |size| {
        let (statement, witness) = claim_of(size, 0)?;
        let act = |(statement, witness): &mut (Statement, RangeWitness)| prove(statement, witness).ok();
        let check = |(statement, _): &(Statement, RangeWitness), proof: &Option<Vec<u8>>| {
            proof.as_ref().is_some_and(|proof| verify(std::slice::from_ref(statement), std::slice::from_ref(proof)))
        };
        let bytes = |proof: &Option<Vec<u8>>| proof.as_ref().map(|proof| proof.len() as u64);
        Ok(instance((statement, witness), act, check, bytes))
    });
    let statement = "verifies one aggregated proof, from its bytes, that each of n committed amounts lies below 2^64";
    let claim = (0.010, "S1: verifying the whole validity witness");
    let verify_one = Operation::new(description("verify", statement, "outputs", Some(claim)), &[1, 2], |size| {
        verifying(vec![claim_of(size, 0)?])
    });
    let statement = "verifies n proofs of one output each together, from their bytes";
    let verify_batch = Operation::new(description("verify_batch", statement, "proofs", None), &[BATCH], |size| {
        only(size, BATCH)?;
        verifying((0..size).map(|number| claim_of(1, number)).collect::<Result<_, _>>()?)
    });
    vec![prove_outputs, verify_one, verify_batch]
}

fn description(verb: &str, statement: &str, size_unit: &str, claim: Option<(f64, &str)>) -> Description {
    Description {
        name: format!("range_proof.{verb}"),
        statement: statement.into(),
        lower_bound: Some(MISSING.into()),
        library: env!("LIBRARY_TARI_BULLETPROOFS_PLUS").into(),
        size_unit: size_unit.into(),
        claimed: claim.map(|(seconds, source)| Claimed { size: 2, seconds, source: source.into() }),
    }
}

/// The instance that verifies one proof per claim, all together.
fn verifying(claims: Vec<(Statement, RangeWitness)>) -> Result<Box<dyn Instance>, OperationError> {
    let proofs = claims.iter().map(|(statement, witness)| prove(statement, witness)).collect::<Result<Vec<_>, _>>()?;
    let statements: Vec<Statement> = claims.into_iter().map(|(statement, _)| statement).collect();
    let act = |(statements, proofs): &mut (Vec<Statement>, Vec<Vec<u8>>)| verify(statements, proofs);
    Ok(instance((statements, proofs), act, |_, accepted| *accepted, |_| None))
}

/// Commitments to `outputs` amounts, and their openings.
fn claim_of(outputs: u64, number: u64) -> Result<(Statement, RangeWitness), OperationError> {
    power_of_two(outputs, MOST_OUTPUTS)?;
    let pedersen = ristretto::create_pedersen_gens_with_extension_degree(ExtensionDegree::DefaultPedersen);
    let generators = RangeParameters::init(BITS, outputs as usize, pedersen).map_err(OperationError::new)?;
    let mut commitments = Vec::new();
    let mut openings = Vec::new();
    for output in 0..outputs {
        let label = number * MOST_OUTPUTS + output;
        let amount = u64::from_le_bytes(bytes("range proof amount", label));
        let blinding = vec![Scalar::from_bytes_mod_order_wide(&bytes("range proof blinding", label))];
        let commitment = generators.pc_gens().commit(&Scalar::from(amount), &blinding).map_err(OperationError::new)?;
        commitments.push(commitment);
        openings.push(CommitmentOpening::new(amount, blinding));
    }
    let promises = vec![None; outputs as usize];
    let statement = RangeStatement::init(generators, commitments, promises, None).map_err(OperationError::new)?;
    Ok((statement, RangeWitness::init(openings).map_err(OperationError::new)?))
}

fn transcript() -> Transcript {
    Transcript::new(b"proofcast range proof")
}

fn prove(statement: &Statement, witness: &RangeWitness) -> Result<Vec<u8>, OperationError> {
    let proof = RangeProof::prove(&mut transcript(), statement, witness).map_err(OperationError::new)?;
    Ok(proof.to_bytes())
}

fn verify(statements: &[Statement], proofs: &[Vec<u8>]) -> bool {
    let Ok(proofs) = proofs.iter().map(|bytes| RangeProof::from_bytes(bytes)).collect::<Result<Vec<_>, _>>() else {
        return false;
    };
    let mut transcripts = vec![transcript(); proofs.len()];
    RangeProof::verify_batch(&mut transcripts, statements, &proofs, VerifyAction::VerifyOnly).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tampered_proof_is_rejected_alone_and_in_a_batch() {
        let claims = [claim_of(1, 0).expect("a claim"), claim_of(1, 1).expect("a claim")];
        let statements = claims.each_ref().map(|(statement, _)| statement.clone());
        let proofs = claims.each_ref().map(|(statement, witness)| prove(statement, witness).expect("a proof"));
        assert!(verify(&statements, &proofs));
        for place in [0, 40, 300, proofs[1].len() - 1] {
            let mut tampered = proofs.clone();
            tampered[1][place] ^= 1;
            assert!(!verify(&statements, &tampered), "byte {place} in a batch");
            assert!(!verify(&statements[1..], &tampered[1..]), "byte {place} alone");
        }
    }

    #[test]
    fn a_proof_does_not_stand_for_another_commitment() {
        let (statement, witness) = claim_of(2, 0).expect("a claim");
        let (other, _) = claim_of(2, 1).expect("a claim");
        let proof = prove(&statement, &witness).expect("a proof");
        assert!(verify(&[statement], std::slice::from_ref(&proof)));
        assert!(!verify(&[other], &[proof]));
    }
}
