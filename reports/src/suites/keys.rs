//! The report on the keys suite (S3): single acts, batches, threads and gates, each beside what is claimed.

use calibrate::{Calibration, Estimate, Measured, Scaling};
use planner::Claim;

use super::{SourceClaims, busy, estimate, name, operation, verdict};
use crate::number::{self, MISSING};
use crate::table::grid::Grid;
use crate::table::{Paint, Style};

/// Messages that each thread brings in a parallel act, here and in the source.
const PER_THREAD: f64 = 1_000.0;

/// The four tables beside the claims on key services. What the calibration lacks is a dash with its reason.
///
/// # Panics
/// Without the claims of the library: these are not those of the suite.
pub fn text(claims: &[Claim], calibration: &Calibration, style: Style) -> String {
    let published = SourceClaims(claims);
    let line = format!(
        "Claimed: {}. Here: {}, {} cores, {} method. A ratio above 1 is faster here; between processors it says nothing of \
         either program.",
        published.claim("S3.sign.time").source,
        calibration.host.cpu,
        calibration.host.physical_cores.unwrap_or(calibration.host.logical_cores),
        calibration.method.name
    );
    let tables = [
        singles(published, calibration).render("Ed25519, one act on one core, 128 B", style),
        batches(published, calibration).render("Verifying n signatures together", style),
        threads(published, calibration).render("Threads, 1,000 messages each", style),
        gates(published, calibration).render("Gates, by the 95 % interval of the mean", style),
    ];
    let mut text = format!("{}\n{}\n", tables.join("\n"), style.paint(Paint::Dim, &style.wrap(&line, 0)));
    let parallel = calibration.operations.iter().filter(|one| one.description.name.starts_with("ed25519."));
    for measured in parallel.filter(|one| one.description.scaling.is_some()) {
        if let Some(ratio) = busy(measured) {
            let name = &measured.description.name;
            let caution = format!(
                "{name}: one thread took {} its CPU time, so the machine did other work: measure threads again when it is idle",
                number::times(ratio)
            );
            text.push_str(&style.paint(Paint::Yellow, &style.wrap(&caution, 2)));
            text.push('\n');
        }
    }
    text
}

fn half_width(estimate: &Estimate) -> String {
    let Estimate { mean_s, half_width_s, .. } = *estimate;
    half_width_s.map_or(MISSING.to_owned(), |half| number::half_width(mean_s, mean_s - half, mean_s + half))
}

/// Why an act has no figure.
fn unmeasured(operation: &str, size: u64) -> String {
    format!("{operation} was not measured at {size}")
}

/// (a) Single acts.
fn singles(published: SourceClaims<'_>, calibration: &Calibration) -> Grid {
    let columns = ["time", "±", "per second", "claimed", "per second", "claimed ÷ here"];
    let mut grid = Grid::new(&["operation"], columns.map(str::to_owned));
    for id in ["S3.sign.time", "S3.verify.time"] {
        let ((operation, size), claimed_s) = (operation(published.claim(id)), published.figure(id, "s"));
        let found = estimate(calibration, operation, size);
        let missing = if found.is_none() { grid.missing(Some(&unmeasured(operation, size))) } else { String::new() };
        let show = |cell: &dyn Fn(&Estimate) -> String| found.as_ref().map_or_else(|| missing.clone(), cell);
        grid.row(vec![
            operation.to_owned(),
            show(&|found| number::duration(found.mean_s)),
            show(&half_width),
            show(&|found| number::short(1.0 / found.mean_s)),
            number::duration(claimed_s),
            number::short(1.0 / claimed_s),
            show(&|found| number::times(claimed_s / found.mean_s)),
        ]);
    }
    grid
}

