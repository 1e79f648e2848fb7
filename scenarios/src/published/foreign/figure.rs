//! A figure of a file, where it stands, and what was passed over on the way to it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::super::line_of;
use super::units::TimeUnit;
use crate::reading::{Problem, Problems, Source};

/// How many of the entries that are passed over are shown; the rest is counted.
const SHOWN: usize = 5;

/// The longest name of an operation \[B\].
const LONGEST_NAME: usize = 1_000;
/// How many labels a figure may have.
const MOST_LABELS: usize = 64;
/// The longest time \[ms\]: a hundred years.
const LONGEST_MS: f64 = 3.1536e12;
/// How many figures a file may have.
pub(super) const MOST: usize = 100_000;

/// One figure of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Figure {
    pub(super) operation: String,
    pub(super) size: Option<u64>,
    pub(super) unit_of_size: String,
    pub(super) threads: Option<u64>,
    /// What else it is a figure of, by name, the most telling first: package, input, configuration.
    pub(super) labels: Vec<(String, String)>,
    /// Which run of the program it is of, where a file holds several.
    pub(super) run: u32,
    /// Time \[ms\]; 0 where the file has none.
    pub(super) ms: f64,
    /// The times that it is the mean of \[ms\], where the tool keeps them.
    pub(super) samples_ms: Vec<f64>,
    /// Whether each of them is of a process of its own.
    pub(super) samples_are_processes: bool,
    /// Half-width of its 95 % interval \[ms\].
    pub(super) half_width_ms: Option<f64>,
    /// Time to verify the result \[ms\].
    pub(super) verify_ms: Option<f64>,
    /// Size of the result \[bytes\].
    pub(super) bytes: Option<f64>,
    /// Memory \[MB\].
    pub(super) memory_mb: Option<f64>,
    /// What else the file says of it and cannot be, in words.
    pub(super) left_out: Vec<String>,
    pub(super) place: Place,
}

impl Figure {
    /// A figure of an operation whose name may end in its size, like `fold/8`.
    pub(super) fn named<'a>(names: impl IntoIterator<Item = &'a str>, ms: f64) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        let sized = names.split_last().filter(|(_, others)| !others.is_empty());
        let sized = sized.and_then(|(last, others)| Some((others.join("/"), last.parse().ok()?)));
        match sized {
            Some((operation, size)) => {
                Self { operation, size: Some(size), unit_of_size: "size".into(), ms, ..Self::default() }
            }
            None => Self { operation: names.join("/"), ms, ..Self::default() },
        }
    }

    /// With the half-width of its interval, from both ends in a unit; without, where they are no interval of its time.
    pub(super) fn within(mut self, lower: Option<f64>, upper: Option<f64>, unit: TimeUnit) -> Self {
        // The last digits of a time may be lost where it is at an end of its interval.
        let holds = |low: f64, high: f64| {
            unit.ms(low) <= self.ms * (1.0 + 1e-9) && self.ms <= unit.ms(high) * (1.0 + 1e-9) && low <= high
        };
        match (lower, upper) {
            (None, None) => {}
            (Some(low), Some(high)) if holds(low, high) => self.half_width_ms = Some(unit.ms((high - low) / 2.0)),
            (Some(low), Some(high)) => {
                let (low, high) = (unit.ms(low), unit.ms(high));
                self.left_out
                    .push(format!("its interval, from {low} ms to {high} ms, does not hold its time, {} ms", self.ms));
            }
            (_, None) => self.left_out.push("its interval has no upper end".into()),
            (None, _) => self.left_out.push("its interval has no lower end".into()),
        }
        self
    }

    /// Why it can be no row.
    fn fault(&self) -> Option<String> {
        let Self { ms, .. } = self;
        if self.operation.is_empty() {
            return Some("it has no name".into());
        }
        if self.operation.len() > LONGEST_NAME {
            return Some(format!("its name is longer than {LONGEST_NAME} bytes"));
        }
        if self.labels.len() > MOST_LABELS {
            return Some(format!("more than {MOST_LABELS} texts tell what it is"));
        }
        if !(ms.is_finite() && *ms >= 0.0) {
            return Some(format!("{ms} ms is no time"));
        }
        if *ms > LONGEST_MS {
            return Some(format!("{ms:e} ms is longer than a hundred years"));
        }
        (*ms == 0.0).then(|| "it has no time, or one too short for its unit".into())
    }
}

/// Where a figure stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    /// Its line, or what its entry is called.
    spot: Spot,
}

#[derive(Debug, Clone, PartialEq, Default)]
enum Spot {
    #[default]
    File,
    Line(u64),
    Entry(String),
}

