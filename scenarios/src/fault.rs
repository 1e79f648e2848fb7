//! What is wrong with a scenario, by the key that it is wrong with, before it has a place in a text.

/// The dotted key of something that is wrong, from where the one who finds it stands, and what is wrong and allowed.
pub type Fault = (String, String);

/// The same faults seen from above: every key lies below another.
pub(crate) fn below(prefix: &str, faults: Vec<Fault>) -> Vec<Fault> {
    faults.into_iter().map(|(key, message)| (format!("{prefix}.{key}"), message)).collect()
}

/// What is wrong, and whether in the book or in the design.
pub(crate) enum Faults {
    OfBook(Vec<Fault>),
    OfDesign(Vec<Fault>, Vec<Lack>),
}

impl Faults {
    /// One thing that is wrong with a key of the design.
    pub(crate) fn at(key: &str, message: String) -> Self {
        Self::OfDesign(vec![(key.to_owned(), message)], Vec::new())
    }

    /// The first of them, in words.
    pub(crate) fn first(&self) -> String {
        let (faults, lacking): (_, &[Lack]) = match self {
            Self::OfBook(faults) => (faults, &[]),
            Self::OfDesign(faults, lacking) => (faults, lacking),
        };
        let faults = faults.iter().map(|(_, message)| message);
        faults.chain(lacking.iter().map(|lack| &lack.message)).next().cloned().unwrap_or_default()
    }
}

/// Something that a design asks of a book that the book has not.
pub(crate) struct Lack {
    /// The key of the design that asks.
    pub(crate) key: String,
    /// The key below the book where it would be.
    pub(crate) in_book: String,
    /// What is lacking, and what there is.
    pub(crate) message: String,
}
