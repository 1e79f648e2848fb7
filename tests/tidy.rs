//! Style as a test, as far as clippy does not say it: what every file opens with, how long it may be, which modules the
//! simulation must not use, and which crate may depend on which.

use std::fs;
use std::path::{Path, PathBuf};

mod code;

use code::{names, without_comments_and_texts};

/// Lines that a file may have.
const LONGEST_FILE: usize = 500;
/// Folders of our own code.
const FOLDERS: [&str; 9] = ["src", "sim", "models", "calibrate", "scenarios", "planner", "reports", "bench", "tests"];

/// Modules that would make the simulation depend on the machine, and what to use instead; types and functions of which that is
/// true are in `sim/clippy.toml` and `models/clippy.toml`.
const FORBIDDEN: [(&str, &str); 2] = [
    ("std::fs", "a value that the caller passes: only `scenarios` and `calibrate` read files"),
    ("std::env", "a value that the caller passes: only `src` reads the environment"),
];

/// Our crates, lowest first, each with all of ours that it may depend on: nothing above itself.
const CRATES: [(&str, &str, &[&str]); 9] = [
    ("sim", "sim", &[]),
    ("models", "models", &["sim"]),
    ("calibrate", "calibrate", &[]),
    ("operations", "calibrate/operations", &["calibrate"]),
    ("scenarios", "scenarios", &["sim", "models", "calibrate"]),
    ("planner", "planner", &["sim", "models", "calibrate", "scenarios"]),
    ("reports", "reports", &["sim", "models", "calibrate", "scenarios", "planner"]),
    ("bench", "bench", &["sim", "models", "scenarios", "planner"]),
    ("proofcast", ".", &["sim", "models", "calibrate", "operations", "scenarios", "planner", "reports"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder whose name ends in this, with their text; paths are relative to the root.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(here) = folders.pop() {
        for entry in fs::read_dir(&here).unwrap_or_else(|error| panic!("{}: {error}", here.display())) {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = fs::read_to_string(&path).expect("a source file is readable UTF-8");
                found.push((path.strip_prefix(root()).expect("below the root").to_owned(), text));
            }
        }
    }
    assert!(!found.is_empty(), "no {ending} below {folder}: the test looks in the wrong place");
    found
}

fn rust_files() -> Vec<(PathBuf, String)> {
    FOLDERS.iter().flat_map(|folder| files(folder, ".rs")).collect()
}

/// Fails with everything that was found at once.
fn none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn every_file_says_what_it_is() {
    let silent = rust_files().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    none("open the file with a line `//! …`", silent.map(|(path, _)| path.display().to_string()).collect());
}

#[test]
fn files_are_short() {
    let lines = |(path, text): (PathBuf, String)| (path.display().to_string(), text.lines().count());
    let long = rust_files().into_iter().map(lines).filter(|(_, lines)| *lines > LONGEST_FILE);
    let said = |(path, lines)| format!("{path}: {lines} lines, at most {LONGEST_FILE}; split it by concept");
    none("too long", long.map(said).collect());
}

#[test]
fn simulations_depend_on_nothing_but_their_input() {
    let mut found = Vec::new();
    for (path, text) in ["sim/src", "models/src"].iter().flat_map(|folder| files(folder, ".rs")) {
        for (number, line) in without_comments_and_texts(&text).lines().enumerate() {
            for (name, instead) in FORBIDDEN.iter().filter(|(name, _)| names(line, name)) {
                found.push(format!("{}:{}: `{name}`; use {instead}", path.display(), number + 1));
            }
        }
    }
    none("forbidden in `sim` and `models`", found);
}

#[test]
fn every_crate_has_the_lints_of_the_workspace() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    for lint in ["unsafe_code = \"forbid\"", "too_many_lines = \"warn\""] {
        assert!(manifest.contains(lint), "{lint} is on for the workspace");
    }
    for (name, folder, _) in CRATES {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        let lints = manifest.split("[lints]").nth(1).unwrap_or_default().trim_start();
        assert!(lints.starts_with("workspace = true"), "{name} has the lints of the workspace");
    }
    // The file of the nearest folder holds alone.
    for file in ["clippy.toml", "sim/clippy.toml", "models/clippy.toml"] {
        let text = fs::read_to_string(root().join(file)).expect("what clippy is told");
        assert!(text.contains("too-many-lines-threshold = 70"), "{file}");
    }
    let both = ["sim", "models"].map(|name| fs::read_to_string(root().join(name).join("clippy.toml")).expect("a file"));
    assert_eq!(both[0], both[1], "both simulate");
}

/// Names of the dependencies that a manifest has for any purpose: normal, for tests, for building, for one target.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside = table.ends_with("dependencies") && table != "workspace.dependencies";
            // `[dependencies.name]` is a dependency that is written as a table.
            found.extend(table.split_once("dependencies.").filter(|_| !table.starts_with("workspace")).map(|(_, n)| n));
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            found.extend(line.split(['.', '=', ' ']).next());
        }
    }
    found
}

#[test]
fn dependencies_point_one_way() {
    let mut wrong = Vec::new();
    for (name, folder, allowed) in CRATES {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        let dependencies = dependencies(&manifest);
        let ours = |dependency: &&&str| CRATES.iter().any(|(name, ..)| name == *dependency);
        let above = dependencies.iter().filter(ours).filter(|dependency| !allowed.contains(dependency));
        wrong.extend(above.map(|dependency| format!("{name} depends on {dependency}")));
        let drawing = dependencies.iter().filter(|name| name.starts_with("polars") || **name == "plotters");
        wrong.extend(drawing.filter(|_| name != "reports").map(|d| format!("{name} depends on {d}; only reports may")));
    }
    none("sim ← models ← scenarios ← planner ← reports, calibrate ← scenarios, calibrate ← operations", wrong);
    let reports = fs::read_to_string(root().join("reports/Cargo.toml")).expect("a manifest");
    assert!(dependencies(&reports).contains(&"polars-core"), "the test finds what is there");
}

#[test]
fn every_scenario_of_the_library_opens_with_its_question() {
    let scenarios = files("scenarios/library/systems", ".toml");
    for (path, text) in &scenarios {
        assert!(text.starts_with("# Question: "), "{}: say what the scenario answers", path.display());
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
        let shipped = scenarios::library().iter().find(|(known, _)| *known == name);
        assert_eq!(shipped.map(|(_, text)| *text), Some(text.as_str()), "{name} ships with the program");
    }
    assert_eq!(scenarios.len(), scenarios::library().len());
}

#[test]
fn the_checks_see_what_is_wrong() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\nsim.workspace = true\n# no = 1\npolars = \"1\"\n\
                    [dev-dependencies]\nplanner = { path = \"..\" }\n[build-dependencies.reports]\npath = \"\"\n\
                    [workspace.dependencies]\nother = \"1\"\n[lints]\nworkspace = true\n";
    assert_eq!(dependencies(manifest), ["sim", "polars", "planner", "reports"]);
}
