//! What the machine did besides: the circumstances that a figure has to be judged by, taken around each process.
//!
//! Nothing is corrected by them. A run on a machine that was busy, was robbed of time by its host, or had to swap is
//! recognised by these figures and measured again.

use std::fs;

use serde::{Deserialize, Serialize};
use sysinfo::System;

/// The circumstances of one process. What the system does not tell is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Mean number of runnable processes over the minute before the start.
    pub load_before: Option<f64>,
    /// The same over the last minute of the process; it includes the measurement itself.
    pub load_after: Option<f64>,
    /// Share of all processor time that the hypervisor gave to others meanwhile.
    pub stolen_share: Option<f64>,
    /// Time during which something on this machine waited for memory \[s\].
    pub memory_stall_s: Option<f64>,
    /// Time of one dependent multiplication, once per round \[ns\]: a change of it is a change of clock frequency.
    pub multiplication_ns: Vec<f64>,
}

/// The counters of the system at the start of a process.
pub(crate) struct Watch {
    load: Option<f64>,
    processor: Option<Processor>,
    memory_stall_us: Option<u64>,
}

impl Watch {
    pub(crate) fn start() -> Self {
        Self { load: load(), processor: Processor::now(), memory_stall_us: memory_stall_us() }
    }

    pub(crate) fn stop(self, multiplication_ns: Vec<f64>) -> Conditions {
        let processor = self.processor.zip(Processor::now());
        let stall = self.memory_stall_us.zip(memory_stall_us());
        Conditions {
            load_before: self.load,
            load_after: load(),
            stolen_share: processor.map(|(before, after)| after.stolen_share_since(before)),
            memory_stall_s: stall.map(|(before, after)| after.saturating_sub(before) as f64 * 1e-6),
            multiplication_ns,
        }
    }
}

/// Mean number of runnable processes over the last minute.
fn load() -> Option<f64> {
    System::load_average().ok().map(|load| load.one)
}

/// Ticks that all processors together have counted since the machine started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Processor {
    all: u64,
    stolen: u64,
}

impl Processor {
    fn now() -> Option<Self> {
        Self::parse(&fs::read_to_string("/proc/stat").ok()?)
    }

    /// The first line: user, nice, system, idle, iowait, irq, softirq, steal; what follows is counted in the first two already.
    fn parse(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = line.split_whitespace().take(8).map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Self { all: ticks.iter().sum(), stolen: *ticks.get(7)? })
    }

    fn stolen_share_since(self, before: Self) -> f64 {
        let all = self.all.saturating_sub(before.all).max(1);
        self.stolen.saturating_sub(before.stolen) as f64 / all as f64
    }
}

/// Time since the machine started during which at least one task waited for memory \[µs\].
fn memory_stall_us() -> Option<u64> {
    parse_stall(&fs::read_to_string("/proc/pressure/memory").ok()?)
}

fn parse_stall(pressure: &str) -> Option<u64> {
    let some = pressure.lines().find_map(|line| line.strip_prefix("some "))?;
    some.split_whitespace().find_map(|field| field.strip_prefix("total="))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counters_of_the_kernel_are_read() {
        let before = Processor::parse("cpu  10 0 10 70 0 0 0 10 5 5\ncpu0 1 2").expect("a line of the kernel");
        assert_eq!(before, Processor { all: 100, stolen: 10 });
        let after = Processor { all: 300, stolen: 60 };
        assert!((after.stolen_share_since(before) - 0.25).abs() < 1e-12);
        assert_eq!(Processor::parse("cpu 1 2 3"), None);
        let pressure = "some avg10=0.00 avg60=0.00 avg300=0.00 total=1234\nfull avg10=0.00 total=9\n";
        assert_eq!(parse_stall(pressure), Some(1234));
        assert_eq!(parse_stall("none"), None);
    }
}
