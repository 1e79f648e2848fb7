//! The `calibrate` answer: what every operation takes here, and how that compares with what is claimed for it.

use calibrate::memory::RESOLUTION_BYTES;
use calibrate::{Calibration, Law, Measured, OWN_SUITE, Point, STATED_PROCESSES, STATED_RUNS, Variance};

use super::grid::Grid;
use super::part::{Part, rendered};
use super::{Paint, Style};
use crate::number::{self, MISSING};
use crate::view::distinct;

/// From this factor between a claim and what was found on, either way, the two are far apart.
const FAR: f64 = 2.0;

/// A row per operation and size, by suite; the host, the clock and what is far from its claim below.
pub fn calibration(calibration: &Calibration, style: Style) -> String {
    let mut text = rendered(parts(calibration), style);
    if let Some(missing) = &calibration.partial {
        text.push_str(&style.paint(Paint::Red, &style.wrap(&format!("partial: {missing}"), 0)));
        text.push('\n');
    }
    text
}

/// The times with what must be known of them, and what is far from its claim.
pub(crate) fn parts(calibration: &Calibration) -> Vec<Part> {
    let known = std::iter::once(host(calibration)).chain(scaling_lines(calibration)).chain(cautions(calibration));
    let known = known.chain(lower_bounds(calibration)).chain(own_lines(calibration)).collect();
    let times = Part::of("Time of the operations on this host", grid(calibration)).map(|part| part.with(known));
    let far = format!("At least {} better or worse than claimed", number::times(FAR));
    times.into_iter().chain(Part::list(far, far_from_claims(calibration))).collect()
}

/// What was measured on, and how.
pub(crate) fn host(calibration: &Calibration) -> String {
    let host = &calibration.host;
    format!(
        "{} · {} cores · {} · compiled by {} · {} method, {} · single-threaded, except for commands and where the size is threads",
        host.cpu,
        host.physical_cores.unwrap_or(host.logical_cores),
        host.kernel,
        calibration.build.compiler,
        calibration.method.name,
        number::duration(calibration.took_s),
    )
}

/// What commands of the user's own counted, and that nothing checked them where that is so.
fn own_lines(calibration: &Calibration) -> Vec<String> {
    let mut lines = Vec::new();
    if calibration.operations.iter().any(|measured| measured.description.suite == OWN_SUITE) {
        lines.push(format!(
            "commands (suite `{OWN_SUITE}`): elapsed time from start to end, on as many threads as they take"
        ));
    }
    for measured in &calibration.operations {
        let name = &measured.description.name;
        if measured.points.iter().any(|point| !point.verified) {
            lines.push(format!("{name} is not verified: it has no `verify` command"));
        }
        for point in &measured.points {
            let counters = point.counters().into_iter().map(|(name, mean)| format!("{name} {}", number::count(mean)));
            let counters: Vec<String> = counters.collect();
            if !counters.is_empty() {
                let size = sized(point.size, &measured.description.size_unit);
                lines.push(format!("{name} at {size}: {}", counters.join(", ")));
            }
        }
    }
    lines
}

/// A size with its unit, which is a plural: `1 transaction`, `1,024 transactions`.
fn sized(size: u64, unit: &str) -> String {
    let one = unit.strip_suffix('s').filter(|_| size == 1);
    format!("{} {}", number::count(size as f64), one.unwrap_or(unit))
}

/// The rows, each suite below its name, in the order in which suites were measured first.
fn grid(calibration: &Calibration) -> Grid {
    let columns = ["size", "time", "±", "per second", "output", "peak memory", "claimed", "claimed ÷ here"];
    let mut grid = Grid::new(&["operation"], columns.map(str::to_owned)).keyed(2);
    let suites = distinct(calibration.operations.iter().map(|measured| measured.description.suite.as_str()));
    for suite in suites {
        let heading = |name: &str| [vec![name.to_owned()], vec![String::new(); columns.len()]].concat();
        grid.row(heading(""));
        grid.row(heading(suite));
        for measured in calibration.operations.iter().filter(|measured| measured.description.suite == suite) {
            for (index, point) in measured.points.iter().enumerate() {
                // Spaces that do not break keep the indentation.
                let name =
                    if index == 0 { format!("\u{a0}\u{a0}{}", measured.description.name) } else { String::new() };
                grid.row([vec![name], row(measured, point)].concat());
            }
        }
    }
    grid
}

