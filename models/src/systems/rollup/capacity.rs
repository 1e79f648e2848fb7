//! What every stage of a rollup carries in isolation, and how many machines carry an offered load.
//!
//! Model: blocks carry what their gas limit allows; a pool of machines carries the load at which the work of a second, at even batches
//! ([`super::expected`]), meets its servers. The work of a batch has a part that does not grow with the load, so that its rate counts too.
//! Machines that come and go count as far as they serve in the long run, and what is lost with one is done again; so is what is proven in vain. L1
//! carries what fits in its blobs. The law, and settling times, are those of [`crate::stage`].
//! Assumptions: those of [`super::expected`]. Source: J. P. Buzen, P. J. Denning, "The operational analysis of queueing network models" (1978).
//! Leaves out: outages, and batches that are proven late and again.

use super::expected::{Batch, Jobs};
use super::outcome::Counts;
use super::{Place, Posting, ProofSystem, Rollup};
use crate::machines::MOST_MACHINES;
use crate::stage::{Stage, linear, machines, root_of, settling_s};

/// The stage of the blocks.
pub const BLOCKS: &str = "blocks";
/// The stage of the room that L1 has for blobs.
pub const BLOBS: &str = "blobs";
/// The pool of the machines that execute batches before they are proven.
pub const EXECUTORS: &str = "executors";

/// All stages of the rollup, at its own offered load.
pub fn stages(system: &Rollup) -> Vec<Stage> {
    let gas = system.sequencer.gas_limit.map(|limit| {
        let block_s = system.sequencer.block.as_secs_f64();
        let of = |class: &super::Class| class.share * class.gas.powi(2) * (1.0 + class.spread.powi(2));
        let squared: f64 = system.classes.iter().map(of).sum();
        let per_s = limit / block_s * system.sequencer.outages.availability();
        linear((BLOCKS, ""), system.load_per_s, (system.mean_transaction().gas, squared), (0.0, per_s))
    });
    let blobs = blob_stage(system);
    let executors = system.proving.as_ref().and_then(|proving| proving.execution.as_ref());
    let executors = executors.map(|(job, place)| {
        let level = system.proving.as_ref().map_or(0, |proving| proving.level);
        let jobs = |batches: &[Batch]| {
            let each_s = job.work.seconds(batches[level].content.cycles);
            (batches[level].interval_s, vec![Jobs { count: 1.0, each_s, spread: job.spread }], Vec::new())
        };
        pool_stage(system, place, jobs)
    });
    let provers = provers(system, false);
    gas.into_iter().chain(blobs).chain(executors).chain(provers).chain(market(system)).collect()
}

/// What a rollup goes on without: provers whose work goes to a market where they have too much.
pub fn beside(system: &Rollup) -> Vec<Stage> {
    provers(system, true).collect()
}

/// The stages of proof systems with anything to do, whose work overflows to a market or not.
fn provers(system: &Rollup, overflow: bool) -> impl Iterator<Item = Stage> {
    let has_market = system.proving.as_ref().is_some_and(|proving| proving.market.is_some() && !proving.buys_all());
    let systems = system.proof_systems().iter().enumerate();
    let systems = systems.filter(move |(place, _)| (has_market && *place == 0) == overflow && system.has_work(*place));
    systems.map(|(at, prover)| pool_stage(system, &prover.place, |batches| of_prover(system, (at, prover), batches)))
}

/// The provers of a market on which proofs are bought.
fn market(system: &Rollup) -> Option<Stage> {
    let proving = system.proving.as_ref()?;
    let ours = system.batches_at(system.load_per_s)[proving.level].asked();
    let own_per_s: f64 = provers(system, true).map(|stage| stage.capacity).sum();
    Some(proving.market.as_ref()?.stage(ours, (system.load_per_s, own_per_s)))
}

/// What L1 has room for, if nobody else posted anything.
fn blob_stage(system: &Rollup) -> Option<Stage> {
    let Posting::Blobs { .. } = system.data.posting else { return None };
    let need = |per_s: f64| {
        let batch = system.batches_at(per_s)[system.data.level];
        system.data.needs(batch.content.bytes).blobs / batch.interval_s
    };
    let available = system.l1.most_blobs / system.l1.slot.as_secs_f64();
    Some(Stage {
        name: BLOBS.into(),
        pool: "".into(),
        capacity: root_of(need, available),
        utilization: need(system.load_per_s) / available,
        constant: need(0.0) / available,
        settling_s: 0.0,
    })
}

/// Interval of the proven level, and the jobs of one of its batches; those of the joins and the wrap, by the settled batch.
type Work = (f64, Vec<Jobs>, Vec<(f64, Jobs)>);

fn of_prover(system: &Rollup, (place, prover): (usize, &ProofSystem), batches: &[Batch]) -> Work {
    let level = system.proving.as_ref().map_or(0, |proving| proving.level);
    let again = 1.0 / (1.0 - prover.failures);
    // Of proofs that are bought, only the joins are made here.
    let jobs = if place == 0 && system.bought().is_some() { Vec::new() } else { system.jobs(prover, batches) };
    let jobs = jobs.into_iter().map(|jobs| Jobs { count: jobs.count * again, ..jobs }).collect();
    let settled_s = batches[system.settlement.level].interval_s;
    let wrap = prover.wrap.map(|wrap| Jobs { count: again, each_s: wrap.work.seconds(1.0), spread: wrap.spread });
    let above = system.joins(batches).into_iter().chain(wrap).map(|jobs| (settled_s, jobs)).collect();
    (batches[level].interval_s, jobs, above)
}

