//! Runs the replications of one case and makes numbers with intervals of their outcomes.

use std::collections::BTreeMap;
use std::time::Instant;

use models::QUANTILE_ERROR;
use models::stage::{SETTLINGS_OF_A_MEAN, SETTLINGS_OF_A_TAIL, Stage};
use models::systems::layered::capacity::PROVERS;
use models::systems::layered::outcome::Outcome;
use models::systems::layered::{Horizon, Resolution, run_told};
use scenarios::{Case, Input, InputKind, LONGEST_RUN_S, Override, PlausibleCase, Shares, Sizing, WORLDS};
use sim::{Interval, Precision, QuantileSketch, Streams, replicate, until_precise};

use crate::metrics::{self, CONFIDENCE, Metrics, Runs, mean};
use crate::progress::Progress;
use crate::summary::{Basis, DistributionCurve, InputFigure, OUTCOME_SCHEMA, Provenance, Reached, Summary};
use crate::work::units;

/// Points of a distribution for the charts.
const CURVE_POINTS: usize = 400;
/// Replications of a round when a precision is asked for.
pub(crate) const FIRST_ROUND: u32 = 10;
/// Most replications when a precision is asked for: as many as can be asked for by number.
const MOST_REPLICATIONS: u32 = 10_000;

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

/// The stage that keeps the case from being simulated, and why: one that saturates, or that settles too slowly for the run.
pub(crate) fn obstacle(case: &Case, prove: bool) -> Option<(String, String)> {
    saturated(case, prove).or_else(|| too_short(case, prove, SETTLINGS_OF_A_MEAN))
}

/// The stages that a figure depends on: those of the provers where it is about proofs.
fn relevant(case: &Case, prove: bool) -> impl Iterator<Item = &Stage> {
    case.stages.iter().filter(move |stage| prove || stage.pool != PROVERS)
}

/// The stage that cannot carry the load.
pub(crate) fn saturated(case: &Case, prove: bool) -> Option<(String, String)> {
    let worst = relevant(case, prove).max_by(|a, b| a.utilization.total_cmp(&b.utilization))?;
    (worst.utilization >= 1.0).then(|| (worst.name.to_owned(), crate::text::saturation(worst)))
}

/// The stage that settles so slowly that the warm-up does not hold its settling time, or the measured time not so many of it.
fn too_short(case: &Case, prove: bool, settlings: f64) -> Option<(String, String)> {
    let slowest = relevant(case, prove).max_by(|a, b| a.settling_s.total_cmp(&b.settling_s))?;
    let held_s = |epochs: u32| epoch_s(case) * f64::from(epochs.max(1));
    let measured_s = settlings * slowest.settling_s;
    if held_s(case.horizon.warm_up_epochs) >= slowest.settling_s && held_s(case.horizon.epochs) >= measured_s {
        return None;
    }
    let whole = |seconds: f64| crate::text::duration((seconds / epoch_s(case)).ceil() * epoch_s(case));
    let stage = format!("{} at utilization {:.5}", crate::text::stage(slowest.name), slowest.utilization);
    let why = if measured_s > LONGEST_RUN_S {
        format!("no run is long enough: {stage} are too close to saturation")
    } else {
        format!(
            "the run is too short: {stage} settle within about {}, so a warm-up of {} and a horizon of {} are needed",
            crate::text::duration(slowest.settling_s),
            whole(slowest.settling_s),
            whole(measured_s),
        )
    };
    Some((slowest.name.to_owned(), why))
}

fn epoch_s(case: &Case) -> f64 {
    case.system.slot.as_secs_f64() * case.system.slots_per_epoch as f64
}

/// What keeps a case from being simulated, in whole or in part.
struct Obstacles {
    /// Why transactions are not even voted for.
    vote: Option<String>,
    /// Why there are no proofs.
    proof: Option<String>,
    /// Why the run says nothing of the slowest votes, and of the slowest proofs.
    slowest: [Option<String>; 2],
    /// Whether proofs are simulated.
    prove: bool,
}

