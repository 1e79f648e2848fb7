//! Speed of the world of a rollup: transactions a second, at 1,000 tx/s for six hours on a fleet that carries them, by design.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use models::system::Resolution;
use models::systems::rollup::run;
use scenarios::{Calibrations, Sizing, open};
use sim::Streams;

/// Simulated hours, and transactions per second.
const HOURS: u64 = 6;
const PER_S: u64 = 1_000;

fn designs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rollup_transactions");
    group.throughput(Throughput::Elements(HOURS * 3_600 * PER_S));
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    let rate = format!("load.rate={PER_S}/s");
    let changes = [rate, "sequencer.gas_limit=off".to_owned(), format!("horizon={HOURS}h"), "warm_up=1h".to_owned()];
    for (scenario, design) in [
        ("optimistic-rollup", "op_stack"),
        ("optimistic-rollup", "arbitrum"),
        ("validity-rollup", "zkvm"),
        ("validity-rollup", "scroll_like"),
    ] {
        let opened = open(scenario, &changes).unwrap_or_else(|problems| panic!("{problems}"));
        let case = opened.case(design, "published", Sizing::Sized, &Calibrations::of_host(None));
        let case = case.unwrap_or_else(|faults| panic!("{}", opened.problems(faults)));
        let system = case.system.rollup();
        group.bench_function(BenchmarkId::from_parameter(design), |bencher| {
            bencher
                .iter(|| black_box(run(system, Resolution::Cohort, case.horizon, &Streams::new(1, 0)).counts.ordered));
        });
    }
    group.finish();
}

criterion_group!(benches, designs);
criterion_main!(benches);
