//! Several scenarios side by side: the answer, then time, money, and what the figures rest on, a row for each design.
//!
//! Three narrow tables, on figures that kinds of systems share. What a figure or a request is in each kind is told below them, since
//! different things stand in one column.

mod varied;

use planner::{Basis, Common, Row, SideBySide, Standing, Summary};

use super::comparison::at_most;
use super::grid::Grid;
use super::part::{Part, rendered};
use super::{Paint, Style, overridden, replications};
use crate::number::{self, MISSING};
use crate::view;

/// A share of missed requests below which it is not worth a column.
const LEAST_MISSED: f64 = 0.001;
/// The figure of what a request costs.
const PER_REQUEST: &str = "cost.per_request";

pub(crate) use varied::parts as varied_parts;
pub use varied::varied_side_by_side;

/// The answer, its conditions, the tables, and what must be known of them.
pub fn side_by_side(found: &SideBySide, style: Style) -> String {
    let answer = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&found.answer, 0)));
    let blocks = [answer, dim(&conditions(&found.rows, &found.books, true), style), rendered(parts(found), style)];
    blocks.join("\n")
}

/// The tables, and what must be known of them.
pub(crate) fn parts(found: &SideBySide) -> Vec<Part> {
    let (rows, names) = (&found.rows, found.names());
    let parts = [
        Part::of("Time to finality, soft and hard", times(rows, &names)).map(|part| part.with(meanings(rows))),
        Part::of("Cost in USD: the bill of a month by line, and what a request costs", money(rows, &names))
            .map(|part| part.with(requests(rows).into_iter().collect())),
        Part::of("Machines, and how the costs behind the bill are known", rests(rows, &names)),
        Part::list("", missed(rows, &names).chain(caveats(rows, &names)).collect()),
    ];
    parts.into_iter().flatten().collect()
}

fn dim(lines: &[String], style: Style) -> String {
    let lines: Vec<String> = lines.iter().map(|line| style.wrap(line, 0)).collect();
    format!("{}\n", style.paint(Paint::Dim, &lines.join("\n")))
}

/// Enough to run the same comparison again.
pub(crate) fn conditions(rows: &[Row], books: &str, hashed: bool) -> Vec<String> {
    let Some(first) = rows.first().map(|row| &row.outcome) else { return Vec::new() };
    let most = rows.iter().map(|row| row.outcome.replications).max().unwrap_or(0);
    let names = view::distinct(rows.iter().map(scenario));
    let named = |name: &&str| {
        let hash = rows.iter().find(|row| scenario(row) == *name).filter(|_| hashed);
        let hash = hash.map(|row| row.outcome.provenance.scenario_sha256.chars().take(8).collect::<String>());
        hash.map_or_else(|| (*name).to_owned(), |hash| format!("{name} ({hash})"))
    };
    let line = format!(
        "scenarios {} · {} · seed {} · {} · resolution {} · version {}",
        names.iter().map(named).collect::<Vec<_>>().join(", "),
        first.sizing,
        first.seed,
        replications(most),
        first.resolution,
        first.provenance.version,
    );
    let changes = rows.iter().flat_map(|row| row.outcome.overrides.iter().map(move |change| (row, overridden(change))));
    let changes = by_scenario(changes).into_iter().map(|(change, of)| match of.len() == names.len() {
        true => change,
        false => format!("{change} ({})", of.join(", ")),
    });
    [line, format!("costs: {books}")].into_iter().chain(changes).collect()
}

/// The shared figures of one sort that any row has: by name and heading.
fn columns(rows: &[Row], of_sort: fn(Common) -> bool) -> Vec<(String, String)> {
    let of_kind = Common::ALL.into_iter().filter(|common| of_sort(*common));
    let all = of_kind.flat_map(|common| {
        common.endings().iter().map(move |ending| {
            // The title says that it is finality.
            let heading =
                format!("{} {}", common.words().trim_end_matches(" finality"), ending.trim_start_matches('.'));
            (format!("{}{ending}", common.name()), heading.trim().replace(' ', "\n"))
        })
    });
    all.filter(|(name, _)| rows.iter().any(|row| row.figure(name).is_some())).collect()
}

