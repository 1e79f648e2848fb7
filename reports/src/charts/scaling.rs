//! What threads gain: measured speed-ups, the law that follows them, and the ideal.

use calibrate::{Calibration, ThreadScaling};

use super::layout::{self, MARGIN, Mark, PLAIN, SMALL, WIDTH, label};
use super::picture::{Align, GRID, INK, MUTED, Picture, series};
use super::scale::LogScale;
use crate::number;

const PLOT: f64 = 300.0;
/// Room for ticks at the left.
const TICKS: f64 = 60.0;

/// One line per operation that was measured on several threads, both axes logarithmic.
pub fn picture(calibration: &Calibration) -> Picture {
    let shown: Vec<(&str, &ThreadScaling)> = calibration
        .operations
        .iter()
        .filter_map(|measured| Some((measured.description.name.as_str(), measured.thread_scaling.as_ref()?)))
        .collect();
    let Some(cores) = shown.first().map(|(_, scaling)| scaling.cores) else {
        return layout::nothing("Thread scaling");
    };
    let worst = shown.iter().map(|(_, scaling)| scaling.efficiency).fold(f64::INFINITY, f64::min);
    let title =
        format!("On {cores} cores every operation keeps at least {} of the ideal speed-up", number::share(worst));
    let subtitle = "Speed-up over one thread. Marks: measured. Lines: the law that foretells better. Dashed: ideal, up to the \
                    physical cores; a hyperthread is not a core.";
    let (mut picture, y) = layout::card(&title, subtitle);
    let entries: Vec<_> = shown
        .iter()
        .enumerate()
        .map(|(index, (name, scaling))| {
            (Mark::series(index), series(index), format!("{name}, {}", number::share(scaling.efficiency)))
        })
        .collect();
    let top = layout::legend(&mut picture, y, &entries) + 10.0;
    let (from, to, bottom) = (MARGIN + TICKS, WIDTH - MARGIN, top + PLOT);

    let most = shown.iter().flat_map(|(_, scaling)| &scaling.speedups).map(|(threads, _)| *threads).max();
    let most = most.unwrap_or(1).max(cores) as f64;
    let threads = LogScale::around([1.0, most], from, to);
    let measured = shown.iter().flat_map(|(_, scaling)| &scaling.speedups).map(|(_, speedup)| *speedup);
    let speedups = LogScale::around(measured.chain([1.0, cores as f64]), bottom, top);
    let whole = threads.decades(10).into_iter().filter(|n| *n >= 1.0);
    let ticks: Vec<_> = whole.map(|n| (threads.at(n), number::short(n))).collect();
    layout::axis(&mut picture, &ticks, (top, bottom));
    for value in speedups.decades(8) {
        picture.line(vec![(from, speedups.at(value)), (to, speedups.at(value))], 1.0, GRID);
        label(&mut picture, (from - 8.0, speedups.at(value)), &number::short(value), PLAIN, Align::Right);
    }
    label(&mut picture, (to, bottom + 28.0), "threads", SMALL, Align::Right);
    let at = |n: f64, speedup: f64| (threads.at(n), speedups.at(speedup));
    // The ideal is drawn in pieces, because the axis knows no slanted dashes.
    for piece in 0..24 {
        let place = |part: f64| (cores as f64).powf(part / 24.0);
        let (start, end) = (place(f64::from(piece)), place(f64::from(piece) + 0.5));
        picture.line(vec![at(start, start), at(end, end)], 1.0, MUTED);
    }
    for (index, (_, scaling)) in shown.iter().enumerate() {
        let law = (1..=scaling.cores).map(|n| at(n as f64, scaling.speedup(n))).collect();
        picture.line(law, 1.5, series(index));
        for &(n, speedup) in &scaling.speedups {
            let colour = if n <= scaling.cores { series(index) } else { INK };
            Mark::series(index).draw(&mut picture, at(n as f64, speedup), colour);
        }
    }
    layout::close(picture, bottom + 34.0)
}
