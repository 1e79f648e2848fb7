//! A figure of two sides, baseline and candidate, and the verdict on it.

use super::apart;
use super::line::{Against, Evidence, Figure, Line};
use super::votes::{Test, Verdict, Votes};
use crate::operation::Description;

/// The values of both sides of one figure, baseline first.
#[derive(Debug, Clone)]
pub struct Sides<'a> {
    /// What was measured.
    pub description: &'a Description,
    /// At which size.
    pub size: u64,
    /// What is judged.
    pub figure: Figure,
    /// Floors of processes, or what was counted, in the order in which they were taken.
    pub values: [Vec<f64>; 2],
    /// How many processes they come from.
    pub processes: [usize; 2],
    /// How many samples.
    pub samples: [usize; 2],
    /// Whether both sides took turns, in an order that was drawn: only then says a pair more than its floors.
    pub in_turns: bool,
}

impl Sides<'_> {
    /// The verdict; nothing where a side has no value.
    ///
    /// What is counted and does not vary is compared exactly. All else is a matter of the test.
    pub fn judge(self, test: Test) -> Option<Line> {
        let lowest = [0, 1].map(|side| self.values[side].iter().copied().reduce(f64::min));
        let [Some(reference), Some(found)] = lowest else { return None };
        let change = if reference > 0.0 { found / reference - 1.0 } else { f64::from(u8::from(found > 0.0)) };
        let varies = self.values.iter().flatten().any(|value| *value != reference && *value != found)
            || self.values.iter().any(|side| side.iter().any(|value| *value != side[0]));
        let exact = self.figure != Figure::Time && !varies;
        let (verdict, votes, why) = if exact { (counted(change), None, None) } else { self.tested(test) };
        Some(Line {
            operation: self.description.name.clone(),
            size: self.size,
            size_unit: self.description.size_unit.clone(),
            figure: self.figure,
            against: Against::Baseline,
            reference,
            found,
            change,
            verdict,
            why,
            source: None,
            evidence: Evidence { processes: self.processes, samples: self.samples, floors: self.values, votes },
            accepted: None,
        })
    }

    fn tested(&self, test: Test) -> (Verdict, Option<Votes>, Option<String>) {
        let [baseline, candidate] = &self.values;
        let pairs: Vec<[f64; 2]> = baseline.iter().zip(candidate).map(|(one, other)| [*one, *other]).collect();
        let votes = test.votes(&pairs);
        let (margin, false_alarms) = (test.change / 2.0, test.false_alarms * Test::OF_PAIRS);
        let (verdict, why) = match votes.verdict() {
            Verdict::Undecided if self.in_turns && apart::is_slower(&pairs, margin, false_alarms) => {
                let slower = apart::slower(&pairs, margin);
                (Verdict::Fail, Some(format!("slower in {slower} of {} pairs of noisy processes", pairs.len())))
            }
            Verdict::Undecided => (Verdict::Undecided, Some(undecided(test, votes, &pairs))),
            decided => (decided, None),
        };
        (verdict, Some(votes), why)
    }
}

fn counted(change: f64) -> Verdict {
    if change > 0.0 { Verdict::Fail } else { Verdict::Pass }
}

/// What a verdict would take.
fn undecided(test: Test, votes: Votes, pairs: &[[f64; 2]]) -> String {
    let have = pairs.len();
    let pairs_of = if have == 1 { "pair of processes" } else { "pairs of processes" };
    match test.pairs_needed(pairs) {
        _ if votes.slower > 0 && votes.not_slower > 0 => {
            format!(
                "{} of {} blocks say slower: the change is near {:.1} %",
                votes.slower,
                votes.slower + votes.not_slower,
                test.change * 50.0
            )
        }
        Some(needed) => format!("{have} {pairs_of}; a verdict takes about {:.0}", needed.ceil().max(have as f64 + 1.0)),
        None if have < super::votes::AGREEING => {
            format!(
                "{have} {pairs_of}; {} are the fewest that can tell",
                super::votes::AGREEING * votes.to_pass as usize
            )
        }
        None => format!("the lowest times of {have} {pairs_of} do not agree: the machine was busy"),
    }
}
