//! Each design's bill and finality over the values of a key; real runs beside the model where there are some.

use planner::{Point, ReferenceCurve, Summary, Sweep};

use super::layout::{self, MARGIN, SMALL, STRONG, WIDTH, label};
use super::mark::{Fill, Look, Palette};
use super::overlap::{self, Curve};
use super::picture::{Align, GRID, MUTED, Picture};
use super::scale::LogScale;
use crate::number;
use crate::table::moved;
use crate::view::{self, SIZED, SPECIFIED};

const GUTTER: f64 = 32.0;
const FIGURES: f64 = 62.0;
const HEAD: f64 = 36.0;
const PLOT: f64 = 190.0;
const FOOT: f64 = 44.0;

/// Values from which on a design is a line without marks and intervals.
const DENSE: usize = 24;

/// Designs with real runs up to which they share a panel.
const SHARE: usize = 3;

/// One panel: a metric under a book.
struct Panel<'a> {
    sweep: &'a Sweep,
    palette: &'a Palette<'a>,
    /// The only design that is shown, where each has panels of its own.
    only: Option<&'a str>,
    metric: &'a str,
    book: &'a str,
    sizing: &'a str,
}

/// A panel for each figure and book; only the figures of the real runs, where there are some, and of every design on its own
/// where there are many.
pub fn picture(sweep: &Sweep) -> Option<Picture> {
    let first = sweep.points.first()?;
    let all: Vec<&Summary> = first.designs.iter().collect();
    let overrides = &all.first()?.overrides;
    let (designs, books) = (view::designs(&all), view::books(&all));
    let sized = all.iter().any(|summary| summary.sizing == SIZED);
    let sizing = match sweep.references.first() {
        Some(reference) => reference.sizing.as_str(),
        None if sized => SIZED,
        None => SPECIFIED,
    };
    let metrics = match sweep.references.is_empty() {
        true => money(sweep)
            .into_iter()
            .chain(all.first().map_or(&[][..], |first| first.headlines.swept).iter().copied())
            .collect(),
        false => view::distinct(sweep.references.iter().map(|reference| reference.metric.as_str())),
    };
    let modelled = view::distinct(sweep.references.iter().map(|reference| reference.design.as_str()));
    let palette = &Palette::of(&sweep.roster, &all);
    let each = if modelled.len() > SHARE { modelled.into_iter().map(Some).collect() } else { vec![None] };
    let pairs = || metrics.iter().flat_map(|metric| books.iter().map(move |book| (*metric, *book)));
    let panel = |only| pairs().map(move |(metric, book)| Panel { sweep, palette, only, metric, book, sizing });
    let panels: Vec<Panel> = each.into_iter().flat_map(panel).filter(|panel| panel.values().next().is_some()).collect();
    if panels.is_empty() {
        return None;
    }
    let (mut picture, y) = layout::card(&title(sweep, &books, sizing), &subtitle(sweep, sizing), overrides);
    let entries: Vec<_> = designs.iter().map(|design| (palette.design(design), (*design).to_owned())).collect();
    let top = layout::legend(&mut picture, y, &entries);
    picture.columns(&["figure", "costs", "design", "value of the key"], ["figure", "low", "high"]);
    let columns = panels.len().min(2);
    let width = (WIDTH - 2.0 * MARGIN - GUTTER * (columns - 1) as f64) / columns as f64;
    for (index, panel) in panels.iter().enumerate() {
        let left = MARGIN + (index % columns) as f64 * (width + GUTTER);
        panel.draw(&mut picture, (left, top + (index / columns) as f64 * (HEAD + PLOT + FOOT)), width, &designs);
    }
    Some(layout::close(picture, top + panels.len().div_ceil(columns) as f64 * (HEAD + PLOT + FOOT)))
}

/// Figures of the money that the key moves and a reader wants to see move.
fn money(sweep: &Sweep) -> Vec<&str> {
    let wanted =
        |name: &&str| ["market.provers", "market.profit", "fee_revenue"].contains(name) || name.starts_with("fee.");
    moved(sweep).into_iter().map(|(name, _)| name).filter(wanted).collect()
}

