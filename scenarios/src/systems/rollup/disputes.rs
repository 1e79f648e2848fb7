//! Disputes and watchers of a rollup in unit types, and what is wrong with what a file says of them.

use models::disputes::bonds::{Ladder, Level};
use models::disputes::claim::Rules;
use models::disputes::game::{Bisection, Pace, Protocol, Side};
use models::disputes::queue::Queue;
use models::disputes::watchers::Watchers;
use models::systems::rollup::Window;
use models::systems::rollup::disputes::{Dispute, Game};
use sim::{Distribution, Span};

use super::spec::{
    BondsSpec, DecidingProofSpec, GameBondsSpec, GameSpec, RollupSpec, RollupWatchersSpec, SeveralSpec, SinceSpec,
    WindowSpec,
};
use crate::fault::Fault;
use crate::quantity::Duration;
use crate::systems::disputes::{moves, span, too_long};

/// The most moves of a game, each of which is played.
const MOST_MOVES: u64 = 1_000;
/// The most that all bonds of a game may be \[ETH\].
const MOST_ETH: f64 = 1e12;

/// The window, where ether has such a price.
pub(super) fn window(spec: &WindowSpec, eth_usd: f64) -> Window {
    let dispute = match &spec.game {
        Some(game) => Dispute::Game(Game {
            rules: rules(spec, game),
            gas: game.gas,
            last_gas: game.last_gas,
            proof_gcycles: game.proof.as_ref().map_or(0.0, |proof| proof.cycles / 1e9),
            usd_per_gcycle: game.proof.as_ref().map_or(0.0, |proof| proof.per_billion_cycles.usd()),
            reward: game.reward.value(),
            eth_usd,
        }),
        None => Dispute::Lasts(Span::from_secs_f64(spec.dispute.map_or(0.0, Duration::seconds))),
    };
    Window {
        length: Span::from_secs_f64(spec.length.seconds()),
        challenged: spec.challenged.value(),
        dispute,
        bond_eth: spec.bond.eth(),
        one_bond: spec.bonds == BondsSpec::AllClaims,
    }
}

fn rules(window: &WindowSpec, game: &GameSpec) -> Rules {
    let levels = game.level.iter().map(|level| Level {
        moves: level.moves,
        bond: level.bond.eth(),
        growth: level.growth,
        each_move: level.bonds == GameBondsSpec::EachMove,
    });
    let bonds = Ladder(levels.collect());
    let protocol = match (&game.bisection, &game.proof) {
        (Some(bisection), _) => Protocol::Bisection(Bisection {
            moves: bonds.depth().saturating_sub(1),
            honest_s: moves(bisection.honest_move),
            dishonest: Pace::Stalls { last_depth: bisection.last_depth.unwrap_or(bonds.depth()) },
            clock: span(*game.clock),
            extension: span(bisection.extension),
            last_step: span(bisection.honest_move),
        }),
        (None, proof) => {
            let value = proof.as_ref().map_or(0.0, proof_s);
            Protocol::OneRound { inclusion_s: Distribution::Constant { value } }
        }
    };
    Rules {
        window: Span::from_secs_f64(window.length.seconds()),
        protocol,
        since_claim: game.since == SinceSpec::Claim,
        grace: span(game.grace),
        bonds,
        challenges: game.challenges,
        in_turn: game.several == SeveralSpec::InTurn,
    }
}

fn proof_s(proof: &DecidingProofSpec) -> f64 {
    proof.cycles / proof.cycles_per_second
}

/// Who watches. They re-execute blocks as these come, so that a claim is checked as soon as it is taken up.
pub(super) fn watchers(spec: &RollupWatchersSpec) -> Watchers {
    Watchers {
        count: spec.count,
        honest: 1.0,
        liveness: spec.ready.value(),
        coverage: 1.0,
        common_failure: spec.common_failure.value(),
        pickup_s: span(spec.pickup).as_secs_f64(),
        check_s: 0.0,
        own: None,
        queue: Queue::empty(1.0),
        build_s: 0.0,
    }
}

