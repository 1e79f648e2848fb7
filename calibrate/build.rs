//! Tells the program which compiler, target, profile and crates built it, so that a calibration can say so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// The package that holds the measured code.
const MEASURED: &str = "operations";

fn main() {
    let compiler = env::var("RUSTC").ok().and_then(|rustc| Command::new(rustc).arg("--version").output().ok());
    let compiler = compiler.and_then(|output| String::from_utf8(output.stdout).ok());
    let compiler = compiler.map_or_else(|| "unknown".to_owned(), |version| version.trim().to_owned());
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| "unknown".to_owned());
    println!("cargo::rustc-env=CALIBRATE_COMPILER={compiler}");
    println!("cargo::rustc-env=CALIBRATE_TARGET={}", variable("TARGET"));
    // Flags such as `-C target-cpu=native` change the code that is measured; cargo separates them by a control character.
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default().replace('\u{1f}', " ");
    let flags = if flags.is_empty() { "no extra flags" } else { &flags };
    println!(
        "cargo::rustc-env=CALIBRATE_PROFILE={}, opt-level {}, {flags}",
        variable("PROFILE"),
        variable("OPT_LEVEL")
    );
    let lock = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let text = fs::read_to_string(&lock).expect("the workspace has a lock file");
    println!("cargo::rustc-env=CALIBRATE_CRATES={}", crates(&text));
    println!("cargo::rerun-if-changed={}", lock.display());
    println!("cargo::rerun-if-changed=build.rs");
}

/// All foreign crates that the measured code depends on, by any number of steps: `name version;name version`.
fn crates(lock: &str) -> String {
    let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.strip_prefix(" = ")?.trim_matches('"').to_owned());
    // Name and version of each package, with the lines of its dependencies: `name`, or `name version` where there are several.
    let mut packages = BTreeMap::<(String, String), (bool, Vec<String>)>::new();
    for block in lock.split("[[package]]").skip(1) {
        let find = |key: &str| block.lines().find_map(|line| value(line, key));
        let (Some(name), Some(version)) = (find("name"), find("version")) else { continue };
        let needs = block.lines().filter_map(|line| line.strip_prefix(" \""));
        let needs = needs.map(|line| line.trim_end_matches("\",").to_owned()).collect();
        packages.insert((name, version), (find("source").is_some(), needs));
    }
    let mut reached = BTreeSet::new();
    let mut open: Vec<_> = packages.keys().filter(|(name, _)| name == MEASURED).cloned().collect();
    while let Some(package) = open.pop() {
        let (_, needs) = &packages[&package];
        for need in needs {
            let mut words = need.split(' ');
            let (name, version) = (words.next().unwrap_or_default(), words.next());
            let fits = |key: &&(String, String)| key.0 == name && version.is_none_or(|version| key.1 == version);
            open.extend(packages.keys().filter(fits).filter(|key| !reached.contains(*key)).cloned());
        }
        reached.insert(package);
    }
    let foreign = reached.iter().filter(|package| packages[*package].0);
    foreign.map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(";")
}
