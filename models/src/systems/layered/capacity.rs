//! What every stage of a layered system carries in isolation, and how many units carry an offered load.
//!
//! Model: a stage that needs w(λ) units of a resource per second at λ tx/s and has c of it carries the λ at which
//! w(λ) = c; its utilization at the offered load is w(λ)/c. w is a constant times λ for cores, links and disks, with what
//! votes take at any load on top for cores and links, and the plan's own work for provers, whose upper levels cost the same at
//! any load. Machines that come and go count as far as they serve in the long run, and what is lost with one is done again. A leader sends its blocks within its slot: the next one builds on them. Where leaders are down, blocks are counted
//! in the order of them that has the fewest. The law, and settling times, are those of [`crate::stage`].

#[cfg(test)]
mod tests;

pub use crate::proving::PROVERS;

use crate::disputes::FraudWindow;
use crate::disputes::queue::Queue;
use crate::machines::MOST_MACHINES;
use crate::proving::ProverLife;
use crate::stage::{Stage, linear, machines, root_of, settling_s};
use crate::systems::layered::{Layered, Proving};
use crate::validators::{TransactionClass, ValidatorMachine};

/// The pool of the validators' machines.
pub const VALIDATORS: &str = "validators";
/// The pool of the machines that make proofs of single transactions before they are submitted.
pub const SERVICE: &str = "service";
/// The pool of the machines that watchers have for themselves.
pub const WATCHERS: &str = "watchers";

/// All stages of the system, at its own offered load.
pub fn stages(system: &Layered) -> Vec<Stage> {
    let mut stages = validator_stages(system);
    if let Some(cap) = system.block_cap {
        let share = if system.in_turns { system.validators().least_share(system.slot) } else { 1.0 };
        let slot_s = system.slot.as_secs_f64();
        stages.push(linear(
            ("blocks", ""),
            system.load_per_s,
            (slot_s, slot_s.powi(2)),
            (0.0, (cap * system.shards) as f64 * share),
        ));
    }
    stages.push(provers(system));
    stages
}

/// The stages that a validator's own machines serve.
pub fn validator_stages(system: &Layered) -> Vec<Stage> {
    let load = system.load_per_s;
    let share = system.validation.share(system.shards);
    let machine = &system.validator;
    let bytes = system.mean_bytes();
    let (votes, copies) = (system.vote_load(), system.copies());
    let [down, up] = [machine.downlink_bits_per_s, machine.uplink_bits_per_s];
    // One validator of a lane has its share of the transactions, each of which it checks whole.
    let squared = |value: fn(&TransactionClass) -> f64| share * mean(system, |class| value(class).powi(2));
    let received = share * bytes * copies.download * 8.0;
    let received_squared = squared(|class| class.bytes * 8.0) * copies.download.powi(2);
    // The leader sends what all shards have, each transaction as often as the blocks are copied.
    let sent = system.uplink_bits();
    let sent_squared = mean(system, |class| (class.bytes / bytes * sent).powi(2));
    let kept_s = system.retention.as_secs_f64();
    vec![
        linear(
            ("validator_cores", VALIDATORS),
            load,
            (checks_of_validator(system), squared(|class| class.check_s)),
            (votes.core_s, machine.cores as f64),
        ),
        linear(("validator_downlink", VALIDATORS), load, (received, received_squared), (votes.down_bytes * 8.0, down)),
        linear(("validator_uplink", VALIDATORS), load, (sent, sent_squared), (votes.up_bytes * 8.0, up)),
        // What is kept has no queue: it fits or it does not.
        linear(("validator_disk", VALIDATORS), load, (share * bytes * kept_s, 0.0), (0.0, machine.disk_bytes)),
    ]
}

/// What watchers can follow. Where they re-execute on the cores of validators, checks before the vote come first, and
/// utilization is that of both together. No stage of the chain, which goes on without them: beyond its capacity invalid
/// blocks are found later and later. `None` where no block can be invalid, or nobody watches.
pub fn watchers(system: &Layered) -> Option<Stage> {
    let watchers = watched(system)?.watchers;
    let again = watchers.coverage * watchers.check_s;
    let (pool, need, cores) = match watchers.own {
        Some(own) => (WATCHERS, again, (0.0, own.cores as f64)),
        None => {
            let both = again + checks_of_validator(system);
            (VALIDATORS, both, (system.vote_load().core_s, system.validator.cores as f64))
        }
    };
    // Their waits are a closed form, which has nothing to settle.
    (watchers.count > 0 && again > 0.0).then(|| linear(("watchers", pool), system.load_per_s, (need, 0.0), cores))
}

/// Machines that watchers have for themselves, all together.
pub fn watcher_machines(system: &Layered) -> u64 {
    let watchers = watched(system).map(|rules| &rules.watchers);
    watchers.and_then(|watchers| Some(watchers.own?.machines.saturating_mul(watchers.count))).unwrap_or(0)
}

