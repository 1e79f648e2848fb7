//! How long finality takes: the distribution of each kind, design by design, book by book.

use planner::{Comparison, DistributionCurve, Summary};

use super::layout::{self, MARGIN, SMALL, STRONG, WIDTH, label};
use super::mark::Palette;
use super::overlap;
use super::picture::{Align, Colour, Face, GRID, INK, MUTED, Picture};
use super::scale::LogScale;
use crate::number;
use crate::view::{self, SIZED};
use crate::words::capitalised;

const GUTTER: f64 = 30.0;
const PERCENTS: f64 = 40.0;
const LIST: f64 = 166.0;
const HEAD: f64 = 44.0;
const FOOT: f64 = 44.0;
const NAME: f64 = 15.0;
const FIGURES: f64 = 21.0;
/// Names of coinciding designs that are listed.
const NAMED: usize = 8;

/// Face of the designs' names.
const NAMES: Face = Face { size: 12.0, colour: INK, strong: true };

/// Curves that differ by less than this at every compared probability are drawn and named once.
const ALIKE: f64 = 0.01;

/// Designs whose curves coincide, and the outcome that stands for them.
struct Group<'a> {
    designs: Vec<&'a str>,
    summary: &'a Summary,
    curve: &'a DistributionCurve,
}

/// Where a panel is and what it shows.
struct Panel<'a> {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    kind: &'a str,
    book: &'a str,
    groups: &'a [Group<'a>],
    claims: &'a [f64],
    palette: &'a Palette<'a>,
}

