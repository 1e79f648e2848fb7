//! Bad input ends at once with exit status 2 and a message that says where and what is allowed; nothing is written.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use scenarios::{Calibrations, Sizing};
use sim::{Stream, Streams};

use crate::program::{SHORT, content, folder, proofcast};

/// Longest time until the message.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Runs a command on bad input in a folder and checks all that a message must be.
pub fn refused(folder: &Path, line: &str, says: &[&str]) {
    let before = content(folder);
    let run = proofcast(folder, line);
    for part in says {
        assert!(run.err.contains(part), "`{line}` does not say `{part}`:\n{}", run.err);
    }
    assert!(!run.err.contains("panicked"), "`{line}`:\n{}", run.err);
    assert!(run.err.starts_with("error: "), "`{line}`:\n{}", run.err);
    assert!(run.took < AT_ONCE, "`{line}` took {:?}", run.took);
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "`{line}`:\n{}", run.err);
    assert!(content(folder) == before, "`{line}` wrote {:?}", content(folder).keys());
}

/// Checks that every verb that reads a scenario refuses this one.
fn scenario_refused(text: impl AsRef<[u8]>, says: &[&str]) {
    let folder = folder();
    fs::write(folder.path().join("bad.toml"), text).expect("written");
    for line in [
        "compare bad.toml --costs claimed",
        "simulate bad.toml --design gpu --costs claimed",
        "compare bad.toml --json --costs claimed",
    ] {
        refused(folder.path(), line, says);
    }
}

#[test]
fn keys_that_do_not_exist() {
    scenario_refused("extends = \"layered\"\nbananas = 1\n", &["unknown key `bananas`", "bad.toml:2:1", "`horizon`"]);
    scenario_refused("extends = \"layered\"\nhorizn = \"1 h\"\n", &["bad.toml:2:1", "did you mean `horizon`?"]);
    let text = "extends = \"layered\"\n[design.gpu.proving]\nmachne = \"gpu\"\n";
    scenario_refused(text, &["bad.toml:3:1", "did you mean `machine`?"]);
}

#[test]
fn quantities_that_cannot_be() {
    let rate = |value: &str| format!("extends = \"layered\"\n[load]\nrate = {value}\n");
    scenario_refused(rate("\"-5 tx/s\""), &["bad.toml:3:8", "negative", "write `50000 /s`"]);
    let slot = |value: &str| format!("extends = \"layered\"\n[chain]\nslot = {value}\n");
    scenario_refused(slot("5"), &["bad.toml:3:8", "unit missing", "units: s"]);
    scenario_refused(rate("\"5 apples\""), &["bad.toml:3:8", "unknown unit `apples`", "units: /s"]);
    scenario_refused(rate("true"), &["bad.toml:3:8", "load.rate"]);
    scenario_refused(rate("\"0 tx/s\""), &["bad.toml:3:8", "load.rate"]);
    scenario_refused("extends = \"layered\"\nhorizon = 30d\n", &["bad.toml:2:11", "quotes"]);
    scenario_refused("extends = \"layered\"\n[chain]\nshards = 0\n", &["bad.toml:3:10", "shards"]);
}

#[test]
fn names_of_nothing() {
    let proving = |line: &str| format!("extends = \"layered\"\n[design.gpu.proving]\n{line}\n");
    scenario_refused(proving("leaf = \"gpu_btch\""), &["bad.toml:3:8", "no cost `gpu_btch`", "gpu_batch"]);
    scenario_refused(proving("machine = \"gpuu\""), &["bad.toml:3:11", "no machine `gpuu`", "cpu_node, gpu"]);
    scenario_refused("extends = \"layered\"\nbase = \"gpuu\"\n", &["bad.toml:2:8", "no design `gpuu`", "optimistic"]);
    let shares = "extends = \"layered\"\n[design.gpu.tiers]\npublic.share = \"50 %\"\n";
    scenario_refused(shares, &["bad.toml:2:1", "design.gpu.tiers", "150", "100 %"]);
    scenario_refused("extends = \"layred\"\n", &["bad.toml:1:11", "`layred`", "did you mean `layered`?"]);
}

#[test]
fn validators_that_cannot_agree() {
    let leaders = |line: &str| format!("extends = \"layered\"\n[leaders]\n{line}\n");
    scenario_refused(leaders("down = 4"), &["bad.toml:2:1", "timeout"]);
    let down = leaders("down = 134\ntimeout = \"3 s\"");
    scenario_refused(down, &["bad.toml:3:8", "134 of 400", "two thirds", "at most 133"]);
    scenario_refused(leaders("timeout = \"2 h\""), &["bad.toml:3:11", "at most 1 h"]);
    let mempool = |batch: &str| format!("extends = \"layered\"\n[mempool]\nbatch = \"{batch}\"\ndelay = \"1 s\"\n");
    scenario_refused(mempool("1 B"), &["bad.toml:3:9", "more than 100000 batches in a slot"]);
    scenario_refused(mempool("0 B"), &["bad.toml:3:9"]);
}

