//! What checks found over time: a row for each figure, its runs as points and its level as a line that steps where it changed for good.

use calibrate::gate::history::Series;

use super::layout::{self, MARGIN, PLAIN, SMALL, STRONG, WIDTH, label};
use super::picture::{Align, GRID, MUTED, Picture, series as colour};
use crate::table;

/// Rows that are drawn: those that changed most first.
const MOST: usize = 12;
const NAMES: f64 = 250.0;
const VALUES: f64 = 236.0;
const ROW: f64 = 64.0;
/// Room above and below the points of a row.
const AIR: f64 = 12.0;

/// The picture; none where no figure varied.
pub fn picture(all: &[Series]) -> Option<Picture> {
    // What never varied has no trend to show.
    let varies = |series: &&Series| series.values.iter().any(|(_, value)| *value != series.values[0].1);
    let mut rows: Vec<&Series> = all.iter().filter(varies).collect();
    rows.sort_by(|one, other| largest(other).total_cmp(&largest(one)));
    let first = rows.first()?;
    let title = match largest(first) {
        0.0 => "No figure changed for good.".to_owned(),
        _ => format!("{} changed most: {}.", table::history_name(first), table::history_change(first)),
    };
    let shown = rows.len().min(MOST);
    let left_out = if rows.len() > shown { format!(", {shown} of {} figures", rows.len()) } else { String::new() };
    let subtitle = format!("each run is a point, the line the median between changes (Pettitt's test){left_out}");
    let (mut picture, mut y) = layout::card(&title, &subtitle, &[]);
    picture.columns(&["figure", "host"], ["run", "value"]);
    for series in &rows[..shown] {
        row(&mut picture, y, series);
        y += ROW;
        picture.line(vec![(MARGIN, y), (WIDTH - MARGIN, y)], 1.0, GRID);
    }
    label(&mut picture, (MARGIN + NAMES, y + 12.0), "first run", SMALL, Align::Left);
    label(&mut picture, (WIDTH - MARGIN - VALUES, y + 12.0), "last run", SMALL, Align::Right);
    Some(layout::close(picture, y + 20.0))
}

/// The largest change for good, either way.
fn largest(series: &Series) -> f64 {
    series.changes.iter().map(|change| change.change.abs()).fold(0.0, f64::max)
}

fn row(picture: &mut Picture, top: f64, series: &Series) {
    let middle = top + ROW / 2.0;
    let name = layout::fitted(&table::history_name(series), PLAIN, NAMES - 16.0);
    label(picture, (MARGIN, middle - 8.0), &name, PLAIN, Align::Left);
    let host = layout::fitted(series.host.as_deref().unwrap_or("another tool"), SMALL, NAMES - 16.0);
    label(picture, (MARGIN, middle + 9.0), &host, SMALL, Align::Left);
    let (from, to) = (MARGIN + NAMES, WIDTH - MARGIN - VALUES);
    let values: Vec<f64> = series.values.iter().map(|(_, value)| *value).collect();
    let (low, high) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)));
    let x = |at: usize| from + (to - from) * at as f64 / (values.len() - 1) as f64;
    let height = |value: f64| match high > low {
        true => top + ROW - AIR - (value - low) / (high - low) * (ROW - 2.0 * AIR),
        false => middle,
    };
    for (at, value) in values.iter().enumerate() {
        let names = [table::history_name(series), series.host.clone().unwrap_or_default()];
        let figures = [(at + 1).to_string(), table::history_value(series, *value)];
        picture.row(names.into_iter().chain(figures));
        picture.circle((x(at), height(*value)), 2.2, MUTED);
    }
    let cuts: Vec<usize> = series.changes.iter().map(|change| change.at).chain([values.len()]).collect();
    let begins = std::iter::once(0).chain(series.changes.iter().map(|change| change.at));
    for (begin, end) in begins.zip(cuts) {
        let level = height(calibrate::gate::history::median(&values[begin..end]));
        picture.line(vec![(x(begin), level), (x(end - 1), level)], 2.5, colour(0));
    }
    let last = values[values.len() - 1];
    label(picture, (WIDTH - MARGIN, middle - 8.0), &table::history_value(series, last), STRONG, Align::Right);
    label(picture, (WIDTH - MARGIN, middle + 9.0), &table::history_change(series), SMALL, Align::Right);
    let range = format!("{} to {}", table::history_value(series, low), table::history_value(series, high));
    label(picture, (to + 10.0, middle + 24.0), &range, SMALL, Align::Left);
}
