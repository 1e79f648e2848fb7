//! Earlier runs of a gate, one a line in a file that only grows, and where figures changed for good.
//!
//! Change points are found by Pettitt's test (A. N. Pettitt, "A non-parametric approach to the change-point problem", Applied
//! Statistics 28(2), 1979): with U(t) = Σ sign(xⱼ − xᵢ) over i ≤ t < j, K = max |U| and p ≈ 2·exp(−6K²/(n³ + n²)). A series is cut at a change and
//! both parts are searched again. It asks only for the order of values, so that a single slow run moves nothing.
//!
//! Left out: a drift, which is told as one change near its middle. Runs of other hosts are other series.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::line::Figure;
use super::votes::Verdict;
use crate::whole;

/// Kind and version of a line of the file.
pub const SCHEMA: &str = "proofcast/history/1";
/// The file in the folder.
pub const FILE: &str = "history.jsonl";
/// The largest file that is read \[B\].
const LARGEST: u64 = 256 << 20;
/// A change is told from so small a chance on that there is none.
const SIGNIFICANT: f64 = 0.01;
/// A smaller change of what is not counted is that of a build: building the same source again moves a time by so much.
const LEAST: f64 = 0.01;
/// Fewest runs on each side of a change.
const FEWEST: usize = 4;

/// One run of a gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Kind and version: [`SCHEMA`].
    pub schema: String,
    /// When \[s since 1970-01-01 UTC\].
    pub started_unix_s: u64,
    /// Processor and number of its threads, where this program measured.
    pub host: Option<String>,
    /// Of the whole run.
    pub verdict: Verdict,
    /// What was found.
    pub figures: Vec<Found>,
}

/// One figure of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Name of the operation.
    pub operation: String,
    /// The size.
    pub size: u64,
    /// What was judged.
    pub figure: Figure,
    /// Its value in the unit of the figure.
    pub value: f64,
}

/// A figure over the runs on one host.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The host.
    pub host: Option<String>,
    /// Name of the operation.
    pub operation: String,
    /// The size.
    pub size: u64,
    /// What was judged.
    pub figure: Figure,
    /// Time \[s since 1970-01-01 UTC\] and value of each run, in their order.
    pub values: Vec<(u64, f64)>,
    /// Where it changed for good.
    pub changes: Vec<ChangePoint>,
}

/// Where a figure changed for good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// The first run after the change, from 0.
    pub at: usize,
    /// Median after it by median before it, minus 1.
    pub change: f64,
    /// The chance of such an order of values without a change.
    pub p: f64,
}

/// Adds a run to the file of a folder, which is made where it is not there.
///
/// # Errors
/// The system does not let us write it.
pub fn append(folder: &Path, check: &Check) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(FILE);
    let figures = check.lines.iter().map(|line| Found {
        operation: line.operation.clone(),
        size: line.size,
        figure: line.figure.clone(),
        value: line.found,
    });
    let run = Run {
        schema: SCHEMA.into(),
        started_unix_s: check.started_unix_s,
        host: check.host.as_ref().map(|host| format!("{}, {} threads", host.cpu, host.logical_cores)),
        verdict: check.verdict,
        figures: figures.collect(),
    };
    let _lock = whole::lock(folder)?;
    let mut line = serde_json::to_vec(&run)?;
    line.push(b'\n');
    // A line that was cut by a crash stays alone on its line.
    let ends_well = std::fs::read(&path).map_or(true, |text| text.is_empty() || text.ends_with(b"\n"));
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    if !ends_well {
        file.write_all(b"\n")?;
    }
    file.write_all(&line)?;
    file.sync_data()?;
    Ok(path)
}

/// The runs of a folder, in their order, and the numbers of lines that are none.
///
/// # Errors
/// The file is not there or cannot be read.
pub fn read(folder: &Path) -> io::Result<(Vec<Run>, Vec<usize>)> {
    let bytes = whole::read(&folder.join(FILE), LARGEST)?;
    let (mut runs, mut broken) = (Vec::new(), Vec::new());
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        match serde_json::from_slice::<Run>(line) {
            Ok(run) if run.schema == SCHEMA => runs.push(run),
            _ if line.is_empty() => {}
            _ => broken.push(index + 1),
        }
    }
    Ok((runs, broken))
}

/// What was found over all runs, with its changes: a series for each figure and host, in the order in which they came first.
pub fn series(runs: &[Run]) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    for run in runs {
        for found in &run.figures {
            let same = |series: &&mut Series| {
                series.host == run.host
                    && series.operation == found.operation
                    && series.size == found.size
                    && series.figure == found.figure
            };
            let value = (run.started_unix_s, found.value);
            match all.iter_mut().find(same) {
                Some(series) => series.values.push(value),
                None => all.push(Series {
                    host: run.host.clone(),
                    operation: found.operation.clone(),
                    size: found.size,
                    figure: found.figure.clone(),
                    values: vec![value],
                    changes: Vec::new(),
                }),
            }
        }
    }
    let significant = significant(&all);
    for series in &mut all {
        let values: Vec<f64> = series.values.iter().map(|(_, value)| *value).collect();
        series.changes = changes(&values, significant);
        let is_counted = matches!(series.figure, Figure::Counter(_) | Figure::Output);
        series.changes.retain(|change| is_counted || change.change.abs() >= LEAST);
    }
    all
}

