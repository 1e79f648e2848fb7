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
        assert_eq!((&changed.system, &changed.fleet), (&plain.system, &plain.fleet), "{change}");
        assert_ne!(changed.economy, plain.economy, "{change}");
    }
    let shaped = case(&["fees.shape_load=true", "fees.tiers.private.target=30000/s"]);
    let flows = shaped.economy.fees.as_ref().expect("fees").equilibrium();
    let included: f64 = flows.iter().map(|flow| flow.included).sum::<f64>() * 2.0;
    assert!((shaped.system.layered().load_per_s / included - 1.0).abs() < 1e-9, "two blocks a second");
    assert!(shaped.system.layered().load_per_s < 0.9 * plain.system.layered().load_per_s);
    let private = shaped.system.layered().classes.iter().find(|class| class.name == "private").expect("private");
    assert!((private.share * shaped.system.layered().load_per_s / 30_000.0 - 1.0).abs() < 1e-9, "its target");
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
        // What the source says stands beside what one of its 60 machines, idle, would earn in a race that 60 of them win.
        assert!((value(outcome, "node.hybrid.proving_income_claimed") - idle * 500.0).abs() < 1e-6);
        assert_eq!(value(outcome, "node.hybrid.proving_income"), 0.0);
        assert!((value(outcome, "node.hybrid.income") - 10_000.0 * 0.04 / 12.0).abs() < 1e-6);
    }
    let delay = |outcome| value(outcome, "node.hybrid.block_delay");
    // The blocks of eight shards come at once and are checked one after the other: 4.5 of 31.25 · 14 ms / 16 on average.
    assert!((delay(&polite) / (4.5 * 31.25 * 0.014 / 16.0) - 1.0).abs() < 0.02, "{}", delay(&polite));
    assert!(delay(&stubborn) > 5.0, "a block waits for a proof of 30 s: {}", delay(&stubborn));
}

#[test]
fn an_idle_node_earns_what_a_prover_of_its_speed_earns() {
    // Jobs of 9 min on one machine, in turns: a hybrid that is idle for most of its time is in time for its turn, and earns
    // nearly as much as any of those who live on it.
    let outcome = simulated(EQUAL, "--set load.rate=500/s --set design.gpu.proving.leaf=shard_block");
    let (provers, idle) = (value(&outcome, "market.provers"), value(&outcome, "node.hybrid.proving_capacity"));
    assert!(provers == 25.0 && idle > 0.5, "{provers} provers, idle for {idle}");
    assert!((value(&outcome, "node.hybrid.epoch_proof") - 540.0 / idle).abs() < 5.0);
    // Late for the bonus: 125 of 175 tokens, in turns with the others at 0.10 USD.
    let (earned, share) = (value(&outcome, "node.hybrid.proving_income"), 730.0 / (provers + 1.0) * 0.1);
    assert!(
        earned >= 125.0 * share * 0.95 && earned <= 175.0 * share * 1.05,
        "{earned} of turns worth {share} a token"
    );
    assert!((value(&outcome, "node.hybrid.income") - earned - 10_000.0 * 0.04 / 12.0).abs() < 1e-6);
    let without = simulated(
        EQUAL,
        "--set nodes.kind.hybrid.proves=preemptive --set market.rewards.base=0 --set \
        market.rewards.quality=0 --set market.rewards.bonus=0 --set load.rate=500/s",
    );
    assert_eq!(value(&without, "node.hybrid.proving_income"), 0.0, "proofs that pay nothing");
}

#[test]
fn the_fast_win_races_and_the_cheap_take_turns() {
    let provers = |mechanism: &str| {
        let outcome = simulated("extends = \"provers\"\n", &format!("--set market.mechanism={mechanism}"));
        let of = |kind: &str, figure: &str| value(&outcome, &format!("prover.{kind}.{figure}"));
        // By hand: 730 proofs at 0.10 USD, 175 tokens in less than 10 min and 125 after; $292 and $120.45 a month.
        assert_eq!(
            [of("rtx4090", "break_even"), of("rtx3090", "break_even"), of("cpu", "break_even")],
            [43.0, 75.0, 0.0]
        );
        assert!((of("rtx3090", "prove_time") - 540.0 * 23.4 / 14.84).abs() < 1e-6);
        assert!(metric(&outcome, "market.break_even")["why"].as_str().is_some_and(|why| why.contains("kind")));
        let inputs = outcome["inputs"].as_array().expect("inputs").iter();
        let sourced =
            inputs.filter(|input| input["name"].as_str().is_some_and(|name| name.starts_with("market: rtx3090")));
        assert_eq!(sourced.filter(|input| input["known"] == "published").count(), 2, "speed and rent have sources");
        ["rtx4090", "rtx3090", "cpu"].map(|kind| of(kind, "provers"))
    };
    let [fast, cheap, slow] = provers("race");
    assert!(fast > 3.0 && cheap < 1.0 && slow == 0.0, "race: {fast} fast, {cheap} cheap, {slow} slow");
    let [fast, cheap, slow] = provers("lottery");
    assert!(fast < 5.0 && cheap > 50.0 && slow == 0.0, "lottery: {fast} fast, {cheap} cheap, {slow} slow");
}

