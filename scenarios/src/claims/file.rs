//! Files of claims: those of the library, and files of the user's.

use std::path::Path;

use super::spec::ClaimFile;
use super::{Claim, Said, claims};
use crate::reading::{Layer, Problem, Problems, Source, meant, nearest, read_with_places};

/// Names and texts of all files of claims in the library. One that is about a scenario has its name; the others say what they are
/// `about`.
pub fn claim_library() -> &'static [(&'static str, &'static str)] {
    &[
        ("layered", include_str!("../../library/claims/layered.toml")),
        ("policies", include_str!("../../library/claims/policies.toml")),
        ("proof-service", include_str!("../../library/claims/proof-service.toml")),
        ("inference-proofs", include_str!("../../library/claims/inference-proofs.toml")),
        ("keys", include_str!("../../library/claims/keys.toml")),
        ("realtime-proving", include_str!("../../library/claims/realtime-proving.toml")),
        ("optimistic-rollup", include_str!("../../library/claims/optimistic-rollup.toml")),
        ("validity-rollup", include_str!("../../library/claims/validity-rollup.toml")),
        ("prover-market", include_str!("../../library/claims/prover-market.toml")),
    ]
}

/// The claims of a file by its name in the library or its path, which may be beside the file in `folder`.
///
/// # Errors
/// Everything that is wrong with the file, with its places.
pub(crate) fn open(name: &str, folder: Option<&Path>, scenario: Option<&Said<'_>>) -> Result<Vec<Claim>, Problems> {
    read(source(name, folder)?, scenario)
}

/// The claims of a file that needs no scenario, if the name is that of one: a file that says what it is `about`.
///
/// # Errors
/// The file cannot be read, or is not what a file of claims must be.
pub fn claims_of(name: &str) -> Result<Option<Vec<Claim>>, Problems> {
    let is_scenario = crate::library().iter().any(|(known, _)| *known == name);
    let in_library = claim_library().iter().any(|(known, _)| *known == name);
    if is_scenario || !(in_library || Path::new(name).is_file()) {
        let scenarios: Vec<&str> = crate::library().iter().map(|(known, _)| *known).collect();
        let others = claim_library().iter().map(|(known, _)| *known).filter(|known| !scenarios.contains(known));
        // A slip in the name of a file of claims is no slip in that of a scenario.
        let slip = !is_scenario && !Path::new(name).exists() && nearest(name, others).is_some();
        return if slip { source(name, None).map(|_| None) } else { Ok(None) };
    }
    let source = source(name, None)?;
    let about = |line: &str| line.trim_start().starts_with("about");
    // The first key of a file tells: what is wrong with the rest is said when it is read as what it is.
    let first = source.text.lines().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    if first.is_some_and(about) { read(source, None).map(Some) } else { Ok(None) }
}

fn source(name: &str, folder: Option<&Path>) -> Result<Source, Problems> {
    if let Some((_, text)) = claim_library().iter().find(|(known, _)| *known == name) {
        return Ok(Source::new(format!("{name} (library, claims)"), *text));
    }
    let path = folder.map_or_else(|| Path::new(name).to_owned(), |folder| folder.join(name));
    if path.exists() {
        return Source::open(path);
    }
    let known: Vec<&str> = claim_library().iter().map(|(name, _)| *name).collect();
    let near = meant(name, known.iter().copied());
    let problem = Problem::new(&Source::new(name, ""), None, format!("there is no file of claims `{name}`"));
    Err(problem.with_help(format!("{near}files of the library: {}", known.join(", "))).into())
}

