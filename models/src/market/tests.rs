//! The market against break-even, the laws of its mechanisms, and the conservation of money.

use proptest::prelude::*;
use sim::{Distribution, Streams};

use super::assignment::Auction;
use super::month::Month;
use super::population::{Candidates, Expectation, Population, break_even};
use super::ramp::Ramp;
use super::sample::{prover, rules};
use super::settlement::{Penalties, Rewards};
use super::steady::Steady;
use super::*;

const HOUR: Span = Span::from_secs(3_600);
/// 24 epochs a day for 30 days.
const JOBS: u64 = 720;

/// Nobody comes or goes.
fn closed() -> Population {
    let candidates = Candidates {
        per_month: 0,
        speed: Distribution::Constant { value: 1.0 },
        monthly_usd: Distribution::Constant { value: 500.0 },
        kinds: Vec::new(),
        like: prover(0),
    };
    Population { exit_rate: 0.0, memory_months: 1.0, expects: Expectation::Speed, candidates }
}

fn open(like: Prover) -> Population {
    Population {
        exit_rate: 0.2,
        memory_months: 12.0,
        expects: Expectation::Speed,
        candidates: Candidates { per_month: 2, like, ..closed().candidates },
    }
}

fn equal(n: u64, like: Prover) -> Vec<Prover> {
    (0..n).map(|id| Prover { id, ..like }).collect()
}

fn race() -> Mechanism {
    Mechanism::Race { notice: Span::ZERO }
}

#[test]
fn break_even_is_what_the_payments_feed() {
    let found = [100.0, 125.0, 175.0].map(|reward| break_even(reward, 0.1, 720.0, 500.0));
    assert_eq!(found, [14, 18, 25]);
    assert_eq!(break_even(100.0, 0.05, 720.0, 500.0), 7);
}

#[test]
fn equal_provers_earn_equal_parts_of_the_payments() {
    // By hand: 7,200 USD among n against 500 USD each.
    for n in [1, 10, 15, 50] {
        let streams = Streams::new(1, 0);
        let mut market =
            Market::new(rules(race()), closed(), &equal(n, Prover { service_cv: 1.0, ..prover(0) }), &streams);
        let month = market.run(1, JOBS, HOUR, 60.0).remove(0);
        assert!((month.profit_usd().mean() - (7_200.0 / n as f64 - 500.0)).abs() < 1e-9);
        assert!((month.network_usd() - 7_200.0).abs() < 1e-9 && month.bills_usd() == 500.0 * n as f64);
        assert_eq!((month.proven, month.accounts.iter().map(|account| account.wins).sum()), (JOBS, JOBS));
        // Exponential provers: n − 1 of n work for nothing until the first is done.
        let wasted = 1.0 - 1.0 / n as f64;
        assert!((month.wasted_share() - wasted).abs() < 1e-6, "{} of {wasted}", month.wasted_share());
    }
}

#[test]
fn entry_and_exit_settle_at_break_even() {
    for (reward, expected) in [(100.0, 14), (125.0, 18), (175.0, 25)] {
        for start in [5, 50] {
            let mut rules = rules(Mechanism::RoundRobin);
            rules.rewards.base = reward;
            let mut market = Market::new(rules, open(prover(0)), &equal(start, prover(0)), &Streams::new(2, 0));
            let months = market.run(150, JOBS, HOUR, 600.0);
            for month in &months[138..] {
                assert_eq!(month.accounts.len(), expected, "{reward} tokens from {start}: {:?}", month.left);
            }
        }
    }
}

#[test]
fn a_race_of_equals_settles_at_break_even_though_luck_makes_some_leave() {
    // A month's wins spread by 1/√51 = 14 %; with 14 provers, 3 % above their bills, many see a loss in a month.
    let like = Prover { service_cv: 1.0, ..prover(0) };
    let population = Population { memory_months: 1.0, ..open(like) };
    let mut market = Market::new(rules(race()), population, &equal(50, like), &Streams::new(3, 0));
    let months = market.run(300, JOBS, HOUR, 600.0);
    let steady = Steady::of(&months[100..]);
    assert!(steady.provers.mean() > 13.5 && steady.provers.max() == Some(14.0), "{:?}", steady.provers);
    let left: u64 = months[100..].iter().map(|month| month.left).sum();
    assert!(left > 100, "{left} left in 200 months");
    // Profit: 7,200 USD less 500 each, shared; its spread is that of binomial wins at 10 USD: 10 √(720/14 · 13/14) =
    // 69.
    let expected = 7_200.0 / steady.provers.mean() - 500.0;
    assert!((steady.profit_usd.mean() - expected).abs() < 1.0, "{:?}", steady.profit_usd);
    assert!((steady.profit_usd.variance().sqrt() - 69.0).abs() < 5.0, "{:?}", steady.profit_usd);
}

