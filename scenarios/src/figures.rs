//! Names of the figures that claims and objectives may ask for, each with its unit.
//!
//! The planner makes the figures; a test of the whole program holds every outcome of the library against this list. Which of them
//! an outcome has depends on its design: one that a design has not is no slip of the pen.

use crate::claims::unit::conversion;
use crate::reading::nearest;

/// What is wrong with the name or the unit of a figure of these designs: `metric` or `unit`, and why.
pub(crate) fn fault<'s>(
    metric: &str,
    unit: &str,
    of_designs: impl Iterator<Item = Figures<'s>>,
) -> Option<(&'static str, String)> {
    let all: Vec<Figures> = of_designs.collect();
    let has = |pattern: &str, name: &str| all.iter().any(|figures| figures.has(pattern, name));
    let patterns = || all.first().into_iter().flat_map(|figures| figures.list.iter().copied());
    // A name in full goes before one with a star.
    let exact = patterns().find(|(_, pattern)| *pattern == metric);
    let found =
        exact.or_else(|| patterns().find(|(_, pattern)| star(pattern, metric).is_some_and(|name| has(pattern, name))));
    let Some((of, _)) = found else {
        let fill = |pattern| all.iter().flat_map(move |figures| figures.fill(pattern, metric));
        let names: Vec<String> = patterns().flat_map(|(_, pattern)| fill(pattern)).collect();
        let meant = nearest(metric, names.iter().map(String::as_str));
        let meant = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
        return Some(("metric", format!("no outcome has a figure `{metric}`{meant}")));
    };
    conversion(of, unit).is_none().then(|| ("unit", format!("`{metric}` is in {of}, which cannot be given in {unit}")))
}

/// What stands for the star of a pattern in a name.
fn star<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    let (before, after) = pattern.split_once('*')?;
    name.strip_prefix(before)?.strip_suffix(after).filter(|name| !name.is_empty())
}

/// Patterns of figures by their units; `*` stands for a name.
pub(crate) type List = &'static [(&'static str, &'static [&'static str])];

/// Every figure of a list with its unit.
pub(crate) fn listed(list: List) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.iter().flat_map(|(unit, patterns)| patterns.iter().map(|pattern| (*unit, *pattern)))
}

/// The figures that systems of a kind have.
pub(crate) struct Figures<'s> {
    /// Every figure of the kind: its unit and its pattern.
    pub(crate) list: Vec<(&'static str, &'static str)>,
    /// The names that may stand for a star, by what a pattern begins with.
    pub(crate) names: Vec<(&'static [&'static str], Vec<&'s str>)>,
}

impl Figures<'_> {
    /// All names for the star of a pattern; nothing where they are not known beforehand.
    fn of_pattern(&self, pattern: &str) -> Option<&[&str]> {
        let begins = pattern.split(['.', '_']).next()?;
        self.names.iter().find(|(heads, _)| heads.contains(&begins)).map(|(_, names)| names.as_slice())
    }

    fn has(&self, pattern: &str, name: &str) -> bool {
        self.of_pattern(pattern).is_none_or(|known| known.contains(&name))
    }

    /// The names that a pattern stands for; where they are not known, with what stands at that place of another name.
    fn fill(&self, pattern: &str, metric: &str) -> Vec<String> {
        if !pattern.contains('*') {
            return vec![pattern.to_owned()];
        }
        let said = metric.split('.').nth(1).into_iter().collect::<Vec<_>>();
        self.of_pattern(pattern).unwrap_or(&said).iter().map(|name| pattern.replace('*', name)).collect()
    }
}
