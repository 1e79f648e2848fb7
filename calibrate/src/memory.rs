//! Peak memory of an act, measured in a process of its own.
//!
//! A process never gives its peak back, and other acts leave the allocator warm; so the program runs itself again, prepares
//! one act there, notes the resident memory, resets the kernel's high-water mark, runs the act once, and prints by how much
//! the mark rose ([`rise`] in the child, [`in_child`] in the parent). Where the kernel does not say (no `/proc`), it is unknown.
//! The child's allocator gives back what is freed (by the variables that mallopt(3) documents): otherwise an act would run in
//! the pages that its preparation left, and seem to need none.
//!
//! Left out: the memory of the inputs, which were there before, and small pieces that the allocator keeps in spite of that.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::operation::{Operation, OperationError};

/// Below this a peak cannot be told from none: the kernel counts a thread's pages in steps of up to 64 \[bytes\].
pub const RESOLUTION_BYTES: u64 = 64 * 4096;

/// What makes glibc's allocator return freed memory at once; others do not know these variables.
const GIVE_BACK: [(&str, &str); 3] =
    [("MALLOC_MMAP_THRESHOLD_", "16384"), ("MALLOC_TRIM_THRESHOLD_", "0"), ("MALLOC_TOP_PAD_", "0")];

/// Prepares `operation` at `size`, runs it once, checks it, and tells by how much resident memory rose \[bytes\];
/// of an act that is done outside this process it tells the peak that the act itself tells.
///
/// Meant for a process that does nothing else.
///
/// # Errors
/// The operation cannot be prepared at that size, or its result is wrong.
pub fn rise(operation: &Operation, size: u64) -> Result<Option<u64>, OperationError> {
    let mut instance = operation.prepare(size)?;
    let reset = fs::write("/proc/self/clear_refs", "5").is_ok();
    let before = status_bytes("VmRSS:");
    instance.run();
    let peak = peak();
    instance.verify()?;
    if let Some(usage) = instance.usage() {
        return Ok(usage.peak_memory_bytes);
    }
    Ok(match (reset, before, peak) {
        (true, Some(before), Some(peak)) => Some(peak.saturating_sub(before)),
        _ => None,
    })
}

/// Runs `program` with `arguments` and reads the number of bytes that it prints; nothing if it fails or prints none.
pub fn in_child(program: &Path, arguments: &[&str]) -> Option<u64> {
    let mut command = Command::new(program);
    let child = command.args(arguments).envs(GIVE_BACK).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if !child.status.success() {
        return None;
    }
    std::str::from_utf8(&child.stdout).ok()?.trim().parse().ok()
}

/// The most resident memory that this process had so far \[bytes\]; nothing where the kernel does not say.
pub(crate) fn peak() -> Option<u64> {
    status_bytes("VmHWM:")
}

/// One line of what the kernel says about this process, in bytes.
fn status_bytes(key: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_that_prints_no_number_or_fails_is_unknown() {
        let shell = Path::new("/bin/sh");
        assert_eq!(in_child(shell, &["-c", "echo 4096"]), Some(4096));
        assert_eq!(in_child(shell, &["-c", "echo much"]), None);
        assert_eq!(in_child(shell, &["-c", "echo 1; exit 1"]), None);
        assert_eq!(in_child(Path::new("/nonexistent/program"), &[]), None);
    }

    #[test]
    fn the_rise_is_at_least_what_the_act_touches() {
        const TOUCHED: usize = 64 << 20;
        let description = crate::operation::Description {
            statement: "writes every byte of a fresh buffer".into(),
            library: "std".into(),
            size_unit: "buffers".into(),
            ..crate::operation::Description::of_a_test("touch")
        };
        let touch = Operation::new(description, &[1], |_| {
            let act = |_: &mut ()| vec![1_u8; TOUCHED];
            Ok(crate::operation::instance((), act, |_, bytes| bytes.len() == TOUCHED, |_| None))
        });
        let rise = rise(&touch, 1).expect("the act is right");
        if let Some(rise) = rise {
            assert!(rise > TOUCHED as u64 * 9 / 10, "only {rise} bytes");
        }
    }
}
