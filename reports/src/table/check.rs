//! The answer of a gate: a sentence, a table, why, and what it rests on.

use super::grid::Grid;
use super::{Paint, Style};
use crate::number::{self, MISSING};
use crate::view::distinct;
use calibrate::gate::check::{Check, Mode};
use calibrate::gate::line::{Against, Figure, Line};
use calibrate::gate::votes::Verdict;

/// The answer on a terminal.
pub fn check(check: &Check, style: Style) -> String {
    let (paint, _) = look(check.verdict);
    let mut text = format!("{}\n", style.paint(paint, &style.wrap(&answer(check), 0)));
    let tables =
        [(Against::Limit, "Limits", ["limit", "found"]), (Against::Baseline, "Changes", ["baseline", "candidate"])];
    for (against, heading, reference) in tables {
        let of = |line: &&Line| line.against == against && !is_unchanged(line);
        let lines: Vec<&Line> = check.lines.iter().filter(of).collect();
        if !lines.is_empty() {
            text.push_str(&format!("\n{}", grid(&lines, reference).render(heading, style)));
        }
    }
    for line in reasons(check) {
        text.push_str(&format!("{}\n", style.item(&line)));
    }
    text.push('\n');
    for line in foundations(check) {
        text.push_str(&format!("{}\n", style.paint(Paint::Dim, &style.item(&line))));
    }
    text
}

/// The answer in a sentence.
pub fn answer(check: &Check) -> String {
    let (_, [pass, fail, undecided]) = Check::judged(&check.lines);
    let all = check.lines.len();
    let worst = |verdict: Verdict| {
        let lines = check.lines.iter().filter(move |line| line.verdict == verdict);
        lines.max_by(|one, other| one.worse_by().total_cmp(&other.worse_by()))
    };
    let all = several(all, "line");
    match check.verdict {
        Verdict::Pass => format!("pass: {all}, no failure"),
        Verdict::Fail => {
            let worst = worst(Verdict::Fail).map_or(String::new(), |line| format!(": {}", in_words(line)));
            let open = if undecided > 0 { format!(", {undecided} undecided") } else { String::new() };
            format!("fail: {fail} of {all}{open}{worst}")
        }
        Verdict::Undecided if undecided == 0 => {
            let lost = several(check.lost.len(), "operation");
            format!("undecided: {lost} of the baseline without a candidate; no failure in {all}")
        }
        Verdict::Undecided => format!("undecided: {undecided} of {all}; {pass} pass"),
    }
}

/// So many things of a kind.
fn several(count: usize, one: &str) -> String {
    let plural = if count == 1 {
        ""
    } else if one.ends_with('s') {
        "es"
    } else {
        "s"
    };
    format!("{}\u{a0}{one}{plural}", number::count(count as f64))
}

/// A line in words: `stark.prove at 64 transactions: time 6.8 % above the baseline`.
pub fn in_words(line: &Line) -> String {
    let reference = match line.against {
        Against::Limit => "limit",
        Against::Baseline => "baseline",
    };
    if !line.change.is_finite() {
        let [found, held] = [line.found, line.reference].map(|of| value(&line.figure, of));
        let what = format!("{} at {}: {}", line.operation, sized(line), figure(&line.figure));
        return format!("{what} is {found}, and the {reference} is {held}");
    }
    let way = if line.change >= 0.0 { "above" } else { "below" };
    let share = number::significant(line.change.abs() * 100.0, 2);
    format!("{} at {}: {} {share} % {way} the {reference}", line.operation, sized(line), figure(&line.figure))
}

/// The name of a figure.
pub(crate) fn figure(figure: &Figure) -> String {
    match figure {
        Figure::Time => "time".into(),
        Figure::TimePerUnit => "time per unit".into(),
        Figure::Throughput => "throughput".into(),
        Figure::Memory => "peak memory".into(),
        Figure::Output => "output".into(),
        Figure::Counter(name) => name.clone(),
    }
}

/// A value of a figure with its unit.
pub(crate) fn value(figure: &Figure, value: f64) -> String {
    match figure {
        Figure::Time | Figure::TimePerUnit => number::duration(value),
        Figure::Throughput => format!("{} /s", number::significant(value, 3)),
        Figure::Memory => number::bytes(value),
        Figure::Output => format!("{} B", number::count(value)),
        Figure::Counter(_) => number::count(value),
    }
}

pub(crate) fn word(line: &Line) -> &'static str {
    match (line.verdict, &line.accepted) {
        (Verdict::Pass, Some(_)) => "accepted",
        (verdict, _) => look(verdict).1,
    }
}

fn look(verdict: Verdict) -> (Paint, &'static str) {
    match verdict {
        Verdict::Pass => (Paint::Green, "pass"),
        Verdict::Fail => (Paint::Red, "fail"),
        Verdict::Undecided => (Paint::Yellow, "undecided"),
    }
}

