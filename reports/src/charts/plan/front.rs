//! Cost against latency: the fleets, the objective, and which of them is the plan.

use planner::{FrontPoint, Plan};

use super::super::glyphs::text_width;
use super::super::layout::{self, MARGIN, SMALL, STRONG, WIDTH, label};
use super::super::linear::LinearScale;
use super::super::picture::{Align, GRID, INK, MUTED, Picture, SHADE};
use super::super::scale::LogScale;
use super::{Role, card, planned, short};
use crate::{number, view};

const FIGURES: f64 = 76.0;
const HEAD: f64 = 48.0;
const PLOT: f64 = 300.0;
const FOOT: f64 = 44.0;
/// Of the largest to the least value, from which on an axis is logarithmic.
const WIDE: f64 = 20.0;
const TICKS: usize = 6;
/// Height of the name of a tick.
const LINE: f64 = 13.0;

/// An axis on which every value that is shown can be told from the others.
enum Scale {
    Linear(LinearScale),
    Log(LogScale),
}

impl Scale {
    fn around(values: &[f64], from: f64, to: f64) -> Self {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(0.0, f64::max);
        if least > 0.0 && most > WIDE * least {
            return Self::Log(LogScale::around(values.iter().copied(), from, to));
        }
        Self::Linear(LinearScale::with_zero(values.iter().copied(), from, to))
    }

    fn at(&self, value: f64) -> f64 {
        match self {
            Self::Linear(scale) => scale.at(value),
            Self::Log(scale) => scale.at(value),
        }
    }

    /// Names its unit, or what is counted, and that it is logarithmic.
    fn named(&self, what: &str) -> String {
        match self {
            Self::Linear(_) => what.to_owned(),
            Self::Log(_) => format!("{what}, log scale"),
        }
    }

    fn of_money(&self) -> Vec<(f64, String)> {
        let values = match self {
            Self::Linear(scale) => scale.ticks(TICKS),
            Self::Log(scale) => scale.decades(TICKS),
        };
        values.into_iter().map(|usd| (self.at(usd), number::usd_short(usd))).collect()
    }

    fn of_times(&self) -> Vec<(f64, String)> {
        let times = match self {
            Self::Linear(scale) => scale.times(TICKS),
            Self::Log(scale) => scale.times(TICKS),
        };
        times.into_iter().map(|(seconds, name)| (self.at(seconds), name)).collect()
    }
}

/// What is drawn, with its axes.
struct Plot<'p> {
    plan: &'p Plan,
    /// Points with their latency \[s\].
    points: Vec<(&'p FrontPoint, f64)>,
    /// What the objective asks for \[s\], and in words.
    bound: Option<(f64, String)>,
    usd: Scale,
    seconds: Scale,
    /// Left, top, right and bottom.
    edges: [f64; 4],
}

/// The picture; none where no latency is known.
pub fn picture(plan: &Plan) -> Option<Picture> {
    let known = |point: &&FrontPoint| point.fleet.usd_per_month.is_finite();
    let finite = |point: &FrontPoint| point.seconds.filter(|seconds| seconds.is_finite());
    let points: Vec<(&FrontPoint, f64)> =
        plan.front.iter().filter(known).filter_map(|point| Some((point, finite(point)?))).collect();
    let metric = &points.first()?.0.metric;
    let target = plan.targets.iter().find(|target| target.metric == *metric);
    let bound = target.and_then(|target| {
        let within_s = target.within_s()?;
        Some((within_s, format!("{} within {}", number::share(target.goal), number::duration(within_s))))
    });
    let intervals = points.iter().any(|(point, _)| point.low.is_some());
    let lines = if intervals { " Upright lines: 95 % intervals." } else { "" };
    let shaded = if bound.is_some() { " Shaded: slower than the objective." } else { "" };
    let conditions = format!("Means of {metric} over replications.{lines}{shaded}");
    let (mut picture, y) = card(plan, &conditions);
    picture.columns(&["fleet", ""], ["USD a month", "latency", "low", "high"]);
    let top = legend(&mut picture, y, plan, &points);
    let room = bound.as_ref().map_or(16.0, |(_, words)| text_width(words, SMALL) + 12.0);
    let edges = [MARGIN + FIGURES, top + HEAD, WIDTH - MARGIN - room, top + HEAD + PLOT];
    let [left, high, right, low] = edges;
    let costs: Vec<f64> = points.iter().map(|(point, _)| point.fleet.usd_per_month).collect();
    let times = points.iter().map(|(_, seconds)| *seconds).chain(bound.iter().map(|(bound, _)| *bound));
    let (usd, seconds) = (Scale::around(&costs, left, right), Scale::around(&times.collect::<Vec<_>>(), low, high));
    label(&mut picture, (MARGIN, top + 12.0), &seconds.named(&view::metric(metric)), STRONG, Align::Left);
    let plot = Plot { plan, points, bound, usd, seconds, edges };
    plot.draw(&mut picture);
    Some(layout::close(picture, low + FOOT))
}

