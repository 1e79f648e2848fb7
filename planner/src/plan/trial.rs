//! Whether a fleet meets its targets: a sequential test over replications.
//!
//! Method: replications are doubled from look to look, those before staying as they were. At each look every target has a one-sided
//! Student interval over its replications; a fleet meets its targets where all of them lie on the right side of their goals, and fails
//! where one lies on the wrong side. The chance of a wrong pass is that of the target which truly fails (an intersection–union test:
//! R. L. Berger, "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24(4), 1982), so no target shares it with
//! another; that of a wrong fail is shared by the targets, and both by the looks (Bonferroni; C. Jennison, B. W. Turnbull, *Group
//! Sequential Methods*, 2000). So most fleets are decided in the first few runs, and only those near a goal take many (R. Szechtman,
//! E. Yücesan, "A Bayesian approach to feasibility determination", 2016).
//!
//! Assumptions: a figure's mean over replications is about normal at the first look, which has two of them in a search and four in what is
//! certified. Where a run is too short to show the slowest
//! requests its figures flatter, so that it can fail a fleet and never pass it: such a fleet is simulated for longer.
//! Leaves out: rare events that no replication has seen.

use scenarios::Case;
use serde::{Deserialize, Serialize};
use sim::{Interval, replicate};

use super::cold::too_short;
use super::targets::{Asked, Scored, Target, glanced, saturated, scored};
use crate::effort::Effort;
use crate::summary::Standing;
use crate::systems::{ForKind, Kind, for_kind};

/// Replications of the first look; each further one has twice as many.
const FIRST_LOOK: u32 = 2;
/// Looks of a search at most.
pub(crate) const LOOKS: u32 = 7;
/// The same for a confirmation, which must decide.
pub(crate) const CONFIRMING_LOOKS: u32 = LOOKS + 1;
/// Confirmations draw replications that no search has seen.
const FRESH: u32 = 1 << 20;
/// How much longer than the scenario's a run may become.
const LONGEST: f64 = 32.0;

/// How sure a test must be, and on which random numbers it is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rigor {
    /// Chance of a wrong verdict at a goal, at most.
    pub(crate) error: f64,
    /// Whether the random numbers are other ones than those of the search.
    pub(crate) fresh: bool,
    /// The first look, by its number: what is told begins with the second.
    first: u32,
    /// Looks at most, those before the first included.
    pub(crate) looks: u32,
}

impl Rigor {
    /// That of a search, whose verdicts are tested again before they are certified.
    pub(crate) const fn of_search(error: f64, looks: u32) -> Self {
        Self { error, fresh: false, first: 0, looks }
    }

    /// That of what is told or certified.
    pub(crate) const fn of_answer(error: f64, looks: u32) -> Self {
        Self { error, fresh: false, first: 1, looks }
    }

    /// The same on replications that no search has seen.
    pub(crate) const fn fresh(self) -> Self {
        Self { fresh: true, ..self }
    }

    /// The first replication.
    fn base(&self) -> u32 {
        if self.fresh { FRESH } else { 0 }
    }
}

/// A target, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The figure.
    pub metric: String,
    /// The goal of every replication: a share of requests where the target is a percentile.
    pub goal: f64,
    /// Mean over the replications.
    pub found: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end of its interval.
    pub high: Option<f64>,
    /// Where it stands.
    pub standing: Standing,
    /// Why there is no figure, or why it decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Held {
    /// A target without a figure: it fails where there is a reason.
    fn without_figure(target: &Target, why: Option<String>) -> Self {
        let standing = if why.is_some() { Standing::Fail } else { Standing::Untested };
        let (found, low, high) = (None, None, None);
        Self { metric: target.metric.clone(), goal: target.goal, found, low, high, standing, why }
    }

    /// The same where there is a reason for which it says nothing against a fleet.
    fn unless(self, cold: Option<&str>) -> Self {
        match cold.filter(|_| self.standing == Standing::Fail) {
            Some(why) => Self { standing: Standing::Undecided, why: Some(why.to_owned()), ..self },
            None => self,
        }
    }
}

/// What a test of a fleet found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Whether the fleet meets its targets.
    pub standing: Standing,
    /// Replications that it took.
    pub replications: u32,
    /// Its targets, in their order.
    pub targets: Vec<Held>,
    /// Whether it is undecided because no run is long enough: it is too close to saturation.
    #[serde(default)]
    pub unsettled: bool,
    /// Whether it fails a target that more machines may help.
    #[serde(skip)]
    pub(crate) is_too_small: bool,
    /// What was paid in every replication \[USD per month\].
    #[serde(skip)]
    pub(crate) usd: Vec<f64>,
}

impl Trial {
    /// The target that decided a failure, or that is nearest to its goal.
    pub fn worst(&self) -> Option<&Held> {
        let open = |standing| self.targets.iter().find(move |held| held.standing == standing);
        open(Standing::Fail).or_else(|| open(Standing::Undecided)).or(self.targets.first())
    }

    /// Mean of what was paid \[USD per month\].
    pub(crate) fn mean_usd(&self) -> f64 {
        self.usd.iter().sum::<f64>() / self.usd.len().max(1) as f64
    }
}

