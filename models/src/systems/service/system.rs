//! What a proof service is: who asks, what is done for a request, and on which servers.
//!
//! Assumptions, source and what is left out: see [`crate::systems::service`].

use sim::{Distribution, Span};

use crate::arrivals::Arrivals;
use crate::cache::Popularity;
use crate::machines::{Lifecycle, MachineKind};
use crate::orders::outsourced::Outsourced;
use crate::systems::service::capacity::INSTANCES;
use crate::systems::service::{Alert, Clients, Rollout, Settlement};
use crate::work::WorkCurve;

/// A service that proves on request.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// When requests come.
    pub load: Load,
    /// Who asks, and how patiently.
    pub clients: Clients,
    /// Kinds of requests; a request is of each with its share.
    pub classes: Vec<Class>,
    /// Results that are kept; `None`: everything is proven.
    pub cache: Option<ResultCache>,
    /// The machines behind the balancer.
    pub instances: Instances,
    /// How the balancer chooses one of them.
    pub balance: Balance,
    /// What is done for a request, in this order.
    pub steps: Vec<Step>,
    /// What becomes of proofs that were handed over; `None`: nobody asks.
    pub settlement: Option<Settlement>,
    /// A new version that some requests are sent to; `None`: all are served by one version.
    pub rollout: Option<Rollout>,
    /// What would wake the operator.
    pub alerts: Vec<Alert>,
}

/// When requests come.
#[derive(Debug, Clone, PartialEq)]
pub enum Load {
    /// Whatever becomes of those before; from all clients alike.
    Open(Arrivals),
    /// Every client thinks, asks, waits for the end of its request, and thinks again.
    Closed {
        /// Mean of the time that a client thinks, which is exponential.
        think: Span,
    },
}

/// Requests of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// What it is called.
    pub name: String,
    /// Its share of the requests; those of all classes sum to 1.
    pub share: f64,
    /// Size at which the steps' costs are taken, in their own unit.
    pub size: f64,
    /// Where a queue goes by priority, classes of a lower number are served first; numbers are few, from 0 on.
    pub priority: usize,
}

/// The machines behind the balancer, all alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Instances {
    /// How many.
    pub count: u32,
    /// Workers of one instance and the queue before them, for the steps at [`Place::Workers`].
    pub workers: Servers,
    /// What the first request after a start costs more, on a server of the instance: keys to load, a circuit to compile.
    pub first_request: Span,
    /// How they come and go.
    pub lifecycle: Lifecycle,
    /// How often the balancer looks who runs.
    pub health_check: Span,
    /// Whether what an instance had in hand when it was lost, or nobody runs for, waits for another one; otherwise it fails.
    pub requeues: bool,
}

/// A cache of results, least recently used out first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResultCache {
    /// How many inputs can be asked for.
    pub inputs: u32,
    /// Exponent of Zipf's law of their popularity; 0: all alike.
    pub exponent: f64,
    /// Results that there is room for.
    pub entries: u64,
    /// Time to the answer of a hit.
    pub answer: Span,
}

impl ResultCache {
    /// How popular the inputs are.
    pub(super) fn popularity(&self) -> Popularity {
        Popularity::zipf(self.inputs as usize, self.exponent)
    }
}

/// How the balancer chooses an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Balance {
    /// One after the other.
    RoundRobin,
    /// Any, with the same chance.
    Random,
    /// The one with the fewest requests in hand; among equals, the next in turn.
    LeastLoaded,
    /// The one with fewer requests in hand of two that are drawn (M. Mitzenmacher, "The power of two choices in randomized load
    /// balancing", 2001).
    TwoChoices,
}

/// Servers and the queue before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Servers {
    /// How many requests are served at once.
    pub count: u64,
    /// How many may wait; one more is refused. `None`: any number.
    pub places: Option<u64>,
    /// Who is next.
    pub discipline: Discipline,
}

/// Who of those who wait is served next. Nobody is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discipline {
    /// Who came first.
    Fifo,
    /// Who came last.
    Lifo,
    /// Who came first of the class with the lowest priority number.
    Priority,
}

