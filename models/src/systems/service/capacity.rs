//! What every station of a service carries in isolation, and how many instances carry an offered load.
//!
//! Model: a request needs w server-seconds of a station, so that c servers carry c / w of them per second; the law, and settling
//! times, are those of [`crate::stage`]. Work is per offered request, of which what clients' rate limits refuse needs none (the loss
//! of M/D/1/K, as if every client's requests were Poisson), nor what the cache answers (Che's approximation). Instances have the
//! servers that run in the long run.
//! Assumptions: no queue is full, and nobody retries. Arrivals are Poisson for the settling time.
//! Source: J. P. Buzen, P. J. Denning, "The operational analysis of queueing network models" (1978).
//! Leaves out: queues before the stations, which the simulation has.

use sim::{Distribution, Time};

use crate::stage::{Stage, linear, units_below};
use crate::systems::service::{Horizon, Load, Place, Service, Step};
use crate::theory::md1k_loss;

/// The pool of the instances.
pub const INSTANCES: &str = "instances";

/// Work of one request at one station: mean \[s\] and mean of its square \[s²\].
#[derive(Debug, Clone, Copy, Default)]
struct Need {
    mean_s: f64,
    squared: f64,
}

/// All stations of a service at its offered load, alike ones as one stage: `workers` where a step is done on them, and every
/// step that has servers of its own under its name. Capacities are in requests per second of the whole service.
pub fn stages(system: &Service, horizon: Horizon) -> Vec<Stage> {
    let load = offered_per_s(system, horizon);
    let instances = f64::from(system.instances.count) * availability(system);
    let proven = admitted_share(system, horizon) * (1.0 - hit_rate(system));
    let stage = |(name, pool): (&str, &str), need: Need, servers: f64| {
        let need = Need { mean_s: proven * need.mean_s, squared: proven * need.squared };
        linear((name.to_owned(), pool.to_owned()), load, (need.mean_s, need.squared), (0.0, servers))
    };
    let on_workers: Vec<&Step> = system.steps.iter().filter(|step| step.place == Place::Workers).collect();
    let mut stages = Vec::new();
    if !on_workers.is_empty() {
        let servers = system.instances.workers.count as f64 * instances;
        stages.push(stage(("workers", INSTANCES), need(system, &on_workers), servers));
    }
    for step in &system.steps {
        match step.place {
            Place::Workers => {}
            Place::Instance(servers) => {
                stages.push(stage((&step.name, INSTANCES), need(system, &[step]), servers.count as f64 * instances));
            }
            Place::Pool(servers) => {
                stages.push(stage((&step.name, &step.name), need(system, &[step]), servers.count as f64));
            }
        }
    }
    stages
}

/// Requests offered per second, in the mean of the warm-up and the measured time. In a closed loop as many as there were if nobody
/// had to wait for a server, which is the most that can be.
pub fn offered_per_s(system: &Service, horizon: Horizon) -> f64 {
    match &system.load {
        Load::Open(arrivals) => arrivals.mean_per_s(Time::ZERO + horizon.warm_up + horizon.measured),
        Load::Closed { think } => {
            let all: Vec<&Step> = system.steps.iter().collect();
            let hits = hit_rate(system);
            let answer_s = system.cache.map_or(0.0, |cache| cache.answer.as_secs_f64());
            let round_s = think.as_secs_f64() + hits * answer_s + (1.0 - hits) * need(system, &all).mean_s;
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

/// Share of the time that an instance runs, in the long run.
pub fn availability(system: &Service) -> f64 {
    system.instances.failures.map_or(1.0, |failures| {
        let up_s = failures.between.as_secs_f64();
        up_s / (up_s + (failures.repair + failures.boot).as_secs_f64())
    })
}

/// Gives the service the fewest instances at which what each of them has is utilized below `target`; returns their number.
/// Pools that all instances share stay as they are.
pub fn size(system: &mut Service, horizon: Horizon, target: f64) -> u32 {
    system.instances.count = 1;
    let pooled = |name: &str| system.steps.iter().any(|step| step.name == name && matches!(step.place, Place::Pool(_)));
    let need = stages(system, horizon)
        .iter()
        .filter(|stage| !pooled(&stage.name))
        .map(|stage| stage.utilization)
        .fold(0.0, f64::max);
    let count = u32::try_from(units_below(need, 1.0, target)).expect("fewer than 2³² instances");
    system.instances.count = count;
    count
}

/// What a request needs of steps that one server does.
fn need(system: &Service, steps: &[&Step]) -> Need {
    let mut need = Need::default();
    for class in &system.classes {
        let laws: Vec<Distribution> = steps.iter().map(|step| step.service.of(class.size)).collect();
        let mean_s: f64 = laws.iter().map(Distribution::mean).sum();
        let variance: f64 = laws.iter().map(|law| (law.mean() * law.cv()).powi(2)).sum();
        need.mean_s += class.share * mean_s;
        need.squared += class.share * (mean_s * mean_s + variance);
    }
    need
}
