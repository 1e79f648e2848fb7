//! Which columns of a trace mean something, by its heading.

use super::rows::{cell, time};

/// Columns beside the first that mean something.
const KNOWN: [&str; 3] = ["count", "class", "size"];

/// Where they are.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Whether the first line is a heading.
    pub(super) is_heading: bool,
    pub(super) count: Option<usize>,
    pub(super) class: Option<usize>,
    pub(super) size: Option<usize>,
    /// Which mean nothing, in words, where there are any.
    pub(super) unread: Option<String>,
}

impl Columns {
    /// The columns of a file by its first line.
    ///
    /// # Errors
    /// It is neither a heading nor begins with a time, or a column has nearly the name of one that means something.
    pub(super) fn of(first: &csv::ByteRecord) -> Result<Self, String> {
        let text = cell(first, 0)?;
        if time(text).is_some() {
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
                "count" => &mut found.count,
                "class" => &mut found.class,
                "size" => &mut found.size,
                other => {
                    if let Some(near) = KNOWN.into_iter().find(|known| strsim::damerau_levenshtein(known, other) == 1) {
                        return Err(format!(
                            "no column is called `{name}`; did you mean `{near}`? Columns beside the time: {}",
                            KNOWN.join(", ")
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
        found.unread = match unread.as_slice() {
            [] => None,
            [one] => Some(format!("the column {one} means nothing here")),
            several => Some(format!("the columns {} mean nothing here", several.join(", "))),
        };
        Ok(found)
    }
}
