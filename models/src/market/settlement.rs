//! Who is paid what for a job.
//!
//! Model: the winner gets the price that the mechanism found, or else the base reward, the quality bonus (paid for
//! every accepted proof) and a bonus for being early. A refused or late proof costs its maker a penalty, as far as its
//! stake goes; a share of that is burnt, and the rest goes to whoever delivers the proof in the end, or back to the
//! network. What the network pays is what provers earn plus what is burnt, to the last token.
//! Source: bookkeeping; the half that is burnt and the bounty are Boundless's.
//! Leaves out: fees for the submission of proofs.

use sim::{Span, Stream, Time};

use super::{Attempt, Contender, Fate, Job, Mechanism, Rules, assignment, race};

/// What an accepted proof earns, in tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rewards {
    /// For the proof.
    pub base: f64,
    /// For its quality: paid whenever it verifies.
    pub quality: f64,
    /// For being early.
    pub bonus: f64,
    /// A proof is early when less than this has passed since the job opened.
    pub bonus_within: Span,
}

impl Rewards {
    /// Tokens for a proof so long after the opening.
    pub fn after(&self, delay: Span) -> f64 {
        self.base + self.quality + if delay < self.bonus_within { self.bonus } else { 0.0 }
    }
}

/// What misbehaviour costs, in tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalties {
    /// An invalid proof.
    pub invalid: f64,
    /// An assigned job without a proof in time; racers owe nobody a proof.
    pub late: f64,
    /// Share of a penalty that is burnt.
    pub burnt: f64,
}

/// How a job went.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// Who won, as an index among the contenders; nobody may have.
    pub winner: Option<usize>,
    /// When the proof was accepted, or the last hope for one ended.
    pub closed: Time,
    /// All work done.
    pub attempts: Vec<Attempt>,
    /// Tokens that each attempt earned; slashes are negative.
    pub earned: Vec<f64>,
    /// Tokens that were slashed from each attempt's stake: part of what it earned.
    pub slashed: Vec<f64>,
    /// Tokens that the network paid; negative when slashes came back to it.
    pub paid: f64,
    /// Tokens that nobody has any more.
    pub burnt: f64,
}

impl Settlement {
    /// Work on attempts that did not win, in seconds.
    pub fn wasted_s(&self) -> f64 {
        self.attempts.iter().filter(|attempt| attempt.fate != Fate::Won).map(Attempt::worked_s).sum()
    }
}

impl Attempt {
    /// How long it worked, in seconds.
    pub fn worked_s(&self) -> f64 {
        (self.ended - self.started).as_secs_f64()
    }
}

/// The course of one job and its money: a function of the rules, the job, the contenders with what each would make of
/// it, and, where the mechanism draws lots, the next numbers of `lots`.
pub fn settle(rules: &Rules, job: &Job, contenders: &[Contender], lots: &mut Stream) -> Settlement {
    let course = match &rules.mechanism {
        Mechanism::Race { notice } => race::race(rules, job, contenders, *notice),
        Mechanism::Lottery { weight } => assignment::lottery(rules, job, contenders, *weight, lots),
        Mechanism::RoundRobin => assignment::round_robin(rules, job, contenders),
        Mechanism::Auction(auction) => assignment::auction(rules, job, contenders, auction),
    };
    let assigned = !matches!(rules.mechanism, Mechanism::Race { .. });
    let slashed: Vec<f64> = course
        .attempts
        .iter()
        .map(|attempt| {
            let penalty = match attempt.fate {
                Fate::Invalid => rules.penalties.invalid,
                Fate::Late if assigned => rules.penalties.late,
                _ => 0.0,
            };
            penalty.min(contenders[attempt.contender].prover.stake)
        })
        .collect();
    let fines: f64 = slashed.iter().sum();
    let burnt = fines * rules.penalties.burnt;
    let mut earned: Vec<f64> = slashed.iter().map(|slash| -slash).collect();
    let won = course.attempts.iter().position(|attempt| attempt.fate == Fate::Won);
    let paid = match won {
        Some(place) => {
            let price = course.price.unwrap_or_else(|| rules.rewards.after(course.closed - job.opened));
            earned[place] += price + (fines - burnt);
            price
        }
        None => burnt - fines,
    };
    let winner = won.map(|place| course.attempts[place].contender);
    Settlement { winner, closed: course.closed, attempts: course.attempts, earned, slashed, paid, burnt }
}
