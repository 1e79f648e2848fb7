//! What a fleet is asked for, as a figure of every replication that has a goal.
//!
//! Model: a bound on a percentile is held as what it says of requests: the share of all of them that stay within the bound must be at
//! least that of the percentile. This share is a mean over requests, so that replications of it are about normal, which those of a
//! percentile need not be; who is refused or waits too long counts as late. Any other figure is held by its mean over replications.

use scenarios::{Bound, Case, Objective, conversion};
use serde::{Deserialize, Serialize};
use sim::Streams;

use super::space::is_paid_by_the_run;
use crate::effort::Effort;
use crate::metrics::{Metrics, Runs};
use crate::systems::{ForKind, Kind, for_kind};
use crate::text::saturation;

/// An objective as a plan holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// The objective, as one would write it.
    pub objective: String,
    /// The figure that it is about.
    pub metric: String,
    /// What is asked of every replication, in its own unit: a share of requests, or the figure.
    pub goal: f64,
    /// Which side of the goal is wanted.
    pub(crate) bound: Bound,
    /// The bound of a percentile \[s\] and the latency that it is of.
    pub(crate) percentile: Option<(String, f64)>,
    /// What makes of the figure's unit that of the objective.
    pub(crate) factor: f64,
    /// Whether the figure is a share.
    pub(crate) of_share: bool,
    /// The value of the objective, in its own unit.
    pub value: f64,
    /// The unit of that.
    pub unit: String,
}

impl Target {
    /// An objective of a figure that has this unit; nothing where that cannot be given in the objective's.
    pub(crate) fn of<K: Kind>(objective: &Objective, unit: &str, case: &Case) -> Option<Self> {
        // A cost that is for another load is held in proportion.
        let part = objective.load.map_or(1.0, |load| load.per_second() / case.load_per_s());
        let factor = conversion(unit, &objective.unit)? * part;
        let upper = matches!(objective.bound, Bound::AtMost | Bound::LessThan);
        let latency = |(name, tail): (&str, &str)| {
            let percent: f64 = tail.parse().ok()?;
            K::latencies().iter().any(|(latency, _)| *latency == name).then(|| (name.to_owned(), percent / 100.0))
        };
        let percentile = objective.metric.rsplit_once(".p").and_then(latency).filter(|_| upper);
        let (goal, bound) = match &percentile {
            Some((_, share)) => (*share, Bound::AtLeast),
            None => (objective.value, objective.bound),
        };
        let within_s = objective.value / factor;
        Some(Self {
            name: objective.name.clone(),
            objective: objective.to_string(),
            metric: objective.metric.clone(),
            goal,
            bound,
            percentile: percentile.map(|(name, _)| (name, within_s)),
            factor,
            of_share: unit == "share",
            value: objective.value,
            unit: objective.unit.clone(),
        })
    }

    /// The bound of a percentile of a latency \[s\], of which `goal` is the share of requests; none of other figures.
    pub fn within_s(&self) -> Option<f64> {
        self.percentile.as_ref().map(|(_, within_s)| *within_s)
    }

    /// The same with another value, for what one more unit of it would cost.
    pub(crate) fn moved(&self, value: f64) -> Self {
        let moved = match &self.percentile {
            Some((name, _)) => {
                Self { percentile: Some((name.clone(), value / self.factor)), goal: self.goal, ..self.clone() }
            }
            None => Self { goal: value, ..self.clone() },
        };
        Self { value, objective: self.objective.clone(), ..moved }
    }

    /// Whether it is about a share of requests.
    pub(crate) fn is_share(&self) -> bool {
        self.percentile.is_some() || self.of_share
    }

    /// Whether less of its figure is better.
    pub(crate) fn wants_less(&self) -> bool {
        matches!(self.bound, Bound::AtMost | Bound::LessThan)
    }

    /// How far what was found is from the goal, as a share of what lies between the goal and the best there could be, or of the goal.
    pub(crate) fn room(&self, found: f64) -> Option<f64> {
        let best = if self.percentile.is_some() { 1.0 - self.goal } else { self.goal.abs() };
        let better = if self.wants_less() { self.goal - found } else { found - self.goal };
        (best > 0.0).then_some(better / best)
    }

