//! The page of a plan.

use planner::{Plan, Summary};

use super::figures::figures;
use super::{Page, Section, again, belief, bills, inputs};
use crate::charts;
use crate::error::ReportError;
use crate::table;
use crate::words::capitalised;

/// The page of a plan.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn page(plan: &Plan) -> Result<String, ReportError> {
    let outcome: &[Summary] = plan.outcome.as_slice();
    let answer = capitalised(&table::answer(plan, table::fleet)) + ".";
    let certificate = table::certificate(plan).iter().map(|line| capitalised(line)).collect();
    let sections = vec![
        Section::of("results", "Results", table::plan_parts(plan)),
        Section { id: "certificate", title: "Certificate", list: certificate, ..Section::default() },
        Section::of_charts(charts::plan(plan).into_iter().chain(charts::growth(plan)))?,
        Section::of("fleet", "Every figure of the fleet", outcome.iter().flat_map(table::metrics)),
        Section::of("bill", "Bill by line", bills(outcome)),
        belief(outcome),
        Section::of("inputs", "Inputs and their sources", inputs(outcome)),
        figures(outcome),
        again(outcome, &plan.command),
    ];
    super::page(Page {
        title: format!("{}: {} on {} costs", plan.scenario, plan.design, plan.costs),
        kind: "Plan",
        question: "Which is the cheapest fleet that meets the objectives?",
        answer: &answer,
        sections,
        version: super::version(outcome),
        ..Page::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_plan;

    #[test]
    fn a_plan_has_its_certificate_and_its_rivals() {
        let made = page(&sample_plan::with_front()).expect("made");
        for part in
            ["The cheapest fleet that meets the objectives is", "Certificate", "Other fleets", "Bill by line", "<svg"]
        {
            assert!(made.contains(part), "no {part}: {made}");
        }
        let plan = Plan { fleet: None, outcome: None, ..sample_plan::without_front() };
        let made = page(&plan).expect("made");
        assert!(!made.contains("id=\"bill\"") && made.contains("id=\"certificate\""), "{made}");
    }
}
