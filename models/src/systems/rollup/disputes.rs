//! Disputes about the claims of a rollup: how long they delay withdrawals, and what they cost who is right and who is not.
//!
//! Model: claims are disputed as [`crate::disputes::claim`] says. Two attacks are reckoned, each on one claim of the honest proposer and as bad
//! as the rules let it be: its valid claim is challenged at the last moment, or invalid ones are claimed beside it, which are
//! challenged when the first watcher takes them up. Who is wrong loses all of its bonds. Each side pays the gas of its moves, and interest on
//! what it has bound; who is right pays the last step or the proof too, and the interest on the bond of a claim that is final later.
//! Assumptions: gas at its mean fee over the measured time; moves at their mean times, or at drawn ones in a run. Source: as there; the
//! arithmetic of money. Leaves out: the work of finding the answers to moves, gas that becomes dearer since others fight, users who leave.

use sim::{Span, Stream};

use super::{Rollup, Window};
use crate::disputes::claim::{Decided, Effort, Rules};
use crate::disputes::game::Side;
use crate::disputes::watchers::Watchers;
use crate::horizon::Horizon;

const YEAR_S: f64 = 365.0 * 86_400.0;

/// How long a dispute is.
#[derive(Debug, Clone, PartialEq)]
pub enum Dispute {
    /// Anything up to this, evenly distributed, beyond the window.
    Lasts(Span),
    /// What the game makes of it.
    Game(Game),
}

/// A game about a claim, and what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    /// Its rules; bonds are in ETH.
    pub rules: Rules,
    /// L1 gas of a move, or a challenge.
    pub gas: f64,
    /// L1 gas of the last step or the proof, and of closing the dispute.
    pub last_gas: f64,
    /// What is proven where a proof decides \[billions of cycles\]; 0 where none does.
    pub proof_gcycles: f64,
    /// What proving that costs \[USD per billion cycles\].
    pub usd_per_gcycle: f64,
    /// Share of the bonds of who is wrong that who is right gets.
    pub reward: f64,
    /// Price of ether \[USD\].
    pub eth_usd: f64,
}

/// An attack on one claim, and the defence against it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attack {
    /// How much later what waits for the claim is final \[s\].
    pub delay_s: f64,
    /// The most that the attacker has bound at once \[ETH\].
    pub bonds_eth: f64,
    /// What it loses and pays \[USD\].
    pub usd: f64,
    /// The most that who defends has bound at once, beside the bond of the claim \[ETH\].
    pub defence_bonds_eth: f64,
    /// What it pays \[USD\].
    pub defence_usd: f64,
    /// What it gets of the bonds of the attacker \[USD\].
    pub reward_usd: f64,
}

/// What became of a claim that was challenged.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Disputed {
    /// How much later it is final \[s\].
    pub(super) delay_s: f64,
    /// What the game binds of who is right: the bonds of its moves, and that of the claim for as long as it is later \[ETH·s\].
    pub(super) bound_eth_s: f64,
    /// L1 gas of who was right.
    pub(super) gas: f64,
    /// What was proven \[billions of cycles\].
    pub(super) proof_gcycles: f64,
}

impl Game {
    /// L1 gas of a side.
    fn gas_of(&self, effort: &Effort) -> f64 {
        effort.moves * self.gas + effort.last_steps * self.last_gas
    }

    /// A valid claim that was challenged, where a claim has such a bond.
    fn disputed(&self, decided: &Decided, claim_bond_eth: f64) -> Disputed {
        let delay_s = self.rules.delay_s(decided);
        let defence = decided.of(Side::Proposer);
        Disputed {
            delay_s,
            bound_eth_s: defence.bound_s + claim_bond_eth * delay_s,
            gas: self.gas_of(defence),
            proof_gcycles: defence.last_steps * self.proof_gcycles,
        }
    }
}

impl Window {
    /// A claim is challenged, at any time at which it may be.
    pub(super) fn challenge(&self, stream: &mut Stream) -> Disputed {
        match &self.dispute {
            Dispute::Lasts(most) => Disputed { delay_s: most.as_secs_f64() * stream.uniform(), ..Disputed::default() },
            Dispute::Game(game) => {
                let after = Span::from_secs_f64(game.rules.open().as_secs_f64() * stream.uniform());
                let decided = game.rules.decide(Side::Proposer, after, |time_s| time_s.sample(stream));
                game.disputed(&decided, self.bond_of_each_eth())
            }
        }
    }

