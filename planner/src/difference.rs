//! Two results side by side: what changed in their inputs, and what in their figures, bills and verdicts.
//!
//! | file | what |
//! |---|---|
//! | `inputs` | conditions, changes of the command line, figures that went in, assumptions |
//! | `figures` | every figure of a case in both, with the difference and its interval |
//! | `lines` | the bill by line |
//! | `verdicts` | objectives and claims that stand elsewhere |
//! | `answer` | the answer in a sentence |
//!
//! Method: cases are matched by design, cost book and sizing; where each result has a single one, these two are. A stream of random
//! numbers belongs to a cause, so two results of one seed are compared replication by replication, and those of any two world by world, as
//! designs are in a comparison. Where the seeds or the numbers of replications differ, the noises of both are independent: Welch's
//! interval.
//!
//! Leaves out: that many figures are judged at once. Of a hundred with noise of which none changed, about five differ at 95 %, unless their
//! pairs are the same.

mod answer;
mod figures;
mod inputs;
mod lines;
mod verdicts;

use serde::Serialize;

pub use figures::{FigureContrast, Found};
pub use inputs::{Condition, FigureChange, InputChanges, OnlyAssumed};
pub use lines::{BillContrast, BillLine, LineContrast};
pub use verdicts::{Stands, Turned};

use crate::summary::Summary;

/// Version of the machine interface of two results side by side.
pub const DIFFERENCE_SCHEMA: &str = "proofcast/difference/1";

/// One of two results.
#[derive(Debug, Clone, Copy)]
pub struct Told<'r> {
    /// What the user calls it.
    pub name: &'r str,
    /// Name of its base design.
    pub base: &'r str,
    /// Its outcomes.
    pub designs: &'r [Summary],
}

/// What two results differ in: B as against A.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrast {
    /// [`DIFFERENCE_SCHEMA`].
    pub schema: &'static str,
    /// The answer in a few sentences.
    pub answer: String,
    /// The first result.
    pub a: Side,
    /// The second.
    pub b: Side,
    /// What changed of what went in.
    pub inputs: InputChanges,
    /// Every case that both have.
    pub cases: Vec<CaseContrast>,
    /// Cases that only A has.
    pub only_a: Vec<CaseName>,
    /// Cases that only B has.
    pub only_b: Vec<CaseName>,
    /// The place of the case that the answer is about.
    #[serde(skip)]
    lead: Option<usize>,
}

/// What a result is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// What the user calls it.
    pub name: String,
    /// Name of its scenario.
    pub scenario: String,
    /// Version of the program that made it.
    pub version: String,
    /// How many cases it has.
    pub cases: usize,
}

/// What a case is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseName {
    /// Name of the design.
    pub design: String,
    /// Cost book.
    pub costs: String,
    /// `specified` or `sized`.
    pub sizing: String,
}

/// A case in both results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseContrast {
    /// What it is called in A.
    pub a: CaseName,
    /// What it is called in B.
    pub b: CaseName,
    /// Whether its replications go by pairs, on the same random numbers.
    pub paired: bool,
    /// Why they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Every figure that one of both has, the headlines of its kind first.
    pub figures: Vec<FigureContrast>,
    /// The bill by line, where one has any.
    pub bill: Option<BillContrast>,
    /// Objectives and claims that stand elsewhere.
    pub verdicts: Vec<Turned>,
}

impl CaseName {
    fn of(summary: &Summary) -> Self {
        let Summary { design, costs, sizing, .. } = summary;
        Self { design: design.clone(), costs: costs.clone(), sizing: sizing.clone() }
    }

    /// The case in words.
    pub fn in_words(&self) -> String {
        format!("{} on {} costs, {}", self.design, self.costs, self.sizing)
    }
}

impl CaseContrast {
    fn of([a, b]: [&Summary; 2]) -> Self {
        let why = figures::unpaired(a, b);
        Self {
            a: CaseName::of(a),
            b: CaseName::of(b),
            paired: why.is_none(),
            figures: figures::figures(a, b, why.is_none()),
            why,
            bill: lines::bill(a, b),
            verdicts: verdicts::turned(a, b),
        }
    }

