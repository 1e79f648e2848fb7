//! The two resolutions of the layered world are the same model: transactions one by one, and in cohorts.

use models::system::Resolution;
use models::systems::layered::outcome::Outcome;
use models::systems::layered::{Horizon, run};
use scenarios::{Calibrations, Case, Sizing};
use sim::{Interval, QuantileSketch, Streams, replicate};

/// |difference| + half-width must stay below this share of the figure: too few replications do not pass for agreement.
const AGREEMENT: f64 = 0.02;
/// Replications where queues are short, and the half-width is a small part of what is allowed.
const FEW: u32 = 8;
/// Replications where queues are long or grow.
const MANY: u32 = 12;

fn case(design: &str, changes: &[&str]) -> Case {
    let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
    let scenario = scenarios::open("layered", &changes).unwrap_or_else(|problems| panic!("{problems}"));
    scenario
        .case(design, "claimed", Sizing::Sized, &Calibrations::default())
        .unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn figures(case: &Case, resolution: Resolution, seed: u64, figure: impl Fn(&Outcome) -> f64 + Sync) -> Vec<f64> {
    let system = case.system.layered();
    replicate(0..MANY, |replication| {
        let outcome = run(system, resolution, Horizon::of(system, case.horizon), &Streams::new(seed, replication));
        assert!(outcome.settled, "the epochs were proven");
        figure(&outcome)
    })
}

/// Asserts that both resolutions agree on mean, median and 99th percentile of all three finalities.
fn agree(what: &str, case: &Case, replications: u32) {
    type Sketch = fn(&Outcome) -> &QuantileSketch;
    type Statistic = fn(&QuantileSketch) -> Option<f64>;
    let sketches: [(&str, Sketch); 3] = [
        ("vote", |outcome| &outcome.vote_finality),
        ("optimistic", |outcome| &outcome.optimistic_finality),
        ("proof", |outcome| &outcome.proof_finality),
    ];
    let statistics: [(&str, Statistic); 3] =
        [("mean", QuantileSketch::mean), ("p50", |s| s.quantile(0.5)), ("p99", |s| s.quantile(0.99))];
    let system = case.system.layered();
    let all = |resolution, seed| -> Vec<Vec<f64>> {
        let outcomes = replicate(0..replications, |replication| {
            let outcome = run(system, resolution, Horizon::of(system, case.horizon), &Streams::new(seed, replication));
            assert!(outcome.settled, "{what}: the epochs were proven");
            outcome
        });
        sketches
            .iter()
            .flat_map(|(_, sketch)| statistics.iter().map(move |(_, of)| (sketch, of)))
            .map(|(sketch, of)| outcomes.iter().filter_map(|outcome| of(sketch(outcome))).collect())
            .collect()
    };
    let (one_by_one, cohorts) = (all(Resolution::Transaction, 1), all(Resolution::Cohort, 2));
    let names = sketches.iter().flat_map(|(sketch, _)| statistics.iter().map(move |(of, _)| format!("{sketch} {of}")));
    for ((a, b), name) in one_by_one.iter().zip(&cohorts).zip(names) {
        let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
        let difference = Interval::of(&differences, 0.95).unwrap_or_else(|| panic!("{what}: no {name}"));
        let scale = Interval::of(a, 0.95).map_or(f64::NAN, |interval| interval.mean);
        let distance = (difference.mean.abs() + difference.half_width()) / scale;
        assert!(distance <= AGREEMENT, "{what}: {name} is {scale} s one by one and differs by {difference:?}");
    }
}

#[test]
fn at_200_transactions_per_second() {
    for design in ["naive", "optimistic", "hierarchical", "gpu", "hybrid", "combined"] {
        let rate = format!("design.{design}.load.rate=200/s");
        // Nothing builds up at this load: there is nothing to wait for before measuring.
        agree(design, &case(design, &["load.rate=200/s", &rate, "warm_up=0 s", "horizon=1h"]), FEW);
    }
}

#[test]
fn near_saturation_of_the_validators() {
    // 16 cores at 17 ms carry 941 tx/s, where they re-execute nothing and votes cost nothing.
    let links = ["validators.downlink=10 Gbit/s", "validators.uplink=10 Gbit/s"];
    let cores = ["load.rate=915/s", "horizon=1h", "fraud.watchers.coverage=0 %", "votes=off"];
    let case = case("gpu", &[&cores[..], &links].concat());
    let cores = case.stages.iter().find(|stage| stage.name == "validator_cores").map(|stage| stage.utilization);
    assert!(cores.is_some_and(|share| share > 0.97 && share < 1.0), "{cores:?}");
    agree("validators near saturation", &case, FEW);
}

#[test]
fn near_saturation_of_proving_before_inclusion() {
    // 7 machines of 64 servers at 2 s carry 224 tx/s.
    let case = case("naive", &["load.rate=220/s", "horizon=4h"]);
    let provers = case.stages.iter().find(|stage| stage.name == "provers").map(|stage| stage.utilization);
    assert!(provers.is_some_and(|share| share > 0.97 && share < 1.0), "{provers:?}");
    agree("provers near saturation", &case, MANY);
}

#[test]
fn with_blocks_that_are_capped() {
    // 105 transactions a slot for 8 blocks of 15: queues form and are served in order of arrival.
    let case = case("gpu", &["load.rate=210/s", "chain.block_cap=15", "horizon=2h"]);
    agree("capped blocks", &case, FEW);
}

#[test]
fn capacity_is_where_the_queue_begins_to_grow() {
    // Blocks of 12 on 8 shards and 2 slots a second carry 192 tx/s. Below, the 99th percentile is the same in the
    // second hour as in the fourth; above, it grows by what is left over.
    let p99 = |rate: &str, hours: u32| {
        let case = case("gpu", &[rate, "chain.block_cap=12", &format!("warm_up={hours}h"), "horizon=1h"]);
        let values = figures(&case, Resolution::Cohort, 3, |outcome| outcome.optimistic_finality.mean().unwrap_or(0.0));
        Interval::of(&values, 0.95).unwrap_or_else(|| panic!("no interval"))
    };
    let (early, late) = (p99("load.rate=182/s", 1), p99("load.rate=182/s", 3));
    assert!((early.mean / late.mean - 1.0).abs() < 0.05, "below capacity: {early:?} then {late:?}");
    let (early, late) = (p99("load.rate=202/s", 1), p99("load.rate=202/s", 3));
    // 10 of 202 tx/s are left over: after two more hours the wait is longer by 7,200 s × 10 / 192.
    let growth = late.mean - early.mean;
    assert!((growth / 375.0 - 1.0).abs() < 0.1, "above capacity the wait grew by {growth} s, expected about 375 s");
}
