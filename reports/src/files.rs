//! Writes a whole report into a folder: documents, tables and charts.
//!
//! The files of a report appear together, and those of an earlier report of the same kind are gone: see `folder.rs`.

use std::path::{Path, PathBuf};

use calibrate::gate::history::Series;
use calibrate::{Calibration, whole};
use planner::{
    Comparison, Contrast, Experiment, Judgements, Plan, Sensitivity, SideBySide, StormStudy, Sweep, SwitchStudy, Varied,
};

use crate::charts::Picture;
use crate::folder::{self, Belongs, CHARTS, Named};
use crate::kept::Kept;
use crate::{ReportError, bill, charts, frame, json, markdown, page, table};

/// What each kind of report consists of.
const COMPARISON: Belongs = &[
    "outcome.json",
    "metrics.csv",
    "metrics.parquet",
    "designs.csv",
    "bill.csv",
    "bill-focus.csv",
    "bill.md",
    "market.csv",
    "charts/capacity.*",
    "charts/throughput.*",
    "charts/latency.*",
    "charts/path.*",
    "charts/claims.*",
    "charts/cost.*",
    "charts/market.*",
    "bill.xlsx",
    "charts/bill.*",
    "charts/fleet.*",
    "report.html",
];
const CLAIMS: Belongs = &["claims.md", "claims.json", "charts/claims.*", "report.html"];
const CALIBRATION: Belongs = &["charts/curves.*", "charts/scaling.*", "report.html"];
const SWEEP: Belongs = &["variation.json", "variation.csv", "variation.parquet", "charts/variation*", "report.html"];
const SCENARIOS: Belongs = &["scenarios.json", "scenarios.csv", "charts/scenarios.*", "report.html"];
const VARIED: Belongs = &["scenarios-variation.json", "scenarios-variation.csv", "report.html"];
const SENSITIVITY: Belongs = &["sensitivity.json", "sensitivity.csv", "charts/tornado-*", "report.html"];
const PLAN: Belongs =
    &["plan.json", "plan.csv", "plan.md", "plan-growth.csv", "charts/plan.*", "charts/plan-growth.*", "report.html"];
const DIFFERENCE: Belongs = &["diff.json", "diff.md", "diff.html"];
const HISTORY: Belongs = &["charts/history.*"];
const STORM: Belongs = &["storm.json", "storm.csv", "charts/storm-*", "report.html"];
const SWITCHES: Belongs = &["switches.json", "switches.csv", "charts/switches-*", "report.html"];

/// Writes `outcome.json`, `metrics.csv`, `metrics.parquet`, `designs.csv`, the bill in four forms (`bill.csv`, `bill-focus.csv`,
/// `bill.md`, `bill.xlsx`), those of `charts/*.svg|png` that have something to show
/// and, where there is a prover market, `market.csv` below `folder`, which is made if it is not there, and returns their paths in
/// that order. `report.html` has all of it in one file.
///
/// # Errors
/// Everything is made before anything is written, so a [`ReportError::NotFinite`] or [`ReportError::Encode`] leaves
/// the folder untouched; [`ReportError::Write`] names the path that could not be written and what to do.
pub fn write_all(folder: &Path, comparison: &Comparison) -> Result<Vec<PathBuf>, ReportError> {
    folder::write(folder, COMPARISON, &of_comparison(comparison, json::kept_comparison(comparison)?)?)
}

fn of_comparison(comparison: &Comparison, document: String) -> Result<Vec<Named>, ReportError> {
    let mut frame = frame::metrics(comparison)?;
    let mut files = vec![
        (PathBuf::from("report.html"), page::comparison::page(comparison)?.into_bytes()),
        (PathBuf::from("outcome.json"), document.into_bytes()),
        (PathBuf::from("metrics.csv"), frame::csv(&mut frame)?),
        (PathBuf::from("metrics.parquet"), frame::parquet(&mut frame)?),
        (PathBuf::from("designs.csv"), frame::csv(&mut frame::designs(comparison)?)?),
    ];
    files.extend(bill_of(comparison)?);
    files.extend(drawn(named(charts::all(comparison)))?);
    files.extend(months(comparison)?);
    Ok(files)
}

