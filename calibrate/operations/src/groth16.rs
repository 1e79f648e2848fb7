//! Groth16 proofs over BN254: three policies and a payment, each a real circuit with set-up, witness, proof and verification.
//!
//! The set-up writes the keys and the matrices of the circuit; a witness assigns all its variables; a proof is made from keys,
//! matrices and witness, which is how a service does it that sets up once. A proof is 128 bytes, compressed, and verification
//! begins with them. What a service gains by threads, batches and a cache is in [`levers`]. Hashes in circuits are Poseidon;
//! signatures are Schnorr's on Baby Jubjub, whose base field is the
//! circuit's own.
//!
//! Citation: Groth, *On the Size of Pairing-based Non-interactive Arguments*, EUROCRYPT 2016. Left out: the ceremony that a
//! trusted set-up needs, and hashes that are dear in circuits: SHA-256 needs
//! tens of thousands of constraints per 64 bytes, where Poseidon needs 243 per 62.

pub mod batch;
pub mod hash;
pub mod levers;
pub mod membership;
pub mod pattern;
pub mod payment;
pub mod preimage;
pub mod signature;
pub mod system;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use ark_bn254::Fr;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use calibrate::{Claimed, Description, Instance, Operation, OperationError, instance};

use self::system::{Keys, assignment, matrices, prove, satisfied, set_up, verify};
use crate::inputs::bytes;

/// The longest string that a policy is about.
const MOST_BYTES: usize = 1024;
/// Bits of amounts, times and bounds.
const NUMBER_BITS: usize = 64;

/// A circuit together with the values of one statement and its secrets.
///
/// The proof system takes any circuit behind one type: its own code, which is long, is compiled once and not once per circuit.
pub trait Circuit {
    /// What the verifier knows, in the order in which the circuit takes it.
    fn public(&self) -> Vec<Fr>;

    /// Puts the variables and the constraints into a system, public inputs first.
    ///
    /// # Errors
    /// A value that the circuit needs does not exist.
    fn constrain(&self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError>;
}

/// The operations on one circuit, in words and figures.
pub struct Family {
    /// Beginning of the names of its operations: `policy.preimage`.
    pub name: &'static str,
    /// The suite of them all.
    suite: &'static str,
    /// What a proof proves.
    proves: String,
    /// What is missing from what a design needs.
    missing: Option<&'static str>,
    /// What sizes count, in the plural.
    pub size_unit: &'static str,
    /// Each size with the number of constraints before they are padded to a power of two.
    pub constraints: &'static [(u64, usize)],
    /// Verb, size, time \[s\], and where it is claimed.
    claims: &'static [(&'static str, u64, f64, &'static str)],
}

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    let preimages = preimage::family().examples(|size| Box::new(preimage::Preimage::example(size)));
    let memberships = membership::family().examples(|size| Box::new(membership::Membership::example(size)));
    let patterns = pattern::family().examples(|size| Box::new(pattern::Pattern::example(size)));
    let payments = payment::family().examples(|_| Box::new(payment::Payment::example()));
    let mut operations = preimage::family().operations(&preimages);
    operations.extend(membership::family().operations(&memberships));
    operations.extend(pattern::family().operations(&patterns));
    operations.extend(levers::operations(&preimages));
    operations.extend(payment::family().operations(&payments));
    operations
}

/// The bytes that a policy is about, which only the prover knows.
pub fn secret(label: &str, size: u64) -> Vec<u8> {
    bytes::<MOST_BYTES>(label, size)[..size as usize].to_vec()
}

/// Demands that a variable is a number and not negative: a difference below zero has almost all bits of the field.
fn enforce_number(variable: &FpVar<Fr>) -> Result<(), SynthesisError> {
    let (_bits, _nothing_above) = variable.to_bits_le_with_top_bits_zero(NUMBER_BITS)?;
    Ok(())
}

impl Family {
    /// The circuits that `example` makes for each size.
    fn examples(&self, example: fn(u64) -> Box<dyn Circuit>) -> Rc<Examples> {
        Rc::new(Examples { sizes: self.sizes(), example, keys: RefCell::default() })
    }

    /// Set-up, witness, proof and verification of these circuits.
    fn operations(self, examples: &Rc<Examples>) -> Vec<Operation> {
        let from = |prepare: Prepare| {
            let examples = Rc::clone(examples);
            move |size| prepare(&examples, size)
        };
        let verbs = [
            self.operation(
                "setup",
                "makes keys and matrices; the bytes are the proving key's, uncompressed",
                from(setup),
            ),
            self.operation("witness", "assigns all variables of the circuit; the bytes are theirs", from(witness)),
            self.operation("prove", "proves, with keys, matrices and witness that are already there", from(proof)),
            self.operation("verify", "verifies a proof, from its bytes, for given public inputs", from(verification)),
        ];
        verbs.into()
    }

    fn sizes(&self) -> Vec<u64> {
        self.constraints.iter().map(|&(size, _)| size).collect()
    }

