//! What the market is like once it has settled: means over months.
//!
//! Model: the months after a warm-up are pooled; profit and its spread are over provers and months, concentration and
//! waste are means over months, chances of winning are per job for which the prover was there.
//! Assumptions: the caller leaves out the warm-up. Source: replication–deletion, A. M. Law, *Simulation Modeling and
//! Analysis*, 5th ed. (2015), ch. 9. Leaves out: intervals; those are over replications.

use std::collections::BTreeMap;

use sim::Tally;

use super::month::Month;

/// Means over months.
#[derive(Debug, Clone, PartialEq)]
pub struct Steady {
    /// Provers in the market, over months.
    pub provers: Tally,
    /// Profit in USD per prover and month.
    pub profit_usd: Tally,
    /// Share of work that led to no accepted proof, over months.
    pub wasted_share: Tally,
    /// Share of the largest prover in accepted proofs, over months with a proof.
    pub largest: Tally,
    /// Provers that have more than half of the accepted proofs together, over months with a proof.
    pub nakamoto: Tally,
    /// Sum of squared shares in accepted proofs, over months with a proof.
    pub herfindahl: Tally,
    /// What the network paid, USD per month.
    pub network_usd: Tally,
    /// What the provers paid for their machines, USD per month.
    pub bills_usd: Tally,
    /// Time from opening to acceptance in seconds, over proven jobs.
    pub delay_s: Tally,
    /// Share of jobs that nobody proved.
    pub unproven: f64,
    /// Chance of winning a job, by the number of the prover, over the months in which it was there.
    pub win_probability: BTreeMap<u64, f64>,
}

impl Steady {
    /// Of these months; all empty when there are none.
    pub fn of(months: &[Month]) -> Self {
        let tally = |value: &dyn Fn(&Month) -> Option<f64>| {
            let mut tally = Tally::new();
            months.iter().filter_map(value).for_each(|value| tally.record(value));
            tally
        };
        let merged = |value: &dyn Fn(&Month) -> Tally| {
            let mut tally = Tally::new();
            months.iter().for_each(|month| tally.merge(&value(month)));
            tally
        };
        let (jobs, proven) = months.iter().fold((0, 0), |sum, month| (sum.0 + month.jobs, sum.1 + month.proven));
        Self {
            provers: tally(&|month| Some(month.accounts.len() as f64)),
            profit_usd: merged(&Month::profit_usd),
            wasted_share: tally(&|month| Some(month.wasted_share())),
            largest: tally(&|month| Some(month.concentration()?.largest)),
            nakamoto: tally(&|month| Some(month.concentration()?.nakamoto as f64)),
            herfindahl: tally(&|month| Some(month.concentration()?.herfindahl)),
            network_usd: tally(&|month| Some(month.network_usd())),
            bills_usd: tally(&|month| Some(month.bills_usd())),
            delay_s: merged(&|month| month.delay),
            unproven: if jobs == 0 { 0.0 } else { (jobs - proven) as f64 / jobs as f64 },
            win_probability: win_probability(months),
        }
    }
}

fn win_probability(months: &[Month]) -> BTreeMap<u64, f64> {
    let mut records: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for month in months {
        for account in &month.accounts {
            let (wins, jobs) = records.entry(account.prover.id).or_default();
            *wins += account.wins;
            *jobs += month.jobs;
        }
    }
    records.into_iter().map(|(id, (wins, jobs))| (id, wins as f64 / jobs.max(1) as f64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::month::Account;
    use crate::market::sample::prover;

    /// A month of ten jobs of 100 tokens at 1 USD, of which so many were won by provers 0, 1, 2 …
    fn month(wins: &[u64]) -> Month {
        let account = |(id, wins): (u64, &u64)| Account {
            wins: *wins,
            earned: 100.0 * *wins as f64,
            worked_s: 10.0,
            wasted_s: 10.0 - *wins as f64,
            ..Account::new(prover(id))
        };
        let proven: u64 = wins.iter().sum();
        let mut delay = Tally::new();
        (0..proven).for_each(|_| delay.record(60.0));
        let accounts = (0..).zip(wins).map(account).collect();
        Month { accounts, jobs: 10, proven, delay, paid: 100.0 * proven as f64, ..Month::new(1.0) }
    }

    #[test]
    fn months_are_pooled_by_hand() {
        let steady = Steady::of(&[month(&[6, 2, 2]), month(&[4, 4])]);
        assert_eq!((steady.provers.mean(), steady.network_usd.mean(), steady.bills_usd.mean()), (2.5, 900.0, 1_250.0));
        // Profits 100, −300, −300, −100, −100 USD.
        assert!((steady.profit_usd.mean() + 140.0).abs() < 1e-9 && steady.profit_usd.count() == 5);
        assert_eq!((steady.largest.mean(), steady.nakamoto.mean()), (0.55, 1.5));
        assert!((steady.herfindahl.mean() - (0.44 + 0.5) / 2.0).abs() < 1e-12);
        assert!((steady.wasted_share.mean() - (20.0 / 30.0 + 12.0 / 20.0) / 2.0).abs() < 1e-12);
        assert_eq!((steady.delay_s.mean(), steady.unproven), (60.0, 0.1));
        assert_eq!(steady.win_probability, BTreeMap::from([(0, 0.5), (1, 0.3), (2, 0.2)]));
        assert_eq!(Steady::of(&[]).provers.count(), 0);
    }
}
