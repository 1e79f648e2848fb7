//! A plan for every month as the load grows, and the machines of it that are worth a commitment.
//!
//! Model: in month m, from 0 on, the load is the scenario's `load.rate` × (1 + growth)^m. The fleet of month 0 is the plan. Each later
//! month has the cheapest fleet that meets the same objectives, on the same machines and at the same values of keys, with no fewer
//! machines than the month before: the load grows, and so a machine that was needed stays needed. These fleets are searched and not
//! confirmed on fresh random numbers. Machines that are rented on demand are then had on the cheapest [`terms`], one by one in the order
//! in which they are needed: on demand while they are needed, or on a commitment of the price list, which is paid for its whole term.
//! Everything else is paid as the bill of the month says.
//!
//! Assumptions: a month has 730 hours; prices and the discount of the scenario stay as they are; the growth is known.
//! Leaves out: interest on what is paid upfront; what a term that still runs is worth after the last month; fleets whose bill differs
//! from run to run; a change of machines as the load grows; growth within a month.

mod terms;
mod words;

use std::collections::BTreeMap;

use models::fleet::{HOURS_PER_MONTH, Rent};
use scenarios::{Case, Commitment, Fault, Rental};
use serde::{Deserialize, Serialize};

use super::margins::{LOAD, at_load};
use super::search::{FleetAt, Search};
use super::space::{Configuration, Planned, Variant};
use super::{PlannedFleet, described};
use crate::summary::Standing;
pub use terms::Term;
use terms::{Bought, bought};
use words::{answer, told};

/// How a load grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growing {
    /// Share by which it grows from month to month.
    pub share: f64,
    /// Months, the first with the load of the scenario.
    pub months: u32,
}

/// A month of a growing load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthMonth {
    /// The month, from 0 on.
    pub month: u32,
    /// Requests that are offered per second, in the mean.
    pub load_per_s: f64,
    /// The fleet; its cost is that of its list.
    pub fleet: PlannedFleet,
    /// Where it stands in the search: it is not confirmed on fresh random numbers, but for the plan itself.
    pub standing: Standing,
    /// Machines on commitment.
    pub committed: u64,
    /// Machines on demand.
    pub on_demand: u64,
    /// The bill with every such machine on demand \[USD\].
    pub usd_on_demand_only: f64,
    /// What is paid in the month \[USD\].
    pub cash_usd: f64,
    /// The same with what is paid upfront spread over its term \[USD\].
    pub amortised_usd: f64,
}

/// Machines of a pool that are rented alike, and the terms that there are for them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthPool {
    /// The pool.
    pub pool: String,
    /// The machine in words.
    pub machine: String,
    /// How many are needed in the last month.
    pub machines: u64,
    /// How many of them are committed at any time.
    pub committed: u64,
    /// What one costs on demand \[USD per month\].
    pub on_demand_usd_per_month: f64,
    /// The commitments of the price list.
    pub terms: Vec<Term>,
    /// The first machine, counted from 1, for which on demand is cheaper.
    pub stops_at_machine: Option<u64>,
    /// The month in which that is first needed.
    pub stops_at_month: Option<u32>,
}

/// A plan for every month as the load grows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// Share by which the load grows from month to month.
    pub share_per_month: f64,
    /// Where committing stops paying, and what it saves.
    pub answer: String,
    /// The months, as far as there is a fleet.
    pub months: Vec<GrowthMonth>,
    /// Machines that are rented on demand, by pool.
    pub pools: Vec<GrowthPool>,
    /// The bill of all months with every such machine on demand \[USD\].
    pub usd_on_demand_only: f64,
    /// What is paid in these months \[USD\].
    pub cash_usd: f64,
    /// The same with what is paid upfront spread over its term \[USD\].
    pub amortised_usd: f64,
    /// What terms that still run ask for after the last month \[USD\].
    pub after_usd: f64,
    /// What committing saves, all that is paid after the last month counted \[USD\].
    pub saved_usd: f64,
    /// What the answer leaves out, or why it ends early.
    pub notes: Vec<String>,
}

/// What a fleet of a month is, before it is known on which terms it is had.
struct Fleet {
    load_per_s: f64,
    fleet: PlannedFleet,
    standing: Standing,
    case: Case,
}

/// Machines of a lot that is rented on demand, by month.
struct Need {
    rental: Rental,
    usd_per_month: f64,
    machines: Vec<u64>,
}

