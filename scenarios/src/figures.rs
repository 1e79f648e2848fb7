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
    let patterns = || all.first().into_iter().flat_map(|figures| figures.list.iter().copied());
    let Some(of) = unit_of(metric, &all) else {
        let fill = |pattern| all.iter().flat_map(move |figures| figures.fill(pattern, metric));
        let names: Vec<String> = patterns().flat_map(|(_, pattern)| fill(pattern)).collect();
        let meant = nearest(metric, names.iter().map(String::as_str));
        let meant = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
        return Some(("metric", format!("no outcome has a figure `{metric}`{meant}")));
    };
    conversion(of, unit).is_none().then(|| ("unit", format!("`{metric}` is in {of}, which cannot be given in {unit}")))
}

/// The unit of a figure of these designs, where they have one of that name.
fn unit_of(metric: &str, all: &[Figures<'_>]) -> Option<&'static str> {
    let has = |pattern: &str, name: &str| all.iter().any(|figures| figures.has(pattern, name));
    let patterns = || all.first().into_iter().flat_map(|figures| figures.list.iter().copied());
    // A name in full goes before one with a star.
    let exact = patterns().find(|(_, pattern)| *pattern == metric);
    let found = || patterns().find(|(_, pattern)| star(pattern, metric).is_some_and(|name| has(pattern, name)));
    exact.or_else(found).map(|(unit, _)| unit)
}

/// The unit of a bare rate of a figure in full: of `throughput`, which is in `tx/s`, that of `/s` is `tx/s`. Any other unit stays.
pub(crate) fn in_full<'s>(metric: &str, unit: &str, of_designs: impl Iterator<Item = Figures<'s>>) -> String {
    let counted = unit_of(metric, &of_designs.collect::<Vec<_>>()).and_then(|of| Some(of.split_once('/')?.0));
    match counted.filter(|_| unit.starts_with('/')) {
        Some(counted) => format!("{counted}{unit}"),
        None => unit.to_owned(),
    }
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
