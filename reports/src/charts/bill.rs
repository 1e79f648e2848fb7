//! The monthly bill of each design as a bar of its lines, on one scale for all, so that a length is an amount.
//!
//! The largest lines over all designs have greys of their own, the others share one: colours are those of designs.

use planner::{Bill, Comparison, Line, Summary};
use plotters::style::RGBColor;

use super::cost::readable_on;
use super::layout::{self, MARGIN, PLAIN, SMALL, STRONG, WIDTH, label};
use super::mark::{Look, Mark, Palette};
use super::picture::{Align, Colour, Face, Picture};
use crate::number;
use crate::view::{self, SIZED};

const NAMES: f64 = 150.0;
const VALUES: f64 = 96.0;
const ROW: f64 = 26.0;
const HEAD: f64 = 36.0;
/// Lines with a grey of their own.
const SHOWN: usize = 5;
/// Greys of these lines and of all others, each apart from its neighbours.
const GREYS: [Colour; SHOWN + 1] = [
    RGBColor(0x3E, 0x4C, 0x59),
    RGBColor(0xB8, 0xC2, 0xCC),
    RGBColor(0x6B, 0x79, 0x87),
    RGBColor(0xDD, 0xE2, 0xE7),
    RGBColor(0x1F, 0x29, 0x33),
    RGBColor(0x9A, 0xA5, 0xB1),
];

/// A panel for each book with a bar for each design.
pub fn picture(comparison: &Comparison) -> Option<Picture> {
    let same = comparison.same_load.as_ref();
    let outcomes: Vec<&Summary> = match same {
        Some(same) => same.designs.iter().collect(),
        None => view::of_sizing(comparison, SIZED),
    };
    let bills: Vec<(&Summary, &Bill)> = outcomes.iter().filter_map(|one| Some((*one, one.bill.as_ref()?))).collect();
    let most = bills.iter().map(|(_, bill)| bill.usd_per_month.to_f64()).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let items = largest(&bills);
    let load = same.map_or("sized for its own load".to_owned(), |same| format!("sized for {}", same.mix));
    let subtitle = format!("Monthly bill of each design {load}, by line: a bar is as long as what is paid, in USD.");
    let (mut picture, y) = layout::card(&title(&bills), &subtitle, &outcomes[0].overrides);
    let square = |at: usize, name: &str| (Look::full(Mark::Square, GREYS[at]), view::words(name));
    picture.columns(&["design", "costs", "line"], ["a month"]);
    let palette = Palette::of(&comparison.roster, &outcomes);
    let mut entries: Vec<_> = items.iter().enumerate().map(|(at, name)| square(at, name)).collect();
    if bills.iter().flat_map(|(_, bill)| &bill.lines).any(|line| !items.contains(&line.item.as_str())) {
        entries.push(square(SHOWN, "other lines"));
    }
    let mut top = layout::legend(&mut picture, y, &entries);
    let (start, room) = (MARGIN + NAMES, WIDTH - 2.0 * MARGIN - NAMES - VALUES);
    for book in view::books(&outcomes) {
        let heading = layout::fitted(&format!("{book} costs"), STRONG, NAMES + 200.0);
        label(&mut picture, (MARGIN, top + 18.0), &heading, STRONG, Align::Left);
        let of_book = bills.iter().filter(|(summary, _)| summary.costs == book);
        for (index, (summary, bill)) in of_book.enumerate() {
            let y = top + HEAD + ROW * (index as f64 + 0.5);
            palette.design(&summary.design).filled(palette.book(book)).draw(&mut picture, (MARGIN + 5.0, y));
            let name = layout::fitted(&summary.design, PLAIN, NAMES - 30.0);
            label(&mut picture, (MARGIN + 16.0, y), &name, PLAIN, Align::Left);
            let names = items.iter().map(|item| view::words(item)).chain(["other lines".to_owned()]);
            for (name, usd) in names.zip(amounts(bill, &items)).filter(|(_, usd)| *usd > 0.0) {
                picture.row([summary.design.clone(), summary.costs.clone(), name, number::usd_short(usd)]);
            }
            let mut left = start;
            for (at, usd) in amounts(bill, &items).into_iter().enumerate() {
                let right = left + room * usd / most;
                if right > left {
                    picture.rectangle((left, y - 9.0), (right, y + 9.0), GREYS[at]);
                }
                if right - left >= 40.0 {
                    let face = Face { colour: readable_on(GREYS[at]), ..SMALL };
                    let share = number::share(usd / bill.usd_per_month.to_f64());
                    label(&mut picture, ((left + right) / 2.0, y), &share, face, Align::Centre);
                }
                left = right;
            }
            let total = number::usd_short(bill.usd_per_month.to_f64());
            label(&mut picture, (left + 8.0, y), &total, SMALL, Align::Left);
        }
        let rows = bills.iter().filter(|(summary, _)| summary.costs == book).count();
        top += HEAD + ROW * rows as f64 + 8.0;
        label(&mut picture, (start, top), "USD a month, and shares of each bill", SMALL, Align::Left);
        top += 12.0;
    }
    Some(layout::close(picture, top))
}

