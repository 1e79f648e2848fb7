//! ML-KEM-768 key encapsulation.
//!
//! A tampered ciphertext is not refused: by design it gives another secret, so that the two sides cannot talk.
//!
//! Citation: FIPS 203. Left out: unpacking of keys ahead of time, and the cipher that uses the secret.

use calibrate::{Description, Operation, instance};
use libcrux_ml_kem::MlKemSharedSecret;
use libcrux_ml_kem::mlkem768::{self, MlKem768Ciphertext, MlKem768KeyPair};

use crate::inputs::{bytes, counted, only};

pub(crate) fn operations() -> Vec<Operation> {
    vec![encapsulating(), decapsulating()]
}

fn encapsulating() -> Operation {
    let statement = "encapsulates a fresh secret of 32 bytes for one public key";
    Operation::new(description("encapsulate", statement), &[1], |size| {
        only(size, 1)?;
        let act = |(keys, run): &mut (MlKem768KeyPair, u64)| {
            *run += 1;
            encapsulate(keys, *run)
        };
        let check =
            |(keys, _): &(MlKem768KeyPair, u64), (ciphertext, secret): &_| decapsulate(keys, ciphertext) == *secret;
        Ok(instance((keys(), 0), act, check, |_| Some(size_of::<MlKem768Ciphertext>() as u64)))
    })
}

fn decapsulating() -> Operation {
    let statement = "decapsulates the secret of one ciphertext";
    Operation::new(description("decapsulate", statement), &[1], |size| {
        only(size, 1)?;
        let keys = keys();
        let (ciphertext, secret) = encapsulate(&keys, 1);
        let act = |(keys, ciphertext, _): &mut (_, _, MlKemSharedSecret)| decapsulate(keys, ciphertext);
        let check = |(_, _, secret): &(_, _, MlKemSharedSecret), found: &MlKemSharedSecret| found == secret;
        Ok(instance((keys, ciphertext, secret), act, check, |secret| Some(secret.len() as u64)))
    })
}

fn description(verb: &str, statement: &str) -> Description {
    Description {
        name: format!("ml_kem_768.{verb}"),
        statement: statement.into(),
        lower_bound: None,
        library: env!("LIBRARY_LIBCRUX_ML_KEM").into(),
        size_unit: "ciphertexts".into(),
        claimed: None,
    }
}

fn keys() -> MlKem768KeyPair {
    mlkem768::generate_key_pair(bytes("ml-kem key", 0))
}

fn encapsulate(keys: &MlKem768KeyPair, number: u64) -> (MlKem768Ciphertext, MlKemSharedSecret) {
    mlkem768::encapsulate(keys.public_key(), counted(number))
}

fn decapsulate(keys: &MlKem768KeyPair, ciphertext: &MlKem768Ciphertext) -> MlKemSharedSecret {
    mlkem768::decapsulate(keys.private_key(), ciphertext)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tampered_ciphertext_gives_another_secret() {
        let keys = keys();
        let (ciphertext, secret) = encapsulate(&keys, 1);
        assert_eq!(decapsulate(&keys, &ciphertext), secret);
        for place in [0, 500, 1087] {
            let mut tampered = *ciphertext.as_slice();
            tampered[place] ^= 1;
            assert_ne!(decapsulate(&keys, &tampered.into()), secret, "byte {place}");
        }
    }
}
