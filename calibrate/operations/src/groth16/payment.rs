//! A payment: at least the minimum, to the right recipient, recent enough, and signed by the payer.

use ark_bn254::Fr;
use ark_ed_on_bn254::EdwardsAffine;
use ark_ed_on_bn254::constraints::EdwardsVar;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::hash::pack;
use super::signature::{Signature, SigningKey, enforce_signed};
use super::{Circuit, Family, enforce_number};
use crate::inputs::bytes;

/// What is asked of a payment, and the payment.
#[derive(Clone)]
pub struct Payment {
    /// The least amount that is allowed.
    pub minimum: u64,
    /// Who must be paid.
    pub recipient: Fr,
    /// Now \[s\].
    pub now: u64,
    /// The greatest age of a payment \[s\].
    pub limit: u64,
    /// The key of who pays.
    pub payer: EdwardsAffine,
    /// What is paid.
    pub amount: u64,
    /// When it was signed \[s\].
    pub signed_at: u64,
    /// The payer's signature.
    pub signature: Signature,
}

/// The operations on this circuit.
pub fn family() -> Family {
    Family {
        name: "payment",
        suite: "payment",
        proves: "the payer with a public key signed (Schnorr on Baby Jubjub, Poseidon) a payment to a public recipient, of a secret amount that is not below a public minimum, at a secret time that is neither after a public now nor further back than a public limit".into(),
        missing: None,
        size_unit: "payments",
        constraints: &[(1, 6385)],
        claims: &[
            ("setup", 1, 2.0, "S5: compile circuit, once"),
            ("witness", 1, 0.050, "S5: witness, on 8 vCPU"),
            ("prove", 1, 0.120, "S5: prove, on 8 vCPU"),
            ("verify", 1, 0.005, "S5: verify, on 8 vCPU"),
        ],
    }
}

impl Payment {
    /// A payment within the limits.
    pub fn example() -> Self {
        let recipient = pack(&bytes::<31>("payment recipient", 0))[0];
        Self::signed(&SigningKey::example(0), recipient, 2_500, 1_750_000_000)
    }

    /// The example with another key, recipient, amount or time, all of it signed.
    pub fn signed(key: &SigningKey, recipient: Fr, amount: u64, signed_at: u64) -> Self {
        let signature = key.sign(&[amount.into(), recipient, signed_at.into()]);
        let (minimum, now, limit) = (2_000, 1_750_000_200, 300);
        Self { minimum, recipient, now, limit, payer: key.public, amount, signed_at, signature }
    }
}

impl Circuit for Payment {
    fn public(&self) -> Vec<Fr> {
        let (x, y) = (self.payer.x, self.payer.y);
        vec![self.minimum.into(), self.recipient, self.now.into(), self.limit.into(), x, y]
    }

    fn constrain(&self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = Vec::<FpVar<Fr>>::new_input(system.clone(), || Ok(self.public()))?;
        let [minimum, recipient, now, limit, x, y] = <[_; 6]>::try_from(public).expect("there are six public inputs");
        let amount = FpVar::new_witness(system.clone(), || Ok(Fr::from(self.amount)))?;
        let signed_at = FpVar::new_witness(system.clone(), || Ok(Fr::from(self.signed_at)))?;

        let age = now - &signed_at;
        for not_negative in [&amount - minimum, age.clone(), limit - age] {
            enforce_number(&not_negative)?;
        }
        enforce_signed(system, &EdwardsVar::new(x, y), &[amount, recipient, signed_at], &self.signature)
    }
}