#[test]
fn the_cheapest_bidder_lives_on_what_it_asks() {
    // 600 s each hour: at utilization 1/6 of 720 hours the asks pay for 720/730 of the month, and the margin on top.
    let auction = Auction {
        ramp: Ramp { least: 0.0, most: 175.0, period: Span::from_secs(60) },
        utilization: 1.0 / 6.0,
        margin: 0.5,
    };
    let costs = [700.0, 500.0, 600.0];
    let provers: Vec<Prover> = (0..).zip(costs).map(|(id, monthly_usd)| Prover { monthly_usd, ..prover(id) }).collect();
    let mut market = Market::new(rules(Mechanism::Auction(auction)), closed(), &provers, &Streams::new(9, 0));
    let month = market.run(1, JOBS, HOUR, 600.0).remove(0);
    assert_eq!(month.accounts.iter().map(|account| account.wins).collect::<Vec<_>>(), [0, JOBS, 0]);
    let income = 500.0 * 1.5 * 720.0 / 730.0;
    assert!((month.network_usd() - income).abs() < 1e-3, "{} of {income}", month.network_usd());
    assert!((month.accounts[1].profit_usd(0.1) - (income - 500.0)).abs() < 1e-3);
    assert_eq!(month.wasted_share(), 0.0);
}

#[test]
fn an_auction_is_left_to_the_cheapest() {
    let auction = Auction {
        ramp: Ramp { least: 0.0, most: 500.0, period: Span::from_secs(60) },
        utilization: 1.0 / 6.0,
        margin: 0.2,
    };
    let mut population = open(prover(0));
    population.candidates.monthly_usd = Distribution::Lognormal { mean: 500.0, cv: 0.3 };
    let rules = rules(Mechanism::Auction(auction));
    let months = Market::new(rules, population, &[], &Streams::new(10, 0)).run(120, JOBS, HOUR, 600.0);
    // Whoever undercuts takes all; the others lose their bills and leave, and the price falls to what the
    // cheapest asks.
    let cheapest = |month: &Month| month.accounts.iter().map(|it| it.prover.monthly_usd).fold(f64::INFINITY, f64::min);
    let last = &months[119];
    assert_eq!(last.concentration().unwrap().largest, 1.0);
    assert!((last.network_usd() / (cheapest(last) * 1.2 * 720.0 / 730.0) - 1.0).abs() < 1e-6);
    assert!(last.network_usd() < months[1].network_usd(), "competition over 120 months");
    let steady = Steady::of(&months[60..]);
    assert!(steady.provers.mean() < 1.5, "{:?}", steady.provers);
    assert!(months[60..].iter().all(|month| cheapest(month) >= cheapest(last)), "nobody undercuts and stays above");
}

#[test]
fn an_empty_market_fills_when_it_pays() {
    let mut market = Market::new(rules(Mechanism::RoundRobin), open(prover(0)), &[], &Streams::new(4, 0));
    let months = market.run(40, JOBS, HOUR, 600.0);
    assert_eq!((months[0].proven, months[0].came, months[0].paid), (0, 2, 0.0));
    assert_eq!(months[39].accounts.len(), 14);
}

