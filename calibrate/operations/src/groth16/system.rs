//! The proof system itself: set-up, assignment of a circuit's variables, proof and verification.
//!
//! The library's own `prove` builds the matrices of the circuit anew for every proof; here they are kept with the keys.
//! It is built without threads, so every time is a cost of one core.

use ark_bn254::{Bn254, Fr};
use ark_ff::PrimeField;
use ark_groth16::{Groth16, PreparedVerifyingKey, Proof, ProvingKey, prepare_verifying_key};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, ConstraintSystemRef, Matrix, OptimizationGoal, R1CS_PREDICATE_LABEL,
    SynthesisError, SynthesisMode, mat_vec_mul,
};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;

use super::Circuit;
use crate::inputs::bytes;

/// Size of a compressed proof: two points of 32 bytes and one of 64.
const PROOF_BYTES: usize = 128;

/// The matrices A, B and C of a circuit: an assignment z satisfies it when Az ∘ Bz = Cz.
pub type Matrices = Vec<Matrix<Fr>>;

/// A circuit as the library takes it.
struct Synthesised<'a>(&'a dyn Circuit);

impl ConstraintSynthesizer<Fr> for Synthesised<'_> {
    fn generate_constraints(self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        self.0.constrain(system)
    }
}

/// What one set-up gives to provers and verifiers.
pub struct Keys {
    proving: ProvingKey<Bn254>,
    verifying: PreparedVerifyingKey<Bn254>,
    matrices: Matrices,
}

impl Keys {
    /// Size of the proving key, uncompressed, as a service would load it \[bytes\].
    pub fn bytes(&self) -> u64 {
        self.proving.uncompressed_size() as u64
    }

    /// What verifies, prepared for pairings.
    pub fn verifying(&self) -> &PreparedVerifyingKey<Bn254> {
        &self.verifying
    }

    /// A proof from its bytes; nothing if they are none, or if the statement has not as many values as the circuit.
    pub fn read(&self, public: &[Fr], proof: &[u8]) -> Option<Proof<Bn254>> {
        // The library would take missing inputs for zeros, and would not see bytes after the proof.
        let whole = public.len() == self.public_inputs() && proof.len() == PROOF_BYTES;
        whole.then(|| Proof::deserialize_compressed(proof).ok()).flatten()
    }

    /// How many values a statement has.
    fn public_inputs(&self) -> usize {
        self.proving.vk.gamma_abc_g1.len() - 1
    }
}

/// Makes the keys for a circuit, from other secrets for another `run`.
///
/// # Errors
/// The circuit cannot be built.
pub fn set_up(circuit: &dyn Circuit, run: u64) -> Result<Keys, SynthesisError> {
    let matrices = matrices(circuit)?;
    let mut secrets = StdRng::from_seed(bytes("groth16 set-up", run));
    let proving = Groth16::<Bn254>::generate_random_parameters_with_reduction(Synthesised(circuit), &mut secrets)?;
    Ok(Keys { verifying: prepare_verifying_key(&proving.vk), proving, matrices })
}

/// The matrices of a circuit.
///
/// # Errors
/// The circuit cannot be built.
pub fn matrices(circuit: &dyn Circuit) -> Result<Matrices, SynthesisError> {
    let system = synthesised(circuit, SynthesisMode::Setup)?;
    system.finalize();
    let mut matrices = system.to_matrices()?;
    Ok(matrices.remove(R1CS_PREDICATE_LABEL).expect("every constraint system has the predicate of R1CS"))
}

/// The values of all variables: one, then the public inputs, then the secrets and what follows from them.
///
/// # Errors
/// A value that the circuit needs does not exist.
pub fn assignment(circuit: &dyn Circuit) -> Result<Vec<Fr>, SynthesisError> {
    let mode = SynthesisMode::Prove { construct_matrices: false, generate_lc_assignments: false };
    let system = synthesised(circuit, mode)?;
    Ok([system.instance_assignment()?, system.witness_assignment()?].concat())
}

fn synthesised(circuit: &dyn Circuit, mode: SynthesisMode) -> Result<ConstraintSystemRef<Fr>, SynthesisError> {
    let system = ConstraintSystem::new_ref();
    // As the library's own set-up does: keys and matrices must come from the same system.
    system.set_optimization_goal(OptimizationGoal::Constraints);
    system.set_mode(mode);
    circuit.constrain(system.clone())?;
    Ok(system)
}

/// Whether an assignment satisfies every constraint.
pub fn satisfied(matrices: &Matrices, assignment: &[Fr]) -> bool {
    let [a, b, c] = [0, 1, 2].map(|which| mat_vec_mul(&matrices[which], assignment));
    a.iter().zip(&b).zip(&c).all(|((a, b), c)| *a * b == *c)
}

/// A proof that hides the assignment, blinded differently for each `run`; nothing if the circuit is too large for the field.
///
/// An assignment that does not satisfy the circuit gives a proof too, which verification rejects.
pub fn prove(keys: &Keys, assignment: &[Fr], run: u64) -> Option<Vec<u8>> {
    let blinding = |label| Fr::from_le_bytes_mod_order(&bytes::<32>(label, run));
    let proof = Groth16::<Bn254>::create_proof_with_reduction_and_matrices(
        &keys.proving,
        blinding("groth16 r"),
        blinding("groth16 s"),
        &keys.matrices,
        keys.public_inputs() + 1,
        keys.matrices[0].len(),
        assignment,
    );
    let mut bytes = Vec::with_capacity(PROOF_BYTES);
    proof.ok()?.serialize_compressed(&mut bytes).ok()?;
    Some(bytes)
}

/// Whether the bytes are a proof for these public inputs.
pub fn verify(keys: &Keys, public: &[Fr], proof: &[u8]) -> bool {
    let Some(proof) = keys.read(public, proof) else { return false };
    Groth16::<Bn254>::verify_proof(&keys.verifying, &proof, public).unwrap_or(false)
}
