//! Results read back from their JSON: the same values, the same bytes when they are written again, the same tables.

use std::fs;

use models::system::{AnySystem, Resolution, System};
use models::systems::layered;
use planner::{Bound, Comparison, Effort, Finding, Origin, Override, Progress, Reached, Selection, Summary, Verdict};
use reports::table::Style;
use scenarios::{Calibrations, Case, Scenario, Sizing};
use sim::Streams;

use crate::program::folder;

/// A scenario of the library made short, with an objective.
fn scenario(kind: &str) -> Scenario {
    let (extends, own, metric) = match kind {
        "layered" => ("layered", "horizon = \"1 h\"\n", "proof_finality.p99"),
        _ => ("inference-proofs", "horizon = \"20 min\"\nwarm_up = \"1 min\"\n", "sojourn.p99"),
    };
    let text = format!(
        "extends = \"{extends}\"\nname = \"short\"\nreplications = 3\n{own}[[objectives]]\nname = \"fast\"\nmetric = \"{metric}\"\n\
         bound = \"at most\"\nvalue = 900\nunit = \"s\"\n"
    );
    let folder = folder();
    let path = folder.path().join("short.toml");
    fs::write(&path, text).expect("written");
    scenarios::open(&path.display().to_string(), &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn cases(scenario: &Scenario, sizings: &[Sizing]) -> Vec<Case> {
    let each = scenario.designs.iter().flat_map(|design| sizings.iter().map(move |sizing| (design, *sizing)));
    let case = |(design, sizing): (&String, Sizing)| {
        scenario.case_with_worlds(design, "claimed", sizing, &Calibrations::default()).expect("costs are claimed")
    };
    each.map(case).collect()
}

/// All designs of a short scenario of a kind side by side, at the costs that are claimed.
pub fn compared(kind: &str) -> Comparison {
    let scenario = scenario(kind);
    let progress = Progress::until(|| false);
    let effort = Effort { progress: &progress, ..planner::default_effort(&scenario, 1) };
    let in_designs = [("gpu".to_owned(), "2 h".to_owned())].into();
    let origin = Origin {
        scenario: scenario.name.clone(),
        scenario_sha256: "5ce7a510".repeat(8),
        calibration_sha256: None,
        instance_calibrations_sha256: Default::default(),
        version: "0.0.0".into(),
        overrides: vec![Override { key: "horizon".into(), value: "1 h".into(), instead_of: None, in_designs }],
    };
    let sizings = [Sizing::Sized, Sizing::Specified];
    let selection = Selection {
        designs: scenario.designs.clone(),
        books: vec!["claimed".into()],
        sizings: sizings.to_vec(),
        base: scenario.base.clone(),
    };
    let same = scenario.at_load_of(&scenario.base).unwrap_or_else(|problems| panic!("{problems}"));
    let same = same.map(|(mix, same)| (mix, cases(&same, &[Sizing::Sized])));
    planner::compare(&scenario, &cases(&scenario, &sizings), same.as_ref(), &selection, &effort, &origin, |_| ())
}

fn reads_back(comparison: &Comparison) {
    let back =
        Comparison::read(&serde_json::to_string(comparison).expect("JSON")).unwrap_or_else(|error| panic!("{error}"));
    assert!(back == *comparison, "with the values behind the numbers");
    let document = reports::json::comparison(comparison).expect("finite numbers");
    let back = Comparison::read(&document).unwrap_or_else(|error| panic!("{error}"));
    assert!(back == comparison.published() && document == reports::json::comparison(&back).expect("finite numbers"));
    let tables = |one: &Comparison| {
        let style = Style::default();
        let claims = one.designs.iter().flat_map(|summary| &summary.claims);
        let outcomes =
            one.designs.iter().map(|summary| reports::table::outcome("", summary, style)).collect::<String>();
        let claims = reports::table::claims(claims, true, style);
        [reports::table::comparison(one, style), reports::table::objectives(&one.designs, style), claims, outcomes]
    };
    assert_eq!(tables(&back), tables(comparison));
    for summary in &comparison.designs {
        assert!(
            Summary::read(&serde_json::to_string(summary).expect("JSON")).as_ref() == Ok(summary),
            "{} {}",
            summary.design,
            summary.sizing
        );
        let document = reports::json::outcome(summary).expect("finite numbers");
        let back = Summary::read(&document).unwrap_or_else(|error| panic!("{error}"));
        assert!(document == reports::json::outcome(&back).expect("finite numbers"), "{}", summary.design);
    }
}

/// A claim that what was found is only a bound for.
fn finding() -> Finding {
    Finding {
        id: "S1.optimistic.cost".into(),
        statement: "a bill".into(),
        verdict: Verdict::Undecided,
        claimed: 57e3,
        unit: "USD/month".into(),
        derived: None,
        metric: Some("cost.total".into()),
        found: Some(0.1 + 0.2),
        low: None,
        high: None,
        side: Some(Bound::AtLeast),
        ratio: Some(1.9e5),
        why: "a \"bound\"".into(),
        source: "a test".into(),
    }
}

/// Whether what is hard to keep is there, so that it is read back above.
fn has(comparison: &Comparison, what: &str, is: impl Fn(&Summary) -> bool) {
    assert!(comparison.designs.iter().any(is), "no design has {what}");
}

#[test]
fn a_layered_comparison_is_read_back_as_it_was() {
    let mut comparison = compared("layered");
    // What these few runs do not come to: an interval without end, a bound, a precision that was not reached, an early end.
    let [first, ..] = &mut comparison.designs[..] else { panic!("designs were compared") };
    let endless = first.metrics.iter_mut().find(|metric| metric.high.is_some()).expect("an interval");
    (endless.high, endless.why) = (Some(f64::INFINITY), Some("no upper bound".into()));
    first.precision = Some(Reached { asked: 0.01, reached: f64::INFINITY });
    first.interrupted = Some(10);
    first.claims.push(finding());
    has(&comparison, "a missing figure", |summary| summary.metrics.iter().any(|metric| metric.value.is_none()));
    has(&comparison, "figures by the month", |summary| !summary.series.is_empty());
    has(&comparison, "objectives", |summary| !summary.objectives.is_empty());
    has(&comparison, "distributions", |summary| !summary.distributions.is_empty());
    assert!(comparison.same_load.is_some() && !comparison.differences.is_empty());
    reads_back(&comparison);
    refused_where_it_is_cut(&reports::json::outcome(&comparison.designs[0]).expect("finite numbers"));
}

/// A document that ends too soon says so, wherever that is.
fn refused_where_it_is_cut(document: &str) {
    let ends = (0..document.trim_end().len()).step_by(101).filter(|end| document.is_char_boundary(*end));
    for end in ends {
        let error = Summary::read(&document[..end]).expect_err("a part of a document").to_string();
        assert!(error.starts_with("not JSON: "), "{error}");
    }
}

#[test]
fn a_comparison_of_services_is_read_back_as_it_was() {
    let comparison = compared("service");
    has(&comparison, "objectives", |summary| !summary.objectives.is_empty());
    has(&comparison, "distributions", |summary| !summary.distributions.is_empty());
    reads_back(&comparison);
}

/// Runs a system once; what it yields is the same after it was written and read.
fn run_reads_back<S: System>(system: &S, extent: S::Extent) -> String {
    let outcome = system.run_told(Resolution::Cohort, extent, &Streams::new(1, 0), |_| true).expect("nobody ends it");
    let written = |outcome| serde_json::to_string(outcome).expect("JSON");
    let text = written(&outcome);
    let back: S::Outcome = planner::read(&text).unwrap_or_else(|error| panic!("{error}"));
    assert!(back == outcome && written(&back) == text);
    text
}

/// What a run of each design of a short scenario of a kind yields.
pub fn runs(kind: &str) -> Vec<String> {
    let epochs = layered::Horizon { warm_up_epochs: 1, epochs: 2, prove: true };
    let run = |case: &Case| match &case.system {
        AnySystem::Layered(system) => run_reads_back(system, epochs),
        AnySystem::Service(system) => run_reads_back(system, case.horizon.into()),
        AnySystem::Rollup(system) => run_reads_back(system, case.horizon),
        AnySystem::Market(system) => run_reads_back(system, case.horizon),
    };
    cases(&scenario(kind), &[Sizing::Sized]).iter().map(run).collect()
}

#[test]
fn what_a_run_of_each_kind_yields_is_read_back_as_it_was() {
    let (layered, services) = (runs("layered").concat(), runs("service").concat());
    for (texts, parts) in [
        (layered, ["\"critical_s\"", "\"provers\"", "\"reverted_by_age\"", "\"to_fault_proof\""]),
        (services, ["\"hits\"", "\"paid\"", "\"firing\"", "\"queue_depth\""]),
    ] {
        for part in parts {
            assert!(texts.contains(part), "no design has {part}");
        }
    }
}
