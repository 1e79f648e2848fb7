//! What is far outside of what a model can bear, what is no file, and what cannot be written: said at once, with nothing lost.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::bad_input::refused;
use crate::program::{SHORT, command, content, document, finish, folder, proofcast};

const SIMULATE: &str = "simulate layered --costs claimed --replications 1 --set horizon=1h --quiet";

#[test]
fn quantities_beyond_their_range_are_refused_with_it() {
    let folder = folder();
    let cases: [(&str, &[&str]); 13] = [
        ("--set load.rate=1e14/s", &["`1e14/s` is more than 1000M/s", "a rate"]),
        ("--set load.rate=1e300/s", &["is more than 1000M/s"]),
        ("--set validators.retention=250000d", &["`250000d` is more than 36500 d"]),
        ("--set fraud.window=1e300s", &["is more than 36500 d"]),
        ("--set chain.slot=213000d --set chain.epoch=213000d", &["is more than 36500 d"]),
        ("--set network.regions=[\"Nowhere\"]", &["no delays for `Nowhere`; regions: "]),
        ("--set network.regions=[\"Tokyo\",\"Tokyo\"]", &["`Tokyo` is named twice"]),
        ("--set books.claimed.target_utilization=1e-20", &["target_utilization", "the least"]),
        ("--set extends=nope", &["`extends` belongs to a file"]),
        ("--set books.claimed=off --set books.measured=off", &["`books`: a scenario needs at least one"]),
        ("--set load.rate=nan", &["`NaN` is not a rate"]),
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

#[test]
fn long_work_is_estimated_and_begun_only_where_it_is_wanted() {
    let folder = folder();
    let money = "--set market=off --set fees=off --set nodes=off";
    let refused = |line: &str, says: &[&str]| {
        let run = proofcast(folder.path(), line);
        assert_eq!(run.status, Some(2), "{line}:\n{}{}", run.out, run.err);
        assert!(says.iter().all(|part| run.err.contains(part)), "{line}:\n{}", run.err);
        assert!(run.took < Duration::from_secs(60), "{:?} for saying no", run.took);
    };
    let says = ["this would take about ", "on this machine", "`horizon` or `warm_up`", "--replications", "--yes"];
    refused("simulate layered --costs claimed --set horizon=3000d --set chain.slot=1s --replications 100", &says);
    refused("compare layered --costs claimed --set warm_up=4096h --replications 100", &says);
    refused(
        &format!(
            "compare layered --costs claimed --vary load.rate=1k,2k --replications 10000 --set horizon=10d {money}"
        ),
        &says,
    );
    refused("compare layered --costs claimed --switches --replications 10000 --set horizon=10d", &says);
    let large =
        "simulate layered --costs claimed --design gpu --set fraud=off --set chain.epoch=1000d --set chain.slot=100ms";
    let large = format!("{large} --set horizon=3000d --set chain.shards=1 {money}");
    refused(&large, &["of memory, and the machine has", "chain.epoch", "--yes"]);
    // What is short is not asked about, and an estimate changes nothing of an answer.
    let short = |yes: &str| {
        proofcast(folder.path(), &format!("simulate layered --costs claimed {SHORT} {yes} --quiet --json")).expect(0)
    };
    assert!(short("") == short("--yes"));
}

#[test]
fn two_runs_into_one_folder_at_once_leave_the_files_of_one_of_them() {
    let folder = folder();
    let line = |seed: u32, out: &str| {
        format!("compare layered --design gpu --costs claimed {SHORT} --quiet --seed {seed} --out {out}")
    };
    let start = |seed: u32| {
        let mut command = command(folder.path(), &line(seed, "both"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    };
    let children = [start(1), start(2)];
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let of = |seed: u32| {
        let out = format!("of{seed}");
        proofcast(folder.path(), &line(seed, &out)).expect(0);
        content(&folder.path().join(out))
    };
    let both = content(&folder.path().join("both"));
    assert!(both == of(1) || both == of(2), "a mixture of two runs");
}

#[test]
fn names_that_a_scenario_refers_to_are_checked_when_it_is_read() {
    let folder = folder();
    let objective = |metric: &str, unit: &str| {
        format!(
            "extends = \"layered\"\nclaim_files = []\n[[objectives]]\nname = \"o\"\nmetric = \"{metric}\"\nbound = \"at most\"\n\
             value = 1\nunit = \"{unit}\"\n"
        )
    };
    let claim = "extends = \"layered\"\nclaim_files = []\n[[claims]]\nid = \"c\"\nstatement = \"s\"\ndesign = \"gpu\"\nclaimed = 1\n\
                 unit = \"s\"\nbound = \"at most\"\ntolerance = \"0 %\"\nmetric = \"epoch_prof.p99\"\nsource = \"s\"\n";
    let cases: [(String, &[&str]); 7] = [
        (objective("proof_finalty.p99", "s"), &["mine.toml:5:", "no outcome has", "did you mean `proof_finality.p99`?"]),
        (objective("capacity.prover", "tx/s"), &["did you mean `capacity.provers`?"]),
        (objective("fee.privat", "tokens"), &["did you mean `fee.private`?"]),
        (objective("proof_finality.p99", "USD"), &["mine.toml:8:", "is in s, which cannot be given in USD"]),
        (claim.to_owned(), &["mine.toml:", "did you mean `epoch_proof.p99`?"]),
        (
            "extends = \"layered\"\n[sensitivity]\n\"load.rat\" = [\"1k/s\", \"2k/s\"]\n".to_owned(),
            &["[sensitivity]:1:", "`rat`", "did you mean `rate`"],
        ),
        (
            "extends = \"layered\"\nswitches = [{ name = \"x\", set = { \"optimisations.incremental.onn\" = true } }]\n".to_owned(),
            &["[[switches]]:1:", "`onn`"],
        ),
    ];
    for (text, says) in cases {
        fs::write(folder.path().join("mine.toml"), &text).expect("written");
        refused(folder.path(), &format!("simulate mine.toml --costs claimed {SHORT}"), says);
    }
    for (metric, unit) in [("proof_finality.p99", "min"), ("fee.private", "tokens"), ("cost.total", "USD/month")] {
        fs::write(folder.path().join("mine.toml"), objective(metric, unit)).expect("written");
        proofcast(folder.path(), &format!("simulate mine.toml --costs claimed {SHORT} --quiet")).expect(0);
    }
}

#[test]
fn every_figure_of_the_library_can_be_asked_for() {
    let folder = folder();
    for line in [
        "compare layered --costs claimed --sizing sized --set horizon=1h --replications 2",
        "simulate layered --design hybrid --costs claimed --set horizon=1h --replications 2 --set optimisations.lazy.when=on_request",
        "simulate provers --costs claimed --set horizon=1h --replications 2",
        "compare hotstuff --costs published --set horizon=1min --replications 2",
    ] {
        let line = line.replace("on_request", "on\u{a0}request");
        let words: Vec<String> = line.split(' ').map(|word| word.replace('\u{a0}', " ")).collect();
        let mut command = command(folder.path(), "");
        let answer = finish(command.args(&words).args(["--quiet", "--json"])).json();
        let designs = answer["designs"].as_array().cloned().unwrap_or_else(|| vec![answer.clone()]);
        let name = words[1].clone();
        let metrics = designs.iter().flat_map(|design| design["metrics"].as_array().expect("a list"));
        let objectives: String = metrics
            .filter(|metric| !metric["unit"].as_str().is_some_and(|unit| unit.contains([' ', '-'])))
            .map(|metric| (metric["name"].to_string(), metric["unit"].to_string()))
            .collect::<std::collections::BTreeSet<_>>()
            .iter()
            .map(|(name, unit)| {
                format!(
                    "[[objectives]]\nname = {name}\nmetric = {name}\nbound = \"at least\"\nvalue = 0\nunit = {unit}\n"
                )
            })
            .collect();
        let text = format!("extends = \"{name}\"\nclaim_files = []\n{objectives}");
        fs::write(folder.path().join("all.toml"), text).expect("written");
        let path = folder.path().join("all.toml").display().to_string();
        if let Err(problems) = scenarios::open(&path, &[]) {
            panic!("{problems}");
        }
    }
}

#[test]
fn what_is_at_the_edge_of_its_range_is_an_answer_or_refused_and_no_panic() {
    let folder = folder();
    let narrow = "--set fees.tiers.private.willingness_spread=1e-300";
    proofcast(folder.path(), &format!("{SIMULATE} --design gpu {narrow}")).expect(0);
    let none = "simulate hotstuff --replications 1 --set horizon=1min --set tiers.plain.share=0";
    refused(folder.path(), none, &["the shares of the tiers add to 0.0000 %"]);
}

#[test]
fn messages_say_what_is_wrong_once_and_what_is_allowed() {
    let folder = folder();
    let run = |line: &str| {
        let run = proofcast(folder.path(), line);
        assert_eq!(run.status, Some(2), "{line}: {}", run.out);
        assert_eq!(run.err.matches("error").count(), 1, "{line}:\n{}", run.err);
        run.err
    };
    let varied = "compare layered --costs claimed";
    let vary = run(&format!("{varied} --vary load.rate=abc,1k"));
    assert!(vary.contains("`abc` is not a rate") && vary.contains("`50k`"), "{vary}");
    let one = run(&format!("{varied} --vary load.rate=1k"));
    assert!(one.contains("found 1 value; two to 1000"), "{one}");
    for value in ["18446744073709551615", "9223372036854775807", "0"] {
        let range = run(&format!("simulate layered --costs claimed --set proving.segment_slots={value}"));
        assert!(range.contains("a whole number from 1 to 9007199254740992"), "{range}");
    }
    let validators = run("simulate layered --costs claimed --set validators.count=99999999999");
    assert!(validators.contains("a whole number from"), "{validators}");
    let nowhere = folder.path().join("nowhere");
    let mut command = command(folder.path(), "calibrate host.json --quick --only ml_kem_512.keygen");
    let run = finish(command.env("TMPDIR", &nowhere));
    assert_eq!(run.status, Some(2), "{}", run.out);
    assert!(run.err.contains("TMPDIR") && run.err.contains(&nowhere.display().to_string()), "{}", run.err);
}
