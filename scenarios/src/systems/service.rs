//! A proof service: from what a scenario says of it to what is simulated, rented and paid for.

pub(crate) mod figures;
pub(crate) mod notes;
pub(crate) mod says;
pub(crate) mod spec;

use std::collections::BTreeMap;

use models::arrivals::Arrivals;
use models::fleet::{Fleet, Pool, Rent, Role};
use models::system::AnySystem;
use models::systems::service::capacity::{INSTANCES, size, stages};
use models::systems::service::{
    Alert, Balance, Budget, Class, Clients, Discipline, Failures, Form, Horizon, Instances, Join, Load, Place,
    RateLimit, ResultCache, Retries, Servers, Service, ServiceLaw, Settlement, Signal, Split, Spread, Step, TimeOut,
};
use sim::{Distribution, Span, Time};

use self::spec::{
    AlertSpec, ArrivalsSpec, BalancerSpec, ClientsSpec, DisciplineSpec, InstancesSpec, ServiceSpec, SettlementSpec,
    SignalSpec, StepSpec,
};
use crate::basis::Shares;
use crate::costs::{Cost, Costs, On};
use crate::economy::Economy;
use crate::fault::{Fault, Faults, Lack};
use crate::machines::{self, memory_bytes};
use crate::prices::Price;
use crate::quantity::Duration;
use crate::reading::meant;
use crate::sizing::Sizing;
use crate::spec::Machine;
use crate::spreads::Spreads;
use crate::systems::contract::{Asked, Made};

/// Most instances that a service is sized with.
const MOST_INSTANCES: f64 = 1e6;
/// The least target utilization.
const LEAST_TARGET: f64 = 0.01;

/// The costs that a service asks for, by the key that asks, on its machine.
pub(crate) struct Priced {
    /// Of each step, in order, and of joining its parts.
    pub(crate) steps: Vec<Cost>,
    pub(crate) joins: Vec<Option<Cost>>,
    /// Of the first request after a start, where it pays more.
    pub(crate) first_request: Option<Cost>,
    /// Of answering from the cache, where there is one.
    pub(crate) hit: Option<Cost>,
}

/// What a design is under a book, in a world; or everything that is wrong with it.
pub(crate) fn made(spec: &ServiceSpec, asked: &Asked<'_>) -> Result<Made, Faults> {
    let target = asked.book.target_utilization.value();
    if target < LEAST_TARGET {
        let message =
            format!("{} is less than 1 %, the least that a stage is sized for", *asked.book.target_utilization);
        return Err(Faults::OfBook(vec![("target_utilization".into(), message)]));
    }
    let of_design = |lack| Faults::OfDesign(Vec::new(), vec![lack]);
    let (machine, price) =
        machines::at_speed((asked.book, asked.world), asked.calibrations, "instances.machine", &spec.instances.machine)
            .map_err(of_design)?;
    let (calibrations, world) = (asked.calibrations, asked.world);
    let on = On { machine: &machine.instance, calibrations, world, memory_bytes: memory_bytes(&machine), leaf: None };
    let costs = Costs::of(asked.book, &on).map_err(Faults::OfBook)?;
    let priced = priced(spec, &costs, machine.speed.factor).map_err(|lacking| Faults::OfDesign(Vec::new(), lacking))?;
    let faults = [does_not_fit(spec, &machine), more_than_cores(spec, &machine), shares(spec)];
    let faults: Vec<Fault> = faults.into_iter().flatten().collect();
    if !faults.is_empty() {
        return Err(Faults::OfDesign(faults, Vec::new()));
    }
    let horizon = asked.horizon.into();
    let mut system = system(spec, asked, (&machine, &priced));
    if asked.sizing == Sizing::Sized {
        too_many(&mut system, horizon, target).map_err(|fault| Faults::OfDesign(vec![fault], Vec::new()))?;
        size(&mut system, horizon, target);
    }
    let notes = notes::of(spec, asked.book, (&machine, &price), &priced);
    let basis = rests_on(&system, &priced);
    Ok(Made {
        stages: stages(&system, horizon),
        beside: Vec::new(),
        fleet: fleet(&system, &price),
        target_utilization: target,
        basis,
        proving_basis: basis,
        notes: crate::notes::Notes { inputs: asked.traced(notes.inputs), ..notes },
        system: AnySystem::Service(system),
        economy: Economy::default(),
    })
}

