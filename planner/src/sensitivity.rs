//! What matters most: every uncertain input at both of its ends, one at a time from the base, sorted by what it moves.
//!
//! Replications of base and ends share their random numbers, so a swing has the interval of paired differences. The inputs and
//! their ends are [`scenarios::Uncertain`]'s; source: T. G. Eschenbach, "Spiderplots versus tornado diagrams for sensitivity
//! analysis", Interfaces 22(6), 1992. One at a time finds what moves an answer near the base; it says nothing about what two
//! inputs do together (E. Borgonovo, E. Plischke, "Sensitivity analysis: a review of recent advances", EJOR 248(3), 2016).

use scenarios::{Case, Uncertain};
use serde::Serialize;
use sim::Interval;

use crate::economy;
use crate::effort::Effort;
use crate::metrics::CONFIDENCE;
use crate::summarize::{Origin, summarize};
use crate::summary::Summary;

/// Version of the machine interface of a sensitivity.
pub const SENSITIVITY_SCHEMA: &str = "proofcast/sensitivity/1";
/// What swings of the money beside the world are asked for.
const MOVED_MONEY: [&str; 3] = ["market.provers", "market.profit", "fee_revenue"];

/// What each uncertain input moves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// How the inputs were moved.
    pub method: &'static str,
    /// The case with every input at its base value.
    pub base: Summary,
    /// Inputs that move something, the greatest swing of the total cost first, then of proof finality.
    pub inputs: Vec<SwingInput>,
    /// Inputs that move nothing here.
    pub without_effect: Vec<String>,
}

/// An uncertain input and what it moves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SwingInput {
    /// Operation or key.
    pub name: String,
    /// `measured`: the interval of its calibration; `scenario`: a range that the scenario gives.
    pub known: String,
    /// Unit of the values.
    pub unit: String,
    /// Lowest value in the unit; `null` where it is no quantity.
    pub low: Option<f64>,
    /// Highest value in the unit; `null` where it is no quantity.
    pub high: Option<f64>,
    /// Lowest and highest value as the scenario writes them; empty for what was measured.
    pub written: [String; 2],
    /// What it moves.
    pub swings: Vec<Swing>,
}

/// A figure at both ends of an input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Swing {
    /// Name of the metric.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// The metric at the lowest value; `null` where it has none there.
    pub at_low: Option<f64>,
    /// The metric at the highest value.
    pub at_high: Option<f64>,
    /// From the least to the largest of both ends and the base.
    pub swing: Option<f64>,
    /// Half-width of the interval of the difference between both ends over replications; `null` where nothing is estimated.
    pub noise: Option<f64>,
    /// Why a figure is missing at one end.
    pub why: Option<String>,
}

/// Simulates the base and both ends of every input; `progress` is told the input in hand. Work that is ended before its time
/// leaves out the inputs that were not simulated at both ends.
pub fn sensitivity(
    base: &Case,
    inputs: &[Uncertain],
    effort: &Effort,
    origin: &Origin,
    mut progress: impl FnMut(&str),
) -> Sensitivity {
    progress("base");
    // The base first, then two ends for each input that moves anything. Studies of the money follow for all at once, since
    // most inputs leave most of them as they are.
    let mut cases = vec![base];
    let mut outcomes = vec![summarize(base, effort, origin)];
    let (mut effective, mut without_effect) = (Vec::new(), Vec::new());
    for input in inputs {
        progress(&input.name);
        if input.cases.iter().all(|case| case.same_world(base)) {
            without_effect.push(input.name.clone());
            continue;
        }
        for case in &input.cases {
            let outcome = if same(case, base) { outcomes[0].clone() } else { summarize(case, effort, origin) };
            cases.push(case);
            outcomes.push(outcome);
        }
        if effort.progress.stopped() {
            cases.truncate(1 + 2 * effective.len());
            outcomes.truncate(cases.len());
            break;
        }
        effective.push(input);
    }
    progress("markets, fees and nodes");
    economy::add_each(&mut outcomes, &cases, effort);
    let at_base = outcomes.remove(0);
    let moved = moved(&at_base);
    let mut moving: Vec<SwingInput> = effective
        .into_iter()
        .zip(outcomes.chunks(2))
        .map(|(input, ends)| moves(input, &at_base, ends, &moved))
        .collect();
    for metric in at_base.headlines.swung.iter().rev() {
        moving.sort_by(|a, b| b.moves(metric).total_cmp(&a.moves(metric)));
    }
    let method = "one input at a time from the base, on common random numbers; everything else as in the base";
    Sensitivity { method, base: at_base, inputs: moving, without_effect }
}

