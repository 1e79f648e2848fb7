//! Lines of a text as the tool wrote them, without what a log of somebody's machine put in front of them.

use std::borrow::Cow;

/// All lines with their numbers from 1, without marks of encodings, colours, and stamps of time at their beginning.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u64, Cow<'_, str>)> {
    (1..).zip(text.lines().map(content))
}

fn content(line: &str) -> Cow<'_, str> {
    if line.contains('\u{1b}') {
        return Cow::Owned(unstamped(&uncoloured(line)).to_owned());
    }
    Cow::Borrowed(unstamped(line))
}

/// Without the stamps at its beginning; downloaded logs of jobs have two columns with names before them.
fn unstamped(line: &str) -> &str {
    let mut line = line.trim_start_matches('\u{feff}').trim_end_matches('\r');
    if let Some(logged) = line.splitn(3, '\t').nth(2).map(|rest| rest.trim_start_matches('\u{feff}'))
        && logged.split_whitespace().next().is_some_and(is_stamp)
    {
        line = logged;
    }
    while let Some((word, rest)) = line.split_once([' ', '\t'])
        && is_stamp(word)
    {
        line = rest;
    }
    line
}

/// `2024-01-01T00:00:00.000Z`, `2024-01-01`, `[12:00:01]`.
fn is_stamp(word: &str) -> bool {
    let of_time = |one: char| one.is_ascii_digit() || "TZ:-.,+/[]()|".contains(one);
    let parts = |sign: char| word.matches(sign).count();
    word.contains(|one: char| one.is_ascii_digit())
        && word.chars().all(of_time)
        && (parts(':') > 0 || parts('-') == 2 || parts('/') == 2)
}

/// Without the sequences that set colours.
fn uncoloured(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let end = part.find(|one: char| one.is_ascii_alphabetic()).map_or(part.len(), |letter| letter + 1);
        text + if part.starts_with('[') { &part[end..] } else { part }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_read_as_what_was_logged() {
        for line in [
            "BenchmarkA-4 100 5 ns/op",
            "\u{feff}BenchmarkA-4 100 5 ns/op\r",
            "2024-01-01T00:00:00.1234567Z BenchmarkA-4 100 5 ns/op",
            "2024-01-01 12:00:00,123 BenchmarkA-4 100 5 ns/op",
            "[12:00:01] BenchmarkA-4 100 5 ns/op",
            "job\tRun tests\t\u{feff}2024-01-01T00:00:00.1Z BenchmarkA-4 100 5 ns/op",
            "\u{1b}[1;32mBenchmarkA-4\u{1b}[0m 100 5 ns/op",
        ] {
            let found: Vec<_> = lines(line).collect();
            assert_eq!(found, [(1, Cow::Borrowed("BenchmarkA-4 100 5 ns/op"))], "{line}");
        }
        for line in ["BenchmarkA-4\t12:00:01\tlog", "     100   2000000 ns/op", "note: 12:00"] {
            assert_eq!(lines(line).next(), Some((1, Cow::Borrowed(line))));
        }
    }
}
