//! Groth16: each circuit by itself, what all must do, and what batches and caches add.

mod batch;
mod circuits;
mod hash;
mod levers;
mod membership;
mod pattern;
mod payment;
mod preimage;
mod signature;

use operations::groth16::Circuit;
use operations::groth16::system::{assignment, matrices, satisfied};

/// Whether a prover with these values could make a proof that is accepted.
fn holds(circuit: &dyn Circuit) -> bool {
    let matrices = matrices(circuit).expect("the circuit can be built");
    assignment(circuit).is_ok_and(|assignment| satisfied(&matrices, &assignment))
}
