//! What a new scenario file of the user's may begin with.

use crate::open::open;
use crate::reading::Problems;
use crate::systems::{KINDS, SystemSpec};

/// A commented file that extends a scenario of the library and says how to change it; `name` is that of the new one.
///
/// # Errors
/// There is no such scenario.
pub fn starting_file(from: &str, name: &str) -> Result<String, Problems> {
    let scenario = open(from, &[])?;
    let designs = scenario.designs.join(", ");
    let kind = scenario.systems.values().next().map_or(KINDS[0], SystemSpec::kind);
    let keys = scenario.systems.values().next().map_or(String::new(), |system| system.starting_keys(&scenario.base));
    Ok(format!(
        r#"# Question: what do you want to know? Write it here, and in `question` below.
#
# This file extends `{from}`: every key that it does not set holds as there. Only what differs belongs here.
# `proofcast schema {kind}` describes all keys; a wrong one is reported with its line and the nearest valid key.

extends = "{from}"
name = "{name}"
question = "What changes?"

# Replications make the intervals; the horizon is the measured time of each.
# horizon = "6 h"
# replications = 10

# A design overrides any key of the system. The designs of `{from}`: {designs}.
{keys}
"#
    ))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_starting_file_is_a_scenario_also_with_its_comments_taken_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.toml");
        let opened = |text: &str| {
            std::fs::write(&path, text).expect("written");
            crate::open(&path.to_string_lossy(), &[]).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
        };
        for (from, _) in crate::library() {
            let text = super::starting_file(from, "mine").expect("in the library");
            assert_eq!(opened(&text).name, "mine", "{from}");
        }
        // What the comments propose is right as well.
        for from in ["layered", "proof-service"] {
            let text = super::starting_file(from, "mine").expect("in the library");
            let is_key = |key: &&str| key.contains(" = ") || key.starts_with('[');
            let lines: Vec<&str> =
                text.lines().map(|line| line.strip_prefix("# ").filter(is_key).unwrap_or(line)).collect();
            assert!(opened(&lines.join("\n")).designs.contains(&"mine".to_owned()), "{from}");
        }
    }
}
