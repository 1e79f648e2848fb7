//! Runs near saturation: what is printed holds the value of the long run, and what is too short for that is not printed.

use serde_json::Value;
use sim::Streams;

use crate::program::{folder, proofcast};

/// One shard of the hybrid design whose 16 cores carry 1,600 tx/s, in one region and behind links that take no time: a vote comes when
/// the block has been checked.
fn simulate(rate: u32, options: &str) -> Value {
    let folder = folder();
    std::fs::write(
        folder.path().join("near.toml"),
        "extends = \"layered\"\n[validators]\ndownlink = \"1000 Gbit/s\"\nuplink = \"1000 Gbit/s\"\n[network]\nregions = [\"N_Virginia\"]\n",
    )
    .expect("written");
    let off = "--set market=off --set fees=off --set nodes=off --set fraud=off --set votes=off";
    let case = "--design hybrid --costs claimed --sizing specified --set chain.shards=1 --json";
    let load = format!("--set design.hybrid.load.rate={rate}/s");
    proofcast(folder.path(), &format!("simulate near.toml {case} {load} {off} {options}")).json()
}

fn metric<'a>(outcome: &'a Value, name: &str) -> &'a Value {
    let metrics = outcome["metrics"].as_array().expect("a list of metrics");
    metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

/// Mean, median and 99th percentile of the time until a block's transactions have been checked, in the long run: the work
/// that 16 cores have in hand, slot by slot (Lindley's recursion), drawn here and not by the product.
fn long_run(rate: f64) -> [f64; 3] {
    let streams = Streams::new(7, 0);
    // Public, private and max-privacy transactions, and what they take.
    let kinds = [(0.7475, 0.007), (0.25, 0.017), (0.0025, 0.207)];
    let mut draws = kinds.map(|(share, check_s)| (streams.stream(&format!("{check_s}")), rate * 0.5 * share, check_s));
    let (mut work, mut seen) = (0.0_f64, Vec::new());
    for slot in 0..3_000_000 {
        let (mut count, mut brought) = (0.0, 0.0);
        for (stream, mean, check_s) in &mut draws {
            let here = stream.poisson(*mean) as f64;
            (count, brought) = (count + here, brought + here * *check_s);
        }
        if slot > 30_000 {
            seen.push(((work + brought) / 16.0, count));
        }
        work = (work + brought - 16.0 * 0.5).max(0.0);
    }
    let all: f64 = seen.iter().map(|(_, count)| count).sum();
    let mean = seen.iter().map(|(wait, count)| wait * count).sum::<f64>() / all;
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    let quantile = |share: f64| {
        let mut below = 0.0;
        let found = seen.iter().find(|(_, count)| {
            below += count;
            below >= share * all
        });
        found.map_or(f64::NAN, |(wait, _)| *wait)
    };
    [mean, quantile(0.5), quantile(0.99)]
}

#[test]
fn near_saturation_what_is_printed_holds_the_value_of_the_long_run() {
    const SEEDS: u32 = 20;
    // The recursion shares work between cores without end; whole transactions end a little later, at most one of 7 ms.
    const WHOLE_TRANSACTIONS_S: f64 = 0.007;
    let expected = long_run(1_590.0);
    let outcomes: Vec<Value> = (0..SEEDS).map(|seed| simulate(1_590, &format!("--seed {seed}"))).collect();
    for (name, truth) in ["mean", "p50", "p99"].into_iter().zip(expected) {
        let holds = |outcome: &&Value| {
            let found = metric(outcome, &format!("vote_finality.{name}"));
            let bound = |which: &str| found[which].as_f64().expect("an interval");
            bound("low") - WHOLE_TRANSACTIONS_S <= truth && truth <= bound("high") + WHOLE_TRANSACTIONS_S
        };
        let held = outcomes.iter().filter(holds).count();
        // At a true coverage of 93 %, fewer than 16 of 20 happens once in a hundred and fifty times.
        assert!(
            held >= 16,
            "{name}: {held} of {SEEDS} intervals hold {truth} s: {}",
            metric(&outcomes[0], &format!("vote_finality.{name}"))
        );
    }
}

#[test]
fn a_run_that_is_too_short_says_how_long_it_must_be() {
    let why = |outcome: &Value, name: &str| metric(outcome, name)["why"].as_str().unwrap_or_default().to_owned();
    let figures = ["vote_finality.p50", "vote_finality.p99", "optimistic_finality.mean"];
    // 99.94 % of what the cores carry: the backlog of an hour ago is still felt.
    let close = simulate(1_599, "--replications 2");
    for name in figures {
        let why = why(&close, name);
        assert!(
            why.contains("too short") && why.contains("validator cores") && why.contains("horizon of"),
            "{name}: {why}"
        );
    }
    // 99.7 %: long enough for the median, and not for the slowest in a hundred.
    let near = simulate(1_595, "--replications 2");
    assert!(metric(&near, "vote_finality.p50")["value"].is_f64());
    assert!(why(&near, "vote_finality.p99").contains("too short"), "{}", why(&near, "vote_finality.p99"));
    // 80 % and below: nothing is refused, even in an hour.
    let roomy = simulate(1_280, "--replications 2 --set horizon=1h");
    for name in figures {
        assert!(metric(&roomy, name)["value"].is_f64(), "{name}: {}", why(&roomy, name));
    }
}
