//! What is put first of a proof service.

use models::system::System;
use models::systems::service::Service;

use crate::headlines::{Headline, Headlines};
use crate::summary::{Metric, Summary};
use crate::text::{count, time};

pub(super) static HEADLINES: Headlines = Headlines {
    kind: "service",
    request: Service::REQUEST,
    load: "Load and answers",
    time: "time to an answer",
    compared: &[
        Headline::new("sojourn.p50", "p50"),
        Headline::new("sojourn.p95", "p95"),
        Headline::new("sojourn.p99", "p99"),
        Headline::new("error_rate", "error\nrate"),
        Headline::new("wasted", "wasted\nwork"),
    ],
    money: &[Headline::new("cost.total", "total\na month"), Headline::new("units.instances", "instances")],
    times: &[
        Headline::new("sojourn.p50", "p50"),
        Headline::new("sojourn.p99", "p99"),
        Headline::new("error_rate", "error\nrate"),
        Headline::new("goodput", "answers\na second"),
    ],
    judged: &["sojourn.p99", "error_rate"],
    swung: &["cost.total", "sojourn.p99", "error_rate"],
    swept: &["cost.total", "units.instances", "sojourn.p99", "error_rate"],
    told,
};

/// Median and slowest answers in words, or why there are none, and what is not answered.
fn told(summary: &Summary) -> String {
    let one = |name: &str| match summary.metric(name) {
        Some(Metric { value: Some(seconds), .. }) => format!("within {}", time(*seconds)),
        Some(Metric { why: Some(why), .. }) => format!("at an unknown time ({why})"),
        _ => "at an unknown time".to_owned(),
    };
    let errors = match summary.value("error_rate") {
        Some(rate) if rate > 0.0 => format!(", and {} % are not answered", count(rate * 100.0)),
        _ => String::new(),
    };
    format!("half of its requests are answered {}, 99 % {}{errors}", one("sojourn.p50"), one("sojourn.p99"))
}
