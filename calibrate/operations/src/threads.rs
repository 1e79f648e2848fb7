//! How many threads an act runs on: one, so that its time is a cost per core, unless its size is a number of threads.

use std::num::NonZero;

use calibrate::OperationError;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// What a thread takes at a time: small enough to share evenly, large enough that taking costs nothing.
pub const CHUNK: usize = 64;

/// Up to this number every number of threads is measured, beyond it doublings.
const EACH: u64 = 8;

/// A pool of some threads; of one thread for a library that would otherwise use every core.
///
/// # Errors
/// The number is zero or far above what a machine has, or the system does not give so many.
pub fn pool(threads: u64) -> Result<ThreadPool, OperationError> {
    if !(1..=4096).contains(&threads) {
        return Err(OperationError::new(format!("the number of threads must be 1 to 4096, not {threads}")));
    }
    ThreadPoolBuilder::new().num_threads(threads as usize).build().map_err(OperationError::new)
}

/// The numbers of threads at which an act is measured on this machine: from one to all that run at the same time.
pub fn counts() -> Vec<u64> {
    let all = std::thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let doublings = std::iter::successors(Some(2 * EACH), |count| Some(2 * count)).take_while(|&count| count < all);
    let mut counts: Vec<u64> = (1..=EACH.min(all)).chain(doublings).collect();
    if all > EACH {
        counts.push(all);
    }
    counts
}

/// What an act gives for each item, the threads of a pool taking the items in chunks.
pub fn map<Item, Output, Act>(pool: &ThreadPool, items: &[Item], act: Act) -> Vec<Output>
where
    Item: Sync,
    Output: Send,
    Act: Fn(&Item) -> Output + Sync,
{
    pool.install(|| items.par_chunks(CHUNK).flat_map_iter(|chunk| chunk.iter().map(&act)).collect())
}
