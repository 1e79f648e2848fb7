//! One path of a binary Merkle tree over BLAKE3: from a leaf, its index and its siblings to the root.
//!
//! Left out: a hash that is cheap inside a proof (the STARK's tree uses one), and paths that share siblings.

use calibrate::{Description, Operation, instance};

use crate::inputs::{bytes, only};

/// Levels of the tree.
pub const DEPTH: usize = 32;

/// A leaf or a node.
pub type Hash = [u8; 32];

/// A leaf with what is needed to reach the root from it.
#[derive(Clone)]
pub struct Path {
    /// Where it begins.
    pub leaf: Hash,
    /// Bit i tells whether the node at height i is a right child.
    pub index: u32,
    /// The other child at each height, lowest first.
    pub siblings: [Hash; DEPTH],
}

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    let description = Description {
        name: "merkle.verify_path".into(),
        statement: format!(
            "verifies that a leaf of 32 bytes is in a binary BLAKE3 tree of depth {DEPTH} with a given root"
        ),
        lower_bound: None,
        library: env!("LIBRARY_BLAKE3").into(),
        size_unit: "levels".into(),
        suite: "witness".into(),
        quick: false,
        scaling: None,
        claimed: None,
    };
    let verify_path = Operation::new(description, &[DEPTH as u64], |size| {
        only(size, DEPTH as u64)?;
        let path = Path::example();
        let root = path.root();
        let act = |(path, root): &mut (Path, Hash)| path.root() == *root;
        Ok(instance((path, root), act, |_, accepted| *accepted, |_| None))
    });
    vec![verify_path]
}

impl Path {
    /// A path that is the same in every process.
    pub fn example() -> Self {
        let siblings = std::array::from_fn(|height| bytes("merkle sibling", height as u64));
        Self { leaf: bytes("merkle leaf", 0), index: 0x5a3c_96e1, siblings }
    }

    /// The root that the leaf and its siblings give.
    pub fn root(&self) -> Hash {
        self.node(DEPTH)
    }

    /// The node at a height above the leaf.
    pub fn node(&self, height: usize) -> Hash {
        self.siblings[..height].iter().enumerate().fold(self.leaf, |node, (height, sibling)| {
            let (left, right) = if self.index >> height & 1 == 1 { (sibling, &node) } else { (&node, sibling) };
            let mut pair = [0; 64];
            pair[..32].copy_from_slice(left);
            pair[32..].copy_from_slice(right);
            *blake3::hash(&pair).as_bytes()
        })
    }
}
