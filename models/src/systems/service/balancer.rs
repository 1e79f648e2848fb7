//! The balancer before the instances: who gets the next request.
//!
//! Model: it knows how many requests each instance has in hand, and chooses by one of four rules ([`Balance`]). Choosing takes no
//! time. Source: M. Mitzenmacher, "The power of two choices in randomized load balancing" (2001).
//! Leaves out: several balancers with a view of their own each; sticky sessions.

use sim::Stream;

use crate::systems::service::Balance;

/// The balancer and what it knows.
#[derive(Debug)]
pub(super) struct Balancer {
    rule: Balance,
    in_hand: Vec<u32>,
    /// Whose turn it is.
    turn: usize,
    stream: Stream,
}

impl Balancer {
    pub(super) fn new(rule: Balance, instances: u32, stream: Stream) -> Self {
        Self { rule, in_hand: vec![0; instances as usize], turn: 0, stream }
    }

    /// Gives the next request to an instance.
    pub(super) fn choose(&mut self) -> u32 {
        let count = self.in_hand.len();
        let chosen = match self.rule {
            _ if count == 1 => 0,
            Balance::RoundRobin => self.turn,
            Balance::Random => self.stream.index(count),
            Balance::LeastLoaded => {
                let from_turn = (self.turn..count).chain(0..self.turn);
                from_turn.min_by_key(|&instance| self.in_hand[instance]).expect("an instance")
            }
            Balance::TwoChoices => {
                let first = self.stream.index(count);
                let second = (first + 1 + self.stream.index(count - 1)) % count;
                if self.in_hand[second] < self.in_hand[first] { second } else { first }
            }
        };
        self.turn = if self.turn + 1 == count { 0 } else { self.turn + 1 };
        self.in_hand[chosen] += 1;
        chosen as u32
    }

    /// A request leaves its instance.
    pub(super) fn leave(&mut self, instance: u32) {
        self.in_hand[instance as usize] -= 1;
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
        assert_eq!([(); 4].map(|()| turns.choose()), [0, 1, 2, 0]);
        let mut least = balancer(Balance::LeastLoaded);
        assert_eq!([(); 3].map(|()| least.choose()), [0, 1, 2], "equals in turn");
        least.leave(1);
        assert_eq!([(); 2].map(|()| least.choose()), [1, 1], "one in hand each, and it is the second's turn");
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
