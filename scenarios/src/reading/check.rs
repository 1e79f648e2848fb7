//! Walks a TOML tree along a schema and finds everything that does not fit.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

use super::schema::{Keys, Node, Shape};
use super::suggest::{listed, meant, nearest};
use crate::quantity::{QuantityError, shorten};

/// A problem that is not tied to a source yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    /// Where, in bytes; none for the text as a whole.
    pub(super) span: Option<Range<usize>>,
    pub(super) message: String,
    pub(super) help: String,
}

/// What takes an entry out of a section whose entries have names of the user's.
const OFF: &str = "off";

/// What a table has that its schema does not allow, and what it leaves out.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) findings: Vec<Finding>,
    /// Entries that are `off`: the section and the name. `design.gpu = "off"` leaves out what a file below defines.
    pub(super) dropped: Vec<(String, String)>,
}

/// Checks a table against its schema.
pub(super) fn check(schema: &Value, table: &DeTable<'_>) -> Checked {
    checked(Checker::default(), schema, table)
}

/// Checks what one layer says, which may change entries of a list of another by their place: `step.0.cost`.
pub(super) fn check_layer(schema: &Value, table: &DeTable<'_>) -> Checked {
    checked(Checker { of_layer: true, ..Checker::default() }, schema, table)
}

/// Tells every table without a key, what it may say and what it must; those that must say nothing are passed over where `there` is none.
pub(super) fn empty(schema: &Value, table: &DeTable<'_>, there: bool) -> Vec<Finding> {
    let of_empty = if there { Empty::Any } else { Empty::Lacking };
    let mut check = Checker { of_layer: true, of_entry: true, of_empty, ..Checker::default() };
    check.table(&Node::root(schema).shapes(), table, None);
    check.findings.retain(|finding| finding.message.ends_with(SAYS_NOTHING));
    check.findings
}

/// Which tables without a key are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Empty {
    /// None beside what is missing in them.
    #[default]
    Not,
    /// All.
    Any,
    /// Those that must say something.
    Lacking,
}

/// How a message about an empty table ends.
const SAYS_NOTHING: &str = "`{}` says nothing";

fn checked(mut check: Checker, schema: &Value, table: &DeTable<'_>) -> Checked {
    check.table(&Node::root(schema).shapes(), table, None);
    Checked { findings: check.findings, dropped: check.dropped }
}

/// Whether all keys of a table are places in a list.
fn are_places(table: &DeTable<'_>) -> bool {
    !table.is_empty() && table.keys().all(|key| key.get_ref().parse::<usize>().is_ok())
}

#[derive(Default)]
struct Checker {
    findings: Vec<Finding>,
    dropped: Vec<(String, String)>,
    /// The keys from the root to the value that is looked at.
    path: Vec<String>,
    /// Whether it looks at what one layer says alone.
    of_layer: bool,
    /// Whether it looks at a part of an entry, whose other keys another layer has.
    of_entry: bool,
    /// Whether it looks for tables without a key.
    of_empty: Empty,
}

