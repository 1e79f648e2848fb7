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

/// Over one curve: else the compiler looks for another, through all the types of all libraries.
type Proof = RangeProof<RistrettoPoint>;
/// That the amounts of some commitments lie below 2^64.
pub type Statement = RangeStatement<RistrettoPoint>;

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
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
        suite: "witness".into(),
        quick: false,
        scaling: None,
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
///
/// # Errors
/// The number of outputs is not a power of two or is too large.
pub fn claim_of(outputs: u64, number: u64) -> Result<(Statement, RangeWitness), OperationError> {
    power_of_two(outputs, MOST_OUTPUTS)?;
    let opening = |output| {
        let label = number * MOST_OUTPUTS + output;
        let amount = u64::from_le_bytes(bytes("range proof amount", label));
        (amount, Scalar::from_bytes_mod_order_wide(&bytes("range proof blinding", label)))
    };
    let openings: Vec<(u64, Scalar)> = (0..outputs).map(opening).collect();
    Parameters::for_outputs(openings.len())?.open(&openings)
}

/// The generators of commitments and of proofs over up to some number of them.
pub struct Parameters(RangeParameters<RistrettoPoint>);

impl Parameters {
    /// For proofs over up to `outputs` commitments.
    ///
    /// # Errors
    /// The number is not a power of two.
    pub fn for_outputs(outputs: usize) -> Result<Self, OperationError> {
        let pedersen = ristretto::create_pedersen_gens_with_extension_degree(ExtensionDegree::DefaultPedersen);
        RangeParameters::init(BITS, outputs, pedersen).map(Self).map_err(OperationError::new)
    }

    /// Commits to an amount.
    pub fn commit(&self, amount: u64, blinding: &Scalar) -> RistrettoPoint {
        self.0.h_base() * Scalar::from(amount) + self.blinding_base() * blinding
    }

    /// What the blinding of a commitment is multiplied with.
    pub fn blinding_base(&self) -> &RistrettoPoint {
        &self.0.g_bases()[0]
    }

    /// The statement that the amounts of these commitments lie below 2^64.
    ///
    /// # Errors
    /// Their number is not a power of two or is too large.
    pub fn claim(&self, commitments: Vec<RistrettoPoint>) -> Result<Statement, OperationError> {
        let promises = vec![None; commitments.len()];
        RangeStatement::init(self.0.clone(), commitments, promises, None).map_err(OperationError::new)
    }

    /// Commits to amounts with their blindings: what to prove, and what to prove it with.
    ///
    /// # Errors
    /// Their number is not a power of two or is too large.
    pub fn open(&self, openings: &[(u64, Scalar)]) -> Result<(Statement, RangeWitness), OperationError> {
        let commitments = openings.iter().map(|(amount, blinding)| self.commit(*amount, blinding)).collect();
        let openings = openings.iter().map(|(amount, blinding)| CommitmentOpening::new(*amount, vec![*blinding]));
        let witness = RangeWitness::init(openings.collect()).map_err(OperationError::new)?;
        Ok((self.claim(commitments)?, witness))
    }
}

fn transcript() -> Transcript {
    Transcript::new(b"proofcast range proof")
}

/// Proves a statement.
///
/// # Errors
/// The openings are not those of the commitments.
pub fn prove(statement: &Statement, witness: &RangeWitness) -> Result<Vec<u8>, OperationError> {
    let proof = Proof::prove(&mut transcript(), statement, witness).map_err(OperationError::new)?;
    Ok(proof.to_bytes())
}

/// Verifies one proof per statement, all together.
pub fn verify(statements: &[Statement], proofs: &[Vec<u8>]) -> bool {
    let Ok(proofs) = proofs.iter().map(|bytes| Proof::from_bytes(bytes)).collect::<Result<Vec<_>, _>>() else {
        return false;
    };
    let mut transcripts = vec![transcript(); proofs.len()];
    Proof::verify_batch(&mut transcripts, statements, &proofs, VerifyAction::VerifyOnly).is_ok()
}
