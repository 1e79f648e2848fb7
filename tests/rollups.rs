//! Rollups from the command line: the question of a team that runs one, its bill by hand, outages, and what is refused.

use std::fs;

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{folder, is_told, proofcast};

fn number(outcome: &Value, name: &str) -> f64 {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    let metric = metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    metric["value"].as_f64().unwrap_or_else(|| panic!("{name} has no value: {metric}"))
}

fn simulate(scenario: &str, options: &str) -> Value {
    let folder = folder();
    proofcast(folder.path(), &format!("simulate {scenario} --replications 2 --quiet --json {options}")).json()
}

/// "30 tx/s, peak 120, batches every minute, OpenVM-like proving on L40S or RTX 4090, proofs and blobs on Ethereum: how many GPUs, p99 to
/// proof finality, bill, cost a transaction?" From `new` and a handful of keys.
#[test]
fn the_question_of_a_team_takes_a_handful_of_keys() {
    let folder = folder();
    proofcast(folder.path(), "new mine.toml --from validity-rollup").expect(0);
    let path = folder.path().join("mine.toml");
    let mut text = fs::read_to_string(&path).expect("it was written");
    text.push_str(
        r#"
[load]
rate = "30 /s"
profile = { hours = [0.2, 0.2, 0.4, 1.0, 1.4, 4.0, 0.6, 0.2] }

[classes.transaction]
bytes = "150 B"
cycles = 2_000_000

[proving.system]
machine = ["l40s", "rtx4090"]
"#,
    );
    fs::write(&path, text).expect("it can be written");
    let options = "--design zkvm --set replications=2 --quiet --out o";
    let run = proofcast(folder.path(), &format!("simulate mine.toml {options} --json")).json();
    for metric in run["metrics"].as_array().expect("metrics") {
        assert!(is_told(metric), "{metric}");
    }
    // The cheaper GPU for every hour is the marketplace's, and the fleet is that of the peak.
    let (gpus, p99) = (number(&run, "units.provers"), number(&run, "proof_finality.p99"));
    assert!((10.0..60.0).contains(&gpus) && (600.0..3_600.0).contains(&p99), "{gpus} {p99}");
    let (bill, each) = (number(&run, "cost.total"), number(&run, "cost.per_transaction"));
    assert!((bill / (30.0 * 730.0 * 3_600.0) / each - 1.0).abs() < 1e-9, "{bill} {each}");
    assert!(run["machines"].to_string().contains("rtx4090"), "{}", run["machines"]);
    let plan = proofcast(
        folder.path(),
        &format!("plan mine.toml {options} --brief --json").replace("--set replications=2 ", ""),
    )
    .json();
    assert!(plan.to_string().contains("certif"), "{plan}");
}

/// What L1 takes in a month, by hand to the cent: blobs and gas at stated fees.
#[test]
fn the_l1_bill_of_a_month_by_hand() {
    let fixed = "--design zkvm --set l1.eth=$2000 --set l1.gas.fee=2gwei --set l1.gas.tip=0gwei --set l1.included=100%";
    // A batch of a minute, of which a blob holds all, and a settlement of 300,000 gas for twenty of them.
    let outcome = simulate("validity-rollup", fixed);
    let minutes = 730.0 * 60.0;
    let data_gas = minutes * 21_000.0 * 2e-9 * 2_000.0;
    let blobs = minutes * 131_072.0 * 0.0065e-9 * 2_000.0;
    let settlement = minutes / 20.0 * 300_000.0 * 2e-9 * 2_000.0;
    assert!(
        (number(&outcome, "cost.data") - data_gas - blobs).abs() < 0.005,
        "{} {data_gas} {blobs}",
        number(&outcome, "cost.data")
    );
    assert!((number(&outcome, "cost.settlement") - settlement).abs() < 0.005, "{settlement}");
}

#[test]
fn an_outage_is_recovered_from_and_its_time_is_told() {
    let outage = r#"--set proving.outages=[{at="8h",lasts="2h"}]"#;
    let outcome = simulate("validity-rollup", &format!("--design zkvm {outage}"));
    let (recovery, p99) = (number(&outcome, "recovery"), number(&outcome, "proof_finality.p99"));
    // Provers that are used for a share u of the time need u / (1 − u) as long as the outage.
    let share = number(&outcome, "utilization.provers");
    let expected = share / (1.0 - share) * 7_200.0;
    assert!((recovery / expected - 1.0).abs() < 0.35, "{recovery} {expected}");
    assert!(p99 > 7_200.0, "{p99}");
}

