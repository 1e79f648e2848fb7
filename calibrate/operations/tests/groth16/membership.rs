//! The circuit of membership.

use super::holds;
use ark_bn254::Fr;
use ark_ff::PrimeField;
use operations::groth16::hash::hash;
use operations::groth16::membership::{DEPTH, Membership, root};

/// The example with another value, everything else made to fit it.
fn with_value(value: u64) -> Membership {
    let mut membership = Membership::example(32);
    membership.record[0] += Fr::from(value) - Fr::from(1_234_567);
    membership.commitment = hash(&membership.record);
    membership.root = root(Fr::from(value), membership.place, &membership.siblings);
    membership
}

#[test]
fn the_range_holds_at_its_bounds_and_not_beyond() {
    for value in [1_000_000, 1_500_000, 2_000_000] {
        assert!(holds(&with_value(value)), "{value}");
    }
    for value in [0, 999_999, 2_000_001, u64::MAX] {
        assert!(!holds(&with_value(value)), "{value}");
    }
}

#[test]
fn a_value_that_is_not_in_the_set_is_refused() {
    let mut stranger = with_value(1_500_000);
    stranger.root = Membership::example(32).root;
    assert!(!holds(&stranger));
    let right = Membership::example(32);
    assert!(!holds(&Membership { place: right.place ^ 1, ..right.clone() }));
    let mut wrong = right;
    wrong.siblings[DEPTH - 1] += Fr::from(1);
    assert!(!holds(&wrong));
}

#[test]
fn the_value_is_that_of_the_committed_record() {
    let right = Membership::example(256);
    for changed in 0..right.record.len() {
        let mut wrong = right.clone();
        // Above the value, where the range and the set do not see it.
        wrong.record[changed] += Fr::from(1_u128 << 100);
        assert!(!holds(&wrong), "element {changed}");
    }
    let other = with_value(1_500_000);
    assert!(!holds(&Membership { commitment: Membership::example(32).commitment, ..other }));
}

#[test]
fn an_element_that_is_no_packed_bytes_is_refused() {
    // The range and the set would take its lowest bits: only what lies above the packed bytes gives it away.
    let wrapped = -Fr::from(1);
    let mut membership = Membership { low: 0, high: u64::MAX, ..with_value(wrapped.into_bigint().0[0]) };
    membership.record[0] = wrapped;
    membership.commitment = hash(&membership.record);
    assert!(!holds(&membership.clone()));
    membership.record[0] = Fr::from(wrapped.into_bigint().0[0]);
    membership.commitment = hash(&membership.record);
    assert!(holds(&membership));
}
