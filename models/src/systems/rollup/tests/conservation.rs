//! Every transaction is posted, proven and settled once, whatever happens.

use proptest::prelude::*;

use super::*;
use crate::outages::Chance;

fn outages(between_s: f64, lasts_s: f64) -> Outages {
    Outages { stated: Vec::new(), chance: Some(Chance { between: seconds(between_s), lasts: seconds(lasts_s) }) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_transaction_is_lost(
        seed in 0u64..1_000_000,
        is_optimistic in any::<bool>(),
        load in 0.5f64..30.0,
        (count, age, bundle) in (1u64..20, 1.0f64..60.0, 1u64..5),
        (sequencer, l1, provers) in (any::<bool>(), any::<bool>(), any::<bool>()),
        (failures, data, included) in (0.0f64..0.5, 0usize..2, 0.3f64..1.0),
        time_out in prop::option::of(100.0f64..1_000.0),
        most_gas in prop::option::of(800_000.0f64..4e6),
    ) {
        let mut system = if is_optimistic { optimistic() } else { validity() };
        system.load_per_s = load;
        system.levels[0].closing =
            Closing { count: Some(count), gas: most_gas, age: Some(seconds(age)), ..Closing::default() };
        system.levels[1].closing = Closing { count: Some(bundle), every: Some(seconds(300.0)), ..Closing::default() };
        (system.data.level, system.l1.included) = (data, included);
        if sequencer { system.sequencer.outages = outages(500.0, 40.0); }
        if l1 { system.l1.outages = outages(900.0, 100.0); }
        if let Some(proving) = &mut system.proving {
            if provers { proving.outages = outages(700.0, 60.0); }
            proving.systems[0].place.machines = 100;
            proving.systems[0].failures = failures;
            proving.systems[0].time_out = time_out.map(seconds);
        }
        let horizon = Horizon { warm_up_s: 120.0, measured_s: 1_200.0 };
        let streams = Streams::new(seed, 0);
        let outcome = run(&system, Resolution::Cohort, horizon, &streams);
        // What arrives in the measured time is known from the workload alone.
        let mut workload = crate::workload::Workload::new(load, system.profile.clone(), streams.stream("arrivals"));
        let at = |second: u64| Time::from_secs_f64(second as f64);
        let arrived: u64 = (0..1_320u64)
            .filter_map(|second| workload.window(at(second), at(second + 1)).filter(|_| second >= 120))
            .map(|cohort| cohort.count)
            .sum();
        prop_assert!(outcome.complete, "{outcome:?}");
        for sketch in [&outcome.soft, &outcome.posted, &outcome.l1_final, &outcome.settled, &outcome.hard, &outcome.withdrawable] {
            prop_assert!((sketch.mass() - arrived as f64).abs() < 1e-3, "{} of {arrived}", sketch.mass());
        }
        // Each step comes after the one before it.
        let means = [&outcome.soft, &outcome.posted, &outcome.settled, &outcome.hard].map(|it| it.mean().unwrap_or(0.0));
        prop_assert!(means.is_sorted(), "{means:?}");
        prop_assert!(outcome.l1_final.mean() > outcome.posted.mean());
    }
}

#[test]
fn what_is_settled_is_forgotten() {
    let horizon = Horizon { warm_up_s: 0.0, measured_s: 86_400.0 };
    let world = RollupWorld::new(&validity(), Resolution::Cohort, horizon, &Streams::new(1, 0));
    let mut simulation = sim::Simulation::new(world);
    simulation.world.start(&mut simulation.calendar);
    simulation.run_until(Time::from_secs_f64(80_000.0));
    assert!(simulation.world.kept() < 60, "{}", simulation.world.kept());
}
