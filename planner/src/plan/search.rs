//! The search for the cheapest fleet: fleets in the order of their cost, each accepted or rejected by a test.
//!
//! Method: what is paid for a fleet of machines that are always there is known exactly; only whether it meets its targets is noisy. So
//! the cheapest fleet that is known to meet them bounds what is worth a look, and every fleet that is cheaper has to be rejected: by its
//! own test, or because one with as many machines of every pool and more of some fails. The next to be tested is always one of the
//! largest that are cheaper than the best so far: if it fails, all within it do; if it passes, it is the new best (bisection in one
//! dimension, a walk along the border in several). Sources: J. Atlason, M. A. Epelman, S. G. Henderson, "Optimizing call center
//! staffing using simulation and analytic center cutting-plane methods", Management Science 54(2), 2008; R. Waeber, P. I. Frazier,
//! S. G. Henderson, "Bisection search with noisy responses", 2013.
//!
//! Assumption: with more machines of a pool no target is missed that is met with fewer. Where to begin is said by the target
//! utilization, which never vetoes anything. What lies within a fleet that is undecided is no better, and is not tested either.

mod relax;
mod settle;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use scenarios::Case;

use super::selection::{Selected, select};
use super::space::{Axis, Configuration, most_that_fit};
use super::targets::{Asked, Target, paid, within_caps};
use super::trial::{LOOKS, Rigor, Scores, Trial, trial};
use crate::effort::Effort;
use crate::summary::Standing;
pub(crate) use settle::MORE_LOOKS;

/// Chance of a wrong verdict in one test of the search; what is certified is tested again.
const SEARCH_ERROR: f64 = 0.01;
/// Looks of a search beside the plan, whose answer has an interval.
const LOOKS_BESIDE: u32 = 5;
/// Fleets whose costs differ by a smaller share cost the same, but for rounding.
const SAME: f64 = 1e-9;
/// Most fleets that are told apart within one configuration.
pub(crate) const MOST_FLEETS: u64 = 1_000_000;

/// A fleet: its configuration, by place, and its machines by pool.
pub(crate) type FleetAt = (usize, Vec<u64>);

/// Machines and values of keys of a configuration, and numbers of machines.
type Configured = (BTreeMap<String, String>, Vec<(String, String)>, Vec<u64>);

/// Who is told how the search goes: what is in hand, and the cheapest fleet so far with its cost.
pub(crate) type InHand<'t> = &'t dyn Fn(&str, Option<f64>);

