//! The parts of proof systems, and the worlds made of them.
//!
//! | file | what it models |
//! |---|---|
//! | [`workload`], [`arrivals`] | users who submit transactions; when requests arrive: bursts, days, steps, traces |
//! | [`batching`] | what is collected until there is enough of it, or it has waited long enough |
//! | [`cohort`] | transactions that share a fate: counts and intervals that split exactly |
//! | [`blocks`] | slots, shards, block building |
//! | [`station`], [`rotation`] | many servers at the cost of one: batches and cohorts of equal jobs |
//! | [`pool`] | many servers, job by job |
//! | [`services`] | service times that spread |
//! | [`network`], [`quorum`] | delays between regions; how long a vote takes |
//! | [`votes`], [`dissemination`] | what votes weigh on links and cores; how often a block crosses links |
//! | [`leaders`], [`mempool`] | who proposes when leaders are down; batches on their way to who proposes |
//! | [`validators`] | download, check, and the content of blocks |
//! | [`work`], [`tree`], [`proving`] | service by size; proof trees as data, and folding them; the proof of an epoch |
//! | [`disputes`] | watchers, fault proofs, reverts: the fraud window |
//! | [`priority`] | the node that proves only when idle: two classes on one machine |
//! | [`submission`] | what users, or a service, make for a single transaction before it is submitted |
//! | [`settlement`] | acceptance of an epoch's proof |
//! | [`l1`] | the chain below: inclusion, finality, fees of gas and blobs |
//! | [`outages`] | when something is out of service |
//! | [`fees`] | a base fee for each privacy tier, and demand that reacts to it |
//! | [`market`] | provers who compete for proofs, and who stays in business |
//! | [`orders`] | the same in an event loop: requests, auctions with locks and collateral, provers with queues |
//! | [`nodes`] | what a node costs and earns, and what it has time for |
//! | [`stage`] | what a stage carries in isolation |
//! | [`figures`] | figures of outcomes, declared once |
//! | [`fleet`] | pools of machines, and the bill |
//! | [`spot`] | when a machine can be had that its provider takes back |
//! | [`system`] | what every kind of system answers |
//! | [`systems`] | the worlds made of these parts, a folder for each kind |
//! | [`theory`] | closed forms that the tests compare with |
//!
//! **Architecture invariant:** no I/O, no clock of the machine, no ambient randomness, no hash order. The same system,
//! seed and replication give the same outcome everywhere.
//!
//! **Architecture invariant:** a part's inputs are methods, its outputs are return values, its own future events are
//! its own enum. Parts do not know each other; the world's one `match` does. What has no state in time is a function.

pub mod arrivals;
pub mod batching;
pub mod blocks;
pub mod cache;
pub mod cohort;
pub mod disputes;
pub mod dissemination;
pub mod fees;
pub mod figures;
pub mod fleet;
mod given;
pub mod horizon;
pub mod l1;
pub mod leaders;
pub mod machines;
pub mod market;
pub mod mempool;
pub mod network;
pub mod nodes;
pub mod orders;
pub mod outages;
pub mod pool;
pub mod priority;
pub mod profile;
pub mod proving;
pub mod quorum;
pub mod rotation;
pub mod services;
pub mod settlement;
pub mod spot;
pub mod stage;
pub mod station;
pub mod submission;
pub mod system;
pub mod systems;
pub mod theory;
pub mod tree;
pub mod validators;
pub mod votes;
pub mod work;
pub mod workload;

/// Relative error of every quantile of a run.
pub const QUANTILE_ERROR: f64 = 0.001;
