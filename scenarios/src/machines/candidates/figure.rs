//! What costs are the figures of, which says what a machine of the price list must have to stand in for it: cores, or the same GPUs.
//!
//! Model: a core is assumed to be as fast as another, and a GPU of a kind to be as fast as another of that kind. Nothing is known of a GPU
//! of another kind, of cores in place of a GPU, or of machines in place of one that is known by its name alone.

use crate::prices::{Instance, PriceBook};
use crate::spec::{Book, CostPart, Speed};

/// What a claim calls a core.
const CORE: &str = "core";

/// What the costs of a pool are the figures of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Figure {
    /// Cores, on whatever machine.
    Core,
    /// GPUs of a kind.
    Gpu { kind: String, cost: String },
    /// Something that no other machine stands in for; why.
    Other(String),
}

impl Figure {
    /// That of all these costs of a book; what it has none of is told elsewhere.
    pub(super) fn of(book: &Book, costs: &[&str]) -> Self {
        let parts = costs.iter().flat_map(|name| book.costs.get(*name).into_iter().flatten().map(|part| (*name, part)));
        let mut figures: Vec<Self> = Vec::new();
        for (name, part) in parts {
            let figure = Self::of_part(book, name, part);
            if figures.iter().all(|known| !known.is_alike(&figure)) {
                figures.push(figure);
            }
        }
        // What stands in for nothing says why.
        let first = figures.iter().position(|figure| matches!(figure, Self::Other(_))).unwrap_or(0);
        match figures.len() {
            0 => Self::Core,
            1 => figures.swap_remove(0),
            _ if matches!(figures[first], Self::Other(_)) => figures.swap_remove(first),
            _ => Self::Other("its costs are figures of machines of several kinds".into()),
        }
    }

    fn of_part(book: &Book, cost: &str, part: &CostPart) -> Self {
        let list = &book.rates.list;
        let gpu = |kind: &str| Self::Gpu { kind: kind.to_owned(), cost: cost.to_owned() };
        match part {
            CostPart::Measured { .. } => Self::Core,
            CostPart::Claimed { machine: Some(machine), .. } if machine == CORE => Self::Core,
            CostPart::Claimed { machine: None, .. } if says_of_cores(book) => Self::Core,
            CostPart::Claimed { machine: None, .. } => Self::Other(format!(
                "nobody says whether the cost `{cost}` is the figure of a core or of a GPU; give it `machine = \"{CORE}\"`, or the kind of GPU"
            )),
            CostPart::Claimed { machine: Some(machine), .. }
            | CostPart::Published { machine, .. }
            | CostPart::Scaled { fast: machine, .. } => match is_gpu(list, machine) {
                true => gpu(machine),
                false => Self::Other(format!("the cost `{cost}` is the figure of {machine}")),
            },
        }
    }

    /// Whether the same machines stand in for both.
    fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Gpu { kind, .. }, Self::Gpu { kind: other, .. }) => kind == other,
            (one, other) => one == other,
        }
    }

    /// How many GPUs of a machine serve, and how fast each is; nothing where its cores do.
    ///
    /// # Errors
    /// Why the machine does not stand in.
    pub(super) fn gpus(&self, machine: &Instance) -> Result<Option<(u64, Speed)>, String> {
        let mend = "name a machine of the book for it";
        match self {
            Self::Core => Ok(None),
            Self::Other(why) => Err(format!("{why}: {mend}")),
            Self::Gpu { kind, cost } => {
                let gpus = machine.gpus.filter(|gpus| *gpus >= 1.0 && machine.gpu.as_ref() == Some(kind));
                let gpus = gpus.ok_or_else(|| {
                    format!("the cost `{cost}` is the figure of one {kind}, and it has none: {mend}, with its `speed`")
                })?;
                let why = format!("the cost `{cost}` is the figure of one {kind}");
                Ok(Some((gpus as u64, Speed { factor: 1.0, why, within: None })))
            }
        }
    }
}

fn is_gpu(list: &PriceBook, kind: &str) -> bool {
    list.instances().iter().any(|one| one.gpu.as_deref() == Some(kind))
}

/// Whether the claims of a book that name no machine are figures of cores: where it says how fast a core is, or has no machines with
/// GPUs that are as fast as its figures say.
fn says_of_cores(book: &Book) -> bool {
    if !book.any.speed.why.starts_with("assumed") {
        return true;
    }
    let known = book.machines.values().filter(|machine| !machine.speed.why.starts_with("assumed"));
    let mut listed = known.filter_map(|machine| book.rates.list.instance(&machine.provider, &machine.instance));
    !listed.any(|one| one.gpus.is_some_and(|gpus| gpus >= 1.0))
}
