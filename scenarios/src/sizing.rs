//! How many units the stages of a system have.

/// How many units every stage has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sizing {
    /// What the source names.
    Specified,
    /// The fewest that carry the offered load below the book's target utilization.
    Sized,
}

impl Sizing {
    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Specified => "specified",
            Self::Sized => "sized",
        }
    }
}
