//! What is put first of a rollup.

use models::system::System;
use models::systems::rollup::Rollup;

use crate::headlines::{Aim, Common, Headline, Headlines, Shared};
use crate::summary::{Metric, Summary};
use crate::text::time;

pub(crate) static HEADLINES: Headlines = Headlines {
    kind: "rollup",
    aim: Aim::LeastCost,
    request: Rollup::REQUEST,
    waits: "proofs",
    load: "Load and finality",
    time: "time to finality",
    compared: &[
        Headline::new("soft_finality.p50", "soft\nfinality\np50"),
        Headline::new("posted.p50", "on L1\np50"),
        Headline::new("posted.p99", "on L1\np99"),
        Headline::new("hard_finality.p50", "hard\nfinality\np50"),
        Headline::new("hard_finality.p99", "hard\nfinality\np99"),
        Headline::new("withdrawable.p50", "with-\ndrawable\np50"),
    ],
    money: &[
        Headline::new("cost.total", "total\na month"),
        Headline::new("cost.proving", "proving\na month"),
        Headline::new("cost.data", "data\na month"),
        Headline::new("cost.per_transaction", "a trans-\naction"),
        Headline::new("units.provers", "prover\nmachines"),
    ],
    times: &[
        Headline::new("posted.p99", "on L1\np99"),
        Headline::new("proof_finality.p99", "proof\nfinality\np99"),
        Headline::new("hard_finality.p50", "hard\nfinality\np50"),
        Headline::new("hard_finality.p99", "hard\nfinality\np99"),
    ],
    judged: &["hard_finality.p99", "posted.p99"],
    swung: &["cost.total", "hard_finality.p99", "posted.p99"],
    swept: &["cost.total", "cost.per_transaction", "posted.p99", "hard_finality.p99"],
    milestones: &[
        ("soft_finality", "Until it is in a block"),
        ("posted", "Until its batch is on L1"),
        ("proof_finality", "Until its proof is on L1"),
        ("hard_finality", "Until nothing takes it back"),
    ],
    shared: &[
        Shared { common: Common::SoftFinality, metric: "soft_finality", words: "the sequencer's block" },
        Shared {
            common: Common::HardFinality,
            metric: "hard_finality",
            words: "L1's finality of the proof, or the end of the window",
        },
        Shared { common: Common::Withdrawal, metric: "withdrawable", words: "assets may leave to L1" },
        Shared { common: Common::Missed, metric: "unsettled", words: "transactions that are not settled" },
        Shared { common: Common::Bonds, metric: "capital.bonds", words: "bonds of claims that are not final" },
        Shared {
            common: Common::FastWithdrawals,
            metric: "capital.fast_withdrawals",
            words: "what was paid out before it was final",
        },
    ],
    told,
};

/// When half of the transactions are on L1 and final, or why that is not known.
fn told(summary: &Summary) -> String {
    let one = |name: &str, words: &str| match summary.metric(&format!("{name}.p50")) {
        Some(Metric { value: Some(seconds), .. }) => format!("{words} after {}", time(*seconds)),
        Some(Metric { why: Some(why), .. }) => format!("{words} at an unknown time ({why})"),
        _ => format!("{words} at an unknown time"),
    };
    let soft = one("soft_finality", "in a block");
    let hard = match summary.metric("hard_finality.p50") {
        Some(Metric { value: Some(seconds), .. }) => {
            format!(", on L1 after {} and final after {}", posted(summary), time(*seconds))
        }
        _ => String::new(),
    };
    format!("half of its transactions are {soft}{hard}")
}

fn posted(summary: &Summary) -> String {
    summary.value("posted.p50").map_or_else(|| "an unknown time".to_owned(), time)
}
