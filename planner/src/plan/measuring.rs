//! What measuring would be worth: how far the bill of the cheapest fleet moves with every input that is not known exactly, and how far
//! it would if that input were measured well.
//!
//! Model: one input at a time is at both ends of its interval, and then at those of a measurement; all others are at their best estimates.
//! In each of these worlds the cheapest fleet on the machines of the plan is searched for, with the random numbers of the plan. A world
//! that runs no other system, such as one of prices, has the fleet of the plan. Inputs come in the order of a bound: what the machines
//! would cost that the work takes, if they could be had in parts.
//! Source: R. A. Howard, "Information value theory", IEEE Transactions on Systems Science and Cybernetics 2(1), 1966, for the question; it
//! is answered by intervals, since nothing is known of the costs of a wrong decision. Leaves out: what two inputs do together; another
//! machine; inputs behind the first few.

use scenarios::{Case, InputKind, Unsure};
use serde::{Deserialize, Serialize};

use super::search::{FleetAt, Search};
use super::worlds::utilization;
use crate::summary::Standing;
use crate::text::count;
use crate::work::units;

/// Inputs whose worlds are searched.
const MOST_INPUTS: usize = 5;
/// No further input is looked at once their searches have simulated so many blocks or requests: half a minute of one core.
const MOST_UNITS: f64 = 25e6;
/// How well something is known that was measured well: within this factor at 95 %.
pub(super) const MEASURED: f64 = 1.05;
/// A smaller share of the bill is no difference.
const DIFFERENCE: f64 = 1e-9;

/// What measuring would be worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measuring {
    /// The answer in a sentence.
    pub answer: String,
    /// The bill would be known within this factor of each input, at 95 %, if it were measured.
    pub measured_within: f64,
    /// Inputs, the one first that narrows the bill most.
    pub inputs: Vec<Measurable>,
    /// Inputs that are not known exactly and were not looked at, because they matter less, the others took long, or the time was over.
    pub not_tried: Vec<String>,
}

/// An input that is not known exactly, and the bill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurable {
    /// What it is.
    pub input: String,
    /// Why it is not known exactly.
    pub kind: InputKind,
    /// At 95 % it is within this factor of its best estimate.
    pub within: f64,
    /// The least and the most that the cheapest fleet costs over its interval \[USD per month\].
    pub usd_per_month: Option<(f64, f64)>,
    /// The same if it were measured.
    pub usd_if_measured: Option<(f64, f64)>,
    /// By how much the interval of the bill would be narrower \[USD per month\].
    pub narrower_usd: Option<f64>,
    /// Why there is no such bill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// The bill over the interval of every input; of the first few where there are many.
pub(super) fn measuring(search: &mut Search<'_>, fleet: &FleetAt) -> Option<Measuring> {
    let base = &search.configurations[fleet.0];
    let best = base.case(&fleet.1).ok()?;
    let unsure = base.unsure(&fleet.1).ok()?;
    let all = unsure.len();
    let mut moving: Vec<(f64, Unsure)> = Vec::new();
    for input in unsure {
        if let Some(bound) = influence(search, fleet, &best, &input) {
            moving.push((bound, input));
        }
    }
    moving.sort_by(|(one, a), (other, b)| other.total_cmp(one).then_with(|| a.name.cmp(&b.name)));
    let (mut inputs, mut not_tried) = (Vec::new(), Vec::new());
    for (_, input) in moving {
        if inputs.len() >= MOST_INPUTS || search.units_beside >= MOST_UNITS || search.stopped() {
            not_tried.push(called(&input));
            continue;
        }
        let found = measurable(search, fleet, &best, &input);
        if search.stopped() { not_tried.push(called(&input)) } else { inputs.push(found) }
    }
    // Where there is no bill, measuring decides whether there is a fleet at all.
    let worth = |input: &Measurable| input.narrower_usd.unwrap_or(f64::INFINITY);
    inputs.sort_by(|one, other| worth(other).total_cmp(&worth(one)));
    let answer = answer(all, &inputs, &not_tried);
    Some(Measuring { answer, measured_within: MEASURED, inputs, not_tried })
}

/// How far an input moves what the work takes \[USD per month\]; nothing where it moves nothing at all.
fn influence(search: &Search<'_>, fleet: &FleetAt, best: &Case, input: &Unsure) -> Option<f64> {
    let base = &search.configurations[fleet.0];
    let ends = [1.0 / input.within, input.within].map(|factor| base.case_with_one_moved(&fleet.1, input, factor));
    if ends.iter().all(|end| end.as_ref().is_ok_and(|case| case.same_world(best))) {
        return None;
    }
    let [low, high] = ends.map(|end| end.map_or(f64::INFINITY, |case| worked_usd(&case)));
    Some(if low.is_finite() && high.is_finite() { (high - low).abs() } else { f64::INFINITY })
}

