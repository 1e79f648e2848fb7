//! The `calibrate` answer: what every operation takes here, and how that compares with what is claimed for it.

use calibrate::{Calibration, Measured, Point};
use planner::CONFIDENCE;

use super::grid::Grid;
use super::{Paint, Style};
use crate::number::{self, MISSING};

/// A row per operation and size; the host and the clock below.
pub fn calibration(calibration: &Calibration, style: Style) -> String {
    let columns = ["size", "time", "± half-width", "per second", "output", "peak memory", "claimed", "claimed/here"];
    let mut grid = Grid::new(&["operation"], columns.map(str::to_owned));
    for measured in &calibration.operations {
        for (index, point) in measured.points.iter().enumerate() {
            let name = if index == 0 { measured.description.name.clone() } else { String::new() };
            let mut cells = vec![name];
            cells.extend(row(measured, point));
            grid.row(cells);
        }
    }
    let host = &calibration.host;
    let line = format!(
        "{} · {} cores · {} · compiled by {} · {} method, {} · one thread, time per core",
        host.cpu,
        host.physical_cores.unwrap_or(host.logical_cores),
        host.kernel,
        calibration.build.compiler,
        calibration.method.name,
        number::duration(calibration.took_s),
    );
    let mut text = grid.render("What operations take on this host", style);
    text.push_str(&style.paint(Paint::Dim, &style.wrap(&line, 0)));
    text.push('\n');
    for measured in &calibration.operations {
        if let Some(why) = &measured.description.lower_bound {
            let note = format!("{} is a lower bound: {why}", measured.description.name);
            text.push_str(&style.paint(Paint::Dim, &style.wrap(&note, 2)));
            text.push('\n');
        }
    }
    text
}

fn row(measured: &Measured, point: &Point) -> Vec<String> {
    let seconds = measured.samples(point);
    let interval = sim::Interval::of(seconds, CONFIDENCE);
    let mean = interval.map(|interval| interval.mean).or(seconds.first().copied());
    let half_width = interval.map_or(MISSING.to_owned(), |i| number::half_width(i.mean, i.low, i.high));
    let claimed = measured.description.claimed.as_ref().filter(|claimed| claimed.size == point.size);
    let bytes = |count: Option<u64>| count.map_or(MISSING.to_owned(), |count| number::bytes(count as f64));
    let ratio = claimed.zip(mean).map(|(claimed, mean)| number::times(claimed.seconds / mean));
    vec![
        format!("{} {}", point.size, measured.description.size_unit),
        mean.map_or(MISSING.to_owned(), number::duration),
        half_width,
        mean.map_or(MISSING.to_owned(), |mean| number::count(1.0 / mean)),
        bytes(point.output_bytes),
        bytes(point.peak_memory_bytes),
        claimed.map_or(MISSING.to_owned(), |claimed| number::duration(claimed.seconds)),
        ratio.unwrap_or_else(|| MISSING.to_owned()),
    ]
}
