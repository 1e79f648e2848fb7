//! Ed25519: what is tampered with is rejected, alone, in a batch and in parallel.

use ed25519_dalek::Signature;
use operations::ed25519::{MESSAGES, Signed, signed_messages, verify_batch, verify_parallel};
use operations::threads;

#[test]
fn a_tampered_message_or_signature_is_rejected() {
    for length in MESSAGES {
        let right = Signed::new(length, 0).expect("it is signed");
        assert!(right.is_right());
        for place in [0, 31, 32, 63] {
            let mut tampered = right.signature.to_bytes();
            tampered[place] ^= 1;
            let signature = Signature::from_bytes(&tampered);
            assert!(!Signed { signature, ..right.clone() }.is_right(), "byte {place}");
        }
        for place in [0, right.message.len() - 1] {
            let mut other = right.clone();
            other.message[place] ^= 0x80;
            assert!(!other.is_right());
        }
    }
}

#[test]
fn one_that_is_wrong_spoils_a_batch_and_a_parallel_run() {
    let mut batch = signed_messages(200).expect("they are signed");
    let pool = threads::pool(2).expect("a pool");
    assert!(verify_batch(&batch) && verify_parallel(&pool, &batch));
    batch[133].message[5] ^= 1;
    assert!(!verify_batch(&batch) && !verify_parallel(&pool, &batch));
}
