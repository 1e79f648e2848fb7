//! Figures of other tools taken in, and calibrations given out, as a user does it.

use std::fs;

use serde_json::Value;

use crate::program::{SHORT, command, content, document, finish, folder, proofcast};

const ESTIMATES: &str = r#"{"mean": {"confidence_interval": {"confidence_level": 0.95, "lower_bound": 1900000.0,
"upper_bound": 2300000.0}, "point_estimate": 2000000.0, "standard_error": 1.0}}"#;
const GO: &str = "goos: linux\nBenchmarkFold/n=64-8  100  3000000 ns/op  12 B/op\nPASS\n";
const ZKALC: &str = r#"{"msm_G1": {"range": [2, 4], "results": [1000000.0, 3000000.0], "stddev": [1, 2]}}"#;
const HARNESS: &str = "framework,category,backend,curve,circuit,input,operation,nbConstraints,nbSecret,nbPublic,ram,time,\
                       proofSize,count\ngnark,circuit,groth16,bn254,expo,i.json,prove,101,1,2,37860616,620,384,10\n";

/// A folder with a file of each tool.
fn measured_elsewhere() -> tempfile::TempDir {
    let folder = folder();
    let new = folder.path().join("criterion/fold/32/new");
    fs::create_dir_all(&new).expect("made");
    fs::write(new.join("estimates.json"), ESTIMATES).expect("written");
    for (name, text) in [("go.txt", GO), ("zkalc.json", ZKALC), ("harness.csv", HARNESS)] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

#[test]
fn figures_of_four_tools_become_rows_with_their_source() {
    let folder = measured_elsewhere();
    let import = |rest: &str| {
        proofcast(folder.path(), &format!("calibrate book.csv --machine EPYC --source lab --import {rest}"))
    };
    let text = import("criterion/fold/32/new/estimates.json").expect(0);
    assert!(text.contains("1 row added, 0 replaced") && text.contains("published = [\"book.csv\"]"), "{text}");
    import("go.txt --format go").expect(0);
    import("zkalc.json").expect(0);
    import("harness.csv --unit ms").expect(0);
    let again = import("harness.csv --unit us --replace --json").json();
    assert_eq!((&again["added"], &again["replaced"]), (&0.into(), &1.into()));
    let same = import("harness.csv --unit us --json").json();
    assert_eq!((&same["unchanged"], &same["replaced"]), (&1.into(), &0.into()));
    let book = fs::read_to_string(folder.path().join("book.csv")).expect("a book");
    let rows = [
        "operation,size,unit_of_size,machine,threads,prove_or_run_ms,verify_ms,proof_bytes,memory_mb,source,half_width_ms",
        "fold,32,size,EPYC,,2.0,,,,lab (criterion/fold/32/new/estimates.json),0.2",
        "Fold,64,n,EPYC,8,3.0,,,,lab (go.txt),",
        "msm_G1,2,elements,EPYC,,1.0,,,,lab (zkalc.json),",
        "msm_G1,4,elements,EPYC,,3.0,,,,lab (zkalc.json),",
        "gnark.groth16.bn254.expo.prove,101,constraints,EPYC,,0.62,,384.0,37.860616,lab (harness.csv),",
    ];
    assert_eq!(book.lines().collect::<Vec<_>>(), rows);
}

#[test]
fn imports_into_one_book_at_once_lose_no_row() {
    let folder = measured_elsewhere();
    let names = ["a", "b", "c", "d"];
    let import = |name: &str| {
        command(folder.path(), &format!("calibrate book.csv --machine M --source S --import go.txt --name {name}"))
    };
    let quiet = |name| import(name).stdout(std::process::Stdio::null()).spawn().expect("it starts");
    let children: Vec<std::process::Child> = names.into_iter().map(quiet).collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    let book = fs::read_to_string(folder.path().join("book.csv")).expect("a book");
    assert_eq!(book.lines().count(), 1 + names.len(), "{book}");
}

#[test]
fn a_scenario_uses_an_imported_figure_beside_those_of_the_library() {
    let folder = measured_elsewhere();
    fs::create_dir(folder.path().join("deep")).expect("made");
    let import = "calibrate deep/book.csv --machine EPYC --source lab --import";
    proofcast(folder.path(), &format!("{import} criterion")).expect(0);
    proofcast(folder.path(), &format!("{import} zkalc.json")).expect(0);
    let scenario = |file: &str, size: u32| {
        let text = format!(
            "extends = \"layered\"\nname = \"mine\"\n[books.claimed]\npublished = [\"{file}\"]\n[books.claimed.costs]\n\
             signature_verify = [{{ from = \"published\", operation = \"msm_G1\", machine = \"EPYC\", size = {size} }}]\n\
             witness_verify = [{{ from = \"published\", operation = \"fold\", machine = \"EPYC\" }}]\n\
             state_lookup = [{{ from = \"published\", operation = \"ed25519_sign\", machine = \"i5-8257U\" }}]\n"
        );
        fs::write(folder.path().join("deep/mine.toml"), text).expect("written");
        proofcast(folder.path(), &format!("simulate deep/mine.toml --design gpu --costs claimed {SHORT}"))
    };
    let text = scenario("book.csv", 4).expect(0);
    let line =
        |name: &str| text.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
    assert!(line("signature_verify").contains("published") && line("signature_verify").contains("3 ms"), "{text}");
    assert!(
        line("witness_verify").contains("fold on EPYC: lab") && line("state_lookup").contains("S3 claim"),
        "{text}"
    );

    let refused = |run: crate::program::Run, says: &[&str]| {
        assert!(says.iter().all(|part| run.err.contains(part)), "{says:?} in:\n{}", run.err);
        run.expect(2);
    };
    refused(scenario("book.csv", 8), &["mine.toml:6:20", "no published time of `msm_G1` at size 8 on `EPYC`"]);
    refused(scenario("none.csv", 4), &["mine.toml:4:14", "there is no file deep/none.csv"]);
    let book = folder.path().join("deep/book.csv");
    let wrong = fs::read_to_string(&book).expect("a book").replacen(",2.0,", ",fast,", 1);
    fs::write(&book, wrong).expect("written");
    refused(scenario("book.csv", 4), &["deep/book.csv:2:1", "`prove_or_run_ms` is no number"]);
}

#[test]
fn a_book_that_is_used_belongs_to_the_fingerprint_of_the_scenario() {
    let folder = measured_elsewhere();
    let fingerprint = |unit: &str| {
        let line = format!("calibrate book.csv --import harness.csv --unit {unit} --machine A --source B --replace");
        proofcast(folder.path(), &line).expect(0);
        let scenario = "extends = \"layered\"\nname = \"mine\"\n[books.claimed]\npublished = [\"book.csv\"]\n";
        fs::write(folder.path().join("mine.toml"), scenario).expect("written");
        let line = format!("simulate mine.toml --design gpu --costs claimed {SHORT} --json");
        proofcast(folder.path(), &line).json()["provenance"]["scenario_sha256"].as_str().expect("a hash").to_owned()
    };
    let first = fingerprint("ms");
    assert!(first == fingerprint("ms") && first != fingerprint("us"));
}

#[test]
fn what_cannot_be_read_is_refused_and_the_book_stays() {
    let folder = measured_elsewhere();
    let import =
        |rest: &str| proofcast(folder.path(), &format!("calibrate book.csv --machine A --source B --import {rest}"));
    import("go.txt").expect(0);
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("cut.json", &ZKALC[..40]);
    write("slow.txt", &GO.replace("3000000", "slowly"));
    write("notes.txt", "it took ages\n");
    fs::write(folder.path().join("wide.txt"), b"Benchmark\xff").expect("written");
    write("bad.csv", &HARNESS.replace(",620,", ",soon,"));
    write("wrong.csv", "operation,sise\n");
    let before = content(folder.path());
    let cases: [(&str, &[&str]); 14] = [
        ("cut.json", &["cut.json:1:", "EOF", "zkalc's JSON"]),
        ("cut.json --format zkalc", &["cut.json:1:", "EOF", "zkalc's JSON: {"]),
        ("slow.txt", &["slow.txt:2:1", "found `slowly`", "ns/op"]),
        ("notes.txt", &["notes.txt:1:1", "not a known format", "--format"]),
        ("bad.csv --unit ms", &["bad.csv:2:1", "`time`: found `soon`", "a number"]),
        ("harness.csv", &["harness.csv:1:", "--unit us or --unit ms"]),
        ("go.txt --format criterion", &["go.txt:1:1", "criterion's estimates.json"]),
        ("gone.json", &["gone.json", "no such file"]),
        ("wide.txt", &["wide.txt", "not UTF-8 text: the byte 0xff in line 1, column 10"]),
        ("go.txt --size-in-name gen-8", &["{size}", "once"]),
        ("go.txt --size-in-name gen-{size}", &["fits `gen-{size}`", "names look like `Fold`"]),
        ("go.txt --baseline main", &["no results of the baseline `main`", "leave --baseline out"]),
        ("go.txt --only x", &["cannot be used with"]),
        ("go.txt --format benchstat", &["benchstat", "zkharness"]),
    ];
    for (rest, says) in cases {
        let run = import(rest);
        assert!(says.iter().all(|part| run.err.contains(part)), "{rest}: {says:?} in:\n{}", run.err);
        run.expect(2);
        assert!(content(folder.path()) == before, "{rest} changed {:?}", content(folder.path()).keys());
    }
    let run = proofcast(folder.path(), "calibrate wrong.csv --machine A --source B --import go.txt");
    assert!(run.err.contains("wrong.csv:1:1") && run.err.contains("unknown column `sise`"), "{}", run.err);
    run.expect(2);
    let run = finish(command(folder.path(), "calibrate book.csv --import go.txt --machine A --source").arg(" "));
    assert!(run.err.contains("must not be empty"), "{}", run.err);
    run.expect(2);
    let line = "calibrate book.csv --import go.txt --machine A --source B --name";
    let run = finish(command(folder.path(), line).arg("\u{1}"));
    assert!(run.err.contains("--name must not be empty"), "{}", run.err);
    run.expect(2);
    let run = proofcast(folder.path(), "calibrate book.csv --import go.txt");
    assert!(run.err.contains("--machine <NAME>") && run.err.contains("--source <TEXT>"), "{}", run.err);
    run.expect(2);
    assert!(content(folder.path()) == before);
}

#[test]
fn no_row_is_lost_unless_that_was_asked_for() {
    let folder = folder();
    for (name, ns) in [("a", 1_000_000), ("b", 5_000_000)] {
        fs::create_dir(folder.path().join(name)).expect("made");
        let text = format!(
            r#"{{"msm": {{"range": [2], "results": [{ns}]}}, "a \"b\"\n,c": {{"range": [2], "results": [7]}}}}"#
        );
        fs::write(folder.path().join(name).join("box.json"), text).expect("written");
    }
    let import =
        |rest: &str| proofcast(folder.path(), &format!("calibrate book.csv --machine box --source S --import {rest}"));
    let book = || fs::read_to_string(folder.path().join("book.csv")).expect("a book");
    let preview = import("a/box.json --dry-run").expect(0);
    assert!(preview.contains("2 rows would be added") && preview.contains("msm, size 2: 1 ms"), "{preview}");
    assert!(!folder.path().join("book.csv").exists(), "a preview writes nothing");
    import("a/box.json").expect(0);
    let first = book();
    let refused = import("b/box.json");
    for says in ["1 row of book.csv would be replaced", "1 ms from S (a/box.json)", "--name PREFIX", "--replace"] {
        assert!(refused.err.contains(says), "no `{says}` in:\n{}", refused.err);
    }
    refused.expect(2);
    assert_eq!(book(), first);
    let preview = import("b/box.json --dry-run").expect(0);
    assert!(
        preview.contains("1 row of the book would be replaced") && preview.contains("1 there already"),
        "{preview}"
    );
    import("b/box.json --name bn254").expect(0);
    let rows: Vec<_> = book().lines().filter(|line| line.contains("msm")).map(str::to_owned).collect();
    assert_eq!(
        rows,
        ["msm,2,elements,box,,1.0,,,,S (a/box.json),", "bn254.msm,2,elements,box,,5.0,,,,S (b/box.json),"]
    );
    import("b/box.json --replace").expect(0);
    assert!(book().contains("\nmsm,2,elements,box,,5.0,,,,S (b/box.json),\n"), "{}", book());
}

#[test]
fn what_is_passed_over_is_counted_and_the_first_are_shown() {
    let folder = folder();
    let bad: String = (0..7).map(|number| format!("BenchmarkBad{number} soon 5 ns/op\n")).collect();
    fs::write(folder.path().join("go.txt"), format!("BenchmarkGood 1 5 ns/op\n{bad}")).expect("written");
    let text = proofcast(folder.path(), "calibrate book.csv --machine A --source B --import .").expect(0);
    for says in
        ["1 row added", "passed over 7 entries without a figure", "./go.txt:2: no result: found `soon`", "… and 2 more"]
    {
        assert!(text.contains(says), "no `{says}` in:\n{text}");
    }
    let document = proofcast(folder.path(), "calibrate b.csv --machine A --source B --json --import .").json();
    assert_eq!((&document["skipped"], &document["passed_over"]["files"]), (&7.into(), &1.into()));
}

#[test]
fn a_value_beside_a_figure_that_cannot_be_is_left_out_and_shown() {
    let folder = folder();
    let text = r#"[{"name": "a", "proof_duration": "350 ms", "verify_duration": -1, "peak_memory": -1}]"#;
    fs::write(folder.path().join("csp.json"), text).expect("written");
    let text = proofcast(folder.path(), "calibrate book.csv --machine A --source B --import csp.json").expect(0);
    for says in ["1 row added", "left out 2 values beside a figure", "csp.json, `[0]`: `verify_duration`: found -1"] {
        assert!(text.contains(says), "no `{says}` in:\n{text}");
    }
    let document = proofcast(folder.path(), "calibrate b.csv --machine A --source B --json --import csp.json").json();
    assert_eq!((&document["skipped"], &document["passed_over"]["left_out"]["count"]), (&0.into(), &2.into()));
}

#[cfg(unix)]
#[test]
fn folders_of_links_and_pipes_end_at_once() {
    let folder = folder();
    fs::create_dir(folder.path().join("l")).expect("made");
    for name in ["a", "b", "c"] {
        std::os::unix::fs::symlink(".", folder.path().join("l").join(name)).expect("a link");
    }
    for (path, says) in
        [("l", "no file of measurements"), ("/dev/zero", "a device"), ("/dev/stdin", "the file is empty")]
    {
        let run = proofcast(folder.path(), &format!("calibrate b.csv --machine A --source B --import {path}"));
        assert!(run.err.contains(says) && run.took.as_secs() < 5, "{path}: {}", run.err);
        run.expect(2);
    }
}

#[test]
fn a_calibration_is_exported_in_three_formats_and_comes_back_from_one() {
    let folder = folder();
    proofcast(folder.path(), "calibrate part.json --quick --quiet --only ml_kem_512*").expect(0);
    for format in ["criterion", "csv", "bmf"] {
        proofcast(folder.path(), &format!("calibrate part.json --out other --export {format}")).expect(0);
    }
    let text = |name: &str| fs::read_to_string(folder.path().join("other").join(name)).expect("a file");
    let bmf = document(&text("bmf.json"));
    let latency = |key: &str| bmf["ml_kem_512.keygen/1"]["latency"][key].as_f64().expect("a number");
    assert!(latency("lower_value") < latency("value") && latency("value") < latency("upper_value"));
    let calibration = document(&fs::read_to_string(folder.path().join("part.json")).expect("a calibration"));
    let samples: usize = calibration["operations"]
        .as_array()
        .expect("a list")
        .iter()
        .flat_map(|one| one["points"].as_array().expect("a list"))
        .flat_map(|point| point["processes"].as_array().expect("a list"))
        .map(|run| run["wall_s"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!(text("samples.csv").lines().count(), 1 + samples);
    let new = "criterion/ml_kem_512.keygen/1/new";
    assert_eq!(document(&text(&format!("{new}/benchmark.json")))["full_id"], "ml_kem_512.keygen/1");
    assert_eq!(document(&text(&format!("{new}/sample.json")))["times"].as_array().map(Vec::len), Some(samples / 3));

    let imported =
        proofcast(folder.path(), "calibrate --import other/criterion --machine here --source us --json").json();
    assert_eq!((&imported["added"], &imported["book"]), (&3.into(), &"proofcast-out/published_costs.csv".into()));
    let again =
        proofcast(folder.path(), "calibrate again.csv --import other/bmf.json --machine here --source us --json")
            .json();
    let names = |document: &Value| {
        let rows = document["rows"].as_array().expect("a list").iter();
        let mut names: Vec<_> = rows.map(|row| format!("{} {}", row["operation"], row["size"])).collect();
        names.sort();
        names
    };
    assert_eq!(names(&again), names(&imported), "both exports come back as the same rows");
    let row = imported["rows"].as_array().expect("a list").iter().find(|row| row["operation"] == "ml_kem_512.keygen");
    let ms = row.map(|row| &row["prove_or_run_ms"]).and_then(Value::as_f64).expect("a time");
    assert!((ms / (latency("value") / 1e6) - 1.0).abs() < 1e-9, "{ms} ms");

    let run = proofcast(folder.path(), "calibrate none.json --export csv");
    assert!(run.err.contains("there is no none.json") && run.err.contains("proofcast calibrate"), "{}", run.err);
    run.expect(2);
}
