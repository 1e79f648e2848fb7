//! Machines that come and go, of every kind of system: from what a file says and what each lot is rented as.

use models::machines::{Autoscaler, Failures, Lifecycle, Lot, Rule, Terms};
use models::spot::{Fit, Law, Renewal, Source};
use sim::Span;

use super::lots::Lots;
use super::never_taken_back;
use crate::fault::Fault;
use crate::prices::{ON_DEMAND, SPOT};
use crate::quantity::Duration;
use crate::reading::meant;
use crate::spec::{AutoscalerSpec, LifecycleSpec, LotSpec, ZoneSpec};
use crate::spot::{SpotZone, TRACE_SOURCE, spot_zones};

/// What an autoscaler holds constant where nothing is said.
const UTILIZATION: f64 = 0.7;

/// How the machines of a pool come and go, whose lots are rented as these; of so many its autoscaler starts with `start`.
pub(crate) fn lifecycle(spec: Option<&LifecycleSpec>, lots: &Lots, start: u64) -> Lifecycle {
    let nothing = LifecycleSpec::default();
    let spec = spec.unwrap_or(&nothing);
    let said = |at: usize| spec.lots.get(at);
    let lots = lots.all().enumerate().map(|(at, rented)| Lot {
        machines: said(at).and_then(|lot| lot.machines),
        terms: terms(said(at), rented.machine.market()),
        least_billed: Span::from_secs_f64(rented.price.least_billed_s().unwrap_or(0.0)),
    });
    Lifecycle {
        start_up: span(spec.start_up),
        failures: spec
            .failures
            .as_ref()
            .map(|failures| Failures { between: span(*failures.between), repair: span(failures.repair) }),
        lots: lots.collect(),
        autoscaler: spec.autoscaler.as_ref().map(|autoscaler| scaler(autoscaler, start)),
    }
}

/// When machines of a lot on this market are there, and paid. A spot machine whose zones nobody names is always there.
fn terms(lot: Option<&LotSpec>, market: &str) -> Terms {
    match lot {
        Some(lot) if lot.owned.is_some() => Terms::Kept,
        Some(lot) if !lot.zones.is_empty() => {
            Terms::Spot { zones: lot.zones.iter().filter_map(zone).collect(), notice: span(lot.notice) }
        }
        _ if [ON_DEMAND, SPOT].contains(&market) => Terms::OnDemand,
        _ => Terms::Kept,
    }
}

/// A zone by what it says; nothing where it is not known.
fn zone(spec: &ZoneSpec) -> Option<Source> {
    let known = |name: &String| spot_zones().iter().find(|zone| zone.name == *name);
    Some(match spec {
        ZoneSpec::Replay { zone } => Source::Replay { trace: known(zone)?.trace.clone(), offset_s: 0.0 },
        ZoneSpec::Fitted { zone } => Source::Renewal(Fit::of(&known(zone)?.trace)?.renewal),
        ZoneSpec::Exponential { up, down } => {
            Source::Renewal(Renewal { up: Law::exponential(up.seconds()), down: Law::exponential(down.seconds()) })
        }
    })
}

fn scaler(spec: &AutoscalerSpec, start: u64) -> Autoscaler {
    let utilization = spec.utilization.map_or(UTILIZATION, |share| share.value());
    Autoscaler {
        rule: spec.in_hand.map_or(Rule::Utilization(utilization), Rule::InHand),
        every: span(*spec.every),
        delay: span(spec.delay),
        tolerance: spec.tolerance.value(),
        cooldown: span(spec.cooldown),
        least: spec.least,
        most: spec.most,
        start,
    }
}

/// Machines of a pool: as many as its autoscaler may want, where it has one.
pub(crate) fn most(spec: Option<&LifecycleSpec>, specified: u64) -> u64 {
    spec.and_then(|spec| spec.autoscaler.as_ref()).map_or(specified, |autoscaler| autoscaler.most)
}

/// What is wrong where the lots of a pool at a key have so many machines, and it needs more.
pub(crate) fn in_no_lot(key: &str, have: u64, machines: u64) -> Option<Fault> {
    let have_words = crate::counted(&have.to_string(), "machine");
    let message = format!(
        "its lots have {have_words}, and the pool has {machines}: leave `machines` out of a lot that has all others"
    );
    (have < machines).then(|| (format!("{key}.lifecycle.lots"), message))
}

/// What a reader must know of the machines of several pools, by what a file says of them and how they are rented.
pub(crate) fn assumptions<'a>(pools: &[(Option<&'a LifecycleSpec>, &'a Lots)]) -> Vec<String> {
    let lots = || pools.iter().filter_map(|(life, _)| *life).flat_map(|life| &life.lots);
    let zones = || lots().flat_map(|lot| &lot.zones);
    let seen = |zone: &ZoneSpec| !matches!(zone, ZoneSpec::Exponential { .. });
    let has_zones = zones().next().is_some();
    let always = pools.iter().flat_map(|(life, rented)| {
        let zones = move |at: usize| life.and_then(|life| life.lots.get(at)).is_some_and(|lot| !lot.zones.is_empty());
        rented.all().enumerate().filter(move |(at, _)| !zones(*at)).map(|(_, lot)| lot)
    });
    let always = never_taken_back(always, "no zones are said (`lifecycle.lots`)");
    let at_once = has_zones.then(|| "a zone takes all spot machines of a lot back at once".to_owned());
    let other = zones().any(seen).then(|| format!("spot machines can be had as they could elsewhere: {TRACE_SOURCE}"));
    always.into_iter().chain(at_once).chain(other).collect()
}

