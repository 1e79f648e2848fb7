//! Answers without prices, for what leaves the house: quantities stay, and money, prices and who gave them do not.
//!
//! What is only about money is kept with `redacted` in its place: figures, inputs, changes of the command line, lines of the bill, and the
//! dates of prices that were given, since a contract has one. Sentences that tell
//! money are replaced, claims, objectives and figures by the month about it are left out, and so are charts, which have nothing to
//! draw then. What the bill rests on is left out too, since its shares are those of prices.

use std::collections::BTreeSet;

use planner::{
    Attainment, Basis, Bill, Comparison, Exact, Finding, InputFigure, Line, Metric, Override, REDACTED, Summary,
};

/// First segments of the names of figures that tell money or follow from it alone.
const MONEY: [&str; 4] = ["cost", "market", "prover", "node"];
/// How a price is known that the user gave.
const GIVEN: &str = "given";
/// What keys of a scenario are about prices.
const KEYS: [&str; 14] = [
    "price",
    "discount",
    "purchase",
    "hosting",
    "terabyte",
    "token",
    "fee",
    "market",
    "node",
    "gpu",
    "stake",
    "reward",
    "electricity",
    "lifetime",
];

/// Takes every price out of a comparison.
pub fn prices(comparison: &mut Comparison) {
    comparison.answer = sentences(&comparison.answer);
    comparison.question = sentences(&comparison.question);
    // What was typed may hold one.
    comparison.command.clear();
    let same = comparison.same_load.iter_mut();
    let same = same.flat_map(|same| same.designs.iter_mut().map(Ok).chain(same.differences.iter_mut().map(Err)));
    let own = comparison.designs.iter_mut().map(Ok).chain(comparison.differences.iter_mut().map(Err));
    for one in own.chain(same) {
        match one {
            Ok(outcome) => summary(outcome),
            Err(difference) => figure(&mut difference.usd_per_month),
        }
    }
}

fn summary(summary: &mut Summary) {
    // The values behind a figure tell what the figure does.
    let told: BTreeSet<String> =
        summary.metrics.iter().filter(|one| !is_money(&one.name, &one.unit)).map(|one| one.name.clone()).collect();
    summary.samples.retain(|name, _| told.contains(name));
    for metric in &mut summary.metrics {
        if is_money(&metric.name, &metric.unit) {
            figure(metric);
        }
        metric.why.iter_mut().for_each(|why| *why = sentences(why));
    }
    summary.course = None;
    summary.series.retain(|series| !is_money(&series.name, &series.unit));
    summary.claims.retain(|claim| !claims_money(claim));
    summary.objectives.retain(|objective| !wants_money(objective));
    // Which of several machines is the cheapest follows from their prices.
    summary.machines.clear();
    summary.inputs.iter_mut().for_each(input);
    summary.caveats.iter_mut().for_each(|said| *said = sentences(said));
    summary.assumptions.iter_mut().for_each(|said| *said = sentences(said));
    summary.overrides.iter_mut().for_each(change);
    // Before the lines lose who said their prices.
    date(summary);
    summary.bill.iter_mut().for_each(bill);
    // A price that is guessed could be tried against the hash of what was said.
    summary.provenance.scenario_sha256 = REDACTED.to_owned();
    (summary.basis, summary.proving_basis) = (Basis::default(), Basis::default());
}

/// Whether a figure tells money.
fn is_money(name: &str, unit: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default();
    MONEY.contains(&first) || first.starts_with("fee") || tells_money(unit) || ["tokens", "share/year"].contains(&unit)
}

fn tells_money(text: &str) -> bool {
    text.contains('$') || text.contains("USD")
}

fn figure(metric: &mut Metric) {
    *metric = Metric::missing(metric.name.clone(), &metric.unit, REDACTED.to_owned());
}

fn claims_money(claim: &Finding) -> bool {
    let texts = [&claim.statement, &claim.unit, &claim.why, &claim.source];
    texts.into_iter().any(|text| tells_money(text)) || claim.metric.as_ref().is_some_and(|name| is_money(name, ""))
}

