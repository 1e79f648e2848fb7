//! Runs the replications of one case and makes numbers with intervals of their outcomes.

use std::collections::BTreeMap;
use std::time::Instant;

use models::QUANTILE_ERROR;
use models::fleet::Fleet;
use models::system::{Ran, Resolution};
use scenarios::{Case, Input, InputKind, Override, PlausibleCase, Shares, Sizing, WORLDS};
use sim::{Interval, Precision, QuantileSketch, Streams, replicate, until_precise};

use crate::bill::{Bill, Paid};
use crate::course::course;
use crate::effort::{Effort, FIRST_ROUND, MOST_REPLICATIONS};
use crate::metrics::{CONFIDENCE, Metrics, Runs, mean, paid};
use crate::summary::{Basis, DistributionCurve, InputFigure, OUTCOME_SCHEMA, Provenance, Reached, Summary};
use crate::systems::{ForKind, Kind, for_kind};
use crate::work::units;

/// Points of a distribution for the charts.
const CURVE_POINTS: usize = 400;
/// What the answer is called and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of the scenario.
    pub scenario_sha256: String,
    /// SHA-256 of the calibration.
    pub calibration_sha256: Option<String>,
    /// SHA-256 of the calibrations that stand for single machines, by instance.
    pub instance_calibrations_sha256: BTreeMap<String, String>,
    /// Version of the program.
    pub version: String,
    /// What the command line changed in the scenario.
    pub overrides: Vec<Override>,
}

/// Simulates a case, at the best estimates of its inputs and in its plausible worlds, and summarizes it. Claims are judged elsewhere.
pub fn summarize(case: &Case, effort: &Effort, origin: &Origin) -> Summary {
    for_kind(case, Summarize { case, effort, origin })
}

struct Summarize<'a> {
    case: &'a Case,
    effort: &'a Effort<'a>,
    origin: &'a Origin,
}

impl ForKind for Summarize<'_> {
    type Output = Summary;

    fn run<K: Kind>(self) -> Summary {
        summarized::<K>(self.case, self.effort, self.origin)
    }
}

fn summarized<K: Kind>(case: &Case, effort: &Effort, origin: &Origin) -> Summary {
    let (outcomes, reached) = simulate::<K>(case, effort);
    let ran: Vec<Ran> = outcomes.iter().map(K::ran).collect();
    let ended = effort.progress.stopped() && K::extent(case).is_some();
    let mut metrics = K::figures(case, &outcomes, (effort.seed, Runs::First(outcomes.len() as u32)));
    // What is known of inputs is told of all replications in all worlds, or not at all.
    let worlds = if ended { Vec::new() } else { in_worlds::<K>(case, &outcomes, effort) };
    let ended = ended || effort.progress.stopped() && !worlds.is_empty();
    let carried_per_s = K::carried_per_s(case, &outcomes);
    let mut paid = Paid { runs: paid::<K>(case, &outcomes), carried_per_s, worlds: Vec::new() };
    for World { kind, best, world } in worlds.into_iter().filter(|_| !ended) {
        metrics.add_world(kind, &best.figures, &world.figures);
        paid.worlds.push((best.paid, world.paid));
    }
    let (metrics, samples) = metrics.into_parts();
    let mut stages: Vec<_> = case.stages.iter().collect();
    stages.sort_by(|a, b| a.capacity.total_cmp(&b.capacity));
    Summary {
        schema: OUTCOME_SCHEMA.to_owned(),
        headlines: K::headlines(case),
        scenario: origin.scenario.clone(),
        design: case.design.clone(),
        costs: case.book.clone(),
        sizing: case.sizing.name().to_owned(),
        resolution: if effort.resolution == Resolution::Cohort { "cohort" } else { "transaction" }.to_owned(),
        seed: effort.seed,
        replications: outcomes.len() as u32,
        interrupted: ended.then(|| effort.precision.map_or(effort.replications, |_| MOST_REPLICATIONS)),
        precision: reached,
        simulated_s: mean(ran.iter().map(|ran| ran.simulated_s)).unwrap_or(0.0),
        fingerprint: fingerprint(&ran),
        limited_by: stages.first().filter(|stage| stage.utilization >= 1.0).map(|stage| stage.name.to_string()),
        tightest: stages.first().map(|stage| stage.name.to_string()).unwrap_or_default(),
        next_limit: stages.get(1).map(|stage| stage.name.to_string()),
        bill: Some(Bill::of(case, &paid, &metrics)),
        metrics,
        series: Vec::new(),
        course: if ended || outcomes.is_empty() || !effort.course {
            None
        } else {
            course(case, outcomes.len(), |every| K::told(case, effort, every))
        },
        samples,
        claims: Vec::new(),
        objectives: Vec::new(),
        machines: case.choices.clone(),
        basis: basis(&case.basis),
        proving_basis: basis(&case.proving_basis),
        inputs: inputs(case),
        caveats: K::caveats(case, &outcomes),
        assumptions: case.assumptions.clone(),
        overrides: origin.overrides.clone(),
        provenance: Provenance {
            version: origin.version.clone(),
            scenario_sha256: origin.scenario_sha256.clone(),
            calibration_sha256: origin.calibration_sha256.clone(),
            instance_calibrations_sha256: origin.instance_calibrations_sha256.clone(),
            prices_date: case.prices_date.clone(),
        },
        distributions: distributions::<K>(&outcomes),
    }
}

/// What is known after one replication.
#[derive(Clone)]
struct Known {
    figures: Metrics,
    paid: Fleet,
}