/// The costs that the service names, on its machine; or everything that the book lacks.
fn priced(spec: &ServiceSpec, costs: &Costs, speed: f64) -> Result<Priced, Vec<Lack>> {
    let mut lacking = Vec::new();
    let mut cost = |key: String, name: &str| {
        let found = costs.get(name).map(|cost| cost.on(speed));
        if found.is_none() {
            let known = costs.names().collect::<Vec<_>>().join(", ");
            let message = format!("no cost `{name}` in the book; {}its costs: {known}", meant(name, costs.names()));
            lacking.push(Lack { key, in_book: format!("costs.{name}"), message });
        }
        found.unwrap_or_default()
    };
    let steps = spec.step.iter().enumerate().map(|(at, step)| cost(format!("step.{at}.cost"), &step.cost)).collect();
    let joins = spec.step.iter().enumerate().map(|(at, step)| {
        let join = step.split.as_ref()?.join.as_ref()?;
        Some(cost(format!("step.{at}.split.join.cost"), &join.cost))
    });
    let joins = joins.collect();
    let first_request = spec.instances.first_request.as_ref().map(|name| cost("instances.first_request".into(), name));
    let hit = spec.cache.as_ref().map(|cache| cost("cache.hit".into(), &cache.hit));
    let priced = Priced { steps, joins, first_request, hit };
    if lacking.is_empty() { Ok(priced) } else { Err(lacking) }
}

/// Requests served at once by one instance.
fn workers(instances: &InstancesSpec, machine: &Machine) -> u64 {
    instances.workers.unwrap_or(machine.servers)
}

/// What is wrong where what is served at once needs more memory than the machine has.
fn does_not_fit(spec: &ServiceSpec, machine: &Machine) -> Option<Fault> {
    let has = memory_bytes(machine)? * machine.servers as f64;
    let workers = workers(&spec.instances, machine);
    let memory = |step: &&StepSpec| step.memory.map_or(0.0, |memory| memory.bytes());
    // A worker has one request, in one of its steps.
    let of_a_worker =
        spec.step.iter().filter(|step| step.servers.is_none()).map(|step| memory(&step)).fold(0.0, f64::max);
    let own: f64 = spec.step.iter().map(|step| step.servers.unwrap_or(0) as f64 * memory(&step)).sum();
    let needs = workers as f64 * of_a_worker + own;
    let gb = |bytes: f64| format!("{:.3} GB", bytes / 1e9);
    (needs > has).then(|| {
        let what = if of_a_worker > 0.0 { "instances.workers" } else { "step" };
        let message = format!(
            "what one instance serves at once needs {} of memory, and `{}` has {}",
            gb(needs),
            machine.instance,
            gb(has)
        );
        (what.to_owned(), message)
    })
}

/// What is wrong where an instance has more workers than its machine has cores or GPUs to run them on: each would run as if it had
/// one of its own.
fn more_than_cores(spec: &ServiceSpec, machine: &Machine) -> Option<Fault> {
    let workers = workers(&spec.instances, machine);
    (workers > machine.servers).then(|| {
        let message = format!(
            "{workers} at once is more than the {} that `{}` makes in this book (its `servers`), and more workers do not make it faster",
            machine.servers, machine.instance
        );
        ("instances.workers".to_owned(), message)
    })
}

