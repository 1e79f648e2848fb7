//! Claims against the calibration: a formula over what was measured here.
//!
//! Method: the interval of the figure is the first-order propagation of those of its inputs (JCGM 100:2008, *Guide to the
//! expression of uncertainty in measurement*, 5.1). What differs between runs and processes moves all sizes of one
//! operation together, what the samples of a size spread by does not; operations are taken as independent. Parts that are
//! independent add in squares. Left out: sizes that were not measured, since a curve beyond its range is no evidence; that a
//! process is slow at several sizes, which would make ratios of them narrower.

use std::collections::{BTreeMap, BTreeSet};

use calibrate::{Calibration, Measured, positive_interval};
use scenarios::{Claim, Computation, Measure, Value};

use super::bounds::{BOUNDED, Beyond};
use super::finding::{Found, verdict};
use crate::summary::Verdict;

/// A value with how far it may be off to each side.
struct InputValue<'a> {
    value: f64,
    /// That moves with other figures of the operation.
    shared: f64,
    /// That does not.
    own: f64,
    operation: Option<&'a str>,
    /// Where what was measured does less than the claim is about: a factor towards the truth, above one for a cost and
    /// below for a rate.
    truth: Option<f64>,
}

/// Holds a claim against its formula.
pub(super) fn found(claim: &Claim, computation: &Computation, calibration: Option<&Calibration>) -> Found {
    let known: Result<Vec<InputValue<'_>>, String> =
        computation.inputs().iter().map(|input| input_value(&input.value, calibration)).collect();
    let known = match known {
        Ok(known) => known,
        Err(why) => return Found::nothing(claim.unchecked.iter().cloned().chain([why]).collect::<Vec<_>>().join("; ")),
    };
    match interval(computation, &known) {
        Err(why) => Found::nothing(why),
        Ok((value, half_width)) => {
            let beyond = beyond(computation, &known);
            let (least, most) = match value > 0.0 {
                true => positive_interval(value, half_width),
                false => (value - half_width, value + half_width),
            };
            let estimated = half_width > 0.0;
            let figure = computation.arithmetic();
            let undecidable = claim.unchecked.clone().or_else(|| foreign(claim, calibration));
            let verdict = match undecidable {
                Some(_) => Verdict::Untested,
                None => verdict(claim, beyond.widened(least, most)),
            };
            let why = match verdict {
                Verdict::Untested => format!("{}; {figure}", undecidable.unwrap_or_default()),
                Verdict::Undecided if beyond != Beyond::default() => format!("{figure}; {BOUNDED}"),
                Verdict::Undecided => format!("{figure}; `proofcast calibrate --thorough` makes the interval narrower"),
                _ => figure,
            };
            Found {
                value: Some(value),
                low: estimated.then_some(least),
                high: estimated.then_some(most),
                verdict: Some(verdict),
                side: beyond.side(),
                why,
            }
        }
    }
}

/// Why what is found on this host decides nothing: the figure belongs to another CPU.
fn foreign(claim: &Claim, calibration: Option<&Calibration>) -> Option<String> {
    let (own, here) = (claim.host.as_deref()?, calibration?.host.cpu.trim());
    let same = here.to_lowercase().contains(&own.to_lowercase());
    (!same).then(|| format!("the figure is of an {own}, and what is found is of an {here}"))
}

