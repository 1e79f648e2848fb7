//! What who asks pays on a market beside machines: proofs, gas, and collateral that is lost.
//!
//! Model: amounts are those at an even load ([`models::systems::market::expected`]); a run says how much it was, and has the last word in the bill.

use models::fleet::{Charge, Fleet, Role};
use models::systems::market::Market;
use models::systems::market::expected::CHARGES;

use super::spec::{MarketSpec, ViewSpec};
use crate::basis::{Known, Shares};
use crate::case::Terms;
use crate::notes::Input;
use crate::origins::Key;

/// The input that says what ether costs.
const ETHER: &str = "price of ether";
/// The input that says what is offered.
const OFFERED: &str = "highest price of 10⁹ cycles";

/// Prices and fees, as inputs.
pub(super) fn inputs(spec: &MarketSpec) -> Vec<Input> {
    let stated = |name: &str, key: &str, value: f64, unit| Input::stated(name, Key::OfDesign(key.into()), value, unit);
    let mut inputs = vec![
        stated(ETHER, "gas.eth", spec.gas.eth.map_or(0.0, |eth| eth.usd()), "USD"),
        stated("price of gas", "gas.fee", spec.gas.fee.gwei(), "gwei"),
        stated("gas of a request", "gas.request", spec.gas.request, "gas"),
        stated("gas of a lock", "gas.lock", spec.gas.lock, "gas"),
    ];
    let single = spec.gas.fulfilment.first();
    inputs.extend(single.map(|[_, gas]| stated("gas of a delivery", "gas.fulfilment", *gas, "gas")));
    for (name, request) in &spec.requests {
        let key = format!("requests.{name}.offer.most");
        inputs.push(stated(&format!("{name}: {OFFERED}"), &key, request.offer.most.usd(), "USD"));
    }
    inputs
}

/// What is charged, and who says the prices; `traced` are the inputs of the case.
pub(super) fn charges(spec: &MarketSpec, system: &Market, traced: &[Input]) -> (Vec<Charge>, Vec<Terms>) {
    let [bought, gas, lost] = CHARGES;
    // (line of the bill, the input that says its price)
    let lines = match spec.view {
        ViewSpec::Requester => vec![(bought, Role::Proving, OFFERED), (gas, Role::Settlement, ETHER)],
        ViewSpec::Prover => vec![(gas, Role::Settlement, ETHER), (lost, Role::Capital, OFFERED)],
    };
    let expected = system.expected_charges().named();
    let (mut charges, mut terms) = (Vec::new(), Vec::new());
    for (name, role, of) in lines {
        let Some(input) = traced.iter().find(|input| input.name.ends_with(of)) else { continue };
        let quantity = expected.iter().find(|(of, _)| *of == name).map_or(0.0, |(_, usd)| *usd);
        terms.push(Terms::of_scenario(name, input));
        charges.push(Charge { role, name: name.into(), owners: 1, quantity, unit: "USD".into(), usd_per_unit: 1.0 });
    }
    (charges, terms)
}

/// What the whole bill rests on: machines and proofs on what proofs cost, gas and collateral on who said their prices.
pub(super) fn basis(fleet: &Fleet, proving: Shares, traced: &[Input]) -> Shares {
    let total = fleet.total();
    if total <= 0.0 {
        return proving;
    }
    let known = |name: &str| {
        traced.iter().find(|input| input.name.ends_with(name)).map_or(Known::Published, |input| input.known)
    };
    let share = |role: Role| fleet.usd_per_month(role) / total;
    proving
        .scaled(share(Role::Proving))
        .plus(&Shares::all(known(ETHER)).scaled(share(Role::Settlement)))
        .plus(&Shares::all(known(OFFERED)).scaled(share(Role::Capital)))
}
