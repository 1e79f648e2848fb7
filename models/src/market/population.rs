//! Who proves, month after month: provers that lose money leave, provers that expect to gain come.
//!
//! Model: a prover believes in a monthly profit. A newcomer believes what its share of last month's payments would be
//! after it has joined, less its bills; experience corrects that exponentially over a memory. At the end of a month
//! whoever believes in a loss leaves with a given probability, and so many candidates, drawn from laws of speed and
//! cost and from kinds ([`super::kinds`]), look at the market one after another; whoever believes in no loss joins. With
//! n equal provers each earns 1/n of the payments, so the market settles at [`break_even`]. A guest is there for other
//! reasons: it neither came for the profit nor leaves for a loss, and is in nobody's accounts.
//!
//! Assumptions: the expected share is by weight in a lottery, an equal one in a rotation; in a race it is that by speed,
//! which is exact for exponential services, or that of the races which a newcomer would have won last month
//! ([`Expectation`]); in an auction the cheapest ask is expected to win everything at that price, and any other nothing.
//! A newcomer expects to work as long as the others did; nobody looks further than a month ahead.
//! Source: free entry to zero profit, R. H. Frank, *Microeconomics and Behavior* (perfect competition in the long run);
//! adaptive expectations, P. Cagan, "The monetary dynamics of hyperinflation" (1956).
//! Leaves out: the cost of coming and going, credit, provers that serve several markets.

use sim::{Distribution, Span, Stream, Streams, Time};

use super::kinds::{Kind, one_of};
use super::month::{Account, Month};
use super::{Contender, Ending, Job, Mechanism, Prover, Rules, Settlement, settle};

/// Loss in USD that counts as none: rounding errors of a month's sum.
const NO_LOSS_USD: f64 = 1e-6;

/// The greatest number of equal provers of which none loses money: ⌊payments / bill⌋, with `reward` tokens a job.
pub fn break_even(reward: f64, token_usd: f64, jobs_per_month: f64, monthly_usd: f64) -> u64 {
    (reward * token_usd * jobs_per_month / monthly_usd * (1.0 + f64::EPSILON)) as u64
}

/// What a newcomer to a race expects of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// Its share in the speed of all.
    Speed,
    /// What it would have won of last month's races.
    Trial,
}

/// Provers that may come.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidates {
    /// How many look at the market each month.
    pub per_month: u64,
    /// Speed, work per second; a law of positive values.
    pub speed: Distribution,
    /// Bill in USD per month.
    pub monthly_usd: Distribution,
    /// Kinds of which each has one; empty: they are all alike.
    pub kinds: Vec<Kind>,
    /// All else; number, kind, speed and monthly bill of this one are not used.
    pub like: Prover,
}

impl Candidates {
    /// A prover of this number, by draws named after `role` and the number; the kind is drawn apart.
    pub(super) fn draw(&self, role: &str, id: u64, streams: &Streams) -> Prover {
        let mut stream = streams.stream(&format!("market.{role}.{id}"));
        let (speed, monthly_usd) = (self.speed.sample(&mut stream), self.monthly_usd.sample(&mut stream));
        let mut kinds = streams.stream(&format!("market.{role}.{id}.kind"));
        one_of(&self.kinds, Prover { id, speed, monthly_usd, ..self.like }, &mut kinds)
    }
}

/// How the market's population changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// Probability that a prover that believes in a loss leaves at the end of a month.
    pub exit_rate: f64,
    /// Months over which experience outweighs belief; 1: only last month counts.
    pub memory_months: f64,
    /// What a newcomer to a race expects.
    pub expects: Expectation,
    /// Who may come.
    pub candidates: Candidates,
}

/// A prover in the market.
#[derive(Debug)]
struct Member {
    account: Account,
    free: Time,
    /// Profit that it expects, USD per month; the first provers wait for a month's experience.
    belief: Option<f64>,
    stream: Stream,
    guest: bool,
}

/// What somebody would have had to beat to win a job: how long it took, and who is first in the same instant.
#[derive(Debug, Clone, Copy)]
struct Best {
    job: Job,
    after: Span,
    tie: f64,
}