/// What must be known of them beside the numbers.
pub(super) fn assumptions(spec: &RollupSpec) -> Vec<String> {
    let mut told = Vec::new();
    let game = spec.window.as_ref().and_then(|window| Some((window, window.game.as_ref()?)));
    if let Some((window, game)) = game {
        if window.dispute.is_some() {
            told.push("`window.dispute` has no effect: `window.game` says how long a dispute is".into());
        }
        let attack = match &game.bisection {
            Some(bisection) => format!(
                "who is right moves after {} in the mean, and who is wrong as late as its clock lets it",
                bisection.honest_move
            ),
            None => "who is right proves at once what is disputed".into(),
        };
        told.push(format!("a dispute: {attack}: assumed"));
    }
    if let Some(watchers) = &spec.watchers {
        told.push(format!(
            "watchers: {}, each of whom can challenge an invalid claim in time in {} of the cases; in {} of the cases nobody can: assumed",
            watchers.count, watchers.ready, watchers.common_failure,
        ));
    }
    told
}

/// What is wrong with them, by key.
pub(super) fn faults(spec: &RollupSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(watchers) = &spec.watchers {
        if spec.window.is_none() {
            let message = "they challenge claims, and there is no `window` in which they could";
            faults.push(("watchers".to_owned(), message.to_owned()));
        }
        faults.extend(too_long(watchers.pickup).map(|message| ("watchers.pickup".to_owned(), message)));
    }
    let Some(window) = &spec.window else { return faults };
    match &window.game {
        Some(game) => faults.extend(of_game(window, game)),
        None if window.dispute.is_none() => {
            let message = "missing; it says how long a dispute is at most, where no `window.game` does";
            faults.push(("window.dispute".to_owned(), message.to_owned()));
        }
        None => {}
    }
    faults
}

fn of_game(window: &WindowSpec, game: &GameSpec) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    let mut fault = |key: &str, message: String| faults.push((format!("window.game{key}"), message));
    let times = [(".clock", *game.clock), (".grace", game.grace)];
    let of_moves = game
        .bisection
        .iter()
        .flat_map(|it| [(".bisection.move", it.honest_move), (".bisection.extension", it.extension)]);
    for (key, duration) in times.into_iter().chain(of_moves) {
        too_long(duration).into_iter().for_each(|message| fault(key, message));
    }
    let depth: u64 = game.level.iter().map(|level| u64::from(level.moves)).sum();
    if !(1..=MOST_MOVES).contains(&depth) {
        fault(".level", format!("a game has 1 to {MOST_MOVES} moves, and this one {depth}"));
        return faults;
    }
    match (&game.bisection, &game.proof) {
        (Some(_), Some(_)) => {
            fault("", "either moves decide (`bisection`) or a proof does (`proof`): say one of them".into())
        }
        (None, None) => fault("", "say what decides: moves (`bisection`) or a proof (`proof`)".into()),
        (None, Some(proof)) => {
            if depth > 1 {
                fault(".level", format!("a proof answers the challenge: one move, and not {depth}"));
            }
            let (takes_s, clock_s) = (proof_s(proof), game.clock.seconds());
            if takes_s > clock_s {
                fault(".clock", format!("the proof takes {takes_s:.0} s, and there are {clock_s:.0} s for it"));
            }
        }
        (Some(bisection), None) => {
            if bisection.last_depth.is_some_and(|last| u64::from(last) > depth) {
                fault(".bisection.last_depth", format!("the deepest move has the depth {depth}"));
            }
            if bisection.extension.seconds() > game.clock.seconds() {
                fault(".bisection.extension", "it is longer than the clock itself".into());
            }
        }
    }
    if game.since == SinceSpec::Claim {
        if game.clock.seconds() > window.length.seconds() {
            fault(".clock", "since the claim it runs no longer than `window.length`".into());
        }
        if game.several == SeveralSpec::InTurn {
            fault(".several", "one after another they need clocks that run since the challenge".into());
        }
    }
    if faults.is_empty() {
        faults.extend(of_rules(&rules(window, game)));
    }
    faults
}

/// What is wrong with a game that can be played.
fn of_rules(rules: &Rules) -> Option<Fault> {
    let bonds = [Side::Proposer, Side::Challenger].map(|side| rules.bonds.of_side(side, u32::MAX));
    let all = bonds.iter().sum::<f64>() * f64::from(rules.challenges);
    if all.is_nan() || all > MOST_ETH {
        return Some(("window.game.level".to_owned(), format!("all bonds are {all:.0e} ETH; at most {MOST_ETH:.0e}")));
    }
    let loses = |right: Side, after: Span| rules.decide_at_means(right, after).winner != right;
    (loses(Side::Proposer, rules.open()) || loses(Side::Challenger, Span::ZERO)).then(|| {
        let message = "who is right takes longer for its moves than its clock lets it, and would lose";
        ("window.game.bisection.move".to_owned(), message.to_owned())
    })
}
