//! What a requester offers: a rising price, two time-outs, and the collateral that it asks for.
//!
//! Model: prices and collateral are by the size of the request; so are times where the offer says so. Source: the offers of the Boundless
//! market and the rules of its auction calculator (2026). Leaves out: offers that depend on who proves.

use sim::Span;

use crate::market::ramp::Ramp;

/// What is offered for requests of a kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// From the request until the price begins to rise; it is the least until then.
    pub ramp_start: Span,
    /// The price \[USD per 10⁹ cycles\].
    pub ramp: Ramp,
    /// From the request until its lock passes.
    pub lock: Span,
    /// From the request until it ends; not below `lock`.
    pub timeout: Span,
    /// Collateral of a lock, by the highest price.
    pub collateral: f64,
    /// The size that times are said for, where they grow with the size \[cycles\]; `None`: they are the same for all sizes.
    pub times_of: Option<f64>,
}

/// An offer for one request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// From the request until the price begins to rise.
    pub ramp_start: Span,
    /// The price \[USD\].
    pub ramp: Ramp,
    /// From the request until its lock passes.
    pub lock: Span,
    /// From the request until it ends.
    pub timeout: Span,
    /// Collateral \[USD\].
    pub collateral_usd: f64,
}

/// Cycles that prices are said for.
pub const GIGACYCLE: f64 = 1e9;

impl Offer {
    /// The offer for a request of so many cycles.
    pub fn of_size(&self, cycles: f64) -> Terms {
        let time = self.times_of.map_or(1.0, |mean| cycles / mean);
        let span = |span: Span| Span::from_secs_f64(span.as_secs_f64() * time);
        let ramp = self.ramp.scaled(cycles / GIGACYCLE, time);
        Terms {
            ramp_start: span(self.ramp_start),
            lock: span(self.lock),
            timeout: span(self.timeout),
            collateral_usd: self.collateral * ramp.most,
            ramp,
        }
    }
}

impl Terms {
    /// The price so long after the request.
    pub fn price(&self, since: Span) -> f64 {
        self.ramp.price(Span::from_nanos(since.nanos().saturating_sub(self.ramp_start.nanos())))
    }

    /// How long after the request the price reaches an ask; `None` when it never does.
    pub fn reaches(&self, ask_usd: f64) -> Option<Span> {
        let rises = self.ramp.reaches(ask_usd)?;
        Some(if rises == Span::ZERO { rises } else { self.ramp_start + rises })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_by_hand() {
        // The example of the Boundless documentation: 500 Mcycles, 0.40 to 1 USD, lock 625 s, time-out 1,500 s.
        let seconds = Span::from_secs;
        let offer = Offer {
            ramp_start: seconds(83),
            ramp: Ramp { least: 0.8, most: 2.0, period: seconds(167) },
            lock: seconds(625),
            timeout: seconds(1_500),
            collateral: 10.0,
            times_of: Some(5e8),
        };
        let terms = offer.of_size(5e8);
        assert_eq!((terms.ramp.least, terms.ramp.most, terms.collateral_usd), (0.4, 1.0, 10.0));
        assert_eq!([0, 83, 250, 600].map(|at| terms.price(seconds(at))), [0.4, 0.4, 1.0, 1.0]);
        assert_eq!(terms.reaches(0.4), Some(Span::ZERO));
        assert_eq!(terms.reaches(1.0), Some(seconds(250)));
        // Twice the size: twice the price, and twice the time where times grow.
        let large = offer.of_size(1e9);
        assert_eq!((large.ramp.most, large.lock), (2.0, seconds(1_250)));
        let fixed = Offer { times_of: None, ..offer }.of_size(1e9);
        assert_eq!((fixed.ramp.most, fixed.lock), (2.0, seconds(625)));
    }
}
