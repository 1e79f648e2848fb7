//! The state that transfers change: accounts in a sparse Merkle tree, and the witness of each change.
//!
//! An account is four field elements and is itself the leaf: the depth is fixed, so a leaf cannot pass for an inner node.

use std::collections::BTreeMap;

use winterfell::crypto::Hasher;
use winterfell::crypto::hashers::Rp64_256;
use winterfell::math::FieldElement;

use super::Felt;
use super::statement::Statement;
use crate::inputs::bytes;

/// Levels of the tree: a power of two, so that one path fills a power of two of rows.
pub const DEPTH: usize = 32;

/// Amounts and balances lie below 2 to this power. It leaves no room for a negative balance to pass for a large one:
/// the field has almost 2^64 elements, and the difference of two such numbers is either below 2^62 or above 2^63.
pub const BALANCE_BITS: usize = 62;

/// A node of the tree.
pub type Digest = <Rp64_256 as Hasher>::Digest;

/// One account.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Account {
    /// What it owns, below 2^[`BALANCE_BITS`].
    pub balance: u64,
    /// How many transfers it has sent.
    pub nonce: u64,
    /// Hash of the owner's key.
    pub owner: [Felt; 2],
}

impl Account {
    /// The leaf of the tree.
    pub fn leaf(&self) -> Digest {
        Digest::new([Felt::new(self.balance), Felt::new(self.nonce), self.owner[0], self.owner[1]])
    }
}

/// One account changes: what a circuit needs to recompute the root before and after.
#[derive(Debug, Clone)]
pub struct Update {
    /// Place of the leaf; bit i tells whether the node at height i is a right child.
    pub index: u32,
    /// The other child at each height, lowest first.
    pub siblings: [Digest; DEPTH],
    /// The account before.
    pub before: Account,
    /// The account after.
    pub after: Account,
}

/// The sender's account changes, then the receiver's.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Pays, and its nonce rises.
    pub sender: Update,
    /// Is paid.
    pub receiver: Update,
}

/// Transfers one after the other, with the roots before the first and after the last.
#[derive(Debug, Clone)]
pub struct Batch {
    /// In the order in which they are applied.
    pub transfers: Vec<Transfer>,
    old_root: Digest,
    new_root: Digest,
}

impl Batch {
    /// `count` valid transfers among a few accounts, the same in every process, and after them as many of nothing as make
    /// their number a power of two: a trace cannot have another length.
    pub fn example(count: usize) -> Self {
        const ACCOUNTS: u64 = 50;
        let mut ledger = Ledger::empty();
        let place = |account: u64| u32::from_le_bytes(bytes("account place", account));
        for number in 0..ACCOUNTS {
            let owner = [0, 1].map(|half| Felt::new(u64::from_le_bytes(bytes("account owner", 2 * number + half))));
            ledger.set(place(number), Account { balance: 1 << 40, nonce: 0, owner });
        }
        let old_root = ledger.root();
        let transfers = (0..count.next_power_of_two() as u64)
            .map(|number| {
                let draw: [u8; 8] = bytes("transfer", number);
                let (sender, step) = (u64::from(draw[0]), 1 + u64::from(draw[1]) % (ACCOUNTS - 1));
                let amount = if number < count as u64 { 1 + u64::from(draw[2]) + (u64::from(draw[3]) << 8) } else { 0 };
                ledger.transfer(place(sender % ACCOUNTS), place((sender + step) % ACCOUNTS), amount)
            })
            .collect();
        Self { transfers, old_root, new_root: ledger.root() }
    }

    /// What a proof of the batch states.
    pub fn statement(&self) -> Statement {
        Statement {
            old_root: elements(self.old_root),
            new_root: elements(self.new_root),
            transfers: self.transfers.len(),
        }
    }
}

/// The four elements of a digest.
pub fn elements(digest: Digest) -> [Felt; 4] {
    let elements = digest.as_elements();
    std::array::from_fn(|index| elements[index])
}

/// A sparse Merkle tree: only nodes that differ from those of the empty tree are kept.
struct Ledger {
    accounts: BTreeMap<u32, Account>,
    /// By height and place.
    nodes: BTreeMap<(usize, u32), Digest>,
    /// The node of the empty tree at each height.
    empty: [Digest; DEPTH + 1],
}

impl Ledger {
    fn empty() -> Self {
        let mut empty = [Digest::new([Felt::ZERO; 4]); DEPTH + 1];
        for height in 0..DEPTH {
            empty[height + 1] = Rp64_256::merge(&[empty[height]; 2]);
        }
        Self { accounts: BTreeMap::new(), nodes: BTreeMap::new(), empty }
    }

    fn root(&self) -> Digest {
        self.node(DEPTH, 0)
    }

    fn node(&self, height: usize, place: u32) -> Digest {
        self.nodes.get(&(height, place)).copied().unwrap_or(self.empty[height])
    }

    fn set(&mut self, index: u32, account: Account) {
        self.accounts.insert(index, account);
        let mut node = account.leaf();
        for height in 0..DEPTH {
            let place = index >> height;
            self.nodes.insert((height, place), node);
            let sibling = self.node(height, place ^ 1);
            node = Rp64_256::merge(&if place & 1 == 1 { [sibling, node] } else { [node, sibling] });
        }
        self.nodes.insert((DEPTH, 0), node);
    }

    /// Changes one account, and tells how.
    fn update(&mut self, index: u32, change: impl Fn(Account) -> Account) -> Update {
        let siblings = std::array::from_fn(|height| self.node(height, (index >> height) ^ 1));
        let before = self.accounts[&index];
        let after = change(before);
        self.set(index, after);
        Update { index, siblings, before, after }
    }

    fn transfer(&mut self, sender: u32, receiver: u32, amount: u64) -> Transfer {
        let pay = |account: Account| {
            assert!(account.balance >= amount, "the example moves less than anybody owns");
            Account { balance: account.balance - amount, nonce: account.nonce + 1, ..account }
        };
        let sender = self.update(sender, pay);
        let receiver = self.update(receiver, |account| Account { balance: account.balance + amount, ..account });
        Transfer { sender, receiver }
    }
}