/// A market at work: provers, their luck, and their money.
#[derive(Debug)]
pub struct Market {
    rules: Rules,
    population: Population,
    members: Vec<Member>,
    month: Month,
    last_job: Option<Job>,
    /// Of each job of the month.
    best: Vec<Best>,
    next_id: u64,
    streams: Streams,
    lots: Stream,
}

impl Market {
    /// A market that begins with these provers; candidates get numbers above theirs. Panics unless there is a memory of
    /// a month at least.
    pub fn new(rules: Rules, population: Population, provers: &[Prover], streams: &Streams) -> Self {
        assert!(population.memory_months >= 1.0, "last month counts at least: {population:?}");
        let next_id = provers.iter().map(|prover| prover.id + 1).max().unwrap_or(0);
        let (month, lots) = (Month::new(rules.token_usd), streams.stream("market.lots"));
        let (members, best, last_job) = (Vec::new(), Vec::new(), None);
        let mut market = Self { rules, population, members, month, last_job, best, next_id, streams: *streams, lots };
        provers.iter().for_each(|prover| market.join(*prover, None));
        market
    }

    /// Lets a prover in that stays whatever it earns. Its number must be unique.
    pub fn host(&mut self, prover: Prover) {
        self.join(prover, None);
        self.members.last_mut().expect("it has just joined").guest = true;
    }

    /// What the guests have earned this month, in tokens.
    pub fn guests_earned(&self) -> f64 {
        self.members.iter().filter(|member| member.guest).map(|member| member.account.earned).sum()
    }

    /// The provers in the market, in the order that a [`Settlement`] counts them in.
    pub fn provers(&self) -> impl ExactSizeIterator<Item = &Prover> {
        self.members.iter().map(|member| &member.account.prover)
    }

    /// Opens a job and sees it through: who worked, who won when, who is paid what. Jobs come in order of opening.
    pub fn prove(&mut self, job: &Job) -> Settlement {
        let contenders: Vec<Contender> = self
            .members
            .iter_mut()
            .map(|member| {
                let prover = member.account.prover;
                Contender { prover, free: member.free, effort: prover.effort(job, &mut member.stream) }
            })
            .collect();
        let settlement = settle(&self.rules, job, &contenders, &mut self.lots);
        for (place, attempt) in settlement.attempts.iter().enumerate() {
            let member = &mut self.members[attempt.contender];
            member.account.record(attempt, settlement.earned[place], settlement.slashed[place]);
            member.free = member.free.max(attempt.ended);
        }
        self.last_job = Some(*job);
        if self.population.expects == Expectation::Trial {
            // Where nobody won, whoever is in time does.
            let tie = settlement.winner.map_or(1.0, |winner| contenders[winner].effort.tie);
            self.best.push(Best { job: *job, after: settlement.closed - job.opened, tie });
        }
        self.month.record(&settlement, (settlement.closed - job.opened).as_secs_f64());
        settlement
    }

    /// Ends the month: provers leave and come, and a new month begins.
    pub fn close_month(&mut self) -> Month {
        let mut month = std::mem::replace(&mut self.month, Month::new(self.rules.token_usd));
        month.accounts = self.members.iter().filter(|member| !member.guest).map(|member| member.account).collect();
        let before = self.members.len();
        self.members.retain_mut(|member| member.stays(&self.rules, &self.population));
        month.left = (before - self.members.len()) as u64;
        for member in &mut self.members {
            member.account = Account::new(member.account.prover);
        }
        for _ in 0..self.population.candidates.per_month {
            let candidate = self.candidate();
            let expected = self.expected_profit_usd(&candidate, &month);
            if self.rules.admits(&candidate) && expected >= -NO_LOSS_USD {
                self.join(candidate, Some(expected));
                month.came += 1;
            }
        }
        self.best.clear();
        month
    }