impl Panel<'_> {
    /// The outcome of a design at a point.
    fn outcome<'p>(&self, point: &'p Point, design: &str) -> Option<&'p Summary> {
        let of = |summary: &&Summary| {
            summary.design == design && summary.costs == self.book && summary.sizing == self.sizing
        };
        point.designs.iter().find(of)
    }

    /// Whether a design is shown here.
    fn shows(&self, design: &str) -> bool {
        self.only.is_none_or(|only| only == design)
    }

    /// The real runs of this figure, whatever their design: panels of one figure have the same scale.
    fn references(&self) -> impl Iterator<Item = &ReferenceCurve> {
        self.sweep.references.iter().filter(|one| one.metric == self.metric && one.costs == self.book)
    }

    /// Every positive value that panels of this figure show.
    fn values(&self) -> impl Iterator<Item = f64> {
        let outcomes = self.sweep.points.iter().flat_map(|point| &point.designs);
        let here = outcomes.filter(|summary| summary.costs == self.book && summary.sizing == self.sizing);
        let modelled = here.filter_map(|summary| view::finite(summary, self.metric));
        let real = self.references().flat_map(|reference| reference.points.iter().map(|point| point.real));
        modelled.chain(real).filter(|value| *value > 0.0)
    }

    /// Whether there are so many values that each has no mark.
    fn is_dense(&self) -> bool {
        self.sweep.points.len() > DENSE && self.sweep.points.iter().all(|point| point.at.is_some_and(|at| at > 0.0))
    }

    /// Where a point lies: by its value, or side by side where values are names.
    fn place(&self, index: usize) -> f64 {
        let named = self.sweep.points.iter().any(|point| point.at.is_none_or(|at| at <= 0.0));
        if named { 10_f64.powi(index as i32) } else { self.sweep.points[index].at.unwrap_or(1.0) }
    }

    fn draw(&self, picture: &mut Picture, (left, top): (f64, f64), width: f64, designs: &[&str]) {
        let (from, to) = (left + FIGURES, left + width - 10.0);
        let (high, low) = (top + HEAD, top + HEAD + PLOT);
        let count = self.sweep.points.len();
        let run_at = self.references().flat_map(|reference| reference.points.iter().map(|point| point.at));
        let keys = LogScale::around((0..count).map(|index| self.place(index)).chain(run_at), from, to);
        let scale = LogScale::around(self.values(), low, high);
        let whose = self.only.map_or(String::new(), |only| format!("{only}: "));
        let heading = format!("{whose}{}, {} costs", view::metric(self.metric), self.book);
        label(picture, (left, top + 12.0), &layout::fitted(&heading, STRONG, width), STRONG, Align::Left);
        let asked = self.sweep.points.iter().enumerate();
        let mut ticks: Vec<_> = asked.map(|(index, point)| (keys.at(self.place(index)), point.value.clone())).collect();
        if self.references().next().is_some() || self.is_dense() {
            // Real runs reach further than the values that were asked for, and many values have no room for their names.
            ticks = keys.decades(6).into_iter().map(|value| (keys.at(value), number::short(value))).collect();
        }
        layout::axis(picture, &ticks, (high, low));
        for (value, name) in self.ticks(scale) {
            let y = scale.at(value);
            picture.line(vec![(from, y), (to, y)], 1.0, GRID);
            label(picture, (from - 7.0, y), &name, SMALL, Align::Right);
        }
        picture.line(vec![(from, high), (from, low), (to, low)], 1.0, MUTED);
        label(picture, (to, low + 28.0), &layout::fitted(&self.key(), SMALL, width), SMALL, Align::Right);
        let shown: Vec<&str> = designs.iter().copied().filter(|design| self.shows(design)).collect();
        self.curves(picture, keys, scale, (&shown, (from, to)));
        if let Some(saturates) = self.saturates() {
            let x = keys.at(saturates);
            picture.dashed((x, high), (x, low), 1.25, MUTED);
            let text = format!("the model saturates at {}", number::short(saturates));
            label(picture, (x, high - 9.0), &text, SMALL, Align::Right);
        }
        for reference in self.references().filter(|reference| self.shows(&reference.design)) {
            let look = self.palette.design(&reference.design).filled(Fill::Hollow);
            self.runs(picture, keys, scale, (reference, look));
        }
    }

    /// The least load at which the model of a real run saturates, where it is the load that is varied.
    fn saturates(&self) -> Option<f64> {
        let offered = |point: &Point| {
            point.designs.iter().all(|one| one.value("offered").zip(point.at).is_some_and(|(load, at)| load == at))
        };
        let reference = self.references().next().filter(|_| self.sweep.points.iter().all(offered))?;
        let modelled = self.outcome(self.sweep.points.first()?, &reference.design)?;
        view::finite(modelled, "capacity")
    }

    fn ticks(&self, scale: LogScale) -> Vec<(f64, String)> {
        let outcomes = self.sweep.points.iter().flat_map(|point| &point.designs);
        let unit = outcomes.filter_map(|one| one.metric(self.metric)).map(|metric| metric.unit.as_str()).next();
        match unit.unwrap_or_default() {
            "s" => scale.times(6),
            "share" => scale.decades(6).into_iter().map(|value| (value, number::share(value))).collect(),
            unit if unit.starts_with("USD") => {
                scale.decades(6).into_iter().map(|value| (value, number::usd_short(value))).collect()
            }
            _ => scale.decades(6).into_iter().map(|value| (value, number::short(value))).collect(),
        }
    }

    /// The key with the unit of its values.
    fn key(&self) -> String {
        let Sweep { key, unit, .. } = self.sweep;
        match unit.as_str() {
            "" | "1" => key.clone(),
            "/s" => format!("{key}, per second"),
            "B" => format!("{key}, bytes"),
            unit => format!("{key}, {unit}"),
        }
    }

    /// Where a design is marked at a point, and both ends of its interval.
    fn marked(&self, point: &Point, design: &str, scale: LogScale) -> Option<(f64, Option<[f64; 2]>)> {
        let metric = self.outcome(point, design)?.metric(self.metric)?;
        let value = metric.value.filter(|value| *value > 0.0)?;
        let interval = view::interval(metric).map(|(low, high)| [scale.at(low), scale.at(high)]);
        Some((scale.at(value), interval))
    }

    /// The designs over the values of the key; what lies on each other is told apart.
    fn curves(&self, picture: &mut Picture, keys: LogScale, scale: LogScale, (designs, ends): (&[&str], (f64, f64))) {
        let points = || self.sweep.points.iter().enumerate();
        let curve = |design: &&str| Curve {
            look: self.palette.design(design),
            points: points()
                .map(|(index, point)| Some((keys.at(self.place(index)), self.marked(point, design, scale)?.0)))
                .collect(),
        };
        overlap::lines(picture, &designs.iter().map(curve).collect::<Vec<_>>(), 2.0);
        self.tell(picture, designs, (keys, scale));
        if self.is_dense() {
            return;
        }
        for (index, point) in points() {
            let here = designs.iter().filter_map(|design| {
                let (y, interval) = self.marked(point, design, scale)?;
                Some((self.palette.design(design), (keys.at(self.place(index)), y), interval))
            });
            let here: Vec<_> = here.collect();
            let places = overlap::side_by_side(&here.iter().map(|(_, place, _)| *place).collect::<Vec<_>>(), ends);
            for ((look, _, interval), (x, y)) in here.iter().zip(places) {
                if let Some([low, high]) = interval {
                    picture.line(vec![(x, *low), (x, *high)], 1.5, look.colour);
                }
                look.scaled(picture, (x, y), 0.8);
            }
        }
    }

    /// The values of what is drawn.
    fn tell(&self, picture: &mut Picture, designs: &[&str], (keys, scale): (LogScale, LogScale)) {
        for design in designs {
            for (index, point) in self.sweep.points.iter().enumerate() {
                let Some(metric) = self.outcome(point, design).and_then(|one| one.metric(self.metric)) else {
                    continue;
                };
                let show = number::headline(&metric.unit);
                let values = [metric.value, metric.low, metric.high];
                let values = values.map(|value| value.map_or(number::MISSING.to_owned(), show));
                let names =
                    [view::metric(self.metric), self.book.to_owned(), (*design).to_owned(), point.value.clone()];
                let cells = names.into_iter().chain(values);
                match self.marked(point, design, scale) {
                    Some((y, _)) => picture.mark((keys.at(self.place(index)), y), cells),
                    None => picture.row(cells),
                }
            }
        }
    }

    /// Real runs: a hollow mark at their mean with two standard deviations to both sides.
    fn runs(&self, picture: &mut Picture, keys: LogScale, scale: LogScale, (reference, look): (&ReferenceCurve, Look)) {
        for point in &reference.points {
            let x = keys.at(point.at);
            if let Some(deviation) = point.deviation {
                let (low, high) = (point.real - 2.0 * deviation, point.real + 2.0 * deviation);
                picture.line(vec![(x, scale.at(low)), (x, scale.at(high))], 1.0, look.colour);
            }
            look.draw(picture, (x, scale.at(point.real)));
        }
    }
}

