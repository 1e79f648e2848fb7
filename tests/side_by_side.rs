//! Several scenarios side by side, of two kinds: shared figures, which designs and books are taken, overtaking, and what is refused.

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{SHORT, command, finish, folder, is_told, proofcast};

/// One design of a chain, two of a service.
const THREE: &str = "compare layered proof-service --costs claimed --design layered/gpu --design four_instances \
     --design pipeline --quiet";

fn number(row: &Value, figure: &str) -> f64 {
    metric(&row["figures"], figure)["value"].as_f64().unwrap_or_else(|| panic!("{figure} has a value: {row}"))
}

fn metric<'a>(metrics: &'a Value, name: &str) -> &'a Value {
    let metrics = metrics.as_array().expect("metrics");
    metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

fn names(document: &Value) -> Vec<&str> {
    let rows = document["rows"].as_array().expect("rows");
    rows.iter().map(|row| row["name"].as_str().expect("a name")).collect()
}

#[test]
fn figures_that_kinds_share_are_those_of_each_scenario_alone() {
    let folder = folder();
    let both = proofcast(folder.path(), &format!("{THREE} {SHORT} --set load.rate=30/s --json")).json();
    assert_eq!(both["schema"], "proofcast/comparison-of-scenarios/1");
    assert_eq!(names(&both), ["layered/gpu", "proof-service/four_instances", "proof-service/pipeline"]);
    for (index, (scenario, soft, unit)) in
        [("layered", "optimistic_finality", "tx"), ("proof-service", "sojourn", "req")].into_iter().enumerate()
    {
        let row = &both["rows"][index];
        assert!(row["figures"].as_array().expect("figures").iter().all(is_told), "{row}");
        let outcome = &row["outcome"];
        let design = outcome["design"].as_str().expect("a design");
        let alone = format!(
            "simulate {scenario} --design {design} --costs claimed {SHORT} --set load.rate=30/s --quiet --json"
        );
        let alone = proofcast(folder.path(), &alone).json();
        assert_eq!(outcome["fingerprint"], alone["fingerprint"], "{scenario}");
        assert_eq!(outcome["metrics"], alone["metrics"], "{scenario}");
        let of = metric(&alone["metrics"], &format!("{soft}.p99"));
        assert_eq!(number(row, "soft_finality.p99"), of["value"].as_f64().expect("a time"), "{scenario}");
        assert_eq!(metric(&row["figures"], "cost.per_request")["unit"], format!("USD/{unit}"));
        // Everything is paid for the requests of a month, of 730 hours.
        let by_hand = number(row, "cost.total") / (30.0 * 730.0 * 3_600.0);
        assert!((number(row, "cost.per_request") / by_hand - 1.0).abs() < 0.02, "{scenario}: {by_hand}");
        let roles = ["proving", "validation", "settlement"].map(|role| format!("cost.{role}"));
        let figures = row["figures"].as_array().expect("figures").iter();
        let of_roles = figures.filter(|figure| roles.iter().any(|role| figure["name"] == **role));
        let sum: f64 = of_roles.filter_map(|figure| figure["value"].as_f64()).sum();
        assert!((sum / number(row, "cost.total") - 1.0).abs() < 1e-9, "{scenario}: {sum}");
    }
    // 400 validators with a machine each, and one prover.
    assert_eq!(number(&both["rows"][0], "machines"), 401.0);
}

#[test]
fn the_answer_names_the_cheapest_and_every_table_fits_a_terminal() {
    let folder = folder();
    let line = format!("{THREE} {SHORT} --set load.rate=30/s --out out");
    let text = finish(command(folder.path(), &line).env("COLUMNS", "80")).expect(0);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let answer = text.split("\n\n").next().expect("an answer").replace('\n', " ");
    let document: Value = serde_json::from_slice(&std::fs::read(folder.path().join("out/scenarios.json")).expect("it"))
        .expect("a document");
    let rows = document["rows"].as_array().expect("rows");
    let least = |figure: &str| {
        let name = |row: &Value| row["name"].as_str().expect("a name").to_owned();
        let has = rows.iter().filter(|row| row["figures"].to_string().contains(&format!("\"{figure}\"")));
        has.min_by(|one, other| number(one, figure).total_cmp(&number(other, figure))).map(name).expect("a row")
    };
    assert!(answer.starts_with("At 30 tx/s and 30 req/s, the cheapest per request is"), "{answer}");
    assert!(answer.contains(&least("cost.per_request")), "{answer}");
    assert!(answer.contains("Soft finality is soonest") && answer.contains(&least("soft_finality.p99")), "{answer}");
    for said in ["votes on the block (layered)", "the answer (proof-service)", "claimed of layered"] {
        assert!(text.replace("\n    ", " ").contains(said), "{said}: {text}");
    }
    let table = std::fs::read_to_string(folder.path().join("out/scenarios.csv")).expect("a table");
    assert!(table.starts_with("row,kind,design,costs,sizing,figure,of,unit,value,low,high\n"), "{table}");
    assert!(table.contains("layered/gpu,layered,gpu,claimed,sized,hard_finality.p99,proof_finality.p99,s,"), "{table}");
    assert!(folder.path().join("out/charts/scenarios.svg").exists());
}

