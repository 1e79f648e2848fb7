//! The studies beside the world: their replications, and the numbers that they add to an outcome.
//!
//! They depend on a design and perhaps its book, not on the sizing; a study that several outcomes share is run once, on
//! the same seeds and replications as the worlds. What a node earns by proving it earns in the market, so the nodes are
//! studied with it.

mod fees;
mod market;
mod nodes;
mod replicated;

use scenarios::{Case, Economy};

use crate::effort::Effort;
use crate::metrics::Metrics;
use crate::summary::{Series, Summary};

/// The numbers of a study, and those by the month.
type Numbers = (Metrics, Vec<Series>);

/// Adds to each outcome the numbers of the studies of its case; none of a study that ends before its time.
pub(crate) fn add(summaries: &mut [Summary], cases: &[Case], effort: &Effort) {
    add_each(summaries, &cases.iter().collect::<Vec<_>>(), effort);
}

/// The same for cases from several places.
pub(crate) fn add_each<'a>(summaries: &mut [Summary], cases: &[&'a Case], effort: &Effort) {
    assert_eq!(summaries.len(), cases.len(), "every case has its outcome");
    let stopped = || effort.progress.stopped();
    each(summaries, cases, |economy| economy.market.as_ref(), |study| market::metrics(study, effort), stopped);
    each(
        summaries,
        cases,
        |economy| economy.fees.as_ref(),
        |study| (fees::metrics(study, effort), Vec::new()),
        stopped,
    );
    let nodes = |economy: &'a Economy| Some((economy.nodes.as_ref()?, economy.market.as_ref()));
    each(summaries, cases, nodes, |(study, market)| (nodes::metrics(study, *market, effort), Vec::new()), stopped);
}

/// Runs every different study once. In a plausible world it has all replications again: who comes and who wins in a market hangs
/// on small differences, so a single run beside another would show the run and not the world.
fn each<'a, Part: PartialEq + Copy>(
    summaries: &mut [Summary],
    cases: &[&'a Case],
    part: impl Fn(&'a Economy) -> Option<Part>,
    run: impl Fn(&Part) -> Numbers,
    stopped: impl Fn() -> bool,
) {
    let mut known: Vec<(Part, Numbers)> = Vec::new();
    let mut numbers = |study: Part| {
        let index = known.iter().position(|(other, _)| *other == study).unwrap_or_else(|| {
            known.push((study, run(&study)));
            known.len() - 1
        });
        known[index].1.clone()
    };
    for (summary, case) in summaries.iter_mut().zip(cases) {
        let Some(study) = part(&case.economy).filter(|_| !stopped()) else { continue };
        let (mut metrics, series) = numbers(study);
        let best = metrics.clone();
        for world in &case.worlds {
            let Some(study) = part(&world.case.economy).filter(|_| !stopped()) else { continue };
            metrics.add_world(world.kind, &best, &numbers(study).0);
        }
        if stopped() {
            break;
        }
        let (metrics, samples) = metrics.into_parts();
        summary.metrics.extend(metrics);
        summary.samples.extend(samples);
        summary.series.extend(series);
    }
}
