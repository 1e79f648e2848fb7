//! hyperfine's `--export-json`: `{"results": [{"command", "mean", "times", "exit_codes", "parameters"}]}` in seconds. Each of the times
//! is a process of its own: the interval of the mean is that of their spread.

use calibrate::{Estimate, Variance};
use serde::Deserialize;
use serde_json::Value;

use super::figure::{Figure, Found};
use super::json::document;
use super::units::TimeUnit;
use crate::reading::{Problems, Source};

const SHAPE: &str = "hyperfine's JSON: {\"results\": [{\"command\", \"mean\", \"times\": [seconds], …}]} in seconds";

/// By what share the mean may differ from that of the times, which are written with fewer digits.
const SAME: f64 = 1e-3;

#[derive(Deserialize)]
struct Document {
    results: Vec<Value>,
}

/// The mean of every command.
pub(super) fn figures(source: &Source) -> Result<Found, Problems> {
    let Document { results } = document(source, SHAPE)?;
    let mut found = Found::new(source);
    for (index, result) in results.iter().enumerate() {
        found.entry(&format!("results[{index}]"), figure(result));
    }
    found.finish(source, SHAPE)
}

fn figure(result: &Value) -> Result<Figure, String> {
    let command = result["command"].as_str().ok_or("it has no `command`")?;
    let mean = result["mean"].as_f64().ok_or("it has no `mean`")?;
    let codes = result["exit_codes"].as_array().into_iter().flatten();
    if let Some(code) = codes.filter_map(Value::as_i64).find(|code| *code != 0) {
        return Err(format!("a run of `{command}` failed with exit status {code}"));
    }
    let said = result["times"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    let times: Vec<f64> = said.iter().filter_map(Value::as_f64).collect();
    if let Some(time) = said.iter().find(|time| time.as_f64().is_none_or(|seconds| seconds < 0.0)) {
        return Err(format!("`times` of `{command}`: found {time}, which is no time"));
    }
    let of_times = times.iter().sum::<f64>() / times.len() as f64;
    if (of_times / mean - 1.0).abs() > SAME {
        return Err(format!("the mean of `{command}`, {mean} s, is not that of its times, {of_times} s"));
    }
    let runs: Vec<&[f64]> = times.iter().map(std::slice::from_ref).collect();
    let half_width = Estimate::of(&runs, Variance::NONE).and_then(|estimate| estimate.half_width_s);
    let said = result["parameters"].as_object().into_iter().flatten();
    let parameters: Vec<(String, String)> = said
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    // A single parameter that is a number is a size.
    let size = match parameters.as_slice() {
        [(name, value)] => value.parse().ok().map(|size| (name.clone(), size)),
        _ => None,
    };
    let (unit_of_size, size) = size.map_or((String::new(), None), |(name, size)| (name, Some(size)));
    Ok(Figure {
        operation: command.to_owned(),
        size,
        unit_of_size,
        labels: parameters,
        ms: TimeUnit::Seconds.ms(mean),
        samples_ms: times.iter().map(|seconds| TimeUnit::Seconds.ms(*seconds)).collect(),
        samples_are_processes: true,
        half_width_ms: half_width.filter(|_| times.len() > 1).map(|half| TimeUnit::Seconds.ms(half)),
        ..Figure::default()
    })
}
