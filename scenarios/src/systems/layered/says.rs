//! What a layered system says without a cost book: its load and mix, what is wrong with it, and how long its runs are.

use models::quorum::{Members, QuorumTable};
use serde::Deserialize;

use super::spec::LayeredSpec;
use crate::fault::Fault;
use crate::machines::lifecycle;
use crate::network::{among, wan_matrix};
use crate::spec::ProfileSpec;
use crate::systems::contract::{Mix, Steps};

/// Keys that are often changed, as comments.
pub(crate) const STARTING_KEYS: &str = r#"# [design.BASE.proving]
# specified_machines = 52

# A design of your own starts from the shared keys:
# [design.mine.proving]
# machine = "gpu"
# leaf = "gpu_batch"
# pair = "gpu_pair"
# segment_slots = 1
# levels = [{ name = "epoch proof", node = "nothing" }]

# Money is studied beside the chain: the market for proofs, the fees of the tiers, the nodes.
# [market]
# mechanism = "lottery"         # here a race; also "round robin" and "auction"
# prover.machines = 20          # default: as many as prove an epoch within `prover.aim`
# [fees.tiers.private]
# willingness = 0.05            # tokens that users would pay on average

# [load]
# rate = "25k"                  # tx/s, Poisson arrivals; a design with a load of its own keeps it

# [validators]
# validation = "own shard"      # default: every validator checks every transaction
# downlink = "1 Gbit/s"

# A cost that you know better than the book: claimed, measured by `proofcast calibrate`, or published.
# [books.measured.costs]
# signature_verify = [{ from = "claimed", time = "60 us", source = "our own bench, 2026-11" }]
"#;

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
pub(crate) fn faults(system: &LayeredSpec) -> Vec<Fault> {
    let regions = system.network.regions.as_deref().and_then(crate::network::fault);
    let regions = regions.map(|message| ("network.regions".to_owned(), message));
    let machines = system.proving.lifecycle.iter();
    let machines = machines.flat_map(|life| lifecycle::faults("proving.lifecycle", life, Some(ALIKE)));
    regions.into_iter().chain(ProfileSpec::faults(system.load.profile.as_ref())).chain(machines).collect()
}

/// Why lots of provers are all of one machine.
const ALIKE: &str = "provers of a layered system are all alike";

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

/// Mean time from proposal to decision, as the design votes, on the delays between nodes alone; its leaders are drawn from all
/// nodes \[s\].
pub(crate) fn decision_s(system: &LayeredSpec) -> Result<f64, String> {
    let all = wan_matrix();
    let matrix = match &system.network.regions {
        None => all,
        Some(regions) if regions.is_empty() => return Err("at least one region is needed".into()),
        Some(regions) => among(&all, regions)?,
    };
    let nodes = matrix.spread_evenly(system.validators.count);
    Ok(QuorumTable::of(system.network.voting.into(), &matrix, &Members::all(&nodes)).mean_s())
}

#[cfg(test)]
mod tests {
    use crate::claims::{HeldAgainst, Value};

    /// What the claim about a vote on the delays alone is held against \[s\].
    fn decision_s(voting: &str) -> f64 {
        let regions = "network.regions=[\"N_Virginia\", \"Canada\", \"N_California\"]".to_owned();
        let set = [format!("network.voting={voting}"), regions, "validators.count=3".to_owned()];
        let scenario = crate::open("layered", &set).unwrap_or_else(|problems| panic!("{problems}"));
        let claim = scenario.claims.iter().find(|claim| claim.id == "S1.finality.network").expect("a claim");
        let HeldAgainst::Found(computation) = &claim.check else { panic!("{claim:?}") };
        let Value::Known(decision) = &computation.inputs()[0].value else { panic!("{claim:?}") };
        decision.value
    }

    #[test]
    fn a_claim_about_a_vote_is_held_against_how_the_design_votes() {
        // Three nodes, 7, 30 and 38 or 39 ms apart, all of which must vote. Three broadcasts take 107, 115 or 116 ms by the leader;
        // a round to the next leader takes 60, 69, 45, 68, 77, 38, 46, 39 or 77 ms by both, and there are two.
        let hand = [("three broadcasts", 0.338 / 3.0), ("two-chain HotStuff", 2.0 * 0.519 / 9.0)];
        for (voting, hand_s) in hand {
            let found = decision_s(voting);
            assert!((found - hand_s).abs() < 1e-9, "{voting}: {found}, by hand {hand_s}");
        }
    }
}