impl Obstacles {
    fn of(case: &Case) -> Self {
        let all = obstacle(case, true).map(|(_, why)| why);
        let vote = if before_inclusion(case) { all.clone() } else { obstacle(case, false).map(|(_, why)| why) };
        let on_request = case.system.demand().requests().is_some();
        let unproven = match (case.horizon.prove, on_request) {
            (false, _) => Some("nothing is proven".to_owned()),
            (true, true) => Some("proofs are made on request: see request.p50".to_owned()),
            (true, false) => None,
        };
        let slowest =
            [before_inclusion(case), true].map(|prove| too_short(case, prove, SETTLINGS_OF_A_TAIL).map(|(_, why)| why));
        Self { vote, prove: case.horizon.prove && all.is_none(), proof: unproven.or(all), slowest }
    }
}

fn before_inclusion(case: &Case) -> bool {
    matches!(case.system.proving, models::systems::layered::Proving::BeforeInclusion { .. })
}

/// Simulates a case, at the best estimates of its inputs and in its plausible worlds, and summarizes it. Claims are judged elsewhere.
pub fn summarize(case: &Case, effort: &Effort, origin: &Origin) -> Summary {
    let (outcomes, reached) = simulate(case, effort);
    let ended = effort.progress.stopped() && simulated_horizon(case).is_some();
    let mut metrics = figures(case, &outcomes, (effort.seed, Runs::First(outcomes.len() as u32)));
    // What is known of inputs is told of all replications in all worlds, or not at all.
    let worlds = if ended { Vec::new() } else { in_worlds(case, &outcomes, effort) };
    let ended = ended || effort.progress.stopped() && !worlds.is_empty();
    for (kind, best, world) in worlds.into_iter().filter(|_| !ended) {
        metrics.add_world(kind, &best, &world);
    }
    let (metrics, samples) = metrics.into_parts();
    let mut stages: Vec<_> = case.stages.iter().collect();
    stages.sort_by(|a, b| a.capacity.total_cmp(&b.capacity));
    Summary {
        schema: OUTCOME_SCHEMA,
        scenario: origin.scenario.clone(),
        design: case.design.clone(),
        costs: case.book.clone(),
        sizing: case.sizing.name().to_owned(),
        resolution: if effort.resolution == Resolution::Cohort { "cohort" } else { "transaction" }.to_owned(),
        seed: effort.seed,
        replications: outcomes.len() as u32,
        interrupted: ended.then(|| effort.precision.map_or(effort.replications, |_| MOST_REPLICATIONS)),
        precision: reached,
        simulated_s: mean(outcomes.iter().map(|outcome| outcome.simulated_s)).unwrap_or(0.0),
        fingerprint: fingerprint(&outcomes),
        limited_by: stages.first().filter(|stage| stage.utilization >= 1.0).map(|stage| stage.name.to_owned()),
        tightest: stages.first().map(|stage| stage.name.to_owned()).unwrap_or_default(),
        next_limit: stages.get(1).map(|stage| stage.name.to_owned()),
        metrics,
        series: Vec::new(),
        samples,
        claims: Vec::new(),
        objectives: Vec::new(),
        basis: basis(&case.basis),
        proving_basis: basis(&case.proving_basis),
        inputs: inputs(case),
        assumptions: case.assumptions.clone(),
        overrides: origin.overrides.clone(),
        provenance: Provenance {
            version: origin.version.clone(),
            scenario_sha256: origin.scenario_sha256.clone(),
            calibration_sha256: origin.calibration_sha256.clone(),
            instance_calibrations_sha256: origin.instance_calibrations_sha256.clone(),
            prices_date: case.prices_date.clone(),
        },
        proves_first: before_inclusion(case),
        distributions: distributions(&outcomes),
    }
}