/// The operations whose cost is only a lower bound, those with the same reason together.
fn lower_bounds(calibration: &Calibration) -> Vec<String> {
    let bounds = || {
        let description = calibration.operations.iter().map(|measured| &measured.description);
        description.filter_map(|one| Some((one.name.as_str(), one.lower_bound.as_deref()?)))
    };
    let sentence = |why: &str| {
        let names: Vec<&str> = bounds().filter(|(_, reason)| *reason == why).map(|(name, _)| name).collect();
        let are = if names.len() == 1 { "is a lower bound" } else { "are lower bounds" };
        format!("{} {are}: {why}", names.join(", "))
    };
    distinct(bounds().map(|(_, why)| why)).into_iter().map(sentence).collect()
}

/// `ml_dsa_65.verify at 1 signatures: claimed 5 ms, here 70 µs, 71× better — S1`, furthest first.
fn far_from_claims(calibration: &Calibration) -> Vec<String> {
    let mut far: Vec<(f64, String)> = Vec::new();
    for Measured { description, points, .. } in &calibration.operations {
        let Some(claimed) = &description.claimed else { continue };
        let point = points.iter().find(|point| point.size == claimed.size);
        let Some(mean) = point.and_then(|point| calibration.operation(&description.name)?.estimate(point)) else {
            continue;
        };
        let ratio = claimed.seconds / mean.mean_s;
        let factor = ratio.max(1.0 / ratio);
        if factor < FAR {
            continue;
        }
        let word = if ratio > 1.0 { "better" } else { "worse" };
        let bound = if ratio > 1.0 && description.lower_bound.is_some() { "; here it is a lower bound" } else { "" };
        let line = format!(
            "{} at {}: claimed {}, here {}, {} {word}{bound} — {}",
            description.name,
            sized(claimed.size, &description.size_unit),
            number::duration(claimed.seconds),
            number::duration(mean.mean_s),
            number::times(factor),
            claimed.source
        );
        far.push((factor, line));
    }
    far.sort_by(|one, two| two.0.total_cmp(&one.0));
    far.into_iter().map(|(_, line)| line).collect()
}

/// What every operation on several threads gains by them.
fn scaling_lines(calibration: &Calibration) -> impl Iterator<Item = String> {
    calibration.operations.iter().filter_map(|measured| {
        let scaling = measured.thread_scaling.as_ref()?;
        let law = match scaling.law {
            Law::Amdahl => format!("Amdahl's law, {} serial", number::share(scaling.serial_share)),
            Law::UniversalScalability => format!(
                "universal scalability law, {} serial, coherency {}",
                number::share(scaling.serial_share),
                number::significant(scaling.coherency, 2)
            ),
        };
        let efficiency = number::share(scaling.efficiency);
        Some(format!("{}: {efficiency} efficient on {} cores; {law}", measured.description.name, scaling.cores))
    })
}

/// What a reader should know before trusting the figures: how intervals were found, flagged samples, a busy machine.
fn cautions(calibration: &Calibration) -> Vec<String> {
    let processes = calibration.conditions.len();
    let mut lines = vec![match processes {
        1 => format!(
            "95 % intervals from the samples of one process, which cannot show what differs between processes: assumed to be {}",
            deviation(STATED_PROCESSES)
        ),
        _ => format!(
            "95 % intervals from the spread between processes ({processes} were started, fewer for what is costly)"
        ),
    }];
    lines.push(between_runs(calibration));
    let runs = || calibration.operations.iter().flat_map(|one| &one.points).flat_map(|point| &point.processes);
    let (flagged, samples) =
        runs().fold((0, 0), |(flagged, samples), run| (flagged + run.outliers.len(), samples + run.wall_s.len()));
    if flagged > 0 {
        lines.push(format!("{flagged} of {samples} samples are outliers: flagged in the file, and used all the same"));
    }
    let stolen = calibration.conditions.iter().filter_map(|process| process.stolen_share).fold(0.0, f64::max);
    if stolen > 0.01 {
        lines.push(format!("the hypervisor took {} of the processor time for others", number::share(stolen)));
    }
    lines
}

/// Where it comes from that intervals hold what differs between runs.
fn between_runs(calibration: &Calibration) -> String {
    let former = |measured: &&Measured| calibration.former_runs_of(&measured.description.name);
    let most = calibration.operations.iter().map(|measured| former(&measured)).max().unwrap_or(0);
    if most == 0 {
        return format!(
            "they include what differs between runs on this host: assumed to be {}, until the file has earlier runs",
            deviation(STATED_RUNS)
        );
    }
    let learned = calibration.operations.iter().filter(|measured| former(measured) > 0);
    let mut found: Vec<Variance> = learned.map(|measured| measured.curve.uncertainty.run).collect();
    found.sort_by(|one, two| one.relative.total_cmp(&two.relative));
    let share = |variance: Variance| number::share(variance.relative.sqrt());
    format!(
        "they include what differs between runs on this host: standard deviations of {} to {}, by operation, from what is assumed \
         ({}) and {most} earlier {}",
        share(found[0]),
        share(found[found.len() - 1]),
        share(STATED_RUNS),
        if most == 1 { "run" } else { "runs" }
    )
}

