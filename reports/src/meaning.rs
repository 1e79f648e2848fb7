//! What each figure is and how it is found, from the list in the documentation, which is the only one.

/// The documentation of all figures.
const LIST: &str = include_str!("../../docs/figures.md");

/// A figure, or figures that are found alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// Names as they are listed, `*` for a part that varies, with Markdown's quotes.
    pub names: &'static str,
    /// What it is.
    pub what: &'static str,
    /// How it is found.
    pub how: &'static str,
}

/// Every entry of the list, in its order.
pub fn all() -> impl Iterator<Item = Meaning> {
    LIST.lines().filter(|line| line.starts_with("| `")).filter_map(|line| {
        let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
        Some(Meaning { names: cells.next()?, what: cells.next()?, how: cells.next()? })
    })
}

/// The place in the list of the entry of a figure: a name in full goes before one with stars.
pub fn of(figure: &str) -> Option<usize> {
    let fits = |meaning: Meaning| meaning.patterns().filter_map(|pattern| stars(pattern, figure)).min();
    let found = all().enumerate().filter_map(|(place, meaning)| Some((fits(meaning)?, place)));
    found.min().map(|(_, place)| place)
}

impl Meaning {
    fn patterns(self) -> impl Iterator<Item = &'static str> {
        self.names.split(", ").map(|name| name.trim_matches('`'))
    }

    /// Its names without quotes.
    pub fn names(self) -> String {
        self.patterns().collect::<Vec<_>>().join(", ")
    }
}

/// How many stars of a pattern stand for parts of a name, where it fits: part by part, and at the end perhaps a statistic.
fn stars(pattern: &str, name: &str) -> Option<usize> {
    let (pattern, name): (Vec<&str>, Vec<&str>) = (pattern.split('.').collect(), name.split('.').collect());
    let rest = name.get(pattern.len()..)?;
    let fits = pattern.iter().zip(&name).all(|(part, of)| *part == "*" || part == of);
    let is_statistic = |part: &str| {
        let percent = part.strip_prefix('p').is_some_and(|digits| digits.chars().all(|digit| digit.is_ascii_digit()));
        percent || ["mean", "max", "most", "least"].contains(&part)
    };
    let is_whole = rest.is_empty() || matches!(rest, [part] if is_statistic(part));
    (fits && is_whole).then(|| pattern.iter().filter(|part| **part == "*").count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_full_goes_before_one_with_stars() {
        let what = |figure| of(figure).and_then(|place| all().nth(place)).map(|meaning| meaning.names());
        assert_eq!(what("utilization.provers").as_deref(), Some("utilization, utilization.*"));
        assert_eq!(what("cost.total").as_deref(), Some("cost.total"));
        assert_eq!(what("cost.proving").as_deref(), Some("cost.*"));
        assert_eq!(what("sojourn.p99").as_deref(), Some("sojourn"));
        assert_eq!(what("bought.price").as_deref(), Some("bought.proofs, bought.price, bought.again"));
        assert_eq!(what("no.such.figure.at.all"), None);
    }

    #[test]
    fn every_entry_has_three_cells_and_no_name_is_there_twice() {
        let rows = LIST.lines().filter(|line| line.starts_with("| `")).count();
        assert!(rows > 80 && all().count() == rows);
        let mut names: Vec<&str> = all().flat_map(Meaning::patterns).collect();
        names.sort_unstable();
        // Two kinds have a figure of that name, which is found in the same way.
        let twice: Vec<&str> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert_eq!(twice, ["proof_finality"]);
    }
}
