//! Recorded arrivals: a CSV file with the time of every request in its first column.
//!
//! A time is in seconds, from any start (a Unix time too), or a date and time of RFC 3339, as logs have them. A first line that is no
//! time is a heading. Columns after the first mean nothing here.

use std::path::Path;

use chrono::DateTime;

use super::spec::{ArrivalsSpec, ServiceSpec};
use crate::reading::{Places, Problem, Problems, Source, bytes};

/// The largest trace that is read \[B\]: some ten million requests.
const LARGEST: u64 = 256 << 20;

/// Seconds since 1970 are fewer for the next 3,000 years, and milliseconds since then are more.
const LATEST_S: f64 = 1e11;

/// Reads the trace of a design, where it has one, and gives everything that it says.
pub(crate) fn fill(design: &str, system: &mut ServiceSpec, places: &Places<'_>) -> Result<Vec<u8>, Problems> {
    let ArrivalsSpec::Trace { file, times_s, .. } = &mut system.load.arrivals else { return Ok(Vec::new()) };
    let own = format!("design.{design}.load.arrivals.file");
    let key = if places.contains(&own) { own } else { "load.arrivals.file".to_owned() };
    // A scenario of the library, or `--set`, is in no folder: its paths are relative to the working directory.
    let folder = Path::new(&places.source_name(&key)).parent().map(Path::to_owned).unwrap_or_default();
    let path = folder.join(file.as_str());
    if !path.exists() {
        return Err(places.problem(&key, format!("there is no file {}", path.display())).into());
    }
    let problem = |message: String| {
        let help = "the first column is the time of each request, ascending: seconds, or 2026-11-29T08:00:00Z";
        Problems::from(Problem::new(&Source::new(path.display().to_string(), ""), None, message).with_help(help))
    };
    let said = bytes(&path, "CSV file", LARGEST).map_err(|(message, _)| problem(message))?;
    *times_s = times(&said).map_err(problem)?;
    Ok(said)
}

/// The times of a trace from its first \[s\].
fn times(said: &[u8]) -> Result<Vec<f64>, String> {
    let said = said.strip_prefix(b"\xef\xbb\xbf").unwrap_or(said);
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(said);
    let mut times: Vec<f64> = Vec::new();
    for (index, row) in rows.records().enumerate() {
        let row = row.map_err(|error| error.to_string())?;
        let line = row.position().map_or(0, csv::Position::line);
        let text = row.get(0).unwrap_or("");
        match time(text) {
            Some(time) if times.last().is_some_and(|last| time < *last) => {
                return Err(format!("line {line}: `{text}` is before the time above it"));
            }
            Some(time) if time > LATEST_S => {
                return Err(format!(
                    "line {line}: `{text}` is no time in seconds; are they milliseconds? Divide them by 1,000"
                ));
            }
            Some(time) => times.push(time),
            None if index == 0 => {}
            None => return Err(format!("line {line}: `{text}` is no time")),
        }
    }
    let Some(&first) = times.first() else { return Err("it has no time".to_owned()) };
    times.iter_mut().for_each(|time| *time -= first);
    Ok(times)
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
        ] {
            let refused = times(said).expect_err("it is no trace");
            assert!(refused.contains(says), "no `{says}` in {refused}");
        }
    }
}
