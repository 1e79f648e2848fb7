//! Machines on demand or on commitment: the cheapest way to have every machine of a pool for the months that are left.
//!
//! Method: a machine that is needed for n more months is on demand for all of them, or on a commitment first and then whatever is
//! cheapest for the rest, so that the cheapest of 1, 2, … n months is found in turn. A term that is longer than what is left is paid in
//! full. Machines that are first needed in the same month are had alike.

use scenarios::Commitment;
use serde::{Deserialize, Serialize};

use models::fleet::HOURS_PER_MONTH;

/// By how much a commitment must be cheaper, so that rounding decides nothing.
const CHEAPER: f64 = 1.0 - 1e-9;

/// A commitment, by the month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// The market, such as `3 years, all upfront`.
    pub market: String,
    /// How long it is paid for \[months\].
    pub months: u32,
    /// Share of the whole that is paid at the beginning.
    pub upfront: f64,
    /// What is paid over the whole term \[USD per month\].
    pub usd_per_month: f64,
    /// Whole months of use from which on it is cheaper than on demand; none where it never is.
    pub pays_from_months: Option<u32>,
    /// Who says so, and when that held.
    pub source: String,
}

impl Term {
    /// A commitment beside a price on demand \[USD per month\].
    pub(super) fn of(commitment: Commitment, on_demand_usd: f64) -> Self {
        let Commitment { market, months, upfront, usd_per_hour, source } = commitment;
        let usd_per_month = usd_per_hour * HOURS_PER_MONTH;
        let is_cheaper = |used: &u32| f64::from(months) * usd_per_month < f64::from(*used) * on_demand_usd * CHEAPER;
        let pays_from_months = (1..=months).find(is_cheaper);
        Self { market, months, upfront, usd_per_month, pays_from_months, source }
    }

    fn whole_usd(&self) -> f64 {
        f64::from(self.months) * self.usd_per_month
    }
}

/// What is paid for the machines of a pool in a month.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Paid {
    /// Machines on commitment.
    pub(super) committed: u64,
    /// Machines on demand.
    pub(super) on_demand: u64,
    /// What is paid in the month \[USD\].
    pub(super) cash_usd: f64,
    /// The same with what is paid upfront spread over the term \[USD\].
    pub(super) amortised_usd: f64,
}

/// What is paid for the machines of a pool.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bought {
    /// By month.
    pub(super) months: Vec<Paid>,
    /// What terms that still run ask for after the last month \[USD\].
    pub(super) after_usd: f64,
    /// What of all that is paid is for months after the last \[USD\].
    pub(super) beyond_usd: f64,
    /// Machines that are committed at all.
    pub(super) committed: u64,
    /// The first machine for which on demand is cheaper, counted from 1, with the month in which it is first needed.
    pub(super) stops_at: Option<(u64, usize)>,
}

/// The cheapest terms for machines of which so many are needed by month; the number never falls.
pub(super) fn bought(needed: &[u64], on_demand_usd: f64, terms: &[Term]) -> Bought {
    let mut bought = Bought {
        months: vec![Paid::default(); needed.len()],
        after_usd: 0.0,
        beyond_usd: 0.0,
        committed: 0,
        stops_at: None,
    };
    let first = cheapest(needed.len(), on_demand_usd, terms);
    let mut had = 0;
    for (month, count) in needed.iter().enumerate() {
        let more = count.saturating_sub(had);
        if more > 0 {
            bought.add((month, more), on_demand_usd, terms, &first);
            match first[needed.len() - month] {
                Some(_) => bought.committed += more,
                None => bought.stops_at = bought.stops_at.or(Some((had + 1, month))),
            }
        }
        had = had.max(*count);
    }
    bought
}

/// The commitment to begin with where so many months are left, by their number; none for on demand to the end.
fn cheapest(months: usize, on_demand_usd: f64, terms: &[Term]) -> Vec<Option<usize>> {
    let mut first = vec![None];
    let mut usd = vec![0.0];
    for left in 1..=months {
        let (mut least, mut choice) = (on_demand_usd * left as f64, None);
        for (at, term) in terms.iter().enumerate() {
            let all = term.whole_usd() + usd[left.saturating_sub(term.months as usize)];
            if all < least * CHEAPER {
                (least, choice) = (all, Some(at));
            }
        }
        usd.push(least);
        first.push(choice);
    }
    first
}

