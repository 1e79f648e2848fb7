//! Lays one table over another: tables are merged key by key, everything else is replaced.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::check::Finding;

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

/// Whether all that a text says is a table without a key, `a.b={}`, where there is one with keys.
pub(super) fn changes_nothing(base: &DeTable<'_>, over: &DeTable<'_>) -> bool {
    let Some((key, DeValue::Table(inner))) = over.iter().next().map(|(key, value)| (key, value.get_ref())) else {
        return false;
    };
    match base.get(key.get_ref().as_ref()).map(Spanned::get_ref) {
        Some(DeValue::Table(base)) => inner.is_empty() || changes_nothing(base, inner),
        Some(DeValue::Array(list)) => inner.iter().next().is_some_and(|(place, value)| {
            let entry = place.get_ref().parse::<usize>().ok().and_then(|at| list.get(at)?.get_ref().as_table());
            entry
                .zip(value.get_ref().as_table())
                .is_some_and(|(base, over)| over.is_empty() || changes_nothing(base, over))
        }),
        _ => false,
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

/// Takes out what is said of entries that a list does not have, `step.7.queue` where there are two steps, and tells it; `path` are the
/// keys around both tables.
pub(super) fn beyond(base: &DeTable<'_>, over: &mut DeTable<'_>, path: &str) -> Vec<Finding> {
    let (mut findings, mut empty) = (Vec::new(), Vec::new());
    for (key, value) in over.iter_mut() {
        let name = key.get_ref().to_string();
        let path = format!("{path}{name}");
        match (base.get(name.as_str()).map(Spanned::get_ref), value.get_mut()) {
            (Some(DeValue::Table(base)), DeValue::Table(over)) => {
                findings.extend(beyond(base, over, &format!("{path}.")));
            }
            (Some(DeValue::Array(base)), DeValue::Table(over)) if numbered(over) => {
                findings.extend(beyond_list(base, over, &path));
                empty.extend(over.is_empty().then_some(name));
            }
            _ => {}
        }
    }
    empty.iter().for_each(|name| {
        over.remove(name.as_str());
    });
    findings
}

/// The same for a list.
fn beyond_list(base: &DeArray<'_>, over: &mut DeTable<'_>, path: &str) -> Vec<Finding> {
    let (mut findings, mut left_out) = (Vec::new(), Vec::new());
    for (key, value) in over.iter_mut() {
        let place = key.get_ref().to_string();
        match (place.parse::<usize>().ok().and_then(|at| base.get(at)).map(Spanned::get_ref), value.get_mut()) {
            (None, _) => {
                let message = format!("`{path}` has no entry {place}");
                findings.push(Finding { span: Some(key.span()), message, help: entries(base, path) });
                left_out.push(place);
            }
            (Some(DeValue::Table(base)), DeValue::Table(over)) => {
                findings.extend(beyond(base, over, &format!("{path}.{place}.")));
            }
            _ => {}
        }
    }
    left_out.iter().for_each(|place| {
        over.remove(place.as_str());
    });
    findings
}

/// How many entries a list has, and what they are called.
fn entries(list: &DeArray<'_>, path: &str) -> String {
    let name =
        |entry: &Spanned<DeValue<'_>>| Some(entry.get_ref().as_table()?.get("name")?.get_ref().as_str()?.to_owned());
    let named = list.iter().enumerate().map(|(at, entry)| Some(format!("{path}.{at} is `{}`", name(entry)?)));
    match (list.len(), named.collect::<Option<Vec<String>>>()) {
        (0, _) => "it has no entries".to_owned(),
        (1, Some(names)) => format!("it has 1 entry: {}", names[0]),
        (count, Some(names)) => format!("it has {count} entries, counted from 0: {}", names.join(", ")),
        (1, None) => format!("it has 1 entry: {path}.0"),
        (count, None) => format!("it has {count} entries: {path}.0 to {path}.{}", count - 1),
    }
}

/// Whether all keys of a table are places in a list, perhaps a longer one.
fn numbered(table: &DeTable<'_>) -> bool {
    !table.is_empty() && table.keys().all(|key| key.get_ref().parse::<usize>().is_ok())
}

/// Whether keys are places in a list of so many, and there is one.
fn are_places<'k>(keys: impl Iterator<Item = &'k str>, length: usize) -> bool {
    let is_place = |key: &str| key.parse::<usize>().is_ok_and(|place| place < length && place.to_string() == *key);
    let mut keys = keys.peekable();
    keys.peek().is_some() && keys.all(is_place)
}
