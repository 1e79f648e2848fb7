//! Numbers of the fraud window: what was seen, and what is too rare to be seen.
//!
//! An invalid block is rare, so what happens to one is played by itself, many times in every replication
//! (`fraud_proof`), and what follows from closed forms stands beside what was seen (`survival`, `reversal`,
//! `….expected`). What was not seen has no value and says so, with what was to be expected.

use models::cost::HOURS_PER_MONTH;
use models::disputes::alone::{Draws, time_to_fault_proof};
use models::disputes::record::Record;
use models::disputes::survival::{Exposure, reversal, sampled_survival, survival, tilt};
use models::disputes::{FraudWindow, game::Side};
use models::layered::Layered;
use models::outcome::{FraudOutcome, Outcome};
use models::proving::Demand;
use scenarios::Case;
use sim::{QuantileSketch, Span, Streams};

use super::{Metrics, Runs};
use crate::text::count;

/// Invalid blocks that are played in every replication.
const PLAYED: u32 = 4_000;
/// Trials of the importance sampling.
const TRIALS: u32 = 20_000;
/// Fewest replications of what is played by itself.
const FEWEST: u32 = 10;
/// Points of a distribution of proofs.
const POINTS: u32 = 200;
const MONTH_S: f64 = HOURS_PER_MONTH * 3_600.0;

/// Everything about the fraud window, where there is one.
pub(crate) fn fraud(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome], (seed, runs): (u64, Runs)) {
    let Some(rules) = &case.system.fraud else { return };
    let seen: Vec<(&FraudOutcome, f64)> =
        outcomes.iter().filter_map(|outcome| Some((outcome.fraud.as_ref()?, outcome.simulated_s))).collect();
    let proofs = outcomes.iter().map(|outcome| &outcome.epoch_proof).collect();
    let view = View { system: &case.system, rules, seen, proofs, seed, runs };
    if case.system.plan().is_none() {
        let why = "what is proven before it is included is not invalid";
        for what in ["p50", "p99", "mean"] {
            metrics.missing(format!("fraud_proof.{what}"), "s", why.into());
        }
    } else {
        let played = view.fraud_proofs(metrics);
        view.expected(metrics, &played);
        view.chances(metrics, &played);
    }
    view.counted(metrics);
}

/// What is known of the fate of invalid blocks.
struct Played {
    /// Share that is found out.
    found: f64,
    /// Mean time to the verdict of those, in seconds.
    mean_s: f64,
    /// Mean duration of a dispute that the challenger should win, in seconds.
    dispute_s: f64,
}

struct View<'a> {
    system: &'a Layered,
    rules: &'a FraudWindow,
    /// What was seen, and in how many seconds.
    seen: Vec<(&'a FraudOutcome, f64)>,
    /// From the end of epochs to the acceptance of their proofs, in seconds.
    proofs: Vec<&'a QuantileSketch>,
    seed: u64,
    runs: Runs,
}

