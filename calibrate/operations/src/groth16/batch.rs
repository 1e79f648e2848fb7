//! Proofs of one circuit that are verified together: n + 2 Miller loops and one final exponentiation instead of 3n and n.
//!
//! Proof i is right when e(Aᵢ, Bᵢ) = e(α, β) · e(Lᵢ, γ) · e(Cᵢ, δ), where Lᵢ is what its statement gives. Raised to random
//! coefficients rᵢ and multiplied, the equations of right proofs hold together, and with a wrong one among them they hold for
//! one choice in 2¹²⁸. What γ and δ are paired with is added up before: Σ rᵢLᵢ and Σ rᵢCᵢ.
//!
//! Citation: Ferrara, Green, Hohenberger, Pedersen, *Practical Short Signature Batch Verification*, CT-RSA 2009 (the small
//! exponents test). Left out: finding which proof of a rejected batch is wrong, which takes single verifications.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, PrimeField};
use getrandom::SysRng;
use rand_core::TryRng;

use super::system::Keys;

/// Bytes of a random coefficient.
const COEFFICIENT_BYTES: usize = 16;

/// The public inputs of a statement, and the bytes of its proof.
pub type Proven = (Vec<Fr>, Vec<u8>);

/// Whether each of the proofs, from its bytes, is right for its public inputs. An empty batch is not: it shows nothing.
pub fn verify_batch(keys: &Keys, batch: &[Proven]) -> bool {
    let Some(coefficients) = coefficients(batch.len()) else { return false };
    let Some(proofs) = batch.iter().map(|(public, proof)| keys.read(public, proof)).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let verifying = keys.verifying();
    let points = &verifying.vk.gamma_abc_g1;
    // Scalars are added up before a point is multiplied: so many multiplications as a statement has values, not n times that.
    let mut scalars = vec![Fr::from(0); points.len()];
    for ((public, _), coefficient) in batch.iter().zip(&coefficients) {
        scalars[0] += coefficient;
        for (scalar, value) in scalars[1..].iter_mut().zip(public) {
            *scalar += *coefficient * value;
        }
    }
    let weighed = |point: &G1Affine, coefficient: &Fr| point.mul_bigint(coefficient.into_bigint());
    let statements: G1Projective = points.iter().zip(&scalars).map(|(point, scalar)| weighed(point, scalar)).sum();
    let last: G1Projective = proofs.iter().zip(&coefficients).map(|(proof, r)| weighed(&proof.c, r)).sum();
    let first: Vec<G1Projective> = proofs.iter().zip(&coefficients).map(|(proof, r)| weighed(&proof.a, r)).collect();
    let mut left = G1Projective::normalize_batch(&first);
    left.extend([statements.into_affine(), last.into_affine()]);
    let mut right: Vec<<Bn254 as Pairing>::G2Prepared> = proofs.iter().map(|proof| proof.b.into()).collect();
    right.extend([verifying.gamma_g2_neg_pc.clone(), verifying.delta_g2_neg_pc.clone()]);
    let product = Bn254::final_exponentiation(Bn254::multi_miller_loop(left, right));
    product.is_some_and(|product| product.0 == verifying.alpha_g1_beta_g2.pow(scalars[0].into_bigint()))
}

/// Coefficients that no prover could foresee; nothing for none, or when the system gives no randomness.
fn coefficients(count: usize) -> Option<Vec<Fr>> {
    let mut random = vec![0; count * COEFFICIENT_BYTES];
    SysRng.try_fill_bytes(&mut random).ok()?;
    let coefficients: Vec<Fr> = random.chunks_exact(COEFFICIENT_BYTES).map(Fr::from_le_bytes_mod_order).collect();
    (count > 0).then_some(coefficients)
}
