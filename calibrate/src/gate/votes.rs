//! The test that decides whether one side is slower than the other, from the floors of their processes.
//!
//! Model. Noise only ever adds to a time, so the shortest sample of a process is its *floor*, and the lowest floors of several
//! processes come close to what the code takes. Pairs of processes, one of each side, are gathered into a *block* until on both
//! sides the three lowest floors lie within half of the change that is looked for: floors that agree are floors, and not noise. A
//! block casts one vote: *slower* if the lowest floor of the candidate is above that of the baseline by more than half the change. Votes are
//! counted by Wald's sequential probability ratio test (A. Wald, "Sequential Tests of Statistical Hypotheses", Annals of
//! Mathematical Statistics 16(2), 1945) of p = 3 % against p = 97 % of votes for *slower*: it ends as soon as it can decide.
//!
//! Assumption: where nothing changed, or all of the change that is looked for is there, at most 3 votes in 100 go astray. Of 4,000
//! blocks drawn from the floors of five operations on two hardware threads that were busy with compilers, 0 to 2.3 % did; how often a whole
//! run goes wrong is measured by the benchmark of the gate. A change of half the size sought gives votes both ways, and no verdict.
//!
//! Left out: what all processes of a side share, such as the layout of a build (rebuilding the same source moves a time by 1 %).

use serde::{Deserialize, Serialize};

/// At most this share of votes goes astray.
const ASTRAY: f64 = 0.03;
/// So many of the lowest floors have to agree on each side.
pub(crate) const AGREEING: usize = 3;

/// What is asked of the test of one line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// The slowdown to be found, as a share of the baseline.
    pub change: f64,
    /// How often at most the line may fail where nothing changed.
    pub false_alarms: f64,
    /// How often at most it may pass where the change is there.
    pub misses: f64,
}

/// What is known of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not.
    Fail,
    /// Neither can be said at the error rates that were asked for.
    Undecided,
}

/// The votes of all blocks that are complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Votes {
    /// For a slowdown.
    pub slower: u32,
    /// Against one.
    pub not_slower: u32,
    /// By how many the first kind has to lead for a failure.
    pub to_fail: u32,
    /// By how many the second kind has to lead for a pass.
    pub to_pass: u32,
}

impl Votes {
    /// The first verdict that the votes, in the order in which they were cast, allowed; later ones do not change it.
    pub fn verdict(self) -> Verdict {
        if self.slower >= self.not_slower + self.to_fail {
            Verdict::Fail
        } else if self.not_slower >= self.slower + self.to_pass {
            Verdict::Pass
        } else {
            Verdict::Undecided
        }
    }
}

impl Test {
    /// The part of the false alarms that is for pairs one by one ([`super::apart`]); votes have the rest.
    pub const OF_PAIRS: f64 = 0.1;

    /// The votes of pairs of floors, baseline first, in the order in which they were taken, until they decide.
    pub fn votes(&self, pairs: &[[f64; 2]]) -> Votes {
        let mut votes = self.none();
        let mut block = Vec::new();
        for pair in pairs {
            block.push(*pair);
            if votes.verdict() == Verdict::Undecided && self.is_complete(&block) {
                let [baseline, candidate] = [0, 1].map(|side| lowest(&block, side)[0]);
                let slower = candidate / baseline > 1.0 + self.change / 2.0;
                *(if slower { &mut votes.slower } else { &mut votes.not_slower }) += 1;
                block.clear();
            }
        }
        votes
    }

    /// No vote yet, with what the test needs.
    pub fn none(&self) -> Votes {
        let of_a_vote = ((1.0 - ASTRAY) / ASTRAY).ln();
        let needed = |odds: f64| (odds.ln() / of_a_vote).ceil().max(1.0) as u32;
        let to_fail = needed((1.0 - self.misses) / (self.false_alarms * (1.0 - Self::OF_PAIRS)));
        let to_pass = needed((1.0 - self.false_alarms) / self.misses);
        Votes { slower: 0, not_slower: 0, to_fail, to_pass }
    }

    fn is_complete(&self, block: &[[f64; 2]]) -> bool {
        let agree = |side| {
            let floors = lowest(block, side);
            floors.get(AGREEING - 1).is_some_and(|third| *third <= floors[0] * (1.0 + self.change / 2.0))
        };
        agree(0) && agree(1)
    }

    /// The smallest change that so many pairs like these resolve, whichever way the votes go; nothing if even a doubled time cannot be
    /// told.
    pub fn resolved_by(&self, pairs: &[[f64; 2]], count: f64) -> Option<f64> {
        let steps = (0..=95).map(|percent| self.change.max(0.01) + f64::from(percent) / 100.0);
        steps.into_iter().find(|&change| {
            let wider = Self { change, ..*self };
            wider.pairs_needed(pairs).is_some_and(|needed| needed <= count)
        })
    }

    /// How many pairs like these a verdict takes, whichever way it goes; nothing where they do not make a single block, as then it takes more than
    /// [`fewest`](Self::fewest) times as many.
    pub fn pairs_needed(&self, pairs: &[[f64; 2]]) -> Option<f64> {
        let mut block = Vec::new();
        let (mut complete, mut used) = (0_u32, 0);
        for (index, pair) in pairs.iter().enumerate() {
            block.push(*pair);
            if self.is_complete(&block) {
                complete += 1;
                used = index + 1;
                block.clear();
            }
        }
        (complete > 0).then(|| f64::from(self.fewest()) * used as f64 / f64::from(complete))
    }

    /// The fewest votes that decide either way.
    pub fn fewest(&self) -> u32 {
        let none = self.none();
        none.to_fail.max(none.to_pass)
    }
}

/// The floors of a side, lowest first.
fn lowest(block: &[[f64; 2]], side: usize) -> Vec<f64> {
    let mut floors: Vec<f64> = block.iter().map(|pair| pair[side]).collect();
    floors.sort_by(f64::total_cmp);
    floors
}

#[cfg(test)]
#[path = "votes_tests.rs"]
mod tests;
