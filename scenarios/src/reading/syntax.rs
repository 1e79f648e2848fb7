//! From text to a tree with places: a TOML file, or one `key=value` of the command line.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::Finding;
use crate::quantity::shorten;

/// How deep tables and lists may lie in each other; the tree is walked by recursion.
const DEEPEST: usize = 64;
/// What the parser says of a key that is there already; the key is left out and the rest is read as meant.
const DUPLICATE: &str = "duplicate key";

/// What became of a text.
pub(super) struct Parsed<'t> {
    /// The tree, as far as it could be read; places are shifted by the offset that was asked for.
    pub(super) table: DeTable<'t>,
    /// What is wrong with the form of the text.
    pub(super) findings: Vec<Finding>,
    /// Where the form is so wrong that what follows may have been read under other keys than meant.
    pub(super) broken: Option<usize>,
}

/// Reads a TOML file.
pub(super) fn file(text: &str, offset: usize) -> Parsed<'_> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<_> = errors.into_iter().map(|error| (error.span().unwrap_or_default(), error)).collect();
    errors.sort_by_key(|(span, _)| span.start);
    let mut lines = text.match_indices('\n').map(|(newline, _)| newline);
    let (mut line, mut line_end) = (0, lines.next().unwrap_or(text.len()));
    let mut findings = Vec::new();
    let mut broken = None;
    let mut echo = None;
    for (span, error) in errors {
        while span.start > line_end {
            line += 1;
            line_end = lines.next().unwrap_or(text.len());
        }
        // One slip of a bracket is met again line after line: what directly follows it says nothing new.
        if echo.is_some_and(|echo| line <= echo + 1) {
            echo = Some(line);
            continue;
        }
        let value = unquoted(error.message());
        if !value && error.message() != DUPLICATE {
            broken.get_or_insert(span.start + offset);
            echo = Some(line);
        }
        let (message, help) = match text.get(span.clone()).map(str::trim) {
            Some("") if value => ("a value is missing".to_owned(), "write a value after `=`".to_owned()),
            Some(found) if value => {
                let found = shorten(found);
                (format!("`{found}` has no quotes"), format!("texts and quantities stand in quotes: \"{found}\""))
            }
            _ if error.message() == DUPLICATE => (DUPLICATE.into(), "a key stands once in its table".into()),
            _ => (
                format!("not TOML: {}", error.message()),
                "a scenario is a TOML file: `key = value` lines below `[table]` headers".to_owned(),
            ),
        };
        findings.push(Finding { span: Some(span.start + offset..span.end + offset), message, help });
    }
    let table = placed(tree.into_inner(), offset, 0, &mut findings);
    Parsed { table, findings, broken }
}

/// Reads `key=value`: a dotted key, and a value of TOML or a bare text.
pub(super) fn setting(text: &str, offset: usize) -> Parsed<'_> {
    let mut findings = Vec::new();
    let (tree, errors) = DeTable::parse_recoverable(text);
    let table = if errors.is_empty() { Some(tree.into_inner()) } else { bare(text) };
    // A table without a key says nothing, unless it was meant: `part={}`.
    let says = |value: &Spanned<DeValue<'_>>| !value.get_ref().is_table() || text[value.span()].starts_with('{');
    let table = table.and_then(|mut table| leaf(&mut table).is_some_and(|value| says(value)).then_some(table));
    if table.is_none() {
        findings.push(Finding {
            span: Some(offset..offset + text.len()),
            message: format!("`{}` sets nothing", shorten(text)),
            help: "write key=value with a dotted key, for example load.rate=5k/s".to_owned(),
        });
    }
    let table = placed(table.unwrap_or_default(), offset, 0, &mut findings);
    Parsed { table, findings, broken: None }
}

/// A dotted key with a text that needs no quotes.
fn bare(text: &str) -> Option<DeTable<'_>> {
    let equals = text.find('=')?;
    // A key without its value has one error, the missing value, and is otherwise read as in a file.
    let (tree, errors) = DeTable::parse_recoverable(&text[..=equals]);
    let value = text[equals + 1..].trim();
    let [error] = &errors[..] else { return None };
    if value.is_empty() || !unquoted(error.message()) {
        return None;
    }
    let start = text.len() - text[equals + 1..].trim_start().len();
    let mut table = tree.into_inner();
    *leaf(&mut table)? = Spanned::new(start..start + value.len(), DeValue::String(Cow::Borrowed(value)));
    Some(table)
}

/// The value at the end of a chain of tables with one key each; a table that has none is a value.
fn leaf<'a, 't>(table: &'a mut DeTable<'t>) -> Option<&'a mut Spanned<DeValue<'t>>> {
    let mut value = table.iter_mut().next()?.1;
    while value.get_ref().as_table().is_some_and(|table| !table.is_empty()) {
        let DeValue::Table(table) = value.get_mut() else { return None };
        value = table.iter_mut().next()?.1;
    }
    Some(value)
}

/// Whether the parser met a value that is only missing its quotes; what surrounds it is read as meant.
fn unquoted(message: &str) -> bool {
    message.starts_with("string values must be quoted")
}

/// The same tree with its places moved; what is nested too deep is reported and left out.
fn placed<'t>(table: DeTable<'t>, offset: usize, depth: usize, findings: &mut Vec<Finding>) -> DeTable<'t> {
    let moved = |span: Range<usize>| span.start + offset..span.end + offset;
    let entries = table.into_iter().map(|(key, value)| {
        let key = Spanned::new(moved(key.span()), key.into_inner());
        (key, placed_value(value, offset, depth, findings))
    });
    entries.collect()
}

fn placed_value<'t>(
    value: Spanned<DeValue<'t>>,
    offset: usize,
    depth: usize,
    findings: &mut Vec<Finding>,
) -> Spanned<DeValue<'t>> {
    let span = value.span().start + offset..value.span().end + offset;
    let nested = matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
    let value = match value.into_inner() {
        _ if nested && depth >= DEEPEST => {
            findings.push(Finding {
                span: Some(span.clone()),
                message: format!("nested deeper than {DEEPEST} levels"),
                help: "no scenario needs more than a few".to_owned(),
            });
            DeValue::Boolean(false)
        }
        DeValue::Table(table) => DeValue::Table(placed(table, offset, depth + 1, findings)),
        DeValue::Array(list) => {
            DeValue::Array(list.into_iter().map(|entry| placed_value(entry, offset, depth + 1, findings)).collect())
        }
        scalar => scalar,
    };
    Spanned::new(span, value)
}
