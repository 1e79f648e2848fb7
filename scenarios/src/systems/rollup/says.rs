//! What a rollup says without a cost book: its load and classes, what is wrong with it, and how long its runs are.

use serde::Deserialize;

use super::disputes;
use super::hosts::systems;
use super::spec::{ArrivalsSpec, LevelSpec, OutageSpec, PostedAs, ProofSystemSpec, RollupSpec};
use crate::fault::Fault;
use crate::machines::lifecycle;
use crate::reading::meant;
use crate::spec::ProfileSpec;
use crate::systems::contract::{Mix, Steps};

/// Names of pools and stages.
const RESERVED: [&str; 7] = ["sequencer", "watchers", "executors", "provers", "blocks", "blobs", "market"];

/// Keys that are often changed, as comments.
pub(crate) const STARTING_KEYS: &str = r#"# [load]
# rate = "30 /s"                                # transactions, in the mean
# profile = { hours = [0.3, 0.3, 0.4, 0.8, 1.5, 2.0, 1.7, 1.0] }       # around the mean, in equal parts of a day
# arrivals = { law = "trace", file = "load.csv" }                      # or what you recorded: time,count

# What a transaction is; replace the library's classes by your own:
# [classes]
# transfer = "off"
# [classes.mine]
# share = "100 %"
# gas = 80_000
# bytes = "120 B"                               # as it is posted, compressed
# cycles = 2_000_000                            # as it is proven

# When batches close, from blocks upwards:
# [design.BASE]
# level.0.age = "1 min"
# proving.system.machine = "l40s"               # a machine of the book, several, or "any"
# proving.system.lifecycle.lots = [{ market = "spot", zones = [{ law = "replay", zone = "us-east-2a" }] }]

# [l1]
# eth = "$2000"
# gas.fee = "1 gwei"
# blobs.fee = "0.01 gwei"
# blobs.trace = "fees.csv"                      # or what was recorded: time,fee (in gwei)
"#;

/// As it is in a file, where it stands beside other keys.
#[derive(Deserialize)]
struct Flattened {
    #[serde(flatten)]
    system: RollupSpec,
}

/// The shared system with a design's keys laid over it.
pub(crate) fn overridden(shared: &RollupSpec, over: &toml::Table) -> Result<RollupSpec, String> {
    let shared = toml::Table::try_from(shared).map_err(|error| error.to_string())?;
    let merged: Flattened =
        crate::reading::merge(&shared, over).try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    Ok(merged.system)
}

/// Blocks, which a run is counted in.
pub(crate) fn steps(system: &RollupSpec) -> Steps {
    let per_second = 1.0 / system.sequencer.block.seconds();
    Steps { what: "blocks", per_second, at_once: 1.0, key: "sequencer.block", longer: "blocks longer" }
}

/// Its load by classes, where it is said.
pub(crate) fn mix(system: &RollupSpec) -> Option<Mix> {
    let shares = system.classes.iter().map(|(name, class)| (name.clone(), class.share.value()));
    let shares = shares.filter(|(_, share)| *share > 0.0).collect();
    let rate = system.load.rate.filter(|_| !is_recorded(system))?;
    Some(Mix { load_per_s: rate.per_second(), section: "classes", shares })
}

/// Whether its load is that of a trace, so that nobody asks for `load.rate`.
fn is_recorded(system: &RollupSpec) -> bool {
    matches!(system.load.arrivals, ArrivalsSpec::Trace(_))
}

/// The key that says how many transactions come, of a trace the one that is always there.
pub(super) fn load_key(system: &RollupSpec) -> &'static str {
    if is_recorded(system) { "load.arrivals.file" } else { "load.rate" }
}

/// What is wrong with its load.
fn of_load(system: &RollupSpec) -> Vec<Fault> {
    let mut faults = ProfileSpec::faults(system.load.profile.as_ref());
    if system.load.rate.is_none() && !is_recorded(system) {
        faults.push(("load.rate".into(), "missing; such as \"30 /s\"".into()));
    }
    if system.load.profile.is_some() && is_recorded(system) {
        faults.push((
            "load.profile".into(),
            "only `poisson` arrivals have a profile: a trace has a rate of its own".into(),
        ));
    }
    faults
}