/// One thing that is done for a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it is called.
    pub name: String,
    /// How long it takes on one server.
    pub service: ServiceLaw,
    /// Where it is done.
    pub place: Place,
    /// Whether requests are served alone, together, or in parts.
    pub form: Form,
    /// What of it is bought; `None`: nothing.
    pub purchase: Option<Purchase>,
}

/// Proofs of a step that are bought.
#[derive(Debug, Clone, PartialEq)]
pub struct Purchase {
    /// Where, and which of them.
    pub market: Outsourced,
    /// Size of a request, by the unit of its class's size \[cycles\].
    pub cycles: f64,
}

impl Step {
    /// Whether all of its proofs are bought.
    pub fn buys_all(&self) -> bool {
        self.purchase.as_ref().is_some_and(|purchase| purchase.market.overflow.is_none())
    }

    /// The law of what a server does at once for a request of one size: all of it, or one part. That of a batch is the step's
    /// service at the size of all its requests together.
    pub(super) fn law(&self, size: f64) -> Distribution {
        match self.form {
            Form::Single | Form::Batch { .. } => self.service.of(size),
            Form::Split(split) => self.service.of(size / f64::from(split.parts.of(size))),
        }
    }
}

/// How requests are served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// Each alone.
    Single,
    /// Together: service is that of the size of all of them. Not on workers.
    Batch {
        /// Requests with which a batch is full.
        most: u32,
        /// Time after which a batch that is not full closes.
        wait: Span,
    },
    /// Each in parts, which are served as they find servers. Not on workers. A request waits until its first part is begun, and
    /// finds a place where a server is free or fewer requests wait than may.
    Split(Split),
}

/// A request in parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// How many, each of the same size.
    pub parts: Parts,
    /// How they are joined, on the same servers; `None`: the request goes on when all parts are there.
    pub join: Option<Join>,
}

/// How many parts a request has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Parts {
    /// The same number, whatever its size.
    Number(u32),
    /// As few as make none larger than this.
    Largest(f64),
}

impl Parts {
    /// Those of a request of some size.
    pub fn of(self, size: f64) -> u32 {
        match self {
            Self::Number(parts) => parts,
            Self::Largest(largest) => ((size / largest - 1e-9).ceil() as u32).max(1),
        }
    }
}

/// How parts are joined: as a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Join {
    /// How many at a time.
    pub arity: u32,
    /// How long one join takes, by the number of those that it joins.
    pub merge: ServiceLaw,
}

/// Where a step is done.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// On the workers of the request's instance. A worker takes a request through all such steps that follow each other: it
    /// queues before the first of them only.
    Workers,
    /// On servers that every instance has for this step alone.
    Instance(Servers),
    /// On machines that all instances share for this step, behind one queue.
    Pool(Pool),
    /// By whoever sells the proof: all of them are bought.
    Market,
}

/// Machines that all instances share. What one had in hand when it was lost is served again, before those who wait.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// How many.
    pub machines: u64,
    /// The servers of one of them, and the places of the one queue.
    pub servers: Servers,
    /// What machines of each lot are, where they are not all alike; empty where they are.
    pub kinds: Vec<MachineKind>,
    /// How they come and go.
    pub lifecycle: Lifecycle,
    /// How often a service is saved, so that only what came after is lost with a machine; `None`: never.
    pub checkpoint: Option<Span>,
}

impl Pool {
    /// What every machine is, in their order.
    pub(super) fn of_machines(&self) -> Vec<MachineKind> {
        let counts = self.lifecycle.in_lots(self.machines).into_iter().enumerate();
        counts.flat_map(|(lot, count)| std::iter::repeat_n(self.kind(lot), count as usize)).collect()
    }

    /// What the machines of a lot are.
    pub(super) fn kind(&self, lot: usize) -> MachineKind {
        self.kinds.get(lot).copied().unwrap_or(MachineKind { servers: self.servers.count, speed: 1.0 })
    }

