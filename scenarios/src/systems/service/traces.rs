//! Recorded arrivals: a CSV file with the time of every request in its first column.
//!
//! A time is in seconds, from any start (a Unix time too), or a date and time of RFC 3339, as logs have them. A first line that is no
//! time is a heading. Columns that it calls `count` and `class` say how many requests come up to the next time, and of which class;
//! others mean nothing here.

use std::path::Path;

use chrono::DateTime;

use super::spec::{ArrivalsSpec, ServiceSpec};
use crate::quantity::Share;
use crate::reading::{Places, Problem, Problems, Source, bytes, meant};

/// The largest trace that is read \[B\]: some ten million requests.
const LARGEST: u64 = 256 << 20;

/// Seconds since 1970 are fewer for the next 3,000 years, and milliseconds since then are more.
const LATEST_S: f64 = 1e11;

/// Most requests of a trace, once they are scaled.
const MOST: f64 = 2e7;

/// Reads the trace of a design, where it has one, and gives everything that it says.
pub(crate) fn fill(design: &str, system: &mut ServiceSpec, places: &Places<'_>) -> Result<Vec<u8>, Problems> {
    let known: Vec<String> = system.classes.keys().cloned().collect();
    let ArrivalsSpec::Trace { file, scale, times_s, classes, .. } = &mut system.load.arrivals else {
        return Ok(Vec::new());
    };
    let own = format!("design.{design}.load.arrivals.file");
    let key = if places.contains(&own) { own } else { "load.arrivals.file".to_owned() };
    // A scenario of the library, or `--set`, is in no folder: its paths are relative to the working directory.
    let folder = Path::new(&places.source_name(&key)).parent().map(Path::to_owned).unwrap_or_default();
    let path = folder.join(file.as_str());
    if !path.exists() {
        return Err(places.problem(&key, format!("there is no file {}", path.display())).into());
    }
    let problem = |message: String| {
        let help = "the first column is the time of each request, ascending: seconds, or 2026-11-29T08:00:00Z; columns called `count` \
                    and `class` may follow";
        Problems::from(Problem::new(&Source::new(path.display().to_string(), ""), None, message).with_help(help))
    };
    let said = bytes(&path, "CSV file", LARGEST).map_err(|(message, _)| problem(message))?;
    let rows = rows(&said, &known).map_err(problem)?;
    (*times_s, *classes) = requests(&rows, *scale).map_err(problem)?;
    // Where the file says classes, their shares are those of the file.
    if !classes.is_empty() {
        for (number, class) in (0..).zip(system.classes.values_mut()) {
            let count = classes.iter().filter(|other| **other == number).count();
            class.share = Share::new(count as f64 / classes.len() as f64);
        }
    }
    Ok(said)
}

/// A row of a trace.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    /// When it begins, from the first \[s\].
    at_s: f64,
    /// Requests from then to the next row.
    count: f64,
    /// Their class, where the file has such a column.
    class: Option<u16>,
}

/// Which columns beside the first mean something.
#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    count: Option<usize>,
    class: Option<usize>,
}

impl Columns {
    fn of(heading: &csv::StringRecord) -> Self {
        let called = |name: &str| heading.iter().position(|cell| cell.eq_ignore_ascii_case(name)).filter(|at| *at > 0);
        Self { count: called("count"), class: called("class") }
    }
}

/// The rows of a trace, whose classes are called like these.
fn rows(said: &[u8], known: &[String]) -> Result<Vec<Row>, String> {
    let said = said.strip_prefix(b"\xef\xbb\xbf").unwrap_or(said);
    let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(said);
    let (mut rows, mut columns): (Vec<Row>, Columns) = (Vec::new(), Columns::default());
    for (index, row) in csv.records().enumerate() {
        let row = row.map_err(|error| error.to_string())?;
        let line = row.position().map_or(0, csv::Position::line);
        let text = row.get(0).unwrap_or("");
        let at_s = match time(text) {
            Some(at_s) if rows.last().is_some_and(|last| at_s < last.at_s) => {
                return Err(format!("line {line}: `{text}` is before the time above it"));
            }
            Some(at_s) if at_s > LATEST_S => {
                return Err(format!(
                    "line {line}: `{text}` is no time in seconds; are they milliseconds? Divide them by 1,000"
                ));
            }
            Some(at_s) => at_s,
            None if index == 0 => {
                columns = Columns::of(&row);
                continue;
            }
            None => return Err(format!("line {line}: `{text}` is no time")),
        };
        let (count, class) = columns.read(&row, known).map_err(|what| format!("line {line}: {what}"))?;
        rows.push(Row { at_s, count, class });
    }
    let Some(first) = rows.first().map(|row| row.at_s) else { return Err("it has no time".to_owned()) };
    rows.iter_mut().for_each(|row| row.at_s -= first);
    Ok(rows)
}

