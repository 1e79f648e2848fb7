//! Outcomes, comparisons, plans and verdicts read back from their JSON: as the program writes them, or with the values behind the numbers.
//!
//! A document says its `schema`, and one of another is refused; keys that are not known here are passed over, since a later version
//! may have added them. A number is read to the last bit, so that what is written again is the same text: `serde_json` by itself
//! may err by one, so numbers with a fraction or an exponent go past its own reader as marked texts.

use std::fmt::{self, Display};

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::{Deserialize, Serialize, Serializer, forward_to_deserialize_any};
use serde_json::{Value, map};

use crate::claims::Judgements;
use crate::headlines::Headlines;
use crate::plan::{PLAN_SCHEMA, Plan};
use crate::summary::{CLAIMS_SCHEMA, COMPARISON_SCHEMA, Comparison, OUTCOME_SCHEMA, Summary};
use crate::text::listed;

/// A document that cannot be read. Its text says where it is wrong, what was found and what is allowed there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// `designs[0].metrics[2].value`; empty for the document as a whole.
    place: String,
    what: String,
}

impl Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() { write!(f, "{}", self.what) } else { write!(f, "{}: {}", self.place, self.what) }
    }
}

impl std::error::Error for ReadError {}

impl Error for ReadError {
    fn custom<T: Display>(what: T) -> Self {
        Self { place: String::new(), what: what.to_string() }
    }
}

impl ReadError {
    /// The same, found within this key or element.
    fn within(self, outer: impl Display) -> Self {
        let dot = if self.place.is_empty() || self.place.starts_with('[') { "" } else { "." };
        Self { place: format!("{outer}{dot}{}", self.place), what: self.what }
    }
}

impl Summary {
    /// The outcome that a document of [`OUTCOME_SCHEMA`] says. What the document leaves out of it, as
    /// [`published`](Self::published) does, is empty.
    ///
    /// # Errors
    /// The text is not JSON, says another schema or none, or something in it is not what stands there.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        versioned(text, OUTCOME_SCHEMA)
    }
}

impl Plan {
    /// The plan that a document of [`PLAN_SCHEMA`] says.
    ///
    /// # Errors
    /// The text is not JSON, says another schema or none, or something in it is not what stands there.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        versioned(text, PLAN_SCHEMA)
    }
}

impl Judgements {
    /// The verdicts that a document of [`CLAIMS_SCHEMA`] says.
    ///
    /// # Errors
    /// The text is not JSON, says another schema or none, or something in it is not what stands there.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        versioned(text, CLAIMS_SCHEMA)
    }
}

impl Comparison {
    /// The comparison that a document of [`COMPARISON_SCHEMA`] says. What the document leaves out of it, as
    /// [`published`](Self::published) does, is empty.
    ///
    /// # Errors
    /// The text is not JSON, says another schema or none, or something in it is not what stands there.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        versioned(text, COMPARISON_SCHEMA)
    }
}

/// What a text of JSON says, without a schema of its own: the [`Outcome`](models::system::System::Outcome) of one run.
///
/// # Errors
/// The text is not JSON, or something in it is not what stands there.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, ReadError> {
    T::deserialize(Part(value(text)?))
}

/// The schema that a document says it has.
///
/// # Errors
/// The text is not JSON, or says none.
pub fn schema(text: &str) -> Result<String, ReadError> {
    match value(text)?.get("schema") {
        Some(Value::String(found)) if number(found).is_none() => Ok(found.clone()),
        _ => Err(Error::custom("not a document of ours: it has no key `schema`")),
    }
}

fn versioned<T: DeserializeOwned>(text: &str, schema: &str) -> Result<T, ReadError> {
    let value = value(text)?;
    match value.get("schema") {
        // What else is wrong with it says nothing while it is another document.
        Some(Value::String(found)) if number(found).is_none() => {
            is_known(found, schema).map_err(|error: ReadError| error.within("schema"))?
        }
        _ => return Err(Error::custom(format!("not a document of ours: its key `schema` must be `{schema}`"))),
    }
    T::deserialize(Part(value))
}

fn is_known<E: Error>(found: &str, schema: &str) -> Result<(), E> {
    match found == schema {
        true => Ok(()),
        false => Err(E::custom(format!("found `{found}`, and this program reads `{schema}` here"))),
    }
}

/// The schema of an outcome, wherever it stands.
pub(crate) fn outcome_schema<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let found = String::deserialize(deserializer)?;
    is_known(&found, OUTCOME_SCHEMA).map(|()| found)
}

/// An upper end as JSON has it, which knows no infinity: `null`.
pub(crate) fn endless<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
}

/// The same of an interval that there may be none of: then it has no key.
pub(crate) fn upper_end<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    endless(deserializer).map(Some)
}

/// Values of which there is one at least.
pub(crate) fn some_values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let values = Vec::deserialize(deserializer)?;
    if values.is_empty() { Err(D::Error::custom("no value, where a figure has one at least")) } else { Ok(values) }
}

/// What is put first of a kind is known by the kind's name.
impl Serialize for Headlines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.kind)
    }
}

impl<'de> Deserialize<'de> for &'static Headlines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kind = String::deserialize(deserializer)?;
        Headlines::of(&kind).ok_or_else(|| {
            let known = crate::systems::headlines().map(|headlines| format!("`{}`", headlines.kind));
            let known = listed(&known.each_ref().map(String::as_str));
            D::Error::custom(format!("no kind of system is called `{kind}`; there are {known}"))
        })
    }
}