/// What is wrong where no number of instances that anybody has carries the load.
fn too_many(system: &mut Service, horizon: Horizon, target: f64) -> Result<(), Fault> {
    system.instances.count = 1;
    let busiest = stages(system, horizon).into_iter().map(|stage| stage.utilization).fold(0.0, f64::max);
    if busiest / target <= MOST_INSTANCES {
        return Ok(());
    }
    let message = format!("it takes {:.1e} instances to carry it; at most {MOST_INSTANCES:.0e}", busiest / target);
    Err(("load.rate".to_owned(), message))
}

/// What is wrong with the shares of the classes.
fn shares(spec: &ServiceSpec) -> Option<Fault> {
    let sum: f64 = spec.classes.values().map(|class| class.share.value()).sum();
    let message = || format!("the shares of all classes add up to {:.4} %, not to 100 %", sum * 100.0);
    ((sum - 1.0).abs() > 1e-6).then(|| ("classes".to_owned(), message()))
}

fn system(spec: &ServiceSpec, asked: &Asked<'_>, (machine, priced): (&Machine, &Priced)) -> Service {
    let seconds =
        |cost: &Option<Cost>| Span::from_secs_f64(cost.as_ref().map_or(0.0, |cost| cost.curve().seconds(1.0)));
    let spreads = Spreads { book: asked.book, calibrations: asked.calibrations };
    let steps = spec.step.iter().zip(&priced.steps).zip(&priced.joins).map(|((step, cost), join)| {
        let cv = spreads.of(&step.cost, cost, &machine.instance);
        let service = ServiceLaw { work: cost.curve(), spread: Spread::Lognormal { cv } };
        let place = step.servers.map_or(Place::Workers, |count| {
            Place::Instance(Servers { count, places: step.queue, discipline: Discipline::Fifo })
        });
        Step { name: step.name.clone(), service, place, form: form(step, join.as_ref()) }
    });
    let classes = spec.classes.iter().map(|(name, class)| Class {
        name: name.clone(),
        share: class.share.value(),
        size: class.size,
        priority: class.priority as usize,
    });
    Service {
        load: Load::Open(arrivals(&spec.load.arrivals, spec.load.rate.per_second())),
        clients: clients(&spec.clients),
        classes: classes.collect(),
        cache: spec.cache.as_ref().map(|cache| ResultCache {
            inputs: cache.inputs,
            exponent: cache.exponent,
            entries: cache.entries,
            answer: seconds(&priced.hit),
        }),
        instances: instances(&spec.instances, machine, seconds(&priced.first_request)),
        balance: balance(spec.instances.balancer),
        steps: steps.collect(),
        settlement: spec.settlement.as_ref().map(settlement),
        rollout: None,
        alerts: spec.alerts.iter().map(|(name, alert)| said_alert(name, alert)).collect(),
    }
}

/// Whether requests are served alone, together, or in parts.
fn form(step: &StepSpec, join: Option<&Cost>) -> Form {
    match (&step.batch, &step.split) {
        (Some(batch), _) => Form::Batch { most: batch.most, wait: span(batch.wait) },
        (None, Some(split)) => {
            let arity = split.join.as_ref().map(|join| join.arity);
            let merge = |cost: &Cost| ServiceLaw { work: cost.curve(), spread: Spread::None };
            let join = arity.zip(join).map(|(arity, cost)| Join { arity, merge: merge(cost) });
            Form::Split(Split { parts: split.parts, join })
        }
        (None, None) => Form::Single,
    }
}

fn settlement(spec: &SettlementSpec) -> Settlement {
    let time = |duration: Duration| Distribution::Constant { value: duration.seconds() };
    Settlement {
        checkpoint: time(spec.checkpoint),
        validation: time(spec.validation),
        payment: time(spec.payment),
        dispute: time(spec.dispute),
        disputed: spec.disputed.value(),
        upheld: spec.upheld.value(),
    }
}

fn said_alert(name: &str, spec: &AlertSpec) -> Alert {
    let signal = match spec.signal {
        SignalSpec::FailureRate => Signal::FailureRate,
        SignalSpec::P95 => Signal::SojournP95,
        SignalSpec::MissRate => Signal::CacheMissRate,
    };
    Alert { name: name.to_owned(), signal, above: spec.above, window: span(*spec.window), every: span(*spec.every) }
}

