//! The gate: whether measured figures keep their limits, and whether one version is slower than another, on machines that are shared.
//!
//! | module | what |
//! |---|---|
//! | `check` | all that a gate says |
//! | `history` | earlier runs, and where figures changed for good |
//! | `line` | what is judged, and the verdict |
//! | `floors` | the shortest times of processes, and the clock that they are read by |
//! | `votes` | the sequential test of two sides |
//! | `apart` | a slowdown that shows through noise |
//! | `limit` | a figure against a limit |
//! | `sides` | a figure of two sides |
//! | `stored` | two calibrations |
//! | `repeated` | results of another tool |
//! | `paired` | two versions side by side, in processes that take turns |
//!
//! A gate uses floors and not means: noise only adds to a time, and on a shared machine the means of processes spread by 7 %, their
//! floors by 1 %. The process is the unit of replication, as in [`crate::measure()`].

pub mod apart;
pub mod check;
pub mod floors;
pub mod history;
pub mod limit;
pub mod line;
pub mod paired;
pub mod repeated;
mod sides;
pub mod stored;
pub mod votes;

/// What takes more than twice as long as it may is no noise, however few processes measured it: of long runs on busy machines the floors of
/// single processes were up to 50 % too high.
pub(crate) const BEYOND_NOISE: f64 = 1.0;
