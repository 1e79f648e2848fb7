//! The balancer before the instances: who gets the next request.
//!
//! Model: it knows how many requests each instance has in hand, and chooses by one of four rules ([`Balance`]) among those that ran
//! when it last looked. Choosing takes no time. Source: M. Mitzenmacher, "The power of two choices in randomized load balancing" (2001).
//! Leaves out: several balancers with a view of their own each; sticky sessions.

use sim::Stream;

use crate::systems::service::Balance;

/// The balancer and what it knows.
#[derive(Debug)]
pub(super) struct Balancer {
    rule: Balance,
    in_hand: Vec<u32>,
    /// Those that ran when it last looked, in order.
    known: Vec<u32>,
    /// Whose turn it is among these.
    turn: usize,
    stream: Stream,
}

impl Balancer {
    pub(super) fn new(rule: Balance, instances: u32, stream: Stream) -> Self {
        Self { rule, in_hand: vec![0; instances as usize], known: (0..instances).collect(), turn: 0, stream }
    }

    /// It looks who runs.
    pub(super) fn look(&mut self, up: &[bool]) {
        self.known.clear();
        self.known.extend((0..up.len() as u32).filter(|instance| up[*instance as usize]));
        self.turn = if self.known.is_empty() { 0 } else { self.turn % self.known.len() };
    }

    /// Gives the next request to an instance; to none where it knows of none that runs.
    #[inline]
    pub(super) fn choose(&mut self) -> Option<u32> {
        let (count, in_hand) = (self.known.len(), |place: usize| self.in_hand[self.known[place] as usize]);
        let place = match self.rule {
            _ if count == 0 => return None,
            _ if count == 1 => 0,
            Balance::RoundRobin => self.turn,
            Balance::Random => self.stream.index(count),
            Balance::LeastLoaded => {
                let from_turn = (self.turn..count).chain(0..self.turn);
                from_turn.min_by_key(|&place| in_hand(place)).expect("an instance")
            }
            Balance::TwoChoices => {
                let first = self.stream.index(count);
                let second = (first + 1 + self.stream.index(count - 1)) % count;
                if in_hand(second) < in_hand(first) { second } else { first }
            }
        };
        self.turn = if self.turn + 1 == count { 0 } else { self.turn + 1 };
        let chosen = self.known[place];
        self.in_hand[chosen as usize] += 1;
        Some(chosen)
    }

    /// It hears that an instance takes no more requests.
    pub(super) fn forget(&mut self, instance: u32) {
        if let Some(place) = self.known.iter().position(|known| *known == instance) {
            self.known.remove(place);
            self.turn = if place < self.turn { self.turn - 1 } else { self.turn };
            self.turn = if self.turn >= self.known.len() { 0 } else { self.turn };
        }
    }

    /// A request leaves its instance.
    #[inline]
    pub(super) fn leave(&mut self, instance: u32) {
        self.in_hand[instance as usize] -= 1;
    }

    /// Whether an instance has requests in hand.
    pub(super) fn has_any(&self, instance: u32) -> bool {
        self.in_hand[instance as usize] > 0
    }

    /// Requests in hand at all instances.
    pub(super) fn in_hand(&self) -> f64 {
        self.in_hand.iter().map(|of| f64::from(*of)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Streams;

    fn balancer(rule: Balance) -> Balancer {
        Balancer::new(rule, 3, Streams::new(1, 0).stream("balancer"))
    }

    #[test]
    fn rules_by_hand() {
        let mut turns = balancer(Balance::RoundRobin);
        assert_eq!([(); 4].map(|()| turns.choose()), [0, 1, 2, 0].map(Some));
        let mut least = balancer(Balance::LeastLoaded);
        assert_eq!([(); 3].map(|()| least.choose()), [0, 1, 2].map(Some), "equals in turn");
        least.leave(1);
        assert_eq!([(); 2].map(|()| least.choose()), [1, 1].map(Some), "one in hand each, and it is the second's turn");
    }

    #[test]
    fn it_chooses_among_those_that_it_knows_to_run() {
        for rule in [Balance::RoundRobin, Balance::Random, Balance::LeastLoaded, Balance::TwoChoices] {
            let mut balancer = balancer(rule);
            balancer.choose();
            balancer.look(&[true, false, true]);
            let chosen: Vec<Option<u32>> = (0..20).map(|_| balancer.choose()).collect();
            assert!(chosen.contains(&Some(0)) && chosen.contains(&Some(2)) && !chosen.contains(&Some(1)), "{chosen:?}");
            balancer.look(&[false; 3]);
            assert_eq!(balancer.choose(), None);
            balancer.look(&[false, true, false]);
            assert_eq!(balancer.choose(), Some(1));
        }
    }

    #[test]
    fn two_choices_are_evener_than_one() {
        let spread = |rule| {
            let mut balancer = balancer(rule);
            for _ in 0..3_000 {
                balancer.choose();
            }
            balancer.in_hand.iter().max().expect("three") - balancer.in_hand.iter().min().expect("three")
        };
        assert!(spread(Balance::TwoChoices) < 10 && spread(Balance::Random) > 10);
    }
}
