//! The answer as a page, for a summary of a job or a pull request.

use calibrate::gate::check::Check;

use crate::table::check::{answer, foundations, grid_of_all, reasons};

/// A heading with the answer, the table, the reasons, and what they rest on.
pub fn page(check: &Check) -> String {
    let mut page = format!("### Proofcast check: {}\n\n{}\n", answer(check), grid_of_all(check).markdown());
    for (heading, lines) in [("", reasons(check)), ("Rests on", foundations(check))] {
        if !lines.is_empty() {
            let heading = if heading.is_empty() { String::new() } else { format!("{heading}:\n") };
            let items: Vec<String> = lines.iter().map(|line| format!("- {line}\n")).collect();
            page.push_str(&format!("\n{heading}{}", items.concat()));
        }
    }
    page
}
