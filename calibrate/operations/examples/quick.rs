//! Measures this machine by the quick method, prints what was found, and keeps the calibration where the first argument says.
//!
//! Run it with `cargo run --release -p operations --example quick -- calibration.json`. The program itself does the same with
//! `proofcast calibrate --quick`.

use std::error::Error;
use std::path::Path;

use calibrate::{Build, Calibration, Children, Host, Method, Operation};

/// What this program is called with to sample in a process of its own.
const SAMPLE: &str = "measure-samples";
/// What it is called with to measure the peak memory of one act, in a process of its own.
const MEMORY: &str = "measure-memory";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [SAMPLE] => return Ok(calibrate::serve(&operations::all())?),
        [MEMORY, name, size] => {
            if let Some(bytes) = operations::memory_probe(name, size.parse()?)? {
                println!("{bytes}");
            }
            return Ok(());
        }
        _ => {}
    }
    let program = std::env::current_exe()?;
    let workers = Children { program: &program, sample_verb: SAMPLE, memory_verb: MEMORY };
    let operations: Vec<Operation> = operations::all().into_iter().filter(|one| one.description().quick).collect();
    let mut report = |progress: calibrate::Progress<'_>| {
        eprint!(
            "\r{:3.0} % {:?} {} {}\x1b[K",
            progress.done * 100.0,
            progress.phase,
            progress.operation,
            progress.size
        );
    };
    let measurements = calibrate::measure(&operations, &Method::quick(), &workers, &mut report, &|| false)?;
    eprintln!("\r\x1b[K");
    let calibration = Calibration::fit(measurements, Host::here(), Build::this());
    print(&calibration);
    if let Some(path) = arguments.first() {
        calibration.write(Path::new(path))?;
        // The file stands for this very program on this machine, or something is wrong with it.
        Calibration::read(Path::new(path))?.reusable(&Host::here(), &Build::this(), &operations)?;
    }
    Ok(())
}

fn print(calibration: &Calibration) {
    println!("{:?}\n{:?}\n", calibration.host, calibration.build);
    println!(
        "{:24} {:>9} {:>11} {:>11} {:>8} {:>9} {:>10}",
        "operation", "size", "µs", "curve µs", "samples", "bytes", "memory KB"
    );
    for measured in &calibration.operations {
        for point in &measured.points {
            let samples = measured.samples(point).map(<[f64]>::len).sum::<usize>();
            let mean = measured.estimate(point).map_or(f64::NAN, |estimate| estimate.mean_s);
            let number = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
            println!(
                "{:24} {:>9} {:>11.2} {:>11.2} {:>8} {:>9} {:>10}",
                measured.description.name,
                point.size,
                mean * 1e6,
                measured.curve.seconds(point.size as f64) * 1e6,
                samples,
                number(point.output_bytes),
                number(point.peak_memory_bytes.map(|bytes| bytes / 1024)),
            );
        }
        let curve = &measured.curve;
        println!(
            "    {:?} clock, {:?}, spread {:.1} %, mean ± {:.1} %",
            measured.clock,
            curve.form,
            curve.spread * 100.0,
            curve.half_width * 100.0
        );
    }
    println!("\nmeasured for {:.1} s; {:?}", calibration.took_s, calibration.conditions);
}
