//! A file of points: a CSV table whose first line names keys, with a point in every other line.

use std::ops::Range;

use crate::claims::unit::counted;
use crate::reading::{Problem, Problems, Source};

/// So many problems of a file are told; nobody corrects more by hand.
const MOST_PROBLEMS: usize = 100;

/// The keys, the values of every row, and where in the text each stands.
type Table = (Vec<String>, Vec<Vec<String>>, Vec<Vec<Range<usize>>>);

/// Reads the table.
///
/// # Errors
/// Everything that is wrong with it, at its place.
pub(super) fn table(source: &Source, most: usize) -> Result<Table, Problems> {
    let problem =
        |span: Range<usize>, message: String, help: &str| Problem::new(source, Some(span), message).with_help(help);
    let mut problems = Problems::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source.text.as_bytes());
    let (mut keys, mut rows, mut spans): Table = (Vec::new(), Vec::new(), Vec::new());
    let mut from = 0;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(problem(from..from, error.to_string(), "a point is a row of values separated by commas"));
                break;
            }
        };
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let line = line_at(source, start);
        from = line.end;
        let mut rest = line.clone();
        let (fields, places): (Vec<String>, Vec<Range<usize>>) =
            record.iter().map(|field| placed(source, &mut rest, field)).unzip();
        if keys.is_empty() {
            for (at, (key, place)) in fields.iter().zip(&places).enumerate() {
                if key.is_empty() || fields[..at].contains(key) {
                    let message = if key.is_empty() {
                        "a column without a key".into()
                    } else {
                        format!("`{key}` has two columns")
                    };
                    problems.push(problem(
                        place.clone(),
                        message,
                        "the first line names each key once, like load.rate,chain.shards",
                    ));
                }
            }
            keys = fields;
            continue;
        }
        if fields.len() != keys.len() {
            let found = counted(&fields.len().to_string(), "value");
            let message = format!("found {found}, the first line has {}", counted(&keys.len().to_string(), "key"));
            problems.push(problem(
                line.clone(),
                message,
                "a row has a value for every key; one with a comma stands in double quotes",
            ));
        }
        for (place, (key, _)) in places.iter().zip(keys.iter().zip(&fields)).filter(|(_, (_, value))| value.is_empty())
        {
            problems.push(problem(
                place.clone(),
                format!("`{key}` has no value"),
                "write the value as `--set` takes it",
            ));
        }
        rows.push(fields);
        spans.push(places);
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    if problems.is_empty() && (rows.is_empty() || rows.len() > most) {
        let message = format!("found {}; one to {most} are simulated", counted(&rows.len().to_string(), "point"));
        problems.push(problem(0..0, message, "the first line names keys, and every other line is a point"));
    }
    if problems.is_empty() { Ok((keys, rows, spans)) } else { Err(problems) }
}

/// A value without spaces around it, and where it stands in the rest of its line, which then begins after it.
fn placed(source: &Source, rest: &mut Range<usize>, field: &str) -> (String, Range<usize>) {
    let value = field.trim();
    let start = source.text[rest.clone()].find(value).map_or(rest.start, |at| rest.start + at);
    let end = (start + value.len()).min(rest.end);
    rest.start = end;
    (value.to_owned(), start..end)
}

/// The line that a byte of the text stands in, without its end; of a byte between lines the next.
fn line_at(source: &Source, byte: usize) -> Range<usize> {
    let text = &source.text;
    let start = byte.min(text.len());
    let start = start + text[start..].len() - text[start..].trim_start_matches(['\r', '\n']).len();
    let end = text[start..].find(['\r', '\n']).map_or(text.len(), |at| start + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_with_a_file_is_told_with_its_line() {
        let read = |text: &str| table(&Source::new("points.csv", text), 3);
        let (keys, rows, spans) = read("a.b, c\n\n 1 ,\"x, y\"\n2,z\n").unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(
            (keys, rows),
            (vec!["a.b".into(), "c".into()], vec![vec!["1".into(), "x, y".into()], vec!["2".into(), "z".into()]])
        );
        assert_eq!(spans[1], [19..20, 21..22]);
        for (text, place, says) in [
            ("a,a\n1,2\n", (1, 3), "`a` has two columns"),
            ("a,\n1,2\n", (1, 2), "a column without a key"),
            ("a,b\n1,2\n3\n", (3, 1), "found 1 value, the first line has 2 keys"),
            ("a,b\n1,2\n3,\n", (3, 2), "`b` has no value"),
            ("a\n", (1, 1), "found 0 points"),
            ("a\n1\n2\n3\n4\n", (1, 1), "found 4 points; one to 3"),
        ] {
            let problems = read(text).expect_err(says);
            let problem = problems.iter().next().expect("one");
            assert!(problem.message().contains(says), "{says}: {problems}");
            assert_eq!(problem.position(), Some(place), "{problems}");
        }
        assert_eq!(read("a,b\n1\n,2\n").expect_err("two").len(), 2, "all at once");
    }
}