fn legend(picture: &mut Picture, y: f64, plan: &Plan, points: &[(&FrontPoint, f64)]) -> f64 {
    let here: Vec<Role> = points.iter().map(|(point, _)| Role::at(plan, point)).collect();
    let entry = |role: Role| (role.look(), role_in_words(plan, role).to_owned());
    let shown = Role::ALL.into_iter().filter(|role| here.contains(role));
    layout::legend(picture, y, &shown.map(entry).collect::<Vec<_>>())
}

fn role_in_words(plan: &Plan, role: Role) -> &'static str {
    match role {
        Role::Planned => planned(plan),
        Role::Fastest => "none is cheaper and as fast",
        Role::Other => "another is cheaper and as fast",
        Role::Fails => "tested, fails",
        Role::Undecided => "tested, undecided",
    }
}

impl Plot<'_> {
    fn draw(&self, picture: &mut Picture) {
        let [left, top, right, bottom] = self.edges;
        if let Some((bound, words)) = &self.bound {
            let y = self.seconds.at(*bound);
            picture.rectangle((left, top), (right, y), SHADE);
            label(picture, (right + 8.0, y), words, SMALL, Align::Left);
        }
        layout::axis(picture, &self.usd.of_money(), (top, bottom));
        let mut free_below = f64::INFINITY;
        for (y, name) in self.seconds.of_times() {
            picture.line(vec![(left, y), (right, y)], 1.0, GRID);
            if y < free_below {
                label(picture, (left - 7.0, y), &name, SMALL, Align::Right);
                free_below = y - LINE;
            }
        }
        picture.line(vec![(left, top), (left, bottom), (right, bottom)], 1.0, MUTED);
        label(picture, (right, bottom + 28.0), &self.usd.named("USD a month"), SMALL, Align::Right);
        if let Some((bound, _)) = &self.bound {
            let y = self.seconds.at(*bound);
            picture.dashed((left, y), (right, y), 1.25, INK);
        }
        self.label(picture);
        self.steps(picture);
        // What is faint lies below.
        for faint in [true, false] {
            let shown = self.points.iter().filter(|(point, _)| (Role::at(self.plan, point) == Role::Other) == faint);
            shown.for_each(|(point, seconds)| self.mark(picture, point, *seconds));
        }
    }

    /// The least latency for what is paid: it goes on at every point of the front.
    fn steps(&self, picture: &mut Picture) {
        let [_, top, right, _] = self.edges;
        let mut line: Vec<(f64, f64)> = Vec::new();
        for (point, seconds) in self.points.iter().filter(|(point, _)| point.on_front) {
            let (x, y) = (self.usd.at(point.fleet.usd_per_month), self.seconds.at(*seconds));
            let above = line.last().map_or(top, |last| last.1);
            line.extend([(x, above), (x, y)]);
        }
        if let Some((_, y)) = line.last().copied() {
            line.push((right, y));
            picture.line(line, 1.25, Role::Fastest.look().colour);
        }
    }

    fn mark(&self, picture: &mut Picture, point: &FrontPoint, seconds: f64) {
        let (x, look) = (self.usd.at(point.fleet.usd_per_month), Role::at(self.plan, point).look());
        if let Some((low, high)) = point.low.zip(point.high) {
            let ends = [self.seconds.at(low), self.seconds.at(high)];
            picture.line(vec![(x, ends[0]), (x, ends[1])], 1.5, look.colour);
            for y in ends {
                picture.line(vec![(x - 3.0, y), (x + 3.0, y)], 1.5, look.colour);
            }
        }
        let scale = if Role::at(self.plan, point) == Role::Planned { 1.5 } else { 1.0 };
        look.scaled(picture, (x, self.seconds.at(seconds)), scale);
        let words = role_in_words(self.plan, Role::at(self.plan, point)).to_owned();
        let times = [Some(seconds), point.low, point.high];
        let times = times.map(|time| time.map_or(number::MISSING.to_owned(), number::duration));
        let cells = [short(&point.fleet), words, number::usd(point.fleet.usd_per_month)].into_iter().chain(times);
        picture.mark((x, self.seconds.at(seconds)), cells);
    }

    /// The plan by name, above the plot, where no point can be in its way; its line lies below the others.
    fn label(&self, picture: &mut Picture) {
        let planned = self.points.iter().find(|(point, _)| Role::at(self.plan, point) == Role::Planned);
        let Some((point, seconds)) = planned else { return };
        let [left, top, right, _] = self.edges;
        let x = self.usd.at(point.fleet.usd_per_month);
        let usd = format!(", {}", number::usd(point.fleet.usd_per_month));
        let named = format!("{}{usd}", short(&point.fleet));
        // The title names it as well.
        let fits = text_width(&named, STRONG) <= right - left;
        let name = if fits { named } else { format!("the planned fleet{usd}") };
        let half = text_width(&name, STRONG) / 2.0;
        let middle = x.clamp(left + half, (right - half).max(left + half));
        picture.line(vec![(x, top - 6.0), (x, self.seconds.at(*seconds) - 9.0)], 1.0, MUTED);
        label(picture, (middle, top - 14.0), &name, STRONG, Align::Centre);
    }
}
