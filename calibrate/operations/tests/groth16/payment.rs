//! The circuit of a payment.

use super::holds;
use ark_bn254::Fr;
use operations::groth16::payment::Payment;
use operations::groth16::signature::SigningKey;

#[test]
fn a_payment_within_the_limits_holds() {
    let right = Payment::example();
    for (amount, signed_at) in [(2_000, 1_750_000_000), (u64::MAX, 1_749_999_900), (2_500, 1_750_000_200)] {
        let payment = Payment::signed(&SigningKey::example(0), right.recipient, amount, signed_at);
        assert!(holds(&payment), "{amount} at {signed_at}");
    }
}

#[test]
fn too_small_too_old_or_from_the_future_is_refused_although_signed() {
    let right = Payment::example();
    for (amount, signed_at) in [(1_999, 1_750_000_000), (2_500, 1_749_999_899), (2_500, 1_750_000_201)] {
        let payment = Payment::signed(&SigningKey::example(0), right.recipient, amount, signed_at);
        assert!(!holds(&payment), "{amount} at {signed_at}");
    }
}

#[test]
fn the_signature_is_the_payers_and_on_this_payment() {
    let right = Payment::example();
    assert!(holds(&right.clone()));
    let other_key = SigningKey::example(1);
    assert!(!holds(&Payment { payer: other_key.public, ..right.clone() }), "signed by another key");
    let forged = Payment::signed(&other_key, right.recipient, right.amount, right.signed_at);
    assert!(!holds(&Payment { payer: right.payer, ..forged }), "signed by another key");
    assert!(!holds(&Payment { recipient: right.recipient + Fr::from(1), ..right.clone() }), "another recipient");
    assert!(!holds(&Payment { amount: right.amount + 1, ..right.clone() }), "another amount");
    assert!(!holds(&Payment { signed_at: right.signed_at + 1, ..right }), "another time");
}
