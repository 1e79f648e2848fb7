//! The cache of proofs.

use operations::cache::ProofCache;

#[test]
fn only_what_is_cached_is_found_and_the_longest_unasked_is_evicted() {
    let requests: Vec<Vec<u8>> = (0..3).map(|number| vec![number; 40]).collect();
    let mut cache = ProofCache::full(requests, b"proof").expect("there are requests");
    assert!((0..7).all(|_| cache.find_next().as_deref() == Some(b"proof")));
    assert_eq!(cache.find(&[0; 41]), None);
    let mut tampered = [1; 40];
    tampered[39] ^= 1;
    assert_eq!(cache.find(&tampered), None);
    assert!(cache.find(&[0; 40]).is_some() && cache.find(&[2; 40]).is_some());
    cache.put(&[9; 40], b"");
    let left = [0, 1, 2].map(|number| cache.find(&[number; 40]).is_some());
    assert_eq!(left, [true, false, true], "the second was asked for longest ago");
    assert!(ProofCache::full(Vec::new(), b"proof").is_none());
}
