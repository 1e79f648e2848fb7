//! Data on its way to L1.
//!
//! Model: a batch is posted when it closes, or when blobs cost less than a stated fee, but never later than a stated time. It
//! fills as many blobs, or bytes of calldata, as its data needs, in as few transactions as hold them; it is on L1 with the last of these.
//! Assumptions: batches do not share blobs; all transactions of a batch are included in one slot. Source: EIP-4844, EIP-7623.
//! Leaves out: data that is sent again at a higher fee.

use std::collections::VecDeque;

use sim::Time;

use super::{Data, Posting};

/// What a batch needs of L1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Needs {
    /// Transactions.
    pub transactions: f64,
    /// Blobs.
    pub blobs: f64,
    /// L1 gas.
    pub gas: f64,
}

impl Data {
    /// What a batch of so many bytes needs of L1.
    pub fn needs(&self, bytes: f64) -> Needs {
        let pieces = |whole: f64, each: f64| (whole / each).ceil().max(1.0);
        let (transactions, blobs, data_gas) = match self.posting {
            Posting::Blobs { usable, most } => {
                let blobs = pieces(bytes, usable);
                (pieces(blobs, most as f64), blobs, 0.0)
            }
            Posting::Calldata { gas_per_byte, most } => (pieces(bytes, most), 0.0, bytes * gas_per_byte),
            Posting::Elsewhere => (1.0, 0.0, 0.0),
        };
        Needs { transactions, blobs, gas: transactions * self.gas_per_transaction + data_gas }
    }
}

/// A batch whose data is not on its way.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    number: u64,
    latest: Time,
}

/// Batches whose data waits for a lower fee.
#[derive(Debug, Default)]
pub(super) struct Poster {
    waiting: VecDeque<Waiting>,
}

impl Poster {
    /// A batch closes; it is posted at the latest at a time.
    pub(super) fn submit(&mut self, number: u64, latest: Time) {
        self.waiting.push_back(Waiting { number, latest });
    }

    /// The next batch that is posted now, where blobs cost so much; all before it have been.
    pub(super) fn next(&mut self, now: Time, is_cheap: bool) -> Option<u64> {
        let first = self.waiting.front()?;
        (is_cheap || first.latest <= now).then(|| self.waiting.pop_front().map(|it| it.number))?
    }

    /// Whether any waits.
    pub(super) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }
}
