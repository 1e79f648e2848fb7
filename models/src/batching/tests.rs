//! Batches by hand, and against their closed forms.

use super::*;
use proptest::prelude::*;
use sim::{Interval, Recorder, Streams, Time};

fn item(transactions: u64) -> Content {
    let transactions = transactions as f64;
    Content { transactions, gas: 10.0 * transactions, bytes: 0.0, cycles: 0.0 }
}

/// Runs a batcher over items at given times and gives when each batch closed, and what it holds.
fn run(closing: &Closing, items: &[(Time, Content)], until: Time) -> Vec<(Time, Closed)> {
    let (mut batcher, mut schedule, mut all) = (Batcher::new(closing), Recorder::new(), Vec::new());
    batcher.start(&mut schedule);
    let mut items = items.iter().peekable();
    loop {
        let event = schedule.pending().map(|(time, _)| time).min();
        let next = items.peek().map(|(at, _)| *at);
        match (event, next) {
            (Some(event), next) if next.is_none_or(|at| event < at) => {
                if event > until {
                    return all;
                }
                let (now, event) = schedule.pop().expect("there is one");
                all.extend(batcher.handle(event, &mut schedule).map(|closed| (now, closed)));
            }
            (_, Some(at)) => {
                schedule.advance_to(at);
                let (_, content) = items.next().expect("there is one");
                batcher.add(*content, &mut schedule, |closed| all.push((at, closed)));
            }
            _ => return all,
        }
    }
}

fn at(seconds: f64) -> Time {
    Time::from_secs_f64(seconds)
}

#[test]
fn whichever_comes_first_by_hand() {
    let items: Vec<(Time, Content)> = (1..=8).map(|second| (at(f64::from(second)), item(1))).collect();
    let closing = Closing { count: Some(3), ..Closing::default() };
    let sizes = |closing: &Closing| {
        let closed = run(closing, &items, at(20.0)).into_iter();
        closed.map(|(now, batch)| (now.as_secs_f64(), batch.items)).collect::<Vec<_>>()
    };
    assert_eq!(sizes(&closing), [(3.0, 0..3), (6.0, 3..6)]);
    // The first item at 1 s, so that the batch is 2.5 s old at 3.5 s.
    let aged = Closing { age: Some(Span::from_millis(2_500)), ..closing };
    assert_eq!(sizes(&aged), [(3.0, 0..3), (6.0, 3..6), (9.5, 6..8)]);
    let old = Closing { age: Some(Span::from_millis(1_500)), ..closing };
    assert_eq!(sizes(&old), [(2.5, 0..2), (4.5, 2..4), (6.5, 4..6), (8.5, 6..8)]);
    let least = Closing { least: 3, count: None, ..old };
    assert_eq!(sizes(&least), [(3.0, 0..3), (6.0, 3..6)]);
    let period = Closing { every: Some(Span::from_secs(4)), ..Closing::default() };
    assert_eq!(sizes(&period), [(4.0, 0..4), (8.0, 4..8)]);
    // Two items have 20 gas; a third would be too much.
    let gas = Closing { gas: Some(25.0), ..Closing::default() };
    assert_eq!(sizes(&gas), [(3.0, 0..2), (5.0, 2..4), (7.0, 4..6)]);
}

#[test]
fn a_batch_by_count_or_age_has_its_mean_size() {
    // Poisson arrivals at rate r, age T after the first item: 1 + rT items. With a count of N: the mean of min(N, 1 + Poisson(rT)).
    let (rate, age, most) = (2.0, 3.0, 6u64);
    let mean_of = |count: Option<u64>| {
        let sizes: Vec<f64> = (0..60)
            .map(|run_number| {
                let mut gaps = Streams::new(1, run_number).stream("gaps");
                let mut now = 0.0;
                let items: Vec<(Time, Content)> = (0..2_000)
                    .map(|_| {
                        now += gaps.exponential(1.0 / rate);
                        (at(now), item(1))
                    })
                    .collect();
                let closing = Closing { count, age: Some(Span::from_secs_f64(age)), ..Closing::default() };
                let closed = run(&closing, &items, at(now));
                closed.iter().map(|(_, batch)| batch.content.transactions).sum::<f64>() / closed.len() as f64
            })
            .collect();
        Interval::of(&sizes, 0.999).expect("many runs")
    };
    let chance = |k: u32| (-rate * age).exp() * (rate * age).powi(k as i32) / (1..=k).map(f64::from).product::<f64>();
    let bounded: f64 = (0..40).map(|k| chance(k) * f64::from(1 + k).min(most as f64)).sum();
    let (open, counted) = (mean_of(None), mean_of(Some(most)));
    assert!(open.contains(1.0 + rate * age), "{open:?}");
    assert!(counted.contains(bounded), "{counted:?} {bounded}");
}

#[test]
fn the_mean_interval_is_that_of_even_arrivals() {
    let even: Vec<(Time, Content)> = (1..=4_000).map(|second| (at(f64::from(second)), item(2))).collect();
    let closings = [
        Closing { count: Some(7), ..Closing::default() },
        Closing { gas: Some(130.0), ..Closing::default() },
        Closing { age: Some(Span::from_secs_f64(4.5)), ..Closing::default() },
        Closing { every: Some(Span::from_secs(50)), ..Closing::default() },
        Closing { age: Some(Span::from_secs_f64(4.5)), least: 9, ..Closing::default() },
        Closing { count: Some(7), age: Some(Span::from_secs_f64(4.5)), transactions: Some(6), ..Closing::default() },
    ];
    for closing in closings {
        let closed = run(&closing, &even, at(4_000.0));
        let (first, last) = (closed[0].0.as_secs_f64(), closed[closed.len() - 1].0.as_secs_f64());
        let mean = (last - first) / (closed.len() - 1) as f64;
        let expected = closing.mean_interval_s(1.0, &item(2));
        assert!((mean / expected - 1.0).abs() < 0.01, "{closing:?}: {mean} {expected}");
    }
}

proptest! {
    /// Every item is in one batch, in order, and no batch is larger than it may be unless it has one item.
    #[test]
    fn no_item_is_lost(
        gaps in prop::collection::vec((0u64..5_000, 1u64..40), 1..200),
        count in prop::option::of(1u64..20),
        gas in prop::option::of(50.0f64..500.0),
        age_ms in prop::option::of(1u64..20_000),
        least in 0u64..5,
    ) {
        let age = age_ms.map(Span::from_millis);
        let closing = Closing { count, gas, age, least, every: Some(Span::from_secs(7)), ..Closing::default() };
        let mut now = Time::ZERO;
        let items: Vec<(Time, Content)> = gaps.iter().map(|(gap, transactions)| {
            now = now + Span::from_millis(*gap);
            (now, item(*transactions))
        }).collect();
        let closed = run(&closing, &items, now + Span::from_secs(100));
        let mut next = 0;
        for (_, batch) in &closed {
            prop_assert_eq!(batch.items.start, next);
            prop_assert!(batch.items.end > next);
            next = batch.items.end;
            let sum: Content = items[batch.items.start as usize..next as usize].iter().map(|(_, item)| *item).sum();
            prop_assert_eq!(sum, batch.content);
            prop_assert!(gas.is_none_or(|most| sum.gas <= most || batch.items.end - batch.items.start == 1));
            prop_assert!(count.is_none_or(|most| batch.items.end - batch.items.start <= most));
        }
        prop_assert!(next as usize >= items.len().saturating_sub(least.max(1) as usize));
    }
}
