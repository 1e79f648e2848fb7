//! How long periods of one kind last: exponential, or a mixture of two exponential laws.
//!
//! A mixture of short and long periods is hyperexponential: its coefficient of variation is above one, and what remains of a period that
//! one falls into is again such a mixture, of other weights. It is fitted by maximum likelihood, with expectation and maximization in
//! turns, which takes periods whose end was not seen as such. Source: A. Feldmann, W. Whitt, *Fitting mixtures of exponentials to
//! long-tail distributions* (1998); A. P. Dempster, N. M. Laird, D. B. Rubin (1977) for the method.

use sim::Stream;

/// Rounds after which a fit ends in any case.
const ROUNDS: usize = 20_000;
/// A relative change of the mean of either kind below which a fit is over.
const STEADY: f64 = 1e-9;
/// A kind with fewer periods than this is none.
const NONE: f64 = 1e-6;

/// The law of how long periods last: `short_share` of them are short, exponential around `short_s`, the others long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Law {
    /// The share of short periods, within \[0, 1\].
    pub short_share: f64,
    /// Mean length of a short period \[s\].
    pub short_s: f64,
    /// Mean length of a long period \[s\].
    pub long_s: f64,
}

impl Law {
    /// Periods without memory, `mean_s` seconds long on average.
    pub fn exponential(mean_s: f64) -> Self {
        Self { short_share: 1.0, short_s: mean_s, long_s: mean_s }
    }

    /// The exponential law that fits best: all time over the number of ends. Nothing where no end was seen.
    pub fn fit_exponential(whole: &[f64], cut: &[f64]) -> Option<Self> {
        let seconds: f64 = whole.iter().chain(cut).sum();
        (!whole.is_empty() && seconds > 0.0).then(|| Self::exponential(seconds / whole.len() as f64))
    }

    /// The mixture that fits best to periods that were seen `whole`, and others that were `cut` at the end of the trace \[s\]. Nothing
    /// where no end was seen. Periods that spread less than exponential ones do give an exponential law.
    pub fn fit(whole: &[f64], cut: &[f64]) -> Option<Self> {
        let start = Self::fit_exponential(whole, cut)?;
        let mut law = Self { short_share: 0.5, short_s: start.short_s / 2.0, long_s: start.short_s * 2.0 };
        let count = (whole.len() + cut.len()) as f64;
        for _ in 0..ROUNDS {
            let (mut short, mut short_s, mut long_s) = (0.0, 0.0, 0.0);
            // What is cut goes on, whichever kind it is, for as long as that kind lasts on average.
            let ended = whole.iter().map(|seconds| (law.is_short(*seconds, law.long_s / law.short_s), *seconds, 0.0));
            let open = cut.iter().map(|seconds| (law.is_short(*seconds, 1.0), *seconds, 1.0));
            for (is_short, seconds, goes_on) in ended.chain(open) {
                short += is_short;
                short_s += is_short * (seconds + goes_on * law.short_s);
                long_s += (1.0 - is_short) * (seconds + goes_on * law.long_s);
            }
            if short < NONE || count - short < NONE {
                return Some(start);
            }
            let next = Self { short_share: short / count, short_s: short_s / short, long_s: long_s / (count - short) };
            let still = |a: f64, b: f64| (a - b).abs() <= STEADY * a;
            let steady = still(next.short_s, law.short_s) && still(next.long_s, law.long_s);
            law = next;
            if steady {
                break;
            }
        }
        Some(law)
    }

    /// How likely a period of `seconds` is a short one, where `ratio` is the density of short ones over that of long ones at zero.
    fn is_short(&self, seconds: f64, ratio: f64) -> f64 {
        let odds = self.short_share / (1.0 - self.short_share) * ratio;
        1.0 / (1.0 + (seconds / self.short_s - seconds / self.long_s).exp() / odds)
    }

    /// Mean length of a period \[s\].
    pub fn mean_s(&self) -> f64 {
        self.short_share * self.short_s + (1.0 - self.short_share) * self.long_s
    }

    /// Variance over the square of the mean; 1 for an exponential law.
    pub fn cv_squared(&self) -> f64 {
        let squares = self.short_share * self.short_s.powi(2) + (1.0 - self.short_share) * self.long_s.powi(2);
        2.0 * squares / self.mean_s().powi(2) - 1.0
    }

    /// The logarithm of the density of a period of `seconds` \[log 1/s\]; the higher on periods that the fit has not seen, the better.
    pub fn log_density(&self, seconds: f64) -> f64 {
        let of = |share: f64, mean: f64| share / mean * (-seconds / mean).exp();
        (of(self.short_share, self.short_s) + of(1.0 - self.short_share, self.long_s)).ln()
    }

    /// How long a period lasts that begins now \[s\].
    pub fn sample_s(&self, stream: &mut Stream) -> f64 {
        let mean_s = if stream.uniform() < self.short_share { self.short_s } else { self.long_s };
        stream.exponential(mean_s)
    }

    /// The law of what remains of a period that one falls into at any time: more likely one of the long ones.
    pub fn remaining(&self) -> Self {
        Self { short_share: self.short_share * self.short_s / self.mean_s(), ..*self }
    }
}