fn times(rows: &[Row], names: &[String]) -> Grid {
    let columns = columns(rows, Common::is_time);
    let offered = |row: &'_ Row| row.figure("offered").and_then(|metric| metric.value);
    // The answer says a load that all have.
    let differ = rows.iter().any(|row| offered(row) != offered(&rows[0]));
    let missed = misses_some(rows);
    let headings = columns.iter().map(|(_, heading)| heading.clone()).chain(["± at\nmost".to_owned()]);
    let first = differ.then(|| "offered".to_owned());
    let header = first.into_iter().chain(headings).chain(missed.then(|| Common::Missed.words().to_owned()));
    let mut grid = Grid::new(&["scenario/design"], header);
    for (row, name) in rows.iter().zip(names) {
        let mut cells = vec![name.clone()];
        if differ {
            cells.push(grid.metric(row.figure("offered"), |rate| format!("{} {}/s", number::short(rate), row.unit)));
        }
        cells.extend(columns.iter().map(|(name, _)| grid.metric(row.figure(name), number::duration)));
        cells.push(at_most(columns.iter().map(|(name, _)| row.figure(name))));
        if missed {
            cells.push(grid.metric(row.figure(Common::Missed.name()), number::share));
        }
        grid.row(cells);
    }
    grid
}

/// Whether any row misses so many requests that it must be told.
fn misses_some(rows: &[Row]) -> bool {
    rows.iter().any(|row| row.value(Common::Missed.name()).is_some_and(|share| share >= LEAST_MISSED))
}

/// What a request is called: by its unit, where all rows have the same.
fn request(rows: &[Row]) -> &str {
    match view::distinct(rows.iter().map(|row| row.unit)).as_slice() {
        [one] => one,
        _ => "request",
    }
}

fn money(rows: &[Row], names: &[String]) -> Grid {
    // A line that nothing is in is left out.
    let paid = |name: &&str| rows.iter().any(|row| row.value(name) != Some(0.0) && row.figure(name).is_some());
    let figures = rows.iter().flat_map(|row| &row.figures).map(|figure| figure.metric.name.as_str());
    let mut parts = view::distinct(figures.filter(|name| name.starts_with("cost.") && *name != PER_REQUEST));
    parts.retain(paid);
    let heading = |name: &&str| match name.trim_start_matches("cost.") {
        "total" => "total\na month".to_owned(),
        "validation" => "vali-\ndation".to_owned(),
        "settlement" => "settle-\nment".to_owned(),
        part => view::words(part),
    };
    let bound = columns(rows, Common::is_capital);
    let headings = parts.iter().map(heading).chain([format!("a {}", request(rows)), "±".to_owned()]);
    let mut grid = Grid::new(&["scenario/design"], headings.chain(bound.iter().map(|(_, heading)| heading.clone())));
    for (row, name) in rows.iter().zip(names) {
        let mut cells = vec![name.clone()];
        cells.extend(parts.iter().map(|part| grid.metric(row.figure(part), number::usd_short)));
        let each = row.figure(PER_REQUEST);
        cells.push(grid.metric(each, |usd| number::usd(number::rounded(usd, 3))));
        let ends = each.and_then(|metric| Some((metric.value?, view::interval(metric)?)));
        cells.push(ends.map_or(MISSING.to_owned(), |(value, (low, high))| number::half_width(value, low, high)));
        cells.extend(bound.iter().map(|(name, _)| {
            let metric = row.figure(name);
            grid.metric(metric, |value| number::quantity(value, metric.map_or("", |metric| &metric.unit)))
        }));
        grid.row(cells);
    }
    grid
}

/// Shares of a bill by how costs are known, in the order of the columns.
fn shares(basis: Basis) -> [(&'static str, f64); 5] {
    let Basis { measured, published, claimed, given, extrapolated } = basis;
    [
        ("measured", measured),
        ("published", published),
        ("claimed", claimed),
        ("given", given),
        ("extra-\npolated", extrapolated),
    ]
}

fn rests(rows: &[Row], names: &[String]) -> Grid {
    // What nothing rests on is left out.
    let is_there = |at: usize| rows.iter().any(|row| shares(row.outcome.basis)[at].1 > 0.0);
    let shown: Vec<usize> = (0..5).filter(|at| is_there(*at)).collect();
    let headings = shown.iter().map(|at| shares(Basis::default())[*at].0.to_owned());
    let mut grid = Grid::new(&["scenario/design"], std::iter::once("machines".to_owned()).chain(headings));
    for (row, name) in rows.iter().zip(names) {
        let mut cells = vec![name.clone()];
        cells.push(grid.metric(row.figure("machines"), number::count));
        let shares = shares(row.outcome.basis);
        let known = shares.iter().map(|(_, share)| share).sum::<f64>() > 0.0;
        cells.extend(shown.iter().map(|at| if known { number::share(shares[*at].1) } else { MISSING.to_owned() }));
        grid.row(cells);
    }
    grid
}

/// The scenario of a row.
fn scenario(row: &Row) -> &str {
    row.name.rsplit_once('/').map_or("", |(scenario, _)| scenario)
}

/// What is the same for several scenarios, with the names of these: `votes on the block (layered)`.
fn by_scenario<'r>(rows: impl Iterator<Item = (&'r Row, String)>) -> Vec<(String, Vec<&'r str>)> {
    let mut said: Vec<(String, Vec<&str>)> = Vec::new();
    for (row, words) in rows {
        let scenario = scenario(row);
        match said.iter_mut().find(|(other, _)| *other == words) {
            Some((_, scenarios)) if scenarios.contains(&scenario) => {}
            Some((_, scenarios)) => scenarios.push(scenario),
            None => said.push((words, vec![scenario])),
        }
    }
    said
}