fn span(duration: Duration) -> Span {
    Span::from_secs_f64(duration.seconds())
}

fn arrivals(law: &ArrivalsSpec, per_s: f64) -> Arrivals {
    match law {
        ArrivalsSpec::Poisson => Arrivals::Poisson { per_s },
        ArrivalsSpec::Bursty { ratio, burst, share } => {
            Arrivals::Bursty { per_s, ratio: *ratio, burst: span(**burst), share: share.value() }
        }
        ArrivalsSpec::Daily { multipliers } => {
            let mean = multipliers.iter().sum::<f64>() / multipliers.len() as f64;
            Arrivals::Daily { per_s, multipliers: multipliers.iter().map(|one| one / mean).collect() }
        }
        ArrivalsSpec::Steps { changes } => {
            let later = changes.iter().map(|change| (Time::ZERO + span(*change.at), per_s * change.times));
            Arrivals::Steps { steps: std::iter::once((Time::ZERO, per_s)).chain(later).collect() }
        }
    }
}

fn clients(spec: &ClientsSpec) -> Clients {
    Clients {
        number: spec.count,
        limit: spec.limit.as_ref().map(|limit| RateLimit { per_s: limit.rate.per_second(), burst: limit.burst }),
        time_out: spec
            .timeout
            .as_ref()
            .map(|timeout| TimeOut { after: span(*timeout.after), cancels: timeout.cancels }),
        retries: spec.retries.as_ref().map(|retries| Retries {
            attempts: retries.attempts,
            base: span(retries.base),
            cap: span(retries.cap),
            jitter: retries.jitter.value(),
            patience: retries.patience.map(|patience| span(*patience)),
            budget: retries.budget.as_ref().map(|budget| Budget { ratio: budget.ratio.value(), burst: budget.burst }),
        }),
    }
}

fn instances(spec: &InstancesSpec, machine: &Machine, first_request: Span) -> Instances {
    let discipline = match spec.discipline {
        DisciplineSpec::Fifo => Discipline::Fifo,
        DisciplineSpec::Lifo => Discipline::Lifo,
        DisciplineSpec::Priority => Discipline::Priority,
    };
    Instances {
        count: spec.specified,
        workers: Servers { count: workers(spec, machine), places: spec.queue, discipline },
        first_request,
        failures: spec.failures.as_ref().map(|failures| Failures {
            between: span(*failures.between),
            repair: span(failures.repair),
            boot: span(failures.boot),
            health_check: span(*failures.health_check),
        }),
    }
}

fn balance(spec: BalancerSpec) -> Balance {
    match spec {
        BalancerSpec::RoundRobin => Balance::RoundRobin,
        BalancerSpec::Random => Balance::Random,
        BalancerSpec::LeastLoaded => Balance::LeastLoaded,
        BalancerSpec::TwoChoices => Balance::TwoChoices,
    }
}

fn fleet(system: &Service, price: &Price) -> Fleet {
    let machines = u64::from(system.instances.count);
    let rent = Rent::Hourly(price.usd_per_hour);
    let pool = Pool { name: INSTANCES.into(), role: Role::Proving, owners: 1, machines, rent };
    Fleet { pools: vec![pool], charges: Vec::new() }
}

/// What the bill rests on: the work of a request, by its seconds.
fn rests_on(system: &Service, priced: &Priced) -> Shares {
    let mut by_kind: BTreeMap<crate::basis::Known, f64> = BTreeMap::new();
    for class in &system.classes {
        for part in priced.steps.iter().flat_map(|cost| &cost.parts) {
            *by_kind.entry(part.known).or_default() += class.share * part.curve.seconds(class.size);
        }
    }
    let all: f64 = by_kind.values().sum();
    let mut shares = Shares::default();
    by_kind.iter().filter(|_| all > 0.0).for_each(|(known, seconds)| shares.add(*known, seconds / all));
    shares
}