/// (b) Batches, and what they gain over verifying singly.
fn batches(published: SourceClaims<'_>, calibration: &Calibration) -> Grid {
    let columns =
        ["total", "±", "per signature", "gain", "claimed total", "per signature", "claimed gain", "claimed ÷ here"];
    let mut grid = Grid::new(&["n"], columns.map(str::to_owned));
    let (of_single, message) = operation(published.claim("S3.verify.time"));
    let single = estimate(calibration, of_single, message);
    let (single_s, gain) = (published.figure("S3.verify.time", "s"), published.figure("S3.batch.gain", "1"));
    for claim in published.of("S3.batch.time_") {
        let ((operation, size), claimed_s) = (operation(claim), published.figure(&claim.id, "s"));
        let found = estimate(calibration, operation, size);
        let missing = if found.is_none() { grid.missing(Some(&unmeasured(operation, size))) } else { String::new() };
        let show = |cell: &dyn Fn(&Estimate) -> String| found.as_ref().map_or_else(|| missing.clone(), cell);
        let n = size as f64;
        let gained = |found: &Estimate| {
            let single = single.as_ref().map(|single| number::share(1.0 - found.mean_s / n / single.mean_s));
            single.unwrap_or_else(|| MISSING.to_owned())
        };
        grid.row(vec![
            number::count(n),
            show(&|found| number::duration(found.mean_s)),
            show(&half_width),
            show(&|found| number::duration(found.mean_s / n)),
            show(&gained),
            number::duration(claimed_s),
            number::duration(claimed_s / n),
            format!("{} (≈ {})", number::share(1.0 - claimed_s / n / single_s), number::share(gain)),
            show(&|found| number::times(claimed_s / found.mean_s)),
        ]);
    }
    grid
}

/// (c) Threads. The number that is claimed has its row even where this host has fewer.
fn threads(published: SourceClaims<'_>, calibration: &Calibration) -> Grid {
    let columns = ["acts per second", "±", "efficiency", "claimed", "claimed efficiency", "here/claimed"];
    let mut grid = Grid::new(&["operation", "threads"], columns.map(str::to_owned));
    for act in ["sign", "verify"] {
        let [rate, kept] = ["rate", "efficiency"].map(|figure| format!("S3.threads.{act}_{figure}"));
        let (operation, most) = operation(published.claim(&rate));
        let claimed_per_s = published.figure(&rate, "signature/s");
        let claimed_efficiency = published.figure(&kept, "1");
        let measured = calibration.operation(operation);
        let mut counts: Vec<u64> = measured.map_or(Vec::new(), |one| one.points.iter().map(|p| p.size).collect());
        counts.push(most);
        counts.sort_unstable();
        counts.dedup();
        for threads in counts {
            let claimed = (threads == most).then_some((claimed_per_s, claimed_efficiency));
            let found = estimate(calibration, operation, threads);
            let missing =
                if found.is_none() { grid.missing(Some(&unmeasured(operation, threads))) } else { String::new() };
            let show = |cell: &dyn Fn(&Estimate) -> String| found.as_ref().map_or_else(|| missing.clone(), cell);
            let per_s = |found: &Estimate| threads as f64 * PER_THREAD / found.mean_s;
            let dash = || MISSING.to_owned();
            grid.row(vec![
                operation.to_owned(),
                number::count(threads as f64),
                show(&|found| number::short(per_s(found))),
                show(&half_width),
                measured.and_then(|one| efficiency(one, threads)).map_or_else(|| missing.clone(), number::share),
                claimed.map_or_else(dash, |(per_s, _)| number::short(per_s)),
                claimed.map_or_else(dash, |(_, efficiency)| number::share(efficiency)),
                claimed.map_or_else(dash, |(claimed, _)| show(&|found| number::times(per_s(found) / claimed))),
            ]);
        }
    }
    grid
}

/// Share of the linear speed-up on so many threads.
fn efficiency(measured: &Measured, threads: u64) -> Option<f64> {
    assert!(measured.description.scaling != Some(Scaling::FixedWork), "each thread brings its own messages");
    let mean = |count| Some(measured.estimate(super::point(measured, count)?)?.mean_s);
    Some(mean(1)? / mean(threads)?)
}

