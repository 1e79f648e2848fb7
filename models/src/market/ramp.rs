//! A price that rises until somebody takes what is offered: the reverse Dutch auction.
//!
//! Model: linear from the least to the most over a period, and flat from then on. Source: the offers of the Boundless market
//! (`Offer.sol`, 2025). Leaves out: offers that are withdrawn.

use sim::Span;

/// A price that rises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    /// Price at the opening.
    pub least: f64,
    /// Highest price, in the same money; not below `least`.
    pub most: f64,
    /// Time from the one to the other.
    pub period: Span,
}

impl Ramp {
    /// The price so long after the opening.
    pub fn price(&self, since: Span) -> f64 {
        if since >= self.period {
            return self.most;
        }
        self.least + (self.most - self.least) * (since.as_secs_f64() / self.period.as_secs_f64())
    }

    /// When the price reaches an ask; `None` when it never does.
    pub fn reaches(&self, ask: f64) -> Option<Span> {
        if ask <= self.least {
            return Some(Span::ZERO);
        }
        let share = (ask - self.least) / (self.most - self.least);
        (ask <= self.most).then(|| Span::from_secs_f64(self.period.as_secs_f64() * share))
    }

    /// The same ramp at another price and over another time.
    #[must_use]
    pub fn scaled(&self, price: f64, time: f64) -> Self {
        let period = Span::from_secs_f64(self.period.as_secs_f64() * time);
        Self { least: self.least * price, most: self.most * price, period }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_rises_until_it_is_flat() {
        let ramp = Ramp { least: 1.0, most: 5.0, period: Span::from_secs(60) };
        let seconds = |seconds| Span::from_secs(seconds);
        assert_eq!([0, 15, 60, 90].map(|at| ramp.price(seconds(at))), [1.0, 2.0, 5.0, 5.0]);
        assert_eq!(ramp.reaches(0.5), Some(Span::ZERO));
        assert_eq!(ramp.reaches(4.0), Some(seconds(45)));
        assert_eq!(ramp.reaches(5.1), None);
        let scaled = ramp.scaled(2.0, 0.5);
        assert_eq!((scaled.price(seconds(30)), scaled.reaches(6.0)), (10.0, Some(seconds(15))));
        // A flat offer is taken at once, or never.
        let flat = Ramp { least: 5.0, ..ramp };
        assert_eq!((flat.reaches(5.0), flat.reaches(5.1)), (Some(Span::ZERO), None));
        let at_once = Ramp { period: Span::ZERO, ..ramp };
        assert_eq!((at_once.price(Span::ZERO), at_once.reaches(4.0)), (5.0, Some(Span::ZERO)));
    }
}
