//! Ed25519 signatures over messages of 128 and 1,024 bytes: one by one, in batches, and over threads.
//!
//! Citations: RFC 8032; Bernstein, Duif, Lange, Schwabe, Yang, *High-speed high-security signatures*, 2012 (batches). Left out:
//! decoding of the public key, which a node keeps decoded.

use calibrate::{Claimed, Description, Operation, OperationError, Scaling, instance};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use rayon::ThreadPool;

use crate::inputs::bytes;
use crate::threads;

/// Messages of single acts \[bytes\].
pub const MESSAGES: [u64; 2] = [128, 1024];
/// Messages of batches and of threads \[bytes\].
const SHORT: usize = 128;
const BATCHES: [u64; 5] = [8, 16, 32, 64, 128];
const MESSAGES_PER_THREAD: u64 = 1000;

/// A message with what a verifier needs.
#[derive(Clone)]
pub struct Signed {
    /// Whose signature it should be.
    pub key: VerifyingKey,
    /// What was signed.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: Signature,
}

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    vec![signing(), verifying(), verifying_batch(), signing_parallel(), verifying_parallel()]
}

fn signing() -> Operation {
    let claim = (128, 17.3e-6, "S3: 128 bytes, i5-8257U");
    let description = Description { quick: true, ..description("sign", "signs a message of n bytes", "bytes", claim) };
    Operation::new(description, &MESSAGES, |size| {
        let act = |(key, message): &mut (SigningKey, Vec<u8>)| key.sign(message);
        let check =
            |(key, message): &(SigningKey, Vec<u8>), signature: &_| verify(&key.verifying_key(), message, signature);
        Ok(instance((key(0), message(size, 0)?), act, check, |_| Some(Signature::BYTE_SIZE as u64)))
    })
}

fn verifying() -> Operation {
    let statement = "verifies one signature over a message of n bytes, with a decoded public key";
    let description = description("verify", statement, "bytes", (128, 33.66e-6, "S3: 128 bytes, i5-8257U"));
    Operation::new(Description { quick: true, ..description }, &MESSAGES, |size| {
        Ok(instance(Signed::new(size, 0)?, |signed| signed.is_right(), |_, accepted| *accepted, |_| None))
    })
}

fn verifying_batch() -> Operation {
    let statement =
        format!("verifies n signatures together, each by another key over another message of {SHORT} bytes");
    let claim = (32, 636.0e-6, "S3: batch of 32, i5-8257U");
    Operation::new(description("verify_batch", &statement, "signatures", claim), &BATCHES, |size| {
        if !(1..=1024).contains(&size) {
            return Err(OperationError::new(format!("a batch has 1 to 1024 signatures, not {size}")));
        }
        let act = |batch: &mut Vec<Signed>| verify_batch(batch);
        Ok(instance(signed_messages(size)?, act, |_, accepted| *accepted, |_| None))
    })
}

fn signing_parallel() -> Operation {
    let statement = format!(
        "signs {MESSAGES_PER_THREAD} messages of {SHORT} bytes for each of n threads, which take them in chunks of {}",
        threads::CHUNK
    );
    let claim = (4, 4000.0 / 199e3, "S3: 4 threads, 199,000 signatures a second");
    let description = description("sign_parallel", &statement, "threads", claim);
    Operation::new(scaling(description), &threads::counts(), |size| {
        let pool = threads::pool(size)?;
        let messages = (0..size * MESSAGES_PER_THREAD).map(|number| message(SHORT as u64, number));
        let input = (pool, key(0), messages.collect::<Result<Vec<_>, _>>()?);
        let act = |(pool, key, messages): &mut (ThreadPool, SigningKey, Vec<Vec<u8>>)| {
            let key: &SigningKey = key;
            threads::map(pool, messages, |message| key.sign(message))
        };
        let check = |(_, key, messages): &(_, SigningKey, Vec<Vec<u8>>), signatures: &Vec<Signature>| {
            let key = key.verifying_key();
            signatures.len() == messages.len()
                && messages.iter().zip(signatures).all(|(message, signature)| verify(&key, message, signature))
        };
        Ok(instance(input, act, check, |signatures| Some((signatures.len() * Signature::BYTE_SIZE) as u64)))
    })
}

