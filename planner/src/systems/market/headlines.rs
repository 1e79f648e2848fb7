//! What is put first of a market: of who requests proofs, and of who proves.

use models::system::System;
use models::systems::market::Market;

use crate::headlines::{Aim, Common, Headline, Headlines, Shared};
use crate::summary::{Metric, Summary};
use crate::text::{count, time};

/// Of fewer requests than this share nobody is told that they get no proof.
const WORTH_A_WORD: f64 = 5e-4;

pub(crate) static REQUESTER: Headlines = Headlines {
    kind: "market",
    aim: Aim::LeastCost,
    request: Market::REQUEST,
    waits: "requests",
    load: "Requests and proofs",
    time: "time to a proof",
    compared: &[
        Headline::new("fulfilment.p50", "proof\np50"),
        Headline::new("fulfilment.p99", "proof\np99"),
        Headline::new("without_proof", "without\na proof"),
        Headline::new("price", "$ for 10⁹\ncycles"),
    ],
    money: &[
        Headline::new("cost.total", "total\na month"),
        Headline::new("cost.per_request", "a\nrequest"),
        Headline::new("units.mine", "own\nmachines"),
    ],
    times: &[
        Headline::new("fulfilment.p50", "proof\np50"),
        Headline::new("fulfilment.p99", "proof\np99"),
        Headline::new("without_proof", "without\na proof"),
        Headline::new("price", "$ for 10⁹\ncycles"),
    ],
    judged: &["fulfilment.p99", "without_proof"],
    swung: &["cost.total", "fulfilment.p99", "without_proof"],
    swept: &["cost.total", "price", "fulfilment.p99", "without_proof"],
    milestones: &[],
    shared: &[
        Shared { common: Common::SoftFinality, metric: "fulfilment", words: "the proof" },
        Shared { common: Common::Missed, metric: "without_proof", words: "requests without a proof" },
    ],
    told: of_requester,
};

pub(crate) static PROVER: Headlines = Headlines {
    kind: "market, prover",
    aim: Aim::MostEarned("profit.mine"),
    request: Market::REQUEST,
    waits: "requests",
    load: "Requests and proofs",
    time: "what a prover earns",
    compared: &[
        Headline::new("profit.mine", "profit\na month"),
        Headline::new("income.mine", "income\na month"),
        Headline::new("orders.mine", "orders\na month"),
        Headline::new("passed.mine", "locks that\npassed"),
        Headline::new("collateral.mine", "collateral\nlost\na month"),
        Headline::new("break_even.mine", "break-even\n$ for 10⁹\ncycles"),
    ],
    money: &[
        Headline::new("profit.mine", "profit\na month"),
        Headline::new("income.mine", "income\na month"),
        Headline::new("cost.total", "costs\na month"),
        Headline::new("units.mine", "own\nmachines"),
    ],
    times: &[
        Headline::new("orders.mine", "orders\na month"),
        Headline::new("passed.mine", "locks that\npassed"),
        Headline::new("collateral.mine", "collateral\nlost\na month"),
        Headline::new("break_even.mine", "break-even\n$ for 10⁹\ncycles"),
    ],
    judged: &["passed.mine", "collateral.mine"],
    swung: &["profit.mine", "collateral.mine", "break_even.mine"],
    swept: &["profit.mine", "orders.mine", "collateral.mine", "break_even.mine"],
    milestones: &[],
    shared: &[],
    told: of_prover,
};

/// When half of the requests and 99 % of them have their proof, and at which price.
fn of_requester(summary: &Summary) -> String {
    let one = |name: &str| match summary.metric(name) {
        Some(Metric { value: Some(seconds), .. }) => format!("within {}", time(*seconds)),
        Some(Metric { why: Some(why), .. }) => format!("at an unknown time ({why})"),
        _ => "at an unknown time".to_owned(),
    };
    let price = summary.value("price").map_or_else(String::new, |usd| format!(", at ${} for 10⁹ cycles", count(usd)));
    let without = summary.value("without_proof").filter(|share| *share >= WORTH_A_WORD);
    let without = without.map_or_else(String::new, |share| format!("; {} % get none", count(share * 100.0)));
    format!(
        "half of its requests have a proof {}, 99 % {}{price}{without}",
        one("fulfilment.p50"),
        one("fulfilment.p99")
    )
}

/// What a prover sells, what daring costs it, and the price at which nothing would be left.
fn of_prover(summary: &Summary) -> String {
    let orders = summary.value("orders.mine").map_or_else(|| "–".to_owned(), count);
    let passed = summary.value("passed.mine").filter(|share| *share >= WORTH_A_WORD);
    let passed = passed.map_or_else(String::new, |share| {
        let lost = summary.value("collateral.mine").unwrap_or(0.0);
        format!("; {} % of its locks pass without a proof, for ${} a month", count(share * 100.0), count(lost))
    });
    let even = summary.value("break_even.mine");
    let even = even.map_or_else(String::new, |usd| format!("; it breaks even at ${} for 10⁹ cycles", count(usd)));
    format!("it delivers {orders} proofs a month{passed}{even}")
}
