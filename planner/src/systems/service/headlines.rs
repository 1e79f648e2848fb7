//! What is put first of a proof service.

use models::system::System;
use models::systems::service::Service;

use crate::headlines::{Aim, Common, Headline, Headlines, Shared};
use crate::summary::{Metric, Summary};
use crate::text::{count, time};

pub(crate) static HEADLINES: Headlines = Headlines {
    kind: "service",
    aim: Aim::LeastCost,
    request: Service::REQUEST,
    waits: "requests",
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
    milestones: &[],
    shared: &[
        Shared { common: Common::SoftFinality, metric: "sojourn", words: "the answer" },
        Shared { common: Common::Missed, metric: "error_rate", words: "requests without an answer in time" },
    ],
    told,
};

/// Median and slowest answers in words, or why there are none, and what is not answered.
fn told(summary: &Summary) -> String {
    let one = |name: &str| match summary.metric(name) {
        Some(Metric { value: Some(seconds), .. }) => format!("within {}", time(*seconds)),
        Some(Metric { why: Some(why), .. }) => format!("at an unknown time ({why})"),
        _ => "at an unknown time".to_owned(),
    };
    let errors = unanswered(summary.value("error_rate").unwrap_or(0.0));
    format!("half of its requests are answered {}, 99 % {}{errors}", one("sojourn.p50"), one("sojourn.p99"))
}

/// Which share of the requests is not answered, where any is not.
fn unanswered(share: f64) -> String {
    match share {
        share if share >= 1e-4 => format!(", and {} % are not answered", count(share * 100.0)),
        share if share > 0.0 => ", and fewer than 0.01 % are not answered".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_requests_are_not_said_to_be_none() {
        let told = [0.25, 0.0125, 0.0001, 0.00003, 0.0].map(unanswered);
        let and = |share: &str| format!(", and {share} % are not answered");
        assert_eq!(told, [and("25"), and("1.25"), and("0.01"), and("fewer than 0.01"), String::new()]);
    }
}
