//! zk-Harness: CSV with the columns `framework,category,backend,curve,circuit,input,operation,nbConstraints,nbSecret,nbPublic,ram,
//! time,proofSize,count`, `ram` in bytes, `time` in µs or ms depending on the file. A unit may stand behind the name of a column, as in
//! `time(ms)`. What a spreadsheet made of it is read as well: semicolons or tabs between the fields, a comma before the decimals.

use super::super::{fault_of, line_of};
use super::figure::{Figure, Found};
use super::units::{TimeUnit, bytes};
use crate::reading::{Problem, Problems, Source};

const SHAPE: &str = "zk-Harness's CSV: framework,category,backend,curve,circuit,input,operation,nbConstraints,nbSecret,\
                     nbPublic,ram,time,proofSize,count";
/// The columns that make up the name of an operation.
const NAMES: [&str; 5] = ["framework", "backend", "curve", "circuit", "operation"];
/// The columns that say how it went, and not what it was.
const MEASURES: [&str; 5] = ["nbConstraints", "ram", "time", "proofSize", "count"];

/// Every row; those without a time are passed over.
pub(super) fn figures(source: &Source, unit: Option<TimeUnit>) -> Result<Found, Problems> {
    // Spreadsheets say the separator on a line of its own.
    let first = source.text.split_inclusive('\n').next().unwrap_or_default();
    let (skipped, text) =
        if first.starts_with("sep=") { (1, &source.text[first.len()..]) } else { (0, source.text.as_str()) };
    let head = text.lines().next().unwrap_or_default();
    let separator =
        [',', ';', '\t'].into_iter().max_by_key(|one| (head.matches(*one).count(), *one == ',')).unwrap_or(',');
    let mut table = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let at_head = |message: String, help: &str| {
        Problems::from(Problem::new(source, Some(line_of(source, 1 + skipped)), message).with_help(help))
    };
    let head = table.headers().cloned().map_err(|error| at_head(fault_of(&error, None), SHAPE))?;
    let columns = Columns::of(&head, unit, separator != ',').map_err(|(message, help)| at_head(message, &help))?;
    let mut found = Found::new(source);
    for record in table.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(1, csv::Position::line) + skipped;
                found.line(line, columns.figure(&record));
            }
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line) + skipped;
                found.line(line, Err(fault_of(&error, Some(&head))));
            }
        }
    }
    found.finish(source, SHAPE)
}

/// Where the columns stand.
struct Columns {
    names: [usize; 5],
    constraints: usize,
    time: (usize, TimeUnit),
    /// With the bytes in its unit.
    ram: Option<(usize, f64)>,
    proof: Option<(usize, f64)>,
    /// What else a row says of what was measured, with the name of the column.
    labels: Vec<(usize, String)>,
    /// Whether a comma may stand before the decimals.
    comma: bool,
}

impl Columns {
    /// What is wrong with the first line comes with what helps.
    fn of(head: &csv::StringRecord, unit: Option<TimeUnit>, comma: bool) -> Result<Self, (String, String)> {
        let columns: Vec<(&str, Option<&str>)> = head.iter().map(with_unit).collect();
        let at = |name: &str| columns.iter().position(|(column, _)| *column == name);
        let needed = NAMES.iter().chain(&["nbConstraints", "time"]);
        let missing: Vec<String> = needed.filter(|name| at(name).is_none()).map(|name| format!("`{name}`")).collect();
        if !missing.is_empty() {
            let columns = if missing.len() == 1 { "column" } else { "columns" };
            return Err((format!("no {columns} {}", missing.join(", ")), SHAPE.into()));
        }
        let place = |name: &str| at(name).unwrap_or_default();
        let said = columns[place("time")].1;
        let time = match (said.map(TimeUnit::named), unit) {
            (Some(None), _) => {
                let message = format!("the unit of times `{}` is not known", said.unwrap_or_default());
                return Err((message, "units of times: ns, us, µs, ms, s".into()));
            }
            (Some(Some(said)), Some(unit)) if said != unit => {
                return Err(("the column of times has another unit than --unit".into(), "leave --unit out".into()));
            }
            (Some(Some(unit)), _) | (None, Some(unit)) => unit,
            (None, None) => {
                let message = "the unit of `time` depends on the file, and this one does not say it";
                return Err((message.into(), "say --unit us or --unit ms".into()));
            }
        };
        let memory = |name: &str| match at(name).map(|at| (at, columns[at].1)) {
            None => Ok(None),
            Some((at, None)) => Ok(Some((at, 1.0))),
            Some((at, Some(unit))) => match bytes(unit) {
                Some(bytes) => Ok(Some((at, bytes))),
                None => Err((
                    format!("the unit of `{name}`, `{unit}`, is not known"),
                    "units of memory: B, kB, MB, GB, KiB, MiB, GiB".to_owned(),
                )),
            },
        };
        let labels = columns.iter().enumerate();
        let labels = labels.filter(|(_, (name, _))| !NAMES.contains(name) && !MEASURES.contains(name));
        Ok(Self {
            names: NAMES.map(place),
            constraints: place("nbConstraints"),
            time: (place("time"), time),
            ram: memory("ram")?,
            proof: memory("proofSize")?,
            labels: labels.map(|(at, (name, _))| (at, (*name).to_owned())).collect(),
            comma,
        })
    }

    /// One row, or what is wrong with it.
    fn figure(&self, record: &csv::StringRecord) -> Result<Figure, String> {
        let field = |at: usize| record.get(at).unwrap_or_default();
        let number = |at: usize, what: &str| match field(at) {
            "" => Ok(None),
            text => match self.number(text) {
                Some(value) => Ok(Some(value)),
                None => Err(format!("`{what}`: found `{text}`; it must be a number from 0 up, or empty")),
            },
        };
        let amount = |column: Option<(usize, f64)>, what: &str| match column {
            Some((at, bytes)) => number(at, what).map(|number| number.map(|number| number * bytes)),
            None => Ok(None),
        };
        let size = match field(self.constraints) {
            "" => None,
            text => {
                Some(text.parse().map_err(|_| format!("`nbConstraints`: found `{text}`; it must be a whole number"))?)
            }
        };
        Ok(Figure {
            operation: self.names.map(field).join("."),
            size,
            unit_of_size: if size.is_some() { "constraints".into() } else { String::new() },
            labels: self.labels.iter().map(|(at, name)| (name.clone(), field(*at).to_owned())).collect(),
            ms: self.time.1.ms(number(self.time.0, "time")?.unwrap_or(0.0)),
            bytes: amount(self.proof, "proofSize")?.filter(|bytes| *bytes > 0.0),
            memory_mb: amount(self.ram, "ram")?.map(|bytes| bytes / 1e6),
            ..Figure::default()
        })
    }

    /// A number from 0 up.
    fn number(&self, text: &str) -> Option<f64> {
        let decimal = self.comma && text.matches(',').count() == 1 && !text.contains('.');
        let number = if decimal { text.replace(',', ".").parse() } else { text.parse() };
        number.ok().filter(|value: &f64| value.is_finite() && *value >= 0.0)
    }
}

/// The name of a column and the unit in brackets behind it.
fn with_unit(column: &str) -> (&str, Option<&str>) {
    match column.strip_suffix(')').and_then(|column| column.split_once('(')) {
        Some((name, unit)) => (name.trim(), Some(unit.trim())),
        None => (column, None),
    }
}
