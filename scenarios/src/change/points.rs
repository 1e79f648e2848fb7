//! The points of a sweep: values of one key, the product of values of several, the rows of a file, or a sample of the ranges of a scenario.
//!
//! A sample is a Latin hypercube: the range of each key is cut into as many equal parts as there are points, of which every one has one
//! value, in an order that is drawn for each key (M. D. McKay, R. J. Beckman, W. J. Conover, "A comparison of three methods for selecting
//! values of input variables in the analysis of output from a computer code", Technometrics 21(2), 1979). A range whose upper end is ten
//! times the lower or more is cut at equal ratios.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use sim::Streams;

use super::choices::{Choice, Choices, OPTION};
use super::ends::Ends;
use super::in_file;
use crate::claims::unit::counted;
use crate::published::files;
use crate::reading::{Problem, Problems, Source};
use crate::scenario::Scenario;
use crate::spec::RANGES;

/// Most points of a sweep over several keys.
pub const MOST_POINTS: usize = 10_000;
/// How messages call the text of a value that stands in a file of points.
const POINTS: &str = "--points";
/// How messages call a value that was drawn.
const SAMPLE: &str = "--sample";
/// From which ratio of its ends on a range is sampled at equal ratios.
const WIDE: f64 = 10.0;

/// The points of a sweep.
#[derive(Debug, Clone)]
pub struct Points {
    /// The dotted keys that are varied.
    pub keys: Vec<String>,
    /// What each key holds at each point, in the order of the keys.
    pub values: Vec<Vec<Choice>>,
    /// How they were made, in words.
    pub how: String,
    /// Whether they are all combinations of the values of the keys.
    pub is_grid: bool,
    from: Origin,
}

/// Where points come from.
#[derive(Debug, Clone)]
enum Origin {
    Options,
    /// A file with the places of its values, by point and key.
    File(Source, Vec<Vec<Range<usize>>>),
    Ranges,
}

