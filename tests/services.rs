//! Proof services from the command line: what becomes of requests, sizing, a retry storm, and what is refused.

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{folder, is_told, proofcast};

/// Options that make an answer come in a second.
const SHORT: &str = "--costs claimed --set horizon=30min --replications 3 --quiet --json";

fn metric<'a>(outcome: &'a Value, name: &str) -> &'a Value {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

fn number(outcome: &Value, name: &str) -> f64 {
    metric(outcome, name)["value"].as_f64().unwrap_or_else(|| panic!("{name} has no value: {}", metric(outcome, name)))
}

/// Both ends of the interval of a figure.
fn interval(outcome: &Value, name: &str) -> (f64, f64) {
    let end = |end: &str| metric(outcome, name)[end].as_f64().unwrap_or_else(|| panic!("{name} has no {end}"));
    (end("low"), end("high"))
}

fn simulate(options: &str) -> Value {
    simulate_of("proof-service", options)
}

fn simulate_of(scenario: &str, options: &str) -> Value {
    let folder = folder();
    proofcast(folder.path(), &format!("simulate {scenario} {SHORT} {options}")).json()
}

#[test]
fn every_request_has_one_fate_and_every_missing_figure_a_reason() {
    // Half as many instances as the load needs, a short queue, and clients that give up.
    let outcome = simulate("--sizing specified --set load.rate=40/s --set clients.limit=off");
    assert_eq!(outcome["kind"], "service");
    for metric in outcome["metrics"].as_array().expect("metrics") {
        assert!(is_told(metric), "{metric}");
    }
    let missed = ["rejected", "timed_out", "failed", "given_up"].map(|fate| number(&outcome, fate)).iter().sum::<f64>();
    let error_rate = number(&outcome, "error_rate");
    assert!((missed - error_rate).abs() < 1e-9 && error_rate > 0.3, "{missed} {error_rate}");
    assert!((number(&outcome, "availability") - (1.0 - error_rate)).abs() < 1e-9);
    // What is answered is what the workers can do.
    let (goodput, capacity) = (number(&outcome, "goodput"), number(&outcome, "capacity"));
    assert!((goodput / capacity - 1.0).abs() < 0.02, "{goodput} of {capacity}");
    assert_eq!(outcome["limited_by"], "workers");
}

#[test]
fn more_load_never_needs_fewer_instances_and_a_sized_service_carries_its_load() {
    let mut before = 0.0;
    for load in [1, 2, 4, 8, 16, 32, 64] {
        let outcome = simulate(&format!("--set load.rate={load}/s"));
        let instances = number(&outcome, "units.instances");
        assert!(instances >= before, "{load}/s: {instances} after {before}");
        assert!(number(&outcome, "capacity") > f64::from(load), "{load}/s");
        // 170 ms of a whole instance, of which 80 % is used at most: by hand.
        assert_eq!(instances, (f64::from(load) * 0.17 / 0.8).floor() + 1.0, "{load}/s");
        before = instances;
    }
}

#[test]
fn after_a_burst_retries_keep_a_service_saturated_and_a_budget_prevents_it() {
    let burst = "--sizing specified --design one_instance --set clients.limit=off --set instances.lifecycle=off \
        --set instances.queue=1000 --set clients.timeout.after=2s --set horizon=1h --set warm_up=10min \
        --set load.arrivals={law=\"steps\",changes=[{at=\"20min\",times=2.5},{at=\"23min\",times=1}]}";
    let retries = |budget: &str| {
        format!("{burst} --set clients.retries={{attempts=10,base=\"100ms\",cap=\"2s\",jitter=\"100%\"{budget}}}")
    };
    let answered = |options: &str| interval(&simulate(options), "availability");
    let (patient, storm) = (answered(burst), answered(&retries("")));
    assert!(storm.1 < 0.7 * patient.0, "who asks once: {patient:?}; who asks again: {storm:?}");
    let budget = answered(&retries(",budget={ratio=\"10%\",burst=20}"));
    assert!(budget.0 > storm.1 && budget.0 > 0.85 * patient.0, "with a budget: {budget:?}");
}

#[test]
fn an_overloaded_queue_serves_nobody_unless_it_is_short_or_drops_who_has_left() {
    // Half as much again as a core proves, and clients that wait 5 s: 1,000 who wait are 55 s.
    let with = |options: &str| {
        let overload = "--design sequential --sizing specified --set load.rate=27/s --set instances.lifecycle=off";
        let outcome = simulate_of("inference-proofs", &format!("{overload} --set warm_up=5min {options}"));
        (interval(&outcome, "goodput"), number(&outcome, "capacity"))
    };
    let (served_late, capacity) = with("--set instances.queue=1000");
    assert!(served_late.1 < 0.01 * capacity, "everybody has left before the turn comes: {served_late:?} of {capacity}");
    let (cancelled, _) = with("--set instances.queue=1000 --set clients.timeout.cancels=true");
    assert!(cancelled.0 > 0.5 * capacity, "{cancelled:?} of {capacity}");
    // Nobody leaves during a proof that is begun at once after 2.5 s: no work is wasted.
    let (refused_early, _) = with("--set instances.queue=45");
    assert!(refused_early.0 > 0.98 * capacity && refused_early.0 > cancelled.1, "{refused_early:?} {cancelled:?}");
}

