//! Machines that come and go, from the command line: terms, spot machines, autoscalers, and what they cost.

use serde_json::Value;

use crate::program::{folder, proofcast};

/// Hours of a month.
pub const MONTH_H: f64 = 730.0;
/// What the coordinator of the scenario costs by the hour.
const COORDINATOR: f64 = 0.34;

/// One design of `prover-fleet` with further options.
fn fleet(design: &str, options: &str) -> Value {
    let line = format!("simulate prover-fleet --design {design} --quiet --json {options}");
    proofcast(folder().path(), &line).json()
}

/// What a line is refused with, as one line.
pub fn refusal(line: &str) -> String {
    let run = proofcast(folder().path(), line);
    assert_eq!(run.status, Some(2), "{line}: {}{}", run.out, run.err);
    run.err.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn value(outcome: &Value, name: &str) -> f64 {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    let metric = metrics.iter().find(|metric| metric["name"] == *name).unwrap_or_else(|| panic!("no {name}"));
    metric["value"].as_f64().unwrap_or_else(|| panic!("{name} has no value: {metric}"))
}

/// Machines and USD a month of a line of the bill.
pub fn line(outcome: &Value, item: &str) -> (f64, f64) {
    let lines = outcome["bill"]["lines"].as_array().expect("lines");
    let line = lines.iter().find(|line| line["item"] == *item).unwrap_or_else(|| panic!("no {item} in {lines:?}"));
    let number = |key: &str| line[key].as_str().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
    (number("quantity"), number("usd_per_month"))
}

pub fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * other.abs()
}

#[test]
fn terms_and_prices_change_the_bill_as_arithmetic_says() {
    let month = |usd_per_hour: f64| (11.0 * usd_per_hour + COORDINATOR) * MONTH_H;
    let total = |options: &str| value(&fleet("committed", &format!("--sizing specified {options}")), "cost.total");
    assert!(near(total(""), month(0.6997)), "three years");
    assert!(near(total("--set design.committed.step.0.pool.lifecycle.lots.0.market=on-demand"), month(1.861)));
    assert!(near(total("--set design.committed.step.0.pool.lifecycle.lots.0.price=$1/h"), month(1.0)));
    assert!(near(total("--set discount.\"g6e*\"=30%"), month(0.7 * 0.6997)));
    let line = "simulate prover-fleet --design committed --sizing specified --set limit.\"g6e*\"=10";
    let refused = refusal(line);
    assert!(refused.contains("needs 11 machines") && refused.contains("there are 10"), "{refused}");
}

#[test]
fn machines_that_are_bought_are_written_off_hosted_and_powered() {
    let owned = "{purchase=\"$36500\",lifetime=\"26280h\",hosting=\"$100/month\",kilowatts=0.5,usd_per_kwh=0.12}";
    let set = format!("--set design.fixed.step.0.pool.lifecycle={{lots=[{{owned={owned},machines=4}},{{}}]}}");
    let outcome = fleet("fixed", &format!("--sizing specified {set}"));
    // 36 months of 730 h; 43.80 USD of power a month.
    let (write_off, hosting) = (line(&outcome, "prove, write-off"), line(&outcome, "prove, hosting"));
    assert!(write_off.0 == 4.0 && (write_off.1 - 4.0 * 36_500.0 / 36.0).abs() < 1e-6);
    assert!((hosting.1 - 4.0 * 143.8).abs() < 1e-6);
    let rented = line(&outcome, "prove, on-demand");
    assert!(
        rented.0 == 7.0
            && near(value(&outcome, "cost.total"), write_off.1 + hosting.1 + rented.1 + COORDINATOR * MONTH_H)
    );
    let lines = outcome["bill"]["lines"].as_array().expect("lines");
    let bought = lines.iter().find(|line| line["item"] == "prove, write-off").expect("it is there");
    assert_eq!((&bought["known"], &bought["market"]), (&"given".into(), &"owned".into()));
}

