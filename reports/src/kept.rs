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

    /// Whether it is the short form, as it is printed: of a comparison without the values behind its numbers.
    pub fn is_short(&self) -> bool {
        matches!(self, Self::Comparison(of) if of.designs.iter().any(|summary| summary.samples.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use planner::{Finding, Ground};

    use super::*;
    use crate::{json, sample, sample_plan};

    #[test]
    fn what_files_keep_is_read_back_as_it_was() {
        for plan in [sample_plan::with_front(), sample_plan::without_front()] {
            let plan = Plan { command: "proofcast plan x".into(), ..plan };
            let text = json::kept_plan(&plan).expect("finite");
            let Ok(Kept::Plan(back)) = Kept::read(&text, PLAN_SCHEMA) else { panic!("{text}") };
            // What only the search needs of a trial is not kept.
            assert_eq!(json::kept_plan(&back).expect("finite"), text);
            assert_eq!(crate::table::plan_page(&back), crate::table::plan_page(&plan));
        }
        let comparison = Comparison { command: "proofcast compare x".into(), ..sample::with_market() };
        let text = json::kept_comparison(&comparison).expect("finite");
        assert!(matches!(Kept::read(&text, COMPARISON_SCHEMA), Ok(Kept::Comparison(back)) if *back == comparison));
        let claims: Vec<Finding> = comparison.designs.iter().flat_map(|summary| summary.claims.clone()).collect();
        let ground = Ground { version: "0.0.0".into(), seed: 1, calibration_sha256: None };
        let found =
            Judgements { command: "proofcast claims".into(), ..Judgements::of(claims, &comparison.designs, ground) };
        let text = json::kept_claims(&found).expect("finite");
        assert!(matches!(Kept::read(&text, CLAIMS_SCHEMA), Ok(Kept::Claims(back)) if *back == found), "{text}");
        assert!(Kept::read(&text, PLAN_SCHEMA).is_err_and(|error| error.to_string().contains(CLAIMS_SCHEMA)));
    }
}