/// Replications of a fleet that are scored, in their order: of runs as long as the scenario says, and of longer ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scores {
    usual: Vec<Scored>,
    longer: Vec<Scored>,
}

impl Scores {
    /// Looks that they are enough for.
    pub(crate) fn looks(&self) -> u32 {
        let most = self.usual.len().max(self.longer.len()) as u32;
        most.checked_div(FIRST_LOOK).and_then(u32::checked_ilog2).map_or(0, |doublings| doublings + 1)
    }

    /// The figure of a target, by replication, of the longer runs where there are any; nothing where one has none.
    pub(crate) fn figures(&self, at: usize) -> Option<Vec<f64>> {
        let scores = if self.longer.is_empty() { &self.usual } else { &self.longer };
        scores.iter().map(|score| score.figures[at]).collect()
    }
}

/// Tests a case against targets; `scores` keeps what is simulated, so that another test goes on from there.
pub(crate) fn trial(case: &Case, asked: Asked<'_>, rigor: Rigor, effort: &Effort, scores: &mut Scores) -> Trial {
    for_kind(case, Tried { test: Test { case, asked, rigor, effort }, scores })
}

struct Test<'a> {
    case: &'a Case,
    asked: Asked<'a>,
    rigor: Rigor,
    effort: &'a Effort<'a>,
}

struct Tried<'a> {
    test: Test<'a>,
    scores: &'a mut Scores,
}

impl ForKind for Tried<'_> {
    type Output = Trial;

    fn run<K: Kind>(self) -> Trial {
        let Self { test, scores } = self;
        if let Some(failed) = test.saturated::<K>().or_else(|| test.failed_at_once::<K>(scores)) {
            return failed;
        }
        let first = test.tested::<K>(test.case, &mut scores.usual);
        // What passes but for the length of the run is asked again in a longer one.
        let found = match longer(test.case).filter(|_| is_flattered(&first)) {
            Some(case) => test.tested::<K>(&case, &mut scores.longer),
            None => first,
        };
        Trial { unsettled: is_flattered(&found) && too_short::<K>(test.case).is_none(), ..found }
    }
}

impl Test<'_> {
    /// What is known where a latency fails that a part of the system decides, so that the rest need not be simulated.
    fn failed_at_once<K: Kind>(&self, known: &Scores) -> Option<Trial> {
        // Who asks for a single look wants its figures.
        K::quick_extent(self.case).filter(|_| self.rigor.looks > self.rigor.first + 1 && known.usual.is_empty())?;
        let base = self.rigor.base();
        let (all, effort) = (self.asked.all, self.effort);
        let count = FIRST_LOOK << self.rigor.first;
        let scores = replicate(base..base + count, |run| glanced::<K>(self.case, all, run, effort));
        let scores: Vec<Scored> = scores.into_iter().collect::<Option<_>>()?;
        let at = self.judged(&scores, too_short::<K>(self.case).as_deref());
        (at.standing == Standing::Fail).then_some(at)
    }

    /// How many looks there are at runs of a case: longer ones hold more, so that fewer are enough.
    fn looks(&self, case: &Case) -> u32 {
        let simulated_s = |of: &Case| of.horizon.warm_up_s + of.horizon.measured_s;
        let times = (simulated_s(case) / simulated_s(self.case)).max(1.0);
        self.rigor.looks.saturating_sub(times.log2().floor() as u32).max(self.rigor.first + 1)
    }

    fn tested<K: Kind>(&self, case: &Case, scores: &mut Vec<Scored>) -> Trial {
        let (all, effort) = (self.asked.all, self.effort);
        let cold = too_short::<K>(case);
        let mut at = self.judged(&[], None);
        let base = self.rigor.base();
        for look in self.rigor.first..self.looks(case) {
            let (from, until) = (scores.len() as u32, FIRST_LOOK << look);
            let more = replicate(base + from..base + until.max(from), |run| scored::<K>(case, all, run, effort));
            scores.extend(more.into_iter().flatten());
            if effort.progress.stopped() {
                break;
            }
            at = self.judged(&scores[..until as usize], cold.as_deref());
            if at.standing != Standing::Undecided || is_flattered(&at) {
                break;
            }
        }
        at
    }

    fn targets(&self) -> impl Iterator<Item = (usize, &Target)> {
        self.asked.places.iter().map(|place| (*place, &self.asked.all[*place]))
    }

    /// A fleet that does not carry its load meets no target, and one that does not carry the load of a stage that a target depends on
    /// does not meet that one. No run would say more.
    fn saturated<K: Kind>(&self) -> Option<Trial> {
        let targets: Vec<&Target> = self.targets().map(|(_, target)| target).collect();
        let whys = match K::any_extent(self.case) {
            Some(_) => saturated::<K>(self.case, &targets),
            None => {
                let tightest = self.case.stages.iter().max_by(|a, b| a.utilization.total_cmp(&b.utilization));
                vec![tightest.map(|stage| format!("{} saturate", stage.name.replace('_', " "))); targets.len()]
            }
        };
        whys.iter().any(Option::is_some).then(|| {
            let held = targets.iter().zip(whys).map(|(target, why)| Held::without_figure(target, why));
            let (standing, targets) = (Standing::Fail, held.collect());
            Trial { standing, replications: 0, targets, unsettled: false, is_too_small: true, usd: Vec::new() }
        })
    }

    /// Where the targets stand after some replications; where machines are `cold`, none of them fails.
    fn judged(&self, scores: &[Scored], cold: Option<&str>) -> Trial {
        let held = |(at, target): (usize, &Target)| self.held((at, target), scores).unless(cold);
        let targets: Vec<Held> = self.targets().map(held).collect();
        let any = |standing| targets.iter().any(|held| held.standing == standing);
        let standing = match (any(Standing::Fail), any(Standing::Undecided)) {
            (true, _) => Standing::Fail,
            (false, true) => Standing::Undecided,
            (false, false) if scores.is_empty() => Standing::Undecided,
            (false, false) => Standing::Pass,
        };
        let usd = scores.iter().map(|score| score.usd).collect();
        let mut small = self.targets().zip(&targets).filter(|((_, target), _)| !target.is_cap());
        let is_too_small = small.any(|(_, held)| held.standing == Standing::Fail);
        Trial { standing, replications: scores.len() as u32, targets, unsettled: false, is_too_small, usd }
    }

    fn held(&self, (at, target): (usize, &Target), scores: &[Scored]) -> Held {
        let values: Vec<f64> = scores.iter().filter_map(|score| score.values[at]).collect();
        let why = scores.iter().find_map(|score| score.flattered[at].clone());
        let all = !values.is_empty() && values.len() == scores.len();
        let of = |share: f64| {
            let error = self.rigor.error / f64::from(self.rigor.looks - self.rigor.first) / share;
            let interval = Interval::of(&values, 1.0 - 2.0 * error).filter(|_| all);
            interval.map(|it| as_wide_as_chance(it, target, scores, 1.0 - 2.0 * error))
        };
        let (pass, fail) = (of(1.0), of(self.asked.places.len() as f64));
        let on =
            |interval: Option<Interval>| interval.and_then(|it| target.bound.within(target.goal, 0.0, it.low, it.high));
        let standing = match (on(pass), on(fail)) {
            (_, Some(false)) => Standing::Fail,
            (Some(true), _) if why.is_none() => Standing::Pass,
            _ => Standing::Undecided,
        };
        Held {
            metric: target.metric.clone(),
            goal: target.goal,
            found: pass.map(|it| it.mean),
            low: pass.map(|it| it.low),
            high: pass.map(|it| it.high),
            standing,
            why,
        }
    }
}