#[test]
fn a_market_is_drawn_by_the_month_where_there_is_one() {
    let folder = folder();
    let line = "simulate layered --design gpu --costs claimed --sizing specified --replications 2 --out here";
    let empty = proofcast(folder.path(), line).expect(0);
    assert!(empty.contains("The market is empty: a prover of 60 machines costs $30 k a month"), "{empty}");
    assert!(!folder.path().join("here/market.csv").exists(), "there is no month to see");
    let living = proofcast(folder.path(), &format!("{line} --set market.work=9min")).expect(0);
    for part in ["The market sustains", "the market month by month", "(SVG and PNG) to here"] {
        assert!(living.contains(part), "no `{part}` in\n{living}");
    }
    let table = fs::read_to_string(folder.path().join("here/market.csv")).expect("written");
    assert_eq!(table.lines().count(), 1 + 2 * 48, "provers and profit of 48 months");
    assert!(
        folder.path().join("here/charts/market.svg").exists() && folder.path().join("here/charts/market.png").exists()
    );
}

#[test]
fn a_surge_is_told_with_all_that_it_does() {
    let outcome = simulated("extends = \"layered\"\n", "--set load.rate=150000/s");
    let of = |name: &str| value(&outcome, &format!("{name}.private"));
    assert_eq!((of("fee_asked"), of("fee_floor")), (3.0, 0.01));
    // Lognormal willingness of mean 0.1 and cv 1: a third pays median · exp(σ z), with σ² = ln 2 and z = 0.4307.
    let expected = 0.1 / 2.0_f64.sqrt() * (2.0_f64.ln().sqrt() * 0.430_73).exp();
    assert!((of("fee_equilibrium") / expected - 1.0).abs() < 1e-3, "{} by hand {expected}", of("fee_equilibrium"));
    assert!((of("fee") / expected - 1.0).abs() < 0.02 && of("fee_p50") <= of("fee_p99"), "{}", of("fee"));
    // Two of three do not pay it, and half of those move down.
    for figure in ["fee_downgraded", "fee_priced_out"] {
        assert!((of(figure) - 1.0 / 3.0).abs() < 0.01, "{figure}: {}", of(figure));
    }
    // Full blocks lift a fee by an eighth each, so ten times the floor takes 20 blocks of half a second, and then some.
    assert!((9.0..30.0).contains(&of("fee_climb")), "{}", of("fee_climb"));
    let revenue = 50_000.0 * expected * 0.1 * 3_600.0 * 730.0;
    assert!((of("fee_revenue") / revenue - 1.0).abs() < 0.02, "{} of {revenue}", of("fee_revenue"));
    // Where fees decide the load, the design carries what they let through.
    let shaped = simulated("extends = \"layered\"\n", "--set load.rate=150000/s --set fees.shape_load=true");
    let (offered, included) = (value(&shaped, "offered"), value(&shaped, "fee_included"));
    assert!((offered / included - 1.0).abs() < 0.005, "{offered} offered, {included} included slot by slot");
    assert_eq!((value(&outcome, "offered"), value(&shaped, "fee_sent")), (150_000.0, 150_000.0));
}

#[test]
fn the_money_of_a_scenario_is_checked_before_anything_runs() {
    let kind = |text: &str| format!("[market.kind.x]\n{text}");
    let faults = [
        ("[market]\nmechanism = \"raffle\"", "bad.toml:3:13", "`lottery`"),
        ("[market]\nprover.aim = \"2 h\"", "bad.toml:3:14", "deadline of `1 h`"),
        ("[market]\nmechanism = \"auction\"\nauction.least = 900", "auction.most", "below `least`"),
        ("[market]\nmonths = 1000\nwarm_up_months = 1000", "bad.toml:3:10", "at most 1000000"),
        ("[market]\ndeadline = \"400 d\"", "bad.toml:3:12", "at most 365 d"),
        ("[market]\nprover.spread = 99", "bad.toml:3:17", "from 0 to 3"),
        ("[fees]\nsimulated = \"2 d\"", "bad.toml:3:13", "at most a day"),
        ("[fees.tiers.private]\ntarget = \"1/s\"", "bad.toml:3:10", "less than one transaction"),
        ("[fees.tiers.private]\nfloor = 0", "bad.toml:3:9", "fees.tiers.private.floor"),
        ("[nodes.kind.cpu]\ncores = 0", "bad.toml:3:9", "from 1 to 4096"),
        ("[nodes.kind.gpu]\nspeedup.prayer = 2", "bad.toml:3", "no cost `prayer`"),
        ("[token]\nprice = \"$0\"", "bad.toml:3:9", "token.price"),
        (&kind("share = \"50 %\"\nspeed = 1\nmonthly = \"$9/month\""), "market.kind", "add to 50.0000 %"),
        (&kind("share = \"100 %\"\nmonthly = \"$9/month\""), "market.kind.x", "`speed` or a `ratio`"),
        (&kind("share = \"100 %\"\nspeed = 1"), "market.kind.x", "`monthly` bill or a `rent`"),
        (&kind("share = \"100 %\"\nspeed = 0\nmonthly = \"$9/month\""), "bad.toml:4:9", "from 0.000001 to 1000000"),
        (
            &kind("share = \"100 %\"\nspeed = 1\nrent = { provider = \"vast\", instance = \"tpu\" }"),
            "bad.toml:5",
            "no price for `tpu`",
        ),
        (
            &kind("share = \"100 %\"\nratio = { of = \"msm_g1_bn254\", machine = \"tpu\", against = \"RTX4090\" }"),
            "bad.toml:4",
            "no published time of `msm_g1_bn254` on `tpu`",
        ),
        ("[market.population]\nexpects = \"wonders\"", "bad.toml:3:11", "`trial`"),
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
