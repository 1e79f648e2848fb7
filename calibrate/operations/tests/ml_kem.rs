//! ML-KEM, at its three levels.

use operations::ml_kem::{LEVEL_512, LEVEL_768, LEVEL_1024, Level};

fn tampering_gives_another_secret<const A: usize, const B: usize, const C: usize>(level: Level<A, B, C>) {
    let keys = level.keys();
    let (ciphertext, secret) = (level.encapsulate)(&keys, 1);
    assert_eq!((level.decapsulate)(&keys, &ciphertext), secret);
    for place in [0, 500, C - 1] {
        let mut tampered = *ciphertext.as_slice();
        tampered[place] ^= 1;
        assert_ne!((level.decapsulate)(&keys, &tampered.into()), secret, "{} byte {place}", level.name);
    }
}

#[test]
fn a_tampered_ciphertext_gives_another_secret() {
    tampering_gives_another_secret(LEVEL_512);
    tampering_gives_another_secret(LEVEL_768);
    tampering_gives_another_secret(LEVEL_1024);
}
