//! The `compare` answer: capacity as specified, then finality, bill and fleet sized for the offered load.
//!
//! Four tables of about a hundred columns instead of one of three hundred: each answers one question, and a reader
//! who needs one figure reads one row.

use std::collections::{BTreeMap, BTreeSet};

use planner::{Aim, Basis, Comparison, Difference, Headline, Metric, REDACTED, Summary};

use super::economy::economy;
use super::grid::Grid;
use super::machines::machines;
use super::part::{Part, rendered};
use super::proofs::proofs;
use super::traffic::traffic;
use super::{Paint, Style};
use crate::number::{self, MISSING};
use crate::view::{self, SIZED, SPECIFIED};

/// The answer sentence, the conditions and the four tables; a table without outcomes is left out.
pub fn comparison(comparison: &Comparison, style: Style) -> String {
    let blocks = [
        format!("{}\n", style.paint(Paint::Bold, &style.wrap(&comparison.answer, 0))),
        conditions(comparison, style),
        rendered(parts(comparison), style),
        estimated(comparison, style),
        caveats(comparison, style),
    ];
    blocks.into_iter().filter(|block| !block.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// The tables; one without outcomes is left out.
pub(crate) fn parts(comparison: &Comparison) -> Vec<Part> {
    let specified = view::of_sizing(comparison, SPECIFIED);
    let sized = view::of_sizing(comparison, SIZED);
    let time = comparison.designs.first().map_or("", |summary| summary.headlines.time);
    let any = if specified.is_empty() { &sized } else { &specified };
    let economy = economy(if sized.is_empty() { &specified } else { &sized });
    let parts = [
        same_load(comparison),
        Part::of("As specified: what each design sustains on the machines it names", capacity(&carrying(&specified))),
        traffic(any),
        Part::of(format!("Sized for the offered load: {time}"), times(&sized)),
        Part::of(own_bill(comparison), bill(&sized, &comparison.differences, &comparison.base)),
        Part::of("Sized for the offered load: machines, and how the costs behind the bill are known", fleet(&sized)),
        machines(&sized),
        proofs(&sized),
    ];
    parts.into_iter().flatten().chain(economy).collect()
}

/// Enough to run the same comparison again.
pub(crate) fn conditions(comparison: &Comparison, style: Style) -> String {
    let Some(first) = comparison.designs.first() else { return String::new() };
    let simulated = comparison.designs.iter().max_by_key(|summary| summary.replications).unwrap_or(first);
    let hash = |sha256: &str| sha256.chars().take(8).collect::<String>();
    let provenance = &first.provenance;
    let calibration = comparison.designs.iter().find_map(|summary| summary.provenance.calibration_sha256.as_deref());
    let of_instances: BTreeMap<&String, &String> =
        comparison.designs.iter().flat_map(|summary| &summary.provenance.instance_calibrations_sha256).collect();
    let of_instances: String =
        of_instances.into_iter().map(|(instance, sha256)| format!(", of {instance} {}", hash(sha256))).collect();
    let dates = comparison.designs.iter().map(|summary| summary.provenance.prices_date.as_str());
    // Those that are redacted are of prices that were given.
    let dates: BTreeSet<&str> = dates.filter(|date| !["", REDACTED].contains(date)).collect();
    let prices = match dates.len() {
        0 => "prices given".to_owned(),
        _ => format!("prices dated {}", dates.into_iter().collect::<Vec<_>>().join(", ")),
    };
    let line = format!(
        "scenario {} ({}) · seed {} · {} of {} · resolution {} · calibration {} · {prices} \
         · version {}",
        first.scenario,
        hash(&provenance.scenario_sha256),
        first.seed,
        super::replications(simulated.replications),
        number::duration(simulated.simulated_s),
        first.resolution,
        calibration.map_or("none".to_owned(), hash) + &of_instances,
        provenance.version,
    );
    let overrides = first.overrides.iter().map(super::overridden);
    let left_out = comparison.designs.iter().find_map(view::left_out);
    let lines = [line].into_iter().chain(overrides).chain(left_out).map(|line| style.wrap(&line, 0));
    format!("{}\n", style.paint(Paint::Dim, &lines.collect::<Vec<_>>().join("\n")))
}

/// What must be known of the numbers of single designs; what holds for several is said once.
fn caveats(comparison: &Comparison, style: Style) -> String {
    let mut said: Vec<(&str, Vec<String>)> = Vec::new();
    for summary in &comparison.designs {
        let case = format!("{} on {} costs, {}", summary.design, summary.costs, summary.sizing);
        for line in &summary.caveats {
            match said.iter_mut().find(|(other, _)| other == line) {
                Some((_, cases)) => cases.push(case.clone()),
                None => said.push((line, vec![case.clone()])),
            }
        }
    }
    let lines = said.into_iter().map(|(line, cases)| style.item(&format!("note: {}: {line}", cases.join("; "))) + "\n");
    lines.collect()
}

/// Says what `±` means, where there is one.
fn estimated(comparison: &Comparison, style: Style) -> String {
    let confidence =
        comparison.designs.iter().flat_map(|summary| &summary.metrics).find_map(|metric| metric.confidence);
    let line = |confidence| {
        let share = number::share(confidence);
        format!(
            "±: half-width of the {share} confidence interval; \"± at most\" is the largest of its row, relative to the value"
        )
    };
    confidence
        .map_or(String::new(), |confidence| format!("{}\n", style.paint(Paint::Dim, &style.wrap(&line(confidence), 0))))
}

/// The largest relative half-width among the metrics of a row.
pub(super) fn at_most<'a>(metrics: impl IntoIterator<Item = Option<&'a Metric>>) -> String {
    let relative = |metric: &Metric| {
        let (value, (low, high)) = (metric.value.filter(|value| *value != 0.0)?, view::interval(metric)?);
        Some((high - value).max(value - low) / value.abs())
    };
    let largest = metrics.into_iter().flatten().filter_map(relative).max_by(f64::total_cmp);
    let Some(half) = largest.filter(|half| *half > 0.0) else { return MISSING.to_owned() };
    // Where it is many times the value, its longer end says all.
    let low = if half < number::FAR - 1.0 { 1.0 - half } else { 1.0 };
    number::half_width(1.0, low, 1.0 + half)
}

/// Those that have a load to carry: a prover on a market takes what it wants.
fn carrying<'s>(outcomes: &[&'s Summary]) -> Vec<&'s Summary> {
    outcomes.iter().copied().filter(|summary| summary.headlines.aim == Aim::LeastCost).collect()
}

