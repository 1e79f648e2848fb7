//! Long work is estimated before it is begun, and not begun unless that is wanted.

use std::time::Duration;

use calibrate::Host;
use planner::{Effort, Work};
use scenarios::Case;

use super::Failure;
use crate::args::Chosen;

/// Longest work that is begun without being asked for \[s\].
const LONGEST_S: f64 = 3_600.0;
/// Share of the machine's memory that is used without being asked for.
const MOST_MEMORY: f64 = 0.5;
/// Work of so many units is over within minutes on any machine, and is not timed first.
const SHORT: f64 = 1e8;
/// Memory that any machine has, in bytes.
const LITTLE: f64 = 256e6;
/// A first slice of the work is timed for so long at most.
const SLICE: Duration = Duration::from_millis(300);

/// The work that all these cases are, or why it is not begun.
pub fn work<'c>(cases: impl IntoIterator<Item = &'c Case>, effort: &Effort, chosen: &Chosen) -> Result<Work, Failure> {
    allowed(Work::of(cases, effort), effort, chosen)
}

/// This work, or why it is not begun.
pub fn allowed(work: Work, effort: &Effort, chosen: &Chosen) -> Result<Work, Failure> {
    if chosen.yes {
        return Ok(work);
    }
    let memory = if work.bytes > LITTLE { Host::here().memory_bytes as f64 } else { f64::INFINITY };
    if work.bytes > MOST_MEMORY * memory {
        let (needs, has) = (work.bytes / 1e9, memory / 1e9);
        let why = format!("this would take about {needs:.0} GB of memory, and the machine has {has:.0} GB");
        let help = "`chain.epoch`, `fraud.window` or `load.rate`, whose transactions wait for proofs, or `--threads`";
        return Err(refusal(&why, help, chosen));
    }
    let seconds = if work.units > SHORT { work.seconds(effort, SLICE) } else { 0.0 };
    if seconds > LONGEST_S {
        let why = format!(
            "this would take about {} on this machine: {} replications, those in plausible worlds as well, of {:.0e} blocks or \
             transactions in all",
            in_words(seconds),
            work.replications,
            work.units
        );
        let help = "`horizon` or `warm_up`, fewer `--replications`, fewer designs with `--design` and `--costs`";
        return Err(refusal(&why, help, chosen));
    }
    Ok(work)
}

fn refusal(why: &str, smaller: &str, chosen: &Chosen) -> Failure {
    let resolution = match chosen.resolution {
        crate::args::Resolution::Transaction => "leave out `--resolution transaction`, ",
        crate::args::Resolution::Cohort => "",
    };
    Failure::because(format!("{why}\n  = help: {resolution}make it smaller: {smaller}; or begin it with `--yes`"))
}

/// A time that somebody waits.
pub fn in_words(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 90.0 => format!("{:.0} s", seconds.max(1.0)),
        seconds if seconds < 90.0 * 60.0 => format!("{:.0} min", seconds / 60.0),
        seconds if seconds < 48.0 * 3_600.0 => format!("{:.0} h", seconds / 3_600.0),
        seconds => format!("{:.0} days", seconds / 86_400.0),
    }
}
