//! What holds of every scenario of the library, in every design, cost book and sizing: a new kind of system, and a new scenario, is
//! tested by being listed.

use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};

use planner::Summary;
use scenarios::{Calibrations, Case, Scenario, Sizing};

use crate::kept::kept;
use crate::program::{folder, proofcast};
use crate::uncertainty::answered;

/// Two replications tell whether something has an interval.
const REPLICATIONS: u32 = 2;

/// A scenario of the library, with a run of seconds.
struct Short {
    scenario: Scenario,
    changes: Vec<String>,
}

impl Short {
    fn of(name: &str) -> Self {
        let is_service = opened(name, &[]).cases(Sizing::Sized).iter().any(|case| case.system.request().unit == "req");
        let changes = if is_service { ["horizon=15min", "warm_up=5min"] } else { ["horizon=1h", "warm_up=0s"] };
        opened(name, &changes.map(str::to_owned))
    }

    /// The same with further changes.
    fn with(&self, changes: &[String]) -> Self {
        opened(&self.scenario.name, &[&self.changes[..], changes].concat())
    }

    /// Every design under every book.
    fn cases(&self, sizing: Sizing) -> Vec<Case> {
        let calibrations = Calibrations::of_host(Some(kept()));
        let of = |design: &String, book: &str| {
            let case = self.scenario.case(design, book, sizing, &calibrations);
            case.unwrap_or_else(|faults| panic!("{}", self.scenario.problems(faults)))
        };
        let books: Vec<&str> = self.scenario.books().collect();
        self.scenario
            .designs
            .iter()
            .flat_map(|design| books.iter().map(move |book| (design, *book)))
            .map(|(d, b)| of(d, b))
            .collect()
    }
}

fn opened(name: &str, changes: &[String]) -> Short {
    let scenario = scenarios::open(name, changes).unwrap_or_else(|problems| panic!("{problems}"));
    Short { scenario, changes: changes.to_vec() }
}

fn library() -> Vec<Short> {
    scenarios::library().iter().map(|(name, _)| Short::of(name)).collect()
}

fn name(case: &Case) -> String {
    format!("{} · {} · {}", case.design, case.book, case.sizing.name())
}

/// All that is asked of single outcomes, so that every case is simulated once.
#[test]
fn outcomes_say_what_they_must() {
    let mut figures: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for short in library() {
        let mut of_scenario = BTreeSet::new();
        for case in [Sizing::Sized, Sizing::Specified].into_iter().flat_map(|sizing| short.cases(sizing)) {
            let summary = answered(&case, 5, REPLICATIONS);
            let place = format!("{} · {}", short.scenario.name, name(&case));
            figures_have_a_value_or_a_reason(&summary, &place);
            the_bill_adds_up(&case, &summary, &place);
            machines_do_the_work_that_is_offered(&case, &summary, &place);
            let text = serde_json::to_string(&summary).expect("JSON");
            let again = Summary::read(&text).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(serde_json::to_string(&again).expect("JSON"), text, "{place}");
            let names = || summary.metrics.iter().map(|metric| metric.name.clone());
            of_scenario.extend(names().map(|metric| (case.design.clone(), metric)));
            figures.entry(summary.headlines.kind).or_default().extend(names());
        }
        objectives_have_their_figures(&short, &of_scenario);
    }
    what_is_put_first_is_there(&figures);
}

fn figures_have_a_value_or_a_reason(summary: &Summary, place: &str) {
    assert!(!summary.metrics.is_empty(), "{place}");
    for metric in &summary.metrics {
        let told = metric.value.is_some() || metric.why.as_ref().is_some_and(|why| !why.is_empty());
        assert!(told && !metric.unit.is_empty(), "{place}: {metric:?}");
        if let (Some(low), Some(value), Some(high)) = (metric.low, metric.value, metric.high) {
            assert!(low <= value && value <= high, "{place}: {metric:?}");
        }
        let same = summary.metrics.iter().filter(|other| other.name == metric.name).count();
        assert_eq!(same, 1, "{place}: {}", metric.name);
    }
}

/// Lines add up to the total, and the total is that of the fleet.
fn the_bill_adds_up(case: &Case, summary: &Summary, place: &str) {
    let total = summary.value("cost.total").unwrap_or_else(|| panic!("{place}: no bill"));
    let lines = case.fleet.roles().filter_map(|role| summary.value(&format!("cost.{}", role.name())));
    let near = |sum: f64| (sum - total).abs() <= 1e-9 * total.max(1.0);
    assert!(near(lines.sum()) && near(case.fleet.total()), "{place}: {total}");
    // In cents, and in what a float can hold.
    let adds_up = |lines: f64, metric: f64| (lines - metric).abs() <= 0.005 + 1e-12 * metric.abs();
    for role in case.fleet.roles() {
        let lines = summary.bill.iter().filter(|line| line.role == role.name());
        let sum: rust_decimal::Decimal = lines.map(|line| line.usd_per_month).sum();
        let (sum, metric) = (sum.to_f64().unwrap_or(f64::NAN), summary.value(&format!("cost.{}", role.name())));
        assert!(metric.is_some_and(|metric| adds_up(sum, metric)), "{place}: {}: {sum}, {metric:?}", role.name());
    }
    for pool in &case.fleet.pools {
        let told = summary.value(&format!("units.{}", pool.name));
        assert_eq!(told, Some(pool.machines() as f64), "{place}: {}", pool.name);
    }
}

