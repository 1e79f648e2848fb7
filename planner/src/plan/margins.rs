//! What lies around a plan: cost against latency, and what one more unit of an objective, of the load, or of a dispute window costs.
//!
//! Model: a price is a difference of two plans, the second of which is asked for a little more or less; since machines are whole, it is
//! the slope over that step and no derivative. Each plan costs between its cheapest fleet that is not rejected and the cheapest that
//! passes; the interval of a price is that of their differences. Plans beside the first are searched and not confirmed.

use scenarios::Scenario;
use serde::{Deserialize, Serialize};
use sim::Interval;

use super::PlannedFleet;
use super::described;
use super::search::{FleetAt, Search};
use super::selection::ZONE;
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
/// The key of the dispute window, where there is one.
const WINDOW: &str = "fraud.window";
/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

/// A fleet with its cost and a latency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Whether it meets the objectives, as far as it was simulated.
    pub standing: Standing,
}

/// How the search for a price ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priced {
    /// There is another plan, at another cost.
    Found,
    /// The plan stays as it is.
    Unchanged,
    /// The plan stays as it is or not: what is asked is too near to what a cheaper fleet gives.
    Undecided,
    /// No fleet meets that.
    Impossible,
    /// It was not searched for.
    Untested,
}

/// What one more unit of an objective, of the load, or of a dispute window costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShadowPrice {
    /// The figure or key.
    pub of: String,
    /// Its unit.
    pub unit: String,
    /// Its value in the plan.
    pub from: f64,
    /// The value that it was asked at.
    pub to: f64,
    /// How that was found.
    pub standing: Priced,
    /// Why there is no plan for that value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What the plan for that value costs \[USD per month\]; none where no fleet is known to meet it.
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

