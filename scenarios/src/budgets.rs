//! A file of budgets: limits on what operations may take, and changes that were accepted.
//!
//! ```toml
//! [[budget]]
//! operation = "ml_dsa_65.verify"
//! size = 1
//! time = "60 us"
//!
//! [[accept]]
//! operation = "stark.prove"
//! change = "8 %"
//! until = "2027-03-31"
//! why = "128-bit security"
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use calibrate::Calibration;
use calibrate::gate::limit;
use calibrate::gate::line::{Accepted, Figure, Line};
use calibrate::gate::votes::Verdict;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::pattern::matches;
use crate::quantity::{Bytes, Duration, Positive, Rate};
use crate::reading::{Layer, Places, Problem, Problems, Source, meant, read_with_places};

/// A file of budgets.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct File {
    /// Limits.
    #[serde(default)]
    budget: Vec<Limits>,
    /// Changes that were accepted.
    #[serde(default)]
    accept: Vec<Acceptance>,
}

/// Limits on an operation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Limits {
    /// Name of the operation; `*` stands for anything.
    operation: String,
    /// The size; left out: every size that was measured.
    #[schemars(range(min = 1))]
    size: Option<u64>,
    /// Most that a run may take.
    time: Option<Positive<Duration>>,
    /// Most that a run may take for each unit of its size.
    time_per_unit: Option<Positive<Duration>>,
    /// Fewest units of the size by the second.
    throughput: Option<Positive<Rate>>,
    /// Most by which a run may raise memory.
    memory: Option<Positive<Bytes>>,
    /// Largest result.
    output: Option<Positive<Bytes>>,
    /// Most of what the operation counts, by name.
    #[serde(default)]
    counters: BTreeMap<String, f64>,
    /// Processor that the limits are meant for; `*` stands for anything. Left out: every one.
    host: Option<String>,
    /// Who says so.
    source: Option<String>,
}

/// A change that was accepted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    /// Name of the operation; `*` stands for anything.
    operation: String,
    /// How much worse than its reference a figure may be, like `8 %`.
    change: Change,
    /// Last day, like `2027-03-31`.
    until: String,
    /// Why.
    #[schemars(length(min = 1))]
    why: String,
}

/// A share that may be above 100 %.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
struct Change(f64);

impl TryFrom<String> for Change {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let percent = text.trim().strip_suffix('%').and_then(|percent| percent.trim().parse::<f64>().ok());
        let share =
            percent.filter(|percent| *percent > 0.0 && *percent <= 1_000.0).map(|percent| Self(percent / 100.0));
        share.ok_or_else(|| format!("`{text}` is no change; give a share above 0 and up to 1000 %, like `8 %`"))
    }
}

/// What a file of budgets says.
#[derive(Debug, Clone)]
pub struct Budgets {
    budgets: Vec<Budget>,
    accepted: Vec<(String, Accepted)>,
    /// The file, to find mistakes in again.
    layers: [Layer; 1],
}

#[derive(Debug, Clone)]
struct Budget {
    /// Its key, for messages.
    key: String,
    operation: String,
    size: Option<u64>,
    limits: Vec<(Figure, f64)>,
    host: Option<String>,
    source: Option<String>,
}

/// Budgets that ship with the program, by name.
pub fn budget_library() -> &'static [(&'static str, &'static str)] {
    &[("s2", include_str!("../library/budgets/s2.toml")), ("s3", include_str!("../library/budgets/s3.toml"))]
}