    /// What was found, beside what was asked for.
    pub(crate) fn told(&self, found: f64) -> String {
        let percent = |share: f64| {
            let percent = (share * 1e4).round() / 100.0;
            format!("{percent} %")
        };
        match &self.percentile {
            Some((latency, _)) => format!(
                "{}: {} within {} {}, {} asked",
                latency.replace('_', " "),
                percent(found),
                self.value,
                self.unit,
                percent(self.goal)
            ),
            None => {
                let sign = if self.wants_less() { "at most" } else { "at least" };
                let unit = counted_unit(&self.unit);
                format!("{} is {found:.4}{unit}, {sign} {}{unit} asked", self.metric, self.value)
            }
        }
    }

    /// Whether it bounds a cost: more machines never help it, and where none comes or goes it is known without a simulation.
    pub(crate) fn is_cap(&self) -> bool {
        self.metric.starts_with("cost.") && self.wants_less()
    }
}

/// A unit after a number; nothing for a plain one.
fn counted_unit(unit: &str) -> String {
    if ["1", "share"].contains(&unit) { String::new() } else { format!(" {unit}") }
}

/// Targets of which some are asked for: a replication is scored for all of them, so that it need not be simulated again where others
/// are asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) all: &'a [Target],
    /// Places of those that are asked for.
    pub(crate) places: &'a [usize],
}

/// What one replication says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scored {
    /// Of every target, its figure in the unit of the goal; none where the replication has no such figure.
    pub(crate) values: Vec<Option<f64>>,
    /// Of every target, its figure in the unit of the figure.
    pub(crate) figures: Vec<Option<f64>>,
    /// Of every target, why it can only fail: the figure flatters, since the run is too short to show the slowest.
    pub(crate) flattered: Vec<Option<String>>,
    /// What was paid \[USD per month\].
    pub(crate) usd: f64,
    /// Requests that shares are of.
    pub(crate) requests: f64,
}

/// Why a run says nothing in favour of a fleet.
const TOO_SHORT: &str = "the run is too short for its queues to settle";

/// Runs a replication of a case and scores it; nothing where the work shall end, or nothing of it can be simulated.
pub(crate) fn scored<K: Kind>(case: &Case, targets: &[Target], replication: u32, effort: &Effort) -> Option<Scored> {
    let outcome = outcome::<K>(case, K::any_extent(case)?, replication, effort)?;
    let usd = case.fleet.as_paid(K::pools(&outcome), &K::used(&outcome)).total();
    let figures = K::figures(case, std::slice::from_ref(&outcome), (effort.seed, Runs::One(replication)));
    let too_short = K::extent(case).is_none().then(|| TOO_SHORT.to_owned());
    // Where no machine comes or goes, a bound on a cost is held against what is known without a simulation, as in the search: what a run
    // pays beside machines differs by chance, and not by the fleet.
    let has_caps = targets.iter().any(Target::is_cap) && !is_paid_by_the_run(case);
    let planned = has_caps.then(|| K::figures(case, &[], (0, Runs::First(0))));
    let of_target = |target: &Target| planned.as_ref().filter(|_| target.is_cap()).unwrap_or(&figures);
    let scored = targets.iter().map(|target| value::<K>(&outcome, of_target(target), target));
    let (values, flattered) = scored.map(|(value, why)| (value, why.or_else(|| too_short.clone()))).unzip();
    let figures = targets.iter().map(|target| of_target(target).named(&target.metric)).collect();
    Some(Scored { values, figures, flattered, usd, requests: K::requests(&outcome) })
}

/// The same of a shorter run of a part of the case: all that is known are the latencies of that part.
pub(crate) fn glanced<K: Kind>(case: &Case, targets: &[Target], replication: u32, effort: &Effort) -> Option<Scored> {
    let outcome = outcome::<K>(case, K::quick_extent(case)?, replication, effort)?;
    let share = |(latency, bound_s): &(String, f64)| K::share_within(&outcome, latency, *bound_s);
    let values = targets.iter().map(|target| target.percentile.as_ref().and_then(share)).collect();
    Some(Scored {
        values,
        figures: vec![None; targets.len()],
        flattered: vec![None; targets.len()],
        usd: case.fleet.total(),
        requests: K::requests(&outcome),
    })
}

