//! The `plan` answer: the fleet, its objectives, the certificate, rivals with their excuses, and what lies around it.

use planner::{
    Attainment, Ending, FrontPoint, Plan, PlannedFleet, Plausible, Rejected, ShadowPrice, Standing, Verified,
};

use super::grid::Grid;
use super::{Paint, Style};
use crate::number::{self, MISSING};

/// The answer in words and its tables.
pub fn plan(plan: &Plan, style: Style) -> String {
    let title = format!("Plan: {} · {} · {} costs", plan.scenario, plan.design, plan.costs);
    let mut text = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&title, 0)));
    text += &format!("{}\n", style.paint(colour(plan.ending), &style.wrap(&sentence(plan), 0)));
    text += &objectives(plan, style);
    text += &certificate(plan, style);
    text += &rivals(plan, style);
    text += &plan.plausible.as_ref().map_or(String::new(), |of| worlds(of, style));
    text += &front(&plan.front, style);
    text += &prices(&plan.prices, style);
    text += &plan.growth.as_ref().map_or(String::new(), |of| super::growth::growth(of, style));
    if let Some(outcome) = &plan.outcome {
        text += &format!("\n{}", super::bill::bill(outcome, style).trim_start_matches('\n'));
    }
    text
}

fn colour(ending: Ending) -> Paint {
    match ending {
        Ending::Certified => Paint::Green,
        Ending::Uncertified | Ending::Undecided => Paint::Yellow,
        Ending::Impossible => Paint::Red,
    }
}

/// The answer in a sentence.
fn sentence(plan: &Plan) -> String {
    let why = plan.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
    match (plan.ending, &plan.fleet) {
        (Ending::Certified, Some(fleet)) => format!(
            "the cheapest fleet that meets the objectives is {}, {} a month, certified at {}",
            named(fleet),
            number::usd(fleet.usd_per_month),
            number::share(1.0 - plan.certificate.error_rate)
        ),
        (Ending::Impossible, Some(fleet)) => format!(
            "no fleet meets all objectives; without {}, the cheapest is {}, {} a month",
            planner::listed(&plan.unmet.iter().map(String::as_str).collect::<Vec<_>>()),
            named(fleet),
            number::usd(fleet.usd_per_month)
        ),
        (_, Some(fleet)) => format!(
            "the cheapest fleet found is {}, {} a month; not certified{why}",
            named(fleet),
            number::usd(fleet.usd_per_month)
        ),
        (Ending::Impossible, None) => "no fleet meets the objectives".to_owned(),
        (_, None) => format!("undecided{why}"),
    }
}

/// A fleet in words: values of keys, then machines by pool.
pub(crate) fn named(fleet: &PlannedFleet) -> String {
    let several_pools = fleet.pools.len() > 1;
    let pools = fleet.pools.iter().map(|pool| {
        let owners = if pool.owners > 1 { format!("{} × ", number::count(pool.owners as f64)) } else { String::new() };
        let several = if several_pools { format!("{}: ", pool.pool) } else { String::new() };
        let up_to = if pool.is_planned { "" } else { "up to " };
        format!("{several}{owners}{up_to}{} × {}", number::count(pool.machines as f64), pool.machine)
    });
    let keys = fleet.chosen.iter().map(|(key, value)| format!("{key} = {value}"));
    pools.chain(keys).collect::<Vec<_>>().join("; ")
}

/// What the fleet reaches of every objective.
fn objectives(plan: &Plan, style: Style) -> String {
    let Some(outcome) = &plan.outcome else { return String::new() };
    let mut grid = Grid::new(&["objective"], ["found", "margin"].map(str::to_owned)).texts(&["certified"]);
    let confirmed = plan.certificate.confirmed.as_ref().map(|confirmed| &confirmed.winner.targets);
    for found in &outcome.objectives {
        let target = plan.targets.iter().position(|target| target.name == found.name);
        let held = target.and_then(|at| Some((&plan.targets[at], confirmed?.get(at)?)));
        let how = match held {
            Some((target, held)) if held.standing == Standing::Pass => held.found.map_or(String::new(), |value| {
                if held.goal == target.value { "yes".to_owned() } else { format!("yes: {}", number::share(value)) }
            }),
            _ if plan.unmet.contains(&found.name) => "cannot be met".to_owned(),
            Some(_) => "no".to_owned(),
            None => format!("no: {}", standing(found.standing)),
        };
        let margin = found.margin.map_or(MISSING.to_owned(), |margin| format!("{:+.0} %", margin * 100.0));
        grid.row(vec![asked(found), value(found), margin, how]);
    }
    format!("\n{}", grid.render("Objectives", style))
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
    let said = |standing| if standing == Standing::Pass { "passes" } else { "fails" };
    for again in &found.fleets {
        let usd = number::usd(again.fleet.usd_per_month);
        let found = match again.trial.standing {
            Standing::Pass => "passes".to_owned(),
            Standing::Fail => format!("fails: {}", again.found),
            Standing::Undecided | Standing::Untested => again.found.clone(),
        };
        grid.row(vec![named(&again.fleet), usd, said(again.said).to_owned(), found]);
    }
    format!("{}\n\n{}", style.paint(paint, &style.wrap(&title, 0)), grid.render("", style))
}

