//! Sizes that stand inside names, like that of `proof-gen-1024`, and how a number may be spelt there: `1024`, `1_024`, `0x400`,
//! `2^10`, `1k`, `1M`. What is only perhaps a number, or perhaps another one, is none.

use std::str::FromStr;

/// What stands for the size in a pattern.
const SIZE: &str = "{size}";
/// What joins the parts of names.
const JOINTS: [char; 7] = ['-', '_', '/', '.', '=', ':', ' '];
/// What may go on with a number where a digit follows, like the point of `1.5`.
const WITHIN: [char; 4] = ['.', ',', '_', '\''];
/// What makes another number of the one before it, like the star of `2**10`.
const OPERATORS: [char; 6] = ['^', '*', '+', '<', '%', '×'];
/// What a number is multiplied by, longer words first.
const MULTIPLES: [(&str, u64); 6] =
    [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)];

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
    /// The name without its size, and the size; nothing where the name does not fit.
    ///
    /// # Errors
    /// It fits but for what stands in the place of the size, which is no plain number.
    pub(super) fn split(&self, name: &str) -> Option<Result<(String, u64), String>> {
        let (mut not_plain, mut end) = (None, 0);
        for (at, before) in name.match_indices(&self.before) {
            let (head, rest) = name.split_at(at + before.len());
            // What has begun to be read as a number is read no second time from its middle.
            if head.len() < end || !rest.starts_with(|one: char| one.is_ascii_digit()) {
                continue;
            }
            let spellings = || spelt(rest).into_iter().flatten();
            // What the pattern says is its own word for what stands behind the number.
            let fits = |length: usize| match self.after.as_str() {
                "" => ends(&rest[length..]),
                after => rest[length..].starts_with(after),
            };
            if let Some((size, length)) = spellings().find(|(_, length)| fits(*length)) {
                let name = joined(head, &rest[length..]);
                if !name.is_empty() {
                    return Some(Ok((name, size)));
                }
            } else if rest.contains(&self.after) && !spellings().any(|(_, length)| ends(&rest[length..])) {
                not_plain = not_plain.or(Some(&rest[..run(rest)]));
            }
            end = head.len() + run(rest);
        }
        not_plain.map(|found| {
            Err(format!(
                "`{self}`: found `{found}` in the place of the size; it must be a whole number such as 1024, 1_024, 0x400, \
                 2^10, 1k or 1M"
            ))
        })
    }
}

/// Whether a number is over where the rest of its text is this.
fn ends(rest: &str) -> bool {
    let mut next = rest.chars();
    match (next.next(), next.next()) {
        (Some(one), _) if one.is_alphanumeric() || OPERATORS.contains(&one) => false,
        (Some(one), Some(digit)) => !(WITHIN.contains(&one) && digit.is_ascii_digit()),
        _ => true,
    }
}

/// The numbers that a text may begin with, and their lengths, those that take more of it first.
fn spelt(text: &str) -> [Option<(u64, usize)>; 3] {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let length = digits.find(|one: char| !one.is_ascii_hexdigit()).unwrap_or(digits.len());
        return [u64::from_str_radix(&digits[..length], 16).ok().map(|size| (size, 2 + length)), None, None];
    }
    let digits = |text: &str| text.find(|one: char| !one.is_ascii_digit()).unwrap_or(text.len());
    let (mut length, first) = (digits(text), digits(text));
    // Groups of three digits, and no others: `16_32` may be two numbers.
    while first <= 3 && text[length..].strip_prefix('_').is_some_and(|rest| digits(rest) == 3) {
        length += 4;
    }
    let Ok(number) = text[..length].replace('_', "").parse::<u64>() else { return [None; 3] };
    let rest = &text[length..];
    let power = rest.strip_prefix('^').and_then(|exponent| {
        let digits = digits(exponent);
        Some((number.checked_pow(exponent[..digits].parse().ok()?)?, length + 1 + digits))
    });
    let multiple = MULTIPLES.iter().find(|(word, _)| rest.starts_with(word));
    let multiple = multiple.and_then(|(word, times)| Some((number.checked_mul(*times)?, length + word.len())));
    [power, multiple, Some((number, length))]
}

/// The length of what looks like one number or word at the beginning of a text.
fn run(text: &str) -> usize {
    let goes_on = |one: char| one.is_alphanumeric() || OPERATORS.contains(&one) || WITHIN.contains(&one);
    text.find(|one: char| !goes_on(one)).unwrap_or(text.len())
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

    fn split(pattern: &str, name: &str) -> Option<Result<(String, u64), String>> {
        pattern.parse::<SizePattern>().expect("a pattern").split(name)
    }

    #[test]
    fn a_size_is_found_where_the_pattern_says() {
        let found = |name: &str, size| Some(Ok((name.to_owned(), size)));
        assert_eq!(split("proof-gen-{size}", "kzg/proof-gen-1024"), found("kzg/proof-gen", 1024));
        assert_eq!(split("{size}_points", "Msm/1024_points"), found("Msm/points", 1024));
        assert_eq!(split("{size}_points", "v2/1024_points"), found("v2/points", 1024));
        assert_eq!(split("{size}", "2048 bits of RSA"), found("bits of RSA", 2048));
        assert_eq!(split("n{size}.", "a.n8.b"), found("a.n.b", 8));
        assert_eq!(split("proof-gen-{size}", "kzg/proof-gen"), None);
        assert_eq!(split("{size}", "8"), None);
        assert!("proof-gen".parse::<SizePattern>().is_err() && "{size}{size}".parse::<SizePattern>().is_err());
    }

    #[test]
    fn a_size_may_be_spelt_in_every_plain_way() {
        let spellings = [
            ("0x10", 16),
            ("0X1f", 31),
            ("1_024", 1_024),
            ("1_048_576", 1 << 20),
            ("2^10", 1_024),
            ("10^6", 1_000_000),
            ("1k", 1_000),
            ("4Ki", 4_096),
            ("1M", 1_000_000),
            ("2Mi", 2 << 20),
            ("007", 7),
        ];
        for (spelt, size) in spellings {
            for name in [format!("msm/n{spelt}"), format!("msm/n{spelt}-bn254"), format!("msm/n{spelt}_p")] {
                let found = split("n{size}", &name).expect("it fits").map(|(_, size)| size);
                assert_eq!(found, Ok(size), "{name}");
            }
            assert_eq!(split("{size}", &format!("msm/{spelt}")), Some(Ok(("msm".into(), size))));
        }
        // The pattern may say itself what stands behind the number.
        for (pattern, name) in
            [("{size}bit", "add/8bit"), ("{size}^", "add/8^x"), ("{size}k", "add/8k"), ("{size}_16", "a/8_16")]
        {
            assert_eq!(split(pattern, name).expect("it fits").map(|(_, size)| size), Ok(8), "{name}");
        }
    }

    #[test]
    fn what_is_perhaps_another_number_is_named_and_no_size() {
        let odd = [
            "1.5",
            "1,024",
            "1e6",
            "16_32",
            "1_02",
            "2^x",
            "2**10",
            "2^99",
            "8bit",
            "16x16",
            "1K",
            "0xg",
            "0x",
            "1kk",
            "1<<10",
            "99999999999999999999",
            "10%",
            "2^10^2",
            "1'024",
        ];
        for found in odd {
            for pattern in ["{size}", "n{size}"] {
                let refused = split(pattern, &format!("msm/n{found}-p")).expect("it fits").expect_err(found);
                assert!(refused.contains(&format!("found `{found}`")), "{refused}");
            }
        }
    }
}
