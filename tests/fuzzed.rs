//! Every reader of files, given files that are damaged at random: it answers or says what is wrong, soon, and never panics.
//!
//! A fixed number of the same cases everywhere; with `PROOFCAST_FUZZ_SECONDS` new ones for so long in each test, as in
//! `PROOFCAST_FUZZ_SECONDS=600 cargo test --release fuzzed`. What fails is made as small as it can be and printed.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use std::{env, fs, panic, thread};

use models::systems::service::outcome::Outcome;
use planner::{Comparison, Contrast, Progress, Told, Work};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use reports::table::Style;
use scenarios::{Calibrations, Choices, Import, Scenario, Sizing};

use crate::program::{folder, proofcast};
use crate::read_back;

/// A reader that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(30);
/// Units of work of a scenario that is also simulated.
const SHORT_WORK: f64 = 3e5;

/// What stands where something else was meant.
const STRANGE: [&str; 36] = [
    "0",
    "-1",
    "1e308",
    "1e-308",
    "-0.0",
    "nan",
    "inf",
    "18446744073709551615",
    "9223372036854775807",
    "4294967296",
    "1e14/s",
    "0 s",
    "36500 d",
    "1 ns",
    "100 %",
    "-5 %",
    "1e-9 %",
    "$0",
    "$1e15",
    "off",
    "true",
    "\"\"",
    "[]",
    "{}",
    "\"",
    "[",
    "=",
    ",",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "ms",
    "layered",
    "[[",
    "null",
    "1999-01-01",
];

/// A damage; places are found when the text is known.
#[derive(Clone, Debug)]
enum Damage {
    /// A word becomes another thing.
    Put(Index, &'static str),
    /// Two words change places.
    Swap(Index, Index),
    /// So many bytes are missing.
    Cut(Index, usize),
    /// The rest is missing.
    End(Index),
    /// There are other bytes between.
    Bytes(Index, Vec<u8>),
    /// A line is there again.
    Again(Index),
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let one = prop_oneof![
        6 => (any::<Index>(), select(&STRANGE[..])).prop_map(|(place, word)| Damage::Put(place, word)),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Damage::Swap(one, other)),
        1 => (any::<Index>(), 1..40_usize).prop_map(|(place, bytes)| Damage::Cut(place, bytes)),
        1 => any::<Index>().prop_map(Damage::End),
        1 => (any::<Index>(), vec(any::<u8>(), 1..5)).prop_map(|(place, bytes)| Damage::Bytes(place, bytes)),
        1 => any::<Index>().prop_map(Damage::Again),
    ];
    vec(one, 1..4)
}

/// The ranges of all words of a text.
fn words(text: &[u8]) -> Vec<std::ops::Range<usize>> {
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"._+-".contains(byte);
    let mut words = Vec::new();
    let mut at = 0;
    for part in text.split(|byte| !in_word(byte)) {
        if !part.is_empty() {
            words.push(at..at + part.len());
        }
        at += part.len() + 1;
    }
    words
}

fn damaged(text: &str, damages: &[Damage]) -> Vec<u8> {
    let mut text = text.as_bytes().to_vec();
    for damage in damages {
        let words = words(&text);
        if text.is_empty() || words.is_empty() {
            break;
        }
        match damage {
            Damage::Put(place, word) => drop(text.splice(place.get(&words).clone(), word.bytes())),
            Damage::Swap(one, other) => {
                let (one, other) = (one.get(&words).clone(), other.get(&words).clone());
                let (first, second) = if one.start < other.start { (one, other) } else { (other, one) };
                if first.end <= second.start {
                    let (left, right) = (text[first.clone()].to_vec(), text[second.clone()].to_vec());
                    drop(text.splice(second, left));
                    drop(text.splice(first, right));
                }
            }
            Damage::Cut(place, bytes) => {
                let from = place.index(text.len());
                drop(text.drain(from..text.len().min(from + bytes)));
            }
            Damage::End(place) => text.truncate(place.index(text.len())),
            Damage::Bytes(place, bytes) => {
                let at = place.index(text.len());
                drop(text.splice(at..at, bytes.iter().copied()));
            }
            Damage::Again(place) => {
                let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
                let again = place.get(&lines).to_vec();
                text.extend(again);
            }
        }
    }
    text
}

