//! Who takes a request, and when.
//!
//! Model: a prover is able to take an order at a time when it has room and collateral then, and expects to deliver before the lock passes. In the
//! reverse Dutch auction the first of those that are able at the time at which the price reaches their ask takes it; between equals the turn goes round.
//! A prover with room again looks at all that is open, and takes what brings most by the second of work, as long as there is anything. Source: the
//! definition. Leaves out: provers that wait for a better price.

use sim::{Schedule, Time};

use super::Mechanism;
use super::book::{Event, OrderBook};
use super::prover::{Group, Queued};
use super::requests::{Bid, Entry, Next, State};

impl OrderBook {
    /// What a request is for one prover, gas included.
    fn bid(&self, place: usize, entry: &Entry) -> Bid {
        let prover = &self.provers[place];
        let of_group = entry.bids[prover.group];
        let ask_usd = of_group.ask_usd * prover.dearer + self.gas_usd[prover.group];
        Bid { expected_s: of_group.expected_s * prover.slower, ask_usd }
    }

    /// Whether a prover is able to take an order at a time.
    fn is_able(&self, place: usize, (entry, bid): (&Entry, Bid), at: Time) -> bool {
        let prover = &self.provers[place];
        let group = &self.groups[prover.group];
        let has_collateral = prover.at_risk_usd + entry.request.terms.collateral_usd <= group.strategy.collateral_usd;
        self.is_free(place) && has_collateral && self.is_in_time(group, entry, prover.wait_s(at) + bid.expected_s, at)
    }

    /// Whether a prover of a group that needs so long \[s\] for what it takes at a time expects to deliver before the lock passes.
    fn is_in_time(&self, group: &Group, entry: &Entry, needs_s: f64, at: Time) -> bool {
        let (strategy, due) = (&group.strategy, entry.made + entry.request.terms.lock);
        if at > due {
            return false;
        }
        let waits_s = if strategy.batch > 1 { strategy.age.as_secs_f64() } else { 0.0 };
        needs_s * strategy.safety + waits_s + self.rules.inclusion.as_secs_f64() <= (due - at).as_secs_f64()
    }

    /// Whether any prover of the market would take a request if it were idle and had all of its collateral, at some time before the lock passes.
    pub(super) fn may_be_taken(&self, number: u64) -> bool {
        let Some(entry) = self.requests.get(number) else { return false };
        let may = |place: &u32| {
            let bid = self.bid(*place as usize, entry);
            let group = &self.groups[self.provers[*place as usize].group];
            // Without an auction by the price the first moment is the best.
            let at = match self.rules.mechanism {
                Mechanism::ReverseDutch => Self::reached(entry, bid.ask_usd),
                _ => Some(entry.made).filter(|_| bid.ask_usd <= entry.request.terms.ramp.most),
            };
            let has_collateral = entry.request.terms.collateral_usd <= group.strategy.collateral_usd;
            has_collateral && at.is_some_and(|at| self.is_in_time(group, entry, bid.expected_s, at))
        };
        self.by_ask.iter().flatten().any(may)
    }

    /// When the price of a request reaches an ask; `None` when it never does.
    fn reached(entry: &Entry, ask_usd: f64) -> Option<Time> {
        Some(entry.made + entry.request.terms.reaches(ask_usd)?)
    }

    /// Expects the first that is able to take a request of a reverse Dutch auction, of those that ask for so much or more: who asks less and is able
    /// again since has been expected already ([`Self::has_room`]).
    pub(super) fn plan(&mut self, number: u64, from_usd: f64, schedule: &mut impl Schedule<Event = Event>) {
        let Some(entry) = self.requests.get(number) else { return };
        let first = self.cheapest((number, entry), from_usd, schedule.now());
        self.expect(number, first, schedule);
    }

    /// Of those that are able, the one that asks least, but no less than so much, with when it takes a request and what it asks; of those that ask no
    /// more than is offered already, and between equals, the one whose turn it is.
    fn cheapest(&self, (number, entry): (u64, &Entry), from_usd: f64, now: Time) -> Option<(Time, usize, f64)> {
        let (terms, is_dutch) = (&entry.request.terms, self.rules.mechanism == Mechanism::ReverseDutch);
        let offered_usd = if is_dutch { terms.price(now - entry.made) } else { 0.0 };
        let mut first: Option<(Time, usize, f64)> = None;
        let mut least_usd = f64::INFINITY;
        for group in &self.by_ask {
            let ask_usd = |at: usize| self.bid(group[at] as usize, entry).ask_usd;
            let mut at = group.partition_point(|place| self.bid(*place as usize, entry).ask_usd < from_usd);
            while at < group.len() {
                let asked_usd = ask_usd(at).max(offered_usd);
                if asked_usd > terms.ramp.most || asked_usd >= least_usd {
                    break;
                }
                // In a large market most of those that ask least are busy: they are passed by at once, unless the turn goes round.
                let is_alone = || group.get(at + 1).is_none_or(|_| ask_usd(at + 1) > asked_usd);
                if !self.is_free(group[at] as usize) && is_alone() {
                    at += 1;
                    continue;
                }
                let equals = (at..group.len()).take_while(|other| ask_usd(*other) <= asked_usd).count();
                let turn = number as usize % equals;
                let mut in_turn = (turn..equals).chain(0..turn).map(|step| group[at + step] as usize);
                let able = in_turn.find_map(|place| {
                    let bid = self.bid(place, entry);
                    let taken =
                        if is_dutch { Self::reached(entry, bid.ask_usd).map_or(now, |it| it.max(now)) } else { now };
                    // Who takes others until then, for which it has no more room than that, does not take this one too.
                    let is_spoken_for =
                        is_dutch && !self.has_room_for_more(place) && self.provers[place].spoken <= taken;
                    let takes = !is_spoken_for && self.is_able(place, (entry, bid), taken);
                    takes.then_some((taken, place, bid.ask_usd))
                });
                if able.is_some() {
                    (first, least_usd) = (able, asked_usd);
                    break;
                }
                at += equals;
            }
        }
        first
    }