impl Checker {
    fn value(&mut self, shapes: &[Shape<'_>], value: &Spanned<DeValue<'_>>) {
        let fits = |wanted: fn(&Shape) -> bool| shapes.iter().any(wanted);
        match value.get_ref() {
            _ if fits(|shape| matches!(shape, Shape::Any)) => {}
            DeValue::Table(table) if fits(|shape| matches!(shape, Shape::Table(_))) => {
                self.table(shapes, table, Some(value.span()));
            }
            DeValue::Table(places)
                if self.names_entries() && fits(|shape| matches!(shape, Shape::List { .. })) && are_places(places) =>
            {
                self.entries(shapes, places);
            }
            DeValue::Array(list) if fits(|shape| matches!(shape, Shape::List { .. })) => {
                self.list(shapes, list, value.span());
            }
            other => self.scalar(shapes, other, value.span()),
        }
    }

    /// Checks a table against the variants that it may be.
    fn table(&mut self, shapes: &[Shape<'_>], table: &DeTable<'_>, header: Option<Range<usize>>) {
        let variants: Vec<&Keys> =
            shapes.iter().filter_map(|shape| if let Shape::Table(keys) = shape { Some(keys) } else { None }).collect();
        if !variants.is_empty() {
            let keys = self.variant(variants, table);
            self.keys(&keys, table, header);
        }
    }

    /// The keys of the variant that a table is: by its tags, else by the keys that it has, else by what fits best.
    fn variant<'s>(&self, mut variants: Vec<&Keys<'s>>, table: &DeTable<'_>) -> Keys<'s> {
        let first = variants[0];
        let tags = first
            .named
            .keys()
            .filter(|key| variants.len() > 1 && variants.iter().all(|keys| keys.fixed(key).is_some()));
        for tag in tags.copied().collect::<Vec<_>>() {
            let said = table.get(tag).and_then(|value| value.get_ref().as_str());
            let is_said =
                |keys: &&Keys| said.is_some_and(|said| keys.fixed(tag).is_some_and(|texts| texts.contains(&said)));
            if !variants.iter().any(is_said) {
                // The tag is missing or wrong, which is reported as such; its other keys may be those of any variant.
                return Keys::any(&variants);
            }
            variants.retain(is_said);
        }
        let known = |keys: &Keys| table.keys().filter(|key| keys.named.contains_key(key.get_ref().as_ref())).count();
        let most = variants.iter().map(|keys| known(keys)).max().unwrap_or(0);
        if variants.len() > 1 && most == 0 {
            return Keys::any(&variants);
        }
        variants.retain(|keys| known(keys) == most);
        let faults = |keys: &Keys| {
            let mut trial = Checker::default();
            trial.keys(keys, table, None);
            trial.findings.len()
        };
        let best = if variants.len() == 1 {
            variants[0]
        } else {
            variants.into_iter().min_by_key(|keys| faults(keys)).unwrap_or(first)
        };
        best.clone()
    }

    fn keys(&mut self, keys: &Keys<'_>, table: &DeTable<'_>, header: Option<Range<usize>>) {
        let told = match self.of_empty {
            Empty::Not => false,
            Empty::Any => true,
            Empty::Lacking => !keys.required.is_empty(),
        };
        if told && table.is_empty() {
            let (key, help) = (self.key(), format!("set one of its keys, `{}.KEY=VALUE`{}", self.key(), allowed(keys)));
            return self.report(header, format!("`{key}`: {SAYS_NOTHING}"), help);
        }
        let mut misspelt = BTreeSet::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let (nodes, is_entry) = match keys.named.get(name) {
                Some(nodes) => (nodes, false),
                None if !keys.others.is_empty() && self.is_dropped(name, value) => continue,
                None if !keys.others.is_empty() => (&keys.others, true),
                None => {
                    misspelt.extend(self.unknown_key(keys, name, key.span()));
                    continue;
                }
            };
            self.path.push(name.to_owned());
            if !is_entry || !self.is_slip(nodes, (key, value), table) {
                self.value(&shapes_of(nodes), value);
            }
            self.path.pop();
        }
        if self.of_entry {
            return;
        }
        // A misspelt key explains the missing one: one mistake, one message.
        for &key in keys.required.iter().filter(|key| !table.contains_key(**key) && !misspelt.contains(**key)) {
            let nodes = keys.named.get(key).map_or(&[][..], |nodes| nodes);
            let what = expected(&shapes_of(nodes));
            let purpose = nodes.iter().find_map(|node| node.description());
            let help = purpose.map_or(format!("it is {what}"), |purpose| format!("it is {what}: {purpose}"));
            self.report(header.clone(), format!("missing key `{key}`{}", self.place()), help);
        }
    }

    /// Reports an entry that a dotted key alone begins, where no other layer has it and it lacks keys of its own: the name of
    /// one that is there was meant.
    fn is_slip(
        &mut self,
        nodes: &[Node<'_>],
        (key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>),
        beside: &DeTable<'_>,
    ) -> bool {
        let DeValue::Table(entry) = value.get_ref() else { return false };
        let name = key.get_ref().as_ref();
        let shapes = shapes_of(nodes);
        let [Shape::Table(keys)] = shapes.as_slice() else { return false };
        let lacks: Vec<&str> = keys.required.iter().filter(|key| !entry.contains_key(**key)).copied().collect();
        let others = || beside.keys().map(|key| key.get_ref().as_ref()).filter(|other| *other != name);
        if value.span() != key.span() || lacks.is_empty() || others().next().is_none() {
            return false;
        }
        let section = self.path[..self.path.len() - 1].join(".");
        let help = format!(
            "{}there are: {}; a new one needs {}",
            meant(name, others()),
            listed(others()),
            listed(lacks.into_iter())
        );
        self.report(Some(key.span()), format!("no `{}` in `{section}`", shorten(name)), help);
        true
    }

    /// Whether an entry of a section of the root is `off`. Deeper ones lie in what a design says, which is laid over later.
    fn is_dropped(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> bool {
        let ([section], Some(OFF)) = (self.path.as_slice(), value.get_ref().as_str()) else { return false };
        self.dropped.push((section.clone(), name.to_owned()));
        true
    }

    /// Reports an unknown key; returns the key that was probably meant.
    fn unknown_key<'s>(&mut self, keys: &Keys<'s>, name: &str, span: Range<usize>) -> Option<&'s str> {
        let meant = nearest(name, keys.named.keys().copied());
        let allowed = match keys.named.len() {
            0 => "no keys are allowed here".to_owned(),
            _ => format!("keys here: {}", listed(keys.named.keys().copied())),
        };
        let help = meant.map_or_else(|| allowed.clone(), |meant| format!("did you mean `{meant}`? {allowed}"));
        self.report(Some(span), format!("unknown key `{}`{}", shorten(name), self.place()), help);
        meant
    }

    /// Whether a table may name entries of a list by their places: in one layer, and in a design, which is laid over later.
    fn names_entries(&self) -> bool {
        self.of_layer || self.path.first().is_some_and(|section| section == "design")
    }

    /// Checks entries of a list by their places.
    fn entries(&mut self, shapes: &[Shape<'_>], places: &DeTable<'_>) {
        let rest = shapes.iter().find_map(|shape| if let Shape::List { rest, .. } = shape { *rest } else { None });
        let of_entry = rest.map_or_else(|| vec![Shape::Any], |node| node.shapes());
        let around = std::mem::replace(&mut self.of_entry, true);
        for (place, entry) in places {
            self.path.push(place.get_ref().to_string());
            self.value(&of_entry, entry);
            self.path.pop();
        }
        self.of_entry = around;
    }

    fn list(&mut self, shapes: &[Shape<'_>], list: &DeArray<'_>, span: Range<usize>) {
        let trials = shapes.iter().filter_map(|shape| {
            let Shape::List { first, rest, fewest, most } = shape else { return None };
            let mut trial = Checker { path: self.path.clone(), ..Checker::default() };
            let length = list.len() as u64;
            if length < *fewest || length > *most {
                let message = format!("`{}`: found {length} entries", self.key());
                trial.report(Some(span.clone()), message, counted(*fewest, *most));
            }
            let first: Vec<_> = first.iter().map(|node| node.shapes()).collect();
            let rest = rest.map_or_else(|| vec![Shape::Any], |node| node.shapes());
            for (index, entry) in list.iter().enumerate() {
                trial.path.push(index.to_string());
                trial.value(first.get(index).unwrap_or(&rest), entry);
                trial.path.pop();
            }
            Some(trial.findings)
        });
        self.findings.extend(trials.min_by_key(Vec::len).unwrap_or_default());
    }

    fn scalar(&mut self, shapes: &[Shape<'_>], value: &DeValue<'_>, span: Range<usize>) {
        let verdicts: Vec<_> = shapes.iter().filter_map(|shape| fits(shape, value)).collect();
        if verdicts.iter().any(Result::is_ok) {
            return;
        }
        let key = self.key();
        let texts: Vec<&str> = shapes
            .iter()
            .flat_map(|shape| if let Shape::Text(texts) = shape { &texts[..] } else { &[] })
            .copied()
            .collect();
        // A value that may also be off: whoever writes another text means a value, unless it is nearly that.
        let is_value = |text: &str| texts == [OFF] && shapes.len() > 1 && nearest(text, [OFF]).is_none();
        let (message, help) = match (value.as_str(), verdicts.into_iter().find_map(Result::err)) {
            (Some(text), _) if !texts.is_empty() && !is_value(text) => {
                let allowed = format!("allowed: {}", listed(texts.iter().copied()));
                let meant = nearest(text, texts.iter().copied());
                let help = meant.map_or_else(|| allowed.clone(), |meant| format!("did you mean `{meant}`? {allowed}"));
                (format!("`{key}`: unknown value `{}`", shorten(text)), help)
            }
            (_, Some(error)) => (format!("`{key}`: {}", error.message), error.help),
            (_, None) => {
                let help = format!("it must be {}{}", expected(shapes), within(shapes));
                (format!("`{key}`: found {}", described(value)), help)
            }
        };
        self.report(Some(span), message, help);
    }

    fn report(&mut self, span: Option<Range<usize>>, message: String, help: String) {
        self.findings.push(Finding { span, message, help });
    }

    fn key(&self) -> String {
        let path: Vec<_> = self.path.iter().map(|key| shorten(key)).collect();
        path.join(".")
    }

    fn place(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.key()) }
    }
}

fn shapes_of<'s>(nodes: &[Node<'s>]) -> Vec<Shape<'s>> {
    nodes.iter().flat_map(|node| node.shapes()).collect()
}