/// A standard deviation as a share.
fn deviation(variance: Variance) -> String {
    format!("a standard deviation of {}", number::share(variance.relative.sqrt()))
}

fn row(measured: &Measured, point: &Point) -> Vec<String> {
    let estimate = measured.estimate(point);
    let mean = estimate.map(|estimate| estimate.mean_s);
    let half_width = estimate.and_then(|estimate| {
        let half_width = estimate.half_width_s?;
        Some(number::half_width(estimate.mean_s, estimate.mean_s - half_width, estimate.mean_s + half_width))
    });
    let claimed = measured.description.claimed.as_ref().filter(|claimed| claimed.size == point.size);
    let bytes = |count: Option<u64>| count.map_or(MISSING.to_owned(), |count| number::bytes(count as f64));
    let ratio = claimed.zip(mean).map(|(claimed, mean)| number::times(claimed.seconds / mean));
    vec![
        sized(point.size, &measured.description.size_unit),
        mean.map_or(MISSING.to_owned(), number::duration),
        half_width.unwrap_or_else(|| MISSING.to_owned()),
        mean.map_or(MISSING.to_owned(), |mean| number::count(1.0 / mean)),
        bytes(point.output_bytes),
        peak_memory(point.peak_memory_bytes),
        claimed.map_or(MISSING.to_owned(), |claimed| number::duration(claimed.seconds)),
        ratio.unwrap_or_else(|| MISSING.to_owned()),
    ]
}

/// A peak that the kernel's counting cannot tell from none is told as a bound.
fn peak_memory(peak: Option<u64>) -> String {
    match peak {
        None => MISSING.to_owned(),
        Some(peak) if peak < RESOLUTION_BYTES => {
            format!("< {}", number::bytes(RESOLUTION_BYTES as f64))
        }
        Some(peak) => number::bytes(peak as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_calibration;

    #[test]
    fn a_row_has_the_half_width_the_claim_and_the_ratio() {
        let text = calibration(&sample_calibration::calibration(), Style::default());
        let line = text.lines().find(|line| line.contains("one.sign")).expect("a row for it");
        // 0.995 × 17 µs × 0.99. Two processes 1 % apart: a standard error of 0.5 % with one degree of freedom, beside the stated 3 %
        // with four between runs: by Welch and Satterthwaite 4.2 degrees of freedom, t = 2.72 on 3.04 %.
        assert!(line.contains("16.9 µs") && line.contains("8.3 %") && line.contains("10 ms"), "{line}");
        assert!(text.contains("assumed to be a standard deviation of 3 %, until"), "{text}");
        assert!(text.contains("wide.sign: 87 %") && text.contains("law, 5 % serial"), "{text}");
        assert!(text.contains("spread between processes") && text.contains("the hypervisor took"), "{text}");
        assert!(text.contains("padded.prove is a lower bound: it does nothing"), "{text}");
    }

    #[test]
    fn suites_have_headings_and_claims_that_are_far_off_are_listed_either_way() {
        let mut several = sample_calibration::calibration();
        several.operations[1].description.suite = "others".into();
        several.operations[2].description.lower_bound = Some("it does nothing".into());
        let text = calibration(&several, Style::default());
        let place = |line: &str| {
            text.lines().position(|one| one.trim_end() == line).unwrap_or_else(|| panic!("{line}: {text}"))
        };
        assert!(place(" tests") < place(" others"), "{text}");
        let after = text.lines().nth(place(" others") + 1).expect("a row below its heading");
        assert!(after.trim_start().starts_with("line.prove"), "an operation is in its suite: {text}");
        let far: Vec<&str> = text.lines().skip_while(|line| !line.contains("better or worse")).skip(1).collect();
        // Everything is claimed to take 10 ms: 1.3 µs, 16.9 µs, 2 ms; 20.9 ms; 110 ms and 199 ms.
        assert!(far[0].contains("line.prove") && far[0].contains("better"), "{text}");
        assert!(far.iter().any(|line| line.contains("wide.sign") && line.contains("20× worse")), "{text}");
        assert!(far.iter().any(|line| line.contains("flat.verify") && line.contains("lower bound")), "{text}");
        assert!(text.contains("padded.prove, flat.verify are lower bounds: it does nothing"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }

    #[test]
    fn a_partial_calibration_says_what_is_missing() {
        let mut partial = sample_calibration::calibration();
        partial.partial = Some("interrupted: half".into());
        assert!(calibration(&partial, Style::default()).contains("partial: interrupted: half"));
    }
}
