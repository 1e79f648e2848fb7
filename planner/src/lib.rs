//! What is asked of a scenario: replicate it, compare its designs, judge the claims about them.
//!
//! [`run`](summarize) turns one case into a [`Summary`], [`compare`] several into a [`Comparison`], `claims` adds the
//! verdicts, [`timeline`] keeps what happens in one replication. The types of `summary` are the machine interface.
//!
//! **Architecture invariant:** nothing here formats a table or writes a file, and no verdict is written in: it is a
//! function of the claim, its inputs and an outcome.

mod claims;
mod compare;
mod metrics;
mod run;
mod summary;
mod text;
mod timeline;

pub use claims::derived;
pub use compare::{Selection, compare, default_effort};
pub use metrics::CONFIDENCE;
pub use run::{Effort, Origin, summarize};
pub use summary::*;
pub use timeline::{MOST_SPANS, timeline};

pub use models::layered::timeline::{Happening, Timeline, Track};
