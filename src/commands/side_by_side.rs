//! `compare A B …`: several scenarios, also of different kinds, side by side on the figures that they share.

mod entrants;

use planner::{Entrant, Progress, SideBySide, Summary, Varied, Work, side_by_side, vary_side_by_side};
use scenarios::{Case, Choice, Choices, Scenario};

use super::study::{fits_into_memory, precise};
use super::{Answer, Failure, command_line, ended, estimate, print};
use crate::args::{Chosen, Common, Compare};
use crate::{interrupt, progress, terminal};

use entrants::{Entered, Entrants};

/// Compares, prints the tables, writes the files.
pub fn run(options: &Compare, common: &Common) -> Result<Answer, Failure> {
    let entrants = Entrants::open(options, common)?;
    // As many replications of each, so that they share their random numbers.
    let most = entrants.all.iter().map(|entered| entered.study.scenario.replications).max();
    let chosen = Chosen { replications: options.chosen.replications.or(most), ..options.chosen.clone() };
    match &options.vary[..] {
        [] => compared(&entrants, &chosen, common),
        [choices] => varied(&entrants, choices, &chosen, common),
        [..] => {
            let why = "several scenarios are compared at the values of one key, and several are given";
            Err(Failure::because(format!("{why}\n  = help: give one `--vary`, or one scenario")))
        }
    }
}

fn compared(entrants: &Entrants, chosen: &Chosen, common: &Common) -> Result<Answer, Failure> {
    let cases = each(&entrants.all, |entered| entered.study.cases())?;
    let progress = Progress::until(interrupt::asked);
    let effort = entrants.first().effort(chosen, common, &progress);
    let all: Vec<&[Case]> = cases.iter().map(Vec::as_slice).collect();
    let work = work(&all, &effort, chosen)?;
    interrupt::note();
    let found = progress::watched(&work, &progress, common, |in_hand| {
        side_by_side(&entered(&entrants.all, &cases), entrants.books(), &effort, |name, case| {
            in_hand(format!("{name}/{} · {}", case.design, case.book));
        })
    });
    if found.rows.is_empty() && interrupt::asked() {
        return Err(ended::nothing_known());
    }
    show(&found, common)
}

fn show(found: &SideBySide, common: &Common) -> Result<Answer, Failure> {
    let outcomes = || found.rows.iter().map(|row| &row.outcome);
    let ended = ended::designs(outcomes());
    let files = match ended {
        Some(_) => Vec::new(),
        None => reports::files::write_side_by_side(&common.out, found, &command_line()).map_err(Failure::because)?,
    };
    if common.json {
        print(&reports::json::side_by_side(found).map_err(Failure::because)?)?;
        return Ok(precise(outcomes()));
    }
    if let Some(ended) = &ended {
        print(&format!("{ended}\n\n"))?;
    }
    print(&reports::table::side_by_side(found, terminal::style()))?;
    print(&format!("\nseed {}\n{}\n", common.seed, ended::written(ended, &files, common)))?;
    Ok(precise(outcomes()))
}

fn varied(entrants: &Entrants, choices: &str, chosen: &Chosen, common: &Common) -> Result<Answer, Failure> {
    let choices = Choices::parse(choices).map_err(Failure::because)?;
    let at = |choice: &Choice| {
        each(&entrants.all, |entered| entered.study.scenario.varied(&choices.key, choice).map_err(Failure::because))
    };
    // Every value is checked before the first is simulated.
    let scenarios: Vec<Vec<Scenario>> = choices.values.iter().map(at).collect::<Result<_, Failure>>()?;
    let cases = |of_value: &Vec<Scenario>| {
        let of = entrants.all.iter().zip(of_value);
        let of = of.map(|(entered, scenario)| (entered.name.as_str(), entered.study.of(scenario.clone()).cases()));
        entrants::all_or_every_failure(of)
    };
    let cases: Vec<Vec<Vec<Case>>> = scenarios.iter().map(cases).collect::<Result<_, Failure>>()?;
    let progress = Progress::until(interrupt::asked);
    let effort = entrants.first().effort(chosen, common, &progress);
    let all: Vec<&[Case]> = cases.iter().flatten().map(Vec::as_slice).collect();
    let work = work(&all, &effort, chosen)?;
    interrupt::note();
    let points: Vec<_> =
        choices.values.iter().cloned().zip(cases.iter().map(|cases| entered(&entrants.all, cases))).collect();
    let found = progress::watched(&work, &progress, common, |in_hand| {
        vary_side_by_side(&choices.key, entrants.books(), &points, &effort, |choice, name, case| {
            in_hand(format!("{} · {name}/{} · {}", choice.text, case.design, case.book));
        })
    });
    show_varied(&found, points.len(), common)
}

fn show_varied(found: &Varied, of: usize, common: &Common) -> Result<Answer, Failure> {
    let outcomes =
        || -> Vec<&Summary> { found.points.iter().flat_map(|point| &point.rows).map(|row| &row.outcome).collect() };
    let ended = ended::times(found.points.len(), of, "values")?;
    let files = match ended {
        Some(_) => Vec::new(),
        None => {
            reports::files::write_varied_side_by_side(&common.out, found, &command_line()).map_err(Failure::because)?
        }
    };
    if common.json {
        print(&reports::json::varied_side_by_side(found).map_err(Failure::because)?)?;
        return Ok(precise(outcomes()));
    }
    print(&reports::table::varied_side_by_side(found, terminal::style()))?;
    print(&format!("\nseed {}\n{}\n", common.seed, ended::written(ended, &files, common)))?;
    Ok(precise(outcomes()))
}

/// The same of every scenario, or what is wrong with all of them, each named.
fn each<T>(all: &[Entered], of: impl Fn(&Entered) -> Result<T, Failure>) -> Result<Vec<T>, Failure> {
    entrants::all_or_every_failure(all.iter().map(|entered| (entered.name.as_str(), of(entered))))
}

/// The scenarios with the cases of each.
fn entered<'a>(all: &'a [Entered], cases: &'a [Vec<Case>]) -> Vec<Entrant<'a>> {
    let one = |(entered, cases): (&'a Entered, &'a Vec<Case>)| Entrant {
        name: &entered.name,
        scenario: &entered.study.scenario,
        cases,
        origin: entered.study.origin(),
    };
    all.iter().zip(cases).map(one).collect()
}

/// The work of all cases, or why it is not begun.
fn work(cases: &[&[Case]], effort: &planner::Effort, chosen: &Chosen) -> Result<Work, Failure> {
    cases.iter().try_for_each(|cases| fits_into_memory(cases, chosen))?;
    estimate::work(cases.iter().copied().flatten(), effort, chosen)
}