/// All figures of a case, from the outcomes of these replications.
fn figures(case: &Case, outcomes: &[Outcome], runs: (u64, Runs)) -> Metrics {
    let mut metrics = Metrics::default();
    let whys = Obstacles::of(case);
    metrics::loads(&mut metrics, case);
    latencies(&mut metrics, case, outcomes, &whys);
    metrics::proofs(&mut metrics, case, outcomes, (whys.proof.as_deref(), whys.slowest[1].as_deref()));
    metrics::requests(&mut metrics, case, runs);
    metrics::fraud(&mut metrics, case, outcomes, runs);
    metrics::traffic(&mut metrics, case);
    metrics::capacities(&mut metrics, case);
    metrics::utilizations(&mut metrics, case, outcomes);
    metrics::units(&mut metrics, case);
    metrics::submission(&mut metrics, case);
    metrics::costs(&mut metrics, case);
    metrics::users_bill(&mut metrics, case);
    metrics
}

/// The figures of every plausible world, beside those at the best estimates on the same random numbers: world after world takes
/// the next replication, so that no replication decides for all.
fn in_worlds(case: &Case, outcomes: &[Outcome], effort: &Effort) -> Vec<(InputKind, Metrics, Metrics)> {
    let runs = outcomes.len().clamp(1, WORLDS) as u32;
    let best: Vec<Metrics> = replicate(0..runs, |run| {
        let of_run = outcomes.get(run as usize).map_or(&[][..], std::slice::from_ref);
        figures(case, of_run, (effort.seed, Runs::One(run)))
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
            _ => outcome(world, run, effort),
        };
        let figures = figures(world, simulated.as_slice(), (effort.seed, Runs::One(run)));
        (*kind, best[run as usize].clone(), figures)
    })
}

/// What a run of a case covers; nothing where the case cannot be simulated.
pub(crate) fn simulated_horizon(case: &Case) -> Option<Horizon> {
    let obstacles = Obstacles::of(case);
    obstacles.vote.is_none().then_some(Horizon { prove: obstacles.prove, ..case.horizon })
}

/// What one replication yields; nothing where the case cannot be simulated, or the work shall end.
fn outcome(case: &Case, replication: u32, effort: &Effort) -> Option<Outcome> {
    let horizon = simulated_horizon(case).filter(|_| !effort.progress.stopped())?;
    let streams = Streams::new(effort.seed, replication);
    let mut part = effort.progress.part(units(case, effort));
    let outcome = run_told(&case.system, effort.resolution, horizon, &streams, |share| part.reach(share))?;
    part.end();
    Some(outcome)
}

/// The outcomes at the best estimates, and how precise they are where that was asked for. Where the work ends before its time,
/// those of the replications that were over.
fn simulate(case: &Case, effort: &Effort) -> (Vec<Outcome>, Option<Reached>) {
    if simulated_horizon(case).is_none() {
        return (Vec::new(), None);
    }
    let one = |replication| outcome(case, replication, effort);
    let finished = |all: Vec<Option<Outcome>>| all.into_iter().flatten().collect::<Vec<_>>();
    let Some(asked) = effort.precision else { return (finished(replicate(0..effort.replications, one)), None) };
    let precision = Precision {
        relative_half_width: asked.relative_half_width,
        confidence: CONFIDENCE,
        round: FIRST_ROUND,
        maximum: MOST_REPLICATIONS,
    };
    let figure = |outcome: &Outcome| finality_of_interest(outcome).mean().unwrap_or(0.0);
    let time_is_up = || asked.until.is_some_and(|until| Instant::now() >= until);
    let of_run = |outcome: &Option<Outcome>| outcome.as_ref().map_or(0.0, figure);
    let outcomes = finished(until_precise(precision, one, of_run, || effort.progress.stopped() || time_is_up()));
    let figures: Vec<f64> = outcomes.iter().map(figure).collect();
    let reached = Interval::of(&figures, CONFIDENCE).map_or(f64::INFINITY, |it| it.relative_half_width());
    (outcomes, Some(Reached { asked: asked.relative_half_width, reached }))
}