#[test]
fn more_blobs_cost_more_and_another_layer_uses_none() {
    let cost =
        |options: &str| number(&simulate("optimistic-rollup", &format!("--set horizon=12h {options}")), "cost.data");
    let (small, large) = (cost("--set classes.transaction.bytes=90B"), cost("--set classes.transaction.bytes=900B"));
    let calldata = cost("--set data.posted_as=calldata");
    assert!(small < large && large < calldata, "{small} {large} {calldata}");
    let elsewhere = simulate("optimistic-rollup", "--set horizon=12h --set data.posted_as=elsewhere");
    assert!(elsewhere["metrics"].as_array().expect("metrics").iter().all(|metric| metric["name"] != "blobs"));
}

#[test]
fn what_cannot_be_is_refused_with_its_key() {
    let folder = folder();
    let refused = |line: &str, says: &[&str]| refused(folder.path(), line, says);
    refused("simulate optimistic-rollup --set data.level=chanel", &["data.level", "did you mean `channel`"]);
    refused("simulate validity-rollup --design zkvm --set level.1.join=off", &["level.1.join", "missing"]);
    refused(
        "simulate validity-rollup --design zkvm --set level.0.age=off --set level.0.bytes=off",
        &["level.0", "never closes"],
    );
    refused("simulate validity-rollup --design zkvm --set proving.needed=3", &["proving.needed", "1 proof system"]);
    refused("simulate optimistic-rollup --set l1.blobs.target=30", &["l1.blobs.target", "below the most"]);
    refused("simulate validity-rollup --design zkvm --set proving.system.timeout=1s", &["timeout", "always too late"]);
    refused(r#"simulate optimistic-rollup --set l1.outages=[{lasts="1h"}]"#, &["l1.outages.0", "between"]);
}

/// A bound on a cost is held against the same figure in the search and in its tests: a looser one is never missed where a tighter one is kept.
#[test]
fn a_looser_bound_on_a_cost_is_kept_where_a_tighter_one_is() {
    let planned = |usd: &str| {
        let folder = folder();
        let line = format!(
            "plan validity-rollup --design zkvm --objective proof_finality.p99<=1h --objective cost.per_transaction<=${usd} --brief --quiet --json --out o"
        );
        proofcast(folder.path(), &line).status
    };
    let statuses = ["0.00061", "0.000615", "0.00062", "0.00065", "0.0007"].map(planned);
    assert!(statuses.is_sorted_by(|tight, loose| *tight != Some(0) || *loose == Some(0)), "{statuses:?}");
    assert_eq!(statuses[4], Some(0), "{statuses:?}");
}

#[test]
fn what_l1_has_no_room_for_is_not_posted() {
    let outcome = simulate("optimistic-rollup", "--set horizon=12h --set classes.transaction.bytes=100kB");
    assert_eq!(outcome["limited_by"], "blobs");
}

/// Every published figure of both scenarios has a verdict, and nothing that it rests on is missing.
#[test]
fn published_figures_are_judged() {
    for scenario in ["optimistic-rollup", "validity-rollup"] {
        let folder = folder();
        let judged =
            proofcast(folder.path(), &format!("claims {scenario} --replications 2 --quiet --json --out o")).json();
        let claims = judged["claims"].as_array().expect("claims");
        assert!(claims.len() >= 7, "{scenario}: {}", claims.len());
        let verdicts: Vec<&str> = claims.iter().filter_map(|claim| claim["verdict"].as_str()).collect();
        assert!(
            verdicts.iter().all(|verdict| ["holds", "fails", "undecided"].contains(verdict)),
            "{scenario}: {verdicts:?}"
        );
        assert!(verdicts.contains(&"holds") && verdicts.contains(&"fails"), "{scenario}: {verdicts:?}");
    }
}

/// The worst attack on an output of the OP Stack, by hand, and what a watcher costs and is worth.
#[test]
fn what_an_attack_delays_and_costs_by_hand() {
    let fixed = "--set horizon=12h --set l1.eth=$2000 --set l1.eth_within=1";
    let one = simulate("optimistic-rollup", fixed);
    // 36 answers of 10 min and 36 extensions of 3 h after a challenge at the end of the clock.
    assert!((number(&one, "attack.delay") - 36.0 * (600.0 + 10_800.0) - 600.0).abs() < 1e-6);
    let bonds: f64 = (1..=73).step_by(2).map(|depth| 0.08 * 1.09493f64.powi(depth)).sum();
    assert!((number(&one, "attack.bonds") / bonds - 1.0).abs() < 1e-12);
    let (cost, reward) = (number(&one, "attack.cost"), number(&one, "defence.reward"));
    assert!(
        (reward / bonds / 2_000.0 - 1.0).abs() < 1e-12 && cost > reward && cost < 1.001 * reward,
        "{cost} {reward}"
    );
    assert!((number(&one, "disputes.longest") - 604_800.0 - 71.0 * 10_800.0 - 600.0).abs() < 1e-6);
    assert!((number(&one, "survival") - (0.001 + 0.999 * 0.01)).abs() < 1e-12);
    let three = simulate("optimistic-rollup", &format!("{fixed} --set watchers.count=3"));
    assert!((number(&three, "survival") - (0.001 + 0.999 * 1e-6)).abs() < 1e-12);
    let watching = |outcome| number(outcome, "cost.validation");
    assert!((watching(&three) / watching(&one) - 3.0).abs() < 1e-12);
    // Nothing that is challenged is in the bill of a rollup of which nothing is.
    assert!(!one["bill"].to_string().contains("gas for disputes"), "{}", one["bill"]);
    let challenged = simulate("optimistic-rollup", &format!("{fixed} --set window.challenged=100%"));
    assert!(challenged["bill"].to_string().contains("gas for disputes"), "{}", challenged["bill"]);
    let later = number(&challenged, "disputes.delay.mean");
    assert!(later > 36.0 * 600.0 && later < number(&one, "attack.delay"), "{later}");
    assert!(number(&challenged, "withdrawable.p50") > number(&one, "withdrawable.p50") + 36.0 * 600.0);
    assert!(number(&challenged, "capital.bonds") > number(&one, "capital.bonds"));
}

#[test]
fn every_switch_of_the_library_can_be_switched() {
    let folder = folder();
    let line = "compare optimistic-rollup --switches --design op_stack --replications 2 --quiet --set horizon=12h";
    let told = proofcast(folder.path(), line).expect(0);
    assert!(told.contains("three watchers") && told.contains("cheap blobs"), "{told}");
}

#[test]
fn a_window_without_a_game_is_a_plain_length() {
    let plain = "--set horizon=12h --set window.game=off --set window.dispute=7d --set watchers=off";
    let outcome = simulate("optimistic-rollup", plain);
    let names: Vec<&str> =
        outcome["metrics"].as_array().expect("metrics").iter().filter_map(|metric| metric["name"].as_str()).collect();
    let of_games = ["attack.", "defence.", "survival", "disputes", "cost.validation"];
    assert!(!names.iter().any(|name| of_games.iter().any(|of| name.starts_with(of))), "{names:?}");
    let challenged = simulate("optimistic-rollup", &format!("{plain} --set window.challenged=100%"));
    let (at_once, later) = (number(&outcome, "hard_finality.mean"), number(&challenged, "hard_finality.mean"));
    assert!(later > at_once + 86_400.0 && later < at_once + 6.0 * 86_400.0, "{at_once} {later}");
}

#[test]
fn games_that_cannot_be_played_are_refused_with_their_key() {
    let folder = folder();
    let watchers = r#"{count=1,ready="1",common_failure="0",pickup="1h",machine="node"}"#;
    let line = format!("simulate validity-rollup --set watchers={watchers}");
    refused(folder.path(), &line, &["watchers", "no `window`"]);
    let refused = |set: &str, says: &[&str]| {
        refused(folder.path(), &format!("simulate optimistic-rollup {set}"), says);
    };
    refused("--set design.op_stack.window.game=off", &["window.dispute", "missing"]);
    refused("--set design.op_stack.window.game.bisection=off", &["window.game", "say what decides"]);
    let proof = "--set window.game.proof={cycles=1e12,cycles_per_second=1e6,per_billion_cycles=\"$1\"}";
    refused(proof, &["window.game", "say one of them"]);
    refused(&format!("{proof} --set window.game.bisection=off"), &["window.game.clock", "1000000 s"]);
    refused("--set window.game.clock=8d", &["window.game.clock", "window.length"]);
    refused("--set window.game.clock=1h", &["window.game.bisection.extension", "longer than"]);
    refused("--set window.game.grace=10000d", &["window.game.grace", "too long"]);
    refused("--set window.game.bisection.move=5h", &["window.game.bisection.move", "would lose"]);
    refused("--set window.game.bisection.last_depth=74", &["last_depth", "73"]);
    refused("--set window.game.level=[]", &["window.game.level", "1 to 1000 moves"]);
    refused("--set window.game.level.0.growth=99", &["window.game.level", "at most"]);
    refused("--set window.game.bisection.move=400000d", &["window.game.bisection.move", "36500 d"]);
    refused(
        r#"--set window.game.several="one\u0020after\u0020another""#,
        &["window.game.several", "since the challenge"],
    );
}
