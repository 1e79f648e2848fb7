//! What operations take as functions of their size: every sample, the curve, and the band of its mean.

use calibrate::{Calibration, Form, Measured};

use super::layout::{self, MARGIN, SMALL, STRONG, WIDTH, label};
use super::picture::{Align, BAND, GRID, INK, Picture, Shape, series};
use super::scale::LogScale;
use crate::number;

const COLUMNS: usize = 3;
const GUTTER: f64 = 20.0;
/// Room for the names of the times at the left of a panel.
const TIMES: f64 = 54.0;
const HEAD: f64 = 40.0;
const PLOT: f64 = 132.0;
const FOOT: f64 = 40.0;
/// Places at which a curve is drawn: enough that the steps of padded sizes stand upright.
const STEPS: u32 = 240;

/// A panel for each operation that was measured at several sizes, both axes logarithmic.
pub fn picture(calibration: &Calibration) -> Option<Picture> {
    let several = |measured: &&Measured| measured.points.len() > 1 && measured.description.scaling.is_none();
    let shown: Vec<&Measured> = calibration.operations.iter().filter(several).collect();
    if shown.is_empty() {
        return None;
    }
    let title = title(&shown);
    let subtitle = format!(
        "Time on one core of {}. Dots: samples. Line: fitted curve. Band: 95 % interval of its mean, other runs included.",
        calibration.host.cpu
    );
    let (mut picture, top) = layout::card(&title, &subtitle, &[]);
    picture.columns(&["operation"], ["size", "mean", "curve", "low", "high"]);
    let width = (WIDTH - 2.0 * MARGIN - GUTTER * (COLUMNS - 1) as f64) / COLUMNS as f64;
    for (index, measured) in shown.iter().enumerate() {
        let left = MARGIN + (index % COLUMNS) as f64 * (width + GUTTER);
        panel(&mut picture, (left, top + (index / COLUMNS) as f64 * (HEAD + PLOT + FOOT)), width, measured);
    }
    Some(layout::close(picture, top + shown.len().div_ceil(COLUMNS) as f64 * (HEAD + PLOT + FOOT)))
}

/// Which operation grows fastest, and how many do not grow.
fn title(shown: &[&Measured]) -> String {
    let growth = |measured: &Measured| {
        let curve = &measured.curve;
        let (smallest, largest) = (curve.smallest as f64, curve.largest as f64);
        let (sizes, times) = (largest / smallest, curve.seconds(largest) / curve.seconds(smallest));
        (sizes, times, times.ln() / sizes.ln())
    };
    let still = shown.iter().filter(|measured| measured.curve.form == Form::Constant).count();
    let fastest = shown.iter().max_by(|one, two| growth(one).2.total_cmp(&growth(two).2));
    let Some(fastest) = fastest.filter(|_| still < shown.len()) else {
        return "No operation takes longer for a larger size".to_owned();
    };
    let (sizes, times, _) = growth(fastest);
    format!(
        "{} grows fastest, {} for {} the size; {still} of {} operations do not grow",
        fastest.description.name,
        number::times(times),
        number::times(sizes),
        shown.len()
    )
}

fn panel(picture: &mut Picture, (left, top): (f64, f64), width: f64, measured: &Measured) {
    let (from, to) = (left + TIMES, left + width - 8.0);
    let (high, low) = (top + HEAD, top + HEAD + PLOT);
    let curve = &measured.curve;
    let samples =
        || measured.points.iter().flat_map(|point| measured.samples(point).flatten().map(|&s| (point.size as f64, s)));
    let sizes = LogScale::around(measured.points.iter().map(|point| point.size as f64), from, to);
    let (smallest, largest) = (curve.smallest as f64, curve.largest as f64);
    let at = |step: u32| smallest * (largest / smallest).powf(f64::from(step) / f64::from(STEPS));
    let drawn: Vec<f64> = (0..=STEPS).map(at).collect();
    let ends = drawn.iter().flat_map(|&size| <[f64; 2]>::from(curve.interval(size)));
    let times = LogScale::around(samples().map(|(_, seconds)| seconds).chain(ends), low, high);

    label(picture, (left, top + 10.0), &layout::fitted(&measured.description.name, STRONG, width), STRONG, Align::Left);
    let found = format!("{} ± {} at the largest", form(measured), number::share(curve.relative_half_width(largest)));
    label(picture, (left, top + 26.0), &layout::fitted(&found, SMALL, width), SMALL, Align::Left);
    for point in &measured.points {
        let size = point.size as f64;
        let samples: Vec<f64> = measured.samples(point).flatten().copied().collect();
        let (low, high) = curve.interval(size);
        let taken = [samples.iter().sum::<f64>() / samples.len() as f64, curve.seconds(size), low, high];
        let cells = [measured.description.name.clone(), number::count(size)];
        let at = (sizes.at(size), times.at(taken[0]));
        picture.mark(at, cells.into_iter().chain(taken.map(number::duration)));
    }
    let whole = sizes.decades(5).into_iter().filter(|size| *size >= 1.0);
    let ticks: Vec<_> = whole.map(|size| (sizes.at(size), number::short(size))).collect();
    layout::axis(picture, &ticks, (high, low));
    for (seconds, name) in times.times(5) {
        let y = times.at(seconds);
        picture.line(vec![(from, y), (to, y)], 1.0, GRID);
        label(picture, (from - 6.0, y), &name, SMALL, Align::Right);
    }
    let unit = layout::fitted(&measured.description.size_unit, SMALL, to - from);
    label(picture, (to, low + 26.0), &unit, SMALL, Align::Right);

    let edge = |upper: bool| {
        let end = move |interval: (f64, f64)| if upper { interval.1 } else { interval.0 };
        drawn.iter().map(move |&size| (sizes.at(size), times.at(end(curve.interval(size))))).collect::<Vec<_>>()
    };
    let band = edge(true).into_iter().chain(edge(false).into_iter().rev()).collect();
    picture.shapes.push(Shape::Polygon { points: band, colour: BAND });
    for (size, seconds) in samples() {
        picture.circle((sizes.at(size), times.at(seconds)), 1.8, series(0));
    }
    let line = drawn.iter().map(|&size| (sizes.at(size), times.at(curve.seconds(size)))).collect();
    picture.line(line, 1.5, INK);
}

/// The form of a curve in the symbols of its documentation.
fn form(measured: &Measured) -> String {
    let form = match measured.curve.form {
        Form::Constant => "a",
        Form::Polylogarithmic => "a + b·log n + c·log² n",
        Form::Linear => "a + b·n",
        Form::NLogN => "a + b·n + c·n·log n",
    };
    let padded = if measured.curve.padded { ", n padded to a power of two" } else { "" };
    format!("{form}{padded}")
}