#[test]
fn a_base_is_committed_and_the_rest_is_paid_as_it_runs() {
    let outcome = fleet("mixed", "");
    let (base, rest) = (line(&outcome, "prove, 3 years, all upfront"), line(&outcome, "prove, on-demand"));
    assert!(base.0 == 4.0 && near(base.1, 4.0 * 0.6997 * MONTH_H));
    assert!(near(rest.1, rest.0 * 1.861 * MONTH_H) && rest.0 > 1.0 && rest.0 < 12.0, "{rest:?}");
    assert!(near(value(&outcome, "units.prove"), base.0 + rest.0));
    assert!(near(value(&outcome, "cost.total"), base.1 + rest.1 + COORDINATOR * MONTH_H));
    let total =
        &outcome["bill"]["lines"].as_array().expect("lines").iter().find(|line| line["item"] == "prove, on-demand");
    let cost = &total.expect("it is there")["cost"];
    assert!(cost["low"].as_f64() < cost["value"].as_f64() && cost["uncertainty"]["run"].as_f64() > Some(0.5), "{cost}");
}

#[test]
fn an_autoscaler_has_the_machines_that_the_load_needs_and_a_fixed_fleet_of_its_mean_has_not() {
    let of_mean = "--sizing specified --set design.fixed.step.0.pool.specified=7";
    let (fixed, scaled) = (fleet("fixed", of_mean), fleet("autoscaled", ""));
    assert!(value(&fixed, "sojourn.p99") > 3.0 * value(&scaled, "sojourn.p99"));
    // 5.1 machines are busy in the mean, and the most are 16.
    assert!((5.1..16.0).contains(&value(&scaled, "machines.prove.serving")));
    // Start-up is paid.
    assert!(value(&scaled, "units.prove") > value(&scaled, "machines.prove.serving"));
    let restless = fleet("autoscaled", "--set step.0.pool.lifecycle.autoscaler.cooldown=0s");
    let turns = |outcome: &Value| value(outcome, "machines.prove.reversals");
    assert!(turns(&restless) > 3.0 * turns(&scaled), "{} and {} a day", turns(&restless), turns(&scaled));
}

#[test]
fn losing_all_spot_machines_delays_and_loses_nothing() {
    let zone = "[{law=\"exponential\",up=\"2h\",down=\"20min\"}]";
    let alone = format!(
        "--set design.spot.step.0.pool.lifecycle.autoscaler=off --set design.spot.step.0.pool.lifecycle.lots.0.zones={zone} \
                         --set design.spot.step.0.pool.specified=16 --set design.spot.step.0.pool.lifecycle.lots.1.machines=0 --sizing specified"
    );
    let spot = fleet("spot", &alone);
    assert_eq!((value(&spot, "error_rate"), value(&spot, "units.instances")), (0.0, 1.0));
    // All 16 machines go at once, seven times in three days.
    assert!(value(&spot, "machines.prove.lost") > 16.0 * 100.0);
    let share = value(&spot, "units.prove") / 16.0;
    assert!((share - 120.0 / 140.0).abs() < 0.03, "{share} of the time");
    let never = fleet("spot", &alone.replace("20min", "1s"));
    assert!(value(&spot, "sojourn.p99") > 2.0 * value(&never, "sojourn.p99"));
    assert!(value(&spot, "wasted") < 0.02 && value(&spot, "wasted") > 0.0, "a minute at most is done again");
}

#[test]
fn what_cannot_be_is_refused_with_its_key() {
    for (set, says) in [
        ("lots.0.zones=[]", "when a zone has spot machines must be said"),
        ("lots.0.zones=[{law=\"replay\",zone=\"us-east-2b\"}]", "did you mean `us-east-2a`?"),
        ("lots.1.notice=2min", "are taken back"),
        ("lots.0.market=spott", "spot"),
        ("lots.1.machines=3", "leave `machines` out of a lot"),
        ("autoscaler.least=40", "the fewest, 40, are more than the most, 32"),
        ("autoscaler.in_hand=2", "not both"),
        ("lots.7.machines=3", "step"),
        ("autoscaler.least=0", "at least 1, or `in_hand`"),
        ("autoscaler.utilization=95%", "no further one is ever wanted"),
        ("autoscaler.most=9", "the lots have 16 machines"),
        ("autoscaler.every=1ms", "at least 1 s"),
    ] {
        let line = format!("simulate prover-fleet --design spot --set design.spot.step.0.pool.lifecycle.{set}");
        let refused = refusal(&line);
        assert!(refused.contains(says) && refused.contains("step"), "{set}: no `{says}` in {refused}");
    }
}

