//! The calibration: samples and curves of every operation, with the host, the build and the method that they belong to.
//!
//! It is kept as one JSON document, `schema` first. Keys may be added; the meaning of one never changes without a new schema.

use std::fs;
use std::io;
use std::path::Path;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Deserializer;
use serde_json::error::Category;

use crate::SCHEMA;
use crate::conditions::Conditions;
use crate::curve::{Curve, Samples};
use crate::error::{CalibrationError, Mismatch};
use crate::fault::fault;
use crate::form::size_used;
use crate::former::{FORMER_SCHEMA, Former};
use crate::host::{Build, Host};
use crate::measurements::{Measurements, Series};
use crate::method::Method;
use crate::operation::{Description, Operation};
use crate::point::{Clock, Point};
use crate::runs::{FormerRun, STATED_RUNS};
use crate::scaling::ThreadScaling;
use crate::statistics::{Estimate, Variance};
use crate::whole;

/// What this host needs for each operation, and how that was found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Kind and version of the document: [`SCHEMA`].
    pub(crate) schema: String,
    /// The machine that was measured.
    pub host: Host,
    /// The program that measured.
    pub build: Build,
    /// When it began \[s since 1970-01-01 UTC\].
    pub started_unix_s: u64,
    /// How long it took \[s\].
    pub took_s: f64,
    /// How samples were taken.
    pub method: Method,
    /// What the machine did besides, one entry per process.
    pub conditions: Vec<Conditions>,
    /// What is missing, if the measurement was interrupted.
    pub partial: Option<String>,
    /// What earlier runs on this host found, oldest first: see [`after`](Self::after).
    pub former_runs: Vec<FormerRun>,
    /// One entry per operation.
    pub operations: Vec<Measured>,
}

/// What was found out about one operation. All times are of one thread, and so costs per core, but where the size is the
/// number of threads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// What was measured; its keys stand beside the others.
    #[serde(flatten)]
    pub description: Description,
    /// The clock of the curve.
    pub clock: Clock,
    /// Time as a function of size.
    pub curve: Curve,
    /// The speed-up by threads, where the size is their number and more than one was measured on as many cores.
    pub thread_scaling: Option<ThreadScaling>,
    /// The raw samples, one point per size, sizes growing.
    pub points: Vec<Point>,
}

impl Calibration {
    /// Fits a curve to each series. Nothing is lost: the samples stay in the calibration. How much runs differ on this host is
    /// what is stated, until earlier ones are told by [`after`](Self::after).
    pub fn fit(measurements: Measurements, host: Host, build: Build) -> Self {
        let Measurements { started_unix_s, took_s, method, conditions, partial, series } = measurements;
        let cores = host.physical_cores.unwrap_or(host.logical_cores);
        // Measured samples always give a curve: a plan takes at least one, and a sample lasts longer than the clock's tick.
        let fitted = |series| Measured::fit(series, cores).expect("every size has samples above zero");
        let operations = series.into_iter().map(fitted).collect();
        let (schema, former_runs) = (SCHEMA.into(), Vec::new());
        Self { schema, host, build, started_unix_s, took_s, method, conditions, partial, former_runs, operations }
    }

    /// What was found out about an operation, by its full name.
    pub fn operation(&self, name: &str) -> Option<&Measured> {
        self.operations.iter().find(|measured| measured.description.name == name)
    }

    /// What the run itself knows least well: operation, size, and the relative half-width of the mean's 95 % interval, infinite
    /// where there is none. What differs between runs is left out: no further process of a run shows it.
    pub fn least_precise(&self) -> Option<(&str, u64, f64)> {
        let of_point = |measured: &Measured, point: &Point| {
            let estimate = measured.clock.estimate(&point.processes, Variance::NONE);
            estimate.and_then(|estimate| estimate.relative_half_width()).unwrap_or(f64::INFINITY)
        };
        let acts = self.operations.iter().flat_map(|measured| {
            let name = measured.description.name.as_str();
            measured.points.iter().map(move |point| (name, point.size, of_point(measured, point)))
        });
        acts.max_by(|(.., one), (.., other)| one.total_cmp(other))
    }

