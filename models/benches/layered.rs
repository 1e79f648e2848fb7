//! Speed of the layered world: shard-blocks per second of one core, at the claimed load and at a hundredth of it.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use models::layered::{Horizon, Layered, Proving, Resolution, Uncertainty, run};
use models::network::DelayMatrix;
use models::proving::{Leaf, Merge, ProofPlan};
use models::quorum::QuorumTable;
use models::validators::{TransactionClass, Validation, ValidatorMachine};
use models::work::WorkCurve;
use sim::{Span, Streams};

/// An optimistic chain of eight shards that is sized for its load.
fn system(load_per_s: f64) -> Layered {
    let delays = (0..4).map(|from| (0..4).map(|to| Span::from_millis(if from == to { 0 } else { 80 })).collect()).collect();
    let matrix = DelayMatrix { regions: (0..4).map(|region| region.to_string()).collect(), one_way: delays };
    let class = TransactionClass { name: "private".into(), share: 1.0, check_s: 0.002, bytes: 9_397.0, proven: true };
    let merge = Merge::default();
    let plan = ProofPlan {
        slots_per_epoch: 7_200,
        segment_slots: 7_200,
        lanes: 1,
        leaf: Leaf { transactions: Some(64), work: WorkCurve::constant(2.0) },
        segment_merge: merge,
        levels: Vec::new(),
    };
    Layered {
        load_per_s,
        classes: vec![class],
        shards: 8,
        slot: Span::from_millis(500),
        slots_per_epoch: 7_200,
        block_cap: None,
        validation: Validation::EveryTransaction,
        validator: ValidatorMachine {
            cores: (load_per_s * 0.002 / 0.8).ceil() as u64,
            downlink_bits_per_s: load_per_s * 9_397.0 * 8.0 / 0.8,
            disk_bytes: 1e15,
        },
        retention: Span::from_secs(3_600),
        quorum: QuorumTable::new(&matrix, &[100; 4]),
        epoch_verify_s: 0.001,
        proving: Proving::Epoch(plan),
        prover_servers: (load_per_s * 2.0 / 64.0 / 0.8).ceil() as u64,
        uncertainty: Uncertainty::default(),
    }
}

fn shard_blocks(criterion: &mut Criterion) {
    let horizon = Horizon { warm_up_epochs: 0, epochs: 2, prove: true };
    let mut group = criterion.benchmark_group("shard-blocks");
    for load in [500.0, 50_000.0] {
        let system = system(load);
        // Two measured epochs and the one in which the last is proven.
        group.throughput(Throughput::Elements(3 * 7_200 * 8));
        group.sample_size(20).bench_function(format!("cohort at {load} tx/s"), |bencher| {
            bencher.iter(|| black_box(run(&system, Resolution::Cohort, horizon, &Streams::new(1, 0))));
        });
    }
    group.finish();
}

criterion_group!(benches, shard_blocks);
criterion_main!(benches);
