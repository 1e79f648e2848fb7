//! How often the paired gate is right: real operations against themselves, with 0 %, 5 % and 10 % of real extra work, while other
//! processes keep every core busy for half of the time, in bursts.
//!
//! ```sh
//! cargo bench -p operations --bench gate -- 40 13 13     # 40 runs without a change, 13 each with 5 % and with 10 %
//! ```
//!
//! The extra work is a chain of multiplications whose length is fixed before the first run, from the floor of the operation and that
//! of the chain. Every operation of a run is a trial. `gate-trials.jsonl` in the folder for temporary files has the floors.

use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use calibrate::gate::line::Figure;
use calibrate::gate::paired::{Asked, Side, compare};
use calibrate::gate::votes::{Test, Verdict};
use calibrate::{Audience, Children, Instance, Method, Operation, OperationError};
use statrs::distribution::{Beta, ContinuousCDF};

/// What is measured, at its smallest size: signatures, key exchange, hashes, and proofs of Groth16, Winterfell and Halo2.
const MEASURED: [&str; 8] = [
    "ed25519.sign",
    "ed25519.verify",
    "ml_dsa_65.verify",
    "ml_kem_768.encapsulate",
    "merkle.verify_path",
    "policy.preimage.prove",
    "stark.prove",
    "commitment.prove",
];
const TEST: Test = Test { change: 0.05, false_alarms: 0.01, misses: 0.05 };
/// The longest that a run may take \[s\].
const LIMIT_S: f64 = 240.0;
const SLOWDOWNS: [f64; 3] = [0.0, 0.05, 0.10];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["slowed", steps, "sample"] => calibrate::serve(slowed(steps)).expect("the parent listens"),
        ["load"] => load(),
        // Nobody asks here for peak memory.
        ["slowed", ..] => {}
        counts => trials([0, 1, 2].map(|at| counts.get(at).and_then(|count| count.parse().ok()).unwrap_or(0))),
    }
}

/// The operations, at one size each.
fn measured() -> Vec<Operation> {
    operations::all().into_iter().filter(|operation| MEASURED.contains(&operation.name())).collect()
}

/// The operations with as many further multiplications a run as `steps` says, by name: `a=1,b=2`.
fn slowed(steps: &str) -> Vec<Operation> {
    let of = |name: &str| {
        let found = steps.split(',').filter_map(|entry| entry.split_once('=')).find(|(other, _)| *other == name);
        found.and_then(|(_, steps)| steps.parse().ok()).unwrap_or(0)
    };
    let slowed = |operation: Operation| {
        let (steps, sizes) = (of(operation.name()), operation.sizes().to_vec());
        let description = operation.description().clone();
        let prepare = move |size| {
            let slowed: Box<dyn Instance> = Box::new(Slowed { inner: operation.prepare(size)?, steps });
            Ok(slowed)
        };
        Operation::new(description, &sizes, prepare)
    };
    measured().into_iter().map(slowed).collect()
}

/// An operation that does more than it has to.
struct Slowed {
    inner: Box<dyn Instance>,
    steps: u64,
}

impl Instance for Slowed {
    fn run(&mut self) {
        self.inner.run();
        chain(self.steps);
    }

    fn verify(&self) -> Result<(), OperationError> {
        self.inner.verify()
    }

    fn output_bytes(&self) -> Option<u64> {
        self.inner.output_bytes()
    }
}

fn chain(steps: u64) {
    let mut value = black_box(0x9e37_79b9_7f4a_7c15_u64);
    for _ in 0..steps {
        value = value.wrapping_mul(0xd129_0d3d_37b1_4a65) ^ 1;
    }
    black_box(value);
}

/// Keeps a core busy for half of the time, for as long as its input is open.
fn load() {
    thread::spawn(|| {
        let mut value = 1_u64;
        loop {
            value = value.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let burst = Duration::from_millis(value >> 56);
            let began = Instant::now();
            while began.elapsed() < burst {
                chain(10_000);
            }
            thread::sleep(burst);
        }
    });
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
}

/// What an operation takes at its floor \[s\].
fn floors(program: &Path) -> Vec<(String, f64)> {
    let before = ["slowed".to_owned(), "none".to_owned()];
    let workers = Children { program, before: &before, sample_verb: "sample", memory_verb: "memory" };
    let method = Method { budget_s: 10.0, processes: 6, processes_long: 6, fewest_samples: 6, ..Method::paired() };
    let one_size = measured();
    let audience = Audience { report: Box::new(|_| {}), keep: Box::new(|_| {}), stop: Box::new(|| false) };
    let found = calibrate::measure(&smallest(one_size), &method, &workers, audience).expect("all operations run");
    let floor = |series: &calibrate::Series| {
        let runs = series.points.iter().flat_map(|point| &point.processes);
        let samples = runs.flat_map(|run| if run.wall_s[0] < 0.01 { &run.wall_s } else { &run.cpu_s });
        (series.description.name.clone(), samples.copied().fold(f64::INFINITY, f64::min))
    };
    found.series.iter().map(floor).collect()
}

