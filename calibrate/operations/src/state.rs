//! A look-up in the state of a node: an embedded B-tree store with a million accounts, warm and cold.
//!
//! Warm: the file was just written and read through once, so its pages are in the store's own cache and in the system's. This
//! is the cost of finding, not of a disk. Cold: the store keeps no page, and before each look-up the system is told to drop
//! the file's pages (posix_fadvise), so that every page of the path from the root to the leaf is read from the device; what a
//! process cannot drop, the caches of the device and of a hypervisor, stays warm.
//!
//! Left out: concurrent writers, and an authenticated state.

use std::fs::File;
use std::path::{Path, PathBuf};

use calibrate::{Claimed, Description, Operation, OperationError, instance};
use redb::{Builder, Database, Durability, ReadOnlyTable, ReadableDatabase, ReadableTable, TableDefinition};
use rustix::fs::{Advice, fadvise, statfs};
use tempfile::TempDir;

use crate::inputs::{bytes, only};

const KEYS: u64 = 1_000_000;
/// Keys per write transaction: few and large, because each one has a fixed cost.
const CHUNK: usize = 250_000;
/// Keys that are looked up in turn: enough that neither they nor their leaves stay in the processor's caches.
const SOUGHT: usize = 65_536;
const ACCOUNTS: TableDefinition<'_, Key, Account> = TableDefinition::new("accounts");

/// What an account is found by.
pub type Key = [u8; 32];
/// Balance, nonce and the hash of an owner's key.
pub type Account = [u8; 48];

/// An open store; the fields are dropped in this order, the folder last.
pub struct Store {
    accounts: ReadOnlyTable<Key, Account>,
    _database: Database,
    file: File,
    _folder: TempDir,
}

/// Where the pages of a store are before a look-up.
#[derive(Clone, Copy, PartialEq)]
pub enum Pages {
    /// In memory.
    Warm,
    /// On the device only.
    Cold,
}

/// The operations of this family, in the order in which they are shown.
pub fn operations() -> Vec<Operation> {
    let mut operations = vec![looking_up(Pages::Warm)];
    // On a file system in memory nothing is ever cold: no figure is better than a wrong one.
    if !in_memory(&folder()) {
        operations.push(looking_up(Pages::Cold));
    }
    operations
}

fn looking_up(pages: Pages) -> Operation {
    let (name, statement, lower_bound) = match pages {
        Pages::Warm => (
            "state.lookup",
            format!("reads the account of a uniformly random key among {KEYS} in a store whose pages are in memory"),
            Some("pages that are not in memory cost a read of the disk".to_owned()),
        ),
        Pages::Cold => (
            "state.lookup_cold",
            format!(
                "drops the file's pages from memory, then reads the account of a uniformly random key among {KEYS}, each page \
                 on the way from the device (its own cache and a hypervisor's may be warm); CPU time leaves out the waiting"
            ),
            None,
        ),
    };
    let description = Description {
        name: name.into(),
        statement,
        lower_bound,
        library: env!("LIBRARY_REDB").into(),
        size_unit: "keys".into(),
        suite: "witness".into(),
        quick: pages == Pages::Warm,
        scaling: None,
        claimed: Some(Claimed { size: KEYS, seconds: 2e-3, source: "S1: per transaction, in a validator".into() }),
    };
    Operation::new(description, &[KEYS], move |size| {
        only(size, KEYS)?;
        let store = Store::filled(KEYS, pages).map_err(OperationError::new)?;
        let sought: Vec<Key> =
            (0..SOUGHT as u64).map(|draw| key(u64::from_le_bytes(bytes("draw", draw)) % KEYS)).collect();
        let act = move |(store, sought, turn): &mut (Store, Vec<Key>, usize)| {
            *turn = (*turn + 1) % SOUGHT;
            if pages == Pages::Cold && !store.forget() {
                return None;
            }
            store.account(&sought[*turn])
        };
        let check = |(_, sought, turn): &(Store, Vec<Key>, usize), found: &_| *found == Some(account(&sought[*turn]));
        Ok(instance((store, sought, 0), act, check, |found| found.map(|account: Account| account.len() as u64)))
    })
}

/// The folder of the store: the one for large temporary files, which is on a disk, where there is one.
pub fn folder() -> PathBuf {
    let large = Path::new("/var/tmp");
    if large.is_dir() { large.into() } else { std::env::temp_dir() }
}

/// Whether files in a folder live in memory only.
pub fn in_memory(folder: &Path) -> bool {
    const TMPFS: u64 = 0x0102_1994;
    const RAMFS: u64 = 0x8584_58f6;
    statfs(folder).is_ok_and(|system| matches!(system.f_type as u64, TMPFS | RAMFS))
}

/// The key with a number.
pub fn key(number: u64) -> Key {
    bytes("account", number)
}

/// What is stored for a key: made from it, so that a found account can be checked.
pub fn account(key: &Key) -> Account {
    let mut account = [0; 48];
    account[..32].copy_from_slice(key);
    account[32..].copy_from_slice(&key[..16]);
    account
}

impl Store {
    /// A store of so many accounts, in a folder of its own.
    ///
    /// # Errors
    /// The file system does not take it.
    pub fn filled(keys: u64, pages: Pages) -> Result<Self, redb::Error> {
        let folder = tempfile::tempdir_in(folder())?;
        let path = folder.path().join("accounts.redb");
        let mut database = Database::create(&path)?;
        fill(&database, keys, pages)?;
        if pages == Pages::Cold {
            drop(database);
            database = Builder::new().set_cache_size(0).open(&path)?;
        }
        let accounts = database.begin_read()?.open_table(ACCOUNTS)?;
        if pages == Pages::Warm {
            for entry in accounts.iter()? {
                entry?;
            }
        }
        Ok(Self { accounts, _database: database, file: File::open(path)?, _folder: folder })
    }

    /// Tells the system to drop the pages of the file; whether it took the advice.
    pub fn forget(&self) -> bool {
        fadvise(&self.file, 0, None, Advice::DontNeed).is_ok()
    }

    /// The account of a key; nothing if there is none.
    pub fn account(&self, key: &Key) -> Option<Account> {
        self.accounts.get(key).ok().flatten().map(|found| found.value())
    }
}

/// Writes the accounts of keys that are numbered from zero.
fn fill(database: &Database, keys: u64, pages: Pages) -> Result<(), redb::Error> {
    // Sorted keys fill the pages of a B-tree from left to right, several times faster than random ones.
    let mut sorted: Vec<Key> = (0..keys).map(key).collect();
    sorted.sort_unstable();
    for chunk in sorted.chunks(CHUNK) {
        let mut transaction = database.begin_write()?;
        // The file is thrown away, so nothing needs to survive a crash; but only pages that are on the device can be dropped.
        let durability = if pages == Pages::Cold { Durability::Immediate } else { Durability::None };
        transaction.set_durability(durability)?;
        {
            let mut accounts = transaction.open_table(ACCOUNTS)?;
            for key in chunk {
                accounts.insert(key, account(key))?;
            }
        }
        transaction.commit()?;
    }
    Ok(())
}
