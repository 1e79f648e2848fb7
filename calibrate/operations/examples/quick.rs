//! Measures this machine by the quick method, prints what was found, and keeps the calibration where the first argument says.
//!
//! Run it with `cargo run --release -p operations --example quick -- calibration.json`. The program itself does the same with
//! `proofcast calibrate --quick`.

use std::error::Error;
use std::path::Path;

use calibrate::{Build, Calibration, Host, Method, memory};

/// What this program is called with to measure the peak memory of one act, in a process of its own.
const MEMORY_PROBE: &str = "memory-probe";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [verb, name, size] = arguments.as_slice()
        && verb == MEMORY_PROBE
    {
        if let Some(bytes) = operations::memory_probe(name, size.parse()?)? {
            println!("{bytes}");
        }
        return Ok(());
    }
    let program = std::env::current_exe()?;
    let peak_memory = |name: &str, size: u64| memory::in_child(&program, &[MEMORY_PROBE, name, &size.to_string()]);
    let mut report = |progress: calibrate::Progress<'_>| {
        eprint!(
            "\r{:3.0} % {:?} {} {}\x1b[K",
            progress.done * 100.0,
            progress.phase,
            progress.operation,
            progress.size
        );
    };
    let measurements = calibrate::measure(&operations::all(), &Method::quick(), &peak_memory, &mut report)?;
    eprintln!("\r\x1b[K");
    let calibration = Calibration::fit(measurements, Host::here(), Build::this());
    print(&calibration);
    if let Some(path) = arguments.first() {
        calibration.write(Path::new(path))?;
        // The file stands for this very program on this machine, or something is wrong with it.
        Calibration::read(Path::new(path))?.reusable(&Host::here(), &Build::this(), &operations::all())?;
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
            let samples = measured.samples(point);
            let mean = samples.iter().sum::<f64>() / samples.len() as f64;
            let number = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
            println!(
                "{:24} {:>9} {:>11.2} {:>11.2} {:>8} {:>9} {:>10}",
                measured.description.name,
                point.size,
                mean * 1e6,
                measured.curve.seconds(point.size as f64) * 1e6,
                samples.len(),
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
    println!("\nmeasured for {:.1} s; {:?}", calibration.took_s, calibration.conditions.load_before);
}
