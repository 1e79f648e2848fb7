//! The answer as one file that can be sent around: what was asked, the answer, tables, charts, the bill, why to believe it, every input
//! with its source, and how to get it again.
//!
//! Everything is in the file, so that it reads anywhere and years from now; it needs no script, which only sorts and filters tables. Light
//! and dark, on paper and on a phone.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use planner::{Comparison, Finding, InputFigure, Summary, listed};
use serde::Serialize;

use crate::charts;
use crate::error::ReportError;
use crate::number;
use crate::table::grid::{Cells, Grid};
use crate::table::part::Part;
use crate::table::{self, Style};
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
    conditions: Vec<&'p str>,
    sections: Vec<Section>,
    version: &'p str,
    style: &'static str,
    script: &'static str,
}

/// A part of the page under a heading of its own.
#[derive(Debug, Default, Serialize)]
struct Section {
    /// What links to it end with.
    id: &'static str,
    title: &'static str,
    said: Vec<String>,
    charts: Vec<String>,
    tables: Vec<Table>,
    list: Vec<String>,
    command: Option<String>,
}

impl Section {
    /// A section with tables.
    fn of(id: &'static str, title: &'static str, parts: impl IntoIterator<Item = Part>) -> Self {
        Self { id, title, tables: parts.into_iter().map(Table::of).collect(), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        let has_text = !self.said.is_empty() || !self.list.is_empty() || self.command.is_some();
        self.charts.is_empty() && self.tables.is_empty() && !has_text
    }
}

/// A table of the page.
#[derive(Debug, Serialize)]
struct Table {
    title: String,
    said: Vec<String>,
    cells: Cells,
}

impl Table {
    fn of(part: Part) -> Self {
        Self { cells: part.grid.cells(), title: part.title, said: part.said }
    }
}

/// The page of a comparison, or of one design; `command` is what made it.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn comparison(comparison: &Comparison, command: &str) -> Result<String, ReportError> {
    let alone = matches!(&comparison.designs[..], [_]);
    let first = comparison.designs.first();
    let scenario = first.map_or("", |summary| &summary.scenario);
    let title = match first.filter(|_| alone) {
        Some(summary) => format!("{scenario}: {}", summary.design),
        None => scenario.to_owned(),
    };
    let sections = [
        results(comparison, alone),
        Section { id: "charts", title: "Charts", charts: drawn(comparison)?, ..Section::default() },
        Section::of("objectives", "Objectives", table::objectives_by_book(&comparison.designs)),
        claims(comparison),
        Section::of("bill", "Bill by line", bills(comparison)),
        belief(comparison),
        Section::of("inputs", "Inputs and their sources", inputs(comparison)),
        again(comparison, command),
    ];
    let sections: Vec<Section> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    let conditions = table::conditions(comparison, Style { width: u16::MAX, colour: false });
    page(&Page {
        title,
        kind: if alone { "One design" } else { "Comparison of designs" },
        question: &comparison.question,
        answer: &comparison.answer,
        conditions: conditions.lines().filter(|line| !line.is_empty()).collect(),
        sections,
        version: first.map_or("", |summary| &summary.provenance.version),
        style: STYLE,
        script: SCRIPT,
    })
}

/// Fills the template; whatever a user has named is escaped.
fn page(of: &Page<'_>) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let told = |cause: minijinja::Error| ReportError::encode("a page", cause);
    environment.template_from_str(TEMPLATE).and_then(|it| it.render(Serde(of))).map_err(told)
}

/// The tables of the answer: of one design all its figures, of several what they are compared by.
fn results(of: &Comparison, alone: bool) -> Section {
    let parts = match of.designs.first().filter(|_| alone) {
        Some(summary) => table::metrics(summary),
        None => table::comparison_parts(of),
    };
    Section::of("results", "Results", parts)
}

/// All charts, each with a title and a description for who cannot see it.
fn drawn(of: &Comparison) -> Result<Vec<String>, ReportError> {
    charts::all(of).into_iter().map(|(_, picture)| picture.svg()).collect()
}

fn claims(of: &Comparison) -> Section {
    let findings: Vec<&Finding> = table::unique(of.designs.iter().flat_map(|summary| &summary.claims));
    if findings.is_empty() {
        return Section::default();
    }
    let said = vec![format!("{}; {}.", table::tally(&findings), table::RATIO)];
    Section { said, ..Section::of("claims", "Claims of the design's source", table::claims_by_system(&findings)) }
}

/// The bill of every design, sized where it is.
fn bills(of: &Comparison) -> Vec<Part> {
    let sized = view::of_sizing(of, view::SIZED);
    let all: Vec<&Summary> = if sized.is_empty() { of.designs.iter().collect() } else { sized };
    let several = all.len() > 1;
    let part = |summary: &&Summary| {
        let part = table::bill(summary)?;
        let name = format!("{} on {} costs: {}", summary.design, summary.costs, part.title);
        Some(Part { title: if several { name } else { part.title }, ..part })
    };
    all.iter().filter_map(part).collect()
}