fn outcome<K: Kind>(case: &Case, extent: K::Extent, replication: u32, effort: &Effort) -> Option<K::Outcome> {
    let stopped = || effort.progress.stopped();
    let streams = Streams::new(effort.seed, replication);
    let system = Some(K::of(case)).filter(|_| !stopped())?;
    system.run_told(effort.resolution, extent, &streams, |_| !stopped())
}

/// Of every target, which stage cannot carry the load where there is no figure because of that: known without a simulation.
pub(crate) fn saturated<K: Kind>(case: &Case, targets: &[&Target]) -> Vec<Option<String>> {
    let beside = K::stages_beside(case);
    let overloaded = case.stages.iter().chain(&beside).filter(|stage| stage.utilization >= 1.0);
    let overloads: Vec<String> = overloaded.map(|stage| saturation(stage, case.system.request().unit)).collect();
    if overloads.is_empty() {
        return vec![None; targets.len()];
    }
    let figures = K::figures(case, &[], (0, Runs::First(0)));
    let why = |target: &&Target| figures.why_missing(&target.metric).filter(|why| overloads.contains(why));
    targets.iter().map(why).collect()
}

/// Whether a case whose machines are always there keeps to the targets that bound a cost.
pub(crate) fn within_caps(case: &Case, caps: &[&Target]) -> bool {
    for_kind(case, Capped { case, caps })
}

struct Capped<'a> {
    case: &'a Case,
    caps: &'a [&'a Target],
}

impl ForKind for Capped<'_> {
    type Output = bool;

    fn run<K: Kind>(self) -> bool {
        let figures = K::figures(self.case, &[], (0, Runs::First(0)));
        self.caps.iter().all(|cap| {
            let found = figures.named(&cap.metric).map(|value| value * cap.factor);
            found.is_some_and(|found| cap.bound.within(cap.goal, 0.0, found, found) == Some(true))
        })
    }
}

/// Why no number of machines meets a target that is known without a simulation, where the fewest and the most miss it alike.
pub(crate) fn out_of_reach(cases: &[Case], target: &Target) -> Option<String> {
    let known = |case: &Case| for_kind(case, Known { case, target });
    let (first, unit) = known(cases.first().filter(|_| target.percentile.is_none())?)?;
    let alike = |case: &Case| known(case).is_some_and(|(figure, _)| figure == first);
    let scaled = first * target.factor;
    if !cases.iter().all(alike) || target.bound.within(target.goal, 0.0, scaled, scaled) != Some(false) {
        return None;
    }
    let figure = format!("{} {unit}", crate::text::count(first));
    Some(match target.metric.as_str() {
        "throughput" => format!("throughput cannot exceed the load of {figure}"),
        metric => format!("`{metric}` is {figure} on any number of machines"),
    })
}

struct Known<'a> {
    case: &'a Case,
    target: &'a Target,
}

impl ForKind for Known<'_> {
    type Output = Option<(f64, String)>;

    fn run<K: Kind>(self) -> Self::Output {
        let figures = K::figures(self.case, &[], (0, Runs::First(0)));
        let metric = &self.target.metric;
        Some((figures.named(metric)?, figures.unit(metric)?.to_owned()))
    }
}

/// What is paid for a case in a replication \[USD per month\].
pub(crate) fn paid(case: &Case, targets: &[Target], replication: u32, effort: &Effort) -> Option<f64> {
    for_kind(case, Paid { case, targets, replication, effort })
}

struct Paid<'a> {
    case: &'a Case,
    targets: &'a [Target],
    replication: u32,
    effort: &'a Effort<'a>,
}

impl ForKind for Paid<'_> {
    type Output = Option<f64>;

    fn run<K: Kind>(self) -> Option<f64> {
        scored::<K>(self.case, self.targets, self.replication, self.effort).map(|scored| scored.usd)
    }
}

/// The figure of a target in one replication, and why it flatters, where it does.
fn value<K: Kind>(outcome: &K::Outcome, figures: &Metrics, target: &Target) -> (Option<f64>, Option<String>) {
    let missing = figures.why_missing(&target.metric);
    match &target.percentile {
        Some((latency, bound_s)) => (K::share_within(outcome, latency, *bound_s), missing),
        None => (figures.named(&target.metric).map(|value| value * target.factor), missing),
    }
}
