//! Commitment proofs for inference jobs: a Halo2 proof that binds job id, model, input and output (system S4).
//!
//! The proof system is halo2's: PLONKish with the inner-product argument over the Pasta curves, no trusted setup. What is
//! proven is in [`circuit`].
//!
//! Citation: Bowe, Grigg, Hopwood, *Recursive Proof Composition without a Trusted Setup*, 2019. Left out: that the model, run on
//! the input, gave the output; a proof of that is another and far larger circuit.

pub mod circuit;

use calibrate::{Claimed, Description, Operation, OperationError, instance};
use getrandom::SysRng;
use halo2_proofs::plonk::{ProvingKey, SingleVerifier, create_proof, keygen_pk, keygen_vk, verify_proof};
use halo2_proofs::poly::commitment::Params;
use halo2_proofs::transcript::{Blake2bRead, Blake2bWrite, Challenge255};
use pasta_curves::{EqAffine, Fp};
use rand_core::UnwrapErr;

use self::circuit::{Binding, HASHES, Hashes, LOG_ROWS, bind};
use crate::cache::{self, ProofCache};
use crate::inputs::{bytes, only};

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    vec![generating_keys(), loading_keys(), witnessing(), proving(), verifying(), hitting_the_cache()]
}

fn generating_keys() -> Operation {
    let statement = format!("makes verifying and proving key of a circuit of 2^{LOG_ROWS} rows from given parameters");
    Operation::new(description("keygen", &statement, None), &[1], |size| {
        only(size, 1)?;
        let act = |params: &mut Params<EqAffine>| proving_key(params);
        let check = |params: &Params<EqAffine>, key: &Option<ProvingKey<EqAffine>>| {
            key.as_ref().is_some_and(|key| proves_and_verifies(params, key))
        };
        Ok(instance(Params::new(LOG_ROWS), act, check, |_| None))
    })
}

fn loading_keys() -> Operation {
    let statement =
        "reads the parameters from their bytes and makes both keys anew, because halo2_proofs cannot store keys";
    let claim = (0.050, "S4: key load < 50 ms");
    Operation::new(description("key_load", statement, Some(claim)), &[1], |size| {
        only(size, 1)?;
        let stored = parameters()?;
        let act = |stored: &mut Vec<u8>| Keys::read(stored);
        let check = |_: &_, keys: &Option<Keys>| {
            keys.as_ref().is_some_and(|keys| proves_and_verifies(&keys.params, &keys.proving))
        };
        Ok(instance(stored, act, check, |_| None))
    })
}

fn witnessing() -> Operation {
    let statement = "splits the four hashes of a job into field elements and computes their public digest";
    let claim = (0.005, "S4: witness < 5 ms");
    Operation::new(description("witness", statement, Some(claim)), &[1], |size| {
        only(size, 1)?;
        let act = |hashes: &mut Hashes| bind(hashes);
        // The circuit itself is the check: it computes the digest by other code.
        let check = |_: &_, (binding, digest): &(Binding, Fp)| {
            Keys::new()
                .is_some_and(|keys| keys.prove(*binding, *digest).is_some_and(|proof| keys.verify(&proof, *digest)))
        };
        Ok(instance(job(0), act, check, |_| None))
    })
}

fn proving() -> Operation {
    let statement = format!(
        "proves that the digest is the Poseidon hash of the {HASHES} hashes of 32 bytes of a job (2^{LOG_ROWS} rows)"
    );
    let claim = (0.050, "S4: prove, p50 < 50 ms");
    Operation::new(description("prove", &statement, Some(claim)), &[1], |size| {
        only(size, 1)?;
        let (keys, (binding, digest)) = (keys()?, bind(&job(0)));
        let act = move |keys: &mut Keys| keys.prove(binding, digest);
        let check =
            move |keys: &Keys, proof: &Option<Vec<u8>>| proof.as_ref().is_some_and(|proof| keys.verify(proof, digest));
        let bytes = |proof: &Option<Vec<u8>>| proof.as_ref().map(|proof| proof.len() as u64);
        Ok(instance(keys, act, check, bytes))
    })
}

fn verifying() -> Operation {
    let claim = (0.005, "S4: verify, p50 < 5 ms");
    let statement = "verifies, from its bytes, a proof made by commitment.prove for a given digest";
    Operation::new(description("verify", statement, Some(claim)), &[1], |size| {
        only(size, 1)?;
        let (keys, proof, digest) = proven_job()?;
        let act = move |(keys, proof): &mut (Keys, Vec<u8>)| keys.verify(proof, digest);
        Ok(instance((keys, proof), act, |_, accepted| *accepted, |_| None))
    })
}

