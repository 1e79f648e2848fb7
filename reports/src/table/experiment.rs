//! The answer of `compare` over several keys: which design is best where, which key decides, and how far figures go.

use planner::{Effect, Experiment, ExperimentPoint};

use super::grid::Grid;
use super::part::{Part, rendered};
use super::{Paint, Style};
use crate::number::{self, MISSING};
use crate::view;
use crate::words::capitalised;

/// Points, and values of a key from top to bottom, that a table has.
const ROWS: usize = 12;
/// Values of a key from left to right that a table has.
const ACROSS: usize = 8;

/// All tables and sentences.
pub fn experiment(found: &Experiment, style: Style) -> String {
    let conditions = style.paint(Paint::Dim, &style.wrap(&conditions(found), 0)) + "\n";
    let blocks = [conditions, rendered(parts(found), style)];
    blocks.into_iter().filter(|block| !block.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// All tables and what is told of them: the answer first.
pub(crate) fn parts(found: &Experiment) -> Vec<Part> {
    let answers = if is_map(found) { maps(found) } else { effects(found) };
    answers.into_iter().chain(spreads(found)).chain(some_points(found)).collect()
}

/// Whether the answer is a map of two keys.
pub(crate) fn is_map(found: &Experiment) -> bool {
    found.is_grid && found.keys.len() == 2
}

/// Enough to run it again.
pub(crate) fn conditions(found: &Experiment) -> String {
    let Some(first) = found.first.first() else { return String::new() };
    let keys: Vec<&str> = found.keys.iter().map(|key| key.name.as_str()).collect();
    format!(
        "scenario {} · {} points, {}: {} · {} · {} on common random numbers · seed {} · version {}",
        found.scenario,
        number::count(found.points.len() as f64),
        found.how,
        keys.join(", "),
        first.sizing,
        super::replications(found.replications),
        first.seed,
        first.provenance.version,
    )
}

/// The figures that some outcome has, with how they read.
pub(crate) fn shown(found: &Experiment) -> Vec<(&'static str, number::Show)> {
    let unit = |name: &str| {
        let with = |outcome: &planner::PointOutcome| outcome.carried(name).is_some_and(|value| value != 0.0);
        let mut outcomes = found.points.iter().flat_map(|point| &point.outcomes);
        outcomes
            .find(|outcome| with(outcome))
            .and_then(|outcome| outcome.figure(name))
            .map(|figure| figure.unit.clone())
    };
    found.shown().iter().filter_map(|name| Some((*name, number::headline(&unit(name)?)))).collect()
}

/// Cost books of the outcomes.
pub(crate) fn books(found: &Experiment) -> Vec<&str> {
    view::distinct(found.points.iter().take(1).flat_map(|point| &point.outcomes).map(|one| one.costs.as_str()))
}

/// Names of the designs.
pub(crate) fn designs(found: &Experiment) -> Vec<&str> {
    view::distinct(found.points.iter().take(1).flat_map(|point| &point.outcomes).map(|one| one.design.as_str()))
}

/// The different values of a key, in the order in which they come.
pub(crate) fn values(found: &Experiment, key: usize) -> Vec<&str> {
    view::distinct(found.points.iter().filter_map(|point| Some(point.values.get(key)?.text.as_str())))
}

/// Who has the least of a figure at how many points, in a sentence: `gpu at 240 of 400 points, hybrid at 160`.
pub(crate) fn leaders(found: &Experiment, figure: &str, costs: &str) -> Option<String> {
    let all = designs(found);
    let mut counted: Vec<(&str, usize)> =
        all.iter().map(|design| (*design, led(found, figure, costs, design))).collect();
    counted.retain(|(_, points)| *points > 0);
    counted.sort_by_key(|(_, points)| std::cmp::Reverse(*points));
    let count = |points: usize| number::count(points as f64);
    let (first, rest) = counted.split_first().filter(|_| all.len() > 1)?;
    let first = format!("{} at {} of {} points", first.0, count(first.1), count(found.points.len()));
    let rest = rest.iter().map(|(design, points)| format!("{design} at {}", count(*points)));
    Some(std::iter::once(first).chain(rest).collect::<Vec<_>>().join(", "))
}

/// At how many points a design has the least of a figure, or hardly more.
fn led(found: &Experiment, figure: &str, costs: &str, design: &str) -> usize {
    found.points.iter().filter(|point| point.least(figure, costs).contains(&design)).count()
}

/// So many of a list at equal distances, both ends included.
pub(crate) fn some<T: Copy>(all: &[T], most: usize) -> Vec<T> {
    let last = all.len().saturating_sub(1);
    if all.len() <= most { all.to_vec() } else { (0..most).map(|step| all[step * last / (most - 1)]).collect() }
}

/// What a table leaves out of what files have.
fn left_out(some: usize, all: usize, what: &str) -> Option<String> {
    let told =
        || format!("{some} of {} {what}; all are in variation.csv and variation.parquet", number::count(all as f64));
    (some < all).then(told)
}

/// A table for each figure and book: which design has the least of it at which values of two keys, or the figure of a single design.
fn maps(found: &Experiment) -> Vec<Part> {
    let all = [0, 1].map(|key| values(found, key));
    let (down, across) = (some(&all[0], ROWS), some(&all[1], ACROSS));
    let at = |one: &str, other: &str| {
        found.points.iter().find(|point| point.values[0].text == one && point.values[1].text == other)
    };
    let is_alone = designs(found).len() < 2;
    let [up, along] = [0, 1].map(|key| found.keys[key].name.as_str());
    let map = |(figure, show): (&'static str, number::Show), book: &str| {
        let mut grid = Grid::new(&[up], across.iter().map(|value| (*value).to_owned()));
        for one in &down {
            let cell = |other: &&str| {
                at(one, other).map_or(MISSING.to_owned(), |point| cell(point, figure, book, is_alone, show))
            };
            grid.row(std::iter::once((*one).to_owned()).chain(across.iter().map(cell)).collect());
        }
        let led = leaders(found, figure, book);
        let title = view::metric(figure);
        if led.is_some() && is_led_by_one(found, figure, book) {
            return Part::list(format!("Least {title}, {book} costs"), led.into_iter().collect());
        }
        let least = if is_alone { "" } else { "least " };
        let title = format!("{least}{title}, {book} costs, by {up} and, across, {along}");
        let lines = [
            led,
            left_out(down.len(), all[0].len(), &format!("values of {up}")),
            left_out(across.len(), all[1].len(), &format!("values of {along}")),
        ];
        Some(Part::of(capitalised(&title), grid)?.with(lines.into_iter().flatten().collect()))
    };
    let books = books(found);
    shown(found)
        .into_iter()
        .flat_map(|shown| books.iter().filter_map(|book| map(shown, book)).collect::<Vec<_>>())
        .collect()
}

/// Whether one design alone has the least of a figure at every point.
fn is_led_by_one(found: &Experiment, figure: &str, book: &str) -> bool {
    let mut all = found.points.iter().map(|point| point.least(figure, book));
    let first = all.next().unwrap_or_default();
    first.len() == 1 && all.all(|least| least == first)
}

fn cell(point: &ExperimentPoint, figure: &str, book: &str, is_alone: bool, show: number::Show) -> String {
    let least = point.least(figure, book);
    match (is_alone, least.is_empty()) {
        (_, true) => MISSING.to_owned(),
        (false, false) => least.join(", "),
        (true, false) => {
            let outcome = point.outcomes.iter().find(|one| one.costs == book);
            outcome.and_then(|one| one.carried(figure)).map_or(MISSING.to_owned(), show)
        }
    }
}

/// The keys by what they do to a figure under a book, the strongest first, each with its effect in every design.
pub(crate) fn ranked<'a>(found: &'a Experiment, figure: &str, book: &str) -> Vec<(&'a str, Vec<Option<&'a Effect>>)> {
    let here: Vec<&Effect> = found.effects.iter().filter(|one| one.metric == figure && one.costs == book).collect();
    let of = |key: &'a str, design: &str| here.iter().find(|one| one.key == key && one.design == design).copied();
    let names = designs(found);
    let mut ranked: Vec<(&str, Vec<Option<&Effect>>)> = found
        .keys
        .iter()
        .map(|key| (key.name.as_str(), names.iter().map(|design| of(&key.name, design)).collect()))
        .collect();
    // Of several designs all together.
    let strength = |effects: &[Option<&Effect>]| effects.iter().flatten().map(|one| one.correlation.abs()).sum::<f64>();
    ranked.retain(|(_, effects)| effects.iter().any(Option::is_some));
    ranked.sort_by(|a, b| strength(&b.1).total_cmp(&strength(&a.1)));
    ranked
}

/// What a rank correlation says.
pub(crate) const RANKS: &str =
    "1: rises with the key, whatever the others do; −1: falls; in brackets: no more than chance (95 %)";

/// A table for each figure and book: the rank correlation with each key, the strongest first.
fn effects(found: &Experiment) -> Vec<Part> {
    let names = designs(found);
    let mut parts = Vec::new();
    for (figure, _) in shown(found) {
        for book in books(found) {
            let mut grid = Grid::new(&["key"], names.iter().map(|design| (*design).to_owned()));
            for (key, effects) in ranked(found, figure, book) {
                let cell = |effect: &Option<&Effect>| effect.map_or(MISSING.to_owned(), correlation);
                grid.row(std::iter::once(key.to_owned()).chain(effects.iter().map(cell)).collect());
            }
            let title = format!("What decides {}, {book} costs: rank correlations", view::metric(figure));
            let told = [Some(RANKS.to_owned()), leaders(found, figure, book).map(|led| format!("least: {led}"))];
            parts.extend(Part::of(title, grid).map(|part| part.with(told.into_iter().flatten().collect())));
        }
    }
    parts
}

/// A rank correlation to two digits, in brackets where it may be none.
pub(crate) fn correlation(effect: &Effect) -> String {
    let value = format!("{:.2}", effect.correlation.abs());
    let value = if effect.correlation < 0.0 && value != "0.00" { format!("−{value}") } else { value };
    if effect.is_told() { value } else { format!("({value})") }
}

/// How far each figure goes over all points, and where each design is the best.
fn spreads(found: &Experiment) -> Vec<Part> {
    let Some(point) = found.points.first() else { return Vec::new() };
    let several = designs(found).len() > 1;
    let header = ["least", "median", "most", "best at", "no figure at"].map(str::to_owned);
    let part = |(figure, show): (&'static str, number::Show)| {
        let mut grid = Grid::new(&["design", "costs"], header.clone());
        for (index, outcome) in point.outcomes.iter().enumerate() {
            let mut values: Vec<f64> = found.along(index).filter_map(|(_, one)| one.carried(figure)).collect();
            values.sort_by(f64::total_cmp);
            let at = |place: usize| values.get(place).map_or(MISSING.to_owned(), |value| show(*value));
            let best = led(found, figure, &outcome.costs, &outcome.design);
            let best = if several { best.to_string() } else { MISSING.to_owned() };
            let none = found.points.len() - values.len();
            let ends = [at(0), at(values.len() / 2), at(values.len().saturating_sub(1)), best, none.to_string()];
            grid.row([vec![outcome.design.clone(), outcome.costs.clone()], ends.to_vec()].concat());
        }
        let title = format!("{} over {} points", view::metric(figure), number::count(found.points.len() as f64));
        Part::of(capitalised(&title), grid)
    };
    shown(found).into_iter().filter_map(part).collect()
}

/// Some points with the best that there is of each figure.
fn some_points(found: &Experiment) -> Vec<Part> {
    let points: Vec<&ExperimentPoint> = found.points.iter().collect();
    let points = some(&points, ROWS);
    let several = designs(found).len() > 1;
    let names: Vec<&str> = found.keys.iter().map(|key| key.name.as_str()).collect();
    let figures = shown(found);
    let part = |book: &str| {
        let header =
            names.iter().map(|name| (*name).to_owned()).chain(figures.iter().map(|(figure, _)| view::metric(figure)));
        let mut grid = Grid::new(&["point"], header).keyed(1);
        for point in &points {
            let number = found.points.iter().position(|other| std::ptr::eq(other, *point)).unwrap_or(0) + 1;
            let best = |(figure, show): &(&'static str, number::Show)| {
                let least = point.least(figure, book);
                let of = |design: &&str| {
                    point.outcomes.iter().find(|one| one.costs == book && one.design == *design)?.carried(figure)
                };
                let Some(value) = least.first().and_then(of) else { return MISSING.to_owned() };
                if several { format!("{} {}", show(value), least[0]) } else { show(value) }
            };
            let keys = point.values.iter().map(|value| value.text.clone());
            grid.row(std::iter::once(number.to_string()).chain(keys).chain(figures.iter().map(best)).collect());
        }
        let what = if several { "The least of each figure" } else { "Figures" };
        let told = left_out(points.len(), found.points.len(), "points");
        Some(Part::of(format!("{what}, {book} costs, by point"), grid)?.with(told.into_iter().collect()))
    };
    books(found).into_iter().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_experiment;

    #[test]
    fn two_keys_are_a_map_that_says_who_is_best_where() {
        let text = experiment(&sample_experiment::map(), Style::default());
        for expected in
            ["Least total cost a month", "across, chain.shards", "gpu at 6 of 9 points, hybrid at 3", "best at"]
        {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        let alone = experiment(&sample_experiment::alone(), Style::default());
        assert!(alone.contains("Total cost a month") && !alone.contains("Least total"), "{alone}");
    }

    #[test]
    fn many_keys_are_ranked_by_what_they_decide() {
        let text = experiment(&sample_experiment::sampled(), Style::default());
        let place = |word: &str| text.find(word).unwrap_or_else(|| panic!("no {word}:\n{text}"));
        assert!(place("What decides total cost a month") < place("over 16 points"), "the answer first:\n{text}");
        assert!(place("load.rate ") < place("chain.shards "), "the strongest first:\n{text}");
        assert!(text.contains("12 of 16 points; all are in variation.csv"), "{text}");
    }
}
