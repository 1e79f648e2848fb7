//! The `plan` answer: the fleet, its objectives, the certificate, rivals with their excuses, and what lies around it.

mod around;
mod page;

use planner::{Attainment, Ending, Plan, PlannedFleet, Rejected, Standing, Verified};

use super::grid::Grid;
use super::part::Part;
use super::{Paint, Style};
use crate::number::{self, MISSING};

use around::{front, measuring, prices, worlds};
pub(crate) use page::page;

/// The answer in words and its tables.
pub fn plan(plan: &Plan, style: Style) -> String {
    let title = format!("Plan: {} · {} · {} costs", plan.scenario, plan.design, plan.costs);
    let mut text = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&title, 0)));
    text += &format!("{}\n", style.paint(colour(plan.ending), &style.wrap(&answer(plan, named), 0)));
    text += &shown("Objectives", &objectives(plan), style);
    let items: String = certificate(plan).iter().map(|line| format!("{}\n", style.item(line))).collect();
    text += &format!("\n{}\n{items}", style.paint(Paint::Bold, "Certificate"));
    text += &shown("Other fleets", &rivals(plan), style);
    text += &plan.plausible.as_ref().map_or(String::new(), |of| format!("\n{}\n", style.wrap(&worlds(of), 0)));
    text += &shown("Cost against latency", &front(&plan.front), style);
    text += &shown("What more would cost", &prices(&plan.prices), style);
    if let Some(of) = &plan.measuring {
        let title = "What measuring better would be worth";
        text += &format!("\n{}\n{}\n", style.paint(Paint::Bold, title), style.wrap(&of.answer, 0));
        text += &measuring(of).render("", style);
    }
    text += &plan.growth.as_ref().map_or(String::new(), |of| super::growth::growth(of, style));
    if let Some(outcome) = &plan.outcome {
        text += &super::bill::bill(outcome).map_or(String::new(), |part| format!("\n{}", part.render(style)));
    }
    text
}

/// The tables of a plan: objectives, rivals, and what lies around it.
pub(crate) fn parts(plan: &Plan) -> Vec<Part> {
    let around = plan.measuring.as_ref();
    let worlds = plan.plausible.iter().map(worlds).collect();
    let measuring = around
        .and_then(|of| Part::told("What measuring better would be worth", vec![of.answer.clone()], measuring(of)));
    let parts = [
        Part::told("Objectives", worlds, objectives(plan)),
        Part::of("Other fleets", rivals(plan)),
        Part::of("Cost against latency", front(&plan.front)),
        Part::of("What more would cost", prices(&plan.prices)),
        measuring,
    ];
    parts.into_iter().flatten().collect()
}

/// A table after an empty line; nothing where it has no row.
fn shown(title: &str, grid: &Grid, style: Style) -> String {
    if grid.is_empty() { String::new() } else { format!("\n{}", grid.render(title, style)) }
}

fn colour(ending: Ending) -> Paint {
    match ending {
        Ending::Certified => Paint::Green,
        Ending::Uncertified | Ending::Undecided => Paint::Yellow,
        Ending::Impossible => Paint::Red,
    }
}

/// The answer in a sentence, with the words for a fleet.
pub(crate) fn answer(plan: &Plan, named: impl Fn(&PlannedFleet) -> String) -> String {
    let why = plan.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
    match (plan.ending, &plan.fleet) {
        (Ending::Certified, Some(fleet)) => format!(
            "the cheapest fleet that meets the objectives is {}, {} a month, certified at {}",
            named(fleet),
            number::usd(fleet.usd_per_month),
            number::share(1.0 - plan.certificate.error_rate)
        ),
        (Ending::Impossible, Some(fleet)) => format!(
            "no fleet meets all objectives{why}; without {}, the cheapest is {}, {} a month",
            planner::listed(&plan.unmet.iter().map(String::as_str).collect::<Vec<_>>()),
            named(fleet),
            number::usd(fleet.usd_per_month)
        ),
        (_, Some(fleet)) => format!(
            "the cheapest fleet found is {}, {} a month; not certified{why}",
            named(fleet),
            number::usd(fleet.usd_per_month)
        ),
        (Ending::Impossible, None) => format!("no fleet meets the objectives{why}"),
        (_, None) => format!("undecided{why}"),
    }
}

