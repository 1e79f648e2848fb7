//! Speed of the layered world: time per shard-block on one core, at the claimed load, a hundredth and a hundred times of it.
//!
//! What bounds it (by instructions): about 30 % is the exact first-come-first-served schedule of the validators' cores, 15 %
//! the binomial draws that deal a slot's transactions to the shards, the rest blocks, votes and latency sketches, each a
//! few per cent. Memory does not: a month fits in 12 MB.

use std::hint::black_box;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use models::dissemination::Dissemination;
use models::leaders::Committee;
use models::network::DelayMatrix;
use models::profile::Profile;
use models::proving::servers::Discipline;
use models::proving::{Demand, Leaf, Merge, ProofPlan};
use models::quorum::{Delivery, Voting};
use models::system::Resolution;
use models::systems::layered::{Horizon, Layered, Proving, run};
use models::validators::{TransactionClass, Validation, ValidatorMachine};
use models::work::WorkCurve;
use sim::{Span, Streams};

/// An optimistic chain of eight shards that is sized for its load.
fn system(load_per_s: f64) -> Layered {
    let delays =
        (0..4).map(|from| (0..4).map(|to| Span::from_millis(if from == to { 0 } else { 80 })).collect()).collect();
    let matrix = DelayMatrix { regions: (0..4).map(|region| region.to_string()).collect(), one_way: delays };
    let class = TransactionClass {
        name: "private".into(),
        share: 1.0,
        check_s: 0.002,
        bytes: 9_397.0,
        proven: true,
        own_proof_s: None,
    };
    let merge = Merge::default();
    let plan = ProofPlan {
        slots_per_epoch: 7_200,
        segment_slots: 7_200,
        lanes: 1,
        leaf: Leaf { transactions: Some(64), work: WorkCurve::constant(2.0), spread: 0.1 },
        segment_merge: merge,
        levels: Vec::new(),
        demand: Demand::Always,
        discipline: Discipline::OldestFirst,
        day: None,
    };
    Layered {
        load_per_s,
        profile: Profile::default(),
        classes: vec![class],
        shards: 8,
        slot: Span::from_millis(500),
        slots_per_epoch: 7_200,
        block_cap: None,
        validation: Validation::EveryTransaction,
        validator: ValidatorMachine {
            cores: (load_per_s * 0.002 / 0.8).ceil() as u64,
            downlink_bits_per_s: load_per_s * 9_397.0 * 8.0 * 1.5 / 0.8,
            uplink_bits_per_s: load_per_s * 9_397.0 * 8.0 * 1.7 / 0.8,
            disk_bytes: 1e15,
        },
        retention: Span::from_secs(3_600),
        set: Committee {
            voting: Voting::ThreeBroadcasts,
            matrix,
            nodes: 400,
            down: 0,
            timeout: Span::from_secs(1),
            voters: None,
            delivery: Delivery::default(),
        },
        in_turns: false,
        batching: None,
        votes: None,
        dissemination: Dissemination::ErasureCoded { redundancy: 1.5 },
        epoch_verify_s: 0.001,
        witness_s: None,
        submission: None,
        proving: Proving::Epoch(plan),
        proves: true,
        prover_servers: (load_per_s * 2.0 / 64.0 / 0.8).ceil() as u64,
        prover_life: None,
        fraud: None,
        light_client: None,
    }
}

/// Times are per shard-block: a run is as many of them as three epochs hold, two measured and the one in which the last
/// is proven.
fn shard_blocks(criterion: &mut Criterion) {
    const PER_RUN: u64 = 3 * 7_200 * 8;
    let horizon = Horizon { warm_up_epochs: 0, epochs: 2, prove: true };
    let mut group = criterion.benchmark_group("shard-block, cohorts");
    for load in [500.0, 50_000.0, 5_000_000.0] {
        let system = system(load);
        group.throughput(Throughput::Elements(1)).sample_size(20);
        group.bench_function(format!("{load} tx/s"), |bencher| {
            bencher.iter_custom(|blocks| {
                let runs = blocks.div_ceil(PER_RUN);
                let start = Instant::now();
                (0..runs).for_each(|run_number| {
                    black_box(run(&system, Resolution::Cohort, horizon, &Streams::new(run_number, 0)));
                });
                start.elapsed().mul_f64(blocks as f64 / (runs * PER_RUN) as f64)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, shard_blocks);
criterion_main!(benches);
