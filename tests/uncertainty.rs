//! Intervals hold the truth as often as they say: the noise of the run by itself, and the inputs' uncertainty over calibrations.

use planner::{Effort, Metric, Origin, Summary, summarize};
use scenarios::{Calibrations, Case, Scenario, Sizing};
use sim::Streams;

use crate::kept::{NORMAL_95, kept, known_within};

/// Seeds of a test of coverage; fewer than 90 of 100 intervals hold the truth once in 90 times where they are right.
const SEEDS: u64 = 100;

/// Figures of one design at a seed.
pub fn answered(case: &Case, seed: u64, replications: u32) -> Summary {
    let (resolution, progress) = (models::system::Resolution::Cohort, &planner::Progress::until(|| false));
    let effort = Effort { seed, replications, precision: None, resolution, course: false, progress };
    let origin = Origin {
        scenario: "coverage".into(),
        scenario_sha256: String::new(),
        calibration_sha256: None,
        instance_calibrations_sha256: Default::default(),
        version: String::new(),
        overrides: Vec::new(),
    };
    summarize(case, &effort, &origin)
}

fn holds(metric: &Metric, truth: f64) -> bool {
    let ends = metric.low.zip(metric.high);
    let (low, high) = ends.unwrap_or_else(|| panic!("{} has no interval: {metric:?}", metric.name));
    low <= truth && truth <= high
}

/// How many of the seeds' intervals hold the truth, figure by figure.
fn covered(figures: &[&str], truth: &Summary, seeds: impl Fn(u64) -> Summary) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = figures.iter().map(|name| ((*name).to_owned(), 0)).collect();
    for seed in 0..SEEDS {
        let summary = seeds(seed);
        for (name, count) in &mut counts {
            let metric = summary.metric(name).unwrap_or_else(|| panic!("no figure {name}"));
            let truth = truth.value(name).unwrap_or_else(|| panic!("no truth about {name}"));
            *count += usize::from(holds(metric, truth));
        }
    }
    counts
}

fn opened(set: &[&str]) -> Scenario {
    let changes: Vec<String> = set.iter().map(|change| (*change).to_owned()).collect();
    scenarios::open("layered", &changes).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A short run of a small design, so that the noise is large enough to be seen.
const SHORT: [&str; 5] = ["chain.epoch=60 s", "horizon=5 min", "warm_up=1 min", "load.rate=200/s", "fraud=off"];

#[test]
fn intervals_of_the_run_hold_the_long_run_value() {
    let figures = [
        "vote_finality.p50",
        "vote_finality.p99",
        "vote_finality.mean",
        "optimistic_finality.p50",
        "optimistic_finality.p99",
        "optimistic_finality.mean",
        "proof_finality.mean",
        "utilization.validator_cores",
    ];
    let scenario = opened(&[&SHORT[..], &["market=off", "fees=off", "nodes=off"]].concat());
    let case = scenario.case_with_worlds("combined", "claimed", Sizing::Sized, &Calibrations::default());
    let case = case.expect("a sound design");
    assert!(case.worlds.is_empty(), "what is claimed is taken at its word");
    // Of so many replications that it is off by a twelfth of what an interval of ten is: fewer than one interval in a thousand
    // would tell.
    let truth = answered(&case, 1_000_000, 1_500);
    for (name, count) in covered(&figures, &truth, |seed| answered(&case, seed, 10)) {
        assert!((90..=99).contains(&count), "{name}: {count} of {SEEDS}");
    }
}

/// The truth is a host; every seed calibrates it anew, each operation off by as much as its interval says, and asks again.
#[test]
fn intervals_hold_the_truth_over_calibrations_of_one_host() {
    let figures = ["epoch_proof.p50", "cost.proving", "cost.total", "capacity.validator_cores", "units.provers"];
    let known = ["published", "scaled", "assumed"].map(|of| format!("books.measured.uncertainty.{of}=1"));
    let speed = "books.measured.machines.cpu.speed.within=1";
    // Many machines of each kind, so that their number follows what they can do.
    let own: Vec<&str> = known.iter().map(String::as_str).chain([speed, "load.rate=20k"]).collect();
    let own = [&own[..], &["market=off", "fees=off", "nodes=off"]].concat();
    let scenario = opened(&[&SHORT[..], &own].concat());
    let asked = |calibration: calibrate::Calibration| {
        let calibrations = Calibrations::of_host(Some(calibration));
        scenario.case_with_worlds("optimistic", "measured", Sizing::Sized, &calibrations).expect("a sound design")
    };
    // Of what is known to ±60 % only, the interval of `epoch_proof.p50` holds the truth in 87 of 100.
    let host = known_within(0.3);
    let truth = answered(&asked(host.clone()), 0, 10);
    let counts = covered(&figures, &truth, |seed| {
        let mut calibration = host.clone();
        for operation in &mut calibration.operations {
            let mut stream = Streams::new(seed, 0).stream(&operation.description.name);
            // The interval reaches so far to both sides on the scale of logarithms.
            let half_width = operation.curve.relative_half_width(operation.curve.largest as f64);
            operation.curve.scale(((1.0 + half_width).ln() / NORMAL_95 * stream.normal()).exp());
        }
        answered(&asked(calibration), seed, 10)
    });
    for (name, count) in counts {
        assert!((90..=100).contains(&count), "{name}: {count} of {SEEDS}");
    }
}

#[test]
fn more_replications_make_the_noise_smaller_and_not_the_inputs_better_known() {
    let scenario = opened(&[&SHORT[..], &["market=off", "fees=off", "nodes=off"]].concat());
    let calibrations = Calibrations::of_host(Some(kept()));
    let case = scenario.case_with_worlds("optimistic", "measured", Sizing::Sized, &calibrations).expect("sound");
    // The width of an interval, and the part of it that is noise.
    let width = |summary: &Summary, name: &str| {
        let metric = summary.metric(name).expect("a figure");
        let of = metric.uncertainty.expect("it is uncertain");
        assert!((of.run + of.calibration + of.published + of.price - 1.0).abs() < 1e-9, "{of:?}");
        let width = (metric.high.expect("an end") / metric.low.expect("an end")).ln();
        (width, width * of.run.sqrt())
    };
    let (few, many) = (answered(&case, 1, 10), answered(&case, 1, 200));
    let proof = |summary| width(summary, "epoch_proof.p50").0;
    assert!((proof(&many) / proof(&few) - 1.0).abs() < 0.2, "the inputs decide: {} {}", proof(&few), proof(&many));
    // Twenty times the replications: noise falls by the root of that, and is itself an estimate from ten.
    let noise = |summary| width(summary, "vote_finality.p99").1;
    assert!(noise(&many) < noise(&few) / 2.0, "{} {}", noise(&few), noise(&many));
}
