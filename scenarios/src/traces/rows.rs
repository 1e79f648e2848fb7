//! The rows of a trace, as the file has them.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::Of;
use super::columns::Columns;
use crate::reading::meant;

/// Seconds since 1970 are fewer for the next 3,000 years, and milliseconds since then are more.
const LATEST_S: f64 = 1e11;

/// The highest fee \[gwei\]: a whole ether for a unit.
const MOST_GWEI: f64 = 1e9;

/// Most kinds of requests: each needs a law of its own at each step.
const MOST_KINDS: usize = 1_000;

/// A row of a trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Row {
    /// When it begins, from the first \[s\].
    pub(crate) at_s: f64,
    /// How many come from then to the next time, a whole number; or the fee that holds from then on \[gwei\].
    pub(crate) number: f64,
    /// Their kind, by its number.
    pub(crate) kind: u16,
}

/// Arrivals that the file tells apart from others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kind {
    /// Their class, where there is such a column.
    pub(crate) class: Option<String>,
    /// Their size, where there is such a column.
    pub(crate) size: Option<f64>,
    /// The line of the first of them.
    pub(crate) line: u64,
}

/// All that a trace says.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) rows: Vec<Row>,
    pub(crate) kinds: Vec<Kind>,
    /// Which columns mean nothing, in words, where there are any.
    pub(crate) unread: Option<String>,
}

impl Recorded {
    /// The rows of a file.
    ///
    /// # Errors
    /// What is wrong with which line.
    pub(crate) fn of(said: &[u8], of: Of) -> Result<Self, String> {
        let said = said.strip_prefix(b"\xef\xbb\xbf").unwrap_or(said);
        let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(said);
        let (mut rows, mut kinds, mut columns) = (Vec::<Row>::new(), Kinds::default(), Columns::default());
        let mut record = csv::ByteRecord::new();
        let mut is_first = true;
        while csv.read_byte_record(&mut record).map_err(|error| error.to_string())? {
            let line = record.position().map_or(0, csv::Position::line);
            if std::mem::take(&mut is_first) {
                columns = Columns::of(&record, of).map_err(|what| format!("line {line}: {what}"))?;
                if columns.is_heading {
                    continue;
                }
            }
            let row =
                row(&record, (&columns, of), (line, &mut kinds)).map_err(|what| format!("line {line}: {what}"))?;
            if rows.last().is_some_and(|last| row.at_s < last.at_s) {
                return Err(format!("line {line}: `{}` is before the time above it", cell(&record, 0)?));
            }
            rows.push(row);
        }
        let Some(first) = rows.first().map(|row| row.at_s) else { return Err("it has no time".to_owned()) };
        rows.iter_mut().for_each(|row| row.at_s -= first);
        Ok(Self { rows, kinds: kinds.all, unread: columns.unread })
    }

    /// How long each row holds \[s\]: to the next later time; the last as long as the one before.
    pub(crate) fn lengths_s(&self) -> Vec<f64> {
        let mut lengths = Vec::with_capacity(self.rows.len());
        for alike in self.rows.chunk_by(|a, b| a.at_s == b.at_s) {
            let (end, at_s) = (lengths.len() + alike.len(), alike[0].at_s);
            let next = self.rows.get(end).map(|next| next.at_s - at_s);
            let last = next.or_else(|| lengths.last().copied()).unwrap_or(0.0);
            lengths.resize(end, last);
        }
        lengths
    }

    /// How long it lasts, its last row included \[s\].
    pub(crate) fn lasts_s(&self) -> f64 {
        let last_s = self.rows.last().map_or(0.0, |last| last.at_s);
        let before = self.rows.iter().rev().find(|row| row.at_s < last_s);
        last_s + before.map_or(0.0, |before| last_s - before.at_s)
    }
}

