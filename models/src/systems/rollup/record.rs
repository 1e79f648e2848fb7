//! What a run of a rollup measures.

use sim::{QuantileSketch, Span, Time, TimeAverage};

use super::Rollup;
use super::disputes::Disputed;
use super::expected::Charges;
use super::outcome::Counts;
use crate::QUANTILE_ERROR;
use crate::cohort::Cohort;
use crate::horizon::Horizon;
use crate::orders::buyer::Bought;

/// An outage that was stated.
#[derive(Debug, Clone, Copy)]
struct Stated {
    from: Time,
    until: Time,
    /// The most that was not settled before it.
    most_before: f64,
    recovered: Option<Time>,
}

/// Claims that were challenged, all together.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Disputes {
    pub(super) count: u64,
    pub(super) sum: Disputed,
}

impl Disputes {
    /// One more.
    pub(super) fn add(&mut self, one: &Disputed) {
        self.count += 1;
        self.sum.delay_s += one.delay_s;
        self.sum.bound_eth_s += one.bound_eth_s;
        self.sum.gas += one.gas;
        self.sum.proof_gcycles += one.proof_gcycles;
    }
}

/// What is measured.
#[derive(Debug)]
pub(super) struct Record {
    /// When it is measured.
    from: Time,
    until: Time,
    pub(super) soft: QuantileSketch,
    pub(super) posted: QuantileSketch,
    pub(super) l1_final: QuantileSketch,
    pub(super) settled: QuantileSketch,
    pub(super) hard: QuantileSketch,
    pub(super) withdrawable: QuantileSketch,
    pub(super) batch_proof: QuantileSketch,
    pub(super) counts: Counts,
    pub(super) disputes: Disputes,
    pub(super) paid: Charges,
    pub(super) unposted: TimeAverage,
    pub(super) unsettled: TimeAverage,
    pub(super) unsettled_most: f64,
    pub(super) unordered: TimeAverage,
    /// Measured transactions that are in a block, on L1, and settled.
    pub(super) ordered: u64,
    pub(super) on_l1: u64,
    pub(super) done: u64,
    outages: Vec<Stated>,
    /// Proofs in vain before the measured time.
    pub(super) in_vain_before: u64,
    /// What was bought before the measured time, and in it.
    pub(super) bought: [Option<Bought>; 2],
}

impl Record {
    pub(super) fn new(system: &Rollup, horizon: Horizon) -> Self {
        let sketch = || QuantileSketch::new(QUANTILE_ERROR);
        let nothing = || TimeAverage::new(Time::ZERO, 0.0);
        let (from, until) = horizon.measured();
        let of_provers = system.proving.iter().flat_map(|proving| &proving.outages.stated);
        let stated = system.sequencer.outages.stated.iter().chain(&system.l1.outages.stated).chain(of_provers);
        let stated = stated.map(|(from, lasts): &(Time, Span)| (*from, *from + *lasts));
        Self {
            from,
            until,
            soft: sketch(),
            posted: sketch(),
            l1_final: sketch(),
            settled: sketch(),
            hard: sketch(),
            withdrawable: sketch(),
            batch_proof: sketch(),
            counts: Counts::default(),
            disputes: Disputes::default(),
            paid: Charges::default(),
            unposted: nothing(),
            unsettled: nothing(),
            unsettled_most: 0.0,
            unordered: nothing(),
            ordered: 0,
            on_l1: 0,
            done: 0,
            in_vain_before: 0,
            bought: [None, None],
            outages: stated
                .filter(|(outage, _)| *outage < until)
                .map(|(from, until)| Stated { from, until, most_before: 0.0, recovered: None })
                .collect(),
        }
    }

    /// Whether what happens at a time is measured.
    pub(super) fn measures(&self, at: Time) -> bool {
        self.from <= at && at < self.until
    }

    /// Whether the transactions of a cohort are.
    pub(super) fn of_interest(&self, cohort: &Cohort) -> bool {
        self.measures(cohort.arrived.from)
    }

    /// The measured time begins.
    pub(super) fn restart(&mut self, now: Time) {
        [&mut self.unposted, &mut self.unsettled, &mut self.unordered].into_iter().for_each(|it| it.restart(now));
        self.unsettled_most = self.unsettled.value();
    }

    /// A block closes with these cohorts, of so many transactions together, while others wait.
    pub(super) fn block(&mut self, now: Time, block: &[Cohort], transactions: u64, waits: f64) {
        for cohort in block.iter().filter(|cohort| self.from <= cohort.arrived.from && cohort.arrived.from < self.until)
        {
            cohort.record_latency(now, &mut self.soft);
            self.ordered += cohort.count;
        }
        if self.measures(now) {
            self.counts.ordered += transactions;
            self.counts.blocks += 1;
        }
        let more = transactions as f64;
        self.unposted.set(now, self.unposted.value() + more);
        self.backlog(now, self.unsettled.value() + more, waits);
    }

    /// So many transactions are not settled from now on, those that wait for a block included.
    pub(super) fn backlog(&mut self, now: Time, unsettled: f64, unordered: f64) {
        self.unsettled.set(now, unsettled);
        self.unordered.set(now, unordered);
        if self.measures(now) {
            self.unsettled_most = self.unsettled_most.max(unsettled);
        }
        for outage in &mut self.outages {
            let all = unsettled + unordered;
            if now < outage.from {
                outage.most_before = outage.most_before.max(all);
            } else if now >= outage.until && outage.recovered.is_none() && all <= outage.most_before {
                outage.recovered = Some(now);
            }
        }
    }

    /// Share of the measured transactions that are not on L1 or not settled, 0–1.
    pub(super) fn unsettled_share(&self) -> f64 {
        let done = self.on_l1.min(self.done) as f64;
        if self.ordered > 0 { 1.0 - done / self.ordered as f64 } else { 0.0 }
    }

    /// Whether all stated outages have been recovered from.
    pub(super) fn recovered(&self) -> bool {
        self.outages.iter().all(|outage| outage.recovered.is_some())
    }

    /// How long that took, outage by outage \[s\].
    pub(super) fn recoveries(&self) -> Vec<Option<f64>> {
        let took = |outage: &Stated| outage.recovered.map(|at| (at - outage.until).as_secs_f64());
        self.outages.iter().map(took).collect()
    }
}
