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
//! | `method` | how samples are taken, and progress |
//! | `measure` | the harness: shuffled rounds over all acts and sizes |
//! | `stopwatch` | wall and CPU time, the multiplication chain, the shifted stack |
//! | [`memory`] | peak memory in a process of its own |
//! | `curve` | time as a function of size |
//! | `host` | the machine and the build that figures belong to |
//! | `calibration` | the file |
//!
//! **Architecture invariants.** There is no cryptography here: acts come from outside, as [`Operation`]s. Samples are never
//! dropped or corrected: a curve is computed from all of them, and they stay in the file beside it. An act whose result is
//! not checked cannot be measured.

mod calibration;
mod curve;
mod error;
mod host;
mod measure;
pub mod memory;
mod method;
mod operation;
mod stopwatch;

pub use calibration::{Calibration, Clock, Measured, SCHEMA};
pub use curve::{CONFIDENCE, Curve, Form, Samples};
pub use error::{CalibrationError, Mismatch};
pub use host::{Build, Host};
pub use measure::{Conditions, MeasureError, Measurements, Point, Series, measure};
pub use method::{Method, Phase, Progress};
pub use operation::{Claimed, Description, Instance, Operation, OperationError, instance};
