//! Whether what a service asks of its machines and costs fits them: memory, what is served at once, how many machines there would be,
//! and sizes of batches and parts.

use models::machines::{Lifecycle, MOST_MACHINES, Terms};
use models::systems::service::capacity::{at_fewest, beside, stages};
use models::systems::service::{Horizon, Service};
use sim::Span;

use super::Priced;
use super::hosts::Hosts;
use super::says::load_key;
use super::spec::{InstancesSpec, ServiceSpec, StepSpec};
use crate::calibrations::Calibrations;
use crate::costs::Cost;
use crate::machines::memory_bytes;
use crate::spec::{Book, CostPart, Machine};
use crate::systems::Fault;
use crate::traces::too_short;

/// Everything that does not fit.
pub(super) fn faults(
    spec: &ServiceSpec,
    (book, calibrations): (&Book, &Calibrations),
    hosts: &Hosts,
    (priced, horizon): (&Priced, models::system::Horizon),
) -> Vec<Fault> {
    let memory = |step: &StepSpec, machine: &Machine| Memory::of(spec, step, (book, calibrations), machine);
    let own = of_instances(spec, (book, &hosts.instance.rented().machine), &memory);
    let shared = spec.step.iter().enumerate().zip(&hosts.pools).filter_map(|((at, step), pool)| {
        let host = pool.as_ref()?;
        // Any machine of a pool may get any request.
        let lots = host.lots.all().enumerate().filter(|_| host.lots.mixed);
        let lots = lots.map(|(lot, of)| (format!("step.{at}.pool.lifecycle.lots.{lot}.machine"), of));
        let mut all = std::iter::once((format!("step.{at}.pool.machine"), host.rented())).chain(lots);
        all.find_map(|(key, of)| {
            let machine = &of.machine;
            let needs = Needs { servers: machine.servers, memory: memory(step, machine) };
            does_not_fit(&key, &[needs], (book, machine))
        })
    });
    let sizes =
        spec.step.iter().zip(&priced.steps).enumerate().filter_map(|(at, (step, cost))| sizes(spec, at, step, cost));
    let whole = [more_than_cores(spec, &hosts.instance.rented().machine), own, shares(spec), trace(spec, horizon)];
    whole.into_iter().flatten().chain(shared).chain(sizes).collect()
}

/// What is wrong where requests are served together or in parts, at a cost that says nothing of sizes: a batch would take as long as
/// one request, and a part as long as all.
fn sizes(spec: &ServiceSpec, at: usize, step: &StepSpec, cost: &Cost) -> Option<Fault> {
    let (key, what, times) = match (&step.batch, &step.split) {
        (Some(batch), _) => ("batch", "a batch would take as long as one request", f64::from(batch.most)),
        (None, Some(split)) => {
            // Of parts by their size any request may have two.
            let parts = split.parts.map_or(2.0, |parts| parts as f64);
            ("split", "a part would take as long as the whole", 1.0 / parts)
        }
        (None, None) => return None,
    };
    let curve = cost.curve();
    let grows = |size: f64| (curve.seconds(size * times) - curve.seconds(size)) * (times - 1.0) > 0.0;
    let told = times == 1.0 || cost.any_number || spec.classes.values().all(|class| grows(class.size));
    (!told).then(|| {
        let message = format!(
            "the cost `{}` is the same at all sizes, so that {what}; give it `transactions = 1` where it grows in proportion, or \
             `transactions = \"any\"` where that is so",
            step.own_cost().unwrap_or_default()
        );
        (format!("step.{at}.{key}"), message)
    })
}

/// Memory of one request in a step.
#[derive(Debug, Clone, Copy)]
struct Memory {
    bytes: f64,
    /// Whether it was measured, and not said.
    measured: bool,
}

impl Memory {
    /// As it is said; otherwise the largest peak of the operations that the step's cost is made of, over all classes.
    fn of(
        spec: &ServiceSpec,
        step: &StepSpec,
        (book, calibrations): (&Book, &Calibrations),
        machine: &Machine,
    ) -> Memory {
        if let Some(said) = step.memory {
            return Self { bytes: said.bytes(), measured: false };
        }
        let calibration = calibrations.own(&machine.instance).or(calibrations.here.as_ref());
        let peak = |part: &CostPart| {
            let CostPart::Measured { operation, size, .. } = part else { return None };
            let operation = calibration?.operation(operation)?;
            let sizes = spec.classes.values().map(|class| size.map_or(class.size, |size| size as f64));
            sizes.filter_map(|size| operation.peak_memory(size)).max_by(f64::total_cmp)
        };
        let parts = step.own_cost().and_then(|cost| book.costs.get(cost)).into_iter().flatten();
        let bytes = parts.filter_map(peak).max_by(f64::total_cmp);
        Self { bytes: bytes.unwrap_or(0.0), measured: bytes.is_some() }
    }
}

/// So many servers, each with so much memory for its request.
#[derive(Debug, Clone, Copy)]
struct Needs {
    servers: u64,
    memory: Memory,
}

/// What is wrong where what one instance serves at once needs more memory than its machine has.
fn of_instances(
    spec: &ServiceSpec,
    (book, machine): (&Book, &Machine),
    memory: &impl Fn(&StepSpec, &Machine) -> Memory,
) -> Option<Fault> {
    let on_instance = || spec.step.iter().filter(|step| step.pool.is_none());
    // A worker has one request, in one of its steps.
    let on_workers = on_instance().filter(|step| step.on_workers()).map(|step| memory(step, machine));
    let of_a_worker = on_workers.max_by(|a, b| a.bytes.total_cmp(&b.bytes));
    let workers = of_a_worker.map(|memory| Needs { servers: workers(&spec.instances, machine), memory });
    let own = on_instance().filter_map(|step| Some(Needs { servers: step.servers?, memory: memory(step, machine) }));
    let key = if workers.is_some() { "instances.workers" } else { "step" };
    does_not_fit(key, &workers.into_iter().chain(own).collect::<Vec<_>>(), (book, machine))
}

