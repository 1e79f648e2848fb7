//! Numbers of the fraud window: what was seen, and what is too rare to be seen.
//!
//! An invalid block is rare, so what happens to one is played by itself, many times in every replication
//! (`fraud_proof`), and what follows from closed forms stands beside what was seen (`survival`, `reversal`,
//! `….expected`). What was not seen has no value and says so, with what was to be expected. Nor has anything one where
//! watchers fall behind: the chain goes on, and what they would find they find later and later.

mod played;

use models::disputes::FraudWindow;
use models::disputes::record::Record;
use models::disputes::survival::{Exposure, reversal};
use models::fleet::{HOURS_PER_MONTH, Pool, Role};
use models::systems::layered::Layered;
use models::systems::layered::capacity::{VALIDATORS, WATCHERS, fraud_window, watchers};
use models::systems::layered::outcome::{FraudOutcome, Outcome};
use scenarios::Case;
use sim::{QuantileSketch, Span};

use crate::metrics::{Metrics, Runs, mean};
use crate::systems::survival;
use crate::text::{count, saturation};
use played::Played;

/// Points of a distribution of proofs.
const POINTS: u32 = 200;
const MONTH_S: f64 = HOURS_PER_MONTH * 3_600.0;

/// Everything about the fraud window, where there is one.
pub(super) fn fraud(metrics: &mut Metrics, case: &Case, outcomes: &[Outcome], (seed, runs): (u64, Runs)) {
    let Some(rules) = fraud_window(case.system.layered()) else { return };
    let seen: Vec<(&FraudOutcome, f64)> =
        outcomes.iter().filter_map(|outcome| Some((outcome.fraud.as_ref()?, outcome.simulated_s))).collect();
    let proofs = outcomes.iter().map(|outcome| &outcome.epoch_proof).collect();
    let overload = watchers(case.system.layered()).filter(|stage| stage.utilization >= 1.0);
    let overload = overload.map(|stage| saturation(&stage, case.system.request().unit));
    let view = View { system: case.system.layered(), rules: &rules, seen, proofs, seed, overload };
    if case.system.layered().plan().is_none() {
        view.no_fraud_proofs(metrics, "what is proven before it is included is not invalid");
    } else if let Some(why) = &view.overload {
        view.no_fraud_proofs(metrics, why);
        view.unknown(metrics, why);
    } else {
        let played = played::play(metrics, view.system, view.rules, (seed, runs));
        played::expected(metrics, view.system, view.rules, &played);
        view.chances(metrics, &played);
    }
    view.counted(metrics);
}

/// What watching costs, as a part of the bill for validation: machines that watchers have for themselves, or the cores of
/// their validators that they use, at the price of the machine by core.
pub(super) fn watching(metrics: &mut Metrics, case: &Case) {
    let Some(rules) = watchers(case.system.layered()).and_then(|_| fraud_window(case.system.layered())) else { return };
    let (fleet, watchers) = (&case.fleet, &rules.watchers);
    let in_all = |pool: &str| fleet.pool(pool).map_or(0, Pool::in_all);
    let machines = match watchers.own {
        Some(_) => in_all(WATCHERS) as f64,
        None => {
            let needed = case.system.layered().load_per_s * watchers.coverage * watchers.check_s;
            let share = needed.min(watchers.queue.cores) / case.system.layered().validator.cores as f64;
            (watchers.count * fleet.machines(VALIDATORS)) as f64 * share
        }
    };
    let all = in_all(VALIDATORS) + in_all(WATCHERS);
    metrics.exact("cost.watching", "USD/month", fleet.usd_per_month(Role::Validation) * machines / all as f64);
}

struct View<'a> {
    system: &'a Layered,
    rules: &'a FraudWindow,
    /// What was seen, and in how many seconds.
    seen: Vec<(&'a FraudOutcome, f64)>,
    /// From the end of epochs to the acceptance of their proofs, in seconds.
    proofs: Vec<&'a QuantileSketch>,
    seed: u64,
    /// Why watchers cannot follow, if they cannot.
    overload: Option<String>,
}

impl View<'_> {
    fn slot_s(&self) -> f64 {
        self.system.slot.as_secs_f64()
    }

    /// Transactions of a mean slot.
    fn transactions(&self) -> f64 {
        self.system.load_per_s * self.slot_s()
    }

    fn no_fraud_proofs(&self, metrics: &mut Metrics, why: &str) {
        for what in ["p50", "p99", "mean"] {
            metrics.missing(format!("fraud_proof.{what}"), "s", why.into());
        }
    }

    /// Nothing is known of what becomes of invalid blocks.
    fn unknown(&self, metrics: &mut Metrics, why: &str) {
        let ages = self.rules.ages.iter().flat_map(|age| {
            let name = format!("reversal.{}", age_name(*age));
            [name.clone(), format!("{name}.unproven"), format!("{name}.seen")].map(|name| (name, "1"))
        });
        let expected = [
            ("reverts.expected", "1/month"),
            ("reverted.expected", "tx/month"),
            ("refunded.expected", "tx/month"),
            ("slashed.expected", "USD/month"),
            ("wasted_proving.expected", "1"),
            ("survival", "1"),
            ("survival.independent", "1"),
            ("survival.sampled", "1"),
        ];
        let all = expected.map(|(name, unit)| (name.to_owned(), unit)).into_iter().chain(ages);
        all.for_each(|(name, unit)| metrics.missing(name, unit, why.into()));
    }

    /// Chances that are too small to be seen.
    fn chances(&self, metrics: &mut Metrics, played: &Played) {
        let (watchers, window_s) = (&self.rules.watchers, self.rules.window.as_secs_f64());
        if let Some(wins) = self.rules.protocol.wins() {
            survival::chances(metrics, watchers, (self.transactions(), window_s), wins, self.seed);
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
            mean(shares.map(|proof_s| ((age_s - proof_s) / epoch_s).clamp(0.0, 1.0)))
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
        if let Some(why) = &self.overload {
            return why.clone();
        }
        let simulated_h = self.seen.iter().map(|(_, seconds)| seconds).sum::<f64>() / 3_600.0;
        if simulated_h == 0.0 {
            return "nothing was simulated".into();
        }
        if chance == 0.0 {
            return "every block is valid".into();
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
