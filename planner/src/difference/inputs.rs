//! What changed of what went in: conditions of the runs, changes of the command line, figures with their sources, assumptions.

use serde::Serialize;

use crate::summary::{InputFigure, Summary};
use crate::text::duration;

/// Everything of what went into the cases of both results that is not the same.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct InputChanges {
    /// Scenario, seed, replications, version, hashes, and what the command line changed.
    pub conditions: Vec<Condition>,
    /// Figures that went in.
    pub figures: Vec<FigureChange>,
    /// Assumptions that only one of both rests on.
    pub assumptions: Vec<OnlyAssumed>,
}

/// A condition that is not the same in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// What it is: `seed`, `scenario SHA-256`, `--set load.rate`.
    pub name: String,
    /// What it is in A, of several cases all that there are; `null` where there is none.
    pub a: Option<String>,
    /// What it is in B.
    pub b: Option<String>,
}

/// A figure that went into cases of both and is not the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureChange {
    /// What it is.
    pub name: String,
    /// The figure in A, if it has it.
    pub a: Option<InputFigure>,
    /// The figure in B.
    pub b: Option<InputFigure>,
    /// Designs, by their names in A, that it is an input of; none where it is one of all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub designs: Vec<String>,
}

/// An assumption that only one of both rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OnlyAssumed {
    /// The assumption, in a sentence.
    pub assumption: String,
    /// Whether it is B.
    pub in_b: bool,
}

impl InputChanges {
    /// What changed between cases that are the same in both.
    pub(super) fn of(pairs: &[[&Summary; 2]]) -> Self {
        Self { conditions: conditions(pairs), figures: figures(pairs), assumptions: assumptions(pairs) }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many changes there are.
    pub fn len(&self) -> usize {
        self.conditions.len() + self.figures.len() + self.assumptions.len()
    }
}

/// What a case says of a condition, if anything.
type Says = fn(&Summary) -> Option<String>;

/// Conditions that every case says one of.
const CONDITIONS: [(&str, Says); 13] = [
    ("version", |of| Some(of.provenance.version.clone())),
    ("scenario", |of| Some(of.scenario.clone())),
    ("scenario SHA-256", |of| Some(of.provenance.scenario_sha256.clone())),
    ("design", |of| Some(of.design.clone())),
    ("cost book", |of| Some(of.costs.clone())),
    ("sizing", |of| Some(of.sizing.clone())),
    ("seed", |of| Some(of.seed.to_string())),
    ("replications", |of| Some(of.replications.to_string())),
    ("simulated time of each", |of| Some(duration(of.simulated_s))),
    ("resolution", |of| Some(of.resolution.clone())),
    ("date of the prices", |of| Some(of.provenance.prices_date.clone())),
    ("calibration SHA-256", |of| of.provenance.calibration_sha256.clone()),
    ("calibrations of machines", |of| {
        let all = of.provenance.instance_calibrations_sha256.iter();
        let all: Vec<String> = all.map(|(instance, sha256)| format!("{instance} {sha256}")).collect();
        Some(all.join(", "))
    }),
];

fn conditions(pairs: &[[&Summary; 2]]) -> Vec<Condition> {
    let mut changed: Vec<Condition> =
        CONDITIONS.iter().filter_map(|(name, says)| condition((*name).to_owned(), pairs, says)).collect();
    let mut keys: Vec<&str> = Vec::new();
    for change in pairs.iter().flatten().flat_map(|summary| &summary.overrides) {
        if !keys.contains(&change.key.as_str()) {
            keys.push(&change.key);
        }
    }
    changed.extend(keys.into_iter().filter_map(|key| {
        let said =
            |of: &Summary| of.overrides.iter().rfind(|change| change.key == key).map(|change| change.value.clone());
        condition(format!("--set {key}"), pairs, said)
    }));
    changed
}

/// A condition, where the cases of both say not the same of it.
fn condition(name: String, pairs: &[[&Summary; 2]], says: impl Fn(&Summary) -> Option<String>) -> Option<Condition> {
    if pairs.iter().all(|[a, b]| says(a) == says(b)) {
        return None;
    }
    let all = |side: usize| {
        let mut said: Vec<String> = Vec::new();
        for one in pairs.iter().filter_map(|pair| says(pair[side])).filter(|one| !one.is_empty()) {
            if !said.contains(&one) {
                said.push(one);
            }
        }
        (!said.is_empty()).then(|| said.join(", "))
    };
    Some(Condition { name, a: all(0), b: all(1) })
}

/// Figures that are not the same, those of several cases once.
fn figures(pairs: &[[&Summary; 2]]) -> Vec<FigureChange> {
    let mut changes: Vec<FigureChange> = Vec::new();
    for [a, b] in pairs {
        for (first, second) in changed(&a.inputs, &b.inputs) {
            let (first, second) = (first.cloned(), second.cloned());
            let Some(name) = first.as_ref().or(second.as_ref()).map(|figure| figure.name.clone()) else { continue };
            match changes.iter_mut().find(|known| known.a == first && known.b == second) {
                Some(known) if known.designs.contains(&a.design) => {}
                Some(known) => known.designs.push(a.design.clone()),
                None => changes.push(FigureChange { name, a: first, b: second, designs: vec![a.design.clone()] }),
            }
        }
    }
    let mut designs: Vec<&str> = pairs.iter().map(|[a, _]| a.design.as_str()).collect();
    designs.sort_unstable();
    designs.dedup();
    changes.iter_mut().filter(|change| change.designs.len() == designs.len()).for_each(|change| change.designs.clear());
    changes
}

/// Pairs of figures of one name that differ, or that one side has more of.
fn changed<'i>(a: &'i [InputFigure], b: &'i [InputFigure]) -> Vec<(Option<&'i InputFigure>, Option<&'i InputFigure>)> {
    let mut rest: Vec<&InputFigure> = b.iter().collect();
    let mut left: Vec<&InputFigure> = Vec::new();
    for figure in a {
        match rest.iter().position(|other| *other == figure) {
            Some(same) => _ = rest.remove(same),
            None => left.push(figure),
        }
    }
    let mut pairs = Vec::new();
    for figure in left {
        let other = rest.iter().position(|other| other.name == figure.name).map(|at| rest.remove(at));
        pairs.push((Some(figure), other));
    }
    pairs.extend(rest.into_iter().map(|figure| (None, Some(figure))));
    pairs
}

