//! Every figure that a run of a market gives.
//!
//! Shares are of all requests that are asked about, and so are the quantiles of the fulfilment: one without a proof waits for ever.

use crate::figures::Figure;
use crate::orders::offer::GIGACYCLE;
use crate::systems::market::outcome::{ClassOutcome, Counts, GroupOutcome, Outcome, Requests};

/// From the request to its lock, and to its proof.
pub const TIMES: &[Figure<Outcome>] = &[
    Figure::new("lock.p50", "s", |it| it.requests.lock.quantile(0.5).map(waited), NOT_LOCKED),
    Figure::new("lock.p99", "s", |it| it.requests.lock.quantile(0.99).map(waited), NOT_LOCKED),
    Figure::new(
        "fulfilment.p50",
        "s",
        |it| it.requests.within_quantile(0.5),
        "fewer than 50 % of all requests got a proof",
    ),
    Figure::new(
        "fulfilment.p90",
        "s",
        |it| it.requests.within_quantile(0.9),
        "fewer than 90 % of all requests got a proof",
    ),
    Figure::new(
        "fulfilment.p99",
        "s",
        |it| it.requests.within_quantile(0.99),
        "fewer than 99 % of all requests got a proof",
    ),
    Figure::new("fulfilment.mean", "s", |it| it.requests.fulfilment.mean(), "no request got a proof"),
];

/// What became of the requests, and what they cost.
pub const FATES: &[Figure<Outcome>] = &[
    of_requests("in_time", |it| it.requests.share(|counts| counts.in_time)),
    of_requests("late", |it| it.requests.share(|counts| counts.late)),
    of_requests("missed", |it| it.requests.share(|counts| counts.missed)),
    of_requests("unlocked", |it| it.requests.share(|counts| counts.unlocked)),
    of_requests("without_proof", |it| it.requests.share(|counts| counts.missed + counts.unlocked)),
    Figure::new("price", "USD/Gcycle", |it| it.requests.usd_per_gigacycle(), NOTHING_BOUGHT),
    Figure::new("price.request", "USD", |it| it.requests.usd_each(), NOTHING_BOUGHT),
];

/// What a requester with machines of its own buys.
pub const OWN: &[Figure<Outcome>] =
    &[of_requests("overflow", |it| it.requests.share(|counts| counts.made - counts.own))];

/// The market, where others are on it too.
pub const MARKET: &[Figure<Outcome>] = &[
    Figure::new("market.price", "USD/Gcycle", |it| it.market.usd_per_gigacycle(), NOTHING_BOUGHT),
    of_requests("market.without_proof", |it| it.market.share(|counts| counts.missed + counts.unlocked)),
];

/// What became of the requests of a kind, where there are several.
pub const CLASSES: &[Figure<ClassOutcome>] = &[
    Figure::new("fulfilment.*.p50", "s", |it| it.requests.within_quantile(0.5), NO_PROOF),
    Figure::new("fulfilment.*.p99", "s", |it| it.requests.within_quantile(0.99), NO_PROOF),
    Figure::new(
        "without_proof.*",
        "share",
        |it| it.requests.share(|counts| counts.missed + counts.unlocked),
        NO_REQUEST,
    ),
    Figure::new("price.*", "USD/Gcycle", |it| it.requests.usd_per_gigacycle(), NOTHING_BOUGHT),
];

/// What provers of a group make of it, each in the mean.
pub const PROVERS: &[Figure<GroupOutcome>] = &[
    of_provers("profit.*", "USD/month", |it| Some(it.profit_usd[0])),
    of_provers("profit.*.p10", "USD/month", |it| (it.provers > 1).then_some(it.profit_usd[1])),
    of_provers("profit.*.p90", "USD/month", |it| (it.provers > 1).then_some(it.profit_usd[2])),
    of_provers("income.*", "USD/month", |it| Some(it.income_usd)),
    of_provers("collateral.*", "USD/month", |it| Some(it.lost_usd)),
    of_provers("orders.*", "1/month", |it| Some(it.delivered)),
    Figure::new("passed.*", "share", |it| (it.locked > 0.0).then(|| it.passed / it.locked), "nothing was locked"),
    Figure::new("break_even.*", "USD/Gcycle", |it| it.break_even_usd, "nothing was delivered"),
    Figure::new("vain.*", "share", |it| it.vain, "they never worked"),
    Figure::new("sustained.*", "provers", GroupOutcome::sustained, "their machines cost nothing"),
];

const NO_REQUEST: &str = "no request was made";
const NO_PROOF: &str = "too few of these requests got a proof";
const NOT_LOCKED: &str = "no request was locked";
const NOTHING_BOUGHT: &str = "no proof was bought";

/// A share of all requests.
const fn of_requests(name: &'static str, of: fn(&Outcome) -> Option<f64>) -> Figure<Outcome> {
    Figure::new(name, "share", of, NO_REQUEST)
}

const fn of_provers(
    name: &'static str,
    unit: &'static str,
    of: fn(&GroupOutcome) -> Option<f64>,
) -> Figure<GroupOutcome> {
    Figure::new(name, unit, of, "there is one of them")
}

/// Shorter waits are none \[s\]: sketches of times have a least value, which stands for nobody having waited.
const LEAST_WAIT_S: f64 = 1e-9;

fn waited(seconds: f64) -> f64 {
    if seconds < LEAST_WAIT_S { 0.0 } else { seconds }
}

impl Requests {
    /// A share of them.
    pub fn share(&self, of: impl Fn(&Counts) -> u64) -> Option<f64> {
        (self.counts.made > 0).then(|| of(&self.counts) as f64 / self.counts.made as f64)
    }

    /// The time within which this share of all requests has a proof \[s\]; none where fewer ever have.
    pub fn within_quantile(&self, share: f64) -> Option<f64> {
        let of_those = share * self.counts.made as f64 / self.fulfilment.mass();
        if of_those <= 1.0 { self.fulfilment.quantile(of_those) } else { None }
    }

    fn usd_per_gigacycle(&self) -> Option<f64> {
        (self.paid_cycles > 0.0).then(|| self.paid_usd / (self.paid_cycles / GIGACYCLE))
    }

    fn usd_each(&self) -> Option<f64> {
        (self.counts.paid > 0).then(|| self.paid_usd / self.counts.paid as f64)
    }
}

impl GroupOutcome {
    /// How many provers of the group what it takes in would pay for, if it took in no less with fewer and no more with more.
    fn sustained(&self) -> Option<f64> {
        let all_usd = self.income_usd * self.provers as f64;
        let each_usd = self.income_usd - self.profit_usd[0];
        (each_usd > 0.0).then(|| all_usd / each_usd)
    }
}
