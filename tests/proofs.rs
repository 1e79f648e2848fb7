//! Proof tree, fraud window, optimisations and timeline from the command line.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{WORLD_ALONE, document, folder, proofcast};

/// Values of an outcome's metrics by name.
fn metrics(folder: &Path, options: &str) -> BTreeMap<String, Option<f64>> {
    metrics_of(folder, "layered", options)
}

/// The same of the library's scenario with these lines laid over it, whose values may have blanks.
fn metrics_with(folder: &Path, lines: &str, options: &str) -> BTreeMap<String, Option<f64>> {
    fs::write(folder.join("over.toml"), format!("extends = \"layered\"\n{lines}\n")).expect("written");
    metrics_of(folder, "over.toml", options)
}

fn metrics_of(folder: &Path, scenario: &str, options: &str) -> BTreeMap<String, Option<f64>> {
    let run = proofcast(folder, &format!("simulate {scenario} --costs claimed {WORLD_ALONE} --json {options}")).json();
    let metrics = run["metrics"].as_array().expect("a list of metrics");
    let name = |metric: &Value| metric["name"].as_str().unwrap_or_default().to_owned();
    metrics.iter().map(|metric| (name(metric), metric["value"].as_f64())).collect()
}

fn value(metrics: &BTreeMap<String, Option<f64>>, name: &str) -> f64 {
    metrics.get(name).copied().flatten().unwrap_or_else(|| panic!("no value of {name} in {metrics:?}"))
}

/// A small hierarchical design whose epoch of five minutes has ten segments of each shard, and servers in plenty.
const SMALL: &str = "--design hierarchical --set validators.machine=off --set design.hierarchical.load.rate=200/s --set chain.epoch=300s \
                     --set horizon=1200s --set warm_up=300s --set proving.daily.epochs=4 --set books.claimed.target_utilization=2% --set books.claimed.spread=0 --replications 3";

#[test]
fn the_levels_of_the_tree_add_up_to_the_proof_of_the_epoch() {
    let folder = folder();
    let found = metrics(folder.path(), SMALL);
    let path: f64 = ["leaves", "segments", "shard_epoch_proof", "global_epoch_proof"]
        .iter()
        .map(|level| value(&found, &format!("level.{level}.critical")))
        .sum();
    let (shortest, longest) = (value(&found, "epoch_proof.p50"), value(&found, "epoch_proof.max"));
    // The last segment begins with the end of its epoch; acceptance waits for the next block, its check and its vote.
    // Services of a millionth around their mean.
    assert!((path - (30.0 + 60.0 + 120.0)).abs() < 0.01, "{path} s of levels");
    assert!(shortest > path && longest - path < 2.0, "{path} s of levels, {shortest} to {longest} s");
    let shares = ["leaves", "segments", "shard_epoch_proof", "global_epoch_proof", "day"];
    let sum: f64 = shares.iter().map(|level| value(&found, &format!("level.{level}.utilization"))).sum();
    assert!((sum / value(&found, "utilization.provers") - 1.0).abs() < 1e-6, "{sum}");
    // The day's proof takes its ten minutes after the last of its four epochs.
    assert!((600.0..600.0 + longest + 60.0).contains(&value(&found, "daily_proof.p50")), "{found:?}");
    assert!((value(&found, "level.day.critical") - 600.0).abs() < 0.01);
    assert_eq!(value(&found, "light_client.verify"), 0.3);
    assert_eq!(value(&found, "level.witness.critical"), 0.05);
}

#[test]
fn a_node_costs_what_it_covers_where_the_book_says_so() {
    let folder = folder();
    let cost = |cost: &str| {
        let book = format!("--set books.claimed.costs.global_epoch_node=[{{from='claimed',{cost},source='test'}}]");
        value(&metrics(folder.path(), &format!("{SMALL} {book}")), "level.global_epoch_proof.critical")
    };
    let (constant, scaled) = (cost("time='30s'"), cost("time='1ms',transactions=1"));
    // 300 s of 200 tx/s are about 60,000 transactions of 1 ms.
    assert!((constant - 30.0).abs() < 0.001, "{constant} s");
    assert!((scaled / 60.0 - 1.0).abs() < 0.02, "{scaled} s");
}