/// (d) Gates: what was found, how far it is from the bound, and the verdict.
fn gates(published: SourceClaims<'_>, calibration: &Calibration) -> Grid {
    let columns = ["limit", "found", "±", "margin", "verdict"];
    let mut grid = Grid::new(&["gate"], columns.map(str::to_owned));
    for gate in published.of("S3.gates.") {
        let (operation, size) = operation(gate);
        // The bound is on each signature, of as many as are verified together.
        let (signatures, unit) = if gate.unit.ends_with("/signature") { (size, "s/signature") } else { (1, "s") };
        let limit_s = published.figure(&gate.id, unit);
        let found = estimate(calibration, operation, size);
        let why = unmeasured(operation, size);
        let missing = if found.is_none() { grid.missing(Some(&why)) } else { String::new() };
        let show = |cell: &dyn Fn(&Estimate) -> String| found.as_ref().map_or_else(|| missing.clone(), cell);
        let each = |seconds: f64| seconds / signatures as f64;
        let judged = |found: &Estimate| {
            let in_its_unit = |seconds: f64| each(seconds) * gate.claimed / limit_s;
            verdict(gate, in_its_unit(found.mean_s), found.half_width_s.map(in_its_unit)).to_owned()
        };
        let margin = |found: &Estimate| {
            let margin = 1.0 - each(found.mean_s) / limit_s;
            format!("{}{}", if margin < 0.0 { "−" } else { "" }, number::share(margin.abs()))
        };
        let per = if signatures > 1 { "/op" } else { "" };
        grid.row(vec![
            name(gate).to_owned(),
            format!("{}{per}", number::duration(limit_s)),
            show(&|found| format!("{}{per}", number::duration(each(found.mean_s)))),
            show(&half_width),
            show(&margin),
            show(&judged),
        ]);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_calibration;

    fn line<'a>(text: &'a str, start: &str) -> &'a str {
        text.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_else(|| panic!("{start} in {text}"))
    }

    #[test]
    fn four_tables_stand_beside_the_claims() {
        let text = text(&sample_calibration::claims("keys"), &sample_calibration::keys(), Style::default());
        // 10 µs against 17.3 µs; the invented processes lie 1 % apart.
        let sign = line(&text, "ed25519.sign ");
        assert!(sign.contains("17.3 µs") && sign.contains("1.7×"), "{sign}");
        // 32 of 12 µs each against single ones of 20 µs.
        let batch = line(&text, "32 ");
        assert!(batch.contains("40 %") && batch.contains("19.9 µs") && batch.contains("41 %"), "{batch}");
        let two = text.lines().find(|line| line.contains("sign_parallel") && line.contains(" 2 ")).expect("a row");
        assert!(two.contains("80 %"), "{two}");
        let four = text.lines().find(|line| line.contains("sign_parallel") && line.contains(" 4 ")).expect("a row");
        assert!(four.contains("199 k") && four.contains("86 %") && four.contains("–¹"), "{four}");
        assert!(text.contains("¹ ed25519.sign_parallel was not measured at 4"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    }

    #[test]
    fn gates_hold_fail_and_stay_undecided_by_their_interval() {
        let text = text(&sample_calibration::claims("keys"), &sample_calibration::keys(), Style::default());
        assert!(line(&text, "sign_128B").contains("45 %") && line(&text, "sign_128B").ends_with("holds"), "{text}");
        assert!(line(&text, "verify_batch_32").contains("/op"), "{text}");
        let mut slow = sample_calibration::keys();
        for run in slow.operations.iter_mut().flat_map(|one| &mut one.points).flat_map(|point| &mut point.processes) {
            run.cpu_s.iter_mut().for_each(|seconds| *seconds *= 1.75);
        }
        let text = super::text(&sample_calibration::claims("keys"), &slow, Style::default());
        assert!(line(&text, "sign_128B").ends_with("undecided"), "17.5 µs and 6 % around it: {text}");
        assert!(line(&text, "verify_batch_32").ends_with("undecided") && text.contains("−"), "21 µs: {text}");
    }

    #[test]
    fn what_is_not_there_is_a_dash_with_its_reason() {
        let text =
            text(&sample_calibration::claims("keys"), &sample_calibration::empty_calibration(), Style::default());
        assert!(text.contains("ed25519.sign was not measured at 128") && text.contains("17.3 µs"), "{text}");
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}
