//! Which columns of a trace mean something, by its heading.

use super::Of;
use super::rows::{cell, time};

/// Where they are.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Whether the first line is a heading.
    pub(super) is_heading: bool,
    /// How many, or how much.
    pub(super) number: Option<usize>,
    pub(super) class: Option<usize>,
    pub(super) size: Option<usize>,
    /// Which mean nothing, in words, where there are any.
    pub(super) unread: Option<String>,
}

impl Columns {
    /// The columns of a file by its first line.
    ///
    /// # Errors
    /// It is neither a heading nor begins with a time, a column has nearly the name of one that means something, or there is no fee.
    pub(super) fn of(first: &csv::ByteRecord, of: Of) -> Result<Self, String> {
        let text = cell(first, 0)?;
        if time(text).is_some() {
            if of == Of::Fees {
                // Of two columns the second can be nothing else.
                return match first.len() {
                    2 => Ok(Self { number: Some(1), ..Self::default() }),
                    1 => Err("it has a time and no fee".to_owned()),
                    several => {
                        Err(format!("which of its {several} columns is the `fee` says a heading, and there is none"))
                    }
                };
            }
            let others = first.len() > 1;
            let unread = others.then(|| "its columns have no heading, and mean nothing beside the first".to_owned());
            return Ok(Self { unread, ..Self::default() });
        }
        if !text.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return Err(format!("`{text}` is neither a time nor the heading of one, which begins with a letter"));
        }
        let mut found = Self { is_heading: true, ..Self::default() };
        let mut unread = Vec::new();
        for at in 1..first.len() {
            let name = cell(first, at)?;
            let place = match name.to_lowercase().as_str() {
                name if name == of.columns()[0] => &mut found.number,
                "class" if of.columns().contains(&"class") => &mut found.class,
                "size" if of.columns().contains(&"size") => &mut found.size,
                other => {
                    let near = |known: &&&str| strsim::damerau_levenshtein(known, other) == 1;
                    if let Some(near) = of.columns().iter().find(near) {
                        return Err(format!(
                            "no column is called `{name}`; did you mean `{near}`? Columns beside the time: {}",
                            of.columns().join(", ")
                        ));
                    }
                    unread.push(format!("`{name}`"));
                    continue;
                }
            };
            if place.replace(at).is_some() {
                return Err(format!("two columns are called `{name}`"));
            }
        }
        if of == Of::Fees && found.number.is_none() {
            let message = format!("no column is called `fee`; columns beside the time: {}", unread.join(", "));
            return Err(message);
        }
        found.unread = match unread.as_slice() {
            [] => None,
            [one] => Some(format!("the column {one} means nothing here")),
            several => Some(format!("the columns {} mean nothing here", several.join(", "))),
        };
        Ok(found)
    }
}
