//! What is asked of a scenario: replicate it, compare its designs, judge the claims about them.
//!
//! [`run`](summarize) turns one case into a [`Summary`], [`compare`] several into a [`Comparison`], `claims` adds the
//! verdicts; [`vary`] asks for one key at several values, [`sensitivity`] for one input at a time, [`switches`()] for what can be switched on; [`timeline`] keeps what happens
//! in one replication. The types of `summary` are the machine interface, which `read` reads back.
//!
//! **Architecture invariant:** nothing here formats a table or writes a file, and no verdict is written in: it is a
//! function of the claim, its inputs and an outcome.

mod answer;
mod claims;
mod compare;
mod crossing;
mod economy;
mod headlines;
mod metrics;
mod objectives;
mod obstacle;
mod progress;
mod read;
mod reference;
mod run;
mod sample;
mod sensitivity;
mod summary;
mod support;
mod switches;
mod systems;
mod text;
mod timeline;
mod variation;
mod work;

pub use claims::{Budget, ERROR_RATE, books_asked, decide, findings};
pub use compare::{Selection, compare, default_effort};
pub use crossing::INDIFFERENCE;
pub use headlines::{Headline, Headlines};
pub use metrics::CONFIDENCE;
pub use progress::Progress;
pub use read::{ReadError, read};
pub use reference::{ReferenceCurve, ReferencePoint};
pub use run::{Effort, Origin, Wanted, summarize};
pub use sensitivity::{SENSITIVITY_SCHEMA, Sensitivity, Swing, SwingInput, sensitivity};
pub use summary::*;
pub use switches::{Change, SWITCHES_SCHEMA, SwitchEffect, SwitchStudy, Worth, switches};
pub use systems::service::storm::{Course, STORM_SCHEMA, Storm, StormStudy, Tried, storm};
pub use timeline::{Counter, MOST_SPANS, Timeline, timeline};
pub use variation::{Overtaking, Point, Tie, VARIATION_SCHEMA, Variation, vary};
pub use work::Work;

pub use scenarios::{Bound, Override, counted};

pub use models::systems::layered::timeline::{Happening, Timeline as Spans, Track};
