//! What threads gain: measured speed-ups, the law that follows them, and the ideal.

use calibrate::{Calibration, ThreadScaling};

use super::layout::{self, MARGIN, PLAIN, SMALL, WIDTH, label};
use super::mark::Mark;
use super::picture::{Align, GRID, INK, MUTED, Picture, series};
use super::scale::LogScale;
use crate::number;

const PLOT: f64 = 300.0;
/// Room for ticks at the left.
const TICKS: f64 = 60.0;

/// Room for the names at the ends of the lines.
const NAMES: f64 = 250.0;
/// Height of a name.
const LINE: f64 = 18.0;

/// One line per operation that was measured on several threads, both axes logarithmic.
pub fn picture(calibration: &Calibration) -> Option<Picture> {
    let shown: Vec<(&str, &ThreadScaling)> = calibration
        .operations
        .iter()
        .filter_map(|measured| Some((measured.description.name.as_str(), measured.thread_scaling.as_ref()?)))
        .collect();
    let cores = shown.first().map(|(_, scaling)| scaling.cores)?;
    let by_efficiency =
        |one: &&(&str, &ThreadScaling), two: &&(&str, &ThreadScaling)| one.1.efficiency.total_cmp(&two.1.efficiency);
    let (worst, least) = shown.iter().min_by(by_efficiency).expect("there is a first one");
    let title = format!(
        "On {cores} cores {worst} keeps {} of the ideal speed-up, the least of {}",
        number::share(least.efficiency),
        shown.len()
    );
    let subtitle = "Speed-up over one thread. Marks: measured. Lines: the law that predicts better. Dashed: ideal, up to the \
                    physical cores; a hyperthread is not a core.";
    let (mut picture, y) = layout::card(&title, subtitle, &[]);
    let top = y + 10.0;
    let (from, to, bottom) = (MARGIN + TICKS, WIDTH - MARGIN - NAMES, top + PLOT.max(LINE * shown.len() as f64));

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
        label(
            &mut picture,
            (from - 8.0, speedups.at(value)),
            &format!("{}×", number::short(value)),
            PLAIN,
            Align::Right,
        );
    }
    label(&mut picture, (to, bottom + 28.0), "threads", SMALL, Align::Right);
    let at = |n: f64, speedup: f64| (threads.at(n), speedups.at(speedup));
    // The ideal is drawn in pieces, because the axis knows no slanted dashes.
    for piece in 0..24 {
        let place = |part: f64| (cores as f64).powf(part / 24.0);
        let (start, end) = (place(f64::from(piece)), place(f64::from(piece) + 0.5));
        picture.line(vec![at(start, start), at(end, end)], 1.0, MUTED);
    }
    picture.columns(&["operation"], ["threads", "speed-up", "law"]);
    for (index, (name, scaling)) in shown.iter().enumerate() {
        let law = (1..=scaling.cores).map(|n| at(n as f64, scaling.speedup(n))).collect();
        picture.line(law, 1.5, series(index));
        for &(n, speedup) in &scaling.speedups {
            let told = [speedup, scaling.speedup(n)].map(|value| number::significant(value, 3));
            picture.row([(*name).to_owned(), number::count(n as f64)].into_iter().chain(told));
            let colour = if n <= scaling.cores { series(index) } else { INK };
            Mark::series(index).draw(&mut picture, at(n as f64, speedup), colour);
        }
    }
    let last = |scaling: &ThreadScaling| scaling.speedups.last().map_or(1.0, |(_, speedup)| *speedup);
    let ends: Vec<f64> = shown.iter().map(|(_, scaling)| speedups.at(last(scaling))).collect();
    for (index, y) in spread(&ends, (top, bottom)).into_iter().enumerate() {
        let (name, scaling) = shown[index];
        Mark::series(index).draw(&mut picture, (to + 14.0, y), series(index));
        let text = format!("{name}, {}", number::share(scaling.efficiency));
        label(&mut picture, (to + 26.0, y), &layout::fitted(&text, PLAIN, NAMES - 26.0), PLAIN, Align::Left);
    }
    Some(layout::close(picture, bottom + 34.0))
}

/// Heights of names beside the ends of their lines: in the same order, a line of text apart, and as near as that allows.
fn spread(ends: &[f64], (top, bottom): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..ends.len()).collect();
    order.sort_by(|&one, &two| ends[one].total_cmp(&ends[two]));
    let mut heights = ends.to_vec();
    let mut free = top + LINE / 2.0;
    for &index in &order {
        heights[index] = heights[index].max(free);
        free = heights[index] + LINE;
    }
    let mut most = bottom - LINE / 2.0;
    for &index in order.iter().rev() {
        heights[index] = heights[index].min(most);
        most = heights[index] - LINE;
    }
    heights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_order_and_a_line_apart() {
        let heights = spread(&[50.0, 51.0, 49.0, 199.0, 198.0], (0.0, 200.0));
        assert!(heights[2] < heights[0] && heights[0] < heights[1] && heights[4] < heights[3], "{heights:?}");
        let mut sorted = heights;
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= LINE - 1e-9), "{sorted:?}");
        assert!(sorted[0] >= LINE / 2.0 && sorted[4] <= 200.0 - LINE / 2.0, "{sorted:?}");
    }
}
