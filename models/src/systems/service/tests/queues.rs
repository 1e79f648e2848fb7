//! Queues, balancers and steps in order, against closed answers.

use proptest::prelude::*;
use sim::Time;

use super::*;
use crate::systems::service::capacity::{size, stages};
use crate::theory;

#[test]
fn exponential_and_constant_services_wait_as_theory_says() {
    for (servers_of, per_s) in [(1, 0.7), (4, 3.2), (16, 13.0)] {
        for (spread, expected) in [
            (Spread::Exponential, theory::mmc_mean_wait(servers_of, per_s, 1.0)),
            (Spread::None, theory::mdc_mean_wait(servers_of, per_s, 1.0)),
        ] {
            let system = queue(servers(servers_of, NO_LIMIT), per_s, (1.0, spread));
            let outcomes = runs(&system, horizon(20_000.0));
            let wait = interval(&outcomes, 0.15, |outcome| outcome.steps[0].wait.mean().expect("waits"));
            assert!(wait.contains(expected), "{servers_of} servers, {spread:?}: {wait:?} without {expected}");
            // Little's law, and the utilization law.
            let depth = interval(&outcomes, 0.2, |outcome| outcome.steps[0].queue_depth);
            assert!(depth.contains(expected * per_s), "{depth:?} without {}", expected * per_s);
            let busy = interval(&outcomes, 0.02, |outcome| outcome.steps[0].utilization);
            assert!(busy.contains(stages(&system, horizon(1.0))[0].utilization), "{busy:?}");
        }
    }
}

#[test]
fn a_bounded_queue_loses_what_theory_says_also_in_overload() {
    for (servers_of, places, per_s) in [(1, 3, 0.9), (4, 0, 3.0), (4, 6, 5.0)] {
        let system = queue(servers(servers_of, Some(places)), per_s, (1.0, Spread::Exponential));
        let outcomes = runs(&system, horizon(10_000.0));
        let (loss, waiting) = theory::mmck_loss_and_waiting(servers_of, servers_of + places, per_s);
        let lost = interval(&outcomes, 0.1, |outcome| outcome.error_rate().expect("requests"));
        assert!(lost.contains(loss), "{lost:?} without {loss}");
        let depth = interval(&outcomes, 0.1, |outcome| outcome.steps[0].queue_depth);
        assert!(depth.contains(waiting), "{depth:?} without {waiting}");
        assert!(outcomes.iter().all(|outcome| outcome.steps[0].refused == outcome.counts.rejected));
    }
}

#[test]
fn a_tandem_is_the_sum_of_its_stations() {
    let mut system = queue(servers(2, NO_LIMIT), 2.0, (0.7, Spread::Exponential));
    system.steps.push(step("verify", 1.2, Spread::Exponential, pool(servers(3, NO_LIMIT))));
    system.steps.push(step("send", 0.3, Spread::Exponential, Place::Instance(servers(1, NO_LIMIT))));
    let outcomes = runs(&system, horizon(20_000.0));
    let sojourn = interval(&outcomes, 0.05, |outcome| outcome.sojourn.mean().expect("answers"));
    let expected = theory::tandem_mean_sojourn(2.0, &[(2, 0.7), (3, 1.2), (1, 0.3)]);
    assert!(sojourn.contains(expected), "{sojourn:?} without {expected}");
    let names: Vec<String> = stages(&system, horizon(1.0)).into_iter().map(|stage| stage.name.into_owned()).collect();
    assert_eq!(names, ["workers", "verify", "send"]);
}

