//! The STARK of transfers: what is rejected, and how secure it is.

mod air;

use operations::stark::ledger::Batch;
use operations::stark::statement::Statement;
use operations::stark::{Commitment, Felt, conjectured_bits, prove, verify};
use winterfell::Proof;
use winterfell::math::FieldElement;

#[test]
fn a_tampered_proof_is_rejected_at_every_place_that_was_tried() {
    let batch = Batch::example(2);
    let proof = prove(&batch).expect("the transfers are right");
    assert!(verify(&proof, batch.statement()));
    for step in 0..64 {
        let place = step * (proof.len() - 1) / 63;
        let mut tampered = proof.clone();
        tampered[place] ^= 1;
        assert!(!verify(&tampered, batch.statement()), "byte {place} of {}", proof.len());
    }
    assert!(!verify(&proof[..proof.len() / 2], batch.statement()));
}

#[test]
fn a_proof_does_not_stand_for_other_roots_or_another_number_of_transfers() {
    let batch = Batch::example(2);
    let proof = prove(&batch).expect("the transfers are right");
    let right = batch.statement();
    let mut other = right;
    other.new_root[3] += Felt::ONE;
    assert!(!verify(&proof, other));
    let mut other = right;
    other.old_root[0] += Felt::ONE;
    assert!(!verify(&proof, other));
    assert!(!verify(&proof, Statement { transfers: 4, ..right }));
}

#[test]
fn a_batch_is_filled_up_to_a_power_of_two_with_transfers_of_nothing() {
    let batch = Batch::example(3);
    let moved = |index: usize| {
        let sender = &batch.transfers[index].sender;
        sender.before.balance - sender.after.balance
    };
    assert!(batch.transfers.len() == 4 && moved(2) > 0 && moved(3) == 0);
    assert!(verify(&prove(&batch).expect("the transfers are right"), batch.statement()));
}

#[test]
fn the_stated_security_is_that_of_the_library() {
    let batch = Batch::example(1);
    let proof = Proof::from_bytes(&prove(&batch).expect("right")).expect("a proof");
    assert_eq!(proof.conjectured_security::<Commitment>().bits(), conjectured_bits());
    assert!(conjectured_bits() >= 95);
}
