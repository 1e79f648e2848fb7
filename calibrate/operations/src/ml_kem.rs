//! ML-KEM key encapsulation, at the three security levels.
//!
//! A tampered ciphertext is not refused: by design it gives another secret, so that the two sides cannot talk.
//!
//! Citation: FIPS 203. Left out: unpacking of keys ahead of time, and the cipher that uses the secret.

use calibrate::{Description, Operation, instance};
use libcrux_ml_kem::{MlKemCiphertext, MlKemKeyPair, MlKemSharedSecret, mlkem512, mlkem768, mlkem1024};

use crate::inputs::{bytes, counted, only};

/// One security level of the standard: the library's functions, by the sizes of its types.
#[derive(Clone, Copy)]
pub struct Level<const PRIVATE: usize, const PUBLIC: usize, const CIPHERTEXT: usize> {
    /// Family of its operations.
    pub name: &'static str,
    /// Whether the layered proof system (S1) uses it.
    quick: bool,
    generate: fn([u8; 64]) -> MlKemKeyPair<PRIVATE, PUBLIC>,
    /// A ciphertext for a public key with the secret that is in it, another one for each number.
    pub encapsulate: fn(&MlKemKeyPair<PRIVATE, PUBLIC>, u64) -> (MlKemCiphertext<CIPHERTEXT>, MlKemSharedSecret),
    /// The secret that a ciphertext gives to the owner of the private key.
    pub decapsulate: fn(&MlKemKeyPair<PRIVATE, PUBLIC>, &MlKemCiphertext<CIPHERTEXT>) -> MlKemSharedSecret,
}

macro_rules! level {
    ($name:literal, $module:ident, $quick:literal) => {
        Level {
            name: $name,
            quick: $quick,
            generate: $module::generate_key_pair,
            encapsulate: |keys, number| $module::encapsulate(keys.public_key(), counted(number)),
            decapsulate: |keys, ciphertext| $module::decapsulate(keys.private_key(), ciphertext),
        }
    };
}

/// The level of 128 bits of security.
pub const LEVEL_512: Level<1632, 800, 768> = level!("ml_kem_512", mlkem512, false);
/// The level of 192 bits of security.
pub const LEVEL_768: Level<2400, 1184, 1088> = level!("ml_kem_768", mlkem768, true);
/// The level of 256 bits of security.
pub const LEVEL_1024: Level<3168, 1568, 1568> = level!("ml_kem_1024", mlkem1024, false);

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    [LEVEL_512.operations(), LEVEL_768.operations(), LEVEL_1024.operations()].into_iter().flatten().collect()
}

impl<const PRIVATE: usize, const PUBLIC: usize, const CIPHERTEXT: usize> Level<PRIVATE, PUBLIC, CIPHERTEXT> {
    fn operations(self) -> [Operation; 3] {
        [self.generating(), self.encapsulating(), self.decapsulating()]
    }

    fn generating(self) -> Operation {
        let description = self.description("keygen", "makes another key pair each time", "keys");
        Operation::new(Description { quick: false, ..description }, &[1], move |size| {
            only(size, 1)?;
            let act = move |run: &mut u64| {
                *run += 1;
                (self.generate)(bytes("ml-kem key", *run))
            };
            let check = move |_: &u64, keys: &_| {
                let (ciphertext, secret) = (self.encapsulate)(keys, 1);
                (self.decapsulate)(keys, &ciphertext) == secret
            };
            Ok(instance(0, act, check, |_| Some((PRIVATE + PUBLIC) as u64)))
        })
    }

    fn encapsulating(self) -> Operation {
        let statement = "encapsulates a fresh secret of 32 bytes for one public key";
        Operation::new(self.description("encapsulate", statement, "ciphertexts"), &[1], move |size| {
            only(size, 1)?;
            let act = move |(keys, run): &mut (MlKemKeyPair<PRIVATE, PUBLIC>, u64)| {
                *run += 1;
                (self.encapsulate)(keys, *run)
            };
            let check = move |(keys, _): &(_, u64), (ciphertext, secret): &(_, MlKemSharedSecret)| {
                (self.decapsulate)(keys, ciphertext) == *secret
            };
            Ok(instance((self.keys(), 0), act, check, |_| Some(CIPHERTEXT as u64)))
        })
    }

    fn decapsulating(self) -> Operation {
        let statement = "decapsulates the secret of one ciphertext";
        Operation::new(self.description("decapsulate", statement, "ciphertexts"), &[1], move |size| {
            only(size, 1)?;
            let keys = self.keys();
            let (ciphertext, secret) = (self.encapsulate)(&keys, 1);
            let act = move |(keys, ciphertext, _): &mut (_, _, MlKemSharedSecret)| (self.decapsulate)(keys, ciphertext);
            let check = |(_, _, secret): &(_, _, MlKemSharedSecret), found: &MlKemSharedSecret| found == secret;
            Ok(instance((keys, ciphertext, secret), act, check, |secret| Some(secret.len() as u64)))
        })
    }

    fn description(self, verb: &str, statement: &str, size_unit: &str) -> Description {
        Description {
            name: format!("{}.{verb}", self.name),
            statement: statement.into(),
            lower_bound: None,
            library: env!("LIBRARY_LIBCRUX_ML_KEM").into(),
            size_unit: size_unit.into(),
            suite: "post-quantum".into(),
            quick: self.quick,
            scaling: None,
            claimed: None,
        }
    }

    /// The key pair of all acts but `keygen`.
    pub fn keys(self) -> MlKemKeyPair<PRIVATE, PUBLIC> {
        (self.generate)(bytes("ml-kem key", 0))
    }
}
