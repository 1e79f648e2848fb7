//! The bill of a case in both results, by line.

use serde::Serialize;

use crate::bill::{Exact, Line};
use crate::summary::Summary;

/// Two bills of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BillContrast {
    /// The sum of the lines of A \[USD per month\].
    pub a: Exact,
    /// The sum of the lines of B \[USD per month\].
    pub b: Exact,
    /// B less A \[USD per month\].
    pub difference: Exact,
    /// Every line that one of both has.
    pub lines: Vec<LineContrast>,
}

/// A line in both bills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineContrast {
    /// What is paid for.
    pub item: String,
    /// The line of A, if it has it.
    pub a: Option<BillLine>,
    /// The line of B.
    pub b: Option<BillLine>,
    /// B less A \[USD per month\].
    pub difference: Exact,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BillLine {
    /// How much is paid for.
    pub quantity: Exact,
    /// What that is counted in.
    pub unit: String,
    /// What is paid for one, in `price_unit`.
    pub price: Exact,
    /// `USD/h`, `USD/month`, `USD` of a purchase, or `USD/GB` and the like.
    pub price_unit: String,
    /// The instance, where it is a machine of the price list.
    pub instance: String,
    /// Who is paid.
    pub provider: String,
    /// `on-demand`, `spot`, a commitment, or `owned`; empty for what is no machine.
    pub market: String,
    /// What it costs amortised \[USD per month\].
    pub usd_per_month: Exact,
}

impl LineContrast {
    /// Whether both have the same line.
    pub fn is_same(&self) -> bool {
        self.a == self.b
    }
}

impl BillLine {
    fn of(line: &Line) -> Self {
        Self {
            quantity: line.quantity,
            unit: line.unit.clone(),
            price: line.price,
            price_unit: line.price_unit.clone(),
            instance: line.instance.clone(),
            provider: line.provider.clone(),
            market: line.market.clone(),
            usd_per_month: line.usd_per_month,
        }
    }
}

/// Both bills; nothing where neither has any.
pub(super) fn bill(a: &Summary, b: &Summary) -> Option<BillContrast> {
    if a.bill.is_none() && b.bill.is_none() {
        return None;
    }
    let lines =
        |summary: &Summary| -> Vec<Line> { summary.bill.iter().flat_map(|bill| bill.lines.iter().cloned()).collect() };
    let sum = |summary: &Summary| summary.bill.as_ref().map_or(Exact::ZERO, |bill| bill.usd_per_month);
    let (first, second) = (lines(a), lines(b));
    let of = |lines: &[Line], item: &str| lines.iter().find(|line| line.item == item).map(BillLine::of);
    let new = second.iter().filter(|line| first.iter().all(|other| other.item != line.item));
    let both = first.iter().chain(new).map(|line| {
        let (a, b) = (of(&first, &line.item), of(&second, &line.item));
        let usd = |line: &Option<BillLine>| line.as_ref().map_or(Exact::ZERO, |line| line.usd_per_month);
        LineContrast { item: line.item.clone(), difference: usd(&b).less(usd(&a)), a, b }
    });
    Some(BillContrast { a: sum(a), b: sum(b), difference: sum(b).less(sum(a)), lines: both.collect() })
}