    /// A request is expected to be taken by this prover at this time, for so much, or by nobody.
    fn expect(&mut self, number: u64, first: Option<(Time, usize, f64)>, schedule: &mut impl Schedule<Event = Event>) {
        let Some(entry) = self.requests.get_mut(number) else { return };
        let State::Open { next, .. } = &mut entry.state else { return };
        let before = next.take();
        *next = first.map(|(at, place, ask_usd)| {
            let ticket = schedule.at_cancellable(at, Event::Take(number));
            Next { prover: place as u32, ask_usd, ticket }
        });
        if let Some((at, place, _)) = first {
            let prover = &mut self.provers[place];
            prover.expected += 1;
            prover.spoken = prover.spoken.max(at);
        }
        self.no_longer_expected(before, schedule);
    }

    /// The time has come at which somebody may take a request.
    pub(super) fn take(&mut self, number: u64, schedule: &mut impl Schedule<Event = Event>) {
        let Some(entry) = self.requests.get(number) else { return };
        let State::Open { next, .. } = entry.state else { return };
        let Mechanism::ReverseDutch = self.rules.mechanism else { return self.award(number, schedule) };
        let Some(Next { prover, ask_usd, .. }) = next else { return };
        let place = prover as usize;
        let from_usd = if ask_usd <= entry.request.terms.ramp.least { 0.0 } else { ask_usd };
        let bid = self.bid(place, entry);
        if self.is_able(place, (entry, bid), schedule.now()) {
            self.lock(number, place, bid, schedule);
        } else {
            // All that ask no more than the least price were expected at once.
            self.plan(number, from_usd, schedule);
        }
    }

    /// A request is given to one of those that are able, or to the first who is again.
    pub(super) fn award(&mut self, number: u64, schedule: &mut impl Schedule<Event = Event>) {
        let Some(entry) = self.requests.get_mut(number) else { return };
        entry.state = State::Open { next: None, awarded: true };
        if let Some(place) = self.chosen(number, schedule.now())
            && let Some(entry) = self.requests.get(number)
        {
            let bid = self.bid(place, entry);
            self.lock(number, place, bid, schedule);
        }
    }

    /// The one of those that are able that the mechanism chooses.
    fn chosen(&mut self, number: u64, now: Time) -> Option<usize> {
        let entry = self.requests.get(number)?;
        let is_able = |place: &usize| {
            let bid = self.bid(*place, entry);
            bid.ask_usd <= entry.request.terms.ramp.most && self.is_able(*place, (entry, bid), now)
        };
        match self.rules.mechanism {
            Mechanism::ReverseDutch | Mechanism::SealedBid { .. } => {
                self.cheapest((number, entry), 0.0, now).map(|(_, place, _)| place)
            }
            Mechanism::RoundRobin => {
                let turn = self.turn.min(self.market);
                let next = (turn..self.market).chain(0..turn).find(is_able);
                self.turn = next.map_or(turn, |place| place + 1);
                next
            }
            Mechanism::Lottery => {
                let able = (0..self.market).filter(is_able);
                let able: Vec<(usize, f64)> =
                    able.map(|place| (place, 1.0 / self.bid(place, entry).expected_s)).collect();
                let mut ticket = self.lots.uniform() * able.iter().map(|(_, speed)| speed).sum::<f64>();
                let drawn = able.iter().find(|(_, speed)| {
                    ticket -= speed;
                    ticket < 0.0
                });
                // Rounding may leave a ticket beyond the last one.
                drawn.or(able.last()).map(|(place, _)| *place)
            }
        }
    }

    /// What a prover that takes a request now is paid for it \[USD\].
    fn price_usd(&self, entry: &Entry, bid: Bid, now: Time) -> f64 {
        match self.rules.mechanism {
            Mechanism::ReverseDutch => entry.request.terms.price(now - entry.made),
            Mechanism::SealedBid { .. } => bid.ask_usd,
            Mechanism::RoundRobin | Mechanism::Lottery => entry.request.terms.ramp.most,
        }
    }

