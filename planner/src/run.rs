//! Runs the replications of one case and makes numbers with intervals of their outcomes.

use std::collections::BTreeMap;

use models::layered::{Horizon, Resolution, run};
use models::outcome::{Outcome, QUANTILE_ERROR};
use scenarios::{Case, Input, Shares, Sizing};
use sim::{Precision, QuantileSketch, Streams, replicate, until_precise};

use crate::metrics::{self, CONFIDENCE, Metrics, mean};
use crate::summary::{Basis, DistributionCurve, InputFigure, OUTCOME_SCHEMA, Provenance, Summary};

/// Points of a distribution for the charts.
const CURVE_POINTS: usize = 400;
/// Replications of a round when a precision is asked for.
const ROUND: u32 = 10;
/// Most replications when a precision is asked for.
const MOST_REPLICATIONS: u32 = 1_000;

/// How a case is simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Seed of all streams.
    pub seed: u64,
    /// Independent replications.
    pub replications: u32,
    /// Relative half-width of mean proof finality to go on for, instead of a fixed number of replications.
    pub precision: Option<f64>,
    /// Whether transactions are simulated one by one.
    pub resolution: Resolution,
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
}

/// The stage that keeps the case from being simulated, and why.
pub(crate) fn obstacle(case: &Case, prove: bool) -> Option<(String, String)> {
    let horizon_s = epoch_s(case) * f64::from(case.horizon.warm_up_epochs.max(1));
    let relevant = case.stages.iter().filter(|stage| prove || stage.name != "provers");
    let worst = relevant.max_by(|a, b| a.utilization.total_cmp(&b.utilization))?;
    if worst.utilization >= 1.0 {
        return Some((worst.name.to_owned(), crate::text::saturation(worst)));
    }
    let slow =
        case.stages.iter().filter(|stage| prove || stage.name != "provers").find(|s| s.settling_s > horizon_s)?;
    let why = format!(
        "{} at utilization {:.5} take about {} h to settle, longer than the warm-up",
        crate::text::stage(slow.name),
        slow.utilization,
        crate::text::count(slow.settling_s / 3_600.0)
    );
    Some((slow.name.to_owned(), why))
}

fn epoch_s(case: &Case) -> f64 {
    case.system.slot.as_secs_f64() * case.system.slots_per_epoch as f64
}

/// Simulates a case and summarizes it. Claims are judged elsewhere.
pub fn summarize(case: &Case, effort: &Effort, origin: &Origin) -> Summary {
    let before_inclusion = matches!(case.system.proving, models::layered::Proving::BeforeInclusion { .. });
    let all = obstacle(case, true);
    let vote_only = if before_inclusion { all.clone() } else { obstacle(case, false) };
    let outcomes = match &vote_only {
        Some(_) => Vec::new(),
        None => simulate(case, Horizon { prove: case.horizon.prove && all.is_none(), ..case.horizon }, effort),
    };
    let on_request = case.system.demand().requests().is_some();
    let unproven = match (case.horizon.prove, on_request) {
        (false, _) => Some("nothing is proven".to_owned()),
        (true, true) => Some("proofs are made on request: see request.p50".to_owned()),
        (true, false) => None,
    };
    let whys = Whys { vote: vote_only.map(|(_, why)| why), proof: unproven.or(all.map(|(_, why)| why)) };
    let mut metrics = Metrics::default();
    metrics::loads(&mut metrics, case);
    latencies(&mut metrics, case, &outcomes, &whys);
    metrics::proofs(&mut metrics, case, &outcomes, whys.proof.as_deref());
    metrics::requests(&mut metrics, case, effort);
    metrics::fraud(&mut metrics, case, &outcomes, effort.seed);
    metrics::traffic(&mut metrics, case);
    metrics::capacities(&mut metrics, case);
    metrics::utilizations(&mut metrics, case, &outcomes);
    metrics::units(&mut metrics, case);
    metrics::submission(&mut metrics, case);
    metrics::costs(&mut metrics, case);
    metrics::users_bill(&mut metrics, case);
    let mut stages: Vec<_> = case.stages.iter().collect();
    stages.sort_by(|a, b| a.capacity.total_cmp(&b.capacity));
    let (metrics, replicated) = metrics.into_parts();
    Summary {
        schema: OUTCOME_SCHEMA,
        scenario: origin.scenario.clone(),
        design: case.design.clone(),
        costs: case.book.clone(),
        sizing: case.sizing.name().to_owned(),
        resolution: if effort.resolution == Resolution::Cohort { "cohort" } else { "transaction" }.to_owned(),
        seed: effort.seed,
        replications: outcomes.len() as u32,
        simulated_s: mean(outcomes.iter().map(|outcome| outcome.simulated_s)).unwrap_or(0.0),
        fingerprint: fingerprint(&outcomes),
        limited_by: stages.first().filter(|stage| stage.utilization >= 1.0).map(|stage| stage.name.to_owned()),
        tightest: stages.first().map(|stage| stage.name.to_owned()).unwrap_or_default(),
        next_limit: stages.get(1).map(|stage| stage.name.to_owned()),
        metrics,
        series: Vec::new(),
        replicated,
        claims: Vec::new(),
        objectives: Vec::new(),
        basis: basis(&case.basis),
        proving_basis: basis(&case.proving_basis),
        inputs: inputs(case),
        assumptions: case.assumptions.clone(),
        provenance: Provenance {
            version: origin.version.clone(),
            scenario_sha256: origin.scenario_sha256.clone(),
            calibration_sha256: origin.calibration_sha256.clone(),
            instance_calibrations_sha256: origin.instance_calibrations_sha256.clone(),
            prices_date: case.prices_date.clone(),
        },
        proves_first: before_inclusion,
        distributions: distributions(&outcomes),
    }
}