#[test]
fn one_row_overtakes_another_between_the_values_that_are_named() {
    let folder = folder();
    // A chain has a bill at any load, and a service one that grows with it.
    let file = "extends = \"proof-service\"\nname = \"mine\"\nquestion = \"Dearer?\"\n[clients]\nlimit = \"off\"\n\
        [books.claimed.machines.instance]\nprice = \"$1/h\"\n";
    std::fs::write(folder.path().join("mine.toml"), file).expect("written");
    let line = "compare layered mine.toml proof-service --costs claimed --design layered/gpu --design four_instances \
        --quiet --set horizon=5min --set warm_up=5min --replications 2 --vary load.rate=100,1k --json";
    let varied = proofcast(folder.path(), line).json();
    assert_eq!(varied["schema"], "proofcast/variation-of-scenarios/1");
    let cost = |point: usize, row: usize| number(&varied["points"][point]["rows"][row], "cost.per_request");
    assert!(cost(0, 0) > cost(0, 1) && cost(1, 0) < cost(1, 1), "{} {}", cost(0, 0), cost(0, 1));
    let overtakings = varied["overtakings"].as_array().expect("overtakings");
    let of_cost: Vec<&Value> = overtakings.iter().filter(|one| one["metric"] == "cost.per_request").collect();
    let between = |one: &str, other: &str| {
        let both =
            |change: &&&Value| [&change["below"], &change["above"]].iter().all(|row| **row == one || **row == other);
        let found: Vec<_> = of_cost.iter().filter(both).collect();
        assert_eq!(found.len(), 1, "{one} and {other}: {of_cost:?}");
        assert_eq!((&found[0]["below"], &found[0]["above"]), (&one.into(), &other.into()));
        assert_eq!(found[0]["between"], serde_json::json!(["100", "1k"]));
        (*found[0]).clone()
    };
    let at = between("mine/four_instances", "layered/gpu")["at"].as_f64().expect("a load");
    assert!(at > 100.0 && at < 1_000.0, "{at}");
    // Its clients may not ask so often: who is turned away pays nothing, and what turns away 83 % is no answer.
    let turned_away = between("proof-service/four_instances", "layered/gpu");
    assert!(cost(1, 2) < cost(1, 0) && number(&varied["points"][1]["rows"][2], "missed") > 0.8);
    assert!(turned_away["at"].is_null() && turned_away["why"].to_string().contains("does not carry"), "{turned_away}");
}

#[test]
fn books_that_one_has_not_are_taken_of_the_others_and_files_are_named_apart() {
    let folder = folder();
    let file = "extends = \"proof-service\"\nname = \"proof-service\"\nquestion = \"Twice as many?\"\n";
    std::fs::write(folder.path().join("mine.toml"), file).expect("written");
    let line = "compare proof-service mine.toml prover-fleet --costs claimed --design four_instances --design fixed \
        --set horizon=30min --set warm_up=5min --replications 1 --quiet --json";
    let found = proofcast(folder.path(), line).json();
    assert_eq!(names(&found), ["proof-service/four_instances", "mine/four_instances", "prover-fleet/fixed"]);
    let books = found["books"].as_str().expect("books");
    assert_eq!(books, "claimed of proof-service, claimed of mine, published of prover-fleet (it has no claimed)");
    // Nobody said which, and nothing was measured.
    let line = line.replace("--costs claimed ", "");
    let found = proofcast(folder.path(), &line).json();
    let books = found["books"].as_str().expect("books");
    assert!(books.starts_with("claimed of proof-service (measured costs need `proofcast calibrate`)"), "{books}");
}

#[test]
fn what_cannot_be_put_side_by_side_is_refused_with_its_scenario() {
    let folder = folder();
    for (line, says) in [
        (
            "compare layered proof-service --set chain.slot=1s",
            &["unknown key `chain`", "of the scenario `proof-service`"][..],
        ),
        (
            "compare layered proof-service --set laod.rate=1/s",
            &["of the scenario `layered`", "of the scenario `proof-service`", "did you mean `load`?"],
        ),
        (
            "compare layered proof-service --design pipelin",
            &["none of the scenarios has a design `pipelin`", "layered/naive", "proof-service/pipeline"],
        ),
        ("compare layered proof-service --costs mesured", &["cost book `mesured`", "did you mean `measured`?"]),
        ("compare layered layered", &["`layered` is named twice"]),
        ("compare layered proof-service --vary clients.count=1,2 --costs claimed", &["of the scenario `layered`"]),
        ("compare layered nowhere", &["no file `nowhere`", "of the scenario `nowhere`"]),
    ] {
        refused(folder.path(), line, says);
    }
    let usage = proofcast(folder.path(), "compare layered proof-service --base gpu");
    assert_eq!(usage.status, Some(2));
    assert!(usage.err.contains("--base"), "{}", usage.err);
}
