//! Runs of a real system that the model is shown beside: rows of a CSV file, with the spread between the runs.
//!
//! The file keeps the columns of its publication; the scenario says which of them mean what, and in which unit.

use std::collections::BTreeMap;
use std::path::Path;

use crate::quantity::measure;
use crate::reading::{Places, Problem, Problems, Source};
use crate::spec::ReferenceSpec;

/// Files of the library by name.
const LIBRARY: [(&str, &str); 1] =
    [("hotstuff_2chain.csv", include_str!("../library/measurements/hotstuff_2chain.csv"))];

/// Runs of a real system over the values of one key.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Name in tables and charts.
    pub name: String,
    /// Design that models them.
    pub design: String,
    /// Key that they vary.
    pub key: String,
    /// Metric of the model that they measured.
    pub metric: String,
    /// What the model leaves out that they have.
    pub leaves_out: String,
    /// Where they were published.
    pub source: String,
    /// The runs, by the value of the key.
    pub runs: Vec<RealRun>,
}

/// What runs of a real system gave at one value of the key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RealRun {
    /// Value of the key in its base unit.
    pub at: f64,
    /// Mean over the runs, in the unit of the metric.
    pub mean: f64,
    /// Standard deviation over the runs, where it was published.
    pub deviation: Option<f64>,
}

/// Reads the runs that a scenario names.
pub(crate) fn read(
    specs: &[ReferenceSpec],
    designs: &[String],
    places: &Places<'_>,
) -> Result<Vec<Reference>, Problems> {
    let (mut references, mut problems) = (Vec::new(), Problems::new());
    for (index, spec) in specs.iter().enumerate() {
        let key = |name: &str| format!("reference.{index}.{name}");
        if !designs.contains(&spec.design) {
            let message = format!("no design `{}`; designs: {}", spec.design, designs.join(", "));
            problems.push(places.problem(&key("design"), message));
            continue;
        }
        let source = match source(&spec.file, &places.source_name(&key("file"))) {
            Ok(source) => source,
            Err(found) => {
                found.iter().for_each(|problem| problems.push(problem.clone()));
                continue;
            }
        };
        match runs(spec, &source) {
            Ok(runs) => references.push(Reference {
                name: spec.name.clone(),
                design: spec.design.clone(),
                key: spec.key.clone(),
                metric: spec.metric.clone(),
                leaves_out: spec.leaves_out.clone(),
                source: spec.source.clone(),
                runs,
            }),
            Err(Unusable::OfKey(name, message)) => problems.push(places.problem(&key(name), message)),
            Err(Unusable::OfFile(problem)) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(references) } else { Err(problems) }
}

/// The text behind a name: a file of the library, or one beside the scenario.
fn source(name: &str, said_in: &str) -> Result<Source, Problems> {
    if let Some((_, text)) = LIBRARY.iter().find(|(known, _)| *known == name) {
        return Ok(Source::new(format!("{name} (library)"), *text));
    }
    let folder = Path::new(said_in).parent().map(Path::to_owned).unwrap_or_default();
    Source::open_as(&folder.join(name), "CSV file", "row")
}

/// Why no runs can be read.
enum Unusable {
    /// In the scenario: the key, and what is wrong with it.
    OfKey(&'static str, String),
    /// In the file.
    OfFile(Box<Problem>),
}

fn runs(spec: &ReferenceSpec, source: &Source) -> Result<Vec<RealRun>, Unusable> {
    let broken = |message: String| {
        let help = "a CSV file has a head with the names of its columns, and a field for each of them in every row";
        Unusable::OfFile(Box::new(Problem::new(source, None, message).with_help(help)))
    };
    let mut reader = csv::Reader::from_reader(source.text.as_bytes());
    let head = reader.headers().map_err(|error| broken(error.to_string()))?.clone();
    let column = |key: &'static str, name: &str| {
        let all = head.iter().collect::<Vec<_>>().join(", ");
        let found = head.iter().position(|column| column == name);
        found.ok_or_else(|| Unusable::OfKey(key, format!("{} has no column `{name}`; columns: {all}", source.name)))
    };
    let (at, mean) = (column("at", &spec.at)?, column("mean", &spec.mean)?);
    let deviation = spec.deviation.as_ref().map(|name| column("deviation", name)).transpose()?;
    let wanted: BTreeMap<usize, &str> = (spec.rows.iter())
        .map(|(name, value)| Ok((column("rows", name)?, value.as_str())))
        .collect::<Result<_, Unusable>>()?;
    let mut runs = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(error.to_string()))?;
        if wanted.iter().any(|(column, value)| record.get(*column) != Some(value)) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let figure = |column: usize, unit: &str| {
            let text = record.get(column).unwrap_or_default();
            let value = text.trim().parse::<f64>().ok().and_then(|_| measure(&format!("{text} {unit}")));
            let message = || format!("line {line}: `{text}` in `{}` is not a number in `{unit}`", &head[column]);
            value.map(|(value, _)| value).ok_or_else(|| broken(message()))
        };
        let deviation = deviation.map(|column| figure(column, &spec.unit)).transpose()?;
        runs.push(RealRun { at: figure(at, &spec.at_unit)?, mean: figure(mean, &spec.unit)?, deviation });
    }
    if runs.is_empty() {
        return Err(Unusable::OfKey("rows", format!("{} has no such row", source.name)));
    }
    runs.sort_by(|a, b| a.at.total_cmp(&b.at));
    Ok(runs)
}