fn capacity(outcomes: &[&Summary]) -> Grid {
    let header = ["design", "costs", "bottleneck", "next bottleneck"];
    let unit = outcomes.first().map_or("tx", |summary| summary.headlines.request.unit);
    let figures = [format!("offered {unit}/s"), format!("sustains {unit}/s"), "of offered".to_owned()];
    let mut grid = Grid::new(&header, figures);
    for (index, summary) in outcomes.iter().enumerate() {
        let offered = view::finite(summary, "offered");
        let sustained = view::finite(summary, "capacity");
        let mut row = view::design_and_book(outcomes, index);
        row.push(match &summary.limited_by {
            Some(stage) => stage_capacity(summary, stage),
            None => format!("nothing; tightest: {}", stage_capacity(summary, &summary.tightest)),
        });
        row.push(summary.next_limit.as_ref().map_or(MISSING.to_owned(), |stage| stage_capacity(summary, stage)));
        row.push(grid.metric(summary.metric("offered"), |value| number::significant(value, 4)));
        let half = at_most([summary.metric("capacity")]);
        let half = if half == MISSING { String::new() } else { format!(" {half}") };
        row.push(grid.metric(summary.metric("capacity"), |value| number::significant(value, 4) + &half));
        row.push(match (sustained, offered) {
            (Some(sustained), Some(offered)) if offered > 0.0 => number::share(sustained / offered),
            _ => MISSING.to_owned(),
        });
        grid.row(row);
    }
    grid
}

/// A stage with what it carries alone: `validator disk 1,302`.
fn stage_capacity(summary: &Summary, stage: &str) -> String {
    match view::finite(summary, &format!("capacity.{stage}")) {
        Some(capacity) => format!("{} {}", view::words(stage), number::significant(capacity, 4)),
        None => view::words(stage),
    }
}

