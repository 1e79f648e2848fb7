//! The circuit of a preimage.

use super::holds;
use ark_bn254::Fr;
use operations::groth16::preimage::Preimage;

#[test]
fn only_the_preimage_of_the_public_hash_will_do() {
    let right = Preimage::example(256);
    assert!(holds(&right.clone()));
    for changed in 0..right.secret.len() {
        let mut wrong = right.clone();
        wrong.secret[changed] += Fr::from(1);
        assert!(!holds(&wrong), "element {changed}");
    }
    assert!(!holds(&Preimage { digest: right.digest + Fr::from(1), ..right }));
}
