//! The same seed gives the same bytes: for any number of threads, and whatever else is simulated beside it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{SHORT, content, document, folder, proofcast};

/// Runs a command that succeeds.
fn printed(folder: &Path, line: &str) -> String {
    proofcast(folder, line).expect(0)
}

fn designs(comparison: &Value) -> &[Value] {
    let designs = comparison["designs"].as_array().expect("a list of outcomes");
    assert!(!designs.is_empty(), "something was compared");
    designs
}

#[test]
fn any_number_of_threads_gives_the_same_bytes_and_files() {
    let folder = folder();
    let folder = folder.path();
    let compare = |threads: u32| {
        let line = format!("compare layered --costs claimed {SHORT} --json --threads {threads} --out of-{threads}");
        (printed(folder, &line), content(&folder.join(format!("of-{threads}"))))
    };
    let (one, two, eight) = (compare(1), compare(2), compare(8));
    assert_eq!(designs(&document(&one.0)).len(), 12, "6 designs in 2 sizings");
    assert!(one.0 == two.0 && one.0 == eight.0, "--threads changes what is printed");
    assert!(one.1.len() >= 12, "documents, tables and charts: {:?}", one.1.keys());
    for (name, bytes) in &one.1 {
        assert!(two.1.get(name) == Some(bytes), "--threads changes {}", name.display());
    }
    assert!(one.1.keys().eq(two.1.keys()), "--threads changes which files there are");
}

#[test]
fn threads_change_neither_single_transactions_nor_the_number_of_replications() {
    let folder = folder();
    for line in [
        "simulate layered --design gpu --costs claimed --set load.rate=100/s --set horizon=1h --replications 3 --resolution transaction --json",
        "simulate layered --design hierarchical --costs claimed --set load.rate=100/s --set horizon=1h --precision 0.05% --json",
    ] {
        let one = printed(folder.path(), &format!("{line} --threads 1"));
        assert!(one == printed(folder.path(), &format!("{line} --threads 3")), "{line}");
        assert!(document(&one)["replications"].as_u64() >= Some(3), "it was simulated: {one}");
    }
}

#[test]
fn a_seed_decides_everything_that_is_random() {
    let folder = folder();
    let compare = |seed: u32| {
        // Naive as its authors size it is so near to saturation that an hour says nothing.
        let sized = "--sizing sized --set books.claimed.target_utilization=80%";
        let line = format!("compare layered --costs claimed {sized} --design gpu --design naive {SHORT} --json");
        printed(folder.path(), &format!("{line} --seed {seed} --out of-{seed}"))
    };
    let (first, again, other) = (compare(7), compare(7), compare(8));
    assert!(first == again, "the same seed twice gives two answers");
    let (first, other) = (document(&first), document(&other));
    for (first, other) in designs(&first).iter().zip(designs(&other)) {
        assert_eq!((&first["seed"], &other["seed"]), (&7.into(), &8.into()));
        assert_eq!(first["design"], other["design"]);
        assert_ne!(first["fingerprint"], other["fingerprint"], "{}: the seed changes nothing", first["design"]);
    }
}

/// Common random numbers need it: a stream belongs to its cause, not to its place in a sequence of draws.
#[test]
fn a_design_more_does_not_change_the_others() {
    let folder = folder();
    let more = "extends = \"layered\"\nname = \"layered\"\n[design.another.load]\nrate = \"900 tx/s\"\n\
                [design.another.proving]\nmachine = \"gpu\"\nleaf = \"gpu_batch\"\npair = \"gpu_pair\"\nsegment_slots = 1\n\
                levels = [{ name = \"epoch proof\", node = \"nothing\" }]\n";
    fs::write(folder.path().join("more.toml"), more).expect("written");
    let compare = |scenario: &str| {
        let line = format!(
            "compare {scenario} --costs claimed --sizing sized --set horizon=1h --replications 1 --json --out of"
        );
        document(&printed(folder.path(), &line))
    };
    let (fewer, more) = (compare("layered"), compare("more.toml"));
    assert_eq!(designs(&more).len(), designs(&fewer).len() + 1);
    for before in designs(&fewer) {
        let after = designs(&more).iter().find(|after| after["design"] == before["design"]);
        let after = after.unwrap_or_else(|| panic!("{} is gone", before["design"]));
        for key in ["fingerprint", "metrics", "basis", "replications", "simulated_s", "limited_by"] {
            assert_eq!(before[key], after[key], "{} of {} changed", key, before["design"]);
        }
        let hash = |outcome: &Value| outcome["provenance"]["scenario_sha256"].clone();
        assert_ne!(hash(before), hash(after), "the hash of the scenario does not see a design more");
    }
}
