//! Where figures go when some work takes longer than was measured: up or down, nobody knows how far.

/// Where a figure goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
}

impl Way {
    /// The way of a figure that goes up, or else down, or else nowhere.
    pub(crate) fn of(up: bool, down: bool) -> Option<Self> {
        match (up, down) {
            (true, _) => Some(Self::Up),
            (_, true) => Some(Self::Down),
            _ => None,
        }
    }
}

/// A figure of an outcome by its name: words with dots between them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FigureName<'a> {
    pub(crate) name: &'a str,
    /// The figure of what a million requests cost.
    pub(crate) per_million: &'a str,
    /// The stage of the outcome with the least capacity.
    pub(crate) tightest: &'a str,
}

impl<'a> FigureName<'a> {
    /// The first word of its name.
    pub(crate) fn first(&self) -> &'a str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// The last word of its name.
    pub(crate) fn last(&self) -> &'a str {
        self.name.rsplit('.').next().unwrap_or_default()
    }

    /// Whether it is a bill over all.
    pub(crate) fn is_bill(&self) -> bool {
        self.name == "cost.total" || self.name == self.per_million
    }

    /// Whether it is what a stage carries, or what all carry where that stage carries least.
    pub(crate) fn is_carried_by(&self, stage: &str) -> bool {
        self.name.strip_prefix("capacity.") == Some(stage)
            || ["capacity", "throughput"].contains(&self.first()) && self.tightest == stage
    }
}