#[test]
fn taking_turns_has_the_mean_of_a_lottery_and_less_spread() {
    let run = |mechanism| {
        let mut market = Market::new(rules(mechanism), closed(), &equal(10, prover(0)), &Streams::new(5, 0));
        market.run(1, 7_200, HOUR, 600.0).remove(0)
    };
    let (turns, lots) = (run(Mechanism::RoundRobin), run(Mechanism::Lottery { weight: Weight::Stake }));
    assert_eq!((turns.wasted_share(), lots.wasted_share()), (0.0, 0.0));
    assert!((turns.profit_usd().mean() - lots.profit_usd().mean()).abs() < 1e-9);
    assert_eq!(turns.profit_usd().variance(), 0.0);
    // Pearson's statistic of equal chances: 9 degrees of freedom lie between 0.97 and 33.7 in 999 of 1,000 cases.
    let pearson: f64 = lots.accounts.iter().map(|account| (account.wins as f64 - 720.0).powi(2) / 720.0).sum();
    assert!((0.97..33.7).contains(&pearson), "{pearson}");
    // At 10 USD a proof that is a spread of about 10 √(7,200 · 0.1 · 0.9) = 255 USD.
    assert!(lots.profit_usd().variance().sqrt() > 100.0);
}

#[test]
fn a_race_of_punctual_provers_is_won_by_the_fastest() {
    let provers: Vec<Prover> = (0..20).map(|id| Prover { id, speed: 1.0 + id as f64 / 100.0, ..prover(0) }).collect();
    let mut market = Market::new(rules(race()), closed(), &provers, &Streams::new(6, 0));
    let month = market.run(1, JOBS, HOUR, 600.0).remove(0);
    let concentration = month.concentration().unwrap();
    assert_eq!((concentration.largest, concentration.nakamoto), (1.0, 1));
    assert_eq!(month.accounts[19].wins, JOBS);
    // All ran until the winner was done: 19 of 20 hours for nothing.
    assert!((month.wasted_share() - 0.95).abs() < 1e-9);
    // Equal ones share by their luck instead.
    let mut market = Market::new(rules(race()), closed(), &equal(20, prover(0)), &Streams::new(6, 0));
    let month = market.run(1, JOBS, HOUR, 600.0).remove(0);
    assert!(month.concentration().unwrap().nakamoto >= 8);
}

#[test]
fn early_proofs_get_the_bonus_and_invalid_ones_are_slashed() {
    let mut rules = rules(race());
    rules.rewards = Rewards { base: 100.0, quality: 25.0, bonus: 50.0, bonus_within: Span::from_secs(600) };
    let month = |rules, provers: &[Prover], work_s| {
        Market::new(rules, closed(), provers, &Streams::new(7, 0)).run(1, JOBS, HOUR, work_s).remove(0)
    };
    assert_eq!(month(rules, &equal(1, prover(0)), 599.0).paid, 175.0 * JOBS as f64);
    assert_eq!(month(rules, &equal(1, prover(0)), 600.0).paid, 125.0 * JOBS as f64);
    // A prover that only makes invalid proofs loses 1,000 tokens each time, until its 5,000 are gone.
    let provers = [Prover { invalid: 1.0, speed: 2.0, ..prover(0) }, prover(1)];
    let found = month(rules, &provers, 600.0);
    assert_eq!((found.accounts[0].earned, found.accounts[0].prover.stake, found.burnt), (-5_000.0, 0.0, 5_000.0));
    assert_eq!((found.accounts[0].wins, found.accounts[1].wins), (0, JOBS));
    // Where a stake is asked for it is out before that.
    rules.least_stake = 3_500.0;
    let found = month(rules, &provers, 600.0);
    assert_eq!((found.accounts[0].earned, found.accounts[0].worked_s), (-2_000.0, 600.0));
    // Half burnt: the other half goes to whoever delivers.
    rules.penalties.burnt = 0.5;
    let found = month(rules, &provers, 600.0);
    assert_eq!((found.burnt, found.accounts[1].earned), (1_000.0, 125.0 * JOBS as f64 + 1_000.0));
}

#[test]
fn a_prover_more_does_not_change_the_luck_of_the_others() {
    let like = Prover { service_cv: 0.7, reliability: 0.9, invalid: 0.1, ..prover(0) };
    let work = |n: u64| {
        let mut rules = rules(race());
        rules.penalties.invalid = 0.0;
        let mut market = Market::new(rules, closed(), &equal(n, like), &Streams::new(8, 0));
        let job = |number| Job { number, opened: Time::ZERO + HOUR * number, work_s: 60.0 };
        (0..50).map(|number| market.prove(&job(number))).collect::<Vec<_>>()
    };
    for (few, many) in work(4).iter().zip(&work(5)) {
        // Whoever wins among five either is the fifth or wins among four at the same time.
        assert!(many.winner == Some(4) || (many.winner, many.closed) == (few.winner, few.closed));
    }
    assert_eq!(work(5), work(5));
}

