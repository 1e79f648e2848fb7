//! What each switch of a design does to its bill, its machines and its finality: alone, and on top of all the others.
//!
//! Replications with and without a switch share their random numbers, and so do plausible worlds: a difference has the
//! interval of paired differences. Source: [`scenarios::Switches`] for the experiment. Leaves out: what the bill of a switch does not hold,
//! such as the work of building it.

mod reasons;

use scenarios::{Case, Switches};
use serde::Serialize;

use crate::effort::Effort;
use crate::metrics::CONFIDENCE;
use crate::sample::{InWorld, Sample};
use crate::summarize::{Origin, summarize};
use crate::summary::{Metric, Summary};

/// Version of the machine interface of switches.
pub const SWITCHES_SCHEMA: &str = "proofcast/switches/1";
/// A smaller change of a finality is none that anybody would choose by.
const NOTICED: f64 = 0.01;

/// What the switches of one case do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SwitchStudy {
    /// How they were compared.
    pub method: &'static str,
    /// The case with all switches off.
    pub base: Summary,
    /// Each switch alone.
    pub alone: Vec<SwitchEffect>,
    /// All that are on together.
    pub together: Option<SwitchEffect>,
    /// Which are worth it, in words.
    pub answer: String,
}

/// What a switch does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SwitchEffect {
    /// Its name.
    pub name: String,
    /// What it sets, as `key = value`.
    pub sets: Vec<String>,
    /// Whether it is one of those that are on together.
    pub together: bool,
    /// What comes of it.
    pub changes: Vec<Change>,
    /// What it does to the total bill when all others are on already, in USD a month; for one of those.
    pub last: Option<Metric>,
    /// What to think of it.
    pub worth: Worth,
    /// Why it changes less than one might expect, where it does.
    pub why: Option<String>,
    /// What it rests on that the base does not.
    pub assumptions: Vec<String>,
}

/// A figure with a switch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The figure with the switch; its value may be missing, with the reason.
    pub with: Metric,
    /// The figure with it less the figure without it; `None` where one of both is missing.
    pub difference: Option<Metric>,
}

/// What to think of a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    /// The bill or a finality gets better, and nothing worse.
    Worth,
    /// The bill gets better and a finality worse, or the other way round.
    Trade,
    /// Something gets worse and nothing better.
    Not,
    /// What changes is within its noise, and may be nothing.
    Noise,
    /// Nothing changes.
    Nothing,
}

impl SwitchEffect {
    /// The figure of that name.
    pub fn change(&self, metric: &str) -> Option<&Change> {
        self.changes.iter().find(|change| change.with.name == metric)
    }
}

/// Simulates the case without and with each switch; `progress` is told the switch in hand. Work that is ended before
/// its time leaves out the switches that were not simulated.
pub fn switches(
    base: &Case,
    switches: &Switches,
    effort: &Effort,
    origin: &Origin,
    mut progress: impl FnMut(&str),
) -> SwitchStudy {
    progress("none");
    let off = summarize(base, effort, origin);
    let mut alone = Vec::with_capacity(switches.each.len());
    for one in &switches.each {
        progress(&one.switch.name);
        let with = if one.alone.system == base.system && one.alone.fleet == base.fleet {
            off.clone()
        } else {
            summarize(&one.alone, effort, origin)
        };
        if effort.progress.stopped() {
            break;
        }
        let last = one.without.as_ref().zip(switches.together.as_ref());
        let last = last.map(|(without, all)| bill_difference("cost.total.last", without, all));
        let sets = one.switch.set.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        let (name, together) = (one.switch.name.clone(), one.switch.together);
        alone.push(SwitchEffect { name, sets, together, last, ..effect((base, &off), (&one.alone, &with)) });
    }
    let together = switches.together.as_ref().filter(|_| !effort.progress.stopped()).map(|case| {
        progress("all together");
        let with = summarize(case, effort, origin);
        let name = "all together".to_owned();
        SwitchEffect { name, together: true, ..effect((base, &off), (case, &with)) }
    });
    let together = together.filter(|_| !effort.progress.stopped());
    let answer = reasons::answer(&off, &alone, together.as_ref());
    let method = "each switch alone and all together against none, on common random numbers";
    SwitchStudy { method, base: off, alone, together, answer }
}

/// A case with something on against one without.
fn effect((base, off): (&Case, &Summary), (case, with): (&Case, &Summary)) -> SwitchEffect {
    let change = |name: &str| {
        let metric = with.metric(name)?.clone();
        Some(Change { difference: difference(name, off, with), with: metric })
    };
    let headlines = off.headlines;
    let changed = headlines.money.iter().chain(headlines.times).map(|line| line.metric);
    let changes: Vec<Change> = changed.filter_map(change).collect();
    let new = |said: &&String| !off.assumptions.contains(said);
    SwitchEffect {
        name: String::new(),
        sets: Vec::new(),
        together: false,
        worth: worth(off, with, &changes),
        why: reasons::why(base, case),
        changes,
        last: None,
        assumptions: with.assumptions.iter().filter(new).cloned().collect(),
    }
}

/// The difference of a figure, replication by replication and world by world.
fn difference(name: &str, off: &Summary, with: &Summary) -> Option<Metric> {
    let (off, with_sample) = (off.samples.get(name)?, with.samples.get(name)?);
    Some(with_sample.difference(off, name.to_owned(), &with.metric(name)?.unit, CONFIDENCE))
}

/// The difference of two total bills that are not simulated.
fn bill_difference(name: &str, base: &Case, case: &Case) -> Metric {
    bill(case).difference(&bill(base), name.to_owned(), "USD/month", CONFIDENCE)
}

fn bill(case: &Case) -> Sample {
    let total = case.fleet.total();
    let mut sample = Sample::exact(total);
    for world in &case.worlds {
        sample.add(world.kind, InWorld { best: total, world: Some(world.case.fleet.total()) });
    }
    sample
}

/// Whether a switch makes the bill or a finality better or worse, beyond its noise and what anybody would notice.
fn worth(off: &Summary, with: &Summary, changes: &[Change]) -> Worth {
    let (mut better, mut worse, mut noise) = (false, false, false);
    let changed = |name: &str| changes.iter().find(|change| change.with.name == name)?.difference.as_ref();
    let mut judge = |difference: &Metric, least: f64| {
        let Metric { value: Some(by), low, high, .. } = difference else { return };
        if by.abs() <= least {
            return;
        }
        let (less, more) = (high.unwrap_or(*by) < 0.0, low.unwrap_or(*by) > 0.0);
        (better, worse, noise) = (better || less, worse || more, noise || !less && !more);
    };
    changed("cost.total").into_iter().for_each(|bill| judge(bill, 0.0));
    let mut times = (false, false);
    for name in off.headlines.judged {
        // A time that there is only with the switch is better than none, and one that is lost with it worse than any.
        match (off.value(name), with.value(name)) {
            (Some(before), Some(_)) => changed(name).into_iter().for_each(|time| judge(time, NOTICED * before)),
            (before, after) => times = (times.0 || after.is_some(), times.1 || before.is_some()),
        }
    }
    match (better || times.0, worse || times.1) {
        (true, false) => Worth::Worth,
        (true, true) => Worth::Trade,
        (false, true) => Worth::Not,
        (false, false) if noise => Worth::Noise,
        (false, false) => Worth::Nothing,
    }
}
