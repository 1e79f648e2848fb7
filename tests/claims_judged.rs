//! Claims: what a figure stands for, and what may decide it. Oracles are arithmetic of this file and other ways to write the same.

use std::fs;

use calibrate::{Calibration, Scaling};
use planner::{Bound, Finding, Verdict, findings};
use scenarios::Claim;

use crate::claims::{by_arithmetic, decided, with_claim};
use crate::kept::kept;
use crate::program::folder;

/// Claims from a text, as a file of their own.
fn read(text: &str) -> Vec<Claim> {
    let folder = folder();
    let path = folder.path().join("mine.toml");
    fs::write(&path, format!("about = \"a test\"\n{text}")).expect("written");
    let claims = scenarios::claims_of(&path.to_string_lossy()).unwrap_or_else(|problems| panic!("{problems}"));
    claims.expect("a file of claims")
}

/// The claims of the layered system, of policies, and of keys.
fn library() -> Vec<Claim> {
    let layered = scenarios::open("layered", &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let others = ["policies", "keys"].map(|name| scenarios::claims_of(name).ok().flatten().expect("a file of claims"));
    layered.claims.into_iter().chain(others.into_iter().flatten()).collect()
}

/// A claim that is derived from one figure.
fn derived(id: usize, claimed: &str, unit: &str, rest: &str, figure: &str) -> String {
    format!(
        "[[claims]]\nid = \"T.a.c{id}\"\nstatement = \"a figure\"\nclaimed = {claimed}\nunit = \"{unit}\"\nbound = \"about\"\n{rest}\n\
         source = \"a test\"\n[claims.derive]\nformula = \"figure\"\ninputs = {{ figure = \"{figure} {unit}\" }}\n"
    )
}

#[test]
fn a_figure_with_digits_stands_for_all_that_round_to_it() {
    let (mut text, mut expected) = (String::new(), Vec::new());
    for (index, value) in [27.894_7_f64, 26.316, 0.000_223_46, 1_638.9, 9.4737, 99.989_47, 249_900.0].iter().enumerate()
    {
        for digits in 1..=4usize {
            // The oracle: the figure as a scientific number with so many digits, and the one before.
            let rounded = format!("{:.*e}", digits - 1, value);
            let unit = 10f64.powi(value.log10().floor() as i32 + 1 - digits as i32);
            let next = rounded.parse::<f64>().expect("a number") - unit;
            for (claimed, holds) in [(rounded, true), (format!("{next:e}"), false)] {
                let id = index * 100 + digits * 10 + usize::from(holds);
                text += &derived(id, &claimed, "tx/s", &format!("digits = {digits}"), &value.to_string());
                expected.push(holds);
            }
        }
    }
    let found = findings(&read(&text), &[], None);
    assert_eq!(found.len(), expected.len());
    for (finding, holds) in found.iter().zip(expected) {
        assert_eq!(finding.verdict == Verdict::Holds, holds, "{finding:?}");
    }
    for id in ["S1.validation.gpu_faster_28", "S1.validation.gpu_faster_9_5", "S1.optimistic.saves_cores"] {
        assert_eq!(by_arithmetic(&library(), id).verdict, Verdict::Holds, "{id}");
    }
}

#[test]
fn less_than_a_figure_is_not_as_much() {
    let bound = |bound: &str, figure: &str| {
        let text = derived(1, "3", "s", "tolerance = \"0 %\"", figure).replace("about", bound);
        findings(&read(&text), &[], None).remove(0).verdict == Verdict::Holds
    };
    for (name, less, same, more) in [
        ("at most", true, true, false),
        ("less than", true, false, false),
        ("at least", false, true, true),
        ("more than", false, false, true),
    ] {
        assert_eq!([bound(name, "2.9"), bound(name, "3"), bound(name, "3.1")], [less, same, more], "{name}");
    }
}

/// What the figures of the sources that were left out once give, by hand, and whether that is what is claimed.
fn by_hand() -> Vec<(&'static str, f64, bool)> {
    let averages = [2_427.0, 1_820.0, 1_214.0];
    let slope = |size: f64| 1.0 + size / 1_024.0 * 0.5;
    let earned = 175.0 * 0.1 * 24.0 * 30.0;
    vec![
        ("S2.run.time", 15.0 * averages.iter().sum::<f64>() / 1e3, false),
        ("S2.memory_pattern.verify_faster", 2_427.0 / 143.0, false),
        ("S2.policy_enforcement.verify_faster", 1_820.0 / 115.0, false),
        ("S2.proof_of_knowledge.verify_faster", 1_214.0 / 144.0, false),
        ("S2.policy_enforcement.service_level", 2_250.0 / 1e3, false),
        ("S2.memory_pattern.service_level", 3_000.0 / 1e3, false),
        ("S2.inputs.at_256", (slope(256.0) / slope(32.0) - 1.0) * 100.0, false),
        ("S2.inputs.at_1024", (slope(1_024.0) / slope(32.0) - 1.0) * 100.0, true),
        ("S2.policies.gap", 2_427.0 / 1_214.0, true),
        ("S2.proof.size", 133.0, false),
        ("S3.verify.against_sign", 33.66 / 17.3, true),
        ("S1.combined.cost_360", 0.5 * 24.0 * 30.0, true),
        ("S1.combined.cost_recursion", (0.5 * 24.0 + 5.0) * 30.0, false),
        ("S1.optimistic.saves_cores", (1.0 - (250.0 + 1_389.0) / 100_000.0) * 100.0, true),
        ("S1.optimistic.saves_cost", (1.0 - 57_000.0 / 3_400_000.0) * 100.0, true),
        ("S1.combined.saves_cost", (1.0 - 360.0 / 3_400_000.0) * 100.0, true),
        ("S1.validation.gpu_faster_9_5", (1.0 - 1.72 / 1.9) * 100.0, true),
        ("S1.validation.gpu_faster_28", (1.0 - 1.37 / 1.9) * 100.0, true),
        ("S1.validation.third", 1_000.0 / 3.0, false),
        ("S1.validators.return", 500.0 / (2_000.0 + 6_000.0), true),
        ("S1.validators.server_cores", 16.0, false),
        ("S1.validators.hybrid_income", earned / 50.0, false),
        ("S1.epoch.share_commit", 60.0 / 130.0 * 100.0, false),
        ("S1.epoch.share_trace", 30.0 / 130.0 * 100.0, false),
        ("S1.epoch.share_constraints", 10.0 / 130.0 * 100.0, false),
        ("S1.market.speed_bonus_share", 50.0, true),
        ("S1.market.provers", (earned / 500.0).floor(), false),
        ("S1.bill.day", 360.0 * 30.0, true),
        ("S1.bill.of_a_day", 0.5 * 24.0, false),
        ("S1.combined.saves_cost_of_table", (1.0 - 10_000.0 / 3_400_000.0) * 100.0, false),
        ("S1.economics.real_time", 1e-7 * 100_000.0 * 86_400.0 * 30.0, true),
        ("S1.optimistic.cost", 26.0 * 3.0 * 730.0, true),
    ]
}

#[test]
fn figures_are_derived_as_by_hand() {
    let library = library();
    for (id, expected, consistent) in by_hand() {
        let finding = by_arithmetic(&library, id);
        let value = finding.derived.unwrap_or_else(|| panic!("{id} derives nothing"));
        assert!((value - expected).abs() <= 1e-9 * expected.abs().max(1e-9), "{id}: {value}, not {expected}");
        assert_eq!(finding.verdict != Verdict::Inconsistent, consistent, "{id}: {}", finding.why);
    }
}

#[test]
fn bills_of_different_designs_are_not_held_against_each_other() {
    let library = library();
    for design in ["naive", "optimistic", "hierarchical", "gpu", "hybrid", "combined"] {
        let finding = by_arithmetic(&library, &format!("S1.{design}.cost"));
        assert_ne!(finding.verdict, Verdict::Inconsistent, "{}", finding.why);
    }
    for claim in library.iter().filter(|claim| claim.id.starts_with("S1.bill.")) {
        let said = claim.derived.as_ref().map_or("", |derived| derived.arithmetic.as_str());
        let others = ["naive", "optimistic", "hierarchical", "gpu", "hybrid"];
        assert!(others.iter().all(|design| !said.contains(&format!("S1.{design}."))), "{}: {said}", claim.id);
    }
}

/// The same claims, written in other units.
fn rewritten(text: &str, tolerances: &[Claim]) -> (String, Vec<f64>) {
    let mut file: toml::Table = text.parse().expect("a file");
    let mut factors = Vec::new();
    let claims = file["claims"].as_array_mut().expect("claims");
    for (claim, read) in claims.iter_mut().zip(tolerances) {
        let claim = claim.as_table_mut().expect("a claim");
        let unit = claim["unit"].as_str().expect("a unit").to_owned();
        let (other, factor) = match unit.as_str() {
            "s" => ("ms", 1e3),
            "ms" => ("min", 1.0 / 60e3),
            "min" => ("h", 1.0 / 60.0),
            "h" => ("s", 3_600.0),
            "us" => ("ns", 1e3),
            "%" => ("1", 0.01),
            "1" => ("%", 100.0),
            "tx/s" => ("ktx/h", 3.6),
            "kB" => ("B", 1e3),
            "USD/month" => ("USD/year", 12.0),
            "USD/year" => ("USD/month", 1.0 / 12.0),
            "1/month" => ("1/year", 12.0),
            _ => (unit.as_str(), 1.0),
        };
        claim.insert("unit".into(), other.into());
        claim.insert("claimed".into(), (read.claimed * factor).into());
        // Digits belong to the unit that a figure was published in.
        claim.remove("digits");
        claim.insert("tolerance".into(), format!("{} %", read.tolerance * 100.0).into());
        factors.push(factor);
    }
    (file.to_string(), factors)
}

#[test]
fn a_claim_says_the_same_in_other_units() {
    for name in ["policies", "keys"] {
        let text = scenarios::claim_library().iter().find(|(known, _)| *known == name).expect("it is there").1;
        let said = scenarios::claims_of(name).ok().flatten().expect("a file of claims");
        let (text, factors) = rewritten(text, &said);
        let folder = folder();
        let path = folder.path().join("mine.toml");
        fs::write(&path, text).expect("written");
        let again = scenarios::claims_of(&path.to_string_lossy()).unwrap_or_else(|problems| panic!("{problems}"));
        same(&findings(&said, &[], None), &findings(&again.expect("claims"), &[], None), &factors);
    }
    let text = scenarios::claim_library().iter().find(|(known, _)| *known == "layered").expect("it is there").1;
    let said = scenarios::open("layered", &[]).unwrap_or_else(|problems| panic!("{problems}")).claims;
    let (text, factors) = rewritten(text, &said);
    let folder = folder();
    fs::write(folder.path().join("claims.toml"), text).expect("written");
    let path = folder.path().join("mine.toml");
    fs::write(&path, "extends = \"layered\"\nclaim_files = [\"claims.toml\"]\n").expect("written");
    let again = scenarios::open(&path.to_string_lossy(), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    same(&findings(&said, &[], None), &findings(&again.claims, &[], None), &factors);
}

fn same(one: &[Finding], other: &[Finding], factors: &[f64]) {
    assert_eq!((one.len(), other.len()), (other.len(), factors.len()));
    for ((one, other), factor) in one.iter().zip(other).zip(factors) {
        assert_eq!((&one.id, one.verdict), (&other.id, other.verdict), "{} and {}", one.why, other.why);
        for (one, other) in [(one.derived, other.derived), (one.found, other.found)] {
            let alike = match (one, other) {
                (Some(one), Some(other)) => (one * factor - other).abs() <= 1e-9 * other.abs().max(1e-12),
                (one, other) => one == other,
            };
            assert!(alike, "{one:?} × {factor} is not {other:?}");
        }
    }
}

#[test]
fn a_cost_at_another_load_is_held_in_proportion_and_known_from_one_side() {
    let claim = |bound: &str, claimed: f64, load: &str| {
        let text = format!(
            "[[claims]]\nid = \"T.a.b\"\ndesign = \"optimistic\"\nstatement = \"a bill\"\nclaimed = {claimed}\nunit = \"USD/month\"\n\
             bound = \"{bound}\"\ntolerance = \"0 %\"\nmetric = \"cost.proving\"\ncosts = \"claimed\"\nsource = \"a test\"\n{load}\n"
        );
        decided(&with_claim(&text), 4)
    };
    let whole = claim("at most", 1e12, "");
    assert_eq!((whole.verdict, whole.side), (Verdict::Holds, None), "{}", whole.why);
    let found = whole.found.expect("a bill");
    // Half the load needs half the machines at least: that can refute a bound above, and never confirm it.
    for (load, part, side) in
        [("25k/s", 0.5, Some(Bound::AtLeast)), ("50k/s", 1.0, None), ("100k/s", 2.0, Some(Bound::AtMost))]
    {
        let of_part = claim("at most", 1e12, &format!("load = \"{load}\""));
        assert!((of_part.found.expect("a bill") - found * part).abs() < 1e-6 * found, "{}", of_part.why);
        assert_eq!(of_part.side, side, "{}", of_part.why);
        let expected = if part < 1.0 { Verdict::Undecided } else { Verdict::Holds };
        assert_eq!(of_part.verdict, expected, "{}", of_part.why);
        let refuted = claim("at most", found * part * 0.5, &format!("load = \"{load}\"")).verdict;
        assert_eq!(refuted, if part > 1.0 { Verdict::Undecided } else { Verdict::Fails });
    }
}

#[test]
fn a_ratio_of_two_sizes_is_known_as_well_as_the_samples_of_each() {
    let growth = "[[claims]]\nid = \"T.a.b\"\nstatement = \"growth\"\nclaimed = 1\nunit = \"1\"\nbound = \"at least\"\ntolerance = \"0 %\"\n\
        source = \"a test\"\n[claims.find]\nformula = \"large / small\"\n[claims.find.inputs]\n\
        large = { operation = \"stark.prove\", size = 64, of = \"time\" }\n\
        small = { operation = \"stark.prove\", size = 4, of = \"time\" }\n";
    let judged = |calibration: &Calibration| findings(&read(growth), &[], Some(calibration)).remove(0);
    let mut host = kept();
    let found = judged(&host);
    let measured = host.operation("stark.prove").expect("it is measured");
    let of = |size: u64| {
        let point = measured.points.iter().find(|point| point.size == size).expect("a size");
        let estimate = measured.estimate(point).expect("samples");
        [estimate.half_width_s, estimate.own_half_width_s].map(|half| half.expect("several samples") / estimate.mean_s)
    };
    let [[small, of_small], [large, of_large]] = [of(4), of(64)];
    let half_width = found.high.zip(found.found).map(|(high, value)| high / value - 1.0).expect("an interval");
    let expected = of_small.hypot(of_large);
    assert!((half_width / expected - 1.0).abs() < 0.05, "{half_width}, by hand {expected}");
    assert!(half_width < small.hypot(large), "what differs between runs moves both: {half_width}");

    // Sizes that are threads need a core each.
    host.host.physical_cores = Some(2);
    let threads = host.operations.iter_mut().find(|it| it.description.name == "stark.prove").expect("measured");
    threads.description.scaling = Some(Scaling::FixedWork);
    let shared = judged(&host);
    assert_eq!(shared.verdict, Verdict::Untested);
    assert!(shared.why.contains("threads share the 2 cores of this host"), "{}", shared.why);
}

#[test]
fn a_bill_is_held_at_full_utilization_too() {
    let claim = |claimed: f64| {
        let text = format!(
            "[books.claimed]\ntarget_utilization = \"50 %\"\n[[claims]]\nid = \"T.a.b\"\ndesign = \"optimistic\"\nstatement = \"a bill\"\n\
             claimed = {claimed}\nunit = \"USD/month\"\nbound = \"at most\"\ntolerance = \"0 %\"\nmetric = \"cost.proving\"\n\
             costs = \"claimed\"\nsource = \"a test\"\n"
        );
        decided(&with_claim(&text), 2)
    };
    let found = claim(1e12).found.expect("a bill");
    let verdicts = [1.01, 0.75, 0.49].map(|part| claim(found * part).verdict);
    assert_eq!(verdicts, [Verdict::Holds, Verdict::Undecided, Verdict::Fails]);
}
