//! A text with a name.

/// A text and what messages call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Path of the file, or what else the text is.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// A source of a text that is already here.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }
}