/// An interval of a share that is no narrower than the chance of single requests at the goal: where no run has seen any miss, that says
/// how rare misses may be all the same (a score interval: E. B. Wilson, 1927, with the variance of the goal).
fn as_wide_as_chance(interval: Interval, target: &Target, scores: &[Scored], confidence: f64) -> Interval {
    let goal = if target.percentile.is_some() { target.goal } else { target.value / target.factor };
    let requests: f64 = scores.iter().map(|score| score.requests).sum();
    if !target.is_share() || !(0.0..=1.0).contains(&goal) || requests <= 0.0 {
        return interval;
    }
    let scale = if target.percentile.is_some() { 1.0 } else { target.factor };
    let half = scale * Interval::standard_errors(MANY, confidence) * (goal * (1.0 - goal) / requests).sqrt();
    Interval { low: interval.low.min(interval.mean - half), high: interval.high.max(interval.mean + half), ..interval }
}

/// So many values that Student's law is the normal one.
const MANY: usize = 10_000;

/// Whether all that keeps it from passing is that the run flatters some figure.
fn is_flattered(trial: &Trial) -> bool {
    let mut open = trial.targets.iter().filter(|held| held.standing != Standing::Pass);
    trial.standing == Standing::Undecided && trial.replications > 0 && open.all(|held| held.why.is_some())
}

/// The same case for so long that its slowest stage settles often enough to show a 99th percentile; nothing where it is long enough,
/// would become too long, or its load changes over time.
pub(super) fn longer(case: &Case) -> Option<Case> {
    let settling_s = case.stages.iter().map(|stage| stage.settling_s).fold(0.0, f64::max);
    let needed = settling_s * models::stage::SETTLINGS_OF_A_TAIL / case.horizon.measured_s;
    let times = needed.max(settling_s / case.horizon.warm_up_s.max(1.0)).ceil();
    if !(times > 1.0 && times <= LONGEST) {
        return None;
    }
    let mut longer = case.clone();
    longer.horizon.measured_s *= times;
    longer.horizon.warm_up_s = longer.horizon.warm_up_s.max(settling_s.ceil());
    let horizon = longer.horizon;
    longer.worlds.iter_mut().for_each(|world| world.case.horizon = horizon);
    let (load, as_long) = (case.load_per_s(), longer.load_per_s());
    ((load - as_long).abs() <= 1e-9 * load).then_some(longer)
}