#[test]
fn a_worker_takes_a_request_through_its_steps_in_series() {
    // 50 ms and 120 ms: 5.9 a second from one worker, 8.3 from a server for each.
    let mut system = queue(servers(1, NO_LIMIT), 4.0, (0.05, Spread::None));
    system.steps.push(step("pairing", 0.12, Spread::None, Place::Workers));
    let capacity = |system: &Service| {
        stages(system, horizon(1.0)).iter().map(|stage| stage.capacity).fold(f64::INFINITY, f64::min)
    };
    assert!((capacity(&system) - 1.0 / 0.17).abs() < 1e-9);
    let outcomes = runs(&system, horizon(5_000.0));
    let wait = interval(&outcomes, 0.1, |outcome| outcome.sojourn.mean().expect("answers"));
    let expected = 0.17 + theory::mdc_mean_wait(1, 4.0, 0.17);
    assert!(wait.contains(expected), "{wait:?} without {expected}");
    assert!(outcomes.iter().all(|outcome| outcome.steps[1].wait.max() == Some(0.0)));
    for step in &mut system.steps {
        step.place = Place::Instance(servers(1, NO_LIMIT));
    }
    assert!((capacity(&system) - 1.0 / 0.12).abs() < 1e-9);
}

#[test]
fn priorities_wait_as_theory_says() {
    let mut system = queue(servers(4, NO_LIMIT), 3.2, (1.0, Spread::Exponential));
    system.instances.workers.discipline = Discipline::Priority;
    let class = |name: &str, share, priority| Class { name: name.into(), share, size: 1.0, priority };
    system.classes = vec![class("batch", 0.625, 1), class("urgent", 0.375, 0)];
    let waits = theory::mmc_priority_mean_waits(4, [1.2, 2.0], 1.0);
    let outcomes = runs(&system, horizon(20_000.0));
    let wait = interval(&outcomes, 0.15, |outcome| outcome.steps[0].wait.mean().expect("waits"));
    let expected = 0.375 * waits[0] + 0.625 * waits[1];
    assert!(wait.contains(expected), "{wait:?} without {expected}");
    // All classes together wait as one queue would (Kleinrock); the tail tells the order.
    system.instances.workers.discipline = Discipline::Lifo;
    let last_first = runs(&system, horizon(20_000.0));
    let same = interval(&last_first, 0.15, |outcome| outcome.steps[0].wait.mean().expect("waits"));
    assert!(same.contains(expected), "{same:?} without {expected}");
    let tail = |outcomes: &[Outcome]| {
        interval(outcomes, 0.5, |outcome| outcome.steps[0].wait.quantile(0.999).expect("waits")).mean
    };
    assert!(tail(&last_first) > tail(&outcomes));
}

#[test]
fn balancers_share_as_they_say() {
    let mut system = queue(servers(1, NO_LIMIT), 3.2, (1.0, Spread::Exponential));
    system.instances.count = 4;
    let wait = |balance| {
        let system = Service { balance, ..system.clone() };
        interval(&runs(&system, horizon(10_000.0)), 0.2, |outcome| outcome.steps[0].wait.mean().expect("waits"))
    };
    // Random splitting of Poisson arrivals gives Poisson arrivals: four queues M/M/1.
    let random = wait(Balance::Random);
    assert!(random.contains(theory::mmc_mean_wait(1, 0.8, 1.0)), "{random:?}");
    let [two, turns, least] = [Balance::TwoChoices, Balance::RoundRobin, Balance::LeastLoaded].map(wait);
    assert!(least.high < two.low && two.high < random.low && turns.high < random.low, "{two:?} {turns:?} {least:?}");
    // All instances work alike, even where the balancer takes no turns.
    let random = runs(&Service { balance: Balance::Random, ..system.clone() }, horizon(10_000.0));
    for instance in 0..4 {
        let busy = interval(&random, 0.03, |outcome| outcome.instances[instance]);
        assert!(busy.contains(0.8), "{busy:?}");
    }
    // No rule is better than one queue for all.
    assert!(least.low > theory::mmc_mean_wait(4, 3.2, 1.0));
}

#[test]
fn the_fewest_instances_are_just_enough() {
    let mut system = queue(servers(2, NO_LIMIT), 10.0, (0.7, Spread::Exponential));
    system.steps.push(step("verify", 0.1, Spread::None, Place::Instance(servers(1, NO_LIMIT))));
    system.steps.push(step("all", 5.0, Spread::None, pool(servers(1, NO_LIMIT))));
    // 7 servers of work on workers, two to an instance: 7 / (2 · 5) = 0.7 < 0.75.
    // 50 servers of work on a pool, one to a machine.
    size(&mut system, horizon(1.0), 0.75);
    assert_eq!((system.instances.count, system.servers(&system.steps[2]).count), (5, 67));
    assert!(stages(&system, horizon(1.0)).iter().all(|stage| stage.utilization < 0.75));
}

