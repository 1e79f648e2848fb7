//! What machines are paid for: from the order to the end, and at least as long as is billed at least.

use sim::{Span, Time, TimeAverage};

use super::{Lifecycle, Lot, Terms};

/// The meter of a pool.
#[derive(Debug)]
pub(super) struct Meter {
    lots: Vec<OfLot>,
    /// When each machine that is paid by the time was ordered.
    since: Vec<Option<Time>>,
    measuring: bool,
}

#[derive(Debug)]
struct OfLot {
    /// Whether its machines are paid all the time.
    kept: bool,
    least: Span,
    paid: TimeAverage,
    /// Time that was paid and not used.
    unused: Span,
    /// Mean number of machines that were paid, once the measured time is over.
    mean: f64,
}

impl Meter {
    pub(super) fn new(life: &Lifecycle, machines: u64) -> Self {
        let of = |(lot, count): (&Lot, u64)| {
            let kept = lot.terms == Terms::Kept;
            let paid = TimeAverage::new(Time::ZERO, if kept { count as f64 } else { 0.0 });
            OfLot { kept, least: lot.least_billed, paid, unused: Span::ZERO, mean: paid.value() }
        };
        let lots = life.lots.iter().zip(life.in_lots(machines)).map(of).collect();
        Self { lots, since: vec![None; machines as usize], measuring: false }
    }

    /// A machine is ordered.
    pub(super) fn begin(&mut self, machine: usize, lot: usize, now: Time) {
        let of = &mut self.lots[lot];
        if !of.kept {
            of.paid.set(now, of.paid.value() + 1.0);
            self.since[machine] = Some(now);
        }
    }

    /// A machine is given back, or taken.
    pub(super) fn end(&mut self, machine: usize, lot: usize, now: Time) {
        let Some(since) = self.since[machine].take() else { return };
        let of = &mut self.lots[lot];
        of.paid.set(now, of.paid.value() - 1.0);
        let billed = since + of.least;
        if self.measuring && now < billed {
            of.unused = of.unused + (billed - now);
        }
    }

    /// The measured time begins.
    pub(super) fn measure(&mut self, now: Time) {
        self.measuring = true;
        self.lots.iter_mut().for_each(|of| of.paid.restart(now));
    }

    /// The measured time ends, which was so long.
    pub(super) fn close(&mut self, now: Time, measured: Span) {
        self.measuring = false;
        for of in &mut self.lots {
            of.mean = of.paid.mean(now) + of.unused.as_secs_f64() / measured.as_secs_f64();
        }
    }

    /// Mean number of machines that were paid, by lot.
    pub(super) fn paid(&self) -> Vec<f64> {
        self.lots.iter().map(|of| of.mean).collect()
    }

    /// Machines that are paid now, by lot.
    pub(super) fn paid_now(&self) -> Vec<f64> {
        self.lots.iter().map(|of| of.paid.value()).collect()
    }
}
