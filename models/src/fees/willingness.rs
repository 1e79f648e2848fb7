//! What senders are willing to pay: the share that would pay a price, and the price that a share would pay.
//!
//! Model: willingness is a random amount of tokens per transaction, independent from sender to sender. The share of
//! senders at or above a price is the demand curve, and its inverse the price that clears a given supply.
//! Source: the survival functions of the laws as in N. L. Johnson, S. Kotz, N. Balakrishnan, *Continuous Univariate
//! Distributions*, vol. 1 (1994). Leaves out: willingness that changes while a transaction waits.

use sim::Distribution;
use statrs::distribution::{ContinuousCDF, Gamma, LogNormal};

/// A law with its degenerate cases told apart.
enum Law {
    Constant(f64),
    Uniform(f64, f64),
    Exponential(f64),
    Gamma(Gamma),
    Lognormal(LogNormal),
}

impl Law {
    fn of(distribution: &Distribution) -> Self {
        match *distribution {
            // Without spread every law is its mean, and with one whose square is no number beside 1 it is hard to tell.
            _ if distribution.cv() < NARROW => Law::Constant(distribution.mean()),
            Distribution::Constant { value } => Law::Constant(value),
            Distribution::Uniform { low, high } => Law::Uniform(low, high),
            Distribution::Exponential { mean } => Law::Exponential(mean),
            Distribution::Gamma { mean, cv } => {
                let shape = 1.0 / (cv * cv);
                Law::Gamma(Gamma::new(shape, shape / mean).expect("mean and cv are positive and finite"))
            }
            Distribution::Lognormal { mean, cv } => {
                let variance = (cv * cv).ln_1p();
                let location = mean.ln() - variance / 2.0;
                Law::Lognormal(LogNormal::new(location, variance.sqrt()).expect("mean and cv are positive and finite"))
            }
        }
    }
}

/// A coefficient of variation below which a law is its mean.
const NARROW: f64 = 1e-9;

/// Willingness to pay, prepared for being asked every block.
pub struct Willingness(Law);

impl Willingness {
    /// Senders whose willingness in tokens follows this law; panics when the law is not valid.
    pub fn new(distribution: &Distribution) -> Self {
        if let Err(fault) = distribution.validate() {
            panic!("willingness to pay: {fault}");
        }
        Self(Law::of(distribution))
    }

    /// Share of senders that would pay `price` tokens or more.
    pub fn share_at(&self, price: f64) -> f64 {
        let share = match &self.0 {
            Law::Constant(value) => f64::from(u8::from(price <= *value)),
            Law::Uniform(low, high) => (high - price) / (high - low),
            Law::Exponential(mean) => (-price / mean).exp(),
            Law::Gamma(law) => law.sf(price),
            Law::Lognormal(law) => law.sf(price),
        };
        share.clamp(0.0, 1.0)
    }

    /// The price in tokens that this share of senders would pay, 0 < `share` ≤ 1.
    pub fn price_for(&self, share: f64) -> f64 {
        assert!(share > 0.0 && share <= 1.0, "a share of senders lies within (0, 1]: {share}");
        match &self.0 {
            Law::Constant(value) => *value,
            Law::Uniform(low, high) => high - share * (high - low),
            Law::Exponential(mean) => -mean * share.ln(),
            Law::Gamma(law) => law.inverse_cdf(1.0 - share),
            Law::Lognormal(law) => law.inverse_cdf(1.0 - share),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Streams;

    const LAWS: [Distribution; 5] = [
        Distribution::Constant { value: 3.0 },
        Distribution::Uniform { low: 1.0, high: 4.0 },
        Distribution::Exponential { mean: 2.0 },
        Distribution::Gamma { mean: 2.0, cv: 0.5 },
        Distribution::Lognormal { mean: 2.0, cv: 1.2 },
    ];

    #[test]
    fn shares_are_those_of_draws() {
        // 100,000 draws: four standard errors are at most 4 · 0.5 / √100,000 = 0.0063.
        for law in LAWS {
            let mut stream = Streams::new(1, 0).stream(&format!("{law:?}"));
            let draws: Vec<f64> = (0..100_000).map(|_| law.sample(&mut stream)).collect();
            let willingness = Willingness::new(&law);
            for price in [0.0, 0.5, 1.5, 3.0, 3.5, 6.0] {
                let found = draws.iter().filter(|draw| **draw >= price).count() as f64 / draws.len() as f64;
                let share = willingness.share_at(price);
                assert!((found - share).abs() < 0.0063, "{law:?} at {price}: {share}, drawn {found}");
            }
        }
    }

    #[test]
    fn the_price_for_a_share_is_paid_by_that_share() {
        for law in &LAWS[1..] {
            let willingness = Willingness::new(law);
            for share in [0.001, 0.2, 0.5, 0.9] {
                let found = willingness.share_at(willingness.price_for(share));
                assert!((found / share - 1.0).abs() < 1e-6, "{law:?}: {found} of {share}");
            }
        }
        assert_eq!(Willingness::new(&Distribution::Gamma { mean: 2.0, cv: 0.0 }).price_for(0.3), 2.0);
    }
}
