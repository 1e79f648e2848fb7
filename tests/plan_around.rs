//! What lies around plans, from the command line: equal ones, what nobody can meet, what more would cost and what measuring would be worth.

use serde_json::Value;

use crate::plan::{machines, plan, queue, usd};
use crate::program::{document, folder, proofcast};

/// Hours of a month.
const MONTH_H: f64 = 730.0;

fn list<'v>(of: &'v Value, key: &str) -> &'v [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

fn number(of: &Value) -> f64 {
    of.as_f64().unwrap_or_else(|| panic!("no number: {of}"))
}

#[test]
fn the_bill_at_an_end_of_an_input_is_that_of_a_plan_where_the_input_is_there() {
    let here = folder();
    let file = queue(&here, 8.0, "");
    let asked = "--objective sojourn.p99<=9s --set horizon=1000s";
    let at = |factor: f64| {
        usd(&plan(&format!("{file} --brief {asked} --set books.one.machines.server.speed.factor={factor}")))
    };
    let server = "--set books.one.machines.server";
    let found = plan(&format!("{file} {asked} {server}.speed.within=1.3 {server}.price_within=1.2"));
    let inputs = list(&found["measuring"], "inputs");
    let input = |name: &str| inputs.iter().find(|one| one["input"] == name).unwrap_or_else(|| panic!("{inputs:?}"));
    let range = |of: &Value| [number(&of[0]), number(&of[1])];
    let near = |found: [f64; 2], right: [f64; 2]| {
        found.iter().zip(&right).for_each(|(one, other)| assert!((one - other).abs() < 1e-6, "{found:?}, {right:?}"));
    };
    let speed = input("speed of server");
    near(range(&speed["usd_per_month"]), [at(1.3), at(1.0 / 1.3)]);
    near(range(&speed["usd_if_measured"]), [at(1.05), at(1.0 / 1.05)]);
    // By hand: a dollar an hour for each server, and what takes the requests.
    let servers = machines(&found, "serve") as f64;
    let price = input("price of server of test");
    near(range(&price["usd_per_month"]), [1.0 / 1.2, 1.2].map(|dollars| (servers * dollars + 0.001) * MONTH_H));
    let narrower = number(&price["narrower_usd"]);
    assert!((narrower - servers * MONTH_H * (1.2 - 1.0 / 1.2 - 1.05 + 1.0 / 1.05)).abs() < 1e-6, "{narrower}");
    assert!(inputs.windows(2).all(|pair| number(&pair[0]["narrower_usd"]) >= number(&pair[1]["narrower_usd"])));
    let answer = found["measuring"]["answer"].as_str().expect("a sentence");
    assert!(answer.starts_with(inputs[0]["input"].as_str().expect("a name")), "{answer}");
    let known = plan(&format!("{file} {asked}"));
    assert!(known["measuring"]["answer"].as_str().is_some_and(|said| said.contains("no input is uncertain")));
}

#[test]
fn what_no_machine_moves_is_told_without_a_simulation() {
    let here = folder();
    let file = queue(&here, 8.0, "");
    let asked = |objectives: &str| plan(&format!("{file} --brief {objectives}"));
    let alone = asked("--objective throughput>=1000/s");
    assert_eq!((&alone["ending"], &alone["certificate"]["simulated"]), (&"impossible".into(), &0.into()));
    assert!(
        alone["why"].as_str().is_some_and(|why| why.contains("cannot exceed the load of 8 req/s")),
        "{}",
        alone["why"]
    );
    let (with, without) =
        (asked("--objective throughput>=1000/s --objective sojourn.p99<=6s"), asked("--objective sojourn.p99<=6s"));
    assert_eq!(with["certificate"]["simulated"], without["certificate"]["simulated"]);
    assert_eq!((usd(&with), &with["unmet"]), (usd(&without), &serde_json::json!(["throughput"])));
    // What the most machines of one configuration do not reach is asked of the most of every other first.
    let slow = asked("--objective service.serve.p99<=1s --choose step.0.queue=30,60,90");
    assert_eq!((&slow["ending"], &slow["certificate"]["simulated"]), (&"impossible".into(), &4.into()));
    // A rate that says nothing of what it counts has the unit of its figure.
    let met = asked("--objective throughput>=5/s --objective sojourn.p99<=6s");
    assert_eq!((&met["ending"], usd(&met)), (&"certified".into(), usd(&without)));
}

#[test]
fn of_equal_fleets_the_one_with_more_room_is_taken() {
    let here = folder();
    let file = queue(&here, 8.0, "");
    for values in ["30,60", "60,30"] {
        let found = plan(&format!("{file} --brief --objective error_rate<=5% --choose step.0.queue={values}"));
        assert_eq!(found["fleet"]["chosen"], serde_json::json!([["step.0.queue", "60"]]), "{values}");
        let other =
            &list(&found, "runners_up").iter().find(|one| one["fleet"]["chosen"][0][1] == "30").expect("tested");
        assert!(other["excuse"].as_str().is_some_and(|why| why.contains("costs as much")), "{other}");
    }
}