/// The lines that most is paid in over all bills, the largest first.
fn largest<'b>(bills: &[(&Summary, &'b Bill)]) -> Vec<&'b str> {
    let lines = || bills.iter().flat_map(|(_, bill)| &bill.lines);
    let mut items = view::distinct(lines().map(|line| line.item.as_str()));
    let share = |bill: &Bill, line: &Line| line.usd_per_month.to_f64() / bill.usd_per_month.to_f64();
    let weight = |item: &str| -> f64 {
        let of = |(_, bill): &(&Summary, &Bill)| -> f64 {
            bill.lines.iter().filter(|line| line.item == item).map(|line| share(bill, line)).sum()
        };
        bills.iter().map(of).sum()
    };
    items.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    items.truncate(SHOWN);
    items
}

/// What is paid in each of some lines, and at the end in all others.
fn amounts(bill: &Bill, items: &[&str]) -> Vec<f64> {
    let mut amounts = vec![0.0; SHOWN + 1];
    for line in &bill.lines {
        let at = items.iter().position(|item| *item == line.item).unwrap_or(SHOWN);
        amounts[at] += line.usd_per_month.to_f64();
    }
    amounts
}

/// The line that takes most of the bills of the leading book.
fn title(bills: &[(&Summary, &Bill)]) -> String {
    let books = view::distinct(bills.iter().map(|(summary, _)| summary.costs.as_str()));
    let book = view::leading_book(&books).unwrap_or_default();
    let of_book: Vec<(&Summary, &Bill)> = bills.iter().filter(|(summary, _)| summary.costs == book).copied().collect();
    match (largest(&of_book).first(), &of_book[..]) {
        (Some(first), [(summary, _)]) => {
            format!("Most of {} is paid for: {} ({book} costs)", summary.design, view::words(first))
        }
        (Some(first), _) => format!("With {book} costs most is paid for: {}", view::words(first)),
        (None, _) => "Monthly bill by line".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_bar_is_as_long_as_its_lines_and_no_bill_has_no_picture() {
        let sample = sample::layered();
        let svg = picture(&sample).expect("bills").svg().expect("drawn");
        for said in ["validators, hosting", "provers", "claimed costs", "measured costs"] {
            assert!(svg.contains(said), "{said} is missing");
        }
        let bill = sample.designs.iter().find_map(|one| one.bill.as_ref()).expect("a bill");
        let sum: f64 = amounts(bill, &["provers"]).iter().sum();
        assert!((sum / bill.usd_per_month.to_f64() - 1.0).abs() < 1e-12);
        let mut none = sample;
        crate::redact::prices(&mut none);
        assert!(picture(&none).is_none());
    }
}
