//! What in a calibration file cannot be: the first value that nobody can have measured, by its key, with what is allowed.
//!
//! The bounds are far beyond every measurement. They keep what is made of the numbers (squares, quotients, intervals) finite.

use crate::calibration::{Calibration, Measured};
use crate::former_run::FormerMean;
use crate::least_squares::TERMS;
use crate::own_operation::OWN_SUITE;
use crate::point::Point;
use crate::scaling::ThreadScaling;
use crate::statistics::Variance;

/// The longest time \[s\]: a hundred years.
const LONGEST_S: f64 = 3.1536e9;
/// The largest covariance of coefficients \[s²\]: about the square of the longest time.
const LARGEST_S2: f64 = 1e19;
/// The largest relative spread or variance.
const WIDEST: f64 = 1e4;
/// The largest half-width of the interval of a curve at a size that was measured, as a share of the time.
const FARTHEST_OFF: f64 = 1e6;
/// The most degrees of freedom: as many as samples fit into a file, and more.
const MOST_FREEDOM: f64 = 1e9;
/// The largest speed-up, and the largest parameter of a law of threads.
const FASTEST: f64 = 1e9;

/// A key within something, its value, and the most that it may be; the least is zero.
type Bounded = (String, f64, f64);

/// The first value of a calibration that cannot be, in words.
pub(crate) fn fault(calibration: &Calibration) -> Option<String> {
    let names: Vec<&str> = calibration.operations.iter().map(|one| one.description.name.as_str()).collect();
    let twice = || (1..names.len()).find(|index| names[..*index].contains(&names[*index]));
    let of_operation = |(index, measured): (usize, &Measured)| {
        let fault = of_operation(measured)?;
        Some(format!("{}: `operations[{index}].{fault}", measured.description.name))
    };
    let of_former = || {
        let runs = calibration.former_runs.iter().enumerate();
        let means =
            runs.flat_map(|(run, former)| former.means.iter().enumerate().map(move |(at, mean)| (run, at, mean)));
        let faults = means.flat_map(|(run, at, mean)| former(mean).map(|fault| (run, at, fault)));
        faults.map(|(run, at, fault)| format!("`former_runs[{run}].means[{at}].{fault}")).next()
    };
    let found = calibration.operations.iter().enumerate().find_map(of_operation).or_else(of_former);
    found.or_else(|| twice().map(|index| format!("{} stands there twice", names[index])))
}

/// What follows the key of the operation.
fn of_operation(measured: &Measured) -> Option<String> {
    of_points(measured)
        .or_else(|| of_curve(measured))
        .or_else(|| measured.thread_scaling.as_ref().and_then(|scaling| first_beyond(threads(scaling))))
}

fn of_points(measured: &Measured) -> Option<String> {
    let points = &measured.points;
    let grow = points.windows(2).all(|pair| pair[0].size < pair[1].size);
    if points.first().is_none_or(|point| point.size == 0) || !grow {
        return Some("points`: sizes must be above zero and grow, and there must be one".into());
    }
    points.iter().enumerate().find_map(|(index, point)| {
        let fault = of_point(measured, point)?;
        Some(format!("points[{index}].{fault}"))
    })
}

fn of_point(measured: &Measured, point: &Point) -> Option<String> {
    if !point.verified && measured.description.suite != OWN_SUITE {
        return Some(format!(
            "verified`: found false; only an operation of the user's own (suite `{OWN_SUITE}`) may be without a check"
        ));
    }
    if point.processes.is_empty() {
        return Some("processes`: it is empty; at least one process measured".into());
    }
    point.processes.iter().enumerate().find_map(|(index, run)| {
        let key = |key: &str| format!("processes[{index}].{key}");
        if run.wall_s.is_empty() || run.wall_s.len() != run.cpu_s.len() {
            let (wall, cpu) = (run.wall_s.len(), run.cpu_s.len());
            let found = format!("found {wall} beside {cpu} of `cpu_s`; there must be as many, and at least one");
            return Some(format!("{}`: {found}", key("wall_s")));
        }
        let clocks = [("wall_s", &run.wall_s), ("cpu_s", &run.cpu_s)];
        let samples = clocks.into_iter().flat_map(|(clock, samples)| {
            samples.iter().enumerate().map(move |(at, seconds)| (format!("{clock}[{at}]"), *seconds, LONGEST_S))
        });
        let numbers = samples.chain([("preparation_s".into(), run.preparation_s, LONGEST_S)]);
        let none_above_zero = || {
            let nothing = measured.clock.samples(run).iter().all(|seconds| *seconds == 0.0);
            nothing.then(|| "wall_s` and `cpu_s`: no sample by the clock of the curve is above zero".to_owned())
        };
        first_beyond(numbers).or_else(none_above_zero).map(|fault| key(&fault))
    })
}

