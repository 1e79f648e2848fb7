//! Rust's libtest, and what prints like it: lines `test name ... bench:   1,234 ns/iter (+/- 56)`. The figure in brackets is the
//! distance from the fastest to the slowest sample and no interval: it is left out.

use super::figure::{Figure, Found};
use super::text::lines;
use super::units::TimeUnit;
use crate::reading::{Problems, Source};

const SHAPE: &str = "a line of results is `test name ... bench:   1,234 ns/iter (+/- 56)`";
/// What stands between the name and the time.
const BENCH: &str = " ... bench:";

/// Whether a line is a result.
pub(super) fn is_result(line: &str) -> bool {
    line.trim_start().starts_with("test ") && line.contains(BENCH)
}

/// All results of a text; each is of the program that is said to run above it.
pub(super) fn figures(source: &Source) -> Result<Found, Problems> {
    let (mut found, mut program, mut run) = (Found::new(source), String::new(), 0);
    for (number, line) in lines(&source.text) {
        if let Some(begun) = line.trim_start().strip_prefix("Running ") {
            program = begun.split_once(" (").map_or(begun, |(name, _)| name).to_owned();
        } else if line.starts_with("running ") {
            run += 1;
        } else if let Some((name, rest)) =
            line.trim_start().strip_prefix("test ").and_then(|rest| rest.split_once(BENCH))
        {
            let figure = time(rest).map(|ms| Figure {
                labels: vec![("program".into(), program.clone())],
                run,
                ..Figure::named(name.trim().split('/'), ms)
            });
            found.line(number, figure);
        } else if let Some((before, _)) = line.split_once(BENCH).and_then(|(words, _)| words.split_once(" test ")) {
            found.line(number, Err(format!("a result behind other words: `{before}`")));
        }
    }
    found.finish(source, SHAPE)
}

/// The time of `1,234.5 ns/iter (+/- 56)` \[ms\].
fn time(text: &str) -> Result<f64, String> {
    let mut words = text.split_whitespace();
    let (number, unit) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let unit = unit.strip_suffix("/iter").and_then(TimeUnit::named);
    let time = ungrouped(number).and_then(|number| number.parse::<f64>().ok());
    let time = time.filter(|time| time.is_finite() && *time >= 0.0);
    match (time, unit) {
        (Some(time), Some(unit)) => Ok(unit.ms(time)),
        (None, _) => Err(format!("no result: found `{number}` in the place of the time")),
        (_, None) => Err("no result: it has no time in ns/iter".into()),
    }
}

/// A number without the commas between its groups of three digits; nothing where they stand elsewhere.
fn ungrouped(number: &str) -> Option<String> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    (grouped && !decimals.contains(',')).then(|| number.replace(',', ""))
}
