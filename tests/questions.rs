//! What matters most, from the command line: a key at several values, one uncertain input at a time, and real runs beside the
//! model. Figures are held against hand calculations, against each other, and against what cannot be otherwise.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

use crate::program::{content, document, folder, proofcast};

/// Options that make an answer come in seconds.
const SHORT: &str = "--costs claimed --sizing sized --set horizon=1h --replications 2";

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("`{key}` is no list in {value}"))
}

/// A metric of the first outcome of a design.
fn metric(point: &Value, design: &str, name: &str) -> f64 {
    let outcome = list(point, "designs").iter().find(|one| one["design"] == design).expect("the design");
    let metric = list(outcome, "metrics").iter().find(|one| one["name"] == name);
    metric.and_then(|metric| metric["value"].as_f64()).unwrap_or_else(|| panic!("no {name} of {design}"))
}

#[test]
fn every_design_costs_more_at_more_load_also_those_with_a_load_of_their_own() {
    let folder = folder();
    let line = format!("compare layered {SHORT} --design gpu --design combined --vary load.rate=50k,5k,10k --json");
    let found = proofcast(folder.path(), &line).json();
    assert_eq!(found["schema"], "proofcast/variation/1");
    let points = list(&found, "points");
    assert_eq!(points.iter().map(|point| point["at"].as_f64()).collect::<Vec<_>>(), [5e3, 1e4, 5e4].map(Some));
    for design in ["gpu", "combined"] {
        for pair in points.windows(2) {
            let [less, more] = [&pair[0], &pair[1]];
            assert_eq!(metric(more, design, "offered"), more["at"].as_f64().expect("a load"), "{design}");
            assert!(metric(less, design, "cost.total") < metric(more, design, "cost.total"), "{design}");
            assert!(list(&less["designs"][0], "claims").is_empty(), "claims are not about this load");
        }
    }
}

#[test]
fn designs_cross_where_their_bills_are_equal_by_hand() {
    let folder = folder();
    let key = "books.claimed.machines.gpu.price";
    let line = format!("compare layered {SHORT} --design gpu --design hierarchical --vary {key}=$0.5,$2,$20 --json");
    let found = proofcast(folder.path(), &line).json();
    let first = &list(&found, "points")[0];
    // Proving costs machines × price; the price of the CPU stays what it is: equal where the GPU costs so much an hour.
    let cpu_per_hour =
        metric(first, "hierarchical", "cost.proving") / metric(first, "hierarchical", "units.provers") / 730.0;
    let equal = metric(first, "hierarchical", "units.provers") * cpu_per_hour / metric(first, "gpu", "units.provers");
    let crossing = list(&found, "overtakings").iter().find(|one| one["metric"] == "cost.proving").expect("they cross");
    assert_eq!((&crossing["below"], &crossing["above"]), (&"gpu".into(), &"hierarchical".into()));
    for place in ["at", "low", "high"] {
        let place = crossing[place].as_f64().expect("claimed costs have no interval");
        assert!((place / equal - 1.0).abs() < 1e-9, "{place} instead of {equal}");
    }
}

const VARY: &str = "--vary load.rate=1k,2k --design gpu";
const SENSITIVITY: &str = "--sensitivity --design gpu --set validators.machine=off";

/// What a question prints, and the files that it leaves.
type Answer = (String, BTreeMap<PathBuf, Option<Vec<u8>>>);

fn asked(question: &str, threads: u32) -> Answer {
    let folder = folder();
    let line = format!("compare layered {SHORT} {question} --json --threads {threads} --out of");
    (proofcast(folder.path(), &line).expect(0), content(&folder.path().join("of")))
}

/// The sensitivity of one design, simulated once for all tests that look at it.
fn sensitivity() -> &'static Answer {
    static ONCE: OnceLock<Answer> = OnceLock::new();
    ONCE.get_or_init(|| asked(SENSITIVITY, 1))
}

