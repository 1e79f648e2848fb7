//! What is measured while a service runs.

use sim::{QuantileSketch, Span, Time, TimeAverage};

use crate::QUANTILE_ERROR;
use crate::given::Given;
use crate::systems::service::course::Flow;
use crate::systems::service::outcome::{Attempts, CacheCounts, Counts, RolloutCounts, SettlementOutcome, StepOutcome};
use crate::systems::service::requests::{Ending, Miss};
use crate::systems::service::settlement::Life;
use crate::systems::service::{Place, Service, Step};

/// What is measured of one step.
#[derive(Debug)]
pub(super) struct StepRecord {
    wait: QuantileSketch,
    service: QuantileSketch,
    waiting: TimeAverage,
    busy: TimeAverage,
    /// Server-seconds given before the measured time.
    given_s: f64,
    refused: u64,
    /// Means over the measured time, once it is over: who waits, and servers at work.
    means: [f64; 2],
}

/// What is measured.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) steps: Vec<StepRecord>,
    pub(super) sojourn: QuantileSketch,
    pub(super) counts: Counts,
    /// All that happened since the start, measured or not.
    pub(super) flow: Flow,
    pub(super) attempts: Attempts,
    pub(super) cache: CacheCounts,
    pub(super) rollout: RolloutCounts,
    pub(super) settlement: SettlementOutcome,
    /// Time of servers of every instance, of services that ended in the measured time \[ns\].
    worked: Vec<u64>,
    pub(super) answers: u64,
    /// Server-seconds of the attempts that left in the measured time.
    pub(super) work_s: f64,
    /// Those that were for nothing.
    pub(super) wasted_s: f64,
    /// Whether the measured time is now.
    pub(super) measuring: bool,
}

impl Record {
    pub(super) fn new(steps: usize, instances: u32) -> Self {
        let sketch = || QuantileSketch::new(QUANTILE_ERROR);
        let step = |_| StepRecord {
            wait: sketch(),
            service: sketch(),
            waiting: TimeAverage::new(Time::ZERO, 0.0),
            busy: TimeAverage::new(Time::ZERO, 0.0),
            given_s: 0.0,
            refused: 0,
            means: [0.0; 2],
        };
        Self {
            steps: (0..steps).map(step).collect(),
            sojourn: sketch(),
            counts: Counts::default(),
            flow: Flow::default(),
            attempts: Attempts::default(),
            cache: CacheCounts::default(),
            rollout: RolloutCounts::default(),
            settlement: SettlementOutcome { paid: sketch(), rejected: sketch(), disputed: 0 },
            worked: vec![0; instances as usize],
            answers: 0,
            work_s: 0.0,
            wasted_s: 0.0,
            measuring: false,
        }
    }

    /// The measured time begins.
    pub(super) fn begin(&mut self, now: Time) {
        self.measuring = true;
        for step in &mut self.steps {
            step.waiting.restart(now);
            step.given_s += step.busy.area(now);
            step.busy.restart(now);
        }
    }

    /// The measured time ends; its requests are still followed.
    pub(super) fn end(&mut self, now: Time) {
        self.measuring = false;
        for step in &mut self.steps {
            step.means = [step.waiting.mean(now), step.busy.mean(now)];
        }
    }

    /// A server of an instance is done with a job.
    #[inline]
    pub(super) fn worked_on(&mut self, instance: u32, service: Span) {
        if self.measuring {
            self.worked[instance as usize] += service.nanos();
        }
    }

    /// Share of the time that the servers of every instance worked, where each has so many and the measured time is this.
    pub(super) fn instances(&self, servers: u64, measured: Span) -> Vec<f64> {
        let available = (servers.max(1) * measured.nanos()) as f64;
        self.worked.iter().map(|worked| *worked as f64 / available).collect()
    }

    /// One more request waits for a step.
    #[inline]
    pub(super) fn waits(&mut self, step: u16, now: Time) {
        let waiting = &mut self.steps[step as usize].waiting;
        waiting.set(now, waiting.value() + 1.0);
    }

    /// One request less waits for a step.
    #[inline]
    pub(super) fn waits_no_more(&mut self, step: u16, now: Time) {
        let waiting = &mut self.steps[step as usize].waiting;
        waiting.set(now, waiting.value() - 1.0);
    }

