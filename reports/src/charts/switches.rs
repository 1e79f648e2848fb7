//! What each switch does to the bill of proving and to all of it: a bar alone, and one on top of all the others.

use planner::{Metric, SwitchEffect, SwitchStudy};

use super::layout::{self, MARGIN, PLAIN, SMALL, STRONG, WIDTH, label};
use super::mark::{Look, Mark};
use super::picture::{Align, GRID, INK, Picture, series};
use crate::number;

const NAMES: f64 = 262.0;
const VALUES: f64 = 190.0;
const ROW: f64 = 30.0;
const HEAD: f64 = 34.0;
const FOOT: f64 = 14.0;

/// What a switch changes: alone, and when all others are on.
type Row<'a> = (&'a SwitchEffect, [Option<f64>; 2]);

/// A panel for the bill of proving and one for the whole, because one switch may cost a hundred times what others save.
pub fn picture(found: &SwitchStudy) -> Option<Picture> {
    let base = &found.base;
    let effects: Vec<&SwitchEffect> = found.alone.iter().chain(&found.together).collect();
    if effects.is_empty() {
        return None;
    }
    let total: Vec<Row> =
        effects.iter().map(|effect| (*effect, [changed(effect, "cost.total"), value(effect.last.as_ref())])).collect();
    let proving: Vec<Row> = effects.iter().map(|effect| (*effect, [changed(effect, "cost.proving"), None])).collect();
    let subtitle = format!(
        "{}, {} costs, {}: what each switch changes, in USD a month. Upright line: no change.",
        base.design, base.costs, base.sizing
    );
    let (mut picture, y) = layout::card(&title(&total), &subtitle, &base.overrides);
    let legend = [
        (Look::full(Mark::Square, series(0)), "the switch alone".into()),
        (Look::full(Mark::Square, series(4)), "when all others are on".into()),
    ];
    picture.columns(&["bill", "switch"], ["alone", "when all others are on"]);
    let mut top = layout::legend(&mut picture, y, &legend);
    for (metric, words, rows) in [("cost.proving", "Proving", &proving), ("cost.total", "Total bill", &total)] {
        let now = base.value(metric).map_or(number::MISSING.to_owned(), number::usd_short);
        panel(&mut picture, top, &format!("{words}: {now} with none"), rows);
        top += HEAD + ROW * rows.len() as f64 + FOOT;
    }
    Some(layout::close(picture, top))
}

fn panel(picture: &mut Picture, top: f64, heading: &str, rows: &[Row]) {
    label(picture, (MARGIN, top + 14.0), &layout::fitted(heading, STRONG, WIDTH / 2.0), STRONG, Align::Left);
    let values = rows.iter().flat_map(|(_, values)| values).flatten().copied();
    let (least, most) = (values.clone().fold(0.0, f64::min), values.fold(0.0, f64::max));
    let (from, to) = (MARGIN + NAMES, WIDTH - MARGIN - VALUES);
    let at = |value: f64| if most > least { from + (to - from) * (value - least) / (most - least) } else { from };
    let rows_from = top + HEAD;
    for (index, (effect, values)) in rows.iter().enumerate() {
        let y = rows_from + ROW * (index as f64 + 0.5);
        picture.line(vec![(MARGIN, y + ROW / 2.0), (WIDTH - MARGIN, y + ROW / 2.0)], 1.0, GRID);
        label(picture, (MARGIN, y), &layout::fitted(&effect.name, PLAIN, NAMES - 10.0), PLAIN, Align::Left);
        let offset = if values[1].is_some() { 6.0 } else { 0.0 };
        for (value, (colour, middle)) in values.iter().zip([(series(0), y - offset), (series(4), y + offset)]) {
            let Some(value) = value else { continue };
            let (left, right) = (at(value.min(0.0)), at(value.max(0.0)));
            picture.rectangle((left, middle - 5.0), (right.max(left + 0.5), middle + 5.0), colour);
        }
        let told = values.map(|value| value.map_or(number::MISSING.to_owned(), signed));
        picture.row([heading.to_owned(), effect.name.clone()].into_iter().chain(told));
        let figures: Vec<String> = values.iter().flatten().map(|value| signed(*value)).collect();
        let figures = layout::fitted(&figures.join(" · "), SMALL, VALUES - 10.0);
        label(picture, (WIDTH - MARGIN, y), &figures, SMALL, Align::Right);
    }
    let bottom = rows_from + ROW * rows.len() as f64;
    picture.line(vec![(at(0.0), rows_from), (at(0.0), bottom)], 1.5, INK);
}

fn value(metric: Option<&Metric>) -> Option<f64> {
    metric.and_then(|metric| metric.value)
}

fn changed(effect: &SwitchEffect, metric: &str) -> Option<f64> {
    value(effect.change(metric)?.difference.as_ref())
}

fn signed(value: f64) -> String {
    match value {
        0.0 => "=".into(),
        value if value < 0.0 => format!("−{}", number::usd_short(-value)),
        value => format!("+{}", number::usd_short(value)),
    }
}

/// Which switch saves most and which costs most.
fn title(rows: &[Row]) -> String {
    let single = rows.iter().filter(|(effect, _)| !effect.sets.is_empty());
    let sorted = single.filter_map(|(effect, [alone, _])| Some((effect, (*alone)?)));
    let least = sorted.clone().min_by(|(_, a), (_, b)| a.total_cmp(b)).filter(|(_, usd)| *usd < 0.0);
    let most = sorted.max_by(|(_, a), (_, b)| a.total_cmp(b)).filter(|(_, usd)| *usd > 0.0);
    let saves = least.map(|(effect, usd)| format!("Most saved by {}, {}", effect.name, number::usd_short(-usd)));
    let costs = most.map(|(effect, usd)| format!("most added by {}, {}", effect.name, number::usd_short(usd)));
    match (saves, costs) {
        (None, None) => "No switch changes the bill".into(),
        (None, Some(costs)) => format!("No switch saves anything; {costs}"),
        (Some(saves), None) => saves,
        (Some(saves), Some(costs)) => format!("{saves}; {costs}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_switch_that_saves_most_is_named_and_drawn() {
        let svg = picture(&sample::switches()).expect("a picture").svg().expect("drawn");
        assert!(svg.contains("Most saved by reuse, $4 k") && svg.contains("all together"), "{svg}");
    }
}