impl Kind {
    /// Its class, by its number among those that there are; nothing where the file says none.
    pub(crate) fn class_among(&self, names: &[String]) -> Result<Option<usize>, String> {
        let Some(class) = &self.class else { return Ok(None) };
        let found = names.iter().position(|name| name == class);
        let near = || meant(class, names.iter().map(String::as_str));
        let unknown = || format!("line {}: no class `{class}`; {}classes: {}", self.line, near(), names.join(", "));
        found.map(Some).ok_or_else(unknown)
    }
}

/// Kinds in the order in which they are met.
#[derive(Default)]
struct Kinds {
    all: Vec<Kind>,
    /// Their numbers, by the bits of the size under the class.
    numbers: BTreeMap<String, BTreeMap<u64, u16>>,
    last: u16,
}

impl Kinds {
    /// The number of a kind.
    fn number(&mut self, class: Option<&str>, size: Option<f64>, line: u64) -> Result<u16, String> {
        let is = |kind: &Kind| kind.class.as_deref() == class && kind.size == size;
        if self.all.get(usize::from(self.last)).is_some_and(is) {
            return Ok(self.last);
        }
        let bits = size.map_or(0, f64::to_bits);
        let known = self.numbers.get(class.unwrap_or_default()).and_then(|sizes| sizes.get(&bits)).copied();
        self.last = match known {
            Some(number) => number,
            None if self.all.len() == MOST_KINDS => {
                return Err(format!(
                    "the requests until here have {MOST_KINDS} sizes and classes, which is the most: round the sizes"
                ));
            }
            None => {
                let number = self.all.len() as u16;
                self.all.push(Kind { class: class.map(str::to_owned), size, line });
                self.numbers.entry(class.unwrap_or_default().to_owned()).or_default().insert(bits, number);
                number
            }
        };
        Ok(self.last)
    }
}

/// A row, with its time as it is written.
fn row(
    record: &csv::ByteRecord,
    (columns, of): (&Columns, Of),
    (line, kinds): (u64, &mut Kinds),
) -> Result<Row, String> {
    let text = cell(record, 0)?;
    let at_s = time(text).ok_or_else(|| format!("`{text}` is no time"))?;
    if at_s > LATEST_S {
        return Err(format!("`{text}` is no time in seconds; are they milliseconds? Divide them by 1,000"));
    }
    let column = |at: Option<usize>| at.map(|at| cell(record, at)).transpose();
    let number = column(columns.number)?.map(|text| {
        let number = text.parse::<f64>().ok();
        match of {
            Of::Fees => {
                let fee = number.filter(|fee| (0.0..=MOST_GWEI).contains(fee));
                fee.ok_or_else(|| format!("`{text}` is no fee; it is a number of gwei from 0 to {MOST_GWEI:.0}"))
            }
            Of::Requests | Of::Transactions => {
                let count = number.filter(|count| *count >= 0.0 && count.fract() == 0.0);
                count.ok_or_else(|| format!("`{text}` is no count; it is a whole number, 0 or more"))
            }
        }
    });
    let size = column(columns.size)?.map(|text| {
        let number = text.parse::<f64>().ok().filter(|size| (1e-6..=1e12).contains(size));
        number.ok_or_else(|| format!("`{text}` is no size; it is a number from 0.000001 to 1e12"))
    });
    let kind = kinds.number(column(columns.class)?, size.transpose()?, line)?;
    Ok(Row { at_s, number: number.transpose()?.unwrap_or(1.0), kind })
}

/// A cell of a row, without what surrounds it; empty where the row is shorter.
pub(super) fn cell(record: &csv::ByteRecord, at: usize) -> Result<&str, String> {
    let text = std::str::from_utf8(record.get(at).unwrap_or_default());
    text.map(str::trim).map_err(|_| format!("column {} is no text in UTF-8", at + 1))
}

/// A time in seconds from some start; nothing where the text is none.
pub(super) fn time(text: &str) -> Option<f64> {
    let number = || text.parse::<f64>().ok().filter(|time| time.is_finite());
    let date = || DateTime::parse_from_rfc3339(text).ok().map(|date| date.timestamp_micros() as f64 / 1e6);
    number().or_else(date)
}
