//! The two ends of a range of values, and what lies between them, written as they are.

use crate::quantity::measure;

/// A range between two quantities.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ends {
    from: f64,
    to: f64,
    /// What stands before and after the number of a value.
    around: [String; 2],
    /// Whether both ends are written as whole numbers without a unit.
    whole: bool,
}

impl Ends {
    /// The range between two values as they are written; nothing where they are no quantities of one kind.
    pub(super) fn of(first: &str, last: &str) -> Option<Self> {
        let whole = [first, last].iter().all(|end| end.trim().parse::<u64>().is_ok());
        let ((from, around), (to, same)) = (written(first)?, written(last)?);
        if around == same {
            return Some(Self { from, to, around: around.map(str::to_owned), whole });
        }
        // Whether thousands are of something, and of what, is known by the key.
        let of = |text: &str, letter: char, thousands: f64| {
            Some(text.trim().strip_suffix(letter)?.parse::<f64>().ok()? * thousands)
        };
        let thousands = |text: &str| Some((of(text, 'k', 1.0).or_else(|| of(text, 'M', 1e3))?, "k"));
        let read = |text: &str| thousands(text).or_else(|| measure(text));
        let ((from, unit), (to, same)) = (read(first)?, read(last)?);
        (unit == same).then(|| Self { from, to, around: [String::new(), unit.to_owned()], whole: false })
    }

    /// Whether the first is less than the last.
    pub(super) fn rise(&self) -> bool {
        self.from < self.to
    }

    /// Whether both are above zero, so that there are ratios between them.
    pub(super) fn are_positive(&self) -> bool {
        self.from > 0.0 && self.to > 0.0
    }

    /// How often the lesser goes into the greater.
    pub(super) fn ratio(&self) -> f64 {
        self.to / self.from
    }

    /// The value at a part of the way, by distances or by ratios, to four digits; a whole number where both ends are.
    pub(super) fn at(&self, part: f64, is_log: bool) -> String {
        let Self { from, to, around: [before, after], whole } = self;
        let value = if is_log { from * (to / from).powf(part) } else { from + (to - from) * part };
        let short = format!("{value:.3e}").parse::<f64>().unwrap_or(value);
        let value = if *whole { value.round() } else { short };
        format!("{before}{value}{after}")
    }
}

/// A number with what stands before and after it; nothing where there is none that is finite.
fn written(text: &str) -> Option<(f64, [&str; 2])> {
    let text = text.trim();
    let start = text.find(|c: char| c.is_ascii_digit() || c == '-')?;
    let after_start = &text[start..];
    let is_part = |c: char| c.is_ascii_digit() || "-._".contains(c);
    let mut end = after_start.find(|c| !is_part(c)).unwrap_or(after_start.len());
    // An exponent, which is not the start of a unit such as `eth`.
    if let Some(exponent) = after_start[end..].strip_prefix(['e', 'E']) {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits.len() - digits.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if count > 0 {
            end += 1 + (exponent.len() - digits.len()) + count;
        }
    }
    let number: f64 = after_start[..end].replace('_', "").parse().ok()?;
    number.is_finite().then_some((number, [&text[..start], &after_start[end..]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_is_written_as_the_ends_are() {
        let between = |first, last, part| Ends::of(first, last).map(|ends: Ends| ends.at(part, false));
        assert_eq!(between("8 /s", "32 /s", 0.5).as_deref(), Some("20 /s"));
        assert_eq!(between("$1200", "$4000", 0.25).as_deref(), Some("$1900"));
        assert_eq!(between("0.001 gwei", "1 gwei", 0.5).as_deref(), Some("0.5005 gwei"));
        assert_eq!(between("1e3 gwei", "3e3 gwei", 0.5).as_deref(), Some("2000 gwei"));
        assert_eq!(between("5", "100", 0.5).as_deref(), Some("53"), "whole ends have whole numbers between them");
        assert_eq!(between("0.7", "1.5", 0.5).as_deref(), Some("1.1"));
        assert_eq!(between("30 s", "2 min", 0.5).as_deref(), Some("75s"));
        assert_eq!(between("1k", "1M", 0.5).as_deref(), Some("500.5k"));
        for (first, last) in [("execute", "execute_fast"), ("1 h", "5 /s"), ("", "1")] {
            assert_eq!(Ends::of(first, last), None, "{first} to {last}");
        }
    }
}
