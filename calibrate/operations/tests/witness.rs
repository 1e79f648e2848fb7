//! The validity witness: each way of cheating is rejected.

mod transfer;

use curve25519_dalek::Scalar;
use operations::witness::Example;
use operations::witness::transfer::Payment;

fn example() -> Example {
    Example::new(2, 0).expect("a payment")
}

/// Whether the witness of a changed payment is accepted in the unchanged tree.
fn accepted_after(change: impl Fn(&mut Payment)) -> bool {
    let mut example = example();
    change(&mut example.payment);
    example.accepts(&[example.witness().expect("it can be made, right or wrong")])
}

#[test]
fn a_bit_changed_anywhere_is_rejected() {
    let example = example();
    let witness = example.witness().expect("a witness");
    assert!(example.accepts(std::slice::from_ref(&witness)));
    for step in 0..200 {
        let place = step * (witness.len() - 1) / 199;
        let mut tampered = witness.clone();
        tampered[place] ^= 1 << (step % 8);
        assert!(!example.accepts(&[tampered]), "byte {place} of {}", witness.len());
    }
    for length in [0, 8, 500, witness.len() - 1] {
        assert!(!example.accepts(&[witness[..length].to_vec()]), "cut to {length} bytes");
    }
}

#[test]
fn each_way_of_cheating_is_rejected() {
    assert!(accepted_after(|_| ()));
    assert!(!accepted_after(|payment| payment.outputs[0].0 += 1), "an output is made from nothing");
    assert!(!accepted_after(|payment| payment.fee -= 1), "the fee does not balance");
    assert!(!accepted_after(|payment| payment.outputs[1].0 = u64::MAX), "an output is negative");
    assert!(!accepted_after(|payment| payment.notes[0].key += Scalar::ONE), "somebody else spends");
    assert!(!accepted_after(|payment| payment.notes[1].amount += 5), "a note is worth more than it was");
    assert!(!accepted_after(|payment| payment.notes[1].path.index ^= 4), "a note is elsewhere");
    let twice = |payment: &mut Payment| {
        let [first, second] = &mut payment.notes;
        second.path = first.path.clone();
        (second.key, second.blinding, second.amount) = (first.key, first.blinding, first.amount);
        payment.outputs[0].0 -= 1;
    };
    assert!(!accepted_after(twice), "a note is spent twice in one payment");
}

#[test]
fn a_nullifier_is_that_of_the_note_however_the_payment_is_made() {
    const NULLIFIER: std::ops::Range<usize> = 73 + 64..73 + 96;
    let (example, witnesses) = Example::batch(2).expect("two payments of the same notes");
    assert!(example.accepts(&witnesses));
    assert_ne!(witnesses[0], witnesses[1]);
    assert_eq!(witnesses[0][NULLIFIER], witnesses[1][NULLIFIER], "so the second spending is found");
    let other = Example::new(2, 1).expect("another payment").witness().expect("its witness");
    assert_ne!(witnesses[0][NULLIFIER], other[NULLIFIER]);
    assert!(!example.accepts(&[witnesses[0].clone(), other]), "one that is wrong spoils a batch");
}