fn verifying_parallel() -> Operation {
    let statement = format!(
        "verifies {MESSAGES_PER_THREAD} signatures over messages of {SHORT} bytes for each of n threads, one by one; the \
         threads take them in chunks of {}",
        threads::CHUNK
    );
    let claim = (4, 4000.0 / 87.2e3, "S3: 4 threads, 87,200 verifications a second");
    let description = description("verify_parallel", &statement, "threads", claim);
    Operation::new(scaling(description), &threads::counts(), |size| {
        let input = (threads::pool(size)?, signed_messages(size * MESSAGES_PER_THREAD)?);
        let act = |(pool, signed): &mut (ThreadPool, Vec<Signed>)| verify_parallel(pool, signed);
        Ok(instance(input, act, |_, accepted| *accepted, |_| None))
    })
}

fn description(verb: &str, statement: &str, size_unit: &str, claim: (u64, f64, &str)) -> Description {
    let (size, seconds, source) = claim;
    Description {
        name: format!("ed25519.{verb}"),
        statement: statement.into(),
        lower_bound: None,
        library: env!("LIBRARY_ED25519_DALEK").into(),
        size_unit: size_unit.into(),
        suite: "keys".into(),
        quick: false,
        scaling: None,
        claimed: Some(Claimed { size, seconds, source: source.into() }),
    }
}

fn scaling(description: Description) -> Description {
    Description { scaling: Some(Scaling::WorkPerThread), ..description }
}

fn key(number: u64) -> SigningKey {
    SigningKey::from_bytes(&bytes("ed25519 key", number))
}

/// A message of a length that is not zero and not absurd.
fn message(length: u64, number: u64) -> Result<Vec<u8>, OperationError> {
    if !(1..=1 << 20).contains(&length) {
        return Err(OperationError::new(format!("a message has 1 to 1048576 bytes, not {length}")));
    }
    Ok(bytes::<SHORT>("ed25519 message", number).into_iter().cycle().take(length as usize).collect())
}

/// So many messages, each with the signature of another key.
///
/// # Errors
/// A message cannot be signed.
pub fn signed_messages(count: u64) -> Result<Vec<Signed>, OperationError> {
    (0..count).map(|number| Signed::new(SHORT as u64, number)).collect()
}

impl Signed {
    /// A message of a length, and its signature by the key with the same number.
    ///
    /// # Errors
    /// The length is zero or absurd, or the message cannot be signed.
    pub fn new(length: u64, number: u64) -> Result<Self, OperationError> {
        let (key, message) = (key(number), message(length, number)?);
        let signature = key.try_sign(&message).map_err(OperationError::new)?;
        Ok(Self { key: key.verifying_key(), message, signature })
    }

    /// Whether the signature is that of the key on the message.
    pub fn is_right(&self) -> bool {
        verify(&self.key, &self.message, &self.signature)
    }
}

fn verify(key: &VerifyingKey, message: &[u8], signature: &Signature) -> bool {
    key.verify(message, signature).is_ok()
}

/// Whether all signatures are right, by one equation.
pub fn verify_batch(batch: &[Signed]) -> bool {
    let messages: Vec<&[u8]> = batch.iter().map(|signed| signed.message.as_slice()).collect();
    let signatures: Vec<Signature> = batch.iter().map(|signed| signed.signature).collect();
    let keys: Vec<VerifyingKey> = batch.iter().map(|signed| signed.key).collect();
    ed25519_dalek::verify_batch(&messages, &signatures, &keys).is_ok()
}

/// Whether all signatures are right, each by itself, on the threads of a pool.
pub fn verify_parallel(pool: &ThreadPool, signed: &[Signed]) -> bool {
    threads::map(pool, signed, Signed::is_right).into_iter().all(|right| right)
}
