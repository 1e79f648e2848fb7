//! The hosts that were measured: the one that the study is about, and those that stand for named machines.

use std::collections::BTreeMap;

use calibrate::Calibration;

/// The name under which the validators' machine has a calibration of its own; it has no instance in the price list.
pub const VALIDATOR: &str = "validator";

/// Calibrations by what they stand for.
#[derive(Debug, Clone, Default)]
pub struct Calibrations {
    /// The host that stands for every machine that has none of its own.
    pub here: Option<Calibration>,
    /// By instance of the price list, or [`VALIDATOR`].
    pub of_instances: BTreeMap<String, Calibration>,
}

impl Calibrations {
    /// One host for all machines.
    pub fn of_host(here: Option<Calibration>) -> Self {
        Self { here, of_instances: BTreeMap::new() }
    }

    /// The calibration of an instance itself, if there is one.
    pub(crate) fn own(&self, instance: &str) -> Option<&Calibration> {
        self.of_instances.get(instance)
    }
}
