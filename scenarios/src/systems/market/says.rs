//! What a market says without a cost book: its load, what is wrong with it, and how long its runs are.

use std::collections::BTreeMap;

use models::systems::market::MINE;
use models::systems::market::capacity::PROVERS;
use serde::Deserialize;

use super::hosts::groups;
use super::spec::{AuctionSpec, GasSpec, MarketSpec, MechanismSpec, OfferSpec, ProverSpec, RequestSpec, ViewSpec};
use crate::fault::Fault;
use crate::spec::ProfileSpec;
use crate::systems::contract::{Mix, Steps};

/// Most provers on a market.
const MOST_PROVERS: u64 = 100_000;

/// Keys that are often changed, as comments.
pub(crate) const STARTING_KEYS: &str = r#"# [load]
# rate = "20 /h"                                # your requests for proofs

# What you ask for, and offer:
# [requests.block]
# cycles = 2_000_000_000
# offer = { most = "$0.30", ramp_start = "0 s", ramp = "60 s", lock = "20 min", timeout = "40 min" }    # prices of 10⁹ cycles

# Machines of your own that prove first, and who else is on the market:
# [design.BASE]
# mine = { machine = "rtx4090", specified = 2, segment = { cycles = 1_048_576, cost = "segment" }, last = "last" }
# provers.clusters.count = 20
"#;

/// As it is in a file, where it stands beside other keys.
#[derive(Deserialize)]
struct Flattened {
    #[serde(flatten)]
    system: MarketSpec,
}

/// The shared system with a design's keys laid over it.
pub(crate) fn overridden(shared: &MarketSpec, over: &toml::Table) -> Result<MarketSpec, String> {
    let shared = toml::Table::try_from(shared).map_err(|error| error.to_string())?;
    let merged: Flattened =
        crate::reading::merge(&shared, over).try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    Ok(merged.system)
}

/// Requests, which a run is counted in.
pub(crate) fn steps(system: &MarketSpec) -> Steps {
    let per_second = system.load.rate.per_second() + system.others.as_ref().map_or(0.0, |it| it.rate.per_second());
    Steps { what: "requests", per_second, at_once: 1.0, key: "load.rate", longer: "fewer requests" }
}

/// Who asks, as a file says it.
pub(crate) fn view(system: &MarketSpec) -> &'static str {
    match system.view {
        ViewSpec::Requester => "requester",
        ViewSpec::Prover => "prover",
    }
}

/// Its load by kinds of requests.
pub(crate) fn mix(system: &MarketSpec) -> Mix {
    let shares = system.requests.iter().map(|(name, request)| (name.clone(), request.share.value()));
    let shares = shares.filter(|(_, share)| *share > 0.0).collect();
    Mix { load_per_s: system.load.rate.per_second(), section: "requests", shares }
}

/// What is wrong with it, by key.
pub(crate) fn faults(system: &MarketSpec) -> Vec<Fault> {
    let mut faults = of_requests("requests", &system.requests);
    faults.extend(ProfileSpec::faults(system.load.profile.as_ref()));
    if let Some(others) = &system.others {
        faults.extend(of_requests("others.requests", &others.requests));
        let of_others = ProfileSpec::faults(others.profile.as_ref()).into_iter();
        faults.extend(of_others.map(|(key, why)| (key.replacen("load", "others", 1), why)));
    }
    faults.extend(of_gas("gas", &system.gas));
    faults.extend(of_auction("auction", &system.auction));
    if system.gas.eth.is_none() {
        faults.push(("gas.eth".into(), "missing; gas is paid in ether: say what it costs".into()));
    }
    faults.extend(of_provers(system));
    faults
}

/// What is wrong with requests, said in this section.
pub(crate) fn of_requests(section: &str, requests: &BTreeMap<String, RequestSpec>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if requests.is_empty() || requests.len() > 1_000 {
        return vec![(
            section.to_owned(),
            format!("there are {} kinds of requests, and there may be 1 to 1,000", requests.len()),
        )];
    }
    let sum: f64 = requests.values().map(|request| request.share.value()).sum();
    if (sum - 1.0).abs() > 1e-6 {
        faults.push((
            section.to_owned(),
            format!("the shares of all requests add up to {:.4} %, not to 100 %", sum * 100.0),
        ));
    }
    for (name, request) in requests {
        if !(1.0..=1e18).contains(&request.cycles) {
            let message = format!("it is {}, and must be between 1 and 1e18", request.cycles);
            faults.push((format!("{section}.{name}.cycles"), message));
        }
        faults.extend(of_offer(&format!("{section}.{name}.offer"), &request.offer));
    }
    faults
}

