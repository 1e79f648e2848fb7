//! What a scenario file may say of a service, from the command line: shared pools, traces, closed loops, rollouts, memory, batches,
//! timelines and storms.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{command, finish, folder, proofcast};

fn number(outcome: &Value, name: &str) -> f64 {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    let metric = metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    metric["value"].as_f64().unwrap_or_else(|| panic!("{name} has no value: {metric}"))
}

fn simulate(folder: &Path, options: &str) -> Value {
    let line = format!("simulate {options} --costs claimed --replications 3 --quiet --json --set horizon=30min");
    proofcast(folder, &line).json()
}

#[test]
fn a_shared_pool_is_sized_rented_and_has_a_queue_of_its_own() {
    let folder = folder();
    let outcome = simulate(folder.path(), "proof-service --design gpu --set load.rate=60/s --set clients.count=10000");
    // A witness takes 50 ms of an instance, a proof 24 ms of a GPU; 80 % is used at most.
    let expected = [("units.instances", 60.0 * 0.05 / 0.8), ("units.prove", 60.0 * 0.024 / 0.8)];
    for (name, exact) in expected {
        assert_eq!(number(&outcome, name), f64::floor(exact) + 1.0, "{name}");
    }
    let bill = 730.0 * (4.0 * 0.34 + 2.0 * 0.8048);
    assert!(
        (number(&outcome, "cost.total") / bill - 1.0).abs() < 1e-9,
        "{} and {bill}",
        number(&outcome, "cost.total")
    );
    assert!((number(&outcome, "utilization.prove") / (60.0 * 0.024 / 2.0) - 1.0).abs() < 0.03);
    // A queue without places before a GPU refuses who comes while it works.
    let full = "proof-service --design gpu --sizing specified --set load.rate=30/s --set clients.count=10000 --set \
                step=[{name=\"prove\",cost=\"prove\",pool={machine=\"gpu\",specified=1},queue=0}]";
    // Erlang's loss with one server at 0.72: it does not depend on the law of the service.
    let (rejected, loss) = (number(&simulate(folder.path(), full), "rejected"), 0.72 / 1.72);
    assert!((rejected / loss - 1.0).abs() < 0.02, "{rejected}, by Erlang's formula {loss}");
}

#[test]
fn a_trace_is_played_as_it_was_recorded() {
    let folder = folder();
    let times: String = (0..6_000).map(|n| format!("{},/prove\n", 1_700_000_000.0 + f64::from(n) * 0.5)).collect();
    fs::write(folder.path().join("log.csv"), format!("time,path\n{times}")).expect("written");
    let trace = |speed: &str| {
        let set = format!("--set warm_up=10min --set load.arrivals={{law=\"trace\",file=\"log.csv\"{speed}}}");
        simulate(folder.path(), &format!("proof-service {set}"))
    };
    // 2 a second for 50 minutes, of which the run is 40.
    assert_eq!(number(&trace(""), "offered"), 2.0);
    assert_eq!(number(&trace(",speed=1.25"), "offered"), 2.5);
    let as_recorded = trace("");
    let short = "simulate proof-service --costs claimed --set load.arrivals={law=\"trace\",file=\"log.csv\",speed=4}";
    refused(
        folder.path(),
        short,
        &["load.arrivals.file", "the trace lasts 750 s", "--set warm_up=74s --set horizon=675s"],
    );
    let assumed = as_recorded["assumptions"].as_array().expect("assumptions");
    assert!(assumed.iter().any(|one| one.as_str().is_some_and(|one| one.contains("`load.rate` is not used"))));
    // The trace is part of what was asked.
    let hash = |outcome: &Value| outcome["provenance"]["scenario_sha256"].as_str().expect("a hash").to_owned();
    let before = hash(&as_recorded);
    fs::write(folder.path().join("log.csv"), times).expect("written");
    assert_ne!(hash(&trace("")), before);

    fs::write(folder.path().join("log.csv"), "time\n2\n1\n").expect("written");
    let line = "simulate proof-service --costs claimed --set load.arrivals={law=\"trace\",file=\"FILE\"}";
    refused(folder.path(), &line.replace("FILE", "log.csv"), &["log.csv", "line 3: `1` is before the time above it"]);
    refused(folder.path(), &line.replace("FILE", "none.csv"), &["load.arrivals.file", "there is no file none.csv"]);
}

