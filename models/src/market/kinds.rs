//! Kinds of provers: machines that differ in speed and in their bill, of which every prover has one.
//!
//! Model: a candidate has a kind by its share among them, drawn on its own, so that its luck is what it would have been
//! without kinds; speed and bill of the kind multiply what is drawn of the prover. Where a share of the rewards follows
//! the weight of a prover (its speed in a race of exponential services, its ticket in a lottery, its turn), free entry
//! bids the price of a unit of weight down to what the cheapest kind pays for one: a kind that pays more loses money and
//! goes. So equal bills leave only the fast in a race, and both where provers take turns.
//! Assumptions: shares are of those who come, not of those who stay; a prover keeps its kind.
//! Source: free entry to zero profit, as in [`super::population`]: in the long run a producer lives only if its average
//! cost is the least. Leaves out: kinds that cannot be bought any more, machines of two kinds in one hand.

use sim::{Stream, Tally};

use super::Prover;
use super::month::Month;

/// A kind of prover, beside one of no kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Name.
    pub name: String,
    /// Share of the candidates that are of this kind; those of all kinds add to 1.
    pub share: f64,
    /// Factor on the speed.
    pub speed: f64,
    /// Factor on the monthly bill.
    pub bill: f64,
}

/// The prover with one of the kinds; as it is where there are none.
pub fn one_of(kinds: &[Kind], prover: Prover, stream: &mut Stream) -> Prover {
    if kinds.is_empty() {
        return prover;
    }
    let mut ticket = stream.uniform();
    let drawn = kinds.iter().position(|kind| {
        ticket -= kind.share;
        ticket < 0.0
    });
    // Rounding may leave a ticket beyond the last share.
    let kind = drawn.unwrap_or(kinds.len() - 1);
    let Kind { speed, bill, .. } = kinds[kind];
    Prover { kind, speed: prover.speed * speed, monthly_usd: prover.monthly_usd * bill, ..prover }
}

/// What became of a kind over months.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OfKind {
    /// Provers of the kind, over months.
    pub provers: Tally,
    /// Profit in USD per prover and month.
    pub profit_usd: Tally,
    /// Its share in all accepted proofs; `None` without any.
    pub won: Option<f64>,
    /// Its share in all time worked; `None` where nobody worked.
    pub worked: Option<f64>,
}

/// Each of so many kinds over these months.
pub fn of_kinds(kinds: usize, months: &[Month]) -> Vec<OfKind> {
    let accounts = || months.iter().flat_map(|month| &month.accounts);
    let (wins, worked_s) = accounts().fold((0, 0.0), |(wins, s), it| (wins + it.wins, s + it.worked_s));
    let of = |kind: usize| {
        let (mut provers, mut profit_usd) = (Tally::new(), Tally::new());
        for month in months {
            let mine = month.accounts.iter().filter(|account| account.prover.kind == kind);
            let here = mine.map(|account| profit_usd.record(account.profit_usd(month.token_usd))).count();
            provers.record(here as f64);
        }
        let mine = || accounts().filter(|account| account.prover.kind == kind);
        let won = mine().map(|account| account.wins).sum::<u64>() as f64 / wins as f64;
        let worked = mine().map(|account| account.worked_s).sum::<f64>() / worked_s;
        OfKind { provers, profit_usd, won: (wins > 0).then_some(won), worked: (worked_s > 0.0).then_some(worked) }
    };
    (0..kinds).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::month::Account;
    use crate::market::sample::prover;
    use sim::Streams;

    fn kind(share: f64, speed: f64, bill: f64) -> Kind {
        Kind { name: String::new(), share, speed, bill }
    }

    #[test]
    fn kinds_are_drawn_by_their_shares_and_nothing_else_changes() {
        let kinds = [kind(0.2, 1.0, 1.0), kind(0.5, 2.0, 3.0), kind(0.3, 0.5, 0.1)];
        let mut stream = Streams::new(1, 0).stream("kinds");
        let mut counts = [0.0; 3];
        for _ in 0..10_000 {
            let drawn = one_of(&kinds, prover(7), &mut stream);
            let Kind { speed, bill, .. } = kinds[drawn.kind];
            assert_eq!(drawn, Prover { kind: drawn.kind, speed, monthly_usd: 500.0 * bill, ..prover(7) });
            counts[drawn.kind] += 1.0;
        }
        // Four standard errors of 10,000 draws are at most 4 · 0.5 / 100.
        for (count, kind) in counts.iter().zip(&kinds) {
            assert!((count / 10_000.0 - kind.share).abs() < 0.02, "{counts:?}");
        }
        assert_eq!(one_of(&[], prover(7), &mut stream), prover(7));
    }

    #[test]
    fn kinds_are_told_apart_by_hand() {
        let account = |kind, wins, worked_s| Account {
            wins,
            worked_s,
            earned: wins as f64,
            ..Account::new(Prover { kind, ..prover(0) })
        };
        // Tokens of 100 USD.
        let month = |accounts| Month { accounts, jobs: 10, ..Month::new(100.0) };
        let months = [
            month(vec![account(0, 6, 10.0), account(1, 2, 10.0), account(1, 2, 10.0)]),
            month(vec![account(0, 10, 30.0)]),
        ];
        let [first, second] = of_kinds(2, &months)[..] else { panic!("two kinds") };
        assert_eq!((first.provers.mean(), second.provers.mean()), (1.0, 1.0));
        assert_eq!((first.profit_usd.mean(), second.profit_usd.mean()), (300.0, -300.0));
        assert_eq!((first.won, second.won), (Some(0.8), Some(0.2)));
        assert_eq!((first.worked, second.worked), (Some(40.0 / 60.0), Some(20.0 / 60.0)));
        assert_eq!(of_kinds(1, &[])[0].won, None);
    }
}
