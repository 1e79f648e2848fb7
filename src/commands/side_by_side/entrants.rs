//! Which scenarios are put side by side, and which designs and cost books of each.

use std::path::Path;

use scenarios::reading::meant;
use scenarios::{Scenario, Sizing};

use super::super::Failure;
use super::super::study::{Study, comparable, host_calibration, opened, sizing};
use crate::args::{Chosen, Common, Compare};

/// A scenario with the cases that are asked for.
pub struct Entered {
    /// What it is called; no other is called so.
    pub name: String,
    /// Its cases.
    pub study: Study,
    /// Why these cost books of it were taken, where there were others.
    why: String,
}

/// All scenarios, in the order of the command line.
pub struct Entrants {
    /// One or more.
    pub all: Vec<Entered>,
}

impl Entrants {
    /// Opens all scenarios of the command line, and finds what is asked for in them.
    pub fn open(options: &Compare, common: &Common) -> Result<Self, Failure> {
        let asked: Vec<&str> =
            std::iter::once(&options.chosen.scenario).chain(&options.others).map(String::as_str).collect();
        if let Some(twice) = asked.iter().enumerate().find_map(|(at, name)| asked[..at].contains(name).then_some(name))
        {
            return Err(Failure::because(format!("`{twice}` is named twice; a scenario is put beside others once")));
        }
        let chosen = |name: &str| Chosen { scenario: name.to_owned(), ..options.chosen.clone() };
        let open = all_or_every_failure(asked.iter().map(|name| (*name, opened(&chosen(name), common))))?;
        let names = names(&asked, &open);
        known(&options.design, &names, &open)?;
        known_books(&options.costs, &open)?;
        let sized = options.sizing.map_or(Sizing::Sized, sizing);
        let all = names.into_iter().zip(open).map(|(name, scenario)| {
            let designs = designs(&options.design, &name, &scenario);
            let entered = books(&options.costs, &scenario, common).and_then(|(books, why)| {
                let designs = comparable(&scenario, &designs, &scenario.base)?;
                let study = Study::of_scenario(scenario, &designs, &books, Some(sized), common)?;
                Ok(Entered { name: name.clone(), study, why })
            });
            (name, entered)
        });
        Ok(Self { all: all_or_every_failure(all)? })
    }

    /// The first of them.
    pub fn first(&self) -> &Study {
        &self.all[0].study
    }

