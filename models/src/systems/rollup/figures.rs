//! Every figure that a run of a rollup gives.

use crate::figures::Figure;
use crate::systems::rollup::Rollup;
use crate::systems::rollup::disputes::Attack;
use crate::systems::rollup::outcome::Outcome;

/// Times from the submission of a transaction: to its block, to its data on L1, and to its finality there. They depend on no proof.
pub const ORDERED: &[Figure<Outcome>] = &[
    Figure::new("soft_finality.p50", "s", |it| it.soft.quantile(0.5), NOBODY),
    Figure::new("soft_finality.p99", "s", |it| it.soft.quantile(0.99), NOBODY),
    Figure::new("soft_finality.mean", "s", |it| it.soft.mean(), NOBODY),
    Figure::new("posted.p50", "s", |it| it.whole(it.posted.quantile(0.5)), LATE),
    Figure::new("posted.p99", "s", |it| it.whole(it.posted.quantile(0.99)), LATE),
    Figure::new("posted.mean", "s", |it| it.whole(it.posted.mean()), LATE),
    Figure::new("l1_finality.p50", "s", |it| it.whole(it.l1_final.quantile(0.5)), LATE),
    Figure::new("l1_finality.p99", "s", |it| it.whole(it.l1_final.quantile(0.99)), LATE),
    Figure::new("l1_finality.mean", "s", |it| it.whole(it.l1_final.mean()), LATE),
];

/// Times from the submission of a transaction to the proof of its batch on L1.
pub const PROVEN: &[Figure<Outcome>] = &[
    Figure::new("proof_finality.p50", "s", |it| it.whole(it.settled.quantile(0.5)), LATE),
    Figure::new("proof_finality.p99", "s", |it| it.whole(it.settled.quantile(0.99)), LATE),
    Figure::new("proof_finality.mean", "s", |it| it.whole(it.settled.mean()), LATE),
    Figure::new("batch_proof.p50", "s", |it| it.batch_proof.quantile(0.5), NO_PROOF),
    Figure::new("batch_proof.p99", "s", |it| it.batch_proof.quantile(0.99), NO_PROOF),
    Figure::new("batch_proof.mean", "s", |it| it.batch_proof.mean(), NO_PROOF),
    Figure::new("proofs.in_vain", "1/month", |it| Some(it.per_month(it.counts.in_vain)), NOBODY),
];

/// Times from the submission of a transaction until nothing can take it back, and until assets may leave.
pub const FINAL: &[Figure<Outcome>] = &[
    Figure::new("hard_finality.p50", "s", |it| it.whole(it.hard.quantile(0.5)), LATE),
    Figure::new("hard_finality.p99", "s", |it| it.whole(it.hard.quantile(0.99)), LATE),
    Figure::new("hard_finality.mean", "s", |it| it.whole(it.hard.mean()), LATE),
    Figure::new("withdrawable.p50", "s", |it| it.whole(it.withdrawable.quantile(0.5)), LATE),
    Figure::new("withdrawable.p99", "s", |it| it.whole(it.withdrawable.quantile(0.99)), LATE),
    Figure::new("withdrawable.mean", "s", |it| it.whole(it.withdrawable.mean()), LATE),
];

/// What is done, and what waits.
pub const FLOW: &[Figure<Outcome>] = &[
    Figure::new("batches.posted", "1/day", |it| Some(it.per_day(it.counts.posted as f64)), NOBODY),
    Figure::new("batches.settled", "1/day", |it| Some(it.per_day(it.counts.settled as f64)), NOBODY),
    Figure::new("unsettled", "share", |it| Some(it.unsettled_share), NOBODY),
    Figure::new("backlog.unordered.mean", "tx", |it| Some(it.unordered), NOBODY),
    Figure::new("backlog.unposted.mean", "tx", |it| Some(it.unposted), NOBODY),
    Figure::new("backlog.unsettled.mean", "tx", |it| Some(it.unsettled), NOBODY),
    Figure::new("backlog.unsettled.most", "tx", |it| Some(it.unsettled_most), NOBODY),
    Figure::new("l1.gas", "ETH/month", |it| Some(it.paid.data_gas_eth + it.paid.settlement_gas_eth), NOBODY),
];

