//! Two results side by side: the answer, what changed in the inputs, figures, the bill by line, verdicts.
//!
//! Of several cases the terminal and Markdown tell every one in a line, and the one of the answer in full; all of them where that is asked
//! for, and on the page.

mod inputs;

use planner::{BillLine, CaseContrast, CaseName, Contrast, Exact, FigureContrast, Found, LineContrast, Metric, Stands};

use super::grid::{Grid, in_markdown};
use super::part::{Part, rendered};
use super::{Paint, Style};
use crate::number::{self, MISSING};
use crate::{money, view};

/// What each figure is judged by.
const JUDGED: &str = "each figure is judged by the 95 % interval of its own difference: of a hundred that are drawn anew and did not \
                      change, about five differ beyond noise";

/// The whole answer on a terminal; `all` lists also what did not change, and every case in full.
pub fn difference(of: &Contrast, all: bool, style: Style) -> String {
    let conditions = results(of).into_iter().chain(told(of)).map(|line| style.wrap(&line, 0)).collect::<Vec<_>>();
    let blocks = [
        format!("{}\n", style.paint(Paint::Bold, &style.wrap(&of.answer, 0))),
        format!("{}\n", style.paint(Paint::Dim, &conditions.join("\n"))),
        rendered(parts(of, all, all), style),
        notes(of, all).iter().map(|line| style.paint(Paint::Dim, &style.item(line)) + "\n").collect(),
    ];
    blocks.into_iter().filter(|block| !block.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

/// The same as Markdown, to be pasted into a review.
pub(crate) fn page(of: &Contrast, all: bool) -> String {
    let mut text = format!("# Difference\n\n**{}**\n\n", in_markdown(&of.answer));
    let list = |line: &String| format!("- {}\n", in_markdown(line));
    text.extend(results(of).iter().chain(&told(of)).map(list));
    for part in parts(of, all, all) {
        let said: String = part.said.iter().map(|line| format!("{}\n\n", in_markdown(line))).collect();
        text += &format!("\n## {}\n\n{said}{}", in_markdown(&part.title), part.grid.markdown());
    }
    let notes: String = notes(of, all).iter().map(list).collect();
    if notes.is_empty() { text } else { format!("{text}\n{notes}") }
}

/// What A and B are.
pub(crate) fn results(of: &Contrast) -> Vec<String> {
    vec![format!("A: {}", of.a.in_words()), format!("B: {}", of.b.in_words())]
}

/// Whether replications go by pairs, once where that is so of all cases.
pub(crate) fn told(of: &Contrast) -> Vec<String> {
    let why = |case: &CaseContrast| match &case.why {
        None => "paired replication by replication: both are on the same random numbers".to_owned(),
        Some(why) => format!("independent, not paired: {why}; differences have Welch's interval"),
    };
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for case in &of.cases {
        let (why, name) = (why(case), case.in_words());
        match said.iter_mut().find(|(other, _)| *other == why) {
            Some((_, cases)) => cases.push(name),
            None => said.push((why, vec![name])),
        }
    }
    match said.len() {
        1 => said.into_iter().map(|(why, _)| why).collect(),
        _ => said.into_iter().map(|(why, cases)| format!("{}: {why}", cases.join("; "))).collect(),
    }
}

/// The tables: inputs, all cases in a line where there are several, figures, bill and verdicts of the case of the answer or of `every` one.
pub(crate) fn parts(of: &Contrast, all: bool, every: bool) -> Vec<Part> {
    let in_full = of.cases.iter().filter(|case| every || of.is_lead(case));
    let of_case = in_full.flat_map(|case| {
        let whose = if of.cases.len() > 1 { format!(" of {}", case.in_words()) } else { String::new() };
        [figures(case, &whose, all), bill(case, &whose, all), verdicts(case, &whose)]
    });
    [inputs::inputs(of), cases(of)].into_iter().chain(of_case).flatten().collect()
}

/// Every case in a line, where there are several.
fn cases(of: &Contrast) -> Option<Part> {
    if of.cases.len() < 2 {
        return None;
    }
    let header = ["A a month", "B a month", "difference", "figures\nthat differ", "verdicts\nthat changed"];
    let mut grid = Grid::new(&["case"], header.map(str::to_owned));
    for case in &of.cases {
        let total = case.figure("cost.total");
        let usd = |value: Option<f64>| value.map_or(MISSING.to_owned(), number::usd);
        grid.row(vec![
            case.in_words(),
            usd(total.and_then(|figure| figure.a)),
            usd(total.and_then(|figure| figure.b)),
            total.map_or(MISSING.to_owned(), moved),
            format!("{} of {}", case.count(Found::differs), case.figures.len()),
            case.verdicts.len().to_string(),
        ]);
    }
    Part::of("Every case that both have", grid)
}

/// What differs, the headlines first; `all` of them, or what differs beyond noise, and headlines that differ at all.
fn figures(case: &CaseContrast, whose: &str, all: bool) -> Option<Part> {
    let is_shown = |figure: &&FigureContrast| {
        all || figure.found != Found::Same && (figure.is_headline || figure.found != Found::WithinNoise)
    };
    let mut grid = Grid::new(&["figure"], ["A", "B", "difference"].map(str::to_owned)).texts(&["judged"]);
    for figure in case.figures.iter().filter(is_shown) {
        let value = |value: Option<f64>, grid: &mut Grid| match value {
            Some(value) => number::figure(value, &figure.unit),
            None => grid.missing(figure.why.as_deref()),
        };
        let (a, b) = (value(figure.a, &mut grid), value(figure.b, &mut grid));
        grid.row(vec![figure.name.clone(), a, b, moved(figure), figure.found.words().to_owned()]);
    }
    let counted = |found: Found| case.count(|other| other == found);
    let quiet = [(counted(Found::Same), "the same in both"), (counted(Found::WithinNoise), "within noise")];
    let quiet: Vec<String> =
        quiet.iter().filter(|(many, _)| *many > 0).map(|(many, what)| format!("{many} {what}")).collect();
    let said = format!("Of {} figures: {}.", case.figures.len(), quiet.join(", "));
    let said = if quiet.is_empty() { Vec::new() } else { vec![said] };
    Part::told(format!("Figures{whose}"), said, grid)
}

/// B less A with half of its interval.
fn moved(figure: &FigureContrast) -> String {
    let Some(difference) = &figure.difference else { return MISSING.to_owned() };
    let Some(value) = difference.value.filter(|_| figure.found != Found::Same) else { return "0".to_owned() };
    format!("{}{}", signed(value, &figure.unit), half(difference, value, &figure.unit))
}

fn half(difference: &Metric, value: f64, unit: &str) -> String {
    let half = view::interval(difference).map(|(low, high)| (high - value).max(value - low));
    // What all replications have is known but for rounding.
    let half = half.filter(|half| *half > value.abs() * number::ROUNDING);
    half.map_or(String::new(), |half| format!(" ±{}", amount(half, unit)))
}

/// A difference with its sign.
fn signed(value: f64, unit: &str) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", amount(value.abs(), unit))
}

/// How much a figure moves; a share by any part of a hundredth.
fn amount(value: f64, unit: &str) -> String {
    if unit == "share" { format!("{} %", number::significant(value * 100.0, 2)) } else { number::figure(value, unit) }
}

/// The bill by line: lines that differ, or `all`.
fn bill(case: &CaseContrast, whose: &str, all: bool) -> Option<Part> {
    let bill = case.bill.as_ref()?;
    let columns = ["A a month", "B a month", "difference"].map(str::to_owned);
    let mut grid = Grid::new(&["line"], columns).texts(&["what changed"]);
    let shown: Vec<&LineContrast> = bill.lines.iter().filter(|line| all || !line.is_same()).collect();
    if shown.is_empty() {
        return None;
    }
    for line in &shown {
        let usd =
            |line: &Option<BillLine>| line.as_ref().map_or(MISSING.to_owned(), |line| money::cents(line.usd_per_month));
        grid.row(vec![line.item.clone(), usd(&line.a), usd(&line.b), plus(line.difference), changed(line)]);
    }
    let total = [money::cents(bill.a), money::cents(bill.b), plus(bill.difference)];
    grid.row(std::iter::once("all lines".to_owned()).chain(total).chain([String::new()]).collect());
    let same = bill.lines.len() - shown.len();
    let said = if same > 0 { vec![format!("{} the same.", counted_lines(same))] } else { Vec::new() };
    Part::told(format!("Bill by line{whose}"), said, grid)
}

fn counted_lines(many: usize) -> String {
    if many == 1 { "1 line is".to_owned() } else { format!("{many} lines are") }
}

/// An exact difference with its sign.
fn plus(difference: Exact) -> String {
    let text = money::cents(difference);
    if difference.to_f64() > 0.0 { format!("+{text}") } else { text }
}

/// What of a line is another: machine, quantity, price.
fn changed(line: &LineContrast) -> String {
    let (a, b) = match (&line.a, &line.b) {
        (Some(a), Some(b)) => (a, b),
        (Some(_), None) => return "in A alone".to_owned(),
        (None, _) => return "in B alone".to_owned(),
    };
    let arrow = |before: String, after: String| (before != after).then(|| format!("{before} → {after}"));
    let amount = |quantity: Exact| number::significant(quantity.to_f64(), 4);
    let quantity = (a.quantity != b.quantity || a.unit != b.unit)
        .then(|| format!("{} → {}", amount(a.quantity), planner::counted(&amount(b.quantity), &b.unit)));
    let price = arrow(money::price(a.price, &a.price_unit), money::price(b.price, &b.price_unit));
    let machine = arrow(rented(a), rented(b));
    [machine, quantity, price].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// What a machine is on the price list, and on which terms it is rented.
fn rented(line: &BillLine) -> String {
    let words = [line.instance.as_str(), line.provider.as_str(), line.market.as_str()];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Objectives and claims that stand elsewhere.
fn verdicts(case: &CaseContrast, whose: &str) -> Option<Part> {
    let mut grid = Grid::new(&["objective or claim"], []).texts(&["wanted", "A", "B"]);
    for turned in &case.verdicts {
        let stands = |stands: &Option<Stands>| match stands {
            None => MISSING.to_owned(),
            Some(Stands { verdict, found: None, .. }) => (*verdict).to_owned(),
            Some(Stands { verdict, found: Some(found), unit, .. }) => {
                format!("{verdict}\n{}", number::quantity(*found, unit))
            }
        };
        let mut wanted: Vec<String> = Vec::new();
        for stands in turned.a.iter().chain(&turned.b) {
            let one = number::quantity(stands.wanted, &stands.unit);
            if !wanted.contains(&one) {
                wanted.push(one);
            }
        }
        let name = format!("{} {}", turned.what, turned.name);
        grid.row(vec![name, wanted.join(" → "), stands(&turned.a), stands(&turned.b)]);
    }
    Part::of(format!("Verdicts that changed{whose}"), grid)
}

/// What is told below the tables.
pub(crate) fn notes(of: &Contrast, all: bool) -> Vec<String> {
    let only = |side: &str, cases: &[CaseName]| {
        let names = cases.iter().map(CaseName::in_words).collect::<Vec<_>>().join("; ");
        (!cases.is_empty()).then(|| format!("in {side} alone: {names}"))
    };
    let is_judged =
        of.cases.iter().any(|case| case.count(|found| matches!(found, Found::BeyondNoise | Found::WithinNoise)) > 0);
    let more = (of.cases.len() > 1 && !all).then(|| "`--all` tells every case in full".to_owned());
    let judged = is_judged.then(|| JUDGED.to_owned());
    [only("A", &of.only_a), only("B", &of.only_b), judged, more].into_iter().flatten().collect()
}
