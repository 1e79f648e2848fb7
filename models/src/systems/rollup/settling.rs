//! Data and settlements on their way to L1, and what happens when they are there.
//!
//! Model: data is sent when its batch closes, or waits for a lower fee; a settlement when its batch is proven as often as is needed and all
//! data of it is on L1. Both are included in the order in which they are sent. Source: [`super::poster`], [`crate::l1`]. Leaves out:
//! settlements that wait for a lower fee.

use sim::{Calendar, Span};

use super::world::{Event, RollupWorld, Sent};

impl RollupWorld {
    /// Data of a batch is sent, or waits for a lower fee.
    pub(super) fn post(&mut self, number: u64, calendar: &mut Calendar<Event>) {
        let patience = self.system.data.waits.map_or(Span::ZERO, |(_, patience)| patience);
        let waited = self.poster.waits();
        self.poster.submit(number, calendar.now() + patience);
        if !waited {
            self.send_data(calendar);
        }
    }

    /// Sends the data that need not wait any longer.
    pub(super) fn send_data(&mut self, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        let is_cheap = match self.system.data.waits {
            Some((most_gwei, _)) => self.l1.blob_gwei(now) <= most_gwei,
            None => true,
        };
        while let Some(number) = self.poster.next(now, is_cheap) {
            let included = self.l1.send(now);
            calendar.at(included, Event::Included(Sent::Data, number));
        }
        if self.poster.waits() {
            calendar.at(self.l1.next_slot(now), Event::Post);
        }
    }

    /// Sends the settlements that are ready, in their order.
    pub(super) fn settle(&mut self, calendar: &mut Calendar<Event>) {
        let level = self.system.settlement.level;
        let needed = self.system.proving.as_ref().map_or(0, |proving| proving.needed);
        while self.unsent < self.batches.row(level).closed() {
            let is_proven = self.batches.row(level).get(self.unsent).proven.count_ones() as usize >= needed;
            if !is_proven || self.batches.lowest(level, self.unsent).end > self.unposted {
                break;
            }
            let included = self.l1.send(calendar.now());
            calendar.at(included, Event::Included(Sent::Settlement, self.unsent));
            self.unsent += 1;
        }
    }

    /// Data is on L1.
    pub(super) fn data_included(&mut self, number: u64, calendar: &mut Calendar<Event>) {
        let (now, level) = (calendar.now(), self.system.data.level);
        let content = self.batches.row(level).get(number).content;
        let needs = self.system.data.needs(content.bytes);
        let paid = self.l1.include(now, needs.gas, needs.blobs);
        let record = &mut self.record;
        if record.measures(now) {
            record.paid.data_gas_eth += paid.gas_eth;
            record.paid.blobs_eth += paid.blobs_eth;
            record.paid.elsewhere_gb += self.system.elsewhere_gb(content.bytes);
            record.counts.posted += 1;
            record.counts.blobs += needs.blobs;
            record.counts.bytes += content.bytes;
        }
        let lowest = self.batches.lowest(level, number);
        let (l1_final, mut transactions) = (self.l1.rules().final_at(now), 0);
        for cohort in self.batches.cohorts(lowest.clone()) {
            transactions += cohort.count;
            if record.of_interest(cohort) {
                cohort.record_latency(now, &mut record.posted);
                cohort.record_latency(l1_final, &mut record.l1_final);
                record.on_l1 += cohort.count;
            }
        }
        record.unposted.set(now, record.unposted.value() - transactions as f64);
        self.unposted = lowest.end;
        self.settle(calendar);
        self.forget();
    }

    /// A settlement is on L1.
    pub(super) fn settlement_included(&mut self, number: u64, calendar: &mut Calendar<Event>) {
        let (now, level) = (calendar.now(), self.system.settlement.level);
        let batch = self.batches.row(level).get(number);
        let (items, content) = (batch.items.end - batch.items.start, batch.content);
        let gas = self.system.settlement_gas(items as f64, content.transactions);
        let paid = self.l1.include(now, gas, 0.0);
        let delay = self.system.settlement.delay;
        let mut disputed = None;
        let (hard, withdrawable) = match &self.system.window {
            None => (self.l1.rules().final_at(now), now + delay),
            Some(window) => {
                let challenged = window.challenged > 0.0 && self.challenges.uniform() < window.challenged;
                disputed = challenged.then(|| window.challenge(&mut self.challenges));
                let later_s = disputed.map_or(0.0, |disputed| disputed.delay_s);
                let over = now + window.length + Span::from_secs_f64(later_s);
                (over, over + delay)
            }
        };
        let lowest = self.batches.lowest(level, number);
        let (record, mut transactions) = (&mut self.record, 0);
        for cohort in self.batches.cohorts(lowest.clone()) {
            transactions += cohort.count;
            if record.of_interest(cohort) {
                cohort.record_latency(now, &mut record.settled);
                cohort.record_latency(hard, &mut record.hard);
                cohort.record_latency(withdrawable, &mut record.withdrawable);
                record.done += cohort.count;
            }
        }
        if record.measures(now) {
            record.paid.settlement_gas_eth += paid.gas_eth;
            record.counts.settled += 1;
            record.counts.transactions_settled += transactions;
            disputed.iter().for_each(|disputed| record.disputes.add(disputed));
        }
        self.unsettled = lowest.end;
        let left = self.record.unsettled.value() - transactions as f64;
        self.record.backlog(now, left, self.record.unordered.value());
        self.forget();
    }

    fn forget(&mut self) {
        self.batches.forget_before(self.unposted.min(self.unsettled));
    }
}