/// What blobs are used for.
pub const BLOBS: &[Figure<Outcome>] = &[
    Figure::new("blobs", "1/day", |it| Some(it.per_day(it.counts.blobs)), NOBODY),
    Figure::new("blobs.filled", "share", Outcome::blobs_filled, "no blob was posted"),
    Figure::new("l1.blobs", "ETH/month", |it| Some(it.paid.blobs_eth), NOBODY),
];

/// How long it takes to recover from stated outages.
pub const RECOVERY: &[Figure<Outcome>] =
    &[Figure::new("recovery", "s", Outcome::recovery_s, "the backlog was still larger than before when the run ended")];

/// What is bound in bonds of claims, and of who defends them.
pub const BONDS: &[Figure<Outcome>] = &[Figure::new("capital.bonds", "ETH", |it| Some(it.paid.bonds_eth), NOBODY)];

/// Claims that are challenged, and how much later they are final for that.
pub const DISPUTES: &[Figure<Outcome>] = &[
    Figure::new("disputes", "1/month", |it| Some(it.per_month(it.counts.disputed)), NOBODY),
    Figure::new("disputes.delay.mean", "s", |it| it.dispute_delay_s, "no claim was challenged in the measured time"),
];

/// The worst attack on one claim where disputes are a game, and the defence against it: a valid claim is challenged as late as can be.
pub const CHALLENGED: &[Figure<Attack>] = &[
    Figure::new("attack.delay", "s", |it| Some(it.delay_s), NO_GAME),
    Figure::new("attack.bonds", "ETH", |it| Some(it.bonds_eth), NO_GAME),
    Figure::new("attack.cost", "USD", |it| Some(it.usd), NO_GAME),
    Figure::new("defence.bonds", "ETH", |it| Some(it.defence_bonds_eth), NO_GAME),
    Figure::new("defence.cost", "USD", |it| Some(it.defence_usd), NO_GAME),
    Figure::new("defence.reward", "USD", |it| Some(it.reward_usd), NO_GAME),
];

/// The same where the claims are invalid.
pub const INVALID: &[Figure<Attack>] = &[
    Figure::new("attack.invalid.delay", "s", |it| Some(it.delay_s), NO_GAME),
    Figure::new("attack.invalid.bonds", "ETH", |it| Some(it.bonds_eth), NO_GAME),
    Figure::new("attack.invalid.cost", "USD", |it| Some(it.usd), NO_GAME),
    Figure::new("defence.invalid.bonds", "ETH", |it| Some(it.defence_bonds_eth), NO_GAME),
    Figure::new("defence.invalid.cost", "USD", |it| Some(it.defence_usd), NO_GAME),
    Figure::new("defence.invalid.reward", "USD", |it| Some(it.reward_usd), NO_GAME),
];

/// How long a dispute can be.
pub const RULES: &[Figure<Rollup>] = &[Figure::new("disputes.longest", "s", Rollup::longest_dispute_s, NO_GAME)];

/// What is bound in withdrawals that somebody pays out at once.
pub const FAST: &[Figure<Outcome>] =
    &[Figure::new("capital.fast_withdrawals", "USD", |it| Some(it.paid.fast_usd), NOBODY)];

const NO_GAME: &str = "disputes are no game";
const NOBODY: &str = "no transaction was in a block";
const NO_PROOF: &str = "no batch was proven in the measured time";
const LATE: &str = "not all transactions of the measured time were settled before the run gave up waiting";

impl Outcome {
    /// A figure of all transactions, where all of them were settled.
    fn whole(&self, value: Option<f64>) -> Option<f64> {
        value.filter(|_| self.complete)
    }

    fn per_day(&self, count: f64) -> f64 {
        count / (self.measured_s / 86_400.0)
    }

    fn per_month(&self, count: u64) -> f64 {
        crate::machines::figures::per_month(count, self.measured_s)
    }

    /// Share of the room of all blobs that data fills, of 131,072 bytes each.
    fn blobs_filled(&self) -> Option<f64> {
        let room = self.counts.blobs * crate::l1::GAS_PER_BLOB;
        (room > 0.0).then(|| self.counts.bytes / room)
    }

    /// The longest recovery; nothing where one was not over.
    fn recovery_s(&self) -> Option<f64> {
        self.recoveries.iter().copied().try_fold(0.0, |longest: f64, took| Some(longest.max(took?)))
    }
}
