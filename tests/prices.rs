//! The price book from the command line: prices of the user's own, discounts, limits, markets and regions, and the list.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{command, finish, folder, proofcast};

/// Two cases that are simulated in no time, one of each kind of system.
const LAYERED: &str = "simulate layered --design gpu --costs claimed --set horizon=1h --replications 2 --json";
const SERVICE: &str = "simulate proof-service --costs claimed --set horizon=10min --replications 2 --json";
/// What they rent.
const RENTED: [(&str, &str); 2] = [(LAYERED, "a100"), (SERVICE, "c5.2xlarge")];

fn metric(outcome: &Value, name: &str) -> f64 {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    let metric = metrics.iter().find(|one| one["name"] == name).and_then(|one| one["value"].as_f64());
    metric.unwrap_or_else(|| panic!("no {name}"))
}

fn proving(outcome: &Value) -> f64 {
    metric(outcome, "cost.proving")
}

/// The input whose name begins so.
fn input<'o>(outcome: &'o Value, name: &str) -> &'o Value {
    let inputs = outcome["inputs"].as_array().expect("inputs");
    let starts = |one: &&Value| one["name"].as_str().is_some_and(|found| found.starts_with(name));
    inputs.iter().find(starts).unwrap_or_else(|| panic!("no input `{name}` in {inputs:?}"))
}

fn near(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} instead of {expected}");
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("written");
}

#[test]
fn a_row_of_the_users_is_paid_and_given_and_the_last_file_wins() {
    for (line, instance) in RENTED {
        let folder = folder();
        write(
            folder.path(),
            "one.csv",
            &format!("provider,instance,usd_per_hour\naws,m5.2xlarge,9\ndesign,{instance},1\n"),
        );
        let two =
            format!("instance,market,provider,usd_per_hour,date,source\n{instance},,design,3,2026-11,our contract\n");
        write(folder.path(), "two.csv", &two);
        let listed = proofcast(folder.path(), line).json();
        let machine_hours = proving(&listed) / input(&listed, "price: ")["value"].as_f64().expect("a price");
        let one = proofcast(folder.path(), &format!("{line} --prices one.csv")).json();
        near(proving(&one), machine_hours);
        let of_one = input(&one, "price: ");
        assert_eq!((&of_one["known"], &of_one["source"]), (&"given".into(), &"one.csv, line 3".into()));
        let both = proofcast(folder.path(), &format!("{line} --prices one.csv --prices two.csv")).json();
        near(proving(&both), 3.0 * machine_hours);
        assert_eq!(input(&both, "price: ")["source"], "two.csv, line 2: our contract, 2026-11");
        let other = proofcast(folder.path(), &format!("{line} --prices two.csv --prices one.csv")).json();
        near(proving(&other), machine_hours);
        let sha256 = |outcome: &Value| outcome["provenance"]["scenario_sha256"].clone();
        assert!(sha256(&one) != sha256(&listed) && sha256(&both) != sha256(&other), "prices are part of what is said");
    }
}

#[test]
fn a_discount_is_taken_from_the_list_price_and_said() {
    for (line, instance) in RENTED {
        let folder = folder();
        let listed = proofcast(folder.path(), line).json();
        let usd = input(&listed, "price: ")["value"].as_f64().expect("a price");
        let set = format!("{line} --set discount.\"design/*\"=10% --set discount.\"design/{instance}\"=30%");
        let less = proofcast(folder.path(), &set).json();
        near(proving(&less), 0.7 * proving(&listed));
        near(input(&less, "list price: ")["value"].as_f64().expect("a price"), usd);
        near(input(&less, "discount: ")["value"].as_f64().expect("a share"), 0.3);
        near(input(&less, "price: ")["value"].as_f64().expect("a price"), 0.7 * usd);
        assert_eq!(input(&less, "discount: ")["source"], "--set");
        // Another provider's discount is none of it.
        let set = format!("{line} --set discount.\"aws/*\"=30%");
        near(proving(&proofcast(folder.path(), &set).json()), proving(&listed));
    }
}

#[test]
fn a_price_of_the_scenario_has_no_discount_and_needs_no_row() {
    let folder = folder();
    let machine = "books.claimed.machines.gpu";
    let own = format!("{LAYERED} --set {machine}.price=$4/h --set {machine}.instance=b100");
    let whole = proofcast(folder.path(), &own).json();
    near(proving(&whole), metric(&whole, "units.provers") * 4.0 * 730.0);
    let less = proofcast(folder.path(), &format!("{own} --set discount.b100=50%")).json();
    near(proving(&less), proving(&whole));
}

#[test]
fn a_fleet_beyond_its_limit_is_refused_with_its_number() {
    let folder = folder();
    let needed = metric(&proofcast(folder.path(), LAYERED).json(), "units.provers");
    let limited = |most: f64| format!("{LAYERED} --set limit.a100={most}");
    near(metric(&proofcast(folder.path(), &limited(needed)).json(), "units.provers"), needed);
    let says = format!("needs {needed} machines of `a100` (book `claimed`, sized), and there are {}", needed - 1.0);
    refused(folder.path(), &limited(needed - 1.0), &["--set:1:12", &says]);
    // Another design's machines are no matter where it is not asked for.
    proofcast(folder.path(), &format!("{LAYERED} --set limit.\"design/c7i.16xlarge\"=1")).expect(0);
    let service = format!("{SERVICE} --set load.rate=40/s --set limit.\"*/c5*\"=2");
    refused(folder.path(), &service, &["machines of `*/c5*`", "there are 2"]);
}

