//! What threads, batches and a cache are given.

use operations::groth16::levers::{BYTES, proven};
use operations::groth16::preimage::Preimage;
use operations::groth16::system::{set_up, verify};

#[test]
fn a_proof_of_one_thread_is_not_one_of_another() {
    let keys = set_up(&Preimage::example(BYTES), 0).expect("a set-up");
    let (one, two) = (proven(&keys, 0).expect("a proof"), proven(&keys, 1).expect("a proof"));
    assert!(verify(&keys, &one.0, &one.1) && verify(&keys, &two.0, &two.1));
    assert!(!verify(&keys, &one.0, &two.1) && !verify(&keys, &two.0, &one.1));
}
