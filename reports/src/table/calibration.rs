//! The `calibrate` answer: what every operation takes here, and how that compares with what is claimed for it.

use calibrate::{Calibration, Law, Measured, Point};

use super::grid::Grid;
use super::{Paint, Style};
use crate::number::{self, MISSING};

/// A row per operation and size; the host and the clock below.
pub fn calibration(calibration: &Calibration, style: Style) -> String {
    let columns = ["size", "time", "± half-width", "per second", "output", "peak memory", "claimed", "claimed/here"];
    let mut grid = Grid::new(&["operation"], columns.map(str::to_owned));
    for measured in &calibration.operations {
        for (index, point) in measured.points.iter().enumerate() {
            let name = if index == 0 { measured.description.name.clone() } else { String::new() };
            let mut cells = vec![name];
            cells.extend(row(measured, point));
            grid.row(cells);
        }
    }
    let host = &calibration.host;
    let line = format!(
        "{} · {} cores · {} · compiled by {} · {} method, {} · one thread, time per core, but where the size is threads",
        host.cpu,
        host.physical_cores.unwrap_or(host.logical_cores),
        host.kernel,
        calibration.build.compiler,
        calibration.method.name,
        number::duration(calibration.took_s),
    );
    let mut text = grid.render("What operations take on this host", style);
    text.push_str(&style.paint(Paint::Dim, &style.wrap(&line, 0)));
    text.push('\n');
    for line in scaling_lines(calibration) {
        text.push_str(&style.wrap(&line, 2));
        text.push('\n');
    }
    for line in cautions(calibration) {
        text.push_str(&style.paint(Paint::Dim, &style.wrap(&line, 2)));
        text.push('\n');
    }
    for measured in &calibration.operations {
        if let Some(why) = &measured.description.lower_bound {
            let note = format!("{} is a lower bound: {why}", measured.description.name);
            text.push_str(&style.paint(Paint::Dim, &style.wrap(&note, 2)));
            text.push('\n');
        }
    }
    if let Some(missing) = &calibration.partial {
        text.push_str(&style.paint(Paint::Red, &style.wrap(&format!("partial: {missing}"), 0)));
        text.push('\n');
    }
    text
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
        1 => {
            "95 % intervals from the samples of one process, which cannot see what differs between processes".to_owned()
        }
        _ => format!(
            "95 % intervals from the spread between processes ({processes} were started, fewer for what is costly)"
        ),
    }];
    let runs = || calibration.operations.iter().flat_map(|one| &one.points).flat_map(|point| &point.processes);
    let (flagged, samples) =
        runs().fold((0, 0), |(flagged, samples), run| (flagged + run.outliers.len(), samples + run.wall_s.len()));
    if flagged > 0 {
        lines.push(format!(
            "{flagged} of {samples} samples lie far out; they are flagged in the file and used all the same"
        ));
    }
    let stolen = calibration.conditions.iter().filter_map(|process| process.stolen_share).fold(0.0, f64::max);
    if stolen > 0.01 {
        lines.push(format!("the hypervisor took {} of the processor time for others", number::share(stolen)));
    }
    lines
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
        format!("{} {}", point.size, measured.description.size_unit),
        mean.map_or(MISSING.to_owned(), number::duration),
        half_width.unwrap_or_else(|| MISSING.to_owned()),
        mean.map_or(MISSING.to_owned(), |mean| number::count(1.0 / mean)),
        bytes(point.output_bytes),
        bytes(point.peak_memory_bytes),
        claimed.map_or(MISSING.to_owned(), |claimed| number::duration(claimed.seconds)),
        ratio.unwrap_or_else(|| MISSING.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_calibration;

    #[test]
    fn a_row_has_the_half_width_the_claim_and_the_ratio() {
        let text = calibration(&sample_calibration::calibration(), Style::default());
        let line = text.lines().find(|line| line.contains("one.sign")).expect("a row for it");
        // 0.995 × 17 µs × 0.99, two processes 1 % apart: t(1) on half of that is 6.3 %.
        assert!(line.contains("16.9 µs") && line.contains("6.3 %") && line.contains("10 ms"), "{line}");
        assert!(text.contains("wide.sign: ") && text.contains("Amdahl's law, 5"), "{text}");
        assert!(text.contains("spread between processes") && text.contains("the hypervisor took"), "{text}");
        assert!(text.contains("padded.prove is a lower bound"), "{text}");
    }

    #[test]
    fn a_partial_calibration_says_what_is_missing() {
        let mut partial = sample_calibration::calibration();
        partial.partial = Some("interrupted: half".into());
        assert!(calibration(&partial, Style::default()).contains("partial: interrupted: half"));
    }
}
