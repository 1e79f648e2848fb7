//! The circuit of a pattern.

use super::holds;
use operations::groth16::pattern::Pattern;

#[test]
fn the_pattern_is_found_wherever_it_is() {
    for place in [0, 1, 15, 16] {
        let mut right = Pattern::example(32);
        right.pattern = std::array::from_fn(|byte| right.string[place + byte]);
        right.place = place;
        assert!(holds(&right), "at {place}");
    }
}

#[test]
fn a_pattern_that_is_absent_is_not_found_anywhere() {
    for place in 0..=16 {
        let mut absent = Pattern::example(32);
        absent.pattern[7] ^= 1;
        absent.place = place;
        assert!(!holds(&absent), "at {place}");
    }
    let nowhere = Pattern { place: usize::MAX, ..Pattern::example(32) };
    assert!(!holds(&nowhere), "some window must be selected");
}

#[test]
fn the_string_is_the_committed_one() {
    for changed in [0, 255] {
        let mut wrong = Pattern::example(256);
        wrong.string[changed] ^= 1;
        assert!(!holds(&wrong), "byte {changed}");
    }
}
