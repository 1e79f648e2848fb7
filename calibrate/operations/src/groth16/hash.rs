//! Poseidon over the scalar field of BN254, the same outside a circuit and inside: 243 constraints per two elements.
//!
//! A sponge of three elements, two of them rate; S-box x⁵, 8 full and 57 partial rounds. There is no padding: each circuit
//! hashes one fixed number of elements.
//!
//! Citation: Grassi, Khovratovich, Rechberger, Roy, Schofnegger, *Poseidon: A New Hash Function for Zero-Knowledge Proof
//! Systems*, USENIX Security 2021.

use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_crypto_primitives::sponge::constraints::CryptographicSpongeVar;
use ark_crypto_primitives::sponge::poseidon::constraints::PoseidonSpongeVar;
use ark_crypto_primitives::sponge::poseidon::{PoseidonConfig, PoseidonSponge, find_poseidon_ark_and_mds};
use ark_crypto_primitives::sponge::{CryptographicSponge, FieldBasedCryptographicSponge};
use ark_ff::PrimeField;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

const RATE: usize = 2;
const CAPACITY: usize = 1;
const FULL_ROUNDS: usize = 8;
const PARTIAL_ROUNDS: usize = 57;
const ALPHA: u64 = 5;

/// Bytes that fit into a field element, whatever they are.
const BYTES_PER_ELEMENT: usize = 31;

/// Constants of the rounds, made once per process by the generator that the authors of Poseidon define.
pub fn parameters() -> &'static PoseidonConfig<Fr> {
    static PARAMETERS: OnceLock<PoseidonConfig<Fr>> = OnceLock::new();
    PARAMETERS.get_or_init(|| {
        let bits = u64::from(Fr::MODULUS_BIT_SIZE);
        let (constants, matrix) = find_poseidon_ark_and_mds(bits, RATE, FULL_ROUNDS as u64, PARTIAL_ROUNDS as u64, 0);
        PoseidonConfig::new(FULL_ROUNDS, PARTIAL_ROUNDS, ALPHA, matrix, constants, RATE, CAPACITY)
    })
}

/// The hash of a fixed number of elements.
pub fn hash(elements: &[Fr]) -> Fr {
    let mut sponge = PoseidonSponge::new(parameters());
    sponge.absorb(&elements);
    sponge.squeeze_native_field_elements(1)[0]
}

/// The same hash, of variables of a circuit.
///
/// # Errors
/// A value that the circuit needs does not exist.
pub fn hash_variables(system: ConstraintSystemRef<Fr>, elements: &[FpVar<Fr>]) -> Result<FpVar<Fr>, SynthesisError> {
    let mut sponge = PoseidonSpongeVar::new(system, parameters());
    sponge.absorb(&elements)?;
    Ok(sponge.squeeze_field_elements(1)?.swap_remove(0))
}

/// Field elements that stand for bytes, 31 to an element, lowest first.
pub fn pack(bytes: &[u8]) -> Vec<Fr> {
    bytes.chunks(BYTES_PER_ELEMENT).map(Fr::from_le_bytes_mod_order).collect()
}
