//! A scenario by its name in the library or its path, with all files that it extends and the changes of the command line.

use std::path::Path;

use crate::change;
use crate::complete::told_once;
use crate::library::library;
use crate::origins::LIBRARY;
use crate::prices::PriceBook;
use crate::reading::choose::{self, Open};
use crate::reading::{self, Layer, Problem, Problems, Source, said};
use crate::scenario::Scenario;

/// Most files that may extend each other.
const DEEPEST: usize = 8;

/// Opens a scenario by its name in the library or its path, with `--set key=value` changes laid over it.
///
/// # Errors
/// Everything that is wrong with the file, the files it extends, and the changes.
pub fn open(name: &str, changes: &[String]) -> Result<Scenario, Problems> {
    open_at(name, changes, &PriceBook::library())
}

/// The same at other prices than those of the library.
///
/// # Errors
/// As [`open`].
pub fn open_at(name: &str, changes: &[String], prices: &PriceBook) -> Result<Scenario, Problems> {
    let mut files = vec![source(name, None)?];
    while let Some(base) = said(&files[files.len() - 1], "extends")? {
        let file = &files[files.len() - 1];
        if files.len() == DEEPEST {
            let message = format!("more than {DEEPEST} files extend each other");
            return Err(Problem::new(file, Some(base.span), message).with_help("break the circle of `extends`").into());
        }
        let below = Path::new(&file.name).parent().map(Path::to_owned);
        let found = source(&base.text, below.as_deref());
        files.push(found.map_err(|_| unknown(&base.text, Some((file, base.span))))?);
    }
    let mut open: Vec<Open> = Vec::new();
    let mut closed = Vec::new();
    for file in files.into_iter().rev() {
        let (file, of_file) = choose::closed(file)?;
        // What a file leaves open takes the place of what the files that it extends say of the same key.
        open.retain(|before| of_file.iter().all(|one| one.key != before.key));
        open.extend(of_file);
        closed.push(file);
    }
    let files: Vec<Layer> = closed.into_iter().map(Layer::File).collect();
    let count = files.len() + changes.len();
    let (layers, overrides) = change::everywhere(files, changes)?;
    let count = count.min(layers.len());
    let mut scenario = told_once(layers, count, overrides, (prices, None))?;
    scenario.check_named_keys()?;
    scenario.open = open;
    Ok(scenario)
}

/// The text behind a name: a scenario of the library, or a file, which may lie beside the one that names it.
pub(crate) fn source(name: &str, folder: Option<&Path>) -> Result<Source, Problems> {
    if let Some((_, text)) = library().iter().find(|(known, _)| *known == name) {
        return Ok(Source::new(format!("{name}{LIBRARY}"), *text));
    }
    let path = folder.map_or_else(|| Path::new(name).to_owned(), |folder| folder.join(name));
    let is_name = !name.contains(['/', '\\', '.']);
    if is_name && !path.exists() { Err(unknown(name, None)) } else { Source::open(path) }
}

/// There is neither a scenario nor a file of that name.
fn unknown(name: &str, place: Option<(&Source, std::ops::Range<usize>)>) -> Problems {
    let known: Vec<&str> = library().iter().map(|(name, _)| *name).collect();
    let message = format!("there is no scenario and no file `{name}`");
    let problem = match place {
        Some((source, span)) => Problem::new(source, Some(span), message),
        None => Problem::new(&Source::new(name, ""), None, message),
    };
    let near = reading::meant(name, known.iter().copied());
    problem.with_help(format!("{near}scenarios of the library: {}", known.join(", "))).into()
}
