//! What a service says without a cost book: its load and classes, what is wrong with it, and how long its runs are.

use models::orders::outsourced::MARKET;
use serde::Deserialize;

use super::spec::{ArrivalsSpec, ServiceSpec, SignalSpec};
use crate::fault::Fault;
use crate::spec::ProfileSpec;
use crate::systems::contract::{Mix, Steps};

/// Keys that are often changed, as comments.
pub(crate) const STARTING_KEYS: &str = r#"# [design.BASE.instances]
# specified = 8
# balancer = "least loaded"     # here "round robin"; also "random" and "two choices"

# A design of your own starts from the shared keys:
# [design.mine]
# cache = { entries = 10000, inputs = 100000, exponent = 1.0, hit = "hit" }
# clients.retries = { attempts = 3, base = "100 ms", cap = "2 s", jitter = "100 %" }

# [load]
# rate = "5 /s"                 # mean of the requests
# arrivals = { law = "bursty", ratio = 10, burst = "1 min", share = "5 %" }     # default: Poisson

# What a request takes, on your machine at its price:
# [books.measured.machines.instance]
# price = "$0.20/h"
# [books.measured.costs]
# prove = [{ from = "claimed", time = "80 ms", source = "our own bench, 2026-11" }]
"#;

/// As it is in a file, where it stands beside other keys.
#[derive(Deserialize)]
struct Flattened {
    #[serde(flatten)]
    system: ServiceSpec,
}

/// The shared system with a design's keys laid over it.
pub(crate) fn overridden(shared: &ServiceSpec, over: &toml::Table) -> Result<ServiceSpec, String> {
    let shared = toml::Table::try_from(shared).map_err(|error| error.to_string())?;
    let merged: Flattened =
        crate::reading::merge(&shared, over).try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    Ok(merged.system)
}

/// Most parts of a request.
const MOST_PARTS: f64 = 1e6;

/// What is wrong with it, by key.
pub(crate) fn faults(system: &ServiceSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |key: &str, message: &str| faults.push((key.to_owned(), message.to_owned()));
    if system.step.is_empty() {
        fault("step", "a request needs at least one");
    }
    if system.classes.is_empty() {
        fault("classes", "there is at least one kind of request");
    }
    for (at, step) in system.step.iter().enumerate() {
        if system.step[..at].iter().any(|other| other.name == step.name) {
            fault(&format!("step.{at}.name"), &format!("two steps are called `{}`", step.name));
        }
    }
    let of_steps = of_steps(system);
    let of_machines = super::lifecycle::faults(system);
    for name in system.alerts.iter().filter(|(_, alert)| alert.signal == SignalSpec::MissRate).map(|(name, _)| name) {
        if system.cache.is_none() {
            fault(&format!("alerts.{name}.signal"), "there is no cache to miss");
        }
    }
    if system.load.rate.is_none() && !own_rate(system) {
        fault("load.rate", "missing; such as \"5 /s\"");
    }
    if system.rollout.as_ref().is_some_and(|rollout| !rollout.shares.is_sorted_by_key(|share| share.at.seconds())) {
        fault("rollout.shares", "the times ascend");
    }
    match &system.load.arrivals {
        ArrivalsSpec::Bursty { share, .. } if share.value() >= 1.0 => {
            fault("load.arrivals.share", "some time is not within a burst: it must be below 100 %");
        }
        ArrivalsSpec::Steps { changes } if !changes.is_sorted_by(|a, b| a.at.seconds() < b.at.seconds()) => {
            fault("load.arrivals.changes", "the times ascend");
        }
        _ => {}
    }
    if system.load.profile.is_some() && !matches!(system.load.arrivals, ArrivalsSpec::Poisson) {
        fault(
            "load.profile",
            "only `poisson` arrivals have a profile: bursts, steps, traces and closed loops have rates of their own",
        );
    }
    faults.extend(ProfileSpec::faults(system.load.profile.as_ref()));
    faults.extend(of_steps);
    faults.extend(of_market(system));
    faults.extend(of_machines);
    faults
}

