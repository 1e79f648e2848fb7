//! `compare --switches` from the command line.

use serde_json::Value;

use crate::program::{folder, proofcast};

const SMALL: &str = "--costs claimed --set horizon=1h --replications 2";

fn effect<'a>(study: &'a Value, name: &str) -> &'a Value {
    let all = study["alone"].as_array().expect("a list").iter().chain([&study["together"]]);
    all.into_iter().find(|effect| effect["name"] == name).unwrap_or_else(|| panic!("no switch {name}"))
}

fn change(effect: &Value, metric: &str, what: &str) -> f64 {
    let changes = effect["changes"].as_array().expect("a list");
    let found = changes.iter().find(|change| change["with"]["name"] == metric);
    found.and_then(|change| change[what]["value"].as_f64()).unwrap_or_else(|| panic!("no {what} of {metric}"))
}

#[test]
fn switches_are_judged_alone_together_and_last() {
    let folder = folder();
    let found = proofcast(folder.path(), &format!("compare layered --switches --design gpu {SMALL} --json")).json();
    assert_eq!(found["schema"], "proofcast/switches/1");
    let study = &found["designs"][0];
    // $2 an hour for each of 11 GPUs, 7 with reuse, 4 with incremental proving.
    let saved = |name: &str| change(effect(study, name), "cost.proving", "difference");
    assert_eq!((saved("component reuse"), saved("incremental proving")), (-4.0 * 1_460.0, -7.0 * 1_460.0));
    assert_eq!(change(effect(study, "all together"), "units.provers", "with"), 1.0, "0.39 of 1.8");
    assert_eq!(effect(study, "incremental proving")["worth"], "worth");
    assert!(effect(study, "proofs at epoch end")["last"].is_null(), "it is not one of those together");
    // Cores that have less to do are fewer, but every machine of a validator has a GPU that is paid for.
    let batches = effect(study, "signature batches");
    assert!(change(batches, "cost.total", "difference") > 0.0);
    let work = |set: &str| {
        let run = proofcast(folder.path(), &format!("simulate layered --json --design gpu {SMALL} {set}")).json();
        let metrics = run["metrics"].as_array().expect("a list");
        let value =
            |name: &str| metrics.iter().find(|metric| metric["name"] == name).and_then(|it| it["value"].as_f64());
        value("utilization.validator_cores").zip(value("units.validators")).map(|(share, of)| share * of).expect("both")
    };
    let all_off = "--set optimisations.signature_batch.on=false";
    let less = 1.0 - work("--set optimisations.signature_batch.on=true") / work(all_off);
    let said = format!("{:.0} % less to do", 100.0 * less);
    assert!(
        batches["why"].as_str().is_some_and(|why| why.contains(&said) && why.contains("costs more")),
        "{said}: {batches}"
    );
    let request = effect(study, "proofs on request");
    assert_eq!(request["worth"], "not", "without an archive it costs more, and no transaction is proven");
    for file in ["switches.json", "switches.csv"] {
        assert!(folder.path().join("proofcast-out").join(file).exists(), "{file}");
    }
}

#[test]
fn the_table_says_what_is_worth_it_and_fits() {
    let folder = folder();
    let run = proofcast(folder.path(), &format!("compare layered --switches {SMALL}"));
    for expected in ["Worth it: ", "none", "all together", "Time to finality", "what each switch changes"] {
        assert!(run.out.contains(expected), "no `{expected}` in\n{}", run.out);
    }
    assert!(run.out.lines().all(|line| line.chars().count() <= 120), "{}", run.out);
    run.expect(0);
}

#[test]
fn a_scenario_without_switches_and_a_switch_of_no_key_are_told() {
    let folder = folder();
    let none = proofcast(folder.path(), "compare hotstuff --switches");
    assert!(none.err.contains("the scenario `hotstuff` has no switches"), "{}", none.err);
    none.expect(2);
    let set = "--set switches=[{name='a',set={'proving.wen'='never'}}]";
    let wrong = proofcast(folder.path(), &format!("compare layered --switches --costs claimed {set}"));
    assert!(wrong.err.contains("[[switches]]") && wrong.err.contains("when"), "{}", wrong.err);
    wrong.expect(2);
}