fn subtitle(sweep: &Sweep, sizing: &str) -> String {
    let sizing = if sizing == SIZED { "sized for the offered load" } else { "as specified" };
    let real = match sweep.references.is_empty() {
        true => "",
        false => " Full marks: the model. Hollow marks: real runs, with two standard deviations to both sides.",
    };
    let intervals = if sweep.points.len() > DENSE { "" } else { " Upright lines: 95 % intervals." };
    format!("Sweep of {}, {sizing}; log scales.{intervals} Lines on each other take turns in colour.{real}", sweep.key)
}

/// Who is cheapest where; or how far the model is from the real runs.
fn title(sweep: &Sweep, books: &[&str], sizing: &str) -> String {
    if let Some(first) = sweep.references.first() {
        let all = || sweep.references.iter().flat_map(|reference| &reference.points);
        let judged = all().filter_map(|point| point.within);
        let within = judged.clone().filter(|within| *within).count();
        let ratios: Vec<f64> = all().filter_map(|point| Some(point.model? / point.real)).collect();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        if ratios.is_empty() {
            return format!("{}: no value of the real runs was asked for", first.name);
        }
        return format!(
            "The model gives {} to {} of what real runs measured; {within} of {} means lie within two deviations",
            number::significant(least, 2),
            number::significant(most, 2),
            judged.count()
        );
    }
    let book = view::leading_book(books).unwrap_or_default();
    match view::leaders(sweep, "cost.total", book, sizing) {
        leaders if leaders.is_empty() => format!("Sweep of {}", sweep.key),
        leaders => format!("Cheapest with {book} costs: {leaders}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn panels_hold_lines_and_real_runs() {
        let sample = sample::sweep();
        let svg = picture(&sample).expect("a picture").svg().expect("drawn");
        assert!(svg.contains("Hollow marks: real runs") && svg.contains("load.rate"), "{svg}");
        let svg = picture(&Sweep { references: Vec::new(), ..sample }).expect("a picture").svg().expect("drawn");
        assert!(svg.contains("Cheapest with measured costs: gpu at 5k; hybrid, combined at 100k"), "{svg}");
    }
}
