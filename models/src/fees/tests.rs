//! The fee market against its closed forms and laws of conservation.

use proptest::prelude::*;
use sim::Interval;

use super::equilibrium::{climb, equilibrium};
use super::*;
use equilibrium::Flow;

fn tier(name: &str, target: f64, willingness: Distribution) -> Tier {
    let base_fee = BaseFee::eip_1559(target, 1e-4);
    Tier { name: name.to_owned(), base_fee, willingness, patience_blocks: 0.0, downgrade: 0.0 }
}

fn rich(target: f64) -> Tier {
    tier("rich", target, Distribution::Constant { value: 1e9 })
}

#[test]
fn constant_demand_moves_the_fee_by_its_excess() {
    let streams = Streams::new(1, 0);
    let mut included = Vec::new();
    for (demand, factor) in [(150, 1.0 + 0.5 / 8.0), (200, 1.0 + 1.0 / 8.0), (100, 1.0), (50, 1.0 - 0.5 / 8.0)] {
        let mut market = FeeMarket::new(&[rich(100.0)], &streams);
        market.set_fee(0, 2.0);
        for block in 1..=40 {
            let before = market.fee(0);
            market.close_block(&[demand], &mut included);
            assert_eq!((market.fee(0), &included), (before * factor, &vec![demand]), "block {block}, demand {demand}");
        }
    }
}

#[test]
fn without_demand_the_fee_falls_to_its_floor_and_stays() {
    let mut market = FeeMarket::new(&[rich(100.0)], &Streams::new(1, 0));
    market.set_fee(0, 1.0);
    let mut included = Vec::new();
    // By hand: 0.875^n ≤ 1e-4 first at n = 69.
    for block in 1..=100 {
        market.close_block(&[0], &mut included);
        assert_eq!(market.fee(0) == 1e-4, block >= 69, "block {block}: {}", market.fee(0));
    }
}

/// Mean base fee of the last tier after a warm-up, as an interval over batches of one run.
fn long_run_fee(tiers: &[Tier], demand: &[f64]) -> Interval {
    let streams = Streams::new(7, 0);
    let mut market = FeeMarket::new(tiers, &streams);
    let mut arrivals: Vec<Stream> = tiers.iter().map(|tier| streams.stream(&tier.name)).collect();
    let (mut fees, mut included) = (Vec::new(), Vec::new());
    for block in 0..41_000 {
        let submitted: Vec<u64> = arrivals.iter_mut().zip(demand).map(|(stream, mean)| stream.poisson(*mean)).collect();
        market.close_block(&submitted, &mut included);
        if block >= 1_000 {
            fees.push(market.fee(tiers.len() - 1));
        }
    }
    Interval::of_batch_means(&fees, 20, 0.99).expect("twenty batches")
}

#[test]
fn exponential_willingness_settles_where_demand_meets_the_target() {
    for (load, mean) in [(1.5, 0.01), (2.0, 1.0), (6.0, 3.0)] {
        let target = 25_000.0;
        let tier = tier("private", target, Distribution::Exponential { mean });
        let fluid = equilibrium(std::slice::from_ref(&tier), &[load * target])[0];
        let expected = mean * f64::ln(load);
        assert!((fluid.fee / expected - 1.0).abs() < 1e-12, "{fluid:?}");
        let fee = long_run_fee(&[tier], &[load * target]);
        assert!(fee.contains(expected), "λ/target = {load}: {fee:?} without {expected}");
        assert!(fee.relative_half_width() < 2e-3, "{fee:?}");
    }
}

#[test]
fn a_surge_lifts_the_fee_by_full_blocks_up_to_its_fixed_point() {
    // Six times the target, of which nobody refuses a low fee: blocks are full, and each lifts the fee by an eighth. From
    // 1e-4 to mean · ln 6 = 1.79 that is ln 17,918 / ln 1.125 = 83.2 blocks, and a few more where demand falls below full.
    let tier = tier("private", 25_000.0, Distribution::Exponential { mean: 1.0 });
    let demand = [6.0 * 25_000.0];
    let flow = equilibrium(std::slice::from_ref(&tier), &demand)[0];
    let blocks = climb(&tier, &flow).expect("it settles");
    assert!((83..95).contains(&blocks), "{blocks}");
    let market = simulate(std::slice::from_ref(&tier), &demand, 0, blocks, &Streams::new(7, 0));
    assert!((market.fee(0) / flow.fee - 1.0).abs() < 0.06, "{} of {}", market.fee(0), flow.fee);
    let quiet = Flow { fee: tier.base_fee.floor, ..flow };
    assert_eq!(climb(&tier, &quiet), Some(0), "at the floor there is nothing to climb");
}

