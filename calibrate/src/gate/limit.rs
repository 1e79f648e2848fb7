//! A figure of a calibration against a limit.
//!
//! Noise only adds to a time, so a single floor at or below the limit shows that the limit is kept. That it is not kept takes more: the three
//! lowest floors agree, within half of the change that gates look for, and the lowest is above the limit by more than that; or any number
//! of processes takes more than twice as long. In between nothing is decided.
//!
//! Left out: what differs between hosts; a limit that names a host is judged on that one only.

use super::BEYOND_NOISE;
use super::floors::{Times, clock, of_process};
use super::line::{Against, Evidence, Figure, Line};
use super::votes::{AGREEING, Verdict};
use crate::calibration::Measured;
use crate::point::Point;

/// Judges a figure of an operation at a size; nothing where it was not measured. `change` is the change that the gate looks for.
pub fn judge(measured: &Measured, point: &Point, figure: &Figure, limit: f64, change: f64) -> Option<Line> {
    let description = &measured.description;
    let clock = clock(description, point.processes.iter().map(Times::of));
    let size = point.size as f64;
    let mut floors: Vec<f64> = match figure {
        Figure::Time | Figure::Throughput | Figure::TimePerUnit => {
            point.processes.iter().flat_map(|run| of_process(description, clock.samples(run))).collect()
        }
        Figure::Memory => point.peak_memory_bytes.map(|bytes| bytes as f64).into_iter().collect(),
        Figure::Output => point.output_bytes.map(|bytes| bytes as f64).into_iter().collect(),
        Figure::Counter(name) => {
            point.processes.iter().filter_map(|run| run.counters.get(name)).flatten().copied().collect()
        }
    };
    floors.sort_by(f64::total_cmp);
    let lowest = *floors.first()?;
    let highest = *floors.last()?;
    let timed = matches!(figure, Figure::Time | Figure::Throughput | Figure::TimePerUnit);
    // What is counted is what it is; where it varies the most of it counts.
    let floor = if timed { lowest } else { highest };
    let (found, excess) = match figure {
        Figure::Throughput => (size / floor, limit * floor / size - 1.0),
        Figure::TimePerUnit => (floor / size, floor / size / limit - 1.0),
        _ => (floor, floor / limit - 1.0),
    };
    let half = change / 2.0;
    let agree = floors.get(AGREEING - 1).is_some_and(|third| *third <= lowest * (1.0 + half));
    let verdict = match (timed, excess) {
        (_, excess) if excess <= 0.0 => Verdict::Pass,
        (false, _) => Verdict::Fail,
        (true, excess) if excess > BEYOND_NOISE || (agree && excess > half) => Verdict::Fail,
        _ => Verdict::Undecided,
    };
    let why = (verdict == Verdict::Undecided).then(|| undecided(agree, floors.len(), half));
    let samples = point.processes.iter().map(|run| run.wall_s.len()).sum();
    Some(Line {
        operation: description.name.clone(),
        size: point.size,
        size_unit: description.size_unit.clone(),
        figure: figure.clone(),
        against: Against::Limit,
        reference: limit,
        found,
        change: found / limit - 1.0,
        verdict,
        why,
        source: None,
        evidence: Evidence {
            processes: [0, point.processes.len()],
            samples: [0, samples],
            floors: [Vec::new(), floors],
            votes: None,
        },
        accepted: None,
    })
}

fn undecided(agree: bool, floors: usize, half: f64) -> String {
    let percent = half * 100.0;
    if agree {
        return format!("within {percent:.1} % above the limit, which noise can do");
    }
    match floors {
        1 => format!("from one process; {AGREEING} that agree within {percent:.1} % can fail it"),
        few if few < AGREEING => {
            format!("from {few} processes; {AGREEING} that agree within {percent:.1} % can fail it")
        }
        _ => format!("the lowest times of {floors} processes differ by more than {percent:.1} %: the machine was busy"),
    }
}