    /// Runs months of jobs that open at a period, each of so many seconds of work.
    pub fn run(&mut self, months: u64, jobs_per_month: u64, period: Span, work_s: f64) -> Vec<Month> {
        let month = |month: u64, market: &mut Self| {
            for number in month * jobs_per_month..(month + 1) * jobs_per_month {
                market.prove(&Job { number, opened: Time::ZERO + period * number, work_s });
            }
            market.close_month()
        };
        (0..months).map(|number| month(number, self)).collect()
    }

    fn join(&mut self, prover: Prover, belief: Option<f64>) {
        let stream = self.streams.stream(&format!("market.prover.{}", prover.id));
        let (account, free) = (Account::new(prover), Time::ZERO);
        self.members.push(Member { account, free, belief, stream, guest: false });
    }

    /// The next candidate: the same one in every market of these streams.
    fn candidate(&mut self) -> Prover {
        self.next_id += 1;
        self.population.candidates.draw("candidate", self.next_id - 1, &self.streams)
    }

    /// What a newcomer would have made of last month, had it been there.
    fn expected_profit_usd(&self, candidate: &Prover, last: &Month) -> f64 {
        let worked: f64 = last.accounts.iter().map(|account| account.worked_s).sum();
        let hours = worked / 3_600.0 / (last.accounts.len().max(1) as f64);
        let income = self.expected_tokens(candidate, last) * self.rules.token_usd;
        income - candidate.monthly_usd - hours * candidate.busy_hour_usd
    }

    fn expected_tokens(&self, candidate: &Prover, last: &Month) -> f64 {
        let rewards = &self.rules.rewards;
        // Where nobody has proven anything, what is offered for it.
        let paid = if last.proven > 0 { last.paid } else { last.jobs as f64 * (rewards.base + rewards.quality) };
        match &self.rules.mechanism {
            Mechanism::Race { .. } => match self.population.expects {
                Expectation::Speed => paid * self.share_of(candidate, |prover| prover.speed),
                Expectation::Trial => self.trial(candidate),
            },
            Mechanism::Lottery { weight } => paid * self.share_of(candidate, |prover| weight.of(prover)),
            Mechanism::RoundRobin => paid * self.share_of(candidate, |_| 1.0),
            Mechanism::Auction(auction) => self.last_job.map_or(0.0, |job| {
                let ask = |prover: &Prover| auction.ask(prover, &job, self.rules.token_usd);
                let mine = ask(candidate);
                let wins = mine <= auction.ramp.most && self.admitted().all(|prover| mine < ask(prover));
                if wins { last.jobs as f64 * mine.max(auction.ramp.least) } else { 0.0 }
            }),
        }
    }

    /// What the races would have brought that a newcomer would have won last month.
    fn trial(&self, candidate: &Prover) -> f64 {
        let mut stream = self.streams.stream(&format!("market.trial.{}", candidate.id));
        let won = self.best.iter().filter_map(|best| {
            let effort = candidate.effort(&best.job, &mut stream);
            let first = effort.ending == Ending::Valid && (effort.service, effort.tie) < (best.after, best.tie);
            first.then(|| self.rules.rewards.after(effort.service))
        });
        won.sum()
    }

    fn admitted(&self) -> impl Iterator<Item = &Prover> {
        self.provers().filter(|prover| self.rules.admits(prover))
    }

    /// Share of a newcomer in the weight of all, itself included.
    fn share_of(&self, newcomer: &Prover, weight: impl Fn(&Prover) -> f64) -> f64 {
        let mine = weight(newcomer);
        let all = mine + self.admitted().map(&weight).sum::<f64>();
        if all > 0.0 { mine / all } else { 0.0 }
    }
}

impl Member {
    /// Learns from the month and decides.
    fn stays(&mut self, rules: &Rules, population: &Population) -> bool {
        let profit = self.account.profit_usd(rules.token_usd);
        let belief = self.belief.map_or(profit, |belief| belief + (profit - belief) / population.memory_months);
        self.belief = Some(belief);
        // Drawn whatever the decision, so that one month's decision does not shift the luck of the next.
        let leaves = self.stream.uniform() < population.exit_rate;
        self.guest || rules.admits(&self.account.prover) && !(leaves && belief < -NO_LOSS_USD)
    }
}
