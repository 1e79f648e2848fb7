//! Where each part of a value was written, for checks that need to know what the parts mean.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check::Finding;
use super::{Problem, Sources};

/// The places of everything that a value was read from.
#[derive(Clone, Debug)]
pub struct Places<'t> {
    sources: Sources,
    tree: DeTable<'t>,
    /// Entries that were taken out: the section and the name.
    dropped: Vec<(String, String)>,
}

impl<'t> Places<'t> {
    pub(super) fn new(sources: Sources, tree: DeTable<'t>, dropped: Vec<(String, String)>) -> Self {
        Self { sources, tree, dropped }
    }

    /// Names of the entries of a section that are `off`.
    pub fn dropped<'s>(&'s self, section: &'s str) -> impl Iterator<Item = &'s str> {
        self.dropped.iter().filter(move |(of, _)| of == section).map(|(_, name)| name.as_str())
    }

    /// Whether a dotted key was written in any layer.
    pub fn contains(&self, key: &str) -> bool {
        find(&self.tree, key).is_some_and(|(_, whole)| whole)
    }

    /// What a dotted key holds, as it was written, where that is one value and not a list or a table.
    pub fn value(&self, key: &str) -> Option<String> {
        let (value, true) = find(&self.tree, key)? else { return None };
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.to_string()),
            DeValue::Float(number) => Some(number.to_string()),
            DeValue::Boolean(value) => Some(value.to_string()),
            DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
        }
    }

    /// Whether a dotted key holds a number without a unit.
    pub fn is_number(&self, key: &str) -> bool {
        matches!(find(&self.tree, key), Some((value, true)) if matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_)))
    }

    /// A problem with a dotted key: with its value where it was written, else with the nearest table around it.
    pub fn problem(&self, key: &str, message: impl Into<String>) -> Problem {
        let span = find(&self.tree, key).map(|(value, _)| value.span());
        self.sources.problem(Finding { span, message: format!("`{key}`: {}", message.into()), help: String::new() })
    }

    /// Every value that is no table, by its dotted key, as a problem would point at it.
    pub fn leaves(&self) -> Vec<(String, Problem)> {
        let mut found = Vec::new();
        let mut tables = vec![(String::new(), &self.tree)];
        while let Some((prefix, table)) = tables.pop() {
            for (name, value) in table {
                let key = format!("{prefix}{}", name.get_ref());
                match value.get_ref() {
                    DeValue::Table(inner) => tables.push((format!("{key}."), inner)),
                    other => {
                        // A list is a value, and so is all that its entries say.
                        let entries = other.as_array().into_iter().flat_map(|list| list.iter().enumerate());
                        tables.extend(entries.filter_map(|(place, entry)| {
                            Some((format!("{key}.{place}."), entry.get_ref().as_table()?))
                        }));
                        let finding = Finding { span: Some(value.span()), message: String::new(), help: String::new() };
                        found.push((key, self.sources.problem(finding)));
                    }
                }
            }
        }
        found
    }

    /// The name of the source in which a dotted key, or the nearest table around it, was written.
    pub fn source_name(&self, key: &str) -> String {
        self.problem(key, "").source_name().to_owned()
    }

    /// The keys of a table in the order in which they were written, the base's first.
    pub fn keys(&self, key: &str) -> Vec<String> {
        let Some((value, true)) = find(&self.tree, key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else { return Vec::new() };
        let mut keys: Vec<_> = table.keys().map(|key| (key.span().start, key.get_ref().to_string())).collect();
        keys.sort();
        keys.into_iter().map(|(_, key)| key).collect()
    }
}

/// The value of a dotted key, or of as much of the key as there is, and whether that is all of it.
///
/// Names may have dots of their own, so the longest name that a table has is tried first.
fn find<'a, 't>(table: &'a DeTable<'t>, key: &str) -> Option<(&'a Spanned<DeValue<'t>>, bool)> {
    let cuts = std::iter::once(key.len()).chain(key.rmatch_indices('.').map(|(dot, _)| dot));
    for cut in cuts {
        let Some(value) = table.get(&key[..cut]) else { continue };
        let Some(rest) = key.get(cut + 1..) else { return Some((value, true)) };
        return Some(match value.get_ref() {
            DeValue::Table(inner) => find(inner, rest).unwrap_or((value, false)),
            DeValue::Array(list) => entry(list, rest).unwrap_or((value, false)),
            _ => (value, false),
        });
    }
    None
}

fn entry<'a, 't>(list: &'a [Spanned<DeValue<'t>>], key: &str) -> Option<(&'a Spanned<DeValue<'t>>, bool)> {
    let (index, rest) = key.split_once('.').map_or((key, None), |(index, rest)| (index, Some(rest)));
    let value = list.get(index.parse::<usize>().ok()?)?;
    match (rest, value.get_ref()) {
        (None, _) => Some((value, true)),
        (Some(rest), DeValue::Table(inner)) => Some(find(inner, rest).unwrap_or((value, false))),
        _ => Some((value, false)),
    }
}