#[test]
fn a_cache_carries_what_a_core_cannot() {
    let outcome = simulate_of("inference-proofs", "--design cached --sizing specified");
    let (offered, capacity) = (number(&outcome, "offered"), number(&outcome, "capacity"));
    let (hits, expected) = (number(&outcome, "hit_rate"), number(&outcome, "hit_rate.expected"));
    // 55 ms of a core for a proof, and none for a hit.
    assert!(offered > 2.0 / 0.055 && capacity > offered, "{capacity} for {offered}");
    assert!((capacity * (1.0 - expected) * 0.055 - 1.0).abs() < 1e-4, "{capacity} at {expected}");
    assert!(hits > 0.8 && (hits - expected).abs() < 0.02, "{hits}, by Che's approximation {expected}");
    assert_eq!(number(&outcome, "error_rate"), 0.0);
}

#[test]
fn every_scenario_of_the_library_is_compared_in_seconds() {
    let folder = folder();
    for (scenario, text) in scenarios::library() {
        // Published runs that are simulated have no claims beside them.
        let costs = if text.contains("[books.claimed]") || text.contains("extends") { "claimed" } else { "published" };
        let horizon = if text.contains("kind = \"service\"") { "--set horizon=30min" } else { "" };
        let line =
            format!("compare {scenario} --costs {costs} --sizing specified {horizon} --replications 1 --quiet --json");
        let run = proofcast(folder.path(), &line);
        // A second or two; hosts differ by a factor of three, and others work beside it.
        assert!(run.took.as_secs_f64() < 15.0, "{scenario}: {:?}", run.took);
        let compared = run.json();
        let designs = compared["designs"].as_array().expect("designs");
        assert!(!designs.is_empty() && designs.iter().all(|design| design["costs"] == *costs), "{scenario}");
    }
}

#[test]
fn the_same_bytes_come_for_any_number_of_threads() {
    let folder = folder();
    let run = |threads: u32| {
        let line = format!("simulate proof-service {SHORT} --design retrying --threads {threads}");
        proofcast(folder.path(), &line).expect(0)
    };
    assert_eq!(run(1), run(2));
}

#[test]
fn what_no_service_can_be_is_refused_with_its_key() {
    let folder = folder();
    let with = |set: &str| format!("simulate proof-service --costs claimed --quiet {set}");
    for (set, says) in [
        ("--set classes.payment.share=60%", ["classes", "60.0000 %"]),
        ("--set instances.workers=100", ["instances.workers", "20.000 GB of memory"]),
        ("--set instances.workers=2", ["instances.workers", "2 workers are more than the 1 that `c5.2xlarge` has"]),
        ("--set instances.machine=instanse", ["instances.machine", "did you mean `instance`?"]),
        ("--set instances.first_request=compyle", ["instances.first_request", "did you mean `compile`?"]),
        (
            "--set load.arrivals={law=\"bursty\",ratio=5,burst=\"1min\",share=\"100%\"}",
            ["load.arrivals.share", "100 %"],
        ),
        (
            "--set load.arrivals={law=\"steps\",changes=[{at=\"1min\",times=0}]}",
            ["load.arrivals", "no request arrives in the measured time"],
        ),
        ("--set step=[]", ["step", "at least one"]),
        ("--set step=[{name=\"prove\",cost=\"proove\"}]", ["step", "did you mean `prove`?"]),
        ("--set cache={entries=9,inputs=9,exponent=1,hit=\"hot\"}", ["cache.hit", "did you mean `hit`?"]),
        ("--set load.rate=300k/s", ["load.rate", "attempts"]),
        ("--set kind=layered", ["--set:1:1", "`kind` belongs to a file"]),
    ] {
        refused(folder.path(), &with(set), &says);
    }
    let file = |text: &str| std::fs::write(folder.path().join("mine.toml"), text).expect("written");
    file("kind = \"servise\"\nextends = \"proof-service\"\n");
    refused(
        folder.path(),
        "simulate mine.toml",
        &["mine.toml:1:8", "no kind of system `servise`", "did you mean `service`?"],
    );
    file("kind = \"layered\"\nextends = \"proof-service\"\nname = \"mine\"\n");
    refused(folder.path(), "simulate mine.toml", &["mine.toml:1:8", "of the kind `service`"]);
}
