//! Every input of a case that is not known exactly, at its lowest and at its highest value, one at a time.
//!
//! Model: measured costs move over the 95 % interval of their mean, whatever they are used for; keys of the scenario over the
//! range that its section `[sensitivity]` gives them. What is published or claimed moves only where that section says so.
//! Everything else stays as it is. Source: R. A. Howard, "Decision analysis: practice and promise", Management Science 34(6),
//! 1988. Leaves out: what two inputs do together.

use std::collections::BTreeSet;

use calibrate::Calibration;

use crate::calibrations::Calibrations;
use crate::case::Case;
use crate::quantity::measure;
use crate::reading::Problems;
use crate::scenario::Scenario;
use crate::sizing::Sizing;
use crate::spec::{CostPart, OFF, RANGES};

/// An input that is not known exactly, and the case with it at both ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncertain {
    /// The operation, with the instance that it was measured on where that has its own calibration; or the key.
    pub name: String,
    /// Lowest value, base value and highest value as texts: as written, or empty for what was measured.
    pub texts: [String; 3],
    /// The same as numbers in the base unit, where they are quantities.
    pub values: [Option<f64>; 3],
    /// The unit of `values`.
    pub unit: &'static str,
    /// `measured`, or `scenario` for a range of the scenario.
    pub known: &'static str,
    /// The case at the lowest and at the highest value.
    pub cases: [Case; 2],
}

/// All of a case.
pub type Uncertains = Vec<Uncertain>;

impl Scenario {
    /// Every uncertain input of a case: operations by name, then keys.
    ///
    /// # Errors
    /// A range names no key, or a value that the key cannot have.
    pub fn uncertain(
        &self,
        design: &str,
        book: &str,
        sizing: Sizing,
        calibrations: &Calibrations,
    ) -> Result<Uncertains, Problems> {
        let case = |scenario: &Self, calibrations: &Calibrations| {
            scenario.case(design, book, sizing, calibrations).map_err(|faults| scenario.problems(faults))
        };
        let mut found = Vec::new();
        for (instance, operation) in self.measured(book, calibrations) {
            let Some((seconds, half_width)) = mean(of(calibrations, instance.as_deref()), &operation) else { continue };
            // Both ends of `positive_interval`, as factors on the mean.
            let at = |sign: f64| (1.0 + half_width).powf(sign);
            let end = |sign: f64| {
                let mut calibrations = calibrations.clone();
                let moved = match &instance {
                    Some(instance) => calibrations.of_instances.get_mut(instance),
                    None => calibrations.here.as_mut(),
                };
                moved.into_iter().for_each(|calibration| scale(calibration, &operation, at(sign)));
                case(self, &calibrations)
            };
            found.push(Uncertain {
                name: instance.as_ref().map_or(operation.clone(), |instance| format!("{operation} on {instance}")),
                texts: Default::default(),
                values: [-1.0, 0.0, 1.0].map(|sign| Some(seconds * at(sign))),
                unit: "s",
                known: "measured",
                cases: [end(-1.0)?, end(1.0)?],
            });
        }
        for (key, [low, high]) in self.ranges.iter().filter(|(key, _)| !self.is_off(design, key)) {
            let changed = |value: &str| case(&self.changed(RANGES, key, value)?, calibrations);
            let base = self.value_of(design, key).unwrap_or_default();
            let texts = [low.clone(), base, high.clone()];
            found.push(Uncertain {
                name: key.clone(),
                values: [0, 1, 2].map(|index| measure(&texts[index]).map(|(value, _)| value)),
                unit: measure(low).map_or("", |(_, unit)| unit),
                texts,
                known: "scenario",
                cases: [changed(low)?, changed(high)?],
            });
        }
        Ok(found)
    }

    /// Whether a key belongs to a part that is switched off.
    pub(crate) fn is_off(&self, design: &str, key: &str) -> bool {
        key.match_indices('.').any(|(dot, _)| self.value_of(design, &key[..dot]).is_some_and(|value| value == OFF))
    }

    /// Operations that a book takes from a calibration: those of the host, and those of each instance with its own.
    fn measured(&self, book: &str, calibrations: &Calibrations) -> BTreeSet<(Option<String>, String)> {
        let parts = self.books.get(book).into_iter().flat_map(|book| book.costs.values().flatten());
        let named = parts.filter_map(|part| match part {
            CostPart::Measured { operation, .. } | CostPart::Scaled { operation, .. } => Some(operation.clone()),
            CostPart::Claimed { .. } | CostPart::Published { .. } => None,
        });
        let owners: Vec<Option<String>> =
            std::iter::once(None).chain(calibrations.of_instances.keys().cloned().map(Some)).collect();
        named.flat_map(|operation| owners.iter().map(move |owner| (owner.clone(), operation.clone()))).collect()
    }
}

