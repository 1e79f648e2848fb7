//! JUnit's XML, as CI systems read it: a test case for every line, undecided ones skipped with their reason.
//!
//! Format: the schema of Jenkins' xUnit plug-in (`junit-10.xsd`).

use std::fmt::Write;

use calibrate::gate::check::Check;
use calibrate::gate::votes::Verdict;

use super::name;
use crate::table::check::{change, in_words};

/// The document.
pub fn document(check: &Check) -> String {
    let (_, [_, fail, undecided]) = Check::judged(&check.lines);
    let (tests, undecided, took_s) = (check.lines.len() + check.lost.len(), undecided + check.lost.len(), check.took_s);
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!("tests=\"{tests}\" failures=\"{fail}\"");
    // What is written to a text cannot fail.
    let _ = writeln!(xml, "<testsuites name=\"proofcast check\" {counts} time=\"{took_s:.3}\">");
    let _ = writeln!(
        xml,
        "  <testsuite name=\"proofcast check\" {counts} skipped=\"{undecided}\" errors=\"0\" time=\"{took_s:.3}\">"
    );
    for line in &check.lines {
        let (class, case) = (escaped(&line.operation), escaped(&name(line)));
        let _ = write!(xml, "    <testcase classname=\"{class}\" name=\"{case}\" time=\"0\">");
        let why = line.why.as_ref().map_or(String::new(), |why| format!(": {why}"));
        let message = escaped(&format!("{}{why}", in_words(line)));
        let _ = match line.verdict {
            Verdict::Pass => write!(xml, "<system-out>{}</system-out>", escaped(&change(line))),
            Verdict::Fail => write!(xml, "<failure type=\"slowdown\" message=\"{message}\"/>"),
            Verdict::Undecided => write!(xml, "<skipped message=\"undecided: {message}\"/>"),
        };
        xml.push_str("</testcase>\n");
    }
    for name in &check.lost {
        let name = escaped(name);
        let _ = writeln!(
            xml,
            "    <testcase classname=\"{name}\" name=\"{name}\" time=\"0\"><skipped message=\"undecided: only in the baseline\"/></testcase>"
        );
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

/// The document where there is no verdict, because what was given is wrong.
pub fn refused(why: &str) -> String {
    let (counts, message) = ("tests=\"1\" failures=\"0\" errors=\"1\" time=\"0\"", escaped(why));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"proofcast check\" {counts}>\n  \
         <testsuite name=\"proofcast check\" {counts} skipped=\"0\">\n    \
         <testcase classname=\"proofcast\" name=\"input\" time=\"0\"><error message=\"{message}\"/></testcase>\n  \
         </testsuite>\n</testsuites>\n"
    )
}

/// A text as it stands in XML; control characters, which XML cannot have, become spaces.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
