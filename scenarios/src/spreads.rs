//! How much the times of single proofs spread about their mean.
//!
//! Model: a part of a cost that was measured, here or on the machine itself, spreads as its samples do about the curve; a
//! part that is claimed or published has no samples, and spreads as its book says. Parts are independent, and so is doing
//! one several times. Source: the calibration. Leaves out: that a rented machine spreads more than the one that was
//! measured.

use crate::calibrations::Calibrations;
use crate::costs::Cost;
use crate::spec::{Book, CostPart};
use calibrate::Calibration;

/// No spread is taken to be below this: proofs that would end at the same time end in an order that is drawn.
const LEAST_SPREAD: f64 = 1e-6;

/// The book and the calibrations that spreads are taken from.
#[derive(Clone, Copy)]
pub(crate) struct Spreads<'a> {
    pub(crate) book: &'a Book,
    pub(crate) calibrations: &'a Calibrations,
}

impl Spreads<'_> {
    /// Coefficient of variation of the time of one proof of this cost, on an instance.
    pub(crate) fn of(&self, name: &str, cost: &Cost, instance: &str) -> f64 {
        let size = cost.transactions.unwrap_or(1) as f64;
        let (mut total, mut variance) = (0.0, 0.0);
        for (part, known) in self.book.costs.get(name).into_iter().flatten().zip(&cost.parts) {
            let seconds = known.curve.seconds(size);
            total += seconds;
            variance += (seconds * self.spread_of_part(part, instance)).powi(2);
        }
        let spread = if total > 0.0 { variance.sqrt() / total } else { 0.0 };
        spread.max(LEAST_SPREAD)
    }

    fn spread_of_part(&self, part: &CostPart, instance: &str) -> f64 {
        let of = |calibration: Option<&Calibration>, operation: &str| {
            calibration.and_then(|calibration| calibration.operation(operation)).map(|found| found.curve.spread)
        };
        let measured = match part {
            CostPart::Measured { operation, times, .. } => {
                of(self.calibrations.own(instance).or(self.calibrations.here.as_ref()), operation)
                    .map(|spread| spread / (times.unwrap_or(1).max(1) as f64).sqrt())
            }
            CostPart::Scaled { operation, .. } => of(self.calibrations.here.as_ref(), operation),
            CostPart::Claimed { .. } | CostPart::Published { .. } => None,
        };
        measured.unwrap_or(self.book.spread.value())
    }

    /// What is assumed of the times of proofs that nobody measured.
    pub(crate) fn assumed(&self, names: &[&String]) -> Option<String> {
        let stated = |part: &&CostPart| matches!(part, CostPart::Claimed { .. } | CostPart::Published { .. });
        let parts = names.iter().filter_map(|name| self.book.costs.get(*name)).flatten().filter(stated).count();
        (parts > 0).then(|| {
            format!(
                "the time of a proof whose source says no spread has a coefficient of variation of {}: assumed",
                self.book.spread
            )
        })
    }
}