fn wants_money(objective: &Attainment) -> bool {
    is_money(&objective.metric, &objective.unit) || objective.why.as_ref().is_some_and(|why| tells_money(why))
}

fn input(input: &mut InputFigure) {
    let named =
        ["discount", "token", "fee", "market", "node", "prover"].iter().any(|name| input.name.starts_with(name));
    if named || tells_money(&input.unit) || tells_money(&input.name) || tells_money(&input.source) {
        (input.value, input.source) = (None, REDACTED.to_owned());
        if tells_money(&input.name) {
            input.name = REDACTED.to_owned();
        }
    }
}

fn change(change: &mut Override) {
    let key = change.key.to_lowercase();
    let Override { value, instead_of, in_designs, .. } = change;
    let mut values: Vec<&mut String> =
        std::iter::once(value).chain(instead_of).chain(in_designs.values_mut()).collect();
    if KEYS.iter().any(|word| key.contains(word)) || values.iter().any(|value| tells_money(value)) {
        values.iter_mut().for_each(|value| **value = REDACTED.to_owned());
    }
}

/// Takes the date of the prices out, unless it is known to be that of published ones alone.
fn date(summary: &mut Summary) {
    let date = &mut summary.provenance.prices_date;
    let lines = || summary.bill.iter().flat_map(|bill| &bill.lines).filter(|line| line.price_date == *date);
    if !date.is_empty() && (lines().next().is_none() || lines().any(is_given)) {
        *date = REDACTED.to_owned();
    }
}

/// Whether the price of a line is the user's.
fn is_given(line: &Line) -> bool {
    line.known == GIVEN
}

fn bill(bill: &mut Bill) {
    let sums = [&mut bill.usd_per_month, &mut bill.upfront_usd, &mut bill.cash_usd_per_month];
    sums.into_iter().for_each(amount);
    bill.lines.iter_mut().for_each(line);
}

fn line(line: &mut Line) {
    let Line { list_price, discount, price, usd_per_month, upfront_usd, cash_usd_per_month, .. } = line;
    [list_price, price, usd_per_month, upfront_usd, cash_usd_per_month].into_iter().for_each(amount);
    *discount = Exact::REDACTED;
    if is_given(line) && !line.price_date.is_empty() {
        line.price_date = REDACTED.to_owned();
    }
    line.source = REDACTED.to_owned();
    figure(&mut line.cost);
}

/// Nothing stays nothing: that something is not paid at the start is no price.
fn amount(exact: &mut Exact) {
    if !exact.is_zero() {
        *exact = Exact::REDACTED;
    }
}

/// A text without its sentences about money.
fn sentences(text: &str) -> String {
    if !tells_money(text) {
        return text.to_owned();
    }
    let kept = |sentence: &str| if tells_money(sentence) { format!("[{REDACTED}]") } else { sentence.to_owned() };
    text.split(". ").map(kept).collect::<Vec<_>>().join(". ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn no_figure_of_money_is_left_and_quantities_stay() {
        let whole = sample::with_market();
        let mut redacted = whole.clone();
        prices(&mut redacted);
        for (before, after) in whole.designs.iter().zip(&redacted.designs) {
            for (old, new) in before.metrics.iter().zip(&after.metrics) {
                match is_money(&old.name, &old.unit) {
                    true => assert_eq!((new.value, new.low, new.why.as_deref()), (None, None, Some(REDACTED))),
                    false => assert_eq!(new, old),
                }
            }
            let quantities = |summary: &Summary| -> Vec<Exact> {
                summary.bill.iter().flat_map(|bill| &bill.lines).map(|line| line.quantity).collect()
            };
            assert_eq!(quantities(before), quantities(after));
        }
        let text = crate::json::comparison(&redacted).expect("finite");
        assert!(!text.contains('$') && text.contains("\"usd_per_month\": \"redacted\""), "{text}");
        assert_eq!(sentences("One costs $5. The other is fast."), "[redacted]. The other is fast.");
    }
}
