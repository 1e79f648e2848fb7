//! Commands of the user's own as operations: measured, checked, counted, merged, used by a scenario, and refused with a reason.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{SHORT, content, document, folder, proofcast};

/// Counts to 500 times its argument and says so; the last line of the file is for tests that change it.
const PROVE: &str =
    "i=0\nwhile [ $i -lt $(($1 * 500)) ]; do i=$((i + 1)); done\necho proof\necho \"{\\\"cycles\\\": $((i * 2))}\"\n";
const VERIFY: &str = "grep -q \"{.cycles.: $(($1 * 1000))}\" || { echo 'not what was asked for' >&2; exit 1; }\n";
const OWN: &str = r#"
[operation.my_prover]
statement = "counts to 500 n"
command = ["sh", "prove", "{size}"]
sizes = [1, 4, 16]
size_unit = "transactions"
setup = ["sh", "-c", "echo {size} >> set_up"]
verify = ["sh", "verify", "{size}"]
timeout = "20 s"
counters = ["cycles"]

[operation.unchecked]
command = ["true"]
sizes = [1]
"#;

/// A folder with the operations in a folder `tools` of it.
fn tools(own: &str) -> tempfile::TempDir {
    let folder = folder();
    let tools = folder.path().join("tools");
    fs::create_dir(&tools).expect("made");
    for (name, text) in [("own.toml", own), ("prove", PROVE), ("verify", VERIFY)] {
        fs::write(tools.join(name), text).expect("written");
    }
    folder
}

fn operation<'a>(calibration: &'a Value, name: &str) -> &'a Value {
    let operations = calibration["operations"].as_array().expect("a list");
    operations.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {calibration}"))
}

/// Measuring fails with exit status 2 and words that contain all of these, and leaves no file.
fn refused(own: &str, says: &[&str]) {
    let folder = tools(own);
    let before = content(folder.path());
    let run = proofcast(folder.path(), "calibrate part.json --quick --operations tools/own.toml --suite own");
    for part in says {
        assert!(run.err.contains(part), "no `{part}` in:\n{}", run.err);
    }
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{}", run.err);
    let mut after = content(folder.path());
    after.retain(|path, _| !path.ends_with("set_up"));
    assert!(after == before, "it wrote {:?}", after.keys());
}

#[test]
fn a_command_is_measured_like_our_operations_and_a_scenario_uses_it() {
    let folder = tools(OWN);
    let line = "calibrate part.json --quick --operations tools/own.toml --suite own";
    let table = proofcast(folder.path(), line).expect(0);
    assert!(table.contains("my_prover") && table.contains("my_prover at 4 transactions: cycles 4,000"), "{table}");
    assert!(table.contains("unchecked is not verified") && !table.contains("my_prover is not verified"), "{table}");

    let text = fs::read_to_string(folder.path().join("part.json")).expect("a calibration");
    let calibration = document(&text);
    let mine = operation(&calibration, "my_prover");
    assert_eq!(
        (&mine["clock"], &mine["suite"], &mine["size_unit"]),
        (&"wall".into(), &"own".into(), &"transactions".into())
    );
    for (point, size) in mine["points"].as_array().expect("a list").iter().zip([1, 4, 16]) {
        let run = &point["processes"][0];
        let numbers = |key: &str| -> Vec<f64> {
            run[key].as_array().expect("a list").iter().map(|value| value.as_f64().expect("a number")).collect()
        };
        let counters: Vec<f64> =
            run["counters"]["cycles"].as_array().expect("counted").iter().flat_map(Value::as_f64).collect();
        assert_eq!((&point["size"], &point["verified"]), (&size.into(), &true.into()));
        assert!(
            counters.len() == numbers("wall_s").len() && counters.iter().all(|count| *count == f64::from(size) * 1e3)
        );
        assert!(numbers("cpu_s").iter().all(|seconds| *seconds > 0.0 && *seconds < 10.0));
        let printed = format!("proof\n{{\"cycles\": {}}}\n", size * 1000);
        assert_eq!(point["output_bytes"], printed.len());
    }
    assert_eq!(operation(&calibration, "unchecked")["points"][0]["verified"], false);
    let set_up =
        fs::read_to_string(folder.path().join("tools/set_up")).expect("commands run in the folder of the file");
    assert_eq!(
        set_up.lines().filter(|line| *line == "4").count(),
        2,
        "once in the process of samples, once in that of memory"
    );

    let scenario = "extends = \"layered\"\nname = \"mine\"\n[books.claimed.costs]\n\
                    witness_verify = [{ from = \"measured\", operation = \"my_prover\", size = 4 }]\n";
    fs::write(folder.path().join("mine.toml"), scenario).expect("written");
    let line = format!("simulate mine.toml --design gpu --costs claimed {SHORT} --calibration part.json");
    let simulated = proofcast(folder.path(), &line).expect(0);
    assert!(simulated.contains("witness_verify") && simulated.contains("my_prover as calibrated"), "{simulated}");
    assert!(!simulated.contains("not verified"), "{simulated}");
    fs::write(folder.path().join("mine.toml"), scenario.replace("my_prover\", size = 4", "unchecked\""))
        .expect("written");
    let simulated = proofcast(folder.path(), &line).expect(0);
    // Where lines break depends on the name of the host's CPU.
    let simulated = simulated.split_whitespace().collect::<Vec<_>>().join(" ");
    for says in ["not verified: it has no `verify` command", "assumption: its results are right, which nothing checked"]
    {
        assert!(simulated.contains(says), "no `{says}` in {simulated}");
    }
}