impl Columns {
    /// How many requests a row has, and of which class.
    fn read(self, row: &csv::StringRecord, known: &[String]) -> Result<(f64, Option<u16>), String> {
        let cell = |column: Option<usize>| column.map(|at| row.get(at).unwrap_or(""));
        let count = cell(self.count).map(|text| {
            let number = text.parse::<f64>().ok().filter(|count| *count >= 0.0 && count.is_finite());
            number.ok_or_else(|| format!("`{text}` is no count"))
        });
        let class = cell(self.class).map(|text| {
            let place = known.iter().position(|class| class == text).map(|place| place as u16);
            let near = || meant(text, known.iter().map(String::as_str));
            place.ok_or_else(|| format!("no class `{text}`; {}classes: {}", near(), known.join(", ")))
        });
        Ok((count.transpose()?.unwrap_or(1.0), class.transpose()?))
    }
}

/// When every request comes \[s\], and its class: those of a row are spread evenly to the next, and what is left of one that is scaled to
/// a part is carried to the next row.
fn requests(rows: &[Row], scale: f64) -> Result<(Vec<f64>, Vec<u16>), String> {
    let all: f64 = rows.iter().map(|row| row.count * scale).sum();
    if all > MOST {
        return Err(format!("it has {all:.0} requests, once they are scaled, and {MOST:.0} are the most"));
    }
    let (mut times, mut classes, mut due) = (Vec::new(), Vec::new(), 0.0);
    for (at, row) in rows.iter().enumerate() {
        due += row.count * scale;
        // Sums of parts such as 0.1 come to a whole but for their last digits.
        let count = (due + 1e-9).floor();
        due -= count;
        let around = [
            at.checked_sub(1).map(|before| row.at_s - rows[before].at_s),
            rows.get(at + 1).map(|next| next.at_s - row.at_s),
        ];
        let length_s = around[1].or(around[0]).unwrap_or(0.0);
        times.extend((0..count as u64).map(|place| row.at_s + length_s * place as f64 / count));
        classes.extend(row.class.into_iter().flat_map(|class| std::iter::repeat_n(class, count as usize)));
    }
    if times.is_empty() { Err("no request is left of it".to_owned()) } else { Ok((times, classes)) }
}

/// A time in seconds from some start; nothing where the text is none.
fn time(text: &str) -> Option<f64> {
    let number = || text.parse::<f64>().ok().filter(|time| time.is_finite());
    let date = || DateTime::parse_from_rfc3339(text).ok().map(|date| date.timestamp_micros() as f64 / 1e6);
    number().or_else(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(said: &[u8]) -> Result<Vec<f64>, String> {
        requests(&rows(said, &["small".to_owned(), "large".to_owned()])?, 1.0).map(|(times, _)| times)
    }

    #[test]
    fn times_are_read_as_logs_have_them() {
        assert_eq!(times(b"time,status\n10.5,200\n10.5,503\n12,200\n"), Ok(vec![0.0, 0.0, 1.5]));
        assert_eq!(times(b"\xef\xbb\xbf3\r\n4\r\n"), Ok(vec![0.0, 1.0]));
        let dates = b"2026-11-29T08:00:00Z\n2026-11-29T09:00:01.5+01:00\n";
        assert_eq!(times(dates), Ok(vec![0.0, 1.5]));
        for (said, says) in [
            (&b"at\n1\n0.5\n"[..], "line 3: `0.5` is before"),
            (b"1\nsoon\n", "line 2: `soon` is no time"),
            (b"1\nNaN\n", "line 2: `NaN` is no time"),
            (b"1795889977123\n", "line 1: `1795889977123` is no time in seconds; are they milliseconds?"),
            (b"at\n", "no time"),
            (b"", "no time"),
            (b"time,count\n1,-2\n", "line 2: `-2` is no count"),
            (b"time,class\n1,smal\n", "no class `smal`; did you mean `small`?"),
            (b"time,count\n1,0\n", "no request is left of it"),
            (b"time,count\n1,1e9\n", "20000000 are the most"),
        ] {
            let refused = times(said).expect_err("it is no trace");
            assert!(refused.contains(says), "no `{says}` in {refused}");
        }
    }

    #[test]
    fn counts_and_classes_are_those_of_the_file() {
        let known = ["small".to_owned(), "large".to_owned()];
        let said = b"time,class,count\n0,small,4\n60,large,2\n120,small,1\n";
        let rows = rows(said, &known).expect("a trace");
        let (times, classes) = requests(&rows, 1.0).expect("requests");
        assert_eq!(times, [0.0, 15.0, 30.0, 45.0, 60.0, 90.0, 120.0]);
        assert_eq!(classes, [0, 0, 0, 0, 1, 1, 0]);
        // Half of them: nothing is lost by rounding.
        assert_eq!(requests(&rows, 0.5).expect("requests").0, [0.0, 30.0, 60.0]);
        let many: Vec<Row> = (0..1_000).map(|at| Row { at_s: f64::from(at), count: 1.0, class: None }).collect();
        assert_eq!(requests(&many, 0.1).expect("requests").0.len(), 100);
        assert_eq!(requests(&many, 2.5).expect("requests").0.len(), 2_500);
    }
}
