//! Laws, traces and zones against what is known of them.

use sim::{Interval, Streams};

use super::*;

const HOUR: f64 = 3_600.0;

fn example() -> Renewal {
    Renewal {
        up: Law { short_share: 0.7, short_s: 0.5 * HOUR, long_s: 12.0 * HOUR },
        down: Law { short_share: 0.6, short_s: 0.25 * HOUR, long_s: 3.0 * HOUR },
    }
}

/// What a zone does for so long \[s\].
fn simulated(renewal: Renewal, seconds: f64, replication: u32) -> Trace {
    let mut stream = Streams::new(7, replication).stream("spot");
    let mut zone = Zone::new(Source::Renewal(renewal));
    let (mut changes, mut now) = (Vec::new(), 0.0);
    while now < seconds {
        let Period { available, lasts } = zone.next(&mut stream);
        changes.push((now, available));
        now += lasts.as_secs_f64();
    }
    Trace::of(&changes, now).and_then(|trace| trace.part(0.0, seconds)).expect("times increase")
}

#[test]
fn the_long_run_availability_is_that_of_simulation_from_its_start_on() {
    for seconds in [20.0 * HOUR, 2_000.0 * HOUR] {
        let shares: Vec<f64> = (0..400)
            .map(|replication| simulated(example(), seconds, replication).seen().available.expect("a share"))
            .collect();
        let share = Interval::of(&shares, 0.99).expect("finite shares");
        assert!(share.contains(example().availability()), "{share:?} {}", example().availability());
        assert!(share.half_width() < 0.05, "{share:?}");
    }
}

#[test]
fn a_fit_recovers_the_laws_it_was_drawn_from() {
    let fit = Fit::of(&simulated(example(), 60_000.0 * HOUR, 1)).expect("enough periods");
    for (found, law) in [(fit.renewal.up, example().up), (fit.renewal.down, example().down)] {
        let pairs = [
            (found.mean_s(), law.mean_s()),
            (found.short_share, law.short_share),
            (found.short_s, law.short_s),
            (found.long_s, law.long_s),
            (found.cv_squared(), law.cv_squared()),
        ];
        assert!(pairs.iter().all(|(found, known)| (found / known - 1.0).abs() < 0.08), "{found:?} {law:?}");
    }
}

#[test]
fn a_fit_to_whole_periods_has_their_mean_and_exponential_ones_give_that_law() {
    let mut stream = Streams::new(1, 0).stream("lengths");
    let drawn: Vec<f64> = (0..2_000).map(|_| stream.exponential(HOUR)).collect();
    let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
    let law = Law::fit(&drawn, &[]).expect("periods");
    assert!((law.mean_s() / mean - 1.0).abs() < 1e-6 && (law.cv_squared() - 1.0).abs() < 0.2, "{law:?}");
    let even = Law::fit(&[60.0; 20], &[]).expect("periods");
    assert!((even.mean_s() - 60.0).abs() < 1e-3 && (even.cv_squared() - 1.0).abs() < 1e-3, "{even:?}");
    assert_eq!(Law::fit(&[], &[60.0]), None);
}

#[test]
fn a_cut_period_is_not_taken_as_an_end() {
    let mut stream = Streams::new(2, 0).stream("lengths");
    let (mut whole, mut cut) = (Vec::new(), Vec::new());
    for _ in 0..20_000 {
        let seconds = example().up.sample_s(&mut stream);
        let ends = 6.0 * HOUR;
        if seconds < ends { whole.push(seconds) } else { cut.push(ends) }
    }
    let law = Law::fit(&whole, &cut).expect("periods");
    assert!((law.mean_s() / example().up.mean_s() - 1.0).abs() < 0.1, "{law:?}");
    let biased = whole.iter().chain(&cut).sum::<f64>() / 20_000.0;
    assert!(biased < 0.7 * example().up.mean_s(), "the cut matters, so that this test can fail: {biased}");
}