    /// Servers of all machines.
    pub(super) fn in_all(&self) -> u64 {
        let counts = self.lifecycle.in_lots(self.machines).into_iter().enumerate();
        counts.map(|(lot, count)| count.saturating_mul(self.kind(lot).servers)).fold(0, u64::saturating_add)
    }

    /// How many servers of speed 1 the machines are that serve in the long run.
    pub(super) fn serving(&self) -> f64 {
        let counts = self.lifecycle.in_lots(self.machines);
        let lots = self.lifecycle.serving().into_iter().zip(counts).enumerate();
        lots.map(|(lot, (share, count))| {
            let kind = self.kind(lot);
            count as f64 * share * kind.servers as f64 * kind.speed
        })
        .sum()
    }
}

/// How long a service takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceLaw {
    /// Mean seconds on one server, by size.
    pub work: WorkCurve,
    /// How services of one size differ.
    pub spread: Spread,
}

impl ServiceLaw {
    /// The law of services of one size.
    pub fn of(&self, size: f64) -> Distribution {
        let mean = self.work.seconds(size);
        match self.spread {
            Spread::None => Distribution::Constant { value: mean },
            Spread::Lognormal { cv } => Distribution::Lognormal { mean, cv },
            Spread::Exponential => Distribution::Exponential { mean },
        }
    }
}

/// How services of one size differ. They are independent of each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// Not at all.
    None,
    /// Lognormal about their mean, as measured services are (see [`crate::services`]).
    Lognormal {
        /// Standard deviation over mean.
        cv: f64,
    },
    /// Memoryless, the law of the closed answers.
    Exponential,
}

/// How long a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// Time at the start that is not measured: the service starts empty.
    pub warm_up: Span,
    /// Time whose requests are measured.
    pub measured: Span,
    /// Longest time after it in which its last requests may end, while others keep coming. What has not ended then is in flight.
    pub drain: Span,
}

impl Service {
    /// Panics where the service cannot be simulated: no class, instance, step or server, two steps of one
    /// name, or shares that do not sum to 1.
    pub(super) fn check(&self) {
        let shares: f64 = self.classes.iter().map(|class| class.share).sum();
        assert!((shares - 1.0).abs() < 1e-6, "shares of classes sum to 1, not {shares}");
        assert!(self.instances.count > 0 && !self.steps.is_empty(), "a service has instances and steps");
        assert!(self.instances.workers.count > 0, "an instance has a worker");
        self.clients.check();
        self.instances.lifecycle.check();
        let looks = self.instances.lifecycle.is_constant() || self.instances.health_check > Span::ZERO;
        assert!(looks, "a balancer looks who runs");
        if let Some(settlement) = &self.settlement {
            settlement.check();
        }
        if let Some(rollout) = &self.rollout {
            rollout.check();
        }
        self.alerts.iter().for_each(|alert| alert.check(self.cache.is_some()));
        self.check_steps();
    }

    fn check_steps(&self) {
        let buying = self.steps.iter().filter(|step| step.purchase.is_some()).count();
        assert!(buying <= 1, "at most one step buys");
        for (index, step) in self.steps.iter().enumerate() {
            let others = &self.steps[..index];
            assert!(others.iter().all(|other| other.name != step.name), "two steps are called {}", step.name);
            if step.place != Place::Workers && !step.buys_all() {
                assert!(self.servers(step).count > 0, "{} has a server", step.name);
            }
            let has_own = !matches!(step.place, Place::Workers | Place::Market);
            assert!(step.form == Form::Single || has_own, "{} has servers of its own", step.name);
            let buys = step.purchase.is_none() || matches!(step.place, Place::Pool(_) | Place::Market);
            assert!(buys && (step.place != Place::Market || step.buys_all()), "{} is done by whoever can", step.name);
            if let Place::Pool(pool) = &step.place {
                pool.lifecycle.check();
                let sound = |kind: &MachineKind| kind.servers > 0 && kind.speed > 0.0 && kind.speed.is_finite();
                assert!(pool.kinds.iter().all(sound), "machines of {} have servers: {:?}", step.name, pool.kinds);
                let told = pool.kinds.is_empty() || pool.kinds.len() == pool.lifecycle.lots.len();
                assert!(told, "every lot of {} says what its machines are, or none", step.name);
            }
            match step.form {
                Form::Single => {}
                Form::Batch { most, .. } => {
                    let fits = self.servers(step).places.is_none_or(|places| places >= u64::from(most));
                    assert!(most > 0 && fits, "a batch of {} has places to form", step.name);
                }
                Form::Split(split) => {
                    let joined = split.join.is_none_or(|join| join.arity > 1);
                    let sound = match split.parts {
                        Parts::Number(parts) => parts > 0,
                        Parts::Largest(largest) => largest > 0.0,
                    };
                    assert!(sound && joined, "parts of {} are joined two at a time or more", step.name);
                }
            }
            for class in &self.classes {
                assert_eq!(step.service.of(class.size).validate(), Ok(()), "{} can be drawn", step.name);
            }
        }
    }