#[test]
fn an_hour_and_a_day_have_the_same_equilibrium() {
    // What is simulated stands for a month: twenty hours and five days must agree within their intervals.
    let mut tiers = [
        tier("public", 6_000.0, Distribution::Lognormal { mean: 0.01, cv: 1.0 }),
        tier("private", 5_000.0, Distribution::Lognormal { mean: 0.1, cv: 1.0 }),
    ];
    tiers.iter_mut().for_each(|tier| (tier.patience_blocks, tier.downgrade) = (20.0, 0.5));
    let figures = |blocks: u64, first: u32, replications: u32| -> Vec<[f64; 3]> {
        let one = |replication| {
            let market = simulate(&tiers, &[4_000.0, 10_000.0], 1_200, blocks, &Streams::new(13, first + replication));
            let outcome = market.outcomes().nth(1).expect("two tiers").1.clone();
            let per_block = |value: f64| value / blocks as f64;
            [outcome.fee.mean().expect("blocks"), per_block(outcome.revenue), per_block(outcome.lost as f64)]
        };
        (0..replications).map(one).collect()
    };
    let (hours, days) = (figures(7_200, 0, 20), figures(24 * 7_200, 100, 5));
    for figure in 0..3 {
        let of = |runs: &[[f64; 3]]| runs.iter().map(|run| run[figure]).collect::<Vec<_>>();
        let (hour, day) = (Interval::of(&of(&hours), 0.999).unwrap(), Interval::of(&of(&days), 0.999).unwrap());
        assert!((hour.mean - day.mean).abs() <= hour.half_width() + day.half_width(), "{figure}: {hour:?}, {day:?}");
        assert!(hour.relative_half_width() < 0.01, "the test can tell: {hour:?}");
    }
}

#[test]
fn demand_within_the_target_pays_the_floor() {
    let tier = tier("public", 1_000.0, Distribution::Exponential { mean: 1.0 });
    let flow = equilibrium(std::slice::from_ref(&tier), &[900.0])[0];
    assert_eq!(flow.fee, 1e-4);
    let market = simulate(&[tier], &[900.0], 100, 10_000, &Streams::new(3, 0));
    let outcome = market.outcomes().next().expect("a tier").1;
    // Chance lifts the fee above its floor now and then, by far less than anybody's willingness.
    assert!(outcome.fee.quantile(0.5).is_some_and(|fee| fee < 2e-3), "{:?}", outcome.fee.quantile(0.5));
    assert!(outcome.lost as f64 / (outcome.submitted as f64) < 0.002, "{} lost", outcome.lost);
}

#[test]
fn tiers_share_demand_as_the_fluid_does() {
    let law = |mean| Distribution::Lognormal { mean, cv: 1.0 };
    let mut tiers =
        [tier("public", 16_000.0, law(0.01)), tier("private", 9_000.0, law(0.1)), tier("max", 500.0, law(2.0))];
    for tier in &mut tiers {
        tier.downgrade = 0.7;
    }
    let demand = [15_000.0, 12_000.0, 2_000.0];
    let fluid = equilibrium(&tiers, &demand);
    let blocks = 20_000;
    let market = simulate(&tiers, &demand, 1_000, blocks, &Streams::new(5, 0));
    for ((tier, outcome), flow) in market.outcomes().zip(&fluid) {
        let per_block = |count: u64| count as f64 / blocks as f64;
        let found = [outcome.fee.mean().expect("blocks"), per_block(outcome.included), per_block(outcome.lost)];
        for (found, expected) in found.into_iter().zip([flow.fee, flow.included, flow.lost]) {
            // Chance moves the fee by a few per mille around the fixed point; curvature shifts its mean by less.
            assert!((found - expected).abs() <= 0.01 * expected.max(1e-9), "{}: {found}, fluid {expected}", tier.name);
        }
        let revenue = outcome.revenue / blocks as f64;
        assert!((revenue / (flow.fee * flow.included) - 1.0).abs() < 0.01, "{}: revenue {revenue}", tier.name);
    }
    assert_eq!(fluid[0].downgraded, 0.0, "there is no tier below the cheapest");
}