#[test]
fn no_invalid_block_is_no_difference_and_many_are_seen() {
    let folder = folder();
    let with = |invalid: &str| metrics(folder.path(), &format!("{SMALL} --set fraud.invalid={invalid}"));
    let (none, rare, many) = (with("0"), with("1e-9"), with("0.002"));
    for name in ["proof_finality.p99", "optimistic_finality.mean", "epoch_proof.max", "cost.total"] {
        assert_eq!(none[name], rare[name], "{name}");
    }
    assert_eq!((none["reverted"], rare["reverted"]), (Some(0.0), None), "impossible, and not seen");
    assert!(value(&many, "reverted") > 0.0 && value(&many, "wasted_proving") > 0.0);
    // Both estimate the same mean; about 20 reverts in all.
    let ratio = value(&many, "reverts") / value(&many, "reverts.expected");
    assert!((0.4..2.0).contains(&ratio), "{ratio}");
    for found in [&none, &rare, &many] {
        let (unproven, all) = (value(found, "reversal.1min.unproven"), value(found, "reversal.1min"));
        assert!(unproven >= all * (1.0 - 1e-12), "who is proven bears nothing of it");
    }
    assert!(value(&many, "refunded") > 0.0 && value(&many, "slashed") > 0.0);
    for found in [&none, &rare, &many] {
        assert!((0.0..300.0).contains(&value(found, "fraud_proof.p99")));
        assert!((value(found, "survival") - 0.001).abs() < 1e-6, "the common failure is what remains");
    }
    assert!(value(&many, "reversal.0s") > value(&many, "reversal.1min"));
    let most = with("0.5");
    assert!(most.contains_key("reverted") && most["reverts.expected"].is_none(), "they are not thrown out one by one");
}

/// What is seen of reverts where there are many, and what is expected of them: segments of 64 slots of every shard, of one
/// slot, and of 64 slots above nodes that take a minute.
#[test]
fn reverts_and_what_they_waste_are_as_frequent_as_expected() {
    let folder = folder();
    let costs = [
        "gpu_pair=[{from='claimed',time='50ms',source='test'}]",
        "nothing=[{from='claimed',time='30ms',source='test'}]",
    ]
    .map(|cost| format!(" --set books.claimed.costs.{cost}"))
    .concat();
    for design in ["combined", "gpu", "hierarchical"] {
        let options = format!(
            "--design {design} --set load.rate=2000/s --set design.{design}.load.rate=2000/s --set chain.epoch=600s \
             --set horizon=5h --set warm_up=10min --set fraud.invalid=0.002 --set fraud.watchers.pickup=20s \
             --set books.claimed.target_utilization=60% --set books.claimed.costs.daily_node=[] --replications 10{costs}"
        );
        let run = proofcast(folder.path(), &format!("simulate layered --costs claimed --json {options}")).json();
        let metric = |name: &str| {
            let mut metrics = run["metrics"].as_array().expect("metrics").iter();
            let found = metrics.find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no {name}"));
            ["value", "low", "high"].map(|part| found[part].as_f64().unwrap_or(f64::NAN))
        };
        for name in ["reverts", "reverted", "refunded", "slashed", "wasted_proving"] {
            let ([seen, low, high], [expected, ..]) = (metric(name), metric(&format!("{name}.expected")));
            // Of invalid blocks, one in fifty is thrown out with an earlier one: that is expected to be a revert of its own.
            let allowed = 1.5 * (high - low) / 2.0 + 0.02 * expected;
            assert!((seen - expected).abs() < allowed, "{design}, {name}: {expected} expected, {low} to {high}");
            assert!((high - low) / 2.0 < 0.3 * expected, "{design}, {name}: {low} to {high}");
        }
        // Half a slot more or less in a revert of nine would be 6 %.
        let of_one = |suffix: &str| metric(&format!("reverted{suffix}"))[0] / metric(&format!("reverts{suffix}"))[0];
        let ratio = of_one("") / of_one(".expected");
        assert!((ratio - 1.0).abs() < 0.04, "{design}: {ratio}");
    }
}

