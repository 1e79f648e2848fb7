//! zk-Harness: CSV with the columns `framework,category,backend,curve,circuit,input,operation,nbConstraints,nbSecret,nbPublic,ram,
//! time,proofSize,count`, `ram` in bytes, `time` in µs or ms depending on the file, sometimes named `time(ms)`.

use super::super::{line_of, malformed};
use super::{Figure, TimeUnit};
use crate::reading::{Problem, Problems, Source};

const SHAPE: &str = "zk-Harness's CSV: framework,category,backend,curve,circuit,input,operation,nbConstraints,nbSecret,\
                     nbPublic,ram,time,proofSize,count";
/// The columns that make up the name of an operation.
const NAMES: [&str; 5] = ["framework", "backend", "curve", "circuit", "operation"];

/// Every row; those without a time have the time 0.
pub(super) fn figures(source: &Source, unit: Option<TimeUnit>) -> Result<Vec<Figure>, Problems> {
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source.text.as_bytes());
    let head = table.headers().cloned().map_err(|error| Problems::from(malformed(source, &error, None)))?;
    let columns = Columns::of(source, &head, unit)?;
    let (mut figures, mut problems) = (Vec::new(), Problems::new());
    for record in table.records() {
        let found = record.map_err(|error| malformed(source, &error, Some(&head))).and_then(|record| {
            let line = record.position().map_or(1, csv::Position::line);
            let wrong = |message| Problem::new(source, Some(line_of(source, line)), message).with_help(SHAPE);
            columns.figure(&record).map_err(wrong)
        });
        match found {
            Ok(figure) => figures.push(figure),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() && figures.is_empty() {
        problems.push(Problem::new(source, None, "no row").with_help(SHAPE));
    }
    if problems.is_empty() { Ok(figures) } else { Err(problems) }
}

/// Where the columns stand.
struct Columns {
    names: [usize; 5],
    constraints: usize,
    time: usize,
    /// Milliseconds in its unit.
    ms: f64,
    ram: Option<usize>,
    proof: Option<usize>,
}

impl Columns {
    fn of(source: &Source, head: &csv::StringRecord, unit: Option<TimeUnit>) -> Result<Self, Problems> {
        let at = |name: &str| head.iter().position(|column| column == name);
        let error = |message: String, help: &str| -> Problems {
            Problem::new(source, Some(line_of(source, 1)), message).with_help(help).into()
        };
        let need = |name: &str| at(name).ok_or_else(|| error(format!("no column `{name}`"), SHAPE));
        let named = |names: &[&str]| names.iter().find_map(|name| at(name));
        let (milli, micro) = (named(&["time(ms)"]), named(&["time(us)", "time(µs)"]));
        let said = milli.map(|at| (at, TimeUnit::Milliseconds)).or(micro.map(|at| (at, TimeUnit::Microseconds)));
        let (time, unit) = match (said, unit) {
            (Some((_, said)), Some(unit)) if said != unit => {
                return Err(error("the column of times has another unit than --unit".into(), "leave --unit out"));
            }
            (Some(said), _) => said,
            (None, Some(unit)) => (need("time")?, unit),
            (None, None) => {
                need("time")?;
                let message = "the unit of `time` depends on the file, and this one does not say it".into();
                return Err(error(message, "say --unit us or --unit ms"));
            }
        };
        let [framework, backend, curve, circuit, operation] = NAMES;
        Ok(Self {
            names: [need(framework)?, need(backend)?, need(curve)?, need(circuit)?, need(operation)?],
            constraints: need("nbConstraints")?,
            time,
            ms: if unit == TimeUnit::Milliseconds { 1.0 } else { 1e-3 },
            ram: at("ram"),
            proof: at("proofSize"),
        })
    }

    /// One row, or what is wrong with it.
    fn figure(&self, record: &csv::StringRecord) -> Result<Figure, String> {
        let field = |at: usize| record.get(at).unwrap_or_default();
        let number = |at: usize, what: &str| match field(at) {
            "" => Ok(None),
            text => match text.parse::<f64>() {
                Ok(value) if value.is_finite() && value >= 0.0 => Ok(Some(value)),
                _ => Err(format!("`{what}`: found `{text}`; it must be a number from 0 up, or empty")),
            },
        };
        let optional = |at: Option<usize>, what: &str| at.map_or(Ok(None), |at| number(at, what));
        let size = field(self.constraints);
        let size = match size {
            "" => None,
            text => {
                Some(text.parse().map_err(|_| format!("`nbConstraints`: found `{text}`; it must be a whole number"))?)
            }
        };
        Ok(Figure {
            operation: self.names.map(field).join("."),
            size,
            unit_of_size: "constraints".into(),
            ms: number(self.time, "time")?.unwrap_or(0.0) * self.ms,
            bytes: optional(self.proof, "proofSize")?.filter(|bytes| *bytes > 0.0),
            memory_mb: optional(self.ram, "ram")?.map(|bytes| bytes / 1e6),
            ..Figure::default()
        })
    }
}