/// What a fleet would cost if machines could be had in parts and each part were at work all the time \[USD per month\].
fn worked_usd(case: &Case) -> f64 {
    let idle = case.fleet.pools.iter().filter(|pool| case.stages.iter().any(|stage| *stage.pool == *pool.name));
    let idle_usd: f64 = idle
        .map(|pool| {
            let lots = pool.lots.iter().map(|lot| lot.machines as f64 * lot.rent.usd_per_month()).sum::<f64>();
            pool.owners as f64 * lots * (1.0 - utilization(case, &pool.name))
        })
        .sum();
    case.fleet.total() - idle_usd
}

/// The bill over the interval of an input, and over that of a measurement.
fn measurable(search: &mut Search<'_>, fleet: &FleetAt, best: &Case, input: &Unsure) -> Measurable {
    let here = search.paid_usd(fleet);
    let over = |ends: &[f64; 2]| (here.min(ends[0]).min(ends[1]), here.max(ends[0]).max(ends[1]));
    let ends = bills(search, fleet, best, input, [1.0 / input.within, input.within]);
    // What the whole interval does not move, a part of it does not.
    let still = |usd: &f64| (usd - here).abs() <= DIFFERENCE * here;
    let measured = match &ends {
        _ if input.within <= MEASURED => ends.clone(),
        Ok(both) if both.iter().all(still) => Ok(*both),
        _ => bills(search, fleet, best, input, [1.0 / MEASURED, MEASURED]),
    };
    let usd_per_month = ends.as_ref().ok().map(over);
    let usd_if_measured = measured.as_ref().ok().map(over);
    let width = |(low, high): (f64, f64)| high - low;
    let narrower_usd = usd_per_month.zip(usd_if_measured).map(|(now, then)| (width(now) - width(then)).max(0.0));
    let why = ends.err().or(measured.err());
    let (input, kind, within) = (called(input), input.kind, input.within);
    Measurable { input, kind, within, usd_per_month, usd_if_measured, narrower_usd, why }
}

/// What the cheapest fleet costs at both ends \[USD per month\]; or why one of them has none.
fn bills(
    search: &mut Search<'_>,
    fleet: &FleetAt,
    best: &Case,
    input: &Unsure,
    ends: [f64; 2],
) -> Result<[f64; 2], String> {
    let at = |search: &mut Search<'_>, factor: f64| {
        bill(search, fleet, best, (input, factor)).map_err(|why| format!("at {} times: {why}", count(factor)))
    };
    Ok([at(search, ends[0])?, at(search, ends[1])?])
}

fn bill(search: &mut Search<'_>, fleet: &FleetAt, best: &Case, (input, factor): (&Unsure, f64)) -> Result<f64, String> {
    let base = &search.configurations[fleet.0];
    let as_planned = base.case_with_one_moved(&fleet.1, input, factor).ok();
    let runs_alike = |case: &Case| case.system == best.system && case.horizon == best.horizon;
    if let Some(case) = as_planned.filter(|case| runs_alike(case) && !base.is_random) {
        return Ok(case.fleet.total());
    }
    let moved = base.with_one_moved(input, factor);
    let moved = moved.map_err(|faults| faults.into_iter().next().map_or(String::new(), |(_, why)| why))?;
    let mut other = search.beside(vec![moved], search.asked.clone(), Some(fleet));
    let found = other.cheapest();
    search.units_beside += other.replications as f64 * units(best, search.effort);
    match found {
        Some((fleet, _)) => Ok(other.paid_usd(&fleet)),
        None if other.stopped() => Err("the time was over".into()),
        None if other.trials.values().any(|trial| trial.standing == Standing::Undecided) => Err("undecided".into()),
        None => Err("no fleet meets the objectives".into()),
    }
}

/// An input in words.
fn called(input: &Unsure) -> String {
    match input.kind {
        InputKind::Calibration | InputKind::Published => input.name.clone(),
        InputKind::Price => format!("price of {}", input.name.trim_start_matches("charge ")),
    }
}

fn answer(all: usize, inputs: &[Measurable], not_tried: &[String]) -> String {
    let range = |(low, high): (f64, f64)| match (count(low), count(high)) {
        (low, high) if low == high => format!("${low} a month"),
        (low, high) => format!("${low} to ${high} a month"),
    };
    let percent = count(((MEASURED - 1.0) * 100.0).round());
    match inputs.first() {
        None if all == 0 => "no input is uncertain here: what is claimed or given is taken at its word".into(),
        None if not_tried.is_empty() => {
            format!("of {all} that are not known exactly, no input moves the bill")
        }
        None => "the time was over before any input was looked at".into(),
        Some(Measurable { input, usd_per_month: Some(now), usd_if_measured: Some(then), narrower_usd, .. }) => {
            match narrower_usd.is_some_and(|usd| usd > DIFFERENCE * now.1) {
                true => format!(
                    "{input} moves the bill most: {}; measured within {percent} %, it would leave {}",
                    range(*now),
                    range(*then)
                ),
                false => "measuring no input better would narrow the bill: machines come whole".into(),
            }
        }
        Some(Measurable { input, why, .. }) => {
            format!("{input} decides whether there is a fleet: {}", why.as_deref().unwrap_or("nothing is known"))
        }
    }
}
