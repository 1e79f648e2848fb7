//! Claims with their verdicts, and what designs reach of their objectives: the document of `claims`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ERROR_RATE;
use crate::summary::{Attainment, CLAIMS_SCHEMA, Finding, Summary, Verdict};

/// What was found on claims and objectives. Its JSON form is the machine interface `proofcast/claims/1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgements {
    /// [`CLAIMS_SCHEMA`].
    pub schema: String,
    /// Chance of a wrong verdict at a bound, at most.
    pub error_rate: f64,
    /// How many claims have each verdict.
    pub counts: BTreeMap<Verdict, usize>,
    /// The claims in their order.
    pub claims: Vec<Finding>,
    /// What designs reach of their objectives.
    pub objectives: Vec<OfDesign>,
    /// What all of it rests on.
    pub provenance: Ground,
    /// What was typed to get it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
}

/// What a design reaches of its objectives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfDesign {
    /// Name of the design.
    pub design: String,
    /// Cost book.
    pub costs: String,
    /// `specified` or `sized`.
    pub sizing: String,
    /// What it reaches.
    pub objectives: Vec<Attainment>,
}

/// What findings on claims rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// Version of the program.
    pub version: String,
    /// Seed of all random streams.
    pub seed: u64,
    /// SHA-256 of the host's calibration, where one was needed.
    pub calibration_sha256: Option<String>,
}

impl Judgements {
    /// The findings on claims, and what designs with objectives reach.
    pub fn of<'s>(claims: Vec<Finding>, designs: impl IntoIterator<Item = &'s Summary>, provenance: Ground) -> Self {
        let mut counts = BTreeMap::new();
        claims.iter().for_each(|finding| *counts.entry(finding.verdict).or_default() += 1);
        let asked = designs.into_iter().filter(|summary| !summary.objectives.is_empty());
        let objectives = asked.map(|summary| OfDesign {
            design: summary.design.clone(),
            costs: summary.costs.clone(),
            sizing: summary.sizing.clone(),
            objectives: summary.objectives.clone(),
        });
        Self {
            schema: CLAIMS_SCHEMA.to_owned(),
            error_rate: ERROR_RATE,
            counts,
            objectives: objectives.collect(),
            claims,
            provenance,
            command: String::new(),
        }
    }

    /// What the machine interface says of it: all but how to draw it again.
    pub fn published(&self) -> Self {
        Self { command: String::new(), ..self.clone() }
    }
}