    /// What it is called in a sentence: by both names, where they differ.
    pub fn in_words(&self) -> String {
        match self.a == self.b {
            true => self.a.in_words(),
            false => format!("{} (A) and {} (B)", self.a.in_words(), self.b.in_words()),
        }
    }

    /// The figure of that name, if one of both has it.
    pub fn figure(&self, name: &str) -> Option<&FigureContrast> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// How many of its figures are found so.
    pub fn count(&self, is: impl Fn(Found) -> bool) -> usize {
        self.figures.iter().filter(|figure| is(figure.found)).count()
    }

    /// Whether nothing of it differs at all.
    pub fn is_same(&self) -> bool {
        let bill = self.bill.as_ref().is_none_or(|bill| bill.lines.iter().all(LineContrast::is_same));
        bill && self.verdicts.is_empty() && self.figures.iter().all(|figure| figure.found == Found::Same)
    }
}

impl Contrast {
    /// Two results; nothing is simulated.
    pub fn of(a: Told<'_>, b: Told<'_>) -> Self {
        let pairs = matched(a.designs, b.designs);
        let is_in = |summary: &Summary, side: usize| pairs.iter().any(|pair| std::ptr::eq(pair[side], summary));
        let only = |of: Told<'_>, side: usize| -> Vec<CaseName> {
            of.designs.iter().filter(|summary| !is_in(summary, side)).map(CaseName::of).collect()
        };
        let mut found = Self {
            schema: DIFFERENCE_SCHEMA,
            answer: String::new(),
            a: Side::of(a),
            b: Side::of(b),
            inputs: InputChanges::of(&pairs),
            cases: pairs.iter().map(|pair| CaseContrast::of(*pair)).collect(),
            only_a: only(a, 0),
            only_b: only(b, 1),
            lead: None,
        };
        found.lead = found.leading(a.base);
        found.answer = answer::answer(&found, found.lead.map(|at| (at, pairs[at][0])));
        found
    }

    /// Whether the answer is about a case.
    pub fn is_lead(&self, case: &CaseContrast) -> bool {
        self.lead.is_some_and(|at| std::ptr::eq(&self.cases[at], case))
    }

    /// The base design, sized, on the leading book, where there is such a case.
    fn leading(&self, base: &str) -> Option<usize> {
        let books: Vec<&str> = self.cases.iter().map(|case| case.a.costs.as_str()).collect();
        let book = books.iter().find(|book| **book == LEADING).or(books.last())?;
        let of =
            |case: &CaseContrast| [case.a.sizing == SIZED, case.a.costs == **book, case.a.design == base].map(u8::from);
        let best = self.cases.iter().map(of).max()?;
        self.cases.iter().position(|case| of(case) == best)
    }
}

/// The sizing and the book that sentences speak about, where there is a choice.
const SIZED: &str = "sized";
const LEADING: &str = "measured";

/// So many cases, in words.
fn cases(many: usize) -> String {
    if many == 1 { "1 case".to_owned() } else { format!("{many} cases") }
}

impl Side {
    /// What it is, in a line.
    pub fn in_words(&self) -> String {
        let Self { name, scenario, version, cases } = self;
        format!("{name} · scenario {scenario} · {} · version {version}", self::cases(*cases))
    }

    fn of(told: Told<'_>) -> Self {
        let first = told.designs.first();
        let text = |of: fn(&Summary) -> &String| first.map(of).cloned().unwrap_or_default();
        Self {
            name: told.name.to_owned(),
            scenario: text(|summary| &summary.scenario),
            version: text(|summary| &summary.provenance.version),
            cases: told.designs.len(),
        }
    }
}

/// The cases of both that are the same, in the order of A; the only ones of each are taken for the same.
fn matched<'r>(a: &'r [Summary], b: &'r [Summary]) -> Vec<[&'r Summary; 2]> {
    if let ([one], [other]) = (a, b) {
        return vec![[one, other]];
    }
    let same = |one: &'r Summary| b.iter().find(|other| CaseName::of(one) == CaseName::of(other));
    a.iter().filter_map(|one| Some([one, same(one)?])).collect()
}