#[test]
fn watchers_are_a_stage_with_a_bill() {
    let folder = folder();
    let with = |set: &str| metrics(folder.path(), &format!("{SMALL} --set votes=off --set fraud.invalid=0.001{set}"));
    let (shared, all) = (with(""), with(" --set fraud.watchers.coverage=100%"));
    // A validator that is sized for 2 % of its cores: 200 transactions of 17 ms a second, and as much again where all blocks
    // are re-executed.
    let cores = |found: &BTreeMap<String, Option<f64>>| value(found, "units.validators") * 16.0;
    for (found, coverage) in [(&shared, 0.1), (&all, 1.0)] {
        let again = 200.0 * 0.017 * coverage;
        let close = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-9, "{found}, {expected}");
        close(value(found, "utilization.watchers"), (3.4 + again) / cores(found));
        close(value(found, "capacity.watchers"), cores(found) / (0.017 * (1.0 + coverage)));
        close(value(found, "cost.watching"), value(found, "cost.validation") * again / cores(found));
        assert!(value(found, "utilization.watchers") < 0.02, "sized for both");
    }
    assert!(cores(&all) > 1.5 * cores(&shared) && value(&all, "cost.total") > value(&shared, "cost.total"));
    assert!(value(&all, "fraud_proof.p99") < value(&shared, "fraud_proof.p99"), "more eyes see more");
    // On one machine each beside a validator's, at the price of a validator's.
    let own = with(" --set fraud.watchers.own_machines=1");
    let machine = value(&own, "cost.watching") / 400.0;
    let machines = 400.0 * (value(&own, "units.validators") + 1.0);
    assert!((value(&own, "cost.validation") / machines / machine - 1.0).abs() < 1e-9);
    assert!((value(&own, "capacity.watchers") - 16.0 / 0.0017).abs() < 1e-6);
    // A single core follows 59 of 200 transactions a second: the chain goes on, and nothing is known of its fraud proofs.
    let lost = with(" --set fraud.watchers.own_machines=1 --set fraud.watchers.coverage=100% --set validators.cores=1");
    assert_eq!((value(&lost, "throughput"), lost["optimistic_finality.p50"].is_some()), (200.0, true));
    for name in ["fraud_proof.p99", "survival", "reversal.1s", "reverts.expected", "reverts"] {
        assert_eq!(lost[name], None, "{name}");
    }
    let run = proofcast(
        folder.path(),
        &format!(
            "simulate layered --costs claimed {SMALL} --set fraud.watchers.own_machines=1 --set fraud.watchers.coverage=100% --set validators.cores=1 --json"
        ),
    );
    assert!(run.out.contains("watchers saturate at 59 tx/s"), "{}", run.out);
}

#[test]
fn every_optimisation_is_seen_alone_and_together() {
    let folder = folder();
    let with = |switches: &[&str]| {
        let set: String = switches.iter().map(|switch| format!(" --set optimisations.{switch}")).collect();
        metrics(folder.path(), &format!("--design gpu --set horizon=1h --replications 2{set}"))
    };
    let proving = |switches: &[&str]| value(&with(switches), "units.provers");
    let off = proving(&[]);
    let (reuse, incremental) = (proving(&["component_reuse.on=true"]), proving(&["incremental.on=true"]));
    let both = proving(&["component_reuse.on=true", "incremental.on=true"]);
    assert_eq!((off, reuse, incremental, both), (11.0, 7.0, 4.0, 2.0), "10 GPUs; 6, 3 and 1.8 of their work");
}

#[test]
fn batches_of_signatures_by_hand() {
    let folder = folder();
    // 200 tx/s are 12.5 signatures in a block of one of 8 shards every half second; votes, which are checked in batches too, aside.
    let options = format!("{SMALL} --sizing specified --set votes=off");
    let with =
        |batch: &str| metrics(folder.path(), &format!("{options} --set optimisations.signature_batch.on=true{batch}"));
    let off = metrics(folder.path(), &options);
    let cores = "capacity.validator_cores";
    let cores_per_ms = value(&off, cores) * (5.0 + 10.0 + 2.0);
    let few = with("");
    assert_eq!(few[cores], off[cores], "a batch of 100 is never full");
    assert!(value(&few, "cost.validation") > value(&off, "cost.validation"), "and the GPU is paid for");
    // Ten of them fill a batch and take a third of 5 ms, 2.5 are left over: 14.33 ms with witness and look-up.
    let some = with(" --set optimisations.signature_batch.batch=10");
    let per_transaction_ms = (10.0 / 3.0 + 2.5) / 12.5 * 5.0 + 10.0 + 2.0;
    assert!((value(&some, cores) * per_transaction_ms / cores_per_ms - 1.0).abs() < 1e-9, "{some:?}");
    // All the same whoever checks what, and votes come sooner by a part of the check.
    let shard = "validators.validation = \"own shard\"\noptimisations.signature_batch = { on = true, batch = 10 }";
    let shard = metrics_with(folder.path(), shard, &options);
    assert!((value(&shard, cores) / value(&some, cores) / 8.0 - 1.0).abs() < 1e-9);
    let gained = value(&off, "vote_finality.mean") - value(&some, "vote_finality.mean");
    assert!((1e-4..0.1).contains(&gained), "{gained} s");
}

