//! The page of a calibration: what operations take on a host.

use calibrate::Calibration;

use super::{Page, Section, how_again};
use crate::charts;
use crate::error::ReportError;
use crate::table;

/// The page of a calibration; `command` is what made it.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn page(calibration: &Calibration, command: &str) -> Result<String, ReportError> {
    let operations = &calibration.operations;
    let points = operations.iter().map(|measured| measured.points.len()).sum::<usize>();
    let mut answer = format!(
        "{} measured at {}.",
        planner::counted(&operations.len().to_string(), "operation"),
        planner::counted(&points.to_string(), "size"),
    );
    if let Some(missing) = &calibration.partial {
        answer += &format!(" Not complete: {missing}.");
    }
    let pictures = charts::calibration(calibration).into_iter().map(|(_, picture)| picture);
    let said = vec!["Times differ from run to run by what the intervals say.".to_owned()];
    super::page(Page {
        title: calibration.host.cpu.clone(),
        kind: "Calibration",
        question: "What do signing, verifying and proving take on this machine?",
        answer: &answer,
        conditions: vec![table::calibration_host(calibration)],
        sections: vec![
            Section::of("results", "Results", table::calibration_parts(calibration)),
            Section::of_charts(pictures)?,
            how_again(said, Vec::new(), command),
        ],
        version: env!("CARGO_PKG_VERSION"),
        ..Page::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_calibration;

    #[test]
    fn a_calibration_has_its_times_and_curves() {
        let made = page(&sample_calibration::calibration(), "proofcast calibrate").expect("made");
        for part in ["padded.prove", "Time of the operations on this host", "<svg", "proofcast calibrate</code>"] {
            assert!(made.contains(part), "no {part}: {made}");
        }
        assert!(page(&sample_calibration::empty_calibration(), "").is_ok());
    }
}
