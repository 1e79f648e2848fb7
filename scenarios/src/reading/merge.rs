//! Lays one table over another: tables are merged key by key, everything else is replaced.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The base with what `over` says in its place; lists are replaced as a whole, or entry by entry where it names their places.
pub fn merge(base: &toml::Table, over: &toml::Table) -> toml::Table {
    let mut merged = base.clone();
    for (key, value) in over {
        let value = merged.get(key).map_or_else(|| value.clone(), |base| merged_value(base, value));
        merged.insert(key.clone(), value);
    }
    merged
}

fn merged_value(base: &toml::Value, over: &toml::Value) -> toml::Value {
    let law = |table: &toml::Table| table.get(LAW).and_then(toml::Value::as_str).map(str::to_owned);
    match (base, over) {
        (toml::Value::Table(base), toml::Value::Table(over))
            if !another(law(base).as_deref(), law(over).as_deref()) =>
        {
            toml::Value::Table(merge(base, over))
        }
        (toml::Value::Array(base), toml::Value::Table(over))
            if are_places(over.keys().map(String::as_str), base.len()) =>
        {
            let entry = |(place, entry): (usize, &toml::Value)| {
                over.get(&place.to_string()).map_or_else(|| entry.clone(), |over| merged_value(entry, over))
            };
            toml::Value::Array(base.iter().enumerate().map(entry).collect())
        }
        _ => over.clone(),
    }
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
        (Some(DeValue::Array(base)), DeValue::Table(over))
            if are_places(over.keys().map(|key| key.get_ref().as_ref()), base.len()) =>
        {
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

/// Whether keys are places in a list of so many, and there is one.
fn are_places<'k>(keys: impl Iterator<Item = &'k str>, length: usize) -> bool {
    let is_place = |key: &str| key.parse::<usize>().is_ok_and(|place| place < length && place.to_string() == *key);
    let mut keys = keys.peekable();
    keys.peek().is_some() && keys.all(is_place)
}
