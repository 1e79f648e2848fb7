//! From layers of text to one typed value, or to everything that is wrong with them at once.
//!
//! A layer is a TOML file or one `--set key=value`; later layers are laid over earlier ones table by table. Every layer
//! is checked on its own against the JSON schema of the type, so that a value that is overridden is still checked; what
//! is missing can only be known of all layers together. The places of all layers live in one range of numbers, layer
//! after layer, so that a merged tree still knows where each of its values was written. In a section whose entries have
//! names of the user's, like `design`, the text `off` takes out the entry of a layer below.
//!
//! Architecture invariant: what is allowed is said once, by the type and its schema. This module knows no key.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

pub use files::LARGEST;
pub(crate) use files::bytes;
pub use merge::merge;
pub use places::Places;
pub use problems::{Problem, Problems};
pub use schema::make_optional;
pub use source::Source;
pub use suggest::{meant, nearest};

use check::{Checked, Finding, check, check_layer, empty};
use schema::Schemas;

mod check;
pub(crate) mod choose;
mod files;
mod merge;
mod places;
mod problems;
mod schema;
mod source;
mod suggest;
mod syntax;
#[cfg(test)]
mod tests;

/// One of the texts that a value is read from.
#[derive(Clone, Debug)]
pub enum Layer {
    /// A TOML file.
    File(Source),
    /// `key=value` of the command line: a dotted key, and a TOML value or a bare text.
    Set(String),
    /// The same, said elsewhere: by another option, or by a section of a file.
    SetBy(&'static str, String),
}

impl Layer {
    fn text(&self) -> &str {
        match self {
            Self::File(source) => &source.text,
            Self::Set(text) | Self::SetBy(_, text) => text,
        }
    }

    fn source(&self) -> Source {
        match self {
            Self::File(source) => source.clone(),
            Self::Set(text) => Source::new("--set", text),
            Self::SetBy(name, text) => Source::new(*name, text),
        }
    }
}

/// What a file says at a key of its root, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: String,
    /// Where it stands in the source \[B\].
    pub span: Range<usize>,
}

/// The text at a key of the root of a file, such as `extends = "name"`, found before anything else in it is checked.
///
/// # Errors
/// If it is not a text. Other problems of the file are found when it is read.
pub fn said(source: &Source, key: &str) -> Result<Option<Said>, Problems> {
    let parsed = syntax::file(&source.text, 0);
    let Some(value) = parsed.table.get(key) else { return Ok(None) };
    match value.get_ref().as_str() {
        Some(text) => Ok(Some(Said { text: text.to_owned(), span: value.span() })),
        None => {
            let problem = Problem::new(source, Some(value.span()), format!("`{key}` is not a text"));
            Err(problem.with_help("write it in quotes").into())
        }
    }
}

/// Reads a value from its layers, the base first.
///
/// # Errors
/// Everything that is wrong with any layer, and with all of them together.
pub fn read<T: JsonSchema + DeserializeOwned + 'static>(layers: &[Layer]) -> Result<T, Problems> {
    read_with_places(layers).map(|(value, _)| value)
}

/// Reads a value, and keeps where each part of it was written for the checks that a schema cannot say.
///
/// # Errors
/// As [`read`].
pub fn read_with_places<T: JsonSchema + DeserializeOwned + 'static>(
    layers: &[Layer],
) -> Result<(T, Places<'_>), Problems> {
    let schemas = schema::of::<T>();
    let Schemas { whole, lenient } = &*schemas;

    let sources = Sources::of(layers);
    let mut merged = DeTable::new();
    let mut intact = true;
    let (mut form, mut in_layers) = (Vec::new(), Vec::new());
    for (layer, &start) in layers.iter().zip(&sources.starts) {
        let mut parsed = match layer {
            Layer::File(source) => syntax::file(&source.text, start),
            Layer::Set(text) | Layer::SetBy(_, text) => syntax::setting(text, start),
        };
        let Checked { findings: mut found, dropped } = check_layer(lenient, &parsed.table);
        if !matches!(layer, Layer::File(_)) {
            let there = merge::changes_nothing(&merged, &parsed.table);
            // What is missing in a design is only known once it is laid over all.
            let of_design = parsed.table.contains_key("design");
            found.extend(if there || of_design { empty(whole, &parsed.table, there) } else { Vec::new() });
        }
        found.extend(merge::beyond(&merged, &mut parsed.table, ""));
        found.extend(dropped.iter().filter_map(|(section, name)| idle(&merged, &parsed.table, section, name)));
        intact &= parsed.broken.is_none();
        let sound = |finding: &Finding| {
            finding.span.as_ref().is_none_or(|span| parsed.broken.is_none_or(|broken| span.end < broken))
        };
        in_layers.extend(found.into_iter().filter(sound));
        form.extend(parsed.findings);
        merge::lay_over(&mut merged, parsed.table);
    }
    in_layers.extend(beyond_in_designs(&mut merged));
    // What is missing can only be told where every key was read under the table that it was meant for.
    let in_all = if intact { check(whole, &merged) } else { Checked::default() };
    let findings = united(form, in_all.findings, in_layers);
    if !findings.is_empty() {
        return Err(sources.problems(findings));
    }
    for (section, name) in &in_all.dropped {
        merge::take_out(&mut merged, section, name);
    }
    match T::deserialize(Deserializer::from(Spanned::new(0..0, merged.clone()))) {
        Ok(value) => Ok((value, Places::new(sources, merged, in_all.dropped))),
        Err(error) => {
            let span = error.span().filter(|span| !span.is_empty());
            Err(sources.problems(vec![Finding { span, message: error.message().to_owned(), help: String::new() }]))
        }
    }
}

