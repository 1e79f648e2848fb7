//! GitHub: workflow commands that annotate, and the output of the step.
//!
//! Format: "Workflow commands for GitHub Actions", GitHub Docs; `%`, line ends, and in properties `:` and `,` are escaped.

use calibrate::gate::check::Check;
use calibrate::gate::votes::Verdict;

use super::name;
use crate::table::check::in_words;

/// A command for every line that does not pass.
pub fn annotations(check: &Check) -> String {
    let commands = check.lines.iter().filter_map(|line| {
        let command = match line.verdict {
            Verdict::Pass => return None,
            Verdict::Fail => "error",
            Verdict::Undecided => "warning",
        };
        let why = line.why.as_ref().map_or(String::new(), |why| format!("; {why}"));
        let title = property(&format!("{} {}", name(line), if command == "error" { "fails" } else { "is undecided" }));
        Some(format!("::{command} title={title}::{}\n", data(&format!("{}{why}", in_words(line)))))
    });
    let lost = check.lost.iter().map(|name| {
        let title = property(&format!("{name} is undecided"));
        format!("::warning title={title}::only in the baseline\n")
    });
    commands.chain(lost).collect()
}

/// What the step gives to later ones: a line for `$GITHUB_OUTPUT`.
pub fn output(check: &Check) -> String {
    let verdict = match check.verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Undecided => "undecided",
    };
    format!("verdict={verdict}\n")
}

/// The same where there is no verdict, because what was given is wrong.
pub const NO_VERDICT: &str = "verdict=error\n";

/// A command that says why there is none.
pub fn refused(why: &str) -> String {
    format!("::error title=proofcast check has no verdict::{}\n", data(why))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
