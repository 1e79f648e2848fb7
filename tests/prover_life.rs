//! Provers of the layered system that come and go, from the command line: terms, spot machines, failures, autoscalers, and what they cost.

use serde_json::Value;

use crate::lifecycle::{MONTH_H, line, near, refusal, value};
use crate::program::{WORLD_ALONE, folder, proofcast};

/// The design `gpu` with further options.
fn gpu(options: &str) -> Value {
    let line = format!("simulate layered --design gpu --costs claimed {WORLD_ALONE} --quiet --json {options}");
    proofcast(folder().path(), &line).json()
}

/// Epochs of ten minutes, few transactions, and provers that a zone has for an hour and has not for ten minutes, on average.
const SHORT_EPOCHS: &str = "--sizing specified --set load.rate=400 --set chain.slot=10s --set chain.epoch=10min";
const SPOT: &str = "--set design.gpu.proving.lifecycle={start_up=\"2min\",\
                    lots=[{market=\"spot\",price=\"$0.4/h\",zones=[{law=\"exponential\",up=\"1h\",down=\"10min\"}]}]}";

#[test]
fn provers_have_lots_as_well() {
    let short = "--sizing specified --set horizon=30min --replications 2";
    let owned = "{machines=4,owned={purchase=\"$7200\",lifetime=\"26280h\",hosting=\"$50/month\"}}";
    let lots = format!("--set proving.lifecycle={{lots=[{owned},{{price=\"$1/h\",machines=3}},{{}}]}}");
    let (plain, mixed) = (gpu(short), gpu(&format!("{short} {lots}")));
    let (machines, rent) = line(&plain, "provers");
    assert_eq!((value(&plain, "units.provers"), value(&mixed, "units.provers")), (machines, machines));
    // $200 of the purchase a month.
    let by_hand = 4.0 * 250.0 + 3.0 * MONTH_H + (machines - 7.0) * rent / machines;
    assert!((value(&mixed, "cost.total") - value(&plain, "cost.total") - (by_hand - rent)).abs() < 1e-3 * rent);
    let carried = |outcome: &Value| value(outcome, "throughput");
    assert_eq!(carried(&plain), carried(&mixed), "terms change the bill alone");
}

#[test]
fn spot_provers_cost_less_and_finish_proofs_later_as_arithmetic_says() {
    let month = format!("{SHORT_EPOCHS} --set proving.specified_machines=4 --set horizon=20d --replications 4");
    let (always, spot) = (gpu(&month), gpu(&format!("{month} {SPOT}")));
    // Four machines are there 60 of 70 minutes, and serve but for the first two of each 60: e^(-2/60) of that.
    let paid = value(&spot, "units.provers");
    assert!((paid / 4.0 - 6.0 / 7.0).abs() < 0.015, "{paid} machines");
    let serve = value(&spot, "machines.provers.serving") / paid;
    assert!((serve - (-2.0_f64 / 60.0).exp()).abs() < 0.003, "{serve} of the time that is paid");
    assert!(near(value(&spot, "cost.proving"), paid * 0.4 * MONTH_H));
    assert!(value(&spot, "cost.proving") < 0.3 * value(&always, "cost.proving"));
    // An epoch that ends while there are none waits for ten minutes and the start-up; one that ends in a start-up, for a minute.
    // 1,600 losses put the standard error of that at 6 %.
    let starts = 6.0 / 7.0 * (1.0 - (-2.0_f64 / 60.0).exp());
    let waits_s = 60.0 * (12.0 / 7.0 + starts);
    let later_s = value(&spot, "proof_finality.mean") - value(&always, "proof_finality.mean");
    assert!((later_s / waits_s - 1.0).abs() < 0.2, "{later_s} s, by hand {waits_s} s");
    assert_eq!(value(&spot, "throughput"), value(&always, "throughput"), "nothing is lost");
    // Proofs take up to ten minutes (a day's), which a lost machine begins again; saved every minute, hardly anything.
    let saved = gpu(&format!("{month} {SPOT} --set proving.checkpoint=1min"));
    let again = |outcome: &Value| value(outcome, "done_again");
    assert!(again(&spot) > 0.02 && again(&saved) < 0.5 * again(&spot), "{} and {}", again(&spot), again(&saved));
    let capacity = |outcome: &Value| value(outcome, "capacity.provers");
    assert!(capacity(&saved) > capacity(&spot), "capacity counts what is done again");
    assert!(capacity(&saved) < paid / 4.0 * capacity(&always), "and who serves");
}

#[test]
fn the_example_of_the_docs_works() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fleets.md")).expect("it is there");
    let example = docs.split("```toml\n").nth(2).and_then(|rest| rest.split("```").next()).expect("an example");
    let folder = folder();
    std::fs::write(folder.path().join("mine.toml"), example).expect("written");
    let run = "simulate mine.toml --design gpu --costs claimed --set horizon=1h --replications 2 --quiet --json";
    let outcome = proofcast(folder.path(), run).json();
    let (machines, usd) = line(&outcome, "provers");
    assert!(machines > 0.0 && near(usd, machines * 0.8 * MONTH_H), "{machines} machines for {usd} USD");
}