    /// Which books were taken of each, in words.
    pub fn books(&self) -> String {
        let one = |entered: &Entered| {
            let books = entered.study.selection.books.join(" and ");
            format!("{books} of {}{}", entered.name, entered.why)
        };
        self.all.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

/// All results, or all failures, each with what it is of.
pub fn all_or_every_failure<T, N: AsRef<str>>(
    results: impl IntoIterator<Item = (N, Result<T, Failure>)>,
) -> Result<Vec<T>, Failure> {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for (name, result) in results {
        match result {
            Ok(one) => found.push(one),
            Err(failure) => {
                failures.push(format!("{}\n  = note: of the scenario `{}`", failure.why(), name.as_ref()));
            }
        }
    }
    if failures.is_empty() { Ok(found) } else { Err(Failure::because(failures.join("\nerror: "))) }
}

/// What scenarios are called: by their own names, and as they were asked for where two have the same.
fn names(asked: &[&str], open: &[Scenario]) -> Vec<String> {
    let of_file = |asked: &str| Path::new(asked).with_extension("").to_string_lossy().into_owned();
    let own = |at: usize| open[at].name.clone();
    let is_alone = |at: usize| (0..open.len()).all(|other| other == at || own(other) != own(at));
    (0..open.len()).map(|at| if is_alone(at) { own(at) } else { of_file(asked[at]) }).collect()
}

/// The designs of a scenario that are asked for; all where none of it is.
fn designs(asked: &[String], name: &str, scenario: &Scenario) -> Vec<String> {
    let is_asked =
        |design: &&String| asked.iter().any(|asked| asked == *design || *asked == format!("{name}/{design}"));
    scenario.designs.iter().filter(is_asked).cloned().collect()
}

/// Refuses a design that no scenario has.
fn known(asked: &[String], names: &[String], open: &[Scenario]) -> Result<(), Failure> {
    let all: Vec<String> = names
        .iter()
        .zip(open)
        .flat_map(|(name, scenario)| scenario.designs.iter().map(move |design| format!("{name}/{design}")))
        .collect();
    let is_known = |asked: &str| all.iter().any(|one| one == asked) || open.iter().any(|one| has(one, asked));
    refuse("design", asked, is_known, &all)
}

fn has(scenario: &Scenario, design: &str) -> bool {
    scenario.designs.iter().any(|known| known == design)
}

/// Refuses a cost book that no scenario has.
fn known_books(asked: &[String], open: &[Scenario]) -> Result<(), Failure> {
    let mut all: Vec<String> = open.iter().flat_map(Scenario::books).map(str::to_owned).collect();
    all.sort();
    all.dedup();
    refuse("cost book", asked, |asked| all.iter().any(|one| one == asked), &all)
}

fn refuse(what: &str, asked: &[String], is_known: impl Fn(&str) -> bool, all: &[String]) -> Result<(), Failure> {
    let Some(unknown) = asked.iter().find(|asked| !is_known(asked)) else { return Ok(()) };
    let near = meant(unknown, all.iter().map(String::as_str));
    let message = format!("none of the scenarios has a {what} `{unknown}`");
    Err(Failure::because(format!("{message}\n  = help: {near}there are: {}", all.join(", "))))
}

/// The cost books of a scenario that are asked for. Where it has none of them: what was measured where there is a calibration with
/// all that it takes, otherwise the one to be trusted most of those that need none. And why, where that says anything.
fn books(asked: &[String], scenario: &Scenario, common: &Common) -> Result<(Vec<String>, String), Failure> {
    let all: Vec<&str> = scenario.books().collect();
    let chosen: Vec<String> =
        all.iter().filter(|book| asked.iter().any(|asked| asked == *book)).map(|book| (*book).to_owned()).collect();
    if !chosen.is_empty() {
        return Ok((chosen, String::new()));
    }
    let other = if asked.is_empty() { String::new() } else { format!("it has no {}", asked.join(" or ")) };
    let taken = |book: &str, why: &str| {
        let why = [other.as_str(), why].into_iter().filter(|why| !why.is_empty()).collect::<Vec<_>>().join("; ");
        (vec![book.to_owned()], if why.is_empty() { why } else { format!(" ({why})") })
    };
    let free = |book: &&&str| !scenario.needs_calibration(book);
    let free: Vec<&str> = all.iter().filter(free).copied().collect();
    let without = free.iter().find(|book| **book == "published").or(free.last());
    match (all.iter().find(|book| **book == MEASURED), without) {
        (Some(measured), Some(without)) => Ok(match unmeasured(measured, scenario, common)? {
            None => taken(measured, ""),
            Some(why) => taken(without, &why),
        }),
        (Some(measured), None) => Ok(taken(measured, "")),
        (None, Some(without)) => Ok(taken(without, "")),
        (None, None) => Ok(taken(all.last().copied().unwrap_or_default(), "")),
    }
}

/// The book of what was measured.
const MEASURED: &str = "measured";

/// Why a book cannot be taken as there is no calibration for it; nothing where there is one. One that is named is always taken.
fn unmeasured(book: &str, scenario: &Scenario, common: &Common) -> Result<Option<String>, Failure> {
    if !scenario.needs_calibration(book) || common.named_calibration().is_some() {
        return Ok(None);
    }
    if !common.calibration_path().exists() {
        return Ok(Some("measured costs need `proofcast calibrate`".to_owned()));
    }
    let (calibration, _) = host_calibration(common)?;
    let lacking = scenario.unmeasured(book, &calibration);
    let first = lacking.first();
    Ok(first.map(|first| format!("the calibration lacks {first}, among {} operations", lacking.len())))
}