/// What is wrong with an offer, said under this key.
pub(crate) fn of_offer(key: &str, offer: &OfferSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |of: &str, message: String| faults.push((format!("{key}.{of}"), message));
    if offer.most.usd() < offer.least.usd() {
        fault("most", format!("{} is below `least`, {}", offer.most, offer.least));
    }
    if offer.timeout.seconds() < offer.lock.seconds() {
        fault("timeout", format!("{} is before the lock passes, {}", offer.timeout, offer.lock));
    }
    if !(0.0..=1e6).contains(&offer.collateral) {
        fault("collateral", format!("it is {}, and must be between 0 and 1,000,000", offer.collateral));
    }
    faults
}

/// What is wrong with the gas of a market, said under this key.
pub(crate) fn of_gas(key: &str, gas: &GasSpec) -> Vec<Fault> {
    let points = &gas.fulfilment;
    let mut faults = Vec::new();
    let mut fault = |message: &str| faults.push((format!("{key}.fulfilment"), message.to_owned()));
    if points.is_empty() {
        fault("it is empty: say the gas of a delivery of one proof, `[[1, 142_017]]`");
    }
    if let Some([first, _]) = points.first().filter(|[first, _]| *first != 1.0) {
        fault(&format!("it begins with a delivery of {first} proofs; say the gas of one first, `[[1, 142_017], …]`"));
    }
    if !points.is_sorted_by(|a, b| a[0] < b[0]) || points.iter().flatten().any(|it| !(0.0..=1e12).contains(it)) {
        fault("pairs of a number of proofs, which ascends, and the gas of their delivery, up to 1e12");
    }
    faults
}

/// What is wrong with an auction, said under this key.
pub(crate) fn of_auction(key: &str, auction: &AuctionSpec) -> Vec<Fault> {
    let is_sealed = auction.mechanism == MechanismSpec::SealedBid;
    let fault = || (format!("{key}.bidding"), "only sealed bids have a time for them".to_owned());
    (auction.bidding.seconds() > 0.0 && !is_sealed).then(fault).into_iter().collect()
}

fn of_provers(system: &MarketSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in [MINE, PROVERS] {
        if system.provers.contains_key(name) {
            faults.push((format!("provers.{name}"), format!("`{name}` means something else in tables")));
        }
    }
    let all: u64 = system.provers.values().map(|prover| prover.count).fold(0, u64::saturating_add);
    if all > MOST_PROVERS {
        faults.push(("provers".into(), format!("there are {all} provers, and there may be {MOST_PROVERS}")));
    }
    match (system.view, &system.mine) {
        (ViewSpec::Prover, None) => {
            faults.push((MINE.into(), "missing; a prover that asks has machines".into()));
        }
        (ViewSpec::Requester, None) if system.provers.is_empty() => {
            faults.push(("provers".into(), "missing; nobody proves anything: say `provers` or `mine`".into()));
        }
        (ViewSpec::Requester, Some(_)) if system.overflow && system.provers.is_empty() => {
            faults.push((
                "overflow".into(),
                "there is no market that anything could go to: say `provers`, or `overflow = false`".into(),
            ));
        }
        _ => {}
    }
    if let Some(mine) = system.mine.as_ref().filter(|mine| mine.count != 1) {
        faults.push((format!("{MINE}.count"), format!("it is {}, and who asks is one", mine.count)));
    }
    faults.extend(groups(system).flat_map(|(_, key, prover)| of_prover(&key, prover)));
    faults
}

/// What is wrong with provers, said under this key.
pub(crate) fn of_prover(key: &str, prover: &ProverSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |of: &str, message: String| faults.push((format!("{key}.{of}"), message));
    if let Some(cycles) = prover.segment.cycles.filter(|cycles| !(1.0..=1e18).contains(cycles)) {
        fault("segment.cycles", format!("it is {cycles}, and must be between 1 and 1e18"));
    }
    if prover.failures.value() > 0.9 {
        fault(
            "failures",
            format!("it is {}, and where more than 90 % are of no use, hardly any proof is ever made", prover.failures),
        );
    }
    if let Some(ask) = prover.ask.as_ref().filter(|ask| ask.price.is_some()) {
        if ask.margin != 0.0 {
            fault("ask.margin", "a stated price has no margin: say `price` or `margin`".into());
        }
        if ask.utilization.value() < 1.0 {
            fault(
                "ask.utilization",
                "a stated price is the same however much is sold: say `price` or `utilization`".into(),
            );
        }
    }
    faults
}