/// What is wrong with where and how steps are done.
fn of_steps(system: &ServiceSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |key: &str, message: &str| faults.push((key.to_owned(), message.to_owned()));
    for (at, step) in system.step.iter().enumerate() {
        let special = [
            ("queue", step.queue.is_some()),
            ("discipline", step.discipline.is_some()),
            ("batch", step.batch.is_some()),
            ("split", step.split.is_some()),
        ];
        for (key, _) in special.into_iter().filter(|(_, there)| *there && step.on_workers()) {
            let message = "it needs `servers` of the step's own, or a `pool`; on workers a request is served alone";
            fault(&format!("step.{at}.{key}"), message);
        }
        if step.servers.is_some() && step.pool.is_some() {
            fault(&format!("step.{at}.pool"), "a step is done on `servers` of each instance or on a pool, not on both");
        }
        if ["workers", "instances"].contains(&step.name.as_str()) {
            fault(&format!("step.{at}.name"), &format!("`{}` means something else in tables", step.name));
        }
        if step.cost.is_none() && !step.buys_all() {
            fault(&format!("step.{at}.cost"), "missing; only a step whose proofs are all bought has none");
        }
        if step.batch.is_some() && step.split.is_some() {
            fault(&format!("step.{at}.split"), "a request is served in parts or with others, not both");
        }
        if let Some(split) = &step.split {
            if split.parts.is_some() == split.largest.is_some() {
                fault(&format!("step.{at}.split"), "say how many `parts`, or how large the `largest` is, and not both");
            }
            let sizes = system.classes.values().map(|class| class.size);
            let sound = |largest: f64| largest > 0.0 && sizes.fold(0.0, f64::max) / largest <= MOST_PARTS;
            if split.largest.is_some_and(|largest| !sound(largest)) {
                let message = format!("it must be above 0, and no request may have more than {MOST_PARTS} parts");
                fault(&format!("step.{at}.split.largest"), &message);
            }
        }
        if let (Some(batch), Some(queue)) = (&step.batch, step.queue)
            && queue < u64::from(batch.most)
        {
            fault(&format!("step.{at}.queue"), &format!("a batch of {} has no places to form", batch.most));
        }
    }
    faults
}

/// What is wrong with what is bought.
fn of_market(system: &ServiceSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |key: String, message: &str| faults.push((key, message.to_owned()));
    for (at, step) in system.step.iter().enumerate() {
        let key = |of: &str| format!("step.{at}.{of}");
        let Some(market) = &step.market else { continue };
        if system.buying().is_some_and(|(first, _)| first != key("market")) {
            fault(key("market"), "one step buys its proofs, and one before it does already");
        }
        if !step.cycles.is_some_and(|cycles| (1e-6..=1e18).contains(&cycles)) {
            fault(key("cycles"), "say how many cycles a request has by the unit of its `size`, between 1e-6 and 1e18");
        }
        if market.gas.eth.is_none() {
            fault(key("market.gas.eth"), "missing; gas is paid in ether: say what it costs");
        }
        if step.pool.is_none() && market.overflow.is_some() {
            fault(key("market.overflow"), "it needs the machines of a `pool` that requests overflow from");
        }
        let own = [
            ("servers", step.servers.is_some()),
            ("pool", step.pool.is_some()),
            ("queue", step.queue.is_some()),
            ("discipline", step.discipline.is_some()),
            ("batch", step.batch.is_some()),
            ("split", step.split.is_some()),
        ];
        for (of, _) in own.into_iter().filter(|(_, said)| *said && step.buys_all()) {
            let message = "all proofs are bought, so that it has nothing to do: say `off`, or `market.overflow`";
            fault(key(of), message);
        }
    }
    let taken = |name: &str| {
        [MARKET, "workers", "instances"].contains(&name) || system.step.iter().any(|step| step.name == name)
    };
    let named = system.step.iter().position(|step| step.name == MARKET).filter(|_| system.buying().is_some());
    faults.extend(named.map(|at| (format!("step.{at}.name"), format!("`{MARKET}` means something else in tables"))));
    faults.extend(system.buying().iter().flat_map(|(key, market)| market.faults(key, taken)));
    faults
}

/// Its requests.
pub(crate) fn steps(system: &ServiceSpec) -> Steps {
    let attempts = system.clients.retries.as_ref().map_or(1, |retries| retries.attempts);
    let per_second = rate(system) * f64::from(attempts);
    Steps { what: "attempts", per_second, at_once: 1.0, key: load_key(system), longer: "the load smaller" }
}

/// Whether its requests have a rate of their own, so that nobody asks for `load.rate`.
pub(super) fn own_rate(system: &ServiceSpec) -> bool {
    matches!(system.load.arrivals, ArrivalsSpec::Trace(_) | ArrivalsSpec::Closed { .. })
}

/// The key that says how many requests come.
pub(super) fn load_key(system: &ServiceSpec) -> &'static str {
    match &system.load.arrivals {
        ArrivalsSpec::Closed { .. } => "clients.count",
        ArrivalsSpec::Trace(_) => "load.arrivals.scale",
        _ => "load.rate",
    }
}

/// Requests per second; of a trace and a closed loop the most that there can be.
fn rate(system: &ServiceSpec) -> f64 {
    match &system.load.arrivals {
        ArrivalsSpec::Closed { think } => f64::from(system.clients.count) / think.seconds(),
        ArrivalsSpec::Trace(_) => {
            let times_s = &system.load.recorded.times_s;
            times_s.len() as f64 / times_s.last().copied().unwrap_or(1.0).max(1.0)
        }
        _ => system.load.rate.map_or(0.0, |rate| rate.per_second()),
    }
}

/// Its load by classes, where it is said.
pub(crate) fn mix(system: &ServiceSpec) -> Option<Mix> {
    let shares = system.classes.iter().map(|(name, class)| (name.clone(), class.share.value()));
    let shares = shares.filter(|(_, share)| *share > 0.0).collect();
    let rate = system.load.rate.filter(|_| !own_rate(system))?;
    Some(Mix { load_per_s: rate.per_second(), section: "classes", shares })
}