fn times(outcomes: &[&Summary]) -> Grid {
    let compared = outcomes.first().map_or(&[][..], |summary| summary.headlines.compared);
    let known = |line: &&Headline| outcomes.iter().any(|summary| summary.metric(line.metric).is_some());
    let columns: Vec<&Headline> = compared.iter().filter(known).collect();
    let header = columns.iter().map(|line| line.heading.to_owned());
    let mut grid = Grid::new(&["design", "costs"], header.chain(["± at\nmost".to_owned()]));
    for (index, summary) in outcomes.iter().enumerate() {
        let mut row = view::design_and_book(outcomes, index);
        for line in &columns {
            let metric = summary.metric(line.metric);
            row.push(grid.metric(metric, number::headline(metric.map_or("", |metric| &metric.unit))));
        }
        // A share near zero may be off by many times itself, which says nothing.
        let of_times = columns.iter().map(|line| summary.metric(line.metric).filter(|metric| metric.unit == "s"));
        row.push(at_most(of_times));
        grid.row(row);
    }
    grid
}

/// What the bill of the designs at their own loads is called, where another one is of them at the same.
fn own_bill(comparison: &Comparison) -> &'static str {
    match comparison.same_load {
        Some(_) => "Each design at its own load and mix: monthly bill in USD",
        None => "Sized for the offered load: monthly bill in USD",
    }
}

/// All designs at one load and mix, where they differ in them.
fn same_load(comparison: &Comparison) -> Option<Part> {
    let same = comparison.same_load.as_ref()?;
    let designs: Vec<&Summary> = same.designs.iter().collect();
    let title = format!("At the same load and mix ({}): monthly bill in USD", same.mix);
    Part::of(title, bill(&designs, &same.differences, &comparison.base))
}

fn bill(outcomes: &[&Summary], differences: &[Difference], base: &str) -> Grid {
    // A chain that settles on itself pays nobody for it.
    let parts = [view::parts_of_the_bill(outcomes), vec!["total"]].concat();
    let headlines = outcomes.first().map(|summary| summary.headlines);
    let million = headlines.map_or(String::new(), planner::Headlines::per_million);
    // Columns are narrow: "answered" stands for answered requests.
    let carried = headlines.map_or("transactions", |headlines| headlines.request.carried);
    let others = [
        format!("per million\n{}", carried.split(' ').next().unwrap_or(carried)),
        "±".to_owned(),
        format!("against\n{base}"),
    ];
    let users = outcomes.iter().any(|summary| summary.value("cost.users").is_some());
    let beside = users.then(|| "not in it:\nusers".to_owned());
    let mut grid =
        Grid::new(&["design", "costs"], parts.iter().map(|part| (*part).to_owned()).chain(others).chain(beside));
    for (index, summary) in outcomes.iter().enumerate() {
        let mut row = view::design_and_book(outcomes, index);
        for part in &parts {
            row.push(grid.metric(summary.metric(&format!("cost.{part}")), number::usd));
        }
        row.push(grid.metric(summary.metric(&million), number::usd));
        let per_million = summary.metric(&million);
        let ends = per_million.and_then(|metric| Some((metric.value?, view::interval(metric)?)));
        row.push(ends.map_or(MISSING.to_owned(), |(value, (low, high))| number::half_width(value, low, high)));
        let same = |difference: &&Difference| difference.design == summary.design && difference.costs == summary.costs;
        row.push(match differences.iter().find(same) {
            _ if summary.design == base => "base".to_owned(),
            Some(difference) => against(&mut grid, &difference.usd_per_month),
            None => MISSING.to_owned(),
        });
        if users {
            row.push(grid.metric(summary.metric("cost.users"), number::usd_short));
        }
        grid.row(row);
    }
    grid
}

/// A signed difference with its half-width in dollars, because a share of a difference near zero says nothing.
fn against(grid: &mut Grid, difference: &Metric) -> String {
    let Some(value) = difference.value else { return grid.missing(difference.why.as_deref()) };
    let sign = if value > 0.0 { "+" } else { "" };
    let text = format!("{sign}{}", number::usd_short(value));
    match view::interval(difference) {
        Some((low, high)) if high > low => format!("{text} ±{}", number::usd_short((high - value).max(value - low))),
        _ => text,
    }
}