/// What is wrong with the fees of L1.
fn of_fees(system: &RollupSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (key, law) in system.l1.fees() {
        if !law.changes.is_sorted_by(|a, b| a.at.seconds() < b.at.seconds()) {
            faults.push((format!("{key}.changes"), "the times ascend".into()));
        }
        let laws =
            [("market", law.market.is_some()), ("changes", !law.changes.is_empty()), ("trace", law.trace.is_some())];
        let said: Vec<&str> = laws.iter().filter(|(_, said)| *said).map(|(name, _)| *name).collect();
        if let [first, .., last] = said[..] {
            let message = format!("the fee comes about in one way: say `{first}` or `{last}`, not both");
            faults.push((format!("{key}.{last}"), message));
        }
    }
    faults
}

/// What is wrong with it, by key.
pub(crate) fn faults(system: &RollupSpec) -> Vec<Fault> {
    let mut faults = [of_classes(system), of_levels(system), of_named_levels(system), of_proving(system)].concat();
    faults.extend(of_load(system));
    faults.extend(of_fees(system));
    let of_provers = system.proving.as_ref().map_or(&[][..], |proving| &proving.outages);
    for (key, outages) in [
        ("sequencer.outages", &system.sequencer.outages[..]),
        ("l1.outages", &system.l1.outages),
        ("proving.outages", of_provers),
    ] {
        faults.extend(of_outages(key, outages));
    }
    let blobs = &system.l1.blobs;
    if blobs.target >= blobs.most {
        let message = format!("the target of {} blobs must be below the most, {}", blobs.target, blobs.most);
        faults.push(("l1.blobs.target".into(), message));
    }
    if system.data.waits.is_some() && system.data.posted_as != PostedAs::Blobs {
        faults.push(("data.waits".into(), "only blobs wait for a lower fee of blobs".into()));
    }
    if system.sequencer.gas_limit.is_some_and(|limit| !(1.0..=1e15).contains(&limit)) {
        faults.push(("sequencer.gas_limit".into(), "it must be between 1 and 1e15".into()));
    }
    faults.extend(disputes::faults(system));
    if system.window.is_some() && system.proving.is_some() && system.settlement.delay.seconds() > 0.0 {
        faults.push((
            "settlement.delay".into(),
            "a claim that waits for its window is executed after it: leave `delay` out".into(),
        ));
    }
    faults
}

fn of_classes(system: &RollupSpec) -> Vec<Fault> {
    let sum: f64 = system.classes.values().map(|class| class.share.value()).sum();
    if system.classes.is_empty() {
        return vec![("classes".into(), "there is at least one kind of transactions".into())];
    }
    let message = format!("the shares of all classes add up to {:.4} %, not to 100 %", sum * 100.0);
    if (sum - 1.0).abs() > 1e-6 { vec![("classes".into(), message)] } else { Vec::new() }
}

/// Every level closes some day, and has a name of its own.
fn of_levels(system: &RollupSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    if system.level.is_empty() {
        faults.push(("level".into(), "there is at least one level of batches".into()));
    }
    if system.level.len() > 16 {
        faults.push(("level".into(), format!("{} levels are more than the 16 that there may be", system.level.len())));
    }
    for (at, level) in system.level.iter().enumerate() {
        let mut fault = |key: &str, message: String| faults.push((format!("level.{at}.{key}"), message));
        if system.level[..at].iter().any(|other| other.name == level.name) {
            fault("name", format!("two levels are called `{}`", level.name));
        }
        if !closes(level) {
            fault(
                "age",
                "it never closes: say `count`, `transactions`, `gas`, `bytes`, `cycles`, `age` or `every`".into(),
            );
        }
        if level.padded && level.cycles.is_none() {
            fault("padded", "a batch is padded up to `cycles`, which is missing".into());
        }
        if let Some(count) = level.count
            && level.least > count
        {
            fault("least", format!("it is {}, and a batch closes with {count}", level.least));
        }
        for (key, value) in [("gas", level.gas), ("cycles", level.cycles)] {
            if value.is_some_and(|value| !(1.0..=1e18).contains(&value)) {
                fault(key, "it must be between 1 and 1e18".into());
            }
        }
    }
    faults
}

