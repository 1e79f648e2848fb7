//! `schema`: the JSON schema of scenario files.

use super::{Answer, Failure, print};

/// Prints the schema.
pub fn run() -> Result<Answer, Failure> {
    let schema = serde_json::to_string_pretty(&scenarios::schema()).map_err(Failure::because)?;
    print(&format!("{schema}\n"))?;
    Ok(Answer::Done)
}
