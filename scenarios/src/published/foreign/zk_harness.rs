//! zk-Harness: CSV with the columns `framework,category,backend,curve,circuit,input,operation,nbConstraints,nbSecret,nbPublic,ram,
//! time,proofSize,count`, `ram` in bytes, `time` in µs or ms depending on the file. A unit may stand behind the name of a column, as in
//! `time(ms)`, `Time [ms]` or `time_ms`. What a spreadsheet made of it is read as well: semicolons or tabs between the fields, a comma before the decimals.

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
    let records: Vec<_> = table.records().collect();
    let with =
        |sign: char| records.iter().flatten().any(|record| columns.measures(record).any(|text| text.contains(sign)));
    if with(',') && with('.') {
        let message =
            "numbers with commas beside numbers with points: which of them stands before the decimals is not said";
        return Err(at_head(message.into(), "write all numbers in one way"));
    }
    for record in records {
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

/// The same, as far as they have a unit, as they are compared.
const MEASURED: [&str; 3] = ["ram", "time", "proofsize"];

/// What is wrong with a table, and what helps.
type Refusal = (String, String);

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

/// What the name of a column says: the name as it is compared, and the unit, if there is one.
struct Column<'a> {
    said: &'a str,
    name: String,
    unit: Option<&'a str>,
}

impl<'a> Column<'a> {
    /// The unit stands in brackets behind the name, or as its last part: `time(ms)`, `Time [ms]`, `time_ms`.
    fn of(said: &'a str) -> Self {
        // Capitals and what joins the parts of a name tell nothing.
        let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let in_brackets = |(open, close): (char, char)| said.trim().strip_suffix(close)?.split_once(open);
        let as_part =
            || said.rsplit_once(['_', '-', ' ', '.', '/']).filter(|(name, _)| MEASURED.contains(&plain(name).as_str()));
        match [('(', ')'), ('[', ']'), ('{', '}')].into_iter().find_map(in_brackets).or_else(as_part) {
            Some((name, unit)) => Self { said, name: plain(name), unit: Some(unit.trim()) },
            None => Self { said, name: plain(said), unit: None },
        }
    }
}

/// The one column of this name, whether or not a unit is said; nothing where there is none.
fn only(columns: &[Column<'_>], name: &str) -> Result<Option<usize>, Refusal> {
    let plain = name.to_lowercase();
    let found: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].name == plain).collect();
    match found.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(*only)),
        several => {
            let said: Vec<String> = several.iter().map(|at| format!("`{}`", columns[*at].said)).collect();
            Err((format!("several columns are `{name}`: {}", said.join(", ")), "leave one of them".into()))
        }
    }
}

impl Columns {
    /// What is wrong with the first line comes with what helps.
    fn of(head: &csv::StringRecord, unit: Option<TimeUnit>, comma: bool) -> Result<Self, Refusal> {
        let columns: Vec<Column<'_>> = head.iter().map(Column::of).collect();
        let mut missing = Vec::new();
        let mut place = |name: &str| {
            only(&columns, name).map(|found| {
                if found.is_none() {
                    missing.push(format!("`{name}`"));
                }
                found.unwrap_or_default()
            })
        };
        let mut names = [0; NAMES.len()];
        for (at, name) in names.iter_mut().zip(NAMES) {
            *at = place(name)?;
        }
        let (constraints, time) = (place("nbConstraints")?, place("time")?);
        if !missing.is_empty() {
            let columns = if missing.len() == 1 { "column" } else { "columns" };
            return Err((format!("no {columns} {}", missing.join(", ")), SHAPE.into()));
        }
        let labels = columns.iter().enumerate();
        let is_label = |name: &str| NAMES.iter().chain(&MEASURES).all(|other| other.to_lowercase() != name);
        let labels = labels.filter(|(_, column)| is_label(&column.name));
        Ok(Self {
            names,
            constraints,
            time: (time, unit_of_times(columns[time].unit, unit)?),
            ram: memory(&columns, "ram")?,
            proof: memory(&columns, "proofSize")?,
            labels: labels.map(|(at, column)| (at, column.said.to_owned())).collect(),
            comma,
        })
    }

    /// The numbers of a row that may have decimals.
    fn measures<'a>(&self, record: &'a csv::StringRecord) -> impl Iterator<Item = &'a str> {
        let places = [Some(self.time.0), self.ram.map(|(at, _)| at), self.proof.map(|(at, _)| at)];
        places.into_iter().flatten().filter_map(|at| record.get(at))
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
        let mut left_out = Vec::new();
        // Without them the time stands: they are left out with a word.
        let mut amount = |column: Option<(usize, f64)>, what: &str| {
            let (at, bytes) = column?;
            let number = number(at, what).unwrap_or_else(|fault| {
                left_out.push(fault);
                None
            });
            number.map(|number| number * bytes)
        };
        let (ram, proof) = (amount(self.ram, "ram"), amount(self.proof, "proofSize"));
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
            bytes: proof.filter(|bytes| *bytes > 0.0),
            memory_mb: ram.filter(|bytes| *bytes > 0.0).map(|bytes| bytes / 1e6),
            left_out,
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

/// The unit of all times, as the column or the user says.
fn unit_of_times(said: Option<&str>, asked: Option<TimeUnit>) -> Result<TimeUnit, Refusal> {
    match (said, said.map(TimeUnit::named), asked) {
        (Some(said), Some(None), _) => {
            Err((format!("the unit of times `{said}` is not known"), "units of times: ns, us, µs, ms, s".into()))
        }
        (_, Some(Some(said)), Some(asked)) if said != asked => {
            Err(("the column of times has another unit than --unit".into(), "leave --unit out".into()))
        }
        (_, Some(Some(unit)), _) | (_, None, Some(unit)) => Ok(unit),
        _ => {
            let message = "the unit of `time` depends on the file, and this one does not say it";
            Err((message.into(), "say --unit us or --unit ms".into()))
        }
    }
}

/// The column of an amount of memory, with the bytes in its unit.
fn memory(columns: &[Column<'_>], name: &str) -> Result<Option<(usize, f64)>, Refusal> {
    let Some(at) = only(columns, name)? else { return Ok(None) };
    let bytes = columns[at].unit.map_or(Ok(1.0), |unit| {
        let fault = || format!("the unit of `{name}`, `{unit}`, is not known");
        bytes(unit).ok_or_else(|| (fault(), "units of memory: B, kB, MB, GB, KiB, MiB, GiB".to_owned()))
    })?;
    Ok(Some((at, bytes)))
}
