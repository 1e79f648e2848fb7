//! `schema`: the JSON schema of scenario files.

use super::{Answer, Failure, print};

/// Prints the schema of a kind of system.
pub fn run(kind: &str) -> Result<Answer, Failure> {
    let schema = serde_json::to_string_pretty(&scenarios::schema(kind)).map_err(Failure::because)?;
    print(&format!("{schema}\n"))?;
    Ok(Answer::Done)
}