fn sized(line: &Line) -> String {
    let one = line.size_unit.strip_suffix('s').filter(|_| line.size == 1);
    format!("{} {}", number::count(line.size as f64), one.unwrap_or(&line.size_unit))
}

/// From so many per cent on a change is told as a factor.
const MANY_TIMES: f64 = 1_000.0;

/// A change with its sign.
pub(crate) fn change(line: &Line) -> String {
    if !line.change.is_finite() {
        return MISSING.to_owned();
    }
    let percent = line.change * 100.0;
    if percent >= MANY_TIMES {
        return format!("× {}", number::count((line.change + 1.0).round()));
    }
    let digits = if (percent.abs() * 10.0).round() < 100.0 { 1 } else { 0 };
    format!("{percent:+.digits$} %").replace('-', "−")
}

/// All lines in one table.
pub(crate) fn grid_of_all(check: &Check) -> Grid {
    let lines: Vec<&Line> = check.lines.iter().filter(|line| !is_unchanged(line)).collect();
    grid(&lines, ["baseline or limit", "found"])
}

fn grid(lines: &[&Line], reference: [&str; 2]) -> Grid {
    let columns = ["size", "figure", reference[0], reference[1], "change", "verdict"];
    let mut grid = Grid::new(&["operation"], columns.map(str::to_owned)).keyed(3);
    for line in lines {
        grid.row(vec![
            line.operation.clone(),
            number::count(line.size as f64),
            figure(&line.figure),
            value(&line.figure, line.reference),
            value(&line.figure, line.found),
            change(line),
            word(line).to_owned(),
        ]);
    }
    grid
}

/// Why lines fail or stay open, those with the same reason together.
pub(crate) fn reasons(check: &Check) -> Vec<String> {
    let why = |line: &Line| {
        let accepted = line.accepted.as_ref().map(|accepted| {
            let up_to = number::significant(accepted.change * 100.0, 2);
            format!("up to {up_to} % accepted until {}: {}", accepted.until, accepted.why)
        });
        accepted.or_else(|| line.why.clone())
    };
    let all: Vec<(String, &Line)> = check.lines.iter().filter_map(|line| Some((why(line)?, line))).collect();
    let sentence = |reason: &str| {
        let names: Vec<String> = all.iter().filter(|(why, _)| why == reason).map(|(_, line)| place(line)).collect();
        format!("{}: {reason}", names.join("; "))
    };
    distinct(all.iter().map(|(why, _)| why.as_str())).into_iter().map(sentence).collect()
}

/// Where a line belongs: its operation and size, and its figure where that is not the time.
fn place(line: &Line) -> String {
    let of = if line.figure == Figure::Time { String::new() } else { format!(", {}", figure(&line.figure)) };
    format!("{} at {}{of}", line.operation, number::count(line.size as f64))
}

/// Whether a line says what is expected: what was counted is as before.
fn is_unchanged(line: &Line) -> bool {
    line.against == Against::Baseline && line.figure != Figure::Time && line.change == 0.0
}

/// What the verdicts rest on.
pub(crate) fn foundations(check: &Check) -> Vec<String> {
    let percent = |share: f64| format!("{} %", number::significant(share * 100.0, 2));
    let mut lines = Vec::new();
    let changes = || check.lines.iter().filter(|line| line.against == Against::Baseline);
    if changes().next().is_some() {
        lines.push(format!(
            "looks for a slowdown of {}: at most {} false alarms a run, at most {} missed a line",
            percent(check.test.change),
            percent(check.test.false_alarms),
            percent(check.test.misses),
        ));
    }
    let most = |side: usize| check.lines.iter().map(|line| line.evidence.processes[side]).max().unwrap_or(0);
    let samples: usize =
        check.lines.iter().filter(|line| line.figure == Figure::Time).map(|line| line.evidence.samples[1]).sum();
    let samples = several(samples, "sample");
    let unchanged = check.lines.iter().filter(|line| is_unchanged(line)).count();
    if unchanged > 0 {
        lines.push(format!("{} of results and counts are exactly as before", several(unchanged, "figure")));
    }
    lines.push(match check.mode {
        Mode::Paired => format!(
            "up to {} that took turns, {samples} a side, {}, seed {}",
            several(most(1), "pair"),
            number::duration(check.took_s),
            check.seed.unwrap_or_default()
        ),
        Mode::Budgets => format!("floors of up to {}, {samples}", several(most(1), "process")),
        Mode::Stored | Mode::Foreign => format!("up to {} + {}, {samples}", most(0), several(most(1), "process")),
    });
    if let Some(host) = &check.host {
        lines.push(format!("{}, {} hardware threads", host.cpu, host.logical_cores));
    }
    lines.extend(check.notes.iter().cloned());
    lines
}
