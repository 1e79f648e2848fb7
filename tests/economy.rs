//! Money from the scenario file to the report: the market where theory says, and nothing of it in the world.

use std::fs;

use scenarios::{Calibrations, Case, Sizing};
use serde_json::Value;

use crate::program::{folder, proofcast};

/// The gpu design as specified on claimed costs, which is not simulated at its load, so that only the studies are.
const STUDIES: &str = "--design gpu --costs claimed --sizing specified --replications 2 --json";
/// Provers without luck or differences, who prove in less than ten minutes on one machine.
const EQUAL: &str = "extends = \"layered\"\n[market]\nmechanism = \"round robin\"\nwork = \"9 min\"\nprover.spread = 0\n\
    population.speed_spread = 0\npopulation.cost_spread = 0\n";

fn simulated(text: &str, options: &str) -> Value {
    let folder = folder();
    fs::write(folder.path().join("mine.toml"), text).expect("written");
    proofcast(folder.path(), &format!("simulate mine.toml {STUDIES} {options}")).json()
}

fn metric<'a>(outcome: &'a Value, name: &str) -> &'a Value {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no metric `{name}`"))
}

fn value(outcome: &Value, name: &str) -> f64 {
    metric(outcome, name)["value"].as_f64().unwrap_or_else(|| panic!("{name}: {}", metric(outcome, name)))
}

fn case(changes: &[&str]) -> Case {
    let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
    let scenario = scenarios::open("layered", &changes).unwrap_or_else(|problems| panic!("{problems}"));
    let case = scenario.case("optimistic", "claimed", Sizing::Specified, &Calibrations::default());
    case.unwrap_or_else(|faults| panic!("{faults:?}"))
}

#[test]
fn equal_provers_settle_at_14_18_and_25() {
    for (quality, bonus, provers) in [(0, 0, 14.0), (25, 0, 18.0), (25, 50, 25.0)] {
        let rewards = format!("rewards.quality = {quality}\nrewards.bonus = {bonus}\n");
        let outcome = simulated(&format!("{EQUAL}{rewards}"), "");
        for name in ["market.break_even", "market.provers"] {
            assert_eq!(value(&outcome, name), provers, "{name} at {} tokens", 100 + quality + bonus);
        }
        // By hand: 730 epochs a month at 0.10 USD a token, less 500 USD each.
        let profit = f64::from(100 + quality + bonus) * 73.0 / provers - 500.0;
        assert!((value(&outcome, "market.profit") - profit).abs() < 0.01, "{}", value(&outcome, "market.profit"));
    }
}

#[test]
fn mechanisms_are_switched_from_the_command_line() {
    let wasted = |mechanism: &str| {
        let options = format!("--set market.work=9min --set market.mechanism={mechanism}");
        value(&simulated("extends = \"layered\"\n", &options), "market.wasted")
    };
    assert!(wasted("race") > 0.8, "racers work for nothing");
    assert_eq!([wasted("lottery"), wasted("auction")], [0.0, 0.0]);
}

#[test]
fn a_proof_past_its_deadline_is_said_to_be_one() {
    // The claimed GPU proves 5,000 tx/s: an epoch of 180 million takes it 10 h.
    let outcome = simulated("extends = \"layered\"\n", "--set market.prover.machines=1");
    assert_eq!(value(&outcome, "market.prove_time"), 36_000.0);
    for name in ["market.provers", "market.profit", "market.unproven"] {
        let metric = metric(&outcome, name);
        assert!(metric["value"].is_null(), "{metric}");
        let why = metric["why"].as_str().expect("a reason");
        assert!(why.contains("1 machine takes 10 h") && why.contains("would need 10 machines"), "{why}");
    }
}

#[test]
fn fees_rise_with_demand_and_stay_at_their_equilibrium() {
    let fee = |rate: &str| {
        let outcome = simulated("extends = \"layered\"\n", &format!("--set load.rate={rate}"));
        let (found, fluid) = (value(&outcome, "fee.private"), value(&outcome, "fee_equilibrium.private"));
        assert!((found / fluid - 1.0).abs() < 0.02, "{rate}: {found}, in equilibrium {fluid}");
        found
    };
    let fees = ["25000/s", "75000/s", "200000/s"].map(fee);
    assert!((fees[0] - 0.01).abs() < 1e-9, "below its target a tier charges its floor: {}", fees[0]);
    assert!(fees[1] > 2.0 * fees[0] && fees[2] > fees[1], "{fees:?}");
}

