//! `list`: what the library holds, with its sources.

mod prices;
mod spot;

use calibrate::Description;

use super::{Answer, Failure, print};
use crate::args::{Common, List, Shelf};
use crate::terminal;

/// Prints one shelf of the library.
pub fn run(options: &List, common: &Common) -> Result<Answer, Failure> {
    if options.shelf != Shelf::Prices && !options.filter.is_empty() {
        return Err(Failure::because("these options choose prices: proofcast list prices"));
    }
    if let Some(name) = &options.name {
        return one(options.shelf, name, common);
    }
    let (head, rows): (&[&str], Vec<Vec<String>>) = match options.shelf {
        Shelf::Scenarios => (&["scenario", "question"], scenarios()),
        Shelf::Operations => (&["operation", "suite", "size parameter", "range", "statement", "library"], operations()),
        Shelf::Prices => return prices::run(&options.filter, common),
        Shelf::Spot => return spot::run(common),
        Shelf::Hardware => (&["operation", "size", "machine", "ms", "source"], hardware()),
    };
    if common.json {
        print_json(head, rows)?;
    } else {
        print(&reports::table::listing(head, &rows, terminal::style()))?;
    }
    Ok(Answer::Done)
}

/// Prints rows as one document: a list of objects of texts.
fn print_json(head: &[&str], rows: Vec<Vec<String>>) -> Result<(), Failure> {
    let entries: Vec<serde_json::Map<String, serde_json::Value>> = rows
        .into_iter()
        .map(|row| head.iter().map(|key| (*key).to_owned()).zip(row.into_iter().map(Into::into)).collect())
        .collect();
    print(&format!("{}\n", serde_json::to_string_pretty(&entries).map_err(Failure::because)?))
}

fn scenarios() -> Vec<Vec<String>> {
    scenarios::library().iter().map(|(name, text)| vec![(*name).to_owned(), scenarios::question(text)]).collect()
}

fn operations() -> Vec<Vec<String>> {
    let row = |operation: calibrate::Operation| {
        let description = operation.description();
        let range = match operation.sizes() {
            [only] => only.to_string(),
            [first, second] => format!("{first}, {second}"),
            sizes => format!("{} to {} ({} sizes)", sizes[0], sizes[sizes.len() - 1], sizes.len()),
        };
        let Description { name, suite, statement, library, size_unit, .. } = description.clone();
        vec![name, suite, size_unit, range, statement, library]
    };
    operations::all().into_iter().map(row).collect()
}

/// The file of one scenario, as it ships.
fn one(shelf: Shelf, name: &str, common: &Common) -> Result<Answer, Failure> {
    if shelf != Shelf::Scenarios {
        return Err(Failure::because("only a scenario can be printed by its name: proofcast list scenario NAME"));
    }
    let Some((_, text)) = scenarios::library().iter().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = scenarios::library().iter().map(|(name, _)| *name).collect();
        return Err(Failure::because(format!("no scenario `{name}`; scenarios of the library: {}", names.join(", "))));
    };
    match common.json {
        true => print(&format!("{}\n", serde_json::json!({ "scenario": name, "text": text })))?,
        false => print(text)?,
    }
    Ok(Answer::Done)
}

fn hardware() -> Vec<Vec<String>> {
    let text = |value: Option<String>| value.unwrap_or_default();
    scenarios::published_costs()
        .iter()
        .cloned()
        .map(|row| {
            let size = row.size.map(|size| format!("{size} {}", row.unit_of_size));
            vec![row.operation, text(size), row.machine, text(row.prove_or_run_ms.map(|ms| ms.to_string())), row.source]
        })
        .collect()
}
