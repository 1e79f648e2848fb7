//! criterion: `<group>/<bench>/<baseline>/estimates.json` with the mean in nanoseconds and its interval; `benchmark.json` beside it,
//! where there is one, says the names, which the folders only spell. The baseline is `new` for the last run, another where a run was
//! kept under a name.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::super::files;
use super::baselines::BASELINE;
use super::figure::{Figure, Found};
use super::json::{Entries, document};
use super::units::TimeUnit;
use crate::reading::{Problem, Problems, Source};

/// What a reader is told that the file must be.
const SHAPE: &str = "criterion's estimates.json: {\"mean\": {\"confidence_interval\": {\"confidence_level\", \"lower_bound\", \
                     \"upper_bound\"}, \"point_estimate\"}, …} in nanoseconds";
const CRITCMP: &str =
    "critcmp's export: {\"name\", \"benchmarks\": {\"name\": {\"criterion_estimates_v1\": {\"mean\": …}}}}";
const ESTIMATES: &str = "estimates.json";
/// Folders beside the baselines: the run before the last, and ratios of both, which are no times.
const COMPARED: [&str; 2] = ["base", "change"];
/// What else lies in a folder of a baseline.
const BESIDE: [&str; 4] = ["benchmark.json", "sample.json", "tukey.json", "raw.csv"];

/// What the samples of a benchmark look like.
const SAMPLES: &str = "criterion's sample.json has `iters` and `times`, as many of each; run the benchmark again";

#[derive(Deserialize)]
struct Benchmark {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
    directory_name: Option<PathBuf>,
}

/// What a file is in a folder of criterion.
pub(super) enum Role {
    /// The estimates that are meant.
    Meant,
    /// Only of a baseline that is not meant, with its name.
    OfBaseline(String),
    /// It belongs to others.
    Beside,
    /// None of criterion.
    Foreign,
}

/// The baselines whose results are among these files; ratios of two runs are none.
pub(super) fn baselines(files: &[PathBuf]) -> BTreeSet<String> {
    files.iter().filter_map(|file| baseline_of(file)).filter(|name| name != "change").collect()
}

/// What a file is where this baseline is meant; `files` are all, in order.
pub(super) fn role(file: &Path, baseline: &str, files: &[PathBuf]) -> Role {
    let is_there = |path: PathBuf| files.binary_search(&path).is_ok();
    let Some(of) = baseline_of(file) else {
        let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let beside = BESIDE.contains(&name) && is_there(file.with_file_name(ESTIMATES));
        let of_report = file.components().any(|part| part.as_os_str() == "report");
        let drawn = of_report && (name.ends_with(".html") || name.ends_with(".svg"));
        return if beside || drawn { Role::Beside } else { Role::Foreign };
    };
    let meant = || Some(file.parent()?.with_file_name(baseline).join(ESTIMATES));
    if of == baseline {
        Role::Meant
    } else if COMPARED.contains(&of.as_str()) || meant().is_some_and(is_there) {
        Role::Beside
    } else {
        Role::OfBaseline(of)
    }
}

/// The name of the folder in which estimates lie.
fn baseline_of(file: &Path) -> Option<String> {
    file.ends_with(ESTIMATES).then(|| Some(file.parent()?.file_name()?.to_string_lossy().into_owned()))?
}

/// The mean of one benchmark; `root` is the folder that is imported, if one is.
pub(super) fn figure(path: &Path, source: &Source, root: &Path) -> Result<Found, Problems> {
    let estimates: Value = document(source, SHAPE)?;
    let refused =
        |message: String, help: &str| -> Problems { Problem::new(source, None, message).with_help(help).into() };
    if baseline_of(path).is_some_and(|name| name == "change") {
        return Err(refused(
            "these are ratios of two runs and no times".into(),
            "take new/estimates.json beside `change`",
        ));
    }
    let unnamed = || {
        let help = "give the path as criterion lays it out: …/<group>/<bench>/new/estimates.json";
        refused("the path does not say the name of the benchmark".into(), help)
    };
    // Of a file with a name of its own, the folders above say nothing.
    let baseline = baseline_of(path).ok_or_else(unnamed)?;
    let folder = path.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    let beside = path.with_file_name("benchmark.json");
    let names =
        if beside.is_file() { named(&files::open(&beside, "file of criterion", "name")?)? } else { spelt(folder) };
    let (Some(last), Some(_)) = (names.ids.last(), folder.file_name()) else {
        return Err(unnamed());
    };
    let mut figure = estimated(&names.ids, &estimates).map_err(|message| refused(message, SHAPE))?;
    figure.operation.push_str(number(folder, last));
    figure.samples_ms = samples(&path.with_file_name("sample.json"))?;
    // Benchmarks of one name are told apart by what they lie below, or at least by where they lie.
    let below = |folder: &Path| folder.strip_prefix(root).unwrap_or(folder).display().to_string();
    let above = folder.ancestors().nth(names.folders.components().count()).filter(|_| folder.ends_with(&names.folders));
    figure.labels = vec![("root".into(), below(above.unwrap_or(folder))), ("folder".into(), below(folder))];
    figure.labels.push((BASELINE.into(), baseline));
    let mut found = Found::new(source);
    found.whole(figure);
    found.finish(source, SHAPE)
}

