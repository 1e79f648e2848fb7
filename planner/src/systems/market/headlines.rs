//! What is put first of a market.

use models::system::System;
use models::systems::market::Market;

use crate::headlines::{Common, Headline, Headlines, Shared};
use crate::summary::{Metric, Summary};
use crate::text::{count, time};

pub(super) static HEADLINES: Headlines = Headlines {
    kind: "market",
    request: Market::REQUEST,
    waits: "requests",
    load: "Requests and proofs",
    time: "time to a proof",
    compared: &[
        Headline::new("fulfilment.p50", "proof\np50"),
        Headline::new("fulfilment.p99", "proof\np99"),
        Headline::new("without_proof", "without\na proof"),
        Headline::new("price", "$ for 10⁹\ncycles"),
        Headline::new("profit.mine", "profit\na month"),
        Headline::new("collateral.mine", "collateral\nlost\na month"),
    ],
    money: &[
        Headline::new("cost.total", "total\na month"),
        Headline::new("cost.per_request", "a\nrequest"),
        Headline::new("margin", "margin\na month"),
        Headline::new("units.mine", "own\nmachines"),
    ],
    times: &[
        Headline::new("fulfilment.p50", "proof\np50"),
        Headline::new("fulfilment.p99", "proof\np99"),
        Headline::new("without_proof", "without\na proof"),
        Headline::new("price", "$ for 10⁹\ncycles"),
    ],
    judged: &["fulfilment.p99", "without_proof"],
    swung: &["cost.total", "fulfilment.p99", "without_proof", "margin"],
    swept: &["cost.total", "price", "fulfilment.p99", "without_proof", "profit.mine"],
    shared: &[
        Shared { common: Common::SoftFinality, metric: "fulfilment", words: "the proof" },
        Shared { common: Common::Missed, metric: "without_proof", words: "requests without a proof" },
    ],
    told,
};

/// When half of the requests and 99 % of them have their proof and what that costs, or what a prover earns.
fn told(summary: &Summary) -> String {
    let one = |name: &str| match summary.metric(name) {
        Some(Metric { value: Some(seconds), .. }) => format!("within {}", time(*seconds)),
        Some(Metric { why: Some(why), .. }) => format!("at an unknown time ({why})"),
        _ => "at an unknown time".to_owned(),
    };
    let price = summary.value("price").map_or_else(String::new, |usd| format!(", at ${} for 10⁹ cycles", count(usd)));
    format!("half of its requests have a proof {}, 99 % {}{price}", one("fulfilment.p50"), one("fulfilment.p99"))
}
