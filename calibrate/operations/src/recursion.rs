//! Recursion: a proof that verifies other proofs, and a proof that verifies two of those.
//!
//! The proof system is plonky2's, by a fork that builds on stable Rust: PLONK with FRI over the field 2^64 − 2^32 + 1, Poseidon,
//! blow-up 8, 28 queries and 16 bits of grinding (whose luck is a constant of each size), 100 bits of conjectured security.
//! What is merged is in [`circuits`]. From the second level on a merge verifies merges, and its cost per level stays.
//!
//! Citation: Polygon Zero Team, *Plonky2: Fast Recursive Arguments with PLONK and FRI*, 2022. Left out: zero knowledge, and a
//! last proof that is small enough for an L1.

pub mod circuits;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use calibrate::{Description, Operation, OperationError, instance};

use self::circuits::{Circuit, DEPTH, History, Leaf, Merge, Proof, Roots, UPDATES, verify};
use crate::inputs::only;

const ARITIES: [u64; 2] = [2, 4];

/// The acts that give a proof.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Proves updates of a state.
    Leaf,
    /// Proves that proofs of leaves were verified.
    Merge,
    /// Proves that two merges were verified.
    MergeAgain,
}

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    // Circuits and proofs of one level are inputs of the next: each is made once, when it is first needed.
    operations_of(&Rc::new(Tree::default()))
}

/// The same, with the circuits and proofs of a tree.
pub fn operations_of(tree: &Rc<Tree>) -> Vec<Operation> {
    let leaf = format!(
        "{UPDATES} updates of accounts in a Merkle tree of depth {DEPTH} over Poseidon, root to root (2^9 rows)"
    );
    let merge = format!(
        "that n neighbouring proofs were verified, each about {leaf}; 2^13 rows for two, circuits are built ahead"
    );
    let again = "that two merges of two (see recursion.merge.prove) were verified; 2^13 rows, circuits are built ahead";
    vec![
        proving(tree, Act::Leaf, &leaf),
        proving(tree, Act::Merge, &merge),
        verifying(tree, Act::Merge),
        proving(tree, Act::MergeAgain, again),
        verifying(tree, Act::MergeAgain),
    ]
}

fn proving(tree: &Rc<Tree>, act: Act, proven: &str) -> Operation {
    let tree = tree.clone();
    let description = Description {
        // The layered system merges its proofs in pairs.
        quick: act == Act::Merge,
        ..description(act, "prove", format!("proves {proven}"))
    };
    let operation = Operation::new(description, act.sizes(), move |size| {
        act.accept(size)?;
        tree.circuit(act, size);
        tree.inner(act, size)?;
        let run = move |tree: &mut Rc<Tree>| tree.prove(act, size).ok();
        let check = move |tree: &Rc<Tree>, proof: &Option<Vec<u8>>| {
            let roots = tree.roots(act, size);
            proof.as_ref().is_some_and(|proof| verify(tree.circuit(act, size), proof, &roots))
        };
        let bytes = |proof: &Option<Vec<u8>>| proof.as_ref().map(|proof| proof.len() as u64);
        Ok(instance(tree.clone(), run, check, bytes))
    });
    operation.quick_below(ARITIES[1])
}

fn verifying(tree: &Rc<Tree>, act: Act) -> Operation {
    let tree = tree.clone();
    let statement = format!("verifies, from its bytes, one proof made by {}.prove", act.name());
    // Its light clients verify one of them.
    let description = Description { quick: act == Act::Merge, ..description(act, "verify", statement) };
    let operation = Operation::new(description, act.sizes(), move |size| {
        act.accept(size)?;
        let roots = tree.roots(act, size);
        let proven = tree.proven.borrow().get(&(act, size)).cloned();
        let proof = proven.map_or_else(|| tree.prove(act, size), Ok)?;
        let run =
            move |(tree, proof): &mut (Rc<Tree>, Vec<u8>)| verify(tree.circuit(act, size), proof.as_slice(), &roots);
        Ok(instance((tree.clone(), proof), run, |_, accepted| *accepted, |_| None))
    });
    operation.quick_below(ARITIES[1])
}

fn description(act: Act, verb: &str, statement: String) -> Description {
    let missing = "the inner proof is not the batch STARK of transfers: use in a tree of those is an extrapolation";
    Description {
        name: format!("{}.{verb}", act.name()),
        statement,
        lower_bound: Some(missing.into()),
        library: env!("LIBRARY_QP_PLONKY2").into(),
        size_unit: act.size_unit().into(),
        suite: "recursion".into(),
        quick: false,
        scaling: None,
        claimed: None,
    }
}

