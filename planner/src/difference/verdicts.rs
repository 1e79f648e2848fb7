//! Objectives and claims that do not stand in B where they stand in A.

use serde::Serialize;

use crate::summary::{Attainment, Finding, Standing, Summary, Verdict};

/// An objective or a claim that stands elsewhere, or that only one of both has.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Turned {
    /// `objective` or `claim`.
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// Where it stands in A; `null` where A does not have it.
    pub a: Option<Stands>,
    /// Where it stands in B.
    pub b: Option<Stands>,
}

/// Where an objective or a claim stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stands {
    /// The verdict: that of an objective, or of a claim.
    pub verdict: &'static str,
    /// What is wanted, or claimed, in `unit`.
    pub wanted: f64,
    /// What was found.
    pub found: Option<f64>,
    /// Unit of both.
    pub unit: String,
}

impl Stands {
    /// Whether it is the same verdict on the same.
    fn is_same(&self, other: &Self) -> bool {
        self.verdict == other.verdict && self.wanted == other.wanted && self.unit == other.unit
    }

    fn objective(of: &Attainment) -> (&str, Self) {
        let verdict = match of.standing {
            Standing::Pass => "pass",
            Standing::Fail => "fail",
            Standing::Undecided => "undecided",
            Standing::Untested => "untested",
        };
        (&of.name, Self { verdict, wanted: of.wanted, found: of.found, unit: of.unit.clone() })
    }

    fn claim(of: &Finding) -> (&str, Self) {
        let verdict = match of.verdict {
            Verdict::Holds => "holds",
            Verdict::Fails => "fails",
            Verdict::Undecided => "undecided",
            Verdict::Inconsistent => "inconsistent",
            Verdict::Untested => "untested",
        };
        (&of.id, Self { verdict, wanted: of.claimed, found: of.found, unit: of.unit.clone() })
    }
}

/// All of a case that do not stand where they stood.
pub(super) fn turned(a: &Summary, b: &Summary) -> Vec<Turned> {
    let objectives = |summary: &Summary| owned(summary.objectives.iter().map(Stands::objective));
    let claims = |summary: &Summary| owned(summary.claims.iter().map(Stands::claim));
    let all = [("objective", objectives(a), objectives(b)), ("claim", claims(a), claims(b))];
    all.into_iter().flat_map(|(what, a, b)| of(what, &a, &b)).collect()
}

fn owned<'s>(all: impl Iterator<Item = (&'s str, Stands)>) -> Vec<(String, Stands)> {
    all.map(|(name, stands)| (name.to_owned(), stands)).collect()
}

fn of(what: &'static str, a: &[(String, Stands)], b: &[(String, Stands)]) -> Vec<Turned> {
    let find =
        |all: &[(String, Stands)], name: &str| all.iter().find(|(other, _)| other == name).map(|(_, it)| it.clone());
    let new = b.iter().filter(|(name, _)| find(a, name).is_none());
    let both =
        a.iter().chain(new).map(|(name, _)| Turned { what, name: name.clone(), a: find(a, name), b: find(b, name) });
    let is_same = |turned: &Turned| turned.a.as_ref().zip(turned.b.as_ref()).is_some_and(|(a, b)| a.is_same(b));
    both.filter(|turned| !is_same(turned)).collect()
}
