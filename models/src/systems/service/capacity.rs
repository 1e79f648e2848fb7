//! What every station of a service carries in isolation, and how many instances carry an offered load.
//!
//! Model: a request needs w server-seconds of a station, so that c servers carry c / w of them per second; the law, and settling
//! times, are those of [`crate::stage`]. Work is per offered request, of which what clients' rate limits refuse needs none (the loss
//! of M/D/1/K, as if every client's requests were Poisson), nor what the cache answers (Che's approximation). Machines count as
//! far as they serve in the long run, and what is lost with one is done again. A batch has min(most, 1 + N) requests, N Poisson of those that come while it is open, so that
//! the work of a request falls with the load. A request in parts needs all of them and all joins. Of a rollout, the largest share of
//! the measured time holds for all of it. What the cache answers needs no server.
//! Assumptions: no queue is full, and nobody retries. Arrivals are Poisson for the settling time.
//! Source: J. P. Buzen, P. J. Denning, "The operational analysis of queueing network models" (1978).
//! Leaves out: queues before the stations, which the simulation has.

use sim::{Distribution, Time};

use crate::arrivals::Arrivals;
use crate::fleet::HOURS_PER_MONTH;
use crate::orders::outsourced::Ours;
use crate::stage::{Stage, linear, root_of, settling_s, units_below};
use crate::systems::service::division::Division;
use crate::systems::service::{Class, Form, Horizon, Load, Place, Purchase, Servers, Service, Step};
use crate::theory::md1k_loss;

/// The pool of the instances.
pub const INSTANCES: &str = "instances";

/// So few requests per second that provers are never busy with them.
const RARELY: f64 = 1e-9;

/// Sizes of batches with a smaller chance together are none.
const LEAST_CHANCE: f64 = 1e-12;

/// Work of one request at one station: mean \[s\] and mean of its square \[s²\].
#[derive(Debug, Clone, Copy, Default)]
struct Need {
    mean_s: f64,
    squared: f64,
}

impl Need {
    /// Where everything takes so much longer.
    fn times(self, factor: f64) -> Self {
        Self { mean_s: self.mean_s * factor, squared: self.squared * factor * factor }
    }
}

/// What multiplies services where a new version has its largest share of the measured time.
fn slower(system: &Service, horizon: Horizon) -> f64 {
    let Some(rollout) = &system.rollout else { return 1.0 };
    let begun = rollout.shares.iter().filter(|(at, _)| *at < horizon.measured);
    let most = begun.map(|(_, share)| *share).fold(0.0, f64::max);
    1.0 + most * (rollout.slower - 1.0)
}

/// All stations of a service at its offered load, alike ones as one stage: `workers` where a step is done on them, and every
/// step that has servers of its own under its name. Capacities are in requests per second of the whole service.
pub fn stages(system: &Service, horizon: Horizon) -> Vec<Stage> {
    let on_workers: Vec<&Step> = system.steps.iter().filter(|step| step.place == Place::Workers).collect();
    let mut stages = Vec::new();
    if !on_workers.is_empty() {
        stages.push(alone(system, horizon, "workers", &on_workers));
    }
    for step in system.steps.iter().filter(|step| step.place != Place::Workers) {
        stages.push(match &step.purchase {
            Some(purchase) => market(system, horizon, purchase),
            None => own(system, horizon, step),
        });
    }
    stages
}

/// What a service goes on without: machines whose work goes to a market where they have too much.
pub fn beside(system: &Service, horizon: Horizon) -> Vec<Stage> {
    let overflows = |step: &&Step| step.purchase.is_some() && !step.buys_all();
    system.steps.iter().filter(overflows).map(|step| own(system, horizon, step)).collect()
}

/// The servers of a step alone.
fn own(system: &Service, horizon: Horizon, step: &Step) -> Stage {
    match step.form {
        Form::Batch { .. } => batches(system, horizon, step),
        Form::Single | Form::Split(_) => alone(system, horizon, &step.name, &[step]),
    }
}

