//! Jobs that one prover at a time may work on: lottery, round robin, reverse auction with a lock.
//!
//! Model: somebody is chosen before work begins, so nobody works for nothing. Whoever has no valid proof by its
//! deadline loses the job, which is then given to somebody else. The choice is by lot in proportion to a weight, by
//! turn, or by price: in the auction the offered price ramps up linearly from its minimum to its maximum after each
//! (re-)opening, and the first prover for whom it suffices locks the job at that price, so the cheapest able bidder
//! wins. A prover's ask is the hours that it expects to work on the job at its hourly bill, plus a margin; the bill
//! covers the idle hours only as far as the bidder counts on them.
//!
//! Assumptions: bidders ask their true cost; who cannot expect to finish within the deadline does not bid, and that is
//! judged when the job opens; between equal times the lower ask is first.
//! Source: the ramp and lock of the Boundless market and the lowest-bid auction of Succinct's prover network, as
//! documented by their operators (2025).
//! Leaves out: provers that hold several locks at once, bids that learn from each other.

use sim::{Span, Stream, Time};

use super::ramp::Ramp;
use super::{Attempt, Contender, Course, Ending, Fate, Job, LONGEST_S, Prover, Rules, Weight};
use crate::fleet::HOURS_PER_MONTH;

/// A price that rises until somebody takes the job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Auction {
    /// The price, in tokens.
    pub ramp: Ramp,
    /// Share of its hours that a bidder expects to sell, 0–1: over these it spreads its monthly bill.
    pub utilization: f64,
    /// Share of its cost that a bidder adds to it.
    pub margin: f64,
}

impl Auction {
    /// What a prover asks for a job, in tokens of this worth: its cost of the hours that it expects to work, and the
    /// margin.
    pub fn ask(&self, prover: &Prover, job: &Job, token_usd: f64) -> f64 {
        let hour_usd = prover.busy_hour_usd + prover.monthly_usd / (HOURS_PER_MONTH * self.utilization);
        prover.mean_service_s(job) / 3_600.0 * hour_usd * (1.0 + self.margin) / token_usd
    }
}

/// Who gets a job.
struct Award {
    contender: usize,
    at: Time,
    price: Option<f64>,
}

/// Gives the job to contenders drawn by weight, one after another, until there is a proof.
pub fn lottery(rules: &Rules, job: &Job, contenders: &[Contender], weight: Weight, stream: &mut Stream) -> Course {
    assign(rules, job, contenders, |left, now| {
        let weights: Vec<f64> = left.iter().map(|index| weight.of(&contenders[*index].prover)).collect();
        let mut ticket = stream.uniform() * weights.iter().sum::<f64>();
        let drawn = weights.iter().position(|weight| {
            ticket -= weight;
            ticket < 0.0
        });
        // Rounding may leave a ticket beyond the last one.
        let drawn = drawn.or_else(|| weights.iter().rposition(|weight| *weight > 0.0));
        drawn.map(|place| Award { contender: left[place], at: now, price: None })
    })
}

/// Gives the job to the contender whose turn it is, and then to the next ones.
pub fn round_robin(rules: &Rules, job: &Job, contenders: &[Contender]) -> Course {
    let first = job.number.checked_rem(contenders.len() as u64).unwrap_or(0) as usize;
    assign(rules, job, contenders, |left, now| {
        let next = left.iter().find(|index| **index >= first).or(left.first())?;
        Some(Award { contender: *next, at: now, price: None })
    })
}

/// Auctions the job, again and again until there is a proof or nobody bids.
pub fn auction(rules: &Rules, job: &Job, contenders: &[Contender], auction: &Auction) -> Course {
    let ask = |index: usize| auction.ask(&contenders[index].prover, job, rules.token_usd);
    assign(rules, job, contenders, |left, now| {
        let lock = |index: usize| {
            let at = now + auction.ramp.reaches(ask(index))?;
            let begin = at.max(contenders[index].free);
            let expected = Span::from_secs_f64(contenders[index].prover.mean_service_s(job).min(LONGEST_S));
            (begin + expected <= at + rules.deadline).then_some(at)
        };
        let bids = left.iter().filter_map(|index| Some((lock(*index)?, ask(*index), *index)));
        let (at, _, contender) = bids.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)))?;
        Some(Award { contender, at, price: Some(auction.ramp.price(at - now)) })
    })
}

/// Awards the job until somebody has a proof; each contender gets it once at most.
fn assign(
    rules: &Rules,
    job: &Job,
    contenders: &[Contender],
    mut choose: impl FnMut(&[usize], Time) -> Option<Award>,
) -> Course {
    let mut course = Course { attempts: Vec::new(), closed: job.opened, price: None };
    let mut left: Vec<usize> = (0..contenders.len()).filter(|index| rules.admits(&contenders[*index].prover)).collect();
    while let Some(award) = choose(&left, course.closed) {
        left.retain(|index| *index != award.contender);
        let attempt = attempt(&contenders[award.contender], &award, rules.deadline);
        course.closed = attempt.ended;
        course.attempts.push(attempt);
        if attempt.fate == Fate::Won {
            course.price = award.price;
            break;
        }
    }
    course
}

fn attempt(contender: &Contender, award: &Award, deadline: Span) -> Attempt {
    let due = award.at + deadline;
    // A prover that is busy with another job past the deadline never begins this one.
    let started = award.at.max(contender.free).min(due);
    let finish = started + contender.effort.service;
    let (ended, fate) = match contender.effort.ending {
        Ending::Valid if finish <= due => (finish, Fate::Won),
        Ending::Invalid if finish <= due => (finish, Fate::Invalid),
        _ => (due, Fate::Late),
    };
    Attempt { contender: award.contender, started, ended, fate }
}

#[cfg(test)]
mod tests;
