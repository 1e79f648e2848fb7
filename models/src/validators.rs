//! A validator that downloads blocks and checks every transaction in them before it votes.
//!
//! Model: a link of constant bandwidth, first come first served, followed by a station of identical cores that takes a
//! block's transactions as batches of equal jobs, one batch per class of transaction, longest first. A block has been
//! checked when its last transaction has. One validator stands for all: they are alike, and what differs between
//! regions is a constant shift that the vote's delay already holds.
//!
//! Assumptions: a block is checked once it is downloaded whole; blocks of one slot are downloaded one after another,
//! starting with another shard each slot; checks of one class take the same time.
//! Source: [`crate::station`] for the cores. Leaves out: waiting for the disk, signatures shared between transactions.

use sim::{Span, Stream, Time};

use crate::station::Station;

/// What a validator does with transactions of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct TransactionClass {
    /// Name of the kind: a privacy tier.
    pub name: String,
    /// Share of all transactions, 0–1; the shares of a world add to 1.
    pub share: f64,
    /// Time of one core to check one of them.
    pub check_s: f64,
    /// Size on the wire in bytes.
    pub bytes: f64,
    /// Whether the network proves them.
    pub proven: bool,
}

/// One machine of the validator set, or several acting as one validator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValidatorMachine {
    /// Cores.
    pub cores: u64,
    /// Bandwidth into the machine in bit/s.
    pub downlink_bits_per_s: f64,
    /// Disk in bytes.
    pub disk_bytes: f64,
}

impl ValidatorMachine {
    /// `units` machines that act as one validator.
    pub fn times(&self, units: u64) -> Self {
        Self {
            cores: self.cores * units,
            downlink_bits_per_s: self.downlink_bits_per_s * units as f64,
            disk_bytes: self.disk_bytes * units as f64,
        }
    }
}

/// Who checks what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validation {
    /// Every validator checks every transaction.
    EveryTransaction,
    /// A validator belongs to one shard and checks that shard's blocks.
    OwnShard,
}

impl Validation {
    /// Share of all transactions that one validator checks.
    pub fn share(self, shards: u64) -> f64 {
        match self {
            Self::EveryTransaction => 1.0,
            Self::OwnShard => 1.0 / shards as f64,
        }
    }
}

/// How many transactions of each class a block holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockContent {
    counts: Vec<u64>,
}

impl BlockContent {
    /// Draws the classes of `count` transactions: multinomial with the classes' shares.
    pub fn draw(count: u64, classes: &[TransactionClass], stream: &mut Stream) -> Self {
        let mut content = Self { counts: Vec::new() };
        content.redraw(count, classes, stream);
        content
    }

    /// The same for another block, in the same place.
    pub fn redraw(&mut self, count: u64, classes: &[TransactionClass], stream: &mut Stream) {
        self.counts.clear();
        let (mut left, mut share_left) = (count, 1.0);
        for (index, class) in classes.iter().enumerate() {
            let last = index + 1 == classes.len();
            let here = if last { left } else { stream.binomial(left, (class.share / share_left).clamp(0.0, 1.0)) };
            self.counts.push(here);
            left -= here;
            share_left -= class.share;
        }
    }

    /// Transactions that the network proves.
    pub fn proven(&self, classes: &[TransactionClass]) -> u64 {
        self.counts.iter().zip(classes).filter(|(_, class)| class.proven).map(|(count, _)| count).sum()
    }

    /// Size on the wire in bytes.
    pub fn bytes(&self, classes: &[TransactionClass]) -> f64 {
        self.counts.iter().zip(classes).map(|(count, class)| *count as f64 * class.bytes).sum()
    }
}

/// The validator that stands for all of them, or for those of one shard.
#[derive(Debug, Clone)]
pub struct Validator {
    cores: Station,
    link_free: Time,
    bits_per_s: f64,
    link_busy: f64,
    /// Classes in the order in which they are checked, with the time of one check.
    order: Vec<(usize, Span)>,
}

impl Validator {
    /// An idle validator for transactions of these classes.
    pub fn new(machine: &ValidatorMachine, classes: &[TransactionClass]) -> Self {
        let mut order: Vec<(usize, Span)> =
            classes.iter().enumerate().map(|(index, class)| (index, Span::from_secs_f64(class.check_s))).collect();
        order.sort_by_key(|(index, check)| (std::cmp::Reverse(*check), *index));
        Self {
            cores: Station::new(machine.cores),
            link_free: Time::ZERO,
            bits_per_s: machine.downlink_bits_per_s,
            link_busy: 0.0,
            order,
        }
    }

    /// Downloads and checks a block proposed now; returns when it has been checked.
    pub fn check(&mut self, now: Time, block: &BlockContent, classes: &[TransactionClass]) -> Time {
        let transfer = Span::from_secs_f64(block.bytes(classes) * 8.0 / self.bits_per_s);
        self.link_busy += transfer.as_secs_f64();
        let downloaded = self.link_free.max(now) + transfer;
        self.link_free = downloaded;
        let mut checked = downloaded;
        for (index, check) in &self.order {
            let jobs = block.counts[*index];
            if jobs > 0 {
                checked = checked.max(self.cores.submit(downloaded, jobs, *check).last_done);
            }
        }
        checked
    }

    /// Core-seconds of checking given and promised so far.
    pub fn core_work(&self) -> f64 {
        self.cores.work()
    }

    /// Seconds of the link used and promised so far.
    pub fn link_work(&self) -> f64 {
        self.link_busy
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Streams;

    #[test]
    fn a_block_is_checked_after_download_and_rounds_of_checks() {
        // By hand: 10 transactions of 1,000 bytes at 1 Mbit/s are 80 ms; on 4 cores, 3 rounds of 5 ms follow.
        let class =
            TransactionClass { name: "private".into(), share: 1.0, check_s: 0.005, bytes: 1_000.0, proven: true };
        let classes = [class];
        let machine = ValidatorMachine { cores: 4, downlink_bits_per_s: 1e6, disk_bytes: 1e12 };
        let mut validator = Validator::new(&machine, &classes);
        let block = BlockContent::draw(10, &classes, &mut Streams::new(1, 0).stream("block"));
        assert_eq!(validator.check(Time::ZERO, &block, &classes), Time::ZERO + Span::from_millis(95));
        // The second block waits for the link, then finds the cores free.
        assert_eq!(validator.check(Time::ZERO, &block, &classes), Time::ZERO + Span::from_millis(175));
    }

    #[test]
    fn classes_of_a_block_add_up() {
        let class =
            |share| TransactionClass { name: String::new(), share, check_s: 0.001, bytes: 1.0, proven: share < 0.5 };
        let classes = [class(0.7), class(0.25), class(0.05)];
        let mut stream = Streams::new(4, 0).stream("classes");
        for count in 0..500 {
            let block = BlockContent::draw(count, &classes, &mut stream);
            assert_eq!(block.counts.iter().sum::<u64>(), count);
            assert_eq!(block.proven(&classes), block.counts[1] + block.counts[2]);
        }
    }
}
