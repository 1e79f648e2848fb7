//! What each switch does to the bill: a bar alone, and one on top of all the others.

use planner::{Metric, SwitchEffect, SwitchStudy};

use super::layout::{self, MARGIN, Mark, PLAIN, SMALL, WIDTH, label};
use super::picture::{Align, GRID, INK, Picture, series};
use crate::number;

const NAMES: f64 = 262.0;
const VALUES: f64 = 190.0;
const ROW: f64 = 34.0;
const HEAD: f64 = 10.0;
const FOOT: f64 = 14.0;

/// A row for each switch, in the order of the scenario, and one for all together.
pub fn picture(found: &SwitchStudy) -> Picture {
    let base = &found.base;
    let rows: Vec<(&SwitchEffect, [Option<f64>; 2])> =
        found.alone.iter().chain(&found.together).map(|effect| (effect, [alone(effect), last(effect)])).collect();
    if rows.is_empty() {
        return layout::nothing("Switches");
    }
    let total = base.value("cost.total").map_or(number::MISSING.to_owned(), number::usd_short);
    let subtitle = format!(
        "{}, {} costs, {}: what the total bill of {total} a month changes by. Upright line: no change.",
        base.design, base.costs, base.sizing
    );
    let (mut picture, y) = layout::card(&title(&rows), &subtitle);
    let legend = [
        (Mark::Square, series(0), "the switch alone".into()),
        (Mark::Square, series(4), "when all others are on".into()),
    ];
    let top = layout::legend(&mut picture, y, &legend) + HEAD;
    let values = rows.iter().flat_map(|(_, values)| values).flatten().copied();
    let least = values.clone().fold(0.0, f64::min);
    let most = values.fold(0.0, f64::max);
    let (from, to) = (MARGIN + NAMES, WIDTH - MARGIN - VALUES);
    let at = |value: f64| if most > least { from + (to - from) * (value - least) / (most - least) } else { from };
    for (index, (effect, values)) in rows.iter().enumerate() {
        let y = top + ROW * (index as f64 + 0.5);
        picture.line(vec![(MARGIN, y + ROW / 2.0), (WIDTH - MARGIN, y + ROW / 2.0)], 1.0, GRID);
        label(&mut picture, (MARGIN, y), &layout::fitted(&effect.name, PLAIN, NAMES - 10.0), PLAIN, Align::Left);
        for (value, (colour, middle)) in values.iter().zip([(series(0), y - 7.0), (series(4), y + 7.0)]) {
            let Some(value) = value else { continue };
            let (left, right) = (at(value.min(0.0)), at(value.max(0.0)));
            picture.rectangle((left, middle - 5.0), (right.max(left + 0.5), middle + 5.0), colour);
        }
        let figures: Vec<String> = values.iter().flatten().map(|value| signed(*value)).collect();
        let figures = layout::fitted(&figures.join(" · "), SMALL, VALUES - 10.0);
        label(&mut picture, (WIDTH - MARGIN, y), &figures, SMALL, Align::Right);
    }
    let bottom = top + ROW * rows.len() as f64;
    picture.line(vec![(at(0.0), top), (at(0.0), bottom)], 1.5, INK);
    layout::close(picture, bottom + FOOT)
}

fn value(metric: Option<&Metric>) -> Option<f64> {
    metric.and_then(|metric| metric.value)
}

fn alone(effect: &SwitchEffect) -> Option<f64> {
    value(effect.change("cost.total")?.difference.as_ref())
}

fn last(effect: &SwitchEffect) -> Option<f64> {
    value(effect.last.as_ref())
}

fn signed(value: f64) -> String {
    match value {
        0.0 => "=".into(),
        value if value < 0.0 => format!("−{}", number::usd_short(-value)),
        value => format!("+{}", number::usd_short(value)),
    }
}

/// Which switch saves most and which costs most.
fn title(rows: &[(&SwitchEffect, [Option<f64>; 2])]) -> String {
    let single = rows.iter().filter(|(effect, _)| !effect.sets.is_empty());
    let sorted = single.filter_map(|(effect, [alone, _])| Some((effect, (*alone)?)));
    let least = sorted.clone().min_by(|(_, a), (_, b)| a.total_cmp(b)).filter(|(_, usd)| *usd < 0.0);
    let most = sorted.max_by(|(_, a), (_, b)| a.total_cmp(b)).filter(|(_, usd)| *usd > 0.0);
    let saves = least.map(|(effect, usd)| format!("{} saves most, {}", effect.name, number::usd_short(-usd)));
    let costs = most.map(|(effect, usd)| format!("{} costs {} more", effect.name, number::usd_short(usd)));
    let parts: Vec<String> = saves.into_iter().chain(costs).collect();
    if parts.is_empty() { "No switch changes the bill".into() } else { parts.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_switch_that_saves_most_is_named_and_drawn() {
        let svg = picture(&sample::switches()).svg().expect("drawn");
        assert!(svg.contains("reuse saves most, $4 k") && svg.contains("all together"), "{svg}");
    }
}
