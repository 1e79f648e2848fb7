//! The validity witness of one private payment: made by its sender, carried as bytes, checked by every validator.
//!
//! Notes are Pedersen commitments v·H + b·G with an owner's key P = k·G; a tree of depth 32 holds hash(P, commitment). A witness
//! spends two notes and makes one or two. It shows that
//!
//! 1. each spent note is in the tree: its Merkle path leads to the root;
//! 2. each nullifier N is k·U, where U is hashed to the curve from the leaf and k is the owner's key: log_G P = log_U N;
//! 3. nothing is made from nothing: inputs − outputs − fee·H = x·G for a known x;
//! 4. each output's amount lies below 2^64: one aggregated range proof.
//!
//! Points 2 and 3 are one sigma protocol with one challenge over the whole payment, so that no part can be moved to another.
//!
//! Citations: Chaum, Pedersen, *Wallet databases with observers*, 1992; Poelstra, *Mimblewimble*, 2016. Left out: hiding which
//! notes are spent (paths are in the open), and the search for a nullifier that was seen before.

use blake3::Hasher;
use calibrate::OperationError;
use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::traits::IsIdentity;
use curve25519_dalek::{RistrettoPoint, Scalar};

use crate::merkle::{DEPTH, Hash, Path};
use crate::range_proof::{self, Parameters, Statement};

/// Notes that a payment spends.
pub const INPUTS: usize = 2;
/// Owner, commitment, nullifier, response, index, siblings.
const SPEND_BYTES: usize = 4 * 32 + 4 + DEPTH * 32;
/// Number of outputs, fee, challenge, response of the balance.
const HEAD_BYTES: usize = 1 + 8 + 2 * 32;

/// A note with the secrets of its owner, and where it is.
pub struct Note {
    /// k: who knows it may spend.
    pub key: Scalar,
    /// v.
    pub amount: u64,
    /// b.
    pub blinding: Scalar,
    /// From its leaf to the root; the leaf itself is computed.
    pub path: Path,
}

/// What the sender knows: notes, outputs and fee, with inputs = outputs + fee.
pub struct Payment {
    /// What is spent.
    pub notes: [Note; INPUTS],
    /// What is made: amounts and blindings.
    pub outputs: Vec<(u64, Scalar)>,
    /// What the network gets.
    pub fee: u64,
}

/// One spent note, as a validator sees it.
pub struct Spend {
    owner: CompressedRistretto,
    commitment: CompressedRistretto,
    /// What a node looks up to see whether the note was spent before.
    pub nullifier: CompressedRistretto,
    response: Scalar,
    /// From the leaf of the note to the root.
    pub path: Path,
}

/// A witness taken apart.
pub struct Witness {
    fee: u64,
    challenge: Scalar,
    balance_response: Scalar,
    spends: Vec<Spend>,
    outputs: Vec<CompressedRistretto>,
    range_proof: Vec<u8>,
}

/// The leaf of a note.
pub fn leaf(owner: &CompressedRistretto, commitment: &CompressedRistretto) -> Hash {
    *Hasher::new().update(b"note").update(owner.as_bytes()).update(commitment.as_bytes()).finalize().as_bytes()
}

/// The base of a note's nullifier, whose logarithm nobody knows.
pub fn nullifier_base(leaf: &Hash) -> RistrettoPoint {
    let mut uniform = [0; 64];
    Hasher::new().update(b"nullifier").update(leaf).finalize_xof().fill(&mut uniform);
    RistrettoPoint::from_uniform_bytes(&uniform)
}

/// A scalar from all that was hashed.
fn scalar(hasher: &Hasher) -> Scalar {
    let mut wide = [0; 64];
    hasher.finalize_xof().fill(&mut wide);
    Scalar::from_bytes_mod_order_wide(&wide)
}

/// Everything that the challenge covers but the announcements.
fn stated(root: &Hash, fee: u64, spends: &[Spend], outputs: &[CompressedRistretto]) -> Hasher {
    let mut hasher = Hasher::new();
    hasher.update(b"payment").update(root).update(&fee.to_le_bytes()).update(&[outputs.len() as u8]);
    for spend in spends {
        // The leaf stands for owner and commitment.
        hasher.update(&spend.path.leaf).update(spend.nullifier.as_bytes());
    }
    for output in outputs {
        hasher.update(output.as_bytes());
    }
    hasher
}

/// Makes the witness of a payment.
///
/// # Errors
/// The range proof cannot be made.
pub fn generate(parameters: &Parameters, root: &Hash, payment: &Payment) -> Result<Vec<u8>, OperationError> {
    prove(parameters, root, payment, payment.notes.iter().map(|note| spend(parameters, note)).collect())
}

/// What is shown of a spent note; the response is not known yet.
pub fn spend(parameters: &Parameters, note: &Note) -> Spend {
    let owner = (parameters.blinding_base() * note.key).compress();
    let commitment = parameters.commit(note.amount, &note.blinding).compress();
    let leaf = leaf(&owner, &commitment);
    let nullifier = (nullifier_base(&leaf) * note.key).compress();
    Spend { owner, commitment, nullifier, response: Scalar::ZERO, path: Path { leaf, ..note.path.clone() } }
}

