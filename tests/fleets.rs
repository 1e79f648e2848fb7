//! What an answer about a fleet says of itself, and how a file or a change is refused that cannot be meant, from the command line.

use std::fs;

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{folder, proofcast};

fn simulate(options: &str) -> Value {
    proofcast(folder().path(), &format!("simulate {options} --quiet --json")).json()
}

fn value(outcome: &Value, name: &str) -> f64 {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    let metric = metrics.iter().find(|metric| metric["name"] == *name).unwrap_or_else(|| panic!("no {name}"));
    metric["value"].as_f64().unwrap_or_else(|| panic!("{name} has no value: {metric}"))
}

/// All sentences of a kind in one text.
fn told(outcome: &Value, kind: &str) -> String {
    let all = outcome[kind].as_array().into_iter().flatten().filter_map(Value::as_str);
    all.collect::<Vec<_>>().join("\n")
}

const SPOT: &str =
    "{market=\"spot\",machines=16,notice=\"2min\",zones=[{law=\"exponential\",up=\"UP\",down=\"DOWN\"}]}";

fn spot(up: &str, down: &str) -> String {
    SPOT.replace("UP", up).replace("DOWN", down)
}

#[test]
fn a_service_is_paid_for_by_what_it_answers() {
    // Clients that may ask half as often as they want to: half of the requests are refused, at no time of a server.
    let line = "proof-service --costs claimed --design four_instances --replications 3 --set horizon=30min \
                --set clients.count=10 --set clients.limit.rate=0.8/s";
    let outcome = simulate(line);
    let (answered, total) = (value(&outcome, "availability"), value(&outcome, "cost.total"));
    assert!(answered < 0.7, "{answered}");
    let million = total / (value(&outcome, "offered") * answered * 730.0 * 3_600.0) * 1e6;
    let each = value(&outcome, "cost.per_million_requests");
    assert!((each / million - 1.0).abs() < 1e-3, "{each} and {million}");
    let month = outcome["bill"]["requests_per_month"].as_f64().expect("a number");
    assert!((total / month * 1e6 / each - 1.0).abs() < 1e-3, "{month}");
    let text = proofcast(folder().path(), &format!("simulate {line}")).expect(0);
    assert!(text.contains("per million answered requests"), "{text}");
}

#[test]
fn a_bill_that_no_run_stands_behind_says_what_it_assumes() {
    let line = "prover-fleet --design autoscaled --replications 2 --set load.rate=600/h";
    let outcome = simulate(line);
    let said = told(&outcome, "caveats");
    assert!(said.contains("the bill of prove has all 16 machines at all times"), "{said}");
    let text = proofcast(folder().path(), &format!("simulate {line}")).expect(0);
    assert!(text.contains("Nothing was simulated,") && text.contains("note: "), "{text}");
    assert!(text.contains("servers of prove saturate") && !text.contains("1 machines"), "{text}");
    assert_eq!(told(&simulate("prover-fleet --design autoscaled --replications 2 --set horizon=2d"), "caveats"), "");
}

#[test]
fn queues_that_only_the_run_shows_to_grow_are_told() {
    let folder = folder();
    let file = "extends = \"proof-service\"\nname = \"grow\"\nquestion = \"?\"\n[instances]\nqueue = \"off\"\n\
                [clients]\nlimit = \"off\"\n\
                retries = { attempts = 4, base = \"100 ms\", cap = \"2 s\", jitter = \"100 %\" }\n";
    fs::write(folder.path().join("grow.toml"), file).expect("written");
    let run = |load: &str| {
        let line = format!(
            "simulate grow.toml --costs claimed --design one_instance --sizing specified --replications 4 --set horizon=2h \
             --set load.rate={load}/s --quiet --json"
        );
        told(&proofcast(folder.path(), &line).json(), "caveats")
    };
    // 5.9 a second by arithmetic: clients that try again make more of it.
    let growing = run("5.6");
    assert!(growing.contains("the queues grow to the end of the run"), "{growing}");
    assert_eq!(run("2"), "");
}

#[test]
fn a_place_that_a_list_does_not_have_is_told_with_those_it_has() {
    let line = "simulate prover-fleet --set step.7.queue=20";
    refused(folder().path(), line, &["`step` has no entry 7", "it has 1 entry: step.0 is `prove`"]);
    let line = "simulate prover-fleet --set design.mixed.step.0.pool.lifecycle.lots.5.machines=2";
    refused(folder().path(), line, &["lots` has no entry 5", "it has 2 entries"]);
}

#[test]
fn what_is_empty_or_no_table_is_told_what_it_may_say() {
    let refuse =
        |set: &str, says: &[&str]| refused(folder().path(), &format!("simulate prover-fleet --set {set}"), says);
    let keys = "`most`, `tolerance`, `utilization`; required: `most`";
    refuse("step.0.pool.lifecycle.autoscaler={}", &["`{}` says nothing", keys]);
    refuse("design.mixed.step.0.pool.lifecycle.autoscaler={}", &["`{}` says nothing", keys]);
    refuse("design.mixed.step.0.pool.lifecycle.autoscaler=[]", &["found a list", keys]);
    refuse("design.mixed.step.0.pool.lifecycle.lots={}", &["it must be `off` or a list", "`market`"]);
    refuse("step=off", &["required: `name`"]);
}