    /// Whether the calibration stands for `operations` as `build` runs them on `host`.
    ///
    /// # Errors
    /// The first difference that makes the figures those of something else.
    pub fn reusable(&self, host: &Host, build: &Build, operations: &[Operation]) -> Result<(), Mismatch> {
        if let Some(difference) = self.host.difference(host) {
            return Err(Mismatch::Host(difference));
        }
        if let Some(difference) = self.build.difference(build) {
            return Err(Mismatch::Build(difference));
        }
        if let Some(missing) = &self.partial {
            return Err(Mismatch::Partial(missing.clone()));
        }
        for operation in operations {
            let Some(measured) = self.operation(operation.name()) else {
                return Err(Mismatch::Operation(format!("{} is missing", operation.name())));
            };
            if measured.description != *operation.description() {
                return Err(Mismatch::Operation(format!("{} was described otherwise", operation.name())));
            }
            let lacks = |size: &&u64| !measured.points.iter().any(|point| point.size == **size);
            if let Some(size) = operation.sizes().iter().find(lacks) {
                return Err(Mismatch::Operation(format!("{} was not measured at size {size}", operation.name())));
            }
        }
        Ok(())
    }

    /// Reads a calibration; of the version before this one it takes the samples and fits curves to them anew.
    ///
    /// # Errors
    /// The file cannot be read, is cut short, is no JSON, is another document, or holds a value that cannot be.
    pub fn read(path: &Path) -> Result<Self, CalibrationError> {
        let at = || path.to_owned();
        if path.is_dir() {
            return Err(CalibrationError::Directory { path: at() });
        }
        let bytes = whole::read(path, LARGEST).map_err(|reason| CalibrationError::Read { path: at(), reason })?;
        let mut document = Deserializer::from_slice(&bytes);
        let header = Header::deserialize(&mut document).map_err(|error| match error.classify() {
            Category::Eof => CalibrationError::Truncated { path: at(), line: error.line(), column: error.column() },
            // A number that is cut off is bad syntax at the very end.
            Category::Syntax if is_at_the_end(&error, &bytes) => {
                CalibrationError::Truncated { path: at(), line: error.line(), column: error.column() }
            }
            // What begins as another kind of document may still be none.
            Category::Data => match serde_json::from_slice::<IgnoredAny>(&bytes) {
                Ok(_) => CalibrationError::Schema { path: at(), found: None },
                Err(error) => CalibrationError::NotJson { path: at(), reason: error.to_string() },
            },
            Category::Syntax | Category::Io => CalibrationError::NotJson { path: at(), reason: error.to_string() },
        })?;
        document.end().map_err(|error| CalibrationError::Trailing {
            path: at(),
            line: error.line(),
            column: error.column(),
            found: from_place(&bytes, error.line(), error.column()),
        })?;
        let invalid = |reason| CalibrationError::Invalid { path: at(), reason };
        let calibration = match header.schema.as_deref() {
            Some(SCHEMA) => serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?,
            Some(FORMER_SCHEMA) => {
                let former: Former = serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?;
                former.fitted().map_err(invalid)?
            }
            _ => return Err(CalibrationError::Schema { path: at(), found: header.schema }),
        };
        match fault(&calibration) {
            Some(reason) => Err(CalibrationError::Invalid { path: at(), reason }),
            None => Ok(calibration),
        }
    }

    /// Writes the calibration: completely, or not at all. A file that was there before is replaced only by a complete one.
    ///
    /// # Errors
    /// The directory cannot be made or written, or the disk is full.
    pub fn write(&self, path: &Path) -> Result<(), CalibrationError> {
        self.write_all(path).map_err(|reason| CalibrationError::Write { path: path.to_owned(), reason })
    }

    fn write_all(&self, path: &Path) -> io::Result<()> {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(directory)?;
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        whole::write(path, &text)
    }
}

/// So many characters are shown of what does not belong into a file.
const SHOWN: usize = 20;
/// The largest calibration that is read \[B\]; a quick one has 100 kB.
const LARGEST: u64 = 64 << 20;

/// The key that every version of the document has.
#[derive(Deserialize)]
struct Header {
    schema: Option<String>,
}