    /// A prover locks a request.
    fn lock(&mut self, number: u64, place: usize, bid: Bid, schedule: &mut impl Schedule<Event = Event>) {
        let (now, lock_gas) = (schedule.now(), self.rules.lock_gas);
        let Some(entry) = self.requests.get(number) else { return };
        let State::Open { next, .. } = entry.state else { return };
        let (terms, due) = (entry.request.terms, entry.made + entry.request.terms.lock);
        let price_usd = self.price_usd(entry, bid, now);
        let was_expected = self.no_longer_open(number, next, schedule).filter(|other| *other != place);
        if let Some(entry) = self.requests.get_mut(number) {
            entry.state = State::Locked { prover: place as u32, price_usd, at: now };
        }
        let collateral_usd = terms.collateral_usd;
        let prover = &mut self.provers[place];
        prover.at_risk_usd += collateral_usd;
        prover.work.account.locked += 1;
        prover.work.account.gas += lock_gas;
        self.give(place, Queued { request: number, expected_s: bid.expected_s, due, collateral_usd }, schedule);
        was_expected.into_iter().for_each(|other| self.has_room(other, schedule));
    }

    /// A prover of the market has room again: it takes what is best for it as long as it is able, and expects to take more as prices rise.
    pub(super) fn has_room(&mut self, place: usize, schedule: &mut impl Schedule<Event = Event>) {
        if place >= self.market || self.open.is_empty() {
            return;
        }
        while self.is_free(place) {
            let Some((number, bid)) = self.best(place, schedule.now()) else { break };
            self.lock(number, place, bid, schedule);
        }
        if self.rules.mechanism == Mechanism::ReverseDutch {
            self.look_ahead(place, schedule);
        }
    }

    /// Whether a prover has room for an order beside those that it is expected to take.
    fn has_room_for_more(&self, place: usize) -> bool {
        let prover = &self.provers[place];
        prover.orders + prover.expected < self.groups[prover.group].strategy.most_orders
    }

    /// Whether a prover has room for an order.
    fn is_free(&self, place: usize) -> bool {
        let prover = &self.provers[place];
        prover.orders < self.groups[prover.group].strategy.most_orders
    }

    /// The open request that brings a prover most by the second of work, of those that it is able to take now.
    fn best(&self, place: usize, now: Time) -> Option<(u64, Bid)> {
        let mut best: Option<(u64, Bid, f64)> = None;
        for number in &self.open {
            let Some(entry) = self.requests.get(*number) else { continue };
            let bid = self.bid(place, entry);
            let State::Open { next, awarded } = entry.state else { continue };
            // The price has not reached what is asked by who is expected next.
            if next.is_some_and(|next| next.ask_usd <= bid.ask_usd) {
                continue;
            }
            let is_offered = match self.rules.mechanism {
                Mechanism::ReverseDutch => entry.request.terms.price(now - entry.made) >= bid.ask_usd,
                _ => awarded && bid.ask_usd <= entry.request.terms.ramp.most,
            };
            if is_offered && self.is_able(place, (entry, bid), now) {
                let rate = (self.price_usd(entry, bid, now) - bid.ask_usd) / bid.expected_s;
                if best.is_none_or(|(_, _, most)| rate > most) {
                    best = Some((*number, bid, rate));
                }
            }
        }
        best.map(|(number, bid, _)| (number, bid))
    }

    /// A prover with room beside what it is expected to take looks again when the price of another request has reached its ask.
    fn look_ahead(&mut self, place: usize, schedule: &mut impl Schedule<Event = Event>) {
        let next = if self.has_room_for_more(place) { self.next_for(place, schedule.now()) } else { None };
        let looks = &mut self.provers[place].work.looks;
        match (looks.as_ref(), next) {
            (Some((at, _)), Some(next)) if *at == next => return,
            (Some((_, ticket)), _) => {
                schedule.cancel(*ticket);
            }
            (None, _) => {}
        }
        *looks = next.map(|at| (at, schedule.at_cancellable(at, Event::Look(place as u32))));
    }

    /// A prover looks for requests that are worth it by now.
    pub(super) fn look(&mut self, place: usize, schedule: &mut impl Schedule<Event = Event>) {
        self.provers[place].work.looks = None;
        self.has_room(place, schedule);
    }

    /// When the price of a request reaches the ask of a prover next, of those that it would take before who is expected.
    fn next_for(&self, place: usize, now: Time) -> Option<Time> {
        let mut first: Option<Time> = None;
        for number in &self.open {
            let Some(entry) = self.requests.get(*number) else { continue };
            let State::Open { next, .. } = entry.state else { continue };
            let bid = self.bid(place, entry);
            if next.is_some_and(|next| next.ask_usd <= bid.ask_usd) {
                continue;
            }
            let Some(reached) = Self::reached(entry, bid.ask_usd).filter(|reached| *reached > now) else { continue };
            if first.is_none_or(|best| reached < best) && self.is_able(place, (entry, bid), reached) {
                first = Some(reached);
            }
        }
        first
    }
}
