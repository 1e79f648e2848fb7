//! One input at a time that is not known exactly: which there are, and a design with one of them elsewhere.

use crate::calibrations::Calibrations;
use crate::case::Case;
use crate::fault::Fault;
use crate::fleet_choice::FleetChoice;
use crate::scenario::Scenario;
use crate::sizing::Sizing;
use crate::world::{Met, Unsure, World};

impl Scenario {
    /// What is not known exactly of a design whose fleet is decided, whether it matters there or not.
    ///
    /// # Errors
    /// As [`Scenario::case`].
    pub fn unsure(
        &self,
        of: (&str, &str),
        fleet: &FleetChoice,
        calibrations: &Calibrations,
    ) -> Result<Vec<Unsure>, Vec<Fault>> {
        let met = Met::default();
        self.case_in(World::Told(&met), of, Sizing::Sized, fleet, calibrations)?;
        Ok(met.into_inner().into_iter().map(|((kind, name), within)| Unsure { kind, name, within }).collect())
    }

    /// A design whose fleet is decided, with one input at so many times its best estimate.
    ///
    /// # Errors
    /// As [`Scenario::case`].
    pub fn case_with_one_moved(
        &self,
        of: (&str, &str),
        fleet: &FleetChoice,
        (input, factor): (&Unsure, f64),
        calibrations: &Calibrations,
    ) -> Result<Case, Vec<Fault>> {
        self.case_in(World::Alone(input, factor), of, Sizing::Sized, fleet, calibrations)
    }
}