fn simulate(case: &Case, horizon: Horizon, effort: &Effort) -> Vec<Outcome> {
    let one = |replication| run(&case.system, effort.resolution, horizon, &Streams::new(effort.seed, replication));
    match effort.precision {
        None => replicate(0..effort.replications, one),
        Some(relative) => {
            let precision = Precision {
                relative_half_width: relative,
                confidence: CONFIDENCE,
                round: ROUND,
                maximum: MOST_REPLICATIONS,
            };
            until_precise(precision, one, |outcome| finality_of_interest(outcome).mean().unwrap_or(0.0))
        }
    }
}

/// The slowest finality that was simulated.
fn finality_of_interest(outcome: &Outcome) -> &QuantileSketch {
    if outcome.proof_finality.mass() > 0.0 { &outcome.proof_finality } else { &outcome.optimistic_finality }
}

/// Why latencies are missing.
struct Whys {
    vote: Option<String>,
    proof: Option<String>,
}

fn latencies(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome], whys: &Whys) {
    type Sketch = fn(&Outcome) -> &QuantileSketch;
    let unsettled = outcomes.iter().filter(|outcome| !outcome.settled).count();
    let late = (unsettled > 0).then(|| {
        format!("in {unsettled} of {} replications the fleet did not prove what it was given", outcomes.len())
    });
    let sketches: [(&str, Sketch, Option<String>); 3] = [
        ("vote_finality", |outcome| &outcome.vote_finality, whys.vote.clone()),
        ("optimistic_finality", |outcome| &outcome.optimistic_finality, whys.vote.clone()),
        ("proof_finality", |outcome| &outcome.proof_finality, whys.proof.clone().or(late)),
    ];
    for (name, sketch, why) in sketches {
        type Statistic = fn(&QuantileSketch) -> Option<f64>;
        let statistics: [(&str, Statistic); 3] =
            [("p50", |s| s.quantile(0.5)), ("p99", |s| s.quantile(0.99)), ("mean", QuantileSketch::mean)];
        for (statistic, of) in statistics {
            let name = format!("{name}.{statistic}");
            let values: Vec<f64> = outcomes.iter().filter_map(|outcome| of(sketch(outcome))).collect();
            match &why {
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
        extrapolated: shares.extrapolated,
    }
}

/// Whether a case is the one that a claim or table asks for.
pub(crate) fn is(summary: &Summary, design: &str, costs: &str, sizing: Sizing) -> bool {
    summary.design == design && summary.costs == costs && summary.sizing == sizing.name()
}
