//! The scenarios that ship with the program.

use crate::reading::Problems;

/// Names and texts of all scenarios of the library.
pub fn library() -> &'static [(&'static str, &'static str)] {
    &[
        ("layered", include_str!("../library/systems/layered.toml")),
        ("provers", include_str!("../library/systems/provers.toml")),
        ("hotstuff", include_str!("../library/systems/hotstuff.toml")),
        ("proof-service", include_str!("../library/systems/proof-service.toml")),
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
    let base = &scenario.base;
    Ok(format!(
        r#"# Question: what do you want to know? Write it here, and in `question` below.
#
# This file extends `{from}`: every key that it does not set holds as there. Only what differs belongs here.
# `proofcast schema` describes all keys; a wrong one is reported with its line and the nearest valid key.

extends = "{from}"
name = "{name}"
question = "What changes?"

# Replications make the intervals; the horizon is the measured time of each.
# horizon = "6 h"
# replications = 10

# [load]
# rate = "25k"                  # tx/s, Poisson arrivals; a design with a load of its own keeps it

# [validators]
# validation = "own shard"      # default: every validator checks every transaction
# downlink = "1 Gbit/s"

# A design overrides any key of the system. The designs of `{from}`: {designs}.
# [design.{base}.proving]
# specified_machines = 52

# A design of your own starts from the shared keys:
# [design.mine.proving]
# machine = "gpu"
# leaf = "gpu_batch"
# pair = "gpu_pair"
# segment_slots = 1
# levels = [{{ name = "epoch proof", node = "nothing" }}]

# Money is studied beside the chain: the market for proofs, the fees of the tiers, the nodes.
# [market]
# mechanism = "lottery"         # here a race; also "round robin" and "auction"
# prover.machines = 20          # default: as many as prove an epoch within `prover.aim`
# [fees.tiers.private]
# willingness = 0.05            # tokens that users would pay on average

# A cost that you know better than the book: claimed, measured by `proofcast calibrate`, or published.
# [books.measured.costs]
# signature_verify = [{{ from = "claimed", time = "60 us", source = "our own bench, 2026-11" }}]
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
    fn the_starting_file_is_a_scenario() {
        let folder = std::env::temp_dir().join(format!("proofcast-new-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let path = folder.join("mine.toml");
        std::fs::write(&path, super::starting_file("layered", "mine").expect("in the library")).expect("written");
        let scenario = crate::open(&path.to_string_lossy(), &[]);
        std::fs::remove_dir_all(&folder).expect("removed");
        assert_eq!(scenario.unwrap_or_else(|problems| panic!("{problems}")).name, "mine");
    }
}
