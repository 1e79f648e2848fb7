//! Policy: knowledge of what a public hash is the hash of.

use ark_bn254::Fr;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::hash::{hash, hash_variables, pack};
use super::{Circuit, Family, secret};

/// A secret and its hash.
#[derive(Clone)]
pub struct Preimage {
    /// The secret, packed.
    pub secret: Vec<Fr>,
    /// Its hash.
    pub digest: Fr,
}

/// The operations on this circuit.
pub fn family() -> Family {
    Family {
        name: "policy.preimage",
        suite: "policies",
        proves: "knowledge of n bytes, packed 31 to a field element, with a public Poseidon hash".into(),
        missing: None,
        size_unit: "bytes",
        constraints: &[(32, 241), (256, 1213), (1024, 4129)],
        claims: &[
            ("prove", 1024, 1.5, "S2: proof_of_knowledge, largest input (mocked, statement unknown)"),
            ("verify", 1024, 0.144, "S2: proof_of_knowledge, average (mocked, statement unknown)"),
        ],
    }
}

impl Preimage {
    /// A secret of so many bytes.
    pub fn example(bytes: u64) -> Self {
        Self::of(&secret("preimage", bytes))
    }

    /// A secret that is given.
    pub fn of(secret: &[u8]) -> Self {
        let secret = pack(secret);
        Self { digest: hash(&secret), secret }
    }
}

impl Circuit for Preimage {
    fn public(&self) -> Vec<Fr> {
        vec![self.digest]
    }

    fn constrain(&self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let digest = FpVar::new_input(system.clone(), || Ok(self.digest))?;
        let secret = Vec::<FpVar<Fr>>::new_witness(system.clone(), || Ok(self.secret.as_slice()))?;
        hash_variables(system, &secret)?.enforce_equal(&digest)
    }
}
