//! Proof services from the command line: what becomes of requests, sizing, a retry storm, and what is refused.

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{folder, proofcast};

/// Options that make an answer come in a second.
const SHORT: &str = "--costs claimed --set horizon=30min --replications 3 --quiet --json";

fn metric<'a>(outcome: &'a Value, name: &str) -> &'a Value {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

fn number(outcome: &Value, name: &str) -> f64 {
    metric(outcome, name)["value"].as_f64().unwrap_or_else(|| panic!("{name} has no value: {}", metric(outcome, name)))
}

fn simulate(options: &str) -> Value {
    let folder = folder();
    proofcast(folder.path(), &format!("simulate proof-service {SHORT} {options}")).json()
}

#[test]
fn every_request_has_one_fate_and_every_missing_figure_a_reason() {
    // Half as many instances as the load needs, a short queue, and clients that give up.
    let outcome = simulate("--sizing specified --set load.rate=40/s --set clients.limit=off");
    assert_eq!(outcome["kind"], "service");
    for metric in outcome["metrics"].as_array().expect("metrics") {
        assert!(metric["value"].is_number() != metric["why"].is_string(), "{metric}");
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
    let burst = "--sizing specified --design one_instance --set clients.limit=off --set instances.failures=off \
        --set instances.queue=1000 --set clients.timeout.after=2s --set horizon=1h --set warm_up=10min \
        --set load.arrivals={law=\"steps\",changes=[{at=\"20min\",times=2.5},{at=\"23min\",times=1}]}";
    let retries = |budget: &str| {
        format!("{burst} --set clients.retries={{attempts=10,base=\"100ms\",cap=\"2s\",jitter=\"100%\"{budget}}}")
    };
    let answered = |options: &str| {
        let outcome = simulate(options);
        let of = |end: &str| metric(&outcome, "availability")[end].as_f64().expect("an interval");
        (of("low"), of("high"))
    };
    let (patient, storm) = (answered(burst), answered(&retries("")));
    assert!(storm.1 < 0.7 * patient.0, "who asks once: {patient:?}; who asks again: {storm:?}");
    let budget = answered(&retries(",budget={ratio=\"10%\",burst=20}"));
    assert!(budget.0 > storm.1 && budget.0 > 0.85 * patient.0, "with a budget: {budget:?}");
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
        ("--set instances.machine=instanse", ["instances.machine", "did you mean `instance`?"]),
        ("--set instances.first_request=compyle", ["instances.first_request", "did you mean `compile`?"]),
        (
            "--set load.arrivals={law=\"bursty\",ratio=5,burst=\"1min\",share=\"100%\"}",
            ["load.arrivals.share", "100 %"],
        ),
        ("--set step=[]", ["step", "at least one"]),
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
