//! Lays one table over another: tables are merged key by key, everything else is replaced.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The base with what `over` says in its place; lists are replaced as a whole.
pub fn merge(base: &toml::Table, over: &toml::Table) -> toml::Table {
    let mut merged = base.clone();
    for (key, value) in over {
        let value = match (merged.get(key), value) {
            (Some(toml::Value::Table(base)), toml::Value::Table(over))
                if !another(
                    base.get(LAW).and_then(toml::Value::as_str),
                    over.get(LAW).and_then(toml::Value::as_str),
                ) =>
            {
                toml::Value::Table(merge(base, over))
            }
            _ => value.clone(),
        };
        merged.insert(key.clone(), value);
    }
    merged
}

/// The key that says which of several kinds of things a table holds.
const LAW: &str = "law";

/// Whether a table says that it holds something of another kind than the one that it is laid over, whose keys mean nothing then.
fn another(base: Option<&str>, over: Option<&str>) -> bool {
    base.zip(over).is_some_and(|(base, over)| base != over)
}

/// The law that a table with places names.
fn law<'a>(table: &'a DeTable<'_>) -> Option<&'a str> {
    table.get(LAW).and_then(|law| law.get_ref().as_str())
}

/// Takes an entry out of a section.
pub(super) fn take_out(tree: &mut DeTable<'_>, section: &str, name: &str) {
    if let Some(DeValue::Table(section)) = tree.get_mut(section).map(Spanned::get_mut) {
        section.remove(name);
    }
}

/// The same for trees with places: every key and value keeps the place that it was taken from.
pub(super) fn lay_over<'t>(base: &mut DeTable<'t>, over: DeTable<'t>) {
    for (key, value) in over {
        // A table that only stands before a dot has no header of its own, so the base's header stays its place.
        let headless = value.span() == key.span();
        let old = base.remove_entry(key.get_ref().as_ref());
        let span = old.as_ref().map(|(_, old)| old.span()).filter(|_| headless).unwrap_or(value.span());
        let value = laid_over(old.map(|(_, old)| old.into_inner()), value.into_inner());
        base.insert(key, Spanned::new(span, value));
    }
}

/// A value with another over it: tables are joined, and a table whose keys are places in a list, as `step.0.cost` says it, is laid over
/// its entries.
fn laid_over<'t>(base: Option<DeValue<'t>>, over: DeValue<'t>) -> DeValue<'t> {
    match (base, over) {
        (Some(DeValue::Table(mut base)), DeValue::Table(over)) if !another(law(&base), law(&over)) => {
            lay_over(&mut base, over);
            DeValue::Table(base)
        }
        (Some(DeValue::Array(base)), DeValue::Table(over)) if are_places(&over, base.len()) => {
            let mut over: Vec<_> =
                over.into_iter().map(|(place, value)| (place.into_inner().into_owned(), value)).collect();
            let entries = base.into_iter().enumerate().map(|(place, entry)| {
                let Some(at) = over.iter().position(|(key, _)| *key == place.to_string()) else { return entry };
                let (_, value) = over.swap_remove(at);
                Spanned::new(value.span(), laid_over(Some(entry.into_inner()), value.into_inner()))
            });
            DeValue::Array(entries.collect())
        }
        (_, over) => over,
    }
}

/// Whether all keys of a table are places in a list of so many.
fn are_places(table: &DeTable<'_>, length: usize) -> bool {
    let is_place = |key: &str| key.parse::<usize>().is_ok_and(|place| place < length && place.to_string() == *key);
    !table.is_empty() && table.keys().all(|key| is_place(key.get_ref()))
}
