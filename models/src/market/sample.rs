//! Provers and rules that the tests of the market start from.

use sim::{Span, Time};

use super::settlement::{Penalties, Rewards};
use super::{Contender, Effort, Ending, Mechanism, Prover, Rules};

/// A prover of speed 1 without spread or fault, at 500 USD a month.
pub(super) fn prover(id: u64) -> Prover {
    Prover {
        id,
        kind: 0,
        speed: 1.0,
        service_cv: 0.0,
        monthly_usd: 500.0,
        busy_hour_usd: 0.0,
        reliability: 1.0,
        invalid: 0.0,
        stake: 5_000.0,
    }
}

/// That prover, idle, with what it would make of a job.
pub(super) fn contender(service_s: f64, ending: Ending) -> Contender {
    let effort = Effort { service: Span::from_secs_f64(service_s), ending, tie: 0.5 };
    Contender { prover: prover(0), free: Time::ZERO, effort }
}

/// 100 tokens a proof, 1,000 slashed for an invalid one, 0.10 USD a token, an hour's time.
pub(super) fn rules(mechanism: Mechanism) -> Rules {
    Rules {
        mechanism,
        rewards: Rewards { base: 100.0, quality: 0.0, bonus: 0.0, bonus_within: Span::ZERO },
        penalties: Penalties { invalid: 1_000.0, late: 0.0, burnt: 1.0 },
        deadline: Span::from_secs(3_600),
        least_stake: 0.0,
        token_usd: 0.1,
    }
}
