//! Proofs that are verified together.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use operations::groth16::batch::{Proven, verify_batch};
use operations::groth16::preimage::Preimage;
use operations::groth16::system::{Keys, assignment, prove, set_up};
use operations::groth16::{Circuit, secret};

/// Keys, and proofs of different statements.
fn proven(count: u64) -> (Keys, Vec<Proven>) {
    let keys = set_up(&Preimage::example(32), 0).expect("a set-up");
    let proven = |number| {
        let circuit = Preimage::of(&secret(&format!("batch {number}"), 32));
        let values = assignment(&circuit).expect("all values are there");
        (circuit.public(), prove(&keys, &values, number).expect("a proof"))
    };
    let batch = (0..count).map(proven).collect();
    (keys, batch)
}

#[test]
fn right_proofs_are_accepted_and_one_that_is_wrong_spoils_the_batch() {
    let (keys, batch) = proven(5);
    assert!(verify_batch(&keys, &batch) && verify_batch(&keys, &batch[..1]) && !verify_batch(&keys, &[]));
    for at in 0..batch.len() {
        for place in [0, 31, 40, 127] {
            let mut tampered = batch.clone();
            tampered[at].1[place] ^= 1;
            assert!(!verify_batch(&keys, &tampered), "byte {place} of proof {at}");
        }
        let mut other = batch.clone();
        other[at].0[0] += Fr::from(1);
        assert!(!verify_batch(&keys, &other), "statement {at}");
        other[at].0.clear();
        assert!(!verify_batch(&keys, &other), "statement {at} without a value");
    }
}

#[test]
fn errors_that_cancel_each_other_are_seen() {
    let (keys, batch) = proven(2);
    let swapped = vec![(batch[0].0.clone(), batch[1].1.clone()), (batch[1].0.clone(), batch[0].1.clone())];
    assert!(!verify_batch(&keys, &swapped), "each proof is right for the other statement");
    let shift = Fr::from(5);
    let (mut up, mut down) = (batch.clone(), batch);
    up[0].0[0] += shift;
    up[1].0[0] -= shift;
    assert!(!verify_batch(&keys, &up), "the sum of the statements is the right one");
    // The same for C: without coefficients the sum of the two would be right.
    let moved = |bytes: &[u8], by: G1Projective| {
        let point = G1Affine::deserialize_compressed(&bytes[96..]).expect("C is the last point");
        let mut moved = bytes[..96].to_vec();
        (point + by).into_affine().serialize_compressed(&mut moved).expect("memory can be written");
        moved
    };
    let by = G1Affine::generator().into_group();
    down[0].1 = moved(&down[0].1, by);
    down[1].1 = moved(&down[1].1, -by);
    assert!(!verify_batch(&keys, &down), "the sum of the C is the right one");
}
