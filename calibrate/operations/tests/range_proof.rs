//! Range proofs: none passes that was tampered with, or that is about another commitment.

use operations::range_proof::{claim_of, prove, verify};

#[test]
fn a_tampered_proof_is_rejected_alone_and_in_a_batch() {
    let claims = [claim_of(1, 0).expect("a claim"), claim_of(1, 1).expect("a claim")];
    let statements = claims.each_ref().map(|(statement, _)| statement.clone());
    let proofs = claims.each_ref().map(|(statement, witness)| prove(statement, witness).expect("a proof"));
    assert!(verify(&statements, &proofs));
    for place in [0, 40, 300, proofs[1].len() - 1] {
        let mut tampered = proofs.clone();
        tampered[1][place] ^= 1;
        assert!(!verify(&statements, &tampered), "byte {place} in a batch");
        assert!(!verify(&statements[1..], &tampered[1..]), "byte {place} alone");
    }
}

#[test]
fn a_proof_does_not_stand_for_another_commitment() {
    let (statement, witness) = claim_of(2, 0).expect("a claim");
    let (other, _) = claim_of(2, 1).expect("a claim");
    let proof = prove(&statement, &witness).expect("a proof");
    assert!(verify(&[statement], std::slice::from_ref(&proof)));
    assert!(!verify(&[other], &[proof]));
}