/// The bill by line in every form; nothing where there is none.
fn bill_of(comparison: &Comparison) -> Result<Vec<Named>, ReportError> {
    if !bill::is_there(comparison) {
        return Ok(Vec::new());
    }
    Ok(vec![
        (PathBuf::from("bill.csv"), bill::csv(comparison)?),
        (PathBuf::from("bill-focus.csv"), bill::focus(comparison)?),
        (PathBuf::from("bill.md"), bill::page(comparison).into_bytes()),
        (PathBuf::from("bill.xlsx"), bill::sheet(comparison)?),
    ])
}

/// The prover market by the month.
fn months(comparison: &Comparison) -> Result<Option<Named>, ReportError> {
    let table = frame::months(comparison)?;
    table.map(|mut table| Ok((PathBuf::from("market.csv"), frame::csv(&mut table)?))).transpose()
}

/// Writes `report.html`, `claims.md` and `claims.json` below `folder`, which is made if it is not there.
///
/// # Errors
/// As for [`write_all`].
pub fn write_claims(folder: &Path, found: &Judgements) -> Result<Vec<PathBuf>, ReportError> {
    folder::write(folder, CLAIMS, &of_claims(found, json::kept_claims(found)?)?)
}

fn of_claims(found: &Judgements, document: String) -> Result<Vec<Named>, ReportError> {
    let mut files = vec![
        (PathBuf::from("report.html"), page::claims::page(found)?.into_bytes()),
        (PathBuf::from("claims.md"), markdown::claims(&found.claims).into_bytes()),
        (PathBuf::from("claims.json"), document.into_bytes()),
    ];
    let chart = charts::claims(&table::unique(&found.claims));
    files.extend(drawn(chart.map(|picture| ("claims".into(), picture)))?);
    Ok(files)
}

/// Writes `report.html` and the charts of a calibration to `charts/*.svg|png` below `folder`, which is made if it is not there.
///
/// # Errors
/// As for [`write_all`].
pub fn write_calibration(folder: &Path, calibration: &Calibration, command: &str) -> Result<Vec<PathBuf>, ReportError> {
    let mut files = vec![(PathBuf::from("report.html"), page::calibration::page(calibration, command)?.into_bytes())];
    files.extend(drawn(named(charts::calibration(calibration)))?);
    folder::write(folder, CALIBRATION, &files)
}

/// Writes the trend of checks to `charts/history.svg|png` below `folder`, which is made if it is not there.
///
/// # Errors
/// As for [`write_all`].
pub fn write_history(folder: &Path, series: &[Series]) -> Result<Vec<PathBuf>, ReportError> {
    folder::write(folder, HISTORY, &drawn(charts::history(series).map(|picture| ("history".into(), picture)))?)
}

/// Writes `report.html`, `variation.json`, `variation.csv`, `variation.parquet` and `charts/variation.svg|png` below `folder`.
///
/// # Errors
/// As for [`write_all`].
pub fn write_sweep(folder: &Path, sweep: &Sweep, command: &str) -> Result<Vec<PathBuf>, ReportError> {
    let mut frame = frame::sweep(sweep)?;
    let mut files = vec![
        (PathBuf::from("report.html"), page::sweep::page(sweep, command)?.into_bytes()),
        (PathBuf::from("variation.json"), json::sweep(sweep)?.into_bytes()),
        (PathBuf::from("variation.csv"), frame::csv(&mut frame)?),
        (PathBuf::from("variation.parquet"), frame::parquet(&mut frame)?),
    ];
    files.extend(drawn(charts::sweep(sweep).map(|picture| ("variation".into(), picture)))?);
    folder::write(folder, SWEEP, &files)
}

/// Writes `report.html`, `variation.json`, `variation.csv`, `variation.parquet` and `charts/variation*.svg|png` of points of several keys below
/// `folder`.
///
/// # Errors
/// As for [`write_all`].
pub fn write_experiment(folder: &Path, found: &Experiment, command: &str) -> Result<Vec<PathBuf>, ReportError> {
    let mut frame = frame::experiment(found)?;
    let mut files = vec![
        (PathBuf::from("report.html"), page::experiment::page(found, command)?.into_bytes()),
        (PathBuf::from("variation.json"), json::experiment(found)?.into_bytes()),
        (PathBuf::from("variation.csv"), frame::csv(&mut frame)?),
        (PathBuf::from("variation.parquet"), frame::parquet(&mut frame)?),
    ];
    files.extend(drawn(charts::experiment(found).into_iter().map(|(name, picture)| (file_name(&name), picture)))?);
    folder::write(folder, SWEEP, &files)
}