/// Whether the load of what is planned grows with its rate.
///
/// # Errors
/// Why it does not.
pub(super) fn check(planned: Planned<'_>, base: &Configuration<'_>, growing: Growing) -> Result<(), Vec<Fault>> {
    let why = "`--growth` raises the rate of the load, and what is offered here does not follow it; allowed are loads with a rate, not a \
               trace or a closed loop";
    let refused = || Err(vec![(LOAD.to_owned(), why.to_owned())]);
    let times = 1.0 + growing.share;
    let grown = planned.variants.iter().map(|variant| at_load(variant, planned.design, times));
    if grown.collect::<Option<Vec<_>>>().is_none() {
        return refused();
    }
    let load = base.case(&base.sized())?.load_per_s();
    let variants: Vec<Variant> = at_load(base.variant(), planned.design, times).into_iter().collect();
    // Where that load has no fleet, the months end before it.
    let grown = base.at_load(Planned { variants: &variants, ..planned }, &[]);
    let as_loaded = grown.and_then(|grown| grown.case(&grown.sized())).map(|case| case.load_per_s());
    if as_loaded.is_ok_and(|grown| !follows(grown, load * times)) { refused() } else { Ok(()) }
}

/// Whether a load is what it should be, but for rounding.
fn follows(load_per_s: f64, wanted: f64) -> bool {
    (load_per_s - wanted).abs() <= 1e-6 * wanted
}

/// The plan for every month.
pub(super) fn growth(search: &mut Search<'_>, fleet: &FleetAt, growing: Growing) -> Growth {
    let mut notes = Vec::new();
    let mut fleets = Vec::new();
    if search.configurations[fleet.0].is_random {
        notes.push(
            "what is paid for this fleet differs from run to run, and only fleets of fixed size are grown".into(),
        );
    } else {
        fleets.extend(planned(search, fleet));
        if let Err(why) = later(search, fleet, growing, &mut fleets) {
            notes.push(format!("ends before month {}: {why}", fleets.len()));
        }
    }
    let commitments = |rental: &Rental| search.configurations[fleet.0].variant().scenario.commitments(rental);
    paid(growing, fleets, commitments, notes)
}

/// Month 0.
fn planned(search: &mut Search<'_>, fleet: &FleetAt) -> Option<Fleet> {
    let case = search.configurations[fleet.0].case(&fleet.1).ok()?;
    let standing = search.trials.get(fleet).map_or(Standing::Untested, |trial| trial.standing);
    Some(Fleet { load_per_s: case.load_per_s(), fleet: described(search, fleet), standing, case })
}

/// The months after it, as far as there is a fleet.
fn later(search: &Search<'_>, fleet: &FleetAt, growing: Growing, fleets: &mut Vec<Fleet>) -> Result<(), String> {
    let (base, mut counts) = (&search.configurations[fleet.0], fleet.1.clone());
    let first = fleets.first().map_or(0.0, |first| first.load_per_s);
    for month in 1..growing.months {
        let times = (1.0 + growing.share).powi(month as i32);
        let variant = at_load(base.variant(), base.planned().design, times).ok_or("there is no such load")?;
        let variants = [variant];
        let grown = base.at_load(Planned { variants: &variants, ..base.planned() }, &counts);
        let grown = grown.map_err(|faults| faults.first().map_or(String::new(), |(_, why)| why.clone()))?;
        let mut other = search.beside(vec![grown], search.asked.clone(), Some(fleet));
        let found = other.cheapest();
        if other.stopped() {
            return Err("the time was over".into());
        }
        let Some((found, _)) = found else {
            let undecided = other.trials.values().any(|trial| trial.standing == Standing::Undecided);
            let no_fleet = if undecided { "no fleet is known to meet" } else { "no fleet meets" };
            return Err(format!("{no_fleet} the objectives on these machines"));
        };
        let Ok(case) = other.configurations[0].case(&found.1) else { return Err("there is no such fleet".into()) };
        let load_per_s = case.load_per_s();
        if !follows(load_per_s, first * times) {
            return Err("the load does not grow with `load.rate`".into());
        }
        fleets.push(Fleet { load_per_s, fleet: described(&mut other, &found), standing: Standing::Pass, case });
        counts = found.1;
    }
    Ok(())
}

