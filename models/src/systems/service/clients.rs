//! Who asks, and how patiently: the rules that clients keep.
//!
//! What comes of them is in [`super`]: `limiter`, `deadlines` and `retries`, each with its model and source.

use sim::Span;

/// Who asks, and how patiently.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clients {
    /// How many.
    pub number: u32,
    /// How often each may ask; `None`: as often as it wants to.
    pub limit: Option<RateLimit>,
    /// How long each waits for an attempt; `None`: for ever.
    pub time_out: Option<TimeOut>,
    /// What each does about a failed attempt; `None`: nothing.
    pub retries: Option<Retries>,
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateLimit {
    /// Requests per second that a client may make in the long run.
    pub per_s: f64,
    /// Requests that it may make at once.
    pub burst: u32,
}

/// How long a client waits for an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOut {
    /// How long.
    pub after: Span,
    /// Whether the service stops working on what nobody waits for. If not, that work is wasted.
    pub cancels: bool,
}

/// What a client does about a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retries {
    /// Most attempts, the first included.
    pub attempts: u32,
    /// Longest pause after the first failed attempt; it doubles with each.
    pub base: Span,
    /// Longest pause after any.
    pub cap: Span,
    /// Share of the pause that is drawn, within [0, 1]: 0 is none, 1 is anything up to the whole.
    pub jitter: f64,
    /// Time since its arrival after which a request is not tried again; `None`: any.
    pub patience: Option<Span>,
    /// What all clients together may retry; `None`: anything.
    pub budget: Option<Budget>,
}

/// What clients may retry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Retries per request, in the long run.
    pub ratio: f64,
    /// Most retries that are saved for bad times; as many are there at the start.
    pub burst: f64,
}

impl Clients {
    /// Panics where nobody could ask.
    pub(super) fn check(&self) {
        assert!(self.number > 0, "there are clients");
        let limited = self.limit.is_none_or(|limit| limit.burst > 0 && limit.per_s >= 0.0);
        assert!(limited, "a rate limit lets a request pass");
        if let Some(retries) = self.retries {
            assert!(retries.attempts > 0 && (0.0..=1.0).contains(&retries.jitter), "retries can be: {retries:?}");
        }
    }
}
