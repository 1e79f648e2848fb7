//! Policy: a committed byte string contains a public pattern, at a place that stays secret.
//!
//! Each window of the string is packed into one field element, as the pattern is. A selector per window must be zero where
//! the two differ, and all selectors add up to one: so some window is the pattern, and nothing tells which.

use ark_bn254::Fr;
use ark_ff::Field;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::convert::ToConstraintFieldGadget;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::FieldVar;
use ark_r1cs_std::fields::fp::FpVar;
use ark_r1cs_std::uint8::UInt8;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::hash::{hash, hash_variables, pack};
use super::{Circuit, Family, secret};

const PATTERN_BYTES: usize = 16;

/// A string, its hash, and where the pattern is in it.
#[derive(Clone)]
pub struct Pattern {
    /// The string.
    pub string: Vec<u8>,
    /// Its hash.
    pub commitment: Fr,
    /// What must be in it.
    pub pattern: [u8; PATTERN_BYTES],
    /// Where it begins.
    pub place: usize,
}

/// The operations on this circuit.
pub fn family() -> Family {
    Family {
        name: "policy.pattern",
        suite: "policies",
        proves: format!(
            "a string of n bytes with a public Poseidon hash contains a public pattern of {PATTERN_BYTES} bytes, at a secret place"
        ),
        missing: None,
        size_unit: "bytes",
        constraints: &[(32, 515), (256, 3503), (1024, 13331)],
        claims: &[
            ("prove", 1024, 3.0, "S2: memory_pattern, largest input (mocked, statement unknown)"),
            ("verify", 1024, 0.143, "S2: memory_pattern, average (mocked, statement unknown)"),
        ],
    }
}

impl Pattern {
    /// A string of so many bytes with the pattern near its middle.
    pub fn example(bytes: u64) -> Self {
        let string = secret("pattern string", bytes);
        let place = (string.len() - PATTERN_BYTES) / 2;
        let pattern = std::array::from_fn(|byte| string[place + byte]);
        Self { commitment: hash(&pack(&string)), string, pattern, place }
    }
}

impl Circuit for Pattern {
    fn public(&self) -> Vec<Fr> {
        vec![self.commitment, pack(&self.pattern)[0]]
    }

    fn constrain(&self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = Vec::<FpVar<Fr>>::new_input(system.clone(), || Ok(self.public()))?;
        let [commitment, pattern] = <[_; 2]>::try_from(public).expect("there are two public inputs");
        let string = UInt8::new_witness_vec(system.clone(), &self.string)?;
        hash_variables(system.clone(), &string.to_constraint_field()?)?.enforce_equal(&commitment)?;

        let mut selected = FpVar::zero();
        for (place, window) in windows(&string)?.into_iter().enumerate() {
            let selector = FpVar::new_witness(system.clone(), || Ok(Fr::from(place == self.place)))?;
            selector.mul_equals(&(window - &pattern), &FpVar::zero())?;
            selected += selector;
        }
        selected.enforce_equal(&FpVar::one())
    }
}

/// All windows as long as the pattern, packed; each from the one before it, which takes three sums instead of sixteen.
fn windows(string: &[UInt8<Fr>]) -> Result<Vec<FpVar<Fr>>, SynthesisError> {
    let bytes = string.iter().map(UInt8::to_fp).collect::<Result<Vec<_>, _>>()?;
    let shift = Fr::from(256).inverse().expect("256 is not a multiple of the modulus");
    let top = Fr::from(256).pow([PATTERN_BYTES as u64 - 1]);
    let mut window = string[..PATTERN_BYTES].to_constraint_field()?.swap_remove(0);
    let mut windows = vec![window.clone()];
    for (leaving, entering) in bytes.iter().zip(&bytes[PATTERN_BYTES..]) {
        window = (window - leaving) * shift + entering * top;
        windows.push(window.clone());
    }
    Ok(windows)
}