/// The provers of a market on which proofs are bought.
fn market(system: &Service, horizon: Horizon, purchase: &Purchase) -> Stage {
    let load_per_s = offered_per_s(system, horizon);
    purchase.market.stage(ours(system, horizon, purchase), (load_per_s, own_per_s(system, horizon)))
}

/// Requests that own machines beside a market carry per second.
fn own_per_s(system: &Service, horizon: Horizon) -> f64 {
    beside(system, horizon).iter().map(|stage| stage.capacity).sum()
}

/// Requests for proofs, if all of them are bought.
fn ours(system: &Service, horizon: Horizon, purchase: &Purchase) -> Ours {
    let size: f64 = system.classes.iter().map(|class| class.share * class.size).sum();
    let per_s = offered_per_s(system, horizon) * proven_share(system, horizon);
    Ours { per_s, cycles: purchase.cycles * size }
}

/// What proofs cost that are bought, by the month at an even load \[USD\]: what own machines do not carry.
pub fn bought_usd(system: &Service, horizon: Horizon) -> f64 {
    let Some((_, purchase)) = system.purchase() else { return 0.0 };
    let ours = ours(system, horizon, purchase);
    let price = |class: &Class| class.share * purchase.market.cost_usd(purchase.cycles * class.size, ours);
    let left = (1.0 - own_per_s(system, horizon) / offered_per_s(system, horizon)).max(0.0);
    ours.per_s * left * system.classes.iter().map(price).sum::<f64>() * HOURS_PER_MONTH * 3_600.0
}

/// How long a bought proof takes that nobody else keeps provers from \[s\]; nothing where some are made.
fn on_market_s(system: &Service) -> f64 {
    let Some((_, purchase)) = system.purchase().filter(|(at, _)| system.steps[*at].buys_all()) else { return 0.0 };
    let seconds = |class: &Class| {
        let cycles = purchase.cycles * class.size;
        class.share * purchase.market.seconds(cycles, Ours { per_s: RARELY, cycles })
    };
    system.classes.iter().map(seconds).sum()
}

/// The pool of machines that a step is done on: one that all instances share has the step's name.
fn pool(step: &Step) -> String {
    match step.place {
        Place::Pool(_) => step.name.clone(),
        Place::Workers | Place::Instance(_) | Place::Market => INSTANCES.to_owned(),
    }
}

/// A station where what a request needs does not depend on the load.
fn alone(system: &Service, horizon: Horizon, name: &str, steps: &[&Step]) -> Stage {
    let need = need(system, steps).times(slower(system, horizon));
    let (need, share) = (need.times(done_again(steps[0], need.mean_s)), proven_share(system, horizon));
    let load = offered_per_s(system, horizon);
    // Where requests come at equal intervals, only what each needs varies.
    let is_regular = matches!(system.load, Load::Open(Arrivals::Regular { .. }));
    let squared = if is_regular { need.squared - need.mean_s.powi(2) } else { need.squared };
    linear(
        (name.to_owned(), pool(steps[0])),
        load,
        (share * need.mean_s, share * squared.max(0.0)),
        (0.0, servers(system, steps[0])),
    )
}

/// What multiplies the work of a step whose machines are lost now and then.
fn done_again(step: &Step, service_s: f64) -> f64 {
    let Place::Pool(pool) = &step.place else { return 1.0 };
    pool.lifecycle.done_again(pool.machines, service_s, pool.checkpoint)
}

/// A station where requests are served together.
fn batches(system: &Service, horizon: Horizon, step: &Step) -> Stage {
    let stations = if matches!(step.place, Place::Pool(_)) { 1.0 } else { f64::from(system.instances.count) };
    let share = proven_share(system, horizon);
    // Batches per second at all stations, at an offered load, and the work of one.
    let batches = |load: f64| {
        let (size, need) = batch(system, step, share * load / stations);
        (share * load / size, need.times(slower(system, horizon)))
    };
    let work = |load: f64| {
        let (per_s, need) = batches(load);
        per_s * need.mean_s
    };
    let (load, servers) = (offered_per_s(system, horizon), servers(system, step));
    let (per_s, need) = batches(load);
    Stage {
        name: step.name.clone().into(),
        pool: pool(step).into(),
        capacity: root_of(work, servers),
        utilization: work(load) / servers,
        constant: 0.0,
        settling_s: settling_s(per_s * need.squared, servers - work(load)),
    }
}

