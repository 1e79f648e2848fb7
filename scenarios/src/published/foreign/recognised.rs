//! Whose file a text is, by what only that tool writes.

use serde_json::Value;

use super::json::{document, object};
use super::{Format, KNOWN, go, libtest, text};
use crate::reading::{Problem, Problems, Source};

/// The format of a text.
///
/// # Errors
/// A file of another tool, called by its name, or of none that is known.
pub(super) fn recognised(source: &Source) -> Result<Format, Problems> {
    let refused = |message: String| Err(Problem::new(source, Some(0..0), message).with_help(KNOWN).into());
    match kind(source)? {
        Kind::Known(format) => Ok(format),
        Kind::Other(tool) => refused(format!("this is a file of {tool}, which cannot be imported")),
        Kind::Nothing => refused("not a known format of measurements".into()),
    }
}

/// What a text is.
enum Kind {
    Known(Format),
    Other(&'static str),
    Nothing,
}

fn kind(source: &Source) -> Result<Kind, Problems> {
    let text = source.text.trim_start();
    let lines = of_lines(text);
    if !text.starts_with(['{', '[']) || matches!(lines, Some(Format::GoJson | Format::CargoCriterion)) {
        return Ok(lines.map_or_else(|| of_head(text), Kind::Known));
    }
    match document::<Value>(source, KNOWN) {
        Ok(value) => Ok(of_value(&value)),
        Err(problems) => lines.map_or(Err(problems), |format| Ok(Kind::Known(format))),
    }
}

/// By the first line that only one tool writes.
fn of_lines(text: &str) -> Option<Format> {
    text::lines(text).find_map(|(_, line)| {
        if go::is_result(&line) {
            return Some(Format::Go);
        }
        if libtest::is_result(&line) {
            return Some(Format::Libtest);
        }
        let has = |key: &str| line.contains(key);
        // Only what may be one of these is parsed.
        if !(line.trim_start().starts_with('{') && (has("\"Action\"") || has("\"reason\""))) {
            return None;
        }
        let event = object(&line)?.ok()?;
        if event["Action"].is_string() {
            return Some(Format::GoJson);
        }
        (event["reason"] == "benchmark-complete").then_some(Format::CargoCriterion)
    })
}

/// By the first line of a table, or what only one tool prints.
fn of_head(text: &str) -> Kind {
    let head = text.lines().next().unwrap_or_default();
    // Capitals and what joins the parts of a name tell nothing.
    let plain: String = text.lines().take(2).flat_map(str::chars).filter(char::is_ascii_alphanumeric).collect();
    if plain.to_lowercase().contains("nbconstraints") {
        return Kind::Known(Format::ZkHarness);
    }
    let heads = [
        (
            "operation,size,unit_of_size,machine",
            "Proofcast: a book of published costs, which a scenario names as it is",
        ),
        (
            "operation,size,process,sample",
            "Proofcast: raw samples; its exports for criterion and Bencher have their means",
        ),
        ("command,mean,stddev", "hyperfine: a CSV; its --export-json can be imported"),
        ("group,function,value,throughput_num", "criterion: raw samples; estimates.json has their mean"),
        ("name,iterations,real_time", "Google Benchmark"),
        ("window.BENCHMARK_DATA", "github-action-benchmark"),
        ("<?xml", "a tool that writes XML"),
    ];
    let prints = [
        ("sec/op", "benchstat: a comparison; the files that it compared can be imported"),
        ("old time/op", "benchstat: a comparison; the files that it compared can be imported"),
        ("time:   [", "criterion: what it prints; its folder target/criterion can be imported"),
        ("fastest", "divan"),
        ("goos: ", "Go without any result of a benchmark"),
    ];
    let by_head = heads.iter().find(|(start, _)| head.starts_with(start));
    let found = by_head.or_else(|| prints.iter().find(|(part, _)| text.contains(part)));
    found.map_or(Kind::Nothing, |(_, tool)| Kind::Other(tool))
}

/// By the keys of a document.
fn of_value(value: &Value) -> Kind {
    let item = if value.is_array() { first(value) } else { &Value::Null };
    let benchmark = first(&value["benchmarks"]);
    let known = [
        (value["mean"]["point_estimate"].is_number(), Format::Criterion),
        (benchmark["criterion_estimates_v1"].is_object(), Format::Critcmp),
        (first(&value["results"])["command"].is_string(), Format::Hyperfine),
        (value["measurements"].is_array() || !item["proof_duration"].is_null(), Format::Csp),
        (value["reason"] == "benchmark-complete", Format::CargoCriterion),
        (value["Action"].is_string(), Format::GoJson),
        (has_entry(value, |one| one["range"].is_array() && one["results"].is_array()), Format::Zkalc),
        (has_entry(value, |one| one["latency"]["value"].is_number()), Format::Bmf),
    ];
    if let Some((_, format)) = known.into_iter().find(|(is, _)| *is) {
        return Kind::Known(format);
    }
    let other = [
        (value["schema"].as_str().is_some_and(|name| name.starts_with("proofcast/")), "Proofcast itself"),
        (benchmark["real_time"].is_number(), "Google Benchmark"),
        (benchmark["stats"].is_object(), "pytest-benchmark"),
        (item["primaryMetric"].is_object(), "JMH"),
        (
            value["iters"].is_array() && value["times"].is_array(),
            "criterion: raw samples; estimates.json has their mean",
        ),
        (value["group_id"].is_string(), "criterion: names; estimates.json beside it has the figures"),
        (value["entries"].is_object() || item["value"].is_number(), "github-action-benchmark"),
        (value["proving"].is_object() || value["execution"].is_object(), "zkevm-metrics"),
        (value["metadata"]["gap_seconds"].is_number(), "spot-traces"),
        (value["traceEvents"].is_array(), "a trace viewer"),
        (has_entry(value, |one| first(one)["value"].is_number()), "Bencher without the measure `latency`"),
    ];
    other.into_iter().find(|(is, _)| *is).map_or(Kind::Nothing, |(_, tool)| Kind::Other(tool))
}

/// Whether at least one of its entries is so.
fn has_entry(value: &Value, is: impl Fn(&Value) -> bool) -> bool {
    value.as_object().is_some_and(|entries| entries.values().any(is))
}

/// Its first item or entry.
fn first(value: &Value) -> &Value {
    let first = match value {
        Value::Array(items) => items.first(),
        Value::Object(entries) => entries.values().next(),
        _ => None,
    };
    first.unwrap_or(&Value::Null)
}
