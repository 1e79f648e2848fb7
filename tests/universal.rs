//! What holds of every scenario of the library, in every design, cost book and sizing: a new kind of system, and a new scenario, is
//! tested by being listed.

use std::collections::{BTreeMap, BTreeSet};

use models::fleet::Role;
use models::system::AnySystem;
use planner::{Exact, Line, Summary};
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
        let changes = match &opened(name, &[]).cases(Sizing::Sized)[0].system {
            AnySystem::Layered(_) => ["horizon=1h", "warm_up=0s"],
            AnySystem::Service(_) => ["horizon=15min", "warm_up=5min"],
            AnySystem::Rollup(_) => ["horizon=12h", "warm_up=2h"],
            AnySystem::Market(_) => ["horizon=6h", "warm_up=1h"],
        };
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
        let meaning = reports::meaning::of(&metric.name);
        assert!(meaning.is_some(), "{place}: docs/figures.md does not say what {} is", metric.name);
        let same = summary.metrics.iter().filter(|other| other.name == metric.name).count();
        assert_eq!(same, 1, "{place}: {}", metric.name);
    }
}

/// Lines add up to the total, and the total is that of the fleet.
fn the_bill_adds_up(case: &Case, summary: &Summary, place: &str) {
    let total = summary.value("cost.total").unwrap_or_else(|| panic!("{place}: no bill"));
    let lines = case.fleet.roles().filter_map(|role| summary.value(&format!("cost.{}", role.name())));
    let near = |sum: f64| (sum - total).abs() <= 1e-9 * total.max(1.0);
    // Machines that come and go are not paid for all the time.
    let changes = case
        .fleet
        .pools
        .iter()
        .any(|pool| case.system.lifecycle(&pool.name).is_some_and(models::machines::Lifecycle::is_paid_in_part));
    // What a rollup pays on L1 is known from its run; so is what is paid on a market, up to the highest prices.
    let of_run = matches!(case.system, AnySystem::Rollup(_));
    let of_market = matches!(case.system, AnySystem::Market(_)) || (!of_run && case.system.buys_proofs());
    let of_fleet = match (changes, of_run) {
        _ if of_market => total.is_finite(),
        (_, true) => total <= case.fleet.total() * (1.0 + L1_WITHIN),
        (true, false) => total <= case.fleet.total(),
        (false, false) => near(case.fleet.total()),
    };
    assert!(near(lines.sum()) && of_fleet, "{place}: {total}");
    let bill = summary.bill.as_ref().unwrap_or_else(|| panic!("{place}: no lines"));
    for role in case.fleet.roles().map(Role::name) {
        let of_role = bill.lines.iter().filter(|line| line.role == role);
        let (sum, told) =
            (of_role.map(|line| line.usd_per_month).sum::<Exact>(), summary.value(&format!("cost.{role}")));
        assert!((sum.to_f64() - told.unwrap_or(f64::NAN)).abs() <= 1e-9 * total.max(1.0), "{place}: {role}: {sum}");
    }
    let sum = |of: fn(&Line) -> Exact| bill.lines.iter().map(of).sum::<Exact>();
    assert_eq!(bill.usd_per_month, sum(|line| line.usd_per_month), "{place}");
    assert!(near(bill.usd_per_month.to_f64()), "{place}: {}", bill.usd_per_month);
    for line in &bill.lines {
        let same = bill.lines.iter().filter(|other| other.item == line.item).count();
        let told = [&line.known, &line.source, &line.unit, &line.price_unit].iter().all(|text| !text.is_empty());
        let idle =
            line.idle.zip(line.utilization).is_none_or(|(idle, busy)| (0.0..=1.0).contains(&idle) && busy >= 0.0);
        let (low, high) = (line.cost.low.unwrap_or(f64::MIN), line.cost.high.unwrap_or(f64::MAX));
        let within = line.cost.value.is_some_and(|usd| low <= usd && usd <= high);
        assert!(same == 1 && told && idle && within && !line.usd_per_month.is_zero(), "{place}: {line:?}");
    }
    for pool in &case.fleet.pools {
        let told = summary.value(&format!("units.{}", pool.name));
        let machines = pool.machines() as f64;
        let as_paid = told.is_some_and(|told| if changes { told > 0.0 && told <= machines } else { told == machines });
        assert!(as_paid, "{place}: {told:?} {}", pool.name);
    }
}

