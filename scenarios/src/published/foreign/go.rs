//! Go's `testing.B`: lines `BenchmarkName/part=8-4  1000  123456 ns/op  …`, the number after the last dash the threads, a number at
//! the end of the name the size. Allocations are no peak memory and are left out.

use super::{Figure, line_of};
use crate::reading::{Problem, Problems, Source};

const SHAPE: &str = "a line of results is `BenchmarkName-8  1000  123456 ns/op`";

/// All lines of results; other lines of the text are passed over.
pub(super) fn figures(source: &Source) -> Result<Vec<Figure>, Problems> {
    let (mut figures, mut problems) = (Vec::new(), Problems::new());
    for (number, line) in (1..).zip(source.text.lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        // With -v the name stands once more on a line of its own.
        let [name, iterations, rest @ ..] = words.as_slice() else { continue };
        let Some(name) = name.strip_prefix("Benchmark") else { continue };
        let mut problem = |message: String| {
            problems.push(Problem::new(source, Some(line_of(source, number)), message).with_help(SHAPE));
        };
        if iterations.parse::<u64>().is_err() {
            problem(format!("found `{iterations}` in the place of the number of runs"));
            continue;
        }
        let time = rest.chunks(2).find_map(|pair| (pair.get(1) == Some(&"ns/op")).then_some(pair[0]));
        match time.map(|text| (text, text.parse::<f64>())) {
            Some((_, Ok(ns))) if ns.is_finite() && ns >= 0.0 => figures.push(figure(name, ns)),
            Some((text, _)) => problem(format!("found `{text}` in the place of the time")),
            None => problem("no time in ns/op".to_owned()),
        }
    }
    if problems.is_empty() && figures.is_empty() {
        problems.push(Problem::new(source, None, "no line of results").with_help(SHAPE));
    }
    if problems.is_empty() { Ok(figures) } else { Err(problems) }
}

fn figure(name: &str, ns: f64) -> Figure {
    let threads = name.rsplit_once('-').and_then(|(name, threads)| Some((name, threads.parse().ok()?)));
    let (name, threads) = threads.map_or((name, None), |(name, threads)| (name, Some(threads)));
    let sized = name.rsplit_once('/').and_then(|(name, last)| {
        let (unit, number) = last.split_once('=').unwrap_or(("size", last));
        Some((name, unit, number.parse().ok()?))
    });
    let (operation, unit_of_size, size) = sized.map_or((name, "", None), |(name, unit, size)| (name, unit, Some(size)));
    let (operation, unit_of_size) = (operation.to_owned(), unit_of_size.to_owned());
    Figure { operation, size, unit_of_size, threads, ms: ns / 1e6, ..Figure::default() }
}
