//! What a layered system says without a cost book: its load and mix, what is wrong with it, and how long its runs are.

use models::quorum::QuorumTable;
use serde::Deserialize;

use super::spec::LayeredSpec;
use crate::change::Mix;
use crate::network::{among, wan_matrix};
use crate::systems::Steps;

/// A system that is read as it is in a file, where it stands beside other keys: so the code that reads it, which is long, is
/// compiled for one kind of input only.
#[derive(Deserialize)]
struct Flattened {
    #[serde(flatten)]
    system: LayeredSpec,
}

/// The shared system with a design's keys laid over it.
pub(crate) fn overridden(shared: &LayeredSpec, over: &toml::Table) -> Result<LayeredSpec, String> {
    let shared = toml::Table::try_from(shared).map_err(|error| error.to_string())?;
    let merged: Flattened =
        crate::reading::merge(&shared, over).try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    Ok(merged.system)
}

/// What is wrong with it, by key.
pub(crate) fn faults(system: &LayeredSpec) -> Vec<(String, String)> {
    let regions = system.network.regions.as_deref().and_then(crate::network::fault);
    regions.map(|message| ("network.regions".to_owned(), message)).into_iter().collect()
}

/// Its blocks, of all shards.
pub(crate) fn steps(system: &LayeredSpec) -> Steps {
    let shards = f64::from(system.chain.shards);
    Steps {
        what: "blocks of all shards",
        per_second: shards / system.chain.slot.seconds(),
        at_once: shards,
        key: "chain.slot",
        longer: "the slots longer",
    }
}

/// Its load by tiers.
pub(crate) fn mix(system: &LayeredSpec) -> Mix {
    let shares = system.tiers.iter().map(|(name, tier)| (name.clone(), tier.share.value()));
    let shares = shares.filter(|(_, share)| *share > 0.0).collect();
    Mix { load_per_s: system.load.rate.per_second(), section: "tiers", shares }
}

/// Mean time from proposal to decision on the delays between nodes alone, its leader drawn from all nodes \[s\].
pub(crate) fn decision_s(system: &LayeredSpec) -> Result<f64, String> {
    let all = wan_matrix();
    let matrix = match &system.network.regions {
        None => all,
        Some(regions) if regions.is_empty() => return Err("at least one region is needed".into()),
        Some(regions) => among(&all, regions)?,
    };
    let nodes = matrix.spread_evenly(system.validators.count);
    let table = QuorumTable::new(&matrix, &nodes);
    let sum: f64 = table.delays().iter().zip(&nodes).map(|(delay, nodes)| delay.as_secs_f64() * *nodes as f64).sum();
    Ok(sum / system.validators.count as f64)
}
