//! What a prover worked, was paid, and lost.
//!
//! Model: bookkeeping, in USD, gas and seconds. Source: the definition. Leaves out: interest on collateral that is bound.

use super::offer::GIGACYCLE;

/// What a prover did in some time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Account {
    /// Prices that it was paid \[USD\].
    pub earned_usd: f64,
    /// Its shares of the collateral of others \[USD\].
    pub rewards_usd: f64,
    /// Its own collateral that it lost \[USD\].
    pub lost_usd: f64,
    /// Gas of its locks and deliveries \[gas\].
    pub gas: f64,
    /// Time in which it worked \[s\].
    pub busy_s: f64,
    /// Of it, on proofs that nobody paid for \[s\].
    pub vain_s: f64,
    /// Locks that it took.
    pub locked: u64,
    /// Its locks that passed.
    pub passed: u64,
    /// Its proofs that were delivered first, before the request ended.
    pub delivered: u64,
    /// Cycles of these.
    pub cycles: f64,
}

impl Account {
    /// What was added since it stood so.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            earned_usd: self.earned_usd - before.earned_usd,
            rewards_usd: self.rewards_usd - before.rewards_usd,
            lost_usd: self.lost_usd - before.lost_usd,
            gas: self.gas - before.gas,
            busy_s: self.busy_s - before.busy_s,
            vain_s: self.vain_s - before.vain_s,
            locked: self.locked - before.locked,
            passed: self.passed - before.passed,
            delivered: self.delivered - before.delivered,
            cycles: self.cycles - before.cycles,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            earned_usd: self.earned_usd + other.earned_usd,
            rewards_usd: self.rewards_usd + other.rewards_usd,
            lost_usd: self.lost_usd + other.lost_usd,
            gas: self.gas + other.gas,
            busy_s: self.busy_s + other.busy_s,
            vain_s: self.vain_s + other.vain_s,
            locked: self.locked + other.locked,
            passed: self.passed + other.passed,
            delivered: self.delivered + other.delivered,
            cycles: self.cycles + other.cycles,
        }
    }

    /// What came in \[USD\].
    pub fn income_usd(&self) -> f64 {
        self.earned_usd + self.rewards_usd
    }

    /// The price at which it would have made neither profit nor loss, given what its machines cost \[USD per 10⁹ cycles\]; `None` where it
    /// delivered nothing.
    pub fn break_even_usd(&self, machines_usd: f64, gas_usd: f64) -> Option<f64> {
        let cost_usd = machines_usd + self.gas * gas_usd + self.lost_usd - self.rewards_usd;
        (self.cycles > 0.0).then(|| cost_usd / (self.cycles / GIGACYCLE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_by_hand() {
        let before = Account { earned_usd: 1.0, locked: 2, ..Account::default() };
        let now =
            Account { earned_usd: 5.0, rewards_usd: 1.0, lost_usd: 3.0, gas: 1e6, locked: 7, cycles: 4e9, ..before };
        let since = now.since(&before);
        assert_eq!((since.income_usd(), since.locked), (5.0, 5));
        assert_eq!(since.plus(&before), now);
        // 10 + 1e6 × 1e-6 + 3 − 1 = 13 USD for 4 Gcycles.
        assert_eq!(since.break_even_usd(10.0, 1e-6), Some(3.25));
        assert_eq!(before.break_even_usd(10.0, 1e-6), None);
    }
}
