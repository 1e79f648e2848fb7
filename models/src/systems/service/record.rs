//! What is measured while a service runs.

use sim::{QuantileSketch, Span, Time, TimeAverage};

use crate::QUANTILE_ERROR;
use crate::systems::service::outcome::{Counts, StepOutcome};
use crate::systems::service::{Place, Service};

/// What is measured of one step.
#[derive(Debug)]
struct StepRecord {
    wait: QuantileSketch,
    service: QuantileSketch,
    waiting: TimeAverage,
    busy: TimeAverage,
    refused: u64,
    /// Means over the measured time, once it is over: who waits, and servers at work.
    means: [f64; 2],
}

/// What is measured.
#[derive(Debug)]
pub(super) struct Record {
    steps: Vec<StepRecord>,
    pub(super) sojourn: QuantileSketch,
    pub(super) counts: Counts,
    pub(super) answers: u64,
    /// Whether the measured time is now.
    pub(super) measuring: bool,
}

impl Record {
    pub(super) fn new(steps: usize) -> Self {
        let sketch = || QuantileSketch::new(QUANTILE_ERROR);
        let step = |_| StepRecord {
            wait: sketch(),
            service: sketch(),
            waiting: TimeAverage::new(Time::ZERO, 0.0),
            busy: TimeAverage::new(Time::ZERO, 0.0),
            refused: 0,
            means: [0.0; 2],
        };
        Self {
            steps: (0..steps).map(step).collect(),
            sojourn: sketch(),
            counts: Counts::default(),
            answers: 0,
            measuring: false,
        }
    }

    /// The measured time begins.
    pub(super) fn begin(&mut self, now: Time) {
        self.measuring = true;
        for step in &mut self.steps {
            step.waiting.restart(now);
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

    /// A server begins with a step, for a measured request or another.
    #[inline]
    pub(super) fn begins(&mut self, step: u16, now: Time, (wait, service): (Span, Span), measured: bool) {
        let step = &mut self.steps[step as usize];
        step.busy.set(now, step.busy.value() + 1.0);
        if measured {
            step.wait.record(wait.as_secs_f64());
            step.service.record(service.as_secs_f64());
        }
    }

    /// A server is done with a step.
    #[inline]
    pub(super) fn ends(&mut self, step: u16, now: Time) {
        let busy = &mut self.steps[step as usize].busy;
        busy.set(now, busy.value() - 1.0);
    }

    /// A full queue refuses a measured request.
    pub(super) fn refuses(&mut self, step: u16) {
        self.steps[step as usize].refused += 1;
    }

    /// What the steps did.
    pub(super) fn steps(self, service: &Service) -> Vec<StepOutcome> {
        let steps = self.steps.into_iter().zip(&service.steps);
        let outcome = |(record, step): (StepRecord, &super::Step)| {
            let stations = if matches!(step.place, Place::Pool(_)) { 1 } else { service.instances.count };
            let servers = service.servers(step).count as f64 * f64::from(stations);
            StepOutcome {
                name: step.name.clone(),
                wait: record.wait,
                service: record.service,
                queue_depth: record.means[0],
                utilization: record.means[1] / servers,
                refused: record.refused,
            }
        };
        steps.map(outcome).collect()
    }
}