fn closes(level: &LevelSpec) -> bool {
    let counts = level.count.is_some() || level.transactions.is_some();
    let sizes = level.gas.is_some() || level.bytes.is_some() || level.cycles.is_some();
    counts || sizes || level.age.is_some() || level.every.is_some()
}

/// Levels that are posted, proven and settled are there, and in an order that can be.
fn of_named_levels(system: &RollupSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let names = || system.level.iter().map(|level| level.name.as_str());
    let mut place = |key: &str, name: &str| {
        let found = names().position(|other| other == name);
        if found.is_none() {
            let known = names().collect::<Vec<_>>().join(", ");
            let message = format!("no level `{name}`; {}levels: {known}", meant(name, names()));
            faults.push((key.to_owned(), message));
        }
        found
    };
    let data = place("data.level", &system.data.level);
    let settled = place("settlement.level", &system.settlement.level);
    let proven = system.proving.as_ref().and_then(|proving| place("proving.level", &proving.level));
    let (Some(_), Some(settled)) = (data, settled) else { return faults };
    let Some(proven) = proven else { return faults };
    if proven > settled {
        let message = "what is settled is proven: the level must be the one that is settled, or below it".to_owned();
        faults.push(("proving.level".into(), message));
    }
    for at in proven + 1..=settled {
        if system.level[at].join.is_none() {
            let message = "missing; the proofs of what is in it become one before it is settled: say `join = { arity = 2, cost = … }`";
            faults.push((format!("level.{at}.join"), message.to_owned()));
        }
    }
    faults
}

fn of_proving(system: &RollupSpec) -> Vec<Fault> {
    let Some(proving) = &system.proving else { return Vec::new() };
    let mut faults = Vec::new();
    let count = 1 + proving.others.len() as u64;
    if count > 8 {
        faults.push(("proving.others".into(), format!("{count} proof systems are more than the 8 that there may be")));
    }
    if proving.needed > count {
        let message =
            format!("it is {}, and there are {}", proving.needed, crate::counted(&count.to_string(), "proof system"));
        faults.push(("proving.needed".into(), message));
    }
    for name in RESERVED {
        if proving.others.contains_key(name) {
            faults.push((format!("proving.others.{name}"), format!("`{name}` means something else in tables")));
        }
    }
    let taken = |name: &str| RESERVED.contains(&name) || proving.others.contains_key(name);
    faults.extend(proving.market.iter().flat_map(|market| market.faults("proving.market", taken)));
    faults.extend(systems(proving).flat_map(|(_, key, system)| of_system(&key, system)));
    let lives = systems(proving).map(|(_, key, system)| (key, system.lifecycle.as_ref()));
    let sequencer = ("sequencer".to_owned(), system.sequencer.lifecycle.as_ref());
    for (key, life) in lives.chain([sequencer]) {
        let alike = "the machines of a pool are all alike here";
        faults.extend(
            life.into_iter().flat_map(|life| lifecycle::faults(&format!("{key}.lifecycle"), life, Some(alike))),
        );
    }
    faults
}

fn of_system(key: &str, system: &ProofSystemSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |of: &str, message: &str| faults.push((format!("{key}.{of}"), message.to_owned()));
    if system.segment.cycles.is_some_and(|cycles| !(1.0..=1e18).contains(&cycles)) {
        fault("segment.cycles", "it must be between 1 and 1e18");
    }
    if system.segment.cycles.is_some() && system.recursion.iter().all(|level| level.arity < 2) {
        fault("recursion", "the proofs of several segments become one: a level needs an `arity` of 2 or more");
    }
    if system.recursion.len() > 100 {
        fault("recursion", "there may be 100 levels");
    }
    if system.failures.value() > 0.9 {
        fault("failures", "where more than 90 % are of no use, hardly any proof is ever made");
    }
    faults
}

fn of_outages(key: &str, outages: &[OutageSpec]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, outage) in outages.iter().enumerate() {
        if outage.at.is_some() == outage.between.is_some() {
            faults.push((
                format!("{key}.{at}"),
                "say when it begins (`at`), or how often there is one (`between`)".to_owned(),
            ));
        }
    }
    if outages.iter().filter(|outage| outage.between.is_some()).count() > 1 {
        faults.push((key.to_owned(), "one of them at most may come by chance (`between`)".to_owned()));
    }
    faults
}
