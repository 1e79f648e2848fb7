//! What a file says of a load that changes over time.

use models::profile::Profile;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::quantity::Share;
use crate::spec::{Factors, Part, part, unless_off};

/// How the load changes over time, around its mean. A run starts at midnight of the first day of a week.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileSpec {
    /// What the rate is multiplied by in each of so many equal parts of a day, relative to their mean; left out or `off`: all are alike.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<f64>>", transform = Factors(1_440))]
    pub hours: Vec<f64>,
    /// The same for each of the seven days of a week; left out or `off`: all are alike.
    #[serde(default, deserialize_with = "unless_off")]
    #[schemars(with = "Part<Vec<f64>>", transform = Factors(7))]
    pub days: Vec<f64>,
    /// By how much more comes after each month, compounded; left out or `off`: none.
    #[serde(default, deserialize_with = "part")]
    #[schemars(with = "Option<Part<Share>>")]
    pub growth: Option<Share>,
}

impl ProfileSpec {
    /// What it means; the same at all times where it says nothing that can be.
    pub(crate) fn profile(spec: Option<&Self>) -> Profile {
        let found = spec
            .and_then(|spec| Profile::new(&spec.hours, &spec.days, spec.growth.map_or(0.0, |growth| growth.value())));
        found.unwrap_or_default()
    }

    /// What is wrong with it.
    pub(crate) fn faults(spec: Option<&Self>) -> Vec<Fault> {
        let Some(spec) = spec else { return Vec::new() };
        let mut faults = Vec::new();
        if !spec.days.is_empty() && spec.days.len() != 7 {
            let message = format!("a week has seven days, and these are {}", spec.days.len());
            faults.push(("load.profile.days".to_owned(), message));
        }
        for (key, factors) in [("hours", &spec.hours), ("days", &spec.days)] {
            if !factors.is_empty() && factors.iter().sum::<f64>() <= 0.0 {
                faults.push((format!("load.profile.{key}"), "at least one value must be above zero".to_owned()));
            }
        }
        faults
    }
}
