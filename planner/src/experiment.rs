//! Every design at points of several keys, on common random numbers: which is best where, and which key decides.
//!
//! Of every point only the figures are kept that a kind of system puts first, so that thousands of points fit into memory. Which key
//! decides is told by rank correlations ([`ranks`]), which ask only that a figure rises or falls with the key, and not how.
//! Source: J. P. C. Kleijnen, *Design and Analysis of Simulation Experiments*, 2nd ed., 2015. Leaves out: what keys do together.

mod ranks;

use scenarios::{Case, Choice, Points, Scenario};
use serde::Serialize;

use crate::crossing::INDIFFERENCE;
use crate::effort::Effort;
use crate::points::each_point;
use crate::summarize::Origin;
use crate::summary::{Metric, Reached, Roster, Summary};

pub use ranks::Effect;

/// Version of the machine interface of an experiment.
pub const EXPERIMENT_SCHEMA: &str = "proofcast/experiment/1";

/// Every design at points of several keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Experiment {
    /// [`EXPERIMENT_SCHEMA`].
    pub schema: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// How the points were made, in words.
    pub how: String,
    /// Whether the points are all combinations of the values of the keys.
    pub is_grid: bool,
    /// The keys that are varied.
    pub keys: Vec<ExperimentKey>,
    /// The points, in their order.
    pub points: Vec<ExperimentPoint>,
    /// Replications of a case, the most of any point.
    pub replications: u32,
    /// What each key does to each figure.
    pub effects: Vec<Effect>,
    /// The whole outcomes of the first point, for what an answer says of inputs and assumptions.
    #[serde(skip)]
    pub first: Vec<Summary>,
    /// What the scenario has beside what was asked for.
    #[serde(skip)]
    pub roster: Roster,
}

/// A key that is varied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExperimentKey {
    /// Dotted key of the scenario.
    pub name: String,
    /// Base unit of its values; empty where they are numbers, or no quantities.
    pub unit: String,
}

/// All designs at one point.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExperimentPoint {
    /// What each key holds.
    pub values: Vec<PointValue>,
    /// An outcome for each design, cost book and sizing.
    pub outcomes: Vec<PointOutcome>,
}

/// What a key holds at a point.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PointValue {
    /// As it was written.
    pub text: String,
    /// In the base unit of the key; `null` where it is no quantity.
    pub at: Option<f64>,
}

/// A design under a book and a sizing at one point.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PointOutcome {
    /// Name of the design.
    pub design: String,
    /// Cost book.
    pub costs: String,
    /// `specified` or `sized`.
    pub sizing: String,
    /// Whether it carries its load, and nearly all requests get what they came for.
    pub carries: bool,
    /// How precise the run is, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Reached>,
    /// The figures that its kind puts first.
    pub figures: Vec<Metric>,
}

impl PointOutcome {
    fn of(summary: &Summary) -> Self {
        let headlines = summary.headlines;
        let first = headlines.swept.iter().chain(headlines.swung);
        let more = headlines.money.iter().chain(headlines.times).map(|line| &line.metric);
        let mut figures: Vec<Metric> = Vec::new();
        for name in first.chain(more) {
            if figures.iter().all(|known| known.name != **name) {
                figures.extend(summary.metric(name).cloned());
            }
        }
        Self {
            design: summary.design.clone(),
            costs: summary.costs.clone(),
            sizing: summary.sizing.clone(),
            carries: summary.carries(),
            precision: summary.precision,
            figures,
        }
    }

    /// The figure of that name.
    pub fn figure(&self, name: &str) -> Option<&Metric> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// The value of that name, where it is a number and the design carries its load: less than the load costs less.
    pub fn carried(&self, name: &str) -> Option<f64> {
        self.figure(name)?.value.filter(|value| self.carries && value.is_finite())
    }
}

impl ExperimentPoint {
    /// The designs under a book with the least of a figure, all that are within what nobody would choose by.
    pub fn least(&self, figure: &str, costs: &str) -> Vec<&str> {
        let here = self.outcomes.iter().filter(|one| one.costs == costs);
        let values: Vec<(&str, f64)> =
            here.filter_map(|one| Some((one.design.as_str(), one.carried(figure)?))).collect();
        let least = values.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
        let near = |value: f64| value - least <= least.abs() * INDIFFERENCE;
        values.into_iter().filter(|(_, value)| near(*value)).map(|(design, _)| design).collect()
    }
}

impl Experiment {
    /// The figures that are shown of every outcome.
    pub fn shown(&self) -> &'static [&'static str] {
        self.first.first().map_or(&[], |summary| summary.headlines.swept)
    }

    /// The outcomes of a design under a book over all points that have one.
    pub fn along(&self, index: usize) -> impl Iterator<Item = (&ExperimentPoint, &PointOutcome)> {
        self.points.iter().filter_map(move |point| Some((point, point.outcomes.get(index)?)))
    }
}

/// Simulates all cases of all points, in the order of the points; `progress` is told the point and the case in hand. Work that is ended
/// before its time leaves out the points that were not simulated in all cases.
///
/// # Errors
/// The cases of a point cannot be built.
pub fn experiment<E: Send>(
    scenario: &Scenario,
    points: &Points,
    cases: impl Fn(usize) -> Result<Vec<Case>, E> + Sync,
    on: (&Effort, &Origin),
    progress: impl FnMut(usize, &Case),
) -> Result<Experiment, E> {
    let (mut found, mut first, mut replications) = (Vec::new(), Vec::new(), 0);
    each_point(points.values.len(), cases, on, progress, |index, outcomes| {
        replications = outcomes.iter().map(|outcome| outcome.replications).fold(replications, u32::max);
        let value = |choice: &Choice| PointValue { text: choice.text.clone(), at: choice.at };
        let values = points.values[index].iter().map(value).collect();
        found.push(ExperimentPoint { values, outcomes: outcomes.iter().map(PointOutcome::of).collect() });
        if first.is_empty() {
            first = outcomes.iter().map(Summary::published).collect();
        }
    })?;
    let unit = |place: usize| points.values.first().map_or("", |values| values[place].unit).to_owned();
    let keys =
        points.keys.iter().enumerate().map(|(place, name)| ExperimentKey { name: name.clone(), unit: unit(place) });
    let mut experiment = Experiment {
        schema: EXPERIMENT_SCHEMA,
        scenario: scenario.name.clone(),
        how: points.how.clone(),
        is_grid: points.is_grid,
        keys: keys.collect(),
        points: found,
        replications,
        effects: Vec::new(),
        first,
        roster: Roster::of(scenario),
    };
    experiment.effects = ranks::effects(&experiment);
    Ok(experiment)
}
