//! Commitment proofs: what is bound, and what is rejected.

use operations::commitment::circuit::{HASHES, bind};
use operations::commitment::{Keys, job, keys, parameters, proven_job};

#[test]
fn a_tampered_proof_or_another_job_is_rejected() {
    let (keys, proof, digest) = proven_job().expect("a proof");
    assert!(keys.verify(&proof, digest));
    for step in 0..64 {
        let place = step * (proof.len() - 1) / 63;
        let mut tampered = proof.clone();
        tampered[place] ^= 1;
        assert!(!keys.verify(&tampered, digest), "byte {place} of {}", proof.len());
    }
    assert!(!keys.verify(&proof[..proof.len() - 1], digest));
    assert!(!keys.verify(&[proof.as_slice(), &[0]].concat(), digest));
    assert!(!keys.verify(&proof, bind(&job(1)).1));
}

#[test]
fn each_hash_is_bound() {
    let keys = keys().expect("the circuit fits");
    let digest = bind(&job(0)).1;
    for hash in 0..HASHES {
        for place in [0, 15, 16, 31] {
            let mut other = job(0);
            other[hash][place] ^= 1;
            assert_ne!(bind(&other).1, digest, "hash {hash} byte {place}");
        }
        let mut other = job(0);
        other[hash][3] ^= 4;
        let forged = keys.prove(bind(&other).0, digest);
        assert!(forged.is_none_or(|proof| !keys.verify(&proof, digest)), "a proof for other hashes");
    }
}

#[test]
fn stored_parameters_give_keys_that_verify_what_the_others_proved() {
    let (_, proof, digest) = proven_job().expect("a proof");
    let stored = parameters().expect("memory can be written");
    assert!(Keys::read(&stored).expect("they are parameters").verify(&proof, digest));
    assert!(Keys::read(&stored[..stored.len() / 2]).is_none());
}
