//! What a market is: demand, provers, rules, and who asks.

use crate::orders::book::Own;
use crate::orders::demand::{Class, Demand};
use crate::orders::{Group, Rules};

/// The pool of the machines of who asks.
pub const MINE: &str = "mine";

/// A complete market.
#[derive(Debug, Clone, PartialEq)]
pub struct Market {
    /// The requests that are asked about: of the requester, or of everybody.
    pub demand: Demand,
    /// Those of other requesters.
    pub others: Option<Demand>,
    /// The rules.
    pub rules: Rules,
    /// Provers that compete.
    pub groups: Vec<Group>,
    /// Who asks.
    pub asker: Asker,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Asker {
    /// A requester, with machines of its own or without.
    Requester {
        /// Its machines.
        own: Option<Box<Own>>,
    },
    /// A prover: the group of this place, of which there is one.
    Prover(usize),
}

impl Market {
    /// Requests of everybody, per second.
    pub fn all_per_s(&self) -> f64 {
        self.demand.per_s + self.others.as_ref().map_or(0.0, |others| others.per_s)
    }

    /// All kinds of requests: those that are asked about, then those of others.
    pub fn classes(&self) -> impl Iterator<Item = &Class> {
        self.demand.classes.iter().chain(self.others.iter().flat_map(|others| &others.classes))
    }

    /// The machines of a requester.
    pub fn own(&self) -> Option<&Own> {
        match &self.asker {
            Asker::Requester { own, .. } => own.as_deref(),
            Asker::Prover(_) => None,
        }
    }

    /// Whether a requester asks who has no machines that carry everything.
    pub fn buys_proofs(&self) -> bool {
        matches!(&self.asker, Asker::Requester { own, .. } if own.as_ref().is_none_or(|own| own.overflow))
    }

    /// The machines of who asks, as a prover or a requester has them.
    pub fn mine(&self) -> Option<&Group> {
        match &self.asker {
            Asker::Requester { own, .. } => own.as_ref().map(|own| &own.group),
            Asker::Prover(at) => self.groups.get(*at),
        }
    }

    /// The same, to be changed.
    pub fn mine_mut(&mut self) -> Option<&mut Group> {
        match &mut self.asker {
            Asker::Requester { own, .. } => own.as_mut().map(|own| &mut own.group),
            Asker::Prover(at) => self.groups.get_mut(*at),
        }
    }

    /// All groups, the requester's own last.
    pub fn all_groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().chain(self.own().map(|own| &own.group))
    }

    /// Provers on the market.
    pub fn provers(&self) -> u64 {
        self.groups.iter().map(|group| group.count).sum()
    }

    /// From a request of mean size to its end at the latest \[s\].
    pub fn longest_s(&self) -> f64 {
        self.classes().map(|class| class.offer.of_size(class.cycles).timeout.as_secs_f64()).fold(0.0, f64::max)
    }
}
