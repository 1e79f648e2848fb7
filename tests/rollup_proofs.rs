//! Proofs of blocks that others measured, predicted from runs that were not among them.

use models::proving::servers::Discipline;
use models::systems::rollup::alone::makespan_s;
use models::systems::rollup::{Job, Place, ProofSystem, Recursion};
use models::work::WorkCurve;
use serde::Deserialize;
use sim::Streams;

/// A block that OpenVM proved: `*_n` proofs of a level, and their mean time.
#[derive(Debug, Clone, Deserialize)]
struct Run {
    inst: String,
    metered_ms: f64,
    total_16prov_s: f64,
    app_proof_n: f64,
    app_proof_avg_ms: f64,
    app_proof_max_ms: f64,
    leaf_n: f64,
    leaf_avg_ms: f64,
    internal_for_leaf_avg_ms: f64,
    internal_recursive_0_avg_ms: f64,
}

fn runs() -> Vec<Run> {
    let text = include_str!("../scenarios/library/measurements/openvm_eth_levels.csv");
    let all = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    let all: Vec<Run> = all.map(|row| row.expect("a table of ours")).collect();
    // Four runs are of one proof that was not split, and say nothing of splitting.
    all.into_iter().filter(|run| run.inst == "g6e.2xlarge" && run.app_proof_n > 1.0).collect()
}

fn mean(runs: &[Run], of: impl Fn(&Run) -> f64) -> f64 {
    runs.iter().map(of).sum::<f64>() / runs.len() as f64
}

/// Coefficient of variation of the proofs of segments whose largest of n is so many times the mean: of lognormals, that is about
/// e^(σz − σ²/2), where z is the normal quantile of n / (n + 1).
fn spread(runs: &[Run]) -> f64 {
    use statrs::distribution::{ContinuousCDF, Normal};
    let log = mean(runs, |run| (run.app_proof_max_ms / run.app_proof_avg_ms).ln());
    let z = mean(runs, |run| Normal::standard().inverse_cdf(run.app_proof_n / (run.app_proof_n + 1.0)));
    let sigma = z - (z * z - 2.0 * log).sqrt();
    (sigma * sigma).exp_m1().sqrt()
}

/// The proof system as these runs have it, on 16 machines; a segment counts one cycle.
fn fitted(runs: &[Run]) -> ProofSystem {
    let job = |ms: f64, spread: f64| Job { work: WorkCurve::constant(ms / 1e3), spread };
    let level = |arity, ms| Recursion { arity, job: job(ms, 0.0) };
    ProofSystem {
        place: Place { pool: "provers".into(), machines: 16, servers: 1, life: None },
        segment_cycles: Some(1.0),
        segment: job(mean(runs, |run| run.app_proof_avg_ms), spread(runs)),
        recursion: vec![
            level(4, mean(runs, |run| run.leaf_avg_ms)),
            level(3, mean(runs, |run| run.internal_for_leaf_avg_ms)),
            level(3, mean(runs, |run| run.internal_recursive_0_avg_ms)),
        ],
        wrap: None,
        discipline: Discipline::OldestFirst,
        failures: 0.0,
        time_out: None,
        faster_a_year: 1.0,
    }
}

/// OpenVM's makespans on 16 provers: costs of the first half of the runs, predictions of the second half. Their profiler hands proofs out in
/// turns, where the model gives each to the first machine that is free, so that the model is a little too fast.
#[test]
fn makespans_of_openvm_are_predicted() {
    let all = runs();
    let (known, others) = all.split_at(all.len() / 2);
    let system = fitted(known);
    let execution_s_per_proof = mean(known, |run| run.metered_ms / run.app_proof_n) / 1e3;
    let ratio = |run: &Run| {
        let proofs: f64 =
            (0..20).map(|seed| makespan_s(&system, run.app_proof_n, &Streams::new(seed, 0))).sum::<f64>() / 20.0;
        (execution_s_per_proof * run.app_proof_n + proofs) / run.total_16prov_s
    };
    let ratios: Vec<f64> = others.iter().map(ratio).collect();
    let bias = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let within = ratios.iter().filter(|ratio| (0.75..1.15).contains(*ratio)).count();
    assert!(others.len() >= 40 && (0.85..1.05).contains(&bias), "{bias} {ratios:?}");
    assert!(within as f64 >= 0.9 * ratios.len() as f64, "{ratios:?}");
    // The shape of the tree follows from the arities.
    for run in others {
        assert!((run.leaf_n - (run.app_proof_n / 4.0).ceil()).abs() <= 1.0, "{run:?}");
    }
}

/// A block that SP1 proved on one RTX 4090.
#[derive(Debug, Deserialize)]
struct Block {
    gas_used: f64,
    ethrex_sp1_s: f64,
}

/// SP1's times go in proportion to the gas: three blocks tell the speed, the other three are predicted.
#[test]
fn block_times_of_sp1_are_predicted() {
    let text = include_str!("../scenarios/library/measurements/ethrex_sp1_4090.csv");
    let all = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    let all: Vec<Block> = all.map(|row| row.expect("a table of ours")).collect();
    let (known, others) = all.split_at(3);
    let s_per_gas = known.iter().map(|block| block.ethrex_sp1_s).sum::<f64>()
        / known.iter().map(|block| block.gas_used).sum::<f64>();
    let segment = 1e6;
    let system = ProofSystem {
        place: Place { pool: "provers".into(), machines: 1, servers: 1, life: None },
        segment_cycles: Some(segment),
        segment: Job { work: WorkCurve::proportional(s_per_gas), spread: 0.0 },
        recursion: Vec::new(),
        ..fitted(&runs())
    };
    for block in others {
        let predicted = makespan_s(&system, block.gas_used, &Streams::new(1, 0));
        assert!((predicted / block.ethrex_sp1_s - 1.0).abs() < 0.2, "{predicted} {block:?}");
    }
}
