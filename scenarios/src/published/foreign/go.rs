//! Go's `testing.B`: lines `BenchmarkName/part=8-4  1000  123456 ns/op  …`, the number after the last dash the threads, a number at
//! the end of the name the size; lines `key: value` between them say of what the results below are. `go test -json` wraps pieces of
//! these lines in events. Allocations are no peak memory and are left out.

use std::collections::BTreeMap;

use super::figure::{Figure, Found};
use super::json::object;
use super::text::lines;
use super::units::TimeUnit;
use crate::reading::{Problems, Source};

const SHAPE: &str = "a line of results is `BenchmarkName-8  1000  123456 ns/op`";
/// How many keys of configuration hold at once; more are lines of a log.
const MOST_KEYS: usize = 32;

/// All results of a text.
pub(super) fn figures(source: &Source) -> Result<Found, Problems> {
    let (mut found, mut output) = (Found::new(source), Output::default());
    for (number, line) in lines(&source.text) {
        output.line(number, &line, &mut found);
    }
    found.finish(source, SHAPE)
}

/// All results of a stream of events; what stands between them is of no test.
pub(super) fn events(source: &Source) -> Result<Found, Problems> {
    let mut found = Found::new(source);
    // Packages are tested at the same time: each has its own lines, which come in pieces, and begin with the first of them.
    let mut outputs: BTreeMap<String, (Output, String, u64)> = BTreeMap::new();
    for (number, line) in lines(&source.text) {
        let event = match object(&line) {
            Some(Ok(event)) => event,
            Some(Err(broken)) => {
                found.line(number, Err(broken));
                continue;
            }
            None => continue,
        };
        let Some(piece) = event["Output"].as_str() else { continue };
        let package = event["Package"].as_str().unwrap_or_default();
        let (output, begun, start) = outputs.entry(package.to_owned()).or_insert_with(|| {
            let configuration = vec![("pkg".to_owned(), package.to_owned())];
            (Output { configuration, ..Output::default() }, String::new(), number)
        });
        if begun.is_empty() {
            *start = number;
        }
        begun.push_str(piece);
        if begun.ends_with('\n') {
            let text = std::mem::take(begun);
            lines(&text).for_each(|(_, line)| output.line(*start, &line, &mut found));
        }
    }
    for (output, begun, start) in outputs.values_mut() {
        lines(begun).for_each(|(_, line)| output.line(*start, &line, &mut found));
    }
    found.finish(source, SHAPE)
}

/// Whether a line begins as a result does.
pub(super) fn is_result(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next().is_some_and(is_name) && words.next().is_some_and(|runs| runs.parse::<u64>().is_ok())
}

/// Whether a result stands somewhere among these words.
fn has_result(words: &[&str]) -> bool {
    let begins =
        |at: usize| is_name(words[at]) && words[at + 1].parse::<u64>().is_ok() && time(&words[at + 2..]).is_ok();
    (0..words.len().saturating_sub(3)).any(begins)
}

/// Go takes a function for a benchmark where no small letter follows.
fn is_name(word: &str) -> bool {
    word.strip_prefix("Benchmark").is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

/// What was said so far in the output of a test.
#[derive(Default)]
struct Output {
    /// Keys and values that hold for the results below.
    configuration: Vec<(String, String)>,
    /// How many runs of the program have ended.
    run: u32,
}

impl Output {
    fn line(&mut self, number: u64, line: &str, found: &mut Found) {
        if let Some((key, value)) = configured(line) {
            self.configuration.retain(|(known, _)| known != key);
            if self.configuration.len() == MOST_KEYS {
                found.line(
                    number,
                    Err(format!("more than {MOST_KEYS} lines of configuration: `{key}` is not told apart")),
                );
            } else if !value.is_empty() {
                // The package tells the most, wherever it stands.
                let place = if key == "pkg" { 0 } else { self.configuration.len() };
                self.configuration.insert(place, (key.to_owned(), value.to_owned()));
            }
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] | ["PASS" | "FAIL"] | ["ok" | "goos:", ..] => self.run += 1,
            // With -v the name stands once more on a line of its own.
            [name] if is_name(name) => {}
            [name, runs, rest @ ..] if name.starts_with("Benchmark") => {
                let figure = if !is_name(name) {
                    Err("no result: a name has no small letter after `Benchmark`".to_owned())
                } else if runs.parse::<u64>().is_ok_and(|runs| runs == 0) {
                    Err("no result: it was run 0 times".to_owned())
                } else if runs.parse::<u64>().is_err() {
                    Err(format!("no result: found `{runs}` in the place of the number of runs"))
                } else {
                    time(rest).map(|ms| self.figure(name, ms))
                };
                found.line(number, figure);
            }
            [runs, rest @ ..] if runs.parse::<u64>().is_ok() && time(rest).is_ok() => {
                found.line(number, Err("a result without the name of its benchmark".into()));
            }
            [before, ..] if has_result(&words) => {
                found.line(number, Err(format!("a result behind other words, the first of them `{before}`")));
            }
            _ => {}
        }
    }

    fn figure(&self, name: &str, ms: f64) -> Figure {
        let bare = name.strip_prefix("Benchmark").unwrap_or(name);
        let threads = bare.rsplit_once('-').and_then(|(name, threads)| Some((name, threads.parse().ok()?)));
        let (bare, threads) = threads.map_or((bare, None), |(name, threads)| (name, Some(threads)));
        let sized = bare.rsplit_once('/').and_then(|(name, last)| {
            let (unit, number) = last.split_once('=').unwrap_or(("size", last));
            Some((name, unit, number.parse().ok()?))
        });
        let (operation, unit, size) = sized.map_or((bare, "", None), |(name, unit, size)| (name, unit, Some(size)));
        let operation = if operation.is_empty() { "Benchmark" } else { operation };
        Figure {
            operation: operation.to_owned(),
            size,
            unit_of_size: unit.to_owned(),
            threads,
            labels: self.configuration.clone(),
            run: self.run,
            ms,
            ..Figure::default()
        }
    }
}

/// The key and value of a line of configuration: the key begins with a small letter and has neither capitals nor spaces.
fn configured(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let small =
        key.starts_with(char::is_lowercase) && !key.contains(|one: char| one.is_uppercase() || one.is_whitespace());
    let apart = value.is_empty() || value.starts_with([' ', '\t']);
    (small && apart).then_some((key, value.trim()))
}

/// The time of a run \[ms\] among pairs of a number and its unit: Go's own, or else the only one that the benchmark reports itself.
fn time(pairs: &[&str]) -> Result<f64, String> {
    let mut times = Vec::new();
    for pair in pairs.chunks(2) {
        let unit = pair.get(1).and_then(|unit| TimeUnit::named(unit.strip_suffix("/op")?));
        times.extend(unit.map(|unit| (pair[0], unit)));
    }
    let mut own = times.clone();
    own.retain(|(_, unit)| *unit == TimeUnit::Nanoseconds);
    let (found, unit) = match (own.as_slice(), times.as_slice()) {
        ([only], _) | ([], [only]) => *only,
        ([], []) => return Err("no result: it has no time in ns/op".into()),
        _ => return Err("no result: it has several times, and which one is meant is not said".into()),
    };
    match found.parse::<f64>() {
        Ok(time) if time.is_finite() && time >= 0.0 => Ok(unit.ms(time)),
        _ => Err(format!("no result: found `{found}` in the place of the time")),
    }
}
