//! Results of another tool against earlier ones: raw samples where the tool keeps them, otherwise means with their intervals.
//!
//! Samples are paired in their order and go through the test of [`super::votes`]. Most tools take all samples of a benchmark in one process;
//! then the test sees what differs between samples, and not what differs between processes, such as the layout of memory.
//! Of means the intervals are compared: what overlaps is not decided.

use super::line::{Against, Evidence, Figure, Line};
use super::sides::Sides;
use super::stored::Compared;
use super::votes::{AGREEING, Test, Verdict};
use crate::operation::Description;
use crate::own_operation::OWN_SUITE;

/// One benchmark of another tool.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeated {
    /// Its name.
    pub operation: String,
    /// Its size, where its name has one.
    pub size: Option<u64>,
    /// Times \[s\], in the order in which they were taken; a single mean where the tool keeps no others.
    pub samples_s: Vec<f64>,
    /// Half-width of the 95 % interval of that mean \[s\].
    pub half_width_s: Option<f64>,
    /// How many processes the samples come from.
    pub processes: usize,
}

/// Judges what both sides have, baseline first.
pub fn compare(sides: [&[Repeated]; 2], asked: Test) -> Compared {
    let same = |one: &Repeated, other: &Repeated| one.operation == other.operation && one.size == other.size;
    let named = |one: &Repeated| match one.size {
        Some(size) => format!("{} at {size}", one.operation),
        None => one.operation.clone(),
    };
    let find = |side: usize, one: &Repeated| sides[side].iter().find(|other| same(one, other));
    let both: Vec<[&Repeated; 2]> = sides[0].iter().filter_map(|one| Some([one, find(1, one)?])).collect();
    let missing = |side: usize| sides[side].iter().filter(move |one| find(1 - side, one).is_none());
    let alone = [0, 1].into_iter().flat_map(|side| missing(side).map(move |one| (side, named(one)))).collect();
    let test = Test { false_alarms: asked.false_alarms / both.len().max(1) as f64, ..asked };
    let lines = both.into_iter().filter_map(|pair| line(pair, test)).collect();
    Compared { lines, alone, clock: None }
}

fn line(pair: [&Repeated; 2], test: Test) -> Option<Line> {
    let description = description(pair[0]);
    let size = pair[0].size.unwrap_or(1);
    if pair.iter().all(|one| one.samples_s.len() >= AGREEING) {
        let sides = Sides {
            description: &description,
            size,
            figure: Figure::Time,
            values: pair.map(|one| one.samples_s.clone()),
            processes: pair.map(|one| one.processes),
            samples: pair.map(|one| one.samples_s.len()),
            in_turns: false,
        };
        return sides.judge(test);
    }
    let [reference, found] = pair.map(|one| one.samples_s.iter().sum::<f64>() / one.samples_s.len() as f64);
    let reach = |one: &Repeated, mean: f64| one.half_width_s.map(|half_width| [mean - half_width, mean + half_width]);
    let (verdict, why) = match [reach(pair[0], reference), reach(pair[1], found)] {
        [Some(before), Some(after)] => of_intervals(before, after, test.change / 2.0),
        _ => {
            (Verdict::Undecided, Some("single figures without intervals: give raw samples, or measure in turns".into()))
        }
    };
    Some(Line {
        operation: description.name,
        size,
        size_unit: description.size_unit,
        figure: Figure::Time,
        against: Against::Baseline,
        reference,
        found,
        change: found / reference - 1.0,
        verdict,
        why,
        source: None,
        evidence: Evidence {
            processes: pair.map(|one| one.processes),
            samples: pair.map(|one| one.samples_s.len()),
            floors: pair.map(|one| one.samples_s.clone()),
            votes: None,
        },
        accepted: None,
    })
}

/// Slower by more than half of the change with all of both intervals, or not slower by as much with any of them.
fn of_intervals(before: [f64; 2], after: [f64; 2], half: f64) -> (Verdict, Option<String>) {
    if after[0] > before[1] * (1.0 + half) {
        (Verdict::Fail, None)
    } else if after[1] <= before[0] * (1.0 + half) {
        (Verdict::Pass, None)
    } else {
        let why = format!("the intervals leave open whether it is slower by {:.1} %", half * 100.0);
        (Verdict::Undecided, Some(why))
    }
}

/// What is known of a benchmark of another tool. Every sample counts for itself, as those of commands do.
fn description(one: &Repeated) -> Description {
    Description {
        name: one.operation.clone(),
        statement: "a benchmark of another tool".into(),
        lower_bound: None,
        library: String::new(),
        size_unit: "size".into(),
        suite: OWN_SUITE.into(),
        quick: false,
        scaling: None,
        claimed: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: Test = Test { change: 0.05, false_alarms: 0.01, misses: 0.05 };

    fn repeated(samples_s: &[f64], half_width_s: Option<f64>) -> Repeated {
        Repeated { operation: "fold".into(), size: Some(8), samples_s: samples_s.into(), half_width_s, processes: 1 }
    }

    fn verdict(baseline: Repeated, candidate: Repeated) -> Verdict {
        compare([&[baseline], &[candidate]], TEST).lines[0].verdict
    }

    #[test]
    fn means_are_judged_by_their_intervals() {
        let of = |mean, half| repeated(&[mean], half);
        assert_eq!(verdict(of(1.0, Some(0.01)), of(1.08, Some(0.01))), Verdict::Fail);
        assert_eq!(verdict(of(1.0, Some(0.004)), of(1.0, Some(0.004))), Verdict::Pass);
        assert_eq!(verdict(of(1.0, Some(0.05)), of(1.05, Some(0.05))), Verdict::Undecided);
        assert_eq!(verdict(of(1.0, None), of(9.0, None)), Verdict::Undecided, "a single figure tells nothing");
    }

    #[test]
    fn samples_are_judged_by_their_floors() {
        let noisy = |floor: f64| (0..40).map(|at| floor * (1.0 + 0.01 * f64::from(at % 7))).collect::<Vec<_>>();
        assert_eq!(verdict(repeated(&noisy(1.0), None), repeated(&noisy(1.0), None)), Verdict::Pass);
        assert_eq!(verdict(repeated(&noisy(1.0), None), repeated(&noisy(1.06), None)), Verdict::Fail);
    }

    #[test]
    fn samples_that_never_agree_decide_nothing_since_they_were_not_taken_in_turns() {
        let apart = |floor: f64| (0..20).map(|at| floor * 1.1_f64.powi(at)).collect::<Vec<_>>();
        assert_eq!(verdict(repeated(&apart(1.0), None), repeated(&apart(1.5), None)), Verdict::Undecided);
    }

    #[test]
    fn what_only_one_side_has_is_named() {
        let other = Repeated { operation: "merge".into(), size: None, ..repeated(&[1.0], None) };
        let compared = compare([&[repeated(&[1.0], None), other.clone()], &[repeated(&[1.0], None)]], TEST);
        assert_eq!((compared.lines.len(), compared.alone), (1, vec![(0, "merge".to_owned())]));
    }
}
