//! What is certified of a plan: the fleet and the failure of cheaper ones, on random numbers that the search has not seen.
//!
//! Method: of the asked error rate the winner takes half, which is halved again for every winner that is not confirmed; the largest
//! fleets that are cheaper and failed share the other half. A fleet that is not confirmed counts as what fresh random numbers say
//! of it, and the search goes on. What is smaller than a fleet that was confirmed to fail is rejected with it.

use scenarios::Excluded;
use serde::{Deserialize, Serialize};

use super::search::{FleetAt, MORE_LOOKS, MOST_FLEETS, Search};
use super::selection::ZONE;
use super::space::NoFleet;
use super::targets::Target;
use super::trial::{CONFIRMING_LOOKS, LOOKS, Rigor, Trial};
use super::{Ending, PlannedFleet, described, passes};
use crate::summary::Standing;

/// Winners that are tried at most.
const WINNERS: u32 = 8;
/// Runners-up that are told.
const RUNNERS_UP: usize = 8;

/// A fleet that is not the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rejected {
    /// The fleet.
    pub fleet: PlannedFleet,
    /// Where it stands: it failed, is undecided, or passes and is dearer.
    pub standing: Standing,
    /// Why it is not the plan.
    pub excuse: String,
    /// Replications that it took.
    pub replications: u32,
}

/// What was confirmed on fresh random numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certified {
    /// The winner, tested again.
    pub winner: Trial,
    /// Cheaper fleets that failed and lie within no other such fleet, whose failure was asked again.
    pub rivals: Vec<PlannedFleet>,
    /// How many of them fail again.
    pub rivals_fail: u32,
}

/// What is known of a plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Certificate {
    /// Chance that something that is certified is wrong, as asked for.
    pub error_rate: f64,
    /// Ways to choose everything but numbers of machines.
    pub configurations: u64,
    /// Configurations without any fleet, with the reason.
    pub excluded: Vec<Excluded>,
    /// Fleets that are cheaper than the plan, from one machine of every pool on.
    pub considered: u64,
    /// Of those, too small for the load: rejected by their utilization, without a simulation.
    pub by_bound: u64,
    /// The others, which carry the load.
    pub cheaper: u64,
    /// Of those, undecided: what they are asked for is too near to what they give.
    pub undecided: Vec<PlannedFleet>,
    /// Fleets that were simulated in the search.
    pub simulated: u64,
    /// Replications of all of them, and of the confirmation.
    pub replications: u64,
    /// Seed of the search and of the confirmation, which draws replications that the search has not.
    pub seed: u64,
    /// What was confirmed.
    pub confirmed: Option<Certified>,
    /// Whether the search ended before its time.
    pub ended_early: bool,
}

/// What a confirmation leaves.
pub(crate) struct Found {
    pub(crate) winner: Option<FleetAt>,
    confirmed: Option<Certified>,
}

impl Found {
    /// How the plan ends, and why it is not certified.
    pub(crate) fn ending(&self, search: &mut Search<'_>) -> (Ending, Option<String>) {
        let rivals = self.winner.as_ref().map_or(0, |winner| undecided_rivals(search, winner));
        let out_of_time = search.stopped().then(|| "the time was over".to_owned());
        let undecided = search.trials.values().any(|trial| trial.standing == Standing::Undecided);
        match (&self.winner, &self.confirmed) {
            (None, _) if out_of_time.is_some() => (Ending::Undecided, out_of_time),
            (None, _) if undecided => {
                let open = search.trials.values().filter(|trial| trial.standing == Standing::Undecided);
                let reason = open.flat_map(|trial| &trial.targets).find_map(|held| held.why.as_deref());
                let reason = reason.unwrap_or("the nearest is undecided after the most replications");
                (Ending::Undecided, Some(format!("no fleet is known to meet the objectives; {reason}")))
            }
            (None, _) => (Ending::Impossible, None),
            (Some(_), Some(confirmed)) if passes(&confirmed.winner) && rivals > 0 => {
                let many = if rivals == 1 { "one cheaper fleet is" } else { "several cheaper fleets are" };
                (Ending::Uncertified, Some(format!("it meets the objectives; {many} undecided")))
            }
            (Some(_), Some(confirmed))
                if passes(&confirmed.winner) && confirmed.rivals.len() as u32 == confirmed.rivals_fail =>
            {
                (Ending::Certified, None)
            }
            (Some(_), Some(confirmed)) if passes(&confirmed.winner) => {
                let (rivals, fail) = (confirmed.rivals.len(), confirmed.rivals_fail);
                let open = rivals - fail as usize;
                let why = format!("it meets the objectives, and {open} of {rivals} cheaper fleets may as well");
                (Ending::Uncertified, Some(why))
            }
            (Some(_), _) => {
                let why = out_of_time.unwrap_or_else(|| "it was not confirmed on fresh random numbers".into());
                (Ending::Uncertified, Some(why))
            }
        }
    }
}

