//! How a run went, in pieces, for who wants to look.
//!
//! Model: none; it is told what the world has at the blocks. Source: the stages of the world. Leaves out: single batches.

use sim::{Simulation, Span, Streams, Time};

use super::Rollup;
use super::world::RollupWorld;
use crate::given::Before;
use crate::horizon::Horizon;
use crate::system::Resolution;

/// A piece of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// When it ended \[s\].
    pub until_s: f64,
    /// Transactions that arrived in it.
    pub offered: u64,
    /// Transactions that wait for a block when it ends.
    pub unordered: f64,
    /// Transactions in blocks whose data is not on L1.
    pub unposted: f64,
    /// Transactions in blocks that are not settled.
    pub unsettled: f64,
    /// Batches that wait for their proof.
    pub unproven: u64,
    /// Fee of blobs \[gwei per blob gas\].
    pub blob_gwei: f64,
    /// Machines that come and go which are paid for, by pool and lot.
    pub paid: Vec<(String, Vec<f64>)>,
    /// Share of each stage's servers that worked in it, 0–1.
    pub busy: Vec<(String, f64)>,
}

/// The pieces so far.
#[derive(Debug)]
pub(super) struct Course {
    every: Span,
    pub(super) next: Time,
    pub(super) offered: u64,
    pub(super) pieces: Vec<Piece>,
    pub(super) before: Before,
}

impl Course {
    fn new(every: Span) -> Self {
        Self { every, next: Time::ZERO + every, offered: 0, pieces: Vec::new(), before: Before::default() }
    }

    /// A piece ends.
    pub(super) fn push(&mut self, piece: Piece) {
        self.next = self.next + self.every;
        self.offered = 0;
        self.pieces.push(piece);
    }
}

/// Runs one replication up to the end of its measured time and tells how it went, in pieces of about this length.
pub fn watch(
    system: &Rollup,
    resolution: Resolution,
    horizon: Horizon,
    (streams, every): (&Streams, Span),
) -> Vec<Piece> {
    let mut world = RollupWorld::new(system, resolution, horizon, streams);
    world.course = Some(Course::new(every));
    let mut simulation = Simulation::new(world);
    simulation.world.start(&mut simulation.calendar);
    simulation.run_until(horizon.measured().1);
    simulation.world.course.map_or_else(Vec::new, |course| course.pieces)
}