/// The rules of the fraud window with the queue of blocks that each watcher has at the offered load.
pub fn fraud_window(system: &Layered) -> Option<FraudWindow> {
    let mut rules = system.fraud.clone()?;
    let watchers = &mut rules.watchers;
    let busy = system.vote_load().core_s + system.load_per_s * checks_of_validator(system);
    let idle = || (system.validator.cores as f64 - busy).max(0.0);
    let cores = watchers.own.map_or_else(idle, |own| own.cores as f64);
    let slot_s = system.slot.as_secs_f64();
    watchers.queue = Queue::of(cores, system.load_per_s * slot_s * watchers.check_s, slot_s / watchers.coverage);
    Some(rules)
}

/// The fraud window, where a block can be invalid.
fn watched(system: &Layered) -> Option<&FraudWindow> {
    system.fraud.as_ref().filter(|_| system.plan().is_some())
}

/// Core-seconds of a validator before its vote, per transaction of the chain.
fn checks_of_validator(system: &Layered) -> f64 {
    system.validation.share(system.shards) * mean(system, |class| class.check_s)
}

/// Mean over the classes of transactions, by share.
fn mean(system: &Layered, value: impl Fn(&TransactionClass) -> f64) -> f64 {
    system.classes.iter().map(|class| class.share * value(class)).sum()
}

/// Servers of the prover fleet that serve in the long run, where all machines are wanted.
pub fn serving_provers(system: &Layered) -> f64 {
    let share = |life: &ProverLife| life.lifecycle.availability(system.prover_servers / life.servers);
    system.prover_servers as f64 * system.prover_life.as_ref().map_or(1.0, share)
}

fn provers(system: &Layered) -> Stage {
    let servers = serving_provers(system);
    match &system.proving {
        Proving::BeforeInclusion { service_s } => {
            linear(("provers", PROVERS), system.load_per_s, (*service_s, service_s.powi(2)), (0.0, servers))
        }
        Proving::Epoch(plan) => {
            let work = prover_work_per_s(system);
            let capacity = root_of(|load| work_at(system, load), servers);
            let epoch_s = system.epoch().as_secs_f64();
            let of_epoch = system.proven_per_s() * epoch_s;
            let again = work * epoch_s / plan.mean_work(of_epoch).max(f64::MIN_POSITIVE);
            let variance = again * again * plan.work_variance(of_epoch) / epoch_s;
            Stage {
                name: "provers".into(),
                pool: PROVERS.into(),
                capacity,
                utilization: work / servers,
                constant: 0.0,
                settling_s: settling_s(variance, servers - work),
            }
        }
    }
}

/// Busy servers of the prover fleet at the offered load: server-seconds per second.
pub fn prover_work_per_s(system: &Layered) -> f64 {
    work_at(system, system.load_per_s)
}

fn work_at(system: &Layered, load: f64) -> f64 {
    match &system.proving {
        // Before inclusion every transaction is proven, whatever its class.
        Proving::BeforeInclusion { service_s } => load * service_s,
        Proving::Epoch(plan) => {
            let proven = mean(system, |class| f64::from(u8::from(class.proven)));
            let epoch = system.slot.as_secs_f64() * plan.slots_per_epoch as f64;
            let transactions = load * proven * epoch;
            let work_s = match &system.prover_life {
                None => plan.mean_work(transactions),
                Some(life) => {
                    let machines = system.prover_servers / life.servers;
                    let times = |service_s| life.lifecycle.done_again(machines, service_s, life.checkpoint);
                    plan.mean_work_where(transactions, times)
                }
            };
            work_s / epoch
        }
    }
}

/// The system with validators that have enough machines for the offered load, each of which is `unit`; returns how many. A watcher
/// that is a validator needs cores for both.
pub fn size_validators(system: &mut Layered, unit: ValidatorMachine, target: f64) -> u64 {
    system.validator = unit;
    let stages: Vec<Stage> = validator_stages(system).into_iter().chain(watchers(system)).collect();
    let needed = machines(&stages, VALIDATORS, target);
    system.validator = unit.times(needed);
    needed
}

/// The system with enough machines in the prover fleet for the offered load, each of which proves so many at once; returns how
/// many. Where an autoscaler says how many serve, it has as many as that may want, and starts with enough.
pub fn size_provers(system: &mut Layered, servers_per_machine: u64, target: f64) -> u64 {
    let give = |system: &mut Layered, machines| system.prover_servers = servers_per_machine.saturating_mul(machines);
    give(system, 1);
    let guess = machines(&[provers(system)], PROVERS, target);
    give(system, guess);
    let Some(life) = system.prover_life.clone().filter(|_| guess <= MOST_MACHINES) else { return guess };
    let needed = life.lifecycle.fewest(guess, |machines| {
        give(system, machines);
        provers(system).utilization < target
    });
    with_provers(system, servers_per_machine, needed)
}

/// The system with so many machines in the prover fleet, each of which proves so many at once: with as many as an autoscaler may want,
/// which starts with these; returns how many it has.
pub fn with_provers(system: &mut Layered, servers_per_machine: u64, machines: u64) -> u64 {
    let scaler = system.prover_life.as_mut().and_then(|life| life.lifecycle.autoscaler.as_mut());
    let all = scaler.map_or(machines, |scaler| {
        scaler.start = machines;
        scaler.most
    });
    system.prover_servers = servers_per_machine.saturating_mul(all);
    all
}
