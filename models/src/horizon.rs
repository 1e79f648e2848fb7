//! How long a run is.

/// What a run is asked to cover.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// Time that is simulated first and not measured, in seconds.
    pub warm_up_s: f64,
    /// Measured time in seconds.
    pub measured_s: f64,
}