#[test]
fn an_autoscaler_has_the_provers_that_the_load_needs() {
    let day = "--sizing sized --set horizon=24h --replications 2 --set load.profile={hours=[\
               0.4,0.4,0.4,0.4,0.4,0.4,1,1,1,1,1,1,1.6,1.6,1.6,1.6,1.6,1.6,1,1,1,1,1,1]}";
    let scaled = "--set design.gpu.proving.lifecycle={start_up=\"1min\",autoscaler={utilization=\"80%\",most=30}}";
    let (fixed, scaled) = (gpu(day), gpu(&format!("{day} {scaled}")));
    let machines = |outcome: &Value| value(outcome, "units.provers");
    // Ten machines are busy in the mean and sixteen at the peak.
    assert!(machines(&fixed) >= 16.0 && (10.0..16.0).contains(&machines(&scaled)), "{} machines", machines(&scaled));
    assert!(value(&scaled, "cost.proving") < value(&fixed, "cost.proving"));
    assert!(value(&scaled, "machines.provers.reversals") < 24.0 && value(&scaled, "machines.provers.lost") == 0.0);
    let proven = |outcome: &Value| value(outcome, "proof_finality.p99");
    assert!((proven(&scaled) / proven(&fixed) - 1.0).abs() < 0.1, "{} and {} s", proven(&scaled), proven(&fixed));
}

#[test]
fn a_fleet_is_sized_for_provers_that_fail_and_for_what_they_do_again() {
    let short = "--sizing sized --set horizon=30min --replications 2";
    let failing = "--set design.gpu.proving.lifecycle={failures={between=\"1h\",repair=\"1h\"}}";
    let (always, fails) = (gpu(short), gpu(&format!("{short} {failing}")));
    let machines = |outcome: &Value| value(outcome, "units.provers");
    assert!((machines(&fails) / machines(&always) - 2.0).abs() < 0.15, "half of them serve: {}", machines(&fails));
    // A day's proof takes ten minutes: one that is begun again every ten seconds is never made.
    let often = "simulate layered --design gpu --costs claimed --set design.gpu.proving.lifecycle={failures={between=\"10s\",repair=\"0s\"}}";
    let refused = refusal(often);
    assert!(refused.contains("machines to carry it") && refused.contains("load.rate"), "{refused}");
}

#[test]
fn the_same_bytes_come_for_any_number_of_threads() {
    let of = |threads: u32| {
        let line = format!(
            "simulate layered --design gpu --costs claimed --quiet --json {SHORT_EPOCHS} {SPOT} --set horizon=1d --replications 3 --threads {threads}"
        );
        proofcast(folder().path(), &line).expect(0)
    };
    let one = of(1);
    assert!(one == of(2) && one == of(8));
}

#[test]
fn provers_over_time_are_drawn_where_they_change() {
    let (folder, run) = (folder(), "simulate layered --design gpu --costs claimed --replications 2");
    let told = proofcast(folder.path(), &format!("{run} {SHORT_EPOCHS} {SPOT} --out here")).expect(0);
    assert!(folder.path().join("here/charts/fleet.svg").exists(), "{told}");
    let drawn = std::fs::read_to_string(folder.path().join("here/charts/fleet.svg")).expect("a chart");
    assert!(drawn.contains("Transactions an hour") && drawn.contains("Proofs that wait"));
    proofcast(folder.path(), &format!("{run} {SHORT_EPOCHS} --out there")).expect(0);
    assert!(!folder.path().join("there/charts/fleet.svg").exists());
}

#[test]
fn what_cannot_be_is_refused_with_its_key() {
    let spot = "market=\"spot\",price=\"$1/h\"";
    for (life, key, says) in [
        (format!("lots=[{{{spot}}}]"), "lots.0.zones", "when a zone has spot machines must be said"),
        (
            format!("lots=[{{{spot},zones=[{{law=\"replay\",zone=\"us-east-2b\"}}]}}]"),
            "zone",
            "did you mean `us-east-2a`?",
        ),
        ("lots=[{notice=\"1min\"}]".to_owned(), "lots.0.notice", "are taken back"),
        ("lots=[{machine=\"cpu\"}]".to_owned(), "lots.0.machine", "all alike"),
        ("lots=[{machines=5}]".to_owned(), "lots", "leave `machines` out of a lot"),
        ("autoscaler={most=2,least=3}".to_owned(), "autoscaler.least", "more than the most, 2"),
        ("autoscaler={most=20,least=0}".to_owned(), "autoscaler.least", "at least 1, or `in_hand`"),
        (
            "autoscaler={most=20,utilization=\"95%\"}".to_owned(),
            "autoscaler.utilization",
            "no further one is ever wanted",
        ),
        ("autoscaler={most=20,every=\"1ms\"}".to_owned(), "autoscaler.every", "at least 1 s"),
        ("failures={between=\"1ms\",repair=\"1s\"}".to_owned(), "failures.between", "at least 1 s"),
    ] {
        let refused = refusal(&format!(
            "simulate layered --design gpu --costs claimed --set design.gpu.proving.lifecycle={{{life}}}"
        ));
        assert!(
            refused.contains(says) && refused.contains("proving.lifecycle") && refused.contains(key),
            "{life}: {refused}"
        );
    }
    let first =
        "simulate layered --costs claimed --set design.naive.proving.lifecycle={start_up=\"1min\",autoscaler={most=9}}";
    let refused = refusal(&format!("{first} --design naive"));
    assert!(refused.contains("before they are included") && refused.contains("proofs of epochs"), "{refused}");
    let failing = "--set design.gpu.proving.lifecycle={failures={between=\"1h\",repair=\"1h\"}}";
    let folder = folder();
    std::fs::write(
        folder.path().join("lazy.toml"),
        "extends = \"layered\"\n[optimisations.lazy]\nwhen = \"on request\"\n",
    )
    .expect("written");
    let run = proofcast(folder.path(), &format!("simulate lazy.toml --design gpu --costs claimed {failing}"));
    let refused = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(refused.contains("on request") && refused.contains("always there"), "{refused}");
    let many = "--sizing specified --set design.gpu.proving.specified_machines=2000000";
    let refused = refusal(&format!("simulate layered --design gpu --costs claimed {failing} {many}"));
    assert!(refused.contains("proving.specified_machines") && refused.contains("at most 1e6"), "{refused}");
}