/// The operations at their smallest size.
fn smallest(operations: Vec<Operation>) -> Vec<Operation> {
    let at_smallest = |operation: Operation| {
        let (description, size) = (operation.description().clone(), operation.sizes()[0]);
        Operation::new(description, &[size], move |size| operation.prepare(size))
    };
    operations.into_iter().map(at_smallest).collect()
}

/// How many steps of the chain take one second.
fn steps_a_second() -> f64 {
    const STEPS: u64 = 1_000_000;
    let time = || {
        let began = Instant::now();
        chain(STEPS);
        began.elapsed().as_secs_f64()
    };
    STEPS as f64 / (0..200).map(|_| time()).fold(f64::INFINITY, f64::min)
}

fn trials(runs: [u32; 3]) {
    let program = std::env::current_exe().expect("this program");
    let floors = floors(&program);
    let speed = steps_a_second();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let spawn = |_| Command::new(&program).arg("load").stdin(Stdio::piped()).spawn().expect("a process");
    let load: Vec<Child> = (0..cores).map(spawn).collect();
    let path = std::env::temp_dir().join("gate-trials.jsonl");
    let mut raw = File::create(&path).expect("a file");
    println!(
        "{:>9} {:>7} {:>6} {:>6} {:>9} {:>22} {:>7}",
        "extra", "trials", "pass", "fail", "undecided", "failed, 95 %", "s a run"
    );
    for (slowdown, runs) in SLOWDOWNS.into_iter().zip(runs).filter(|(_, runs)| *runs > 0) {
        let began = Instant::now();
        let steps = |(name, floor_s): &(String, f64)| format!("{name}={}", (slowdown * floor_s * speed) as u64);
        let steps: Vec<String> = floors.iter().map(steps).collect();
        let mut verdicts = [0_u32; 3];
        for run in 0..runs {
            let seed = u64::from(run) + (slowdown * 1e6) as u64;
            for (name, verdict, floors) in run_once(&program, &steps.join(","), seed) {
                verdicts[verdict as usize] += 1;
                let line = format!(
                    "{{\"extra\":{slowdown},\"run\":{run},\"operation\":\"{name}\",\"verdict\":\"{verdict:?}\",\"floors\":{floors:?}}}"
                );
                writeln!(raw, "{line}").expect("written");
            }
        }
        let [pass, fail, undecided] = verdicts;
        let count = pass + fail + undecided;
        let [low, high] = interval(fail, count);
        let interval = format!("{:.1} % to {:.1} %", low * 100.0, high * 100.0);
        let a_run_s = began.elapsed().as_secs_f64() / f64::from(runs.max(1));
        let extra = format!("{:.0} %", slowdown * 100.0);
        println!("{extra:>9} {count:>7} {pass:>6} {fail:>6} {undecided:>9} {interval:>22} {a_run_s:>7.0}");
    }
    drop(load);
    println!("floors of all trials: {}", path.display());
}

/// One run of the gate: name, verdict and floors of every operation.
fn run_once(program: &Path, steps: &str, seed: u64) -> Vec<(String, Verdict, [Vec<f64>; 2])> {
    let words = |steps: &str| ["slowed".to_owned(), steps.to_owned()];
    let (before, after) = (words("none"), words(steps));
    let side = |before| Side {
        children: Children { program, before, sample_verb: "sample", memory_verb: "memory" },
        own: Vec::new(),
    };
    let (baseline, candidate) = (side(&before), side(&after));
    let asked = Asked { test: TEST, limit_s: LIMIT_S, seed };
    let operations = smallest(measured());
    let found = compare([&baseline, &candidate], &operations, &asked, &mut |_| {}, &|| false).expect("all run");
    let times = found.lines.into_iter().filter(|line| line.figure == Figure::Time);
    times.map(|line| (line.operation, line.verdict, line.evidence.floors)).collect()
}

/// The interval of a share, by Clopper and Pearson (Biometrika 26(4), 1934).
fn interval(hits: u32, count: u32) -> [f64; 2] {
    let bound = |hits: f64, share: f64| {
        let misses = f64::from(count) + 1.0 - hits;
        Beta::new(hits, misses).map_or(f64::NAN, |beta| beta.inverse_cdf(share))
    };
    let low = if hits == 0 { 0.0 } else { bound(f64::from(hits), 0.025) };
    let high = if hits == count { 1.0 } else { bound(f64::from(hits) + 1.0, 0.975) };
    [low, high]
}
