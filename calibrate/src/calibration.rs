//! The calibration: samples and curves of every operation, with the host, the build and the method that they belong to.
//!
//! It is kept as one JSON document, `schema` first. Keys may be added; the meaning of one never changes without a new schema.

use serde::{Deserialize, Serialize};

use crate::SCHEMA;
use crate::conditions::Conditions;
use crate::curve::Curve;
use crate::error::Mismatch;
use crate::form::size_used;
use crate::former_run::FormerRun;
use crate::host::{Build, Host};
use crate::measurements::{Measurements, Series};
use crate::method::Method;
use crate::operation::{Description, Operation};
use crate::point::{Clock, Point, Samples};
use crate::scaling::ThreadScaling;
use crate::statistics::{Estimate, STATED_RUNS, Variance};

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

#[cfg(test)]
#[path = "calibration_tests.rs"]
mod tests;
