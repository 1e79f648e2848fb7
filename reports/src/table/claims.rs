//! The verdicts: every claim with what was claimed, what was found and why.

use planner::{Bound, Finding, Verdict};

use super::grid::{Grid, whole};
use super::part::Part;
use super::{Paint, Style};
use crate::number;

const VERDICTS: [Verdict; 5] =
    [Verdict::Holds, Verdict::Fails, Verdict::Inconsistent, Verdict::Undecided, Verdict::Untested];

/// Claims up to which all are shown.
const SHORT: usize = 12;

/// A line that counts the verdicts, then of a long list the claims that do not hold, the farthest off first; `all` of them in a table for each
/// system, by subject. A repeated claim is shown once.
pub fn claims<'a>(findings: impl IntoIterator<Item = &'a Finding>, all: bool, style: Style) -> String {
    let unique = unique(findings);
    if unique.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n", style.paint(Paint::Bold, &style.wrap(&tally(&unique), 0)));
    if unique.iter().any(|finding| finding.ratio.is_some()) {
        text.push_str(&format!("{}\n", style.paint(Paint::Dim, RATIO)));
    }
    let is_long = !all && unique.len() > SHORT;
    for part in if is_long { that_do_not_hold(&unique) } else { claims_by_system(&unique) } {
        let gap = if part.title.is_empty() { "" } else { "\n" };
        text.push_str(&format!("{gap}{}", painted(&part.render(style), style)));
    }
    text
}

/// What the ratio of a claim is.
pub(crate) const RATIO: &str = "ratio = claimed / found";

/// One table of the claims that do not hold, the farthest off first, and how many are left out of it.
fn that_do_not_hold(findings: &[&Finding]) -> Vec<Part> {
    let quiet = |finding: &&Finding| matches!(finding.verdict, Verdict::Holds | Verdict::Untested);
    let mut told: Vec<&Finding> = findings.iter().copied().filter(|finding| !quiet(finding)).collect();
    let off = |finding: &Finding| finding.ratio.filter(|ratio| *ratio > 0.0).map_or(0.0, |ratio| ratio.ln().abs());
    told.sort_by(|one, other| off(other).total_cmp(&off(one)));
    let left = planner::counted(&(findings.len() - told.len()).to_string(), "claim");
    let left = format!("{left} beside these: they hold, or cannot be tested here; `--all` shows them");
    Part::of("", grid(&told)).into_iter().chain(Part::list("", vec![left])).collect()
}

/// A table for each system, its claims by subject; without a title where there is one system.
pub(crate) fn claims_by_system(findings: &[&Finding]) -> Vec<Part> {
    let systems = by_subject(findings);
    let table = |(system, subjects): &(&str, Vec<(&str, Vec<&Finding>)>)| {
        let all: Vec<&Finding> = subjects.iter().flat_map(|(_, findings)| findings).copied().collect();
        Part::of(if systems.len() > 1 { format!("{system} · {}", tally(&all)) } else { String::new() }, grid(&all))
    };
    systems.iter().filter_map(table).collect()
}

fn grid(findings: &[&Finding]) -> Grid {
    let mut grid = Grid::new(&["verdict", "claim", "claimed", "found", "ratio", "statement and evidence"], []);
    for finding in findings {
        grid.row(vec![
            word(finding.verdict).into(),
            finding.id.clone(),
            number::quantity(finding.claimed, &finding.unit),
            whole(&found(finding)),
            finding.ratio.map_or(String::new(), number::times),
            format!("{}\n{}", finding.statement, why(finding)),
        ]);
    }
    grid
}

/// Findings, each once, in their order.
pub(crate) fn unique<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<&'a Finding> {
    let mut unique: Vec<&Finding> = Vec::new();
    for finding in findings {
        if !unique.contains(&finding) {
            unique.push(finding);
        }
    }
    unique
}

/// A name with the findings that belong to it.
type Named<'a, T> = Vec<(&'a str, Vec<T>)>;

/// Findings by system and subject, the first two names of a claim, each in the order of its first claim.
pub(crate) fn by_subject<'a>(findings: &[&'a Finding]) -> Named<'a, (&'a str, Vec<&'a Finding>)> {
    let mut systems: Named<'a, (&'a str, Vec<&'a Finding>)> = Vec::new();
    for finding in findings {
        let mut names = finding.id.split('.');
        let (system, subject) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        place(place(&mut systems, system), subject).push(finding);
    }
    systems
}

/// What belongs to a name, which is added at the end where it is new.
fn place<'a, 'n, T>(named: &'a mut Named<'n, T>, name: &'n str) -> &'a mut Vec<T> {
    let index = named.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
        named.push((name, Vec::new()));
        named.len() - 1
    });
    &mut named[index].1
}

/// `31 claims: 4 hold, 12 fail, 15 untested`.
pub(crate) fn tally(findings: &[&Finding]) -> String {
    let counts = VERDICTS.iter().filter_map(|verdict| {
        let count = findings.iter().filter(|finding| finding.verdict == *verdict).count();
        let plural = match verdict {
            Verdict::Holds if count != 1 => "hold",
            Verdict::Fails if count != 1 => "fail",
            other => word(*other),
        };
        (count > 0).then(|| format!("{} {plural}", number::count(count as f64)))
    });
    let noun = if findings.len() == 1 { "claim" } else { "claims" };
    format!("{} {noun}: {}", number::count(findings.len() as f64), counts.collect::<Vec<_>>().join(", "))
}

