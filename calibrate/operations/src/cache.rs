//! A cache of proofs, found by the hash of what they are about: what a service looks into before it proves.

use std::num::NonZero;

use lru::LruCache;

/// Proofs that a cache of the operations holds.
pub const ENTRIES: u64 = 1000;

/// A full cache that evicts what was not asked for longest, and the requests that are made to it in turn.
pub struct ProofCache {
    proofs: LruCache<[u8; 32], Vec<u8>>,
    requests: Vec<Vec<u8>>,
    turn: usize,
}

impl ProofCache {
    /// A cache with the same proof for each of these requests; nothing without a request.
    pub fn full(requests: Vec<Vec<u8>>, proof: &[u8]) -> Option<Self> {
        let mut proofs = LruCache::new(NonZero::new(requests.len())?);
        requests.iter().for_each(|request| _ = proofs.put(key(request), proof.to_vec()));
        Some(Self { proofs, requests, turn: 0 })
    }

    /// Keeps the proof for a request; where there is no room, instead of the proof that was not asked for longest.
    pub fn put(&mut self, request: &[u8], proof: &[u8]) {
        self.proofs.put(key(request), proof.to_vec());
    }

    /// Finds the proof for a request and copies it.
    pub fn find(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        self.proofs.get(&key(request)).cloned()
    }

    /// Finds the proof for the next request and copies it.
    pub fn find_next(&mut self) -> Option<Vec<u8>> {
        self.turn = (self.turn + 1) % self.requests.len();
        self.proofs.get(&key(&self.requests[self.turn])).cloned()
    }
}

fn key(request: &[u8]) -> [u8; 32] {
    *blake3::hash(request).as_bytes()
}
