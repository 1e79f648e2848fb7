//! Profiles by hand.

use sim::Time;

use super::Profile;

/// A day [s].
const DAY_S: f64 = 86_400.0;

fn at(hours: f64) -> Time {
    Time::from_secs_f64(hours * 3_600.0)
}

#[test]
fn a_day_and_a_week_by_hand() {
    // Nothing in the first half of a day, twice the mean in the second; the last two days have half of what others have.
    let days = [2.0, 2.0, 2.0, 2.0, 2.0, 1.0, 1.0];
    let profile = Profile::new(&[0.0, 3.0], &days, 0.0).expect("sound");
    let day = |day: f64| profile.between(at(24.0 * day), at(24.0 * (day + 1.0))) / DAY_S;
    assert!((day(0.0) - 7.0 / 6.0).abs() < 1e-12 && (day(5.0) - 7.0 / 12.0).abs() < 1e-12);
    assert!((profile.between(at(0.0), at(168.0)) / (7.0 * DAY_S) - 1.0).abs() < 1e-12);
    assert_eq!(profile.between(at(1.0), at(12.0)), 0.0);
    assert_eq!(profile.reached(at(1.0), 7.0 / 3.0 * 3_600.0), at(13.0));
    assert!((profile.peak(at(24.0)) - 7.0 / 3.0).abs() < 1e-12);
    assert!((profile.peak_over_mean(at(0.0), at(24.0)) - 2.0).abs() < 1e-12);
}

#[test]
fn growth_is_compounded_by_the_month() {
    let profile = Profile::new(&[], &[], 0.1).expect("sound");
    let rate = |month: f64| profile.between(at(730.0 * month), at(730.0 * month + 24.0)) / DAY_S;
    assert!((rate(12.0) / rate(0.0) - 1.1f64.powi(12)).abs() < 1e-2);
    let scaled = profile.with_mean_one(at(730.0), at(2_190.0));
    assert!((scaled.between(at(730.0), at(2_190.0)) / (1_460.0 * 3_600.0) - 1.0).abs() < 1e-12);
}

#[test]
fn what_is_reached_is_what_was_summed_up() {
    let profile = Profile::new(&[1.0, 0.0, 5.0, 2.0], &[], 0.3).expect("sound");
    for hours in [0.5, 3.0, 13.0, 47.0, 500.0] {
        let (from, until) = (at(2.5), at(2.5 + hours));
        let again = profile.reached(from, profile.between(from, until));
        // Where nothing comes, the sum stands still.
        assert!((profile.between(from, again) - profile.between(from, until)).abs() < 1e-6, "{hours}");
    }
}

#[test]
fn what_is_no_profile_is_none() {
    assert!(Profile::new(&[0.0, 0.0], &[], 0.0).is_none() && Profile::new(&[-1.0, 2.0], &[], 0.0).is_none());
    assert!(Profile::new(&[], &[1.0; 6], 0.0).is_none() && Profile::new(&[], &[], -1.0).is_none());
    assert!(Profile::new(&[2.0, 2.0], &[3.0; 7], 0.0).is_some_and(|even| even.is_constant()));
}

#[test]
fn what_was_recorded_by_hand() {
    let second = |seconds: f64| Time::from_secs_f64(seconds);
    // 600 in ten minutes, nothing in five, 900 in five, in two rows of one time.
    let recorded = Profile::recorded(&[(0.0, 600.0), (600.0, 0.0), (900.0, 400.0), (900.0, 500.0)], 1_200.0);
    let recorded = recorded.expect("sound");
    assert_eq!(recorded.between(second(0.0), second(1_200.0)), 1_500.0);
    assert_eq!(recorded.between(second(300.0), second(1_000.0)), 300.0 + 300.0);
    assert_eq!(recorded.reached(second(300.0), 450.0), second(950.0));
    // What stands still is passed over, and after the end it goes on at the mean.
    assert_eq!(recorded.reached(second(0.0), 600.0), second(900.0));
    assert_eq!(recorded.reached(second(0.0), 1_625.0), second(1_300.0));
    assert_eq!((recorded.peak(second(600.0)), recorded.peak(second(1_200.0))), (1.0, 3.0));
    let scaled = recorded.with_mean_one(second(600.0), second(1_200.0));
    assert!((scaled.between(second(600.0), second(1_200.0)) - 600.0).abs() < 1e-9);
    assert!((scaled.peak_over_mean(second(600.0), second(1_200.0)) - 2.0).abs() < 1e-12);
}

#[test]
fn the_busiest_minute_lies_across_pieces() {
    // A burst of 20 s, of 10 a second, in a load of 1 a second: its minute has 240.
    let burst = Profile::recorded(&[(0.0, 100.0), (100.0, 200.0), (120.0, 280.0)], 400.0).expect("sound");
    assert_eq!(burst.peak(Time::from_secs_f64(400.0)), 4.0);
    // Two half minutes of 3 a second with a minute of nothing between them.
    let pair = Profile::recorded(&[(0.0, 90.0), (30.0, 0.0), (90.0, 90.0)], 120.0).expect("sound");
    assert_eq!(pair.peak(Time::from_secs_f64(120.0)), 1.5);
    assert_eq!(pair.peak(Time::from_secs_f64(20.0)), 3.0);
}

#[test]
fn what_is_no_record_is_none() {
    let none = |counts: &[(f64, f64)], end_s: f64| assert!(Profile::recorded(counts, end_s).is_none(), "{counts:?}");
    none(&[], 1.0);
    none(&[(0.0, 0.0)], 1.0);
    none(&[(0.0, 1.0)], 0.0);
    none(&[(1.0, 1.0)], 2.0);
    none(&[(0.0, 1.0), (2.0, 1.0)], 1.0);
    none(&[(0.0, -1.0)], 1.0);
    none(&[(0.0, 1.0), (f64::NAN, 1.0)], 1.0);
}
