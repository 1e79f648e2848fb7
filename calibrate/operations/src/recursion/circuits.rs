//! The circuits of the tree of proofs: a leaf that proves updates of a state, and a merge that proves that proofs were verified.
//!
//! Every proof of the tree says the same of itself in its public inputs: "this root leads to that root". A merge verifies n
//! neighbours, checks that each begins where the one before it ended, and says it of the whole.

use calibrate::OperationError;
use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::field::types::Field;
use plonky2::hash::hash_types::{HashOut, HashOutTarget};
use plonky2::hash::merkle_proofs::MerkleProofTarget;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::iop::target::Target;
use plonky2::iop::witness::{PartialWitness, WitnessWrite};
use plonky2::plonk::circuit_builder::CircuitBuilder;
use plonky2::plonk::circuit_data::{CircuitConfig, CircuitData};
use plonky2::plonk::config::{Hasher, PoseidonGoldilocksConfig};
use plonky2::plonk::proof::{ProofWithPublicInputs, ProofWithPublicInputsTarget};

use crate::inputs::bytes;

/// Levels of the tree of the state.
pub const DEPTH: usize = 32;
/// Updates that one leaf proves.
pub const UPDATES: usize = 7;

/// Degree of the extension in which challenges are drawn.
const D: usize = 2;
type Felt = GoldilocksField;
type Config = PoseidonGoldilocksConfig;
type Builder = CircuitBuilder<Felt, D>;

/// A circuit with what its prover and its verifier need.
pub type Circuit = CircuitData<Felt, Config, D>;
/// A proof of any circuit of the tree.
pub type Proof = ProofWithPublicInputs<Felt, Config, D>;
/// The root before, then the root after: four elements each.
pub type Roots = [Felt; 8];

fn builder() -> Builder {
    Builder::new(CircuitConfig::standard_recursion_config())
}

/// Verifies a proof from its bytes: that it is one of this circuit, about these roots.
pub fn verify(circuit: &Circuit, proof: &[u8], roots: &Roots) -> bool {
    let Ok(proof) = Proof::from_bytes(proof.to_vec(), &circuit.common) else { return false };
    proof.public_inputs == roots && circuit.verify(proof).is_ok()
}

/// An account whose value changes again and again, in a tree where nothing else does.
pub struct History {
    index: u32,
    siblings: [HashOut<Felt>; DEPTH],
}

impl History {
    /// The same in every process.
    pub fn example() -> Self {
        let siblings = std::array::from_fn(|height| HashOut { elements: elements("sibling", height as u64) });
        Self { index: 0x5a3c_96e1, siblings }
    }

    /// The value after a number of updates.
    fn value(updates: usize) -> [Felt; 4] {
        elements("value", updates as u64)
    }

    /// The root after a number of updates.
    fn root(&self, updates: usize) -> HashOut<Felt> {
        let leaf = PoseidonHash::hash_leaf(&Self::value(updates));
        (0..).zip(&self.siblings).fold(leaf, |node, (height, &sibling)| {
            let (left, right) = if self.index >> height & 1 == 1 { (sibling, node) } else { (node, sibling) };
            PoseidonHash::two_to_one(left, right)
        })
    }

    /// What a proof of some leaves, from the first to before the last, is about.
    pub fn roots(&self, leaves: std::ops::Range<usize>) -> Roots {
        let (old, new) = (self.root(leaves.start * UPDATES), self.root(leaves.end * UPDATES));
        std::array::from_fn(|place| if place < 4 { old.elements[place] } else { new.elements[place - 4] })
    }
}

/// Four elements that depend on a label and a number only.
fn elements(label: &str, number: u64) -> [Felt; 4] {
    let half = |place| Felt::from_noncanonical_u64(u64::from_le_bytes(bytes(label, 4 * number + place)));
    [0, 1, 2, 3].map(half)
}

/// Where the witness of one update is put.
struct UpdateTargets {
    index: Target,
    before: [Target; 4],
    after: [Target; 4],
    path: MerkleProofTarget,
}

/// Proves that [`UPDATES`] accounts change one after the other, and with them the root.
pub struct Leaf {
    /// The circuit.
    pub circuit: Circuit,
    updates: Vec<UpdateTargets>,
}