#[test]
fn all_problems_are_said_at_once() {
    let text = "extends = \"layered\"\nhorizn = \"1 h\"\n[load]\nrate = \"-1/s\"\n[chain]\nslot = 5\n";
    scenario_refused(text, &["bad.toml:2:1", "bad.toml:4:8", "bad.toml:6:8"]);
}

#[test]
fn files_that_are_no_scenario() {
    scenario_refused("", &["bad.toml", "empty", "at least one key"]);
    scenario_refused(" \n\t\n", &["bad.toml", "empty"]);
    scenario_refused(b"\xff\xfe\x00", &["bad.toml", "not UTF-8", "line 1"]);
    scenario_refused("name = \"mine\"\n", &["bad.toml", "missing"]);
    let mut stream = Streams::new(1, 0).stream("noise");
    let noise: Vec<u8> = (0..10_000_000).map(|_| stream.index(256) as u8).collect();
    scenario_refused(&noise, &["bad.toml", "1 MiB"]);
    // Below the limit, and text: this noise reaches the parser.
    let text: Vec<u8> =
        noise[..900_000].iter().map(|byte| if byte % 40 == 0 { b'\n' } else { 32 + byte % 95 }).collect();
    scenario_refused(text, &["bad.toml:1:", "more"]);
    let folder = folder();
    fs::create_dir(folder.path().join("a.folder")).expect("made");
    refused(folder.path(), "compare a.folder", &["a.folder", "directory", "TOML file in it"]);
    refused(folder.path(), "compare missing.toml", &["missing.toml", "no such file"]);
    refused(folder.path(), "claims layred", &["`layred`", "did you mean `layered`?"]);
}

#[test]
fn files_that_extend_each_other_in_a_circle() {
    let folder = folder();
    fs::write(folder.path().join("one.toml"), "extends = \"two.toml\"\n").expect("written");
    fs::write(folder.path().join("two.toml"), "extends = \"one.toml\"\n").expect("written");
    fs::write(folder.path().join("self.toml"), "extends = \"self.toml\"\n").expect("written");
    refused(folder.path(), "compare one.toml --costs claimed", &["toml:1:11", "extend each other", "circle"]);
    refused(folder.path(), "compare self.toml --costs claimed", &["self.toml:1:11", "circle"]);
}

#[test]
fn calibrations_that_cannot_be_used() {
    let folder = folder();
    let line = |file: &str| format!("compare layered --calibration {file}");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    proofcast(folder.path(), "calibrate whole.json --quick --only ml_kem* --quiet").expect(0);
    let whole = fs::read_to_string(folder.path().join("whole.json")).expect("it was written");
    write("cut.json", &whole[..whole.len() / 2]);
    write("other.json", &whole.replacen("proofcast/calibration/3", "proofcast/calibration/9", 1));
    write("none.json", "{}");
    write("text.json", "measured");
    write("empty.json", "");
    refused(folder.path(), &line("cut.json"), &["cut.json:", "ends in the middle", "measure again"]);
    refused(
        folder.path(),
        &line("other.json"),
        &["other.json", "proofcast/calibration/9", "\"proofcast/calibration/3\""],
    );
    refused(folder.path(), &line("none.json"), &["none.json", "\"schema\" must be \"proofcast/calibration/3\""]);
    refused(folder.path(), &line("text.json"), &["text.json"]);
    refused(folder.path(), &line("empty.json"), &["empty.json"]);
    refused(folder.path(), &line("."), &["."]);
    refused(folder.path(), &line("gone.json"), &["gone.json", "proofcast calibrate"]);
    refused(folder.path(), "compare layered", &["proofcast-out/calibration.json", "`proofcast calibrate`", "claimed"]);
    // A part of the operations is a good file, but not enough for this scenario: it says what is missing.
    refused(folder.path(), &line("whole.json"), &["stark.prove"]);
}

#[test]
fn places_that_cannot_be_written() {
    let folder = folder();
    fs::write(folder.path().join("taken"), "mine").expect("written");
    // The default effort takes minutes: a place that is no folder must be found before, not after.
    refused(folder.path(), "compare layered --costs claimed --out taken", &["taken", "--out"]);
    refused(folder.path(), "compare layered --costs claimed --out taken/deeper", &["taken", "--out"]);
    refused(folder.path(), "--out taken", &["taken"]);
    refused(folder.path(), "calibrate taken/host.json", &["taken"]);
    refused(folder.path(), "calibrate .", &["folder"]);
    refused(folder.path(), "calibrate there/", &["there/"]);
    refused(folder.path(), "new missing/mine.toml", &["missing/mine.toml"]);
    refused(folder.path(), "new mine.toml --from layred", &["`layred`", "did you mean `layered`?"]);
}

