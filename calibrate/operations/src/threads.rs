//! How many threads an act runs on: one, so that its time is a cost per core, unless its size is a number of threads.

use std::num::NonZero;

use calibrate::OperationError;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// What a thread takes at a time: small enough to share evenly, large enough that taking costs nothing.
pub(crate) const CHUNK: usize = 64;

/// Up to this number every number of threads is measured, beyond it doublings.
const EACH: u64 = 8;

/// A pool of some threads; of one thread for a library that would otherwise use every core.
///
/// # Errors
/// The number is zero or far above what a machine has, or the system does not give so many.
pub(crate) fn pool(threads: u64) -> Result<ThreadPool, OperationError> {
    if !(1..=4096).contains(&threads) {
        return Err(OperationError::new(format!("the number of threads must be 1 to 4096, not {threads}")));
    }
    ThreadPoolBuilder::new().num_threads(threads as usize).build().map_err(OperationError::new)
}

/// The numbers of threads at which an act is measured on this machine: from one to all that run at the same time.
pub(crate) fn counts() -> Vec<u64> {
    let all = std::thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let doublings = std::iter::successors(Some(2 * EACH), |count| Some(2 * count)).take_while(|&count| count < all);
    let mut counts: Vec<u64> = (1..=EACH.min(all)).chain(doublings).collect();
    if all > EACH {
        counts.push(all);
    }
    counts
}

/// What an act gives for each item, the threads of a pool taking the items in chunks.
pub(crate) fn map<Item, Output, Act>(pool: &ThreadPool, items: &[Item], act: Act) -> Vec<Output>
where
    Item: Sync,
    Output: Send,
    Act: Fn(&Item) -> Output + Sync,
{
    pool.install(|| items.par_chunks(CHUNK).flat_map_iter(|chunk| chunk.iter().map(&act)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