/// Names of all figures that swings are asked for: of the world, then of the money, as far as the base has them.
fn moved(base: &Summary) -> Vec<String> {
    let names = base.metrics.iter().map(|metric| metric.name.as_str());
    let money = names.filter(|name| {
        let of_node = name.starts_with("node.") && name.ends_with(".return");
        MOVED_MONEY.contains(name) || name.starts_with("fee.") || of_node
    });
    base.headlines.swung.iter().copied().chain(money).map(str::to_owned).collect()
}

/// An input with its swings between the outcomes at its two ends.
fn moves(input: &Uncertain, base: &Summary, ends: &[Summary], moved: &[String]) -> SwingInput {
    let [low, _, high] = input.values;
    let [written_low, _, written_high] = input.texts.clone();
    SwingInput {
        name: input.name.clone(),
        known: input.known.to_owned(),
        unit: input.unit.to_owned(),
        low,
        high,
        written: [written_low, written_high],
        swings: moved.iter().filter_map(|metric| swing(metric, base, ends)).collect(),
    }
}

impl SwingInput {
    /// What the input does to a metric.
    pub fn swing(&self, metric: &str) -> Option<&Swing> {
        self.swings.iter().find(|swing| swing.metric == metric)
    }

    /// How far it moves a metric: infinitely far where the metric is lost at one end.
    pub fn moves(&self, metric: &str) -> f64 {
        self.swing(metric).map_or(0.0, |swing| match (swing.swing, &swing.why) {
            (_, Some(_)) => f64::INFINITY,
            (Some(swing), None) => swing,
            (None, None) => 0.0,
        })
    }
}

/// Whether two cases have the same world and the same bill.
fn same(one: &Case, other: &Case) -> bool {
    one.system == other.system && one.horizon == other.horizon && one.fleet == other.fleet
}

fn swing(metric: &str, base: &Summary, ends: &[Summary]) -> Option<Swing> {
    let stated = base.metric(metric)?;
    let [at_low, at_high] = [0, 1].map(|end| ends[end].value(metric));
    let figures = [at_low, stated.value, at_high].into_iter().flatten();
    let least = figures.clone().fold(f64::INFINITY, f64::min);
    let most = figures.fold(f64::NEG_INFINITY, f64::max);
    let why = ends.iter().find_map(|end| end.metric(metric).filter(|metric| metric.value.is_none())?.why.clone());
    if stated.value.is_none() && at_low.is_none() && at_high.is_none() {
        return None;
    }
    Some(Swing {
        metric: metric.to_owned(),
        unit: stated.unit.clone(),
        at_low,
        at_high,
        swing: (most >= least).then_some(most - least),
        noise: noise(metric, ends),
        why,
    })
}

/// Half-width of the mean difference between both ends, replication by replication.
fn noise(metric: &str, ends: &[Summary]) -> Option<f64> {
    let (low, high) = (ends[0].samples.get(metric)?.replications(), ends[1].samples.get(metric)?.replications());
    let differences: Vec<f64> = low.iter().zip(high).map(|(low, high)| high - low).collect();
    Interval::of(&differences, CONFIDENCE).map(|interval| interval.half_width())
}