    /// How the machines of a pool come and go, to be changed; [`Self::lifecycle`] tells which pools there are.
    pub fn lifecycle_mut(&mut self, pool: &str) -> Option<&mut Lifecycle> {
        if pool == INSTANCES {
            return Some(&mut self.instances.lifecycle);
        }
        self.steps.iter_mut().filter(|step| step.name == pool).find_map(|step| match &mut step.place {
            Place::Pool(of) => Some(&mut of.lifecycle),
            Place::Workers | Place::Instance(_) | Place::Market => None,
        })
    }

    /// How the machines of a pool come and go: of the instances, or those that all instances share for the step of that name.
    pub fn lifecycle(&self, pool: &str) -> Option<&Lifecycle> {
        if pool == INSTANCES {
            return Some(&self.instances.lifecycle);
        }
        self.steps.iter().filter(|step| step.name == pool).find_map(|step| match &step.place {
            Place::Pool(of) => Some(&of.lifecycle),
            Place::Workers | Place::Instance(_) | Place::Market => None,
        })
    }

    /// The step whose proofs are bought; at most one is.
    pub fn purchase(&self) -> Option<(usize, &Purchase)> {
        self.steps.iter().enumerate().find_map(|(at, step)| Some((at, step.purchase.as_ref()?)))
    }

    /// How often something happens to machines, per second, about.
    pub(super) fn machine_events_per_s(&self) -> f64 {
        let shared = self.steps.iter().filter_map(|step| match &step.place {
            Place::Pool(of) => Some(of.lifecycle.events_per_s(of.machines)),
            Place::Workers | Place::Instance(_) | Place::Market => None,
        });
        self.instances.lifecycle.events_per_s(self.instances.count.into()) + shared.sum::<f64>()
    }

    /// Whether all machines are there all the time.
    pub(super) fn is_constant(&self) -> bool {
        let shared = self.steps.iter().filter_map(|step| self.lifecycle(&step.name)).all(Lifecycle::is_constant);
        shared && self.instances.lifecycle.is_constant()
    }

    /// Servers of one instance, for all steps together.
    pub(super) fn servers_of_an_instance(&self) -> u64 {
        let workers = self.steps.iter().any(|step| step.place == Place::Workers);
        let own = self.steps.iter().map(|step| match step.place {
            Place::Instance(servers) => servers.count,
            Place::Workers | Place::Pool(_) | Place::Market => 0,
        });
        own.sum::<u64>() + if workers { self.instances.workers.count } else { 0 }
    }

    /// The servers of a step: those of one instance, or those of all machines of its pool.
    pub fn servers(&self, step: &Step) -> Servers {
        match &step.place {
            Place::Workers => self.instances.workers,
            Place::Instance(servers) => *servers,
            Place::Pool(pool) => Servers { count: pool.in_all(), ..pool.servers },
            Place::Market => Servers { count: 0, places: None, discipline: Discipline::Fifo },
        }
    }
}
