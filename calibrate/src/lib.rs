//! Samples of real acts, the cost curves fitted to them, and the file that keeps both.
//!
//! ```text
//!  Operation ──measure──▶ Measurements ──Calibration::fit──▶ Calibration ──write/read──▶ calibration.json
//!  (act, size)            raw samples                        samples, curves, host, build
//! ```
//!
//! | module | what |
//! |---|---|
//! | `operation` | what an act is: description, preparing, running, checking |
//! | `own_operation`, `command_act`, `command` | acts of the user's own: what a file says; commands, each run in a process group with a time limit |
//! | `method`, `progress` | how samples are taken; who follows a measurement, and how far it is |
//! | `measure` | the measurement: several processes, then peak memory |
//! | `process`, `conversation` | the program runs itself: orders out, samples back |
//! | `sampling` | what one process does: shuffled rounds over all acts and sizes |
//! | `stopwatch` | wall and CPU time, the multiplication chain, the shifted stack |
//! | `conditions` | what the machine did besides |
//! | [`memory`] | peak memory in a process of its own |
//! | `point` | the samples at one size, by process |
//! | `statistics` | means, intervals, far-out samples |
//! | `curve`, `form`, `least_squares` | time as a function of size |
//! | `uncertainty` | how far a curve can be trusted at a size |
//! | `runs`, `former_run` | what differs between runs on one host, and what is remembered of them |
//! | `scaling` | speed-up as a function of threads |
//! | `host` | the machine and the build that figures belong to |
//! | `calibration`, `calibration_file`, `merge`, `former` | what was found out, its file, a part that is measured anew, a file of the version before |
//! | [`gate`], `lockstep` | verdicts on limits and on slowdowns; two processes that take turns |
//! | [`whole`] | files that are written whole or not at all, and read whole or refused |
//! | [`export`] | the samples in the formats of other tools |
//!
//! **Architecture invariants.** There is no cryptography here: acts come from outside, as [`Operation`]s. Samples are never
//! dropped or corrected: a curve is computed from all of them, and they stay in the file beside it. An act whose result is
//! not checked cannot be measured.

mod calibration;
mod calibration_file;
mod command;
mod command_act;
mod conditions;
mod conversation;
mod curve;
mod error;
pub mod export;
mod fault;
mod form;
mod former;
mod former_run;
pub mod gate;
mod host;
mod least_squares;
mod lockstep;
mod measure;
mod measurements;
pub mod memory;
mod merge;
mod method;
mod operation;
mod own_operation;
mod point;
mod process;
mod progress;
mod runs;
mod sampling;
mod scaling;
mod statistics;
mod stopwatch;
mod uncertainty;
pub mod whole;

pub use calibration::{Calibration, Measured};
pub use conditions::Conditions;
pub use curve::Curve;
pub use error::{CalibrationError, MeasureError, Mismatch};
pub use form::{Form, Rival};
pub use former_run::{FormerMean, FormerRun};
pub use host::{Build, Host};
pub use measure::measure;
pub use measurements::{Measurements, Series};
pub use method::Method;
pub use operation::{Claimed, Description, Instance, Operation, OperationError, Scaling, Usage, instance};
pub use own_operation::{OWN_SUITE, OwnOperation, PLACEHOLDER};
pub use point::{Clock, Point, Run, Samples};
pub use process::{Children, Workers, serve};
pub use progress::{Audience, Phase, Progress};
pub use sampling::{Attendant, Order, Sampled, Taken, sample_here};
pub use scaling::{Law, ThreadScaling};
pub use statistics::{CONFIDENCE, Estimate, Replicate, STATED_PROCESSES, STATED_RUNS, Variance, positive_interval};
pub use uncertainty::Uncertainty;

/// Kind and version of the calibration file.
pub const SCHEMA: &str = "proofcast/calibration/3";
