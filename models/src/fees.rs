//! Fees of the privacy tiers: a base fee for each, and demand that reacts to it.
//!
//! Model: every tier has its own target, base fee and queue. Senders arrive for a tier, each with a willingness to pay
//! drawn from the tier's law. Who finds the fee too high or the block full waits, with exponential patience; when that
//! ends the transaction moves to the next cheaper tier with a given probability and leaves otherwise. A block takes who
//! pays, keenest first, and its usage sets the next base fee.
//!
//! ```text
//! arrivals ──▶ tier 2 ──▶ included            per block: (1) newcomers and waiting are served, keenest first
//!                │ patience ends                         (2) some of the rest give up: they move down or leave
//! arrivals ──▶ tier 1 ──▶ included                       (3) the base fee moves
//!                │                            tiers are served from the dearest to the cheapest
//! arrivals ──▶ tier 0 ──▶ included
//!                └──────▶ lost
//! ```
//!
//! Assumptions: what the cheaper tier is worth to a sender is independent of what the dearer one was; fees are known
//! before sending; senders are many (nobody moves the price alone). Everything is counted, no transaction is an entity:
//! a block costs the same at 10 and at 50,000 transactions.
//! Source: V. Buterin et al., EIP-1559 (2019); T. Roughgarden, "Transaction fee mechanism design for the Ethereum
//! blockchain: an economic analysis of EIP-1559" (2020).
//! Leaves out: tips as revenue, strategic senders, transactions that need unequal gas within a tier.

pub mod base_fee;
pub mod equilibrium;
pub mod study;
pub mod waiting;
pub mod willingness;

use sim::{Distribution, QuantileSketch, Stream, Streams};

use crate::QUANTILE_ERROR;
use base_fee::BaseFee;
use waiting::{Crowd, Waiting};
use willingness::Willingness;

/// A privacy tier and who asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tier {
    /// Name; unique, since its random streams have it.
    pub name: String,
    /// How its fee moves.
    pub base_fee: BaseFee,
    /// What senders would pay, in tokens per transaction.
    pub willingness: Distribution,
    /// Mean time that a sender waits for inclusion, in blocks; 0: leaves after the first block that it is not in.
    pub patience_blocks: f64,
    /// Probability that a sender whose patience ends moves to the next cheaper tier; from the cheapest all leave.
    pub downgrade: f64,
}

impl Tier {
    /// Probability that a waiting sender stays for another block.
    fn stay(&self) -> f64 {
        if self.patience_blocks > 0.0 { (-1.0 / self.patience_blocks).exp() } else { 0.0 }
    }
}

/// What a tier has seen since the start, or since [`FeeMarket::restart`].
#[derive(Debug, Clone)]
pub struct TierOutcome {
    /// Base fee over blocks, in tokens: mean, p50, p99.
    pub fee: QuantileSketch,
    /// Transactions sent to this tier at first.
    pub submitted: u64,
    /// Transactions that came from the tier above.
    pub from_above: u64,
    /// Transactions included in its blocks.
    pub included: u64,
    /// Transactions that moved to the tier below.
    pub downgraded: u64,
    /// Transactions that left.
    pub lost: u64,
    /// Blocks that passed the included ones by since they were sent, summed over them, waits in a dearer tier included.
    pub waited_blocks: f64,
    /// Base fees paid, in tokens.
    pub revenue: f64,
}

impl TierOutcome {
    fn new() -> Self {
        let fee = QuantileSketch::new(QUANTILE_ERROR);
        let (submitted, from_above, included, downgraded, lost) = (0, 0, 0, 0, 0);
        Self { fee, submitted, from_above, included, downgraded, lost, waited_blocks: 0.0, revenue: 0.0 }
    }

    /// Mean blocks that an included transaction waited beyond its first; 0 when none was included.
    pub fn mean_wait_blocks(&self) -> f64 {
        if self.included == 0 { 0.0 } else { self.waited_blocks / self.included as f64 }
    }
}

/// A tier at work.
struct Desk {
    tier: Tier,
    willingness: Willingness,
    fee: f64,
    waiting: Waiting,
    stream: Stream,
    outcome: TierOutcome,
}

/// All tiers of a chain.
pub struct FeeMarket {
    desks: Vec<Desk>,
}

impl FeeMarket {
    /// All fees at their floor, nobody waiting; tiers from the cheapest to the dearest. Panics unless the parameters
    /// are as their documentation says.
    pub fn new(tiers: &[Tier], streams: &Streams) -> Self {
        let desks = tiers.iter().map(|tier| {
            tier.base_fee.check();
            assert!(tier.patience_blocks >= 0.0, "patience is not negative: {tier:?}");
            assert!((0.0..=1.0).contains(&tier.downgrade), "a probability lies within [0, 1]: {tier:?}");
            Desk {
                willingness: Willingness::new(&tier.willingness),
                fee: tier.base_fee.floor,
                waiting: Waiting::default(),
                stream: streams.stream(&format!("fees.{}.choices", tier.name)),
                outcome: TierOutcome::new(),
                tier: tier.clone(),
            }
        });
        Self { desks: desks.collect() }
    }

