//! What fleets cost, with the reason why each is not the plan.

use planner::{Plan, PlannedFleet};

use super::super::layout::{self, MARGIN, PLAIN, SMALL, WIDTH, label};
use super::super::linear::LinearScale;
use super::super::mark::Look;
use super::super::picture::{Align, Face, GRID, Picture};
use super::{Role, card, planned};
use crate::{number, table};

const NAMES: f64 = 330.0;
const BARS: f64 = 250.0;
const VALUES: f64 = 74.0;
/// Between values and reasons, with the mark before the values.
const GAP: f64 = 26.0;
/// Height of a line of a name, and what a row has beside its lines.
const LINE: f64 = 15.0;
const AIR: f64 = 12.0;
const FOOT: f64 = 40.0;

/// The picture; none where no fleet is known.
pub fn picture(plan: &Plan) -> Option<Picture> {
    let others = plan.runners_up.iter().map(|other| (&other.fleet, other.excuse.as_str()));
    let all = plan.fleet.iter().map(|fleet| (fleet, "")).chain(others);
    let mut rows: Vec<(&PlannedFleet, &str)> = all.filter(|(fleet, _)| fleet.usd_per_month.is_finite()).collect();
    rows.sort_by(|(one, _), (other, _)| one.usd_per_month.total_cmp(&other.usd_per_month));
    if rows.is_empty() {
        return None;
    }
    let (mut picture, y) = card(plan, "What each fleet costs, and why it is not the plan.");
    picture.columns(&["fleet", "why it is not the plan"], ["USD a month"]);
    for (fleet, excuse) in &rows {
        picture.row([table::fleet(fleet), (*excuse).to_owned(), number::usd(fleet.usd_per_month)]);
    }
    let top = layout::legend(&mut picture, y, &legend(plan, &rows));
    let (from, to) = (MARGIN + NAMES, MARGIN + NAMES + BARS);
    let scale = LinearScale::with_zero(rows.iter().map(|(fleet, _)| fleet.usd_per_month), from, to);
    let names: Vec<Vec<String>> =
        rows.iter().map(|(fleet, _)| layout::wrapped(&table::fleet(fleet), PLAIN, NAMES - 16.0)).collect();
    let reasons: Vec<Vec<String>> = rows
        .iter()
        .map(|(_, excuse)| layout::wrapped(excuse, SMALL, WIDTH - 2.0 * MARGIN - NAMES - BARS - VALUES - GAP))
        .collect();
    let height = |at: usize| LINE * names[at].len().max(reasons[at].len()).max(1) as f64 + AIR;
    let bottom = top + (0..rows.len()).map(height).sum::<f64>();
    let ticks: Vec<_> = scale.ticks(4).into_iter().map(|usd| (scale.at(usd), number::usd_short(usd))).collect();
    layout::axis(&mut picture, &ticks, (top, bottom));
    label(&mut picture, (MARGIN, bottom + 12.0), "USD a month", SMALL, Align::Left);
    let mut upper = top;
    for (at, (fleet, _)) in rows.iter().enumerate() {
        let y = upper + height(at) / 2.0;
        upper += height(at);
        picture.line(vec![(MARGIN, upper), (WIDTH - MARGIN, upper)], 1.0, GRID);
        lines(&mut picture, (MARGIN, y), &names[at], PLAIN);
        let look = Role::of(plan, fleet).look();
        picture.rectangle((from, y - 7.0), (scale.at(fleet.usd_per_month).max(from + 0.5), y + 7.0), look.colour);
        look.draw(&mut picture, (to + 12.0, y));
        label(&mut picture, (to + VALUES + 12.0, y), &number::usd(fleet.usd_per_month), SMALL, Align::Right);
        lines(&mut picture, (to + VALUES + GAP, y), &reasons[at], SMALL);
    }
    Some(layout::close(picture, bottom + FOOT - 12.0))
}

/// Lines of a text around the height `y`.
fn lines(picture: &mut Picture, (x, y): (f64, f64), lines: &[String], face: Face) {
    let first = y - LINE * (lines.len() as f64 - 1.0) / 2.0;
    for (at, line) in lines.iter().enumerate() {
        label(picture, (x, first + LINE * at as f64), line, face, Align::Left);
    }
}

fn legend(plan: &Plan, rows: &[(&PlannedFleet, &str)]) -> Vec<(Look, String)> {
    let here: Vec<Role> = rows.iter().map(|(fleet, _)| Role::of(plan, fleet)).collect();
    let entry = |role: Role| {
        let words = match role {
            Role::Planned => planned(plan),
            Role::Fails => "fails",
            Role::Undecided => "undecided",
            Role::Fastest | Role::Other => "meets the objectives and is dearer",
        };
        (role.look(), words.to_owned())
    };
    Role::ALL.into_iter().filter(|role| here.contains(role)).map(entry).collect()
}