    /// The same in the mean, at the mean times of moves and a challenge in the middle of its time.
    pub(super) fn expected_challenge(&self) -> Disputed {
        let bond_eth = self.bond_of_each_eth();
        match &self.dispute {
            Dispute::Lasts(most) => Disputed { delay_s: most.as_secs_f64() / 2.0, ..Disputed::default() },
            Dispute::Game(game) => {
                let decided = game.rules.decide_at_means(Side::Proposer, game.rules.open() / 2);
                let (seen, delay_s) = (game.disputed(&decided, bond_eth), game.rules.mean_delay_s());
                Disputed { delay_s, bound_eth_s: seen.bound_eth_s + bond_eth * (delay_s - seen.delay_s), ..seen }
            }
        }
    }

    /// The bond of a claim, where each has one of its own \[ETH\].
    pub(super) fn bond_of_each_eth(&self) -> f64 {
        if self.one_bond { 0.0 } else { self.bond_eth }
    }

    /// The game about a claim, where disputes are one.
    pub fn game(&self) -> Option<&Game> {
        match &self.dispute {
            Dispute::Game(game) => Some(game),
            Dispute::Lasts(_) => None,
        }
    }
}

impl Rollup {
    /// The worst attack of who is wrong on one claim, where disputes are a game: a challenger's, of a valid claim, or a proposer's, who makes
    /// invalid ones.
    pub fn attack(&self, wrong: Side, horizon: Horizon) -> Option<Attack> {
        let window = self.window.as_ref()?;
        let game = window.game()?;
        let right = wrong.other();
        let after = match wrong {
            Side::Challenger => game.rules.open(),
            Side::Proposer => self.first_pickup().min(game.rules.open()),
        };
        let decided = game.rules.decide_at_means(right, after);
        let delay_s = game.rules.delay_s(&decided);
        let gas_usd = self.mean_gas_gwei(horizon) / 1e9 * game.eth_usd;
        let interest = self.withdrawals.map_or(0.0, |it| it.interest) / YEAR_S * game.eth_usd;
        let (attacker, defender) = (decided.of(wrong), decided.of(right));
        // An invalid claim has a bond as every claim has, and loses it.
        let claims = if wrong == Side::Proposer { f64::from(game.rules.challenges) } else { 0.0 };
        let at_once = if game.rules.in_turn { claims.min(1.0) } else { claims };
        let [lost_eth, bound_eth] =
            if window.one_bond { [claims.min(1.0); 2] } else { [claims, at_once] }.map(|bonds| bonds * window.bond_eth);
        let claims_bound_s = bound_eth * decided.verdict.as_secs_f64();
        let later_s = if wrong == Side::Challenger { window.bond_of_each_eth() * delay_s } else { 0.0 };
        let lost_usd = (attacker.posted + lost_eth) * game.eth_usd;
        let proof_usd = defender.last_steps * game.proof_gcycles * game.usd_per_gcycle;
        Some(Attack {
            delay_s,
            bonds_eth: attacker.bound + bound_eth,
            usd: lost_usd + game.gas_of(attacker) * gas_usd + (attacker.bound_s + claims_bound_s) * interest,
            defence_bonds_eth: defender.bound,
            defence_usd: game.gas_of(defender) * gas_usd + proof_usd + (defender.bound_s + later_s) * interest,
            reward_usd: game.reward * lost_usd,
        })
    }

    /// The longest that a dispute about a claim can take, from the challenge on, or from the claim where the challenger's clock runs since
    /// then; of several, one after another \[s\].
    pub fn longest_dispute_s(&self) -> Option<f64> {
        let rules = &self.window.as_ref()?.game()?.rules;
        let times = if rules.in_turn { u64::from(rules.challenges) } else { 1 };
        Some((rules.protocol.longest(rules.since_claim)? * times).as_secs_f64())
    }

    /// Who may challenge a claim, within how many seconds, and with which chance one who does wins if it is invalid.
    pub fn challengers(&self) -> Option<(Watchers, f64, f64)> {
        let (watchers, window) = (self.watchers?, self.window.as_ref()?);
        let (open, wins) = match window.game() {
            Some(game) => (game.rules.open(), game.rules.protocol.wins()?),
            None => (window.length, 1.0),
        };
        Some((watchers, open.as_secs_f64(), wins))
    }

    /// When the first of all watchers takes a claim up, in the mean.
    fn first_pickup(&self) -> Span {
        self.watchers.filter(|watchers| watchers.count > 0).map_or(Span::ZERO, |watchers| {
            let checking = (watchers.count as f64 * watchers.checks()).max(1.0);
            Span::from_secs_f64(watchers.pickup_s / checking)
        })
    }

    /// What gas costs, in the mean of what a run measures \[gwei\].
    pub(super) fn mean_gas_gwei(&self, horizon: Horizon) -> f64 {
        let (from, until) = horizon.measured();
        self.l1.gas_fee.mean_gwei(from, until) + self.l1.tip_gwei
    }
}
