//! What is said of an answer that an interrupt ended before its time. It is printed and not written: the files of a complete one
//! stay as they are.

use std::path::PathBuf;

use planner::{Summary, counted};

use super::Failure;
use crate::args::Common;
use crate::interrupt;

/// The interrupt came before the first replication was over.
pub fn nothing_known() -> Failure {
    Failure::interrupted("interrupted before the first replication was over: nothing is known, and nothing was written")
}

/// The interrupt came before all claims were judged: a verdict on some of them is none on all.
pub fn before_all() -> Failure {
    Failure::interrupted("interrupted before all claims were judged: nothing was written")
}

/// Where designs were ended, if they were.
pub fn designs<'s>(designs: impl IntoIterator<Item = &'s Summary>) -> Option<String> {
    if !interrupt::asked() {
        return None;
    }
    let designs: Vec<&Summary> = designs.into_iter().collect();
    let last = designs.iter().find_map(|summary| Some((summary, summary.interrupted?)));
    let place = match last {
        Some((last, of)) => {
            let case = format!("{} on {} costs, {}", last.design, last.costs, last.sizing);
            format!("{} of {} of {case}", last.replications, counted(&of.to_string(), "replication"))
        }
        None => format!("{} cases, which are complete", designs.len()),
    };
    Some(said(&place))
}

/// Where a question was ended that is asked so many times: of values, of inputs, of switches.
///
/// # Errors
/// It was ended before the first was answered.
pub fn times(done: usize, of: usize, what: &str) -> Result<Option<String>, Failure> {
    match (interrupt::asked(), done) {
        (false, _) => Ok(None),
        (true, 0) => Err(nothing_known()),
        (true, done) => Ok(Some(said(&format!("{done} of {of} {what}")))),
    }
}

fn said(place: &str) -> String {
    format!("interrupted after {place}: the rest is left out, and nothing was written")
}

/// The last line of an answer: what was written, or why nothing was.
pub fn written(ended: Option<String>, files: &[PathBuf], common: &Common) -> String {
    ended.unwrap_or_else(|| format!("wrote {} to {}", reports::files::in_words(files), common.out.display()))
}
