//! A validator that downloads blocks and checks every transaction in them before it votes.
//!
//! Model: a block is on its way when its leader has sent it; a link of constant bandwidth, first come first served, is followed by
//! a station of identical cores that takes a block's transactions as batches of equal jobs, one batch per class of
//! transaction, longest first. A block has been checked when its last transaction has. Links and cores are as much
//! slower as votes take of them. One validator stands for all: they are alike, and what differs between regions is a constant
//! shift that the vote's delay already holds.
//!
//! Assumptions: a block is checked once it is downloaded whole, and downloaded once its leader has sent it whole (late by at
//! most the time of the download); what is received of a block is what the slower of two links lets through, the receiver's and
//! that of those who pass it on; blocks of one slot are downloaded one after another, starting with another shard each slot;
//! checks of one class take the same time.
//! Source: [`crate::station`] for the cores. Leaves out: waiting for the disk, signatures shared between transactions.

use sim::{Span, Stream, Time};

use crate::dissemination::Copies;
use crate::station::Station;
use crate::votes::VoteLoad;

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
    /// Time of a core to make the proof that one of them carries of its own, in seconds, where it does.
    pub own_proof_s: Option<f64>,
}

/// One machine of the validator set, or several acting as one validator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValidatorMachine {
    /// Cores.
    pub cores: u64,
    /// Bandwidth into the machine in bit/s.
    pub downlink_bits_per_s: f64,
    /// Bandwidth out of the machine in bit/s.
    pub uplink_bits_per_s: f64,
    /// Disk in bytes.
    pub disk_bytes: f64,
}

impl ValidatorMachine {
    /// `units` machines that act as one validator.
    pub fn times(&self, units: u64) -> Self {
        Self {
            cores: self.cores * units,
            downlink_bits_per_s: self.downlink_bits_per_s * units as f64,
            uplink_bits_per_s: self.uplink_bits_per_s * units as f64,
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

/// What a validator has beside its checks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beside {
    /// Votes, by the second.
    pub votes: VoteLoad,
    /// How often the bytes of a block cross links.
    pub copies: Copies,
    /// Times the size of a block that its leader sends until it is on its way.
    pub sent_before: f64,
}

/// The least share of a link or of cores that is left for blocks: with less, votes alone saturate it.
const LEAST_LEFT: f64 = 1e-9;

/// The validator that stands for all of them, or for those of one shard.
#[derive(Debug, Clone)]
pub struct Validator {
    cores: Station,
    link_free: Time,
    /// Time of a bit of a block: until its leader has sent it, and until it is received.
    bit_s: [f64; 2],
    /// Busy seconds of the downlink for each bit of a block, if it had nothing else to do.
    busy_s_per_bit: f64,
    link_busy: f64,
    /// Shares of cores and downlink that votes take.
    voting: [f64; 2],
    /// Classes in the order in which they are checked, with the time of one check.
    order: Vec<(usize, Span)>,
}

impl Validator {
    /// An idle validator for transactions of these classes.
    pub fn new(machine: &ValidatorMachine, beside: &Beside, classes: &[TransactionClass]) -> Self {
        let [down, up] = [machine.downlink_bits_per_s, machine.uplink_bits_per_s];
        let (votes, copies) = (&beside.votes, &beside.copies);
        let taken = [votes.core_s / machine.cores as f64, votes.down_bytes * 8.0 / down, votes.up_bytes * 8.0 / up];
        let [cores_left, down_left, up_left] = taken.map(|share| (1.0 - share).max(LEAST_LEFT));
        let check = |class: &TransactionClass| Span::from_secs_f64(class.check_s / cores_left);
        let mut order: Vec<(usize, Span)> = classes.iter().map(check).enumerate().collect();
        order.sort_by_key(|(index, check)| (std::cmp::Reverse(*check), *index));
        let receive_s = (copies.download / (down * down_left)).max(copies.relay / (up * up_left));
        Self {
            cores: Station::new(machine.cores),
            link_free: Time::ZERO,
            bit_s: [beside.sent_before / (up * up_left), receive_s],
            busy_s_per_bit: copies.download / down,
            link_busy: 0.0,
            voting: [taken[0], taken[1]],
            order,
        }
    }

    /// Downloads and checks a block proposed now; returns when it has been checked.
    pub fn check(&mut self, now: Time, block: &BlockContent, classes: &[TransactionClass]) -> Time {
        let bits = block.bytes(classes) * 8.0;
        let [sent, received] = self.bit_s.map(|bit_s| Span::from_secs_f64(bits * bit_s));
        self.link_busy += bits * self.busy_s_per_bit;
        let downloaded = self.link_free.max(now + sent) + received;
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

    /// Core-seconds of checking given and promised so far, as if there were no votes.
    pub fn core_work(&self) -> f64 {
        self.cores.work() * (1.0 - self.voting[0]).max(LEAST_LEFT)
    }

    /// Shares of the cores and of the downlink that votes take.
    pub fn voting(&self) -> [f64; 2] {
        self.voting
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
        let class = TransactionClass {
            name: "private".into(),
            share: 1.0,
            check_s: 0.005,
            bytes: 1_000.0,
            proven: true,
            own_proof_s: None,
        };
        let classes = [class];
        let machine = ValidatorMachine { cores: 4, downlink_bits_per_s: 1e6, uplink_bits_per_s: 2e6, disk_bytes: 1e12 };
        let copies = Copies { leader: 0.0, relay: 0.0, download: 1.0 };
        let alone = Beside { votes: VoteLoad::default(), copies, sent_before: 0.0 };
        let mut validator = Validator::new(&machine, &alone, &classes);
        let block = BlockContent::draw(10, &classes, &mut Streams::new(1, 0).stream("block"));
        assert_eq!(validator.check(Time::ZERO, &block, &classes), Time::ZERO + Span::from_millis(95));
        // The second block waits for the link, then finds the cores free.
        assert_eq!(validator.check(Time::ZERO, &block, &classes), Time::ZERO + Span::from_millis(175));
        // Votes take half of each link and a core; the leader sends three copies: 240 ms over what is left of the uplink,
        // 160 ms over the downlink, and checks take 4/3 as long: 3 rounds of 6.667 ms.
        let votes = VoteLoad { votes: 0.0, down_bytes: 62_500.0, up_bytes: 125_000.0, core_s: 1.0 };
        let mut voter = Validator::new(&machine, &Beside { votes, copies, sent_before: 3.0 }, &classes);
        let checked = voter.check(Time::ZERO, &block, &classes).as_secs_f64();
        assert!((checked - 0.42).abs() < 1e-6, "{checked} s");
        assert_eq!(voter.voting(), [0.25, 0.5]);
        assert!((voter.core_work() - 0.05).abs() < 1e-6 && (voter.link_work() - 0.08).abs() < 1e-12);
    }

    #[test]
    fn classes_of_a_block_add_up() {
        let class = |share| TransactionClass {
            name: String::new(),
            share,
            check_s: 0.001,
            bytes: 1.0,
            proven: share < 0.5,
            own_proof_s: None,
        };
        let classes = [class(0.7), class(0.25), class(0.05)];
        let mut stream = Streams::new(4, 0).stream("classes");
        for count in 0..500 {
            let block = BlockContent::draw(count, &classes, &mut stream);
            assert_eq!(block.counts.iter().sum::<u64>(), count);
            assert_eq!(block.proven(&classes), block.counts[1] + block.counts[2]);
        }
    }
}