fn assumptions(pairs: &[[&Summary; 2]]) -> Vec<OnlyAssumed> {
    let mut only: Vec<OnlyAssumed> = Vec::new();
    for [a, b] in pairs {
        for (these, others, in_b) in [(a, b, false), (b, a, true)] {
            for assumption in these.assumptions.iter().filter(|one| !others.assumptions.contains(one)) {
                let one = OnlyAssumed { assumption: assumption.clone(), in_b };
                if !only.contains(&one) {
                    only.push(one);
                }
            }
        }
    }
    only
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, value: f64, source: &str) -> InputFigure {
        let (name, unit, known, source) = (name.into(), "s".into(), "claimed".into(), source.into());
        InputFigure { name, value: Some(value), unit, known, source }
    }

    #[test]
    fn what_changed_is_paired_by_name_and_what_one_has_alone_is_told() {
        let a = [figure("x", 1.0, "one"), figure("y", 1.0, "one"), figure("y", 2.0, "two"), figure("gone", 1.0, "one")];
        let b = [figure("y", 2.0, "two"), figure("x", 1.0, "one"), figure("y", 3.0, "one"), figure("new", 1.0, "one")];
        let told: Vec<_> = changed(&a, &b).into_iter().map(|(a, b)| (a.map(|a| a.value), b.map(|b| b.value))).collect();
        let some = |value: f64| Some(Some(value));
        assert_eq!(told, [(some(1.0), some(3.0)), (some(1.0), None), (None, some(1.0))]);
        assert!(changed(&a, &a).is_empty());
    }
}
