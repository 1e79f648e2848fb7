//! Rollups whose load, or whose fees on L1, were recorded, from the command line.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{folder, proofcast};

/// The load of `validity-rollup` from a file, in a run of two hours of which the last is measured.
const PLAYED: &str =
    "--design zkvm --set warm_up=1h --set horizon=1h --set load.arrivals={law=\"trace\",file=\"load.csv\"}";

fn number(outcome: &Value, name: &str) -> f64 {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    let metric = metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    metric["value"].as_f64().unwrap_or_else(|| panic!("{name} has no value: {metric}"))
}

/// The value of an input with its source.
fn input<'o>(outcome: &'o Value, name: &str) -> (f64, &'o str) {
    let inputs = outcome["inputs"].as_array().expect("inputs");
    let input = inputs.iter().find(|input| input["name"] == name).unwrap_or_else(|| panic!("no {name}: {inputs:?}"));
    (input["value"].as_f64().expect("a value"), input["source"].as_str().expect("a source"))
}

fn simulate(folder: &Path, options: &str) -> Value {
    proofcast(folder, &format!("simulate validity-rollup --replications 2 --quiet --json {options}")).json()
}

fn hash(outcome: &Value) -> String {
    outcome["provenance"]["scenario_sha256"].as_str().expect("a hash").to_owned()
}

fn assumes(outcome: &Value, what: &str) -> bool {
    let assumed = outcome["assumptions"].as_array().expect("assumptions");
    assumed.iter().any(|one| one.as_str().is_some_and(|one| one.contains(what)))
}

/// Two hours by the minute: 10 a second, of which 20 minutes of the second hour have 40.
fn load(of_minute: impl Fn(u32, u32) -> String) -> String {
    (0..120).map(|minute| of_minute(minute, if (80..100).contains(&minute) { 2_400 } else { 600 })).collect()
}

#[test]
fn a_load_is_offered_as_it_was_recorded_and_sized_for_its_peak() {
    let folder = folder();
    let write = |text: String| fs::write(folder.path().join("load.csv"), text).expect("written");
    write(format!("time,count\n{}", load(|minute, count| format!("{},{count}\n", minute * 60))));
    let played = simulate(folder.path(), PLAYED);
    assert_eq!(number(&played, "offered"), 20.0);
    assert!((number(&played, "throughput") - 20.0).abs() < 1e-9, "{}", number(&played, "throughput"));
    assert_eq!(input(&played, "load, in the mean"), (20.0, "load.csv"));
    assert!(
        assumes(&played, "`load.rate` is not used") && assumes(&played, "40.00 tx/s, where the mean is 20.00 tx/s")
    );
    // The fleet is that of the peak.
    let even = simulate(folder.path(), "--design zkvm --set warm_up=1h --set horizon=1h --set load.rate=40/s");
    assert_eq!(number(&played, "units.provers"), number(&even, "units.provers"));
    // The same for any number of threads; and half as much is half as much.
    let threads = |number: u32| simulate(folder.path(), &format!("{PLAYED} --threads {number}"))["fingerprint"].clone();
    assert!(threads(1) == threads(2) && threads(1) == played["fingerprint"], "{}", played["fingerprint"]);
    let scaled = PLAYED.replace("\"load.csv\"", "\"load.csv\",scale=0.5");
    assert_eq!(number(&simulate(folder.path(), &scaled), "offered"), 10.0);

    // With classes, as dates, in rows of one time: the shares are those of the file, which is part of what was asked.
    let row = |minute: u32, count: u32| {
        let at = format!("2026-04-01T{:02}:{:02}:00Z", minute / 60, minute % 60);
        format!("{at},transaction,{}\n{at},other,{}\n", count / 4 * 3, count / 4)
    };
    write(format!("time,class,count\n{}", load(row)));
    let classes = "--set classes.other={share=\"0%\",gas=1e5,bytes=\"120B\",cycles=30}";
    let with_classes = simulate(folder.path(), &format!("{PLAYED} {classes}"));
    assert_eq!(number(&with_classes, "offered"), 20.0);
    assert_eq!(input(&with_classes, "other: share"), (0.25, "load.csv"));
    let before = hash(&with_classes);
    write(format!("time,class,count\n{}", load(|minute, count| row(minute, count + 4))));
    assert_ne!(hash(&simulate(folder.path(), &format!("{PLAYED} {classes}"))), before);
}