/// Writes `report.html`, `scenarios.json`, `scenarios.csv` and, where two rows have a finality and a cost, `charts/scenarios.svg|png` below `folder`.
///
/// # Errors
/// As for [`write_all`].
pub fn write_side_by_side(folder: &Path, found: &SideBySide, command: &str) -> Result<Vec<PathBuf>, ReportError> {
    let mut files = vec![
        (PathBuf::from("report.html"), page::side_by_side::page(found, command)?.into_bytes()),
        (PathBuf::from("scenarios.json"), json::side_by_side(found)?.into_bytes()),
        (PathBuf::from("scenarios.csv"), frame::csv(&mut frame::side_by_side(found)?)?),
    ];
    files.extend(drawn(charts::side_by_side(found).map(|picture| ("scenarios".into(), picture)))?);
    folder::write(folder, SCENARIOS, &files)
}

/// Writes `report.html`, `scenarios-variation.json` and `scenarios-variation.csv` below `folder`.
///
/// # Errors
/// As for [`write_all`].
pub fn write_varied_side_by_side(folder: &Path, found: &Varied, command: &str) -> Result<Vec<PathBuf>, ReportError> {
    let files = [
        (PathBuf::from("report.html"), page::sweep::of_scenarios(found, command)?.into_bytes()),
        (PathBuf::from("scenarios-variation.json"), json::varied_side_by_side(found)?.into_bytes()),
        (PathBuf::from("scenarios-variation.csv"), frame::csv(&mut frame::varied_side_by_side(found)?)?),
    ];
    folder::write(folder, VARIED, &files)
}

/// Writes `report.html`, `sensitivity.json`, `sensitivity.csv` and a chart `charts/tornado-DESIGN-BOOK.svg|png` for each case below `folder`.
///
/// # Errors
/// As for [`write_all`].
pub fn write_sensitivity(folder: &Path, found: &[Sensitivity], command: &str) -> Result<Vec<PathBuf>, ReportError> {
    let mut files = vec![
        (PathBuf::from("report.html"), page::sensitivity::page(found, command)?.into_bytes()),
        (PathBuf::from("sensitivity.json"), json::sensitivity(found)?.into_bytes()),
        (PathBuf::from("sensitivity.csv"), frame::csv(&mut frame::sensitivity(found)?)?),
    ];
    let name = |one: &Sensitivity| file_name(&format!("tornado-{}-{}", one.base.design, one.base.costs));
    files.extend(drawn(found.iter().filter_map(|one| Some((name(one), charts::tornado(one)?))))?);
    folder::write(folder, SENSITIVITY, &files)
}

/// Writes `report.html`, `switches.json`, `switches.csv` and a chart `charts/switches-DESIGN-BOOK.svg|png` for each case below `folder`.
///
/// # Errors
/// As for [`write_all`].
pub fn write_switches(folder: &Path, found: &[SwitchStudy], command: &str) -> Result<Vec<PathBuf>, ReportError> {
    let mut files = vec![
        (PathBuf::from("report.html"), page::switches::page(found, command)?.into_bytes()),
        (PathBuf::from("switches.json"), json::switches(found)?.into_bytes()),
        (PathBuf::from("switches.csv"), frame::csv(&mut frame::switches(found)?)?),
    ];
    let name = |one: &SwitchStudy| file_name(&format!("switches-{}-{}", one.base.design, one.base.costs));
    files.extend(drawn(found.iter().filter_map(|one| Some((name(one), charts::switches(one)?))))?);
    folder::write(folder, SWITCHES, &files)
}

/// Writes `report.html`, `storm.json`, `storm.csv` and a chart `charts/storm-DESIGN-BOOK.svg|png` for each case with a storm below `folder`.
///
/// # Errors
/// As for [`write_all`].
pub fn write_storms(folder: &Path, found: &[StormStudy], command: &str) -> Result<Vec<PathBuf>, ReportError> {
    let mut files = vec![
        (PathBuf::from("report.html"), page::storm::page(found, command)?.into_bytes()),
        (PathBuf::from("storm.json"), json::storms(found)?.into_bytes()),
        (PathBuf::from("storm.csv"), frame::csv(&mut frame::storms(found)?)?),
    ];
    let name = |one: &StormStudy| file_name(&format!("storm-{}-{}", one.design, one.costs));
    files.extend(drawn(found.iter().filter_map(|one| Some((name(one), charts::storm(one)?))))?);
    folder::write(folder, STORM, &files)
}

