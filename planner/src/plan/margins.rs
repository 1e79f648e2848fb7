//! What lies around a plan: cost against latency, and what one more unit of an objective, or of the load, costs.
//!
//! Model: a price is a difference of two plans, the second of which is asked for a little more or less; since machines are whole, it is
//! the slope over that step and no derivative. Each plan costs between its cheapest fleet that is not rejected and the cheapest that
//! passes; the interval of a price is that of their differences. Plans beside the first are searched and not confirmed.

use serde::Serialize;
use sim::Interval;

use super::PlannedFleet;
use super::described;
use super::search::{FleetAt, Search};
use super::space::{Planned, Variant, configurations};
use super::targets::Target;
use super::worlds::utilization;
use crate::metrics::CONFIDENCE;
use crate::summary::Standing;

/// Points of the front along the winner's tightest pool.
const POINTS: u64 = 5;
/// Steps of an objective that are asked for.
const STEPS: [f64; 2] = [0.8, 1.25];
/// The key of the load.
pub(super) const LOAD: &str = "load.rate";

/// A fleet with its cost and a latency.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FrontPoint {
    /// The fleet.
    pub fleet: PlannedFleet,
    /// The latency.
    pub metric: String,
    /// Its mean over replications \[s\]; none where there is none.
    pub seconds: Option<f64>,
    /// Lower end of its interval \[s\].
    pub low: Option<f64>,
    /// Upper end of its interval \[s\].
    pub high: Option<f64>,
    /// Whether no other of these fleets is both cheaper and faster.
    pub on_front: bool,
}

/// What one more unit of an objective, or of the load, costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShadowPrice {
    /// The figure or key.
    pub of: String,
    /// Its unit.
    pub unit: String,
    /// Its value in the plan.
    pub from: f64,
    /// The value that it was asked at.
    pub to: f64,
    /// What the plan for that value costs \[USD per month\]; none where no fleet meets it.
    pub usd_per_month: Option<f64>,
    /// What a unit costs more where it becomes stricter, or more \[USD per month and unit\].
    pub usd_per_unit: Option<f64>,
    /// Lower end of that.
    pub low: Option<f64>,
    /// Upper end of that.
    pub high: Option<f64>,
}

/// The targets, and after them each at the values that its price is asked at.
pub(super) fn with_steps(targets: Vec<Target>) -> Vec<Target> {
    let moved = |target: &Target| STEPS.map(|step| target.moved(target.value * step));
    let steps: Vec<Target> = targets.iter().flat_map(moved).collect();
    targets.into_iter().chain(steps).collect()
}

/// Cost against the latency of the first objective about one: numbers of machines around those of the plan, and what was tested.
pub(super) fn front(search: &mut Search<'_>, fleet: &FleetAt) -> Vec<FrontPoint> {
    let Some(at) = search.asked.iter().copied().find(|at| search.all[*at].percentile.is_some()) else {
        return Vec::new();
    };
    let metric = search.all[at].metric.clone();
    let mut points = Vec::new();
    for near in around(search, fleet) {
        if search.stopped() {
            break;
        }
        let Some(interval) = search.figures(&near, at).and_then(|seconds| Interval::of(&seconds, CONFIDENCE)) else {
            continue;
        };
        points.push(FrontPoint {
            fleet: described(search, &near),
            metric: metric.clone(),
            seconds: Some(interval.mean),
            low: Some(interval.low),
            high: Some(interval.high),
            on_front: false,
        });
    }
    points.sort_by(|one, other| one.fleet.usd_per_month.total_cmp(&other.fleet.usd_per_month));
    let mut fastest = f64::INFINITY;
    for point in &mut points {
        let seconds = point.seconds.unwrap_or(f64::INFINITY);
        point.on_front = seconds < fastest;
        fastest = fastest.min(seconds);
    }
    points
}

/// Fleets around the plan: other numbers of its tightest pool, and the best of other configurations.
fn around(search: &mut Search<'_>, (at, counts): &FleetAt) -> Vec<FleetAt> {
    let configuration = &search.configurations[*at];
    let mut near = Vec::new();
    if let Ok(case) = configuration.case(counts) {
        let by_use = |one: &usize, other: &usize| {
            let of = |at: &usize| utilization(&case, &configuration.axes[*at].pool);
            of(one).total_cmp(&of(other))
        };
        if let Some(tightest) = (0..counts.len()).max_by(by_use) {
            let (least, count) = (configuration.axes[tightest].least, counts[tightest]);
            let most = count + count.max(POINTS / 2);
            let step = ((most - least) / POINTS).max(1);
            let numbers = (least..=most).filter(|number| number % step == count % step);
            near.extend(numbers.map(|number| {
                let mut counts = counts.clone();
                counts[tightest] = number;
                (*at, counts)
            }));
        }
    }
    // What was simulated costs nothing more, and says where the objective is missed.
    near.extend(search.trials.iter().filter(|(_, it)| it.replications > 0).map(|(fleet, _)| fleet.clone()));
    near.push((*at, counts.clone()));
    near.sort();
    near.dedup();
    near
}