#[test]
fn threads_change_no_byte_and_the_document_is_the_one_that_is_kept() {
    for (question, file) in [(VARY, "variation.json"), (SENSITIVITY, "sensitivity.json")] {
        let one = if question == SENSITIVITY { sensitivity() } else { &asked(question, 1) };
        let three = &asked(question, 3);
        assert!(one == three, "{question}: --threads changes the answer");
        let kept = one.1.get(std::path::Path::new(file)).and_then(Option::as_ref).expect("it was written");
        assert_eq!(document(&one.0), document(&String::from_utf8_lossy(kept)));
        assert!(one.1.keys().any(|path| path.to_string_lossy().ends_with(".png")), "{question}: a chart");
    }
}

#[test]
fn a_swing_is_what_the_two_ends_differ_by_hand() {
    let found = document(&sensitivity().0);
    assert_eq!(found["schema"], "proofcast/sensitivity/1");
    let [of_gpu] = list(&found, "designs") else { panic!("one case was asked for") };
    let base = &of_gpu["base"];
    let figure =
        |name: &str| list(base, "metrics").iter().find(|one| one["name"] == name).expect("a metric")["value"].clone();
    let hosting =
        list(of_gpu, "inputs").iter().find(|one| one["name"] == "validators.hosting").expect("it has a range");
    let [low, high] = ["low", "high"].map(|end| hosting[end].as_f64().expect("a quantity"));
    let swing = list(hosting, "swings").iter().find(|one| one["metric"] == "cost.total").expect("it moves the bill");
    let machines = 400.0 * figure("units.validators").as_f64().expect("machines of a validator");
    let by_hand = (high - low) * machines;
    assert!((swing["swing"].as_f64().expect("a swing") / by_hand - 1.0).abs() < 1e-9, "{swing}: {by_hand} by hand");
    // The inputs are sorted by what they do to the bill.
    let swings: Vec<f64> = list(of_gpu, "inputs")
        .iter()
        .map(|input| {
            list(input, "swings").iter().find(|one| one["metric"] == "cost.total").expect("a bill")["swing"].as_f64()
        })
        .map(|swing| swing.unwrap_or(0.0))
        .collect();
    assert!(swings.windows(2).all(|pair| pair[0] >= pair[1]), "{swings:?}");
    let idle = list(of_gpu, "without_effect");
    assert!(idle.iter().any(|name| name == "books.measured.machines.gpu.price"), "another book's price: {idle:?}");
}

#[test]
fn the_model_of_finality_has_the_shape_of_the_published_runs() {
    let folder = folder();
    let asked = [7.0, 9.0, 10.0, 20.0, 30.0, 42.0, 45.0, 60.0, 80.0, 81.0, 90.0, 100.0, 110.0, 120.0];
    let loads = asked.map(|load| format!("{load}k")).join(",");
    let line = format!("compare hotstuff --vary load.rate={loads} --json --replications 3 --set horizon=2min");
    let found = proofcast(folder.path(), &line).json();
    let references = list(&found, "references");
    assert_eq!(references.len(), 10);
    for reference in references {
        let points = list(reference, "points").iter();
        let model: Vec<(f64, Option<f64>)> = points
            .map(|point| (point["at"].as_f64().expect("a load"), point["model"].as_f64()))
            .filter(|(load, _)| asked.contains(&(load / 1e3)))
            .collect();
        let carried: Vec<f64> = model.iter().filter_map(|(_, latency)| *latency).collect();
        let [first, .., last] = carried[..] else { panic!("two loads of {reference}") };
        if reference["metric"] == "vote_finality.mean" {
            // What is in a block was checked with its batch: load is no matter, but for what is in which block of a stall.
            assert!((last / first - 1.0).abs() < 0.02, "{model:?}");
        } else {
            assert!(first < last && carried.windows(2).all(|pair| pair[0] < 1.01 * pair[1]), "{model:?}");
        }
        // The published throughput ends at about 100,000 tx/s, with ten nodes and, which nothing was fitted to, with fifty;
        // not so with twenty, which carried 125,000.
        assert!(model.iter().all(|(load, latency)| latency.is_some() == (*load < 100_800.0)), "{model:?}");
        assert!(reference["finding"].as_str().is_some_and(|text| text.contains("of what was measured")), "{reference}");
    }
}

