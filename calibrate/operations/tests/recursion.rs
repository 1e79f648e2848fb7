//! The tree of proofs: all its acts, and what it rejects.

use crate::all::is_run_and_checked;
use operations::recursion::circuits::verify;
use operations::recursion::{Act, Tree, operations_of};
use std::rc::Rc;

#[test]
fn acts_are_right_and_a_tampered_proof_or_another_claim_is_rejected() {
    let tree = Rc::new(Tree::default());
    operations_of(&tree).iter().for_each(is_run_and_checked);
    for (act, size, rows) in [(Act::Leaf, 7, 9), (Act::Merge, 2, 13), (Act::Merge, 4, 14), (Act::MergeAgain, 2, 13)] {
        let made = tree.proven.borrow().get(&(act, size)).cloned();
        let proof = made.map_or_else(|| tree.prove(act, size), Ok).expect("the inner proofs are right");
        let (circuit, roots) = (tree.circuit(act, size), tree.roots(act, size));
        assert_eq!(circuit.common.degree_bits(), rows, "{} says how many rows it has", act.name());
        assert!(verify(circuit, &proof, &roots));
        for step in 0..32 {
            let place = step * (proof.len() - 1) / 31;
            let mut tampered = proof.clone();
            tampered[place] ^= 1;
            assert!(!verify(circuit, &tampered, &roots), "byte {place} of {}", proof.len());
        }
        assert!(!verify(circuit, &proof[..proof.len() / 2], &roots));
        assert!(!verify(circuit, &proof, &tree.history.roots(1..2)), "the proof is about other roots");
    }
    what_is_not_right_cannot_be_merged(&tree);
}

/// On the circuits of the other checks: to build them takes longer than all that is asked of them.
fn what_is_not_right_cannot_be_merged(tree: &Tree) {
    let leaves = tree.leaves().expect("the history is right");
    let merge = tree.merge(2);
    assert!(merge.prove(&[leaves[0].clone(), leaves[2].clone()]).is_err(), "no neighbours");
    let mut wrong = [leaves[0].clone(), leaves[1].clone()];
    wrong[1].public_inputs[7] = leaves[2].public_inputs[7];
    assert!(merge.prove(&wrong).is_err(), "the inner proof is not about this root");
}
