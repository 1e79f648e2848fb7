//! Sizes that stand inside names, like that of `proof-gen-1024`.

use std::str::FromStr;

/// What stands for the size in a pattern.
const SIZE: &str = "{size}";
/// What joins the parts of names.
const JOINTS: [char; 7] = ['-', '_', '/', '.', '=', ':', ' '];

/// What stands before and after the size in a name, like `proof-gen-{size}` or `{size}_points`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizePattern {
    before: String,
    after: String,
}

impl FromStr for SizePattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split(SIZE).collect::<Vec<_>>().as_slice() {
            [before, after] => Ok(Self { before: (*before).to_owned(), after: (*after).to_owned() }),
            _ => Err(format!("give a pattern with {SIZE} once, like `proof-gen-{SIZE}`")),
        }
    }
}

impl std::fmt::Display for SizePattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}{SIZE}{}", self.before, self.after)
    }
}

impl SizePattern {
    /// The name without its size, and the size.
    pub(super) fn split(&self, name: &str) -> Option<(String, u64)> {
        name.match_indices(&self.before).find_map(|(at, _)| {
            let (head, rest) = name.split_at(at + self.before.len());
            if head.ends_with(|one: char| one.is_ascii_digit()) && self.before.is_empty() {
                return None;
            }
            let digits = rest.find(|one: char| !one.is_ascii_digit()).unwrap_or(rest.len());
            let (size, tail) = rest.split_at(digits);
            let size = size.parse().ok().filter(|_| tail.starts_with(&self.after))?;
            let name = joined(head, tail);
            (!name.is_empty()).then_some((name, size))
        })
    }
}

/// Both sides of what was taken out, with one joint between them and none at the ends.
fn joined(head: &str, tail: &str) -> String {
    if tail.is_empty() {
        return head.trim_end_matches(JOINTS).to_owned();
    }
    let tail = if head.is_empty() || head.ends_with(JOINTS) { tail.trim_start_matches(JOINTS) } else { tail };
    format!("{head}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_found_where_the_pattern_says() {
        let split = |pattern: &str, name: &str| pattern.parse::<SizePattern>().expect("a pattern").split(name);
        let found = |name: &str, size| Some((name.to_owned(), size));
        assert_eq!(split("proof-gen-{size}", "kzg/proof-gen-1024"), found("kzg/proof-gen", 1024));
        assert_eq!(split("{size}_points", "Msm/1024_points"), found("Msm/points", 1024));
        assert_eq!(split("{size}", "2048 bits of RSA"), found("bits of RSA", 2048));
        assert_eq!(split("n{size}.", "a.n8.b"), found("a.n.b", 8));
        assert_eq!(split("proof-gen-{size}", "kzg/proof-gen"), None);
        assert_eq!(split("{size}", "99999999999999999999"), None);
        assert_eq!(split("{size}", "8"), None);
        assert!("proof-gen".parse::<SizePattern>().is_err() && "{size}{size}".parse::<SizePattern>().is_err());
    }
}
