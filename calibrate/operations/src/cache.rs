//! A cache of proofs, found by the hash of what they are about: what a service looks into before it proves.

use std::num::NonZero;

use lru::LruCache;

/// Proofs that a cache of the operations holds.
pub(crate) const ENTRIES: u64 = 1000;

/// A full cache that evicts what was not asked for longest, and the requests that are made to it in turn.
pub(crate) struct ProofCache {
    proofs: LruCache<[u8; 32], Vec<u8>>,
    requests: Vec<Vec<u8>>,
    turn: usize,
}

impl ProofCache {
    /// A cache with the same proof for each of these requests; nothing without a request.
    pub(crate) fn full(requests: Vec<Vec<u8>>, proof: &[u8]) -> Option<Self> {
        let mut proofs = LruCache::new(NonZero::new(requests.len())?);
        requests.iter().for_each(|request| _ = proofs.put(key(request), proof.to_vec()));
        Some(Self { proofs, requests, turn: 0 })
    }

    /// Finds the proof for the next request and copies it.
    pub(crate) fn find_next(&mut self) -> Option<Vec<u8>> {
        self.turn = (self.turn + 1) % self.requests.len();
        self.proofs.get(&key(&self.requests[self.turn])).cloned()
    }
}

fn key(request: &[u8]) -> [u8; 32] {
    *blake3::hash(request).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_cached_is_found_and_the_longest_unasked_is_evicted() {
        let requests: Vec<Vec<u8>> = (0..3).map(|number| vec![number; 40]).collect();
        let mut cache = ProofCache::full(requests, b"proof").expect("there are requests");
        assert!((0..7).all(|_| cache.find_next().as_deref() == Some(b"proof")));
        let mut find = |request: &[u8]| cache.proofs.get(&key(request)).cloned();
        assert_eq!(find(&[0; 41]), None);
        let mut tampered = [1; 40];
        tampered[39] ^= 1;
        assert_eq!(find(&tampered), None);
        assert!(find(&[0; 40]).is_some() && find(&[2; 40]).is_some());
        cache.proofs.put(key(&[9; 40]), Vec::new());
        let left = [0, 1, 2].map(|number| cache.proofs.contains(&key(&[number; 40])));
        assert_eq!(left, [true, false, true], "the second was asked for longest ago");
        assert!(ProofCache::full(Vec::new(), b"proof").is_none());
    }
}
