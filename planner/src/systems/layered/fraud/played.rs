//! What becomes of an invalid block, played by itself as often as it takes, and what a month of them is expected to bring.
//!
//! Model: that of the world, for one invalid block: [`models::disputes::alone`], and for the proofs [`models::proving::wasted`].
//! Assumption: nothing else is invalid before its verdict; where that is not so, expectations have no value and say so.
//! Source: conditional Monte Carlo (S. Asmussen, P. W. Glynn, *Stochastic Simulation* (2007), ch. V). Leaves out: reverts
//! of valid blocks; slots that nobody proposes in.

use models::disputes::FraudWindow;
use models::disputes::alone::{Draws, time_to_fault_proof};
use models::disputes::game::Side;
use models::fleet::HOURS_PER_MONTH;
use models::proving::wasted::{Pace, Waste};
use models::proving::{Demand, ProofPlan};
use models::systems::layered::Layered;
use models::systems::layered::capacity::{prover_work_per_s, serving_provers};
use sim::{QuantileSketch, Streams};

use crate::metrics::{Metrics, Runs, mean};

/// Invalid blocks that are played in every replication.
const PLAYED: u32 = 4_000;
/// Fewest replications of what is played by itself.
const FEWEST: u32 = 10;
/// Invalid blocks before the verdict on one of them above which they are not taken one by one.
const MOST_TOGETHER: f64 = 0.1;
const MONTH_S: f64 = HOURS_PER_MONTH * 3_600.0;

/// What is known of the fate of invalid blocks.
#[derive(Default)]
pub(super) struct Played {
    /// Share that is found out.
    found: f64,
    /// Mean slots whose blocks are thrown out with one that is.
    slots: f64,
    /// Proof work that one invalid block wastes on average, in server-seconds.
    wasted_s: f64,
    /// Mean duration of a dispute that the challenger should win, in seconds.
    pub dispute_s: f64,
}

/// Plays invalid blocks in at least as many replications as the world was run, and tells when they were found out.
pub(super) fn play(metrics: &mut Metrics, system: &Layered, rules: &FraudWindow, (seed, runs): (u64, Runs)) -> Played {
    let numbers = runs.at_least(FEWEST);
    let replications = numbers.len() as u32;
    let waste = as_it_comes(system).map(|plan| Waste::new(plan, pace(system)));
    let (mut p50, mut p99, mut means, mut played) = (vec![], vec![], vec![], Played::default());
    for replication in numbers {
        let mut sketch = QuantileSketch::new(models::QUANTILE_ERROR);
        let one = play_once(system, rules, waste.as_ref(), &Streams::new(seed, replication), &mut sketch);
        played.found += one.found;
        played.slots += one.slots;
        played.wasted_s += one.wasted_s;
        played.dispute_s += one.dispute_s / f64::from(replications);
        p50.extend(sketch.quantile(0.5));
        p99.extend(sketch.quantile(0.99));
        means.extend(sketch.mean());
    }
    for (what, values) in [("p50", &p50), ("p99", &p99), ("mean", &means)] {
        let name = format!("fraud_proof.{what}");
        match values.is_empty() {
            true => metrics.missing(name, "s", "no watcher finds an invalid block out".into()),
            false => metrics.estimated(name, "s", values),
        }
    }
    let blocks = f64::from(PLAYED) * f64::from(replications);
    played.slots = if played.found > 0.0 { played.slots / played.found } else { 0.0 };
    Played { found: played.found / blocks, wasted_s: played.wasted_s / blocks, ..played }
}

/// The invalid blocks of one replication: sums over them, but for the mean dispute.
fn play_once(
    system: &Layered,
    rules: &FraudWindow,
    waste: Option<&Waste>,
    streams: &Streams,
    sketch: &mut QuantileSketch,
) -> Played {
    let stream = |name: &str| streams.stream(name);
    let mut draws = Draws { watching: stream("fraud proofs: watchers"), moves: stream("fraud proofs: moves") };
    let mut slots = stream("fraud proofs: slots");
    let (slot_s, window_s) = (system.slot.as_secs_f64(), rules.window.as_secs_f64());
    let transactions = (system.load_per_s * slot_s).round() as u64;
    let mut sums = Played::default();
    for _ in 0..PLAYED {
        let slot = slots.index(system.slots_per_epoch as usize) as u64;
        let verdict_s = time_to_fault_proof(rules, transactions, &mut draws).map(|time| time.as_secs_f64());
        if let Some(verdict_s) = verdict_s {
            sketch.record(verdict_s);
            sums.found += 1.0;
            // Its own slot, and those that end before the verdict.
            sums.slots += (verdict_s / slot_s).ceil().max(1.0);
        }
        // A block that survives is proven as if it were valid when its window is over.
        sums.wasted_s += waste.map_or(0.0, |waste| match verdict_s {
            Some(verdict_s) => waste.of(slot, verdict_s),
            None => waste.tried(slot, window_s),
        });
    }
    let mut dispute = || rules.protocol.play(Side::Challenger, &mut draws.moves).duration.as_secs_f64();
    sums.dispute_s = mean((0..PLAYED / 10).map(|_| dispute())).unwrap_or(0.0);
    sums
}

/// The plan of the proofs, where segments are proven as they end.
fn as_it_comes(system: &Layered) -> Option<&ProofPlan> {
    system.plan().filter(|plan| plan.demand == Demand::Always)
}

fn pace(system: &Layered) -> Pace {
    let slot_s = system.slot.as_secs_f64();
    let servers = (serving_provers(system).round() as u64).max(1);
    Pace { slot_s, transactions: system.proven_per_s() * slot_s, servers }
}

/// What a month is expected to bring, by arithmetic.
pub(super) fn expected(metrics: &mut Metrics, system: &Layered, rules: &FraudWindow, played: &Played) {
    let slot_s = system.slot.as_secs_f64();
    let invalid_per_s = rules.invalid / slot_s;
    let reverts = MONTH_S * invalid_per_s * played.found;
    let reverted = reverts * played.slots * system.load_per_s * slot_s;
    let wasted_s = invalid_per_s * played.wasted_s;
    let wasted = match as_it_comes(system) {
        None => Err("known for proofs that are made as segments end only".into()),
        Some(_) => Ok(wasted_s / (prover_work_per_s(system) + wasted_s)),
    };
    let together = rules.invalid * played.slots;
    let crowded = format!("{:.0} % of the invalid blocks have another one before their verdict", together * 100.0);
    for (name, unit, value) in [
        ("reverts.expected", "1/month", Ok(reverts)),
        ("reverted.expected", "tx/month", Ok(reverted)),
        ("refunded.expected", "tx/month", Ok(reverted * (1.0 - rules.returns))),
        ("slashed.expected", "USD/month", Ok(reverts * rules.stakes.proposer)),
        ("wasted_proving.expected", "1", wasted),
    ] {
        match value {
            Ok(_) if together > MOST_TOGETHER => metrics.missing(name.into(), unit, crowded.clone()),
            Ok(value) => metrics.exact(name, unit, value),
            Err(why) => metrics.missing(name.into(), unit, why),
        }
    }
}