#[test]
fn a_timeline_is_complete_nested_and_named() {
    let folder = folder();
    let line = format!("simulate layered --costs claimed {SMALL} --set fraud.invalid=0.002 --timeline run.json --json");
    let outcome = proofcast(folder.path(), &line).json();
    assert_eq!(outcome["schema"], "proofcast/outcome/1", "the answer is still one document");
    let text = fs::read_to_string(folder.path().join("run.json")).expect("written");
    let trace = document(&text);
    let events = trace["traceEvents"].as_array().expect("events");
    let mut names = BTreeMap::new();
    let mut ends: BTreeMap<u64, f64> = BTreeMap::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for event in events {
        let row = event["tid"].as_u64().expect("a row");
        if event["ph"] == "M" {
            if event["name"] == "thread_name" {
                names.insert(row, event["args"]["name"].as_str().expect("a name").to_owned());
            }
            continue;
        }
        let (from, lasts) = (event["ts"].as_f64().expect("a time"), event["dur"].as_f64().unwrap_or(0.0));
        let end = ends.entry(row).or_insert(0.0);
        assert!(from >= *end - 1e-3 && lasts >= 0.0, "spans of a row follow each other: {event} before {end}");
        *end = from + lasts;
        let name = names.get(&row).unwrap_or_else(|| panic!("the row of {event} has no name"));
        *seen.entry(name.split(" (").next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    assert_eq!(seen["blocks"], 5 * 600, "every slot of warm-up and measured time");
    assert_eq!(seen["votes, shard 7"], 5 * 600);
    assert!(seen["epoch proofs"] >= 4 && seen["proofs: leaves"] >= 4 * 80 && seen["disputes"] >= 2, "{seen:?}");
    for track in ["proofs: shard epoch proof", "proofs: global epoch proof", "proofs: day"] {
        assert!(seen.contains_key(track), "{track} is missing: {seen:?}");
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_reason() {
    let folder = folder();
    let refused = |options: &str, says: &[&str]| {
        let run = proofcast(folder.path(), &format!("simulate layered --costs claimed {options}"));
        assert!(!run.err.contains("panicked"), "{}", run.err);
        says.iter().for_each(|says| assert!(run.err.contains(says), "no `{says}` in {}", run.err));
        run.expect(2);
    };
    refused("--timeline long.json", &["200,000", "--set horizon"]);
    assert!(!folder.path().join("long.json").exists());
    refused("--set fraud.invalid=2", &["fraud.invalid"]);
    refused("--set fraud.window=0s", &["fraud.window"]);
    refused("--set fraud.window=9999d", &["fraud.window", "3650 d"]);
    refused("--set fraud.window=3000d", &["fraud.window", "at most"]);
    refused("--set fraud.watchers.own_machines=-1", &["own_machines"]);
    refused("--set fraud.watchers.build=nothin", &["fraud.watchers.build", "nothing"]);
    refused("--set fraud.dispute.protocol=chess", &["one round", "bisection"]);
    refused("--set fraud.dispute.rounds=0", &["rounds"]);
    refused("--set fraud.watchers.pickup=4000d", &["fraud.watchers.pickup", "3650 d"]);
    refused("--set optimisations.lazy.when=never", &["on request", "on challenge"]);
    refused("--set optimisations.signature_batch.speedup=0.5", &["speedup"]);
    refused("--set optimisations.lazy.requests=0", &["requests"]);
    refused("--set optimisations.lazy.reach=0", &["reach"]);
    refused("--set optimisations.proof_cache.proofs=0", &["proofs"]);
    refused("--set optimisations.witness_cache.cores=0", &["cores"]);
    let lost = "extends = \"layered\"\n[optimisations]\nlazy.when = \"on request\"\nwitness_cache.size = \"wit\"\n";
    fs::write(folder.path().join("lost.toml"), lost).expect("written");
    let run = proofcast(folder.path(), "simulate lost.toml --costs claimed");
    assert!(run.err.contains("lost.toml:4") && run.err.contains("no size `wit`; sizes: "), "{}", run.err);
    run.expect(2);
    refused("--set proving.daily.epochs=1", &["proving.daily.epochs"]);
    refused("--set proving.daily.node=no", &["proving.daily.node"]);
    refused("--set light_client.verify=no", &["light_client.verify"]);
    refused("--set proving.witness=no", &["proving.witness"]);
}

/// The library's scenario without its optional sections.
fn bare(folder: &Path) {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/library/systems/layered.toml"));
    let text = text.expect("the library");
    let from = text.find("[proving.daily]").expect("the first optional section");
    let until = text.find("# Each of these is a switch").expect("what follows the fraud window");
    fs::write(folder.join("bare.toml"), format!("{}{}", &text[..from], &text[until..])).expect("written");
}

#[test]
fn a_scenario_needs_no_fraud_window_nor_days() {
    let folder = folder();
    bare(folder.path());
    let line = "simulate bare.toml --costs claimed --design gpu --set horizon=1h --replications 2 --json";
    let outcome = proofcast(folder.path(), line).json();
    let names: Vec<&str> =
        outcome["metrics"].as_array().expect("metrics").iter().filter_map(|m| m["name"].as_str()).collect();
    assert!(names.contains(&"epoch_proof.p50"));
    for absent in ["reverted", "survival", "daily_proof.p50", "light_client.verify", "level.day.work"] {
        assert!(!names.contains(&absent), "{absent} in {names:?}");
    }
    fs::write(
        folder.path().join("lazy.toml"),
        "extends = \"bare.toml\"\n[optimisations.lazy]\nwhen = \"on challenge\"\n",
    )
    .expect("written");
    let run = proofcast(folder.path(), "simulate lazy.toml --costs claimed");
    assert!(run.err.contains("lazy.toml:3") && run.err.contains("needs the section `fraud`"), "{}", run.err);
    run.expect(2);
}

#[test]
fn proofs_at_the_end_of_epochs_cost_as_much_and_come_later() {
    let folder = folder();
    let with = |when: &str| {
        let lazy = format!("optimisations.lazy.when = \"{when}\"");
        metrics_with(folder.path(), &lazy, "--design gpu --replications 2")
    };
    let (off, late) = (with("off"), with("at epoch end"));
    assert_eq!(value(&off, "units.provers"), value(&late, "units.provers"));
    assert!(value(&late, "epoch_proof.p50") > 10.0 * value(&off, "epoch_proof.p50"));
    assert_eq!(late["daily_proof.p50"], None);
}

#[test]
fn caches_and_archives_decide_what_proofs_on_request_cost() {
    let folder = folder();
    let with = |set: &str| {
        let options = format!("--design gpu --set books.claimed.target_utilization=80% --replications 2{set}");
        metrics_with(folder.path(), "optimisations.lazy.when = \"on request\"", &options)
    };
    let (cache, archive) = (" --set optimisations.proof_cache.on=true", " --set optimisations.witness_cache.on=true");
    let [none, cached, archived, both] =
        [String::new(), cache.into(), archive.into(), format!("{cache}{archive}")].map(|set| with(&set));
    // Half a proof an epoch by 10 GPUs' work is 5 of them; of first requests there are 1 − e^−½ an epoch.
    let needs =
        |found: &BTreeMap<String, Option<f64>>| value(found, "units.provers") * value(found, "utilization.provers");
    assert!((needs(&archived) - 5.0).abs() < 0.01, "{}", needs(&archived));
    assert!((needs(&both) - 10.0 * (1.0 - (-0.5f64).exp())).abs() < 0.01, "{}", needs(&both));
    // Without the archive, nine tenths of 180 M witnesses are made again, 50 ms each on 16 cores.
    let again = (needs(&none) - 5.0) / (0.5 * 180e6 * 0.05 / 16.0 / 3_600.0);
    assert!((0.9..0.92).contains(&again), "{again}");
    assert!(needs(&cached) < 0.8 * needs(&none));
    assert!(value(&cached, "requests.witnesses_again") > 0.8 && value(&both, "requests.witnesses_again") == 0.0);
    // The archive is on the bill: 169 h of 50,000 witnesses of 5 kB a second at $23 a terabyte.
    let machines = value(&archived, "units.provers") * 2.0 * 730.0;
    assert!((value(&archived, "cost.proving") - machines - 152.1 * 23.0).abs() < 1e-6);
    // What was seen is what was expected: 1 − (1 − e^−½) / ½ of the requests are not the first for their epoch.
    for found in [&cached, &both] {
        let expected = value(found, "requests.hits.expected");
        assert!(value(found, "request.p50") > 0.0);
        let seen = value(found, "requests.at_once") + value(found, "requests.joined");
        assert!(seen > expected - 0.02 && seen < expected + 0.15, "{seen} for {expected}");
    }
    assert!((value(&cached, "requests.hits.expected") - 0.213).abs() < 0.001);
    assert_eq!(cached["proof_finality.p99"], None, "nothing waits for a proof on request");
}
