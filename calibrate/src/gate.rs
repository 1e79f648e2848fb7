//! The gate: whether measured figures keep their limits, and whether one version is slower than another, on machines that are shared.
//!
//! | module | what |
//! |---|---|
//! | `check` | all that a gate says |
//! | `history` | earlier runs, and where figures changed for good |
//! | `line` | what is judged, and the verdict |
//! | `floors` | the shortest times of processes, and the clock that they are read by |
//! | `votes` | the sequential test of two sides |
//! | `limit` | a figure against a limit |
//! | `sides` | a figure of two sides |
//! | `stored` | two calibrations |
//! | `repeated` | results of another tool |
//! | `paired` | two versions side by side, in processes that take turns |
//!
//! A gate uses floors and not means: noise only adds to a time, and on a shared machine the means of processes spread by 7 %, their
//! floors by 1 %. The process is the unit of replication, as in [`crate::measure()`].

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

/// A process may run the same code slower than others by this share for all its life, because of where its memory lies: a difference
/// beyond it is one even between single processes.
pub(crate) const LAYOUT: f64 = 0.25;
