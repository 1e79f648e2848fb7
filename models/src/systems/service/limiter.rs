//! How often a client may ask: a token bucket for each.
//!
//! Model: a client's bucket holds at most `burst` tokens and gets `per_s` of them a second; a request takes one, and is refused
//! where there is none. Buckets are full at the start. Before Poisson requests the tokens that are missing are the queue M/D/1/K
//! of K = burst places, whose loss is [`crate::theory::md1k_loss`].
//! Source: J. Turner, "New directions in communications (or which way to the information age?)" (1986), the leaky bucket.
//! Leaves out: limits that several clients share; requests that wait for a token.

use sim::Time;

use crate::systems::service::RateLimit;

/// What a client has left.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    counted: Time,
}

/// The buckets of all clients.
#[derive(Debug)]
pub(super) struct Limiter {
    limit: RateLimit,
    buckets: Vec<Bucket>,
}

impl Limiter {
    pub(super) fn new(limit: RateLimit, clients: u32) -> Self {
        let full = Bucket { tokens: f64::from(limit.burst), counted: Time::ZERO };
        Self { limit, buckets: vec![full; clients as usize] }
    }

    /// A client asks; tells whether it may.
    pub(super) fn admit(&mut self, client: u32, now: Time) -> bool {
        let bucket = &mut self.buckets[client as usize];
        let earned = (now - bucket.counted).as_secs_f64() * self.limit.per_s;
        bucket.tokens = (bucket.tokens + earned).min(f64::from(self.limit.burst));
        bucket.counted = now;
        let admitted = bucket.tokens >= 1.0;
        if admitted {
            bucket.tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_one_by_one() {
        let mut limiter = Limiter::new(RateLimit { per_s: 0.5, burst: 2 }, 2);
        let mut admit = |client, second| limiter.admit(client, Time::from_secs_f64(second));
        assert_eq!(
            [0.0, 0.0, 0.0, 1.9, 2.0, 2.0].map(|second| admit(0, second)),
            [true, true, false, false, true, false]
        );
        assert!(admit(1, 2.0), "another client has its own");
        assert_eq!([100.0; 3].map(|second| admit(0, second)), [true, true, false], "no more than the burst is saved");
    }
}
