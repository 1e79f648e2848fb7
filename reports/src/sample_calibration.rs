//! Test data: an invented calibration with the shape of a real one. No figure here is a result.

use calibrate::{
    Build, Calibration, Claimed, Conditions, Description, Host, Measurements, Method, Point, Run, Scaling, Series,
};

/// Operations with steps, without growth, of one size, and on several threads; two processes.
pub fn calibration() -> Calibration {
    let steps = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
    let padded = |n: f64| 1e-3 + 2e-2 * n.log2().ceil().exp2();
    let fixed = |n: f64| 0.2 * (0.05 + 0.95 / n);
    fitted(vec![
        series("padded.prove", "transactions", None, &steps, padded),
        series("line.prove", "payments", None, &[1, 10, 100], |n| 1e-6 + 3e-7 * n),
        series("flat.verify", "bytes", None, &[32, 256, 1024], |_| 2e-3),
        series("one.sign", "signatures", None, &[1], |_| 17e-6),
        series("wide.sign", "threads", Some(Scaling::FixedWork), &[1, 2, 3, 4, 8], fixed),
        series("wide.verify", "threads", Some(Scaling::WorkPerThread), &[1, 2, 4], |n| 0.1 + 0.01 * n),
    ])
}

/// The keys suite: gates that hold, batches that gain 40 %, threads that keep 80 %.
pub fn keys() -> Calibration {
    let parallel = |n: f64| 0.015 + 0.005 * n;
    fitted(vec![
        series("ed25519.sign", "bytes", None, &[128, 1024], |_| 10e-6),
        series("ed25519.verify", "bytes", None, &[128, 1024], |_| 20e-6),
        series("ed25519.verify_batch", "signatures", None, &[8, 16, 32, 64, 128], |n| 12e-6 * n),
        series("ed25519.sign_parallel", "threads", Some(Scaling::WorkPerThread), &[1, 2], parallel),
        series("ed25519.verify_parallel", "threads", Some(Scaling::WorkPerThread), &[1, 2], parallel),
    ])
}

/// The policies suite: one proof that grows with its input and two that hardly do, with the levers.
pub fn policies() -> Calibration {
    const BYTES: [u64; 3] = [32, 256, 1024];
    let mut calibration = fitted(vec![
        series("policy.preimage.prove", "bytes", None, &BYTES, |n| 0.040 + 1e-6 * n),
        series("policy.preimage.verify", "bytes", None, &BYTES, |_| 2e-3),
        series("policy.membership.prove", "bytes", None, &BYTES, |n| 0.100 + 1e-6 * n),
        series("policy.membership.verify", "bytes", None, &BYTES, |_| 2e-3),
        series("policy.pattern.prove", "bytes", None, &BYTES, |n| 0.3e-3 * n),
        series("policy.pattern.verify", "bytes", None, &BYTES, |_| 2e-3),
        series("policy.prove_parallel", "threads", Some(Scaling::WorkPerThread), &[1, 2, 3, 4], |n| 0.04 + 0.002 * n),
        series("policy.verify_batch", "proofs", None, &[1, 4, 16], |n| 1e-3 + 1e-3 * n),
        series("policy.cache_hit", "entries", None, &[1000], |_| 1e-6),
    ]);
    for measured in &mut calibration.operations {
        measured.description.statement =
            "an invented act. Before padding: 241 constraints at 32 bytes, 1213 constraints at 256 bytes".into();
    }
    calibration
}

/// A calibration without any operation.
pub fn empty_calibration() -> Calibration {
    fitted(Vec::new())
}

fn fitted(series: Vec<Series>) -> Calibration {
    let conditions = Conditions {
        load_before: Some(0.2),
        load_after: Some(1.1),
        stolen_share: Some(0.03),
        memory_stall_s: Some(0.0),
        multiplication_ns: vec![1.2; 3],
    };
    let host = Host { cpu: "An invented processor".into(), physical_cores: Some(4), ..Host::here() };
    let measurements = Measurements {
        started_unix_s: 1_700_000_000,
        took_s: 12.5,
        method: Method::standard(),
        conditions: vec![conditions.clone(), conditions],
        partial: None,
        series,
    };
    Calibration::fit(measurements, host, Build::this())
}

fn series(name: &str, unit: &str, scaling: Option<Scaling>, sizes: &[u64], seconds: impl Fn(f64) -> f64) -> Series {
    let description = Description {
        name: name.into(),
        statement: "an invented act".into(),
        lower_bound: name.starts_with("padded").then(|| "it does nothing".into()),
        library: "none 0.0.0".into(),
        size_unit: unit.into(),
        suite: "tests".into(),
        quick: true,
        scaling,
        claimed: Some(Claimed { size: sizes[0], seconds: 0.01, source: "nobody".into() }),
    };
    let run = |process: u32, seconds: f64| Run {
        process,
        preparation_s: 0.1,
        wall_s: [0.99, 1.0, 1.01].map(|off| off * seconds).into(),
        cpu_s: [0.98, 0.99, 1.0].map(|off| off * seconds).into(),
        runs_per_sample: 1,
        outliers: Vec::new(),
        counters: Default::default(),
    };
    let point = |&size: &u64| Point {
        size,
        processes: vec![run(1, seconds(size as f64)), run(2, 1.01 * seconds(size as f64))],
        output_bytes: Some(64),
        peak_memory_bytes: None,
        verified: true,
    };
    Series { description, points: sizes.iter().map(point).collect() }
}

/// What the source of a suite claims, as the library has it.
pub fn claims(suite: &str) -> Vec<planner::Claim> {
    scenarios::claims_of(suite).ok().flatten().expect("a file of claims of the library")
}