/// What is wrong where what a machine serves at once needs more memory than it has.
fn does_not_fit(key: &str, all: &[Needs], (book, machine): (&Book, &Machine)) -> Option<Fault> {
    let has = memory_bytes(book, machine)? * machine.servers as f64;
    let needs: f64 = all.iter().map(|needs| needs.servers as f64 * needs.memory.bytes).sum();
    let gb = |bytes: f64| format!("{:.3} GB", bytes / 1e9);
    (needs > has).then(|| {
        let servers: u64 = all.iter().map(|needs| needs.servers).sum();
        let how = if all.iter().any(|needs| needs.memory.measured) { ", as measured" } else { "" };
        let what = format!("what one machine serves at once ({servers}) needs {} of memory{how}", gb(needs));
        (key.to_owned(), format!("{what}, and `{}` has {}", machine.instance, gb(has)))
    })
}

/// Requests served at once by one instance.
pub(super) fn workers(instances: &InstancesSpec, machine: &Machine) -> u64 {
    instances.workers.unwrap_or(machine.servers)
}

/// What is wrong where an instance serves more at once, by workers and servers of steps, than its machine has cores or GPUs for: each
/// would run as if it had one of its own.
fn more_than_cores(spec: &ServiceSpec, machine: &Machine) -> Option<Fault> {
    let own: u64 = spec.step.iter().filter_map(|step| step.servers).sum();
    let on_workers = spec.step.iter().any(StepSpec::on_workers);
    let workers = if on_workers { workers(&spec.instances, machine) } else { 0 };
    (workers.saturating_add(own) > machine.servers).then(|| {
        let (key, what) = match (on_workers, own) {
            (true, 0) => ("instances.workers", format!("{workers} workers")),
            (true, own) => ("instances.workers", format!("{workers} workers and {own} servers of steps")),
            (false, own) => ("step", format!("{own} servers of steps")),
        };
        let message = format!(
            "{what} are more than the {} that `{}` has in this book (`servers`: what it makes at once), and more of them do not \
             make it faster",
            machine.servers, machine.instance
        );
        (key.to_owned(), message)
    })
}

/// What is wrong where a trace ends before the run: nobody would ask for the rest of it.
fn trace(spec: &ServiceSpec, horizon: models::system::Horizon) -> Option<Fault> {
    let lasts_s = spec.load.recorded.times_s.last()? / spec.load.arrivals.trace()?.speed;
    too_short("load.arrivals.file", lasts_s, horizon)
}

/// What is wrong with the shares of the classes.
fn shares(spec: &ServiceSpec) -> Option<Fault> {
    let sum: f64 = spec.classes.values().map(|class| class.share.value()).sum();
    let message = || format!("the shares of all classes add up to {:.4} %, not to 100 %", sum * 100.0);
    ((sum - 1.0).abs() > 1e-6).then(|| ("classes".to_owned(), message()))
}

/// What is wrong where no number of machines that anybody has carries the load. It leaves the service with the fewest of each.
pub(super) fn too_many(
    spec: &ServiceSpec,
    system: &mut Service,
    (horizon, target): (Horizon, f64),
) -> Result<(), Fault> {
    at_fewest(system);
    let needed = |system: &Service| {
        let all = stages(system, horizon).into_iter().chain(beside(system, horizon));
        // A market has as many provers as it has.
        let busiest = all.filter(|stage| !stage.pool.is_empty()).max_by(|a, b| a.utilization.total_cmp(&b.utilization));
        busiest.map_or((0.0, String::new()), |stage| (stage.utilization / target, stage.pool.to_string()))
    };
    let (machines, pool) = needed(system);
    if machines <= MOST_MACHINES as f64 {
        return Ok(());
    }
    let count = if machines.is_finite() { format!("{machines:.1e}") } else { "no number of".to_owned() };
    let at = spec.step.iter().position(|step| step.name == pool && step.pool.is_some());
    let key = at.map_or("instances.lifecycle".to_owned(), |at| format!("step.{at}.pool.lifecycle"));
    // Machines that are there all the time would do: how they come and go is to blame.
    let without = |part: fn(&mut Lifecycle)| {
        let mut other = system.clone();
        other.lifecycle_mut(&pool).into_iter().for_each(part);
        needed(&other).0 <= MOST_MACHINES as f64
    };
    let always = |life: &mut Lifecycle| {
        life.start_up = Span::ZERO;
        life.lots.iter_mut().for_each(|lot| lot.terms = Terms::OnDemand);
    };
    if without(always) {
        let zones =
            format!("its machines are too seldom there, or not for long enough: {count} machines carry the load");
        return Err((format!("{key}.lots"), zones));
    }
    if without(|life| life.failures = None) {
        let fails = format!("its machines fail too often, or are repaired too slowly: {count} machines carry the load");
        return Err((format!("{key}.failures"), fails));
    }
    let message = match machines.is_finite() {
        true => format!("it takes {count} machines to carry it; at most {:.0e}", MOST_MACHINES as f64),
        false => "no number of machines carries it".to_owned(),
    };
    Err((load_key(spec).to_owned(), message))
}
