//! The answer as one file that can be sent around: what was asked, the answer, tables, charts, the bill, why to believe it, every input
//! with its source, and how to get it again.
//!
//! | file | the page of |
//! |---|---|
//! | [`comparison`] | a comparison, or one design |
//! | [`plan`] | a plan |
//! | [`claims`] | verdicts on claims |
//! | [`sweep`] | the values of a key, of one scenario or of several |
//! | [`experiment`] | points of several keys |
//! | [`side_by_side`] | several scenarios |
//! | [`sensitivity`], [`switches`], [`storm`] | what moves a design, what its options are worth, what breaks it |
//! | [`calibration`] | what was measured on a host |
//! | [`difference`] | two results side by side |
//!
//! Everything is in the file, so that it reads anywhere and years from now; it needs no script, which only sorts and filters tables and leaves designs out. Light
//! and dark, on paper and on a phone.

pub mod calibration;
pub mod claims;
pub mod comparison;
pub mod difference;
pub mod experiment;
mod figures;
pub mod plan;
pub mod sensitivity;
pub mod side_by_side;
pub mod storm;
pub mod sweep;
pub mod switches;
mod twins;

use std::collections::BTreeMap;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use planner::{Finding, InputFigure, REDACTED, Summary, listed};
use serde::Serialize;

use crate::charts::Picture;
use crate::error::ReportError;
use crate::number;
use crate::table;
use crate::table::grid::{Cells, Grid};
use crate::table::part::Part;
use crate::view;

const TEMPLATE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// All that a page says.
#[derive(Debug, Serialize)]
struct Page<'p> {
    title: String,
    /// What it is a page of.
    kind: &'static str,
    question: &'p str,
    answer: &'p str,
    conditions: Vec<String>,
    /// Designs that can be left out, with their colours in charts.
    designs: Vec<(String, [String; 2])>,
    sections: Vec<Section>,
    /// Where the names of figures link to.
    links: BTreeMap<String, usize>,
    version: &'p str,
    style: &'static str,
    script: &'static str,
}

impl Default for Page<'_> {
    fn default() -> Self {
        let (title, sections, conditions) = (String::new(), Vec::new(), Vec::new());
        let (kind, question, answer, version) = ("", "", "", "");
        let (designs, links) = (Vec::new(), BTreeMap::new());
        let (style, script) = (STYLE, SCRIPT);
        Self { title, kind, question, answer, conditions, designs, sections, links, version, style, script }
    }
}

/// A part of the page under a heading of its own.
#[derive(Debug, Default, Serialize)]
struct Section {
    /// What links to it end with.
    id: &'static str,
    title: &'static str,
    said: Vec<String>,
    charts: Vec<Chart>,
    tables: Vec<Table>,
    list: Vec<String>,
    /// What figures are.
    entries: Vec<figures::Entry>,
    command: Option<String>,
}

impl Section {
    /// A section with tables.
    fn of(id: &'static str, title: &'static str, parts: impl IntoIterator<Item = Part>) -> Self {
        Self { id, title, tables: parts.into_iter().map(Table::of).collect(), ..Self::default() }
    }

    /// A section of charts, each with a title and a description for who cannot see it.
    fn of_charts(pictures: impl IntoIterator<Item = Picture>) -> Result<Self, ReportError> {
        let chart = |picture: Picture| Ok(Chart { svg: picture.svg()?, data: picture.data().map(Table::of) });
        let charts = pictures.into_iter().map(chart).collect::<Result<_, ReportError>>()?;
        Ok(Self { id: "charts", title: "Charts", charts, ..Self::default() })
    }

    fn is_empty(&self) -> bool {
        let has_text = !self.said.is_empty() || !self.list.is_empty() || self.command.is_some();
        self.charts.is_empty() && self.tables.is_empty() && self.entries.is_empty() && !has_text
    }
}

/// A chart of the page, with its values as a table.
#[derive(Debug, Serialize)]
struct Chart {
    svg: String,
    data: Option<Table>,
}

/// A table of the page.
#[derive(Debug, Serialize)]
struct Table {
    title: String,
    said: Vec<String>,
    cells: Cells,
    /// What is told below it.
    told: Vec<String>,
}

impl Table {
    fn of(part: Part) -> Self {
        Self { cells: part.grid.cells(), title: part.title, said: part.said, told: part.told }
    }
}

/// Fills the template, without sections that say nothing; whatever a user has named is escaped.
fn page(mut of: Page<'_>) -> Result<String, ReportError> {
    of.sections.retain(|section| !section.is_empty());
    of.links = figures::links(&of.sections);
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let told = |cause: minijinja::Error| ReportError::encode("a page", cause);
    environment.template_from_str(TEMPLATE).and_then(|it| it.render(Serde(&of))).map_err(told)
}

/// The sections of a question that is asked of designs: what was found, its charts, what it rests on, inputs, how to get it again.
fn asked_of(
    designs: &[Summary],
    found: impl IntoIterator<Item = Part>,
    pictures: impl IntoIterator<Item = Picture>,
    command: &str,
) -> Result<Vec<Section>, ReportError> {
    Ok(vec![
        Section::of("results", "Results", found),
        Section::of_charts(pictures)?,
        belief(designs),
        Section::of("inputs", "Inputs and their sources", inputs(designs)),
        figures::figures(designs),
        again(designs, command),
    ])
}