/// The samples beside the estimates \[ms\]: times by numbers of iterations; none where the file is not there.
fn samples(path: &Path) -> Result<Vec<f64>, Problems> {
    #[derive(Deserialize)]
    struct Samples {
        iters: Vec<f64>,
        times: Vec<f64>,
    }
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let source = files::open(path, "file of criterion", "sample")?;
    let broken = |message: &str| Problems::from(Problem::new(&source, None, message).with_help(SAMPLES));
    let Samples { iters, times } = document(&source, SAMPLES)?;
    let each: Vec<f64> = iters.iter().zip(&times).map(|(count, ns)| TimeUnit::Nanoseconds.ms(ns / count)).collect();
    match iters.len() == times.len() && each.iter().all(|ms| ms.is_finite() && *ms > 0.0) {
        true => Ok(each),
        false => Err(broken("samples are no times above 0, one for each number of iterations")),
    }
}

/// Every mean of an export of critcmp.
pub(super) fn critcmp(source: &Source) -> Result<Found, Problems> {
    #[derive(Deserialize)]
    struct Export {
        benchmarks: Entries,
    }
    let Export { benchmarks: Entries(benchmarks) } = document(source, CRITCMP)?;
    let mut found = Found::new(source);
    for (name, benchmark) in benchmarks {
        let ids: Vec<String> = match serde_json::from_value::<Benchmark>(benchmark["criterion_benchmark_v1"].clone()) {
            Ok(said) => said.ids(),
            Err(_) => name.split('/').map(str::to_owned).collect(),
        };
        let figure = estimated(&ids, &benchmark["criterion_estimates_v1"]).map(|figure| {
            let baseline = benchmark["baseline"].as_str().unwrap_or_default().to_owned();
            Figure { labels: vec![(BASELINE.into(), baseline)], ..figure }
        });
        found.entry(&name, figure);
    }
    found.finish(source, CRITCMP)
}

/// The mean of estimates with its interval.
fn estimated(ids: &[String], estimates: &Value) -> Result<Figure, String> {
    let mean = &estimates["mean"];
    let unit = TimeUnit::Nanoseconds;
    let time = mean["point_estimate"].as_f64().ok_or("`mean` has no `point_estimate`")?;
    let interval = &mean["confidence_interval"];
    let level = interval["confidence_level"].as_f64().ok_or("`mean` has no `confidence_interval` with its level")?;
    let mut figure = Figure::named(ids.iter().map(String::as_str), unit.ms(time));
    if level == 0.95 {
        return Ok(figure.within(interval["lower_bound"].as_f64(), interval["upper_bound"].as_f64(), unit));
    }
    // Another confidence would be another half-width: it is left out rather than rescaled.
    figure.left_out.push(format!("its interval is of confidence {level}, and not 0.95"));
    Ok(figure)
}

/// The names of a benchmark, and the folders that criterion makes of them.
struct Names {
    ids: Vec<String>,
    folders: PathBuf,
}

impl Benchmark {
    fn ids(self) -> Vec<String> {
        [Some(self.group_id), self.function_id, self.value_str].into_iter().flatten().collect()
    }
}

fn named(source: &Source) -> Result<Names, Problems> {
    let mut benchmark: Benchmark =
        document(source, "criterion's benchmark.json: {\"group_id\", \"function_id\", \"value_str\"}")?;
    let folders = benchmark.directory_name.take();
    let ids = benchmark.ids();
    Ok(Names { folders: folders.unwrap_or_else(|| ids.iter().collect()), ids })
}

/// The folders between `criterion` and that of the baseline, or the last two above it.
fn spelt(folder: &Path) -> Names {
    let ids: Vec<String> = folder.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    let root = ids.iter().rposition(|name| name == "criterion").map(|root| root + 1);
    let ids = ids[root.unwrap_or(ids.len().saturating_sub(2))..].to_vec();
    Names { folders: ids.iter().collect(), ids }
}

/// The number that criterion gives the folder of a benchmark where another has its name already, like `_2`; otherwise nothing.
fn number<'a>(folder: &'a Path, id: &str) -> &'a str {
    let folder = folder.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let safe = id.replace(['?', '"', '/', '\\', '*', '<', '>', ':', '|', '^'], "_");
    let rest = folder.strip_prefix(safe.as_str()).unwrap_or_default();
    let numbered = rest.strip_prefix('_').is_some_and(|number| number.parse::<u32>().is_ok_and(|number| number > 1));
    if numbered { rest } else { "" }
}