impl Budgets {
    /// Reads those of a name in the library, or of a file.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn open(name: &str) -> Result<Self, Problems> {
        let shipped = budget_library().iter().find(|(known, _)| *known == name);
        let source = match shipped {
            Some((name, text)) => Source::new(format!("library/budgets/{name}.toml"), *text),
            None => Source::open(Path::new(name)).map_err(|problems| unknown(name, problems))?,
        };
        Self::read(source)
    }

    fn read(source: Source) -> Result<Self, Problems> {
        let layers = [Layer::File(source)];
        let (file, places) = read_with_places::<File>(&layers)?;
        let mut problems = Problems::new();
        let mut budgets = Vec::new();
        for (place, limits) in file.budget.into_iter().enumerate() {
            let budget = Budget::of(format!("budget.{place}"), limits);
            if budget.limits.is_empty() {
                let message = "no limit; give `time`, `time_per_unit`, `throughput`, `memory`, `output` or `counters`";
                problems.push(places.problem(&budget.key, message));
            }
            let negative = |(_, limit): &&(Figure, f64)| !limit.is_finite() || *limit < 0.0;
            if let Some((Figure::Counter(name), limit)) = budget.limits.iter().find(negative) {
                let key = format!("{}.counters.{name}", budget.key);
                problems.push(places.problem(&key, format!("found {limit}; a count is 0 or more")));
            }
            budgets.push(budget);
        }
        let mut accepted = Vec::new();
        for (place, Acceptance { operation, change: Change(change), until, why }) in file.accept.into_iter().enumerate()
        {
            if chrono::NaiveDate::parse_from_str(&until, "%Y-%m-%d").is_err() {
                let key = format!("accept.{place}.until");
                problems.push(places.problem(&key, format!("found `{until}`; give a day, like 2027-03-31")));
            }
            accepted.push((operation, Accepted { change, until, why }));
        }
        if budgets.is_empty() && accepted.is_empty() {
            problems.push(places.problem("budget", "nothing is limited; write a table `[[budget]]` for each limit"));
        }
        drop(places);
        if problems.is_empty() { Ok(Self { budgets, accepted, layers }) } else { Err(problems) }
    }

    /// Names of the operations that have limits, of all that there are, with the sizes that are asked for: none where all are.
    pub fn limited<'n>(&'n self, names: impl Iterator<Item = &'n str>) -> Vec<(&'n str, Vec<u64>)> {
        let of = |name: &'n str| {
            let mine = || self.budgets.iter().filter(|budget| matches(&budget.operation, name));
            mine().next()?;
            let all = mine().any(|budget| budget.size.is_none());
            Some((name, if all { Vec::new() } else { mine().filter_map(|budget| budget.size).collect() }))
        };
        names.filter_map(of).collect()
    }

    /// The operations that limits name, as they are written.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.budgets.iter().map(|budget| budget.operation.as_str())
    }

    /// Whether anything is limited.
    pub fn has_limits(&self) -> bool {
        !self.budgets.is_empty()
    }

    /// Judges what a calibration measured. `change` is the change that the gate looks for.
    ///
    /// # Errors
    /// Every limit that no measurement is about.
    pub fn judge(&self, calibration: &Calibration, change: f64) -> Result<Vec<Line>, Problems> {
        let places = read_with_places::<File>(&self.layers)?.1;
        let mut lines = Vec::new();
        let mut unmatched = Vec::new();
        for budget in &self.budgets {
            for (figure, limit) in &budget.limits {
                let found = budget.lines(calibration, figure, *limit, change);
                if found.is_empty() {
                    unmatched.push(budget.unmatched(figure, calibration, &places));
                }
                lines.extend(found);
            }
        }
        if unmatched.is_empty() {
            return Ok(lines);
        }
        let limits: usize = self.budgets.iter().map(|budget| budget.limits.len()).sum();
        let count = format!("{} of {limits} limits had no measurement", unmatched.len());
        let mut problems: Problems = places.problem("budget", count).into();
        unmatched.into_iter().for_each(|problem| problems.push(problem));
        Err(problems)
    }

    /// Operations of accepted changes that none of the lines is about, as they are written.
    pub fn idle<'b>(&'b self, lines: &'b [Line]) -> impl Iterator<Item = &'b str> {
        let names = self.accepted.iter().map(|(operation, _)| operation.as_str());
        names.filter(|name| !lines.iter().any(|line| matches(name, &line.operation)))
    }

    /// Applies what was accepted: a failure that is not worse than that passes until the last day, and says so. `today` is a date.
    pub fn accept(&self, lines: &mut [Line], today: &str) {
        for line in lines.iter_mut().filter(|line| line.verdict == Verdict::Fail) {
            let mine = self.accepted.iter().filter(|(operation, _)| matches(operation, &line.operation));
            let Some((_, accepted)) = mine.max_by(|(_, one), (_, other)| one.until.cmp(&other.until)) else { continue };
            if accepted.until.as_str() < today {
                line.why = Some(format!("the change was accepted until {} only", accepted.until));
            } else if line.worse_by() > accepted.change {
                let percent = accepted.change * 100.0;
                line.why = Some(format!("worse than the {percent:.1} % that were accepted"));
            } else {
                line.verdict = Verdict::Pass;
                line.accepted = Some(accepted.clone());
            }
        }
    }
}

