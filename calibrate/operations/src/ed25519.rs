//! Ed25519 signatures over messages of 128 bytes.
//!
//! Citation: RFC 8032. Left out: batches, and decoding of the public key, which a node keeps decoded.

use calibrate::{Claimed, Description, Operation, OperationError, instance};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};

use crate::inputs::{bytes, only};

const MESSAGE_BYTES: usize = 128;

pub(crate) fn operations() -> Vec<Operation> {
    vec![signing(), verifying()]
}

fn signing() -> Operation {
    let statement = format!("signs a message of {MESSAGE_BYTES} bytes");
    Operation::new(description("sign", statement, 17.3e-6), &[1], |size| {
        only(size, 1)?;
        let act = |(key, message): &mut (SigningKey, [u8; MESSAGE_BYTES])| key.sign(message.as_slice());
        let check = |(key, message): &(SigningKey, _), signature: &_| verify(&key.verifying_key(), message, signature);
        Ok(instance(input(), act, check, |_| Some(Signature::BYTE_SIZE as u64)))
    })
}

fn verifying() -> Operation {
    let statement =
        format!("verifies one signature over a message of {MESSAGE_BYTES} bytes, with a decoded public key");
    Operation::new(description("verify", statement, 33.66e-6), &[1], |size| {
        only(size, 1)?;
        let (key, message) = input();
        let signature = key.try_sign(&message).map_err(OperationError::new)?;
        let input = (key.verifying_key(), message, signature);
        let act = |(key, message, signature): &mut (VerifyingKey, _, _)| verify(key, message, signature);
        Ok(instance(input, act, |_, accepted| *accepted, |_| None))
    })
}

fn description(verb: &str, statement: String, seconds: f64) -> Description {
    Description {
        name: format!("ed25519.{verb}"),
        statement,
        lower_bound: None,
        library: env!("LIBRARY_ED25519_DALEK").into(),
        size_unit: "signatures".into(),
        claimed: Some(Claimed { size: 1, seconds, source: "S3: 128 bytes, i5-8257U".into() }),
    }
}

fn input() -> (SigningKey, [u8; MESSAGE_BYTES]) {
    (SigningKey::from_bytes(&bytes("ed25519 key", 0)), bytes("ed25519 message", 0))
}

fn verify(key: &VerifyingKey, message: &[u8; MESSAGE_BYTES], signature: &Signature) -> bool {
    key.verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tampered_message_or_signature_is_rejected() {
        let (key, message) = input();
        let signature = key.sign(&message);
        assert!(verify(&key.verifying_key(), &message, &signature));
        for place in [0, 31, 32, 63] {
            let mut tampered = signature.to_bytes();
            tampered[place] ^= 1;
            assert!(!verify(&key.verifying_key(), &message, &Signature::from_bytes(&tampered)), "byte {place}");
        }
        let mut other = message;
        other[127] ^= 0x80;
        assert!(!verify(&key.verifying_key(), &other, &signature));
    }
}