impl Measured {
    /// Nothing where a size has no samples above zero.
    pub(crate) fn fit(series: Series, cores: u64) -> Option<Self> {
        let Series { description, mut points } = series;
        let clock = Clock::of(&description, points.iter().flat_map(|point| &point.processes));
        points.iter_mut().flat_map(|point| &mut point.processes).for_each(|run| clock.flag_outliers(run));
        let samples: Vec<Samples<'_>> = points
            .iter()
            .map(|point| Samples {
                size: point.size,
                processes: point.processes.iter().map(|run| (run.process, clock.samples(run))).collect(),
            })
            .collect();
        let curve = Curve::fit(&samples, STATED_RUNS)?;
        let times: Vec<(u64, f64)> = points
            .iter()
            .filter_map(|point| Some((point.size, clock.estimate(&point.processes, Variance::NONE)?.mean_s)))
            .collect();
        let thread_scaling = description.scaling.and_then(|scaling| ThreadScaling::fit(scaling, &times, cores));
        Some(Self { description, clock, curve, thread_scaling, points })
    }

    /// The mean time at a size that was measured, with its interval and its floor; nothing from an empty point. The interval holds
    /// what differs between runs too.
    pub fn estimate(&self, point: &Point) -> Option<Estimate> {
        self.clock.estimate(&point.processes, self.curve.uncertainty.run)
    }

    /// The mean time at a size \[s\], and its relative variance as far as this run can tell: 0 from one process.
    pub(crate) fn within_run(&self, point: &Point) -> Option<(f64, f64)> {
        let estimate = self.clock.estimate(&point.processes, Variance::NONE)?;
        Some((estimate.mean_s, estimate.between_processes.map_or(0.0, |variance| variance.relative)))
    }

    /// Size of the result at a size \[bytes\]: between sizes a power of the size, outside them an extrapolation of the nearest one.
    /// A power follows memory, which grows with the size, and proofs, which hardly do. Where the time goes in steps, as the act
    /// pads its size to a power of two, so do they.
    pub fn bytes(&self, size: f64) -> Option<f64> {
        self.interpolated(size, |point| point.output_bytes)
    }

    /// Peak memory of one run at a size \[bytes\], found in the same way.
    pub fn peak_memory(&self, size: f64) -> Option<f64> {
        self.interpolated(size, |point| point.peak_memory_bytes)
    }

    /// Largest size that was measured \[size unit\].
    pub fn largest_size(&self) -> u64 {
        self.curve.largest
    }

    /// The samples that the curve was fitted to, by process, in the order in which they were taken \[s\].
    pub fn samples<'a>(&self, point: &'a Point) -> impl Iterator<Item = &'a [f64]> {
        point.samples(self.clock)
    }

    fn interpolated(&self, size: f64, value: impl Fn(&Point) -> Option<u64>) -> Option<f64> {
        let used = |size| size_used(size, self.curve.padded);
        let size = used(size);
        let mut known: Vec<(f64, f64)> = Vec::new();
        for point in &self.points {
            let (size, Some(value)) = (used(point.size as f64), value(point)) else { continue };
            match known.last_mut() {
                Some((last, most)) if *last == size => *most = most.max(value as f64),
                _ => known.push((size, value.max(1) as f64)),
            }
        }
        match known.as_slice() {
            [] => None,
            [(_, only)] => Some(*only),
            _ => {
                let above = known.partition_point(|(known, _)| *known < size).clamp(1, known.len() - 1);
                let ((left, low), (right, high)) = (known[above - 1], known[above]);
                let exponent = (high / low).ln() / (right / left).ln();
                Some(low * (size.max(1.0) / left).powf(exponent))
            }
        }
    }
}

/// Whether a file was read to its last byte before it turned out to be wrong.
fn is_at_the_end(error: &serde_json::Error, bytes: &[u8]) -> bool {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    error.line() == lines.len() && lines.last().is_some_and(|last| error.column() >= last.len())
}

/// How a file goes on from a place, both from 1: a few characters.
fn from_place(bytes: &[u8], line: usize, column: usize) -> String {
    let line = bytes.split(|byte| *byte == b'\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let rest = &line[line.len().min(column.saturating_sub(1))..];
    String::from_utf8_lossy(&rest[..rest.len().min(4 * SHOWN)]).chars().take(SHOWN).collect()
}

#[cfg(test)]
#[path = "calibration_tests.rs"]
mod tests;