#[test]
fn lists_and_sections_can_be_off_as_other_keys_can() {
    let fleet =
        |set: &str| value(&simulate(&format!("prover-fleet --design committed --replications 1 {set}")), "cost.total");
    let on_demand = (11.0 * 1.861 + 0.34) * 730.0;
    let off = fleet("--sizing specified --set step.0.pool.lifecycle.lots=off");
    assert!((off - on_demand).abs() < 1e-6, "{off} and {on_demand}");
    for set in [
        "charge=off",
        "alerts=off",
        "step.0.memory=off",
        "objectives=off",
        "switches=off",
        "discount=off",
        "load.profile.days=off",
    ] {
        fleet(&format!("--set {set}"));
    }
}

#[test]
fn machines_that_are_seldom_there_are_to_blame_and_not_the_load() {
    let fixed =
        |life: &str| format!("simulate prover-fleet --design fixed --set design.fixed.step.0.pool.lifecycle={life}");
    let seldom = format!("{{start_up=\"10min\",lots=[{}]}}", spot("1min", "10000d"));
    let says = ["design.fixed.step.0.pool.lifecycle.lots", "its machines are too seldom there"];
    refused(folder().path(), &fixed(&seldom), &says);
    let fails = "{failures={between=\"1s\",repair=\"30d\"}}";
    refused(folder().path(), &fixed(fails), &["lifecycle.failures", "fail too often"]);
    let closed = "simulate prover-fleet --set clients.count=10000000 --set load.profile=off --set \
                  load.arrivals={law=\"closed\",think=\"1ms\"}";
    refused(folder().path(), closed, &["`clients.count`", "attempts"]);
}

#[test]
fn lots_that_cannot_be_used_are_told() {
    let lots = |lots: &str| {
        let set = format!("--set design.fixed.step.0.pool.lifecycle={{lots=[{lots}]}} --set step.0.pool.specified=6");
        told(
            &simulate(&format!("prover-fleet --design fixed --sizing specified --replications 1 {set}")),
            "assumptions",
        )
    };
    let said = lots("{market=\"on-demand\",machines=9},{}");
    assert!(said.contains("of the 9 machines of lot 0 of prove the pool needs 6"), "{said}");
    assert!(said.contains("lot 1 of prove has no machines"), "{said}");
    let said = lots(&format!("{},{{}}", spot("1min", "1h").replace("machines=16", "machines=2")));
    assert!(said.contains("86 % of the times in which zones of lot 0 of prove have machines"), "{said}");
}

#[test]
fn a_trace_says_what_of_it_is_read() {
    let folder = folder();
    let line = "simulate proof-service --costs claimed --design four_instances --set warm_up=1min --set horizon=5min \
                --replications 2 --quiet --json --set load.arrivals={law=\"trace\",file=\"log.csv\"}";
    let trace = |text: &str| fs::write(folder.path().join("log.csv"), text).expect("written");
    for (text, says) in [
        ("time,cuont\n0,1\n", "line 1: no column is called `cuont`; did you mean `count`?"),
        ("time,count\n0,1\n1,0.5\n", "line 3: `0.5` is no count"),
        ("2026-11-29 08:00\n1\n", "line 1: `2026-11-29 08:00` is neither a time nor the heading of one"),
    ] {
        trace(text);
        refused(folder.path(), line, &["log.csv", says]);
    }
    // Two in three requests are four times as large, by a cost that grows with the size.
    let rows: String =
        (0..2_000).map(|at| format!("{},{},x\n", f64::from(at) * 0.2, if at % 3 == 0 { 1 } else { 4 })).collect();
    trace(&format!("time,size,path\n{rows}"));
    let cost = "{from=\"claimed\",time=\"50ms\",transactions=1,source=\"here\"}";
    let outcome = proofcast(folder.path(), &format!("{line} --set books.claimed.costs.witness=[{cost}]")).json();
    let mean = value(&outcome, "service.witness.mean");
    assert!((mean / 0.15 - 1.0).abs() < 0.03, "{mean}");
    let said = told(&outcome, "assumptions");
    assert!(said.contains("log.csv: the column `path` means nothing here"), "{said}");
}

#[test]
fn a_change_of_the_bill_within_its_noise_is_called_so() {
    let folder = folder();
    let off = ["committed", "autoscaled", "mixed", "spot", "bought", "overflow"]
        .map(|design| format!("{design} = \"off\"\n"))
        .concat();
    let file = format!(
        "extends = \"prover-fleet\"\nname = \"switch\"\nquestion = \"?\"\nbase = \"fixed\"\nhorizon = \"2 d\"\n\
         [[step]]\nname = \"prove\"\ncost = \"prove\"\npool = {{ machine = \"gpu\", specified = 6, lifecycle = {{ \
         start_up = \"4 min\", autoscaler = {{ least = 2, most = 16 }} }} }}\n[[switches]]\nname = \"later\"\n\
         set = {{ \"step.0.pool.lifecycle.autoscaler.delay\" = \"31 s\" }}\n[design]\n{off}"
    );
    fs::write(folder.path().join("switch.toml"), file).expect("written");
    let study = proofcast(folder.path(), "compare switch.toml --switches --replications 4 --quiet --json").json();
    let study = &study["designs"][0];
    assert_eq!(study["alone"][0]["worth"], "noise", "{study}");
    assert!(study["answer"].as_str().is_some_and(|answer| answer.contains("Within the noise: later.")), "{study}");
}
