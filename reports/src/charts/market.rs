//! The prover market by the month: how many provers live on it and what one makes, all together and by kind.

use planner::{Comparison, Series, Summary};

use super::layout::{self, MARGIN, PLAIN, SMALL, STRONG, WIDTH, label};
use super::linear::LinearScale;
use super::mark::{Look, Mark};
use super::overlap::{self, Curve};
use super::picture::{Align, Colour, GRID, INK, MUTED, Picture, series, tint};
use crate::number;
use crate::view::{self, words};

const GUTTER: f64 = 32.0;
const FIGURES: f64 = 58.0;
const ROW: f64 = 20.0;
const HEAD: f64 = 28.0;
const PLOT: f64 = 190.0;
const FOOT: f64 = 44.0;
/// Markets that one picture shows; further ones are in the table.
const MOST: usize = 6;

/// A market that some designs have in common.
struct Market<'a> {
    designs: Vec<&'a str>,
    summary: &'a Summary,
}

/// A row of two panels for each different market of the leading book; none where not even one prover lives on one.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let is_alive = |one: &&Summary| one.value("market.provers").is_some_and(|provers| provers >= 1.0);
    let all: Vec<&Summary> = comparison.designs.iter().filter(is_alive).collect();
    let books = view::books(&all);
    let book = view::leading_book(&books)?;
    let mut markets: Vec<Market> = Vec::new();
    for summary in all.into_iter().filter(|one| one.costs == book) {
        match markets.iter_mut().find(|market| market.summary.series == summary.series) {
            Some(market) if market.designs.contains(&summary.design.as_str()) => {}
            Some(market) => market.designs.push(&summary.design),
            None => markets.push(Market { designs: vec![&summary.design], summary }),
        }
    }
    let shown = &markets[..markets.len().min(MOST)];
    let (mut picture, y) =
        layout::card(&title(&markets), &subtitle(book, markets.len() - shown.len()), &markets[0].summary.overrides);
    picture.columns(&["designs", "figure", "provers"], ["month", "value", "low", "high"]);
    let mut top = layout::legend(&mut picture, y, &legend(shown));
    for market in shown {
        let designs = layout::fitted(&market.designs.join(", "), STRONG, WIDTH - 2.0 * MARGIN);
        label(&mut picture, (MARGIN, top + 10.0), &designs, STRONG, Align::Left);
        let width = (WIDTH - 2.0 * MARGIN - GUTTER) / 2.0;
        let panels = [("provers", "Provers"), ("profit", "Profit per prover a month")];
        for (index, (figure, heading)) in panels.into_iter().enumerate() {
            let left = MARGIN + index as f64 * (width + GUTTER);
            for (series, name) in names(market.summary, figure) {
                for point in &series.points {
                    let show = if figure == "profit" { number::usd_short } else { number::short };
                    let values = [point.value, point.low, point.high];
                    let values = values.map(|value| value.map_or(number::MISSING.to_owned(), show));
                    let cells = [market.designs.join(", "), heading.to_owned(), name.clone(), point.at.to_string()];
                    picture.row(cells.into_iter().chain(values));
                }
            }
            Panel { market: market.summary, figure, heading }.draw(&mut picture, (left, top + ROW), width);
        }
        top += ROW + HEAD + PLOT + FOOT;
    }
    Some(layout::close(picture, top))
}

/// Names of the series of a figure: of all provers first, then of each kind.
fn names<'a>(summary: &'a Summary, figure: &str) -> Vec<(&'a Series, String)> {
    let name = |series: &Series| {
        let (group, end) = series.name.rsplit_once('.')?;
        (end == figure).then(|| group.strip_prefix("prover.").map_or("all provers".to_owned(), words))
    };
    summary.series.iter().filter_map(|series| Some((series, name(series)?))).collect()
}

/// Colour of a series: ink for all provers, the palette for the kinds.
fn colour(index: usize) -> Colour {
    if index == 0 { INK } else { series(index - 1) }
}

fn legend(markets: &[Market]) -> Vec<(Look, String)> {
    let most = markets.iter().map(|market| names(market.summary, "provers")).max_by_key(Vec::len).unwrap_or_default();
    most.into_iter().enumerate().map(|(index, (_, name))| (Look::full(Mark::Circle, colour(index)), name)).collect()
}

/// One figure of a market.
struct Panel<'a> {
    market: &'a Summary,
    figure: &'a str,
    heading: &'a str,
}

