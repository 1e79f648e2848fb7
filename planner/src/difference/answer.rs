//! The answer to what two results differ in: the bill, the times, how many figures, what stands elsewhere.

use super::{CaseContrast, CaseName, Contrast, FigureContrast, Found, Turned, cases};
use crate::answer::dollars;
use crate::summary::Summary;
use crate::text::{count, listed};

/// Times, verdicts and cases that are named, up to so many.
const NAMED: usize = 3;

/// The whole answer; `lead` is the case that its figures are of.
pub(super) fn answer(of: &Contrast, lead: Option<(usize, &Summary)>) -> String {
    let Some((at, a)) = lead else { return nothing_in_common(of) };
    if of.cases.iter().all(CaseContrast::is_same) && of.only_a.is_empty() && of.only_b.is_empty() {
        return format!("{} {}", nothing_differs(of), inputs(of)).trim_end().to_owned();
    }
    let case = &of.cases[at];
    let judged = a.headlines.judged.iter().filter_map(|name| case.figure(name));
    let judged: Vec<String> = judged.filter(|figure| figure.unit == "s").filter_map(time).take(NAMED).collect();
    let whose = if of.cases.len() > 1 { format!("{}: ", case.in_words()) } else { String::new() };
    let said: Vec<String> = bill(case).into_iter().chain(judged).collect();
    let first = if said.is_empty() { String::new() } else { format!("{whose}{}.", said.join("; ")) };
    [first, counts(of), turned(of), only(of)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn nothing_in_common(of: &Contrast) -> String {
    let names = |cases: &[CaseName]| match cases {
        [] => "none".to_owned(),
        [first, rest @ ..] if rest.len() >= NAMED => format!("{} and {} others", first.in_words(), rest.len()),
        several => several.iter().map(CaseName::in_words).collect::<Vec<_>>().join("; "),
    };
    format!("A and B have no case in common. A has {}; B has {}.", names(&of.only_a), names(&of.only_b))
}

fn nothing_differs(of: &Contrast) -> String {
    let figures: usize = of.cases.iter().map(|case| case.figures.len()).sum();
    let cases = if of.cases.len() > 1 { format!(" of {} cases", of.cases.len()) } else { String::new() };
    format!("Nothing differs: all {} figures{cases} are the same.", count(figures as f64))
}

fn inputs(of: &Contrast) -> String {
    match of.inputs.len() {
        0 => String::new(),
        1 => "One input differs.".to_owned(),
        several => format!("{several} inputs differ."),
    }
}

/// What B costs as against A.
fn bill(case: &CaseContrast) -> Option<String> {
    let figure = case.figure("cost.total")?;
    let (a, b) = figure.a.zip(figure.b)?;
    let more = if b > a { "more" } else { "less" };
    let share = if a > 0.0 { format!("{} %: ", three((b / a - 1.0).abs() * 100.0)) } else { String::new() };
    let ends = format!("{share}{} → {}", dollars(a), dollars(b));
    Some(match figure.found {
        Found::Same => format!("B costs the same as A, {} a month", dollars(a)),
        found => format!("B costs {} a month {more} ({ends}, {})", dollars((b - a).abs()), found.words()),
    })
}

/// How a time moves; nothing where one of both has none.
fn time(figure: &FigureContrast) -> Option<String> {
    let (a, b) = figure.a.zip(figure.b)?;
    let (name, before, after) = (&figure.name, seconds(a), seconds(b));
    Some(match figure.found {
        Found::Same => format!("{name} stays {before}"),
        found if before == after => format!("{name} stays about {before} ({})", found.words()),
        found => format!("{name} {before} → {after} ({})", found.words()),
    })
}

/// How many figures differ.
fn counts(of: &Contrast) -> String {
    let sum = |is: fn(Found) -> bool| of.cases.iter().map(|case| case.count(is)).sum::<usize>();
    let (all, differ) = (sum(|_| true), sum(Found::differs));
    let whose = if of.cases.len() > 1 { format!(" in {}", cases(of.cases.len())) } else { String::new() };
    let verb = if differ == 1 { "differs" } else { "differ" };
    let mut said = vec![format!("{differ} of {} figures{whose} {verb} beyond noise", count(all as f64))];
    let others = [
        (sum(|found| found == Found::OneSided), "only one of the two has"),
        (sum(|found| found == Found::Unknown), "the noise is not known of"),
    ];
    said.extend(others.iter().filter(|(many, _)| *many > 0).map(|(many, what)| format!("{what} {many}")));
    format!("{}.", said.join("; "))
}

/// Which verdicts are others.
fn turned(of: &Contrast) -> String {
    let mut all: Vec<&Turned> = Vec::new();
    for turned in of.cases.iter().flat_map(|case| &case.verdicts) {
        if !all.contains(&turned) {
            all.push(turned);
        }
    }
    let verdict = |stands: &Option<super::Stands>| stands.as_ref().map_or("not there", |stands| stands.verdict);
    let one = |turned: &&Turned| {
        format!("{} `{}`: {} → {}", turned.what, turned.name, verdict(&turned.a), verdict(&turned.b))
    };
    let changed: Vec<&Turned> = all.into_iter().filter(|turned| verdict(&turned.a) != verdict(&turned.b)).collect();
    let mut said: Vec<String> = changed.iter().take(NAMED).map(one).collect();
    if changed.len() > NAMED {
        said.push(format!("{} other verdicts changed", changed.len() - NAMED));
    }
    let text = said.join("; ");
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// How many cases only one has.
fn only(of: &Contrast) -> String {
    let sides = [(of.only_a.len(), "A"), (of.only_b.len(), "B")];
    let said = sides.iter().filter(|(many, _)| *many > 0);
    let said: Vec<String> = said.map(|(many, side)| format!("{} in {side} alone", cases(*many))).collect();
    match said.is_empty() {
        true => String::new(),
        false => format!("Beside these there are {}.", listed(&said.iter().map(String::as_str).collect::<Vec<_>>())),
    }
}

/// Three digits that count.
fn three(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        magnitude if magnitude >= 1_000.0 => count(value),
        magnitude => {
            let digits = (2 - magnitude.log10().floor() as i32).clamp(0, 9) as usize;
            let text = format!("{value:.digits$}");
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
        }
    }
}

/// A time to three digits, so that two that differ read differently.
fn seconds(time: f64) -> String {
    let units = [
        (172_800.0, 86_400.0, "d"),
        (7_200.0, 3_600.0, "h"),
        (120.0, 60.0, "min"),
        (1.0, 1.0, "s"),
        (1e-3, 1e-3, "ms"),
    ];
    let of = units.iter().find(|(from, ..)| time.abs() >= *from);
    let (_, unit, name) = of.unwrap_or(&(0.0, 1e-6, "µs"));
    format!("{} {name}", three(time / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_that_count() {
        assert_eq!(
            [0.0, 12.345, 0.012_345, 999.9, 1_234.5, 5.0].map(three),
            ["0", "12.3", "0.0123", "1000", "1,235", "5"]
        );
        assert_eq!(
            [90.0, 0.25, 4_000.0, 8_000.0, 2e-5].map(seconds),
            ["90 s", "250 ms", "66.7 min", "2.22 h", "20 µs"]
        );
    }
}
