//! The verdicts: every claim with what was claimed, what was found and why.

use planner::{Finding, Verdict};

use super::grid::Grid;
use super::{Paint, Style};
use crate::number::{self, MISSING};

const VERDICTS: [Verdict; 5] =
    [Verdict::Holds, Verdict::Fails, Verdict::Inconsistent, Verdict::Undecided, Verdict::Untested];

/// A line that counts the verdicts, then a row for each claim, in the given order; a repeated claim is shown once.
pub fn claims<'a>(findings: impl IntoIterator<Item = &'a Finding>, style: Style) -> String {
    let mut unique: Vec<&Finding> = Vec::new();
    for finding in findings {
        if !unique.contains(&finding) {
            unique.push(finding);
        }
    }
    let mut grid = Grid::new(&["verdict", "claim", "claimed", "found", "why"], []);
    for finding in &unique {
        grid.row(vec![
            word(finding.verdict).to_owned(),
            finding.id.clone(),
            number::quantity(finding.claimed, &finding.unit),
            found(finding),
            why(finding),
        ]);
    }
    painted(&grid.render(&tally(&unique), style), style)
}

/// `31 claims: 4 hold, 12 fail, 15 untested`.
fn tally(findings: &[&Finding]) -> String {
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

/// The found figure with its interval, where it has one.
fn found(finding: &Finding) -> String {
    let show = |value| number::quantity(value, &finding.unit);
    let interval =
        |low, high| format!("[{}, {}]", number::figure(low, &finding.unit), number::figure(high, &finding.unit));
    match (finding.found, finding.low, finding.high) {
        (Some(value), Some(low), Some(high)) if low < high => format!("{}\n{}", show(value), interval(low, high)),
        (Some(value), ..) => show(value),
        (None, Some(low), Some(high)) => interval(low, high),
        (None, ..) => MISSING.to_owned(),
    }
}

/// The evidence: the source's own arithmetic first, where it shows it.
fn why(finding: &Finding) -> String {
    match finding.derived {
        Some(value) => format!("its own inputs give {}; {}", number::quantity(value, &finding.unit), finding.why),
        None => finding.why.clone(),
    }
}

fn word(verdict: Verdict) -> &'static str {
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
        let text = claims(findings.iter().copied().chain(findings.first().copied()), Style::default());
        let first = text.lines().next().expect("a tally");
        assert_eq!(first, "5 claims: 1 holds, 2 fail, 1 inconsistent, 1 untested");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
        assert!(text.contains("$57,000/month") && text.contains("[$398,100, $414,300]"), "{text}");
    }

    #[test]
    fn colours_mark_the_verdict_only_and_no_claim_is_no_text() {
        let sample = sample::layered();
        let text =
            claims(sample.designs.iter().flat_map(|summary| &summary.claims), Style { width: 120, colour: true });
        assert!(text.contains("\u{1b}[32mholds\u{1b}[0m") && text.contains("\u{1b}[31mfails\u{1b}[0m"), "{text}");
        assert_eq!(claims([], Style::default()), "");
    }
}
