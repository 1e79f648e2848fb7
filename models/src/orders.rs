//! Requests for proofs that provers take as orders: auctions, locks, collateral and deadlines, in an event loop.
//!
//! ```text
//! request ─▶ auction ─▶ lock ─▶ queue of the prover ─▶ proof ─▶ batch ─▶ delivered: paid
//!                │        └── the time-out of the lock passes: collateral is lost, and anybody may still deliver for a share of it
//!                └── nobody takes it: unlocked
//! ```
//!
//! Model: a request has a size in cycles and an offer: a ramp of prices, a time-out of the lock, a time-out of the request, and collateral. In
//! the reverse Dutch auction the price rises until a prover takes it, the cheapest that is able to first; in the sealed-bid auction the lowest bid
//! wins once the time for bids is over, and is what is paid; by lot or by turn somebody able gets it at the highest price. Who is able:
//! a prover that has room, collateral, and expects to be done in time, with a margin of safety ([`prover`]). Where nobody is able, the first
//! who is again takes it. After the time-out of the lock a share of the collateral is burnt, and the rest is for who delivers before the
//! request ends; the requester pays nothing then.
//!
//! Assumptions: asks are what a proof costs and a margin; provers see all requests at once, and who cannot expect to be first does not begin
//! to prove what nobody has a lock on; one proof at a time on all machines of a prover; gas has one price. A prover whose lock has passed ends
//! the proof that it works on, and drops what it has not begun.
//! Sources: the contracts and documentation of the Boundless market (`Offer.sol`, `BoundlessMarket.sol`, 2025–2026); the auction of the Succinct prover
//! network as documented (2026).
//! Leaves out: bids that learn from each other, locks that are lost on the way to the chain, requests that are made again at a higher price.

pub mod account;
pub mod book;
pub mod buyer;
pub mod demand;
pub mod exchange;
pub mod fulfilment;
pub mod offer;
pub mod outsourced;
pub mod prover;
mod requests;
pub mod supply;
mod taking;
#[cfg(test)]
mod tests;
mod working;

use sim::Span;

pub use account::Account;
pub use book::OrderBook;
pub use fulfilment::Fulfilment;
pub use offer::Offer;
pub use prover::{Ask, Group, Order, Strategy};
pub use requests::Request;

/// Who gets a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// The price rises until somebody takes it.
    ReverseDutch,
    /// The lowest bid wins, and is what is paid.
    SealedBid {
        /// Time for bids.
        bidding: Span,
    },
    /// Those that are able get one after the other, at the highest price.
    RoundRobin,
    /// One of those that are able, drawn in proportion to speed, gets it at the highest price.
    Lottery,
}

/// The rules of a market.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Who gets a request.
    pub mechanism: Mechanism,
    /// Share of the collateral of a lock that passes which is burnt, 0–1; the rest is for who delivers late.
    pub burnt: f64,
    /// What a request costs its requester in gas \[gas\].
    pub request_gas: f64,
    /// What a lock costs its prover in gas \[gas\].
    pub lock_gas: f64,
    /// What delivery costs, by how many proofs are delivered at once.
    pub fulfilment: Fulfilment,
    /// From sending a proof until the market has it.
    pub inclusion: Span,
    /// Price of gas \[USD per gas\].
    pub gas_usd: f64,
}