/// Timeouts are all there is to it, and none of them was fitted: 5 s, and which leaders are down.
#[test]
fn leaders_who_are_down_cost_what_they_cost_in_the_published_runs() {
    let folder = folder();
    let line = "compare hotstuff --design ten --design one_down --design three_down --vary load.rate=7k,9k,10k --json";
    let found = proofcast(folder.path(), line).json();
    let at = |design: &str, load: f64| {
        let of = |one: &&Value| one["design"] == design && one["metric"] == "optimistic_finality.mean";
        let curve = list(&found, "references").iter().find(of).expect("submission to commit");
        let point = list(curve, "points").iter().find(|point| point["at"] == load).expect("a run");
        let figure = |name: &str| point[name].as_f64().unwrap_or_else(|| panic!("no {name}: {point}"));
        (point["within"] == true, figure("real"), figure("model"))
    };
    let ((_, real, model), one, three) = (at("ten", 10e3), at("one_down", 9e3), at("three_down", 7e3));
    assert!(one.0 && three.0, "within two standard deviations of the runs: {one:?}, {three:?}");
    assert!(model < one.2 && one.2 < three.2);
    let added = (one.2 - model) / (one.1 - real);
    assert!((added - 1.0).abs() < 0.1, "one of ten adds {added} of what it added to the runs");
}

/// A leader proposes when it has the votes on the block before: the slot of the scenario is the model's own round.
#[test]
fn the_slot_of_hotstuff_is_the_mean_round_of_its_regions() {
    let scenario = scenarios::open("hotstuff", &[]).unwrap_or_else(|problems| panic!("{problems}"));
    for design in ["ten", "twenty", "fifty", "one_down", "three_down"] {
        let case =
            scenario.case(design, "published", scenarios::Sizing::Specified, &scenarios::Calibrations::default());
        let system = case.unwrap_or_else(|faults| panic!("{faults:?}")).system;
        let round = system.layered().validators().quorum().mean_s() / 2.0;
        assert!((round - system.layered().slot.as_secs_f64()).abs() < 0.001, "{design}: {round} s");
    }
}

#[test]
fn what_cannot_be_varied_is_said_at_once() {
    let folder = folder();
    for (option, says) in [
        ("--vary load.rate", "no key and values"),
        ("--vary load.rate=5k", "two to 100"),
        ("--vary load.rate=5k,bananas", "bananas"),
        ("--vary load.rte=5k,6k", "did you mean `rate`"),
        ("--vary chain.epoch=1h,1.0001s", "whole number of slots"),
        ("--vary load.rate=5k,6k --sensitivity", "cannot be used with"),
    ] {
        let run = proofcast(folder.path(), &format!("compare layered --costs claimed {option}"));
        assert!(
            run.err.starts_with("error: ") && run.err.contains(says),
            "`{option}` does not say `{says}`:\n{}",
            run.err
        );
        assert!(says == "cannot be used with" || run.err.contains("--vary:1:"), "{option}: no place:\n{}", run.err);
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{option}");
    }
    assert!(content(folder.path()).is_empty(), "nothing was written");
}

#[test]
fn designs_without_the_base_of_the_scenario_are_compared_with_the_first_of_them() {
    let folder = folder();
    let line = format!("compare layered {SHORT} --design gpu --design combined");
    let found = proofcast(folder.path(), &format!("{line} --json")).json();
    assert_eq!(found["base"], "gpu");
    let differences: Vec<&Value> = list(&found, "differences").iter().map(|one| &one["design"]).collect();
    assert!(differences.contains(&&Value::from("combined")), "{differences:?}");
    let text = proofcast(folder.path(), &line).expect(0);
    assert!(!text.contains("optimistic\n") && text.contains("base"), "{text}");
    let with = proofcast(folder.path(), &format!("{line} --design optimistic --json")).json();
    assert_eq!(with["base"], "optimistic");
}
