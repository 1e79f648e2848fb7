//! `list spot`: when spot machines could be had, how well the first half of that predicts the second, and what providers say.

use models::spot::{Figures, Fit, HeldOut, Law, Trace};
use scenarios::{SpotZone, TRACE_SOURCE, spot_advice, spot_zones};
use serde_json::{Value, json};
use sim::Interval;

use super::prices::dated;
use crate::args::Common;
use crate::commands::{Answer, Failure, prices, print};
use crate::terminal;

/// One figure of a zone: over the whole trace, and what was predicted and seen of its second half.
struct Row {
    name: &'static str,
    unit: &'static str,
    all: Option<f64>,
    half: Option<(Interval, Option<f64>)>,
}

impl Row {
    /// Whether what was seen lies outside the interval.
    fn outside(&self) -> bool {
        self.half.is_some_and(|(predicted, seen)| seen.is_some_and(|seen| !predicted.contains(seen)))
    }
}

/// Prints zones and advice.
pub fn run(common: &Common) -> Result<Answer, Failure> {
    let zones = spot_zones();
    if common.json {
        let advice: Vec<Value> = spot_advice().iter().map(advice_document).collect();
        let zones: Vec<Value> = zones.iter().map(document).collect();
        let all = json!({ "zones": zones, "zones_source": TRACE_SOURCE, "advice": advice });
        print(&format!("{}\n", serde_json::to_string_pretty(&all).map_err(Failure::because)?))?;
        return Ok(Answer::Done);
    }
    let rows: Vec<(String, Row)> =
        zones.iter().flat_map(|zone| figures(&zone.trace).into_iter().map(|row| (zone.name.clone(), row))).collect();
    let style = terminal::style();
    let columns: (&[&str], &[&str], &[&str]) =
        (&["zone", "figure"], &["all", "predicted", "low", "high", "seen"], &["held"]);
    let cells: Vec<Vec<String>> = rows.iter().map(|(zone, row)| cells(zone, row)).collect();
    let outside = rows.iter().filter(|(_, row)| row.outside()).count();
    let sentence = format!(
        "All: over all days. Predicted: for the second half of the days, by what fits the first half, with a 95 % interval from low to \
         high; seen: what the second half showed. {outside} of {} figures are outside of their interval, where chance alone \
         would put one in 20: zones do not stay as they were.",
        rows.len()
    );
    print(&format!(
        "{}\n{}\n\n{}",
        reports::table::referenced(columns, &cells, style),
        style.wrap(&sentence, 0),
        advice(style)
    ))?;
    Ok(Answer::Done)
}

/// What providers say, as a table.
fn advice(style: reports::table::Style) -> String {
    let now = prices::unix_s();
    let percent = |value: f64| reports::number::share(value / 100.0);
    let rows = spot_advice().into_iter().map(|one| {
        let from = format!("{}, {}: {}", one.region, dated(&one.date, now), one.source);
        let band = [one.interrupted_low_percent, one.interrupted_high_percent].map(percent);
        let [low, high] = band;
        vec![one.provider, one.instance, percent(one.saving_percent), low, high, from]
    });
    let columns: (&[&str], &[&str], &[&str]) =
        (&["provider", "instance"], &["saving", "interrupted a month: from", "to"], &[]);
    reports::table::referenced(columns, &rows.collect::<Vec<_>>(), style)
}

/// The three figures of a zone.
fn figures(trace: &Trace) -> [Row; 3] {
    let (all, held) = (trace.seen(), HeldOut::of(trace));
    let half = |predicted: fn(&Figures<Interval>) -> Interval, seen: fn(&Figures<Option<f64>>) -> Option<f64>| {
        held.map(|held| (predicted(&held.predicted), seen(&held.seen)))
    };
    [
        Row {
            name: "available",
            unit: "share",
            all: all.available,
            half: half(|one| one.available, |one| one.available),
        },
        Row { name: "mean up", unit: "s", all: all.up_s, half: half(|one| one.up_s, |one| one.up_s) },
        Row { name: "mean down", unit: "s", all: all.down_s, half: half(|one| one.down_s, |one| one.down_s) },
    ]
}

/// A row of the table.
fn cells(zone: &str, row: &Row) -> Vec<String> {
    let text = |value: Option<f64>| match value {
        // Hours alone, so that a zone stays in one line.
        Some(seconds) if row.unit == "s" => format!("{} h", reports::number::significant(seconds / 3_600.0, 2)),
        Some(value) => reports::number::quantity(value, row.unit),
        None => reports::number::MISSING.to_owned(),
    };
    let predicted = row.half.map(|(predicted, _)| predicted);
    let seen = row.half.and_then(|(_, seen)| seen);
    let held = match seen {
        Some(_) if row.outside() => "no",
        Some(_) => "yes",
        None => reports::number::MISSING,
    };
    vec![
        zone.to_owned(),
        row.name.to_owned(),
        text(row.all),
        text(predicted.map(|one| one.mean)),
        text(predicted.map(|one| one.low)),
        text(predicted.map(|one| one.high)),
        text(seen),
        held.to_owned(),
        TRACE_SOURCE.to_owned(),
    ]
}

/// A zone in the document: times in seconds.
fn document(zone: &SpotZone) -> Value {
    let interval = |one: Interval| json!({ "mean": one.mean, "low": one.low, "high": one.high });
    let law = |law: Law| {
        let Law { short_share, short_s, long_s } = law;
        json!({ "mean_s": law.mean_s(), "cv": law.cv_squared().sqrt(), "short_share": short_share, "short_s": short_s, "long_s": long_s })
    };
    let fitted = |fit: Fit, predicted: Figures<Interval>| {
        json!({
            "up": law(fit.renewal.up), "down": law(fit.renewal.down),
            "up_periods": fit.periods.0, "down_periods": fit.periods.1,
            "available": interval(predicted.available),
            "mean_up_s": interval(predicted.up_s), "mean_down_s": interval(predicted.down_s),
        })
    };
    let seen = |one: Figures<Option<f64>>| json!({ "available": one.available, "mean_up_s": one.up_s, "mean_down_s": one.down_s });
    let long_run = Fit::of(&zone.trace).map(|fit| fitted(fit, fit.predict(f64::INFINITY)));
    let held = HeldOut::of(&zone.trace).map(|held| {
        let outside: Vec<&str> = figures(&zone.trace).iter().filter(|row| row.outside()).map(|row| row.name).collect();
        json!({ "predicted": fitted(held.fit, held.predicted), "seen": seen(held.seen), "outside": outside })
    });
    json!({
        "zone": zone.name, "seconds": zone.trace.seconds(), "periods": zone.trace.periods(),
        "seen": seen(zone.trace.seen()), "fit": long_run, "second_half": held,
    })
}

/// What a provider says, in the document.
fn advice_document(one: &scenarios::Advice) -> Value {
    json!({
        "provider": one.provider, "region": one.region, "instance": one.instance, "saving_percent": one.saving_percent,
        "interrupted_a_month_percent": [one.interrupted_low_percent, one.interrupted_high_percent],
        "date": one.date, "source": one.source,
    })
}
