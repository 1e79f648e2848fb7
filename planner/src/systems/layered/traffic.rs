//! What a validator has on its links and cores beside transactions: votes, and copies of blocks.

use scenarios::Case;

use crate::metrics::Metrics;

/// Votes by the second, what they take of the stages, and how often a block crosses links.
pub(super) fn traffic(metrics: &mut Metrics, case: &Case) {
    if case.system.layered().votes.is_some() {
        let load = case.system.layered().vote_load();
        metrics.exact("votes.heard", "1/s", load.votes);
        metrics.exact("votes.downlink", "Mbit/s", load.down_bytes * 8.0 / 1e6);
        metrics.exact("votes.uplink", "Mbit/s", load.up_bytes * 8.0 / 1e6);
        metrics.exact("votes.cores", "cores", load.core_s);
        for stage in case.stages.iter().filter(|stage| stage.constant > 0.0) {
            metrics.exact(format!("votes_share.{}", stage.name), "share", stage.constant);
        }
    }
    let copies = case.system.layered().copies();
    metrics.exact("copies.leader", "1", copies.leader);
    metrics.exact("copies.relay", "1", copies.relay);
    metrics.exact("copies.received", "1", copies.download);
}
