//! How much a run of a rollup has to do and to keep, before it is begun.
//!
//! Model: work is counted in blocks, or in transactions where they come one by one, and in what happens to machines that come and go. What
//! is kept are the transactions that are not settled. Source: measured for both resolutions; right within a factor of two or three.
//! Leaves out: backlogs.

use sim::Time;

use super::capacity::{BLOBS, places};
use super::record::Record;
use super::world::RollupWorld;
use super::{Posting, Rollup};
use crate::fleet::HOURS_PER_MONTH;
use crate::given::Given;
use crate::horizon::Horizon;
use crate::machines::PoolOutcome;
use crate::system::Resolution;
use crate::systems::rollup::expected::Charges;

/// Memory of a cohort that waits, with the room for growth of the list that it is in.
const BYTES_OF_COHORT: f64 = 96.0;
/// As many expected delays, beside the measured time itself, a run waits for what is measured.
const PATIENCE: f64 = 4.0;

impl Rollup {
    /// What a run has to do.
    pub fn work_of(&self, horizon: Horizon, resolution: Resolution) -> f64 {
        let all_s = horizon.warm_up_s + horizon.measured_s + self.longest_way_s();
        let lives =
            self.proof_systems().iter().filter_map(|system| Some((system, &system.place.life.as_ref()?.lifecycle)));
        let machines: f64 = lives.map(|(system, life)| life.events_per_s(system.place.machines)).sum();
        all_s * (self.cohorts_per_s(resolution) + machines)
    }

    /// What a run keeps at once, in bytes.
    pub fn bytes_of(&self, _: Horizon, resolution: Resolution) -> f64 {
        self.longest_way_s() * self.cohorts_per_s(resolution) * BYTES_OF_COHORT
    }

    fn cohorts_per_s(&self, resolution: Resolution) -> f64 {
        let blocks_per_s = 1.0 / self.sequencer.block.as_secs_f64();
        match resolution {
            Resolution::Cohort => blocks_per_s,
            Resolution::Transaction => blocks_per_s.max(self.load_per_s),
        }
    }

    /// From the submission of a transaction to the settlement of its batch, where everything is as expected and it is the first of its batch \[s\].
    fn longest_way_s(&self) -> f64 {
        let batches = self.batches_at(self.load_per_s);
        let posted_s =
            batches[self.data.level].interval_s + self.data.waits.map_or(0.0, |(_, most)| most.as_secs_f64());
        let settled_s = self.delay_s() + batches[self.settlement.level].interval_s;
        posted_s + settled_s + self.l1.slot.as_secs_f64() * 2.0 / self.l1.included
    }

    /// How long after the measured time a run waits for what was measured \[s\].
    pub(super) fn patience_s(&self, horizon: Horizon) -> f64 {
        let of_provers = self.proving.iter().flat_map(|proving| &proving.outages.stated);
        let stated = self.sequencer.outages.stated.iter().chain(&self.l1.outages.stated).chain(of_provers);
        let down_s: f64 = stated.map(|(_, lasts)| lasts.as_secs_f64()).sum();
        horizon.measured_s + PATIENCE * self.longest_way_s() + down_s
    }

    /// What was paid and bound in a run, by the month.
    pub(super) fn by_the_month(&self, record: &Record, horizon: Horizon) -> Charges {
        let measured_s = horizon.measured_s;
        let months = measured_s / (HOURS_PER_MONTH * 3_600.0);
        let (paid, disputed) = (record.paid, record.disputes.sum);
        Charges {
            data_gas_eth: paid.data_gas_eth / months,
            blobs_eth: paid.blobs_eth / months,
            settlement_gas_eth: paid.settlement_gas_eth / months,
            elsewhere_gb: paid.elsewhere_gb / months,
            bought_usd: paid.bought_usd / months,
            dispute_gas_eth: disputed.gas * self.mean_gas_gwei(horizon) / 1e9 / months,
            dispute_gcycles: disputed.proof_gcycles / months,
            bonds_eth: self.bonds_eth(record.counts.settled as f64 / measured_s) + disputed.bound_eth_s / measured_s,
            fast_usd: self.fast_usd(record.withdrawable.mean().unwrap_or(0.0)),
        }
    }
}

impl RollupWorld {
    /// What each stage has given by now: of blocks and blobs, the time that would have been enough for what was put into them.
    pub(super) fn given(&self, now: Time) -> Vec<Given> {
        let counts = &self.record.counts;
        let blocks = self.system.block_utilization(counts, 1.0).into_iter();
        let blobs = matches!(self.system.data.posting, Posting::Blobs { .. }).then(|| {
            let so_far_s = counts.blobs / self.system.l1.most_blobs * self.system.l1.slot.as_secs_f64();
            (BLOBS.to_owned(), so_far_s)
        });
        let alone = blocks.chain(blobs).map(|(stage, so_far_s)| Given { stage, so_far_s, servers: 1.0 });
        let given = self.proofs.iter().flat_map(|proofs| proofs.given_s(now));
        let of_places = places(&self.system).into_iter().zip(given).map(|(place, so_far_s)| Given {
            stage: place.pool.clone(),
            so_far_s,
            servers: (place.machines * place.servers) as f64,
        });
        alone.chain(of_places).collect()
    }

    /// Work that each stage was given in the measured time, as a share of what the servers could do that were there.
    pub(super) fn utilization(&self, measured_s: f64, pools: &[PoolOutcome]) -> Vec<(String, f64)> {
        let blocks = self.system.block_utilization(&self.record.counts, measured_s).into_iter();
        let l1 = &self.system.l1;
        let room = l1.most_blobs * measured_s / l1.slot.as_secs_f64();
        let is_posted = matches!(self.system.data.posting, Posting::Blobs { .. });
        let blobs = is_posted.then(|| (BLOBS.to_owned(), self.record.counts.blobs / room));
        let work = self.work[1].iter().zip(&self.work[0]).map(|(after, before)| after - before);
        let of_places = places(&self.system).into_iter().zip(work).map(|(place, work_s)| {
            let ran = pools.iter().find(|pool| pool.name == place.pool);
            let machines = ran.map_or(place.machines as f64, |ran| ran.serving);
            // Where no machine ever served, none was busy.
            let share = if work_s > 0.0 { work_s / (machines * place.servers as f64 * measured_s) } else { 0.0 };
            (place.pool.clone(), share)
        });
        blocks.chain(blobs).chain(of_places).collect()
    }
}