/// The place of a target at a step, among so many with their steps.
fn with_step(all: usize, target: usize, step: usize) -> usize {
    all / (1 + STEPS.len()) + target * STEPS.len() + step
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
        let Some((figures, standing)) = search.figures(&near, at) else { continue };
        let Some(interval) = Interval::of(&figures, CONFIDENCE) else { continue };
        points.push(FrontPoint {
            fleet: described(search, &near),
            metric: metric.clone(),
            seconds: Some(interval.mean),
            low: Some(interval.low),
            high: Some(interval.high),
            on_front: false,
            standing,
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

/// What one more unit of every objective costs, of the load, and of the dispute window where there is one.
pub(super) fn prices(search: &mut Search<'_>, fleet: &FleetAt) -> Vec<ShadowPrice> {
    let base = bounds(search, fleet);
    let mut prices = Vec::new();
    for (at, target) in search.targets().into_iter().enumerate() {
        if target.is_cap() || target.value <= 0.0 {
            continue;
        }
        for step in 0..STEPS.len() {
            let mut asked = search.asked.clone();
            asked[at] = with_step(search.all.len(), asked[at], step);
            let value = search.all[asked[at]].value;
            let stricter = if target.percentile.is_some() || target.wants_less() { -1.0 } else { 1.0 };
            let of = Step { of: &target.metric, unit: &target.unit, from: target.value, to: value, stricter };
            let mut other = search.beside(search.configurations.clone(), asked, Some(fleet));
            other.scores = std::mem::take(&mut search.scores);
            prices.push(of.price(base, &mut other));
            search.scores = other.scores;
        }
    }
    let planned = search.configurations[fleet.0].planned();
    let Some(first) = search.configurations.first().and_then(|first| first.case(&first.sized()).ok()) else {
        return prices;
    };
    let (load, unit) = (first.load_per_s(), format!("{}/s", first.system.request().unit));
    let rate = |scenario: &Scenario| scenarios::rate(&scenario.value_of(planned.design, LOAD)?);
    let window = |scenario: &Scenario| scenarios::seconds(&scenario.value_of(planned.design, WINDOW)?);
    for times in STEPS {
        let of = Step { of: "load", unit: &unit, from: load, to: load * times, stricter: 1.0 };
        let set = |scenario: &Scenario| changed(scenario, LOAD, &format!("{}/s", rate(scenario)? * times));
        prices.extend(of.price_of_key((&*search, fleet), planned, set, base));
    }
    let Some(days) = planned.variants.first().and_then(|first| window(&first.scenario)).map(|s| s / DAY_S) else {
        return prices;
    };
    for times in STEPS {
        let of = Step { of: WINDOW, unit: "d", from: days, to: days * times, stricter: 1.0 };
        let set = |scenario: &Scenario| changed(scenario, WINDOW, &format!("{} s", window(scenario)? * times));
        prices.extend(of.price_of_key((&*search, fleet), planned, set, base));
    }
    prices
}

fn changed(scenario: &Scenario, key: &str, value: &str) -> Option<Scenario> {
    scenario.changed("plan", key, value).ok()
}

/// The least and the most that the cheapest fleet costs: its cheapest that is not rejected, and the cheapest that passes.
fn bounds(search: &mut Search<'_>, fleet: &FleetAt) -> (f64, f64) {
    let most = search.paid_usd(fleet);
    let open: Vec<FleetAt> = search
        .trials
        .iter()
        .filter(|(_, trial)| trial.standing == Standing::Undecided)
        .map(|(fleet, _)| fleet.clone())
        .collect();
    let least = open.iter().map(|fleet| search.paid_usd(fleet)).fold(most, f64::min);
    (least, most)
}

/// A figure or key between two of its values.
struct Step<'s> {
    of: &'s str,
    unit: &'s str,
    from: f64,
    to: f64,
    /// 1 where more of it is stricter, and −1 where less is.
    stricter: f64,
}

impl Step<'_> {
    /// What the other value costs in another search.
    fn price(&self, (base_low, base_high): (f64, f64), other: &mut Search<'_>) -> ShadowPrice {
        let found = other.cheapest().map(|(fleet, _)| bounds(other, &fleet));
        let units = (self.to - self.from) * self.stricter;
        let per_unit = |usd: f64| usd / units;
        let ends = found.map(|(low, high)| {
            let (one, two) = (per_unit(low - base_high), per_unit(high - base_low));
            (one.min(two), one.max(two))
        });
        // Where what is paid is random, so is a part of every difference.
        let chance = if other.is_random() { ZONE * base_high } else { 0.0 };
        let alike = |one: f64, other: f64| (one - other).abs() <= chance;
        let open = other.trials.values().any(|trial| trial.standing == Standing::Undecided);
        let (standing, why) = match found {
            _ if other.stopped() => (Priced::Untested, Some("the time was over".to_owned())),
            None if open => (Priced::Undecided, Some("no fleet is known to meet it".to_owned())),
            None => (Priced::Impossible, None),
            Some((low, high)) if alike(low, base_low) && alike(high, base_high) => (Priced::Unchanged, None),
            Some((_, high)) if alike(high, base_high) => (Priced::Undecided, None),
            Some(_) => (Priced::Found, None),
        };
        let found = found.filter(|_| standing != Priced::Untested);
        let per_unit = |usd: f64| if standing == Priced::Unchanged { 0.0 } else { per_unit(usd) };
        let ends = ends.filter(|_| standing != Priced::Untested);
        let ends = ends.map(|ends| if standing == Priced::Unchanged { (0.0, 0.0) } else { ends });
        ShadowPrice {
            usd_per_month: found.map(|(_, high)| high),
            usd_per_unit: found.map(|(_, high)| per_unit(high - base_high)),
            low: ends.map(|(low, _)| low),
            high: ends.map(|(_, high)| high),
            ..self.without_price(standing, why)
        }
    }

    fn without_price(&self, standing: Priced, why: Option<String>) -> ShadowPrice {
        let (of, unit) = (self.of.to_owned(), self.unit.to_owned());
        let (usd_per_month, usd_per_unit, low, high) = (None, None, None, None);
        ShadowPrice { of, unit, from: self.from, to: self.to, standing, why, usd_per_month, usd_per_unit, low, high }
    }

    /// What it costs where every variant of the scenario is changed; nothing where one of them has no such key.
    fn price_of_key(
        &self,
        (search, fleet): (&Search<'_>, &FleetAt),
        planned: Planned<'_>,
        set: impl Fn(&Scenario) -> Option<Scenario>,
        base: (f64, f64),
    ) -> Option<ShadowPrice> {
        let variant = |of: &Variant| Some(Variant { chosen: of.chosen.clone(), scenario: set(&of.scenario)? });
        let variants: Vec<Variant> = planned.variants.iter().map(variant).collect::<Option<_>>()?;
        let made = configurations(Planned { variants: &variants, ..planned });
        Some(match made {
            Ok((configurations, _)) => {
                self.price(base, &mut search.beside(configurations, search.asked.clone(), Some(fleet)))
            }
            Err(nothing) => self.without_price(Priced::Impossible, Some(nothing.why())),
        })
    }
}

/// A variant at so many times its load; nothing where no rate of the scenario says what that is.
pub(super) fn at_load(variant: &Variant, design: &str, times: f64) -> Option<Variant> {
    let rate = scenarios::rate(&variant.scenario.value_of(design, LOAD)?)? * times;
    let scenario = changed(&variant.scenario, LOAD, &format!("{rate}/s"))?;
    Some(Variant { chosen: variant.chosen.clone(), scenario })
}
