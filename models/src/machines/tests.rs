//! Machines that come and go: against closed answers and by hand.

use sim::{Recorder, Span, Stream, Streams, Time};

use super::{Autoscaler, Change, Event, Failures, Lifecycle, Lot, Machines, Rule, Seen, Terms};
use crate::spot::{Law, Renewal, Source, Trace};

const HOUR_S: f64 = 3_600.0;

fn seconds(seconds: f64) -> Span {
    Span::from_secs_f64(seconds)
}

fn lot(machines: Option<u64>, terms: Terms) -> Lot {
    Lot { machines, terms, least_billed: Span::ZERO }
}

/// A zone that has machines from the start for `up_s`, none for `down_s`, and so on.
fn zone(up_s: f64, down_s: f64) -> Source {
    let trace = Trace::of(&[(0.0, true), (up_s, false)], up_s + down_s).expect("a trace");
    Source::Replay { trace, offset_s: 0.0 }
}

fn spot(zones: Vec<Source>, notice: Span) -> Terms {
    Terms::Spot { zones, notice }
}

/// The pool after a run of `length_s`, of which all is measured.
fn ran(life: &Lifecycle, machines: u64, length_s: f64, seen: impl FnMut(Time, &Machines) -> Seen) -> Machines {
    let (pool, _) = ran_with(life, machines, length_s, seen);
    pool
}

/// The same with all that happened.
fn ran_with(
    life: &Lifecycle,
    machines: u64,
    length_s: f64,
    mut seen: impl FnMut(Time, &Machines) -> Seen,
) -> (Machines, Vec<(Time, Change)>) {
    let mut pool = Machines::new(life, machines, "", &Streams::new(7, 0));
    let mut schedule = Recorder::new();
    pool.start(&mut schedule);
    pool.measure(Time::ZERO);
    let (end, mut all) = (Time::ZERO + seconds(length_s), Vec::new());
    while let Some((now, event)) = schedule.pop().filter(|(now, _)| *now < end) {
        let seen = if event == Event::Look { seen(now, &pool) } else { Seen::default() };
        let changes = pool.handle(event, seen, &mut schedule);
        for change in &changes {
            // Nothing is ever in hand.
            if let Change::Leaves(machine) = change {
                pool.emptied(*machine, now);
            }
        }
        all.extend(changes.into_iter().map(|change| (now, change)));
    }
    pool.close(end, seconds(length_s));
    (pool, all)
}

fn nothing(_: Time, _: &Machines) -> Seen {
    Seen::default()
}

#[test]
fn machines_are_dealt_to_lots_as_these_say() {
    let lots = |said: &[Option<u64>]| {
        let lots = said.iter().map(|machines| lot(*machines, Terms::OnDemand)).collect();
        Lifecycle { lots, ..Lifecycle::default() }
    };
    assert_eq!(lots(&[Some(2), None]).in_lots(5), [2, 3]);
    assert_eq!(lots(&[Some(2), None, None]).in_lots(7), [2, 3, 2]);
    assert_eq!(lots(&[None, Some(9)]).in_lots(5), [0, 5]);
    assert_eq!(Lifecycle::default().in_lots(4), [4]);
}

#[test]
fn failures_leave_the_share_of_an_alternating_renewal_process() {
    let failures = Failures { between: seconds(900.0), repair: seconds(60.0) };
    let life = Lifecycle { start_up: seconds(40.0), failures: Some(failures), ..Lifecycle::default() };
    let outcome = ran(&life, 50, 400.0 * HOUR_S, nothing).outcome("");
    // 0.9 by hand; 72,000 lives put its standard error at 0.0005.
    assert!((life.availability(50) - 0.9).abs() < 1e-12);
    assert!((outcome.serving / 50.0 - 0.9).abs() < 0.002, "{}", outcome.serving);
    assert_eq!((outcome.wanted, &outcome.paid[..]), (50.0, &[50.0][..]), "what is repaired is paid");
}

#[test]
fn spot_machines_serve_and_are_paid_as_their_zones_have_them() {
    let renewal =
        Renewal { up: Law { short_share: 0.4, short_s: 600.0, long_s: 9_000.0 }, down: Law::exponential(1_800.0) };
    let life = Lifecycle {
        start_up: seconds(120.0),
        lots: vec![lot(None, spot(vec![Source::Renewal(renewal); 20], Span::ZERO))],
        ..Lifecycle::default()
    };
    let outcome = ran(&life, 20, 2_000.0 * HOUR_S, nothing).outcome("");
    let (serving, had) = (life.availability(20), renewal.availability());
    assert!(serving < had);
    // About 19,400 periods with squares of about 2 in mean put the standard error of either share below 0.005.
    assert!((outcome.serving / 20.0 - serving).abs() < 0.015, "{} and {serving}", outcome.serving / 20.0);
    assert!((outcome.paid[0] / 20.0 - had).abs() < 0.015, "start-up is paid: {} and {had}", outcome.paid[0] / 20.0);
}

#[test]
fn a_zone_takes_all_its_machines_at_once_and_says_so_before() {
    let life = Lifecycle {
        start_up: seconds(30.0),
        lots: vec![lot(None, spot(vec![zone(1_000.0, 500.0), zone(1e6, 1.0)], seconds(120.0)))],
        ..Lifecycle::default()
    };
    // Traces are replayed from a moment of their own: it is the order of what happens that is held to.
    let (_, changes) = ran_with(&life, 4, 5_000.0, nothing);
    let of_first: Vec<_> = changes.iter().filter(|(_, change)| !matches!(change, Change::Serves(1 | 3))).collect();
    let from = of_first.iter().position(|(_, change)| *change == Change::Leaves(0)).expect("it is taken");
    let [(warned, _), two, (taken, first), four, (back, again), six] = of_first[from..from + 6] else { panic!() };
    assert_eq!((two.1, *first, four.1), (Change::Leaves(2), Change::Lost(0), Change::Lost(2)));
    assert_eq!((*again, six.1), (Change::Serves(0), Change::Serves(2)));
    assert_eq!((*taken - *warned, *back - *taken), (seconds(120.0), seconds(530.0)));
}

