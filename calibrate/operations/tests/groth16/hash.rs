//! Poseidon outside a circuit.

use ark_bn254::Fr;
use ark_crypto_primitives::sponge::poseidon::PoseidonSponge;
use ark_crypto_primitives::sponge::{CryptographicSponge, FieldBasedCryptographicSponge};
use ark_ff::MontFp;
use operations::groth16::hash::{hash, parameters};

#[test]
fn the_permutation_is_the_published_one() {
    let mut sponge = PoseidonSponge::new(parameters());
    sponge.absorb(&[Fr::from(1), Fr::from(2)].as_slice());
    sponge.squeeze_native_field_elements(1);
    // Poseidon(1, 2) of circomlib, which takes the first element of the same state.
    let published: Fr = MontFp!("7853200120776062878684798364095072458815029376092732009249414926327459813530");
    assert_eq!(sponge.state[0], published);
}

#[test]
fn every_element_counts() {
    let elements: Vec<Fr> = (0..5).map(Fr::from).collect();
    for changed in 0..elements.len() {
        let mut other = elements.clone();
        other[changed] += Fr::from(1);
        assert_ne!(hash(&other), hash(&elements));
    }
}