#[test]
fn markets_and_regions_are_chosen_or_refused() {
    let folder = folder();
    let text = "extends = \"proof-service\"\nname = \"mine\"\nclaim_files = []\n[books.claimed.machines.instance]\nprovider = \"aws\"\n\
                market = \"spot\"\n";
    write(folder.path(), "mine.toml", text);
    let simulate = "simulate mine.toml --costs claimed --set horizon=10min --replications 2 --json";
    let spot = proofcast(folder.path(), simulate).json();
    near(input(&spot, "price: ")["value"].as_f64().expect("a price"), 0.34 * 0.44);
    assert!(input(&spot, "price: ")["source"].as_str().is_some_and(|source| source.starts_with("derived: ")));
    for no in ["--no-spot", "--set prices.spot=false"] {
        refused(folder.path(), &format!("{simulate} {no}"), &["mine.toml:6:10", "`market = \"on-demand\"`, or allow"]);
    }
    proofcast(folder.path(), &format!("{SERVICE} --no-spot")).expect(0);
    write(folder.path(), "mine.toml", &format!("{text}region = \"eu-west-1\"\n"));
    refused(folder.path(), simulate, &["mine.toml:7:10", "in the region `eu-west-1`; it has one in: us-east-1"]);
    let rows = "provider,region,instance,market,usd_per_hour\naws,eu-west-1,c5.2xlarge,spot,0.2\naws,us-east-1,c5.2xlarge,spot,0.1\n";
    write(folder.path(), "mine.csv", rows);
    let there = proofcast(folder.path(), &format!("{simulate} --prices mine.csv")).json();
    assert_eq!(input(&there, "price: ")["value"], 0.2);
    assert_eq!(input(&there, "price: ")["source"], "mine.csv, line 2");
}

#[test]
fn the_example_of_the_docs_works() {
    let text = include_str!("../docs/prices.md");
    let block = |kind: &str| text.split(&format!("```{kind}\n")).nth(1).and_then(|rest| rest.split("```").next());
    let folder = folder();
    write(folder.path(), "contract.csv", block("csv").expect("a table"));
    write(folder.path(), "mine.toml", block("toml").expect("a scenario"));
    let line = "simulate mine.toml --design gpu --costs claimed --set horizon=1h --replications 2 --json";
    let outcome = proofcast(folder.path(), &format!("{line} --prices contract.csv")).json();
    near(input(&outcome, "list price: ")["value"].as_f64().expect("a price"), 19.8);
    near(proving(&outcome), metric(&outcome, "units.provers") * 19.8 * 0.7 * 730.0);
    refused(folder.path(), line, &["on the market `1 year, no upfront`; it has one on: `3 years, all upfront`"]);
}

#[test]
fn a_bad_file_is_refused_with_all_that_is_wrong() {
    let folder = folder();
    let rows = "provider,instance,usd_per_hour,market\naws,c5.2xlarge,-1,\naws,g6.xlarge,2,spott\naws,m5.2xlarge,2,\naws,m5.2xlarge,3,\n";
    write(folder.path(), "bad.csv", rows);
    write(folder.path(), "head.csv", "provider,instance,usd_per_hr\naws,c5.2xlarge,1\n");
    let says = [
        "bad.csv:2:16",
        "found `-1`",
        "above 0",
        "bad.csv:3:17",
        "found `spott`",
        "markets: on-demand",
        "bad.csv:5:5",
        "line 4",
    ];
    for line in [LAYERED, SERVICE, "compare layered --costs claimed", "claims layered", "list prices"] {
        refused(folder.path(), &format!("{line} --prices bad.csv"), &says);
    }
    let says =
        ["head.csv:1:19", "unknown column `usd_per_hr`", "did you mean `usd_per_hour`?", "no column `usd_per_hour`"];
    refused(folder.path(), "list prices --prices head.csv", &says);
    refused(folder.path(), "list prices --prices none.csv", &["none.csv", "no such file"]);
    let slip = format!("{LAYERED} --set discount.\"desgn/a100\"=5%");
    refused(folder.path(), &slip, &["--set:1:23", "is `desgn/a100`; did you mean `design/a100`?"]);
    refused(folder.path(), &format!("{LAYERED} --set discount.a100=100%"), &["less than 100 %"]);
    let lacking = format!("{LAYERED} --set books.claimed.machines.gpu.instance=a10");
    refused(
        folder.path(),
        &lacking,
        &["no price for `a10` of `design`", "`lambda` has one of that name", "--prices FILE", "price ="],
    );
}