/// Blobs and gas at fees that double in the middle of the measured time cost half as much again.
#[test]
fn fees_are_paid_as_they_were_recorded() {
    let folder = folder();
    let fees = |name: &str, low: f64| {
        let slots = 0..16 * 300;
        let rows: String =
            slots.map(|slot| format!("{},{}\n", slot * 12, if slot < 9 * 300 { low } else { 2.0 * low })).collect();
        fs::write(folder.path().join(name), format!("time,fee\n{rows}")).expect("written");
    };
    fees("blobs.csv", 0.5);
    fees("gas.csv", 2.0);
    let run = "--design zkvm --set warm_up=3h --set horizon=12h --set l1.gas.tip=0gwei --set l1.included=100%";
    let stated = simulate(folder.path(), &format!("{run} --set l1.gas.fee=2gwei --set l1.blobs.fee=0.5gwei"));
    let traces = "--set l1.gas.trace=gas.csv --set l1.blobs.trace=blobs.csv";
    let played = simulate(folder.path(), &format!("{run} {traces}"));
    let dearer = number(&played, "cost.data") / number(&stated, "cost.data");
    // A batch a minute in twelve hours: one more or less on either side.
    assert!((dearer - 1.5).abs() < 0.5 / 720.0 * 1.5, "{dearer}");
    assert_eq!(input(&played, "L1: fee of blobs, in the mean"), (0.75, "blobs.csv"));
    assert_eq!(input(&played, "L1: base fee of gas, in the mean"), (3.0, "gas.csv"));
    assert!(assumes(&played, "`l1.blobs.fee` and `l1.blobs.within` are not used"));
    // No price of gas or blobs is uncertain any more: the interval is that of ether.
    let spread = |outcome: &Value| {
        let metrics = outcome["metrics"].as_array().expect("metrics");
        let cost = metrics.iter().find(|metric| metric["name"] == "cost.data").expect("a cost");
        cost["high"].as_f64().expect("an end") / cost["low"].as_f64().expect("an end")
    };
    assert!(spread(&played) < spread(&stated), "{} {}", spread(&played), spread(&stated));
    let before = hash(&played);
    fees("blobs.csv", 0.6);
    assert_ne!(hash(&simulate(folder.path(), &format!("{run} {traces}"))), before);
}

#[test]
fn what_was_recorded_wrongly_is_refused_with_its_place() {
    let folder = folder();
    let path = folder.path();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).expect("written");
    let line = format!("simulate validity-rollup {PLAYED}");
    refused(path, &line, &["load.arrivals.file", "there is no file load.csv"]);
    for (text, says) in [
        ("time,cuont\n0,5\n60,5\n", "did you mean `count`?"),
        ("time,count\n0,5\n", "it has one time"),
        ("time,count\n0,0\n60,0\n", "no transaction is left of it"),
        ("time,count\n0,5\n60,-5\n", "line 3: `-5` is no count"),
        ("time,count,class\n0,5,transacton\n60,5,transaction\n", "did you mean `transaction`?"),
        ("time,count\n0,1e300\n60,1\n", "1e15 are the most"),
    ] {
        write("load.csv", text);
        refused(path, &line, &["load.csv", says]);
    }
    write("load.csv", "time,count\n0,5\n1800,5\n");
    refused(path, &line, &["load.arrivals.file", "the trace lasts 3600 s, and the run 7200 s"]);
    write("load.csv", "time,count\n0,5\n1800,0\n9000,0\n");
    refused(path, &line, &["load.arrivals", "no transaction arrives in the measured time"]);
    write("load.csv", "time,count\n0,5\n60,5\n");
    refused(path, &format!("{line} --set load.profile={{hours=[1,2]}}"), &["load.profile", "a rate of its own"]);
    refused(path, "simulate validity-rollup --set load.rate=off", &["load.rate", "missing"]);
    let fee = "simulate validity-rollup --design zkvm --set l1.gas.trace=fees.csv";
    write("fees.csv", "time,price\n0,1\n12,1\n");
    refused(path, fee, &["fees.csv", "no column is called `fee`"]);
    write("fees.csv", "0,1\n12,1\n");
    refused(path, fee, &["l1.gas.trace", "the trace lasts 24 s"]);
    let both = r#"--set l1.gas.changes=[{at="1h",fee="2gwei"}]"#;
    refused(path, &format!("{fee} {both}"), &["l1.gas.trace", "say `changes` or `trace`"]);
}
