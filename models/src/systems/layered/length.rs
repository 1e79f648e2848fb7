//! How much a run has to do and to keep, before it is begun: what somebody is told who would wait for it.
//!
//! Model: work is counted in blocks of all shards, or in transactions where they come one by one; a run goes on after the measured
//! time until its proofs are accepted. Where machines come and go, what happens to them is counted too. What is kept are the transactions that wait for a proof, and the blocks that can still be
//! reverted. Source: measured for both resolutions; each is right within a factor of two or three.
//! Leaves out: what single proofs and disputes cost, and a fleet so slow that many epochs wait.

use crate::proving::Demand;
use crate::system::Resolution;
use crate::systems::layered::world::LayeredWorld;
use crate::systems::layered::{Horizon, Layered};

/// Epochs whose transactions wait for a proof at once: the one that is filled, and the one that is proven.
const UNPROVEN_EPOCHS: u32 = 2;
/// Memory of a cohort that waits, with the room for growth of the list that it is in.
const BYTES_OF_COHORT: f64 = 96.0;
/// Memory of a block that can still be reverted, without its transactions.
const BYTES_OF_BLOCK: f64 = 128.0;

impl Layered {
    /// Slots of a run, about.
    pub fn slots_of(&self, horizon: Horizon) -> f64 {
        let epochs = f64::from(horizon.warm_up_epochs) + f64::from(horizon.epochs);
        let proven_after = match (self.plan().filter(|_| horizon.prove), self.demand()) {
            (None, _) => 0.0,
            // Whether an epoch is proven is known when nobody can challenge it any more.
            (Some(_), Demand::OnChallenge { .. }) => self.window_slots() + self.slots_per_epoch as f64,
            (Some(_), _) => self.slots_per_epoch as f64,
        };
        epochs * self.slots_per_epoch as f64 + proven_after
    }

    /// What a run has to do: its blocks of all shards, and its transactions where they come one by one.
    pub fn work_of(&self, horizon: Horizon, resolution: Resolution) -> f64 {
        let blocks = self.slots_of(horizon) * (self.shards as f64).max(self.cohorts_of_slot(resolution));
        let life = self.prover_life.as_ref().filter(|_| horizon.prove);
        let machines = life.map_or(0.0, |life| life.lifecycle.events_per_s(self.prover_servers / life.servers));
        blocks + self.slots_of(horizon) * machines * self.slot.as_secs_f64()
    }

    /// What a run keeps at once, in bytes.
    pub fn bytes_of(&self, horizon: Horizon, resolution: Resolution) -> f64 {
        let in_slot = self.cohorts_of_slot(resolution) * BYTES_OF_COHORT;
        let unproven = f64::from(horizon.epochs.min(UNPROVEN_EPOCHS)) * self.slots_per_epoch as f64;
        let revertible = self.window_slots().min(self.slots_of(horizon));
        unproven * in_slot + revertible * (in_slot + BYTES_OF_BLOCK)
    }

    fn cohorts_of_slot(&self, resolution: Resolution) -> f64 {
        match resolution {
            Resolution::Cohort => 1.0,
            Resolution::Transaction => (self.load_per_s * self.slot.as_secs_f64()).max(1.0),
        }
    }

    fn window_slots(&self) -> f64 {
        self.fraud.as_ref().map_or(0.0, |rules| rules.window.as_secs_f64() / self.slot.as_secs_f64())
    }
}

impl LayeredWorld {
    /// Share of the run that is done, about.
    pub(super) fn share_done(&self) -> f64 {
        (self.slot as f64 / self.system.slots_of(self.horizon).max(1.0)).min(1.0)
    }
}
