//! What is put first of a kind of system, in sentences, tables, sweeps and studies: as data, so that nothing else knows the kind.

use models::system::Counted;

use crate::summary::Summary;
use crate::systems;

/// A figure with what its column is called; lines are broken by hand, since columns are narrow.
#[derive(Debug, Clone, Copy)]
pub struct Headline {
    /// The figure.
    pub metric: &'static str,
    /// Its heading.
    pub heading: &'static str,
}

impl Headline {
    /// A figure under a heading.
    pub(crate) const fn new(metric: &'static str, heading: &'static str) -> Self {
        Self { metric, heading }
    }
}

/// What is put first of a kind.
#[derive(Debug)]
pub struct Headlines {
    /// Name of the kind.
    pub kind: &'static str,
    /// What requests are counted in.
    pub request: Counted,
    /// What waits for machines, in the plural.
    pub waits: &'static str,
    /// What the first table of an outcome is about.
    pub load: &'static str,
    /// What the times that designs are compared by are called: "time to finality".
    pub time: &'static str,
    /// The figures of these times, and of what belongs beside them.
    pub compared: &'static [Headline],
    /// Bill and machines, for what a switch changes.
    pub money: &'static [Headline],
    /// Times, and what belongs beside them, for what a switch changes.
    pub times: &'static [Headline],
    /// Times that a switch is judged by: more is worse.
    pub judged: &'static [&'static str],
    /// What swings are told of, the first being what inputs are sorted by.
    pub swung: &'static [&'static str],
    /// What a sweep shows, and where designs may overtake each other.
    pub swept: &'static [&'static str],
    /// What a design gives, in a sentence.
    pub(crate) told: fn(&Summary) -> String,
}

/// A kind has one.
impl PartialEq for Headlines {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Headlines {
    /// Those of a kind by its name.
    pub fn of(kind: &str) -> Option<&'static Self> {
        systems::headlines().into_iter().find(|headlines| headlines.kind == kind)
    }

    /// The figure of what a million requests cost.
    pub fn per_million(&self) -> String {
        format!("cost.per_million_{}", self.request.words)
    }
}