/// What is wrong with how the machines of a pool come and go, said at a key; `alike` is why its lots may not be of several machines,
/// where they may not.
pub(crate) fn faults(key: &str, spec: &LifecycleSpec, alike: Option<&str>) -> Vec<Fault> {
    [of_lots(key, spec, alike), of_scaler(key, spec), too_often(key, spec)].concat()
}

/// What is wrong with something that happens this often.
pub(crate) fn too_short(key: String, every_s: f64) -> Option<Fault> {
    (every_s < LEAST_S).then(|| (key, format!("it must be at least {LEAST_S} s")))
}

/// What happens more often than this is no life of a machine, and would take for ever to simulate \[s\].
const LEAST_S: f64 = 1.0;

/// What happens too often.
fn too_often(key: &str, spec: &LifecycleSpec) -> Vec<Fault> {
    let failures = spec.failures.as_ref().map(|failures| ("failures.between".to_owned(), failures.between.seconds()));
    let looks = spec.autoscaler.as_ref().map(|scaler| ("autoscaler.every".to_owned(), scaler.every.seconds()));
    let zones = spec.lots.iter().enumerate().flat_map(|(lot, of)| {
        of.zones.iter().enumerate().filter_map(move |(at, zone)| match zone {
            ZoneSpec::Exponential { up, down } => {
                Some((format!("lots.{lot}.zones.{at}.up"), up.seconds().min(down.seconds())))
            }
            ZoneSpec::Replay { .. } | ZoneSpec::Fitted { .. } => None,
        })
    });
    let all = failures.into_iter().chain(looks).chain(zones);
    all.filter_map(|(what, every_s)| too_short(format!("{key}.{what}"), every_s)).collect()
}

fn of_lots(key: &str, spec: &LifecycleSpec, alike: Option<&str>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, lot) in spec.lots.iter().enumerate() {
        let mut fault = |what: &str, message: String| faults.push((format!("{key}.lots.{at}.{what}"), message));
        let spot = lot.market.as_deref() == Some(SPOT);
        if spot && lot.zones.is_empty() {
            let example = r#"such as `zones = [{ law = "exponential", up = "6 h", down = "1 h" }]`"#;
            fault(
                "zones",
                format!("when a zone has spot machines must be said, {example}; `proofcast list spot` has some"),
            );
        }
        if let Some(why) = alike.filter(|_| lot.machine.is_some()) {
            fault("machine", why.to_owned());
        }
        if lot.owned.is_some() && (lot.market.is_some() || lot.price.is_some()) {
            fault("owned", "machines are bought, or rented on a `market` or at a `price`, not both".to_owned());
        }
        if !spot && (!lot.zones.is_empty() || lot.notice.seconds() > 0.0) {
            let what = if lot.zones.is_empty() { "notice" } else { "zones" };
            fault(what, "only machines of `market = \"spot\"` are taken back".to_owned());
        }
        for (place, zone) in lot.zones.iter().enumerate() {
            let (ZoneSpec::Replay { zone: name } | ZoneSpec::Fitted { zone: name }) = zone else { continue };
            if self::zone(zone).is_none() {
                let zones = spot_zones();
                let names = || zones.iter().map(|SpotZone { name, .. }| name.as_str());
                let known = names().collect::<Vec<_>>().join(", ");
                let near = meant(name, names());
                fault(&format!("zones.{place}.zone"), format!("no zone is called `{name}`; {near}zones: {known}"));
            }
        }
    }
    faults
}

fn of_scaler(key: &str, spec: &LifecycleSpec) -> Vec<Fault> {
    let Some(scaler) = &spec.autoscaler else { return Vec::new() };
    let mut faults = Vec::new();
    let mut fault = |what: &str, message: String| faults.push((format!("{key}.autoscaler.{what}"), message));
    if scaler.least > scaler.most {
        fault("least", format!("the fewest, {}, are more than the most, {}", scaler.least, scaler.most));
    }
    let (target, tolerance) = (scaler.utilization.map_or(UTILIZATION, |share| share.value()), scaler.tolerance.value());
    if scaler.in_hand.is_none() && scaler.least == 0 {
        fault(
            "least",
            "with no machine none is ever busy, and no further one is wanted: at least 1, or `in_hand`".to_owned(),
        );
    }
    if scaler.in_hand.is_none() && target * (1.0 + tolerance) >= 1.0 {
        let message = format!(
            "machines that are busy all the time are within the tolerance of {:.0} % around it, so that no further one is ever \
             wanted: a lower target or `tolerance`",
            tolerance * 100.0
        );
        fault("utilization", message);
    }
    let said: u64 = spec.lots.iter().filter_map(|lot| lot.machines).sum();
    if said > scaler.most {
        fault(
            "most",
            format!("it is {}, and the lots have {}", scaler.most, crate::counted(&said.to_string(), "machine")),
        );
    }
    if scaler.utilization.is_some() && scaler.in_hand.is_some() {
        fault("in_hand", "a target is a `utilization` or so many requests `in_hand`, not both".to_owned());
    }
    if scaler.in_hand.is_some_and(|requests| !(0.001..=1e6).contains(&requests)) {
        fault("in_hand", "it must be between 0.001 and 1,000,000".to_owned());
    }
    faults
}

fn span(duration: Duration) -> Span {
    Span::from_secs_f64(duration.seconds())
}