#[test]
fn several_objectives_that_cannot_be_met_are_given_up_costs_first() {
    let line = "proof-service --costs claimed --set horizon=1h --objective sojourn.p99<=1s";
    let found = plan(&format!("{line} --objective service.prove.p99<=100ms --budget 500/month"));
    assert_eq!(found["ending"], "impossible");
    let mut unmet: Vec<&str> = list(&found, "unmet").iter().filter_map(Value::as_str).collect();
    unmet.sort_unstable();
    assert_eq!(unmet, ["budget", "service.prove.p99"]);
    let rest = plan(&format!("{line} --brief --objective service.prove.p99<=1s"));
    assert_eq!(usd(&found), usd(&rest));
    // What is left has prices at its own steps.
    let prices = list(&found, "prices");
    assert!(prices.iter().all(|price| price["of"] != "service.prove.p99" && price["of"] != "cost.total"), "{prices:?}");
    for price in prices {
        let times = number(&price["to"]) / number(&price["from"]);
        assert!((times - 0.8).abs() < 1e-9 || (times - 1.25).abs() < 1e-9, "{price}");
    }
    assert!(prices.iter().any(|price| price["of"] == "sojourn.p99" && price["from"] == 1.0), "{prices:?}");
}

#[test]
fn prices_that_do_not_change_are_told_and_points_have_a_standing() {
    let here = folder();
    let file = queue(&here, 8.0, "");
    let found = plan(&format!("{file} --objective sojourn.p99<=6s --objective throughput>=5/s"));
    let of = |name: &str| list(&found, "prices").iter().filter(|price| price["of"] == name).collect::<Vec<_>>();
    assert_eq!(of("throughput").iter().map(|price| &price["standing"]).collect::<Vec<_>>(), ["unchanged", "unchanged"]);
    assert!(of("load").iter().all(|price| price["standing"] == "found"), "{:?}", of("load"));
    let planned = machines(&found, "serve");
    for point in list(&found, "front") {
        let servers = machines(point, "serve");
        let right = if servers < planned { "fail" } else { "pass" };
        assert!(point["standing"] == right || point["standing"] == "undecided", "{servers}: {point}");
    }
    assert!(list(&found, "front").iter().any(|point| point["standing"] == "fail"));
}

#[test]
fn a_dispute_window_has_a_price() {
    let small = "--set load.rate=100/s --set validators.machine=off --set nodes=off --set market=off --set fees=off";
    let found = plan(&format!(
        "layered --design optimistic --costs claimed {small} --objective optimistic_finality.p99<=70min"
    ));
    let window: Vec<&Value> = list(&found, "prices").iter().filter(|price| price["of"] == "fraud.window").collect();
    // What is final without a proof does not wait for the window, and no machine is there for its sake.
    assert_eq!(
        window.iter().map(|price| &price["standing"]).collect::<Vec<_>>(),
        ["unchanged", "unchanged"],
        "{window:?}"
    );
    assert!(window.iter().all(|price| price["usd_per_unit"] == 0.0), "{window:?}");
    assert!(window.iter().all(|price| price["unit"] == "d" && (number(&price["from"]) - 1.0 / 24.0).abs() < 1e-9));
}

#[test]
fn a_run_that_is_over_before_machines_are_warm_says_nothing_against_them() {
    let line = "plan proof-service --costs claimed --brief --quiet";
    let run = |more: &str| proofcast(folder().path(), &format!("{line} {more}"));
    let refused = run("--set warm_up=1s --objective sojourn.p99<=1s");
    assert_eq!(refused.status, Some(2), "{}{}", refused.out, refused.err);
    assert!(
        refused.err.contains("warm after about") && refused.err.contains("set a longer `warm_up`"),
        "{}",
        refused.err
    );
    // One instance is warm in time, and 32 are not: that they fail is no reason to say that none meets it.
    let few = "--set load.rate=0.05/s --objective service.prove.p99<=100ms";
    let open = run(&format!("{few} --set warm_up=60s"));
    assert_eq!(open.status, Some(3), "{}{}", open.out, open.err);
    assert!(open.out.contains("set a longer `warm_up`"), "{}", open.out);
    let warm = run(&format!("{few} --set warm_up=35min"));
    assert_eq!(warm.status, Some(1), "{}{}", warm.out, warm.err);
}

