//! The market month by month: how many provers there are and what they make of it.
//!
//! Model: none; what every month ended with, the ones before the market has settled included, all together and by kind.
//! Source: bookkeeping. Leaves out: what happens within a month.

use sim::Tally;

use super::month::{Account, Month};

/// How a month ended for some provers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Provers that were there.
    pub provers: f64,
    /// Profit in USD per prover; `None` where nobody was there.
    pub profit_usd: Option<f64>,
}

/// How every month ended.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// For all provers, from the first month on.
    pub all: Vec<Point>,
    /// For the provers of each kind.
    pub kinds: Vec<Vec<Point>>,
}

impl History {
    /// Of these months, with so many kinds.
    pub fn of(months: &[Month], kinds: usize) -> Self {
        let points = |of: &dyn Fn(&Account) -> bool| months.iter().map(|month| point(month, of)).collect();
        Self {
            all: points(&|_| true),
            kinds: (0..kinds).map(|kind| points(&|account| account.prover.kind == kind)).collect(),
        }
    }
}

fn point(month: &Month, of: &dyn Fn(&Account) -> bool) -> Point {
    let mut profit = Tally::new();
    let accounts = month.accounts.iter().filter(|account| of(account));
    accounts.for_each(|account| profit.record(account.profit_usd(month.token_usd)));
    Point { provers: profit.count() as f64, profit_usd: (profit.count() > 0).then(|| profit.mean()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::Prover;
    use crate::market::sample::prover;

    #[test]
    fn months_are_told_one_by_one() {
        let account = |kind, earned| Account { earned, ..Account::new(Prover { kind, ..prover(0) }) };
        let month = |accounts| Month { accounts, ..Month::new(1.0) };
        let months = [month(vec![]), month(vec![account(0, 600.0), account(1, 500.0), account(1, 300.0)])];
        let history = History::of(&months, 2);
        let none = Point { provers: 0.0, profit_usd: None };
        // 500 USD of bills each.
        assert_eq!(history.all[0], none);
        assert!((history.all[1].profit_usd.expect("three provers") + 100.0 / 3.0).abs() < 1e-9);
        assert_eq!(history.kinds[0], [none, Point { provers: 1.0, profit_usd: Some(100.0) }]);
        assert_eq!(history.kinds[1], [none, Point { provers: 2.0, profit_usd: Some(-100.0) }]);
    }
}
