//! What a run of a market measures.

use sim::{QuantileSketch, Time};

use super::outcome::{ClassOutcome, Counts, GroupOutcome, Requests};
use super::{Asker, Market};
use crate::QUANTILE_ERROR;
use crate::fleet::HOURS_PER_MONTH;
use crate::orders::Account;
use crate::orders::book::{Ended, Fate};

/// What is measured.
#[derive(Debug)]
pub(super) struct Record {
    from: Time,
    until: Time,
    pub(super) requests: Requests,
    pub(super) classes: Vec<ClassOutcome>,
    pub(super) market: Requests,
    /// Measured requests that have not ended.
    pub(super) left: u64,
    /// Accounts of all provers when the measured time began, and when it ended.
    pub(super) accounts: [Vec<(usize, Account)>; 2],
}

impl Requests {
    fn new() -> Self {
        let sketch = || QuantileSketch::new(QUANTILE_ERROR);
        let counts = Counts::default();
        Self { counts, lock: sketch(), fulfilment: sketch(), paid_usd: 0.0, paid_cycles: 0.0 }
    }

    fn record(&mut self, ended: &Ended) {
        let counts = &mut self.counts;
        counts.made += 1;
        counts.own += u64::from(ended.own);
        let of_fate = match ended.fate {
            Fate::InTime => &mut counts.in_time,
            Fate::Late => &mut counts.late,
            Fate::Missed => &mut counts.missed,
            Fate::Unlocked => &mut counts.unlocked,
        };
        *of_fate += 1;
        if let Some(locked) = ended.locked {
            self.lock.record((locked - ended.made).as_secs_f64());
        }
        // Own machines end what they have begun, however late.
        if matches!(ended.fate, Fate::InTime | Fate::Late) || ended.own {
            self.fulfilment.record((ended.at - ended.made).as_secs_f64());
        }
        if ended.fate == Fate::InTime && !ended.own {
            counts.paid += 1;
            self.paid_usd += ended.price_usd;
            self.paid_cycles += ended.request.cycles;
        }
    }
}

impl Record {
    pub(super) fn new(system: &Market, (from, until): (Time, Time)) -> Self {
        let classes = system.demand.classes.iter();
        let classes = classes.map(|class| ClassOutcome { name: class.name.clone(), requests: Requests::new() });
        Self {
            from,
            until,
            requests: Requests::new(),
            classes: classes.collect(),
            market: Requests::new(),
            left: 0,
            accounts: [Vec::new(), Vec::new()],
        }
    }

    pub(super) fn measures(&self, at: Time) -> bool {
        self.from <= at && at < self.until
    }

    /// A request is made.
    pub(super) fn made(&mut self, now: Time) {
        self.left += u64::from(self.measures(now));
    }

    /// A request has ended.
    pub(super) fn ended(&mut self, ended: &Ended) {
        if !self.measures(ended.made) {
            return;
        }
        self.left -= 1;
        if !ended.own {
            self.market.record(ended);
        }
        if let Some(class) = self.classes.get_mut(usize::from(ended.request.class)) {
            self.requests.record(ended);
            class.requests.record(ended);
        }
    }

    /// What provers did in the measured time, each.
    pub(super) fn worked(&self) -> Vec<(usize, Account)> {
        let [before, after] = &self.accounts;
        after.iter().zip(before).map(|((group, after), (_, before))| (*group, after.since(before))).collect()
    }
}

/// What provers of every group did in a measured time, by the month.
pub(super) fn of_groups(system: &Market, worked: &[(usize, Account)], measured_s: f64) -> Vec<GroupOutcome> {
    let months = measured_s / (HOURS_PER_MONTH * 3_600.0);
    let gas_usd = system.rules.gas_usd;
    let groups = system.all_groups().enumerate().map(|(place, group)| {
        let mine: Vec<&Account> = worked.iter().filter(|(of, _)| *of == place).map(|(_, account)| account).collect();
        let all = mine.iter().fold(Account::default(), |sum, account| sum.plus(account));
        let count = mine.len() as f64;
        let machines_usd = group.machines as f64 * group.usd_per_month;
        let profit = |account: &Account| {
            (account.income_usd() - account.gas * gas_usd - account.lost_usd) / months - machines_usd
        };
        let mut profits: Vec<f64> = mine.iter().map(|account| profit(account)).collect();
        profits.sort_by(f64::total_cmp);
        let at = |share: f64| {
            profits.get(((profits.len().max(1) - 1) as f64 * share).round() as usize).copied().unwrap_or(0.0)
        };
        let each = |sum: f64| sum / count / months;
        GroupOutcome {
            name: group.name.clone(),
            provers: group.count,
            profit_usd: [profits.iter().sum::<f64>() / count, at(0.1), at(0.9)],
            income_usd: each(all.income_usd()),
            machines_usd,
            lost_usd: each(all.lost_usd),
            delivered: each(all.delivered as f64),
            locked: each(all.locked as f64),
            passed: each(all.passed as f64),
            break_even_usd: all.break_even_usd(machines_usd * months * count, gas_usd),
            busy: all.busy_s / (count * measured_s),
            vain: (all.busy_s > 0.0).then(|| all.vain_s / all.busy_s),
        }
    });
    groups.collect()
}

impl Market {
    /// What a prover that asks did, of what all did.
    pub(super) fn account_of_mine(&self, worked: &[(usize, Account)]) -> Option<Account> {
        let Asker::Prover(place) = self.asker else { return None };
        worked.iter().find(|(group, _)| *group == place).map(|(_, account)| *account)
    }
}