#[test]
fn a_gpu_stands_in_for_the_same_gpu_and_cores_for_none() {
    let run = |more: &str| plan(&format!("prover-fleet --brief {more}"));
    let machine = |plan: &Value| {
        let pools = list(&plan["fleet"], "pools").iter();
        let pool = pools.clone().find(|pool| pool["pool"] == "prove").expect("the pool");
        pool["machine"].as_str().expect("a name").to_owned()
    };
    let (own, named) = (run(""), run("--set step.0.pool.machine=aws/g6e.xlarge"));
    assert_eq!(
        (machines(&own, "prove"), usd(&own)),
        (machines(&named, "prove"), usd(&named)),
        "one machine means one thing"
    );
    let any = run("--set step.0.pool.machine=any");
    assert!(machine(&any) == "l40s of vast" && usd(&any) < usd(&own), "{} and {}", machine(&any), usd(&any));
    let excluded = list(&any["certificate"], "excluded");
    assert!(
        excluded.iter().all(|one| !one["machine"].as_str().unwrap_or_default().contains("c5.2xlarge")),
        "{excluded:?}"
    );
    // A claim that does not say what it is of, in a book with machines of both kinds.
    let silent = "--set step.0.pool.machine=any --set books.published.costs.prove=[{from=\"claimed\",time=\"300s\",source=\"a-test\"}]";
    let refused = proofcast(folder().path(), &format!("plan prover-fleet --brief {silent}"));
    assert_eq!(refused.status, Some(2), "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("the figure of a core or of a GPU"), "{}", refused.err);
}

#[test]
fn an_autoscaler_that_was_not_searched_is_told_with_the_option_that_does() {
    let line = "plan prover-fleet --design autoscaled --brief --quiet --json --set horizon=1d";
    let run = proofcast(folder().path(), line);
    let told = document(&run.out);
    let said: Vec<&str> = list(&told, "not_searched").iter().filter_map(Value::as_str).collect();
    let key = "design.autoscaled.step.0.pool.lifecycle.autoscaler.most";
    assert!(said.len() == 1 && said[0].contains(&format!("`--choose {key}=8,16,32`")), "{said:?}");
    let chosen = document(&proofcast(folder().path(), &format!("{line} --choose {key}=8,16")).out);
    assert_eq!(chosen["not_searched"], serde_json::json!([]));
}

#[test]
fn fleets_that_were_undecided_are_verified_too() {
    let here = folder();
    let file = queue(&here, 8.0, "");
    let planned = proofcast(here.path(), &format!("plan {file} --brief --quiet --objective sojourn.p99<=6s"));
    assert_eq!(planned.status, Some(0), "{}{}", planned.out, planned.err);
    let path = here.path().join("proofcast-out/plan.json");
    let written = document(&std::fs::read_to_string(&path).expect("it was written"));
    let with_open = |fleet: Value| {
        let mut changed = written.clone();
        changed["certificate"]["undecided"] = serde_json::json!([fleet]);
        std::fs::write(&path, changed.to_string()).expect("it is written");
        proofcast(here.path(), &format!("plan {file} --quiet --verify proofcast-out/plan.json --seed 2"))
    };
    let rival = with_open(written["certificate"]["confirmed"]["rivals"][0].clone());
    assert!(rival.status == Some(0) && rival.out.contains("undecided"), "{}{}", rival.out, rival.err);
    // One that is cheaper and passes: the plan is not the cheapest.
    let mut cheaper = written["fleet"].clone();
    cheaper["usd_per_month"] = (number(&cheaper["usd_per_month"]) * 0.9).into();
    let refuted = with_open(cheaper);
    assert_eq!(refuted.status, Some(1), "{}{}", refuted.out, refuted.err);
}

#[test]
fn what_saturates_is_rejected_without_a_simulation_also_where_only_one_figure_depends_on_it() {
    let options = "--design combined --costs claimed --brief --error 5%";
    let found = plan(&format!("layered {options} --objective fraud_proof.p99<=5min"));
    assert_eq!(found["ending"], "certified", "{}", found["why"]);
    let others = list(&found, "runners_up").iter().filter(|other| other["standing"] == "fail");
    let others: Vec<&Value> = others.collect();
    assert!(!others.is_empty(), "no cheaper fleet");
    for other in others {
        let excuse = other["excuse"].as_str().expect("an excuse");
        assert!(excuse.starts_with("watchers saturate at ") && other["replications"] == 0, "{other}");
    }
    let confirmed = &found["certificate"]["confirmed"];
    assert_eq!(list(confirmed, "rivals").len() as u64, confirmed["rivals_fail"].as_u64().expect("a number"));
    // With the fewest machines with which they do not, watchers check as much as comes.
    let watchers = list(&found["outcome"], "metrics").iter().find(|metric| metric["name"] == "capacity.watchers");
    assert!(number(&watchers.expect("the stage")["value"]) >= 100_000.0, "{watchers:?}");
}

#[test]
fn a_latency_that_no_machine_moves_fails_in_every_configuration() {
    let options = "--design combined --costs claimed --brief --set horizon=2h";
    let found = plan(&format!(
        "layered {options} --objective optimistic_finality.p99<=200ms --objective epoch_proof.p99<=15min"
    ));
    assert_eq!(found["unmet"], serde_json::json!(["optimistic_finality.p99"]));
    let reached = list(&found["outcome"], "metrics").iter().find(|of| of["name"] == "optimistic_finality.p50");
    // The run of votes alone, which rejected it, and the whole run agree.
    assert!(number(&reached.expect("the latency")["value"]) > 0.2, "{reached:?}");
}
