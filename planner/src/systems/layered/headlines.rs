//! What is put first of a layered system.

use models::system::System;
use models::systems::layered::Layered;

use crate::headlines::{Aim, Common, Headline, Headlines, Shared};
use crate::summary::{Metric, Summary};
use crate::text::count;

pub(crate) static HEADLINES: Headlines = Headlines {
    kind: "layered",
    aim: Aim::LeastCost,
    request: Layered::REQUEST,
    waits: "proofs",
    load: "Load and finality",
    time: "time to finality",
    compared: &[
        Headline::new("vote_finality.p50", "vote\nfinality\np50"),
        Headline::new("vote_finality.p99", "vote\nfinality\np99"),
        Headline::new("optimistic_finality.p50", "optimistic\nfinality\np50"),
        Headline::new("optimistic_finality.p99", "optimistic\nfinality\np99"),
        Headline::new("proof_finality.p50", "proof\nfinality\np50"),
        Headline::new("proof_finality.p99", "proof\nfinality\np99"),
    ],
    money: &[
        Headline::new("cost.proving", "proving\na month"),
        Headline::new("cost.total", "total\na month"),
        Headline::new("units.provers", "prover\nmachines"),
        Headline::new("units.validators", "machines per\nvalidator"),
    ],
    times: &[
        Headline::new("vote_finality.p99", "vote\nfinality\np99"),
        Headline::new("optimistic_finality.p99", "optimistic\nfinality\np99"),
        Headline::new("proof_finality.p50", "proof\nfinality\np50"),
        Headline::new("proof_finality.p99", "proof\nfinality\np99"),
        Headline::new("request.p50", "proof on\nrequest\np50"),
    ],
    judged: &["optimistic_finality.p99", "proof_finality.p99"],
    swung: &["cost.total", "cost.proving", "proof_finality.p99", "optimistic_finality.p99"],
    swept: &["cost.total", "cost.proving", "optimistic_finality.p99", "proof_finality.p99"],
    milestones: &[
        ("optimistic_finality", "Until its block is voted for"),
        ("proof_finality", "Until its proof is accepted"),
    ],
    shared: &[
        Shared { common: Common::SoftFinality, metric: "optimistic_finality", words: "votes on the block" },
        Shared { common: Common::HardFinality, metric: "proof_finality", words: "the proof of the epoch" },
    ],
    told,
};

/// Whether a reason says that the run cannot tell, and not that it never happens.
fn unknown(why: &str) -> bool {
    ["the run is too short", "no run is long enough", "no transaction arrived"]
        .iter()
        .any(|start| why.starts_with(start))
}

/// Median finalities in words, or why there are none.
fn told(summary: &Summary) -> String {
    let one = |name: &str, words: &str| match summary.metric(&format!("{name}.p50")) {
        Some(Metric { value: Some(seconds), .. }) if *seconds < 60.0 => format!("{words} after {} s", count(*seconds)),
        Some(Metric { value: Some(seconds), .. }) => format!("{words} after {} min", count((seconds / 60.0).round())),
        Some(Metric { why: Some(why), .. }) if unknown(why) => format!("{words} after an unknown time ({why})"),
        Some(Metric { why: Some(why), .. }) => format!("never {words}: {why}"),
        _ => format!("{words} unknown"),
    };
    format!(
        "half of its transactions are {} and {}",
        one("optimistic_finality", "optimistically final"),
        one("proof_finality", "proven")
    )
}