/// What the shared figures are of each scenario.
fn meanings(rows: &[Row]) -> Vec<String> {
    let line = |common: Common| {
        let shared = |row: &'_ Row| row.outcome.headlines.shared.iter().find(|shared| shared.common == common).copied();
        let of = by_scenario(rows.iter().filter_map(|row| Some((row, shared(row)?.words.to_owned()))));
        let of: Vec<String> = of.into_iter().map(|(words, of)| format!("{words} ({})", of.join(", "))).collect();
        let until = if common.is_time() { "until " } else { "" };
        (!of.is_empty()).then(|| format!("{}: {until}{}", common.words(), of.join(", or ")))
    };
    let told = Common::ALL.into_iter().filter(|common| *common != Common::Missed || misses_some(rows));
    told.filter_map(line).collect()
}

/// What a request is of each scenario, where they count different things.
fn requests(rows: &[Row]) -> Option<String> {
    let one = |row: &Row| {
        let request = row.outcome.headlines.request;
        format!("{}, in {}", request.carried.trim_end_matches('s'), request.unit)
    };
    let of = by_scenario(rows.iter().map(|row| (row, one(row))));
    if of.len() < 2 {
        return None;
    }
    let of: Vec<String> = of.into_iter().map(|(words, of)| format!("{words} ({})", of.join(", "))).collect();
    Some(format!("a request is not the same everywhere: {}", of.join(", or ")))
}

/// Which rows miss objectives of their scenario.
fn missed(rows: &[Row], names: &[String]) -> impl Iterator<Item = String> {
    let of = |outcome: &Summary| {
        let failed = outcome.objectives.iter().filter(|objective| objective.standing == Standing::Fail);
        failed.map(|objective| objective.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let lines =
        rows.iter().zip(names).map(move |(row, name)| (name, of(&row.outcome))).filter(|(_, of)| !of.is_empty());
    lines.map(|(name, of)| format!("{name} misses the objective of its scenario: {of}"))
}

/// What must be known of the numbers; what holds for several rows is said once.
fn caveats(rows: &[Row], names: &[String]) -> impl Iterator<Item = String> {
    let mut said: Vec<(&str, Vec<&str>)> = Vec::new();
    for (row, name) in rows.iter().zip(names) {
        for line in &row.outcome.caveats {
            match said.iter_mut().find(|(other, _)| other == line) {
                Some((_, of)) => of.push(name),
                None => said.push((line, vec![name])),
            }
        }
    }
    said.into_iter().map(|(line, of)| format!("note: {}: {line}", of.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_scenarios;

    #[test]
    fn rows_of_two_kinds_fit_a_terminal_and_what_differs_is_told() {
        let mut found = sample_scenarios::side_by_side();
        let style = Style { width: 80, colour: false };
        let text = side_by_side(&found, style);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        for said in ["a tx", "a request", "chain/naive", "desk/gpu", "–¹", "the run is too short"] {
            assert_eq!(text.contains(said), said != "a tx", "{said}: {text}");
        }
        assert!(!text.contains("offered") && !text.contains("missed"), "one load, and nobody misses: {text}");
        found.rows.retain(|row| row.unit == "tx");
        found.rows[0].figures.iter_mut().for_each(|figure| figure.metric.value = Some(1.0));
        let text = side_by_side(&found, style);
        assert!(text.contains("a tx") && text.contains("offered"), "one unit, two loads: {text}");
    }

    #[test]
    fn what_turns_most_requests_away_leads_nowhere() {
        let found = sample_scenarios::varied();
        let text = varied_side_by_side(&found, Style { width: 80, colour: false });
        let names = found.names();
        let last = names.last().expect("six rows");
        assert!(text.contains(&format!("Least cost of a request in USD: {last} at 10")), "{text}");
        assert!(text.contains("; desk/hybrid at 1k") && text.contains("it does not carry its load here"), "{text}");
    }
}
