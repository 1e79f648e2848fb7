//! The machines that were chosen where a scenario leaves them open: what was taken, and who would have been next.

use planner::{Bundle, MachineChoice, Summary};

use super::grid::{Grid, whole};
use super::part::Part;
use crate::number;
use crate::view;

/// Reasons for which machines were not compared that are told, and machines named with each.
const REASONS: usize = 4;
const NAMED: usize = 3;

/// The table, designs with the same machines in one row; nothing where none was chosen.
pub(super) fn machines(outcomes: &[&Summary]) -> Option<Part> {
    let several = outcomes.len() > 1;
    let names: &[&str] = if several { &["designs", "costs", "pool"] } else { &["pool"] };
    let grid = Grid::new(names, ["USD/month", "next"].map(str::to_owned));
    let mut grid = grid.texts(&["machines of each", "for", "next"]).keyed(names.len());
    for (name, costs, rows) in view::alike(outcomes, |summary| summary.machines.iter().map(row).collect::<Vec<_>>()) {
        for row in rows {
            grid.row(if several { [vec![name.clone(), costs.to_owned()], row].concat() } else { row });
        }
    }
    Part::of("Machines by need, of each owner", grid)
}

fn row(choice: &MachineChoice) -> Vec<String> {
    let none = || number::MISSING.to_owned();
    let (taken, next) = (&choice.taken, choice.runner_up.as_ref().map(|next| &next.bundle));
    vec![
        choice.pool.clone(),
        number::usd(taken.usd_per_month),
        next.map_or_else(none, |next| format!("+{}", number::share(next.usd_per_month / taken.usd_per_month - 1.0))),
        bundle(taken),
        taken.needed_by.replace('_', " "),
        next.map_or_else(none, bundle),
    ]
}

fn bundle(bundle: &Bundle) -> String {
    format!("{} ({})", whole(&format!("{} × {}", bundle.machines, bundle.instance)), bundle.provider)
}

/// Which machines could not be compared, reason by reason.
pub(super) fn not_compared(summary: &Summary) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in summary.machines.iter().flat_map(|choice| &choice.excluded) {
        match reasons.iter_mut().find(|(why, _)| *why == one.why) {
            Some((_, machines)) => machines.push(&one.machine),
            None => reasons.push((&one.why, vec![&one.machine])),
        }
    }
    reasons.sort_by_key(|(_, machines)| std::cmp::Reverse(machines.len()));
    let told = reasons.into_iter().take(REASONS).map(|(why, machines)| {
        let more = machines.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("not compared: {}{more}: {why}", machines[..machines.len().min(NAMED)].join(", "))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use planner::Excluded;

    use super::*;
    use crate::sample;
    use crate::table::Style;

    fn choice(machines: u64, excluded: &[(&str, &str)]) -> MachineChoice {
        let bundle = |machines, usd_per_month| Bundle {
            provider: "aws".into(),
            instance: "c7i.16xlarge".into(),
            machines,
            usd_per_month,
            beside_usd_per_month: 0.0,
            needed_by: "validator_cores".into(),
        };
        let next = planner::RunnerUp { bundle: bundle(machines + 1, 2_000.0), excuse: "14 % dearer".into() };
        MachineChoice {
            pool: "validators".into(),
            taken: bundle(machines, 1_750.0),
            runner_up: Some(next),
            considered: 2,
            excluded: excluded
                .iter()
                .map(|(machine, why)| Excluded { machine: (*machine).into(), why: (*why).into() })
                .collect(),
        }
    }

    #[test]
    fn what_was_taken_stands_beside_who_would_be_next() {
        let mut sample = sample::layered();
        sample.designs.iter_mut().for_each(|summary| summary.machines = vec![choice(3, &[])]);
        let all: Vec<&Summary> = sample.designs.iter().collect();
        let text = machines(&all).expect("some were chosen").render(Style { width: 120, colour: false });
        for expected in ["hierarchical", "3 × c7i.16xlarge", "$1,750", "4 × c7i", "validator", "+14 %"] {
            assert!(text.contains(expected), "{expected} is missing:\n{text}");
        }
        assert!(machines(&[]).is_none());
    }

    #[test]
    fn machines_with_one_reason_are_told_together() {
        let mut sample = sample::layered();
        let excluded = [("a", "no cores"), ("b", "no cores"), ("c", "no cores"), ("d", "no cores"), ("e", "no link")];
        sample.designs[0].machines = vec![choice(1, &excluded)];
        let told = not_compared(&sample.designs[0]);
        assert_eq!(told, ["not compared: a, b, c and 1 more: no cores", "not compared: e: no link"]);
    }
}