#[test]
fn options_that_mean_nothing() {
    let folder = folder();
    let compare = |rest: &str| format!("compare layered --costs claimed {SHORT} {rest}");
    let cases: [(String, &[&str]); 14] = [
        (compare("--set nonsense"), &["--set:1:1", "key=value"]),
        (compare("--set load.rate="), &["--set:1:1", "key=value"]),
        (compare("--set ="), &["--set:1:1", "key=value"]),
        (compare("--set load.rat=5k/s"), &["--set:1:6", "did you mean `rate`?"]),
        (compare("--set load.rate=5apples"), &["--set:1:11", "`apples`", "units: /s"]),
        (compare("--set load=5"), &["--set:1:6", "load"]),
        (compare("--design gpuu"), &["`gpuu`", "naive, optimistic, hierarchical, gpu, hybrid, combined"]),
        (compare("--base gpuu"), &["`gpuu`", "naive, optimistic"]),
        (compare("--sizing huge"), &["'huge'", "specified, sized"]),
        (compare("--threads 0"), &["--threads"]),
        ("compare layered --costs clamed".into(), &["`clamed`", "claimed, measured"]),
        ("compare layered --precision 5".into(), &["--precision", "between 0 and 1"]),
        ("simulate layered --costs claimed --design gpuu".into(), &["`gpuu`", "combined"]),
        ("calibrate part.json --only nothing*".into(), &["`nothing*`", "proofcast list operations"]),
    ];
    for (line, says) in cases {
        refused(folder.path(), &line, says);
    }
}

/// Changes some bytes as slips of the hand, of an editor or of a disk do.
fn slip(bytes: &mut Vec<u8>, stream: &mut Stream) {
    const PIECES: [&[u8]; 12] =
        [b"[", b"]", b"\"", b"=", b"{", b"}", b"\n", b"-1", b"1e308", b"999999999999", b"\xf0", b"[design.naive]\n"];
    let at = stream.index(bytes.len());
    let end = (at + 1 + stream.index(40)).min(bytes.len());
    match stream.index(5) {
        0 => bytes[at] = stream.index(256) as u8,
        1 => drop(bytes.drain(at..end)),
        2 => drop(bytes.splice(at..at, PIECES[stream.index(PIECES.len())].iter().copied())),
        3 => bytes.extend_from_within(at..end),
        _ => {
            let digits: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place].is_ascii_digit()).collect();
            bytes[digits[stream.index(digits.len())]] = b'0' + stream.index(10) as u8;
        }
    }
}

/// What the program does with a scenario before it simulates: 0 or 2 as exit status, never a panic.
fn opened(path: &Path) -> Result<(), String> {
    let name = path.to_str().expect("a temporary path is UTF-8");
    let scenario = scenarios::open(name, &[]).map_err(|problems| problems.render(false))?;
    // The other book needs a calibration; what it refuses without one is no answer to the slip.
    for design in &scenario.designs {
        for sizing in [Sizing::Specified, Sizing::Sized] {
            scenario
                .case(design, "claimed", sizing, &Calibrations::default())
                .map_err(|faults| scenario.problems(faults).render(false))?;
        }
    }
    Ok(())
}

#[test]
fn slips_in_a_scenario_never_panic() {
    let folder = folder();
    let path = folder.path().join("slipped.toml");
    let text = scenarios::library().iter().find(|(name, _)| *name == "layered").expect("it ships").1;
    let mut refusals = 0;
    for case in 0..300 {
        let mut stream = Streams::new(300, case).stream("slips");
        let mut bytes = text.as_bytes().to_vec();
        (0..=stream.index(4)).for_each(|_| slip(&mut bytes, &mut stream));
        fs::write(&path, &bytes).expect("written");
        match catch_unwind(AssertUnwindSafe(|| opened(&path))) {
            Ok(Ok(())) => {}
            Ok(Err(message)) => {
                refusals += 1;
                assert!(message.starts_with("error: ") && message.len() > 20, "case {case}: {message}");
            }
            Err(_) => panic!("case {case} panics; its input is below\n{}", String::from_utf8_lossy(&bytes)),
        }
    }
    assert!(refusals > 150, "only {refusals} of 300 slips were seen: they do not reach what can be wrong");
}