#[test]
fn prices_older_than_a_year_are_named_once() {
    let folder = folder();
    write(
        folder.path(),
        "old.csv",
        "provider,instance,usd_per_hour,date\naws,g6.xlarge,1,2001-02-03\naws,m5.2xlarge,1,2001-02-03\n",
    );
    let run = proofcast(folder.path(), &format!("{SERVICE} --design gpu --prices old.csv"));
    let warned = run.err.matches("older than a year").count();
    assert!(warned == 1 && run.err.contains("g6.xlarge of aws (2001-02-03)"), "{}", run.err);
    assert!(!run.err.contains("m5.2xlarge"), "nobody rents it: {}", run.err);
    run.json();
    let claimed = proofcast(folder.path(), &format!("{LAYERED} --set validators.machine=off"));
    assert!(!claimed.err.contains("older than"), "what a source claims does not age: {}", claimed.err);
}

#[test]
fn the_list_is_filtered_and_sorted() {
    let folder = folder();
    let list = |options: &str| -> Vec<Value> {
        let rows = proofcast(folder.path(), &format!("list prices --json {options}")).json();
        rows.as_array().expect("a list").clone()
    };
    let number = |row: &Value, key: &str| row[key].as_str().and_then(|text| text.parse::<f64>().ok());
    let all = list("");
    type Holds = fn(&Value) -> bool;
    let filters: [(&str, Holds); 5] = [
        ("--provider vast", |row| row["provider"] == "vast"),
        ("--region us-east-1", |row| row["region"] == "us-east-1" || row["region"] == "any"),
        ("--gpu h100", |row| row["GPU"] == "H100-80"),
        ("--market spot", |row| row["market"] == "spot"),
        ("--market 3*", |row| row["market"] == "3 years, all upfront"),
    ];
    for (options, fits) in filters {
        let expected: Vec<Value> = all.iter().filter(|row| fits(row)).cloned().collect();
        assert!(!expected.is_empty() && list(options) == expected, "{options}");
    }
    let large = list("--min-cores 96 --min-memory 512 --gpu A100*");
    assert!(large.is_empty(), "an A100 has 48 cores here: {large:?}");
    let large = list("--min-cores 96 --min-memory 512");
    assert!(large.iter().all(|row| number(row, "cores") >= Some(96.0) && number(row, "GiB") >= Some(512.0)));
    assert!(large.iter().any(|row| row["instance"] == "p5.48xlarge"));
    let orders = [
        ("price", "USD/h", 1.0),
        ("usd-per-core", "USD/h per core", 1.0),
        ("cores", "cores", -1.0),
        ("memory", "GiB", -1.0),
    ];
    for (by, key, sign) in orders {
        let sorted = list(&format!("--sort {by}"));
        let keys: Vec<f64> =
            sorted.iter().map(|row| number(row, key).map_or(f64::INFINITY, |value| sign * value)).collect();
        assert!(keys.is_sorted() && sorted.len() == all.len(), "{by}: {keys:?}");
    }
    let table = proofcast(folder.path(), "list prices --gpu H200 --sort price").expect(0);
    assert!(table.find("vast") < table.find("p5en") && table.contains("[1] any, 2025-2026: skypilot"), "{table}");
    let services = proofcast(folder.path(), "list prices --services --json").json();
    assert!(services.as_array().expect("a list").iter().any(|row| row["kind"] == "egress" && row["price"] == "0.09"));
    refused(folder.path(), "list hardware --gpu H100", &["proofcast list prices"]);
}

#[test]
fn spot_machines_are_listed_with_what_their_prediction_missed() {
    let folder = folder();
    let all = proofcast(folder.path(), "list spot --json").json();
    let zones = all["zones"].as_array().expect("zones");
    let outside: usize =
        zones.iter().map(|zone| zone["second_half"]["outside"].as_array().expect("a list").len()).sum();
    assert!(zones.len() == 5 && outside > 3, "zones do not stay as they were: {outside}");
    for zone in zones {
        let (fit, half) = (&zone["fit"], &zone["second_half"]);
        for figure in ["available", "mean_up_s", "mean_down_s"] {
            let [low, mean, high] = ["low", "mean", "high"].map(|end| fit[figure][end].as_f64().expect("a number"));
            assert!(low < mean && mean < high && zone["seen"][figure].as_f64().is_some(), "{zone}");
            let bound = |end: &str| half["predicted"][figure][end].as_f64().expect("a number");
            let seen = half["seen"][figure].as_f64().expect("a number");
            let name = figure.trim_end_matches("_s").replace('_', " ");
            let missed = half["outside"].as_array().expect("a list").iter().any(|one| *one == name);
            assert_eq!(missed, seen < bound("low") || seen > bound("high"), "{figure} of {zone}");
        }
    }
    let mut narrow = command(folder.path(), "list spot");
    let table = finish(narrow.env("COLUMNS", "80")).expect(0);
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    assert_eq!(table.lines().filter(|line| line.contains("us-") && line.contains("mean up")).count(), 5, "{table}");
    assert_eq!(table.lines().filter(|line| line.contains("  no ")).count(), outside, "{table}");
    assert!(table.contains(&format!("{outside} of 15 figures")) && table.contains("p5.48xlarge"), "{table}");
    refused(folder.path(), "list spot --gpu H100", &["proofcast list prices"]);
}
