//! ML-DSA, at its three levels.

use operations::ml_dsa::{Level, Level44, Level65, Level87, keys, signed};

fn rejects_what_was_tampered_with<L: Level>(signature_bytes: usize, key_bytes: usize) {
    let keys = keys::<L>();
    let mut signature = signed::<L>(&keys, 1).expect("it is signed");
    assert!(L::verify(&keys, 1, &signature));
    assert_eq!((L::signature_bytes(&mut signature).len(), L::key_bytes()), (signature_bytes, key_bytes));
    for place in [0, 100, 1500, signature_bytes - 1] {
        L::signature_bytes(&mut signature)[place] ^= 1;
        assert!(!L::verify(&keys, 1, &signature), "{} byte {place}", L::NAME);
        L::signature_bytes(&mut signature)[place] ^= 1;
    }
    assert!(L::verify(&keys, 1, &signature) && !L::verify(&keys, 2, &signature));
    assert!(!L::verify(&L::generate([7; 32]), 1, &signature), "{} another key", L::NAME);
}

#[test]
fn a_tampered_message_signature_or_key_is_rejected_and_sizes_are_those_of_the_standard() {
    rejects_what_was_tampered_with::<Level44>(2420, 1312 + 2560);
    rejects_what_was_tampered_with::<Level65>(3309, 1952 + 4032);
    rejects_what_was_tampered_with::<Level87>(4627, 2592 + 4896);
}
