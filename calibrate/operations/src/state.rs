//! A look-up in the state of a node: an embedded B-tree store with a million accounts.
//!
//! The store lies in a temporary file that was just written and read through once, so its pages are in the store's own cache
//! and in the system's: this is the cost of finding, not of a disk.
//!
//! Left out: cold pages, concurrent writers, and an authenticated state.

use calibrate::{Claimed, Description, Operation, OperationError, instance};
use redb::{Database, Durability, ReadOnlyTable, ReadableDatabase, ReadableTable, TableDefinition};
use tempfile::TempDir;

use crate::inputs::{bytes, only};

const KEYS: u64 = 1_000_000;
/// Keys per write transaction: few and large, because each one has a fixed cost.
const CHUNK: usize = 250_000;
/// Keys that are looked up in turn: enough that neither they nor their leaves stay in the processor's caches.
const SOUGHT: usize = 65_536;
const ACCOUNTS: TableDefinition<'_, Key, Account> = TableDefinition::new("accounts");

type Key = [u8; 32];
/// Balance, nonce and the hash of an owner's key.
type Account = [u8; 48];

/// An open store; the fields are dropped in this order, the file last.
struct Store {
    accounts: ReadOnlyTable<Key, Account>,
    _database: Database,
    _folder: TempDir,
}

pub(crate) fn operations() -> Vec<Operation> {
    let description = Description {
        name: "state.lookup".into(),
        statement: format!(
            "reads the account of a uniformly random key among {KEYS} in a store whose pages are in memory"
        ),
        lower_bound: Some("pages that are not in memory cost a read of the disk".into()),
        library: env!("LIBRARY_REDB").into(),
        size_unit: "keys".into(),
        claimed: Some(Claimed { size: KEYS, seconds: 2e-3, source: "S1: per transaction, in a validator".into() }),
    };
    let lookup = Operation::new(description, &[KEYS], |size| {
        only(size, KEYS)?;
        let store = Store::filled(KEYS).map_err(OperationError::new)?;
        let sought: Vec<Key> =
            (0..SOUGHT as u64).map(|draw| key(u64::from_le_bytes(bytes("draw", draw)) % KEYS)).collect();
        let act = |(store, sought, turn): &mut (Store, Vec<Key>, usize)| {
            *turn = (*turn + 1) % SOUGHT;
            store.account(&sought[*turn])
        };
        let check = |(_, sought, turn): &(Store, Vec<Key>, usize), found: &_| *found == Some(account(&sought[*turn]));
        Ok(instance((store, sought, 0), act, check, |found| found.map(|account: Account| account.len() as u64)))
    });
    vec![lookup]
}

fn key(number: u64) -> Key {
    bytes("account", number)
}

/// What is stored for a key: made from it, so that a found account can be checked.
fn account(key: &Key) -> Account {
    let mut account = [0; 48];
    account[..32].copy_from_slice(key);
    account[32..].copy_from_slice(&key[..16]);
    account
}

impl Store {
    fn filled(keys: u64) -> Result<Self, redb::Error> {
        let folder = tempfile::tempdir()?;
        let database = Database::create(folder.path().join("accounts.redb"))?;
        // Sorted keys fill the pages of a B-tree from left to right, several times faster than random ones.
        let mut sorted: Vec<Key> = (0..keys).map(key).collect();
        sorted.sort_unstable();
        for chunk in sorted.chunks(CHUNK) {
            let mut transaction = database.begin_write()?;
            // The file is thrown away: nothing needs to survive a crash.
            transaction.set_durability(Durability::None)?;
            {
                let mut accounts = transaction.open_table(ACCOUNTS)?;
                for key in chunk {
                    accounts.insert(key, account(key))?;
                }
            }
            transaction.commit()?;
        }
        let accounts = database.begin_read()?.open_table(ACCOUNTS)?;
        for entry in accounts.iter()? {
            entry?;
        }
        Ok(Self { accounts, _database: database, _folder: folder })
    }

    /// The account of a key; nothing if there is none.
    fn account(&self, key: &Key) -> Option<Account> {
        self.accounts.get(key).ok().flatten().map(|found| found.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_account_is_found_and_none_for_a_tampered_key() {
        let store = Store::filled(1000).expect("a temporary store");
        for number in [0, 500, 999] {
            let mut key = key(number);
            assert_eq!(store.account(&key), Some(account(&key)));
            key[31] ^= 1;
            assert_eq!(store.account(&key), None);
        }
    }
}