/// All change points of a series at a level of significance.
pub fn changes(values: &[f64], significant: f64) -> Vec<ChangePoint> {
    let mut found = Vec::new();
    let mut parts = vec![(0, values.len())];
    while let Some((from, to)) = parts.pop() {
        if let Some((at, p)) = change(&values[from..to]).filter(|(_, p)| *p < significant) {
            found.push((from + at, p));
            parts.extend([(from, from + at), (from + at, to)]);
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let ends: Vec<usize> = found.iter().map(|(at, _)| *at).chain([values.len()]).collect();
    let begins = std::iter::once(0).chain(found.iter().map(|(at, _)| *at));
    let told = begins.zip(&found).zip(&ends[1..]).map(|((before, (at, p)), after)| ChangePoint {
        at: *at,
        change: median(&values[*at..*after]) / median(&values[before..*at]) - 1.0,
        p: *p,
    });
    told.collect()
}

/// The chance of a change where there is none that each figure has. What never varies cannot change by chance either.
fn significant(all: &[Series]) -> f64 {
    let varies = |series: &&Series| series.values.iter().any(|(_, value)| *value != series.values[0].1);
    SIGNIFICANT / all.iter().filter(varies).count().max(1) as f64
}

/// The fewest runs before and after a step of one of these figures that show it.
pub fn fewest_runs(all: &[Series]) -> usize {
    let significant = significant(all);
    let p = |each: f64| 2.0 * (-6.0 * each.powi(4) / ((2.0 * each).powi(3) + (2.0 * each).powi(2))).exp();
    (FEWEST..).find(|each| p(*each as f64) < significant).unwrap_or(FEWEST)
}

/// The most likely place of a change, and the chance of it without one; nothing in a series that is too short.
fn change(values: &[f64]) -> Option<(usize, f64)> {
    let n = values.len();
    if n < 2 * FEWEST {
        return None;
    }
    let sign = |value: f64| if value == 0.0 { 0.0 } else { value.signum() };
    let mut u = 0.0;
    let mut best = (0, 0.0_f64);
    for t in 0..n - FEWEST {
        u += values.iter().map(|other| sign(other - values[t])).sum::<f64>();
        if t + 1 >= FEWEST && u.abs() > best.1 {
            best = (t + 1, u.abs());
        }
    }
    let (at, k) = best;
    let n = n as f64;
    let p = 2.0 * (-6.0 * k * k / (n * n * n + n * n)).exp();
    (at > 0).then_some((at, p.min(1.0)))
}

/// The median of values, of which there is at least one.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    /// Values around 1 with a step in them, and now and then a slow run.
    fn values(seed: u64, before: usize, after: usize, step: f64) -> Vec<f64> {
        let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut noise = || chance.random_range(0.0..0.02) + if chance.random_bool(0.1) { 0.5 } else { 0.0 };
        (0..before + after).map(|at| if at < before { 1.0 + noise() } else { step + noise() }).collect()
    }

    #[test]
    fn u_by_hand() {
        // 1 1 1 1 2 2 2 2: U(4) = 16, p = 2·exp(−6·256/576) = 0.139.
        let (at, p) = change(&[1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0]).expect("long enough");
        assert_eq!(at, 4);
        assert!((p - 2.0 * (-6.0_f64 * 256.0 / 576.0).exp()).abs() < 1e-12);
    }

    #[test]
    fn a_step_is_found_where_it_is_and_a_slow_run_is_none() {
        for seed in 0..20 {
            let found = changes(&values(seed, 40, 40, 1.06), 0.001);
            let [step] = found.as_slice() else { panic!("seed {seed}: {found:?}") };
            assert!((36..=44).contains(&step.at) && (step.change - 0.06).abs() < 0.02, "seed {seed}: {step:?}");
        }
        let two: Vec<f64> = [values(1, 40, 40, 1.06), values(2, 40, 0, 1.0)].concat();
        assert_eq!(changes(&two, 0.001).len(), 2);
    }

    #[test]
    fn without_a_change_hardly_any_is_told() {
        let told = (0..300).filter(|seed| !changes(&values(*seed, 40, 0, 1.0), 0.01).is_empty()).count();
        // One in a hundred, and its binomial bound at a chance of one in a thousand.
        assert!(told <= 10, "{told} of 300");
    }
}