fn any_mechanism() -> impl Strategy<Value = Mechanism> {
    let auction = (0.0..50.0f64, 0.0..100.0f64, 0..1_000u64, 0.0..1.0f64).prop_map(|(least, more, ramp, margin)| {
        let utilization = 1.0 - margin / 2.0;
        Mechanism::Auction(Auction {
            ramp: Ramp { least, most: least + more, period: Span::from_secs(ramp) },
            utilization,
            margin,
        })
    });
    prop_oneof![
        (0..60u64).prop_map(|notice| Mechanism::Race { notice: Span::from_secs(notice) }),
        Just(Mechanism::Lottery { weight: Weight::Stake }),
        Just(Mechanism::Lottery { weight: Weight::Speed }),
        Just(Mechanism::RoundRobin),
        auction,
    ]
}

fn any_prover() -> impl Strategy<Value = Prover> {
    let skill = (0.2..5.0f64, 0.0..2.0f64, 0.0..=1.0f64, 0.0..=1.0f64);
    (skill, 0.0..900.0f64, 0.0..5.0f64, 0.0..9_000.0f64).prop_map(
        |((speed, service_cv, reliability, invalid), monthly_usd, busy_hour_usd, stake)| Prover {
            id: 0,
            kind: 0,
            speed,
            service_cv,
            monthly_usd,
            busy_hour_usd,
            reliability,
            invalid,
            stake,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn what_the_network_pays_is_earned_or_burnt(
        mechanism in any_mechanism(), provers in prop::collection::vec(any_prover(), 0..9),
        penalty in 0.0..2_000.0f64, burnt in 0.0..=1.0f64, least_stake in 0.0..2_000.0f64,
        deadline in 100..4_000u64, seed in any::<u64>(),
    ) {
        let rules = Rules {
            mechanism,
            rewards: Rewards { base: 100.0, quality: 25.0, bonus: 50.0, bonus_within: Span::from_secs(600) },
            penalties: Penalties { invalid: penalty, late: penalty / 2.0, burnt },
            deadline: Span::from_secs(deadline),
            least_stake,
            token_usd: 0.1,
        };
        let provers: Vec<Prover> = (0..).zip(provers).map(|(id, prover)| Prover { id, ..prover }).collect();
        let mut population = open(provers.first().copied().unwrap_or(prover(0)));
        population.candidates.speed = Distribution::Lognormal { mean: 1.0, cv: 0.5 };
        let mut market = Market::new(rules, population, &provers, &Streams::new(seed, 0));
        let before: f64 = provers.iter().map(|prover| prover.stake).sum();
        let mut slashed = 0.0;
        for number in 0..40 {
            let job = Job { number, opened: Time::ZERO + HOUR * number, work_s: 600.0 };
            let settlement = market.prove(&job);
            let earned: f64 = settlement.earned.iter().sum();
            prop_assert!((settlement.paid - earned - settlement.burnt).abs() < 1e-6, "{:?}", settlement);
            prop_assert_eq!(settlement.winner.is_some(), settlement.attempts.iter().any(|a| a.fate == Fate::Won));
            prop_assert!(settlement.attempts.iter().all(|attempt| attempt.started <= attempt.ended));
            slashed += settlement.slashed.iter().sum::<f64>();
        }
        let after: f64 = market.provers().map(|prover| prover.stake).sum();
        prop_assert!(market.provers().all(|prover| prover.stake >= 0.0));
        prop_assert!((before - slashed - after).abs() < 1e-6, "what is slashed was at stake");
        let month = market.close_month();
        let earned: f64 = month.accounts.iter().map(|account| account.earned).sum();
        prop_assert!((month.paid - earned - month.burnt).abs() < 1e-6);
        prop_assert_eq!(month.jobs, 40);
        prop_assert!((0.0..=1.0).contains(&month.wasted_share()));
        prop_assert_eq!(market.provers().len() as u64 + month.left, provers.len() as u64 + month.came);
    }
}
