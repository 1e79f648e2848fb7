//! Schnorr signatures on Baby Jubjub with Poseidon, as EdDSA: made outside a circuit, verified inside one.
//!
//! A signature (R, s) of key A on a message is right when s·B = R + c·A with c the hash of R, A and the message.
//!
//! Citation: Schnorr, *Efficient Signature Generation by Smart Cards*, Journal of Cryptology 4, 1991. Left out: uniqueness
//! of s (one signature proves the payment, whichever), and that A has prime order, which is checked when a key is registered.

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ed_on_bn254::constraints::EdwardsVar;
use ark_ed_on_bn254::{EdwardsAffine, EdwardsProjective, Fr as Scalar};
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::boolean::Boolean;
use ark_r1cs_std::convert::ToBitsGadget;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_r1cs_std::groups::CurveVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::hash::{hash, hash_variables};
use crate::inputs::bytes;

/// A signing key and the point that is known of it.
pub struct SigningKey {
    secret: Scalar,
    /// The point that verifiers know.
    pub public: EdwardsAffine,
}

/// A signature: the commitment R and the response s.
#[derive(Clone)]
pub struct Signature {
    /// R.
    pub commitment: EdwardsAffine,
    /// s.
    pub response: Scalar,
}

impl SigningKey {
    /// The key with a number.
    pub fn example(number: u64) -> Self {
        let secret = Scalar::from_le_bytes_mod_order(&bytes::<64>("baby jubjub key", number));
        Self { secret, public: (EdwardsProjective::generator() * secret).into_affine() }
    }

    /// Signs a message; the nonce follows from key and message, so that it is never used twice.
    pub fn sign(&self, message: &[Fr]) -> Signature {
        let seed = [&[to_field(self.secret)], message].concat();
        let nonce = to_scalar(hash(&seed));
        let commitment = (EdwardsProjective::generator() * nonce).into_affine();
        let challenge = to_scalar(hash(&challenged(&commitment, &self.public, message)));
        Signature { commitment, response: nonce + challenge * self.secret }
    }
}

/// What the challenge is the hash of.
pub fn challenged(commitment: &EdwardsAffine, key: &EdwardsAffine, message: &[Fr]) -> Vec<Fr> {
    [&[commitment.x, commitment.y, key.x, key.y], message].concat()
}

/// The scalar that an element of the circuit's field stands for.
pub fn to_scalar(element: Fr) -> Scalar {
    Scalar::from_le_bytes_mod_order(&element.into_bigint().to_bytes_le())
}

fn to_field(scalar: Scalar) -> Fr {
    Fr::from_le_bytes_mod_order(&scalar.into_bigint().to_bytes_le())
}

/// Demands that the prover knows a signature of `key` on `message`.
///
/// # Errors
/// A value that the circuit needs does not exist.
pub fn enforce_signed(
    system: ConstraintSystemRef<Fr>,
    key: &EdwardsVar,
    message: &[FpVar<Fr>],
    signature: &Signature,
) -> Result<(), SynthesisError> {
    // A point of the prover is checked to be on the curve and of prime order.
    let commitment = EdwardsVar::new_witness(system.clone(), || Ok(signature.commitment))?;
    let response = signature.response.into_bigint();
    let response = (0..Scalar::MODULUS_BIT_SIZE as usize)
        .map(|bit| Boolean::new_witness(system.clone(), || Ok(response.get_bit(bit))))
        .collect::<Result<Vec<_>, _>>()?;

    let points = [&commitment.x, &commitment.y, &key.x, &key.y].map(FpVar::clone);
    let challenge = hash_variables(system, &[&points, message].concat())?.to_bits_le()?;

    let mut left = EdwardsVar::zero();
    left.precomputed_base_scalar_mul_le(response.iter().zip(&doublings()))?;
    let right = commitment + key.scalar_mul_le(challenge.iter())?;
    left.enforce_equal(&right)
}

/// The generator times 1, 2, 4 and so on.
fn doublings() -> Vec<EdwardsProjective> {
    let generator = EdwardsAffine::generator().into_group();
    std::iter::successors(Some(generator), |point| Some(point.double()))
        .take(Scalar::MODULUS_BIT_SIZE as usize)
        .collect()
}
