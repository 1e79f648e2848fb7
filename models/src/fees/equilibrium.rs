//! Where the fees of all tiers settle: the fluid fixed point.
//!
//! Model: demand flows at constant rates. A tier whose demand at the floor is within its target charges the floor; any
//! other charges the fee at which the share that pays it, times demand, is the target. Who does not pay moves to the
//! tier below or leaves; so the tiers are solved from the top. At a constant fee waiting gains nothing, so patience has
//! no effect. With exponential willingness of mean w and demand λ the fee is w · ln(λ / target).
//! Source: market clearing under EIP-1559, T. Roughgarden, "Transaction fee mechanism design for the Ethereum
//! blockchain" (2020), section 5.
//! Leaves out: chance (fees move around the fixed point) and laws so steep that the update overshoots for ever
//! (S. Leonardos et al., "Dynamical analysis of the EIP-1559 Ethereum fee market", 2021).

use super::Tier;
use super::willingness::Willingness;

/// Blocks after which a fee that has not come near its fixed point never will.
const LONGEST_CLIMB: u64 = 100_000;
/// How near is near: a share of the fixed point.
const NEAR: f64 = 0.05;

/// What flows through a tier in the fixed point, per block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// Base fee in tokens per transaction.
    pub fee: f64,
    /// Transactions that ask for this tier: its own and those from the tier above.
    pub demand: f64,
    /// Transactions that are included.
    pub included: f64,
    /// Transactions that move to the tier below.
    pub downgraded: f64,
    /// Transactions that leave.
    pub lost: f64,
}

/// The fixed point of all tiers, cheapest first, with their own demand in transactions per block.
pub fn equilibrium(tiers: &[Tier], demand: &[f64]) -> Vec<Flow> {
    assert_eq!(tiers.len(), demand.len(), "every tier has its demand");
    let mut from_above = 0.0;
    let mut flows: Vec<Flow> = tiers
        .iter()
        .zip(demand)
        .enumerate()
        .rev()
        .map(|(index, (tier, own))| {
            let flow = settle(tier, own + from_above, index > 0);
            from_above = flow.downgraded;
            flow
        })
        .collect();
    flows.reverse();
    flows
}

/// Blocks that the fee of a tier takes from its floor to near its fixed point when this flow begins at once, without
/// chance and with nobody waiting; `None` where the update overshoots for ever. Full blocks raise a fee by a factor of 1 +
/// (elasticity − 1) / denominator each, so a fee that is f times the floor takes ln f / ln 1.125 blocks under EIP-1559 at
/// least.
pub fn climb(tier: &Tier, flow: &Flow) -> Option<u64> {
    let (willingness, rule) = (Willingness::new(&tier.willingness), &tier.base_fee);
    let mut fee = rule.floor;
    for block in 0..LONGEST_CLIMB {
        if (fee / flow.fee - 1.0).abs() <= NEAR {
            return Some(block);
        }
        let asked = (flow.demand * willingness.share_at(fee)).round() as u64;
        fee = rule.next(fee, asked.min(rule.limit()));
    }
    None
}

fn settle(tier: &Tier, demand: f64, can_downgrade: bool) -> Flow {
    let willingness = Willingness::new(&tier.willingness);
    let rule = &tier.base_fee;
    let at_floor = demand * willingness.share_at(rule.floor);
    let (fee, included) = if at_floor <= rule.target {
        (rule.floor, at_floor)
    } else {
        (willingness.price_for(rule.target / demand), rule.target)
    };
    let refused = demand - included;
    let downgraded = if can_downgrade { refused * tier.downgrade } else { 0.0 };
    Flow { fee, demand, included, downgraded, lost: refused - downgraded }
}