fn of<'c>(calibrations: &'c Calibrations, instance: Option<&str>) -> Option<&'c Calibration> {
    match instance {
        Some(instance) => calibrations.of_instances.get(instance),
        None => calibrations.here.as_ref(),
    }
}

/// What the largest size takes, and the relative half-width of the interval of the mean.
fn mean(calibration: Option<&Calibration>, operation: &str) -> Option<(f64, f64)> {
    let curve = &calibration?.operation(operation)?.curve;
    let largest = curve.largest as f64;
    Some((curve.seconds(largest), curve.relative_half_width(largest))).filter(|(_, half_width)| *half_width > 0.0)
}

fn scale(calibration: &mut Calibration, operation: &str, factor: f64) {
    let measured = calibration.operations.iter_mut().filter(|measured| measured.description.name == operation);
    measured.for_each(|measured| measured.curve.scale(factor));
}

#[cfg(test)]
mod tests {
    use models::fleet::Pool;
    use models::systems::layered::capacity::VALIDATORS;

    use super::*;

    /// The layered system with changes and of its ranges only these two, each of which takes two cases.
    fn with_ranges(keys: [&str; 2], changes: &[&str]) -> Scenario {
        let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
        let mut scenario = crate::open("layered", &changes).unwrap_or_else(|problems| panic!("{problems}"));
        scenario.ranges.retain(|key, _| keys.contains(&key.as_str()));
        scenario
    }

    #[test]
    fn keys_move_over_the_ranges_of_the_scenario_and_claims_stay() {
        let range =
            "sensitivity={\"validators.hosting\"=[\"$100/month\",\"$300/month\"],\"validators.count\"=[100,800]}";
        let scenario = with_ranges(["validators.hosting", "validators.count"], &[range, "validators.machine=off"]);
        let found = scenario.uncertain("gpu", "claimed", Sizing::Sized, &Calibrations::default());
        let found = found.unwrap_or_else(|problems| panic!("{problems}"));
        let hosting = found.iter().find(|input| input.name == "validators.hosting").expect("it has a range");
        assert_eq!((hosting.values, hosting.unit), ([Some(100.0), Some(200.0), Some(300.0)], "USD/month"));
        let case = scenario.case("gpu", "claimed", Sizing::Sized, &Calibrations::default()).expect("sound");
        let machines = case.fleet.pool(VALIDATORS).map_or(0, Pool::in_all) as f64;
        // By hand: $100 less a month for every machine.
        assert!((case.fleet.total() - hosting.cases[0].fleet.total() - 100.0 * machines).abs() < 1e-3);
        let count = found.iter().find(|input| input.name == "validators.count").expect("it has a range");
        assert_eq!(
            count.cases.each_ref().map(|case| case.fleet.pool(VALIDATORS).map(|pool| pool.owners)),
            [Some(100), Some(800)]
        );
        assert!(found.iter().all(|input| input.known == "scenario"), "nothing claimed moves by itself");
    }

    #[test]
    fn what_is_switched_off_does_not_move() {
        let ranges = "sensitivity={\"market.months\"=[12,48],\"validators.count\"=[100,800]}";
        let names = |changes: &[&str]| -> Vec<String> {
            let scenario = with_ranges(["market.months", "validators.count"], changes);
            let found = scenario.uncertain("gpu", "claimed", Sizing::Sized, &Calibrations::default());
            found.unwrap_or_else(|problems| panic!("{problems}")).into_iter().map(|input| input.name).collect()
        };
        let (on, off) = (names(&[ranges]), names(&[ranges, "market=off"]));
        assert!(on.contains(&"market.months".to_owned()) && off.contains(&"validators.count".to_owned()), "{on:?}");
        assert!(!off.contains(&"market.months".to_owned()), "{off:?}");
    }

    #[test]
    fn a_range_that_cannot_be_is_placed_in_its_section() {
        let range = "sensitivity={\"load.rte\"=[\"1k\",\"2k\"]}".to_owned();
        let problems = crate::open("layered", &[range]).expect_err("no such key");
        assert!(
            problems.to_string().contains("[sensitivity]") && problems.to_string().contains("did you mean `rate`"),
            "{problems}"
        );
    }
}