/// Mean size of a batch at a station to which so many requests come per second, and its work.
fn batch(system: &Service, step: &Step, per_s: f64) -> (f64, Need) {
    let Form::Batch { most, wait } = step.form else { unreachable!("it serves batches") };
    let size: f64 = system.classes.iter().map(|class| class.share * class.size).sum();
    let others = per_s * wait.as_secs_f64();
    // Chance that the batch has one member and so many others, in logarithms: the first may be tiny.
    let (mut ln, mut left) = (-others, 1.0);
    let (mut members, mut need) = (0.0, Need::default());
    for number in 1..=most {
        let chance = if number == most { left } else { ln.exp().min(left) };
        left -= chance;
        ln += (others / f64::from(number)).ln();
        let law = step.service.of(size * f64::from(number));
        members += chance * f64::from(number);
        need.mean_s += chance * law.mean();
        need.squared += chance * second_moment(&law);
        if left < LEAST_CHANCE {
            break;
        }
    }
    (members, need)
}

/// Servers of a step, at all instances that run.
fn servers(system: &Service, step: &Step) -> f64 {
    let Servers { count, .. } = system.servers(step);
    match &step.place {
        Place::Pool(pool) => pool.serving(),
        Place::Workers | Place::Instance(_) | Place::Market => {
            count as f64 * f64::from(system.instances.count) * availability(system)
        }
    }
}

/// What a request needs of steps that one server does.
fn need(system: &Service, steps: &[&Step]) -> Need {
    let mut need = Need::default();
    for class in &system.classes {
        let laws: Vec<(f64, Distribution)> = steps.iter().flat_map(|step| pieces(step, class.size)).collect();
        let mean_s: f64 = laws.iter().map(|(times, law)| times * law.mean()).sum();
        let variance: f64 = laws.iter().map(|(times, law)| times * (law.mean() * law.cv()).powi(2)).sum();
        need.mean_s += class.share * mean_s;
        need.squared += class.share * (mean_s * mean_s + variance);
    }
    need
}

/// What is served of one request at a step: how often, and by which law.
fn pieces(step: &Step, size: f64) -> Vec<(f64, Distribution)> {
    let Form::Split(split) = step.form else { return vec![(1.0, step.law(size))] };
    let joins = split.join.map_or_else(Vec::new, |join| {
        let inputs = Division::joins(split.parts.of(size), join.arity);
        inputs.into_iter().map(|inputs| (1.0, join.merge.of(f64::from(inputs)))).collect()
    });
    std::iter::once((f64::from(split.parts.of(size)), step.law(size))).chain(joins).collect()
}

fn second_moment(law: &Distribution) -> f64 {
    law.mean().powi(2) * (1.0 + law.cv().powi(2))
}

/// Share of the offered requests that come to the steps.
fn proven_share(system: &Service, horizon: Horizon) -> f64 {
    admitted_share(system, horizon) * (1.0 - hit_rate(system))
}

/// Requests offered per second, in the mean of the measured time. In a closed loop as many as there were if nobody
/// had to wait for a server, which is the most that can be.
pub fn offered_per_s(system: &Service, horizon: Horizon) -> f64 {
    match &system.load {
        Load::Open(arrivals) => {
            let from = Time::ZERO + horizon.warm_up;
            arrivals.mean_between(from, from + horizon.measured)
        }
        Load::Closed { think } => {
            let all: Vec<&Step> = system.steps.iter().collect();
            let hits = hit_rate(system);
            let answer_s = system.cache.map_or(0.0, |cache| cache.answer.as_secs_f64());
            let round_s = think.as_secs_f64()
                + hits * answer_s
                + (1.0 - hits) * (need(system, &all).mean_s + on_market_s(system));
            if round_s > 0.0 { f64::from(system.clients.number) / round_s } else { f64::INFINITY }
        }
    }
}

