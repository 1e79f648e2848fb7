//! What is said of a growing load: where committing stops paying, what it saves, and which terms there are.

use scenarios::Rental;

use super::terms::Term;
use super::{GrowthMonth, GrowthPool, named};
use crate::text::count;

/// What is to be known of the terms of a machine.
pub(super) fn told(rental: &Rental, terms: &[Term]) -> Vec<String> {
    let called = format!("{} ({})", named(rental), rental.pool);
    if terms.is_empty() {
        return vec![format!("{called}: the price list has no commitment at the price paid for it; on demand only")];
    }
    let in_part = |term: &&Term| term.upfront > 0.0 && term.upfront < 1.0;
    let assumed = terms.iter().filter(in_part).map(|term| {
        let share = count(term.upfront * 100.0);
        format!(
            "{called}: of `{}`, {share} % are assumed to be paid upfront, because the price list does not say",
            term.market
        )
    });
    let pays = terms.iter().map(|term| match term.pays_from_months {
        Some(1) => format!("{called}: `{}` pays from the first month on", term.market),
        Some(months) => format!("{called}: `{}` pays from {months} months of use on", term.market),
        None => format!("{called}: `{}` never pays", term.market),
    });
    assumed.chain(pays).collect()
}

/// Where committing stops paying, and what it saves.
pub(super) fn answer(
    months: &[GrowthMonth],
    pools: &[GrowthPool],
    (all_usd, saved_usd, after_usd): (f64, f64, f64),
) -> String {
    if months.is_empty() {
        return "the fleet is not grown".into();
    }
    let with_terms: Vec<&GrowthPool> = pools.iter().filter(|pool| !pool.terms.is_empty()).collect();
    if with_terms.is_empty() {
        return "no machine has a commitment in the price list: all are on demand".into();
    }
    let number = |count: usize| if count == 1 { "1 month".to_owned() } else { format!("{count} months") };
    let over = number(months.len());
    let of_pool = |pool: &&GrowthPool| match (pool.stops_at_machine, pool.stops_at_month) {
        (Some(1), _) => format!("{}: it pays for no machine", pool.pool),
        (Some(machine), Some(month)) => {
            format!("{}: it stops paying at machine {machine}, first needed in month {month}", pool.pool)
        }
        _ if pool.machines == 1 => format!("{}: it pays for the one machine", pool.pool),
        _ => format!("{}: it pays for all {} machines", pool.pool, pool.machines),
    };
    let stops: Vec<String> = with_terms.iter().map(of_pool).collect();
    let stops = stops.join("; ");
    if saved_usd <= 0.0 {
        return format!("over {over}, committing saves nothing ({stops})");
    }
    let share = count((saved_usd / all_usd * 100.0).round());
    let after = if after_usd > 0.0 {
        format!(", after ${} that running terms still ask for later", count(after_usd))
    } else {
        String::new()
    };
    let saved = count(saved_usd);
    format!("over {over}, committing saves ${saved}, {share} % of what all on demand would cost{after} ({stops})")
}
