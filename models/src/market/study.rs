//! A market watched beside the world: which jobs come, who is there at first, and what it settles at.
//!
//! Model: jobs of equal work open at a fixed period. The first provers are drawn from the laws of the candidates; months
//! after a warm-up are pooled ([`Steady`]). In a mechanism that gives a job to one prover at a time n provers share the
//! rewards and the bills of working hours; in a race they share the rewards, and everybody works on everything. A guest
//! (a machine that is there anyhow) is let in beside them, to see what it would earn.
//! Assumptions: the machines of a prover share a job evenly, whatever its shape; what the market does holds up no epoch
//! of the chain. Source: free entry to zero profit, as in [`super::population`].
//! Leaves out: jobs of unequal work.

use sim::{Span, Streams, Time};

use super::history::History;
use super::kinds::{Kind, OfKind, of_kinds};
use super::population::{Market, Population, break_even};
use super::steady::Steady;
use super::{Job, LONGEST_S, Mechanism, Prover, Rules};

/// Number of the guest: none that a prover has.
const GUEST: u64 = u64::MAX;

/// A market to be watched.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketStudy {
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
    /// Time from job to job.
    pub period: Span,
    /// Jobs of a month.
    pub jobs_per_month: u64,
    /// Months that are run first and not counted.
    pub warm_up_months: u64,
    /// Months that are counted.
    pub months: u64,
}

/// What one run of the study yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// What the counted months have in common.
    pub steady: Steady,
    /// What became of each kind in them.
    pub kinds: Vec<OfKind>,
    /// All months, from the first one on.
    pub history: History,
}

impl MarketStudy {
    /// Runs the market and pools its months.
    pub fn run(&self, streams: &Streams) -> Observed {
        let mut market = self.opened(streams);
        let months = market.run(self.warm_up_months + self.months, self.jobs_per_month, self.period, self.work_s);
        let (counted, kinds) = (&months[self.warm_up_months as usize..], self.kinds().len());
        Observed { steady: Steady::of(counted), kinds: of_kinds(kinds, counted), history: History::of(&months, kinds) }
    }

    /// What a guest of this speed earns in the same market, in USD per month; its slashes are taken off.
    pub fn guest_usd(&self, speed: f64, streams: &Streams) -> f64 {
        let mut market = self.opened(streams);
        market.host(Prover { id: GUEST, speed, ..self.population.candidates.like });
        let mut earned = 0.0;
        for month in 0..self.warm_up_months + self.months {
            for number in month * self.jobs_per_month..(month + 1) * self.jobs_per_month {
                market.prove(&Job { number, opened: Time::ZERO + self.period * number, work_s: self.work_s });
            }
            earned += if month < self.warm_up_months { 0.0 } else { market.guests_earned() };
            market.close_month();
        }
        earned * self.rules.token_usd / self.months as f64
    }

    /// The market on its first day.
    fn opened(&self, streams: &Streams) -> Market {
        Market::new(self.rules, self.population.clone(), &self.first_provers(streams), streams)
    }

    /// The kinds of provers; none where all are alike.
    pub fn kinds(&self) -> &[Kind] {
        &self.population.candidates.kinds
    }

    /// Bill of a prover of average kind, in USD per month.
    pub fn bill_usd(&self) -> f64 {
        let of_kinds: f64 = self.kinds().iter().map(|kind| kind.share * kind.bill).sum();
        self.population.candidates.monthly_usd.mean() * if self.kinds().is_empty() { 1.0 } else { of_kinds }
    }

    /// Time of a prover of this kind for a job, in seconds.
    pub fn work_s_of(&self, kind: &Kind) -> f64 {
        self.work_s / kind.speed
    }

    /// Tokens for a proof that comes after this time; in an auction the highest price.
    fn reward(&self, work_s: f64) -> f64 {
        match self.rules.mechanism {
            Mechanism::Auction(auction) => auction.ramp.most,
            _ => self.rules.rewards.after(Span::from_secs_f64(work_s.min(LONGEST_S))),
        }
    }

    /// The most that the proofs of a month can earn, in USD: every one at once, or at the highest price.
    pub fn offered_usd(&self) -> f64 {
        let most = match self.rules.mechanism {
            Mechanism::Auction(auction) => auction.ramp.most,
            _ => self.rules.rewards.after(Span::ZERO),
        };
        most * self.jobs_per_month as f64 * self.rules.token_usd
    }

    /// The greatest number of equal provers of speed 1 of which none loses money while all jobs are proven.
    pub fn break_even(&self) -> u64 {
        self.break_even_at(self.work_s, 1.0)
    }

    /// The same where all are of this kind; none where its proofs come too late.
    pub fn break_even_of(&self, kind: &Kind) -> u64 {
        let work_s = self.work_s_of(kind);
        if work_s > self.rules.deadline.as_secs_f64() { 0 } else { self.break_even_at(work_s, kind.bill) }
    }

    fn break_even_at(&self, work_s: f64, bill: f64) -> u64 {
        let bill_usd = self.population.candidates.monthly_usd.mean() * bill;
        let (jobs, token_usd) = (self.jobs_per_month as f64, self.rules.token_usd);
        let working_usd = work_s / 3_600.0 * self.population.candidates.like.busy_hour_usd;
        match self.rules.mechanism {
            Mechanism::Race { .. } => break_even(self.reward(work_s), token_usd, jobs, bill_usd + jobs * working_usd),
            _ => break_even(self.reward(work_s) - working_usd / token_usd, token_usd, jobs, bill_usd),
        }
    }

