//! Documents that files keep, read back: what reports are drawn from again, and what two results are compared by.

use planner::{CLAIMS_SCHEMA, COMPARISON_SCHEMA, Comparison, Judgements, PLAN_SCHEMA, Plan, ReadError};

/// A document that a file keeps.
#[derive(Debug)]
pub enum Kept {
    /// Of `simulate` and `compare`.
    Comparison(Box<Comparison>),
    /// Of `plan`.
    Plan(Box<Plan>),
    /// Of `claims`.
    Claims(Box<Judgements>),
}

/// Names of the files, with what the document in each says that it is.
pub const FILES: [(&str, &str); 3] =
    [("outcome.json", COMPARISON_SCHEMA), ("plan.json", PLAN_SCHEMA), ("claims.json", CLAIMS_SCHEMA)];

impl Kept {
    /// The document of a schema of [`FILES`] that a text says; a schema that is none of these is read as that of a comparison, whose
    /// reader says what it expects.
    ///
    /// # Errors
    /// What is wrong with the text, and where.
    pub fn read(text: &str, schema: &str) -> Result<Self, ReadError> {
        match schema {
            PLAN_SCHEMA => Plan::read(text).map(|plan| Self::Plan(plan.into())),
            CLAIMS_SCHEMA => Judgements::read(text).map(|found| Self::Claims(found.into())),
            _ => Comparison::read(text).map(|comparison| Self::Comparison(comparison.into())),
        }
    }
}