fn of_curve(measured: &Measured) -> Option<String> {
    let (curve, uncertainty) = (&measured.curve, &measured.curve.uncertainty);
    let (first, last) = (measured.points.first()?.size, measured.points.last()?.size);
    if (curve.smallest, curve.largest) != (first, last) {
        let found = format!("found {} to {}", curve.smallest, curve.largest);
        return Some(format!("curve.smallest` and `largest`: {found}; they must be {first} and {last}, as measured"));
    }
    let of_curve = seconds("curve", &curve.coefficients_s);
    let spread = [("curve.spread".into(), curve.spread, WIDEST)];
    let rivals = uncertainty.rivals.iter().enumerate().flat_map(|(index, rival)| {
        let key = format!("curve.uncertainty.rivals[{index}]");
        let weight = (format!("{key}.weight"), rival.weight, 1.0);
        seconds(&key, &rival.coefficients_s).into_iter().chain([weight])
    });
    let variances = [("run", uncertainty.run), ("processes", uncertainty.processes), ("misfit", uncertainty.misfit)];
    let variances = variances.into_iter().flat_map(|(name, variance)| of_variance(name, variance));
    let freedom = ("curve.uncertainty.covariance_freedom".into(), uncertainty.covariance_freedom, MOST_FREEDOM);
    let covariance = (0..TERMS).flat_map(|row| {
        (0..TERMS).map(move |column| {
            let value = uncertainty.covariance_s2[row][column];
            // Only what a coefficient has with itself is a variance, and so never negative.
            let value = if row == column { value } else { value.abs() };
            (format!("curve.uncertainty.covariance_s2[{row}][{column}]"), value, LARGEST_S2)
        })
    });
    let numbers = of_curve.into_iter().chain(spread).chain(rivals).chain(variances).chain([freedom]).chain(covariance);
    first_beyond(numbers).or_else(|| {
        let half_widths = measured.points.iter().filter(|point| curve.seconds(point.size as f64) > 0.0).map(|point| {
            let half_width = curve.relative_half_width(point.size as f64);
            (format!("curve.uncertainty`, the half-width at size {} as a share of the time", point.size), half_width)
        });
        let (key, found) =
            half_widths.into_iter().find(|(_, half_width)| !(0.0..=FARTHEST_OFF).contains(half_width))?;
        Some(format!("{key}: found {}; it must be at most {FARTHEST_OFF}", short(found)))
    })
}

/// A relative variance with its degrees of freedom.
fn of_variance(name: &str, variance: Variance) -> [Bounded; 2] {
    let key = |key: &str| format!("curve.uncertainty.{name}.{key}");
    [(key("relative"), variance.relative, WIDEST), (key("freedom"), variance.freedom, MOST_FREEDOM)]
}

/// The coefficients of a curve.
fn seconds(of: &str, coefficients: &[f64; TERMS]) -> Vec<Bounded> {
    let key = |(index, seconds): (usize, &f64)| (format!("{of}.coefficients_s[{index}]"), *seconds, LONGEST_S);
    coefficients.iter().enumerate().map(key).collect()
}

fn threads(scaling: &ThreadScaling) -> Vec<Bounded> {
    let key = |key: &str| format!("thread_scaling.{key}");
    let law = [
        ("serial_share", scaling.serial_share),
        ("coherency", scaling.coherency),
        ("efficiency", scaling.efficiency),
        ("foretelling_error", scaling.foretelling_error.unwrap_or(0.0)),
    ];
    let speedups = scaling.speedups.iter().enumerate();
    let speedups = speedups.map(|(index, (_, speedup))| (key(&format!("speedups[{index}][1]")), *speedup, FASTEST));
    speedups.chain(law.map(|(name, value)| (key(name), value, FASTEST))).collect()
}

fn former(mean: &FormerMean) -> Option<String> {
    let variance = ("relative_variance".into(), mean.relative_variance, WIDEST);
    first_beyond([("mean_s".into(), mean.mean_s, LONGEST_S), variance])
}

/// The first number beyond its bounds; the quotation mark before its key is the caller's.
fn first_beyond(numbers: impl IntoIterator<Item = Bounded>) -> Option<String> {
    let (key, found, most) = numbers.into_iter().find(|(_, number, most)| !(0.0..=*most).contains(number))?;
    Some(format!("{key}`: found {}; it must be from 0 to {}", short(found), short(most)))
}

/// A number as it is read best.
fn short(number: f64) -> String {
    if number == 0.0 || (1e-3..1e7).contains(&number.abs()) { number.to_string() } else { format!("{number:e}") }
}
