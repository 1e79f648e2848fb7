//! The `plan` answer: the fleet, its objectives, the certificate, rivals with their excuses, and what lies around it.

use planner::{Attainment, Ending, FrontPoint, Plan, PlannedFleet, Plausible, Rejected, ShadowPrice, Standing};

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
    let pools = fleet.pools.iter().map(|pool| {
        let owners = if pool.owners > 1 { format!("{} × ", number::count(pool.owners as f64)) } else { String::new() };
        let several = if fleet.pools.len() > 1 { format!("{}: ", pool.pool) } else { String::new() };
        format!("{several}{owners}{} × {}", number::count(pool.machines as f64), pool.machine)
    });
    let keys = fleet.chosen.iter().map(|(key, value)| format!("{key} = {value}"));
    pools.chain(keys).collect::<Vec<_>>().join("; ")
}

/// What the fleet reaches of every objective.
fn objectives(plan: &Plan, style: Style) -> String {
    let Some(outcome) = &plan.outcome else { return String::new() };
    let mut grid = Grid::new(&["objective"], ["found", "margin"].map(str::to_owned)).texts(&["certified"]);
    let confirmed = plan.certificate.confirmed.as_ref().map(|confirmed| &confirmed.winner.targets);
    for (at, (target, found)) in plan.targets.iter().zip(&outcome.objectives).enumerate() {
        let held = confirmed.and_then(|held| held.get(at));
        let how = match held {
            Some(held) if held.standing == Standing::Pass => held.found.map_or(String::new(), |value| {
                if held.goal == target.value { "yes".to_owned() } else { format!("yes: {}", number::share(value)) }
            }),
            _ => "no".to_owned(),
        };
        let margin = found.margin.map_or(MISSING.to_owned(), |margin| format!("{:+.0} %", margin * 100.0));
        grid.row(vec![target.objective.clone(), value(found), margin, how]);
    }
    format!("\n{}", grid.render("Objectives", style))
}

fn value(found: &Attainment) -> String {
    found.found.map_or(MISSING.to_owned(), |value| number::quantity(value, &found.unit))
}

/// The certificate in sentences.
fn certificate(plan: &Plan, style: Style) -> String {
    let of = &plan.certificate;
    let count = |number: u64, what: &str| {
        let plural = if number == 1 { "" } else { "s" };
        format!("{} {what}{plural}", number::count(number as f64))
    };
    let mut lines = vec![format!(
        "{} that carry the load are cheaper; {} in {} were simulated",
        count(of.cheaper, "fleet"),
        count(of.simulated, "fleet"),
        count(of.replications, "replication")
    )];
    if let Some(confirmed) = &of.confirmed {
        lines.push(format!(
            "on fresh random numbers: the fleet passes after {}; of the {} that are cheaper and as large as can be, {} fail, and \
             so does all that is within them",
            count(confirmed.winner.replications.into(), "replication"),
            count(confirmed.cheaper.into(), "fleet"),
            confirmed.cheaper_fail
        ));
    }
    for open in &of.undecided {
        lines.push(format!("undecided: {}, {} a month", named(open), number::usd(open.usd_per_month)));
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
