//! Nullifiers, forged with the prover's own means.

use curve25519_dalek::Scalar;
use operations::witness::Example;
use operations::witness::transfer::{nullifier_base, prove, spend, verify};

#[test]
fn a_nullifier_of_another_key_is_rejected_even_with_a_proof_made_for_it() {
    let Example { parameters, root, payment } = Example::new(2, 0).expect("a payment");
    let spends = || payment.notes.iter().map(|note| spend(&parameters, note)).collect::<Vec<_>>();
    let right = prove(&parameters, &root, &payment, spends()).expect("a witness");
    assert!(verify(&parameters, &root, &[right]));
    let mut other = spends();
    other[0].nullifier = (nullifier_base(&other[0].path.leaf) * (payment.notes[0].key + Scalar::ONE)).compress();
    let forged = prove(&parameters, &root, &payment, other).expect("a witness");
    assert!(!verify(&parameters, &root, &[forged]), "else a note could be spent again and again");
}
