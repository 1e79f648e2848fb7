//! `check --impact SCENARIO`: what changed costs do to a design.

use calibrate::gate::line::{Against, Figure, Line};
use calibrate::gate::votes::Verdict;
use planner::{Impact, Progress, impact};

use crate::args::{Chosen, Common, Compare};
use crate::commands::study::{Study, opened};
use crate::commands::{Failure, estimate};
use crate::{interrupt, progress};

/// What the changes that were found do to the base design of a scenario, on the costs of the host's calibration; nothing where nothing
/// changed.
pub fn of(scenario: &str, design: Option<&String>, lines: &[Line], common: &Common) -> Result<Option<Impact>, Failure> {
    let changed = changed(lines);
    if changed.is_empty() {
        return Ok(None);
    }
    let options = Compare {
        others: Vec::new(),
        chosen: chosen(scenario),
        design: design.into_iter().cloned().collect(),
        costs: vec!["measured".into()],
        sizing: None,
        base: None,
        vary: Vec::new(),
        points: None,
        sample: None,
        sensitivity: false,
        switches: false,
        storm: None,
        redact: None,
        all: false,
    };
    let (study, _) = Study::of_cases(&options, common)?;
    let slower = study.with_costs(&changed);
    let cases = [study.cases()?.remove(0), slower.cases()?.remove(0)];
    let told = Progress::until(interrupt::asked);
    let effort = study.effort(&options.chosen, common, &told);
    let work = estimate::work(&cases, &effort, &options.chosen)?;
    let found = progress::watched(&work, &told, common, |in_hand| {
        in_hand(format!("{} · {}", cases[0].design, cases[0].book));
        impact([&cases[0], &cases[1]], changed, &effort, &study.origin())
    });
    Ok(Some(found))
}

/// Whether there is such a scenario.
pub fn known(scenario: &str, common: &Common) -> Result<(), Failure> {
    opened(&chosen(scenario), common).map(drop)
}

/// The scenario, however long it takes: who asks for the impact waits for a check anyway.
fn chosen(scenario: &str) -> Chosen {
    Chosen { yes: true, ..Chosen::of(scenario) }
}

/// Operations whose time changed, with the factor: that of the largest size which was judged.
fn changed(lines: &[Line]) -> Vec<(String, f64)> {
    let mut changed: Vec<(String, f64)> = Vec::new();
    let timed = lines.iter().filter(|line| line.figure == Figure::Time && line.against == Against::Baseline);
    for line in timed {
        let tells = line.verdict == Verdict::Fail || line.accepted.is_some();
        match changed.iter_mut().find(|(name, _)| *name == line.operation) {
            Some((_, factor)) if tells => *factor = 1.0 + line.change,
            None if tells => changed.push((line.operation.clone(), 1.0 + line.change)),
            _ => {}
        }
    }
    changed
}