/// Writes `report.html`, `plan.json`, `plan.csv`, `plan.md`, where the load grows `plan-growth.csv` and, where any fleet is known,
/// `charts/plan.svg|png`, and `charts/plan-growth.svg|png` where the load grows, below `folder`.
///
/// # Errors
/// As for [`write_all`].
pub fn write_plan(folder: &Path, plan: &Plan) -> Result<Vec<PathBuf>, ReportError> {
    folder::write(folder, PLAN, &of_plan(plan, json::kept_plan(plan)?)?)
}

fn of_plan(plan: &Plan, document: String) -> Result<Vec<Named>, ReportError> {
    let mut files = vec![
        (PathBuf::from("report.html"), page::plan::page(plan)?.into_bytes()),
        (PathBuf::from("plan.json"), document.into_bytes()),
        (PathBuf::from("plan.csv"), frame::csv(&mut frame::plan(plan)?)?),
        (PathBuf::from("plan.md"), table::plan_page(plan).into_bytes()),
    ];
    files.extend(drawn(charts::plan(plan).map(|picture| ("plan".into(), picture)))?);
    files.extend(drawn(charts::growth(plan).map(|picture| ("plan-growth".into(), picture)))?);
    if let Some(growth) = &plan.growth {
        files.push((PathBuf::from("plan-growth.csv"), frame::csv(&mut frame::growth(growth)?)?));
    }
    Ok(files)
}

/// Writes `diff.html`, `diff.json` and `diff.md` below `folder`; `all` tells also what did not change, and every case in full.
///
/// # Errors
/// As for [`write_all`].
pub fn write_difference(folder: &Path, found: &Contrast, all: bool) -> Result<Vec<PathBuf>, ReportError> {
    let files = [
        (PathBuf::from("diff.html"), page::difference::page(found, all)?.into_bytes()),
        (PathBuf::from("diff.json"), json::difference(found)?.into_bytes()),
        (PathBuf::from("diff.md"), markdown::difference(found, all).into_bytes()),
    ];
    folder::write(folder, DIFFERENCE, &files)
}

/// Writes all that is made of a document that was kept, and the document as it was.
///
/// # Errors
/// As for [`write_all`].
pub fn write_again(folder: &Path, document: &Kept, text: String) -> Result<Vec<PathBuf>, ReportError> {
    match document {
        Kept::Comparison(comparison) => folder::write(folder, COMPARISON, &of_comparison(comparison, text)?),
        Kept::Plan(plan) => folder::write(folder, PLAN, &of_plan(plan, text)?),
        Kept::Claims(found) => folder::write(folder, CLAIMS, &of_claims(found, text)?),
    }
}

/// A name that every file system takes: what is no letter, digit, dash or dot becomes a dash.
fn file_name(name: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    name.chars().map(kept).take(120).collect()
}

fn named(pictures: impl IntoIterator<Item = (&'static str, Picture)>) -> impl Iterator<Item = (String, Picture)> {
    pictures.into_iter().map(|(name, picture)| (name.to_owned(), picture))
}

/// Each picture in both formats.
fn drawn(pictures: impl IntoIterator<Item = (String, Picture)>) -> Result<Vec<Named>, ReportError> {
    let mut files = Vec::new();
    for (name, picture) in pictures {
        files.push((Path::new(CHARTS).join(format!("{name}.svg")), picture.svg()?.into_bytes()));
        files.push((Path::new(CHARTS).join(format!("{name}.png")), picture.png()?));
    }
    Ok(files)
}

/// What was written, in words: `4 files and 2 charts (SVG and PNG)`; nothing where there is nothing.
pub fn in_words(written: &[PathBuf]) -> String {
    let counted = |count: usize, one: &str, several: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {several}")),
    };
    let is_chart = |path: &&PathBuf| path.parent().is_some_and(|folder| folder.ends_with(CHARTS));
    let drawn = written.iter().filter(is_chart).count();
    let files = counted(written.len() - drawn, "file", "files");
    // Each chart is there in two formats.
    let charts = counted(drawn / 2, "chart (SVG and PNG)", "charts (SVG and PNG)");
    files.into_iter().chain(charts).collect::<Vec<_>>().join(" and ")
}

