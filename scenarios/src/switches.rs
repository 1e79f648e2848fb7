//! What can be switched on in a design: each switch alone, all together, and all but one.
//!
//! Model: a switch is a set of keys with values, laid over the scenario and over every design that sets them itself.
//! Source: one factor at a time from both ends of a two-level experiment, all off and all on (A. M. Law, *Simulation
//! Modeling and Analysis*, 5th ed., 2015, section 12.2). Leaves out: what other pairs of switches do to each other.

use crate::calibrations::Calibrations;
use crate::case::Case;
use crate::reading::{Layer, Problems};
use crate::scenario::Scenario;
use crate::sizing::Sizing;
use crate::spec::{SWITCHES, Switch};

/// Sections of a scenario that judge its answers.
const JUDGED: [&str; 3] = ["claims", "claim_files", "objectives"];

/// A switch, and a case with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Switched {
    /// The switch.
    pub switch: Switch,
    /// The case with this switch alone.
    pub alone: Case,
    /// The case with all the others that are on together; for one of those.
    pub without: Option<Case>,
}

/// A case with its switches.
#[derive(Debug, Clone, PartialEq)]
pub struct Switches {
    /// Every switch of the scenario, in its order.
    pub each: Vec<Switched>,
    /// The case with all that are on together; none where there are fewer than two.
    pub together: Option<Case>,
}

impl Scenario {
    /// A case with each switch of the scenario.
    ///
    /// # Errors
    /// A switch names no key, or a value that the key cannot have; or the case is wrong with it.
    pub fn switched(
        &self,
        design: &str,
        book: &str,
        sizing: Sizing,
        calibrations: &Calibrations,
    ) -> Result<Switches, Problems> {
        // A switch may take away what a claim or an objective of another design is about: nobody judges them here.
        let mut unjudged = self.clone();
        unjudged.layers.extend(JUDGED.map(|section| Layer::SetBy(SWITCHES, format!("{section}=[]"))));
        let with = |on: &dyn Fn(&Switch) -> bool| {
            let mut scenario = unjudged.clone();
            for (key, value) in self.switches.iter().filter(|switch| on(switch)).flat_map(|switch| &switch.set) {
                scenario = scenario.changed(SWITCHES, key, value)?;
            }
            scenario.case_with_worlds(design, book, sizing, calibrations).map_err(|faults| scenario.problems(faults))
        };
        let joint = self.switches.iter().filter(|switch| switch.together).count() > 1;
        let each = self.switches.iter().map(|switch| {
            let others = |other: &Switch| other.together && other.name != switch.name;
            Ok(Switched {
                switch: switch.clone(),
                alone: with(&|other| other.name == switch.name)?,
                without: if joint && switch.together { Some(with(&others)?) } else { None },
            })
        });
        Ok(Switches {
            each: each.collect::<Result<_, Problems>>()?,
            together: if joint { Some(with(&|switch| switch.together)?) } else { None },
        })
    }
}

#[cfg(test)]
mod tests {
    use models::systems::layered::capacity::PROVERS;

    use super::*;

    fn switched(set: &[&str]) -> Result<Switches, Problems> {
        let set: Vec<String> = set.iter().map(|set| (*set).to_owned()).collect();
        let scenario = crate::open("layered", &set).unwrap_or_else(|problems| panic!("{problems}"));
        scenario.switched("gpu", "claimed", Sizing::Sized, &Calibrations::default())
    }

    #[test]
    fn each_switch_is_alone_and_misses_from_the_others() {
        let switches = switched(&["switches=[{name='reuse',set={'optimisations.component_reuse.on'=true}},\
             {name='incremental',set={'optimisations.incremental.on'=true}},\
             {name='late',set={'optimisations.lazy.when'='at epoch end'},together=false}]"]);
        let switches = switches.unwrap_or_else(|problems| panic!("{problems}"));
        let machines = |case: &Case| case.fleet.machines(PROVERS);
        // 10 GPUs of work; 6 with reuse, 3 with incremental proving, 1.8 with both.
        let alone: Vec<u64> = switches.each.iter().map(|one| machines(&one.alone)).collect();
        let without: Vec<Option<u64>> = switches.each.iter().map(|one| one.without.as_ref().map(machines)).collect();
        assert_eq!((alone, without), (vec![7, 4, 11], vec![Some(4), Some(7), None]));
        assert_eq!(switches.together.as_ref().map(machines), Some(2));
    }

    #[test]
    fn a_name_is_one_switch() {
        let twice = "switches=[{name='a',set={}},{name='a',set={}}]".to_owned();
        let problems = crate::open("layered", &[twice]).expect_err("which of both?").to_string();
        assert!(problems.contains("`a` is the name of two switches"), "{problems}");
    }

    #[test]
    fn a_switch_that_cannot_be_is_placed_in_its_section() {
        let set = "switches=[{name='no',set={'optimisations.component_reuse.save'='50 %'}}]".to_owned();
        let text = crate::open("layered", &[set]).expect_err("no such key").to_string();
        assert!(text.contains("[[switches]]") && text.contains("did you mean `saves`"), "{text}");
    }
}
