//! How a run went, in pieces, for who wants to look.
//!
//! Model: none; it is told what the world has when something happens. Source: the book of orders. Leaves out: single requests.

use sim::{Simulation, Span, Streams, Time};

use super::Market;
use super::world::MarketWorld;
use crate::given::Before;
use crate::horizon::Horizon;
use crate::orders::offer::GIGACYCLE;

/// A piece of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// When it ended \[s\].
    pub until_s: f64,
    /// Requests that were made in it.
    pub made: u64,
    /// Requests without a lock when it ends.
    pub open: u64,
    /// Requests with a lock, or had one, that have no proof.
    pub locked: u64,
    /// Mean price of what was paid for in it \[USD per 10⁹ cycles\]; of the piece before where nothing was.
    pub usd_per_gigacycle: f64,
    /// Share of the provers of each group that worked in it, 0–1.
    pub busy: Vec<(String, f64)>,
}

/// The pieces so far.
#[derive(Debug)]
pub(super) struct Course {
    every: Span,
    pub(super) next: Time,
    pub(super) made: u64,
    paid_usd: f64,
    cycles: f64,
    pieces: Vec<Piece>,
    pub(super) given: Before,
}

impl Course {
    fn new(every: Span) -> Self {
        Self {
            every,
            next: Time::ZERO + every,
            made: 0,
            paid_usd: 0.0,
            cycles: 0.0,
            pieces: Vec::new(),
            given: Before::default(),
        }
    }

    /// A proof was paid for.
    pub(super) fn sold(&mut self, price_usd: f64, cycles: f64) {
        self.paid_usd += price_usd;
        self.cycles += cycles;
    }

    /// Mean price of the piece so far.
    pub(super) fn price(&self) -> f64 {
        let before = self.pieces.last().map_or(0.0, |piece| piece.usd_per_gigacycle);
        if self.cycles > 0.0 { self.paid_usd / (self.cycles / GIGACYCLE) } else { before }
    }

    /// A piece ends.
    pub(super) fn push(&mut self, piece: Piece) {
        self.next = self.next + self.every;
        (self.made, self.paid_usd, self.cycles) = (0, 0.0, 0.0);
        self.pieces.push(piece);
    }
}

/// Runs one replication up to the end of its measured time and tells how it went, in pieces of about this length.
pub fn watch(system: &Market, horizon: Horizon, (streams, every): (&Streams, Span)) -> Vec<Piece> {
    let mut world = MarketWorld::new(system, horizon, streams);
    world.course = Some(Course::new(every));
    let mut simulation = Simulation::new(world);
    simulation.world.start(&mut simulation.calendar);
    simulation.run_until(horizon.measured().1);
    simulation.world.course.map_or_else(Vec::new, |course| course.pieces)
}