/// Undecided fleets that are cheaper by more than differences count, but for those that no run is long enough for.
fn undecided_rivals(search: &mut Search<'_>, winner: &FleetAt) -> usize {
    let usd = search.usd(winner);
    let mut rivals = largest_cheaper(search, Standing::Undecided, Some(winner));
    rivals.retain(|rival| !search.trials[rival].unsettled && search.usd(rival) < usd * (1.0 - ZONE));
    rivals.len()
}

/// Confirms the best fleet of a search and the failure of cheaper ones; where fresh random numbers say otherwise, the search goes on.
pub(crate) fn certified(search: &mut Search<'_>, error: f64) -> Found {
    let mut share = error / 2.0;
    for _ in 0..WINNERS {
        let Some((winner, _)) = search.best_paid(error) else { break };
        share /= 2.0;
        let looks = if search.tested_longer.contains(&winner) { MORE_LOOKS + 1 } else { CONFIRMING_LOOKS };
        let rigor = Rigor::of_answer(share, looks).fresh();
        let Some(again) = search.tried_again(&winner, rigor).filter(|_| !search.stopped()) else {
            return Found { winner: Some(winner), confirmed: None };
        };
        if !passes(&again) {
            search.trials.insert(winner, again);
            search.find();
            continue;
        }
        let rivals = largest_cheaper(search, Standing::Fail, Some(&winner));
        let error_of_each = error / 2.0 / rivals.len().max(1) as f64;
        let (mut fail, mut other) = (0, false);
        for rival in &rivals {
            // What saturates does so on any random numbers.
            if search.trials[rival].replications == 0 {
                fail += 1;
                continue;
            }
            let looks = if search.tested_longer.contains(rival) { MORE_LOOKS } else { LOOKS };
            let rigor = Rigor::of_answer(error_of_each, looks).fresh();
            let Some(tried) = search.tried_again(rival, rigor) else { break };
            match tried.standing {
                Standing::Fail => fail += 1,
                standing => {
                    search.trials.insert(rival.clone(), tried);
                    other |= standing == Standing::Pass;
                }
            }
        }
        if other && !search.stopped() {
            search.find();
            continue;
        }
        let rivals = rivals.iter().map(|rival| described(search, rival)).collect();
        let confirmed = Certified { winner: again, rivals, rivals_fail: fail };
        return Found { winner: Some(winner), confirmed: Some(confirmed) };
    }
    Found { winner: search.best_paid(error).map(|(winner, _)| winner), confirmed: None }
}

/// Fleets that were tested, stand so and are cheaper, and lie within no other such fleet.
fn largest_cheaper(search: &mut Search<'_>, standing: Standing, winner: Option<&FleetAt>) -> Vec<FleetAt> {
    let tested = search.trials.iter().filter(|(_, it)| it.standing == standing);
    let tested: Vec<FleetAt> = tested.map(|(fleet, _)| fleet.clone()).collect();
    let cheaper: Vec<FleetAt> = tested.into_iter().filter(|fleet| is_cheaper(search, fleet, winner)).collect();
    let within = |one: &FleetAt, other: &FleetAt| {
        one != other && one.0 == other.0 && one.1.iter().zip(&other.1).all(|(few, many)| few <= many)
    };
    cheaper.iter().filter(|one| !cheaper.iter().any(|other| within(one, other))).cloned().collect()
}

/// Whether a fleet is cheaper than those that pass: by what is paid where a part of the work is bought, otherwise by its list.
fn is_cheaper(search: &mut Search<'_>, fleet: &FleetAt, winner: Option<&FleetAt>) -> bool {
    match winner.filter(|_| search.configurations[fleet.0].mix.is_some()) {
        Some(winner) => search.paid_usd(fleet) < search.paid_usd(winner),
        None => search.usd(fleet) < search.limit(fleet.0),
    }
}

