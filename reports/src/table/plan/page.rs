//! A plan as Markdown to paste into a review, made of the tables of the terminal.

use planner::Plan;

use super::super::grid::{Grid, in_markdown};
use super::{answer, certificate, front, measuring, named, objectives, prices, rivals, worlds};
use crate::number;
use crate::words::capitalised;

/// `plan.md`.
pub(crate) fn page(plan: &Plan) -> String {
    let title = format!("{} · {} · {} costs", plan.scenario, plan.design, plan.costs);
    let sentence = |text: &str| format!("{}.", capitalised(&in_markdown(text)));
    let mut text = format!("# Plan: {}\n\n**{}**\n", in_markdown(&title), sentence(&answer(plan, named)));
    text += &section("Fleet", &pools(plan));
    text += &section("Objectives", &objectives(plan));
    let lines: String = certificate(plan).iter().map(|line| format!("- {}\n", sentence(line))).collect();
    text += &format!("\n## Certificate\n\n{lines}");
    if let Some(plausible) = &plan.plausible {
        text += &format!("\n{}\n", sentence(&worlds(plausible)));
    }
    text += &section("Other fleets", &rivals(plan));
    text += &section("Cost against latency", &front(&plan.front));
    text += &section("What more would cost", &prices(&plan.prices));
    if let Some(of) = &plan.measuring {
        let grid = measuring(of);
        let table = if grid.is_empty() { String::new() } else { format!("\n{}", grid.markdown()) };
        text += &format!("\n## What measuring better would be worth\n\n{}\n{table}", sentence(&of.answer));
    }
    let bill = plan.outcome.as_ref().and_then(|outcome| Some((outcome, outcome.bill.as_ref()?)));
    if let Some((outcome, bill)) = bill {
        text += &format!("\n## Bill\n\n{}", crate::bill::section(outcome, bill));
    }
    text += &format!("\nSeed {}; scenario `{}`.\n", plan.seed, plan.scenario_sha256);
    text
}

/// A table with its heading; nothing where it has no row.
fn section(heading: &str, grid: &Grid) -> String {
    if grid.is_empty() { String::new() } else { format!("\n## {heading}\n\n{}", grid.markdown()) }
}

/// The machines of the fleet and the values of open keys.
fn pools(plan: &Plan) -> Grid {
    let mut grid = Grid::new(&["pool", "machine"], ["machines".to_owned()]).texts(&["number is"]);
    for pool in plan.fleet.iter().flat_map(|fleet| &fleet.pools) {
        let owners = if pool.owners > 1 { format!("{} × ", number::count(pool.owners as f64)) } else { String::new() };
        grid.row(vec![
            pool.pool.clone(),
            pool.machine.clone(),
            format!("{owners}{}", number::count(pool.machines as f64)),
            if pool.is_planned { "planned" } else { "of the scenario, at most" }.to_owned(),
        ]);
    }
    for (key, value) in plan.fleet.iter().flat_map(|fleet| &fleet.chosen) {
        grid.row(vec![key.clone(), value.clone(), String::new(), "chosen".to_owned()]);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_plan;

    #[test]
    fn a_page_says_all_of_a_plan_once_and_nothing_that_is_not_there() {
        let text = page(&sample_plan::with_front());
        assert!(text.contains("**The cheapest fleet that meets the objectives is 4 × c5.2xlarge"), "{text}");
        for heading in ["Fleet", "Objectives", "Certificate", "Other fleets", "Cost against latency", "Bill"] {
            assert_eq!(text.matches(&format!("\n## {heading}\n")).count(), 1, "{heading}: {text}");
        }
        assert!(text.contains("- The fleet passes again on fresh random numbers, in") && text.contains("**In all $"));
        assert!(!text.contains("What more would cost") && !text.contains("\n\n\n"), "{text}");
        let plan = Plan { fleet: None, outcome: None, ..sample_plan::without_front() };
        let text = page(&plan);
        assert!(!text.contains("## Fleet") && !text.contains("## Bill") && !text.contains("\n\n\n"), "{text}");
    }

    #[test]
    fn a_name_is_not_taken_for_markup() {
        let text = page(&Plan { scenario: "<b> & co".into(), ..sample_plan::without_front() });
        assert!(text.starts_with("# Plan: \\<b> & co · "), "{text}");
    }
}
