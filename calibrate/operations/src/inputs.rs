//! Inputs of the operations: bytes that are the same in every process, and the sizes that an operation accepts.

use calibrate::OperationError;

/// `N` bytes that depend on the label and the number only.
pub(crate) fn bytes<const N: usize>(label: &str, number: u64) -> [u8; N] {
    let mut bytes = [0; N];
    let mut hasher = blake3::Hasher::new();
    hasher.update(&number.to_le_bytes()).update(label.as_bytes());
    hasher.finalize_xof().fill(&mut bytes);
    bytes
}

/// A counter in the first bytes of an array: fresh randomness for each run, without the cost of drawing it.
pub(crate) fn counted<const N: usize>(counter: u64) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[..8].copy_from_slice(&counter.to_le_bytes());
    bytes
}

/// Refuses a size that is not the only one that there is.
pub(crate) fn only(size: u64, allowed: u64) -> Result<(), OperationError> {
    if size == allowed { Ok(()) } else { Err(OperationError::new(format!("the only size is {allowed}, not {size}"))) }
}

/// Refuses a size of zero or above `largest`.
pub(crate) fn at_most(size: u64, largest: u64) -> Result<(), OperationError> {
    if (1..=largest).contains(&size) {
        Ok(())
    } else {
        Err(OperationError::new(format!("the size must be 1 to {largest}, not {size}")))
    }
}

/// Refuses a size that is not a power of two up to `largest`.
pub(crate) fn power_of_two(size: u64, largest: u64) -> Result<(), OperationError> {
    if size.is_power_of_two() && size <= largest {
        Ok(())
    } else {
        Err(OperationError::new(format!("the size must be a power of two up to {largest}, not {size}")))
    }
}
