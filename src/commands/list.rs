//! `list`: what the library holds, with its sources.

use calibrate::Description;

use super::{Answer, Failure, print};
use crate::args::{Common, List, Shelf};
use crate::terminal;

/// Prints one shelf of the library.
pub fn run(options: &List, common: &Common) -> Result<Answer, Failure> {
    let (head, rows): (&[&str], Vec<Vec<String>>) = match options.shelf {
        Shelf::Scenarios => (&["scenario", "question"], scenarios()),
        Shelf::Operations => (&["operation", "suite", "size parameter", "range", "statement", "library"], operations()),
        Shelf::Prices => (&["provider", "instance", "USD/hour", "date", "source"], prices()),
        Shelf::Hardware => (&["operation", "size", "machine", "ms", "source"], hardware()),
    };
    if common.json {
        let entries: Vec<serde_json::Map<String, serde_json::Value>> = rows
            .into_iter()
            .map(|row| head.iter().map(|key| (*key).to_owned()).zip(row.into_iter().map(Into::into)).collect())
            .collect();
        print(&format!("{}\n", serde_json::to_string_pretty(&entries).map_err(Failure::because)?))?;
    } else {
        print(&reports::table::listing(head, &rows, terminal::style()))?;
    }
    Ok(Answer::Done)
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

fn prices() -> Vec<Vec<String>> {
    scenarios::price_list()
        .into_iter()
        .map(|price| vec![price.provider, price.instance, price.usd_per_hour.to_string(), price.date, price.source])
        .collect()
}

fn hardware() -> Vec<Vec<String>> {
    let text = |value: Option<String>| value.unwrap_or_default();
    scenarios::published_costs()
        .into_iter()
        .map(|row| {
            let size = row.size.map(|size| format!("{size} {}", row.unit_of_size));
            vec![row.operation, text(size), row.machine, text(row.prove_or_run_ms.map(|ms| ms.to_string())), row.source]
        })
        .collect()
}