/// Whether the true figure may lie far below or far above, because an operation is only a lower bound: the side to which
/// the figure goes when all that was measured of that operation goes towards the truth.
fn beyond(computation: &Computation, known: &[InputValue<'_>]) -> Beyond {
    let operations: BTreeSet<&str> =
        known.iter().filter(|known| known.truth.is_some()).filter_map(|known| known.operation).collect();
    let value = |grown: Option<&str>| {
        let is_grown = |known: &&InputValue<'_>| grown.is_some() && known.operation == grown;
        let factor = |known: &InputValue<'_>| Some(known).filter(is_grown).and_then(|known| known.truth).unwrap_or(1.0);
        computation.value(&known.iter().map(|known| known.value * factor(known)).collect::<Vec<_>>())
    };
    let mut beyond = Beyond::default();
    for operation in operations {
        if let (Ok(before), Ok(after)) = (value(None), value(Some(operation))) {
            // A ratio of two figures of one operation stays, but for rounding.
            let same = (after - before).abs() <= 1e-9 * before.abs();
            beyond.below |= after < before && !same;
            beyond.above |= after > before && !same;
        }
    }
    beyond
}

/// The figure and the half-width of its interval.
fn interval(computation: &Computation, known: &[InputValue<'_>]) -> Result<(f64, f64), String> {
    let means: Vec<f64> = known.iter().map(|known| known.value).collect();
    let value = computation.value(&means)?;
    let (mut shared, mut own): (BTreeMap<&str, f64>, f64) = (BTreeMap::new(), 0.0);
    for (index, known) in known.iter().enumerate() {
        let Some(operation) = known.operation else { continue };
        let moved = |by: f64| {
            let mut values = means.clone();
            values[index] += by;
            computation.value(&values)
        };
        let effect = |half_width: f64| -> Result<f64, String> {
            let still = half_width == 0.0;
            Ok(if still { 0.0 } else { (moved(half_width)? - moved(-half_width)?) / 2.0 })
        };
        *shared.entry(operation).or_default() += effect(known.shared)?;
        own += effect(known.own)?.powi(2);
    }
    Ok((value, (own + shared.values().map(|part| part * part).sum::<f64>()).sqrt()))
}

fn input_value<'a>(value: &'a Value, calibration: Option<&Calibration>) -> Result<InputValue<'a>, String> {
    match value {
        Value::Known(amount) => {
            Ok(InputValue { value: amount.value, shared: 0.0, own: 0.0, operation: None, truth: None })
        }
        Value::Measured { operation, size, of, unit } => {
            let help = "measure it with `proofcast calibrate`";
            let (calibration, measured) = calibration
                .and_then(|calibration| Some((calibration, calibration.operation(operation)?)))
                .ok_or_else(|| format!("the calibration lacks `{operation}`: {help}"))?;
            together(calibration, measured, *size)?;
            let (figure, shared, own) = figure(measured, *size, *of)?;
            let truth = measured.description.lower_bound.as_ref().map(|_| if *of == Measure::Rate { 0.5 } else { 2.0 });
            let [value, shared, own] = [figure, shared, own].map(|it| it * unit.value);
            Ok(InputValue { value, shared, own, operation: Some(operation), truth })
        }
    }
}

/// Why threads that share cores say nothing of as many cores.
fn together(calibration: &Calibration, measured: &Measured, size: u64) -> Result<(), String> {
    let cores = calibration.host.physical_cores.unwrap_or(calibration.host.logical_cores);
    match measured.description.scaling {
        Some(_) if size > cores => Err(format!("{size} threads share the {cores} cores of this host")),
        _ => Ok(()),
    }
}

/// What was measured at a size, with the half-widths of its interval: that of all sizes, and its own.
fn figure(measured: &Measured, size: u64, of: Measure) -> Result<(f64, f64, f64), String> {
    let name = &measured.description.name;
    let unit = &measured.description.size_unit;
    let point = measured.points.iter().find(|point| point.size == size).ok_or_else(|| {
        let sizes: Vec<String> = measured.points.iter().map(|point| point.size.to_string()).collect();
        format!("`{name}` was measured here at {} {unit}, not at {size}", sizes.join(", "))
    })?;
    let bytes = |bytes: Option<u64>, what: &str| {
        bytes.map(|bytes| (bytes as f64, 0.0, 0.0)).ok_or_else(|| format!("`{name}` has no {what}"))
    };
    match of {
        Measure::Bytes => bytes(point.output_bytes, "bytes of output"),
        Measure::Memory => bytes(point.peak_memory_bytes, "peak memory"),
        Measure::Time | Measure::Rate => {
            let estimate = measured.estimate(point).ok_or_else(|| format!("`{name}` has no samples"))?;
            // One sample has no interval of its own; that of the whole curve stands for it.
            let half_width =
                estimate.half_width_s.unwrap_or(estimate.mean_s * measured.curve.relative_half_width(size as f64));
            let own = estimate.own_half_width_s.unwrap_or(0.0).min(half_width);
            let shared = (half_width.powi(2) - own.powi(2)).sqrt();
            let mean = estimate.mean_s;
            Ok(match of {
                Measure::Rate => (1.0 / mean, shared / mean.powi(2), own / mean.powi(2)),
                _ => (mean, shared, own),
            })
        }
    }
}
