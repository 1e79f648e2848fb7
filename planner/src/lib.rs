//! What is asked of a scenario: replicate it, compare its designs, judge the claims about them.
//!
//! [`summarize`] turns one case into a [`Summary`], [`compare`] several into a [`Comparison`], `claims` adds the
//! verdicts; [`Contrast`] holds two results against each other; [`impact`] tells what a changed cost does; [`vary`] asks for one key at several values, [`sensitivity`] for one input at a time, [`switches`()] for what can be switched on; [`timeline`] keeps what happens
//! in one replication. The types of `summary` are the machine interface, which `read` reads back.
//!
//! **Architecture invariant:** nothing here formats a table or writes a file, and no verdict is written in: it is a
//! function of the claim, its inputs and an outcome.

mod answer;
mod bill;
mod claims;
mod compare;
mod course;
mod crossing;
mod difference;
mod economy;
mod effort;
mod experiment;
mod headlines;
mod impact;
mod metrics;
mod objectives;
mod obstacle;
mod overtaking;
mod plan;
mod points;
mod progress;
mod read;
mod reference;
mod sample;
mod sensitivity;
mod side_by_side;
mod slower;
mod summarize;
mod summary;
mod support;
mod sweep;
mod sweep_point;
mod switches;
mod systems;
mod text;
mod timeline;
mod work;

pub use bill::{Bill, Exact, Line, REDACTED};
pub use claims::{Budget, ERROR_RATE, Ground, Judgements, OfDesign, books_asked, decide, findings, verdict_on};
pub use compare::compare;
pub use course::{RunCourse, RunPiece};
pub use crossing::INDIFFERENCE;
pub use difference::{
    BillContrast, BillLine, CaseContrast, CaseName, Condition, Contrast, DIFFERENCE_SCHEMA, FigureChange,
    FigureContrast, Found, InputChanges, LineContrast, OnlyAssumed, Side, Stands, Told, Turned,
};
pub use effort::{Effort, Selection, Wanted, default_effort};
pub use experiment::{
    EXPERIMENT_SCHEMA, Effect, Experiment, ExperimentKey, ExperimentPoint, PointOutcome, PointValue, experiment,
};
pub use headlines::{Aim, Common, Headline, Headlines, Shared};
pub use impact::{Impact, Moved, impact};
pub use metrics::CONFIDENCE;
pub use overtaking::{Overtaking, Tie};
pub use plan::{
    Again, Certificate, Certified, Ending, FrontPoint, Growing, Growth, GrowthMonth, GrowthPool, Held, Measurable,
    Measuring, PLAN_SCHEMA, Plan, Planned, PlannedFleet, PlannedPool, Plausible, Priced, Rejected, ShadowPrice, Target,
    Term, Trial, VERIFIED_SCHEMA, Variant, Verified, Wanted as PlanWanted, Written as WrittenPlan, plan, verify,
};
pub use progress::Progress;
pub use read::{ReadError, read, schema};
pub use reference::{ReferenceCurve, ReferencePoint};
pub use sensitivity::{SENSITIVITY_SCHEMA, Sensitivity, Swing, SwingInput, sensitivity};
pub use side_by_side::{
    Entrant, Row, SCENARIOS_SCHEMA, SharedFigure, SideBySide, VARIED_SCENARIOS_SCHEMA, Varied, VariedPoint,
    side_by_side, vary_side_by_side,
};
pub use summarize::{Origin, summarize};
pub use summary::*;
pub use sweep::{SWEEP_SCHEMA, Sweep, vary};
pub use sweep_point::Point;
pub use switches::{Change, SWITCHES_SCHEMA, SwitchEffect, SwitchStudy, Worth, switches};
pub use systems::service::storm::{Course, STORM_SCHEMA, Storm, StormStudy, Tried, storm};
pub use text::listed;
pub use timeline::{Counter, MOST_SPANS, Timeline, timeline};
pub use work::Work;

pub use scenarios::{Bound, Bundle, Claim, Excluded, MachineChoice, Override, RunnerUp, conversion, counted};

pub use models::fleet::Role;
pub use models::systems::layered::timeline::{Happening, Timeline as Spans, Track};