fn fleet(outcomes: &[&Summary]) -> Grid {
    let stages = view::stages(outcomes, "units");
    let units = stages.iter().map(|stage| {
        let name = format!("units.{stage}");
        let unit = outcomes.iter().find_map(|summary| summary.metric(&name)).map_or("", |metric| metric.unit.as_str());
        let words = view::words(stage).replace(' ', "\n");
        if unit.is_empty() || unit == "1" { words } else { format!("{words}\n{unit}") }
    });
    let header = units.chain(["measured", "published", "claimed", "given", "extrapolated"].map(str::to_owned));
    let mut grid = Grid::new(&["design", "costs"], header.collect::<Vec<_>>());
    for (index, summary) in outcomes.iter().enumerate() {
        let mut row = view::design_and_book(outcomes, index);
        for stage in &stages {
            row.push(grid.metric(summary.metric(&format!("units.{stage}")), number::count));
        }
        let Basis { measured, published, claimed, given, extrapolated } = summary.basis;
        let shares = [measured, published, claimed, given, extrapolated];
        let known = shares.iter().sum::<f64>() > 0.0;
        row.extend(shares.map(|share| if known { number::share(share) } else { MISSING.to_owned() }));
        grid.row(row);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn widest(text: &str) -> usize {
        text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
    }

    #[test]
    fn the_answer_comes_first_and_every_line_fits() {
        let sample = sample::layered();
        let text = comparison(&sample, Style::default());
        assert!(text.starts_with(sample.answer.split(' ').next().expect("a word")));
        assert!(widest(&text) <= 120, "{}\n{text}", widest(&text));
        for expected in ["hierarchical", "validator downlink 1,302", "of offered", "base", "62 %", "seed 1", "±2.1 %"]
        {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
    }

    #[test]
    fn a_missing_value_points_at_its_reason_once() {
        let mut sample = sample::layered();
        for summary in &mut sample.designs {
            for metric in summary.metrics.iter_mut().filter(|metric| metric.name.starts_with("proof_finality")) {
                *metric = sample::missing(&metric.name, "s", "provers saturate at 5,012 tx/s");
            }
        }
        let text = comparison(&sample, Style::default());
        assert!(text.contains("–¹") && !text.contains("–²"), "{text}");
        assert_eq!(text.matches("¹ provers saturate at 5,012 tx/s").count(), 1, "{text}");
    }

    #[test]
    fn tables_of_prices_alone_are_left_out_where_prices_are_redacted() {
        let mut sample = sample::with_market();
        let style = Style { width: 80, colour: false };
        let whole = comparison(&sample, style);
        assert!(whole.contains("monthly bill") && !whole.contains("are left out"), "{whole}");
        crate::redact::prices(&mut sample);
        let text = comparison(&sample, style);
        assert!(!text.contains("monthly bill") && !text.contains("Economy") && !text.contains("¹ redacted"), "{text}");
        assert!(text.contains("time to finality") && text.contains("machines"), "{text}");
        assert_eq!(text.matches("are left out (`--redact prices`)").count(), 1, "{text}");
        let mut one = sample.designs.iter().find(|summary| summary.bill.is_some()).expect("a bill").clone();
        one.metrics.retain(|metric| !metric.name.starts_with("units."));
        let text = crate::table::outcome(&sample.answer, &one, style);
        assert!(text.contains("Bill by line\n") && !text.contains(" cost.total"), "{text}");
        assert_eq!(text.matches("are left out (`--redact prices`)").count(), 1, "{text}");
    }

    #[test]
    fn what_is_many_times_a_value_is_told_as_that() {
        let far = Metric { low: Some(0.0), high: Some(9_700.0), ..Metric::exact("x", "s", 1.0) };
        assert_eq!(at_most([Some(&far)]), "to ×9,700");
    }

    #[test]
    fn long_names_wrap_and_odd_inputs_stay_quiet() {
        let mut sample = sample::layered();
        for summary in &mut sample.designs {
            summary.design = format!("{}-{}", summary.design, "x".repeat(60));
        }
        let text = comparison(&sample, Style::default());
        assert!(widest(&text) <= 120, "{text}");
        let text = comparison(&sample::empty(), Style { width: 0, colour: true });
        assert!(text.contains("Nothing"), "{text}");
    }

    #[test]
    fn colour_is_only_used_when_asked_for() {
        let sample = sample::layered();
        assert!(!comparison(&sample, Style::default()).contains('\u{1b}'));
        assert!(comparison(&sample, Style { width: 120, colour: true }).contains('\u{1b}'));
    }
}