#[test]
fn nothing_of_the_money_enters_the_world_unless_asked() {
    let plain = case(&[]);
    for change in ["market.mechanism=auction", "fees.tiers.private.target=100/s", "nodes.stake=0", "token.price=$7"] {
        let changed = case(&[change]);
        assert_eq!((&changed.system, &changed.bill), (&plain.system, &plain.bill), "{change}");
        assert_ne!(changed.economy, plain.economy, "{change}");
    }
    let shaped = case(&["fees.shape_load=true", "fees.tiers.private.target=30000/s"]);
    let flows = shaped.economy.fees.as_ref().expect("fees").equilibrium();
    let included: f64 = flows.iter().map(|flow| flow.included).sum::<f64>() * 2.0;
    assert!((shaped.system.load_per_s / included - 1.0).abs() < 1e-9, "two blocks a second");
    assert!(shaped.system.load_per_s < 0.9 * plain.system.load_per_s);
    let private = shaped.system.classes.iter().find(|class| class.name == "private").expect("private");
    assert!((private.share * shaped.system.load_per_s / 30_000.0 - 1.0).abs() < 1e-9, "its target");
}

#[test]
fn a_hybrid_proves_when_it_is_idle() {
    let run = |discipline: &str| {
        let options = format!("--set load.rate=500/s --set nodes.kind.hybrid.proves={discipline}");
        simulated(
            "extends = \"layered\"\n",
            &format!("{options} --set proving.leaf=shard_block --set design.gpu.proving.leaf=shard_block"),
        )
    };
    let (polite, stubborn) = (run("preemptive"), run("non-preemptive"));
    for outcome in [&polite, &stubborn] {
        let idle = value(outcome, "node.hybrid.proving_capacity");
        // 500 tx/s of 5 + 10/1.4286 + 2 ms on 16 cores.
        assert!((idle - (1.0 - 500.0 * 0.014 / 16.0)).abs() < 0.01, "{idle}");
        let income = 10_000.0 * 0.04 / 12.0 + idle * 500.0;
        assert!((value(outcome, "node.hybrid.income") - income).abs() < 1e-6);
    }
    let delay = |outcome| value(outcome, "node.hybrid.block_delay");
    // The blocks of eight shards come at once and are checked one after the other: 4.5 of 31.25 · 14 ms / 16 on average.
    assert!((delay(&polite) / (4.5 * 31.25 * 0.014 / 16.0) - 1.0).abs() < 0.02, "{}", delay(&polite));
    assert!(delay(&stubborn) > 5.0, "a block waits for a proof of 30 s: {}", delay(&stubborn));
}

#[test]
fn the_money_of_a_scenario_is_checked_before_anything_runs() {
    let faults = [
        ("[market]\nmechanism = \"raffle\"", "bad.toml:3:13", "`lottery`"),
        ("[market]\nprover.aim = \"2 h\"", "bad.toml:3:14", "deadline of `1 h`"),
        ("[market]\nmechanism = \"auction\"\nauction.least = 900", "auction.most", "below `least`"),
        ("[market]\nmonths = 1000\nwarm_up_months = 1000", "bad.toml:3:10", "at most 1000000"),
        ("[market]\ndeadline = \"1e300 s\"", "bad.toml:3:12", "at most 365 d"),
        ("[market]\nprover.spread = 99", "bad.toml:3:17", "from 0 to 3"),
        ("[fees]\nsimulated = \"2 d\"", "bad.toml:3:13", "at most a day"),
        ("[fees.tiers.private]\ntarget = \"1/s\"", "bad.toml:3:10", "less than one transaction"),
        ("[fees.tiers.private]\nfloor = 0", "bad.toml:3:9", "fees.tiers.private.floor"),
        ("[nodes.kind.cpu]\ncores = 0", "bad.toml:3:9", "from 1 to 4096"),
        ("[nodes.kind.gpu]\nspeedup.prayer = 2", "bad.toml:3", "no cost `prayer`"),
        ("[token]\nprice = \"$0\"", "bad.toml:3:9", "token.price"),
    ];
    for (text, place, says) in faults {
        let folder = folder();
        fs::write(folder.path().join("bad.toml"), format!("extends = \"layered\"\n{text}\n")).expect("written");
        let run = proofcast(folder.path(), &format!("simulate bad.toml {STUDIES}"));
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{text}\n{}", run.err);
        assert!(run.err.contains(place) && run.err.contains(says), "{text}\n{}", run.err);
        assert!(!run.err.contains("panicked"), "{}", run.err);
    }
}