#[test]
fn a_closed_loop_is_never_overloaded() {
    let folder = folder();
    let closed = |clients: u32| {
        let set = format!("--set load.arrivals={{law=\"closed\",think=\"1s\"}} --set clients.count={clients}");
        let line = format!("proof-service --design one_instance --sizing specified {set} --set clients.limit=off");
        simulate(folder.path(), &format!("{line} --set instances.queue=1000 --set clients.timeout=off"))
    };
    // One worker of 170 ms: the asymptotes of a closed loop (N / (Z + S) and 1 / S).
    for clients in [1, 3, 30] {
        let goodput = number(&closed(clients), "goodput");
        let bounds = (f64::from(clients) / 1.17, 1.0 / 0.17);
        let most = bounds.0.min(bounds.1) * 1.02;
        assert!(goodput <= most && goodput > 0.75 * most, "{clients} clients: {goodput} of {most}");
    }
}

#[test]
fn a_canary_serves_its_share_and_its_failures_are_answered_by_the_fallback() {
    let folder = folder();
    let outcome = simulate(folder.path(), "inference-proofs --design canary --set warm_up=5min");
    // All of the measured half hour is before the new version gets everything.
    let (served, failed) = (number(&outcome, "rollout.served"), number(&outcome, "rollout.failed"));
    assert!((served - 0.1).abs() < 0.005, "{served}");
    assert!((failed / served - 0.01).abs() < 0.005 && failed == number(&outcome, "rollout.fallback"), "{failed}");
    let without = "inference-proofs --design canary --set warm_up=5min --set rollout.fallback=off \
                   --set rollout.shares=[{at=\"0s\",share=\"100%\"}] --set rollout.failures=20%";
    let errors = number(&simulate(folder.path(), without), "error_rate");
    assert!((errors - 0.2).abs() < 0.01, "one in five is of no use, and nobody stands in: {errors}");
}

#[test]
fn what_grows_with_the_horizon_is_not_simulated() {
    let folder = folder();
    // More than it carries, any number may wait, and what nobody waits for any longer is proven all the same.
    let line = "simulate proof-service --costs claimed --sizing specified --design one_instance --set load.rate=8/s \
                --set clients.limit=off --set clients.count=100 --replications 2 --quiet --json --set horizon=20min \
                --set instances.queue=";
    let folder = folder.path();
    let file = "extends = \"proof-service\"\nname = \"endless\"\nquestion = \"?\"\n[design.one_instance]\n\
                step = [{ name = \"prove\", cost = \"prove\", servers = 1 }]\n";
    fs::write(folder.join("endless.toml"), file).expect("written");
    let endless = format!("{}100", line.replace("proof-service", "endless.toml").replace("=8/s", "=9/s"));
    let outcome = proofcast(folder, &endless).json();
    let metrics = outcome["metrics"].as_array().expect("metrics");
    let p50 = metrics.iter().find(|metric| metric["name"] == "sojourn.p50").expect("it is told");
    let why = p50["why"].as_str().expect("it has no value");
    assert!(why.contains("no queue is full, and what nobody waits for any longer is served all the same"), "{why}");
    // A queue that refuses bounds what waits, and so does a service that stops working for who has left.
    assert!(number(&proofcast(folder, &format!("{line}10")).json(), "error_rate") > 0.2);
    let cancelled = proofcast(folder, &format!("{endless} --set clients.timeout.cancels=true")).json();
    assert!(number(&cancelled, "error_rate") > 0.05);
}

#[test]
fn a_batch_needs_a_cost_that_grows_with_its_size() {
    let folder = folder();
    let step = |form: &str| {
        format!(
            "simulate proof-service --costs claimed --set step=[{{name=\"prove\",cost=\"prove\",servers=1,{form}}}]"
        )
    };
    for (form, says) in [
        ("batch={most=4,wait=\"1s\"}", "a batch would take as long as one request"),
        ("split={parts=4}", "a part would take as long as the whole"),
    ] {
        refused(folder.path(), &step(form), &["the cost `prove` is the same at all sizes", says, "`transactions = 1`"]);
    }
    let book = "--set books.claimed.costs.prove=[{from=\"claimed\",time=\"120ms\",transactions=1,source=\"mine\"}]";
    let line = step("batch={most=4,wait=\"100ms\"}").replace("simulate ", "").replace(" --costs claimed", "");
    let outcome = simulate(folder.path(), &format!("{line} {book} --design four_instances"));
    // Between one and four in a batch, at 120 ms each.
    assert!((0.12..0.48).contains(&number(&outcome, "service.prove.mean")));
}

