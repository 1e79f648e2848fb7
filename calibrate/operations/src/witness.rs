//! The validity witness of a private payment: what its sender makes and every validator checks before a block is voted for.
//!
//! What it shows and how is in [`transfer`]. Left out: hiding which notes are spent, and the look-up of nullifiers that were
//! seen before (see `state.lookup`).

pub mod transfer;

use calibrate::{Claimed, Description, Instance, Operation, OperationError, instance};
use curve25519_dalek::Scalar;

use self::transfer::{INPUTS, Note, Payment, generate, leaf, verify};
use crate::inputs::{bytes, only, power_of_two};
use crate::merkle::{DEPTH, Hash, Path};
use crate::range_proof::Parameters;

const BATCH: u64 = 32;
const MOST_OUTPUTS: u64 = 2;
const FEE: u64 = 10;

/// A payment that can be made, in its tree.
pub struct Example {
    /// What commitments are made with.
    pub parameters: Parameters,
    /// The root of the tree that the notes are in.
    pub root: Hash,
    /// The payment.
    pub payment: Payment,
}

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    let parts = format!(
        "of a payment of two notes to n: two Merkle paths (BLAKE3, depth {DEPTH}), two nullifiers with a proof that they are \
         right, a proof that commitments and fee balance, one aggregated range proof (Bulletproofs+, 64 bits)"
    );
    let statement = format!("makes the validity witness {parts}; paths are given");
    let claim = (0.050, "S1: generating a validity witness of ~5 KB");
    let generating = Operation::new(description("generate", statement, "outputs", Some(claim)), &[1, 2], |size| {
        let example = Example::new(size, 0)?;
        let act = |example: &mut Example| example.witness().ok();
        let check = |example: &Example, witness: &Option<Vec<u8>>| {
            witness.as_ref().is_some_and(|bytes| example.accepts(std::slice::from_ref(bytes)))
        };
        let bytes = |witness: &Option<Vec<u8>>| witness.as_ref().map(|bytes| bytes.len() as u64);
        Ok(instance(example, act, check, bytes))
    });
    let statement = format!("verifies, from its bytes, the validity witness {parts}");
    let claim = (0.010, "S1: verifying a validity witness");
    let verifying = Operation::new(description("verify", statement, "outputs", Some(claim)), &[1, 2], |size| {
        let example = Example::new(size, 0)?;
        let witness = example.witness()?;
        Ok(accepting(example, vec![witness]))
    });
    let statement = "verifies n validity witnesses of two outputs each (see witness.verify): their range proofs together, \
                     all else one after the other";
    let description = description("verify_batch", statement.into(), "witnesses", None);
    let verifying_batch = Operation::new(description, &[BATCH], |size| {
        only(size, BATCH)?;
        let (example, witnesses) = Example::batch(size)?;
        Ok(accepting(example, witnesses))
    });
    vec![generating, verifying, verifying_batch]
}

fn description(verb: &str, statement: String, size_unit: &str, claim: Option<(f64, &str)>) -> Description {
    Description {
        name: format!("witness.{verb}"),
        statement,
        lower_bound: Some("the notes that are spent are in the open: a private design must hide them".into()),
        library: env!("LIBRARY_TARI_BULLETPROOFS_PLUS").into(),
        size_unit: size_unit.into(),
        suite: "witness".into(),
        quick: true,
        scaling: None,
        claimed: claim.map(|(seconds, source)| Claimed { size: 2, seconds, source: source.into() }),
    }
}

/// The instance that verifies witnesses against the root of one example.
fn accepting(example: Example, witnesses: Vec<Vec<u8>>) -> Box<dyn Instance> {
    let act = |(example, witnesses): &mut (Example, Vec<Vec<u8>>)| example.accepts(witnesses);
    instance((example, witnesses), act, |_, accepted| *accepted, |_| None)
}

impl Example {
    /// Two notes in one tree, and a payment of them to `outputs` new ones.
    ///
    /// # Errors
    /// The number of outputs is neither one nor two.
    pub fn new(outputs: u64, number: u64) -> Result<Self, OperationError> {
        power_of_two(outputs, MOST_OUTPUTS)?;
        let parameters = Parameters::for_outputs(outputs as usize)?;
        let secret = |label, place| Scalar::from_bytes_mod_order_wide(&bytes(label, number * 8 + place));
        let note = |place: u64| {
            let siblings = std::array::from_fn(|height| bytes("note sibling", place * DEPTH as u64 + height as u64));
            let (key, amount, blinding) = (secret("note key", place), 1000 + place, secret("note blinding", place));
            let commitment = parameters.commit(amount, &blinding).compress();
            let leaf = leaf(&(parameters.blinding_base() * key).compress(), &commitment);
            // The highest bit is the place: one note in each half of the tree.
            let index = (place as u32) << 31 | 0x1357_9bdf;
            Note { key, amount, blinding, path: Path { leaf, index, siblings } }
        };
        let mut notes: [Note; INPUTS] = [note(0), note(1)];
        let halves = notes.each_ref().map(|note| note.path.node(DEPTH - 1));
        notes[0].path.siblings[DEPTH - 1] = halves[1];
        notes[1].path.siblings[DEPTH - 1] = halves[0];
        let total: u64 = notes.iter().map(|note| note.amount).sum::<u64>() - FEE;
        let amounts = if outputs == 1 { vec![total] } else { vec![total - 7, 7] };
        let outputs = (0..).zip(amounts).map(|(place, amount)| (amount, secret("output blinding", place))).collect();
        let root = notes[0].path.root();
        Ok(Self { parameters, root, payment: Payment { notes, outputs, fee: FEE } })
    }

    /// Witnesses of `count` payments of the same two notes, which differ in their outputs.
    ///
    /// # Errors
    /// A witness cannot be made.
    pub fn batch(count: u64) -> Result<(Self, Vec<Vec<u8>>), OperationError> {
        let mut example = Self::new(2, 0)?;
        let witness = |number| {
            for (place, (_, blinding)) in (0..).zip(&mut example.payment.outputs) {
                *blinding = Scalar::from_bytes_mod_order_wide(&bytes("batch blinding", number * 8 + place));
            }
            example.witness()
        };
        let witnesses = (0..count).map(witness).collect::<Result<_, _>>()?;
        Ok((example, witnesses))
    }

    /// The witness of the payment.
    ///
    /// # Errors
    /// The range proof cannot be made.
    pub fn witness(&self) -> Result<Vec<u8>, OperationError> {
        generate(&self.parameters, &self.root, &self.payment)
    }

    /// Whether these witnesses are right in the tree of the example.
    pub fn accepts(&self, witnesses: &[Vec<u8>]) -> bool {
        verify(&self.parameters, &self.root, witnesses)
    }
}
