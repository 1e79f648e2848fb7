//! Two calibrations of one host: whether the later is slower than the earlier.
//!
//! The i-th process of one is held against the i-th of the other, by the test of [`super::votes`]. What they share by being measured at another
//! time cannot be seen in them but for the clock frequency, which a chain of multiplications tells: where it changed, nothing is
//! decided. What was counted, and the size of results, is compared exactly.

use std::collections::BTreeSet;

use super::BEYOND_NOISE;
use super::floors::{Times, clock, of_process};
use super::line::{Figure, Line};
use super::sides::Sides;
use super::votes::{Test, Verdict};
use crate::calibration::{Calibration, Measured};
use crate::point::Point;

/// Clock frequencies are the same if multiplications take the same time within this share.
const SAME_CLOCK: f64 = 0.0125;

/// What two calibrations say of each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// One line for every figure that both have.
    pub lines: Vec<Line>,
    /// Operations at sizes that only one has, with the one that has them: 0 the baseline.
    pub alone: Vec<(usize, String)>,
    /// By what share multiplications took longer in the later one, where that is worth a word.
    pub clock: Option<f64>,
}

/// Judges what both calibrations have, baseline first. `wanted` chooses operations by name.
pub fn compare(sides: [&Calibration; 2], wanted: &dyn Fn(&str) -> bool, asked: Test) -> Compared {
    let acts = |side: usize| {
        let operations = sides[side].operations.iter().filter(|one| wanted(&one.description.name));
        operations.flat_map(|measured| measured.points.iter().map(move |point| (measured, point)))
    };
    let find = |side: usize, name: &str, size: u64| {
        acts(side).find(|(measured, point)| measured.description.name == name && point.size == size)
    };
    let mut both = Vec::new();
    let mut alone = Vec::new();
    for (measured, point) in acts(0) {
        match find(1, &measured.description.name, point.size) {
            Some(other) => both.push([(measured, point), other]),
            None => alone.push((0, act(measured, point))),
        }
    }
    let missing = acts(1).filter(|(measured, point)| find(0, &measured.description.name, point.size).is_none());
    alone.extend(missing.map(|(measured, point)| (1, act(measured, point))));
    let test = Test { false_alarms: asked.false_alarms / both.len().max(1) as f64, ..asked };
    let clock = slower_clock(sides);
    let mut lines: Vec<Line> = both.iter().flat_map(|pair| lines_of(pair, test)).map(beyond_noise).collect();
    if let Some(share) = clock {
        for line in lines.iter_mut().filter(|line| line.figure == Figure::Time && line.verdict != Verdict::Undecided) {
            line.verdict = Verdict::Undecided;
            let way = if share > 0.0 { "slower" } else { "faster" };
            line.why =
                Some(format!("the processor's clock ran {:.1} % {way} than for the baseline", share.abs() * 100.0));
        }
    }
    Compared { lines, alone, clock }
}

/// A line that few processes leave open fails where the difference is beyond all noise.
fn beyond_noise(line: Line) -> Line {
    match line.verdict {
        Verdict::Undecided if line.change > BEYOND_NOISE => Line { verdict: Verdict::Fail, why: None, ..line },
        _ => line,
    }
}

fn act(measured: &Measured, point: &Point) -> String {
    format!("{} at {}", measured.description.name, point.size)
}

/// By what share the shortest multiplications took longer, where it is beyond what is the same.
fn slower_clock(sides: [&Calibration; 2]) -> Option<f64> {
    let floor = |side: usize| {
        let times = sides[side].conditions.iter().flat_map(|conditions| &conditions.multiplication_ns);
        times.copied().reduce(f64::min)
    };
    let share = floor(1)? / floor(0)? - 1.0;
    (share.abs() > SAME_CLOCK).then_some(share)
}

/// The lines of an operation at a size: its time, the size of its result, and what it counts.
fn lines_of(pair: &[(&Measured, &Point); 2], test: Test) -> Vec<Line> {
    let [(measured, baseline), (_, candidate)] = *pair;
    let (description, points) = (&measured.description, [baseline, candidate]);
    let clock = clock(description, points.into_iter().flat_map(|point| &point.processes).map(Times::of));
    let sides = |figure, values| Sides {
        description,
        size: baseline.size,
        figure,
        values,
        processes: points.map(|point| point.processes.len()),
        samples: points.map(|point| point.processes.iter().map(|run| run.wall_s.len()).sum()),
        in_turns: false,
    };
    let floors = points.map(|point| {
        let floors = point.processes.iter().flat_map(|run| of_process(description, clock.samples(run)));
        floors.collect::<Vec<f64>>()
    });
    let bytes = points.map(|point| point.output_bytes.map(|bytes| bytes as f64).into_iter().collect::<Vec<f64>>());
    let names: BTreeSet<&String> = baseline.processes.iter().flat_map(|run| run.counters.keys()).collect();
    let counted = names.into_iter().map(|name| {
        let values = points.map(|point| {
            point.processes.iter().filter_map(|run| run.counters.get(name)).flatten().copied().collect::<Vec<f64>>()
        });
        (Figure::Counter(name.clone()), values)
    });
    let all = [(Figure::Time, floors), (Figure::Output, bytes)].into_iter().chain(counted);
    all.filter_map(|(figure, values)| sides(figure, values).judge(test)).collect()
}