/// A fleet in words: values of keys, then machines by pool.
pub(crate) fn named(fleet: &PlannedFleet) -> String {
    let several_pools = fleet.pools.len() > 1;
    let pools = fleet.pools.iter().map(|pool| {
        let owners = if pool.owners > 1 { format!("{} × ", number::count(pool.owners as f64)) } else { String::new() };
        let several = if several_pools { format!("{}: ", pool.pool) } else { String::new() };
        let up_to = if pool.is_most { "up to " } else { "" };
        if pool.machines == 0 {
            return format!("{several}no machine");
        }
        format!("{several}{owners}{up_to}{} × {}", number::count(pool.machines as f64), pool.machine)
    });
    let none = fleet.pools.is_empty().then(|| "no machine".to_owned());
    let keys = fleet.chosen.iter().map(|(key, value)| format!("{key} = {value}"));
    pools.chain(none).chain(keys).collect::<Vec<_>>().join("; ")
}

/// A fleet in the fewest words that tell it from others of the plan: planned numbers of machines, then values of keys.
fn short(fleet: &PlannedFleet) -> String {
    let planned: Vec<_> = fleet.pools.iter().filter(|pool| pool.is_planned).collect();
    let pools = planned.iter().map(|pool| {
        let machine = pool.machine.split(" of ").next().unwrap_or_default();
        let several = if planned.len() > 1 { format!("{}: ", pool.pool) } else { String::new() };
        match pool.machines {
            0 => format!("{several}no machine"),
            machines => format!("{several}{} × {machine}", number::count(machines as f64)),
        }
    });
    let keys = fleet.chosen.iter().map(|(key, value)| format!("{key} = {value}"));
    let words = pools.chain(keys).collect::<Vec<_>>().join("; ");
    if words.is_empty() { named(fleet) } else { words }
}

/// What the fleet reaches of every objective.
fn objectives(plan: &Plan) -> Grid {
    let mut grid = Grid::new(&["objective"], ["found", "margin"].map(str::to_owned)).texts(&["certified"]);
    let confirmed = plan.certificate.confirmed.as_ref().map(|confirmed| &confirmed.winner.targets);
    for found in plan.outcome.iter().flat_map(|outcome| &outcome.objectives) {
        let target = plan.targets.iter().position(|target| target.name == found.name);
        let held = target.and_then(|at| confirmed?.get(at));
        let how = match held {
            Some(held) if held.standing == Standing::Pass => "yes".to_owned(),
            _ if plan.unmet.contains(&found.name) => "cannot be met".to_owned(),
            Some(_) => "no".to_owned(),
            None => format!("no: {}", standing(found.standing)),
        };
        let margin = found.margin.map_or(MISSING.to_owned(), |margin| format!("{:+.0} %", margin * 100.0));
        grid.row(vec![asked(found), value(found), margin, how]);
    }
    grid
}

/// An objective: its name, where that says more than its figure, and what was asked.
fn asked(found: &Attainment) -> String {
    let bound = format!("{} {}", found.bound.name(), number::quantity(found.wanted, &found.unit));
    let named = if found.name == found.metric { String::new() } else { format!("{}: ", found.name) };
    format!("{named}{} {bound}", found.metric)
}

/// Where it stands that nothing was certified of.
fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Pass => "met by any fleet",
        Standing::Fail => "cannot be met",
        Standing::Undecided => "undecided",
        Standing::Untested => "untested",
    }
}

fn value(found: &Attainment) -> String {
    found.found.map_or(MISSING.to_owned(), |value| number::quantity(value, &found.unit))
}

/// What a verification found: every fleet with where it should stand and where it does.
pub fn verified(found: &Verified, style: Style) -> String {
    let (word, paint) = match found.standing() {
        Standing::Pass => ("verified", Paint::Green),
        Standing::Fail => ("refuted", Paint::Red),
        Standing::Undecided | Standing::Untested => ("undecided", Paint::Yellow),
    };
    let title = format!("{word}: planned with seed {}, tested with seed {}", found.planned_seed, found.seed);
    let mut grid = Grid::new(&["fleet"], ["USD a month".to_owned()]).texts(&["said", "found"]);
    let said = |standing| match standing {
        Standing::Pass => "passes",
        Standing::Fail => "fails",
        Standing::Undecided | Standing::Untested => "undecided",
    };
    for again in &found.fleets {
        let usd = number::usd(again.fleet.usd_per_month);
        let found = match again.trial.standing {
            Standing::Pass => "passes".to_owned(),
            Standing::Fail => format!("fails: {}", again.found),
            Standing::Undecided | Standing::Untested => again.found.clone(),
        };
        grid.row(vec![short(&again.fleet), usd, said(again.said).to_owned(), found]);
    }
    format!("{}\n\n{}", style.paint(paint, &style.wrap(&title, 0)), grid.render("", style))
}

