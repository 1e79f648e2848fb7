//! Lots of machines that cannot be put to use, or only in part: what is said of them has no effect.

use models::machines::{Lifecycle, Lot, Terms};
use models::spot::Source;
use models::systems::service::capacity::INSTANCES;
use models::systems::service::{Place, Service};

use crate::counted;

/// From this share of its times on, a zone is of little use.
const MOST: f64 = 0.5;

/// All of them, in sentences.
pub(super) fn of(system: &Service) -> Vec<String> {
    let own = (INSTANCES, u64::from(system.instances.count), &system.instances.lifecycle);
    let shared = system.steps.iter().filter_map(|step| match &step.place {
        Place::Pool(pool) => Some((step.name.as_str(), pool.machines, &pool.lifecycle)),
        Place::Workers | Place::Instance(_) | Place::Market => None,
    });
    std::iter::once(own).chain(shared).flat_map(of_pool).collect()
}

fn of_pool((pool, machines, life): (&str, u64, &Lifecycle)) -> Vec<String> {
    let lots = life.lots.iter().zip(life.in_lots(machines)).enumerate();
    lots.flat_map(|(at, (lot, has))| {
        let lot_name = format!("lot {at} of {pool}");
        [left_over(&lot_name, lot, has), too_short(&lot_name, lot)]
    })
    .flatten()
    .collect()
}

/// A lot that the pool takes fewer machines of than it has, or none.
fn left_over(name: &str, lot: &Lot, has: u64) -> Option<String> {
    let neither = "is neither used nor paid for";
    match lot.machines {
        Some(said) if has < said && has == 0 => Some(format!(
            "{name}, of {}, {neither}: lots before it have all that the pool needs",
            counted(&said.to_string(), "machine")
        )),
        Some(said) if has < said => Some(format!(
            "of the {} of {name} the pool needs {has}: what is beyond {neither}, also where it is a commitment",
            counted(&said.to_string(), "machine")
        )),
        None if has == 0 => Some(format!("{name} has no machines: other lots have all that the pool needs")),
        _ => None,
    }
}

/// Spot machines that are seldom ordered, since their zone says that it will take them back as soon as it has them.
fn too_short(name: &str, lot: &Lot) -> Option<String> {
    let Terms::Spot { zones, notice } = &lot.terms else { return None };
    let notice_s = notice.as_secs_f64();
    let shares: Vec<f64> = zones.iter().filter_map(|zone| ends_within(zone, notice_s)).collect();
    let share = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
    (notice_s > 0.0 && share > MOST).then(|| {
        format!(
            "{:.0} % of the times in which zones of {name} have machines are no longer than the notice of {notice_s:.0} s: none is \
             ordered then",
            share * 100.0
        )
    })
}

/// Share of the times in which a zone has machines that are no longer than this; nothing where none was seen whole.
fn ends_within(zone: &Source, seconds: f64) -> Option<f64> {
    match zone {
        Source::Renewal(renewal) => {
            let law = renewal.up;
            let over = |mean_s: f64| (-seconds / mean_s).exp();
            Some(1.0 - law.short_share * over(law.short_s) - (1.0 - law.short_share) * over(law.long_s))
        }
        Source::Replay { trace, .. } => {
            let (whole, _) = trace.lengths(true);
            let short = whole.iter().filter(|length| **length <= seconds).count();
            (!whole.is_empty()).then(|| short as f64 / whole.len() as f64)
        }
    }
}
