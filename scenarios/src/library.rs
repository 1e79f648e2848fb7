//! The scenarios that ship with the program.

use crate::reading::Problems;
use crate::systems::SystemSpec;

/// Names and texts of all scenarios of the library.
pub fn library() -> &'static [(&'static str, &'static str)] {
    &[
        ("layered", include_str!("../library/systems/layered.toml")),
        ("provers", include_str!("../library/systems/provers.toml")),
        ("hotstuff", include_str!("../library/systems/hotstuff.toml")),
        ("proof-service", include_str!("../library/systems/proof-service.toml")),
        ("inference-proofs", include_str!("../library/systems/inference-proofs.toml")),
    ]
}

/// The question that a scenario opens with.
pub fn question(text: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix("question = "));
    line.map(|question| question.trim().trim_matches('"').to_owned()).unwrap_or_default()
}

/// A commented file that extends a scenario of the library and says how to change it; `name` is that of the new one.
///
/// # Errors
/// There is no such scenario.
pub fn starting_file(from: &str, name: &str) -> Result<String, Problems> {
    let scenario = crate::open(from, &[])?;
    let designs = scenario.designs.join(", ");
    let kind = scenario.systems.values().next().map_or(crate::KINDS[0], SystemSpec::kind);
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
    fn every_scenario_of_the_library_opens_with_its_question() {
        for (name, text) in super::library() {
            assert!(text.starts_with("# Question:"), "{name}");
            let scenario = crate::open(name, &[]).unwrap_or_else(|problems| panic!("{problems}"));
            assert_eq!(scenario.question, super::question(text));
        }
    }

    #[test]
    fn the_starting_file_is_a_scenario_also_with_its_comments_taken_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.toml");
        let opened = |text: &str| {
            std::fs::write(&path, text).expect("written");
            crate::open(&path.to_string_lossy(), &[]).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
        };
        for (from, _) in super::library() {
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