/// What one more unit of every objective costs, and of the load.
pub(super) fn prices(search: &mut Search<'_>, fleet: &FleetAt) -> Vec<ShadowPrice> {
    let base = bounds(search, fleet);
    let mut prices = Vec::new();
    for (at, target) in search.targets().into_iter().enumerate() {
        if target.is_cap() || target.value <= 0.0 {
            continue;
        }
        for step in 0..STEPS.len() {
            if search.stopped() {
                return prices;
            }
            let mut asked = search.asked.clone();
            asked[at] = search.asked.len() + at * STEPS.len() + step;
            let value = search.all[asked[at]].value;
            let stricter = if target.percentile.is_some() || target.wants_less() { -1.0 } else { 1.0 };
            let mut other = search.beside(search.configurations.clone(), asked);
            other.scores = std::mem::take(&mut search.scores);
            prices.push(price((&target.metric, &target.unit), (target.value, value, stricter), base, &mut other));
            search.scores = other.scores;
        }
    }
    let planned = search.configurations[fleet.0].planned();
    for step in STEPS {
        if search.stopped() {
            break;
        }
        prices.extend(price_of_load(search, planned, step, base));
    }
    prices.retain(|price| price.usd_per_unit.is_some_and(|usd| usd != 0.0) || price.usd_per_month.is_none());
    prices
}

/// The least and the most that the cheapest fleet costs: its cheapest that is not rejected, and the cheapest that passes.
fn bounds(search: &mut Search<'_>, fleet: &FleetAt) -> (f64, f64) {
    let most = search.usd(fleet);
    let open: Vec<FleetAt> = search
        .trials
        .iter()
        .filter(|(_, trial)| trial.standing == Standing::Undecided)
        .map(|(fleet, _)| fleet.clone())
        .collect();
    let least = open.iter().map(|fleet| search.usd(fleet)).fold(most, f64::min);
    (least, most)
}

/// The price of a figure or key between two of its values.
fn price(
    (of, unit): (&str, &str),
    (from, to, stricter): (f64, f64, f64),
    (base_low, base_high): (f64, f64),
    other: &mut Search<'_>,
) -> ShadowPrice {
    let found = other.cheapest().map(|(fleet, _)| bounds(other, &fleet));
    let units = (to - from) * stricter;
    let per_unit = |usd: f64| usd / units;
    let ends = found.map(|(low, high)| {
        let (one, two) = (per_unit(low - base_high), per_unit(high - base_low));
        (one.min(two), one.max(two))
    });
    ShadowPrice {
        of: of.to_owned(),
        unit: unit.to_owned(),
        from,
        to,
        usd_per_month: found.map(|(_, high)| high),
        usd_per_unit: found.map(|(_, high)| per_unit(high - base_high)),
        low: ends.map(|(low, _)| low),
        high: ends.map(|(_, high)| high),
    }
}

/// The price of the load, where it is a key of the scenario.
fn price_of_load(search: &Search<'_>, planned: Planned<'_>, step: f64, base: (f64, f64)) -> Option<ShadowPrice> {
    let case = search.configurations.first()?.case(&search.configurations.first()?.sized()).ok()?;
    let (request, load) = (case.system.request().unit, case.load_per_s());
    let variants = planned.variants.iter().map(|variant| at_load(variant, planned.design, step));
    let variants: Vec<Variant> = variants.collect::<Option<_>>()?;
    let (configurations, _) = configurations(Planned { variants: &variants, ..planned }).ok()?;
    let mut other = search.beside(configurations, search.asked.clone());
    Some(price(("load", &format!("{request}/s")), (load, load * step, 1.0), base, &mut other))
}

/// A variant at so many times its load; nothing where no rate of the scenario says what that is.
pub(super) fn at_load(variant: &Variant, design: &str, times: f64) -> Option<Variant> {
    let rate = scenarios::rate(&variant.scenario.value_of(design, LOAD)?)? * times;
    let scenario = variant.scenario.changed("plan", LOAD, &format!("{rate}/s")).ok()?;
    Some(Variant { chosen: variant.chosen.clone(), scenario })
}
