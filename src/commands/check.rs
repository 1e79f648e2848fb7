//! `check`: whether figures keep their limits, and whether a version is slower than another.

mod against;
mod baseline;
mod foreign;
mod history;
mod impact;
mod told;

use calibrate::gate::check::{Check, Mode, SCHEMA};
use calibrate::gate::line::Line;
use calibrate::gate::votes::{Test, Verdict};
use calibrate::{Build, Calibration, Host, Method, Operation};
use scenarios::Budgets;

use super::{Answer, Failure, calibrate as measuring, prices};
use crate::args::{Check as Options, Common, Undecided};

/// How often at most a line passes that is slower by the change that is looked for.
const MISSES: f64 = 0.05;
/// The calibration that is made where none is given.
const MEASURED: &str = "calibration-check.json";

/// What was judged, before what was accepted is taken into account.
struct Judged {
    mode: Mode,
    lines: Vec<Line>,
    notes: Vec<String>,
    lost: Vec<String>,
    host: Option<Host>,
    build: Option<Build>,
    took_s: f64,
    seed: Option<u64>,
    interrupted: bool,
}

/// Judges, prints and writes; where it cannot, says so in the form that was asked for as well.
pub fn run(options: &Options, common: &Common) -> Result<Answer, Failure> {
    let answer = judged(options, common);
    if let Err(failure) = &answer {
        told::refused(failure, options)?;
    }
    answer
}

fn judged(options: &Options, common: &Common) -> Result<Answer, Failure> {
    let budgets = options.budgets.as_deref().map(Budgets::open).transpose().map_err(Failure::because)?;
    let test = Test { change: options.change, false_alarms: options.false_alarms, misses: MISSES };
    // What is asked for after minutes of measuring is looked at before them.
    options.impact.as_deref().map(|scenario| impact::known(scenario, common)).transpose()?;
    options.history.as_deref().map(history::writable).transpose()?;
    told::writable(&common.out)?;
    let started_unix_s = prices::unix_s();
    let mut judged = match (&options.candidate, options.against.is_empty(), &options.baseline) {
        (Some(candidate), _, Some(file)) => foreign::judge(file, candidate, options, test)?,
        (_, false, _) => against::judge(options, test, budgets.as_ref(), common)?,
        (None, true, Some(file)) => baseline::judge(file, options, test, budgets.as_ref(), common)?,
        (_, true, None) => limits(options, test, budgets.as_ref(), common)?,
    };
    if judged.interrupted && judged.lines.is_empty() {
        return Err(Failure::interrupted("interrupted before anything was measured"));
    }
    if let Some(budgets) = &budgets {
        budgets.accept(&mut judged.lines, &reports::number::day(started_unix_s));
        let idle = budgets
            .idle(&judged.lines)
            .map(|name| format!("the change of `{name}` that was accepted is about no line"));
        judged.notes.extend(idle);
    }
    if judged.lines.is_empty() {
        return Err(Failure::because("nothing to judge\n  = help: --budgets, --baseline or --against says what by"));
    }
    let Judged { mode, lines, notes, lost, host, build, took_s, seed, interrupted } = judged;
    let verdict = match Check::judged(&lines) {
        (Verdict::Pass, _) if !lost.is_empty() => Verdict::Undecided,
        (verdict, _) => verdict,
    };
    let schema = SCHEMA.to_owned();
    let check = Check { schema, verdict, mode, test, lines, notes, lost, host, build, started_unix_s, took_s, seed };
    let impact = options
        .impact
        .as_deref()
        .map(|scenario| impact::of(scenario, options.design.as_ref(), &check.lines, common))
        .transpose()?;
    let history = options.history.as_deref().map(|folder| history::add(folder, &check)).transpose()?;
    told::tell(&check, impact.flatten().as_ref(), history.as_ref(), options, common)?;
    if interrupted {
        return Ok(Answer::Interrupted);
    }
    Ok(match (check.verdict, options.undecided) {
        (Verdict::Pass, _) | (Verdict::Undecided, Some(Undecided::Warn)) => Answer::Done,
        (Verdict::Fail, _) | (Verdict::Undecided, Some(Undecided::Fail)) => Answer::Failed,
        (Verdict::Undecided, None) => Answer::Undecided,
    })
}

/// Limits alone.
fn limits(options: &Options, test: Test, budgets: Option<&Budgets>, common: &Common) -> Result<Judged, Failure> {
    let Some(budgets) = budgets else {
        let help = "--budgets s3 holds this host to limits, --baseline FILE to an earlier calibration, --against COMMAND to another version";
        return Err(Failure::because(format!("nothing to judge by\n  = help: {help}")));
    };
    let calibration = match &options.file {
        Some(path) => Calibration::read(path).map_err(Failure::because)?,
        None => {
            let method =
                Method { name: "gate".into(), budget_s: 60.0, processes: 5, processes_long: 3, ..Method::standard() };
            measured(&limited(options, budgets)?, &method, common)?
        }
    };
    let lines = budgets.judge(&calibration, test.change).map_err(Failure::because)?;
    Ok(Judged::of(Mode::Budgets, lines, Vec::new(), &calibration))
}

impl Judged {
    fn of(mode: Mode, lines: Vec<Line>, notes: Vec<String>, calibration: &Calibration) -> Self {
        let (host, build) = (Some(calibration.host.clone()), Some(calibration.build.clone()));
        let (lost, took_s, seed, interrupted) = (Vec::new(), calibration.took_s, None, false);
        Self { mode, lines, notes, lost, host, build, took_s, seed, interrupted }
    }
}

/// The operations that have limits, at the sizes that have.
fn limited(options: &Options, budgets: &Budgets) -> Result<Vec<Operation>, Failure> {
    let all = measuring::known(options.operations.as_deref())?;
    let names: Vec<String> = all.iter().map(|operation| operation.name().to_owned()).collect();
    let wanted = budgets.limited(names.iter().map(String::as_str));
    let of = |operation: Operation| {
        let (_, sizes) = wanted.iter().find(|(name, _)| *name == operation.name())?;
        Some(if sizes.is_empty() { operation.small() } else { operation.only(sizes) })
    };
    let chosen: Vec<Operation> =
        all.into_iter().filter_map(of).filter(|operation| !operation.sizes().is_empty()).collect();
    if chosen.is_empty() {
        let help = "`proofcast list operations` shows those of the program; --operations FILE defines yours";
        let limits = budgets.operations().collect::<Vec<_>>().join(", ");
        return Err(Failure::because(format!("there is no operation with a limit: {limits}\n  = help: {help}")));
    }
    Ok(chosen)
}

/// Measures now, and keeps the samples.
fn measured(operations: &[Operation], method: &Method, common: &Common) -> Result<Calibration, Failure> {
    let found = measuring::measure(operations, method, &common.out.join(MEASURED), None, common)?;
    if found.calibration.partial.is_some() {
        return Err(Failure::interrupted(format!("interrupted; what was measured is in {}", found.path.display())));
    }
    Ok(found.calibration)
}
