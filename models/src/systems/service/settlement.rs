//! What becomes of a proof that was handed over: it is paid, or disputed.
//!
//! ```text
//! answer ─▶ checkpoint ─▶ validation ─▶ payment
//!                             └─▶ dispute ─▶ payment (the prover was right) or rejection
//! ```
//!
//! Model: each takes a time of its own law, and nothing waits for anything else: a life is drawn at once when the answer is there.
//! Assumptions: lives are independent, and settle without limit of how many at a time. Source: the flow of the service of commitment
//! proofs (scenario `inference-proofs`). Leaves out: validators who have a queue; stakes and what a rejection costs.

use sim::{Distribution, Stream};

/// How long the life of a proof takes, and how it may end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settlement {
    /// From the answer to its checkpoint \[s\].
    pub checkpoint: Distribution,
    /// From there to the end of its validation \[s\].
    pub validation: Distribution,
    /// From there, or from a dispute that the prover wins, to the payment \[s\].
    pub payment: Distribution,
    /// From the validation to the decision of a dispute \[s\].
    pub dispute: Distribution,
    /// Share of the proofs that fail the validation and are disputed.
    pub disputed: f64,
    /// Share of the disputes that the prover wins.
    pub upheld: f64,
}

/// How a life ends, and how long after the answer \[s\].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Life {
    pub(super) after_s: f64,
    pub(super) disputed: bool,
    pub(super) paid: bool,
}

impl Settlement {
    /// Draws a life. It takes the same number of shares from the stream however it ends.
    pub(super) fn draw(&self, stream: &mut Stream) -> Life {
        let (dispute, verdict) = (stream.uniform(), stream.uniform());
        let disputed = dispute < self.disputed;
        let paid = !disputed || verdict < self.upheld;
        let laws = [(self.checkpoint, true), (self.validation, true), (self.dispute, disputed), (self.payment, paid)];
        let after_s = laws.iter().filter(|(_, happens)| *happens).map(|(law, _)| law.sample(stream)).sum();
        Life { after_s, disputed, paid }
    }

    pub(super) fn check(&self) {
        for law in [self.checkpoint, self.validation, self.payment, self.dispute] {
            assert_eq!(law.validate(), Ok(()), "a time of the settlement can be drawn");
        }
        let shares = [self.disputed, self.upheld];
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "shares are within [0, 1]: {shares:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Streams;

    #[test]
    fn lives_by_hand() {
        let constant = |value| Distribution::Constant { value };
        let settlement = Settlement {
            checkpoint: constant(1.0),
            validation: constant(10.0),
            payment: constant(100.0),
            dispute: constant(1_000.0),
            disputed: 0.4,
            upheld: 0.25,
        };
        let mut stream = Streams::new(1, 0).stream("settlement");
        let mut ends = [0u32; 3];
        for _ in 0..20_000 {
            let Life { after_s, disputed, paid } = settlement.draw(&mut stream);
            let (end, expected) = match (disputed, paid) {
                (false, true) => (0, 111.0),
                (true, true) => (1, 1_111.0),
                (true, false) => (2, 1_011.0),
                (false, false) => panic!("who is not disputed is paid"),
            };
            assert_eq!(after_s, expected);
            ends[end] += 1;
        }
        // 60 %, 10 % and 30 %; five standard deviations.
        assert!([12_000u32, 2_000, 6_000].iter().zip(ends).all(|(mean, found)| mean.abs_diff(found) < 350), "{ends:?}");
    }
}