    /// Sets the base fee of a tier, for a run that does not start at the floor.
    pub fn set_fee(&mut self, tier: usize, fee: f64) {
        self.desks[tier].fee = fee.max(self.desks[tier].tier.base_fee.floor);
    }

    /// The base fee of a tier for its next block, in tokens.
    pub fn fee(&self, tier: usize) -> f64 {
        self.desks[tier].fee
    }

    /// Transactions that wait in a tier.
    pub fn waiting(&self, tier: usize) -> u64 {
        self.desks[tier].waiting.count()
    }

    /// What each tier has seen, cheapest first.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Tier, &TierOutcome)> {
        self.desks.iter().map(|desk| (&desk.tier, &desk.outcome))
    }

    /// Share of each tier in all included transactions, cheapest first; zeros when none was included.
    pub fn shares(&self) -> Vec<f64> {
        let total: u64 = self.outcomes().map(|(_, outcome)| outcome.included).sum();
        self.outcomes().map(|(_, outcome)| outcome.included as f64 / total.max(1) as f64).collect()
    }

    /// The warm-up ends: forgets what was seen; who waits stays.
    pub fn restart(&mut self) {
        self.desks.iter_mut().for_each(|desk| desk.outcome = TierOutcome::new());
    }

    /// Closes a block of each tier with what was sent to each since the last one. `included` is emptied and receives
    /// the number of transactions of each tier in its block.
    pub fn close_block(&mut self, submitted: &[u64], included: &mut Vec<u64>) {
        assert_eq!(submitted.len(), self.desks.len(), "every tier has its arrivals");
        included.clear();
        included.resize(submitted.len(), 0);
        let mut from_above = Crowd::default();
        for (index, desk) in self.desks.iter_mut().enumerate().rev() {
            included[index] = desk.serve(submitted[index], from_above);
            from_above = desk.give_up(index > 0);
        }
    }
}

impl Desk {
    /// Builds a block, takes the money and moves the fee; returns the transactions in the block.
    fn serve(&mut self, submitted: u64, from_above: Crowd) -> u64 {
        let outcome = &mut self.outcome;
        outcome.submitted += submitted;
        outcome.from_above += from_above.count;
        outcome.fee.record(self.fee);
        let mut newcomers = Crowd::fresh(submitted);
        newcomers.join(from_above);
        let rule = &self.tier.base_fee;
        let willing = self.willingness.share_at(self.fee);
        let served = self.waiting.serve(newcomers, willing, rule.limit(), &mut self.stream);
        outcome.included += served.count;
        outcome.waited_blocks += served.waited;
        outcome.revenue += served.count as f64 * self.fee;
        self.fee = rule.next(self.fee, served.count);
        served.count
    }

    /// Some who wait give up; returns those who move to the tier below.
    fn give_up(&mut self, can_downgrade: bool) -> Crowd {
        let mut gone = self.waiting.give_up(self.tier.stay(), &mut self.stream);
        let moving = if can_downgrade { self.stream.binomial(gone.count, self.tier.downgrade) } else { 0 };
        // They are newcomers to the cheaper tier in the same slot, so this slot counts as a wait only if they miss it
        // there.
        let downgraded = gone.take(moving);
        self.outcome.downgraded += downgraded.count;
        self.outcome.lost += gone.count;
        downgraded
    }
}

/// Runs the tiers alone, each with Poisson demand of a mean in transactions per block; the first `warm_up` blocks are
/// not counted.
pub fn simulate(tiers: &[Tier], demand: &[f64], warm_up: u64, blocks: u64, streams: &Streams) -> FeeMarket {
    assert_eq!(tiers.len(), demand.len(), "every tier has its demand");
    let mut market = FeeMarket::new(tiers, streams);
    let mut arrivals: Vec<Stream> =
        tiers.iter().map(|tier| streams.stream(&format!("fees.{}.arrivals", tier.name))).collect();
    let (mut submitted, mut included) = (vec![0; tiers.len()], Vec::new());
    for block in 0..warm_up + blocks {
        if block == warm_up {
            market.restart();
        }
        for ((count, stream), mean) in submitted.iter_mut().zip(&mut arrivals).zip(demand) {
            *count = stream.poisson(*mean);
        }
        market.close_block(&submitted, &mut included);
    }
    market
}

#[cfg(test)]
mod tests;