/// A name that is neither in the library nor a file.
fn unknown(name: &str, problems: Problems) -> Problems {
    let is_path = name.contains(['/', '.']);
    if is_path {
        return problems;
    }
    let names = budget_library().iter().map(|(name, _)| *name);
    let help = format!(
        "{}in the library: {}; or give the path of a file",
        meant(name, names.clone()),
        names.collect::<Vec<_>>().join(", ")
    );
    let source = Source::new(name, "");
    Problem::new(&source, None, "there are no such budgets").with_help(help).into()
}

impl Budget {
    fn of(key: String, limits: Limits) -> Self {
        let Limits { operation, size, time, time_per_unit, throughput, memory, output, counters, host, source } =
            limits;
        let seconds = |figure, value: Option<Positive<Duration>>| value.map(|value| (figure, value.seconds()));
        let bytes = |figure, value: Option<Positive<Bytes>>| value.map(|value| (figure, value.bytes()));
        let limits = [
            seconds(Figure::Time, time),
            seconds(Figure::TimePerUnit, time_per_unit),
            throughput.map(|value| (Figure::Throughput, value.per_second())),
            bytes(Figure::Memory, memory),
            bytes(Figure::Output, output),
        ];
        let counters = counters.into_iter().map(|(name, limit)| (Figure::Counter(name), limit));
        let limits = limits.into_iter().flatten().chain(counters).collect();
        Self { key, operation, size, limits, host, source }
    }

    fn lines(&self, calibration: &Calibration, figure: &Figure, limit: f64, change: f64) -> Vec<Line> {
        let operations = calibration.operations.iter().filter(|one| matches(&self.operation, &one.description.name));
        let points = operations.flat_map(|measured| measured.points.iter().map(move |point| (measured, point)));
        let sized = points.filter(|(_, point)| self.size.is_none_or(|size| point.size == size));
        let lines = sized.filter_map(|(measured, point)| limit::judge(measured, point, figure, limit, change));
        let foreign = self.host.as_ref().filter(|host| !matches(host, &calibration.host.cpu));
        let sourced = |line: Line| Line { source: self.source.clone(), ..line };
        let told = |line: Line| match foreign {
            None => line,
            Some(host) => {
                let would = match line.verdict {
                    Verdict::Pass => "it would pass here",
                    Verdict::Fail => "it would fail here",
                    Verdict::Undecided => "it would be undecided here too",
                };
                let why = format!("the limit is for {host}, and this is {}: {would}", calibration.host.cpu);
                Line { verdict: Verdict::Undecided, why: Some(why), ..line }
            }
        };
        lines.map(sourced).map(told).collect()
    }

    /// Says that nothing was measured that a limit is about.
    fn unmatched(&self, figure: &Figure, calibration: &Calibration, places: &Places<'_>) -> Problem {
        let name = match figure {
            Figure::Time => "time".to_owned(),
            Figure::TimePerUnit => "time_per_unit".into(),
            Figure::Throughput => "throughput".into(),
            Figure::Memory => "memory".into(),
            Figure::Output => "output".into(),
            Figure::Counter(name) => format!("counters.{name}"),
        };
        let names: Vec<&str> = calibration.operations.iter().map(|one| one.description.name.as_str()).collect();
        let named: Vec<_> =
            calibration.operations.iter().filter(|one| matches(&self.operation, &one.description.name)).collect();
        let key = &self.key;
        if named.is_empty() {
            let help = format!("{}measured: {}", meant(&self.operation, names.iter().copied()), names.join(", "));
            return places.problem(&format!("{key}.operation"), "no measurement of this operation").with_help(help);
        }
        let sizes: Vec<u64> = named.iter().flat_map(|one| one.points.iter().map(|point| point.size)).collect();
        match self.size {
            Some(size) if !sizes.contains(&size) => {
                let sizes: Vec<String> = sizes.iter().map(u64::to_string).collect();
                places
                    .problem(&format!("{key}.size"), "not measured at this size")
                    .with_help(format!("measured: {}", sizes.join(", ")))
            }
            _ => places.problem(&format!("{key}.{name}"), "the measurement does not have this figure"),
        }
    }
}
