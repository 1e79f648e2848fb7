//! One path of a binary Merkle tree over BLAKE3: from a leaf, its index and its siblings to the root.
//!
//! Left out: a hash that is cheap inside a proof (the STARK's tree uses one), and paths that share siblings.

use calibrate::{Description, Operation, instance};

use crate::inputs::{bytes, only};

/// Levels of the tree.
pub(crate) const DEPTH: usize = 32;

/// A leaf or a node.
pub(crate) type Hash = [u8; 32];

/// A leaf with what is needed to reach the root from it.
#[derive(Clone)]
pub(crate) struct Path {
    /// Where it begins.
    pub(crate) leaf: Hash,
    /// Bit i tells whether the node at height i is a right child.
    pub(crate) index: u32,
    /// The other child at each height, lowest first.
    pub(crate) siblings: [Hash; DEPTH],
}

pub(crate) fn operations() -> Vec<Operation> {
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
        let path = path();
        let root = path.root();
        let act = |(path, root): &mut (Path, Hash)| path.root() == *root;
        Ok(instance((path, root), act, |_, accepted| *accepted, |_| None))
    });
    vec![verify_path]
}

fn path() -> Path {
    let siblings = std::array::from_fn(|height| bytes("merkle sibling", height as u64));
    Path { leaf: bytes("merkle leaf", 0), index: 0x5a3c_96e1, siblings }
}

impl Path {
    /// The root that the leaf and its siblings give.
    pub(crate) fn root(&self) -> Hash {
        self.node(DEPTH)
    }

    /// The node at a height above the leaf.
    pub(crate) fn node(&self, height: usize) -> Hash {
        self.siblings[..height].iter().enumerate().fold(self.leaf, |node, (height, sibling)| {
            let (left, right) = if self.index >> height & 1 == 1 { (sibling, &node) } else { (&node, sibling) };
            let mut pair = [0; 64];
            pair[..32].copy_from_slice(left);
            pair[32..].copy_from_slice(right);
            *blake3::hash(&pair).as_bytes()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tampered_leaf_index_or_sibling_gives_another_root() {
        let root = path().root();
        let tampered = |change: fn(&mut Path)| {
            let mut path = path();
            change(&mut path);
            path.root()
        };
        assert_ne!(tampered(|path| path.leaf[0] ^= 1), root);
        assert_ne!(tampered(|path| path.index ^= 1 << 31), root);
        assert_ne!(tampered(|path| path.siblings[17][31] ^= 1), root);
    }
}
