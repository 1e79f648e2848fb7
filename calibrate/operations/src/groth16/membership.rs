//! Policy: a value in a committed record lies in a public range and belongs to a public set.

use ark_bn254::Fr;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::boolean::Boolean;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_r1cs_std::select::CondSelectGadget;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};

use super::hash::{hash, hash_variables, pack};
use super::{Circuit, Family, NUMBER_BITS, enforce_number, secret};
use crate::inputs::bytes;

/// Levels of the tree above its leaves: a set of 65,536 values.
const DEPTH: usize = 16;
/// Bits of the packed element that begins with the value.
const ELEMENT_BITS: usize = 248;

/// A record, the value that it begins with, and where that is in the set.
#[derive(Clone)]
pub struct Membership {
    record: Vec<Fr>,
    commitment: Fr,
    low: u64,
    high: u64,
    root: Fr,
    /// Bit i tells whether the node at height i is a right child.
    place: u16,
    siblings: [Fr; DEPTH],
}

/// The operations on this circuit.
pub fn family() -> Family {
    Family {
        name: "policy.membership",
        suite: "policies",
        proves: format!(
            "the first 8 bytes of a record of n bytes with a public Poseidon hash are a number between two public bounds, and a leaf of a Poseidon Merkle tree of depth {DEPTH} with a public root"
        ),
        missing: None,
        size_unit: "bytes",
        constraints: &[(32, 4493), (256, 5465), (1024, 8381)],
        claims: &[
            ("prove", 1024, 2.25, "S2: policy_enforcement, largest input (mocked, statement unknown)"),
            ("verify", 1024, 0.115, "S2: policy_enforcement, average (mocked, statement unknown)"),
        ],
    }
}

impl Membership {
    /// A record of so many bytes whose value is in the range and in the set.
    pub fn example(bytes_in_record: u64) -> Self {
        let mut record = secret("membership record", bytes_in_record);
        let value = 1_234_567_u64;
        record[..8].copy_from_slice(&value.to_le_bytes());
        let record = pack(&record);
        let siblings = std::array::from_fn(|height| pack(&bytes::<31>("membership sibling", height as u64))[0]);
        let place = 0xa53c;
        let root = root(Fr::from(value), place, &siblings);
        Self { commitment: hash(&record), record, low: 1_000_000, high: 2_000_000, root, place, siblings }
    }
}

/// The root above a leaf.
fn root(leaf: Fr, place: u16, siblings: &[Fr; DEPTH]) -> Fr {
    siblings.iter().enumerate().fold(leaf, |node, (height, &sibling)| {
        if place >> height & 1 == 1 { hash(&[sibling, node]) } else { hash(&[node, sibling]) }
    })
}

impl Circuit for Membership {
    fn public(&self) -> Vec<Fr> {
        vec![self.commitment, self.low.into(), self.high.into(), self.root]
    }
}

impl ConstraintSynthesizer<Fr> for Membership {
    fn generate_constraints(self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = Vec::<FpVar<Fr>>::new_input(system.clone(), || Ok(self.public()))?;
        let [commitment, low, high, root] = <[_; 4]>::try_from(public).expect("there are four public inputs");
        let record = Vec::<FpVar<Fr>>::new_witness(system.clone(), || Ok(self.record))?;
        hash_variables(system.clone(), &record)?.enforce_equal(&commitment)?;

        // Fewer bits than the field has: there is one way only to cut the element into value and rest.
        let (bits, _) = record[0].to_bits_le_with_top_bits_zero(ELEMENT_BITS)?;
        let value = Boolean::le_bits_to_fp(&bits[..NUMBER_BITS])?;
        enforce_number(&(&value - low))?;
        enforce_number(&(high - &value))?;

        let mut node = value;
        for (height, sibling) in self.siblings.into_iter().enumerate() {
            let is_right = Boolean::new_witness(system.clone(), || Ok(self.place >> height & 1 == 1))?;
            let sibling = FpVar::new_witness(system.clone(), || Ok(sibling))?;
            let left = FpVar::conditionally_select(&is_right, &sibling, &node)?;
            let right = node + sibling - &left;
            node = hash_variables(system.clone(), &[left, right])?;
        }
        node.enforce_equal(&root)
    }
}

#[cfg(test)]
mod tests {
    use ark_ff::PrimeField;

    use super::super::tests::holds;
    use super::*;

    /// The example with another value, everything else made to fit it.
    fn with_value(value: u64) -> Membership {
        let mut membership = Membership::example(32);
        membership.record[0] += Fr::from(value) - Fr::from(1_234_567);
        membership.commitment = hash(&membership.record);
        membership.root = root(Fr::from(value), membership.place, &membership.siblings);
        membership
    }

    #[test]
    fn the_range_holds_at_its_bounds_and_not_beyond() {
        for value in [1_000_000, 1_500_000, 2_000_000] {
            assert!(holds(with_value(value)), "{value}");
        }
        for value in [0, 999_999, 2_000_001, u64::MAX] {
            assert!(!holds(with_value(value)), "{value}");
        }
    }

    #[test]
    fn a_value_that_is_not_in_the_set_is_refused() {
        let mut stranger = with_value(1_500_000);
        stranger.root = Membership::example(32).root;
        assert!(!holds(stranger));
        let right = Membership::example(32);
        assert!(!holds(Membership { place: right.place ^ 1, ..right.clone() }));
        let mut wrong = right;
        wrong.siblings[DEPTH - 1] += Fr::from(1);
        assert!(!holds(wrong));
    }

    #[test]
    fn the_value_is_that_of_the_committed_record() {
        let right = Membership::example(256);
        for changed in 0..right.record.len() {
            let mut wrong = right.clone();
            // Above the value, where the range and the set do not see it.
            wrong.record[changed] += Fr::from(1_u128 << 100);
            assert!(!holds(wrong), "element {changed}");
        }
        let other = with_value(1_500_000);
        assert!(!holds(Membership { commitment: Membership::example(32).commitment, ..other }));
    }

    #[test]
    fn an_element_that_is_no_packed_bytes_is_refused() {
        // The range and the set would take its lowest bits: only what lies above the packed bytes gives it away.
        let wrapped = -Fr::from(1);
        let mut membership = Membership { low: 0, high: u64::MAX, ..with_value(wrapped.into_bigint().0[0]) };
        membership.record[0] = wrapped;
        membership.commitment = hash(&membership.record);
        assert!(!holds(membership.clone()));
        membership.record[0] = Fr::from(wrapped.into_bigint().0[0]);
        membership.commitment = hash(&membership.record);
        assert!(holds(membership));
    }
}
