//! The scenarios that ship with the program.

/// Names and texts of all scenarios of the library.
pub fn library() -> &'static [(&'static str, &'static str)] {
    &[
        ("layered", include_str!("../library/systems/layered.toml")),
        ("provers", include_str!("../library/systems/provers.toml")),
        ("hotstuff", include_str!("../library/systems/hotstuff.toml")),
        ("proof-service", include_str!("../library/systems/proof-service.toml")),
        ("inference-proofs", include_str!("../library/systems/inference-proofs.toml")),
        ("prover-fleet", include_str!("../library/systems/prover-fleet.toml")),
        ("realtime-proving", include_str!("../library/systems/realtime-proving.toml")),
        ("optimistic-rollup", include_str!("../library/systems/optimistic-rollup.toml")),
        ("validity-rollup", include_str!("../library/systems/validity-rollup.toml")),
        ("prover-market", include_str!("../library/systems/prover-market.toml")),
    ]
}

/// The question that a scenario opens with.
pub fn question(text: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix("question = "));
    line.map(|question| question.trim().trim_matches('"').to_owned()).unwrap_or_default()
}

/// Reads a table that ships with the program; its form is asserted, because it is ours.
pub(crate) fn rows<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .map(|row| row.unwrap_or_else(|error| panic!("a table of the library does not read: {error}")))
        .collect()
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
}