/// What a scenario of any kind pays for beside machines is in its bill, and in nothing else.
#[test]
fn charges_are_lines_of_every_kind() {
    let charges =
        ["charge.egress.per_request=2 kB", "charge.egress.price=aws/egress/internet", "charge.desk.price=$100/month"];
    for short in library() {
        let with = short.with(&charges.map(str::to_owned));
        for (without, case) in short.cases(Sizing::Specified).iter().zip(&with.cases(Sizing::Specified)) {
            let place = format!("{} · {}", short.scenario.name, name(case));
            let summary = answered(case, 5, 1);
            the_bill_adds_up(case, &summary, &place);
            assert_eq!((&case.stages, &case.system), (&without.stages, &without.system), "{place}");
            let lines = summary.bill.map(|bill| bill.lines).unwrap_or_default();
            let of = |name: &str| lines.iter().filter(|line| line.item.split(',').next() == Some(name)).count();
            assert!(of("desk") == 1 && of("egress") <= 4, "{place}");
        }
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
        for shared in headlines.shared {
            for metric in shared.common.endings().iter().map(|ending| format!("{}{ending}", shared.metric)) {
                assert!(figures.contains(&metric), "{kind}: no design has {metric}, its {}", shared.common.words());
            }
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
        let law = stage.utilization * as_many_serve(case, summary, &stage.pool);
        let within = (UTILIZATION_WITHIN * law).max(0.01);
        assert!((found - law).abs() <= within, "{place}: {} is {found} busy, by the law {law}", stage.name);
    }
}

/// How many machines a stage is reckoned with, over those that serve where machines come and go.
fn as_many_serve(case: &Case, summary: &Summary, pool: &str) -> f64 {
    let Some(serving) = summary.value(&format!("machines.{pool}.serving")) else { return 1.0 };
    let machines = case.fleet.machines(pool);
    let life = case.system.lifecycle(pool).expect("its machines come and go");
    machines as f64 * life.availability(machines) / serving
}

/// How far what a short run pays on L1 may be from what an even load would pay, over the whole bill.
const L1_WITHIN: f64 = 0.05;

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
                let key = match key {
                    scenarios::Key::OfBook(key) => format!("books.{}.{key}", case.book),
                    scenarios::Key::OfDesign(key) => format!("design.{}.{key}", case.design),
                };
                let dearer = format!("{key}=${}/h", 2.0 * input.value);
                let calibrations = Calibrations::of_host(Some(kept()));
                let again =
                    short.with(&[dearer]).scenario.case(&case.design, &case.book, Sizing::Specified, &calibrations);
                let again = again.unwrap_or_else(|faults| panic!("{faults:?}"));
                let by = again.fleet.total() - case.fleet.total();
                let of = case.rented.iter().filter(|of| (of.usd_per_hour - input.value).abs() < 1e-9);
                let rents: f64 = of.map(|of| of.machines as f64 * of.usd_per_hour * 730.0).sum();
                let place = format!("{} · {}: {}", short.scenario.name, name(&case), input.name);
                if case.system.buys_proofs() || matches!(case.system, AnySystem::Market(_)) {
                    // Provers ask for what their machines cost, and a requester pays that too.
                    assert!(by >= rents - 1e-6, "{place}: {by} more, {rents} before");
                    continue;
                }
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
    // The layered system itself is asked the same in `determinism`, with all its files.
    for (name, text) in scenarios::library().iter().filter(|(name, _)| *name != "layered") {
        let costs = if text.contains("[books.claimed]") || text.contains("extends") { "claimed" } else { "published" };
        let of_kind = |kind: &str| text.contains(&format!("kind = \"{kind}\""));
        let short = match (of_kind("service"), of_kind("rollup") || of_kind("market")) {
            (true, _) => "horizon=15min --set warm_up=5min",
            (_, true) => "horizon=8h --set warm_up=1h",
            _ => "horizon=5min",
        };
        let run = |threads: u32| {
            let line = format!(
                "compare {name} --costs {costs} --set {short} --replications 3 --quiet --json --threads {threads} --out o"
            );
            proofcast(folder.path(), &line).expect(0)
        };
        assert_eq!(run(1), run(3), "{name}");
    }
}