/// Checks so many cases, the same ones everywhere; or new ones for as long as was asked for.
fn each<S: Strategy<Value: Clone + Send + 'static>>(cases: u32, strategy: S, check: fn(S::Value)) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let run = |mut runner: TestRunner| {
        let checked = runner.run(&strategy, |value| {
            within(move || check(value));
            Ok(())
        });
        checked.unwrap_or_else(|error| panic!("{error}"));
    };
    match env::var("PROOFCAST_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()) {
        None => run(TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))),
        Some(seconds) => {
            let end = Instant::now() + Duration::from_secs(seconds);
            while Instant::now() < end {
                run(TestRunner::new(Config { cases: 32, ..config.clone() }));
            }
        }
    }
}

/// Does something in time; panics where it panics or hangs.
fn within(work: impl FnOnce() + Send + 'static) {
    let (done, waits) = channel();
    let worker = thread::spawn(move || {
        work();
        let _ = done.send(());
    });
    match waits.recv_timeout(LONGEST) {
        Err(RecvTimeoutError::Timeout) => panic!("no answer after {LONGEST:?}"),
        Ok(()) | Err(RecvTimeoutError::Disconnected) => {
            if let Err(reason) = worker.join() {
                panic::resume_unwind(reason);
            }
        }
    }
}

/// Calls a reader with a file of these bytes.
fn with_file<T>(name: &str, bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let folder = folder();
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().expect("a folder")).and_then(|()| fs::write(&path, bytes)).expect("written");
    read(&path)
}

/// Asks a scenario for its base design, and simulates it where that is soon done.
fn answered(scenario: &Scenario) {
    for book in scenario.books().filter(|book| !scenario.needs_calibration(book)) {
        for sizing in [Sizing::Sized, Sizing::Specified] {
            let Ok(case) = scenario.case(&scenario.base, book, sizing, &Calibrations::default()) else { continue };
            let progress = Progress::until(|| false);
            let effort =
                planner::Effort { replications: 2, progress: &progress, ..planner::default_effort(scenario, 1) };
            if Work::of([&case], &effort).units < SHORT_WORK {
                let (scenario, calibration_sha256) = (scenario.name.clone(), None);
                let (scenario_sha256, version) = (String::new(), String::new());
                let (instance_calibrations_sha256, overrides) = Default::default();
                let origin = planner::Origin {
                    scenario,
                    scenario_sha256,
                    calibration_sha256,
                    instance_calibrations_sha256,
                    version,
                    overrides,
                };
                let summary = planner::summarize(&case, &effort, &origin);
                assert!(!summary.metrics.is_empty());
            }
        }
    }
}

/// A scenario of the library, or one that extends it.
const SMALL: &str = "extends = \"layered\"\nname = \"small\"\nhorizon = \"5 min\"\nwarm_up = \"0 s\"\nmarket = \"off\"\nclaim_files = []\n\
    [load]\nrate = \"500/s\"\n[chain]\nshards = 2\nslot = \"500 ms\"\nepoch = \"1 min\"\n[validators]\ncount = 20\nretention = \"1 h\"\n\
    [fraud]\nwindow = \"1 min\"\n[[objectives]]\nname = \"fast\"\nmetric = \"proof_finality.p99\"\nbound = \"at most\"\nvalue = 900\n\
    unit = \"s\"\n[sensitivity]\n\"load.rate\" = [\"400/s\", \"600/s\"]\n";

#[test]
fn scenario_files() {
    let texts: Vec<&str> = scenarios::library().iter().map(|(_, text)| *text).chain([SMALL; 6]).collect();
    each(160, (select(texts), damages()), |(text, damages)| {
        let path_of = |path: &Path| path.display().to_string();
        let found = with_file("mine.toml", &damaged(text, &damages), |path| scenarios::open(&path_of(path), &[]));
        match found {
            Ok(scenario) => answered(&scenario),
            Err(problems) => assert!(!problems.to_string().is_empty()),
        }
    });
}

/// Keys of a scenario that hold one value.
fn keys(table: &toml::Table, above: &str, found: &mut Vec<String>) {
    for (key, value) in table {
        let key = if key.contains('.') { format!("\"{key}\"") } else { key.clone() };
        match value {
            toml::Value::Table(table) => keys(table, &format!("{above}{key}."), found),
            _ => found.push(format!("{above}{key}")),
        }
    }
}

