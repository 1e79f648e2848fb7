//! What the studies of the money found, one sentence each: who lives on the proofs, what senders pay, what a node returns.

use planner::{Metric, Summary};

use crate::number;
use crate::view::{self, words};

/// Half of an interval, as a share of the value, that nobody would see in it.
const UNSEEN: f64 = 1e-3;
/// Provers of a kind below which nobody of it is there to speak of.
const FEW: f64 = 1.0;

/// A figure with half of its interval: `16 ±0.4`.
pub(super) fn spread(metric: &Metric, show: impl Fn(f64) -> String) -> Option<String> {
    let value = metric.value?;
    let half = view::interval(metric).map_or(0.0, |(low, high)| (high - value).max(value - low));
    Some(with_half(value, half, show))
}

/// A value with half of its interval, where that is wide enough to be seen.
pub(super) fn with_half(value: f64, half: f64, show: impl Fn(f64) -> String) -> String {
    if half <= value.abs() * UNSEEN {
        return show(value);
    }
    // Half-widths need no more digits than say how wide they are.
    let scale = 10f64.powf(half.log10().floor() - 1.0);
    let half = show((half / scale).round() * scale);
    format!("{} ±{}", show(value), half.trim_start_matches('<'))
}

fn figure(summary: &Summary, name: &str, show: impl Fn(f64) -> String) -> Option<String> {
    spread(summary.metric(name)?, show)
}

fn digits(value: f64) -> String {
    number::significant(value, 3)
}

/// Who lives on the proofs, or why nobody does; nothing without a market.
pub(crate) fn market(summary: &Summary) -> Option<String> {
    let [bill, offered] = ["market.bill", "market.offered"].map(|name| summary.value(name));
    let (bill, offered) = (bill?, offered?);
    let provers = summary.metric("market.provers")?;
    let Some(count) = provers.value else {
        return Some(format!("No prover can break even: {}.", provers.why.as_deref().unwrap_or("no figure")));
    };
    if count <= 0.0 {
        let machines = summary.value("market.machines").unwrap_or(1.0);
        let machines = if machines > 1.0 { format!(" of {} machines", number::count(machines)) } else { String::new() };
        let lacks = match bill / offered {
            times if times.is_infinite() => String::new(),
            times if times > 1.0 => format!("; a single prover would need {} of that", number::times(times)),
            _ => "; a single prover could break even, but none stays".to_owned(),
        };
        return Some(format!(
            "The market is empty: a prover{machines} costs {} a month, and all proofs of a month earn at most {}{lacks}.",
            number::usd_short(bill),
            number::usd_short(offered),
        ));
    }
    let of =
        |name: &str, show: fn(f64) -> String| figure(summary, name, show).unwrap_or_else(|| number::MISSING.into());
    let equal = summary
        .value("market.break_even")
        .map_or(String::new(), |equal| format!(" (break-even for equal provers: {})", number::count(equal)));
    let mut sentence = format!(
        "The market sustains {} provers on average{equal} on {} a month, with rewards of {} at most: each makes a profit of {}, \
         the largest wins {} of the proofs, {} of the work is wasted.",
        of("market.provers", digits),
        of("market.paid", number::usd_short),
        number::usd_short(offered),
        of("market.profit", number::usd_short),
        of("market.largest_share", number::share),
        of("market.wasted", number::share),
    );
    if let Some(kinds) = survivors(summary) {
        sentence += &format!(" {kinds}");
    }
    Some(sentence)
}

/// Several designs whose markets are empty, in one sentence; nothing for fewer than three.
pub(super) fn empty(outcomes: &[&Summary]) -> Option<String> {
    let bill = |summary: &Summary| summary.value("market.bill");
    let mut by_bill: Vec<(f64, &str)> =
        outcomes.iter().filter_map(|summary| Some((bill(summary)?, summary.design.as_str()))).collect();
    by_bill.sort_by(|a, b| a.0.total_cmp(&b.0));
    let offered = outcomes.iter().filter_map(|summary| summary.value("market.offered")).fold(0.0, f64::max);
    let ([(least, cheapest), .., (most, dearest)], true) = (&by_bill[..], by_bill.len() > 2) else { return None };
    let usd = number::usd_short;
    let lacks = match least / offered {
        times if times > 1.0 && times.is_finite() => {
            format!("; the cheapest would need {} of that", number::times(times))
        }
        _ => String::new(),
    };
    Some(format!(
        "The market is empty: a prover costs from {} ({cheapest}) to {} ({dearest}) a month, and all proofs of a month earn at \
         most {}{lacks}.",
        usd(*least),
        usd(*most),
        usd(offered),
    ))
}

/// Names of the kinds of provers.
pub(super) fn kinds(summary: &Summary) -> Vec<&str> {
    let names = summary.metrics.iter();
    view::distinct(names.filter_map(|metric| metric.name.strip_prefix("prover.")?.strip_suffix(".break_even")))
}

