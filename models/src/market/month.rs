//! A month of the market: what everybody earned, what it cost them, and what was wasted.
//!
//! Model: a prover's profit is the tokens it earned, at the token's price, less its bills. Two ledgers are kept apart:
//! what the network pays for its proofs, and what the provers pay for making them.
//! Assumptions: bills are due whether the prover worked or not; tokens are sold at once.
//! Source: bookkeeping. Leaves out: taxes, the purchase of machines (it is in the monthly bill).

use sim::Tally;

use super::concentration::Concentration;
use super::{Attempt, Fate, Prover, Settlement};

/// A prover's month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Account {
    /// Who, with the stake it has left.
    pub prover: Prover,
    /// Proofs that were accepted.
    pub wins: u64,
    /// Tokens earned; slashes are negative.
    pub earned: f64,
    /// Time worked, in seconds.
    pub worked_s: f64,
    /// Time worked on proofs that were not accepted, in seconds.
    pub wasted_s: f64,
}

impl Account {
    /// A month in which nothing has happened yet.
    pub fn new(prover: Prover) -> Self {
        Self { prover, wins: 0, earned: 0.0, worked_s: 0.0, wasted_s: 0.0 }
    }

    /// Takes down an attempt and what it earned, of which `slashed` came out of the stake.
    pub fn record(&mut self, attempt: &Attempt, earned: f64, slashed: f64) {
        let won = attempt.fate == Fate::Won;
        self.wins += u64::from(won);
        self.earned += earned;
        self.prover.stake -= slashed;
        self.worked_s += attempt.worked_s();
        self.wasted_s += if won { 0.0 } else { attempt.worked_s() };
    }

    /// What the prover paid for the month, in USD.
    pub fn bill_usd(&self) -> f64 {
        self.prover.monthly_usd + self.worked_s / 3_600.0 * self.prover.busy_hour_usd
    }

    /// What is left of the month, in USD.
    pub fn profit_usd(&self, token_usd: f64) -> f64 {
        self.earned * token_usd - self.bill_usd()
    }
}

/// A month of the market.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    /// Everybody who was in the market, with the account of the month.
    pub accounts: Vec<Account>,
    /// Jobs that were opened.
    pub jobs: u64,
    /// Jobs that got a proof.
    pub proven: u64,
    /// Time from opening to acceptance of the proven ones, in seconds.
    pub delay: Tally,
    /// Tokens that the network paid.
    pub paid: f64,
    /// Tokens that were burnt.
    pub burnt: f64,
    /// Price of a token in USD.
    pub token_usd: f64,
    /// Provers that came at the end of the month.
    pub came: u64,
    /// Provers that left at the end of the month.
    pub left: u64,
}

impl Month {
    /// A month that has just begun.
    pub fn new(token_usd: f64) -> Self {
        let (accounts, delay) = (Vec::new(), Tally::new());
        Self { accounts, jobs: 0, proven: 0, delay, paid: 0.0, burnt: 0.0, token_usd, came: 0, left: 0 }
    }

    /// Takes down how a job went that was opened `delay_s` before it closed.
    pub fn record(&mut self, settlement: &Settlement, delay_s: f64) {
        self.jobs += 1;
        self.paid += settlement.paid;
        self.burnt += settlement.burnt;
        if settlement.winner.is_some() {
            self.proven += 1;
            self.delay.record(delay_s);
        }
    }

    /// Profit per prover in USD: mean and spread.
    pub fn profit_usd(&self) -> Tally {
        let mut tally = Tally::new();
        self.accounts.iter().for_each(|account| tally.record(account.profit_usd(self.token_usd)));
        tally
    }

    /// What the provers paid for their machines, in USD.
    pub fn bills_usd(&self) -> f64 {
        self.sum(Account::bill_usd)
    }

    /// What the network paid for its proofs, in USD.
    pub fn network_usd(&self) -> f64 {
        self.paid * self.token_usd
    }

    /// Share of all work that led to no accepted proof; 0 without work.
    pub fn wasted_share(&self) -> f64 {
        let worked = self.sum(|account| account.worked_s);
        if worked == 0.0 { 0.0 } else { self.sum(|account| account.wasted_s) / worked }
    }

    /// How unevenly accepted proofs are shared; `None` without any.
    pub fn concentration(&self) -> Option<Concentration> {
        Concentration::of(&self.accounts.iter().map(|account| account.wins as f64).collect::<Vec<_>>())
    }

    /// Sum over all provers.
    fn sum(&self, value: impl Fn(&Account) -> f64) -> f64 {
        self.accounts.iter().map(value).sum()
    }
}