#[test]
fn a_timeline_of_a_service_counts_what_comes_and_what_is_answered() {
    let folder = folder();
    let line = "simulate proof-service --costs claimed --set horizon=20min --replications 1 --quiet --json --timeline run.json";
    let outcome = proofcast(folder.path(), line).json();
    let text = fs::read_to_string(folder.path().join("run.json")).expect("it was written");
    let timeline: Value = serde_json::from_str(&text).expect("JSON");
    let events = timeline["traceEvents"].as_array().expect("events");
    let mean = |name: &str| {
        let values: Vec<f64> = events
            .iter()
            .filter(|event| event["ph"] == "C" && event["name"] == name)
            .map(|event| event["args"]["value"].as_f64().expect("a value"))
            .collect();
        assert!(values.len() > 500, "{name} at {} times", values.len());
        values.iter().sum::<f64>() / values.len() as f64
    };
    let goodput = number(&outcome, "goodput");
    assert!((mean("answers/s") / goodput - 1.0).abs() < 0.05, "{} and {goodput}", mean("answers/s"));
    assert_eq!(mean("instances that run"), number(&outcome, "units.instances"));
}

#[test]
fn what_is_said_beside_tables_fits_the_terminal_too() {
    let folder = folder();
    let old = "provider,instance,usd_per_hour,date\ndesign,c5.2xlarge,1,2001-02-03\naws,c5.2xlarge,0.1,2001-02-03\n";
    fs::write(folder.path().join("old.csv"), old).expect("written");
    let line = "simulate proof-service --costs claimed --set horizon=20min --replications 2 --timeline a-run-with-a-long-name.json \
                --prices old.csv --set instances.machine=aws/c5.2xlarge --sizing specified --quiet --out files";
    let run = finish(command(folder.path(), line).env("COLUMNS", "80"));
    let (out, err) = (run.out.clone(), run.err.clone());
    run.expect(0);
    assert!(out.contains("Perfetto") && err.contains("older than a year"), "{out}{err}");
    let wide = out.lines().chain(err.lines()).find(|line| line.chars().count() > 80);
    assert_eq!(wide, None);
}

#[test]
fn a_storm_needs_clients_that_ask_again_and_a_budget_prevents_it() {
    let folder = folder();
    let study = |retries: &str| {
        let line = "compare proof-service --storm=2.5 --costs claimed --sizing specified --design one_instance --replications 5 \
                    --quiet --json --set horizon=30min --set clients.limit=off --set instances.queue=1000 \
                    --set clients.timeout.after=2s --set instances.lifecycle=off";
        let found = proofcast(folder.path(), &format!("{line} {retries}")).json();
        assert_eq!(found["schema"], "proofcast/storm/1");
        found["designs"][0].clone()
    };
    let once = study("");
    assert!(once["storm"].is_null() && once["recovery_s"].as_f64().is_some_and(|after| after < 1_800.0), "{once}");
    let again = study("--set clients.retries={attempts=10,base=\"100ms\",cap=\"2s\",jitter=\"100%\"}");
    let from = again["storm"]["from_s"].as_f64().expect("it does not recover");
    assert!(from < 180.0, "three minutes of it are far too many: {from}");
    let remedies = again["remedies"].as_array().expect("some were tried");
    let prevents = |name: &str| {
        let found = remedies.iter().find(|tried| tried["name"].as_str().is_some_and(|it| it.starts_with(name)));
        found.unwrap_or_else(|| panic!("no {name}"))["prevents"].as_bool().expect("yes or no")
    };
    // Two attempts of work that takes 68 % of an instance are more than it can do: they sustain what they cause.
    assert!(prevents("retry budget") && prevents("queue of") && !prevents("at most 2 attempts"), "{remedies:?}");
    refused(folder.path(), "compare layered --storm --costs claimed", &["kind = \"service\""]);
    refused(folder.path(), "compare proof-service --storm=0.5", &["a factor above 1"]);
}
