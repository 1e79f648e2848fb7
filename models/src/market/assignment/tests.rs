//! Lottery, round robin and auction against hand calculations and exact laws.

use super::*;
use crate::market::Mechanism;
use crate::market::sample::{self, contender, prover};
use sim::Streams;

fn with(mechanism: Mechanism) -> Rules {
    Rules { deadline: Span::from_secs(1_000), ..sample::rules(mechanism) }
}

fn costing(monthly_usd: f64) -> Contender {
    Contender { prover: Prover { monthly_usd, ..prover(0) }, ..contender(100.0, Ending::Valid) }
}

fn job(number: u64) -> Job {
    Job { number, opened: Time::ZERO, work_s: 360.0 }
}

/// Contender, fate and end of every attempt.
fn story(course: &Course) -> Vec<(usize, Fate, f64)> {
    course.attempts.iter().map(|a| (a.contender, a.fate, a.ended.as_secs_f64())).collect()
}

#[test]
fn a_lottery_draws_by_weight_and_wastes_nothing() {
    let stakes = [100.0, 0.0, 300.0, 600.0];
    let holding = |stake| Contender { prover: Prover { stake, ..prover(0) }, ..contender(10.0, Ending::Valid) };
    let contenders = stakes.map(holding);
    let rules = with(Mechanism::Lottery { weight: Weight::Stake });
    let mut stream = Streams::new(1, 0).stream("lottery");
    let (mut wins, draws) = ([0u32; 4], 50_000u32);
    for number in 0..draws {
        let course = lottery(&rules, &job(u64::from(number)), &contenders, Weight::Stake, &mut stream);
        assert_eq!((course.attempts.len(), course.attempts[0].fate), (1, Fate::Won));
        wins[course.attempts[0].contender] += 1;
    }
    for (wins, stake) in wins.iter().zip(stakes) {
        let (found, expected) = (f64::from(*wins) / f64::from(draws), stake / 1_000.0);
        let error = (expected * (1.0 - expected) / f64::from(draws)).sqrt();
        assert!((found - expected).abs() <= 4.0 * error, "stake {stake}: {found}");
    }
}

#[test]
fn who_fails_is_followed_by_another() {
    let contenders =
        [contender(100.0, Ending::Valid), contender(200.0, Ending::Invalid), contender(10.0, Ending::Hangs)];
    let rules = with(Mechanism::RoundRobin);
    // The turn of job 4 is contender 1: refused at 200 s; 2 hangs until 1,200 s; 0 delivers.
    let course = round_robin(&rules, &job(4), &contenders);
    let expected = [(1, Fate::Invalid, 200.0), (2, Fate::Late, 1_200.0), (0, Fate::Won, 1_300.0)];
    assert_eq!(story(&course), expected);
    let hopeless = round_robin(&rules, &job(4), &contenders[1..]);
    assert_eq!(story(&hopeless), [(0, Fate::Invalid, 200.0), (1, Fate::Late, 1_200.0)]);
    assert_eq!(story(&round_robin(&rules, &job(4), &[])), []);
}

#[test]
fn a_busy_prover_begins_when_it_is_free() {
    let rules = with(Mechanism::RoundRobin);
    let mut busy = contender(300.0, Ending::Valid);
    busy.free = Time::from_secs_f64(500.0);
    let course = round_robin(&rules, &job(0), &[busy]);
    assert_eq!((course.attempts[0].started, course.closed.as_secs_f64()), (busy.free, 800.0));
    busy.free = Time::from_secs_f64(5_000.0);
    let course = round_robin(&rules, &job(0), &[busy]);
    assert_eq!((course.attempts[0].started, course.attempts[0].ended), (course.closed, Time::ZERO + rules.deadline));
}

#[test]
fn the_cheapest_able_bidder_locks_at_the_price_of_the_ramp() {
    // 360 s at speed 1 are 0.1 h; at 730 USD a month that is 0.10 USD, one token, and with the margin of 50 % 1.5.
    let ramp =
        Auction { ramp: Ramp { least: 1.0, most: 5.0, period: Span::from_secs(60) }, utilization: 1.0, margin: 0.5 };
    let slow = Contender { prover: Prover { speed: 0.1, monthly_usd: 0.01, ..prover(0) }, ..costing(1.0) };
    let contenders = [costing(1_460.0), costing(730.0 * 2.0 / 1.5), costing(7_300.0), slow];
    let rules = with(Mechanism::Auction(ramp));
    assert!((ramp.ask(&contenders[0].prover, &job(0), 0.1) - 3.0).abs() < 1e-12);
    // Who expects to be busy half of the time must earn its month in half the hours.
    let half = Auction { utilization: 0.5, ..ramp };
    assert!((half.ask(&contenders[0].prover, &job(0), 0.1) - 6.0).abs() < 1e-12);
    // Contender 3 asks least but needs 3,600 s. Contender 1 asks 2 tokens: the price is there after 15 s.
    let course = auction(&rules, &job(0), &contenders, &ramp);
    assert_eq!(story(&course), [(1, Fate::Won, 115.0)]);
    assert!((course.price.unwrap() - 2.0).abs() < 1e-9);
    // When it fails the job is auctioned again from the minimum: contender 0 asks 3 tokens, 30 s later.
    let mut again = contenders;
    again[1].effort.ending = Ending::Hangs;
    let course = auction(&rules, &job(0), &again, &ramp);
    assert_eq!(story(&course), [(1, Fate::Late, 1_015.0), (0, Fate::Won, 1_145.0)]);
    assert!((course.price.unwrap() - 3.0).abs() < 1e-9);
    // Contender 2 asks 15 tokens, more than the auction ever offers.
    let course = auction(&rules, &job(0), &contenders[2..], &ramp);
    assert_eq!((story(&course), course.price), (vec![], None));
}
