//! `compare` over several keys: all combinations, the points of a file, a sample of the ranges of a scenario.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{content, document, folder, proofcast};

/// A service that is simulated within a moment.
const LINE: &str =
    "compare proof-service --costs claimed --set horizon=20min --set warm_up=10s --replications 2 --quiet --json";

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("no list `{key}` in {value}"))
}

/// The value of a figure of a design at a point.
fn figure(point: &Value, design: &str, name: &str) -> f64 {
    let outcome = list(point, "outcomes").iter().find(|one| one["design"] == design).expect("it was simulated");
    let figure = list(outcome, "figures").iter().find(|one| one["name"] == name).expect("it is put first");
    figure["value"].as_f64().unwrap_or_else(|| panic!("no {name}: {outcome}"))
}

#[test]
fn all_combinations_are_what_each_is_by_itself_for_any_number_of_threads() {
    let folder = folder();
    let designs = "--design four_instances --design gpu --vary load.rate=4/s,8/s,16/s --vary instances.queue=5,20";
    let asked = |threads: u32| {
        let line = format!("{LINE} {designs} --threads {threads} --out of");
        (proofcast(folder.path(), &line).expect(0), content(&folder.path().join("of")))
    };
    let one = asked(1);
    assert!(one == asked(3), "--threads changes the answer");
    let found = document(&one.0);
    let points = list(&found, "points");
    let texts: Vec<Vec<&str>> = points
        .iter()
        .map(|point| list(point, "values").iter().filter_map(|value| value["text"].as_str()).collect())
        .collect();
    assert_eq!(texts, [["4/s", "5"], ["4/s", "20"], ["8/s", "5"], ["8/s", "20"], ["16/s", "5"], ["16/s", "20"]]);
    let table = one.1.get(Path::new("variation.csv")).and_then(Option::as_ref).expect("it was written");
    let table = String::from_utf8_lossy(table);
    let head = "point,load.rate,instances.queue,design,costs,sizing,carries,metric,unit,value,low,high";
    assert_eq!(table.lines().next(), Some(head));
    assert!(table.lines().any(|row| row.starts_with("6,16.0,20.0,gpu,claimed,sized,yes,cost.total,USD/month,")));
    for name in ["charts/variation.png", "charts/variation-gpu-claimed.svg", "variation.parquet", "report.html"] {
        assert!(one.1.contains_key(Path::new(name)), "no {name}: {:?}", one.1.keys());
    }
    // A point is the scenario with these values.
    let set = "--design gpu --sizing sized --set load.rate=8/s --set instances.queue=20";
    let alone = proofcast(folder.path(), &format!("{LINE} {set}")).json();
    for name in ["cost.total", "sojourn.p99", "error_rate"] {
        let metric = list(&list(&alone, "designs")[0], "metrics").iter().find(|one| one["name"] == name);
        assert_eq!(metric.expect("a metric")["value"].as_f64(), Some(figure(&points[3], "gpu", name)), "{name}");
    }
}

#[test]
fn a_sample_fills_the_ranges_of_the_scenario_and_says_which_key_decides() {
    let folder = folder();
    let line = format!("{LINE} --design four_instances --sample 24");
    let found = proofcast(folder.path(), &line).json();
    let keys: Vec<&Value> = list(&found, "keys").iter().map(|key| &key["name"]).collect();
    assert_eq!(keys, ["instances.queue", "load.rate"]);
    let rates = || list(&found, "points").iter().map(|point| point["values"][1]["at"].as_f64().expect("a rate"));
    assert!(rates().all(|rate| (8.0..=32.0).contains(&rate)) && rates().any(|rate| rate < 9.0), "{found}");
    let effect = |key: &str| {
        let of = |effect: &&Value| effect["key"] == key && effect["metric"] == "units.instances";
        list(&found, "effects").iter().find(of).and_then(|one| one["correlation"].as_f64()).unwrap_or(0.0)
    };
    // A fleet is sized for its load, and a queue needs no machines.
    assert!(effect("load.rate") > 0.9 && effect("instances.queue").abs() < 0.5, "{found}");
    assert_eq!(found, proofcast(folder.path(), &line).json(), "the seed decides");
    assert_ne!(found["points"], proofcast(folder.path(), &format!("{line} --seed 2")).json()["points"]);
}

#[test]
fn points_come_from_a_file_whose_faults_are_told_at_their_places_all_at_once() {
    let folder = folder();
    let file = |text: &str| fs::write(folder.path().join("points.csv"), text).expect("written");
    let asked = || proofcast(folder.path(), &format!("{LINE} --design gpu --points points.csv"));
    file("load.rate,instances.balancer\n8/s,random\n10/s,least loaded\n");
    let found = asked().json();
    assert_eq!(list(&found, "points").len(), 2);
    assert_eq!(found["points"][1]["values"][1]["text"], "least loaded");
    file("load.rate,instances.queue\n8/s,10\n8 apples,10\n9/s,-3\n");
    let run = asked();
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{}", run.err);
    for says in ["points.csv:3:1", "8 apples", "points.csv:4:5", "-3"] {
        assert!(run.err.contains(says), "no {says}:\n{}", run.err);
    }
    for (text, says) in [
        ("load.rate\n", "found 0 points"),
        ("load.rate,instances.queue\n8/s\n", "found 1 value, the first line has 2 keys"),
        ("load.rte\n8/s\n9/s\n", "did you mean `rate`"),
        ("", "the file is empty"),
    ] {
        file(text);
        let run = asked();
        assert!(run.status == Some(2) && run.err.matches(says).count() == 1, "not once `{says}`:\n{}", run.err);
    }
}

#[test]
fn what_makes_no_sense_together_is_refused() {
    let folder = folder();
    for (options, says) in [
        ("--vary load.rate=8/s,9/s --points a.csv", "cannot be used with"),
        ("--vary load.rate=8/s,9/s --sample 8", "cannot be used with"),
        ("--points a.csv --sample 8", "cannot be used with"),
        ("--sample 8 --sensitivity", "cannot be used with"),
        ("--sample 20000", "10000"),
        ("--vary load.rate=8/s,9/s --vary load.rate=1/s,2/s", "`load.rate` is varied twice"),
        ("--vary load.rate=1/s..9/s:200 --vary instances.queue=1..100", "found 20000 points"),
        ("layered --vary load.rate=8/s,9/s --vary replications=1,2", "give one `--vary`"),
    ] {
        let run = proofcast(folder.path(), &format!("compare proof-service {options} --costs claimed"));
        assert!(run.status == Some(2) && run.err.contains(says), "`{options}` does not say `{says}`:\n{}", run.err);
    }
    assert!(content(folder.path()).is_empty(), "nothing was written");
}