impl Leaf {
    /// Builds the circuit.
    pub fn build() -> Self {
        let mut builder = builder();
        let old_root = builder.add_virtual_hash();
        let mut root = old_root;
        let mut updates = Vec::new();
        for _ in 0..UPDATES {
            let (update, new_root) = UpdateTargets::constrain(&mut builder, root);
            updates.push(update);
            root = new_root;
        }
        builder.register_public_inputs(&old_root.elements);
        builder.register_public_inputs(&root.elements);
        Self { circuit: builder.build::<Config>(), updates }
    }

    /// Proves the updates of the leaf with this number.
    ///
    /// # Errors
    /// The history is not one that the circuit accepts.
    pub fn prove(&self, history: &History, number: usize) -> Result<Proof, OperationError> {
        let mut witness = PartialWitness::new();
        for (step, update) in self.updates.iter().enumerate() {
            update.fill(&mut witness, history, number * UPDATES + step)?;
        }
        self.circuit.prove(witness).map_err(OperationError::new)
    }
}

impl UpdateTargets {
    /// Constrains one update of the tree with this root; returns the root after it.
    fn constrain(builder: &mut Builder, root: HashOutTarget) -> (Self, HashOutTarget) {
        let index = builder.add_virtual_target();
        let bits = builder.split_le(index, DEPTH);
        let before = builder.add_virtual_target_arr::<4>();
        let after = builder.add_virtual_target_arr::<4>();
        let path = MerkleProofTarget { siblings: builder.add_virtual_hashes(DEPTH) };
        let new_root = builder.add_virtual_hash();
        builder.verify_merkle_proof::<PoseidonHash>(before.to_vec(), &bits, root, &path);
        builder.verify_merkle_proof::<PoseidonHash>(after.to_vec(), &bits, new_root, &path);
        (Self { index, before, after, path }, new_root)
    }

    /// Fills in the update that comes after some others.
    fn fill(&self, witness: &mut PartialWitness<Felt>, history: &History, done: usize) -> Result<(), OperationError> {
        let mut set =
            |targets: &[Target], values: &[Felt]| witness.set_target_arr(targets, values).map_err(OperationError::new);
        set(&[self.index], &[Felt::from_canonical_u32(history.index)])?;
        set(&self.before, &History::value(done))?;
        set(&self.after, &History::value(done + 1))?;
        for (target, sibling) in self.path.siblings.iter().zip(&history.siblings) {
            set(&target.elements, &sibling.elements)?;
        }
        Ok(())
    }
}

/// Proves that neighbouring proofs of one circuit were verified.
pub struct Merge {
    /// The circuit.
    pub circuit: Circuit,
    inner: Vec<ProofWithPublicInputsTarget<D>>,
}

impl Merge {
    /// Builds the circuit that verifies `arity` proofs of `inner`.
    pub fn build(inner: &Circuit, arity: usize) -> Self {
        let mut builder = builder();
        let verifier = builder.constant_verifier_data(&inner.verifier_only);
        let mut proofs: Vec<ProofWithPublicInputsTarget<D>> = Vec::new();
        for place in 0..arity {
            let proof = builder.add_virtual_proof_with_pis(&inner.common);
            builder.verify_proof::<Config>(&proof, &verifier, &inner.common);
            if place > 0 {
                for element in 0..4 {
                    builder.connect(proofs[place - 1].public_inputs[4 + element], proof.public_inputs[element]);
                }
            }
            proofs.push(proof);
        }
        let (first, last) = (&proofs[0], &proofs[arity - 1]);
        builder.register_public_inputs(&first.public_inputs[..4]);
        builder.register_public_inputs(&last.public_inputs[4..]);
        Self { circuit: builder.build::<Config>(), inner: proofs }
    }

    /// Proves that these proofs were verified, and are neighbours.
    ///
    /// # Errors
    /// One of them is wrong, or they are not neighbours.
    pub fn prove(&self, proofs: &[Proof]) -> Result<Proof, OperationError> {
        assert_eq!(proofs.len(), self.inner.len(), "a merge has as many proofs as its circuit");
        let mut witness = PartialWitness::new();
        for (target, proof) in self.inner.iter().zip(proofs) {
            witness.set_proof_with_pis_target(target, proof).map_err(OperationError::new)?;
        }
        self.circuit.prove(witness).map_err(OperationError::new)
    }
}