/// Whether a scalar is right for a shape, or none where it is of another type.
fn fits(shape: &Shape<'_>, value: &DeValue<'_>) -> Option<Result<(), QuantityError>> {
    let number = match value {
        DeValue::Integer(whole) => i128::from_str_radix(whole.as_str(), whole.radix()).ok().map(|whole| whole as f64),
        DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
        _ => None,
    };
    match (shape, value) {
        (Shape::Text(texts), DeValue::String(text)) if texts.is_empty() || texts.contains(&text.as_ref()) => {
            Some(Ok(()))
        }
        (Shape::Boolean, DeValue::Boolean(_)) => Some(Ok(())),
        (Shape::Quantity { kind, positive }, _) => {
            let read = match value {
                DeValue::String(text) => kind.parse(text),
                _ => kind.number(number?),
            };
            Some(read.and_then(|value| if *positive { kind.positive(value) } else { Ok(()) }))
        }
        (Shape::Number { whole: true, .. }, DeValue::Float(_)) => None,
        (Shape::Number { bounds, .. }, _) => {
            let number = number?;
            let error = || QuantityError {
                message: format!("found {number}"),
                help: format!("it must be {}", expected(std::slice::from_ref(shape))),
            };
            Some(if bounds.contain(number) { Ok(()) } else { Err(error()) })
        }
        _ => None,
    }
}

