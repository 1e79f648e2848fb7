//! The store of accounts, warm and cold.

use operations::state::{Pages, Store, account, folder, in_memory, key};

#[test]
fn the_right_account_is_found_and_none_for_a_tampered_key() {
    for pages in [Pages::Warm, Pages::Cold] {
        let store = Store::filled(1000, pages).expect("a temporary store");
        for number in [0, 500, 999] {
            let mut key = key(number);
            assert_eq!(store.account(&key), Some(account(&key)));
            key[31] ^= 1;
            assert_eq!(store.account(&key), None);
        }
    }
}

#[test]
fn a_cold_look_up_reads_from_the_device() {
    let read_bytes = || -> Option<u64> {
        let counters = std::fs::read_to_string("/proc/thread-self/io").ok()?;
        counters.lines().find_map(|line| line.strip_prefix("read_bytes: "))?.parse().ok()
    };
    if in_memory(&folder()) || read_bytes().is_none() {
        return;
    }
    let store = Store::filled(1000, Pages::Cold).expect("a temporary store");
    for number in 0..5 {
        assert!(store.forget());
        let before = read_bytes();
        assert!(store.account(&key(number)).is_some());
        assert!(read_bytes() > before, "look-up {number} found its pages in memory");
    }
}
