//! What clients wait for, and what stations serve.

use sim::{Span, Ticket, Time};

/// The request of a job that nobody waits for any more.
pub(super) const NOBODY: u32 = u32::MAX;

/// What a client waits for, over all its attempts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    pub(super) arrived: Time,
    pub(super) client: u32,
    pub(super) class: u16,
    /// What it asks for.
    pub(super) input: u32,
    /// Whether it arrived in the measured time.
    pub(super) measured: bool,
    /// Attempts so far.
    pub(super) attempts: u32,
    /// The attempt that is waited for, which has a number of its own in the run; none between attempts.
    pub(super) waits_for: Option<u64>,
    /// The job of that attempt.
    pub(super) job: u32,
}

/// What a station serves: an attempt on its way through the steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    /// Who waits for it, or [`NOBODY`].
    pub(super) request: u32,
    pub(super) instance: u32,
    pub(super) step: u16,
    pub(super) class: u16,
    /// What it makes.
    pub(super) input: u32,
    /// Whether its request arrived in the measured time.
    pub(super) measured: bool,
    /// When it came to its step.
    pub(super) came: Time,
    /// How long the step takes.
    pub(super) service: Span,
    /// Since when a server is at it, if one is.
    pub(super) begun: Option<Time>,
    /// The end of that service, where it can be called off.
    pub(super) ticket: Option<Ticket>,
    /// Time of servers that it has had.
    pub(super) spent: Span,
}
