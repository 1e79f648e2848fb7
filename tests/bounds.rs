//! What is far outside of what a model can bear, what is no file, and what cannot be written: said at once, with nothing lost.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::Command;

use crate::bad_input::refused;
use crate::program::{SHORT, command, content, document, finish, folder, proofcast};

const SIMULATE: &str = "simulate layered --costs claimed --replications 1 --set horizon=1h --quiet";

#[test]
fn quantities_beyond_their_range_are_refused_with_it() {
    let folder = folder();
    let cases: [(&str, &[&str]); 9] = [
        ("--set load.rate=1e14/s", &["`1e14/s` is more than 1000M/s", "a rate"]),
        ("--set load.rate=1e300/s", &["is more than 1000M/s"]),
        ("--set validators.retention=250000d", &["`250000d` is more than 36500 d"]),
        ("--set fraud.window=1e300s", &["is more than 36500 d"]),
        ("--set chain.slot=213000d --set chain.epoch=213000d", &["is more than 36500 d"]),
        ("--set network.regions=[\"Nowhere\"]", &["no delays for `Nowhere`; regions: "]),
        ("--set network.regions=[\"Tokyo\",\"Tokyo\"]", &["`Tokyo` is named twice"]),
        ("--threads 65535", &["--threads", "1..=1024"]),
        (
            "--resolution transaction --set load.rate=1M/s --set design.combined.load.rate=1M/s",
            &["one by one at most 3e7"],
        ),
    ];
    for (line, says) in cases {
        refused(folder.path(), &format!("{SIMULATE} {line}"), says);
    }
    let many = vec!["\"Tokyo\""; 20_000].join(",");
    fs::write(
        folder.path().join("many.toml"),
        format!("extends = \"layered\"\nclaim_files = []\n[network]\nregions = [{many}]\n"),
    )
    .expect("written");
    refused(folder.path(), "simulate many.toml --costs claimed", &["many.toml:4:", "`Tokyo` is named twice"]);
}

#[test]
fn extremes_that_are_still_valid_are_answered() {
    let folder = folder();
    fs::write(
        folder.path().join("slow.toml"),
        "extends = \"layered\"\n[books.claimed.costs]\nfraud_proof = [{ from = \"claimed\", time = \"36500 d\", source = \"s\" }]\n",
    )
    .expect("written");
    for line in [
        format!("{SIMULATE} --set market.prover.spread=1e-300"),
        "simulate slow.toml --costs claimed --replications 1 --set horizon=1h --quiet".to_owned(),
        "simulate hotstuff --costs published --replications 1 --set horizon=1min --quiet --set validators.hosting=$0/month".to_owned(),
    ] {
        let run = proofcast(folder.path(), &line);
        assert_eq!(run.status, Some(0), "`{line}`:\n{}", run.err);
    }
}

#[test]
fn devices_and_pipes_are_not_read_for_ever() {
    let (elsewhere, folder) = (folder(), folder());
    let pipe = elsewhere.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("`mkfifo` is there").success());
    for file in [Path::new("/dev/zero"), &pipe] {
        let file = file.display().to_string();
        let says: &[&str] = &[&file, "this is a device, a pipe or a socket"];
        refused(folder.path(), &format!("simulate layered --costs measured --calibration {file}"), says);
        refused(folder.path(), &format!("compare {file} --costs claimed"), says);
        refused(folder.path(), &format!("calibrate own.json --quick --operations {file} --suite own"), says);
    }
    // What is handed over by a shell is read.
    let path = folder.path().join("small.toml");
    fs::write(&path, "extends = \"layered\"\nname = \"handed over\"\n").expect("written");
    let line = format!("simulate /dev/stdin --costs claimed {SHORT}");
    finish(command(folder.path(), &line).stdin(fs::File::open(path).expect("a file"))).expect(0);
}

#[test]
fn a_timeline_goes_through_links_and_pipes_and_replaces_none() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let line = |file: &str| format!("simulate layered --design gpu --costs claimed {SHORT} --quiet --timeline {file}");
    assert!(Command::new("mkfifo").arg(at("pipe")).status().expect("`mkfifo` is there").success());
    let through = fs::File::create(at("through")).expect("made");
    let mut reader = Command::new("cat").arg(at("pipe")).stdout(through).spawn().expect("`cat` is there");
    proofcast(folder.path(), &line("pipe")).expect(0);
    assert!(reader.wait().expect("it ends").success());
    let read = fs::read(at("through")).expect("it was read");
    assert!(fs::symlink_metadata(at("pipe")).expect("it is there").file_type().is_fifo());
    std::os::unix::fs::symlink("real.json", at("link.json")).expect("linked");
    proofcast(folder.path(), &line("link.json")).expect(0);
    assert!(fs::symlink_metadata(at("link.json")).expect("it is there").is_symlink());
    let written = fs::read(at("real.json")).expect("the link was followed");
    assert!(written == read, "a pipe gets what a file gets");
    let printed = proofcast(folder.path(), &line("-")).expect(0);
    assert!(printed.as_bytes() == written, "`-` is standard output, and nothing else is there");
    document(&printed);
}

#[test]
fn what_an_earlier_run_left_is_gone_and_a_folder_that_cannot_be_written_is_told_first() {
    let folder = folder();
    let compare = |scenario: &str, seed: u32| {
        let line = format!("compare {scenario} --replications 1 --quiet --seed {seed} --out o");
        proofcast(folder.path(), &line).expect(0)
    };
    fs::create_dir(folder.path().join("o")).expect("made");
    fs::write(folder.path().join("o/mine.txt"), "mine").expect("written");
    compare("layered --design gpu --costs claimed --set horizon=1h", 1);
    fs::write(folder.path().join("o/market.csv"), "of an earlier run").expect("written");
    compare("hotstuff --costs published --set horizon=1min", 1);
    let left: Vec<_> = content(&folder.path().join("o")).into_keys().map(|path| path.display().to_string()).collect();
    assert!(!left.iter().any(|name| name.contains("market") || name.starts_with(".proofcast")), "{left:?}");
    assert!(left.contains(&"mine.txt".to_owned()) && left.contains(&"outcome.json".to_owned()), "{left:?}");

    refused(
        folder.path(),
        "compare layered --costs claimed --quiet --out /proc/x",
        &["cannot write to /proc/x", "--out DIR"],
    );
    refused(folder.path(), "simulate layered --costs claimed --quiet --out /proc/x", &["cannot write to /proc/x"]);
}
