//! JSON as the tools of measurements write it: numbers that are none, and one document after the other.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::super::line_of;
use crate::reading::{Problem, Problems, Source};

/// A JSON document, or where it is not what its format says.
pub(super) fn document<T: DeserializeOwned>(source: &Source, shape: &str) -> Result<T, Problems> {
    serde_json::from_str(&without_nan(&source.text)).map_err(|error| {
        let line = line_of(source, error.line() as u64);
        let start = line.start + (line.len()).min(error.column().saturating_sub(1));
        let start = (0..=start).rev().find(|place| source.text.is_char_boundary(*place)).unwrap_or(0);
        let text = error.to_string();
        let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
        Problem::new(source, Some(start..start), message).with_help(shape).into()
    })
}

/// The object that a line is; nothing where it does not begin as one.
///
/// # Errors
/// It ends before the object does, or is otherwise none.
pub(super) fn object(line: &str) -> Option<Result<Value, String>> {
    let line = line.trim();
    let broken = |_| "a line that begins like a JSON document and is not one".to_owned();
    line.starts_with('{').then(|| serde_json::from_str(&without_nan(line)).map_err(broken))
}

/// Python writes what is no number as a word that JSON does not know; here it is a value that is not there.
fn without_nan(text: &str) -> Cow<'_, str> {
    const WORDS: [&str; 3] = ["NaN", "-Infinity", "Infinity"];
    if !WORDS.iter().any(|word| text.contains(word)) {
        return Cow::Borrowed(text);
    }
    let (mut clean, mut rest, mut quoted) = (String::with_capacity(text.len()), text, false);
    while let Some(one) = rest.chars().next() {
        let word = WORDS.iter().find(|word| !quoted && rest.starts_with(**word));
        let taken = match (word, one) {
            (Some(word), _) => word.len(),
            // What is escaped ends no text.
            (None, '\\') if quoted => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            (None, '"') => {
                quoted = !quoted;
                1
            }
            (None, _) => one.len_utf8(),
        };
        clean.push_str(if word.is_some() { "null" } else { &rest[..taken] });
        rest = &rest[taken..];
    }
    Cow::Owned(clean)
}

/// A whole number; Python writes one that went through a floating number with a point.
pub(super) fn whole(value: &Value) -> Option<u64> {
    let of_float = || value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..=9.0e15).contains(number));
    value.as_u64().or_else(|| of_float().map(|number| number as u64))
}

/// The entries of an object in their order, also those that stand there twice.
pub(super) struct Entries(pub(super) Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Entries;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_no_number_are_nothing_outside_of_texts() {
        let text = r#"{"a": [NaN, -Infinity, Infinity, 1], "NaN \" NaN": "NaN"}"#;
        assert_eq!(without_nan(text), r#"{"a": [null, null, null, 1], "NaN \" NaN": "NaN"}"#);
        assert_eq!(without_nan(r#""NaN\"#), r#""NaN\"#);
    }

    #[test]
    fn what_stands_twice_is_there_twice() {
        let source = Source::new("a", r#"{"b": 1, "a": 2, "b": 3}"#);
        let Entries(entries) = document(&source, "").unwrap_or_else(|problems| panic!("{problems}"));
        let names: Vec<_> = entries.iter().map(|(name, value)| (name.as_str(), value.as_u64())).collect();
        assert_eq!(names, [("b", Some(1)), ("a", Some(2)), ("b", Some(3))]);
    }
}
