//! Sentences about switches: why one changes less than it might, and which are worth it.

use scenarios::Case;

use super::{SwitchEffect, Worth};
use crate::summary::Summary;
use crate::text::{count, stage};

/// Why a switch changes no number of machines although it changes what they have to do, or nothing at all.
pub(super) fn why(base: &Case, case: &Case) -> Option<String> {
    let mut reasons = Vec::new();
    if let Some(reason) = validators(base, case) {
        reasons.push(reason);
    }
    if let Some((before, after)) = need(base, "provers").zip(need(case, "provers"))
        && differs(before, after)
        && base.units.prover_machines == case.units.prover_machines
        && base.sizing == case.sizing
    {
        let machines = case.units.prover_machines;
        let what = if machines == 1 { "one machine is the least".into() } else { format!("{machines} machines it is") };
        reasons.push(format!("the fleet's work goes from {} to {} machines, but {what}", count(before), count(after)));
    }
    let same = case.system == base.system && case.bill == base.bill;
    if same {
        reasons.push("it changes nothing here".into());
    }
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// Validators whose cores have less to do, but of whom something else decides.
fn validators(base: &Case, case: &Case) -> Option<String> {
    let (before, after) = (need(base, "validator_cores")?, need(case, "validator_cores")?);
    if !differs(before, after) || base.units.machines_per_validator != case.units.machines_per_validator {
        return None;
    }
    let of_validators = case.stages.iter().filter(|stage| stage.name.starts_with("validator"));
    let tightest = of_validators.max_by(|a, b| a.utilization.total_cmp(&b.utilization))?;
    let change = format!("a validator's cores have {} % less to do", count((100.0 * (1.0 - after / before)).round()));
    Some(match tightest.name {
        "validator_cores" => format!("{change}, too little for a machine less"),
        other => format!(
            "{change}, but its {} decides how many machines it is",
            crate::text::stage(other).trim_end_matches('s')
        ),
    })
}

/// Machines that a stage needs at the offered load, in fractions.
fn need(case: &Case, name: &str) -> Option<f64> {
    let utilization = case.stages.iter().find(|stage| stage.name == name)?.utilization;
    let units = if name == "provers" { case.units.prover_machines } else { case.units.machines_per_validator };
    Some(utilization * units as f64)
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
        (Worth::Trade, "A trade of money against time"),
        (Worth::Not, "Not worth it"),
        (Worth::Nothing, "Without effect"),
    ] {
        let names: Vec<String> = alone.iter().filter(|effect| effect.worth == worth).map(named).collect();
        if !names.is_empty() {
            sentences.push(format!("{words}: {}.", names.join(", ")));
        }
    }
    if let Some((all, total)) = together.and_then(|all| Some((by(all)?, off.value("cost.total")?))) {
        let single: f64 = alone.iter().filter(|effect| effect.together).filter_map(by).sum();
        let of_total = format!("{} % of the bill", count((100.0 * all.abs() / total).round()));
        sentences.push(format!(
            "All together: {} a month, {of_total}; one by one they add to {}.",
            dollars(all),
            dollars(single)
        ));
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