/// Share of the offered requests that the clients' rate limits let pass.
pub fn admitted_share(system: &Service, horizon: Horizon) -> f64 {
    let Some(limit) = system.clients.limit else { return 1.0 };
    let of_a_client = offered_per_s(system, horizon) / f64::from(system.clients.number);
    1.0 - md1k_loss(limit.burst.into(), of_a_client / limit.per_s)
}

/// Share of the requests that the cache answers, by Che's approximation; 0 without one.
pub fn hit_rate(system: &Service) -> f64 {
    system.cache.map_or(0.0, |cache| cache.popularity().hit_rate(cache.entries))
}

/// Time until the cache is full \[s\], by Che's approximation; none without one, or where it has room for everything.
pub fn cache_fills_s(system: &Service, horizon: Horizon) -> Option<f64> {
    let cache = system.cache?;
    let asked_per_s = offered_per_s(system, horizon) * admitted_share(system, horizon);
    Some(cache.popularity().characteristic_time(cache.entries)? / asked_per_s)
}

/// Share of the instances that run in the long run, where all of them are wanted.
pub fn availability(system: &Service) -> f64 {
    system.instances.lifecycle.availability(system.instances.count.into())
}

/// Gives the service the fewest instances at which what each of them has is utilized below `target`, and every pool that they share
/// the fewest machines. Panics where no number of them is enough: [`at_fewest`] tells before.
pub fn size(system: &mut Service, horizon: Horizon, target: f64) {
    at_fewest(system);
    let tightest = |system: &Service, pool: &str| {
        let stages = [stages(system, horizon), beside(system, horizon)].concat();
        stages.iter().filter(|stage| stage.pool == pool).map(|stage| stage.utilization).fold(0.0, f64::max)
    };
    let pools: Vec<String> = system.steps.iter().map(pool).filter(|pool| pool != INSTANCES).collect();
    for pool in pools.iter().map(String::as_str).chain([INSTANCES]) {
        let one = tightest(system, pool);
        assert!(one.is_finite(), "a service without end of requests fits no number of machines");
        let life = system.lifecycle(pool).cloned().unwrap_or_default();
        // Batches are smaller where there are more instances, so that more of them may be needed than their work at one says.
        let count = life.fewest(units_below(one, 1.0, target), |count| {
            give(system, pool, count);
            tightest(system, pool) < target
        });
        give(system, pool, count);
        scale(system, pool, count);
    }
}

/// Where a pool has an autoscaler, it has as many machines as that may want, and starts with these.
fn scale(system: &mut Service, pool: &str, count: u64) {
    let Some(most) = system.lifecycle(pool).and_then(|life| Some(life.autoscaler?.most)) else { return };
    give(system, pool, most);
    let life = system.lifecycle_mut(pool);
    life.into_iter().flat_map(|life| &mut life.autoscaler).for_each(|scaler| scaler.start = count);
}

/// Gives the service one instance, and every pool one machine: utilizations of its [`stages`] are machines that are needed.
pub fn at_fewest(system: &mut Service) {
    give(system, INSTANCES, 1);
    for step in &mut system.steps {
        if let Place::Pool(pool) = &mut step.place {
            pool.machines = 1;
        }
    }
}

/// Gives a pool so many machines; a step that has none buys everything where the rest overflows.
///
/// # Panics
/// There are 2³² instances or more.
pub fn give(system: &mut Service, pool: &str, count: u64) {
    if pool == INSTANCES {
        system.instances.count = u32::try_from(count).expect("fewer than 2³² instances");
    }
    for step in &mut system.steps {
        if let Place::Pool(of) = &mut step.place
            && step.name == pool
        {
            of.machines = count;
            step.purchase.iter_mut().filter(|_| count == 0).for_each(|purchase| purchase.market.overflow = None);
        }
    }
}
