//! The service that a file describes, built from what it says and what everything costs.

use models::arrivals::Arrivals;
use models::systems::service::{
    Alert, Balance, Budget, Class, Clients, Discipline, Form, Instances, Join, Load, Parts, Place, Pool, Purchase,
    RateLimit, ResultCache, Retries, Rollout, Servers, Service, ServiceLaw, Settlement, Signal, Split, Spread, Step,
    TimeOut,
};
use sim::{Distribution, Span, Time};

use super::Priced;
use super::fits::workers;
use super::hosts::{Host, Hosts};
use super::spec::{
    AlertSpec, ArrivalsSpec, BalancerSpec, ClientsSpec, DisciplineSpec, InstancesSpec, LawSpec, Load as LoadSpec,
    RolloutSpec, ServiceSpec, SettlementSpec, SignalSpec, SplitSpec, StepSpec,
};
use crate::costs::Cost;
use crate::machines::lifecycle::{lifecycle, most};
use crate::quantity::{Duration, Usd};
use crate::spec::ProfileSpec;
use crate::spreads::Spreads;
use crate::systems::Asked;

/// A service has no ether of its own: its market says what it costs.
const NO_ETHER: (Usd, f64) = (Usd::new(0.0), 1.0);

/// The service that a file describes, on its machines.
pub(super) fn service(spec: &ServiceSpec, asked: &Asked<'_>, hosts: &Hosts, priced: &Priced) -> Service {
    let seconds =
        |cost: &Option<Cost>| Span::from_secs_f64(cost.as_ref().map_or(0.0, |cost| cost.curve().seconds(1.0)));
    let spreads = Spreads { book: asked.book, calibrations: asked.calibrations };
    let costs = priced.steps.iter().zip(&priced.joins).enumerate();
    let steps = spec.step.iter().zip(costs).map(|(step, (at, (cost, join)))| {
        let host = hosts.of_step(at);
        let machine = &host.rented().machine;
        let spread = match (step.own_cost(), step.law) {
            (None, _) => Spread::None,
            (Some(name), LawSpec::Lognormal) => Spread::Lognormal { cv: spreads.of(name, cost, &machine.instance) },
            (Some(_), LawSpec::Exponential) => Spread::Exponential,
        };
        Step {
            name: step.name.clone(),
            service: ServiceLaw { work: cost.curve(), spread },
            place: place(step, host),
            form: form(step, join.as_ref()),
            purchase: step.market.as_ref().map(|market| Purchase {
                market: market.outsourced(asked, NO_ETHER, (|group| hosts.seller(group), &priced.sellers)),
                cycles: step.cycles.unwrap_or(1.0),
            }),
        }
    });
    let classes = spec.classes.iter().map(|(name, class)| Class {
        name: name.clone(),
        share: class.share.value(),
        size: class.size,
        priority: class.priority as usize,
    });
    Service {
        load: load(&spec.load),
        clients: clients(&spec.clients),
        classes: classes.collect(),
        cache: spec.cache.as_ref().map(|cache| ResultCache {
            inputs: cache.inputs,
            exponent: cache.exponent,
            entries: cache.entries,
            answer: seconds(&priced.hit),
        }),
        instances: instances(&spec.instances, &hosts.instance, seconds(&priced.first_request)),
        balance: balance(spec.instances.balancer),
        steps: steps.collect(),
        settlement: spec.settlement.as_ref().map(settlement),
        rollout: spec.rollout.as_ref().map(rollout),
        alerts: spec.alerts.iter().map(|(name, alert)| said_alert(name, alert)).collect(),
    }
}

/// Where a step is done, on a host.
fn place(step: &StepSpec, host: &Host) -> Place {
    let discipline = step.discipline.map_or(Discipline::Fifo, discipline);
    let servers = |count| Servers { count, places: step.queue, discipline };
    match (step.servers, &step.pool) {
        (Some(count), _) => Place::Instance(servers(count)),
        (None, Some(pool)) => Place::Pool(Pool {
            machines: most(pool.lifecycle.as_ref(), pool.specified),
            servers: servers(host.rented().machine.servers),
            kinds: host.lots.kinds(),
            lifecycle: lifecycle(pool.lifecycle.as_ref(), &host.lots, pool.specified),
            checkpoint: pool.checkpoint.map(|every| span(*every)),
        }),
        (None, None) if step.buys_all() => Place::Market,
        (None, None) => Place::Workers,
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
            Form::Split(Split { parts: parts(split), join })
        }
        (None, None) => Form::Single,
    }
}

/// How many parts a request has; one of both ways to say it is said.
fn parts(spec: &SplitSpec) -> Parts {
    let number = spec.parts.and_then(|parts| u32::try_from(parts).ok()).map(Parts::Number);
    number.or(spec.largest.map(Parts::Largest)).unwrap_or(Parts::Number(1))
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

fn rollout(spec: &RolloutSpec) -> Rollout {
    Rollout {
        shares: spec.shares.iter().map(|share| (span(share.at), share.share.value())).collect(),
        slower: spec.slower,
        failures: spec.failures.value(),
        stand_in: spec.fallback.map(span),
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

pub(super) fn span(duration: Duration) -> Span {
    Span::from_secs_f64(duration.seconds())
}

fn load(spec: &LoadSpec) -> Load {
    let per_s = spec.rate.map_or(0.0, |rate| rate.per_second());
    Load::Open(match &spec.arrivals {
        ArrivalsSpec::Closed { think } => return Load::Closed { think: span(**think) },
        ArrivalsSpec::Regular => Arrivals::Regular { per_s },
        ArrivalsSpec::Poisson => Arrivals::Poisson { per_s, profile: ProfileSpec::profile(spec.profile.as_ref()) },
        ArrivalsSpec::Bursty { ratio, burst, share } => {
            Arrivals::Bursty { per_s, ratio: *ratio, burst: span(**burst), share: share.value() }
        }
        ArrivalsSpec::Steps { changes } => {
            let later = changes.iter().map(|change| (Time::ZERO + span(*change.at), per_s * change.times));
            Arrivals::Steps { steps: std::iter::once((Time::ZERO, per_s)).chain(later).collect() }
        }
        ArrivalsSpec::Trace(trace) => Arrivals::Trace {
            times: spec.recorded.times_s.iter().map(|time_s| Time::from_secs_f64(time_s / trace.speed)).collect(),
            classes: spec.recorded.classes.clone(),
        },
    })
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

fn instances(spec: &InstancesSpec, host: &Host, first_request: Span) -> Instances {
    let count = most(spec.lifecycle.as_ref(), spec.specified.into());
    Instances {
        count: u32::try_from(count).expect("a million at most"),
        workers: Servers {
            count: workers(spec, &host.rented().machine),
            places: spec.queue,
            discipline: discipline(spec.discipline),
        },
        first_request,
        lifecycle: lifecycle(spec.lifecycle.as_ref(), &host.lots, spec.specified.into()),
        health_check: span(*spec.health_check),
        requeues: spec.requeue,
    }
}

fn discipline(spec: DisciplineSpec) -> Discipline {
    match spec {
        DisciplineSpec::Fifo => Discipline::Fifo,
        DisciplineSpec::Lifo => Discipline::Lifo,
        DisciplineSpec::Priority => Discipline::Priority,
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