    fn first_provers(&self, streams: &Streams) -> Vec<Prover> {
        (0..self.first).map(|id| self.population.candidates.draw("first", id, streams)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::Weight;
    use crate::market::population::{Candidates, Expectation};
    use crate::market::sample::{prover, rules};
    use sim::Distribution;

    fn study(mechanism: Mechanism, reward: f64, first: u64) -> MarketStudy {
        let mut rules = rules(mechanism);
        rules.rewards.base = reward;
        let candidates = Candidates {
            per_month: 2,
            speed: Distribution::Constant { value: 1.0 },
            monthly_usd: Distribution::Constant { value: 500.0 },
            kinds: Vec::new(),
            like: prover(0),
        };
        MarketStudy {
            rules,
            population: Population { exit_rate: 0.2, memory_months: 12.0, expects: Expectation::Speed, candidates },
            first,
            machines: 1,
            work_s: 600.0,
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
                let steady = study.run(&Streams::new(2, 0)).steady;
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

    fn kind(name: &str, share: f64, speed: f64, bill: f64) -> Kind {
        Kind { name: name.to_owned(), share, speed, bill }
    }

    /// Half of the candidates twice as fast as the others, for so many times the bill.
    fn fast_and_slow(mechanism: Mechanism, expects: Expectation, fast_bill: f64) -> MarketStudy {
        let mut study = study(mechanism, 100.0, 10);
        study.population.candidates.kinds = vec![kind("fast", 0.5, 2.0, fast_bill), kind("slow", 0.5, 1.0, 1.0)];
        study.population.expects = expects;
        study.months = 24;
        study
    }

    fn provers_by_kind(study: &MarketStudy) -> [f64; 2] {
        let kinds = study.run(&Streams::new(3, 0)).kinds;
        [kinds[0].provers.mean(), kinds[1].provers.mean()]
    }

    #[test]
    fn equal_bills_leave_only_the_fast_in_a_race_and_both_where_they_take_turns() {
        let race = Mechanism::Race { notice: Span::ZERO };
        // The fast one is always first: the slow one would have won nothing, and its closed form alone is a world without
        // the other.
        let raced = fast_and_slow(race, Expectation::Trial, 1.0);
        assert_eq!(raced.kinds().iter().map(|kind| raced.break_even_of(kind)).collect::<Vec<_>>(), [14, 14]);
        let [fast, slow] = provers_by_kind(&raced);
        assert!(slow == 0.0 && (13.0..=14.0).contains(&fast), "{fast} fast, {slow} slow");
        // In turns every prover earns the same, so there is room for 14 of any kind.
        let turns = fast_and_slow(Mechanism::RoundRobin, Expectation::Speed, 1.0);
        let [fast, slow] = provers_by_kind(&turns);
        assert_eq!(fast + slow, 14.0);
        assert!(fast >= 2.0 && slow >= 2.0, "{fast} fast, {slow} slow");
    }

    #[test]
    fn the_cheapest_unit_of_weight_sets_the_size_of_the_market() {
        // A lottery by speed, 7,200 USD a month. Twice the speed for three times the bill: the slow pay 500 USD for a unit
        // of speed and the fast 750, so the market has 7,200 / 500 = 14.4 units, none of them fast. For one and a half
        // times the bill the fast pay 375: 7,200 / 375 = 19.2 units are 9.6 of them, and no slow one.
        let lottery = Mechanism::Lottery { weight: Weight::Speed };
        for (fast_bill, expected) in [(3.0, [0.0, 14.0]), (1.5, [9.0, 0.0])] {
            let study = fast_and_slow(lottery, Expectation::Speed, fast_bill);
            let alone: Vec<u64> = study.kinds().iter().map(|kind| study.break_even_of(kind)).collect();
            assert_eq!(alone, [if fast_bill == 3.0 { 4 } else { 9 }, 14]);
            let found = provers_by_kind(&study);
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found - expected).abs() <= 1.0, "at {fast_bill}: {found:?} of {expected:?}");
            }
        }
        // At twice the bill both pay the same: whoever is there stays.
        let study = fast_and_slow(lottery, Expectation::Speed, 2.0);
        let [fast, slow] = provers_by_kind(&study);
        assert!((2.0 * fast + slow - 14.0).abs() < 1.0, "{fast} fast, {slow} slow");
    }

    #[test]
    fn one_kind_like_all_provers_changes_nothing() {
        let mut plain = study(Mechanism::Race { notice: Span::ZERO }, 125.0, 10);
        plain.population.candidates.speed = Distribution::Lognormal { mean: 1.0, cv: 0.2 };
        let mut one = plain.clone();
        one.population.candidates.kinds = vec![kind("all", 1.0, 1.0, 1.0)];
        let (plain, one) = (plain.run(&Streams::new(4, 0)), one.run(&Streams::new(4, 0)));
        assert_eq!((&plain.steady, &plain.history.all), (&one.steady, &one.history.all));
        assert_eq!(one.history.kinds, [one.history.all]);
    }

    #[test]
    fn a_guest_earns_its_part_and_is_in_no_account() {
        // Turns among 14 that break even and the guest: a fifteenth of 7,200 USD.
        let mut study = study(Mechanism::RoundRobin, 100.0, 14);
        study.population.candidates.per_month = 0;
        study.population.exit_rate = 0.0;
        assert!((study.guest_usd(0.5, &Streams::new(2, 0)) - 480.0).abs() < 1e-6);
        // Too slow for the deadline of an hour it earns nothing, and delays the proof of whoever comes next.
        assert_eq!(study.guest_usd(0.1, &Streams::new(2, 0)), 0.0);
        // Alone in a market that nobody else can live on it earns all.
        study.first = 0;
        assert!((study.guest_usd(0.5, &Streams::new(2, 0)) - 7_200.0).abs() < 1e-6);
        assert_eq!(study.run(&Streams::new(2, 0)).steady.provers.max(), Some(0.0));
    }
}
