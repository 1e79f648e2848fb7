//! Policy: a value in a committed record lies in a public range and belongs to a public set.

use ark_bn254::Fr;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::boolean::Boolean;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_r1cs_std::select::CondSelectGadget;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

use super::hash::{hash, hash_variables, pack};
use super::{Circuit, Family, NUMBER_BITS, enforce_number, secret};
use crate::inputs::bytes;

/// Levels of the tree above its leaves: a set of 65,536 values.
pub const DEPTH: usize = 16;
/// Bits of the packed element that begins with the value.
const ELEMENT_BITS: usize = 248;

/// A record, the value that it begins with, and where that is in the set.
#[derive(Clone)]
pub struct Membership {
    /// The record, packed.
    pub record: Vec<Fr>,
    /// Its hash.
    pub commitment: Fr,
    /// The least value that is allowed.
    pub low: u64,
    /// The greatest.
    pub high: u64,
    /// The root of the tree of the set.
    pub root: Fr,
    /// Bit i tells whether the node at height i is a right child.
    pub place: u16,
    /// The other child at each height, lowest first.
    pub siblings: [Fr; DEPTH],
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
pub fn root(leaf: Fr, place: u16, siblings: &[Fr; DEPTH]) -> Fr {
    siblings.iter().enumerate().fold(leaf, |node, (height, &sibling)| {
        if place >> height & 1 == 1 { hash(&[sibling, node]) } else { hash(&[node, sibling]) }
    })
}

impl Circuit for Membership {
    fn public(&self) -> Vec<Fr> {
        vec![self.commitment, self.low.into(), self.high.into(), self.root]
    }

    fn constrain(&self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = Vec::<FpVar<Fr>>::new_input(system.clone(), || Ok(self.public()))?;
        let [commitment, low, high, root] = <[_; 4]>::try_from(public).expect("there are four public inputs");
        let record = Vec::<FpVar<Fr>>::new_witness(system.clone(), || Ok(self.record.as_slice()))?;
        hash_variables(system.clone(), &record)?.enforce_equal(&commitment)?;

        // Fewer bits than the field has: there is one way only to cut the element into value and rest.
        let (bits, _) = record[0].to_bits_le_with_top_bits_zero(ELEMENT_BITS)?;
        let value = Boolean::le_bits_to_fp(&bits[..NUMBER_BITS])?;
        enforce_number(&(&value - low))?;
        enforce_number(&(high - &value))?;

        let mut node = value;
        for (height, sibling) in self.siblings.iter().enumerate() {
            let is_right = Boolean::new_witness(system.clone(), || Ok(self.place >> height & 1 == 1))?;
            let sibling = FpVar::new_witness(system.clone(), || Ok(sibling))?;
            let left = FpVar::conditionally_select(&is_right, &sibling, &node)?;
            let right = node + sibling - &left;
            node = hash_variables(system.clone(), &[left, right])?;
        }
        node.enforce_equal(&root)
    }
}