impl Panel<'_> {
    fn draw(&self, picture: &mut Picture, (left, top): (f64, f64), width: f64) {
        let lines = names(self.market, self.figure);
        let (from, to) = (left + FIGURES, left + width - 8.0);
        let (high, low) = (top + HEAD, top + HEAD + PLOT);
        label(picture, (left, top + 10.0), self.heading, PLAIN, Align::Left);
        let even = self.market.value("market.break_even").filter(|_| self.figure == "provers");
        let scale = LinearScale::with_zero(shown(&lines).chain(even), low, high);
        let months = lines.iter().map(|(series, _)| series.points.len()).max().unwrap_or(1);
        let month = LinearScale::with_zero([months as f64], from, to);
        for value in scale.ticks(5) {
            let y = scale.at(value);
            picture.line(vec![(from, y), (to, y)], 1.0, if value == 0.0 { MUTED } else { GRID });
            let name = if self.figure == "profit" { number::usd_short(value) } else { number::short(value) };
            label(picture, (from - 7.0, y), &name, SMALL, Align::Right);
        }
        let ticks: Vec<_> = month.ticks(6).into_iter().map(|at| (month.at(at), number::count(at))).collect();
        layout::axis(picture, &ticks, (high, low));
        label(picture, (to, low + 28.0), "month", SMALL, Align::Right);
        for (index, (series, _)) in lines.iter().enumerate() {
            band(picture, series, (month, scale), tint(colour(index)));
        }
        let curve = |(index, (series, _)): (usize, &(&Series, String))| Curve {
            look: Look::full(Mark::Circle, colour(index)),
            points: series
                .points
                .iter()
                .map(|point| {
                    Some((month.at(point.at as f64), scale.at(point.value.filter(|value| value.is_finite())?)))
                })
                .collect(),
        };
        overlap::lines(picture, &lines.iter().enumerate().map(curve).collect::<Vec<_>>(), 2.0);
        if let Some(even) = even {
            picture.dashed((from, scale.at(even)), (to, scale.at(even)), 1.25, MUTED);
            let text = format!("break-even for {} equal provers", number::count(even));
            label(picture, (to, scale.at(even) - 9.0), &text, SMALL, Align::Right);
        }
        if let Some(counted) = lines.first().map(|(series, _)| series.counted_from).filter(|at| *at > 1) {
            let x = month.at(counted as f64 - 0.5);
            picture.dashed((x, high), (x, low), 1.0, MUTED);
            label(picture, (x, low + 28.0), "measured from here", SMALL, Align::Centre);
        }
    }
}

/// What the axis has room for: every mean, and of the intervals what does not squeeze the means.
fn shown<'a>(lines: &'a [(&Series, String)]) -> impl Iterator<Item = f64> + use<'a> {
    let points = || lines.iter().flat_map(|(series, _)| &series.points);
    let (least, most) = points()
        .filter_map(|point| point.value.filter(|value| value.is_finite()))
        .fold((0.0_f64, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
    let air = (most - least) / 2.0;
    let ends = points().flat_map(|point| [point.low, point.high]).flatten();
    points().filter_map(|point| point.value).chain(ends.map(move |end| end.clamp(least - air, most + air)))
}

/// Where the mean may lie.
fn band(picture: &mut Picture, series: &Series, (month, scale): (LinearScale, LinearScale), colour: Colour) {
    for run in series.points.split(|point| point.low.is_none() || point.high.is_none()).filter(|run| run.len() > 1) {
        let edge = |of: fn(&planner::SeriesPoint) -> Option<f64>| {
            run.iter().filter_map(move |point| Some((month.at(point.at as f64), scale.at(of(point)?))))
        };
        let points: Vec<_> =
            edge(|point| point.low).chain(edge(|point| point.high).collect::<Vec<_>>().into_iter().rev()).collect();
        picture.area(points, colour);
    }
}

fn subtitle(book: &str, left_out: usize) -> String {
    let further = if left_out == 0 { String::new() } else { format!(" {left_out} more in the tables.") };
    format!(
        "Provers in the market, month by month, with {book} costs: means over replications, with the band of \
         95 % confidence.{further}"
    )
}

/// How many live on the proofs, of which kind.
fn title(markets: &[Market]) -> String {
    let digits = |value: f64| number::significant(value, 2);
    let lives = |market: &Market| {
        let of = |name: &str| market.summary.value(name);
        let (provers, profit) = (of("market.provers")?, of("market.profit")?);
        Some((provers, profit))
    };
    let living: Vec<(f64, f64)> = markets.iter().filter_map(lives).collect();
    match living[..] {
        [] => "The market for proofs sustains no prover".to_owned(),
        [(provers, profit)] if markets.len() == 1 => {
            let profit = number::usd_short(profit);
            let lives =
                format!("The market sustains {} provers on average, at {profit} profit each a month", digits(provers));
            lives + &most_of(markets[0].summary)
        }
        _ => {
            let least = living.iter().map(|(provers, _)| *provers).fold(f64::INFINITY, f64::min);
            let most = living.iter().map(|(provers, _)| *provers).fold(0.0, f64::max);
            format!("The market sustains {} to {} provers on average", digits(least), digits(most))
        }
    }
}

/// The kind with most of the proofs.
fn most_of(summary: &Summary) -> String {
    let won = |metric: &planner::Metric| {
        let kind = metric.name.strip_prefix("prover.")?.strip_suffix(".won")?;
        Some((words(kind), metric.value?))
    };
    let most = summary.metrics.iter().filter_map(won).max_by(|a, b| a.1.total_cmp(&b.1));
    most.map_or(String::new(), |(kind, share)| format!("; {kind} wins {} of the proofs", number::share(share)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_market_is_drawn_where_somebody_was_in_it() {
        assert_eq!(picture(&sample::layered()), None);
        let svg = picture(&sample::with_market()).expect("a market").svg().expect("drawn");
        for part in ["The market sustains 16 provers", "break-even for", "slow", "measured from here"] {
            assert!(svg.contains(part), "no `{part}` in {svg}");
        }
    }
}