impl Act {
    /// Beginning of the names of its operations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leaf => "recursion.leaf",
            Self::Merge => "recursion.merge",
            Self::MergeAgain => "recursion.merge_again",
        }
    }

    fn size_unit(self) -> &'static str {
        match self {
            Self::Leaf => "updates",
            Self::Merge | Self::MergeAgain => "proofs",
        }
    }

    fn sizes(self) -> &'static [u64] {
        match self {
            Self::Leaf => &[UPDATES as u64],
            Self::Merge => &ARITIES,
            Self::MergeAgain => &[2],
        }
    }

    fn accept(self, size: u64) -> Result<(), OperationError> {
        match self {
            Self::Merge if ARITIES.contains(&size) => Ok(()),
            Self::Merge => Err(OperationError::new(format!("a merge has 2 or 4 proofs, not {size}"))),
            Self::Leaf | Self::MergeAgain => only(size, self.sizes()[0]),
        }
    }
}

/// What is made once; a failure is kept as well.
type Once<T> = OnceCell<Result<T, OperationError>>;

/// All that the acts share.
pub struct Tree {
    /// The updates that are proven.
    pub history: History,
    leaf: OnceCell<Leaf>,
    leaves: Once<Vec<Proof>>,
    /// By place in [`ARITIES`].
    merges: [OnceCell<Merge>; 2],
    pairs: Once<Vec<Proof>>,
    merge_again: OnceCell<Merge>,
    /// The last proof of each act, so that measuring how it is verified need not make it again.
    pub proven: RefCell<BTreeMap<(Act, u64), Vec<u8>>>,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            history: History::example(),
            leaf: OnceCell::new(),
            leaves: Once::new(),
            merges: [const { OnceCell::new() }; 2],
            pairs: Once::new(),
            merge_again: OnceCell::new(),
            proven: RefCell::default(),
        }
    }
}

impl Tree {
    fn leaf(&self) -> &Leaf {
        self.leaf.get_or_init(Leaf::build)
    }

    /// The circuit that merges so many leaves: 2 or 4.
    pub fn merge(&self, arity: u64) -> &Merge {
        let place = usize::from(arity == ARITIES[1]);
        self.merges[place].get_or_init(|| Merge::build(&self.leaf().circuit, arity as usize))
    }

    fn merge_again(&self) -> &Merge {
        self.merge_again.get_or_init(|| Merge::build(&self.merge(2).circuit, 2))
    }

    /// Neighbouring proofs of the first four leaves.
    ///
    /// # Errors
    /// The history is not one that the circuit accepts.
    pub fn leaves(&self) -> Result<&[Proof], OperationError> {
        let make = || (0..4).map(|number| self.leaf().prove(&self.history, number)).collect();
        self.leaves.get_or_init(make).as_deref().map_err(Clone::clone)
    }

    /// Merges of the first two leaves and of the next two.
    fn pairs(&self) -> Result<&[Proof], OperationError> {
        let make = || {
            let (merge, leaves) = (self.merge(2), self.leaves()?);
            let first = match self.proven.borrow().get(&(Act::Merge, 2)) {
                Some(proven) => {
                    Proof::from_bytes(proven.clone(), &merge.circuit.common).map_err(OperationError::new)?
                }
                None => merge.prove(&leaves[..2])?,
            };
            Ok(vec![first, merge.prove(&leaves[2..])?])
        };
        self.pairs.get_or_init(make).as_deref().map_err(Clone::clone)
    }

    /// The circuit of an act at a size.
    pub fn circuit(&self, act: Act, size: u64) -> &Circuit {
        match act {
            Act::Leaf => &self.leaf().circuit,
            Act::Merge => &self.merge(size).circuit,
            Act::MergeAgain => &self.merge_again().circuit,
        }
    }

    /// The proofs that an act verifies.
    fn inner(&self, act: Act, size: u64) -> Result<&[Proof], OperationError> {
        match act {
            Act::Leaf => Ok(&[]),
            Act::Merge => self.leaves().map(|leaves| &leaves[..size as usize]),
            Act::MergeAgain => self.pairs(),
        }
    }

    /// What the proof of an act is about.
    pub fn roots(&self, act: Act, size: u64) -> Roots {
        match act {
            Act::Leaf => self.history.roots(0..1),
            Act::Merge => self.history.roots(0..size as usize),
            Act::MergeAgain => self.history.roots(0..4),
        }
    }

    /// The bytes of the proof of an act at a size.
    ///
    /// # Errors
    /// A proof that it is about is not right.
    pub fn prove(&self, act: Act, size: u64) -> Result<Vec<u8>, OperationError> {
        let inner = self.inner(act, size)?;
        let proof = match act {
            Act::Leaf => self.leaf().prove(&self.history, 0),
            Act::Merge => self.merge(size).prove(inner),
            Act::MergeAgain => self.merge_again().prove(inner),
        };
        let proof = proof?.to_bytes();
        self.proven.borrow_mut().insert((act, size), proof.clone());
        Ok(proof)
    }
}
