//! Claims against what was found: what was found as a multiple of what is claimed, on a log scale; those that do not hold first, the
//! farthest off before the others.

use planner::{Bound, Finding, Override, Verdict};

use super::layout::{self, MARGIN, PLAIN, SMALL, WIDTH, label};
use super::mark::{Fill, Look, Mark};
use super::picture::{Align, GRID, INK, MUTED, Picture, series};
use super::scale::LogScale;
use crate::number;
use crate::table;

const NAMES: f64 = 300.0;
const VALUES: f64 = 210.0;
const ROW: f64 = 20.0;
/// Claims that are drawn; further ones are nearer to what was found.
const MOST: usize = 40;

/// A claim whose figure was found, both above zero.
struct Row<'f> {
    finding: &'f Finding,
    /// What was found, as a multiple of what is claimed.
    found: f64,
    ends: Option<(f64, f64)>,
}

impl<'f> Row<'f> {
    fn of(finding: &'f Finding) -> Option<Self> {
        let of_claim = |value: f64| Some(value / finding.claimed).filter(|ratio| *ratio > 0.0 && ratio.is_finite());
        let ends = || Some((of_claim(finding.low?)?, of_claim(finding.high?)?));
        Some(Self { finding, found: of_claim(finding.found?)?, ends: ends() })
    }

    fn holds(&self) -> bool {
        self.finding.verdict == Verdict::Holds
    }

    /// How far off the claim is, either way.
    fn off(&self) -> f64 {
        self.found.ln().abs()
    }

    fn look(&self) -> Look {
        let colour = match self.finding.verdict {
            Verdict::Holds => series(2),
            Verdict::Fails | Verdict::Inconsistent => series(1),
            Verdict::Undecided => series(5),
            Verdict::Untested => MUTED,
        };
        // A bound is not the figure itself.
        Look::full(Mark::Circle, colour).filled(if self.finding.side.is_some() { Fill::Hollow } else { Fill::Full })
    }

    fn figures(&self) -> [String; 2] {
        let side = match self.finding.side {
            Some(Bound::AtLeast) => "≥ ",
            Some(_) => "≤ ",
            None => "",
        };
        let show = |value: f64| number::quantity(value, &self.finding.unit);
        let found = self.finding.found.map_or(number::MISSING.to_owned(), |found| format!("{side}{}", show(found)));
        [show(self.finding.claimed), found]
    }
}

/// A row for each claim; none where no claimed figure was found.
pub fn picture(findings: &[&Finding], overrides: &[Override]) -> Option<Picture> {
    let mut rows: Vec<Row> = findings.iter().copied().filter_map(Row::of).collect();
    rows.sort_by(|one, other| one.holds().cmp(&other.holds()).then(other.off().total_cmp(&one.off())));
    let all = rows.len();
    rows.truncate(MOST);
    let first = rows.first()?;
    let further = if all > MOST { format!(" {} more are nearer.", all - MOST) } else { String::new() };
    let subtitle = format!(
        "What was found as a multiple of what is claimed, log scale; upright line: as claimed; lines: 95 % intervals; hollow: \
         only a bound is known.{further}"
    );
    let title = match first.figures() {
        _ if first.holds() => "Every claim whose figure was found holds".to_owned(),
        [claimed, found] => format!("{} is farthest off: claimed {claimed}, found {found}", first.finding.id),
    };
    let (mut picture, y) = layout::card(&title, &subtitle, overrides);
    picture.columns(&["claim", "verdict"], ["claimed", "found", "found ÷ claimed"]);
    let verdicts = [Verdict::Holds, Verdict::Undecided, Verdict::Fails, Verdict::Inconsistent];
    let there = verdicts.into_iter().filter_map(|verdict| rows.iter().find(|row| row.finding.verdict == verdict));
    let legend: Vec<_> =
        there.map(|row| (row.look().filled(Fill::Full), table::word(row.finding.verdict).to_owned())).collect();
    let top = layout::legend(&mut picture, y, &legend) + 6.0;
    let bottom = top + ROW * rows.len() as f64;
    let ends = rows.iter().flat_map(|row| row.ends.map_or([row.found; 2], <[f64; 2]>::from));
    let scale = LogScale::around(ends.chain([1.0]), MARGIN + NAMES, WIDTH - MARGIN - VALUES);
    let ticks = scale.decades(7).into_iter().map(|ratio| (scale.at(ratio), number::times(ratio)));
    layout::axis(&mut picture, &ticks.collect::<Vec<_>>(), (top, bottom));
    label(&mut picture, (MARGIN, bottom + 12.0), "found ÷ claimed, log scale", SMALL, Align::Left);
    label(&mut picture, (WIDTH - MARGIN, bottom + 12.0), "claimed · found", SMALL, Align::Right);
    for (index, row) in rows.iter().enumerate() {
        draw(&mut picture, top + ROW * (index as f64 + 0.5), scale, row);
    }
    picture.line(vec![(scale.at(1.0), top), (scale.at(1.0), bottom)], 1.5, INK);
    for (index, row) in rows.iter().enumerate() {
        row.look().draw(&mut picture, (scale.at(row.found), top + ROW * (index as f64 + 0.5)));
    }
    Some(layout::close(picture, bottom + 22.0))
}

fn draw(picture: &mut Picture, y: f64, scale: LogScale, row: &Row) {
    picture.line(vec![(MARGIN, y + ROW / 2.0), (WIDTH - MARGIN, y + ROW / 2.0)], 1.0, GRID);
    label(picture, (MARGIN, y), &layout::fitted(&row.finding.id, PLAIN, NAMES - 12.0), PLAIN, Align::Left);
    if let Some((low, high)) = row.ends {
        picture.line(vec![(scale.at(low), y), (scale.at(high), y)], 2.0, row.look().colour);
    }
    let figures = row.figures();
    let shown = layout::fitted(&figures.join(" · "), SMALL, VALUES - 14.0);
    label(picture, (WIDTH - MARGIN, y), &shown, SMALL, Align::Right);
    let names = [row.finding.id.clone(), table::word(row.finding.verdict).to_owned()];
    let figures = figures.into_iter().chain([number::significant(row.found, 3)]);
    picture.mark((scale.at(row.found), y), names.into_iter().chain(figures));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_claim_that_is_farthest_off_is_named_and_what_was_not_found_left_out() {
        let sample = sample::layered();
        let findings: Vec<&Finding> = sample.designs.iter().flat_map(|summary| &summary.claims).collect();
        let svg = picture(&findings, &[]).expect("some were found").svg().expect("drawn");
        assert!(svg.contains("is farthest off"), "{svg}");
        let untested: Vec<Finding> =
            findings.iter().map(|finding| Finding { found: None, ..(*finding).clone() }).collect();
        assert_eq!(picture(&untested.iter().collect::<Vec<_>>(), &[]), None);
    }
}
