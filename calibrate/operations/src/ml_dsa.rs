//! ML-DSA signatures over messages of 128 bytes, at the three security levels.
//!
//! Signing draws until a candidate is short enough, so its time varies from message to message: every run signs another one.
//!
//! Citation: FIPS 204. Left out: expansion of the public key ahead of time, which the library does not offer.

use calibrate::{Claimed, Description, Operation, OperationError, Scaling, instance};
use libcrux_ml_dsa::{ml_dsa_44, ml_dsa_65, ml_dsa_87};
use rayon::ThreadPool;

use crate::inputs::{bytes, counted, only};
use crate::threads;

const MESSAGE_BYTES: usize = 128;
const CONTEXT: &[u8] = b"";
const SIGNATURES_PER_THREAD: u64 = 256;

/// Signatures with the numbers of their messages.
type Numbered<L> = Vec<(u64, <L as Level>::Signature)>;

/// One security level of the standard.
pub trait Level: 'static {
    /// Family of its operations.
    const NAME: &'static str;
    /// Whether the layered proof system (S1) uses it.
    const QUICK: bool;
    /// Verification key and signing key.
    type Keys;
    /// The bytes of a signature.
    type Signature: Sync;

    /// Makes a key pair from a seed.
    fn generate(seed: [u8; 32]) -> Self::Keys;
    /// Signs one message; nothing if no candidate was short enough, which the standard allows with negligible probability.
    fn sign(keys: &Self::Keys, number: u64) -> Option<Self::Signature>;
    /// Whether a signature is that of the message with this number.
    fn verify(keys: &Self::Keys, number: u64, signature: &Self::Signature) -> bool;
    /// Verification key and signing key together \[bytes\].
    fn key_bytes() -> usize;
    /// The bytes of a signature, to be read or tampered with.
    fn signature_bytes(signature: &mut Self::Signature) -> &mut [u8];
}

macro_rules! level {
    ($level:ident, $module:ident, $keys:ident, $signature:ident, $quick:literal) => {
        #[doc = concat!("The level of `", stringify!($module), "`.")]
        pub struct $level;

        impl Level for $level {
            const NAME: &'static str = stringify!($module);
            const QUICK: bool = $quick;
            type Keys = $module::$keys;
            type Signature = $module::$signature;

            fn generate(seed: [u8; 32]) -> Self::Keys {
                $module::generate_key_pair(seed)
            }

            fn sign(keys: &Self::Keys, number: u64) -> Option<Self::Signature> {
                $module::sign(&keys.signing_key, &message(number), CONTEXT, counted(number)).ok()
            }

            fn verify(keys: &Self::Keys, number: u64, signature: &Self::Signature) -> bool {
                $module::verify(&keys.verification_key, &message(number), CONTEXT, signature).is_ok()
            }

            fn key_bytes() -> usize {
                size_of::<Self::Keys>()
            }

            fn signature_bytes(signature: &mut Self::Signature) -> &mut [u8] {
                signature.as_mut_slice()
            }
        }
    };
}

level!(Level44, ml_dsa_44, MLDSA44KeyPair, MLDSA44Signature, false);
level!(Level65, ml_dsa_65, MLDSA65KeyPair, MLDSA65Signature, true);
level!(Level87, ml_dsa_87, MLDSA87KeyPair, MLDSA87Signature, false);

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    let mut operations = of_level::<Level44>();
    operations.extend(of_level::<Level65>());
    operations.push(verifying_parallel::<Level65>());
    operations.extend(of_level::<Level87>());
    operations
}

fn of_level<L: Level>() -> Vec<Operation> {
    vec![generating::<L>(), signing::<L>(), verifying::<L>()]
}

fn generating<L: Level>() -> Operation {
    let description = description::<L>("keygen", "makes another key pair each time".into(), "keys");
    Operation::new(Description { quick: false, ..description }, &[1], |size| {
        only(size, 1)?;
        let act = |run: &mut u64| {
            *run += 1;
            L::generate(bytes("ml-dsa key", *run))
        };
        let check = |_: &u64, keys: &L::Keys| signs_and_verifies::<L>(keys);
        Ok(instance(0, act, check, |_| Some(L::key_bytes() as u64)))
    })
}

