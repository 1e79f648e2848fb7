//! The size of a leaf: how many transactions one leaf proof covers.
//!
//! Model: larger leaves are dearer each and need fewer merges. Where a fleet is sized, the leaf is the power of two, or the
//! largest size that is allowed, at which the whole tree needs least work; as specified it is what the source names. Both are
//! bounded by what fits into the memory of a server, and by [`FARTHEST`](crate::costs::FARTHEST) times the largest size that was measured. Source: the
//! trade-off between batch and recursion in E. Ben-Sasson et al., "Scalable zero knowledge via cycles of elliptic curves" (2014).
//! Leaves out: leaves of several sizes in one tree, and latency: a larger leaf is waited for longer, which the answer shows.

use super::{Cost, Resolved};
use crate::basis::Known;
use crate::sizing::Sizing;

impl Resolved<'_> {
    /// Chooses the leaf of a cost that was measured at several sizes, where `work` is that of the whole tree with a leaf of so many
    /// transactions; any other cost keeps its own.
    pub(super) fn choose_leaf(&mut self, cost: &mut Cost, sizing: Sizing, work: impl Fn(u64) -> f64) {
        let (Some(measured), Some(fits)) = (cost.largest_measured, cost.transactions) else { return };
        let spec = &self.spec.proving;
        let most = spec.largest_leaf.map_or(fits, |largest| largest.min(fits));
        let leaf = match sizing {
            Sizing::Specified => spec.specified_leaf.map_or(most, |named| named.min(most)),
            Sizing::Sized => {
                let powers = (0..u64::BITS).map(|power| 1 << power).take_while(|size| *size < most);
                let sizes = powers.chain([most]).map(|size| (size, work(size)));
                sizes.min_by(|(_, one), (_, other)| one.total_cmp(other)).map_or(most, |(size, _)| size)
            }
        };
        if let Some(named) = spec.specified_leaf.filter(|named| sizing == Sizing::Specified && *named > fits) {
            let said =
                format!("a leaf of {named} transactions does not fit into the memory of a server; one of {fits} does");
            self.remarks.assumptions.push(said);
        }
        if leaf > measured {
            let told = |source: &str| format!("{source}, extrapolated to {leaf} transactions from at most {measured}");
            for part in &mut cost.parts {
                (part.known, part.source) = (Known::Extrapolated, told(&part.source));
            }
        }
        cost.transactions = Some(leaf);
    }
}