/// The slowest finality that was simulated.
fn finality_of_interest(outcome: &Outcome) -> &QuantileSketch {
    if outcome.proof_finality.mass() > 0.0 { &outcome.proof_finality } else { &outcome.optimistic_finality }
}

fn latencies(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome], whys: &Obstacles) {
    type Sketch = fn(&Outcome) -> &QuantileSketch;
    let unsettled = outcomes.iter().filter(|outcome| !outcome.settled).count();
    let late = (unsettled > 0).then(|| {
        format!(
            "in {unsettled} of {} replications the fleet did not finish the proofs that it was given",
            outcomes.len()
        )
    });
    let [votes, proofs] = &whys.slowest;
    let sketches: [(&str, Sketch, Option<String>, &Option<String>); 3] = [
        ("vote_finality", |outcome| &outcome.vote_finality, whys.vote.clone(), votes),
        ("optimistic_finality", |outcome| &outcome.optimistic_finality, whys.vote.clone(), votes),
        ("proof_finality", |outcome| &outcome.proof_finality, whys.proof.clone().or(late), proofs),
    ];
    for (name, sketch, why, slowest) in sketches {
        type Statistic = fn(&QuantileSketch) -> Option<f64>;
        let statistics: [(&str, Statistic); 3] =
            [("p50", |s| s.quantile(0.5)), ("p99", |s| s.quantile(0.99)), ("mean", QuantileSketch::mean)];
        for (statistic, of) in statistics {
            let name = format!("{name}.{statistic}");
            let values: Vec<f64> = outcomes.iter().filter_map(|outcome| of(sketch(outcome))).collect();
            match why.as_ref().or(slowest.as_ref().filter(|_| statistic == "p99")) {
                Some(why) => metrics.missing(name, "s", why.clone()),
                None if values.is_empty() && case.system.demand().proofs() < 1.0 => {
                    metrics.missing(name, "s", "no epoch was challenged in the measured time".into());
                }
                None if values.is_empty() => {
                    metrics.missing(name, "s", "no transaction arrived in the measured time".into());
                }
                None => metrics.estimated(name, "s", &values),
            }
        }
    }
}

fn distributions(outcomes: &[Outcome]) -> Vec<DistributionCurve> {
    type Sketch = fn(&Outcome) -> &QuantileSketch;
    let sketches: [(&str, Sketch); 3] = [
        ("vote_finality", |outcome| &outcome.vote_finality),
        ("optimistic_finality", |outcome| &outcome.optimistic_finality),
        ("proof_finality", |outcome| &outcome.proof_finality),
    ];
    let pooled = |sketch: Sketch| {
        let mut pool = QuantileSketch::new(QUANTILE_ERROR);
        outcomes.iter().for_each(|outcome| pool.merge(sketch(outcome)));
        pool
    };
    sketches
        .into_iter()
        .map(|(name, sketch)| (name, pooled(sketch)))
        .filter(|(_, pool)| pool.mass() > 0.0)
        .map(|(name, pool)| {
            let points = pool.cumulative(CURVE_POINTS).into_iter().map(|(seconds, share)| (share, seconds)).collect();
            DistributionCurve { name: name.to_owned(), points }
        })
        .collect()
}

/// One fingerprint of all replications, in their order.
fn fingerprint(outcomes: &[Outcome]) -> String {
    let mut all = sim::Fingerprint::new();
    outcomes.iter().for_each(|outcome| all.record(sim::Time::ZERO, outcome.fingerprint));
    format!("{:016x}", all.value())
}

fn inputs(case: &Case) -> Vec<InputFigure> {
    let figure = |input: &Input| InputFigure {
        name: input.name.clone(),
        value: input.value,
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
