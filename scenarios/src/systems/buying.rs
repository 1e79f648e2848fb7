//! Proofs that a system buys on a market: what a file says of it, what is wrong with that, and what it means.

use std::collections::BTreeMap;

use models::fleet::{Charge, Role};
use models::orders::offer::GIGACYCLE;
use models::orders::outsourced::{Outsourced, PROOFS_BOUGHT};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::contract::Asked;
use super::market::hosts::Costing;
use super::market::notes::{Said, of_offer, of_others, of_provers};
use super::market::spec::{AuctionSpec, GasSpec, OfferSpec, OthersSpec, ProverSpec};
use super::market::{build, says};
use crate::case::Terms;
use crate::fault::Fault;
use crate::machines::hosts::Host;
use crate::notes::Input;
use crate::origins::Key;
use crate::quantity::Usd;
use crate::spec::{Part, Within, part};

/// Proofs that are bought on a market: all of them, or those that own machines have no time for. The parts are those of a scenario of the kind `market`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyingSpec {
    /// How much own machines have to do when the next is bought: batches of a rollup in the making, or the place in their queue that a request of a
    /// service would have, so that with 1 whatever would have to wait is bought. Left out or `off`: all are bought.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<u64>>", transform = Within(1, 1_000_000_000))]
    pub overflow: Option<u64>,
    /// What is offered for a proof.
    pub offer: OfferSpec,
    /// How a request is given to a prover.
    pub auction: AuctionSpec,
    /// What the chain of the market takes.
    pub gas: GasSpec,
    /// Provers on the market, by the name of their group.
    pub provers: BTreeMap<String, ProverSpec>,
    /// Requests of others on the same market; left out or `off`: there are none.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<OthersSpec>>")]
    pub others: Option<OthersSpec>,
}

/// The input that says what is offered for bought proofs.
pub(crate) const OFFERED: &str = "market: highest price of 10⁹ cycles";

/// The size that the times of an offer are said for, where they grow with the size \[cycles\].
const REFERENCE_CYCLES: f64 = GIGACYCLE;

impl BuyingSpec {
    /// Groups of provers, with their names and keys, where it is said under this one.
    pub(crate) fn sellers(&self, key: &str) -> impl Iterator<Item = (&str, String, &ProverSpec)> {
        self.provers.iter().map(move |(name, prover)| (name.as_str(), format!("{key}.provers.{name}"), prover))
    }

    /// What is wrong with it, said under this key; no group may have a name that is `taken`.
    pub(crate) fn faults(&self, key: &str, taken: impl Fn(&str) -> bool) -> Vec<Fault> {
        let mut faults = says::of_offer(&format!("{key}.offer"), &self.offer);
        faults.extend(says::of_auction(&format!("{key}.auction"), &self.auction));
        faults.extend(says::of_gas(&format!("{key}.gas"), &self.gas));
        if self.provers.is_empty() {
            faults.push((format!("{key}.provers"), "it is empty; nobody sells a proof".into()));
        }
        for (name, key, prover) in self.sellers(key) {
            if taken(name) {
                faults.push((key.clone(), format!("`{name}` means something else in tables")));
            }
            faults.extend(says::of_prover(&key, prover));
        }
        if let Some(others) = &self.others {
            faults.extend(says::of_requests(&format!("{key}.others.requests"), &others.requests));
        }
        faults
    }

    /// The same with what everything costs; gas is paid in this ether unless it says another price.
    pub(crate) fn outsourced<'h>(
        &self,
        asked: &Asked<'_>,
        eth: (Usd, f64),
        (host, priced): (impl Fn(&str) -> Option<&'h Host>, &Costing),
    ) -> Outsourced {
        let (eth, within) = self.gas.eth.map_or(eth, |eth| (eth, self.gas.eth_within));
        let eth_usd = eth.usd() * build::ether(asked, within);
        let group =
            |(name, prover): (&String, &ProverSpec)| Some(build::group(name, prover, (host(name)?, priced.of(name)?)));
        Outsourced {
            overflow: self.overflow,
            offer: build::offer(&self.offer, REFERENCE_CYCLES),
            rules: build::rules((&self.auction, &self.gas), eth_usd),
            groups: self.provers.iter().filter_map(group).collect(),
            others: self.others.as_ref().map(|others| build::of_others(others, asked)),
        }
    }

    /// What is said of it under this key, as inputs; `what` is the name of the number with which the next is bought.
    pub(crate) fn inputs(&self, key: &str, what: &str) -> Vec<Input> {
        let said: Said<'_> = &|name, of, value, unit| {
            Input::stated(format!("market: {name}"), Key::OfDesign(format!("{key}.{of}")), value, unit)
        };
        let most = self.overflow.map(|most| said(what.to_owned(), "overflow".into(), most as f64, "1"));
        let sellers = self.provers.iter();
        let sellers = sellers.flat_map(|(name, prover)| of_provers(name, &format!("provers.{name}"), prover, said));
        let others = self.others.iter().flat_map(|others| of_others(others, said));
        let gas = said("price of gas".into(), "gas.fee".into(), self.gas.fee.gwei(), "gwei");
        let all = most.into_iter().chain(of_offer("", "offer", &self.offer, said)).chain(sellers).chain(others);
        let request = (self.gas.request > 0.0)
            .then(|| said("gas of a request".into(), "gas.request".into(), self.gas.request, "gas"));
        all.chain([gas]).chain(request).collect()
    }

    /// The highest price that is offered, as an input.
    pub(crate) fn offered(&self, key: &str) -> Input {
        Input::stated(OFFERED, Key::OfDesign(format!("{key}.offer.most")), self.offer.most.usd(), "USD")
    }
}

/// What proofs are expected to cost by the month, as a charge, and who says so; `traced` are the inputs of the case. A run says what it was.
pub(crate) fn charge(usd_per_month: f64, traced: &[Input]) -> Option<(Charge, Terms)> {
    let input = traced.iter().find(|input| input.name == OFFERED)?;
    let charge = Charge {
        role: Role::Proving,
        name: PROOFS_BOUGHT.into(),
        owners: 1,
        quantity: usd_per_month,
        unit: "USD".into(),
        usd_per_unit: 1.0,
    };
    Some((charge, Terms::of_scenario(PROOFS_BOUGHT, input)))
}