fn signing<L: Level>() -> Operation {
    let statement = format!("signs another message of {MESSAGE_BYTES} bytes each time, hedged");
    Operation::new(description::<L>("sign", statement, "signatures"), &[1], |size| {
        only(size, 1)?;
        let act = |(keys, run): &mut (L::Keys, u64)| {
            *run += 1;
            L::sign(keys, *run)
        };
        let check = |(keys, run): &(L::Keys, u64), signature: &Option<L::Signature>| {
            signature.as_ref().is_some_and(|signature| L::verify(keys, *run, signature))
        };
        Ok(instance((keys::<L>(), 0), act, check, |_| Some(size_of::<L::Signature>() as u64)))
    })
}

fn verifying<L: Level>() -> Operation {
    let statement = format!("verifies one signature over a message of {MESSAGE_BYTES} bytes");
    let mut description = description::<L>("verify", statement, "signatures");
    if L::QUICK {
        let source = "S1: per transaction, in a validator".into();
        description.claimed = Some(Claimed { size: 1, seconds: 5e-3, source });
    }
    Operation::new(description, &[1], |size| {
        only(size, 1)?;
        let keys = keys::<L>();
        let signature = signed::<L>(&keys, 1)?;
        let act = |(keys, signature): &mut (L::Keys, L::Signature)| L::verify(keys, 1, signature);
        Ok(instance((keys, signature), act, |_, accepted| *accepted, |_| None))
    })
}

fn verifying_parallel<L: Level<Keys: Sync>>() -> Operation {
    let statement = format!(
        "verifies {SIGNATURES_PER_THREAD} signatures over messages of {MESSAGE_BYTES} bytes for each of n threads, one by \
         one; the threads take them in chunks of {}",
        threads::CHUNK
    );
    let description = description::<L>("verify_parallel", statement, "threads");
    let description = Description { quick: false, scaling: Some(Scaling::WorkPerThread), ..description };
    Operation::new(description, &threads::counts(), |size| {
        let (pool, keys) = (threads::pool(size)?, keys::<L>());
        let numbers = 0..size * SIGNATURES_PER_THREAD;
        let signatures = numbers.map(|number| Ok((number, signed::<L>(&keys, number)?)));
        let signatures = signatures.collect::<Result<Vec<_>, OperationError>>()?;
        let act = |(pool, keys, signatures): &mut (ThreadPool, L::Keys, Numbered<L>)| {
            let keys: &L::Keys = keys;
            let accepted = threads::map(pool, signatures, |(number, signature)| L::verify(keys, *number, signature));
            accepted.into_iter().all(|accepted| accepted)
        };
        Ok(instance((pool, keys, signatures), act, |_, accepted| *accepted, |_| None))
    })
}

fn description<L: Level>(verb: &str, statement: String, size_unit: &str) -> Description {
    Description {
        name: format!("{}.{verb}", L::NAME),
        statement,
        lower_bound: None,
        library: env!("LIBRARY_LIBCRUX_ML_DSA").into(),
        size_unit: size_unit.into(),
        suite: "post-quantum".into(),
        quick: L::QUICK,
        scaling: None,
        claimed: None,
    }
}

/// The key pair of all acts but `keygen`.
pub fn keys<L: Level>() -> L::Keys {
    L::generate(bytes("ml-dsa key", 0))
}

fn message(number: u64) -> [u8; MESSAGE_BYTES] {
    counted(number)
}

/// The signature of the message with a number.
///
/// # Errors
/// No candidate was short enough.
pub fn signed<L: Level>(keys: &L::Keys, number: u64) -> Result<L::Signature, OperationError> {
    L::sign(keys, number).ok_or_else(|| OperationError::new("signing failed"))
}

fn signs_and_verifies<L: Level>(keys: &L::Keys) -> bool {
    L::sign(keys, 1).is_some_and(|signature| L::verify(keys, 1, &signature))
}