#[test]
fn patience_turns_refusals_into_waits() {
    let impatient = tier("private", 1_000.0, Distribution::Exponential { mean: 1.0 });
    let patient = Tier { patience_blocks: 20.0, ..impatient.clone() };
    let outcomes = [impatient, patient].map(|tier| {
        let market = simulate(&[tier], &[2_000.0], 1_000, 20_000, &Streams::new(5, 0));
        let outcome = market.outcomes().next().expect("a tier").1;
        (outcome.mean_wait_blocks(), outcome.fee.mean().expect("blocks"))
    });
    assert_eq!(outcomes[0].0, 0.0);
    // Who waits for a dip takes the place of somebody keener, so the dips are filled and the fee is higher.
    assert!(outcomes[1].0 > 0.02 && outcomes[1].1 > outcomes[0].1, "{outcomes:?}");
}

#[test]
fn a_tier_more_does_not_change_the_others() {
    let mut tiers = vec![
        tier("public", 1_000.0, Distribution::Exponential { mean: 0.01 }),
        tier("private", 300.0, Distribution::Gamma { mean: 0.1, cv: 0.5 }),
    ];
    tiers[1].patience_blocks = 3.0;
    tiers[1].downgrade = 0.5;
    let run = |tiers: &[Tier], demand: &[f64]| {
        let market = simulate(tiers, demand, 0, 2_000, &Streams::new(5, 0));
        let figures = market.outcomes().map(|(_, outcome)| (outcome.submitted, outcome.included, outcome.revenue));
        figures.collect::<Vec<_>>()
    };
    let two = run(&tiers, &[2_000.0, 700.0]);
    tiers.push(tier("max", 10.0, Distribution::Exponential { mean: 1.0 }));
    assert_eq!(run(&tiers, &[2_000.0, 700.0, 50.0])[..2], two);
    // Once it sends its own people down the others are affected, but what their own senders submit is not.
    tiers[2].downgrade = 1.0;
    let affected = run(&tiers, &[2_000.0, 700.0, 50.0]);
    assert_ne!(affected[..2], two);
    assert_eq!((affected[0].0, affected[1].0), (two[0].0, two[1].0));
}

/// Laws of every kind, including those without spread, around prices between the floor and 100 tokens.
fn any_law() -> impl Strategy<Value = Distribution> {
    (0..5, 0.001..10.0f64, 0.0..2.0f64).prop_map(|(kind, mean, cv)| match kind {
        0 => Distribution::Constant { value: mean },
        1 => Distribution::Uniform { low: mean / 2.0, high: mean * 2.0 },
        2 => Distribution::Exponential { mean },
        3 => Distribution::Gamma { mean, cv },
        _ => Distribution::Lognormal { mean, cv },
    })
}

fn any_tier() -> impl Strategy<Value = Tier> {
    let rule = (1.0..500.0f64, 1.0..16.0f64, 1.0..3.0f64, 1e-6..0.1f64)
        .prop_map(|(target, denominator, elasticity, floor)| BaseFee { target, denominator, elasticity, floor });
    (rule, any_law(), prop_oneof![Just(0.0), 0.1..50.0f64], 0.0..=1.0f64).prop_map(
        |(base_fee, willingness, patience_blocks, downgrade)| Tier {
            name: String::new(),
            base_fee,
            willingness,
            patience_blocks,
            downgrade,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_transaction_appears_or_disappears(
        mut tiers in prop::collection::vec(any_tier(), 1..5), seed in any::<u64>(), load in 0.0..4.0f64,
    ) {
        for (index, tier) in tiers.iter_mut().enumerate() {
            tier.name = index.to_string();
        }
        let demand: Vec<f64> = tiers.iter().map(|tier| load * tier.base_fee.target).collect();
        let market = simulate(&tiers, &demand, 0, 150, &Streams::new(seed, 0));
        let mut moved = 0;
        for (index, (tier, outcome)) in market.outcomes().enumerate().collect::<Vec<_>>().into_iter().rev() {
            let leave = outcome.included + outcome.downgraded + outcome.lost;
            prop_assert_eq!(outcome.submitted + outcome.from_above, leave + market.waiting(index));
            prop_assert_eq!(outcome.from_above, moved, "what leaves a tier downwards arrives there");
            prop_assert!(outcome.included <= 150 * tier.base_fee.limit());
            prop_assert!(market.fee(index) >= tier.base_fee.floor && outcome.revenue.is_finite());
            prop_assert!(outcome.waited_blocks >= -1e-6);
            moved = outcome.downgraded;
        }
        prop_assert_eq!(moved, 0);
    }
}
