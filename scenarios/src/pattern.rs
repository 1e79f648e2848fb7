//! Names with a star.

/// Whether a name is what a pattern says; `*` stands for anything.
pub fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name
            .strip_prefix(head)
            .is_some_and(|rest| (0..=rest.len()).filter_map(|skip| rest.get(skip..)).any(|rest| matches(tail, rest))),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("stark*", "stark.prove") && matches("*.verify", "ed25519.verify") && matches("*", "x"));
        assert!(matches("ml_*.sign", "ml_dsa_65.sign") && !matches("stark", "stark.prove") && !matches("a*b", "ac"));
    }
}