#[test]
fn machines_over_time_are_drawn_where_they_change() {
    let folder = folder();
    let line = "simulate prover-fleet --design spot --set horizon=1d --replications 2 --out here";
    let told = proofcast(folder.path(), line).expect(0);
    assert!(told.trim_end().ends_with("(SVG and PNG) to here"), "{told}");
    assert!(folder.path().join("here/charts/fleet.svg").exists());
    let constant = "simulate prover-fleet --design fixed --set horizon=1d --replications 2 --out there";
    proofcast(folder.path(), constant).expect(0);
    assert!(!folder.path().join("there/charts/fleet.svg").exists());
}

#[test]
fn the_example_of_the_docs_works() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fleets.md")).expect("it is there");
    let example = docs.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let folder = folder();
    let text = format!("extends = \"prover-fleet\"\nname = \"mine\"\n{example}");
    std::fs::write(folder.path().join("mine.toml"), text).expect("written");
    // Without load its autoscaler would want two machines; all are asked for.
    let line = "simulate mine.toml --design fixed --sizing specified --set horizon=1d --replications 2 --quiet --json \
                --set instances.specified=12 --set instances.lifecycle.autoscaler=off";
    let outcome = proofcast(folder.path(), line).json();
    let lots =
        ["3 years, all upfront", "spot", "write-off", "hosting", "on-demand"].map(|lot| format!("instances, {lot}"));
    assert_eq!(line_items(&outcome), [&lots[..], &["prove".to_owned()]].concat());
}

#[test]
fn machines_of_several_kinds_serve_one_queue_and_what_does_not_fit_one_is_refused() {
    let old = "--set books.published.machines.old={provider=\"aws\",instance=\"g6.xlarge\",servers=1,\
               speed={factor=0.5,why=\"assumed\"}}";
    let lots = "--set design.fixed.step.0.pool.lifecycle={lots=[{machines=6},{machine=\"old\"}]}";
    let outcome = fleet("fixed", &format!("--sizing specified {old} {lots}"));
    // Six at 152.4 s and five at half of that speed.
    assert!(near(value(&outcome, "capacity.prove"), (6.0 + 5.0 / 2.0) / 152.4));
    let (fast, slow) = (line(&outcome, "prove, g6e.xlarge, on-demand"), line(&outcome, "prove, g6.xlarge, on-demand"));
    assert!(fast.0 == 6.0 && slow.0 == 5.0 && near(slow.1, 5.0 * 0.8048 * MONTH_H), "{slow:?}");
    // The fast ones are taken first, so that few proofs take twice as long.
    assert!(value(&outcome, "service.prove.p50") < 160.0 && value(&outcome, "service.prove.p99") > 280.0);
    // 16 GiB are enough for one machine, and not for the other, which has 32.
    let large = format!("simulate prover-fleet --design fixed {old} {lots} --set step.0.memory=20GB");
    let refused = refusal(&large);
    assert!(refused.contains("step.0.pool.lifecycle.lots.1.machine") && refused.contains("g6.xlarge"), "{refused}");
    let instances =
        refusal("simulate prover-fleet --design fixed --set instances.lifecycle={lots=[{machine=\"gpu\"}]}");
    assert!(instances.contains("instances are all alike"), "{instances}");
}

#[test]
fn lots_with_too_few_machines_are_refused() {
    let lots = "--set design.fixed.step.0.pool.lifecycle={lots=[{machines=5}]}";
    let few = refusal(&format!("simulate prover-fleet --design fixed {lots}"));
    assert!(few.contains("its lots have 5 machines"), "{few}");
}

/// What the bill has lines for.
fn line_items(outcome: &Value) -> Vec<&str> {
    let lines = outcome["bill"]["lines"].as_array().expect("lines");
    lines.iter().filter_map(|line| line["item"].as_str()).collect()
}