    fn operation<P>(&self, verb: &str, act: &str, prepare: P) -> Operation
    where
        P: Fn(u64) -> Result<Box<dyn Instance>, OperationError> + 'static,
    {
        let count =
            |&(size, constraints): &(u64, usize)| format!("{constraints} constraints at {size} {}", self.size_unit);
        let counts: Vec<String> = self.constraints.iter().map(count).collect();
        let claimed = self.claims.iter().find(|(claimed_verb, ..)| *claimed_verb == verb);
        let description = Description {
            name: format!("{}.{verb}", self.name),
            statement: format!("{act}. Proven: {}. Before padding: {}", self.proves, counts.join(", ")),
            lower_bound: self.missing.map(Into::into),
            library: env!("LIBRARY_ARK_GROTH16").into(),
            size_unit: self.size_unit.into(),
            suite: self.suite.into(),
            quick: false,
            scaling: None,
            claimed: claimed.map(|&(_, size, seconds, source)| Claimed { size, seconds, source: source.into() }),
        };
        Operation::new(description, &self.sizes(), prepare)
    }
}

/// What makes an instance of one act at one size.
type Prepare = fn(&Examples, u64) -> Result<Box<dyn Instance>, OperationError>;

/// The circuits of a family, and the keys of those that were needed: a set-up is the longest act.
pub struct Examples {
    sizes: Vec<u64>,
    example: fn(u64) -> Box<dyn Circuit>,
    keys: RefCell<BTreeMap<u64, Rc<Keys>>>,
}

impl Examples {
    fn circuit(&self, size: u64) -> Result<Box<dyn Circuit>, OperationError> {
        if !self.sizes.contains(&size) {
            return Err(OperationError::new(format!("the size must be one of {:?}, not {size}", self.sizes)));
        }
        Ok((self.example)(size))
    }

    /// The keys for the circuit of a size, made when they are first asked for.
    fn keys(&self, size: u64) -> Result<Rc<Keys>, OperationError> {
        if let Some(keys) = self.keys.borrow().get(&size) {
            return Ok(Rc::clone(keys));
        }
        let keys = Rc::new(set_up(self.circuit(size)?.as_ref(), 0).map_err(OperationError::new)?);
        self.keys.borrow_mut().insert(size, Rc::clone(&keys));
        Ok(keys)
    }
}

fn setup(examples: &Examples, size: u64) -> Result<Box<dyn Instance>, OperationError> {
    let act = |(circuit, run): &mut (Box<dyn Circuit>, u64)| {
        *run += 1;
        set_up(circuit.as_ref(), *run).ok()
    };
    let check = |(circuit, _): &(Box<dyn Circuit>, u64), keys: &Option<Keys>| {
        let Some((keys, assignment)) = keys.as_ref().zip(assignment(circuit.as_ref()).ok()) else { return false };
        prove(keys, &assignment, 0).is_some_and(|proof| verify(keys, &circuit.public(), &proof))
    };
    Ok(instance((examples.circuit(size)?, 0), act, check, |keys| keys.as_ref().map(Keys::bytes)))
}

fn witness(examples: &Examples, size: u64) -> Result<Box<dyn Instance>, OperationError> {
    let circuit = examples.circuit(size)?;
    let matrices = matrices(circuit.as_ref()).map_err(OperationError::new)?;
    let act = |circuit: &mut Box<dyn Circuit>| assignment(circuit.as_ref()).ok();
    let check = move |_: &_, assignment: &Option<Vec<Fr>>| {
        assignment.as_ref().is_some_and(|assignment| satisfied(&matrices, assignment))
    };
    let bytes = |assignment: &Option<Vec<Fr>>| assignment.as_ref().map(|values| size_of_val(values.as_slice()) as u64);
    Ok(instance(circuit, act, check, bytes))
}

fn proof(examples: &Examples, size: u64) -> Result<Box<dyn Instance>, OperationError> {
    let circuit = examples.circuit(size)?;
    let public = circuit.public();
    let input = (examples.keys(size)?, assignment(circuit.as_ref()).map_err(OperationError::new)?, 0_u64);
    let act = |(keys, assignment, run): &mut (Rc<Keys>, Vec<Fr>, u64)| {
        *run += 1;
        prove(keys, assignment, *run)
    };
    let check = move |(keys, ..): &(Rc<Keys>, Vec<Fr>, u64), proof: &Option<Vec<u8>>| {
        proof.as_ref().is_some_and(|proof| verify(keys, &public, proof))
    };
    Ok(instance(input, act, check, |proof| proof.as_ref().map(|proof| proof.len() as u64)))
}

fn verification(examples: &Examples, size: u64) -> Result<Box<dyn Instance>, OperationError> {
    let circuit = examples.circuit(size)?;
    let public = circuit.public();
    let keys = examples.keys(size)?;
    let assignment = assignment(circuit.as_ref()).map_err(OperationError::new)?;
    let proof = prove(&keys, &assignment, 0).ok_or_else(|| OperationError::new("proving failed"))?;
    let act = |(keys, public, proof): &mut (Rc<Keys>, Vec<Fr>, Vec<u8>)| verify(keys, public, proof);
    Ok(instance((keys, public, proof), act, |_, accepted| *accepted, |_| None))
}
