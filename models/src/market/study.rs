//! A market watched beside the world: which jobs come, who is there at first, and what it settles at.
//!
//! Model: jobs of equal work open at a fixed period. The first provers are drawn from the laws of the candidates; months
//! after a warm-up are pooled ([`Steady`]). In a mechanism that gives a job to one prover at a time n provers share the
//! rewards and the bills of working hours; in a race they share the rewards, and everybody works on everything.
//! Assumptions: the machines of a prover share a job evenly, whatever its shape; what the market does holds up no epoch
//! of the chain. Source: free entry to zero profit, as in [`super::population`].
//! Leaves out: jobs of unequal work.

use sim::{Span, Streams};

use super::population::{Candidates, Market, Population, break_even};
use super::steady::Steady;
use super::{LONGEST_S, Mechanism, Prover, Rules};
use crate::work::draw_factor;

/// A market to be watched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Study {
    /// Its rules.
    pub rules: Rules,
    /// Who comes and goes.
    pub population: Population,
    /// Provers at the start.
    pub first: u64,
    /// Machines of a prover of speed 1: the bill of a candidate is for all of them.
    pub machines: u64,
    /// Time that these machines take for a job, in seconds.
    pub work_s: f64,
    /// Coefficient of variation of what the work truly is on the host: drawn once a run, for all jobs.
    pub work_cv: f64,
    /// Time from job to job.
    pub period: Span,
    /// Jobs of a month.
    pub jobs_per_month: u64,
    /// Months that are run first and not counted.
    pub warm_up_months: u64,
    /// Months that are counted.
    pub months: u64,
}

impl Study {
    /// Runs the market and pools its months.
    pub fn run(&self, streams: &Streams) -> Steady {
        let mut market = Market::new(self.rules, self.population, &self.first_provers(streams), streams);
        let months = self.warm_up_months + self.months;
        let work_s = self.work_s * draw_factor(self.work_cv, &mut streams.stream("market.work"));
        let months = market.run(months, self.jobs_per_month, self.period, work_s);
        Steady::of(&months[self.warm_up_months as usize..])
    }

    /// Tokens for a proof that comes after the mean time of a prover that is alone; in an auction the highest price.
    pub fn reward(&self) -> f64 {
        match self.rules.mechanism {
            Mechanism::Auction(auction) => auction.most,
            _ => self.rules.rewards.after(Span::from_secs_f64(self.work_s.min(LONGEST_S))),
        }
    }

    /// The most that the proofs of a month can earn, in USD: every one at once, or at the highest price.
    pub fn offered_usd(&self) -> f64 {
        let most = match self.rules.mechanism {
            Mechanism::Auction(auction) => auction.most,
            _ => self.rules.rewards.after(Span::ZERO),
        };
        most * self.jobs_per_month as f64 * self.rules.token_usd
    }

    /// The greatest number of equal provers of which none loses money while all jobs are proven.
    pub fn break_even(&self) -> u64 {
        let bill_usd = self.population.candidates.monthly_usd.mean();
        let (jobs, token_usd) = (self.jobs_per_month as f64, self.rules.token_usd);
        let working_usd = self.work_s / 3_600.0 * self.population.candidates.like.busy_hour_usd;
        match self.rules.mechanism {
            Mechanism::Race { .. } => break_even(self.reward(), token_usd, jobs, bill_usd + jobs * working_usd),
            _ => break_even(self.reward() - working_usd / token_usd, token_usd, jobs, bill_usd),
        }
    }

    fn first_provers(&self, streams: &Streams) -> Vec<Prover> {
        let Candidates { speed, monthly_usd, like, .. } = &self.population.candidates;
        let prover = |id| {
            let mut stream = streams.stream(&format!("market.first.{id}"));
            Prover { id, speed: speed.sample(&mut stream), monthly_usd: monthly_usd.sample(&mut stream), ..*like }
        };
        (0..self.first).map(prover).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::sample::{prover, rules};
    use sim::Distribution;

    fn study(mechanism: Mechanism, reward: f64, first: u64) -> Study {
        let mut rules = rules(mechanism);
        rules.rewards.base = reward;
        let candidates = Candidates {
            per_month: 2,
            speed: Distribution::Constant { value: 1.0 },
            monthly_usd: Distribution::Constant { value: 500.0 },
            like: prover(0),
        };
        Study {
            rules,
            population: Population { exit_rate: 0.2, memory_months: 12.0, candidates },
            first,
            machines: 1,
            work_s: 600.0,
            work_cv: 0.0,
            period: Span::from_secs(3_600),
            jobs_per_month: 720,
            warm_up_months: 120,
            months: 12,
        }
    }

    #[test]
    fn equal_provers_settle_at_the_closed_form() {
        for (reward, expected) in [(100.0, 14), (125.0, 18), (175.0, 25)] {
            for first in [0, 5, 50] {
                let study = study(Mechanism::RoundRobin, reward, first);
                assert_eq!(study.break_even(), expected);
                let steady = study.run(&Streams::new(2, 0));
                assert_eq!(
                    (steady.provers.min(), steady.provers.max()),
                    (Some(expected as f64), Some(expected as f64))
                );
            }
        }
    }

    #[test]
    fn working_hours_are_shared_where_work_is() {
        // By hand: 720 jobs of 10 min are 120 h of work at 2 USD. Round robin: (7,200 − 240) / 500 = 13.9. Race: each
        // pays 500 + 240, so 7,200 / 740 = 9.7.
        let mut study = study(Mechanism::RoundRobin, 100.0, 0);
        study.population.candidates.like.busy_hour_usd = 2.0;
        assert_eq!(study.break_even(), 13);
        study.rules.mechanism = Mechanism::Race { notice: Span::ZERO };
        assert_eq!(study.break_even(), 9);
        // Who cannot live on the rewards is not there: hours that cost more than they bring.
        study.population.candidates.like.busy_hour_usd = 1_000.0;
        assert_eq!(study.break_even(), 0);
    }

    #[test]
    fn the_first_provers_are_drawn_as_candidates_are() {
        let mut study = study(Mechanism::RoundRobin, 100.0, 200);
        study.population.candidates.speed = Distribution::Lognormal { mean: 1.0, cv: 0.3 };
        let provers = study.first_provers(&Streams::new(1, 0));
        let mean = provers.iter().map(|prover| prover.speed).sum::<f64>() / 200.0;
        // Four standard errors of 200 draws: 4 · 0.3 / √200.
        assert!((mean - 1.0).abs() < 0.085, "{mean}");
        assert!(provers.iter().all(|prover| prover.monthly_usd == 500.0));
    }
}