/// Quantiles that are told beside a curve.
const QUANTILES: [(&str, f64); 6] =
    [("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95), ("p99", 0.99)];

/// The share of the fastest that an axis need not show.
const FASTEST: f64 = 0.005;

/// A row of panels for each kind of finality, a column for each book.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let outcomes = view::of_sizing(comparison, SIZED);
    let books = view::books(&outcomes);
    let kinds =
        view::distinct(outcomes.iter().flat_map(|summary| &summary.distributions).map(|curve| curve.name.as_str()));
    if kinds.is_empty() {
        return None;
    }
    let headlines = outcomes[0].headlines;
    let subtitle = format!(
        "Share of {} by their {}, sized for the offered load; log scale. Designs \
        within 1 % of each other share a curve, on which their colours take turns. Dashed: claimed.",
        headlines.request.words, headlines.time
    );
    let (mut picture, mut top) = layout::card(&title(comparison, &outcomes), &subtitle, &outcomes[0].overrides);
    picture.columns(&["", "costs", "designs"], QUANTILES.map(|(name, _)| name));
    let palette = Palette::of(&comparison.roster, &outcomes);
    let columns = books.len().min(2);
    let width = (WIDTH - 2.0 * MARGIN - GUTTER * (columns - 1) as f64) / columns as f64;
    for kind in kinds {
        let groups: Vec<Vec<Group>> = books.iter().map(|book| alike(&outcomes, book, kind)).collect();
        let lists = groups.iter().map(|groups| groups.iter().map(Group::height).sum());
        let height = lists.fold(150.0, f64::max);
        let claims = claimed(comparison, kind);
        // A kind has one time axis, so that books can be compared by eye.
        let curves = outcomes.iter().flat_map(|summary| &summary.distributions).filter(|curve| curve.name == kind);
        // The fastest of all may have waited for nothing, which a logarithm makes the most of.
        let points = curves.flat_map(|curve| &curve.points).filter(|point| point.0 >= FASTEST);
        let seconds: Vec<f64> = points.map(|point| point.1).chain(claims.iter().copied()).collect();
        for (index, (book, groups)) in books.iter().zip(&groups).enumerate() {
            let left = MARGIN + (index % columns) as f64 * (width + GUTTER);
            let top = top + (index / columns) as f64 * (HEAD + height + FOOT);
            let scale = LogScale::around(seconds.iter().copied(), left + PERCENTS, left + width - LIST);
            let panel = Panel { left, top, width, height, kind, book, groups, claims: &claims, palette: &palette };
            panel.draw(&mut picture, scale);
        }
        top += books.len().div_ceil(columns) as f64 * (HEAD + height + FOOT);
    }
    Some(layout::close(picture, top - 8.0))
}

impl Panel<'_> {
    fn draw(&self, picture: &mut Picture, scale: LogScale) {
        let (top, bottom) = (self.top + HEAD, self.top + HEAD + self.height);
        let (from, to) = (self.left + PERCENTS, self.left + self.width - LIST);
        let heading = format!("{}, {} costs", view::words(self.kind), self.book);
        label(
            picture,
            (self.left, self.top + 10.0),
            &layout::fitted(&heading, STRONG, self.width),
            STRONG,
            Align::Left,
        );
        let ticks: Vec<_> = scale.times(6).into_iter().map(|(value, name)| (scale.at(value), name)).collect();
        layout::axis(picture, &ticks, (top, bottom));
        label(picture, (to, bottom + 28.0), "time, log scale", SMALL, Align::Right);
        for quarter in 0..=4 {
            let y = bottom - self.height * f64::from(quarter) / 4.0;
            picture.line(vec![(from, y), (to, y)], 1.0, GRID);
            label(picture, (from - 7.0, y), &number::share(f64::from(quarter) / 4.0), SMALL, Align::Right);
        }
        self.draw_claims(picture, scale, (top, bottom));
        for group in self.groups {
            let names = [view::words(self.kind), self.book.to_owned(), group.designs.join(", ")];
            let times = QUANTILES.map(|(_, share)| number::duration(quantile(&group.curve.points, share)));
            picture.row(names.into_iter().chain(times));
            let at = |(share, seconds): &(f64, f64)| (scale.at(*seconds), bottom - share.clamp(0.0, 1.0) * self.height);
            let points: Vec<_> = group.curve.points.iter().map(at).collect();
            let colours: Vec<Colour> = group.designs.iter().map(|design| self.palette.design(design).colour).collect();
            overlap::striped(picture, &points, 2.0, &colours);
        }
        if !self.groups.is_empty() {
            label(picture, (to + 31.0, top - 9.0), "median · p99", SMALL, Align::Left);
        }
        let mut y = top + 8.0;
        for group in self.groups {
            self.draw_entry(picture, (to + 16.0, y), group);
            y += group.height();
        }
        picture.line(vec![(from, top), (from, bottom), (to, bottom)], 1.0, MUTED);
    }

    fn draw_claims(&self, picture: &mut Picture, scale: LogScale, (top, bottom): (f64, f64)) {
        if self.claims.is_empty() {
            return;
        }
        for claim in self.claims {
            picture.dashed((scale.at(*claim), top), (scale.at(*claim), bottom), 1.25, INK);
        }
        let names: Vec<String> = self.claims.iter().map(|claim| number::duration(*claim)).collect();
        let room = self.width - PERCENTS - LIST;
        let text = layout::fitted(&format!("claimed {}", names.join(", ")), SMALL, room);
        label(picture, (self.left + PERCENTS, top - 9.0), &text, SMALL, Align::Left);
    }

    /// The names of a group, and its median and tail as the outcome states them.
    fn draw_entry(&self, picture: &mut Picture, (x, y): (f64, f64), group: &Group) {
        for (index, design) in group.named().iter().enumerate() {
            let y = y + NAME * index as f64;
            self.palette.design(design).filled(self.palette.book(self.book)).draw(picture, (x + 4.0, y));
            label(picture, (x + 15.0, y), &layout::fitted(design, NAMES, LIST - 31.0), NAMES, Align::Left);
        }
        let lines = group.lines();
        if lines > group.named().len() {
            let more = format!("and {} more", group.designs.len() - group.named().len());
            label(picture, (x + 15.0, y + NAME * (lines - 1) as f64), &more, NAMES, Align::Left);
        }
        let stated = |statistic: &str, share: f64| {
            let value = view::finite(group.summary, &format!("{}.{statistic}", self.kind));
            number::duration(value.unwrap_or_else(|| quantile(&group.curve.points, share)))
        };
        let figures = format!("{} · {}", stated("p50", 0.5), stated("p99", 0.99));
        let figures = layout::fitted(&figures, SMALL, LIST - 31.0);
        label(picture, (x + 15.0, y + NAME * lines as f64), &figures, SMALL, Align::Left);
    }
}

impl Group<'_> {
    /// The designs that are listed by name; the others are counted.
    fn named(&self) -> &[&str] {
        &self.designs[..if self.designs.len() > NAMED { NAMED - 1 } else { self.designs.len() }]
    }

    /// Lines of the list that names take.
    fn lines(&self) -> usize {
        self.designs.len().min(NAMED)
    }

    /// Height of the group's entry in the list.
    fn height(&self) -> f64 {
        NAME * self.lines() as f64 + FIGURES
    }
}

