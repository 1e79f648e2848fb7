//! Where figures of checks changed for good.

use std::path::PathBuf;

use calibrate::gate::history::{Series, fewest_runs};

use super::check::{figure, value};
use super::{Paint, Style};
use crate::{files, number};

/// The changes, the latest of each figure; how many runs there are; what was written.
pub fn history(all: &[Series], written: &[PathBuf], style: Style) -> String {
    let runs = all.iter().map(|series| series.values.len()).max().unwrap_or(0);
    let changed: Vec<&Series> = all.iter().filter(|series| !series.changes.is_empty()).collect();
    let over = if runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") };
    let heading = match changed.len() {
        0 => format!("History: no figure changed for good in {over}"),
        1 => format!("History: 1 figure changed for good in {over}"),
        several => format!("History: {several} figures changed for good in {over}"),
    };
    let mut text = format!("{}\n", style.paint(Paint::Bold, &heading));
    if changed.is_empty() {
        let fewest = fewest_runs(all);
        let told =
            format!("a lasting step of 1 % or more shows after {fewest} runs before it and as many after it, or later");
        text.push_str(&format!("{}\n", style.item(&told)));
    }
    for series in changed {
        text.push_str(&format!("{}\n", style.item(&format!("{}: {}", name(series), change(series)))));
    }
    let folder =
        written.first().and_then(|path| path.parent()).map_or(String::new(), |folder| folder.display().to_string());
    text.push_str(&format!("wrote {} to {folder}\n", files::in_words(written)));
    text
}

/// The name of a series.
pub(crate) fn name(series: &Series) -> String {
    format!("{} at {}, {}", series.operation, number::count(series.size as f64), figure(&series.figure))
}

/// A value of a series with its unit.
pub(crate) fn shown(series: &Series, found: f64) -> String {
    value(&series.figure, found)
}

/// The last change of a series, in words.
pub(crate) fn change(series: &Series) -> String {
    let Some(last) = series.changes.last() else { return "no change".to_owned() };
    let percent = format!("{:+.1} %", last.change * 100.0).replace('-', "−");
    let day = series.values.get(last.at).map_or(String::new(), |(at, _)| format!(" since {}", number::day(*at)));
    format!("{percent}{day} (run {} of {})", last.at + 1, series.values.len())
}
