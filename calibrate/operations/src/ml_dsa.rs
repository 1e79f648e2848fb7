//! ML-DSA-65 signatures over messages of 128 bytes.
//!
//! Signing draws until a candidate is short enough, so its time varies from message to message: every run signs another one.
//!
//! Citation: FIPS 204. Left out: expansion of the public key ahead of time, which the library does not offer.

use calibrate::{Claimed, Description, Operation, OperationError, instance};
use libcrux_ml_dsa::ml_dsa_65::{self, MLDSA65KeyPair, MLDSA65Signature, MLDSA65VerificationKey};

use crate::inputs::{bytes, counted, only};

const MESSAGE_BYTES: usize = 128;
const CONTEXT: &[u8] = b"";

pub(crate) fn operations() -> Vec<Operation> {
    vec![signing(), verifying()]
}

fn signing() -> Operation {
    let statement = format!("signs another message of {MESSAGE_BYTES} bytes each time, hedged");
    Operation::new(description("sign", statement, None), &[1], |size| {
        only(size, 1)?;
        let act = |(keys, run): &mut (MLDSA65KeyPair, u64)| {
            *run += 1;
            sign(keys, *run)
        };
        let check = |(keys, run): &(MLDSA65KeyPair, u64), signature: &Option<MLDSA65Signature>| {
            signature.as_ref().is_some_and(|signature| verify(&keys.verification_key, &message(*run), signature))
        };
        Ok(instance((keys(), 0), act, check, |_| Some(MLDSA65Signature::len() as u64)))
    })
}

fn verifying() -> Operation {
    let statement = format!("verifies one signature over a message of {MESSAGE_BYTES} bytes");
    let claimed = Claimed { size: 1, seconds: 5e-3, source: "S1: per transaction, in a validator".into() };
    Operation::new(description("verify", statement, Some(claimed)), &[1], |size| {
        only(size, 1)?;
        let keys = keys();
        let signature = sign(&keys, 1).ok_or_else(|| OperationError::new("signing failed"))?;
        let act = |(key, message, signature): &mut (MLDSA65VerificationKey, _, _)| verify(key, message, signature);
        Ok(instance((keys.verification_key, message(1), signature), act, |_, accepted| *accepted, |_| None))
    })
}

fn description(verb: &str, statement: String, claimed: Option<Claimed>) -> Description {
    Description {
        name: format!("ml_dsa_65.{verb}"),
        statement,
        lower_bound: None,
        library: env!("LIBRARY_LIBCRUX_ML_DSA").into(),
        size_unit: "signatures".into(),
        claimed,
    }
}

fn keys() -> MLDSA65KeyPair {
    ml_dsa_65::generate_key_pair(bytes("ml-dsa key", 0))
}

fn message(number: u64) -> [u8; MESSAGE_BYTES] {
    counted(number)
}

/// Signs one message; nothing if no candidate was short enough, which the standard allows with negligible probability.
fn sign(keys: &MLDSA65KeyPair, number: u64) -> Option<MLDSA65Signature> {
    ml_dsa_65::sign(&keys.signing_key, &message(number), CONTEXT, counted(number)).ok()
}

fn verify(key: &MLDSA65VerificationKey, message: &[u8; MESSAGE_BYTES], signature: &MLDSA65Signature) -> bool {
    ml_dsa_65::verify(key, message, CONTEXT, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tampered_message_or_signature_is_rejected() {
        let keys = keys();
        let signature = sign(&keys, 1).expect("it is signed");
        assert!(verify(&keys.verification_key, &message(1), &signature));
        for place in [0, 100, 1500, MLDSA65Signature::len() - 1] {
            let mut tampered = signature.clone();
            tampered.as_mut_slice()[place] ^= 1;
            assert!(!verify(&keys.verification_key, &message(1), &tampered), "byte {place}");
        }
        assert!(!verify(&keys.verification_key, &message(2), &signature));
    }
}