fn read(source: Source, scenario: Option<&Said<'_>>) -> Result<Vec<Claim>, Problems> {
    let layers = [Layer::File(source)];
    let (file, places) = read_with_places::<ClaimFile>(&layers)?;
    claims(&file.claims, scenario).map_err(|faults| {
        faults.into_iter().map(|(key, message)| places.problem(&format!("claims.{key}"), message)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a claim that ends like this: line and message.
    fn wrong(end: &str) -> Vec<(usize, String)> {
        let text = format!(
            "about = \"a test\"\n[[claims]]\nid = \"T.a.b\"\nstatement = \"a batch has them\"\nclaimed = 5\nunit = \"tx\"\n\
             bound = \"about\"\ntolerance = \"1 %\"\nsource = \"a test\"\n{end}\n"
        );
        match read(Source::new("test", text), None) {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .iter()
                .map(|problem| (problem.position().map_or(0, |(line, _)| line), problem.message().to_owned()))
                .collect(),
        }
    }

    #[test]
    fn units_that_do_not_give_the_claim_are_reported_with_their_place() {
        let derive =
            |formula: &str, inputs: &str| wrong(&format!("[claims.derive]\nformula = \"{formula}\"\n{inputs}"));
        assert_eq!(derive("load * epoch", "inputs = { load = \"50000 tx/s\", epoch = \"1 h\" }"), []);
        let found = derive("load * batch", "inputs = { load = \"50000 tx/s\", batch = \"100 s/tx\" }");
        assert_eq!(found[0].0, 11, "{found:?}");
        assert!(found[0].1.contains("gives a plain number, but the claim is in tx"), "{found:?}");
        let found = derive("load + epoch", "inputs = { load = \"50000 tx\", epoch = \"1 h\" }");
        assert!(found[0].0 == 11 && found[0].1.contains("do not fit together"), "{found:?}");
        let found = derive("load", "inputs = { load = \"50000 txx\", idle = 3 }");
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [12, 12], "{found:?}");
        assert!(found.iter().any(|(_, why)| why.contains("did you mean `tx`?")), "{found:?}");
        assert!(derive("load", "inputs = { load = { from = \"load.rate\" } }")[0].1.contains("no scenario"));
    }

    #[test]
    fn a_claim_says_how_it_is_checked_once() {
        assert!(wrong("")[0].1.contains("says not how it is checked"));
        assert_eq!(wrong("unchecked = \"no phone\""), []);
        let shown = "unchecked = \"another phone\"\n[claims.find]\nformula = \"n\"\ninputs = { n = \"3 tx\" }";
        assert_eq!(wrong(shown), []);
        let twice = wrong("digits = 1\nunchecked = \"no phone\"");
        assert!(twice[0].1.contains("`digits` or a `tolerance`, and one of them only"), "{twice:?}");
        assert!(wrong("unchecked = \"no phone\"\nhost = \"a CPU\"")[0].1.contains("under `find`"));
        assert!(wrong("unchecked = \"no phone\"\nload = \"5 tx/s\"")[0].1.contains("belongs to a monthly cost"));
        let measured = "{ operation = \"a.b\", size = 1, of = \"rate\", unit = \"tx·s\" }";
        let text = |key: &str| wrong(&format!("[claims.{key}]\nformula = \"n\"\ninputs = {{ n = {measured} }}"));
        assert_eq!(text("find"), []);
        assert!(text("derive")[0].1.contains("belongs to `find`"));
    }

    #[test]
    fn inputs_are_taken_from_other_claims_and_from_the_price_list() {
        let derive = |input: &str| wrong(&format!("[claims.derive]\nformula = \"n\"\ninputs = {{ n = {input} }}"));
        assert_eq!(derive("{ claim = \"T.a.b\" }"), []);
        assert!(derive("{ claim = \"T.a.c\" }")[0].1.contains("no claim `T.a.c` in this file; did you mean `T.a.b`?"));
        let found = derive("{ claim = \"T.a.b\", unit = \"1/s\" }");
        assert!(found[0].0 == 11 && found[0].1.contains("gives tx/s, but the claim is in tx"), "{found:?}");
        let found = derive("{ from = \"prices.aws.c7i.16xlarge\", unit = \"tx\" }");
        assert!(found[0].1.contains("gives USD·tx/s, but the claim is in tx"), "{found:?}");
        assert!(derive("{ from = \"prices.aws.c7i\" }")[0].1.contains("the price list has no `aws.c7i`"));
    }
}