impl Bought {
    /// Adds machines that are needed from a month on.
    fn add(&mut self, (month, count): (usize, u64), on_demand_usd: f64, terms: &[Term], first: &[Option<usize>]) {
        let (end, machines) = (self.months.len(), count as f64);
        let mut at = month;
        while at < end {
            let Some(term) = first[end - at].map(|place| &terms[place]) else {
                for paid in &mut self.months[at..] {
                    paid.on_demand += count;
                    paid.cash_usd += machines * on_demand_usd;
                    paid.amortised_usd += machines * on_demand_usd;
                }
                return;
            };
            self.months[at].cash_usd += machines * term.whole_usd() * term.upfront;
            let until = at + term.months as usize;
            let by_month = machines * term.usd_per_month * (1.0 - term.upfront);
            for paid in &mut self.months[at..until.min(end)] {
                paid.committed += count;
                paid.cash_usd += by_month;
                paid.amortised_usd += machines * term.usd_per_month;
            }
            let beyond = until.saturating_sub(end) as f64;
            self.after_usd += beyond * by_month;
            self.beyond_usd += beyond * machines * term.usd_per_month;
            at = until;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(months: u32, upfront: f64, usd_per_month: f64) -> Term {
        let market = format!("{months} months");
        Term { market, months, upfront, usd_per_month, pays_from_months: None, source: String::new() }
    }

    fn cents(usd: f64) -> i64 {
        (usd * 100.0).round() as i64
    }

    #[test]
    fn two_machines_by_hand_to_the_cent() {
        // The first is needed for 18 months, the second for 6. On demand $100.10; a year is 12 × $60.05 = $720.60, a quarter upfront.
        let needed: Vec<u64> = (0..18).map(|month| if month < 12 { 1 } else { 2 }).collect();
        let terms = [term(12, 0.25, 60.05)];
        let found = bought(&needed, 100.10, &terms);
        // The first: a year, then 6 months on demand, because another year costs more than $600.60. The second: $600.60 on demand.
        assert_eq!((found.committed, found.stops_at), (1, Some((2, 12))));
        let month = |at: usize| {
            let Paid { committed, on_demand, cash_usd, amortised_usd } = found.months[at];
            (committed, on_demand, cents(cash_usd), cents(amortised_usd))
        };
        // $180.15 upfront and 12 parts of $45.0375.
        assert_eq!(month(0), (1, 0, 18_015 + 4_504, 6_005));
        assert_eq!(month(11), (1, 0, 4_504, 6_005));
        assert_eq!(month(12), (0, 2, 20_020, 20_020));
        let cash: f64 = found.months.iter().map(|paid| paid.cash_usd).sum();
        assert_eq!((cents(cash), cents(found.after_usd)), (72_060 + 60_060 + 60_060, 0));
    }

    #[test]
    fn what_is_paid_before_and_after_the_last_month_is_what_terms_cost() {
        // 9 months on demand are $900, a year is $840, and three years are $1,440.
        let found = bought(&[2; 9], 100.0, &[term(12, 0.5, 70.0), term(36, 1.0, 40.0)]);
        assert_eq!((found.committed, found.stops_at), (2, None));
        let sum = |of: fn(&Paid) -> f64| found.months.iter().map(of).sum::<f64>();
        let (cash, amortised) = (sum(|paid| paid.cash_usd), sum(|paid| paid.amortised_usd));
        assert_eq!((cents(cash + found.after_usd), cents(amortised + found.beyond_usd)), (168_000, 168_000));
        assert_eq!((cents(found.after_usd), cents(found.beyond_usd)), (21_000, 42_000));
    }

    #[test]
    fn committing_stops_where_too_few_months_are_left() {
        let needed: Vec<u64> = (1..=12).collect();
        let stops = |usd| bought(&needed, 100.0, &[term(12, 1.0, usd)]).committed;
        // A year of $50 a month pays from 7 months of use on: the machines of the first 6 months have them.
        assert_eq!([100.0, 90.0, 50.0, 1.0].map(stops), [0, 2, 6, 12]);
        assert_eq!(bought(&needed, 100.0, &[]).committed, 0);
        let pays = |usd_per_month: f64| {
            let (market, source, usd_per_hour) = (String::new(), String::new(), usd_per_month / HOURS_PER_MONTH);
            Term::of(Commitment { market, months: 12, upfront: 1.0, usd_per_hour, source }, 100.0).pays_from_months
        };
        assert_eq!([100.0, 90.0, 50.0, 1.0].map(pays), [None, Some(11), Some(7), Some(1)]);
    }
}