/// Which kinds are there in the end.
fn survivors(summary: &Summary) -> Option<String> {
    let kinds = kinds(summary);
    let provers = |kind: &str| summary.value(&format!("prover.{kind}.provers")).unwrap_or(0.0);
    let (mut here, gone): (Vec<&str>, Vec<&str>) = kinds.iter().partition(|kind| provers(kind) >= FEW);
    here.sort_by(|a, b| provers(b).total_cmp(&provers(a)));
    let share = |kind: &str| figure(summary, &format!("prover.{kind}.won"), number::share);
    let one = |kind: &&str| {
        let number = figure(summary, &format!("prover.{kind}.provers"), digits).unwrap_or_default();
        let share = share(kind).map_or(String::new(), |share| format!(" with {share} of the proofs"));
        format!("{} ({number} provers{share})", words(kind))
    };
    let verb = |kinds: &[&str]| if kinds.len() == 1 { "s" } else { "" };
    let lives = (!here.is_empty()).then(|| {
        format!("Of the kinds, {} remain{}", here.iter().map(one).collect::<Vec<_>>().join(", "), verb(&here))
    });
    let leaves = (!gone.is_empty()).then(|| {
        let names = gone.iter().map(|kind| words(kind)).collect::<Vec<_>>().join(", ");
        format!("{names} do{} not", if gone.len() == 1 { "es" } else { "" })
    });
    let parts: Vec<String> = lives.into_iter().chain(leaves).collect();
    (!kinds.is_empty()).then(|| format!("{}.", parts.join("; ")))
}

/// Where demand lifts the fees and what that does to senders; nothing without fees.
pub(crate) fn fees(summary: &Summary) -> Option<String> {
    let tiers = view::stages(&[summary], "fee");
    let value = |name: &str, tier: &str| summary.value(&format!("{name}.{tier}"));
    let rises = |tier: &&str| value("fee_equilibrium", tier) > value("fee_floor", tier);
    let lifted: Vec<&str> = tiers.iter().copied().filter(rises).collect();
    let revenue = figure(summary, "fee_revenue", number::usd_short)?;
    let lost = figure(summary, "fee_lost", number::share)?;
    let sent = summary.value("fee_sent").map(digits)?;
    let included = figure(summary, "fee_included", digits)?;
    let rest =
        format!("of {sent} tx/s sent, {included} are included and {lost} leave; fees come to {revenue} a month.");
    if lifted.is_empty() {
        return Some(format!("Demand is below target everywhere, so fees stay at the minimum; {rest}"));
    }
    let one = |tier: &&str| {
        let fee = figure(summary, &format!("fee.{tier}"), digits).unwrap_or_default();
        let of = |name: &str, show: fn(f64) -> String| value(name, tier).map_or(number::MISSING.into(), show);
        let climb = value("fee_climb", tier).map_or("never settles".to_owned(), |seconds| {
            format!("{} after a surge begins", number::duration(seconds))
        });
        format!(
            "{} is asked for {} times its target, which lifts its fee from {} to {fee} tokens ({climb}; {} of its senders \
             move down, {} leave)",
            words(tier),
            of("fee_asked", digits),
            of("fee_floor", digits),
            of("fee_downgraded", number::share),
            of("fee_priced_out", number::share),
        )
    };
    let lifted: Vec<String> = lifted.iter().map(one).collect();
    let mut text = lifted.join("; ");
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    Some(format!("{text}. In all, {rest}"))
}

/// Kinds of node in an outcome.
pub(super) fn node_kinds(summary: &Summary) -> Vec<&str> {
    let names = summary.metrics.iter().filter_map(|metric| metric.name.strip_prefix("node.")?.strip_suffix(".cost"));
    view::distinct(names)
}

/// Which nodes earn their bill, and what proving brings them; nothing without nodes.
pub(crate) fn nodes(summary: &Summary) -> Option<String> {
    let kinds = node_kinds(summary);
    let of = |kind: &str, name: &str| summary.value(&format!("node.{kind}.{name}"));
    let behind: Vec<String> = kinds
        .iter()
        .filter(|kind| of(kind, "validating").is_some_and(|share| share >= 1.0))
        .map(|kind| words(kind))
        .collect();
    let returns = |kind: &&&str| figure(summary, &format!("node.{kind}.return"), number::share);
    let (paid, unpaid): (Vec<&str>, Vec<&str>) =
        kinds.iter().partition(|kind| of(kind, "return").is_some_and(|share| share >= 0.0));
    let list = |kinds: &[&str]| {
        let one = |kind: &&str| Some(format!("{} ({})", words(kind), returns(&kind)?));
        kinds.iter().filter_map(one).collect::<Vec<_>>().join(", ")
    };
    let mut parts = vec![match (paid.is_empty(), unpaid.is_empty()) {
        (true, true) => return None,
        (true, false) => format!("No kind of node covers its cost: {} a year", list(&unpaid)),
        (false, true) => format!("Every kind of node covers its cost: {} a year", list(&paid)),
        (false, false) => format!("{} cover their cost, {} do not (return a year)", list(&paid), list(&unpaid)),
    }];
    if !behind.is_empty() {
        parts.push(format!("{} cannot keep up with the blocks", behind.join(", ")));
    }
    parts.extend(kinds.iter().filter_map(|kind| proving(summary, kind)));
    Some(parts.join("; ") + ".")
}

/// What proving brings a node beside what was said of it.
fn proving(summary: &Summary, kind: &str) -> Option<String> {
    let of = |name: &str| format!("node.{kind}.{name}");
    let said = figure(summary, &of("proving_income_claimed"), number::usd_short)?;
    let earned = figure(summary, &of("proving_income"), number::usd_short)?;
    let idle = figure(summary, &of("proving_capacity"), number::share)?;
    if summary.value(&of("proving_capacity")) == Some(0.0) {
        return Some(format!("a {} node is never idle, so it earns nothing by proving", words(kind)));
    }
    let takes = summary
        .value(&of("epoch_proof"))
        .map_or(String::new(), |seconds| format!(" (an epoch's proof would take {})", number::duration(seconds)));
    let kind = words(kind);
    Some(format!(
        "a {kind} node can prove in {idle} of its time{takes}: the market pays it {earned} a month for that, where the source \
         says {said}"
    ))
}
