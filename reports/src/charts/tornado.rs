//! What moves the bill and finality: a bar for each uncertain input, from the figure at its low to that at its high end.

use planner::{Sensitivity, Swing, SwingInput};

use super::layout::{self, MARGIN, PLAIN, SMALL, STRONG, WIDTH, label};
use super::mark::{Look, Mark};
use super::picture::{Align, GRID, INK, Picture, series};
use crate::number;
use crate::table::{ends, moving, name, of_money, of_world};
use crate::view;

const NAMES: f64 = 262.0;
const ENDS: f64 = 168.0;
const VALUES: f64 = 150.0;
const ROW: f64 = 22.0;
const HEAD: f64 = 42.0;
const FOOT: f64 = 14.0;
/// Bars of a panel; further ones are too short to see.
const MOST: usize = 12;
/// Bars of a panel about money beside the world.
const MOST_OF_MONEY: usize = 5;

/// A panel for each figure, its inputs sorted by their swing.
pub fn picture(found: &Sensitivity) -> Option<Picture> {
    let panels: Vec<(&str, Vec<(&SwingInput, &Swing)>)> = of_world(found)
        .into_iter()
        .chain(of_money(found))
        .map(|metric| (metric, shown(found, metric)))
        .filter(some)
        .collect();
    if panels.is_empty() {
        return None;
    }
    let base = &found.base;
    let subtitle = format!(
        "{}, {} costs, {}: each uncertain input at its low and its high end, everything else as in the base. \
         Upright line: the base.",
        base.design, base.costs, base.sizing
    );
    let (mut picture, y) = layout::card(&title(found, &panels), &subtitle, &base.overrides);
    let legend = [
        (Look::full(Mark::Square, series(4)), "at the low end".into()),
        (Look::full(Mark::Square, series(0)), "at the high end".into()),
    ];
    picture.columns(&["figure", "input", "low to high"], ["at low", "at high"]);
    let mut top = layout::legend(&mut picture, y, &legend);
    for (metric, moving) in &panels {
        panel(&mut picture, top, metric, found, moving);
        top += HEAD + ROW * moving.len() as f64 + FOOT;
    }
    Some(layout::close(picture, top))
}

/// The inputs that move a figure most.
fn shown<'a>(found: &'a Sensitivity, metric: &str) -> Vec<(&'a SwingInput, &'a Swing)> {
    let mut moving = moving(found, metric);
    moving.truncate(if of_world(found).contains(&metric) { MOST } else { MOST_OF_MONEY });
    moving
}

fn some(panel: &(&str, Vec<(&SwingInput, &Swing)>)) -> bool {
    !panel.1.is_empty()
}

fn panel(picture: &mut Picture, top: f64, metric: &str, found: &Sensitivity, moving: &[(&SwingInput, &Swing)]) {
    let base = found.base.value(metric);
    let unit = moving.first().map_or("", |(_, swing)| swing.unit.as_str());
    let stated = base.map_or("none at the base".to_owned(), |base| format!("{} at the base", short(base, unit)));
    let heading = format!("{}: {stated}", view::metric(metric));
    label(picture, (MARGIN, top + 14.0), &layout::fitted(&heading, STRONG, NAMES + ENDS), STRONG, Align::Left);
    let values = moving.iter().flat_map(|(_, swing)| [swing.at_low, swing.at_high]).chain([base]).flatten();
    let least = values.clone().fold(f64::INFINITY, f64::min);
    let most = values.fold(f64::NEG_INFINITY, f64::max);
    let (from, to) = (MARGIN + NAMES + ENDS, WIDTH - MARGIN - VALUES);
    let at = |value: f64| if most > least { from + (to - from) * (value - least) / (most - least) } else { from };
    let rows = top + HEAD - 8.0;
    for (index, (input, swing)) in moving.iter().enumerate() {
        let y = rows + ROW * (index as f64 + 0.5);
        picture.line(vec![(MARGIN, y + ROW / 2.0), (WIDTH - MARGIN, y + ROW / 2.0)], 1.0, GRID);
        label(picture, (MARGIN, y), &layout::fitted(name(found, input), PLAIN, NAMES - 10.0), PLAIN, Align::Left);
        let [low, high] = ends(input);
        let range = layout::fitted(&format!("{low} to {high}"), SMALL, ENDS - 12.0);
        label(picture, (MARGIN + NAMES, y), &range, SMALL, Align::Left);
        let start = base.or(swing.at_low).or(swing.at_high).unwrap_or(least);
        for (end, colour) in [(swing.at_low, series(4)), (swing.at_high, series(0))] {
            let Some(end) = end else { continue };
            let (left, right) = (at(start.min(end)), at(start.max(end)));
            picture.rectangle((left, y - 6.0), (right.max(left + 0.5), y + 6.0), colour);
        }
        let show = |value: Option<f64>| value.map_or(number::MISSING.to_owned(), |value| short(value, unit));
        let figures = [show(swing.at_low), show(swing.at_high)];
        let names = [view::metric(metric), name(found, input).to_owned(), format!("{low} to {high}")];
        picture.row(names.into_iter().chain(figures.clone()));
        let figures = figures.join(" · ");
        let figures = layout::fitted(&figures, SMALL, VALUES - 10.0);
        label(picture, (WIDTH - MARGIN, y), &figures, SMALL, Align::Right);
    }
    if let Some(base) = base {
        let bottom = rows + ROW * moving.len() as f64;
        picture.line(vec![(at(base), rows), (at(base), bottom)], 1.5, INK);
    }
}

fn short(value: f64, unit: &str) -> String {
    if unit.starts_with("USD") { number::usd_short(value) } else { number::figure(value, unit) }
}

/// Which input moves each figure most.
fn title(found: &Sensitivity, panels: &[(&str, Vec<(&SwingInput, &Swing)>)]) -> String {
    let part = |(metric, moving): &(&str, Vec<(&SwingInput, &Swing)>)| {
        let (input, _) = moving.first()?;
        let what = match *metric {
            "cost.total" => "the bill".to_owned(),
            "market.provers" => "the prover market".to_owned(),
            metric if found.base.headlines.judged.contains(&metric) => view::words(metric.split('.').next()?),
            _ => return None,
        };
        Some(format!("{} moves {what} most", name(found, input)))
    };
    panels.iter().filter_map(part).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_greatest_swing_is_named_and_drawn() {
        let svg = picture(&sample::sensitivity()).expect("a picture").svg().expect("drawn");
        assert!(svg.contains("load.rate moves the bill most") && !svg.contains("only.noise"), "{svg}");
    }
}
