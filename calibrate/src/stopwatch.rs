//! What a sample is read from: wall and CPU clocks, a known chain of multiplications, and a shifted stack.
//!
//! A short act is timed in a batch, because one reading of a clock costs as much as a few hundred nanoseconds of it.
//! The stack is shifted by a random amount between rounds, because the place of the stack alone can slow the same code
//! by a fifth for the whole life of a process (Mytkowicz et al., *Producing wrong data without doing anything obviously
//! wrong*, ASPLOS 2009).

use std::hint::black_box;
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

/// Steps of the multiplication chain: long enough to time, short enough to do once a round (about 0.1 ms).
const CHAIN_STEPS: u32 = 100_000;

/// Wall and CPU time of one run, averaged over the batch that it was timed in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    /// Elapsed time per run \[s\].
    pub(crate) wall_s: f64,
    /// CPU time of the whole process per run \[s\].
    pub(crate) cpu_s: f64,
}

/// Times `batch` runs of `act` back to back.
pub(crate) fn time(batch: u32, mut act: impl FnMut()) -> Sample {
    let cpu = process_cpu_s();
    let wall = Instant::now();
    for _ in 0..batch {
        act();
    }
    let wall_s = wall.elapsed().as_secs_f64();
    let cpu_s = process_cpu_s() - cpu;
    Sample { wall_s: wall_s / f64::from(batch), cpu_s: cpu_s / f64::from(batch) }
}

/// CPU time that this process has used so far, all threads together \[s\].
fn process_cpu_s() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// Time of one multiplication, with an exclusive or, in a chain where each needs the one before \[ns\].
///
/// It depends on the clock frequency and on nothing else, so a change of it betrays a change of frequency.
pub(crate) fn multiplication_ns() -> f64 {
    let mut value = black_box(0x9e37_79b9_7f4a_7c15_u64);
    let sample = time(1, || {
        for _ in 0..CHAIN_STEPS {
            // Without the XOR the compiler would fold several multiplications into one.
            value = value.wrapping_mul(0xd129_0d3d_37b1_4a65) ^ 1;
        }
        value = black_box(value);
    });
    sample.wall_s * 1e9 / f64::from(CHAIN_STEPS)
}

/// Calls `act` with the stack about `depth` × 48 bytes lower than the caller's.
#[inline(never)]
pub(crate) fn at_stack_depth(depth: u32, act: &mut dyn FnMut()) {
    let padding = black_box([0_u64; 2]);
    if depth == 0 {
        act();
    } else {
        at_stack_depth(depth - 1, act);
    }
    // Used after the call, so that the compiler cannot turn the recursion into a loop.
    black_box(&padding);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_averaged_and_every_run_is_done() {
        let mut runs = 0;
        let sample = time(50, || runs += 1);
        assert_eq!(runs, 50);
        assert!(sample.wall_s >= 0.0 && sample.cpu_s >= 0.0);
    }

    #[test]
    fn the_stack_moves_with_the_depth() {
        let place = |depth| {
            let mut place = 0;
            at_stack_depth(depth, &mut || {
                let here = 0_u8;
                place = &raw const here as usize;
                black_box(&here);
            });
            place
        };
        let moved = place(0) - place(95);
        assert!((95 * 32..95 * 256).contains(&moved), "the stack moved by {moved} bytes");
    }

    #[test]
    fn the_chain_is_really_run() {
        let ns = multiplication_ns();
        // Three cycles or more at no more than 10 GHz.
        assert!(ns > 0.3, "a multiplication cannot take {ns} ns: the chain was optimised away");
    }
}