/// The certificate in sentences.
fn certificate(plan: &Plan, style: Style) -> String {
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
        lines.push(match of.cheaper {
            0 => "no cheaper fleet carries the load".to_owned(),
            cheaper if asked > 0 => format!(
                "{} the load; of {} that hold all others that fail, {fail} fail again on fresh random numbers",
                count(cheaper, "cheaper fleet") + if cheaper == 1 { " carries" } else { " carry" },
                count(asked, "fleet")
            ),
            cheaper => count(cheaper, "cheaper fleet") + if cheaper == 1 { " carries" } else { " carry" } + " the load",
        });
    }
    let (simulated, runs) = (count(of.simulated, "fleet"), count(of.replications, "replication"));
    lines.push(format!("{simulated} simulated, {runs} in all; error rate {}", number::share(of.error_rate)));
    for open in &of.undecided {
        let usd = number::usd(open.usd_per_month);
        lines.push(format!("undecided, with all fleets that it holds: {}, {usd} a month", named(open)));
    }
    let excluded = of.excluded.len();
    if excluded > 0 {
        let first = &of.excluded[0];
        lines.push(format!(
            "left out: {} of {} configurations; {}: {}",
            excluded, of.configurations, first.machine, first.why
        ));
    }
    let items: String = lines.iter().map(|line| format!("{}\n", style.item(line))).collect();
    format!("\n{}\n{items}", style.paint(Paint::Bold, "Certificate"))
}

/// Other fleets and why they are not the plan.
fn rivals(plan: &Plan, style: Style) -> String {
    let mut grid = Grid::new(&["fleet"], ["USD a month".to_owned()]).texts(&["why not"]);
    for Rejected { fleet, excuse, .. } in &plan.runners_up {
        grid.row(vec![named(fleet), number::usd(fleet.usd_per_month), excuse.clone()]);
    }
    if grid.is_empty() { String::new() } else { format!("\n{}", grid.render("Other fleets", style)) }
}

/// The fleet in plausible worlds.
fn worlds(of: &Plausible, style: Style) -> String {
    let (low, high) = of.usd_per_month;
    let mut text = format!(
        "where inputs are not at their best estimates, the fleet meets the objectives in {} of {} plausible worlds",
        of.meets, of.worlds
    );
    if of.undecided > 0 {
        text += &format!(" ({} undecided)", of.undecided);
    }
    if high > low {
        text += &format!(", and costs {} to {}", number::usd(low), number::usd(high));
    }
    let share = number::share(of.share);
    text += &match &of.enough {
        Some(_) if f64::from(of.meets) >= of.share * f64::from(of.worlds) => String::new(),
        Some(enough) => {
            format!("; {} is enough in {share} of them, {} a month", named(enough), number::usd(enough.usd_per_month))
        }
        None => format!("; no number of machines is enough in {share} of them"),
    };
    format!("\n{}\n", style.wrap(&text, 0))
}

/// Cost against latency.
fn front(points: &[FrontPoint], style: Style) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut grid = Grid::new(&["fleet"], ["USD a month".to_owned(), first.metric.clone()]);
    for point in points.iter().filter(|point| point.on_front && point.seconds.is_some()) {
        let seconds = point.seconds.map_or(MISSING.to_owned(), number::duration);
        grid.row(vec![named(&point.fleet), number::usd(point.fleet.usd_per_month), seconds]);
    }
    if grid.is_empty() { String::new() } else { format!("\n{}", grid.render("Cost against latency", style)) }
}

/// What one more unit of an objective costs.
fn prices(prices: &[ShadowPrice], style: Style) -> String {
    let headings = ["from", "to", "USD a month", "a unit costs", "between"].map(str::to_owned);
    let mut grid = Grid::new(&["what"], headings);
    for price in prices {
        let show = |value: f64| number::quantity(value, &price.unit);
        let between =
            price.low.zip(price.high).map(|(low, high)| format!("{} and {}", number::usd(low), number::usd(high)));
        grid.row(vec![
            price.of.clone(),
            show(price.from),
            show(price.to),
            price.usd_per_month.map_or("no fleet".to_owned(), number::usd),
            price.usd_per_unit.map_or(MISSING.to_owned(), number::usd),
            between.unwrap_or_else(|| MISSING.to_owned()),
        ]);
    }
    if grid.is_empty() { String::new() } else { format!("\n{}", grid.render("What more would cost", style)) }
}
