//! What is collected until there is enough of it, or it has waited long enough: blocks in a batch, batches in a bundle.
//!
//! Model: items arrive one by one. An item that would make the open batch larger than it may be closes it first; one that fills it
//! closes it at once; one that fits in none is split by who brings it ([`Closing::pieces`]). A batch also closes at a stated age, counted from its first item, and at the end of every period; where it has
//! fewer items than the least by then, it closes as soon as it has them. Whichever comes first.
//! Source: the definition; closed forms for Poisson arrivals in the tests. Leaves out: items that are taken out again.

#[cfg(test)]
mod tests;

use std::iter::Sum;
use std::ops::{AddAssign, Range};

use sim::{Schedule, Span, Ticket};

/// What an item holds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Content {
    /// Transactions; of a mean, not a whole number.
    pub transactions: f64,
    /// What they used of the gas of their own chain.
    pub gas: f64,
    /// Their data as it is posted, compressed \[bytes\].
    pub bytes: f64,
    /// What is proven of them \[cycles, or constraints, of the proof system\].
    pub cycles: f64,
}

impl Content {
    /// One of so many equal parts of it.
    pub fn part(self, parts: u64) -> Self {
        let parts = parts as f64;
        Self {
            transactions: self.transactions / parts,
            gas: self.gas / parts,
            bytes: self.bytes / parts,
            cycles: self.cycles / parts,
        }
    }
}

impl AddAssign for Content {
    fn add_assign(&mut self, other: Self) {
        self.transactions += other.transactions;
        self.gas += other.gas;
        self.bytes += other.bytes;
        self.cycles += other.cycles;
    }
}

impl Sum for Content {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), |mut sum, item| {
            sum += item;
            sum
        })
    }
}

/// When a batch closes; at least one of all but the least says something.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Closing {
    /// With so many items.
    pub count: Option<u64>,
    /// With so many transactions, or before there are more.
    pub transactions: Option<u64>,
    /// With so much gas, or before there is more.
    pub gas: Option<f64>,
    /// With so many bytes, or before there are more.
    pub bytes: Option<f64>,
    /// With so many cycles, or before there are more.
    pub cycles: Option<f64>,
    /// So long after its first item.
    pub age: Option<Span>,
    /// Whenever so much time has passed since the beginning.
    pub every: Option<Span>,
    /// Items that a batch has at least.
    pub least: u64,
    /// Whether a batch counts as many cycles as it may have, however few it has: it is padded. Only where cycles are limited.
    pub padded: bool,
}

impl Closing {
    /// By how much of what it may be a batch with such a content is filled, by its most filled measure; counts apart.
    fn filled(&self, content: &Content) -> f64 {
        let share = |has: f64, most: Option<f64>| most.map_or(0.0, |most| has / most);
        let transactions = self.transactions.map(|most| most as f64);
        share(content.transactions, transactions)
            .max(share(content.gas, self.gas))
            .max(share(content.bytes, self.bytes))
            .max(share(content.cycles, self.cycles))
    }

    /// Pieces that an item is split into, so that each fits in a batch, as far as a transaction does.
    pub fn pieces(&self, item: &Content) -> u64 {
        let most = item.transactions.ceil().max(1.0);
        (self.filled(item) - 1e-9).ceil().clamp(1.0, most) as u64
    }

    /// Mean time between batches \[s\] where items of such a mean content come at such a rate per second, evenly.
    pub fn mean_interval_s(&self, items_per_s: f64, mean: &Content) -> f64 {
        let each_s = 1.0 / items_per_s;
        // The first item is in hand when a batch opens. What would overflow goes to the next batch.
        let filled = self.filled(mean);
        let by_size = match filled {
            // An item that does not fit is split.
            filled if filled > 1.0 => 1.0 / self.pieces(mean) as f64,
            filled if filled > 0.0 => (1.0 / filled + 1e-9).floor(),
            _ => f64::INFINITY,
        };
        let by_count = self.count.map_or(f64::INFINITY, |count| count as f64);
        let full_s = by_size.min(by_count) * each_s;
        let least_s = self.least as f64 * each_s;
        // By age, it holds the items that come meanwhile; one that comes just then opens the next.
        let old_s = self.age.map_or(f64::INFINITY, |age| (age.as_secs_f64() / each_s - 1e-9).ceil().max(1.0) * each_s);
        let every_s = self.every.map_or(f64::INFINITY, |every| every.as_secs_f64().max(each_s));
        full_s.min(old_s.min(every_s).max(least_s))
    }
}

/// What a batcher waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The open batch is of the age at which it closes.
    Old,
    /// A period is over.
    Period,
}

/// A batch that closed.
#[derive(Debug, Clone, PartialEq)]
pub struct Closed {
    /// Numbers of its items.
    pub items: Range<u64>,
    /// What they hold.
    pub content: Content,
}

/// Collects items of one kind.
#[derive(Debug)]
pub struct Batcher {
    closing: Closing,
    /// Number of the first item of the open batch.
    first: u64,
    count: u64,
    content: Content,
    /// Whether its age or period is over, and it waits for its least.
    overdue: bool,
    old: Option<Ticket>,
}

impl Batcher {
    /// Nothing is collected yet.
    pub fn new(closing: &Closing) -> Self {
        Self { closing: *closing, first: 0, count: 0, content: Content::default(), overdue: false, old: None }
    }

    /// The first period begins.
    pub fn start(&mut self, schedule: &mut impl Schedule<Event = Event>) {
        if let Some(every) = self.closing.every {
            schedule.after(every, Event::Period);
        }
    }

    /// The next item arrives; `closed` is told of every batch that closes.
    pub fn add(&mut self, item: Content, schedule: &mut impl Schedule<Event = Event>, mut closed: impl FnMut(Closed)) {
        let mut with = self.content;
        with += item;
        if self.count > 0 && self.closing.filled(&with) > 1.0 {
            closed(self.close(schedule));
            with = item;
        }
        if self.count == 0
            && let Some(age) = self.closing.age
        {
            self.old = Some(schedule.at_cancellable(schedule.now() + age, Event::Old));
        }
        self.content = with;
        self.count += 1;
        let full = self.closing.count.is_some_and(|count| self.count >= count) || self.closing.filled(&with) >= 1.0;
        if full || self.overdue && self.count >= self.closing.least {
            closed(self.close(schedule));
        }
    }

    /// An age or a period is over.
    pub fn handle(&mut self, event: Event, schedule: &mut impl Schedule<Event = Event>) -> Option<Closed> {
        match event {
            Event::Old => self.old = None,
            Event::Period => self.start(schedule),
        }
        let enough = self.count >= self.closing.least.max(1);
        self.overdue = !enough && self.count > 0;
        enough.then(|| self.close(schedule))
    }

    fn close(&mut self, schedule: &mut impl Schedule<Event = Event>) -> Closed {
        if let Some(ticket) = self.old.take() {
            schedule.cancel(ticket);
        }
        let items = self.first..self.first + self.count;
        let mut content = std::mem::take(&mut self.content);
        if let Some(most) = self.closing.cycles.filter(|_| self.closing.padded) {
            content.cycles = content.cycles.max(most);
        }
        (self.first, self.count, self.overdue) = (items.end, 0, false);
        Closed { items, content }
    }
}
