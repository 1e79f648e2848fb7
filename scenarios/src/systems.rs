//! The kinds of systems: what each says in a file, and what that means.
//!
//! The one `match` over kinds is here; what reads a scenario knows a [`SystemSpec`] and not which.

pub(crate) mod buying;
pub(crate) mod contract;
mod disputes;
pub(crate) mod layered;
pub(crate) mod market;
pub(crate) mod rollup;
pub(crate) mod service;

use std::collections::BTreeMap;

use crate::fault::{Fault, Faults};
use crate::figures::Figures;
use crate::fleet_choice::OpenPool;
use crate::reading::{self, Layer, Places, Problem, Problems, read_with_places};
use crate::spec::Spec;
use crate::traces::Traces;
use contract::{Asked, Made, Mix, Steps};
use layered::spec::LayeredSpec;
use market::spec::MarketSpec;
use rollup::spec::RollupSpec;
use service::spec::ServiceSpec;

/// The system of a design, of any kind.
#[derive(Debug, Clone)]
pub(crate) enum SystemSpec {
    /// The layered proof system.
    Layered(Box<LayeredSpec>),
    /// A proof service.
    Service(Box<ServiceSpec>),
    /// A rollup.
    Rollup(Box<RollupSpec>),
    /// A market for proofs.
    Market(Box<MarketSpec>),
}

/// The kinds, as a file says them; the first is meant where it says nothing.
pub const KINDS: [&str; 4] = ["layered", "service", "rollup", "market"];

/// Reads a scenario of the kind that it says it is, and keeps where each part of it was written.
///
/// # Errors
/// Everything that is wrong with any layer, and with all of them together.
pub(crate) fn read(layers: &[Layer]) -> Result<(Spec<SystemSpec>, Places<'_>), Problems> {
    match kind(layers)? {
        "service" => {
            let (spec, places) = read_with_places::<Spec<ServiceSpec>>(layers)?;
            Ok((spec.with_system(|system| SystemSpec::Service(Box::new(system))), places))
        }
        "rollup" => {
            let (spec, places) = read_with_places::<Spec<RollupSpec>>(layers)?;
            Ok((spec.with_system(|system| SystemSpec::Rollup(Box::new(system))), places))
        }
        "market" => {
            let (spec, places) = read_with_places::<Spec<MarketSpec>>(layers)?;
            Ok((spec.with_system(|system| SystemSpec::Market(Box::new(system))), places))
        }
        _ => {
            let (spec, places) = read_with_places::<Spec<LayeredSpec>>(layers)?;
            Ok((spec.with_system(|system| SystemSpec::Layered(Box::new(system))), places))
        }
    }
}

/// The JSON schema of scenario files of a kind; of the first for any other word.
pub(crate) fn schema(kind: &str) -> schemars::Schema {
    match kind {
        "service" => schemars::schema_for!(Spec<ServiceSpec>),
        "rollup" => schemars::schema_for!(Spec<RollupSpec>),
        "market" => schemars::schema_for!(Spec<MarketSpec>),
        _ => schemars::schema_for!(Spec<LayeredSpec>),
    }
}

/// The kind that the files say, found before anything else in them is checked. A file is of the kind of what it extends.
fn kind(layers: &[Layer]) -> Result<&'static str, Problems> {
    let mut found: Option<&'static str> = None;
    for layer in layers {
        let Layer::File(source) = layer else { continue };
        let Some(said) = reading::said(source, "kind")? else { continue };
        let problem = |message: String, help: String| {
            Problems::from(Problem::new(source, Some(said.span.clone()), message).with_help(help))
        };
        let Some(kind) = KINDS.into_iter().find(|kind| *kind == said.text) else {
            let near = reading::meant(&said.text, KINDS.into_iter());
            let message = format!("there is no kind of system `{}`", said.text);
            return Err(problem(message, format!("{near}kinds: {}", KINDS.join(", "))));
        };
        if let Some(base) = found.filter(|base| *base != kind) {
            let message = format!("`kind` is `{kind}`, and what this file extends is of the kind `{base}`");
            return Err(problem(message, "a scenario is of the kind of what it extends".into()));
        }
        found = Some(kind);
    }
    Ok(found.unwrap_or(KINDS[0]))
}

/// Where each part of a scenario was written.
///
/// # Errors
/// As [`read`].
pub(crate) fn places(layers: &[Layer]) -> Result<Places<'_>, Problems> {
    read(layers).map(|(_, places)| places)
}

impl SystemSpec {
    /// The system with a design's keys laid over it.
    pub(crate) fn overridden(&self, over: &toml::Table) -> Result<Self, String> {
        match self {
            Self::Layered(shared) => {
                layered::says::overridden(shared, over).map(|system| Self::Layered(Box::new(system)))
            }
            Self::Service(shared) => {
                service::says::overridden(shared, over).map(|system| Self::Service(Box::new(system)))
            }
            Self::Rollup(shared) => rollup::says::overridden(shared, over).map(|system| Self::Rollup(Box::new(system))),
            Self::Market(shared) => market::says::overridden(shared, over).map(|system| Self::Market(Box::new(system))),
        }
    }

