//! What a JSON schema allows, as the few shapes that a TOML value can have.
//!
//! References, optional values, enums of every representation and flattened tables are resolved here, so that the check
//! of a value sees only a list of shapes.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use serde_json::Value;

use crate::quantity::Kind;

/// The largest whole number of a file: all up to it are exact as numbers, too.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// How deep references may follow each other before the schema is taken to allow anything.
const DEEPEST: usize = 32;

/// The schema of a type, and the same with nothing required.
pub(super) struct Schemas {
    pub(super) whole: Value,
    pub(super) lenient: Value,
}

/// The schemas of a type. They are made once: a scenario is read many times over, and making them takes as long as reading.
pub(super) fn of<T: JsonSchema + 'static>() -> Arc<Schemas> {
    static MADE: Mutex<BTreeMap<TypeId, Arc<Schemas>>> = Mutex::new(BTreeMap::new());
    let made = &mut *MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || {
        let whole = schemars::schema_for!(T).to_value();
        let mut lenient = whole.clone();
        make_optional(&mut lenient);
        Arc::new(Schemas { whole, lenient })
    };
    Arc::clone(made.entry(TypeId::of::<T>()).or_insert_with(make))
}

/// A place in a schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'s> {
    root: &'s Value,
    value: &'s Value,
}

/// What a value may be.
#[derive(Clone, Debug)]
pub(super) enum Shape<'s> {
    /// Anything at all.
    Any,
    /// A text; if any are listed, one of these.
    Text(Vec<&'s str>),
    /// A number with its unit.
    Quantity { kind: &'static Kind, positive: bool },
    /// A number, perhaps whole, between bounds.
    Number { whole: bool, bounds: Bounds },
    /// `true` or `false`.
    Boolean,
    /// A list: its entries by position, then all others, and how many there may be.
    List { first: Vec<Node<'s>>, rest: Option<Node<'s>>, fewest: u64, most: u64 },
    /// A table.
    Table(Keys<'s>),
}

/// The range of a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Whether the bounds themselves are excluded.
    pub(super) open: (bool, bool),
}

/// The keys of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys<'s> {
    /// What a named key may hold: any of these.
    pub(super) named: BTreeMap<&'s str, Vec<Node<'s>>>,
    pub(super) required: BTreeSet<&'s str>,
    /// What keys with names of the user's choice may hold.
    pub(super) others: Vec<Node<'s>>,
}

impl<'s> Node<'s> {
    /// The root of a schema.
    pub(super) fn root(root: &'s Value) -> Self {
        Self { root, value: root }
    }

    fn at(self, value: &'s Value) -> Self {
        Self { value, ..self }
    }

    fn get(self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| self.at(value))
    }

    fn list(self, key: &str) -> impl Iterator<Item = Self> {
        self.value.get(key).and_then(Value::as_array).into_iter().flatten().map(move |value| self.at(value))
    }

    /// What the value is for: the first line of the description.
    pub(super) fn description(self) -> Option<&'s str> {
        let own = self.value.get("description").and_then(Value::as_str);
        own.or_else(|| self.reference()?.value.get("description")?.as_str())?.lines().next()
    }

    fn reference(self) -> Option<Self> {
        let path = self.value.get("$ref")?.as_str()?.strip_prefix('#')?;
        self.root.pointer(path).map(|value| self.at(value))
    }

    /// Everything that a value here may be.
    pub(super) fn shapes(self) -> Vec<Shape<'s>> {
        self.alternatives(0).unwrap_or_else(|| vec![Shape::Any])
    }

    /// The alternatives, or none when the schema says nothing about the type.
    fn alternatives(self, depth: usize) -> Option<Vec<Shape<'s>>> {
        if depth > DEEPEST {
            return None;
        }
        let mut shapes = self.own();
        for part in self.reference().into_iter().chain(self.list("allOf")) {
            shapes = both(shapes, part.alternatives(depth + 1));
        }
        for choice in ["oneOf", "anyOf"] {
            if self.get(choice).is_some() {
                let either: Vec<_> = self.list(choice).map(|part| part.alternatives(depth + 1)).collect();
                let either = either.into_iter().flat_map(|part| part.unwrap_or_else(|| vec![Shape::Any]));
                shapes = both(shapes, Some(either.collect()));
            }
        }
        shapes
    }

    /// What the node itself says, without the nodes it refers to.
    fn own(self) -> Option<Vec<Shape<'s>>> {
        if let Some(kind) = self.value.get("x-quantity").and_then(Value::as_str).and_then(Kind::named) {
            return Some(vec![Shape::Quantity { kind, positive: self.get("x-positive").is_some() }]);
        }
        let named = match self.value.get("type") {
            Some(Value::String(name)) => vec![name.as_str()],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ if self.get("properties").is_some() => vec!["object"],
            _ if self.get("const").is_some() || self.get("enum").is_some() => vec!["string"],
            _ => return None,
        };
        Some(named.into_iter().filter_map(|name| self.typed(name)).collect())
    }

    fn typed(self, name: &str) -> Option<Shape<'s>> {
        let count = |key: &str, or: u64| self.value.get(key).and_then(Value::as_u64).unwrap_or(or);
        Some(match name {
            "string" => {
                let listed = self.get("const").into_iter().chain(self.list("enum"));
                Shape::Text(listed.filter_map(|node| node.value.as_str()).collect())
            }
            "integer" => Shape::Number { whole: true, bounds: self.whole_bounds() },
            "number" => Shape::Number { whole: false, bounds: self.bounds() },
            "boolean" => Shape::Boolean,
            "array" => Shape::List {
                first: self.list("prefixItems").collect(),
                rest: self.get("items").filter(|items| !items.value.is_boolean()),
                fewest: count("minItems", 0),
                most: count("maxItems", u64::MAX),
            },
            "object" => Shape::Table(self.keys()),
            // TOML has no null: an optional value is one that is not there.
            _ => return None,
        })
    }

    fn bounds(self) -> Bounds {
        let bound = |inclusive: &str, exclusive: &str, or: f64| {
            let number = |key: &str| self.value.get(key).and_then(Value::as_f64);
            number(exclusive).map_or((number(inclusive).unwrap_or(or), false), |bound| (bound, true))
        };
        let (low, low_open) = bound("minimum", "exclusiveMinimum", f64::NEG_INFINITY);
        let (high, high_open) = bound("maximum", "exclusiveMaximum", f64::INFINITY);
        Bounds { low, high, open: (low_open, high_open) }
    }

    /// Bounds of a whole number: where the description names no largest one, it is that of the type.
    fn whole_bounds(self) -> Bounds {
        let largest = match self.value.get("format").and_then(Value::as_str) {
            Some("uint8") => f64::from(u8::MAX),
            Some("uint16") => f64::from(u16::MAX),
            Some("uint32") => f64::from(u32::MAX),
            _ => LARGEST_WHOLE,
        };
        let bounds = self.bounds();
        Bounds { high: bounds.high.min(largest), ..bounds }
    }

    fn keys(self) -> Keys<'s> {
        let fields = |key: &str| self.value.get(key).and_then(Value::as_object).into_iter().flatten();
        let others = self.get("additionalProperties").filter(|others| others.value != &Value::Bool(false));
        Keys {
            named: fields("properties").map(|(key, value)| (key.as_str(), vec![self.at(value)])).collect(),
            required: self.list("required").filter_map(|node| node.value.as_str()).collect(),
            others: others.into_iter().chain(fields("patternProperties").map(|(_, value)| self.at(value))).collect(),
        }
    }
}