/// A value in words.
fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text \"{}\"", shorten(text)),
        DeValue::Integer(number) => format!("the whole number {}", shorten(number.as_str())),
        DeValue::Float(number) => format!("the number {}", shorten(number.as_str())),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// Shapes in words.
fn expected(shapes: &[Shape<'_>]) -> String {
    let mut texts: Vec<&str> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for shape in shapes {
        let word = match shape {
            Shape::Any => "any value".to_owned(),
            Shape::Text(listed) if !listed.is_empty() => {
                texts.extend(listed);
                continue;
            }
            Shape::Text(_) => "a text in quotes".to_owned(),
            Shape::Quantity { kind, .. } => kind.describe(),
            Shape::Number { whole, bounds } => {
                let what = if *whole { "a whole number" } else { "a number" };
                format!("{what}{bounds}")
            }
            Shape::Boolean => "true or false".to_owned(),
            Shape::List { .. } => "a list `[…]`".to_owned(),
            Shape::Table(_) => "a table".to_owned(),
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    if !texts.is_empty() {
        let which = if texts.len() > 1 || words.is_empty() { "one of " } else { "" };
        words.insert(0, format!("{which}{}", listed(texts.into_iter())));
    }
    if words.is_empty() { "left out".to_owned() } else { words.join(" or ") }
}

/// The keys of the table, or of the tables in the list, that shapes allow: in words to go on with.
fn within(shapes: &[Shape<'_>]) -> String {
    let entries = shapes.iter().filter_map(|shape| if let Shape::List { rest, .. } = shape { *rest } else { None });
    let entries: Vec<Shape<'_>> = entries.flat_map(|entry| entry.shapes()).collect();
    match (of_tables(shapes), of_tables(&entries)) {
        (Some(own), _) => own,
        (None, Some(one)) => format!("; an entry is a table{}", one.replacen("keys of the table", "its keys", 1)),
        (None, None) => String::new(),
    }
}

/// The keys of the tables among shapes; nothing where there are none with keys of their own.
fn of_tables(shapes: &[Shape<'_>]) -> Option<String> {
    let tables: Vec<&Keys<'_>> =
        shapes.iter().filter_map(|shape| if let Shape::Table(keys) = shape { Some(keys) } else { None }).collect();
    Some(allowed(&Keys::any(&tables))).filter(|keys| !keys.is_empty())
}

/// What a table may and must say: in words to go on with; nothing where its keys are the user's names.
fn allowed(keys: &Keys<'_>) -> String {
    if keys.named.is_empty() {
        return String::new();
    }
    let required = match keys.required.len() {
        0 => String::new(),
        all if all == keys.named.len() => ", all required".to_owned(),
        _ => format!("; required: {}", listed(keys.required.iter().copied())),
    };
    format!("; keys of the table: {}{required}", listed(keys.named.keys().copied()))
}

/// How many entries a list may have.
fn counted(fewest: u64, most: u64) -> String {
    match (fewest, most) {
        _ if fewest == most => format!("it must have exactly {fewest}"),
        (_, u64::MAX) => format!("it must have at least {fewest}"),
        _ => format!("it must have {fewest} to {most}"),
    }
}