/// The curves of a kind under a book, those that coincide together, fastest first.
fn alike<'a>(outcomes: &[&'a Summary], book: &str, kind: &str) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for design in view::designs(outcomes) {
        let Some(summary) = view::find(outcomes, design, book) else { continue };
        let drawable = |curve: &&DistributionCurve| curve.name == kind && curve.points.len() > 1;
        let Some(curve) = summary.distributions.iter().find(drawable) else { continue };
        match groups.iter_mut().find(|group| coincide(&group.curve.points, &curve.points)) {
            Some(group) => group.designs.push(design),
            None => groups.push(Group { designs: vec![design], summary, curve }),
        }
    }
    groups.sort_by(|left, right| quantile(&left.curve.points, 0.5).total_cmp(&quantile(&right.curve.points, 0.5)));
    groups
}

fn coincide(left: &[(f64, f64)], right: &[(f64, f64)]) -> bool {
    [0.05, 0.25, 0.5, 0.75, 0.95, 0.99].iter().all(|share| {
        let (left, right) = (quantile(left, *share), quantile(right, *share));
        (left - right).abs() <= ALIKE * left.abs().max(right.abs())
    })
}

/// The latency within which `share` of the transactions are final, between the points of a curve.
fn quantile(points: &[(f64, f64)], share: f64) -> f64 {
    let above = points.partition_point(|point| point.0 < share);
    match (above.checked_sub(1).and_then(|below| points.get(below)), points.get(above)) {
        (Some(low), Some(high)) => low.1 + (high.1 - low.1) * (share - low.0) / (high.0 - low.0),
        (Some(only), None) | (None, Some(only)) => only.1,
        (None, None) => 0.0,
    }
}

/// Claimed times to this kind of finality in seconds, ascending.
fn claimed(comparison: &Comparison, kind: &str) -> Vec<f64> {
    let mut times: Vec<f64> = Vec::new();
    for claim in comparison.designs.iter().flat_map(|summary| &summary.claims) {
        let fits = claim.metric.as_deref().is_some_and(|metric| metric.starts_with(kind)) && claim.unit == "s";
        if fits && claim.claimed > 0.0 && claim.claimed.is_finite() && !times.contains(&claim.claimed) {
            times.push(claim.claimed);
        }
    }
    times.sort_by(f64::total_cmp);
    times
}

/// From the best to the worst tail of the times that matter, against what is claimed.
fn title(comparison: &Comparison, outcomes: &[&Summary]) -> String {
    let headlines = outcomes[0].headlines;
    let ranges: Vec<String> = headlines
        .judged
        .iter()
        .filter_map(|name| Some((*name, name.strip_suffix(".p99")?)))
        .filter_map(|(name, kind)| {
            let mut tails: Vec<f64> = outcomes.iter().filter_map(|summary| view::finite(summary, name)).collect();
            tails.sort_by(f64::total_cmp);
            let (least, most) = (number::duration(*tails.first()?), number::duration(*tails.last()?));
            let range = if least == most { least } else { format!("{least} to {most}") };
            let claims: Vec<String> = claimed(comparison, kind).into_iter().map(number::duration).collect();
            let claims = if claims.is_empty() { String::new() } else { format!(" ({} claimed)", claims.join(", ")) };
            Some(format!("{}: {range}{claims}", view::words(kind)))
        })
        .collect();
    if ranges.is_empty() { capitalised(headlines.time) } else { format!("p99 of {}", ranges.join("; of ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn quantiles_lie_between_the_points() {
        let points = [(0.1, 1.0), (0.5, 3.0), (0.9, 5.0)];
        assert_eq!(quantile(&points, 0.3), 2.0);
        assert_eq!((quantile(&points, 0.0), quantile(&points, 1.0), quantile(&[], 0.5)), (1.0, 5.0, 0.0));
    }

    #[test]
    fn coinciding_designs_are_drawn_once() {
        let sample = sample::layered();
        let outcomes = view::of_sizing(&sample, SIZED);
        let groups = alike(&outcomes, "measured", "vote_finality");
        assert_eq!(groups.iter().map(|group| group.designs.len()).collect::<Vec<_>>(), [5, 1]);
        assert_eq!(alike(&outcomes, "measured", "proof_finality").len(), 5);
    }

    #[test]
    fn a_claim_is_drawn_beside_the_metric_that_it_was_held_against() {
        let sample = sample::layered();
        assert_eq!(claimed(&sample, "optimistic_finality"), [0.15, 0.2]);
        assert!(claimed(&sample, "vote_finality").is_empty());
    }
}
