//! Figures that rest on a lower bound: less was measured than the design needs, so the true work is at least that much.
//!
//! More work makes costs and delays larger, and what is carried or earned smaller; nothing here says by how much. So such
//! a figure is known from one side: it can refute a claim or miss an objective, and never confirm or reach it.
//! Left out: what moves both ways, as fees that shape their own load; it counts as unmoved.

use scenarios::{Bound, Case, LowerBound, Work};

use crate::summary::Summary;

/// Why a figure that is only a bound leaves a claim undecided.
pub(crate) const BOUNDED: &str = "what is found is only a bound: it can refute a claim, never confirm it";

/// Sides on which the truth may lie far from a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Beyond {
    /// It may be far less.
    pub(crate) below: bool,
    /// It may be far more.
    pub(crate) above: bool,
}

impl Beyond {
    /// On which sides the truth may lie far from a metric of a case.
    pub(crate) fn of(metric: &str, case: &Case, summary: &Summary) -> Self {
        let bounded = case.inputs.iter().filter_map(|input| input.lower_bound.as_ref());
        let moves = |LowerBound { of, .. }: &LowerBound| moved(metric, *of, summary);
        bounded.filter_map(moves).fold(Self::default(), |sides, way| match way {
            Way::Up => Self { above: true, ..sides },
            Way::Down => Self { below: true, ..sides },
        })
    }

    /// The same with another.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { below: self.below || other.below, above: self.above || other.above }
    }

    /// An interval that holds the truth as well.
    pub(crate) fn widened(self, low: f64, high: f64) -> (f64, f64) {
        (if self.below { f64::NEG_INFINITY } else { low }, if self.above { f64::INFINITY } else { high })
    }

    /// What a figure is of the truth, where it is a bound of it.
    pub(crate) fn side(self) -> Option<Bound> {
        match (self.below, self.above) {
            (false, true) => Some(Bound::AtLeast),
            (true, false) => Some(Bound::AtMost),
            _ => None,
        }
    }
}

/// Figures of a service that grow when its work takes longer.
const SLOWER: [&str; 14] = [
    "sojourn",
    "wait",
    "service",
    "queue",
    "settlement",
    "error_rate",
    "rejected",
    "timed_out",
    "failed",
    "given_up",
    "wasted",
    "amplification",
    "utilization",
    "units",
];
/// Those that shrink.
const FEWER: [&str; 5] = ["capacity", "throughput", "goodput", "availability", "within"];

/// Where a metric goes when work takes longer.
#[derive(Debug, Clone, Copy)]
enum Way {
    Up,
    Down,
}

/// Where a metric goes when some work takes longer, if it depends on it.
fn moved(metric: &str, work: Work, summary: &Summary) -> Option<Way> {
    let part = metric.split('.').next().unwrap_or_default();
    let kind = metric.rsplit('.').next().unwrap_or_default();
    let limits = |stage: &str| {
        metric == format!("capacity.{stage}") || ["capacity", "throughput"].contains(&part) && summary.tightest == stage
    };
    let bill = metric == "cost.total" || metric == summary.headlines.per_million();
    // All that a service does is proving.
    let of_service = |parts: &[&str]| summary.headlines.kind == "service" && parts.contains(&part);
    let (up, down) = match work {
        Work::Check => (
            bill || ["vote_finality", "optimistic_finality", "proof_finality", "fraud_proof", "survival"]
                .contains(&part)
                || ["cost.validation", "cost.watching", "utilization.validator_cores", "units.validators"]
                    .contains(&metric)
                || part == "node" && ["block_time", "validating", "block_delay", "proof_delay"].contains(&kind),
            limits("validator_cores") || part == "node" && ["capacity", "proving_capacity"].contains(&kind),
        ),
        // A design that proves before it includes has its proving in every latency but the vote's.
        Work::Proof => (
            bill || of_service(&SLOWER)
                || ["proof_finality", "epoch_proof", "daily_proof", "request", "wasted_proving"].contains(&part)
                || part == "optimistic_finality" && summary.proves_first
                || part == "level" && !metric.starts_with("level.witness")
                || ["cost.proving", "utilization.provers", "units.provers"].contains(&metric)
                || part == "market" && ["machines", "prove_time", "bill", "bills", "delay"].contains(&kind)
                || part == "node" && ["proof_delay", "epoch_proof"].contains(&kind),
            limits("provers")
                || of_service(&FEWER)
                || part == "market" && ["provers", "profit", "break_even"].contains(&kind)
                || part == "node" && ["proving_income", "proving_capacity", "income", "return"].contains(&kind),
        ),
        // The later a fraud proof is, the more blocks fall with the invalid one.
        Work::FraudProof => {
            (["fraud_proof", "survival", "reversal", "reverted", "refunded", "wasted_proving"].contains(&part), false)
        }
        Work::LightClient => (["light_client.verify", "light_client.latency"].contains(&metric), false),
        Work::Submission => (
            ["user_cores", "user_proving", "service_cores", "service_proving"].contains(&part)
                || ["cost.users", "units.service"].contains(&metric)
                || metric.starts_with("level.witness"),
            false,
        ),
    };
    match (up, down) {
        (true, _) => Some(Way::Up),
        (_, true) => Some(Way::Down),
        _ => None,
    }
}
