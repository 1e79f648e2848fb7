//! What clients wait for, and what stations serve.

use sim::{Span, Ticket, Time};

use crate::systems::service::division::Node;

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

/// What a station serves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) kind: Kind,
    /// Who waits for it, or [`NOBODY`].
    pub(super) request: u32,
    pub(super) instance: u32,
    /// The machine of a shared pool that serves it, where that matters.
    pub(super) host: u32,
    pub(super) step: u16,
    pub(super) class: u16,
    /// What it makes.
    pub(super) input: u32,
    /// Whether its request arrived in the measured time.
    pub(super) measured: bool,
    /// Whether the new version serves it.
    pub(super) canary: bool,
    /// When it came to its step.
    pub(super) came: Time,
    /// How long the step takes.
    pub(super) service: Span,
    pub(super) standing: Standing,
    /// The end of its service, where it can be called off.
    pub(super) ticket: Option<Ticket>,
    /// Time of servers that it has had.
    pub(super) spent: Span,
}

/// What a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An attempt on its way through the steps.
    Attempt,
    /// Attempts that are served together: the number of their list.
    Batch(u32),
    /// A part of an attempt, or what joins parts of it.
    Part {
        /// The job of the attempt.
        parent: u32,
        /// Which part.
        node: Node,
    },
}

/// What a job is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A server.
    Waits,
    /// An instance that runs.
    Parked,
    /// Its proof, which was asked for on a market with this mark.
    Asked(u64),
    /// The end of its service, which began then.
    Served(Time),
    /// Others to make a batch with.
    Forming,
    /// The end of its batch.
    Batched,
    /// All its parts: the number of its division.
    Divided(u32),
}
