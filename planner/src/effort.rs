//! How much is simulated, and which of the cases of a scenario.

use std::time::Instant;

use models::system::Resolution;
use scenarios::{Scenario, Sizing};

use crate::progress::Progress;

/// Replications of a round when a precision is asked for.
pub(crate) const FIRST_ROUND: u32 = 10;
/// Most replications when a precision is asked for: as many as can be asked for by number.
pub(crate) const MOST_REPLICATIONS: u32 = 10_000;

/// How a case is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Effort<'a> {
    /// Seed of all streams.
    pub seed: u64,
    /// Independent replications.
    pub replications: u32,
    /// How precise the mean of the slowest finality must be, instead of a fixed number of replications.
    pub precision: Option<Wanted>,
    /// Whether transactions are simulated one by one.
    pub resolution: Resolution,
    /// Whether the first replication is run once more, to keep how it went.
    pub course: bool,
    /// Who is told how far it is, and may end it.
    pub progress: &'a Progress,
}

/// A precision that replications are added for: of the noise of the run, since no replication makes inputs better known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// Relative half-width of the 95 % interval.
    pub relative_half_width: f64,
    /// When to stop all the same.
    pub until: Option<Instant>,
}

/// Nobody is told, and nobody ends it.
static UNWATCHED: Progress = Progress::until(|| false);

/// The effort that a scenario asks for itself.
pub fn default_effort(scenario: &Scenario, seed: u64) -> Effort<'static> {
    let (replications, resolution) = (scenario.replications, Resolution::Cohort);
    Effort { seed, replications, precision: None, resolution, course: true, progress: &UNWATCHED }
}

/// Which cases are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Names of designs, in the order of the answer.
    pub designs: Vec<String>,
    /// Names of cost books.
    pub books: Vec<String>,
    /// Sizings.
    pub sizings: Vec<Sizing>,
    /// Design that the others are compared with.
    pub base: String,
}