impl Known {
    fn of<K: Kind>(case: &Case, outcome: &[K::Outcome], (seed, run): (u64, u32)) -> Self {
        let paid = paid::<K>(case, outcome).swap_remove(0);
        Self { figures: K::figures(case, outcome, (seed, Runs::One(run))), paid }
    }
}

/// What is known in a plausible world, beside what is known at the best estimates on the same random numbers.
struct World {
    kind: InputKind,
    best: Known,
    world: Known,
}

/// All plausible worlds: one after the other takes the next replication, so that no replication decides for all.
fn in_worlds<K: Kind>(case: &Case, outcomes: &[K::Outcome], effort: &Effort) -> Vec<World> {
    let runs = outcomes.len().clamp(1, WORLDS) as u32;
    let best: Vec<Known> = replicate(0..runs, |run| {
        let of_run = outcomes.get(run as usize).map_or(&[][..], std::slice::from_ref);
        Known::of::<K>(case, of_run, (effort.seed, run))
    });
    replicate(0..case.worlds.len() as u32, |index| {
        let PlausibleCase { kind, case: world } = &case.worlds[index as usize];
        let run = index % runs;
        // Prices move the bill and not the events.
        let same = world.system == case.system && world.horizon == case.horizon;
        let simulated = match outcomes.len() {
            // A single replication has no interval, whatever is known of its inputs: only what is exact is asked for.
            0 | 1 => None,
            _ if same => outcomes.get(run as usize).cloned(),
            _ => outcome::<K>(world, run, effort),
        };
        let there = Known::of::<K>(world, simulated.as_slice(), (effort.seed, run));
        World { kind: *kind, best: best[run as usize].clone(), world: there }
    })
}

/// What one replication yields; nothing where the case cannot be simulated, or the work shall end.
fn outcome<K: Kind>(case: &Case, replication: u32, effort: &Effort) -> Option<K::Outcome> {
    let extent = K::extent(case).filter(|_| !effort.progress.stopped())?;
    let streams = Streams::new(effort.seed, replication);
    let mut part = effort.progress.part(units(case, effort));
    let outcome = K::of(case).run_told(effort.resolution, extent, &streams, |share| part.reach(share))?;
    part.end();
    Some(outcome)
}

/// The outcomes at the best estimates, and how precise they are where that was asked for. Where the work ends before its time,
/// those of the replications that were over.
fn simulate<K: Kind>(case: &Case, effort: &Effort) -> (Vec<K::Outcome>, Option<Reached>) {
    if K::extent(case).is_none() {
        return (Vec::new(), None);
    }
    let one = |replication| outcome::<K>(case, replication, effort);
    let finished = |all: Vec<Option<K::Outcome>>| all.into_iter().flatten().collect::<Vec<_>>();
    let Some(asked) = effort.precision else { return (finished(replicate(0..effort.replications, one)), None) };
    let precision = Precision {
        relative_half_width: asked.relative_half_width,
        confidence: CONFIDENCE,
        round: FIRST_ROUND,
        maximum: MOST_REPLICATIONS,
    };
    let figure = |outcome: &K::Outcome| K::of_interest(outcome).mean().unwrap_or(0.0);
    let time_is_up = || asked.until.is_some_and(|until| Instant::now() >= until);
    let of_run = |outcome: &Option<K::Outcome>| outcome.as_ref().map_or(0.0, figure);
    let outcomes = finished(until_precise(precision, one, of_run, || effort.progress.stopped() || time_is_up()));
    let figures: Vec<f64> = outcomes.iter().map(figure).collect();
    let reached = Interval::of(&figures, CONFIDENCE).map_or(f64::INFINITY, |it| it.relative_half_width());
    (outcomes, Some(Reached { asked: asked.relative_half_width, reached }))
}

fn distributions<K: Kind>(outcomes: &[K::Outcome]) -> Vec<DistributionCurve> {
    let pooled = |sketch: fn(&K::Outcome) -> &QuantileSketch| {
        let mut pool = QuantileSketch::new(QUANTILE_ERROR);
        outcomes.iter().for_each(|outcome| pool.merge(sketch(outcome)));
        pool
    };
    let pools = K::latencies().into_iter().map(|(name, sketch)| (name, pooled(sketch)));
    let curve = |(name, pool): (&str, QuantileSketch)| {
        let points = pool.cumulative(CURVE_POINTS).into_iter().map(|(seconds, share)| (share, seconds)).collect();
        DistributionCurve { name: name.to_owned(), points }
    };
    pools.filter(|(_, pool)| pool.mass() > 0.0).map(curve).collect()
}

/// One fingerprint of all replications, in their order.
fn fingerprint(ran: &[Ran]) -> String {
    let mut all = sim::Fingerprint::new();
    ran.iter().for_each(|ran| all.record(sim::Time::ZERO, ran.fingerprint));
    format!("{:016x}", all.value())
}

fn inputs(case: &Case) -> Vec<InputFigure> {
    let figure = |input: &Input| InputFigure {
        name: input.name.clone(),
        value: Some(input.value),
        unit: input.unit.to_owned(),
        known: input.known.name().to_owned(),
        source: input.source.clone(),
    };
    case.inputs.iter().map(figure).collect()
}

fn basis(shares: &Shares) -> Basis {
    Basis {
        measured: shares.measured,
        published: shares.published,
        claimed: shares.claimed,
        given: shares.given,
        extrapolated: shares.extrapolated,
    }
}

/// Whether a case is the one that a claim or table asks for.
pub(crate) fn is(summary: &Summary, design: &str, costs: &str, sizing: Sizing) -> bool {
    summary.design == design && summary.costs == costs && summary.sizing == sizing.name()
}
