//! Loads that change over time, for every kind of system: what is offered, what a fleet is sized for, and what is refused.

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{folder, proofcast};

/// A busy and a quiet half of each day, 1.6 and 0.4 times the mean, and a run of one.
const DAY: &str = "--set load.profile.hours=[0.4,1.6] --set horizon=1d";
/// As much as a load needs that does not change.
const HOUR: &str = "--set horizon=1h";

/// A system of either kind.
const KINDS: [&str; 2] = [
    "simulate layered --design gpu --costs claimed --set warm_up=0s",
    "simulate proof-service --design four_instances --costs claimed --set warm_up=0s",
];

fn answered(line: &str) -> Value {
    proofcast(folder().path(), &format!("{line} --replications 2 --quiet --json")).json()
}

fn value(outcome: &Value, name: &str) -> f64 {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    let metric = metrics.iter().find(|metric| metric["name"] == *name).unwrap_or_else(|| panic!("no {name}"));
    metric["value"].as_f64().unwrap_or_else(|| panic!("{name} has no value: {metric}"))
}

/// Machines of every pool.
fn machines(outcome: &Value) -> Vec<(String, f64)> {
    let metrics = outcome["metrics"].as_array().expect("metrics").iter();
    let units = metrics.filter(|metric| metric["name"].as_str().is_some_and(|name| name.starts_with("units.")));
    units.filter_map(|metric| Some((metric["name"].to_string(), metric["value"].as_f64()?))).collect()
}

#[test]
fn a_fleet_is_sized_for_the_busiest_time_and_asked_for_the_mean() {
    for kind in KINDS {
        let (flat, day) = (answered(&format!("{kind} {HOUR}")), answered(&format!("{kind} {DAY}")));
        assert!((value(&day, "offered") / value(&flat, "offered") - 1.0).abs() < 1e-9, "{kind}");
        let rate = 1.6 * value(&flat, "offered");
        let peak = answered(&format!("{kind} {HOUR} --set load.rate={rate}/s"));
        let ratio = |name: &str| value(&day, name) / value(&peak, name);
        for ((pool, in_day), (_, at_peak)) in machines(&day).into_iter().zip(machines(&peak)) {
            // What a validator hears and keeps does not all grow with the load.
            assert!(in_day >= at_peak && in_day <= 1.3 * at_peak + 1.0, "{kind}: {pool}: {in_day} and {at_peak}");
        }
        assert!(ratio("cost.total") < 1.3 && value(&day, "cost.total") > value(&flat, "cost.total"), "{kind}");
        let told = day["assumptions"].to_string();
        assert!(told.contains("a sized fleet is sized for the busiest time"), "{kind}: {told}");
    }
}

#[test]
fn a_fleet_for_the_mean_has_a_backlog_in_the_busy_half() {
    let specified = "simulate proof-service --design four_instances --costs claimed --sizing specified \
                     --set instances.queue=off --set clients.timeout=off --set clients.limit=off --set load.rate=20/s";
    let (flat, day) = (answered(&format!("{specified} {HOUR}")), answered(&format!("{specified} {DAY}")));
    // 32 a second come for twelve hours, and 23.5 are served: 8.5 · 43,200 s are left, and served after 4 h in the mean.
    let backlog = (32.0 - 4.0 / 0.17) * 43_200.0;
    let waits = backlog / (4.0 / 0.17);
    assert!(value(&flat, "sojourn.mean") < 2.0);
    assert!(value(&day, "sojourn.p99") > 0.5 * waits, "{} of {waits}", value(&day, "sojourn.p99"));
}

#[test]
fn load_grows_by_the_month() {
    let line = "simulate prover-fleet --design fixed --set load.profile=off --set horizon=2d --set warm_up=0s";
    let flat = value(&answered(line), "offered");
    let later = value(&answered(&format!("{line} --set load.profile={{growth=\"20%\"}} --set warm_up=60d")), "offered");
    // From day 60 to 62, a month being 730 h.
    let by_hand = 1.2f64.powf(61.0 * 24.0 / 730.0);
    assert!((later / flat / by_hand - 1.0).abs() < 1e-3, "{} and {by_hand}", later / flat);
}

#[test]
fn what_is_no_profile_is_refused() {
    let folder = folder();
    for kind in KINDS {
        let refuse = |set: &str, says: &[&str]| refused(folder.path(), &format!("{kind} --set {set}"), says);
        refuse("load.profile.hours=[0,0]", &["load.profile.hours", "at least one value must be above zero"]);
        refuse("load.profile.days=[1,2]", &["load.profile.days", "seven days, and these are 2"]);
        refuse("load.profile.hour=[1]", &["unknown key `hour`", "did you mean `hours`?"]);
    }
    let bursts = "--set load.arrivals={law=\"bursty\",ratio=3,burst=\"1min\",share=\"5%\"}";
    refused(folder.path(), &format!("{} {DAY} {bursts}", KINDS[1]), &["load.profile", "only `poisson` arrivals"]);
}