/// The certificate of what was found.
pub(crate) fn written(search: &mut Search<'_>, found: &Found, error: f64, none: Vec<NoFleet>) -> Certificate {
    let (mut considered, mut cheaper) = (0, 0);
    for at in 0..search.configurations.len() {
        let limit = search.limit(at);
        if limit.is_finite() {
            let configuration = &mut search.configurations[at];
            let (one, least) = (vec![1; configuration.axes.len()], configuration.least());
            considered += configuration.cheaper_than(limit, &one, MOST_FLEETS);
            cheaper += configuration.cheaper_than(limit, &least, MOST_FLEETS);
        }
    }
    let is_mixed = |fleet: &&FleetAt| search.configurations[fleet.0].mix.is_some();
    let mixed: Vec<FleetAt> = search.trials.keys().filter(is_mixed).cloned().collect();
    let mixed = mixed.iter().filter(|fleet| is_cheaper(search, fleet, found.winner.as_ref())).count() as u64;
    (considered, cheaper) = (considered + mixed, cheaper + mixed);
    let undecided = largest_cheaper(search, Standing::Undecided, found.winner.as_ref());
    let undecided = undecided.iter().map(|fleet| described(search, fleet)).collect();
    Certificate {
        error_rate: error,
        configurations: (search.configurations.len() + none.len()) as u64,
        excluded: none.into_iter().map(|none| Excluded { machine: none.what, why: none.why }).collect(),
        considered,
        by_bound: considered - cheaper.min(considered),
        cheaper,
        undecided,
        simulated: search.trials.values().filter(|trial| trial.replications > 0).count() as u64,
        replications: search.replications,
        seed: search.seed(),
        confirmed: found.confirmed.clone(),
        ended_early: search.stopped(),
    }
}

/// Other fleets with their excuses: those that are cheaper, the dearest first; those that would do as well, the cheapest first; and of
/// every configuration that none of these is of, the fleet that came nearest.
pub(crate) fn runners_up(search: &mut Search<'_>, winner: Option<&FleetAt>) -> Vec<Rejected> {
    let limit = winner.map_or(f64::INFINITY, |winner| search.usd(winner));
    let mut costed: Vec<(f64, FleetAt, Trial)> = Vec::new();
    for (fleet, trial) in search.trials.clone() {
        if Some(&fleet) != winner {
            costed.push((search.usd(&fleet), fleet, trial));
        }
    }
    costed.sort_by(|(one, ..), (other, ..)| one.total_cmp(other));
    let (mut cheaper, mut dearer): (Vec<_>, Vec<_>) = costed.iter().cloned().partition(|(usd, ..)| *usd < limit);
    cheaper.reverse();
    cheaper.truncate(RUNNERS_UP / 2);
    // What fails and is dearer says nothing about the plan.
    dearer.retain(|(.., trial)| winner.is_none() || passes(trial));
    dearer.truncate(RUNNERS_UP / 4);
    let mut shown: Vec<_> = cheaper.into_iter().chain(dearer).collect();
    // The largest fleet of a configuration comes nearest.
    for (usd, fleet, trial) in costed.into_iter().rev() {
        let told = |of: usize| shown.iter().any(|(_, (at, _), _)| *at == of) || winner.is_some_and(|(at, _)| *at == of);
        if shown.len() < RUNNERS_UP && !told(fleet.0) {
            shown.push((usd, fleet, trial));
        }
    }
    let (targets, random) = (search.targets(), search.is_random());
    let all = shown.into_iter().map(|(usd, fleet, trial)| Rejected {
        // Where what is paid is random, a list says nothing about which is cheaper.
        excuse: excuse(
            &trial,
            &targets,
            (if random { search.paid_usd(&fleet) } else { usd }, paid_limit(search, winner, limit)),
        ),
        fleet: described(search, &fleet),
        standing: trial.standing,
        replications: trial.replications,
    });
    all.collect()
}

/// What the winner costs, as its rivals' costs are compared with it \[USD per month\].
fn paid_limit(search: &mut Search<'_>, winner: Option<&FleetAt>, limit: f64) -> f64 {
    winner.filter(|_| search.is_random()).map_or(limit, |winner| search.paid_usd(winner))
}

/// Why a fleet is not the plan.
fn excuse(trial: &Trial, targets: &[Target], (usd, limit): (f64, f64)) -> String {
    match passes(trial) {
        true if usd > limit * 1.005 => format!("meets the objectives, {:.0} % dearer", (usd / limit - 1.0) * 100.0),
        true => "meets the objectives, and costs as much, with no more room".to_owned(),
        false => told(trial, targets),
    }
}

/// What a test found of the target that decided it, in words.
pub(crate) fn told(trial: &Trial, targets: &[Target]) -> String {
    let at = trial.targets.iter().position(|held| Some(held) == trial.worst()).unwrap_or(0);
    let (Some(held), Some(target)) = (trial.targets.get(at), targets.get(at)) else { return "nothing is known".into() };
    let undecided = if trial.standing == Standing::Undecided { "undecided: " } else { "" };
    match (held.found, &held.why) {
        // What was found flatters, so that the reason says more.
        (Some(_), Some(why)) if trial.standing == Standing::Undecided => format!("{undecided}{why}"),
        (Some(found), _) => format!("{undecided}{}", target.told(found)),
        (None, why) => format!("{undecided}{}", why.as_deref().unwrap_or("no figure")),
    }
}