#[test]
fn a_leaf_whose_memory_nobody_measured_is_as_large_as_was_measured() {
    let folder = tools(OWN);
    let line = "calibrate part.json --quick --operations tools/own.toml --suite own --only my_prover --quiet";
    proofcast(folder.path(), line).expect(0);
    let path = folder.path().join("part.json");
    let mut calibration = document(&fs::read_to_string(&path).expect("a calibration"));
    for point in calibration["operations"][0]["points"].as_array_mut().expect("a list") {
        point["peak_memory_bytes"] = Value::Null;
    }
    fs::write(&path, calibration.to_string()).expect("written");
    let scenario = "extends = \"layered\"\n[books.claimed.costs]\nepoch_batch = [{ from = \"measured\", operation = \"my_prover\" }]\n";
    fs::write(folder.path().join("mine.toml"), scenario).expect("written");
    let line = format!("simulate mine.toml --design optimistic --costs claimed {SHORT} --calibration part.json --json");
    let answer = proofcast(folder.path(), &line).json();
    let names: Vec<&str> =
        answer["inputs"].as_array().expect("a list").iter().filter_map(|input| input["name"].as_str()).collect();
    assert!(names.contains(&"proof: epoch_batch of 16"), "{names:?}");
}

#[test]
fn a_part_is_merged_only_when_asked_and_only_into_the_same_host_and_build() {
    let folder = tools(OWN);
    let measure = |rest: &str| proofcast(folder.path(), &format!("calibrate {rest} --quick --quiet"));
    measure("part.json --only ml_kem_512.keygen").expect(0);
    measure("part.json --merge --operations tools/own.toml --only unchecked").expect(0);
    let read = || document(&fs::read_to_string(folder.path().join("part.json")).expect("a calibration"));
    let merged = read();
    let names: Vec<&str> =
        merged["operations"].as_array().expect("a list").iter().flat_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["ml_kem_512.keygen", "unchecked"]);
    assert_eq!(operation(&merged, "unchecked")["points"][0]["processes"][0]["process"], 2);
    assert_eq!(merged["conditions"].as_array().map(Vec::len), Some(2));

    let path = folder.path().join("part.json");
    let foreign = fs::read_to_string(&path).expect("a calibration").replacen("\"cpu\": \"", "\"cpu\": \"Not ", 1);
    fs::write(&path, &foreign).expect("written");
    let run = measure("part.json --merge --only ml_kem_512.keygen");
    assert!(run.err.contains("cannot merge into part.json: it was measured on another host"), "{}", run.err);
    run.expect(2);
    assert!(fs::read_to_string(&path).expect("there") == foreign, "it is untouched");
    let run = measure("--merge --only ml_kem_512.keygen");
    assert!(run.err.contains("no proofcast-out/calibration.json to merge into"), "{}", run.err);
    run.expect(2);
}

#[test]
fn what_fails_is_said_with_file_operation_and_key_and_leaves_nothing() {
    let place = |key: &str| format!("tools/own.toml: `operation.my_prover.{key}`");
    let missing = OWN.replace("\"sh\", \"prove\"", "\"./none\"");
    refused(&missing, &["cannot measure my_prover at size 1", &place("command"), "no such program"]);
    let failing = OWN.replace("\"sh\", \"prove\"", "\"sh\", \"-c\", \"echo out of keys >&2; exit 3\"");
    refused(&failing, &[&place("command"), "exit status: 3", "standard error: out of keys"]);
    let slow = OWN.replace("\"sh\", \"prove\"", "\"sleep\", \"60\"").replace("20 s", "200 ms");
    refused(&slow, &[&place("command"), "killed after 0.2 s"]);
    let uncounted = OWN.replace("[\"cycles\"]", "[\"cycle\"]");
    refused(&uncounted, &[&place("counters"), "no number `cycle`", "{\"cycles\": 1000}"]);
    let tampered = OWN.replace("\"prove\", \"{size}\"", "\"prove\", \"{size}0\"");
    refused(&tampered, &[&place("verify"), "exit status: 1", "not what was asked for"]);
    let unprepared = OWN.replace("echo {size} >> set_up", "exit 9");
    refused(&unprepared, &[&place("setup"), "exit status: 9"]);
}

#[test]
fn a_file_that_is_wrong_is_refused_with_its_lines() {
    let wrong = "[operation.my_prover]\ncomand = [\"x\"]\nsizes = [0]\ntimeout = 5\n";
    refused(
        wrong,
        &["tools/own.toml:2:1", "did you mean `command`?", "own.toml:3:10", "own.toml:4:11", "unit missing"],
    );
    let ours = "[operation.\"stark.prove\"]\ncommand = [\"true\"]\nsizes = [4]\n";
    refused(ours, &["tools/own.toml:1:", "the program has an operation of that name"]);
    refused("", &["tools/own.toml", "empty"]);
    let folder = folder();
    let run = proofcast(folder.path(), "calibrate part.json --operations none.toml");
    assert!(run.err.contains("none.toml") && run.err.contains("no such file"), "{}", run.err);
    run.expect(2);
    assert!(!Path::new(&folder.path().join("part.json")).exists());
}
