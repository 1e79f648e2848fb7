//! Claims and objectives near their bound: replications are added until the interval is clear of it, or the budget is spent.
//!
//! Method: a group-sequential test (Jennison and Turnbull, *Group Sequential Methods*, 2000). The replications of a case are
//! doubled from look to look, those before staying as they were; the verdict at a look is that of its interval. It is
//! wrong only where the whole interval lies on the wrong side of a bound, which is half of what an interval leaves out.
//! The first look has the confidence of every answer, 95 %, and so errs at a bound in 2.5 % of all cases at most; the later
//! looks share as much (Bonferroni). So [`ERROR_RATE`] bounds the chance of a wrong verdict at a bound, however often it
//! was looked at; what is not decided then stays undecided. Intervals are Student's over about normal means of replications.
//! Left out: intervals that come from the inputs, which no replication makes narrower: they stay undecided at once.

use scenarios::{Case, Scenario};

use super::finding::within;
use crate::compare::held;
use crate::economy;
use crate::effort::Effort;
use crate::summarize::{Origin, summarize};
use crate::summary::{Attainment, Finding, Standing, Summary, Verdict};

/// Chance of a wrong verdict at a bound, at most.
pub const ERROR_RATE: f64 = 0.05;

/// How far to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Most replications of a case; nothing: sixteen times those of its first look.
    pub replications: Option<u32>,
}

/// Adds replications to the cases that a claim or an objective is undecided in. `designs` are their outcomes, in the same
/// order; `progress` is told each case with its replications.
pub fn decide(
    scenario: &Scenario,
    cases: &[Case],
    designs: &mut [Summary],
    (effort, budget): (&Effort, Budget),
    origin: &Origin,
    mut progress: impl FnMut(&Case, u32),
) {
    assert_eq!(cases.len(), designs.len(), "every case has its outcome");
    for (case, summary) in cases.iter().zip(designs) {
        let looks = looks(summary.replications, budget);
        // Both ends of an interval: twice the half of the error rate that the later looks share.
        let confidence = 1.0 - ERROR_RATE / f64::from(looks.max(1));
        let mut open = open(scenario, summary);
        for _ in 0..looks {
            if open.is_empty() || effort.progress.stopped() {
                break;
            }
            let replications = summary.replications * 2;
            progress(case, replications);
            let effort = Effort { replications, precision: None, course: false, ..*effort };
            let mut more = [summarize(case, &effort, origin)];
            economy::add(&mut more, std::slice::from_ref(case), &effort);
            if effort.progress.stopped() {
                break;
            }
            let [more] = more;
            *summary = widened(more, confidence);
            held(scenario, std::slice::from_ref(case), std::slice::from_mut(summary));
            say(summary, &open, confidence);
            open = self::open(scenario, summary);
        }
    }
}

/// Share of an interval's square that must come from the run for replications to be worth their time.
const RUN_MATTERS: f64 = 0.1;

/// Names of the claims and objectives whose interval straddles their bound, as far as replications may decide them.
fn open(scenario: &Scenario, summary: &Summary) -> Vec<String> {
    let noisy = |metric: &str| {
        let uncertainty = summary.metric(metric).and_then(|metric| metric.uncertainty);
        uncertainty.is_some_and(|of| of.run >= RUN_MATTERS)
    };
    let straddles = |finding: &&Finding| {
        let claim = scenario.claims.iter().find(|claim| claim.id == finding.id);
        let ends = finding.low.zip(finding.high);
        finding.verdict == Verdict::Undecided
            && finding.metric.as_deref().is_some_and(noisy)
            && claim.zip(ends).is_some_and(|(claim, (low, high))| within(claim, low, high).is_none())
    };
    let claims = summary.claims.iter().filter(straddles).map(|finding| finding.id.clone());
    let straddles = |of: &&Attainment| of.standing == Standing::Undecided && of.why.is_none() && noisy(&of.metric);
    let objectives = summary.objectives.iter().filter(straddles);
    claims.chain(objectives.map(|of| format!("objective {}", of.name))).collect()
}

/// An outcome with its intervals at another confidence.
fn widened(mut summary: Summary, confidence: f64) -> Summary {
    for metric in &mut summary.metrics {
        if let Some(sample) = summary.samples.get(&metric.name) {
            *metric = sample.metric(metric.name.clone(), &metric.unit, confidence);
        }
    }
    summary
}

/// Tells of each claim that was asked again how often the case was replicated.
fn say(summary: &mut Summary, asked: &[String], confidence: f64) {
    let replications = scenarios::counted(&summary.replications.to_string(), "replication");
    for finding in summary.claims.iter_mut().filter(|finding| asked.contains(&finding.id)) {
        let still = if finding.verdict == Verdict::Undecided { "still so after" } else { "decided by" };
        let percent = (confidence * 1e4).round() / 1e2;
        finding.why = format!("{}; {still} {replications}, at {percent} % confidence", finding.why);
    }
}

/// How often replications can be doubled within a budget.
fn looks(first: u32, budget: Budget) -> u32 {
    let most = budget.replications.unwrap_or(first.saturating_mul(16));
    // One replication has no interval, and none was simulated where the case saturates.
    if first < 2 { 0 } else { (most / first).checked_ilog2().unwrap_or(0) }
}
