//! Keys of a file whose value is open: `queue = { choose = [5, 10, 20] }`, which `plan` chooses from.
//!
//! To everybody else such a key has the first of its values: it takes the place of the table in the text, so that every other place
//! in the file stays where it was.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Problem, Problems, Source, syntax};

/// The word that leaves a value open.
const CHOOSE: &str = "choose";

/// A key that is open, and its values as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Dotted key; entries of lists by their place.
    pub key: String,
    /// At least one value.
    pub values: Vec<String>,
}

/// Closes every open key of a file with its first value, and returns what was open.
///
/// # Errors
/// A list of values that is empty, or is none.
pub(crate) fn closed(source: Source) -> Result<(Source, Vec<Open>), Problems> {
    let parsed = syntax::file(&source.text, 0);
    let mut found = Vec::new();
    in_table(&source, &parsed.table, "", &mut found)?;
    let mut text = source.text.clone();
    let mut open = Vec::new();
    for (span, one) in found {
        // As long as it was, in bytes and lines.
        let first = &one.values[0];
        let padded: String = text[span.clone()]
            .char_indices()
            .skip_while(|(at, _)| *at < first.len())
            .map(|(_, c)| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) })
            .collect();
        let closed = format!("{first}{padded}");
        text.replace_range(span, &closed);
        open.push(one);
    }
    Ok((Source { text, ..source }, open))
}

type Found = Vec<(Range<usize>, Open)>;

fn in_table(source: &Source, table: &DeTable<'_>, above: &str, found: &mut Found) -> Result<(), Problems> {
    for (key, value) in table {
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let part = key.get_ref();
        let part = if part.chars().all(bare) { part.to_string() } else { format!("\"{part}\"") };
        in_value(source, value, &if above.is_empty() { part } else { format!("{above}.{part}") }, found)?;
    }
    Ok(())
}

fn in_value(source: &Source, value: &Spanned<DeValue<'_>>, key: &str, found: &mut Found) -> Result<(), Problems> {
    match value.get_ref() {
        DeValue::Array(all) => {
            for (at, one) in all.iter().enumerate() {
                in_value(source, one, &format!("{key}.{at}"), found)?;
            }
        }
        DeValue::Table(table) => match table.get(CHOOSE).filter(|_| table.len() == 1) {
            Some(list) if source.text[value.span()].starts_with('{') => {
                let values = values(source, list)?;
                found.push((value.span(), Open { key: key.to_owned(), values }));
            }
            _ => in_table(source, table, key, found)?,
        },
        _ => {}
    }
    Ok(())
}

fn values(source: &Source, list: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Problems> {
    let values = match list.get_ref() {
        DeValue::Array(all) => all.iter().map(|one| source.text[one.span()].to_owned()).collect(),
        _ => Vec::new(),
    };
    if values.is_empty() {
        let problem = Problem::new(source, Some(list.span()), "there is nothing to choose from");
        return Err(problem.with_help("write a list of values, like `{ choose = [5, 10, 20] }`").into());
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_key_has_its_first_value_and_nothing_else_moves() {
        let text = "[instances]\nqueue = { choose = [5, 10,\n  20] } # open\nbalancer = { choose = [\"random\"] }\n\
                    [[step]]\nbatch = { most = { choose = [1, 8] } }\n";
        let (source, open) = closed(Source::new("a file", text)).expect("it is sound");
        let told: Vec<(&str, usize)> = open.iter().map(|one| (one.key.as_str(), one.values.len())).collect();
        assert_eq!(told, [("instances.balancer", 1), ("instances.queue", 3), ("step.0.batch.most", 2)]);
        assert_eq!((source.text.len(), source.text.lines().count()), (text.len(), text.lines().count()));
        assert_eq!(source.text.find("# open"), text.find("# open"));
        let table: toml::Table = source.text.parse().expect("it is TOML");
        assert_eq!(table["instances"]["queue"].as_integer(), Some(5));
        assert_eq!(table["step"][0]["batch"]["most"].as_integer(), Some(1));
        let wrong = closed(Source::new("a file", "a = { choose = 5 }")).expect_err("no list").to_string();
        assert!(wrong.contains("nothing to choose from") && wrong.contains("choose = [5, 10, 20]"), "{wrong}");
    }
}