/// What designs say of entries that lists of all designs do not have.
fn beyond_in_designs(merged: &mut DeTable<'_>) -> Vec<Finding> {
    let Some((key, mut section)) = merged.remove_entry("design") else { return Vec::new() };
    let mut findings = Vec::new();
    if let DeValue::Table(designs) = section.get_mut() {
        for (name, design) in designs.iter_mut() {
            if let DeValue::Table(design) = design.get_mut() {
                findings.extend(merge::beyond(merged, design, &format!("design.{}.", name.get_ref())));
            }
        }
    }
    merged.insert(key, section);
    findings
}

/// What is wrong with leaving out an entry that no layer below has.
fn idle(below: &DeTable<'_>, layer: &DeTable<'_>, section: &str, name: &str) -> Option<Finding> {
    let entries = |table: &DeTable<'_>| match table.get(section)?.get_ref() {
        DeValue::Table(entries) => Some(entries.keys().map(|key| key.get_ref().to_string()).collect::<Vec<_>>()),
        _ => None,
    };
    let known = entries(below).unwrap_or_default();
    if known.iter().any(|known| known == name) {
        return None;
    }
    let span = match layer.get(section)?.get_ref() {
        DeValue::Table(entries) => entries.iter().find(|(key, _)| key.get_ref() == name).map(|(key, _)| key.span()),
        _ => None,
    };
    let help = format!("{}there are: {}", meant(name, known.iter().map(String::as_str)), known.join(", "));
    Some(Finding { span, message: format!("`{section}.{name}`: there is nothing to leave out"), help })
}

/// All findings, one kind of check for each place: what is wrong with the form outranks what was made of it, and what
/// is known of all layers together outranks what one layer shows.
fn united(form: Vec<Finding>, in_all: Vec<Finding>, in_layers: Vec<Finding>) -> Vec<Finding> {
    let mut findings = form;
    for found in [in_all, in_layers] {
        let taken: BTreeSet<_> = findings.iter().filter_map(start).collect();
        findings.extend(found.into_iter().filter(|finding| start(finding).is_none_or(|start| !taken.contains(&start))));
    }
    findings
}

fn start(finding: &Finding) -> Option<usize> {
    finding.span.as_ref().map(|span| span.start)
}

/// The texts of all layers, one after the other in one range of places.
#[derive(Clone, Debug)]
struct Sources {
    all: Vec<Arc<Source>>,
    /// Where each begins.
    starts: Vec<usize>,
    /// The one that is to blame for what is nowhere: the last file.
    blamed: usize,
}

impl Sources {
    fn of(layers: &[Layer]) -> Self {
        // One place lies between two texts, so that the end of one is not the beginning of the next.
        let starts = layers.iter().scan(0, |next, layer| {
            let start = *next;
            *next += layer.text().len() + 1;
            Some(start)
        });
        Self {
            all: layers.iter().map(|layer| Arc::new(layer.source())).collect(),
            starts: starts.collect(),
            blamed: layers.iter().rposition(|layer| matches!(layer, Layer::File(_))).unwrap_or(0),
        }
    }

    /// Findings as problems, in the order of the layers and of the places in them.
    fn problems(&self, mut findings: Vec<Finding>) -> Problems {
        let end = |layer: usize| self.starts.get(layer + 1).copied().unwrap_or(usize::MAX);
        findings.sort_by_key(|finding| start(finding).unwrap_or(end(self.blamed).saturating_sub(1)));
        findings.into_iter().map(|finding| self.problem(finding)).collect()
    }

    fn problem(&self, finding: Finding) -> Problem {
        let layer =
            start(&finding).map_or(self.blamed, |place| self.starts.partition_point(|start| *start <= place) - 1);
        let Some(source) = self.all.get(layer) else {
            return Problem::new(&Source::new("no file", ""), None, finding.message).with_help(finding.help);
        };
        let begin = self.starts[layer];
        let span = finding.span.map(|span| span.start - begin..span.end - begin);
        let problem = Problem::shared(source, span, finding.message);
        if finding.help.is_empty() { problem } else { problem.with_help(finding.help) }
    }
}