impl<'s> Keys<'s> {
    /// The keys of two tables that are written as one.
    fn with(mut self, other: &Self) -> Self {
        for (key, nodes) in &other.named {
            self.named.entry(key).or_insert_with(|| nodes.clone());
        }
        self.required.extend(&other.required);
        self.others.extend(&other.others);
        self
    }

    /// The keys of a table that may be any of several.
    pub(super) fn any(alternatives: &[&Self]) -> Self {
        let mut union = Self::default();
        for keys in alternatives {
            for (key, nodes) in &keys.named {
                union.named.entry(key).or_default().extend(nodes);
            }
            union.others.extend(&keys.others);
        }
        let everywhere = |key: &&&str| alternatives.iter().all(|keys| keys.required.contains(**key));
        union.required =
            alternatives.first().into_iter().flat_map(|keys| &keys.required).filter(everywhere).copied().collect();
        union
    }

    /// The texts that a key is fixed to, as the tag of a variant is.
    pub(super) fn fixed(&self, key: &str) -> Option<Vec<&'s str>> {
        let mut texts = Vec::new();
        for node in self.named.get(key)? {
            node.get("const")?;
            match node.typed("string")? {
                Shape::Text(listed) => texts.extend(listed),
                _ => return None,
            }
        }
        Some(texts)
    }
}

impl Bounds {
    /// Whether a number lies within.
    pub(super) fn contain(&self, number: f64) -> bool {
        let above = if self.open.0 { number > self.low } else { number >= self.low };
        let below = if self.open.1 { number < self.high } else { number <= self.high };
        above && below
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { low, high, open } = self;
        let low_word = if open.0 { "above" } else { "of at least" };
        let high_word = if open.1 { "below" } else { "at most" };
        match (low.is_finite(), high.is_finite()) {
            (true, true) if *open == (false, false) => write!(formatter, " from {low} to {high}"),
            (true, true) => write!(formatter, " {low_word} {low} and {high_word} {high}"),
            (true, false) => write!(formatter, " {low_word} {low}"),
            (false, true) if open.1 => write!(formatter, " below {high}"),
            (false, true) => write!(formatter, " of at most {high}"),
            (false, false) => Ok(()),
        }
    }
}

/// What satisfies two descriptions at once.
fn both<'s>(left: Option<Vec<Shape<'s>>>, right: Option<Vec<Shape<'s>>>) -> Option<Vec<Shape<'s>>> {
    let (Some(left), Some(right)) = (&left, &right) else { return left.or(right) };
    let mut shapes = Vec::new();
    for one in left {
        for other in right {
            match (one, other) {
                (Shape::Table(one), Shape::Table(other)) => shapes.push(Shape::Table(one.clone().with(other))),
                (Shape::Any, shape) | (shape, Shape::Any) => shapes.push(shape.clone()),
                _ if std::mem::discriminant(one) == std::mem::discriminant(other) => shapes.push(one.clone()),
                _ => {}
            }
        }
    }
    Some(shapes)
}

/// Makes every key optional, for a text that says only what differs; entries of lists stay complete.
pub fn make_optional(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    fields.remove("required");
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("properties" | "patternProperties" | "$defs", Value::Object(parts)) => {
                parts.values_mut().for_each(make_optional)
            }
            ("oneOf" | "anyOf" | "allOf", Value::Array(parts)) => parts.iter_mut().for_each(make_optional),
            ("additionalProperties", part) => make_optional(part),
            _ => {}
        }
    }
}