#[test]
fn a_lot_on_demand_stands_in_for_spot_machines_that_are_gone() {
    let rules = Autoscaler { least: 4, start: 4, ..autoscaler(Rule::Utilization(0.7), 0.0) };
    let life = Lifecycle {
        lots: vec![lot(Some(4), spot(vec![zone(HOUR_S, HOUR_S)], Span::ZERO)), lot(None, Terms::OnDemand)],
        autoscaler: Some(rules),
        ..Lifecycle::default()
    };
    let outcome = ran(&life, 8, 100.0 * HOUR_S, |_, _| Seen { busy: 2.8, in_hand: 3.0 }).outcome("");
    assert!((outcome.serving - 4.0).abs() < 1e-9 && (outcome.paid[0] - 2.0).abs() < 0.05, "{outcome:?}");
    assert!((outcome.paid.iter().sum::<f64>() - 4.0).abs() < 1e-9);
}

#[test]
fn what_is_kept_is_paid_and_what_starts_is_paid_for_its_least_time() {
    let short = Terms::Spot { zones: vec![zone(10.0, 50.0)], notice: Span::ZERO };
    let life = Lifecycle {
        lots: vec![lot(Some(1), Terms::Kept), Lot { least_billed: seconds(30.0), ..lot(Some(1), short) }],
        ..Lifecycle::default()
    };
    let outcome = ran(&life, 2, 6_000.0, nothing).outcome("");
    // In each of 100 minutes 10 s are used, and 30 s paid.
    assert_eq!(outcome.paid[0], 1.0);
    assert!((outcome.paid[1] - 0.5).abs() < 0.01 && (outcome.serving - 1.0 - 1.0 / 6.0).abs() < 0.01, "{outcome:?}");
}

fn autoscaler(rule: Rule, cooldown_s: f64) -> Autoscaler {
    Autoscaler {
        rule,
        every: seconds(15.0),
        delay: seconds(30.0),
        tolerance: 0.1,
        cooldown: seconds(cooldown_s),
        least: 1,
        most: 100,
        start: 4,
    }
}

/// A queue of jobs, one a second each, on as many machines as serve: arrivals a second double at 1,000 s.
struct Queue {
    stream: Stream,
    looked: Time,
    waiting: f64,
}

impl Queue {
    /// What an autoscaler sees of it.
    fn look(&mut self, now: Time, pool: &Machines) -> Seen {
        let (span, servers) = ((now - self.looked).as_secs_f64(), pool.serving());
        self.looked = now;
        let rate = if now < Time::from_secs_f64(1_000.0) { 3.0 } else { 9.0 };
        let work = self.waiting + self.stream.poisson(rate * span) as f64;
        let done = work.min(servers * span);
        self.waiting = work - done;
        Seen { busy: done / span, in_hand: self.waiting + done / span }
    }
}

/// How often an autoscaler turns in four hours after a step of the load, and how many machines it has in the mean.
fn after_a_step(rules: Autoscaler) -> (u64, f64) {
    let life = Lifecycle { start_up: seconds(90.0), autoscaler: Some(rules), ..Lifecycle::default() };
    let mut queue = Queue { stream: Streams::new(3, 0).stream("load"), looked: Time::ZERO, waiting: 0.0 };
    let outcome = ran(&life, 100, 4.0 * HOUR_S, |now, pool| queue.look(now, pool)).outcome("");
    (outcome.turns, outcome.serving)
}

#[test]
fn an_autoscaler_that_cools_down_does_not_oscillate_after_a_step_and_without_it_does() {
    for rule in [Rule::Utilization(0.7), Rule::InHand(0.7)] {
        let (calm, serving) = after_a_step(autoscaler(rule, 300.0));
        let (restless, _) = after_a_step(autoscaler(rule, 0.0));
        assert!(calm <= 4, "{rule:?}: {calm} turns with a cooldown");
        assert!(restless >= 20, "{rule:?}: {restless} turns without one");
        // 9 machines are busy, at 70 % of 13.
        assert!((9.0..20.0).contains(&serving), "{rule:?}: {serving} machines");
    }
}

#[test]
fn a_decision_that_changes_nothing_is_no_reversal() {
    // Four machines are kept whatever is wanted, which goes up and down below them.
    let rules = Autoscaler { cooldown: Span::ZERO, delay: Span::ZERO, ..autoscaler(Rule::Utilization(0.7), 0.0) };
    let kept = lot(Some(4), Terms::Kept);
    let life =
        Lifecycle { lots: vec![kept, lot(None, Terms::OnDemand)], autoscaler: Some(rules), ..Lifecycle::default() };
    let swings = |low: f64, high: f64| {
        let mut looks = 0;
        let seen = |_: Time, _: &Machines| {
            looks += 1;
            Seen { busy: if looks % 2 == 0 { low } else { high }, in_hand: 0.0 }
        };
        ran(&life, 8, HOUR_S, seen).outcome("").turns
    };
    assert_eq!(swings(0.5, 2.0), 0);
    assert!(swings(2.0, 5.0) > 100);
}