/// What the answer rests on, what is known beside the numbers, and what was assumed.
fn belief(of: &Comparison) -> Section {
    let all = |lines: &dyn Fn(&Summary) -> Vec<String>| -> Vec<(String, Vec<&str>)> {
        let mut said: Vec<(String, Vec<&str>)> = Vec::new();
        for summary in &of.designs {
            for line in lines(summary) {
                match said.iter_mut().find(|(known, _)| *known == line) {
                    Some((_, designs)) if designs.last() == Some(&summary.design.as_str()) => {}
                    Some((_, designs)) => designs.push(&summary.design),
                    None => said.push((line, vec![&summary.design])),
                }
            }
        }
        said
    };
    let designs = view::designs(&of.designs.iter().collect::<Vec<_>>()).len();
    let named = |(line, of): (String, Vec<&str>)| match of.len() == designs {
        true => line,
        false => format!("{}: {line}", listed(&of)),
    };
    let rests = all(&|summary| table::rests_on(summary).into_iter().collect());
    let notes = all(&|summary| summary.caveats.clone());
    let assumed = all(&|summary| summary.assumptions.iter().map(|line| format!("assumed: {line}")).collect());
    let lines = rests.into_iter().chain(notes).chain(assumed);
    let said = "Intervals hold the noise of the runs and what is not known of the inputs. What follows is what a figure rests on, beside \
                the sources of its inputs.";
    let list: Vec<String> = lines.map(named).collect();
    let said = if list.is_empty() { Vec::new() } else { vec![said.to_owned()] };
    Section { id: "belief", title: "Why to believe it", said, list, ..Section::default() }
}

/// Every input with its source, once where several designs have the same.
fn inputs(of: &Comparison) -> Option<Part> {
    let mut rows: Vec<(&InputFigure, Vec<&str>)> = Vec::new();
    for summary in &of.designs {
        for input in &summary.inputs {
            match rows.iter_mut().find(|(known, _)| *known == input) {
                Some((_, designs)) if designs.last() == Some(&summary.design.as_str()) => {}
                Some((_, designs)) => designs.push(&summary.design),
                None => rows.push((input, vec![&summary.design])),
            }
        }
    }
    let designs = view::designs(&of.designs.iter().collect::<Vec<_>>()).len();
    let mut grid = Grid::new(&["input"], ["value".to_owned()]).texts(&["known", "source", "designs"]);
    for (input, of) in rows {
        let value = input.value.map_or_else(String::new, |value| number::quantity(value, &input.unit));
        let of = if of.len() == designs { "all".to_owned() } else { of.join(", ") };
        grid.row(vec![input.name.clone(), value, input.known.clone(), input.source.clone(), of]);
    }
    Part::of("", grid)
}

/// What to run, and by what to tell that it is the same.
fn again(of: &Comparison, command: &str) -> Section {
    let Some(first) = of.designs.first() else { return Section::default() };
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
    Section {
        id: "again",
        title: "How to get it again",
        said: vec![format!(
            "The same bytes come of the same scenario, calibration and seed with Proofcast {}, on any number of threads.",
            provenance.version
        )],
        list: list
            .into_iter()
            .chain(calibration)
            .chain(of_instances)
            .chain(of.designs.iter().filter(|summary| summary.replications > 0).map(fingerprint))
            .collect(),
        command: Some(command.to_owned()).filter(|command| !command.is_empty()),
        ..Section::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    /// A page is well-formed but for what HTML leaves open: tags without an end.
    fn parsed(page: &str) -> String {
        let closed = page.replace("<!DOCTYPE html>", "").replace("<br>", "<br/>");
        let void = ["<meta charset=\"utf-8\">", "initial-scale=1\">", "content=\"light dark\">"];
        let closed = void.iter().fold(closed, |text, tag| text.replace(tag, &tag.replace('>', "/>")));
        let (before, after) = closed.split_once("<meta name=\"generator\"").expect("who made it");
        let (generator, rest) = after.split_once('>').expect("its end");
        let text = format!("{before}<meta name=\"generator\"{generator}/>{rest}");
        // The style and the script are no markup.
        let (head, rest) = text.split_once("<style>").expect("a style");
        let (_, rest) = rest.split_once("</style>").expect("its end");
        let (body, rest) = rest.split_once("<script>").expect("a script");
        let (_, end) = rest.split_once("</script>").expect("its end");
        format!("{head}{body}{end}")
    }

    #[test]
    fn a_page_answers_in_order_and_fetches_nothing() {
        let sample = sample::layered();
        let page = comparison(&sample, "proofcast compare layered").expect("made");
        let ids = ["results", "charts", "claims", "bill", "belief", "again"];
        let places: Vec<usize> = ids
            .iter()
            .map(|id| page.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}")))
            .collect();
        assert!(places.is_sorted(), "{places:?}");
        assert!(page.len() < 2_000_000, "{}", page.len());
        let fetched = ["src=", "href=\"http", "url(", "@import", "fetch("];
        assert!(fetched.iter().all(|what| !page.contains(what)), "all of it is in the file");
        assert_eq!(page.matches("<svg").count(), charts::all(&sample).len());
        assert_eq!(page.matches("<svg").count(), page.matches("<desc>").count());
        assert!(page.contains("proofcast compare layered</code>"));
        let text = parsed(&page);
        roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }

    #[test]
    fn one_design_is_told_in_full_and_names_are_escaped() {
        let mut sample = sample::layered();
        sample.designs.truncate(1);
        sample.designs[0].design = "<script>alert(1)</script> & co".into();
        sample.question = "Is 1 < 2?".into();
        let page = comparison(&sample, "").expect("made");
        assert!(page.contains("Is 1 &lt; 2?") && !page.contains("<script>alert"), "{page}");
        let metrics = sample.designs[0].metrics.iter().filter(|metric| metric.value.is_some());
        assert!(metrics.clone().count() > 5);
        metrics.for_each(|metric| assert!(page.contains(&metric.name), "{}", metric.name));
    }
}