#[test]
fn a_listener_ends_a_run_and_changes_nothing() {
    let system = queue(servers(2, NO_LIMIT), 1.5, (1.0, Spread::Exponential));
    let streams = Streams::new(3, 1);
    let mut last = 0.0;
    let told = run_told(&system, horizon(10_000.0), &streams, |share| {
        assert!((last..=1.0).contains(&share));
        last = share;
        true
    });
    assert_eq!(bytes(&told.expect("it went on")), bytes(&run(&system, horizon(10_000.0), &streams)));
    assert!(last > 0.5 && run_told(&system, horizon(10_000.0), &streams, |_| false).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn more_servers_never_make_a_first_come_first_served_station_wait_longer(
        servers_of in 1u64..6, load in 0.1f64..1.5, seed in 0u64..1_000
    ) {
        let wait = |count| {
            let system = queue(servers(count, NO_LIMIT), load * servers_of as f64, (1.0, Spread::Lognormal { cv: 0.7 }));
            let horizon = Horizon { drain: Span::from_secs(100_000), ..horizon(300.0) };
            let outcome = run(&system, horizon, &Streams::new(seed, 0));
            conserves(&outcome);
            assert_eq!(outcome.counts.in_flight, 0);
            outcome.steps[0].wait.mean().unwrap_or(0.0)
        };
        // Services are drawn on arrival: the same requests bring the same work to both.
        prop_assert!(wait(servers_of + 1) <= wait(servers_of));
    }

    #[test]
    fn requests_are_conserved_in_any_service(
        count in 1u32..4, places in 0u64..5, per_s in 0.1f64..20.0, rule in 0usize..4, order in 0usize..3
    ) {
        let rules = [Balance::RoundRobin, Balance::Random, Balance::LeastLoaded, Balance::TwoChoices];
        let orders = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];
        let mut system = queue(servers(1, Some(places)), per_s, (0.5, Spread::Exponential));
        system.instances.count = count;
        system.instances.workers.discipline = orders[order];
        system.balance = rules[rule];
        system.steps.push(step("second", 0.2, Spread::Lognormal { cv: 1.0 }, Place::Workers));
        system.steps.push(step("third", 0.4, Spread::Exponential, pool(servers(1, None))));
        let streams = Streams::new(2, 5);
        let horizon = Horizon { drain: Span::from_secs(1), ..horizon(200.0) };
        let outcome = run(&system, horizon, &streams);
        conserves(&outcome);
        prop_assert_eq!(bytes(&outcome), bytes(&run(&system, horizon, &streams)));
    }
}

#[test]
fn what_waits_grows_in_an_overloaded_queue_and_not_in_another() {
    let windows = |per_s: f64| {
        let system = queue(servers(1, NO_LIMIT), per_s, (1.0, Spread::Exponential));
        let outcome = run(&system, Horizon { drain: Span::ZERO, ..horizon(40_000.0) }, &Streams::new(17, 0));
        outcome.waiting
    };
    // One in five is left over: 2,000 more in each window of 10,000 s, of which the first begins after 4,000 s.
    for (window, waiting) in windows(1.2).into_iter().enumerate() {
        let expected = 0.2 * (4_000.0 + 10_000.0 * (window as f64 + 0.5));
        assert!((waiting / expected - 1.0).abs() < 0.15, "window {window}: {waiting}, {expected} by the fluid limit");
    }
    assert!(windows(0.5).iter().all(|waiting| *waiting < 2.0));
    // Where the load itself grows, nothing is said.
    let mut system = queue(servers(1, NO_LIMIT), 1.0, (1.0, Spread::None));
    let rises = vec![(Time::ZERO, 0.1), (Time::from_secs_f64(300.0), 2.0)];
    system.load = Load::Open(Arrivals::Steps { steps: rises });
    assert!(run(&system, horizon(500.0), &Streams::new(17, 0)).waiting.is_empty());
}