/// What an objective asks of is a figure of some design that it is asked of.
fn objectives_have_their_figures(short: &Short, figures: &BTreeSet<(String, String)>) {
    // What is studied beside the world comes to a summary with the comparison.
    let beside = |metric: &str| ["market", "fees", "node"].contains(&metric.split('.').next().unwrap_or_default());
    for objective in short.scenario.objectives.iter().filter(|objective| !beside(&objective.metric)) {
        let asked = |design: &str| objective.design.as_ref().is_none_or(|asked| asked == design);
        let there = figures.iter().any(|(design, metric)| asked(design) && *metric == objective.metric);
        assert!(there, "{}: no {}", short.scenario.name, objective.metric);
    }
}

/// What a kind puts first is a figure of some design of it.
fn what_is_put_first_is_there(figures: &BTreeMap<&str, BTreeSet<String>>) {
    for (kind, figures) in figures {
        let headlines = planner::Headlines::of(kind).unwrap_or_else(|| panic!("{kind} puts nothing first"));
        let lines = [headlines.compared, headlines.money, headlines.times].concat();
        let named = [headlines.judged, headlines.swung, headlines.swept].concat();
        // Proofs on request are a part that no design of the library has.
        let all = lines.iter().map(|line| line.metric).chain(named);
        for metric in all.filter(|metric| !metric.starts_with("request.")) {
            assert!(figures.contains(metric), "{kind}: no design has {metric}");
        }
    }
}

/// The utilization law (Denning & Buzen, 1978): where everything that comes is served, and nothing else, a stage is as busy as the
/// load and the work of a request say.
fn machines_do_the_work_that_is_offered(case: &Case, summary: &Summary, place: &str) {
    let all_served = summary.value("error_rate").is_none_or(|rate| rate == 0.0);
    let cold = case.assumptions.iter().any(|told| told.starts_with("the cache is cold"));
    if !all_served || cold || case.stages.iter().any(|stage| stage.utilization >= 0.95) {
        return;
    }
    for stage in &case.stages {
        let Some(metric) = summary.metric(&format!("utilization.{}", stage.name)) else { continue };
        let Some(found) = metric.value else { continue };
        let (law, within) = (stage.utilization, (UTILIZATION_WITHIN * stage.utilization).max(0.01));
        assert!((found - law).abs() <= within, "{place}: {} is {found} busy, by the law {law}", stage.name);
    }
}

/// How far a short run may be from the utilization law.
const UTILIZATION_WITHIN: f64 = 0.1;

#[test]
fn a_lower_target_never_needs_fewer_machines() {
    for short in library() {
        let relaxed: Vec<String> =
            short.scenario.books().map(|book| format!("books.{book}.target_utilization=40%")).collect();
        let spare = short.with(&relaxed);
        for (case, spare) in short.cases(Sizing::Sized).iter().zip(spare.cases(Sizing::Sized)) {
            let place = format!("{} · {}", short.scenario.name, name(case));
            for (pool, more) in case.fleet.pools.iter().zip(&spare.fleet.pools) {
                assert!(
                    more.machines() >= pool.machines(),
                    "{place}: {} has {} and {}",
                    pool.name,
                    pool.machines(),
                    more.machines()
                );
            }
            assert!(spare.fleet.total() >= case.fleet.total(), "{place}");
            for (stage, more) in case.stages.iter().zip(&spare.stages) {
                assert!(more.capacity >= stage.capacity * (1.0 - 1e-9), "{place}: {}", stage.name);
            }
        }
    }
}

#[test]
fn twice_the_price_is_twice_the_rent_and_nothing_else() {
    for short in library() {
        for case in short.cases(Sizing::Specified) {
            for input in case.inputs.iter().filter(|input| input.name.starts_with("price: ")) {
                let key = input.key.as_ref().unwrap_or_else(|| panic!("{} has no key", input.name));
                let scenarios::Key::OfBook(key) = key else { panic!("{key:?} is of a book") };
                let dearer = format!("books.{}.{key}=${}/h", case.book, 2.0 * input.value);
                let calibrations = Calibrations::of_host(Some(kept()));
                let again =
                    short.with(&[dearer]).scenario.case(&case.design, &case.book, Sizing::Specified, &calibrations);
                let again = again.unwrap_or_else(|faults| panic!("{faults:?}"));
                let by = again.fleet.total() - case.fleet.total();
                let of = case.rented.iter().filter(|of| (of.usd_per_hour - input.value).abs() < 1e-9);
                let rents: f64 = of.map(|of| of.machines as f64 * of.usd_per_hour * 730.0).sum();
                let place = format!("{} · {}: {}", short.scenario.name, name(&case), input.name);
                assert!((by - rents).abs() <= 1e-6 * rents.max(1.0), "{place}: {by} more, {rents} before");
                let machines =
                    |case: &Case| case.fleet.pools.iter().map(models::fleet::Pool::machines).collect::<Vec<_>>();
                assert_eq!((again.stages.clone(), machines(&again)), (case.stages.clone(), machines(&case)), "{place}");
            }
        }
    }
}

#[test]
fn the_same_bytes_come_for_any_number_of_threads() {
    let folder = folder();
    for (name, text) in scenarios::library() {
        let costs = if text.contains("[books.claimed]") || text.contains("extends") { "claimed" } else { "published" };
        let short = if text.contains("kind = \"service\"") { "horizon=10min" } else { "horizon=30min" };
        let run = |threads: u32| {
            let line = format!(
                "compare {name} --costs {costs} --set {short} --replications 3 --quiet --json --threads {threads} --out o"
            );
            proofcast(folder.path(), &line).expect(0)
        };
        assert_eq!(run(1), run(3), "{name}");
    }
}