/// The certificate in sentences.
pub(crate) fn certificate(plan: &Plan) -> Vec<String> {
    let of = &plan.certificate;
    let count = |number: u64, what: &str| {
        let plural = if number == 1 { "" } else { "s" };
        format!("{} {what}{plural}", number::count(number as f64))
    };
    let mut lines = Vec::new();
    if let Some(confirmed) = &of.confirmed {
        let runs = count(confirmed.winner.replications.into(), "replication");
        lines.push(format!("the fleet passes again on fresh random numbers, in {runs}"));
        let (asked, fail) = (confirmed.rivals.len() as u64, confirmed.rivals_fail);
        let again = "on fresh random numbers";
        lines.push(match (of.cheaper, asked) {
            (0, _) => "no cheaper fleet carries the load".to_owned(),
            (1, 1) if fail == 1 => format!("the one cheaper fleet that carries the load fails again {again}"),
            (cheaper, 0) => format!("of {}, none was decided", count(cheaper, "cheaper fleet")),
            (cheaper, 1) if fail == 1 => format!(
                "all {} that carry the load lie within one that fails again {again}",
                count(cheaper, "cheaper fleet")
            ),
            (cheaper, asked) => format!(
                "{} that carry the load lie within {asked} of them, of which {fail} fail again {again}",
                count(cheaper, "cheaper fleet")
            ),
        });
    }
    if of.by_bound > 0 {
        let cheaper = number::count(of.considered as f64);
        lines.push(format!("too small for the load: {} of {cheaper} cheaper", count(of.by_bound, "fleet")));
    }
    let (simulated, runs) = (count(of.simulated, "fleet"), count(of.replications, "replication"));
    lines.push(format!("{simulated} simulated, {runs} in all; error rate {}", number::share(of.error_rate)));
    for open in &of.undecided {
        let usd = number::usd(open.usd_per_month);
        lines.push(format!("undecided, with all smaller ones: {}, {usd} a month", short(open)));
    }
    lines.extend(plan.not_searched.iter().cloned());
    lines.extend(tightest(plan));
    lines.extend(assumed(plan));
    let excluded = of.excluded.len();
    if excluded > 0 {
        let first = &of.excluded[0];
        lines.push(format!(
            "left out: {} of {} configurations; {}: {}",
            excluded, of.configurations, first.machine, first.why
        ));
    }
    lines
}

/// Speeds of machines of the fleet that nobody measured or published.
fn assumed(plan: &Plan) -> impl Iterator<Item = String> {
    let inputs = plan.outcome.iter().flat_map(|outcome| &outcome.inputs);
    let speeds = inputs.filter(|input| input.name.starts_with("speed: ") && input.known == "extrapolated");
    speeds.map(|input| format!("rests on an assumption: {}, {}", input.name, input.source))
}

/// Which stage limits the fleet, and which would be next.
fn tightest(plan: &Plan) -> Option<String> {
    let outcome = plan.outcome.as_ref().filter(|outcome| !outcome.tightest.is_empty())?;
    let busy = |stage: &str| {
        let used = outcome.metrics.iter().find(|metric| metric.name == format!("utilization.{stage}"))?;
        Some(format!("{} at {}", stage.replace('_', " "), number::share(used.value?)))
    };
    let next = outcome.next_limit.as_deref().and_then(busy).map_or(String::new(), |next| format!(", then {next}"));
    Some(format!("bottleneck: {}{next}", busy(&outcome.tightest)?))
}

/// Other fleets and why they are not the plan.
fn rivals(plan: &Plan) -> Grid {
    let mut grid = Grid::new(&["fleet"], ["USD a month".to_owned()]).texts(&["why not"]);
    for Rejected { fleet, excuse, .. } in &plan.runners_up {
        grid.row(vec![short(fleet), number::usd(fleet.usd_per_month), excuse.clone()]);
    }
    grid
}
