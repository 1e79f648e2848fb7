//! Sentences about switches: why one changes less than it might, and which are worth it.

use models::fleet::Role;
use models::proving::Demand;
use models::system::AnySystem;
use models::systems::layered::capacity::{PROVERS, VALIDATORS, prover_work_per_s};
use scenarios::Case;

use super::{SwitchEffect, Worth};
use crate::summary::Summary;
use crate::text::{count, stage};

/// What a switch does beside its purpose, and why it may change less than one might expect.
pub(super) fn why(base: &Case, case: &Case) -> Option<String> {
    if case.system == base.system && case.fleet == base.fleet {
        return Some("it changes nothing here".into());
    }
    if !matches!(base.system, AnySystem::Layered(_)) {
        return None;
    }
    let reasons: Vec<String> =
        [validators(base, case), leaves(base, case), fleet(base, case), requests(case)].into_iter().flatten().collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// Validators who have less to do, but of whom something else decides, or who cost more.
fn validators(base: &Case, case: &Case) -> Option<String> {
    let (before, after) = (need(base, "validator_cores")?, need(case, "validator_cores")?);
    let [machines_before, machines] = [base, case].map(|case| case.fleet.machines(VALIDATORS));
    let of_one = |case: &Case, machines: u64| case.fleet.usd_per_month(Role::Validation) / machines as f64;
    let dearer = of_one(case, machines) > of_one(base, machines_before) * (1.0 + 1e-9);
    let mut reasons = Vec::new();
    if differs(before, after) {
        let change =
            format!("a validator's cores have {} % less to do", count((100.0 * (1.0 - after / before)).round()));
        let of_validators = case.stages.iter().filter(|stage| stage.pool == VALIDATORS);
        let tightest = &of_validators.max_by(|a, b| a.utilization.total_cmp(&b.utilization))?.name;
        let but = match tightest.strip_prefix("validator_") {
            Some("cores") | None if machines == machines_before => ", too little for a machine less".to_owned(),
            Some("cores") | None => String::new(),
            Some(other) => format!(", but its {other} decides how many machines it is"),
        };
        reasons.push(change + &but);
    }
    if dearer {
        reasons.push("every machine of a validator costs more".into());
    }
    (!reasons.is_empty()).then(|| reasons.join(", and "))
}

/// Leaves that take less, where they are the smaller part of the work.
fn leaves(base: &Case, case: &Case) -> Option<String> {
    let (before, after) = (base.system.layered().plan()?.leaf.work, case.system.layered().plan()?.leaf.work);
    let merges = prover_work_per_s(&base.system.layered().with_costs_times(1.0, 0.0, 1.0))
        / prover_work_per_s(base.system.layered());
    let share = (100.0 * (1.0 - merges)).round();
    (before != after && merges > 0.5).then(|| format!("leaf proofs are {} % of the fleet's work", count(share)))
}

/// A fleet that has another work to do but as many machines.
fn fleet(base: &Case, case: &Case) -> Option<String> {
    let (before, after) = (need(base, "provers")?, need(case, "provers")?);
    let machines = case.fleet.machines(PROVERS);
    if !differs(before, after) || base.fleet.machines(PROVERS) != machines {
        return None;
    }
    let but = if machines == 1 { "one is the least".to_owned() } else { format!("{machines} are bought") };
    Some(format!("the fleet's work goes from {} to {} machines, but {but}", count(before), count(after)))
}

/// What is made for those who ask for proofs.
fn requests(case: &Case) -> Option<String> {
    let plan = case.system.layered().plan()?;
    let Demand::OnRequest { requests, expected } = plan.demand else { return None };
    let transactions = case.system.layered().proven_per_s() * case.system.layered().epoch().as_secs_f64();
    let again = expected.remade * requests.witness_s * transactions / plan.work_per_epoch(transactions);
    let proofs = format!("{} proofs an epoch instead of 1", count(expected.made));
    let percent = (100.0 * expected.remade).round();
    if percent == 0.0 {
        return Some(proofs);
    }
    let more = match again {
        again if again < 0.005 => "hardly any work beside that of a proof".to_owned(),
        again => format!("{} % on top of the work of a proof", count((100.0 * again).round())),
    };
    Some(format!("{proofs}, and {percent} % of the witnesses made again: {more}"))
}

/// Machines that a stage needs at the offered load, in fractions.
fn need(case: &Case, name: &str) -> Option<f64> {
    let stage = case.stages.iter().find(|stage| stage.name == name)?;
    Some(stage.utilization * case.fleet.machines(&stage.pool) as f64)
}

fn differs(one: f64, other: f64) -> bool {
    (one - other).abs() > 1e-9 * one.abs().max(other.abs())
}

/// Which switches are worth it, and what they bring together.
pub(super) fn answer(off: &Summary, alone: &[SwitchEffect], together: Option<&SwitchEffect>) -> String {
    let by = |effect: &SwitchEffect| effect.change("cost.total").and_then(|change| change.difference.as_ref()?.value);
    let named = |effect: &SwitchEffect| match by(effect).filter(|usd| *usd != 0.0) {
        Some(usd) => format!("{} ({})", effect.name, dollars(usd)),
        None => effect.name.clone(),
    };
    let mut sentences = Vec::new();
    for (worth, words) in [
        (Worth::Worth, "Worth it"),
        (Worth::Trade, "A trade-off between money and time"),
        (Worth::Not, "Not worth it"),
        (Worth::Noise, "Within the noise"),
        (Worth::Nothing, "Without effect"),
    ] {
        // An amount that may be none is not told.
        let told = |effect: &SwitchEffect| if worth == Worth::Noise { effect.name.clone() } else { named(effect) };
        let names: Vec<String> = alone.iter().filter(|effect| effect.worth == worth).map(told).collect();
        if !names.is_empty() {
            sentences.push(format!("{words}: {}.", names.join("; ")));
        }
    }
    if let Some((all, total)) = together.and_then(|all| Some((by(all)?, off.value("cost.total")?))) {
        let single: f64 = alone.iter().filter(|effect| effect.together).filter_map(by).sum();
        let of_total = format!("{} % of the bill", count((100.0 * all.abs() / total).round()));
        sentences.push(format!(
            "All together: {} a month, {of_total}; individually they add up to {}.",
            dollars(all),
            dollars(single)
        ));
        let dearest = alone.iter().filter_map(|effect| Some((effect, effect.last.as_ref()?.value?)));
        let dearest = dearest.max_by(|(_, a), (_, b)| a.total_cmp(b)).filter(|(_, last)| *last > 0.0);
        sentences.extend(dearest.map(|(effect, last)| format!("All but {}: {}.", effect.name, dollars(all - last))));
    }
    if let Some(limit) = &off.limited_by {
        sentences.push(format!("The design does not carry its load: its {} saturate.", stage(limit)));
    }
    sentences.join(" ")
}

/// A signed sum.
fn dollars(usd: f64) -> String {
    format!("{}${}", if usd < 0.0 { "−" } else { "+" }, count(usd.abs()))
}