/// Writes a file whole or not at all. Its folder must exist.
///
/// # Errors
/// [`ReportError::Write`] names the path and what to do.
pub fn write(path: &Path, bytes: &[u8]) -> Result<PathBuf, ReportError> {
    whole::write(path, bytes).map_err(|source| ReportError::write(path, source))?;
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{sample, sample_calibration, sample_plan};

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_report_is_complete_and_leaves_no_temporary_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let written = write_all(&folder.path().join("deep/er"), &sample::layered()).expect("written");
        assert_eq!(in_words(&written), "9 files and 7 charts (SVG and PNG)");
        assert_eq!(
            names(&folder.path().join("deep/er")),
            [
                "bill-focus.csv",
                "bill.csv",
                "bill.md",
                "bill.xlsx",
                "charts",
                "designs.csv",
                "metrics.csv",
                "metrics.parquet",
                "outcome.json",
                "report.html"
            ]
        );
        assert_eq!(names(&folder.path().join("deep/er/charts")).len(), 14);
        assert!(written.iter().all(|path| fs::metadata(path).is_ok_and(|metadata| metadata.len() > 500)));
    }

    #[test]
    fn what_has_nothing_to_show_is_not_written_and_an_earlier_chart_of_it_goes_away() {
        let folder = tempfile::tempdir().expect("a folder");
        write_all(folder.path(), &sample::layered()).expect("written");
        let mut specified = sample::layered();
        specified.designs.retain(|summary| summary.sizing == "specified");
        specified.same_load = None;
        let written = write_all(folder.path(), &specified).expect("written");
        assert!(in_words(&written).ends_with("and 3 charts (SVG and PNG)"), "{written:?}");
        let charts = ["capacity.png", "capacity.svg", "claims.png", "claims.svg", "throughput.png", "throughput.svg"];
        assert_eq!(names(&folder.path().join("charts")), charts);
        let none =
            write_calibration(folder.path(), &sample_calibration::empty_calibration(), "").expect("a page alone");
        assert_eq!(in_words(&none), "1 file");
    }

    #[test]
    fn a_market_has_a_picture_and_a_table_and_no_market_has_neither() {
        let folder = tempfile::tempdir().expect("a folder");
        let of_market = |path: &&PathBuf| path.to_string_lossy().contains("market");
        let none = write_all(folder.path(), &sample::layered()).expect("written");
        assert_eq!(none.iter().filter(of_market).count(), 0);
        let written = write_all(folder.path(), &sample::with_market()).expect("written");
        assert_eq!(written.iter().filter(of_market).count(), 3);
        let table = fs::read_to_string(folder.path().join("market.csv")).expect("readable");
        assert!(table.starts_with("design,costs,sizing,figure,unit,month,counted,value,low,high\n"), "{table}");
        // Six designs and two books, four figures of 24 months.
        assert_eq!(table.lines().count(), 1 + 12 * 4 * 24);
    }

    #[test]
    fn a_plan_has_a_page_and_a_chart_and_one_without_any_fleet_no_chart() {
        let folder = tempfile::tempdir().expect("a folder");
        let written = write_plan(folder.path(), &sample_plan::with_front()).expect("written");
        assert_eq!(in_words(&written), "4 files and 1 chart (SVG and PNG)");
        assert_eq!(names(folder.path()), ["charts", "plan.csv", "plan.json", "plan.md", "report.html"]);
        assert_eq!(names(&folder.path().join("charts")), ["plan.png", "plan.svg"]);
        let none = Plan { fleet: None, runners_up: Vec::new(), front: Vec::new(), ..sample_plan::without_front() };
        assert_eq!(in_words(&write_plan(folder.path(), &none).expect("written")), "4 files");
        assert!(names(&folder.path().join("charts")).is_empty());
    }

    #[test]
    fn the_same_comparison_gives_the_same_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = |name: &str| {
            let written = write_all(&folder.path().join(name), &sample::layered()).expect("written");
            written.iter().map(|path| fs::read(path).expect("readable")).collect::<Vec<_>>()
        };
        assert!(read("one") == read("two"));
    }

    #[test]
    fn a_file_in_the_place_of_a_folder_is_named_with_advice() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("taken");
        fs::write(&place, "mine").expect("written");
        let text = write_all(&place, &sample::layered()).expect_err("a file is in the way").to_string();
        assert!(text.contains("taken") && text.contains("--out DIR"), "{text}");
        assert_eq!(fs::read_to_string(&place).expect("readable"), "mine");
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_named_and_nothing_half_written_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("outcome.json")).expect("made");
        let text = write_all(folder.path(), &sample::layered()).expect_err("a folder is in the way").to_string();
        assert!(text.contains("outcome.json") && text.contains("folder"), "{text}");
        assert_eq!(names(folder.path()), ["outcome.json"]);
    }
}