/// A search and what it has found.
pub(crate) struct Search<'a> {
    pub(crate) configurations: Vec<Configuration<'a>>,
    /// All targets that replications are scored for.
    pub(crate) all: Vec<Target>,
    /// Places of those that fleets are asked for.
    pub(crate) asked: Vec<usize>,
    pub(crate) trials: BTreeMap<FleetAt, Trial>,
    /// What was simulated of every fleet, whatever it was asked for.
    pub(crate) scores: BTreeMap<FleetAt, Scores>,
    /// Looks at most.
    pub(crate) looks: u32,
    /// Simulated replications.
    pub(crate) replications: u64,
    /// Blocks or requests that searches beside it simulated, where they are counted.
    pub(crate) units_beside: f64,
    pub(crate) effort: &'a Effort<'a>,
    until: Option<Instant>,
    /// Whether fleets keep to the bounds on costs, as far as it was asked.
    within_caps: BTreeMap<FleetAt, bool>,
    in_hand: InHand<'a>,
    /// The fleet that is looked at first, where it is known which is near.
    near: Option<Configured>,
    /// Fleets that were undecided and were tested for longer.
    pub(crate) tested_longer: BTreeSet<FleetAt>,
    /// How the cheapest was told from others where what is paid is random.
    pub(crate) selected: Option<Selected>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(
        configurations: Vec<Configuration<'a>>,
        (all, asked): (Vec<Target>, Vec<usize>),
        effort: &'a Effort<'a>,
        until: Option<Instant>,
        in_hand: InHand<'a>,
    ) -> Self {
        Self {
            configurations,
            all,
            asked,
            trials: BTreeMap::new(),
            scores: BTreeMap::new(),
            looks: LOOKS,
            replications: 0,
            units_beside: 0.0,
            effort,
            until,
            within_caps: BTreeMap::new(),
            in_hand,
            near: None,
            tested_longer: BTreeSet::new(),
            selected: None,
        }
    }

    /// Whether the search shall end before its time.
    pub(crate) fn stopped(&self) -> bool {
        self.effort.progress.stopped() || self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// What a fleet costs by its list \[USD per month\].
    pub(crate) fn usd(&mut self, (of, counts): &FleetAt) -> f64 {
        self.configurations[*of].usd(counts)
    }

    /// Whether a fleet meets its targets, tested once.
    pub(crate) fn standing(&mut self, fleet: &FleetAt) -> Standing {
        if let Some(known) = self.trials.get(fleet) {
            return known.standing;
        }
        let mut scores = self.scores.remove(fleet).unwrap_or_default();
        // What was simulated already costs nothing more.
        let looks = self.looks.max(scores.looks());
        let rigor = Rigor::of_search(SEARCH_ERROR, looks);
        let tried = self.tried(fleet, rigor, &mut scores);
        self.scores.insert(fleet.clone(), scores);
        let Some(tried) = tried else { return Standing::Untested };
        let standing = tried.standing;
        self.trials.insert(fleet.clone(), tried);
        standing
    }

    /// Tests a fleet; nothing where there is no such fleet, or the search ends.
    fn tried(&mut self, fleet: &FleetAt, rigor: Rigor, scores: &mut Scores) -> Option<Trial> {
        let case = self.configurations[fleet.0].within_limits(&fleet.1)?;
        let label = self.label(fleet);
        self.tried_case(&case, &label, rigor, scores)
    }

    /// Tests a fleet on random numbers that the search has not seen.
    pub(crate) fn tried_again(&mut self, fleet: &FleetAt, rigor: Rigor) -> Option<Trial> {
        self.tried(fleet, rigor, &mut Scores::default())
    }

    /// What fleets are asked for.
    pub(crate) fn targets(&self) -> Vec<Target> {
        self.asked.iter().map(|place| self.all[*place].clone()).collect()
    }

    /// Tests any case.
    pub(crate) fn tried_case(&mut self, case: &Case, label: &str, rigor: Rigor, scores: &mut Scores) -> Option<Trial> {
        let best = self.best();
        (self.in_hand)(label, best.map(|(_, usd)| usd));
        let asked = Asked { all: &self.all, places: &self.asked };
        let tried = trial(case, asked, rigor, self.effort, scores);
        self.replications += u64::from(tried.replications);
        // What was cut short decides nothing.
        (!self.stopped()).then_some(tried)
    }

    /// The figure of a target in the replications of a fleet, a few where it was not simulated; and where the fleet stands.
    pub(crate) fn figures(&mut self, fleet: &FleetAt, target: usize) -> Option<(Vec<f64>, Standing)> {
        let mut scores = self.scores.remove(fleet).unwrap_or_default();
        let rigor = Rigor::of_answer(SEARCH_ERROR, 2);
        // A fleet that is asked for nothing takes the first look and no more.
        let tried = self.tried(fleet, rigor, &mut scores);
        let known = self.trials.get(fleet).map(|trial| trial.standing);
        let failed = || self.is_within(fleet, |trial| trial.is_too_small).then_some(Standing::Fail);
        let standing = known.or_else(failed).or(tried.as_ref().map(|trial| trial.standing));
        let figures = tried.and_then(|_| scores.figures(target)).zip(standing);
        self.scores.insert(fleet.clone(), scores);
        figures
    }

    /// The same search of other configurations or for other targets, from its beginning, with fewer looks; `near` is the fleet of this one
    /// that is looked at first.
    pub(crate) fn beside<'b>(
        &self,
        configurations: Vec<Configuration<'b>>,
        asked: Vec<usize>,
        near: Option<&FleetAt>,
    ) -> Search<'b>
    where
        'a: 'b,
    {
        let near = near.map(|(at, counts)| {
            let of = &self.configurations[*at];
            (of.machines.clone(), of.chosen().to_vec(), counts.clone())
        });
        let all = (self.all.clone(), asked);
        Search { looks: LOOKS_BESIDE, near, ..Search::new(configurations, all, self.effort, self.until, self.in_hand) }
    }

    /// Seed of all random numbers.
    pub(crate) fn seed(&self) -> u64 {
        self.effort.seed
    }

    /// What a fleet is paid \[USD per month\]: by its list, or in the mean of the runs where machines come and go.
    pub(crate) fn paid_usd(&mut self, fleet: &FleetAt) -> f64 {
        let paid = self.trials.get(fleet).filter(|trial| !trial.usd.is_empty()).map(Trial::mean_usd);
        match paid.filter(|_| self.configurations[fleet.0].is_random) {
            Some(usd) => usd,
            None => self.usd(fleet),
        }
    }

    /// Whether what is paid differs from run to run in any configuration.
    pub(crate) fn is_random(&self) -> bool {
        self.configurations.iter().any(|configuration| configuration.is_random)
    }

    /// The fleet that costs least of those that passed, with its cost by its list \[USD per month\]. Where what is paid is random, the
    /// best of every configuration takes part in a selection.
    pub(crate) fn best_paid(&mut self, error: f64) -> Option<(FleetAt, f64)> {
        if !self.is_random() {
            return self.best();
        }
        let found = (0..self.configurations.len()).filter_map(|at| self.best_of(Some(at)));
        let rivals: Vec<(FleetAt, f64)> = found.collect();
        if rivals.len() < 2 {
            return rivals.into_iter().next();
        }
        let cases: Vec<Case> =
            rivals.iter().map(|((at, counts), _)| self.configurations[*at].case(counts).ok()).collect::<Option<_>>()?;
        let (targets, effort) = (&self.all, self.effort);
        let selected = select(cases.len(), error, |at, run| paid(&cases[at], targets, run, effort))?;
        self.replications += u64::from(selected.replications) * cases.len() as u64;
        let best = rivals.get(selected.best).cloned();
        self.selected = Some(selected);
        best
    }

    /// A fleet in words.
    pub(crate) fn label(&self, (of, counts): &FleetAt) -> String {
        let configuration = &self.configurations[*of];
        let pools = configuration.axes.iter().zip(counts).map(|(axis, count)| (&axis.pool, *count));
        let mix = configuration.mix.iter().map(|(pool, count)| (pool, *count));
        let what = super::space::named(configuration.chosen(), &configuration.machines);
        let pools = pools.chain(mix).map(|(pool, count)| format!("{pool} {count}"));
        let parts: Vec<String> = Some(what).filter(|what| !what.is_empty()).into_iter().chain(pools).collect();
        if parts.is_empty() { "no machine".to_owned() } else { parts.join(" · ") }
    }

    /// The cheapest fleet that passed, with its cost \[USD per month\].
    pub(crate) fn best(&mut self) -> Option<(FleetAt, f64)> {
        self.best_of(None)
    }

    /// The same of one configuration, or of all.
    fn best_of(&mut self, at: Option<usize>) -> Option<(FleetAt, f64)> {
        let asked = |fleet: &FleetAt| at.is_none_or(|at| fleet.0 == at);
        let passed = self.trials.iter().filter(|(fleet, it)| asked(fleet) && it.standing == Standing::Pass);
        let passed: Vec<FleetAt> = passed.map(|(fleet, _)| fleet.clone()).collect();
        let costs = passed.into_iter().map(|fleet| (self.usd(&fleet), fleet)).collect::<Vec<_>>();
        let least = costs.iter().map(|(usd, _)| *usd).fold(f64::INFINITY, f64::min);
        let equal = costs.into_iter().filter(|(usd, _)| *usd <= least * (1.0 + SAME)).rev();
        // Of equal ones the last is taken that `max_by` sees: the first of its kind.
        let roomiest = equal.max_by(|(_, one), (_, other)| self.room(one).total_cmp(&self.room(other)));
        roomiest.map(|(usd, fleet)| (fleet, usd))
    }

    /// Finds the cheapest fleet of all configurations. Configurations are taken in the order of what they cost at the target
    /// utilization.
    pub(crate) fn cheapest(&mut self) -> Option<(FleetAt, f64)> {
        let mut order: Vec<(f64, usize)> = Vec::new();
        for at in 0..self.configurations.len() {
            let sized = self.configurations[at].sized();
            order.push((self.usd(&(at, sized)), at));
        }
        order.sort_by(|(one, a), (other, b)| one.total_cmp(other).then(a.cmp(b)));
        for (_, at) in order {
            self.explore(at);
            if self.stopped() {
                break;
            }
        }
        self.best()
    }

    /// Resolves all fleets of a configuration that are cheaper than the best so far.
    fn explore(&mut self, at: usize) {
        if self.limit(at).is_infinite() && !self.has_caps() {
            self.first_within(at);
        }
        let most = (at, self.configurations[at].most());
        while !self.stopped() && !self.is_within_failed(&most) {
            let limit = self.limit(at);
            let open = self.open(at, limit);
            let Some(next) = open.get(open.len() / 2) else { return };
            let fleet = (at, next.clone());
            if self.standing(&fleet) == Standing::Pass {
                self.descend(&fleet);
            }
        }
    }

    /// What a fleet of a configuration must cost less than, by its list, to be worth a look \[USD per month\]: where what is paid is
    /// random, only fleets of the same configuration are told apart by their list.
    pub(crate) fn limit(&mut self, at: usize) -> f64 {
        let rival = if self.is_random() { Some(at) } else { None };
        self.best_of(rival).map_or(f64::INFINITY, |(_, usd)| usd)
    }

    /// Whether a cost is bounded that is known without a simulation.
    fn has_caps(&self) -> bool {
        !self.is_random() && self.asked.iter().any(|place| self.all[*place].is_cap())
    }

    /// Whether a fleet keeps to the bounds on costs, as far as they are known without a simulation.
    fn is_within_caps(&mut self, fleet: &FleetAt) -> bool {
        if !self.has_caps() {
            return true;
        }
        if let Some(known) = self.within_caps.get(fleet) {
            return *known;
        }
        let caps: Vec<&Target> = self.asked.iter().map(|place| &self.all[*place]).filter(|it| it.is_cap()).collect();
        let within = self.configurations[fleet.0].case(&fleet.1).is_ok_and(|case| within_caps(&case, &caps));
        self.within_caps.insert(fleet.clone(), within);
        within
    }

    /// Looks for any fleet of a configuration that passes, from as many machines as the target utilization takes on. Where the most of
    /// another configuration were too few, the most of this one are asked first: they are enough to tell.
    fn first_within(&mut self, at: usize) {
        let (sized, most) = (self.configurations[at].sized(), self.configurations[at].most());
        let mut tested = self.trials.iter().filter(|(_, trial)| trial.is_too_small);
        let most_failed = tested.any(|((of, counts), _)| *counts == self.configurations[*of].most());
        let near = self.near.iter().filter(|(machines, chosen, _)| {
            let here = &self.configurations[at];
            here.machines == *machines && here.chosen() == chosen
        });
        let within = |(axis, count): (&Axis, &u64)| (*count).clamp(axis.least, axis.most);
        let axes = &self.configurations[at].axes;
        let near: Vec<Vec<u64>> = near.map(|(.., counts)| axes.iter().zip(counts).map(within).collect()).collect();
        for counts in near.into_iter().chain(if most_failed { [most, sized] } else { [sized, most] }) {
            let fleet = (at, counts);
            if self.is_within_failed(&fleet) {
                continue;
            }
            if self.standing(&fleet) == Standing::Pass {
                self.descend(&fleet);
                return;
            }
        }
    }

    /// From a fleet that passes, takes machines away pool by pool while it still does, by bisection.
    fn descend(&mut self, (at, counts): &FleetAt) {
        let mut counts = counts.clone();
        for pool in 0..counts.len() {
            let (mut fails, mut passes) = (self.configurations[*at].axes[pool].least - 1, counts[pool]);
            while passes - fails > 1 && !self.stopped() {
                counts[pool] = fails + (passes - fails) / 2;
                let fleet = (*at, counts.clone());
                let within_failed = self.is_within_failed(&fleet);
                if !within_failed && self.standing(&fleet) == Standing::Pass {
                    passes = counts[pool];
                } else {
                    fails = counts[pool];
                }
            }
            counts[pool] = passes;
        }
    }

    /// Whether a fleet with as many machines of every pool fails, or is undecided: what lies within that is no better.
    fn is_within_failed(&self, fleet: &FleetAt) -> bool {
        self.is_within(fleet, |trial| trial.is_too_small || trial.standing == Standing::Undecided)
    }

    /// Whether a fleet with as many machines of every pool stands so.
    fn is_within(&self, (at, counts): &FleetAt, stands: impl Fn(&Trial) -> bool) -> bool {
        self.trials.iter().any(|((of, larger), trial)| {
            of == at && stands(trial) && larger.iter().zip(counts).all(|(many, few)| many >= few)
        })
    }

    /// The largest fleets of a configuration that cost less than so much and are neither tested nor within one that failed: one for each
    /// choice of all pools but the last.
    fn open(&mut self, at: usize, limit_usd: f64) -> Vec<Vec<u64>> {
        let mut counts = self.configurations[at].least();
        let mut open = Vec::new();
        if counts.is_empty() {
            let fleet = (at, Vec::new());
            let is_open =
                self.usd(&fleet) < limit_usd && !self.trials.contains_key(&fleet) && self.is_within_caps(&fleet);
            return if is_open { vec![Vec::new()] } else { open };
        }
        self.open_from(at, 0, (&mut counts, None), limit_usd, &mut open);
        open
    }

    /// The most machines of a pool beside those of the others that cost less than so much and keep to the bounds on costs, no more than
    /// `at_most`.
    fn most_that_fit(
        &mut self,
        (at, counts): (usize, &[u64]),
        pool: usize,
        limit_usd: f64,
        at_most: Option<u64>,
    ) -> Option<u64> {
        let axis = &self.configurations[at].axes[pool];
        let (least, most) = (axis.least, axis.most.min(at_most.unwrap_or(u64::MAX)));
        let mut fleet = (at, counts.to_vec());
        let mut fits = |count| {
            fleet.1[pool] = count;
            self.usd(&fleet) < limit_usd && self.is_within_caps(&fleet)
        };
        if at_most.is_some() && fits(most) { Some(most) } else { most_that_fit((least, most), fits) }
    }

    /// Adds the largest fleets with these machines of the first pools; returns the most machines of the next that fit beside them.
    fn open_from(
        &mut self,
        at: usize,
        pool: usize,
        (counts, at_most): (&mut Vec<u64>, Option<u64>),
        limit_usd: f64,
        open: &mut Vec<Vec<u64>>,
    ) -> Option<u64> {
        let least = self.configurations[at].least();
        counts[pool..].copy_from_slice(&least[pool..]);
        let most = self.most_that_fit((at, counts), pool, limit_usd, at_most)?;
        if pool + 1 == counts.len() {
            counts[pool] = most;
            let fleet = (at, counts.clone());
            if !self.is_within_failed(&fleet) && !self.trials.contains_key(&fleet) {
                open.push(counts.clone());
            }
            return Some(most);
        }
        // Beside more machines of a pool no more of the next fit.
        let mut of_next = None;
        for count in least[pool]..=most {
            counts[pool] = count;
            of_next = self.open_from(at, pool + 1, (counts, of_next), limit_usd, open);
            if of_next.is_none() || open.len() as u64 >= MOST_FLEETS {
                break;
            }
        }
        Some(most)
    }
}
