//! Figures of a kind of system, each declared once: its name, its unit, and how what was simulated gives it.
//!
//! Whoever asks for a figure by name, prints it or puts an interval around it goes by the declaration. In a name, `*` stands for that of
//! what the figure is of: a step, an alert.

/// A figure of an outcome, or of a part of one.
#[derive(Debug, Clone, Copy)]
pub struct Figure<Of: 'static> {
    /// Name as in results.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Its value; `None` where there is none.
    pub of: fn(&Of) -> Option<f64>,
    /// Why there is none, in words.
    pub missing: &'static str,
}

impl<Of> Figure<Of> {
    /// A figure that may be missing for a reason.
    pub const fn new(
        name: &'static str,
        unit: &'static str,
        of: fn(&Of) -> Option<f64>,
        missing: &'static str,
    ) -> Self {
        Self { name, unit, of, missing }
    }

    /// The name of the figure of something that has this name.
    pub fn named(&self, name: &str) -> String {
        self.name.replace('*', name)
    }
}