/// A pool of machines whose work follows from the batches.
fn pool_stage(system: &Rollup, place: &Place, work: impl Fn(&[Batch]) -> Work) -> Stage {
    let life = place.life.as_ref().map(|life| &life.lifecycle);
    let checkpoint = place.life.as_ref().and_then(|life| life.checkpoint);
    let again = |each_s: f64| life.map_or(1.0, |life| life.done_again(place.machines, each_s, checkpoint));
    let all = |per_s: f64| {
        let (interval_s, jobs, above) = work(&system.batches_at(per_s));
        let jobs = jobs.into_iter().map(|jobs| (interval_s, jobs)).chain(above);
        jobs.map(|(every_s, jobs)| (jobs.count / every_s, jobs.each_s * again(jobs.each_s), jobs.spread))
            .collect::<Vec<_>>()
    };
    let need = |per_s: f64| all(per_s).iter().map(|(rate, each_s, _)| rate * each_s).sum::<f64>();
    let available = place.all_servers() as f64 * life.map_or(1.0, |life| life.availability(place.machines));
    let load = system.load_per_s;
    let (need_now, constant) = (need(load), need(0.0));
    // How many transactions there are varies as a Poisson count does; so do times of jobs.
    let per_transaction = if load > 0.0 { (need_now - constant) / load } else { 0.0 };
    let of_jobs: f64 = all(load).iter().map(|(rate, each_s, spread)| rate * (each_s * spread).powi(2)).sum();
    Stage {
        name: place.pool.clone().into(),
        pool: place.pool.clone().into(),
        capacity: root_of(need, available),
        utilization: need_now / available,
        constant: constant / available,
        settling_s: settling_s(load * per_transaction.powi(2) + of_jobs, available - need_now),
    }
}

/// Gives the system the smallest number of machines of every pool that keeps its stages below a target utilization.
///
/// # Errors
/// The pool that no number of machines is enough for.
pub fn size(system: &mut Rollup, target: f64) -> Result<(), String> {
    let all = |system: &Rollup| [stages(system), beside(system)].concat();
    for pool in pools(system) {
        if all(system).iter().all(|stage| stage.pool != *pool) {
            give(system, &pool, 0);
            continue;
        }
        give(system, &pool, 1);
        let guess = machines(&all(system), &pool, target);
        let life = place(system, &pool).and_then(|place| place.life.as_ref()).map(|life| life.lifecycle.clone());
        let count = match life {
            None => guess,
            Some(life) => life.fewest(guess, |count| {
                let mut other = system.clone();
                give(&mut other, &pool, count);
                machines(&all(&other), &pool, target) <= 1
            }),
        };
        if count > MOST_MACHINES {
            return Err(pool);
        }
        give(system, &pool, count);
        scale(system, &pool, count);
    }
    Ok(())
}

/// Where a pool has an autoscaler, it has as many machines as that may want, and starts with these.
fn scale(system: &mut Rollup, pool: &str, count: u64) {
    let of_pool = system.proving.iter_mut().flat_map(|proving| &mut proving.systems).find(|it| it.place.pool == pool);
    let Some(place) = of_pool.map(|prover| &mut prover.place) else { return };
    let scaler = place.life.as_mut().and_then(|life| life.lifecycle.autoscaler.as_mut());
    if let Some(scaler) = scaler {
        (scaler.start, place.machines) = (count, scaler.most);
    }
}

/// Gives a pool so many machines; provers of whom there are none buy everything where the rest overflows.
pub fn give(system: &mut Rollup, pool: &str, machines: u64) {
    let Some(proving) = &mut system.proving else { return };
    let is_first = proving.systems.first().is_some_and(|system| system.place.pool == pool);
    if let Some(market) = proving.market.as_mut().filter(|_| is_first && machines == 0) {
        market.overflow = None;
    }
    let executors = proving.execution.iter_mut().map(|(_, place)| place);
    let provers = proving.systems.iter_mut().map(|system| &mut system.place);
    executors.chain(provers).filter(|place| place.pool == pool).for_each(|place| place.machines = machines);
}

/// The places of all pools, executors first.
pub fn places(system: &Rollup) -> Vec<&Place> {
    let Some(proving) = &system.proving else { return Vec::new() };
    let executors = proving.execution.iter().map(|(_, place)| place);
    executors.chain(proving.systems.iter().map(|system| &system.place)).collect()
}

fn pools(system: &Rollup) -> Vec<String> {
    places(system).into_iter().map(|place| place.pool.clone()).collect()
}

fn place<'a>(system: &'a Rollup, pool: &str) -> Option<&'a Place> {
    places(system).into_iter().find(|place| place.pool == pool)
}

impl Rollup {
    /// The share of the gas that blocks may have which was used in a measured time, where it is limited.
    pub(super) fn block_utilization(&self, counts: &Counts, measured_s: f64) -> Option<(String, f64)> {
        let limit = self.sequencer.gas_limit?;
        let gas = counts.ordered as f64 * self.mean_transaction().gas;
        Some((BLOCKS.to_owned(), gas / (limit * measured_s / self.sequencer.block.as_secs_f64())))
    }
}