impl View<'_> {
    fn slot_s(&self) -> f64 {
        self.system.slot.as_secs_f64()
    }

    /// Transactions of a mean slot.
    fn transactions(&self) -> f64 {
        self.system.load_per_s * self.slot_s()
    }

    /// Plays invalid blocks by themselves.
    fn fraud_proofs(&self, metrics: &mut Metrics) -> Played {
        let (transactions, replications) = (self.transactions().round() as u64, self.runs.at_least(FEWEST));
        let (mut p50, mut p99, mut means, mut found, mut disputes) = (vec![], vec![], vec![], 0u32, vec![]);
        for replication in replications.clone() {
            let streams = Streams::new(self.seed, replication);
            let stream = |name: &str| streams.stream(name);
            let mut draws = Draws { watching: stream("fraud proofs: watchers"), moves: stream("fraud proofs: moves") };
            let mut sketch = QuantileSketch::new(models::outcome::QUANTILE_ERROR);
            for _ in 0..PLAYED {
                let time = time_to_fault_proof(self.rules, transactions, &mut draws);
                time.into_iter().for_each(|time| sketch.record(time.as_secs_f64()));
            }
            found += sketch.mass() as u32;
            p50.extend(sketch.quantile(0.5));
            p99.extend(sketch.quantile(0.99));
            means.extend(sketch.mean());
            let mut dispute = || self.rules.protocol.play(Side::Challenger, &mut draws.moves).duration.as_secs_f64();
            disputes.extend((0..PLAYED / 10).map(|_| dispute()));
        }
        for (what, values) in [("p50", &p50), ("p99", &p99), ("mean", &means)] {
            let name = format!("fraud_proof.{what}");
            match values.is_empty() {
                true => metrics.missing(name, "s", "no watcher finds an invalid block out".into()),
                false => metrics.estimated(name, "s", values),
            }
        }
        let mean = |values: &[f64]| super::mean(values.iter().copied()).unwrap_or(0.0);
        Played {
            found: f64::from(found) / f64::from(PLAYED * replications.len() as u32),
            mean_s: mean(&means),
            dispute_s: mean(&disputes),
        }
    }

    /// What a month is expected to bring, by arithmetic.
    fn expected(&self, metrics: &mut Metrics, played: &Played) {
        let reverts = MONTH_S / self.slot_s() * self.rules.invalid * played.found;
        let transactions = self.transactions() * (1.0 + played.mean_s / self.slot_s());
        metrics.exact("reverts.expected", "1/month", reverts);
        metrics.exact("reverted.expected", "tx/month", reverts * transactions);
        metrics.exact("refunded.expected", "tx/month", reverts * transactions * (1.0 - self.rules.returns));
        metrics.exact("slashed.expected", "USD/month", reverts * self.rules.stakes.proposer);
        match self.system.plan().map(|plan| plan.demand) {
            // Of a chain that is proven as it comes, a revert takes the proofs of as much as was built meanwhile: so many
            // seconds of work in every second.
            Some(Demand::Always) => {
                let wasted = reverts / MONTH_S * played.mean_s;
                metrics.exact("wasted_proving.expected", "1", wasted / (1.0 + wasted));
            }
            _ => {
                let why = "known for proofs that are made as segments end only".into();
                metrics.missing("wasted_proving.expected".into(), "1", why);
            }
        }
    }

    /// Chances that are too small to be seen.
    fn chances(&self, metrics: &mut Metrics, played: &Played) {
        let (watchers, window_s) = (&self.rules.watchers, self.rules.window.as_secs_f64());
        if let Some(wins) = self.rules.protocol.wins() {
            let transactions = self.transactions();
            metrics.exact("survival", "1", survival(watchers, transactions, window_s, wins));
            let independent = models::disputes::watchers::Watchers { common_failure: 0.0, ..*watchers };
            let theta = tilt(&independent, transactions, window_s, wins);
            let mut stream = Streams::new(self.seed, 0).stream("survival of invalid blocks");
            let block = (transactions.round() as u64, self.rules.window);
            let sampled = sampled_survival(&independent, block, wins, (theta, TRIALS), &mut stream);
            let exact = survival(&independent, transactions, window_s, wins);
            metrics.exact("survival.independent", "1", exact);
            if let Some(found) = sampled {
                metrics.ranged("survival.sampled", "1", found.mean, (found.low, found.high));
            }
        }
        let exposure = Exposure {
            invalid: self.rules.invalid,
            slot_s: self.slot_s(),
            transactions: self.transactions(),
            window_s,
            dispute_s: played.dispute_s,
        };
        for (which, age) in self.rules.ages.iter().enumerate() {
            let name = format!("reversal.{}", age_name(*age));
            let chance = reversal(watchers, &exposure, age.as_secs_f64());
            metrics.exact(name.clone(), "1", chance);
            self.unproven(metrics, (&name, chance), age.as_secs_f64());
            let seen: Vec<f64> = self.seen.iter().filter_map(|(fraud, _)| fraud.reversals[which]).collect();
            match self.reverts() {
                0 => metrics.missing(format!("{name}.seen"), "1", self.rare(self.rules.invalid)),
                _ => metrics.estimated(format!("{name}.seen"), "1", &seen),
            }
        }
    }

    /// The same chance for a transaction whose epoch is not proven at that age. Below an invalid block that stands no
    /// proof is accepted, so all of the chance is theirs; of the others none is reverted.
    fn unproven(&self, metrics: &mut Metrics, (name, chance): (&str, f64), age_s: f64) {
        let epoch_s = self.system.epoch().as_secs_f64();
        let by_then = |proofs: &&QuantileSketch| {
            // A block is anywhere in its epoch, so its proof is accepted up to an epoch later after it than after the end.
            let shares = (0..POINTS).filter_map(|point| proofs.quantile((f64::from(point) + 0.5) / f64::from(POINTS)));
            super::mean(shares.map(|proof_s| ((age_s - proof_s) / epoch_s).clamp(0.0, 1.0)))
        };
        let proven: Vec<f64> = self.proofs.iter().filter_map(by_then).collect();
        let name = format!("{name}.unproven");
        match (proven.is_empty(), proven.iter().all(|share| *share < 1.0)) {
            (true, _) => metrics.missing(name, "1", "no epoch was proven".into()),
            (_, false) => metrics.missing(name, "1", "every epoch is proven by then".into()),
            _ => {
                let chances: Vec<f64> = proven.iter().map(|share| chance / (1.0 - share)).collect();
                metrics.estimated(name, "1", &chances);
            }
        }
    }

    /// Reverts in all replications.
    fn reverts(&self) -> u64 {
        self.seen.iter().map(|(fraud, _)| fraud.record.reverts).sum()
    }

    /// Why nothing was seen.
    fn rare(&self, chance: f64) -> String {
        let simulated_h = self.seen.iter().map(|(_, seconds)| seconds).sum::<f64>() / 3_600.0;
        if simulated_h == 0.0 {
            return "nothing was simulated".into();
        }
        let every_h = self.slot_s() / chance / 3_600.0;
        format!(
            "not seen in {} h of simulated time; such a block is expected every {} h",
            count(simulated_h),
            count(every_h)
        )
    }

    /// What was seen, a month.
    fn counted(&self, metrics: &mut Metrics) {
        type Count = fn(&Record) -> f64;
        let of_reverts: [(&str, &str, Count); 5] = [
            ("reverts", "1/month", |record| record.reverts as f64),
            ("reverted", "tx/month", |record| (record.returned + record.refunded) as f64),
            ("refunded", "tx/month", |record| record.refunded as f64),
            ("slashed", "USD/month", |record| record.slashed),
            ("rewarded", "USD/month", |record| record.rewarded),
        ];
        let of_disputes: [(&str, &str, Count); 2] = [
            ("disputes", "1/month", |record| record.disputes as f64),
            ("forfeited", "USD/month", |record| record.forfeited),
        ];
        let disputes: u64 = self.seen.iter().map(|(fraud, _)| fraud.record.disputes).sum();
        let challenged = self.rules.invalid + self.rules.frivolous;
        let counts = of_disputes.map(|of| (of, disputes, challenged)).into_iter();
        let counts = counts.chain(of_reverts.map(|of| (of, self.reverts(), self.rules.invalid)));
        for ((name, unit, of), seen, chance) in counts {
            if seen > 0 {
                let month = |(fraud, seconds): &(&FraudOutcome, f64)| of(&fraud.record) * MONTH_S / seconds;
                metrics.estimated(name.into(), unit, &self.seen.iter().map(month).collect::<Vec<_>>());
            } else if chance > 0.0 {
                metrics.missing(name.into(), unit, self.rare(chance));
            } else {
                metrics.exact(name, unit, 0.0);
            }
        }
        let wasted: Vec<f64> = self.seen.iter().filter_map(|(fraud, _)| fraud.wasted_share).collect();
        match (self.reverts(), wasted.is_empty()) {
            (0, _) if self.rules.invalid > 0.0 => {
                metrics.missing("wasted_proving".into(), "1", self.rare(self.rules.invalid))
            }
            (_, true) => metrics.missing("wasted_proving".into(), "1", "no epoch was proven".into()),
            _ => metrics.estimated("wasted_proving".into(), "1", &wasted),
        }
    }
}

/// An age in the name of a metric: `1s`, `10min`.
fn age_name(age: Span) -> String {
    let seconds = age.as_secs_f64();
    let units = [("d", 86_400.0), ("h", 3_600.0), ("min", 60.0)];
    let whole = units.into_iter().find(|(_, unit)| seconds >= *unit && seconds % unit == 0.0);
    whole.map_or_else(|| format!("{seconds}s"), |(name, unit)| format!("{}{name}", seconds / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_well() {
        let names = [0.5, 1.0, 90.0, 600.0, 7_200.0, 86_400.0].map(|s| age_name(Span::from_secs_f64(s)));
        assert_eq!(names, ["0.5s", "1s", "90s", "10min", "2h", "1d"]);
    }
}
