//! What must hold between two layered systems that differ in one thing, and between a simulation and its own arithmetic.

use models::system::Resolution;
use models::systems::layered::capacity::{PROVERS, VALIDATORS};
use models::systems::layered::outcome::Outcome;
use models::systems::layered::{Horizon, run};
use scenarios::{Calibrations, Case, Scenario, Sizing};
use sim::{Interval, Streams, replicate};

const DESIGNS: [&str; 6] = ["naive", "optimistic", "hierarchical", "gpu", "hybrid", "combined"];
const CONFIDENCE: f64 = 0.95;

fn scenario(changes: &[String]) -> Scenario {
    scenarios::open("layered", changes).unwrap_or_else(|problems| panic!("{problems}"))
}

fn case_of(scenario: &Scenario, design: &str, sizing: Sizing) -> Case {
    scenario
        .case(design, "claimed", sizing, &Calibrations::default())
        .unwrap_or_else(|faults| panic!("{design}: {faults:?}"))
}

/// A design on claimed costs with the load \[tx/s\] and further changes of keys.
fn case(design: &str, load: f64, sizing: Sizing, changes: &[&str]) -> Case {
    let loads = [format!("load.rate={load}/s"), format!("design.{design}.load.rate={load}/s")];
    let changes: Vec<String> = loads.into_iter().chain(changes.iter().map(|change| (*change).to_owned())).collect();
    case_of(&scenario(&changes), design, sizing)
}

fn run_of(case: &Case, horizon: Horizon, replication: u32) -> Outcome {
    let outcome = run(case.system.layered(), Resolution::Cohort, horizon, &Streams::new(1, replication));
    assert!(outcome.settled, "{}: the epochs were proven", case.design);
    outcome
}

#[test]
fn more_of_anything_never_lowers_a_capacity() {
    let mut grew = 0;
    for key in ["validators.cores", "validators.downlink", "validators.uplink", "proving.specified_machines"] {
        let changed = |units: u32| {
            let changes = match key {
                "validators.downlink" | "validators.uplink" => vec![format!("{key}={units} Mbit/s")],
                "validators.cores" => vec![format!("{key}={units}")],
                _ => DESIGNS.map(|design| format!("design.{design}.{key}={units}")).into(),
            };
            (units, scenario(&changes))
        };
        let scenarios = [1, 2, 3, 16, 100, 1_000].map(changed);
        for design in DESIGNS {
            let capacities = |scenario: &Scenario| -> Vec<(String, f64)> {
                let case = case_of(scenario, design, Sizing::Specified);
                case.stages.iter().map(|stage| (stage.name.to_string(), stage.capacity)).collect()
            };
            for pair in scenarios.windows(2) {
                let ((_, fewer), (units, more)) = (&pair[0], &pair[1]);
                for ((name, less), (_, more)) in capacities(fewer).iter().zip(&capacities(more)) {
                    assert!(more >= less, "{design}: {units} {key} lower {name} from {less} to {more} tx/s");
                    grew += u32::from(more > less);
                }
            }
        }
    }
    assert!(grew >= 80, "capacities do grow: {grew} times");
}

#[test]
fn twice_the_load_never_needs_fewer_units() {
    let loaded = |load: f64| {
        let changes = DESIGNS.map(|design| format!("design.{design}.load.rate={load}/s"));
        (load, scenario(&[&changes[..], &[format!("load.rate={load}/s")]].concat()))
    };
    // From 1 to a million transactions a second.
    let scenarios: Vec<(f64, Scenario)> = (0..=20).map(|doubled| loaded(f64::from(1 << doubled))).collect();
    for design in DESIGNS {
        let units = |(load, scenario): &(f64, Scenario)| {
            let case = case_of(scenario, design, Sizing::Sized);
            let least = case.stages.iter().map(|stage| stage.capacity).fold(f64::INFINITY, f64::min);
            assert!(least > *load, "{design}: sized for {load} tx/s it carries {least} tx/s");
            (case.fleet.machines(VALIDATORS), case.fleet.machines(PROVERS), case.fleet.total())
        };
        for pair in scenarios.windows(2) {
            let (before, after, load) = (units(&pair[0]), units(&pair[1]), pair[1].0);
            assert!(after.0 >= before.0 && after.1 >= before.1, "{design}: {before:?}, at {load} tx/s {after:?}");
            assert!(after.2 >= before.2, "{design}: twice the load is cheaper: {before:?}, {after:?}");
        }
    }
}

#[test]
fn simulated_and_computed_utilization_agree() {
    for design in DESIGNS {
        // Days of two epochs, so that their work lies within the measured time as it does within a month.
        let case = case(design, 2_000.0, Sizing::Sized, &["proving.daily.epochs=2"]);
        let horizon = Horizon::of(case.system.layered(), case.horizon);
        let runs = replicate(0..4, |replication| run_of(&case, horizon, replication).utilization);
        assert!(runs[0].len() >= 2, "{design}: stages were simulated");
        for (index, (name, _)) in runs[0].iter().enumerate() {
            let shares: Vec<f64> = runs.iter().map(|run| run[index].1).collect();
            let simulated = Interval::of(&shares, CONFIDENCE).expect("four replications");
            let stage = case.stages.iter().find(|stage| stage.name == *name).expect("a stage of the case");
            let distance = (simulated.mean - stage.utilization).abs();
            let allowed = simulated.half_width() + 0.01 * stage.utilization;
            assert!(distance <= allowed, "{design}, {name}: {} computed, {simulated:?} simulated", stage.utilization);
        }
    }
}

#[test]
fn no_transaction_is_lost_or_made() {
    for (design, load) in DESIGNS.into_iter().flat_map(|design| [(design, 200.0), (design, 20_000.0)]) {
        let case = case(design, load, Sizing::Sized, &[]);
        let outcome = run_of(&case, Horizon { warm_up_epochs: 1, epochs: 2, prove: true }, 0);
        let expected = load * outcome.measured_s;
        let sigmas = (outcome.included as f64 - expected) / expected.sqrt();
        assert!(sigmas.abs() <= 4.0, "{design}: {} included of {expected} expected: {sigmas} sigma", outcome.included);
        for (name, sketch) in [
            ("vote", &outcome.vote_finality),
            ("optimistic", &outcome.optimistic_finality),
            ("proof", &outcome.proof_finality),
        ] {
            let lost = (sketch.mass() / outcome.included as f64 - 1.0).abs();
            assert!(lost < 1e-9, "{design}: {name} finality of {} in {}", sketch.mass(), outcome.included);
        }
    }
}

/// Time cannot be asserted on a machine that others use; the number of events can.
#[test]
fn a_hundred_times_the_load_is_at_most_twice_the_events() {
    for design in DESIGNS {
        let events = |load: f64| {
            let case = case(design, load, Sizing::Sized, &[]);
            run_of(&case, Horizon { warm_up_epochs: 1, epochs: 1, prove: true }, 0).events
        };
        let (low, high) = (events(500.0), events(50_000.0));
        assert!(high <= 2 * low, "{design}: {low} events at 500 tx/s, {high} at 50,000 tx/s");
    }
}
