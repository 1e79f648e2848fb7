//! A part of the operations measured alone: where it is kept, and that no fuller calibration is lost for it.

use std::fs;

use serde_json::Value;

use crate::program::{document, folder, proofcast};

fn names(path: &std::path::Path) -> Vec<String> {
    let calibration = document(&fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    let operations = calibration["operations"].as_array().expect("a list");
    operations.iter().filter_map(|one| one["name"].as_str()).map(str::to_owned).collect()
}

#[test]
fn a_part_takes_the_place_of_a_fuller_calibration_only_when_asked() {
    let folder = folder();
    let measure = |rest: &str| proofcast(folder.path(), &format!("calibrate {rest} --quick --quiet"));
    let (key, sign) = ("--only ml_kem_512.keygen", "--only ed25519.sign");
    measure(&format!("host.json {key} {sign}")).expect(0);
    let path = folder.path().join("host.json");
    assert_eq!(names(&path), ["ed25519.sign", "ml_kem_512.keygen"], "`--only` can be repeated");

    let refused = measure(&format!("host.json {sign}"));
    for part in ["host.json", "would be lost: ml_kem_512.keygen", "--merge", "--replace"] {
        assert!(refused.err.contains(part), "no `{part}` in {}", refused.err);
    }
    refused.expect(2);
    assert_eq!(names(&path).len(), 2, "nothing was written");
    measure(&format!("host.json {sign} --replace")).expect(0);
    assert_eq!(names(&path), ["ed25519.sign"]);
    let idle = measure(&format!("host.json {sign} --only ed25591.*"));
    assert!(idle.err.contains("no operation matches `ed25591.*`"), "{}", idle.err);
    idle.expect(2);
}

#[test]
fn a_part_without_a_file_gets_a_name_of_its_own() {
    let folder = folder();
    let out = proofcast(folder.path(), "calibrate --quick --quiet --only ml_kem_512.keygen").expect(0);
    let path = folder.path().join("proofcast-out/calibration-part.json");
    assert!(out.contains("calibration-part.json") && names(&path) == ["ml_kem_512.keygen"], "{out}");
    assert!(!folder.path().join("proofcast-out/calibration.json").exists(), "it is no calibration for other verbs");
}

#[test]
fn a_scenario_with_one_book_needs_no_costs_named() {
    let folder = folder();
    let text = proofcast(folder.path(), "simulate hotstuff --set horizon=1min --replications 2").expect(0);
    assert!(text.contains("ten · published costs · sized"), "{text}");
}

#[test]
fn the_library_is_listed_with_what_a_reader_needs() {
    let folder = folder();
    let text = proofcast(folder.path(), "list scenario layered").expect(0);
    assert!(text.starts_with("# Question:") && text.contains("[design.gpu.proving]"), "{text}");
    let unknown = proofcast(folder.path(), "list scenario layred");
    assert!(unknown.err.contains("no scenario `layred`; scenarios of the library: layered"), "{}", unknown.err);
    unknown.expect(2);
    let prices = proofcast(folder.path(), "list prices --json").json();
    let first = &prices.as_array().expect("a list")[0];
    for key in ["provider", "instance", "region", "market", "USD/h", "date", "age", "source"] {
        assert!(first[key].as_str().is_some_and(|text| !text.is_empty()), "{key} in {first}");
    }
    assert_eq!(first["market"], Value::from("on-demand"));
}

#[test]
fn the_scenario_of_the_docs_is_one() {
    let text = include_str!("../docs/scenarios.md");
    let block = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let folder = folder();
    let path = folder.path().join("mine.toml");
    fs::write(&path, block).expect("written");
    let scenario = scenarios::open(&path.to_string_lossy(), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!((scenario.base.as_str(), scenario.designs.len()), ("gpu", 5));
}
