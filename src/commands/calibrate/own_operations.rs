//! Operations of the user's own: a file of commands.

use std::path::Path;

use calibrate::{Operation, memory};

use super::Failure;

/// The operations of a file, none of which may have the name of one of ours.
pub fn read(file: &Path, ours: &[Operation]) -> Result<Vec<Operation>, Failure> {
    let taken: Vec<&str> = ours.iter().map(Operation::name).collect();
    let definitions = scenarios::own_operations(file, &taken).map_err(Failure::because)?;
    Ok(definitions.into_iter().map(Operation::own).collect())
}

/// The peak memory of one run of an operation that the process was told as JSON \[bytes\].
pub fn memory_probe(definition: &str, size: u64) -> Result<Option<u64>, Failure> {
    let definition = serde_json::from_str(definition).map_err(Failure::because)?;
    memory::rise(&Operation::own(definition), size).map_err(Failure::because)
}