    /// Its kind, as a file says it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Layered(_) => KINDS[0],
            Self::Service(_) => KINDS[1],
            Self::Rollup(_) => KINDS[2],
            Self::Market(_) => KINDS[3],
        }
    }

    /// What a new file of the user's may begin with: keys of the kind that are often changed, as comments. `base` is the design
    /// that the others are compared with.
    pub(crate) fn starting_keys(&self, base: &str) -> String {
        match self {
            Self::Layered(_) => layered::says::STARTING_KEYS.replace("BASE", base),
            Self::Service(_) => service::says::STARTING_KEYS.replace("BASE", base),
            Self::Rollup(_) => rollup::says::STARTING_KEYS.replace("BASE", base),
            Self::Market(_) => market::says::STARTING_KEYS.replace("BASE", base),
        }
    }

    /// The system as a file would say it.
    pub(crate) fn table(&self) -> toml::Table {
        match self {
            Self::Layered(system) => toml::Table::try_from(system),
            Self::Service(system) => toml::Table::try_from(system),
            Self::Rollup(system) => toml::Table::try_from(system),
            Self::Market(system) => toml::Table::try_from(system),
        }
        .unwrap_or_default()
    }

    /// What is wrong with it that can be told without a cost book, by its key below the design.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        match self {
            Self::Layered(system) => layered::says::faults(system),
            Self::Service(system) => service::says::faults(system),
            Self::Rollup(system) => rollup::says::faults(system),
            Self::Market(system) => market::says::faults(system),
        }
    }

    /// What it is under a book and a sizing, in a world.
    pub(crate) fn made(&self, asked: &Asked<'_>) -> Result<Made, Faults> {
        match self {
            Self::Layered(system) => layered::case::made(system, asked),
            Self::Service(system) => service::made(system, asked),
            Self::Rollup(system) => rollup::made(system, asked),
            Self::Market(system) => market::made(system, asked),
        }
    }

    /// The pools whose machines a search may decide about.
    pub(crate) fn open_pools(&self, asked: &Asked<'_>) -> Result<Vec<OpenPool>, Faults> {
        match self {
            Self::Layered(system) => layered::case::open_pools(system, asked),
            Self::Service(system) => service::open_pools(system, asked),
            Self::Rollup(system) => rollup::open_pools(system, asked),
            Self::Market(system) => market::open_pools(system, asked),
        }
    }

    /// What a run of it is counted in, and how many of these a second has.
    pub(crate) fn steps(&self) -> Steps {
        match self {
            Self::Layered(system) => layered::says::steps(system),
            Self::Service(system) => service::says::steps(system),
            Self::Rollup(system) => rollup::says::steps(system),
            Self::Market(system) => market::says::steps(system),
        }
    }

    /// Reads what a design's files say that it names, and gives the fingerprint of that.
    pub(crate) fn fill(&mut self, design: &str, from: (&Places<'_>, &mut Traces)) -> Result<Vec<u8>, Problems> {
        match self {
            Self::Layered(_) | Self::Market(_) => Ok(Vec::new()),
            Self::Rollup(system) => rollup::traces::fill(design, system, from),
            Self::Service(system) => service::traces::fill(design, system, from),
        }
    }

    /// Who asks, where that differs within its kind.
    pub(crate) fn view(&self) -> Option<&'static str> {
        match self {
            Self::Layered(_) | Self::Service(_) | Self::Rollup(_) => None,
            Self::Market(system) => Some(market::says::view(system)),
        }
    }

    /// Its load, and what that is made of; nothing where it says no load.
    pub(crate) fn mix(&self) -> Option<Mix> {
        match self {
            Self::Layered(system) => Some(layered::says::mix(system)),
            Self::Service(system) => service::says::mix(system),
            Self::Rollup(system) => rollup::says::mix(system),
            Self::Market(system) => Some(market::says::mix(system)),
        }
    }

    /// The figures that its outcomes may have.
    pub(crate) fn figures(&self) -> Figures<'_> {
        match self {
            Self::Layered(system) => layered::figures::figures(system),
            Self::Service(system) => service::figures::figures(system),
            Self::Rollup(system) => rollup::figures::figures(system),
            Self::Market(system) => market::figures::figures(system),
        }
    }

    /// Mean time from proposal to decision on the delays between nodes alone, in seconds.
    pub(crate) fn decision_s(&self) -> Result<f64, String> {
        match self {
            Self::Layered(system) => layered::says::decision_s(system),
            Self::Service(_) => Err("nobody decides by votes in a service".into()),
            Self::Rollup(_) => Err("nobody decides by votes in a rollup".into()),
            Self::Market(_) => Err("nobody decides by votes on a market".into()),
        }
    }
}

/// The systems of a scenario by design.
pub(crate) type Systems = BTreeMap<String, SystemSpec>;
