//! Pools of threads.

use operations::threads::{counts, map, pool};
use std::num::NonZero;

#[test]
fn counts_grow_from_one_to_all() {
    let counts = counts();
    let all = std::thread::available_parallelism().map_or(1, NonZero::get) as u64;
    assert_eq!((counts[0], *counts.last().expect("at least one")), (1, all));
    assert!(counts.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn every_item_is_done_once_and_in_order_on_any_number_of_threads() {
    let items: Vec<u64> = (0..1000).collect();
    for threads in [1, 2, 3] {
        assert_eq!(map(&pool(threads).expect("a pool"), &items, |item| item * 2)[..3], [0, 2, 4]);
        assert_eq!(map(&pool(threads).expect("a pool"), &items, |item| *item), items);
    }
    assert!(pool(0).is_err());
}
