//! Spot machines that ship with the program: what zones did, and what a provider says of its instances.

use std::sync::OnceLock;

use models::spot::Trace;
use serde::Deserialize;

use crate::library::rows;

/// Where the traces come from.
pub const TRACE_SOURCE: &str =
    "one spot instance with a V100 in five AWS zones, every 195 s for 45 days from 2023-02-15; SkyPilot, spot-traces";

/// A zone and what it did.
#[derive(Debug, Clone, PartialEq)]
pub struct SpotZone {
    /// Its name.
    pub name: String,
    /// When a machine could be had there.
    pub trace: Trace,
}

/// What a provider says of an instance in a month.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Advice {
    /// Who rents it out.
    pub provider: String,
    /// Where.
    pub region: String,
    /// What.
    pub instance: String,
    /// How much cheaper than on demand \[%\].
    pub saving_percent: f64,
    /// At least so many are interrupted in a month \[%\].
    #[serde(rename = "monthly_interruption_low_percent")]
    pub interrupted_low_percent: f64,
    /// At most so many \[%\].
    #[serde(rename = "monthly_interruption_high_percent")]
    pub interrupted_high_percent: f64,
    /// When that was said.
    pub date: String,
    /// Who says so.
    pub source: String,
}

/// A row of the file of traces: a change of a zone, or the end of its trace.
#[derive(Debug, Deserialize)]
struct Row {
    zone: String,
    start_s: f64,
    available: String,
}

/// All zones that ship with the program, in the order of their file; read once.
pub fn spot_zones() -> &'static [SpotZone] {
    static ONCE: OnceLock<Vec<SpotZone>> = OnceLock::new();
    ONCE.get_or_init(zones)
}

fn zones() -> Vec<SpotZone> {
    let rows: Vec<Row> = rows(include_str!("../library/spot/v100_2023.csv"));
    rows.chunk_by(|a, b| a.zone == b.zone)
        .map(|rows| {
            let (end, changes) = rows.split_last().expect("a chunk has a row");
            assert_eq!(end.available, "end", "the trace of {} has an end", end.zone);
            let changes: Vec<(f64, bool)> = changes.iter().map(|row| (row.start_s, row.available == "1")).collect();
            let trace = Trace::of(&changes, end.start_s).expect("times in a trace of the library increase");
            SpotZone { name: end.zone.clone(), trace }
        })
        .collect()
}

/// What providers say of their spot instances.
pub fn spot_advice() -> Vec<Advice> {
    rows(include_str!("../library/spot/advisor.csv"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::spot::{HeldOut, Law};

    #[test]
    fn zones_have_the_figures_that_were_published_of_them() {
        let zones = spot_zones();
        let names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
        assert_eq!(names, ["us-east-1a", "us-east-1c", "us-east-2a", "us-west-2a", "us-west-2c"]);
        let range = |figure: fn(&Trace) -> Option<f64>| {
            let figures = zones.iter().map(|zone| figure(&zone.trace).expect("periods of either kind"));
            figures.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), one| (low.min(one), high.max(one)))
        };
        let near = |(low, high): (f64, f64), (known_low, known_high): (f64, f64), unit: f64, within: f64| {
            let off = [low / unit - known_low, high / unit - known_high];
            assert!(off.iter().all(|off| off.abs() < within), "{low} to {high}, known {known_low} to {known_high}");
        };
        near(range(|trace| trace.seen().available), (0.17, 0.89), 1.0, 0.005);
        // Published means are those of all periods, cut ones too; ours are by their ends, up to one period in 143 more.
        near(range(|trace| trace.seen().up_s), (0.7, 6.8), 3_600.0, 0.06);
        near(range(|trace| trace.seen().down_s), (0.8, 3.6), 3_600.0, 0.06);
        assert!(zones.iter().all(|zone| (zone.trace.seconds() / 86_400.0 - 45.5).abs() < 0.1));
    }

    /// Why periods have two phases: they are told better where the fit has not seen them, in every zone, up and down.
    #[test]
    fn two_phases_predict_lengths_of_the_second_half_better_than_one() {
        for SpotZone { name, trace } in spot_zones() {
            let (half, end) = (trace.seconds() / 2.0, trace.seconds());
            let halves = [trace.part(0.0, half), trace.part(half, end)].map(|half| half.expect("a half"));
            for up in [true, false] {
                let (whole, cut) = halves[0].lengths(up);
                let score = |law: Option<Law>| -> f64 {
                    let law = law.expect("enough periods");
                    halves[1].lengths(up).0.into_iter().map(|seconds| law.log_density(seconds)).sum()
                };
                let (two, one) = (score(Law::fit(&whole, &cut)), score(Law::fit_exponential(&whole, &cut)));
                assert!(two > one, "{name}, up: {up}: {two} with two phases, {one} with one");
            }
        }
    }

    #[test]
    fn every_zone_has_enough_periods_to_be_held_against_its_second_half() {
        for SpotZone { name, trace } in spot_zones() {
            let held = HeldOut::of(trace).unwrap_or_else(|| panic!("{name} has too few periods"));
            assert!(held.fit.periods.0 > 50 && held.seen.up_s.is_some() && held.seen.down_s.is_some(), "{name}");
        }
        assert!(spot_advice().iter().all(|one| one.interrupted_low_percent < one.interrupted_high_percent));
        assert!(spot_advice().len() >= 13);
    }
}
