//! Where the figures of a layered system go when some of its work takes longer.

use models::systems::layered::{Layered, Proving};
use scenarios::Work;

use crate::slower::{FigureName, Way};

/// Where a figure goes, if it depends on that work.
pub(super) fn moved(system: &Layered, figure: &FigureName<'_>, work: Work) -> Option<Way> {
    let (name, first, last, bill) = (figure.name, figure.first(), figure.last(), figure.is_bill());
    let proves_first = matches!(system.proving, Proving::BeforeInclusion { .. });
    let (up, down) = match work {
        Work::Check => (
            bill || ["vote_finality", "optimistic_finality", "proof_finality", "fraud_proof", "survival"]
                .contains(&first)
                || ["cost.validation", "cost.watching", "utilization.validator_cores", "units.validators"]
                    .contains(&name)
                || first == "node" && ["block_time", "validating", "block_delay", "proof_delay"].contains(&last),
            figure.is_carried_by("validator_cores")
                || first == "node" && ["capacity", "proving_capacity"].contains(&last),
        ),
        // A design that proves before it includes has its proving in every latency but the vote's.
        Work::Proof => (
            bill || ["proof_finality", "epoch_proof", "daily_proof", "request", "wasted_proving"].contains(&first)
                || first == "optimistic_finality" && proves_first
                || first == "level" && !name.starts_with("level.witness")
                || ["cost.proving", "utilization.provers", "units.provers"].contains(&name)
                || first == "market" && ["machines", "prove_time", "bill", "bills", "delay"].contains(&last)
                || first == "node" && ["proof_delay", "epoch_proof"].contains(&last),
            figure.is_carried_by("provers")
                || first == "market" && ["provers", "profit", "break_even"].contains(&last)
                || first == "node" && ["proving_income", "proving_capacity", "income", "return"].contains(&last),
        ),
        // The later a fraud proof is, the more blocks fall with the invalid one.
        Work::FraudProof => {
            (["fraud_proof", "survival", "reversal", "reverted", "refunded", "wasted_proving"].contains(&first), false)
        }
        Work::LightClient => (["light_client.verify", "light_client.latency"].contains(&name), false),
        Work::Submission => (
            ["user_cores", "user_proving", "service_cores", "service_proving"].contains(&first)
                || ["cost.users", "units.service"].contains(&name)
                || name.starts_with("level.witness"),
            false,
        ),
    };
    Way::of(up, down)
}
