//! What a search leaves open: undecided fleets that would be cheaper, and fleets that cost the same.

use super::super::selection::ZONE;
use super::super::trial::{LOOKS, Rigor, Trial};
use super::{FleetAt, SAME, SEARCH_ERROR, Search};
use crate::summary::Standing;

/// Looks at an undecided fleet that is cheaper than the best by more than differences count.
pub(crate) const MORE_LOOKS: u32 = LOOKS + 3;
/// Fleets of the same cost that are tested at most.
const MOST_TIES: u32 = 64;
impl Search<'_> {
    /// Finds the cheapest fleet, and tests for longer what would be cheaper by more than differences count and is undecided.
    pub(crate) fn find(&mut self) {
        self.cheapest();
        while let Some(fleet) = self.worth_more_looks().filter(|_| !self.stopped()) {
            let rigor = Rigor::of_search(SEARCH_ERROR, MORE_LOOKS);
            let mut scores = self.scores.remove(&fleet).unwrap_or_default();
            let tried = self.tried(&fleet, rigor, &mut scores);
            self.scores.insert(fleet.clone(), scores);
            let Some(tried) = tried else { break };
            let is_open = tried.standing == Standing::Undecided;
            self.trials.insert(fleet.clone(), tried);
            self.tested_longer.insert(fleet);
            if !is_open {
                self.cheapest();
            }
        }
        self.settle_ties();
    }

    /// The cheapest fleet that is undecided, was not tested for longer, and costs less than the best by more than differences count.
    fn worth_more_looks(&mut self) -> Option<FleetAt> {
        let stand =
            |standing| move |(fleet, trial): (&FleetAt, &Trial)| (trial.standing == standing).then(|| fleet.clone());
        let passed: Vec<FleetAt> = self.trials.iter().filter_map(stand(Standing::Pass)).collect();
        let open: Vec<FleetAt> = self.trials.iter().filter_map(stand(Standing::Undecided)).collect();
        let best = passed.iter().map(|fleet| self.paid_usd(fleet)).fold(f64::INFINITY, f64::min);
        // Without any fleet that passes there is nothing that an undecided one would be cheaper than.
        let open = if best.is_finite() { open } else { Vec::new() };
        let mut worth: Vec<(f64, FleetAt)> = Vec::new();
        for fleet in open {
            let usd = self.paid_usd(&fleet);
            let is_new = !self.trials[&fleet].unsettled && !self.tested_longer.contains(&fleet);
            if is_new && usd < best * (1.0 - ZONE) {
                worth.push((usd, fleet));
            }
        }
        worth.into_iter().min_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, fleet)| fleet)
    }

    /// How far a fleet is from the target that it comes nearest to missing, as a share of what lies between that and the best there
    /// could be.
    pub(super) fn room(&self, fleet: &FleetAt) -> f64 {
        let Some(trial) = self.trials.get(fleet) else { return f64::NEG_INFINITY };
        let targets = self.asked.iter().map(|place| &self.all[*place]);
        targets.zip(&trial.targets).filter_map(|(target, held)| target.room(held.found?)).fold(f64::INFINITY, f64::min)
    }

    /// Tests fleets that cost as much as the best, so that of equal ones the one is taken that has most room.
    fn settle_ties(&mut self) {
        let Some((_, usd)) = self.best().filter(|_| !self.is_random()) else { return };
        let mut tested = 0;
        for at in 0..self.configurations.len() {
            for counts in self.open(at, usd * (1.0 + SAME)) {
                let fleet = (at, counts);
                if tested < MOST_TIES && !self.stopped() && self.usd(&fleet) >= usd * (1.0 - SAME) {
                    self.standing(&fleet);
                    tested += 1;
                }
            }
        }
    }
}