/// The version of the program that simulated designs.
fn version(designs: &[Summary]) -> &str {
    designs.first().map_or(env!("CARGO_PKG_VERSION"), |summary| &summary.provenance.version)
}

/// The bill of every design, sized where it is.
fn bills(designs: &[Summary]) -> Vec<Part> {
    let is_sized = |summary: &&Summary| summary.sizing == view::SIZED;
    let sized: Vec<&Summary> = designs.iter().filter(is_sized).collect();
    let all: Vec<&Summary> = if sized.is_empty() { designs.iter().collect() } else { sized };
    let several = all.len() > 1;
    let part = |summary: &&Summary| {
        let part = table::bill(summary)?;
        let name = format!("{} on {} costs: {}", summary.design, summary.costs, part.title);
        Some(Part { title: if several { name } else { part.title }, ..part })
    };
    all.iter().filter_map(part).collect()
}

/// What the answer rests on, what is known beside the numbers, and what was assumed.
fn belief(designs: &[Summary]) -> Section {
    let all_designs = count(designs);
    let named = |(line, of): (String, Vec<&str>)| match of.len() == all_designs {
        true => line,
        false => format!("{}: {line}", listed(&of)),
    };
    let rests = once(designs, |summary| table::rests_on(summary).into_iter().collect());
    let notes = once(designs, |summary| summary.caveats.clone());
    let assumed = once(designs, |summary| summary.assumptions.iter().map(|line| format!("assumed: {line}")).collect());
    let lines = rests.into_iter().chain(notes).chain(assumed);
    let said = "Intervals hold the noise of the runs and what is not known of the inputs. What follows is what a figure rests on, beside \
                the sources of its inputs.";
    let list: Vec<String> = lines.map(named).collect();
    let said = if list.is_empty() { Vec::new() } else { vec![said.to_owned()] };
    let tables = twins::twins(designs).into_iter().map(Table::of).collect();
    Section { id: "belief", title: "Why to believe it", said, tables, list, ..Section::default() }
}

/// Every input with its source, once where several designs have the same.
fn inputs(designs: &[Summary]) -> Option<Part> {
    let all = count(designs);
    let mut grid = Grid::new(&["input"], ["value".to_owned()]).texts(&["known", "source", "designs"]);
    let rows: Vec<(&InputFigure, Vec<&str>)> = once(designs, |summary| summary.inputs.iter().collect());
    for (input, of) in rows {
        let value = input.value.map_or_else(|| REDACTED.to_owned(), |value| number::quantity(value, &input.unit));
        let of = if of.len() == all { "all".to_owned() } else { of.join(", ") };
        grid.row(vec![input.name.clone(), value, input.known.clone(), input.source.clone(), of]);
    }
    Part::of("", grid)
}

/// What to run, and by what to tell that it is the same.
fn again(designs: &[Summary], command: &str) -> Section {
    let Some(first) = designs.first() else { return Section::default() };
    let provenance = &first.provenance;
    let calibration = provenance.calibration_sha256.iter().map(|sha256| format!("calibration: SHA-256 {sha256}"));
    let of_instances = provenance.instance_calibrations_sha256.iter();
    let of_instances = of_instances.map(|(instance, sha256)| format!("calibration of {instance}: SHA-256 {sha256}"));
    let fingerprint = |summary: &Summary| {
        format!(
            "{} on {} costs, {}: fingerprint {}",
            summary.design, summary.costs, summary.sizing, summary.fingerprint
        )
    };
    let list = [format!("seed {}", first.seed), format!("scenario: SHA-256 {}", provenance.scenario_sha256)];
    let said = format!(
        "The same bytes come of the same scenario, calibration and seed with Proofcast {}, on any number of threads.",
        provenance.version
    );
    let simulated = designs.iter().filter(|summary| summary.replications > 0).map(fingerprint);
    let list = list.into_iter().chain(calibration).chain(of_instances).chain(simulated).collect();
    how_again(vec![said], list, command)
}

/// What is said of getting an answer again, what is known of it, and what was typed.
fn how_again(said: Vec<String>, list: Vec<String>, command: &str) -> Section {
    let command = Some(command.to_owned()).filter(|command| !command.is_empty());
    Section { id: "again", title: "How to get it again", said, list, command, ..Section::default() }
}

/// What outcomes have, each once, with the designs that have it.
fn once<'s, T: PartialEq>(outcomes: &'s [Summary], of: impl Fn(&'s Summary) -> Vec<T>) -> Vec<(T, Vec<&'s str>)> {
    let mut all: Vec<(T, Vec<&str>)> = Vec::new();
    for summary in outcomes {
        for one in of(summary) {
            match all.iter_mut().find(|(known, _)| *known == one) {
                Some((_, designs)) if designs.contains(&summary.design.as_str()) => {}
                Some((_, designs)) => designs.push(&summary.design),
                None => all.push((one, vec![&summary.design])),
            }
        }
    }
    all
}

/// How many designs there are among outcomes.
fn count(designs: &[Summary]) -> usize {
    view::designs(&designs.iter().collect::<Vec<_>>()).len()
}

/// Claims with their verdicts, those of one system after those of another.
fn judged(findings: &[&Finding]) -> Section {
    if findings.is_empty() {
        return Section::default();
    }
    let said = vec![format!("{}; {}.", table::tally(findings), table::RATIO)];
    Section { said, ..Section::of("claims", "Claims and verdicts", table::claims_by_system(findings)) }
}