fn hitting_the_cache() -> Operation {
    let statement = "finds the proof of a job, by the BLAKE3 hash of its four hashes, in a full LRU cache of n proofs and copies \
                     it; one real proof is stored n times, for jobs that are asked for in turn";
    let claim = (1e-4, "S4: 10,000 a second on cache hits");
    let mut description = description("cache_hit", statement, Some(claim));
    description.library = env!("LIBRARY_LRU").into();
    description.size_unit = "entries".into();
    description.claimed = description.claimed.map(|claim| Claimed { size: cache::ENTRIES, ..claim });
    Operation::new(description, &[cache::ENTRIES], |size| {
        only(size, cache::ENTRIES)?;
        let (keys, proof, digest) = proven_job()?;
        let requests = (0..size).map(|number| job(number).concat()).collect();
        let cache = ProofCache::full(requests, &proof).ok_or_else(|| OperationError::new("there is no job"))?;
        let act = |(cache, _): &mut (ProofCache, Keys)| cache.find_next();
        let check = move |(_, keys): &(ProofCache, Keys), proof: &Option<Vec<u8>>| {
            proof.as_ref().is_some_and(|proof| keys.verify(proof, digest))
        };
        let bytes = |proof: &Option<Vec<u8>>| proof.as_ref().map(|proof| proof.len() as u64);
        Ok(instance((cache, keys), act, check, bytes))
    })
}

fn description(verb: &str, statement: &str, claim: Option<(f64, &str)>) -> Description {
    Description {
        name: format!("commitment.{verb}"),
        statement: statement.into(),
        lower_bound: Some(
            "the proof binds the hashes of a job; it does not show that the model gave the output".into(),
        ),
        library: env!("LIBRARY_HALO2_PROOFS").into(),
        size_unit: "jobs".into(),
        suite: "commitment".into(),
        quick: false,
        scaling: None,
        claimed: claim.map(|(seconds, source)| Claimed { size: 1, seconds, source: source.into() }),
    }
}

/// The four hashes of the job with this number.
pub fn job(number: u64) -> Hashes {
    ["job id", "model", "input", "output"].map(|label| bytes(label, number))
}

/// Parameters and proving key, with the verifying key in it.
pub struct Keys {
    params: Params<EqAffine>,
    proving: ProvingKey<EqAffine>,
}

/// The keys of the circuit.
///
/// # Errors
/// The circuit does not fit its rows.
pub fn keys() -> Result<Keys, OperationError> {
    Keys::new().ok_or_else(|| OperationError::new("the circuit does not fit its rows"))
}

/// The bytes of the parameters, as a service would store them.
///
/// # Errors
/// They cannot be written.
pub fn parameters() -> Result<Vec<u8>, OperationError> {
    let mut stored = Vec::new();
    Params::<EqAffine>::new(LOG_ROWS).write(&mut stored).map_err(OperationError::new)?;
    Ok(stored)
}

/// Keys, and a proof of the first job with its digest.
///
/// # Errors
/// The circuit does not fit its rows, or the proof cannot be made.
pub fn proven_job() -> Result<(Keys, Vec<u8>, Fp), OperationError> {
    let (keys, (binding, digest)) = (keys()?, bind(&job(0)));
    let proof = keys.prove(binding, digest).ok_or_else(|| OperationError::new("the job cannot be proven"))?;
    Ok((keys, proof, digest))
}

fn proving_key(params: &Params<EqAffine>) -> Option<ProvingKey<EqAffine>> {
    let circuit = Binding::unknown();
    keygen_pk(params, keygen_vk(params, &circuit).ok()?, &circuit).ok()
}

/// Whether a key can prove a job, and rejects the proof for another digest.
fn proves_and_verifies(params: &Params<EqAffine>, key: &ProvingKey<EqAffine>) -> bool {
    let (binding, digest) = bind(&job(0));
    let proof = prove(params, key, binding, digest);
    proof.is_some_and(|proof| verify(params, key, &proof, digest) && !verify(params, key, &proof, digest.double()))
}

fn prove(params: &Params<EqAffine>, key: &ProvingKey<EqAffine>, binding: Binding, digest: Fp) -> Option<Vec<u8>> {
    let mut transcript = Blake2bWrite::<_, EqAffine, Challenge255<_>>::init(Vec::new());
    let random = UnwrapErr(SysRng);
    create_proof(params, key, &[binding], &[&[&[digest]]], random, &mut transcript).ok()?;
    Some(transcript.finalize())
}

fn verify(params: &Params<EqAffine>, key: &ProvingKey<EqAffine>, mut proof: &[u8], digest: Fp) -> bool {
    let mut transcript = Blake2bRead::<_, EqAffine, Challenge255<_>>::init(&mut proof);
    let strategy = SingleVerifier::new(params);
    let accepted = verify_proof(params, key.get_vk(), strategy, &[&[&[digest]]], &mut transcript).is_ok();
    // The library does not look at what comes after the proof.
    accepted && proof.is_empty()
}

impl Keys {
    fn new() -> Option<Self> {
        let params = Params::new(LOG_ROWS);
        proving_key(&params).map(|proving| Self { params, proving })
    }

    /// From parameters that were stored; nothing if they are not parameters.
    pub fn read(mut stored: &[u8]) -> Option<Self> {
        let params = Params::read(&mut stored).ok()?;
        proving_key(&params).map(|proving| Self { params, proving })
    }

    /// A proof of the job with this witness; nothing if the library cannot make one.
    pub fn prove(&self, binding: Binding, digest: Fp) -> Option<Vec<u8>> {
        prove(&self.params, &self.proving, binding, digest)
    }

    /// Whether the bytes are a proof of the job with this digest.
    pub fn verify(&self, proof: &[u8], digest: Fp) -> bool {
        verify(&self.params, &self.proving, proof, digest)
    }
}
