//! Signatures, outside a circuit.

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ed_on_bn254::{EdwardsAffine, EdwardsProjective, Fr as Scalar};
use ark_ff::{Field, UniformRand};
use operations::groth16::hash::hash;
use operations::groth16::signature::{Signature, SigningKey, challenged, to_scalar};

#[test]
fn a_signature_fits_its_equation_and_no_other_message() {
    let key = SigningKey::example(1);
    let message = [Fr::from(5), Fr::from(7)];
    let verify = |signature: &Signature, message: &[Fr]| {
        let challenge = to_scalar(hash(&challenged(&signature.commitment, &key.public, message)));
        EdwardsProjective::generator() * signature.response == signature.commitment + key.public * challenge
    };
    let signature = key.sign(&message);
    assert!(verify(&signature, &message));
    assert!(!verify(&signature, &[Fr::from(5), Fr::from(8)]));
    assert!(!verify(&Signature { response: signature.response + Scalar::ONE, ..signature }, &message));
}

#[test]
fn the_generator_has_prime_order() {
    let generator = EdwardsAffine::generator();
    assert!(generator.is_on_curve() && generator.is_in_correct_subgroup_assuming_on_curve());
    let point = EdwardsProjective::rand(&mut ark_std::test_rng());
    assert!(point.into_affine().is_in_correct_subgroup_assuming_on_curve());
}
