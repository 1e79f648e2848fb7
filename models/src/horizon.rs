//! How long a run is.

use sim::Time;

/// What a run is asked to cover.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// Time that is simulated first and not measured, in seconds.
    pub warm_up_s: f64,
    /// Measured time in seconds.
    pub measured_s: f64,
}

impl Horizon {
    /// From when to when it is measured.
    pub fn measured(&self) -> (Time, Time) {
        let at = Time::from_secs_f64;
        (at(self.warm_up_s), at(self.warm_up_s + self.measured_s))
    }
}