impl Points {
    /// All combinations of the values of keys, as `--vary` gives them, the last key changing fastest.
    ///
    /// # Errors
    /// Everything that is wrong with the texts, a key that is given twice, or too many points.
    pub fn product(texts: &[String]) -> Result<Self, Problems> {
        let mut problems = Problems::new();
        let mut all: Vec<Choices> = Vec::new();
        for text in texts {
            match Choices::parse(text) {
                Ok(choices) if all.iter().any(|other| other.key == choices.key) => {
                    let span = Some(0..choices.key.len());
                    let problem = Problem::new(
                        &Source::new(OPTION, text.clone()),
                        span,
                        format!("`{}` is varied twice", choices.key),
                    );
                    problems.push(problem.with_help("give all values of a key in one option: key=value,value"));
                }
                Ok(choices) => all.push(choices),
                Err(found) => found.iter().for_each(|problem| problems.push(problem.clone())),
            }
        }
        let count = all.iter().fold(1_usize, |count, choices| count.saturating_mul(choices.values.len()));
        if count > MOST_POINTS {
            let message =
                format!("found {}; at most {MOST_POINTS} are simulated", counted(&count.to_string(), "point"));
            let source = Source::new(OPTION, texts.last().cloned().unwrap_or_default());
            problems.push(
                Problem::new(&source, None, message).with_help("give fewer values, or sample them: `--sample 256`"),
            );
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut values = vec![Vec::new()];
        for choices in &all {
            let longer = |point: &Vec<Choice>| {
                let point = point.clone();
                choices.values.iter().map(move |value| [point.clone(), vec![value.clone()]].concat())
            };
            values = values.iter().flat_map(longer).collect();
        }
        let counts: Vec<String> = all.iter().map(|choices| choices.values.len().to_string()).collect();
        let how = format!("all {} combinations", counts.join(" × "));
        Ok(Self {
            keys: all.into_iter().map(|choices| choices.key).collect(),
            values,
            how,
            is_grid: true,
            from: Origin::Options,
        })
    }

    /// The rows of a CSV file, whose first line names the keys.
    ///
    /// # Errors
    /// Everything that is wrong with the file, as a place in it.
    pub fn read(path: &Path) -> Result<Self, Problems> {
        let source = files::open(path, "CSV table of points", "row")?;
        let (keys, rows, spans) = in_file::table(&source, MOST_POINTS)?;
        let values = rows.iter().map(|row| row.iter().map(|text| Choice::of(text)).collect()).collect();
        let how = format!("the rows of {}", source.name);
        Ok(Self { keys, values, how, is_grid: false, from: Origin::File(source, spans) })
    }

    /// So many points of a Latin hypercube over the ranges that the scenario gives in `[sensitivity]`, but for those of other books than
    /// are asked for, and of parts that are off in every design.
    ///
    /// # Errors
    /// There are no such ranges.
    pub fn sampled(scenario: &Scenario, books: &[String], count: usize, seed: u64) -> Result<Self, Problems> {
        let matters = |key: &str| {
            let mut others = scenario.books().filter(|book| !books.iter().any(|asked| asked == book));
            let is_of_other = others.any(|book| key.starts_with(&format!("books.{book}.")));
            !is_of_other && !scenario.designs.iter().all(|design| scenario.is_off(design, key))
        };
        let ranges: Vec<(&String, &[String; 2])> = scenario.ranges.iter().filter(|(key, _)| matters(key)).collect();
        if ranges.is_empty() {
            let problem =
                Problem::new(&Source::new(SAMPLE, ""), None, format!("`{}` has no ranges to sample", scenario.name));
            let help =
                format!("give some in {RANGES} of a scenario of your own: \"load.rate\" = [\"10 /s\", \"40 /s\"]");
            return Err(problem.with_help(help).into());
        }
        let streams = Streams::new(seed, 0);
        let column = |(key, [low, high]): (&String, &[String; 2])| {
            let mut stream = streams.stream(&format!("sample {key}"));
            let mut parts: Vec<usize> = (0..count).collect();
            (1..count).rev().for_each(|last| parts.swap(last, stream.index(last + 1)));
            let ends = Ends::of(low, high);
            let place = |part: usize| (part as f64 + stream.uniform()) / count as f64;
            let value = |place: f64| match &ends {
                Some(ends) => ends.at(place, ends.are_positive() && ends.ratio() >= WIDE),
                None if place < 0.5 => low.clone(),
                None => high.clone(),
            };
            parts.into_iter().map(place).map(|place| Choice::of(&value(place))).collect::<Vec<_>>()
        };
        let columns: Vec<Vec<Choice>> = ranges.iter().copied().map(column).collect();
        let values = (0..count).map(|point| columns.iter().map(|column| column[point].clone()).collect()).collect();
        let how = format!("Latin hypercube of {count} points over {RANGES}");
        Ok(Self {
            keys: ranges.iter().map(|(key, _)| (*key).clone()).collect(),
            values,
            how,
            is_grid: false,
            from: Origin::Ranges,
        })
    }

    /// The scenario at a point.
    ///
    /// # Errors
    /// What is wrong with a key or a value, at its place.
    pub fn at(&self, scenario: &Scenario, point: usize) -> Result<Scenario, Problems> {
        let changes = self.keys.iter().zip(&self.values[point]).map(|(key, value)| (key.as_str(), value.text.as_str()));
        let by = match self.from {
            Origin::Options => OPTION,
            Origin::File(..) => POINTS,
            Origin::Ranges => SAMPLE,
        };
        scenario.changed_at(by, &changes.collect::<Vec<_>>()).map_err(|problems| self.placed(point, problems))
    }

    /// Problems with a point, where its file has what they are about.
    pub fn placed(&self, point: usize, problems: Problems) -> Problems {
        let Origin::File(source, spans) = &self.from else { return problems };
        let place = |problem: &Problem| {
            if problem.source_name() != POINTS {
                return problem.clone();
            }
            let of_key = |key: &String| {
                problem.source_text().starts_with(&format!("{key}="))
                    || problem.source_text().contains(&format!(".{key}="))
            };
            let span = match self.keys.iter().position(of_key) {
                Some(key) => spans[point][key].clone(),
                None => {
                    spans[point].first().map_or(0, |span| span.start)..spans[point].last().map_or(0, |span| span.end)
                }
            };
            let placed = Problem::new(source, Some(span), problem.message());
            problem.help().map_or(placed.clone(), |help| placed.clone().with_help(help))
        };
        problems.iter().map(place).collect()
    }
}

/// Problems with several points, each said once: what is wrong with a key is wrong at every point.
pub fn each_once(all: impl IntoIterator<Item = Problems>) -> Problems {
    let (mut said, mut once) = (BTreeSet::new(), Problems::new());
    for problem in all.into_iter().flat_map(|problems| problems.iter().cloned().collect::<Vec<_>>()) {
        if said.insert(problem.message().to_owned()) {
            once.push(problem);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(points: &Points) -> Vec<String> {
        let line = |point: &Vec<Choice>| point.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join(" ");
        points.values.iter().map(line).collect()
    }

    #[test]
    fn several_keys_are_combined_with_the_last_changing_fastest() {
        let options = ["load.rate=1k,2k".to_owned(), "chain.shards=1..3".to_owned()];
        let points = Points::product(&options).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(points.keys, ["load.rate", "chain.shards"]);
        assert_eq!(texts(&points), ["1k 1", "1k 2", "1k 3", "2k 1", "2k 2", "2k 3"]);
        let said = |options: &[&str]| {
            let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
            Points::product(&options).expect_err("refused").to_string()
        };
        assert!(said(&["a=1,2", "a=3,4"]).contains("`a` is varied twice"));
        assert!(said(&["a=1..101", "b=1..100"]).contains("at most 10000 are simulated"));
        let both = said(&["a=1", "b=,"]);
        assert!(both.contains("found 1 value") && both.contains("an empty value"), "all at once: {both}");
    }

    #[test]
    fn a_sample_has_a_value_in_every_part_of_every_range_and_is_drawn_by_the_seed() {
        let scenario = crate::open("proof-service", &[]).expect("in the library");
        let books = ["claimed".to_owned()];
        let points = Points::sampled(&scenario, &books, 16, 7).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(points.keys, ["instances.queue", "load.rate"]);
        let mut rates: Vec<f64> = points.values.iter().filter_map(|point| point[1].at).collect();
        rates.sort_by(f64::total_cmp);
        for (part, rate) in rates.iter().enumerate() {
            let from = 8.0 + 1.5 * part as f64;
            assert!((from - 0.01..from + 1.51).contains(rate), "part {part}: {rate}");
        }
        let queues = || points.values.iter().map(|point| point[0].text.parse::<u64>().expect("a whole number"));
        // Ten times as much or more: at equal ratios, so that half of them lie below the geometric mean of 5 and 100.
        assert_eq!(queues().filter(|queue| *queue <= 22).count(), 8);
        assert_eq!(texts(&points), texts(&Points::sampled(&scenario, &books, 16, 7).expect("the same")));
        assert_ne!(texts(&points), texts(&Points::sampled(&scenario, &books, 16, 8).expect("another")));
        let layered = crate::open("layered", &["market=off".to_owned()]).expect("in the library");
        let keys = Points::sampled(&layered, &books, 2, 1).expect("it has ranges").keys;
        assert!(!keys.iter().any(|key| key.starts_with("books.measured.") || key.starts_with("market.")), "{keys:?}");
        let mut without = scenario;
        without.ranges.clear();
        assert!(
            Points::sampled(&without, &books, 16, 7).expect_err("none").to_string().contains("has no ranges to sample")
        );
    }

    #[test]
    fn what_is_wrong_at_a_point_of_a_file_is_said_at_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("points.csv");
        std::fs::write(&path, "load.rate,chain.shards\n5k/s,4\n5 apples,4\n6k/s,0\n").expect("written");
        let points = Points::read(&path).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(texts(&points), ["5k/s 4", "5 apples 4", "6k/s 0"]);
        let scenario = crate::open("layered", &[]).expect("in the library");
        let at = |point: usize| points.at(&scenario, point).map(|scenario| scenario.value_of("gpu", "load.rate"));
        assert_eq!(at(0).expect("sound").as_deref(), Some("5k/s"));
        for (point, place, says) in [(1, (3, 1), "apples"), (2, (4, 6), "shards")] {
            let problems = at(point).expect_err(says);
            let problem = problems.iter().next().expect("one");
            assert!(problem.source_name().ends_with("points.csv"), "{problems}");
            assert_eq!(problem.position(), Some(place), "{problems}");
            assert!(problem.message().contains(says), "{problems}");
        }
        std::fs::write(&path, "load.rte\n5k/s\n6k/s\n").expect("written");
        let points = Points::read(&path).expect("it is a table");
        let all = each_once((0..2).map(|point| points.at(&scenario, point).expect_err("no such key")));
        assert_eq!(all.len(), 1, "{all}");
        assert!(all.to_string().contains("did you mean `rate`"), "{all}");
    }
}
