//! What a rollup pays beside machines: gas and blobs on L1, another layer's storage, and interest on what is bound.
//!
//! Model: amounts are those at an even load and at the mean fees ([`models::systems::rollup::expected`]); a run says how much it was, and has the
//! last word in the bill. Fees are in ether, at one price of ether.

use models::fleet::{Charge, Fleet, Role};
use models::l1::fees::FeeLaw;
use models::system::Horizon;
use models::systems::rollup::Rollup;
use models::systems::rollup::expected::CHARGES;

use super::spec::{FeeSpec, PostedAs, RollupSpec};
use crate::basis::{Known, Shares};
use crate::case::Terms;
use crate::notes::Input;
use crate::origins::Key;
use crate::systems::buying::OFFERED;
use crate::systems::contract::Asked;
use crate::traces;
use crate::world::InputKind;

/// The input that says what ether costs.
const ETHER: &str = "price of ether";
/// The input that says what money that is bound costs.
const INTEREST: &str = "interest on what is bound";
/// The input that says what proving costs where a proof decides a dispute.
const PROOF: &str = "price of proving a billion cycles for a dispute";
/// The input that says what another layer takes.
const ELSEWHERE: &str = "price of a gigabyte on another layer";

/// Prices and fees, as inputs.
pub(super) fn inputs(spec: &RollupSpec, system: &Rollup, horizon: Horizon) -> Vec<Input> {
    let stated = |name: &str, key: &str, value: f64, unit| Input::stated(name, Key::OfDesign(key.into()), value, unit);
    let mut inputs = vec![
        stated(ETHER, "l1.eth", spec.l1.eth.usd(), "USD"),
        fee(("L1: base fee of gas", "l1.gas.fee"), &spec.l1.gas.law, &system.l1.gas_fee, horizon),
        stated("L1: tip", "l1.gas.tip", spec.l1.gas.tip.gwei(), "gwei"),
    ];
    match spec.data.posted_as {
        PostedAs::Blobs => {
            inputs.push(fee(("L1: fee of blobs", "l1.blobs.fee"), &spec.l1.blobs.law, &system.l1.blob_fee, horizon));
        }
        PostedAs::Elsewhere => {
            inputs.push(stated(ELSEWHERE, "data.elsewhere_per_gb", spec.data.elsewhere_per_gb.usd(), "USD/GB"));
        }
        PostedAs::Calldata => {}
    }
    let game = spec.window.as_ref().and_then(|window| window.game.as_ref());
    if let Some(proof) = game.and_then(|game| game.proof.as_ref()) {
        inputs.push(stated(PROOF, "window.game.proof.per_billion_cycles", proof.per_billion_cycles.usd(), "USD"));
    }
    if let Some(market) = spec.proving.as_ref().and_then(|proving| proving.market.as_ref()) {
        inputs.push(market.offered("proving.market"));
    }
    if let Some(withdrawals) = &spec.withdrawals {
        inputs.push(stated(INTEREST, "withdrawals.interest", withdrawals.interest.value(), "share/year"));
    }
    inputs
}

/// A fee by the key that says it; of one that was recorded the mean of the measured time.
fn fee((name, key): (&str, &str), spec: &FeeSpec, law: &FeeLaw, horizon: Horizon) -> Input {
    let (from, until) = horizon.measured();
    match &spec.recorded {
        Some(it) => traces::input(&format!("{name}, in the mean"), &it.file, law.mean_gwei(from, until), "gwei"),
        None => Input::stated(name, Key::OfDesign(key.into()), spec.fee.gwei(), "gwei"),
    }
}

/// What ether costs, in a world \[USD\].
pub(super) fn eth_usd(spec: &RollupSpec, asked: &Asked<'_>) -> f64 {
    spec.l1.eth.usd() * asked.world.factor(InputKind::Price, "ether", spec.l1.eth_within)
}

/// What is charged, and who says the prices; `traced` are the inputs of the case.
pub(super) fn charges(
    spec: &RollupSpec,
    asked: &Asked<'_>,
    system: &Rollup,
    traced: &[Input],
) -> (Vec<Charge>, Vec<Terms>) {
    let eth = eth_usd(spec, asked);
    let proof_usd = system.window.as_ref().and_then(|window| window.game()).map_or(0.0, |game| game.usd_per_gcycle);
    let interest = spec.withdrawals.as_ref().map_or(0.0, |it| it.interest.value() / 12.0);
    // (line, unit, price of one, the input that says it)
    let [gas, blobs, settlement, disputes, proofs, elsewhere, bought, bonds, fast] = CHARGES;
    let priced = [
        (gas, Role::Data, "ETH", eth, ETHER),
        (blobs, Role::Data, "ETH", eth, ETHER),
        (settlement, Role::Settlement, "ETH", eth, ETHER),
        (disputes, Role::Settlement, "ETH", eth, ETHER),
        (proofs, Role::Settlement, "billion cycles", proof_usd, PROOF),
        (elsewhere, Role::Data, "GB", spec.data.elsewhere_per_gb.usd(), ELSEWHERE),
        (bought, Role::Proving, "USD", 1.0, OFFERED),
        (bonds, Role::Capital, "ETH", eth * interest, INTEREST),
        (fast, Role::Capital, "USD", interest, INTEREST),
    ];
    let expected = system.expected_charges(asked.horizon).named();
    // How much overflows to a market says the run alone.
    let buys = system.proving.as_ref().is_some_and(|proving| proving.market.is_some());
    let is_bought = |name: &str| buys && name == bought;
    let (mut charges, mut terms) = (Vec::new(), Vec::new());
    for ((name, role, unit, usd_per_unit, of), (_, quantity)) in priced.into_iter().zip(expected) {
        let Some(input) = traced.iter().find(|input| input.name == of).filter(|_| quantity > 0.0 || is_bought(name))
        else {
            continue;
        };
        terms.push(Terms::of_scenario(name, input));
        charges.push(Charge { role, name: name.into(), owners: 1, quantity, unit: unit.into(), usd_per_unit });
    }
    (charges, terms)
}

/// What the whole bill rests on: proving on what its costs do, machines of other kinds on published prices, and charges on who said their prices.
pub(super) fn basis(fleet: &Fleet, proving: Shares, traced: &[Input]) -> Shares {
    let total = fleet.total();
    if total <= 0.0 {
        return proving;
    }
    let known =
        |name: &str| traced.iter().find(|input| input.name == name).map_or(Known::Published, |input| input.known);
    let share = |role: Role| fleet.usd_per_month(role) / total;
    let [capital, l1] = [known(INTEREST), known(ETHER)];
    proving
        .scaled(share(Role::Proving))
        .plus(&Shares::all(Known::Published).scaled(share(Role::Sequencing) + share(Role::Validation)))
        .plus(&Shares::all(l1).scaled(share(Role::Data) + share(Role::Settlement)))
        .plus(&Shares::all(capital).scaled(share(Role::Capital)))
}