/// What every month costs, its machines on the cheapest terms.
fn paid(
    growing: Growing,
    fleets: Vec<Fleet>,
    commitments: impl Fn(&Rental) -> Vec<Commitment>,
    mut notes: Vec<String>,
) -> Growth {
    let needs = needs(&fleets);
    let mut months: Vec<GrowthMonth> = Vec::new();
    for (month, Fleet { load_per_s, fleet, standing, case }) in fleets.into_iter().enumerate() {
        let needed = needs.iter().map(|need| need.machines[month] as f64 * need.usd_per_month);
        let rest_usd = without_on_demand(&case);
        months.push(GrowthMonth {
            month: month as u32,
            load_per_s,
            fleet,
            standing,
            committed: 0,
            on_demand: 0,
            usd_on_demand_only: rest_usd + needed.sum::<f64>(),
            cash_usd: rest_usd,
            amortised_usd: rest_usd,
        });
    }
    let (mut pools, mut after_usd) = (Vec::new(), 0.0);
    for need in needs {
        let of_list = commitments(&need.rental).into_iter();
        let terms: Vec<Term> = of_list.map(|of| Term::of(of, need.usd_per_month)).collect();
        let bought = bought(&need.machines, need.usd_per_month, &terms);
        after_usd += bought.after_usd;
        for (month, paid) in months.iter_mut().zip(&bought.months) {
            month.committed += paid.committed;
            month.on_demand += paid.on_demand;
            month.cash_usd += paid.cash_usd;
            month.amortised_usd += paid.amortised_usd;
        }
        notes.extend(told(&need.rental, &terms));
        pools.push(pool(need, terms, &bought));
    }
    let sum = |of: fn(&GrowthMonth) -> f64| months.iter().map(of).sum::<f64>();
    let usd_on_demand_only = sum(|month| month.usd_on_demand_only);
    let cash_usd = sum(|month| month.cash_usd);
    let amortised_usd = sum(|month| month.amortised_usd);
    let saved_usd = usd_on_demand_only - cash_usd - after_usd;
    let answer = answer(&months, &pools, (usd_on_demand_only, saved_usd, after_usd));
    let share_per_month = growing.share;
    Growth {
        share_per_month,
        answer,
        months,
        pools,
        usd_on_demand_only,
        cash_usd,
        amortised_usd,
        after_usd,
        saved_usd,
        notes,
    }
}

/// Lots that are rented on demand and paid for all the time, with what a machine of them costs \[USD per month\].
fn on_demand(case: &Case) -> impl Iterator<Item = (&Rental, f64)> {
    case.rented.iter().filter_map(|rental| {
        let lot = case.fleet.pool(&rental.pool)?.lots.get(rental.lot)?;
        let is_hourly = matches!(lot.rent, Rent::Hourly(_)) && lot.paid == 1.0;
        (is_hourly && rental.is_on_demand()).then_some((rental, rental.usd_per_hour * HOURS_PER_MONTH))
    })
}

/// What everything else costs \[USD per month\].
fn without_on_demand(case: &Case) -> f64 {
    let mut rest = case.fleet.clone();
    for (rental, _) in on_demand(case) {
        let pool = rest.pools.iter_mut().find(|pool| pool.name == *rental.pool);
        if let Some(lot) = pool.and_then(|pool| pool.lots.get_mut(rental.lot)) {
            lot.machines = 0;
        }
    }
    rest.total()
}

/// How many machines of every lot are needed by month: never fewer than the month before.
fn needs(fleets: &[Fleet]) -> Vec<Need> {
    let mut needs: BTreeMap<(String, usize, String), Need> = BTreeMap::new();
    for (month, fleet) in fleets.iter().enumerate() {
        for (rental, usd_per_month) in on_demand(&fleet.case) {
            let key = (rental.pool.clone(), rental.lot, named(rental));
            let new = || Need { rental: rental.clone(), usd_per_month, machines: vec![0; fleets.len()] };
            needs.entry(key).or_insert_with(new).machines[month] = rental.machines;
        }
    }
    let mut needs: Vec<Need> = needs.into_values().collect();
    for need in &mut needs {
        for month in 1..need.machines.len() {
            need.machines[month] = need.machines[month].max(need.machines[month - 1]);
        }
    }
    needs
}

/// A machine in words.
fn named(rental: &Rental) -> String {
    format!("{} of {}", rental.instance, rental.provider)
}

fn pool(need: Need, terms: Vec<Term>, bought: &Bought) -> GrowthPool {
    GrowthPool {
        pool: need.rental.pool.clone(),
        machine: named(&need.rental),
        machines: need.machines.last().copied().unwrap_or(0),
        committed: bought.committed,
        on_demand_usd_per_month: need.usd_per_month,
        terms,
        stops_at_machine: bought.stops_at.map(|(machine, _)| machine),
        stops_at_month: bought.stops_at.map(|(_, month)| month as u32),
    }
}