    /// A server begins with a step.
    #[inline]
    pub(super) fn begins(&mut self, step: u16, now: Time) {
        let busy = &mut self.steps[step as usize].busy;
        busy.set(now, busy.value() + 1.0);
    }

    /// A measured request has waited for a server of a step.
    #[inline]
    pub(super) fn waited(&mut self, step: u16, wait: Span) {
        self.steps[step as usize].wait.record(wait.as_secs_f64());
    }

    /// A step is done to its end, for a measured request.
    #[inline]
    pub(super) fn serves(&mut self, step: u16, service: Span) {
        self.steps[step as usize].service.record(service.as_secs_f64());
    }

    /// A server is no longer at a step.
    #[inline]
    pub(super) fn ends(&mut self, step: u16, now: Time) {
        let busy = &mut self.steps[step as usize].busy;
        busy.set(now, busy.value() - 1.0);
    }

    /// Requests that wait for a step, or are served.
    pub(super) fn in_hand(&self, step: u16) -> f64 {
        let step = &self.steps[step as usize];
        step.waiting.value() + step.busy.value()
    }

    /// What the servers of every step have given by now.
    pub(super) fn given(&self, service: &Service, now: Time) -> Vec<Given> {
        let of_step = |(record, step): (&StepRecord, &Step)| Given {
            stage: step.name.clone(),
            so_far_s: record.given_s + record.busy.area(now),
            servers: servers(service, step),
        };
        self.steps.iter().zip(&service.steps).map(of_step).collect()
    }

    /// Requests that wait for a step.
    pub(super) fn waiting_for(&self, step: u16) -> u64 {
        self.steps[step as usize].waiting.value() as u64
    }

    /// Requests that wait at all steps.
    pub(super) fn waiting(&self) -> u64 {
        self.steps.iter().map(|step| step.waiting.value() as u64).sum()
    }

    /// A full queue refuses a measured request.
    pub(super) fn refuses(&mut self, step: u16) {
        self.steps[step as usize].refused += 1;
    }

    /// The life of a measured proof is known, which was answered after this sojourn.
    pub(super) fn settles(&mut self, sojourn: Span, life: Life) {
        let settlement = &mut self.settlement;
        settlement.disputed += u64::from(life.disputed);
        let ended = if life.paid { &mut settlement.paid } else { &mut settlement.rejected };
        ended.record(sojourn.as_secs_f64() + life.after_s);
    }

    /// An attempt that had so much time of servers leaves in the measured time.
    pub(super) fn works(&mut self, spent: Span, of_use: bool) {
        self.work_s += spent.as_secs_f64();
        if !of_use {
            self.wasted_s += spent.as_secs_f64();
        }
    }

    /// A request ends, measured or another.
    #[inline]
    pub(super) fn ends_request(&mut self, ending: Ending, sojourn: Span, measured: bool) {
        let answered = matches!(ending, Ending::Answered | Ending::StoodIn);
        self.flow.answered += u64::from(answered);
        self.flow.missed += u64::from(!answered);
        self.answers += u64::from(self.measuring && answered);
        if !measured {
            return;
        }
        let counts = &mut self.counts;
        match ending {
            Ending::Answered | Ending::StoodIn => {
                counts.completed += 1;
                self.sojourn.record(sojourn.as_secs_f64());
            }
            Ending::Missed(Miss::Refused) => counts.rejected += 1,
            Ending::Missed(Miss::TimedOut) => counts.timed_out += 1,
            Ending::Missed(Miss::Failed) => counts.failed += 1,
            Ending::GivenUp => counts.given_up += 1,
        }
    }
}

impl StepRecord {
    /// What a step did.
    pub(super) fn outcome(self, step: &Step, service: &Service) -> StepOutcome {
        StepOutcome {
            name: step.name.clone(),
            wait: self.wait,
            service: self.service,
            queue_depth: self.means[0],
            utilization: self.means[1] / servers(service, step),
            refused: self.refused,
        }
    }
}

/// Servers that do a step, when every instance runs.
fn servers(service: &Service, step: &Step) -> f64 {
    let stations = if matches!(step.place, Place::Pool(_)) { 1 } else { service.instances.count };
    // A step whose proofs are all bought has none.
    service.servers(step).count.max(1) as f64 * f64::from(stations)
}
