//! Two results held against each other, from the command line: what is the same differs in nothing, and what is changed differs in what it
//! must and in nothing else.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::plan::queue;
use crate::program::{SHORT, WORLD_ALONE, folder, proofcast};

/// A service, shortened.
const SERVICE: &str =
    "simulate proof-service --costs claimed --set horizon=20min --set warm_up=1min --replications 4 --quiet";

fn run(here: &TempDir, line: &str) {
    proofcast(here.path(), line).expect(0);
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("`{key}` is no list in {value}"))
}

fn diff(here: &Path, line: &str) -> Value {
    let found = proofcast(here, &format!("diff {line} --json")).json();
    assert_eq!(found["schema"], "proofcast/difference/1");
    found
}

/// The figures of the first case.
fn figures(found: &Value) -> &[Value] {
    list(&found["cases"][0], "figures")
}

fn figure<'v>(found: &'v Value, name: &str) -> &'v Value {
    figures(found).iter().find(|figure| figure["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

/// Names of what changed of the inputs.
fn inputs(found: &Value, key: &str) -> Vec<String> {
    let names = list(&found["inputs"], key).iter().map(|one| one["name"].as_str().expect("a name").to_owned());
    names.collect()
}

#[test]
fn the_same_result_twice_differs_in_nothing() {
    let here = folder();
    run(&here, &format!("{SERVICE} --out a"));
    run(&here, &format!("{SERVICE} --out b --threads 1"));
    let found = diff(here.path(), "a b");
    assert!(figures(&found).len() > 20 && figures(&found).iter().all(|figure| figure["found"] == "same"), "{found}");
    assert_eq!(found["cases"][0]["paired"], true);
    for list_of in ["conditions", "figures", "assumptions"] {
        assert!(list(&found["inputs"], list_of).is_empty(), "{found}");
    }
    let told = proofcast(here.path(), "diff a b/outcome.json").expect(0);
    assert!(told.starts_with("Nothing differs: all "), "{told}");
    assert!(!told.contains("sojourn") && !told.contains("Inputs that changed"), "{told}");
    let all = proofcast(here.path(), "diff a b --all").expect(0);
    assert!(all.contains("sojourn.p99") && all.contains("the same"), "{all}");
}

#[test]
fn a_changed_price_changes_the_bill_and_no_latency() {
    let here = folder();
    let prices = |usd: &str| format!("provider,instance,usd_per_hour\ndesign,c5.2xlarge,{usd}\n");
    for (name, usd) in [("a", "0.40"), ("b", "0.50")] {
        fs::write(here.path().join(format!("{name}.csv")), prices(usd)).expect("written");
        run(&here, &format!("{SERVICE} --prices {name}.csv --out {name}"));
    }
    let found = diff(here.path(), "a b");
    for figure in figures(&found) {
        let (name, unit) = (&figure["name"], figure["unit"].as_str().expect("a unit"));
        if !unit.starts_with("USD") {
            assert_eq!((&figure["found"], figure["a"] == figure["b"]), (&"same".into(), true), "{name}");
            let difference = &figure["difference"];
            let of = |key: &str| difference[key].as_f64();
            assert_eq!(of("value"), Some(0.0), "{name}: {difference}");
            assert!(
                of("low").is_none_or(|low| low == 0.0) && of("high").is_none_or(|high| high == 0.0),
                "{difference}"
            );
        }
    }
    let total = figure(&found, "cost.total");
    let (a, b) = (total["a"].as_f64().expect("a bill"), total["b"].as_f64().expect("a bill"));
    assert!(b > a && ["certain", "beyond_noise"].contains(&total["found"].as_str().expect("a word")), "{total}");
    let lines: Vec<&Value> =
        list(&found["cases"][0]["bill"], "lines").iter().filter(|line| line["a"] != line["b"]).collect();
    let sum: f64 =
        lines.iter().map(|line| line["difference"].as_str().expect("exact").parse::<f64>().expect("a number")).sum();
    assert!(!lines.is_empty() && (sum - (b - a)).abs() < 1e-9 * b, "{lines:?}: {sum} instead of {}", b - a);
    assert!(lines.iter().all(|line| line["a"]["quantity"] == line["b"]["quantity"]), "{lines:?}");
    let told = proofcast(here.path(), "diff a b").expect(0);
    assert!(told.starts_with("B costs $") && told.contains("more") && told.contains("sojourn.p99 stays"), "{told}");
    assert!(told.contains("$0.4/h → $0.5/h"), "{told}");
}

#[test]
fn a_changed_load_differs_beyond_noise_and_is_told_as_an_input() {
    let here = folder();
    run(&here, &format!("{SERVICE} --out a"));
    run(&here, &format!("{SERVICE} --set load.rate=60/s --out b"));
    let found = diff(here.path(), "a b");
    assert!(inputs(&found, "conditions").contains(&"--set load.rate".to_owned()), "{}", found["inputs"]);
    let offered = figure(&found, "offered");
    assert_eq!((&offered["found"], &offered["b"]), (&"certain".into(), &60.0.into()), "{offered}");
    let differ = |figure: &&Value| figure["found"] == "beyond_noise" || figure["found"] == "certain";
    let latencies =
        figures(&found).iter().filter(|figure| figure["name"].as_str().is_some_and(|name| name.starts_with("sojourn")));
    assert!(latencies.filter(differ).count() > 0, "{found}");
    for figure in figures(&found).iter().filter(|figure| figure["found"] == "beyond_noise") {
        let end = |key: &str| figure["difference"][key].as_f64().expect("an interval");
        assert!(end("low") > 0.0 || end("high") < 0.0, "{figure}");
    }
    // What B is as against A is what A is as against B, turned.
    let turned = diff(here.path(), "b a");
    for (one, other) in figures(&found).iter().zip(figures(&turned)) {
        assert_eq!((&one["name"], &one["found"], &one["a"]), (&other["name"], &other["found"], &other["b"]));
    }
    let mut narrow = crate::program::command(here.path(), "diff a b --all --out files");
    let told = crate::program::finish(narrow.env("COLUMNS", "80")).expect(0);
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
    assert!(told.contains("wrote 3 files to files"), "{told}");
    let markdown = fs::read_to_string(here.path().join("files/diff.md")).expect("it is written");
    assert_eq!(markdown, proofcast(here.path(), "diff a b --all --markdown").expect(0));
    assert!(markdown.contains("| --set load.rate | ") && markdown.starts_with("# Difference\n\n**"), "{markdown}");
    let html = fs::read_to_string(here.path().join("files/diff.html")).expect("it is written");
    assert!(html.contains("sojourn.p99") && html.trim_end().ends_with("</html>"), "{html}");
    let kept = fs::read_to_string(here.path().join("files/diff.json")).expect("it is written");
    assert_eq!(serde_json::from_str::<Value>(&kept).expect("JSON"), found);
}

#[test]
fn another_seed_is_not_paired_and_hardly_differs() {
    let here = folder();
    run(&here, &format!("{SERVICE} --out a"));
    run(&here, &format!("{SERVICE} --seed 2 --out b"));
    run(&here, &format!("{SERVICE} --out c --json"));
    let found = diff(here.path(), "a b");
    assert_eq!(
        (&found["cases"][0]["paired"], &found["cases"][0]["why"]),
        (&false.into(), &"A has seed 1, B seed 2".into())
    );
    let count = |word: &str| figures(&found).iter().filter(|figure| figure["found"] == word).count();
    assert!(count("within_noise") > 10 * count("beyond_noise") && count("within_noise") > 10, "{found}");
    let told = proofcast(here.path(), "diff a b").expect(0);
    assert!(told.contains("independent, not paired: A has seed 1, B seed 2"), "{told}");
    // What was printed has no values behind its numbers.
    let printed = proofcast(here.path(), &format!("{SERVICE} --json")).expect(0);
    fs::write(here.path().join("printed.json"), printed).expect("written");
    let told = proofcast(here.path(), "diff a printed.json").expect(0);
    assert!(told.starts_with("Nothing differs") && told.contains("B has no values behind its numbers"), "{told}");
    let more = "simulate proof-service --costs claimed --set horizon=20min --set warm_up=1min --replications 6 --quiet --out d";
    run(&here, more);
    let told = proofcast(here.path(), "diff a d").expect(0);
    assert!(told.contains("A has 4 replications, B 6 replications"), "{told}");
}

#[test]
fn every_case_is_told_and_those_of_one_alone_are_named() {
    let here = folder();
    let line = format!("compare layered --costs claimed {SHORT} {WORLD_ALONE} --design gpu --quiet");
    run(&here, &format!("{line} --design combined --out a"));
    run(&here, &format!("{line} --set load.rate=40k --out b"));
    let found = diff(here.path(), "a b");
    let names = |key: &str| {
        list(&found, key).iter().map(|case| format!("{} {}", case["design"], case["sizing"])).collect::<Vec<_>>()
    };
    assert_eq!(names("only_a"), ["\"combined\" \"specified\"", "\"combined\" \"sized\""]);
    assert!(names("only_b").is_empty() && list(&found, "cases").len() == 2, "{found}");
    let told = proofcast(here.path(), "diff a b").expect(0);
    assert!(told.contains("gpu on claimed costs, sized: B costs $") && told.contains("less"), "{told}");
    assert!(told.contains("2 cases in A alone") && told.contains("Every case that both have"), "{told}");
}

#[test]
fn one_case_of_each_is_compared_whatever_they_are_called() {
    let here = folder();
    run(&here, &format!("{SERVICE} --out a"));
    run(&here, &format!("{SERVICE} --design one_instance --out b"));
    let found = diff(here.path(), "a b");
    let case = &found["cases"][0];
    assert_eq!((&case["a"]["design"], &case["b"]["design"]), (&"four_instances".into(), &"one_instance".into()));
    assert_eq!(case["paired"], true);
}

#[test]
fn plans_are_compared_by_the_fleets_that_they_are() {
    let here = folder();
    for (name, rate, bound) in [("a", 3.0, 5.2), ("b", 8.0, 6.0)] {
        let file = queue(&here, rate, "");
        run(&here, &format!("plan {file} --brief --objective sojourn.p99<={bound}s --quiet --out {name}"));
    }
    let found = diff(here.path(), "a b/plan.json");
    let lines = list(&found["cases"][0]["bill"], "lines");
    let serve = lines.iter().find(|line| line["item"] == "serve").expect("the servers");
    let count = |side: &str| serve[side]["quantity"].as_str().expect("exact").parse::<f64>().expect("a number");
    assert!(count("b") > count("a"), "{serve}");
    let servers = count("b") - count("a");
    let usd: f64 = serve["difference"].as_str().expect("exact").parse().expect("a number");
    assert!((usd - 730.0 * servers).abs() < 1e-9, "$1 an hour each: {serve}");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let here = folder();
    run(&here, &format!("{SERVICE} --out a"));
    let put = |name: &str, text: &str| fs::write(here.path().join(name), text).expect("written");
    let whole = fs::read_to_string(here.path().join("a/outcome.json")).expect("a document");
    put("cut.json", &whole[..whole.len() / 2]);
    put("other.json", r#"{"schema": "proofcast/check/1"}"#);
    put("none.json", "[1]");
    put("wrong.json", &whole.replace("\"seed\":1", "\"seed\":\"x\""));
    fs::create_dir_all(here.path().join("claims")).expect("made");
    put("claims/claims.json", "{}");
    for (second, says) in [
        ("cut.json", "cut.json: not JSON: EOF while parsing"),
        (
            "other.json",
            "other.json: schema: found `proofcast/check/1`, and what is compared is `proofcast/comparison/1`",
        ),
        ("none.json", "none.json: not a document of ours"),
        ("wrong.json", "wrong.json: designs[0].seed: invalid type: string \"x\", expected u64"),
        ("claims", "cannot read claims: it has neither `outcome.json` nor `plan.json`; claims are not compared"),
        ("nowhere", "cannot read nowhere: "),
    ] {
        let run = proofcast(here.path(), &format!("diff a {second}"));
        assert!(run.err.starts_with("error: ") && run.err.contains(says), "no `{says}`: {}", run.err);
        assert_eq!(run.expect(2), "", "{second}");
    }
}
