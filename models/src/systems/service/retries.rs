//! Whether and when a client asks again.
//!
//! Model: a client whose attempt failed waits base · 2^(k − 1), at most `cap`, after the k-th of them, less a share that is drawn
//! evenly up to `jitter`; then it asks again, unless it used up its attempts, its patience is over, or the budget is empty. The budget
//! gets `ratio` tokens from every request, up to `burst`, and every retry takes one: in the long run there are at most
//! `ratio` retries per request.
//! Assumptions: all clients share one budget, as those behind one proxy do; a client retries whatever failed, and however.
//! Source: M. Brooker, "Exponential backoff and jitter" (2015); the budget is that of Twitter's Finagle; why it matters: N. Bronson,
//! A. Aghayev, A. Charapko, T. Zhu, "Metastable failures in distributed systems" (2021).
//! Leaves out: hedged requests; a server that says when to ask again.

use sim::{Span, Stream, Time};

use crate::systems::service::Retries;

/// What a client does after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It asks again after so long.
    Again(Span),
    /// It used up its attempts, or the budget is empty: the last attempt's failure is the request's.
    Fails,
    /// Its patience is over.
    GivesUp,
}

/// The clients' rules, and the budget that is left.
#[derive(Debug)]
pub(super) struct Retrier {
    rules: Retries,
    tokens: f64,
    jitter: Stream,
}

impl Retrier {
    /// A full budget.
    pub(super) fn new(rules: Retries, jitter: Stream) -> Self {
        Self { rules, tokens: rules.budget.map_or(0.0, |budget| budget.burst), jitter }
    }

    /// A request is sent for the first time.
    pub(super) fn earn(&mut self) {
        if let Some(budget) = self.rules.budget {
            self.tokens = (self.tokens + budget.ratio).min(budget.burst);
        }
    }

    /// The last of so many attempts of a request that arrived at `arrived` failed.
    pub(super) fn decide(&mut self, attempts: u32, arrived: Time, now: Time) -> Decision {
        if attempts >= self.rules.attempts {
            return Decision::Fails;
        }
        let longest = (self.rules.base * (1 << (attempts - 1).min(40))).min(self.rules.cap);
        let delay = longest.as_secs_f64() * (1.0 - self.rules.jitter * self.jitter.uniform());
        let delay = Span::from_secs_f64(delay);
        if self.rules.patience.is_some_and(|patience| now + delay > arrived + patience) {
            return Decision::GivesUp;
        }
        if self.rules.budget.is_some() {
            if self.tokens < 1.0 {
                return Decision::Fails;
            }
            self.tokens -= 1.0;
        }
        Decision::Again(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systems::service::Budget;
    use sim::Streams;

    const RULES: Retries = Retries {
        attempts: 5,
        base: Span::from_millis(100),
        cap: Span::from_millis(300),
        jitter: 0.0,
        patience: None,
        budget: None,
    };

    fn retrier(rules: Retries) -> Retrier {
        Retrier::new(rules, Streams::new(1, 0).stream("retries"))
    }

    #[test]
    fn delays_double_up_to_the_cap() {
        let mut retrier = retrier(RULES);
        let after = |millis| Decision::Again(Span::from_millis(millis));
        let decisions = [1, 2, 3, 4, 5].map(|attempts| retrier.decide(attempts, Time::ZERO, Time::ZERO));
        assert_eq!(decisions, [after(100), after(200), after(300), after(300), Decision::Fails]);
    }

    #[test]
    fn jitter_takes_a_share_of_the_delay() {
        let mut retrier = retrier(Retries { jitter: 0.5, ..RULES });
        for _ in 0..100 {
            let Decision::Again(delay) = retrier.decide(1, Time::ZERO, Time::ZERO) else { panic!("it retries") };
            assert!(Span::from_millis(50) <= delay && delay <= Span::from_millis(100), "{delay:?}");
        }
    }

    #[test]
    fn patience_and_budget_end() {
        let mut impatient = retrier(Retries { patience: Some(Span::from_millis(150)), ..RULES });
        let late = Time::ZERO + Span::from_millis(60);
        assert_eq!(impatient.decide(1, Time::ZERO, late), Decision::GivesUp);
        let mut poor = retrier(Retries { budget: Some(Budget { ratio: 0.5, burst: 1.0 }), ..RULES });
        let mut again = || matches!(poor.decide(1, Time::ZERO, Time::ZERO), Decision::Again(_));
        assert_eq!([again(), again()], [true, false], "one is saved");
        poor.earn();
        assert!(poor.decide(1, Time::ZERO, Time::ZERO) == Decision::Fails);
        poor.earn();
        assert!(poor.decide(1, Time::ZERO, Time::ZERO) != Decision::Fails, "two requests pay for a retry");
    }
}
