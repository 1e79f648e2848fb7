//! What can be switched off where another file switches it on: a table or a value, or the text `off`.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What switches a part off.
pub(crate) const OFF: &str = "off";

/// Reads a part: nothing where it is left out or switched off.
pub(crate) fn part<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Part::deserialize(from).map(|part| part.0)
}

/// Reads a list, or a table whose keys are the user's names: an empty one where it is switched off.
pub(crate) fn unless_off<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    part(from).map(Option::unwrap_or_default)
}

/// A part as a file says it.
pub(crate) struct Part<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Part<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PartVisitor(PhantomData))
    }
}

struct PartVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PartVisitor<T> {
    type Value = Part<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a table, a list, a value or \"{OFF}\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Part<T>, E> {
        if text == OFF { Ok(Part(None)) } else { T::deserialize(text.into_deserializer()).map(|part| Part(Some(part))) }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Part<T>, E> {
        T::deserialize(value.into_deserializer()).map(|part| Part(Some(part)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Part<T>, E> {
        T::deserialize(value.into_deserializer()).map(|part| Part(Some(part)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Part<T>, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(seq)).map(|part| Part(Some(part)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Part<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|part| Part(Some(part)))
    }
}

impl<T: JsonSchema> JsonSchema for Part<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Part_of_{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let part = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [{ "type": "string", "const": OFF }, part] })
    }
}

/// Bounds of the whole number that may also be switched off, where `range` cannot say them.
pub(crate) struct Within(pub(crate) u64, pub(crate) u64);

impl Transform for Within {
    fn transform(&mut self, schema: &mut Schema) {
        if schema.get("type").is_some_and(|of| of == "integer") {
            schema.insert("minimum".into(), self.0.into());
            schema.insert("maximum".into(), self.1.into());
        }
        transform_subschemas(self, schema);
    }
}

/// Most entries of a list of factors that may also be switched off, each from 0 to a million.
pub(crate) struct Factors(pub(crate) u64);

impl Transform for Factors {
    fn transform(&mut self, schema: &mut Schema) {
        if schema.get("type").is_some_and(|of| of == "array") {
            schema.insert("maxItems".into(), self.0.into());
        }
        if schema.get("type").is_some_and(|of| of == "number") {
            schema.insert("minimum".into(), 0.0.into());
            schema.insert("maximum".into(), 1e6.into());
        }
        transform_subschemas(self, schema);
    }
}

#[cfg(test)]
mod tests {
    use crate::open;

    #[test]
    fn every_part_can_be_switched_off_and_nothing_else_can() {
        let sets = |keys: &[&str]| -> Vec<String> { keys.iter().map(|key| format!("{key}=off")).collect() };
        let parts = [
            "market",
            "fees",
            "nodes",
            "fraud",
            "light_client",
            "optimisations",
            "leaders",
            "mempool",
            "votes",
            "submission",
        ];
        let scenario = open("layered", &sets(&parts)).unwrap_or_else(|problems| panic!("{problems}"));
        let none = crate::Calibrations::default();
        let case = scenario.case("gpu", "claimed", crate::Sizing::Sized, &none).expect("sound");
        assert!(case.system.layered().fraud.is_none());
        let refused = open("layered", &sets(&["validators"])).expect_err("a chain has validators").to_string();
        assert!(refused.contains("it must be a table"), "{refused}");
        let wrong = open("layered", &["market=of".into()]).expect_err("no such word").to_string();
        assert!(wrong.contains("did you mean `off`?"), "{wrong}");
    }
}