impl Place {
    /// A file as a whole.
    pub(super) fn of(path: &Path) -> Self {
        Self { file: path.display().to_string().into(), spot: Spot::File }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        match &self.spot {
            Spot::File => formatter.write_str(file),
            Spot::Line(line) => write!(formatter, "{file}:{line}"),
            Spot::Entry(entry) => write!(formatter, "{file}, `{entry}`"),
        }
    }
}

/// An entry that was passed over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Passed {
    /// File and line, or file and name of the entry.
    pub place: String,
    /// Why it is no figure.
    pub why: String,
}

/// So many things of a kind, of which the first few are shown.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Listed {
    /// How many.
    pub count: usize,
    /// The first few of them.
    pub first: Vec<Passed>,
}

impl Listed {
    pub(super) fn push(&mut self, place: &Place, why: String) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(Passed { place: place.to_string(), why });
        }
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        let room = SHOWN - self.first.len().min(SHOWN);
        self.first.extend(other.first.into_iter().take(room));
    }
}

/// What is not in the rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PassedOver {
    /// Entries that look like figures and are none.
    #[serde(flatten)]
    pub entries: Listed,
    /// What else is said of the figures and cannot be: the figures are taken without it.
    pub left_out: Listed,
    /// Files of a folder that hold no measurements.
    pub files: usize,
}

impl PassedOver {
    pub(super) fn add(&mut self, other: Self) {
        self.entries.add(other.entries);
        self.left_out.add(other.left_out);
        self.files += other.files;
    }
}

/// What is found in one file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    file: Arc<str>,
    pub(super) figures: Vec<Figure>,
    pub(super) passed_over: PassedOver,
    /// Lines of what is shown of that, and why it is none, for a file of which nothing remains.
    lines: Vec<(Option<u64>, String)>,
}

impl Found {
    pub(super) fn new(source: &Source) -> Self {
        Self {
            file: source.name.as_str().into(),
            figures: Vec::new(),
            passed_over: PassedOver::default(),
            lines: Vec::new(),
        }
    }

    /// Takes the figure of a line, or why it is none.
    pub(super) fn line(&mut self, line: u64, figure: Result<Figure, String>) {
        self.take(Spot::Line(line), figure);
    }

    /// Takes the figure of an entry of this name, or why it is none.
    pub(super) fn entry(&mut self, name: &str, figure: Result<Figure, String>) {
        self.take(Spot::Entry(name.to_owned()), figure);
    }

    /// Takes the one figure of the file.
    pub(super) fn whole(&mut self, figure: Figure) {
        self.take(Spot::File, Ok(figure));
    }

    fn take(&mut self, spot: Spot, figure: Result<Figure, String>) {
        let line = match spot {
            Spot::Line(line) => Some(line),
            Spot::File | Spot::Entry(_) => None,
        };
        let place = Place { file: Arc::clone(&self.file), spot };
        let why = match figure {
            Ok(figure) => {
                let figure = Figure { operation: tidy(&figure.operation), place, ..figure };
                match figure.fault() {
                    None => {
                        let said = figure.left_out.iter().cloned();
                        said.for_each(|why| self.passed_over.left_out.push(&figure.place, why));
                        // One more tells that there are too many.
                        if self.figures.len() <= MOST {
                            self.figures.push(figure);
                        }
                        return;
                    }
                    Some(why) => {
                        self.passed_over.entries.push(&figure.place, why.clone());
                        why
                    }
                }
            }
            Err(why) => {
                self.passed_over.entries.push(&place, why.clone());
                why
            }
        };
        if self.lines.len() < SHOWN {
            self.lines.push((line, why));
        }
    }

    /// What was found, if anything was; `shape` says how a file of this kind looks.
    pub(super) fn finish(self, source: &Source, shape: &str) -> Result<Self, Problems> {
        if self.figures.len() > MOST {
            let message = format!("more than {MOST} figures");
            return Err(Problem::new(source, None, message).with_help("import it in parts").into());
        }
        if !self.figures.is_empty() {
            return Ok(self);
        }
        let problem = |line: Option<u64>, message: String| {
            let span = line.map(|line| line_of(source, line));
            Problem::new(source, span, message).with_help(shape)
        };
        if self.lines.is_empty() {
            return Err(problem(None, "no figure in it".into()).into());
        }
        let passed = self.passed_over.entries.first.iter().map(|passed| &passed.place);
        let said = self.lines.iter().zip(passed).map(|((line, why), place)| match line {
            Some(_) => problem(*line, why.clone()),
            None => problem(None, format!("{place}: {why}")),
        });
        Err(said.collect())
    }
}

/// A name on one line, without spaces around it or control characters in it: it must come back from a table as it went in.
pub(super) fn tidy(text: &str) -> String {
    let visible: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