#[test]
fn changes_of_a_scenario() {
    let (_, text) = scenarios::library()[0];
    let mut found = Vec::new();
    keys(&text.parse().expect("a table"), "", &mut found);
    let value =
        prop_oneof![select(&STRANGE[..]).prop_map(str::to_owned), "\\PC{0,12}", "[0-9]{1,3} ?(s|h|d|%|GB|/s|Gbit/s)?"];
    let short = ["horizon=1h", "warm_up=0s", "market=off", "fees=off", "nodes=off"].map(str::to_owned);
    each(160, (vec((select(found), value), 1..3), Just(short)), |(pairs, short)| {
        let set: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let changes: Vec<String> = short.into_iter().chain(set.iter().cloned()).collect();
        match scenarios::open("layered", &changes) {
            Ok(scenario) => answered(&scenario),
            Err(problems) => assert!(!problems.to_string().is_empty()),
        }
        let _ = Choices::parse(&format!("{},{}", set[0], pairs[0].1)).map_err(|problems| problems.to_string());
    });
}

/// Small files in the shapes that other tools write.
const FOREIGN: [(&str, &str); 11] = [
    (
        "msm/1024/new/estimates.json",
        r#"{"mean":{"confidence_interval":{"confidence_level":0.95,"lower_bound":1.9e6,"upper_bound":2.3e6},"point_estimate":2e6}}"#,
    ),
    (
        "critcmp.json",
        r#"{"name":"main","benchmarks":{"fold":{"baseline":"main","fullname":"main/fold","criterion_estimates_v1":{"mean":{"confidence_interval":{"confidence_level":0.95,"lower_bound":1.9e6,"upper_bound":2.3e6},"point_estimate":2e6}}}}}"#,
    ),
    (
        "criterion.jsonl",
        "{\"reason\":\"benchmark-complete\",\"id\":\"fold/8\",\"unit\":\"ns\",\"mean\":{\"estimate\":2000000.0,\"lower_bound\":1900000.0,\"upper_bound\":2100000.0,\"unit\":\"ns\"}}\n",
    ),
    (
        "bench.txt",
        "cpu: Some CPU\npkg: ex.org/a\nBenchmarkProve/n=64-8  100  2900000 ns/op  12 B/op  3 allocs/op\nPASS\n",
    ),
    (
        "go.json",
        "{\"Action\":\"start\",\"Package\":\"p\"}\n{\"Action\":\"output\",\"Package\":\"p\",\"Output\":\"BenchmarkHash-4 \\t\"}\n{\"Action\":\"output\",\"Package\":\"p\",\"Output\":\" 1000\\t 500 ns/op\\n\"}\n",
    ),
    ("libtest.txt", "running 1 test\ntest fold ... bench:   2,000,000 ns/iter (+/- 4,000)\n"),
    (
        "hyperfine.json",
        r#"{"results":[{"command":"p 8","mean":2.0,"times":[1.9,2.1],"exit_codes":[0,0],"parameters":{"n":"8"}}]}"#,
    ),
    ("bmf.json", r#"{"fold/8":{"latency":{"value":2e6,"lower_value":1.9e6,"upper_value":2.1e6}}}"#),
    (
        "rtx_4090.json",
        r#"{"msm_G1":{"range":[2,4],"results":[1000000.0,3000000.5],"stddev":[1,2]},"fft":{"range":[8],"results":[500],"stddev":[0]}}"#,
    ),
    (
        "csp.json",
        r#"{"systems":{},"measurements":[{"system":"a","target":"sha256","input_size":1024,"proof_duration":33400874,"verify_duration":5742828,"proof_size":526484,"peak_memory":53410201}]}"#,
    ),
    (
        "expo.csv",
        "framework,category,backend,curve,circuit,input,operation,nbConstraints,nbSecret,nbPublic,ram,time(ms),proofSize,count\ngnark,circuit,groth16,bn254,exponentiate,input_10.json,prove,101,1,2,37860616,620,384,10\n",
    ),
];

#[test]
fn files_of_other_tools() {
    each(1_500, (select(&FOREIGN[..]), damages()), |((name, text), damages)| {
        let (machine, source) = ("Some CPU", "our lab");
        let found = with_file(name, &damaged(text, &damages), |path| {
            let import =
                Import { path, format: None, unit: None, machine, source, name: None, baseline: None, sizes: &[] };
            scenarios::import(&import)
        });
        match found {
            Ok(found) => assert!(!found.rows.is_empty()),
            Err(problems) => assert!(!problems.to_string().is_empty()),
        }
    });
    for (name, text) in FOREIGN {
        let (machine, source) = ("Some CPU", "our lab");
        let found = with_file(name, text.as_bytes(), |path| {
            let import =
                Import { path, format: None, unit: None, machine, source, name: None, baseline: None, sizes: &[] };
            scenarios::import(&import)
        });
        assert!(found.is_ok(), "{name} is whole: {found:?}");
    }
}

/// A price list of the user's.
const PRICES: &str = "provider,region,instance,market,usd_per_hour,date,source,cores,memory_gib\naws,,c5.2xlarge,spot,0.2,2026-11,\"a, b\",4,16\n\
    design,any,a100,,1.5,2026-11-29,,,\nnew,us,box,\"1 year, no upfront\",2,,us,8,32\n";

#[test]
fn price_lists() {
    assert!(with_file("mine.csv", PRICES.as_bytes(), |path| scenarios::PriceBook::read([path])).is_ok());
    each(200, damages(), |damages| {
        match with_file("mine.csv", &damaged(PRICES, &damages), |path| scenarios::PriceBook::read([path])) {
            Ok(book) => assert!(!book.offers().is_empty()),
            Err(problems) => assert!(!problems.to_string().is_empty()),
        }
    });
}

#[test]
fn operations_of_the_users_own() {
    let text = "[operation.my_prover]\nstatement = \"counts\"\ncommand = [\"sh\", \"prove\", \"{size}\"]\nsizes = [1, 4, 16]\n\
        size_unit = \"transactions\"\nsetup = [\"true\"]\nverify = [\"true\"]\ntimeout = \"20 s\"\ncounters = [\"cycles\"]\n";
    assert!(with_file("own.toml", text.as_bytes(), |path| scenarios::own_operations(path, &[])).is_ok());
    each(1_500, (Just(text), damages()), |(text, damages)| {
        let found =
            with_file("own.toml", &damaged(text, &damages), |path| scenarios::own_operations(path, &["stark.prove"]));
        if let Err(problems) = found {
            assert!(!problems.to_string().is_empty());
        }
    });
}

#[test]
fn calibrations() {
    let folder = folder();
    proofcast(folder.path(), "calibrate host.json --quick --only ml_kem_512.*").expect(0);
    let text = fs::read_to_string(folder.path().join("host.json")).expect("written");
    each(300, (Just(text), damages()), |(text, damages)| {
        let found = with_file("host.json", &damaged(&text, &damages), calibrate::Calibration::read);
        match found {
            Ok(calibration) => {
                let curves = calibration.operations.iter().map(|one| one.curve.interval(1e6));
                assert!(curves.clone().count() == calibration.operations.len());
                assert!(serde_json::to_string(&calibration).is_ok());
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    });
}

/// Results of both kinds of systems: an outcome with the values behind its numbers, two without, and what a run yields.
fn results_of_each_kind() -> Vec<String> {
    let of_kind = |kind: &str| {
        let mut comparison = read_back::compared(kind);
        comparison.designs.truncate(3);
        let mut published = comparison.published();
        published.designs.remove(0);
        comparison.designs.truncate(1);
        comparison.same_load = None;
        published.same_load = None;
        [&comparison, &published].map(|one| serde_json::to_string_pretty(one).expect("JSON"))
    };
    ["layered", "service"].into_iter().flat_map(of_kind).chain(read_back::runs("service").into_iter().take(1)).collect()
}

/// Two results are held against each other either way, and one against itself.
fn held_against(one: &Comparison, other: &Comparison) {
    for [a, b] in [[one, other], [other, one], [one, one]] {
        let [a, b] = [("a", a), ("b", b)].map(|(name, of)| Told { name, base: &of.base, designs: &of.designs });
        let found = Contrast::of(a, b);
        let _ = reports::json::difference(&found);
        assert!(!reports::table::difference(&found, true, Style::default()).is_empty());
    }
}

#[test]
fn results() {
    each(400, (select(results_of_each_kind()), damages()), |(text, damages)| {
        let whole = Comparison::read(&text);
        let Ok(text) = String::from_utf8(damaged(&text, &damages)) else { return };
        match Comparison::read(&text) {
            Ok(comparison) => {
                let _ = reports::table::comparison(&comparison, Style::default());
                let _ = reports::page::comparison::page(&comparison);
                held_against(&comparison, whole.as_ref().unwrap_or(&comparison));
                let again = serde_json::to_string(&comparison).expect("JSON");
                assert!(Comparison::read(&again) == Ok(comparison), "what is read can be written and read again");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        if let Ok(outcome) = planner::read::<Outcome>(&text) {
            for sketch in outcome.steps.iter().flat_map(|step| [&step.wait, &step.service]).chain([&outcome.sojourn]) {
                assert!(sketch.quantile(0.5).is_none() || sketch.mass() > 0.0);
                assert!(sketch.cumulative(50).len() <= 50 && (0.0..=1.0).contains(&sketch.share_within(1.0)));
            }
        }
    });
}
