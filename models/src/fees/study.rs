//! The fee market run beside the world: what the tiers cost, who uses them, and what they bring.
//!
//! Model: the blocks of a slot, of all shards, are one block of the fee market ([`super::simulate`]); demand is the load
//! of each tier, Poisson. The fluid fixed point ([`equilibrium`]) stands beside what is simulated.
//! Assumptions: those of the fee market; a month is as the simulated time.
//! Source: as in [`super`]. Leaves out: senders who would come only if fees were lower than anybody's first offer; what
//! the validators do with the fees.

use sim::{Span, Streams};

use super::equilibrium::{Flow, climb, equilibrium};
use super::{Tier, TierOutcome, simulate};
use crate::fleet::HOURS_PER_MONTH;

/// A fee market to be watched.
#[derive(Debug, Clone, PartialEq)]
pub struct FeeStudy {
    /// Tiers from the cheapest to the dearest.
    pub tiers: Vec<Tier>,
    /// Transactions that ask for each tier, per block.
    pub demand: Vec<f64>,
    /// Time between blocks.
    pub slot: Span,
    /// Blocks that are run first and not counted.
    pub warm_up: u64,
    /// Blocks that are counted.
    pub blocks: u64,
    /// USD per token.
    pub token_usd: f64,
}

/// What one run of the study yields for a tier. Of its senders are those who asked for it and those who came down to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TierFigures {
    /// Mean base fee over blocks, in tokens per transaction.
    pub fee: f64,
    /// Median base fee over blocks.
    pub fee_p50: f64,
    /// The base fee that one block in a hundred exceeds.
    pub fee_p99: f64,
    /// Share in all included transactions; 0 when none was included.
    pub share: f64,
    /// Mean wait of an included transaction beyond its first block, in seconds; `None` when none was included.
    pub wait_s: Option<f64>,
    /// Share of its senders who moved to the next cheaper tier; 0 without any.
    pub downgraded: f64,
    /// Share of its senders who left.
    pub priced_out: f64,
    /// Fees paid in the tier, in USD per month.
    pub revenue_usd: f64,
}

/// What one run of the study yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Of each tier, in the order of the study.
    pub tiers: Vec<TierFigures>,
    /// Transactions that were included, per second.
    pub included_per_s: f64,
    /// Share of all transactions that left without being included; 0 without any.
    pub lost: f64,
    /// Fees paid, in USD per month.
    pub revenue_usd: f64,
}

impl FeeStudy {
    /// Runs the fee market.
    pub fn run(&self, streams: &Streams) -> Figures {
        let market = simulate(&self.tiers, &self.demand, self.warm_up, self.blocks, streams);
        let (mut submitted, mut included, mut lost, mut revenue) = (0, 0, 0, 0.0);
        let tiers = market.outcomes().zip(market.shares()).map(|((_, outcome), share)| {
            submitted += outcome.submitted;
            included += outcome.included;
            lost += outcome.lost;
            revenue += outcome.revenue;
            self.of_tier(outcome, share)
        });
        Figures {
            tiers: tiers.collect(),
            included_per_s: included as f64 / self.blocks as f64 / self.slot.as_secs_f64(),
            lost: if submitted == 0 { 0.0 } else { lost as f64 / submitted as f64 },
            revenue_usd: self.usd_per_month(revenue / self.blocks as f64),
        }
    }

    fn of_tier(&self, outcome: &TierOutcome, share: f64) -> TierFigures {
        let senders = (outcome.submitted + outcome.from_above).max(1) as f64;
        let quantile = |p: f64| outcome.fee.quantile(p).unwrap_or(0.0);
        TierFigures {
            fee: outcome.fee.mean().unwrap_or(0.0),
            fee_p50: quantile(0.5),
            fee_p99: quantile(0.99),
            share,
            wait_s: (outcome.included > 0).then(|| outcome.mean_wait_blocks() * self.slot.as_secs_f64()),
            downgraded: outcome.downgraded as f64 / senders,
            priced_out: outcome.lost as f64 / senders,
            revenue_usd: self.usd_per_month(outcome.revenue / self.blocks as f64),
        }
    }

    /// The fluid fixed point of all tiers.
    pub fn equilibrium(&self) -> Vec<Flow> {
        equilibrium(&self.tiers, &self.demand)
    }

    /// Time that each tier's fee takes from its floor to its fixed point, in seconds; `None` where it does not get there.
    pub fn climbs_s(&self) -> Vec<Option<f64>> {
        let flows = self.equilibrium();
        let blocks = self.tiers.iter().zip(&flows).map(|(tier, flow)| climb(tier, flow));
        blocks.map(|blocks| blocks.map(|blocks| blocks as f64 * self.slot.as_secs_f64())).collect()
    }

    /// Fees paid in the fixed point, in USD per month.
    pub fn equilibrium_revenue_usd(&self) -> f64 {
        self.usd_per_month(self.equilibrium().iter().map(|flow| flow.fee * flow.included).sum())
    }

    /// Tokens per block as USD per month.
    fn usd_per_month(&self, tokens: f64) -> f64 {
        tokens * self.token_usd * HOURS_PER_MONTH * 3_600.0 / self.slot.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fees::base_fee::BaseFee;
    use sim::Distribution;

    #[test]
    fn figures_meet_the_fixed_point() {
        let tier = |name: &str, target, mean| Tier {
            name: name.to_owned(),
            base_fee: BaseFee::eip_1559(target, 1e-4),
            willingness: Distribution::Lognormal { mean, cv: 1.0 },
            patience_blocks: 0.0,
            downgrade: 0.5,
        };
        let study = FeeStudy {
            tiers: vec![tier("public", 6_000.0, 0.01), tier("private", 5_000.0, 0.1)],
            demand: vec![4_000.0, 10_000.0],
            slot: Span::from_millis(500),
            warm_up: 500,
            blocks: 5_000,
            token_usd: 0.1,
        };
        let (figures, flows) = (study.run(&Streams::new(1, 0)), study.equilibrium());
        let included: f64 = flows.iter().map(|flow| flow.included).sum();
        for (tier, flow) in figures.tiers.iter().zip(&flows) {
            assert!((tier.fee / flow.fee - 1.0).abs() < 0.02, "{tier:?} of {flow:?}");
            assert!((tier.share - flow.included / included).abs() < 0.01, "{tier:?} of {flow:?}");
            assert_eq!(tier.wait_s, Some(0.0), "nobody waits without patience");
        }
        let lost: f64 = flows.iter().map(|flow| flow.lost).sum();
        assert!((figures.lost - lost / 14_000.0).abs() < 0.01, "{}", figures.lost);
        // By hand: 2 blocks a second for 730 h at 0.10 USD a token.
        let tokens: f64 = flows.iter().map(|flow| flow.fee * flow.included).sum();
        assert!((study.equilibrium_revenue_usd() / (tokens * 2.0 * 3_600.0 * 730.0 * 0.1) - 1.0).abs() < 1e-12);
        assert!((figures.revenue_usd / study.equilibrium_revenue_usd() - 1.0).abs() < 0.02);
    }
}
