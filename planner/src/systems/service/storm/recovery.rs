//! One run with a burst, and when it is over it.
//!
//! Model: the run is cut into pieces that hold some fifty requests. It has recovered at the first of three pieces in a row in which no
//! more wait than usually do in 95 % of the pieces, and no more miss an answer than usually do and 5 % of them. What is usual is
//! seen before the burst, on the same random numbers, where nobody asks again: there a storm cannot be usual.
//! Source: recovery to the level before the disturbance, as in control charts (rules over runs of points; Western Electric, 1956).
//! Leaves out: latencies, which follow from who waits.

use models::arrivals::Arrivals;
use models::system::Horizon;
use models::systems::service::course::Piece;
use models::systems::service::{Horizon as Extent, Load, Service, watch_while};
use serde::Serialize;
use sim::{Span, Streams, Time};

/// Requests of a piece, about.
const REQUESTS_OF_A_PIECE: f64 = 50.0;
/// The shortest piece \[s\].
const SHORTEST_S: f64 = 1.0;
/// Pieces in a row that are as before.
const IN_A_ROW: usize = 3;
/// How many more may miss an answer than usual.
const MORE_MISSES: f64 = 0.05;
/// Share of the pieces in which no more wait than is usual.
const USUAL: f64 = 0.95;

/// Length of a piece at a usual rate \[s\], in whole seconds.
pub(super) fn piece_s(usual_per_s: f64) -> f64 {
    (REQUESTS_OF_A_PIECE / usual_per_s).ceil().max(SHORTEST_S)
}

/// A burst, and the time around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Burst {
    pub(super) usual_per_s: f64,
    /// Rate in the burst over the usual rate.
    pub(super) times: f64,
    /// Its length, in pieces.
    pub(super) pieces: u32,
    /// Before it is the warm-up, after it the measured time.
    pub(super) horizon: Horizon,
}

/// What is usual where nobody asks again.
#[derive(Debug, Clone, Copy)]
struct Usual {
    /// Requests that wait when a piece ends, at most.
    waiting: u64,
    /// Share of the requests that end without an answer.
    missed: f64,
}

/// How one run goes, piece by piece.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Course {
    /// What is different in it.
    pub name: String,
    /// When every piece ends \[s since the burst began\].
    pub until_s: Vec<f64>,
    /// Requests per second that arrive.
    pub offered_per_s: Vec<f64>,
    /// Requests per second that are answered.
    pub answered_per_s: Vec<f64>,
    /// Requests that wait when the piece ends.
    pub waiting: Vec<u64>,
}

impl Burst {
    fn every(&self) -> Span {
        Span::from_secs_f64(piece_s(self.usual_per_s))
    }

    /// Pieces before it: as many as the warm-up holds, and enough to know what is usual.
    fn before(&self) -> u32 {
        (self.horizon.warm_up_s / piece_s(self.usual_per_s)).ceil().max(20.0) as u32
    }

    fn loaded(&self, service: &Service) -> (Service, Extent) {
        let at = |pieces: u32| Time::ZERO + self.every() * u64::from(pieces);
        let (from, until) = (at(self.before()), at(self.before() + self.pieces));
        let usual = self.usual_per_s;
        let steps = vec![(Time::ZERO, usual), (from, usual * self.times), (until, usual)];
        let measured = self.every() * u64::from(self.pieces) + Span::from_secs_f64(self.horizon.measured_s);
        let extent = Extent { warm_up: self.every() * u64::from(self.before()), measured, drain: Span::ZERO };
        (Service { load: Load::Open(Arrivals::Steps { steps }), ..service.clone() }, extent)
    }

    /// From its end to recovery \[s\]; nothing where there is none within the horizon.
    pub(super) fn recovery_s(&self, service: &Service, streams: &Streams) -> Option<f64> {
        let usual = self.usual(service, streams);
        let (service, extent) = self.loaded(service);
        let mut found = None;
        watch_while(&service, extent, streams, self.every(), |pieces| {
            found = self.recovered(pieces, usual);
            found.is_none()
        });
        Some(f64::from(found?) * piece_s(self.usual_per_s))
    }

    fn usual(&self, service: &Service, streams: &Streams) -> Usual {
        let (mut service, extent) = self.loaded(service);
        service.clients.retries = None;
        let before = self.before() as usize;
        let pieces = watch_while(&service, extent, streams, self.every(), |pieces| pieces.len() < before);
        // The first half of the warm-up is that.
        let settled = &pieces[before / 2..];
        let mut waiting: Vec<u64> = settled.iter().map(|piece| piece.waiting).collect();
        waiting.sort_unstable();
        let place = (USUAL * waiting.len() as f64) as usize;
        Usual { waiting: waiting.get(place).or(waiting.last()).copied().unwrap_or(0), missed: missed(settled) }
    }

    /// Pieces from its end to recovery, as far as the pieces so far tell.
    fn recovered(&self, pieces: &[Piece], usual: Usual) -> Option<u32> {
        let end = (self.before() + self.pieces) as usize;
        if pieces.len() < end + IN_A_ROW {
            return None;
        }
        let as_usual = |piece: &Piece| {
            piece.waiting <= usual.waiting && missed(std::slice::from_ref(piece)) <= usual.missed + MORE_MISSES
        };
        // Earlier pieces were looked at when they were the last.
        let last = &pieces[pieces.len() - IN_A_ROW..];
        last.iter().all(as_usual).then(|| (pieces.len() - IN_A_ROW - end) as u32)
    }

    /// How a run with it goes.
    pub(super) fn course(&self, name: &str, service: &Service, streams: &Streams) -> Course {
        let (service, extent) = self.loaded(service);
        let pieces = watch_while(&service, extent, streams, self.every(), |_| true);
        let every_s = piece_s(self.usual_per_s);
        let from_s = every_s * f64::from(self.before());
        Course {
            name: name.to_owned(),
            until_s: pieces.iter().map(|piece| piece.until_s - from_s).collect(),
            offered_per_s: pieces.iter().map(|piece| piece.flow.offered as f64 / every_s).collect(),
            answered_per_s: pieces.iter().map(|piece| piece.flow.answered as f64 / every_s).collect(),
            waiting: pieces.iter().map(|piece| piece.waiting).collect(),
        }
    }
}

/// Share of the requests that ended without an answer.
fn missed(pieces: &[Piece]) -> f64 {
    let (missed, answered): (u64, u64) =
        pieces.iter().fold((0, 0), |(m, a), piece| (m + piece.flow.missed, a + piece.flow.answered));
    if missed + answered == 0 { 0.0 } else { missed as f64 / (missed + answered) as f64 }
}