/// The found figure with its interval, where it has one; what the source's own inputs give, where nothing else decides.
pub(crate) fn found(finding: &Finding) -> String {
    let side = match finding.side {
        Some(Bound::AtLeast) => "≥ ",
        Some(_) => "≤ ",
        None => "",
    };
    let show = |value| format!("{side}{}", number::quantity(value, &finding.unit));
    let interval =
        |low, high| format!("[{}, {}]", number::figure(low, &finding.unit), number::figure(high, &finding.unit));
    match (finding.found, finding.low, finding.high) {
        (Some(value), Some(low), Some(high)) if low < high => format!("{}\n{}", show(value), interval(low, high)),
        (Some(value), ..) => show(value),
        (None, Some(low), Some(high)) => interval(low, high),
        (None, ..) => by_its_inputs(finding).map_or(number::MISSING.to_owned(), show),
    }
}

/// What the source's own inputs give, where that alone is the verdict.
fn by_its_inputs(finding: &Finding) -> Option<f64> {
    let decided = matches!(finding.verdict, Verdict::Holds | Verdict::Inconsistent);
    finding.derived.filter(|_| decided && finding.found.is_none())
}

/// The evidence: the source's own arithmetic first, where it shows it.
pub(crate) fn why(finding: &Finding) -> String {
    match finding.derived {
        Some(_) if by_its_inputs(finding).is_some() => format!("by its own figures: {}", finding.why),
        Some(value) => {
            format!("its own figures give {}: {}", number::quantity(value, &finding.unit), finding.why)
        }
        None => finding.why.clone(),
    }
}

pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::Fails => "fails",
        Verdict::Undecided => "undecided",
        Verdict::Inconsistent => "inconsistent",
        Verdict::Untested => "untested",
    }
}

/// The verdict at the start of a row in its colour; done last, because a grid counts escape codes as columns.
fn painted(text: &str, style: Style) -> String {
    let paint = |line: &str| {
        let opens = |verdict: &&Verdict| line.strip_prefix(&format!(" {} ", word(**verdict))).is_some();
        let Some(verdict) = VERDICTS.iter().find(opens) else { return line.to_owned() };
        let colour = match verdict {
            Verdict::Holds => Paint::Green,
            Verdict::Fails | Verdict::Inconsistent => Paint::Red,
            Verdict::Undecided => Paint::Yellow,
            Verdict::Untested => Paint::Blue,
        };
        line.replacen(word(*verdict), &style.paint(colour, word(*verdict)), 1)
    };
    text.lines().map(|line| paint(line) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn verdicts_are_counted_and_shown_with_their_evidence() {
        let sample = sample::layered();
        let findings: Vec<&Finding> = sample.designs.iter().flat_map(|summary| &summary.claims).collect();
        let text = claims(findings.iter().copied().chain(findings.first().copied()), false, Style::default());
        let first = text.lines().next().expect("a tally");
        assert_eq!(first, "5 claims: 1 holds, 2 fail, 1 inconsistent, 1 untested");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        assert!(text.contains("$57,000/month") && text.contains("[$398,100, $414,300]"), "{text}");
        assert!(text.contains(" S1.optimistic.cost"), "{text}");
    }

    #[test]
    fn colours_mark_the_verdict_only_and_no_claim_is_no_text() {
        let sample = sample::layered();
        let text = claims(
            sample.designs.iter().flat_map(|summary| &summary.claims),
            false,
            Style { width: 120, colour: true },
        );
        assert!(text.contains("\u{1b}[32mholds\u{1b}[0m") && text.contains("\u{1b}[31mfails\u{1b}[0m"), "{text}");
        assert_eq!(claims([], false, Style::default()), "");
    }

    #[test]
    fn a_long_list_begins_with_what_is_farthest_off() {
        let sample = sample::layered();
        let one = sample.designs.iter().flat_map(|summary| &summary.claims).next().expect("a claim");
        let named = |at: usize, verdict: Verdict, ratio: f64| Finding {
            id: format!("S1.claim{at}.cost"),
            verdict,
            ratio: Some(ratio),
            ..one.clone()
        };
        let mut findings: Vec<Finding> = (0..20).map(|at| named(at, Verdict::Holds, 1.0)).collect();
        findings.extend([named(20, Verdict::Fails, 2.0), named(21, Verdict::Inconsistent, 0.01)]);
        let short = claims(&findings, false, Style::default());
        let [near, far] = ["claim20", "claim21"].map(|id| short.find(id).expect("it fails"));
        assert!(far < near && !short.contains("claim19"), "{short}");
        assert!(short.contains("20 claims beside these: they hold, or cannot be tested here; `--all`"), "{short}");
        assert!(claims(&findings, true, Style::default()).contains("claim19"));
    }
}