/// Proves that what is shown of the notes is right, that nothing is made from nothing, and that the outputs are in range.
///
/// # Errors
/// The range proof cannot be made.
pub fn prove(
    parameters: &Parameters,
    root: &Hash,
    payment: &Payment,
    mut spends: Vec<Spend>,
) -> Result<Vec<u8>, OperationError> {
    let blinding_base = parameters.blinding_base();
    let (claim, openings) = parameters.open(&payment.outputs)?;
    let outputs = claim.commitments_compressed.clone();
    let mut transcript = stated(root, payment.fee, &spends, &outputs);

    // Nonces from the secrets and from all that is stated, so that none is used for two statements.
    let mut secrets = transcript.clone();
    for note in &payment.notes {
        secrets.update(note.key.as_bytes()).update(note.blinding.as_bytes());
    }
    let nonces: [Scalar; INPUTS + 1] = std::array::from_fn(|number| scalar(secrets.clone().update(&[number as u8])));

    for (spend, nonce) in spends.iter().zip(&nonces) {
        transcript.update((blinding_base * nonce).compress().as_bytes());
        transcript.update((nullifier_base(&spend.path.leaf) * nonce).compress().as_bytes());
    }
    transcript.update((blinding_base * nonces[INPUTS]).compress().as_bytes());
    let challenge = scalar(&transcript);
    for ((spend, note), nonce) in spends.iter_mut().zip(&payment.notes).zip(&nonces) {
        spend.response = nonce + challenge * note.key;
    }
    let spent: Scalar = payment.notes.iter().map(|note| note.blinding).sum();
    let excess = spent - payment.outputs.iter().map(|(_, blinding)| blinding).sum::<Scalar>();
    let balance_response = nonces[INPUTS] + challenge * excess;
    let range_proof = range_proof::prove(&claim, &openings)?;
    Ok(Witness { fee: payment.fee, challenge, balance_response, spends, outputs, range_proof }.to_bytes())
}

/// Verifies witnesses against the root of the tree: range proofs together, all else one after the other.
pub fn verify(parameters: &Parameters, root: &Hash, witnesses: &[Vec<u8>]) -> bool {
    let mut claims = Vec::with_capacity(witnesses.len());
    let mut range_proofs = Vec::with_capacity(witnesses.len());
    for bytes in witnesses {
        let Some(witness) = Witness::from_bytes(bytes) else { return false };
        let Some(claim) = witness.check_spends(parameters, root) else { return false };
        claims.push(claim);
        range_proofs.push(witness.range_proof);
    }
    range_proof::verify(&claims, &range_proofs)
}

impl Witness {
    /// Checks all but the range proof; the outputs whose range is left to be checked, if all is right.
    fn check_spends(&self, parameters: &Parameters, root: &Hash) -> Option<Statement> {
        let blinding_base = parameters.blinding_base();
        let mut transcript = stated(root, self.fee, &self.spends, &self.outputs);
        let mut excess = -parameters.commit(self.fee, &Scalar::ZERO);
        for (place, spend) in self.spends.iter().enumerate() {
            let twice = self.spends[..place].iter().any(|other| other.nullifier == spend.nullifier);
            if twice || spend.path.root() != *root {
                return None;
            }
            let (owner, nullifier) = (spend.owner.decompress()?, spend.nullifier.decompress()?);
            if nullifier.is_identity() {
                return None;
            }
            excess += spend.commitment.decompress()?;
            transcript.update((blinding_base * spend.response - owner * self.challenge).compress().as_bytes());
            let base = nullifier_base(&spend.path.leaf);
            transcript.update((base * spend.response - nullifier * self.challenge).compress().as_bytes());
        }
        let outputs = self.outputs.iter().map(CompressedRistretto::decompress).collect::<Option<Vec<_>>>()?;
        excess -= outputs.iter().sum::<RistrettoPoint>();
        let announcement = blinding_base * self.balance_response - excess * self.challenge;
        transcript.update(announcement.compress().as_bytes());
        if scalar(&transcript) != self.challenge {
            return None;
        }
        parameters.claim(outputs).ok()
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD_BYTES + INPUTS * SPEND_BYTES + 1024);
        bytes.push(self.outputs.len() as u8);
        bytes.extend(self.fee.to_le_bytes());
        bytes.extend(self.challenge.as_bytes());
        bytes.extend(self.balance_response.as_bytes());
        for spend in &self.spends {
            for point in [&spend.owner, &spend.commitment, &spend.nullifier] {
                bytes.extend(point.as_bytes());
            }
            bytes.extend(spend.response.as_bytes());
            bytes.extend(spend.path.index.to_le_bytes());
            bytes.extend(spend.path.siblings.as_flattened());
        }
        self.outputs.iter().for_each(|output| bytes.extend(output.as_bytes()));
        bytes.extend(&self.range_proof);
        bytes
    }

    /// Reads a witness; nothing if it is too short or a number is not in its canonical form.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let [outputs] = reader.take()?;
        let fee = u64::from_le_bytes(reader.take()?);
        let (challenge, balance_response) = (reader.scalar()?, reader.scalar()?);
        let spends = (0..INPUTS).map(|_| reader.spend()).collect::<Option<_>>()?;
        let outputs = (0..outputs).map(|_| reader.point()).collect::<Option<_>>()?;
        Some(Self { fee, challenge, balance_response, spends, outputs, range_proof: reader.0.to_vec() })
    }
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn scalar(&mut self) -> Option<Scalar> {
        Scalar::from_canonical_bytes(self.take()?).into()
    }

    fn point(&mut self) -> Option<CompressedRistretto> {
        self.take().map(CompressedRistretto)
    }

    fn spend(&mut self) -> Option<Spend> {
        let (owner, commitment, nullifier) = (self.point()?, self.point()?, self.point()?);
        let response = self.scalar()?;
        let index = u32::from_le_bytes(self.take()?);
        let mut siblings = [[0; 32]; DEPTH];
        for sibling in &mut siblings {
            *sibling = self.take()?;
        }
        let path = Path { leaf: leaf(&owner, &commitment), index, siblings };
        Some(Spend { owner, commitment, nullifier, response, path })
    }
}