/// What a number begins with that went past the reader as a text; no text of ours does.
const MARK: char = '\0';

/// The tree of a document, its numbers with a fraction or an exponent, or of more than 64 bits, as marked texts.
fn value(text: &str) -> Result<Value, ReadError> {
    let refused = |error| ReadError::custom(format!("not JSON: {error}"));
    // First as it is, so that a place in an error is a place in the text.
    serde_json::from_str::<IgnoredAny>(text).map_err(refused)?;
    serde_json::from_str(&marked(text)).map_err(refused)
}

fn marked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut marked = String::with_capacity(text.len() + text.len() / 4);
    let (mut at, mut copied) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let in_number = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
                let end = at + bytes[at..].iter().take_while(|byte| in_number(byte)).count();
                let number = &text[at..end];
                let whole = number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
                if !whole && number.parse().is_ok_and(f64::is_finite) {
                    marked.extend([&text[copied..at], "\"\\u0000", number, "\""]);
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    marked + &text[copied..]
}

/// A part of that tree, being read.
struct Part(Value);

/// The number of a marked text.
fn number(text: &str) -> Option<&str> {
    text.strip_prefix(MARK)
}

impl<'de> Deserializer<'de> for Part {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::String(text) => match number(&text) {
                Some(number) => visitor.visit_f64(number.parse().map_err(Error::custom)?),
                None => visitor.visit_string(text),
            },
            Value::Array(list) => visitor.visit_seq(List(list.into_iter().enumerate())),
            Value::Object(entries) => visitor.visit_map(Entries { left: entries.into_iter(), value: None }),
            plain => plain.deserialize_any(visitor).map_err(Error::custom),
        }
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.as_str().and_then(number) {
            Some(number) => visitor.visit_i128(number.parse().map_err(Error::custom)?),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(name.into_deserializer()),
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct List(std::iter::Enumerate<std::vec::IntoIter<Value>>);

impl<'de> SeqAccess<'de> for List {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let Some((index, value)) = self.0.next() else { return Ok(None) };
        seed.deserialize(Part(value)).map(Some).map_err(|error| error.within(format_args!("[{index}]")))
    }
}

struct Entries {
    left: map::IntoIter,
    /// What was at the key that was given last.
    value: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ReadError> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some((key.clone(), value));
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        let (key, value) = self.value.take().ok_or_else(|| ReadError::custom("a value has no key"))?;
        seed.deserialize(Part(value)).map_err(|error| error.within(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_to_its_last_bit() {
        // One in some of the quotients, which have all their digits, `serde_json` reads as a neighbour.
        let quotients = (1..1_000).map(|divisor| 1e3 / f64::from(divisor).powi(7));
        for number in quotients.chain([5e-324, f64::MIN_POSITIVE, f64::MAX, -0.0, 1e22, 3.0]) {
            let text = serde_json::to_string(&[number]).expect("finite");
            let [back] = read::<[f64; 1]>(&text).expect("a number");
            assert_eq!(back.to_bits(), number.to_bits(), "{text}");
        }
        assert_eq!(read("[170141183460469231731687303715884105727, -3]"), Ok([i128::MAX, -3]));
        assert_eq!(read("[18446744073709551615, 0]"), Ok([u64::MAX, 0]));
        assert_eq!(read(r#"["a 1.5 \"2.5", "\\", "é1.5\\"]"#), Ok(["a 1.5 \"2.5", "\\", "é1.5\\"].map(str::to_owned)));
    }

    #[test]
    fn an_error_says_where_and_what() {
        let said = |text: &str| {
            read::<std::collections::BTreeMap<String, Vec<Option<[f64; 2]>>>>(text).unwrap_err().to_string()
        };
        assert_eq!(said(r#"{"a": [null, [1, 2.5], [0, "x"]]}"#), "a[2][1]: invalid type: string \"x\", expected f64");
        assert_eq!(said("{\"a\": [1.5,\n  nil]}"), "not JSON: expected ident at line 2 column 4");
        assert!(said(r#"{"a": [[1e999, 0]]}"#).contains("out of range"));
        assert!(said(r#"{"a": {"b": 1.5}}"#).starts_with("a: invalid type: map"));
        assert!(said(&("[".repeat(100_000) + &"]".repeat(100_000))).contains("recursion limit"));
    }

    #[test]
    fn another_document_is_refused_by_its_name() {
        let said = |text: &str| Comparison::read(text).expect_err("another").to_string();
        assert_eq!(
            said(r#"{"schema": "proofcast/comparison/2", "base": 3}"#),
            "schema: found `proofcast/comparison/2`, and this program reads `proofcast/comparison/1` here"
        );
        for text in ["{}", "[]", "null", "3.5", r#"{"schema": 1.5}"#] {
            assert_eq!(said(text), "not a document of ours: its key `schema` must be `proofcast/comparison/1`");
        }
        let nested = r#"{"schema": "proofcast/comparison/1", "designs": [{"schema": "proofcast/outcome/9"}]}"#;
        assert!(said(nested).starts_with("designs[0].schema: found `proofcast/outcome/9`"), "{}", said(nested));
    }
}
