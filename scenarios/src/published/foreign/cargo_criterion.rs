//! cargo-criterion's `--message-format json`: a message a line; `benchmark-complete` has the mean with its interval, of 95 % unless its
//! settings say otherwise, which the message does not tell.

use serde_json::Value;

use super::figure::{Figure, Found};
use super::json::object;
use super::text::lines;
use super::units::TimeUnit;
use crate::reading::{Problems, Source};

const SHAPE: &str = "cargo-criterion's messages: {\"reason\": \"benchmark-complete\", \"id\", \"mean\": {\"estimate\", \"lower_bound\", \
                     \"upper_bound\", \"unit\"}}, one a line";

/// The mean of every benchmark that was completed.
pub(super) fn figures(source: &Source) -> Result<Found, Problems> {
    let mut found = Found::new(source);
    for (number, line) in lines(&source.text) {
        match object(&line) {
            Some(Ok(message)) if message["reason"] == "benchmark-complete" => found.line(number, figure(&message)),
            Some(Err(broken)) => found.line(number, Err(broken)),
            _ => {}
        }
    }
    found.finish(source, SHAPE)
}

fn figure(message: &Value) -> Result<Figure, String> {
    let id = message["id"].as_str().ok_or("it has no `id`")?;
    let mean = &message["mean"];
    let unit = mean["unit"].as_str().or_else(|| message["unit"].as_str()).unwrap_or("ns");
    let unit = TimeUnit::named(unit).ok_or_else(|| format!("its unit `{unit}` is none of time"))?;
    let number = |key: &str| mean[key].as_f64();
    let estimate = number("estimate").ok_or("its `mean` has no `estimate`")?;
    Ok(Figure::named(id.split('/'), unit.ms(estimate)).within(number("lower_bound"), number("upper_bound"), unit))
}