/// Where a zone stays as it was, intervals hold what they say, so that what real zones miss is theirs.
#[test]
fn predictions_hold_of_a_zone_that_stays_as_it_was() {
    let (mut held, mut zones) = ([0.0; 3], 0.0);
    for replication in 0..400 {
        let trace = simulated(example(), 60.0 * 24.0 * HOUR, replication);
        let Some(HeldOut { predicted, seen, .. }) = HeldOut::of(&trace) else { continue };
        let pairs =
            [(predicted.available, seen.available), (predicted.up_s, seen.up_s), (predicted.down_s, seen.down_s)];
        zones += 1.0;
        for (held, (interval, seen)) in held.iter_mut().zip(pairs) {
            *held += f64::from(u8::from(seen.is_some_and(|seen| interval.contains(seen))));
        }
    }
    let shares = held.map(|held| held / zones);
    assert!(zones > 390.0 && shares.iter().all(|share| (0.90..0.985).contains(share)), "{shares:?} of {zones}");
}

#[test]
fn more_periods_and_a_longer_time_make_a_prediction_narrower() {
    let fit = |periods: usize| Fit { renewal: example(), periods: (periods, periods) };
    let width = |periods: usize, seconds: f64| fit(periods).predict(seconds).up_s.half_width();
    assert!(width(50, 100.0 * HOUR) > width(50, f64::INFINITY));
    assert!(width(50, f64::INFINITY) > 1.9 * width(200, f64::INFINITY));
    let known = fit(50).predict(f64::INFINITY);
    assert!((known.available.mean - example().availability()).abs() < 1e-12);
    // Exponential means from 100 periods: chi-square with 200 degrees of freedom gives 0.83 to 1.23 (tables).
    let law = Law::exponential(HOUR);
    let exact = Fit { renewal: Renewal { up: law, down: law }, periods: (100, 100) }.predict(f64::INFINITY).up_s;
    assert!((exact.low / HOUR - 0.83).abs() < 0.02 && (exact.high / HOUR - 1.23).abs() < 0.02, "{exact:?}");
}

#[test]
fn a_replay_has_the_periods_of_its_trace_from_any_offset() {
    let trace = Trace::of(&[(0.0, true), (10.0, false), (40.0, true), (45.0, true)], 60.0).expect("a trace");
    assert_eq!((trace.periods(), trace.seconds()), (3, 60.0));
    let mut stream = Streams::new(1, 0).stream("spot");
    for offset_s in [0.0, 5.0, 39.0, 59.5, 60.0, 185.0] {
        let mut zone = Zone::new(Source::Replay { trace: trace.clone(), offset_s });
        let first = zone.next(&mut stream);
        let mut periods = vec![first];
        periods.extend((0..6).map(|_| zone.next(&mut stream)));
        assert!(periods.windows(2).all(|pair| pair[0].available != pair[1].available), "in turns: {periods:?}");
        // Whole periods after the first: three rounds.
        let up: f64 = periods[1..].iter().filter(|one| one.available).map(|one| one.lasts.as_secs_f64()).sum();
        let all: f64 = periods[1..].iter().map(|one| one.lasts.as_secs_f64()).sum();
        assert_eq!((up, all), (90.0, 180.0));
        assert!((up / all - trace.seen().available.expect("a share")).abs() < 1e-12);
    }
    let mut zone = Zone::new(Source::Replay { trace, offset_s: 15.0 });
    assert_eq!(zone.next(&mut stream), Period { available: false, lasts: Span::from_secs(25) });
    let always = Trace::of(&[(0.0, true)], 60.0).expect("a trace");
    let mut zone = Zone::new(Source::Replay { trace: always, offset_s: 0.0 });
    (0..3).for_each(|_| assert_eq!(zone.next(&mut stream), Period { available: true, lasts: Span::from_secs(60) }));
}

#[test]
fn a_trace_is_cut_where_it_is_asked_for_and_refused_where_times_go_back() {
    let trace = Trace::of(&[(0.0, true), (10.0, false), (40.0, true)], 60.0).expect("a trace");
    assert_eq!(trace.part(5.0, 50.0), Trace::of(&[(5.0, true), (10.0, false), (40.0, true)], 50.0));
    assert_eq!(trace.lengths(true), (vec![], vec![20.0]));
    assert_eq!(trace.lengths(false), (vec![30.0], vec![]));
    assert_eq!(trace.seen(), Figures { available: Some(0.5), up_s: Some(30.0), down_s: Some(30.0) });
    assert_eq!((trace.part(70.0, 80.0), Trace::of(&[], 1.0)), (None, None));
    assert_eq!((Trace::of(&[(0.0, true)], 0.0), Trace::of(&[(5.0, true), (1.0, false)], 9.0)), (None, None));
    assert_eq!(Fit::of(&trace), None);
}
