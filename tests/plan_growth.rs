//! A plan for every month of a growing load, from the command line: loads, fleets, and machines on commitment.

use std::fs;

use serde_json::Value;

use crate::lifecycle::{MONTH_H, near, refusal};
use crate::program::{command, content, finish, folder, proofcast};

/// A search of a second: two days of the same load all day.
const PLAN: &str = "plan prover-fleet --design fixed --brief --quiet --json --set load.profile=off --set horizon=2d";

/// The growth of a plan with a year's commitment at so much an hour.
fn grown(usd_per_hour: f64) -> Value {
    let folder = folder();
    let row = format!("aws,g6e.xlarge,{usd_per_hour},\"1 year, no upfront\"\n");
    fs::write(folder.path().join("own.csv"), format!("provider,instance,usd_per_hour,market\n{row}")).expect("prices");
    let run = proofcast(folder.path(), &format!("{PLAN} --prices own.csv --growth 25%/month --months 5"));
    let plan: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}{}", run.out, run.err));
    plan["growth"].clone()
}

fn months(growth: &Value) -> &[Value] {
    growth["months"].as_array().expect("months")
}

fn number(of: &Value, key: &str) -> f64 {
    of[key].as_f64().unwrap_or_else(|| panic!("no {key} in {of}"))
}

/// Machines of each pool of a month's fleet.
fn machines(month: &Value) -> Vec<u64> {
    let pools = month["fleet"]["pools"].as_array().expect("pools");
    pools.iter().map(|pool| pool["machines"].as_u64().expect("a number")).collect()
}

#[test]
fn every_month_has_its_load_a_fleet_that_never_shrinks_and_a_bill_that_adds_up() {
    let growth = grown(0.5);
    let months = months(&growth);
    assert_eq!(months.len(), 5, "{growth}");
    for (at, month) in months.iter().enumerate() {
        let load = 120.0 / 3_600.0 * 1.25_f64.powi(at as i32);
        assert!(near(number(month, "load_per_s"), load), "{month}");
        let counted = number(month, "committed") + number(month, "on_demand");
        assert_eq!(counted, machines(month).iter().sum::<u64>() as f64, "{month}");
        assert!(number(month, "cash_usd") >= 0.0, "{month}");
        assert!(near(number(month, "usd_on_demand_only"), number(&month["fleet"], "usd_per_month")), "{month}");
    }
    for pair in months.windows(2) {
        let (before, after) = (machines(&pair[0]), machines(&pair[1]));
        assert!(before.iter().zip(&after).all(|(before, after)| before <= after), "{before:?} {after:?}");
    }
    assert!(machines(&months[4]) > machines(&months[0]), "{growth}");
    let sum = |key: &str| months.iter().map(|month| number(month, key)).sum::<f64>();
    for key in ["usd_on_demand_only", "cash_usd", "amortised_usd"] {
        assert!(near(sum(key), number(&growth, key)), "{key}");
    }
    let saved = sum("usd_on_demand_only") - sum("cash_usd") - number(&growth, "after_usd");
    assert!((saved - number(&growth, "saved_usd")).abs() < 0.005 && saved > 0.0, "{growth}");
    assert!(growth["answer"].as_str().is_some_and(|answer| answer.contains("stops paying at machine")), "{growth}");
}

#[test]
fn a_lower_price_commits_more_machines_and_none_where_on_demand_is_cheaper() {
    // On demand a machine is $1.861 an hour: a year pays for those needed in 5 months where it costs less than $0.775.
    let committed = |usd_per_hour: f64| {
        let growth = grown(usd_per_hour);
        let pools = growth["pools"].as_array().expect("pools").clone();
        pools.iter().map(|pool| number(pool, "committed")).sum::<f64>()
    };
    let (none, some, all) = (committed(0.8), committed(0.5), committed(0.1));
    assert!(none == 0.0 && none < some && some < all, "{none} {some} {all}");
}

#[test]
fn a_price_of_the_scenario_has_no_commitment() {
    let own = "--set books.published.machines.gpu.price=$2/h --growth 50%/month --months 2";
    let plan: Value = proofcast(folder().path(), &format!("{PLAN} {own}")).json();
    let (growth, pools) = (&plan["growth"], plan["growth"]["pools"].as_array().expect("pools"));
    let prove = pools.iter().find(|pool| pool["pool"] == "prove").expect("provers");
    assert_eq!((&prove["terms"], number(prove, "committed")), (&Value::Array(Vec::new()), 0.0));
    assert!(near(number(prove, "on_demand_usd_per_month"), 2.0 * MONTH_H), "{prove}");
    let notes = growth["notes"].to_string();
    assert!(notes.contains("(prove): the price list has no commitment"), "{notes}");
}

#[test]
fn the_table_fits_a_terminal_and_the_months_have_a_file_of_their_own() {
    let folder = folder();
    let line = PLAN.replace(" --json", "");
    let line_of_two = format!("{line} --growth 50%/month --months 2");
    let run = finish(command(folder.path(), &line_of_two).env("COLUMNS", "80"));
    assert!(run.out.contains("Load growing by 50 % a month"), "{}{}", run.out, run.err);
    assert!(run.out.lines().all(|line| line.chars().count() <= 80), "{}", run.out);
    let file = folder.path().join("proofcast-out/plan-growth.csv");
    let rows = fs::read_to_string(&file).expect("the months");
    assert_eq!(rows.lines().count(), 3, "{rows}");
    let chart = folder.path().join("proofcast-out/charts/plan-growth.svg");
    let drawn = fs::read_to_string(&chart).expect("the months, drawn");
    assert!(["committed", "on demand", "paid in the month"].iter().all(|name| drawn.contains(name)), "{drawn}");
    proofcast(folder.path(), &line);
    let left = [&file, &chart].map(|file| file.exists());
    assert_eq!(left, [false, false], "a plan without growth leaves none: {:?}", content(folder.path()).keys());
}

#[test]
fn what_is_no_growth_is_refused_with_what_is_allowed() {
    let plan = "plan prover-fleet --design fixed";
    for (options, said) in [
        ("--growth 8", "like `8%/month`"),
        ("--growth 8%", "like `8%/month`"),
        ("--growth NaN%/month", "up to 100 %"),
        ("--growth 0%/month", "above 0"),
        ("--growth 8%/month --months 0", "1..=120"),
        ("--growth 8%/month --months 200", "1..=120"),
        ("--months 6", "--growth"),
        ("--growth 8%/month --verify plan.json", "--growth"),
    ] {
        let refused = refusal(&format!("{plan} {options}"));
        assert!(refused.contains(said), "{options}: {refused}");
    }
    let closed = "--set load.arrivals={law=\"closed\",think=\"10min\"} --set load.profile=off --set clients.count=20";
    let refused = refusal(&format!("{plan} {closed} --growth 8%/month"));
    assert!(refused.contains("load.rate") && refused.contains("loads with a rate"), "{refused}");
}
