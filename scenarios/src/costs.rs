//! Costs of a book: names to curves with their intervals, their sources and how well they are known.

use std::collections::BTreeMap;

use calibrate::{Calibration, Measured};
use models::work::WorkCurve;

use crate::basis::Known;
use crate::calibrations::{Calibrations, VALIDATOR};
use crate::published::{Published, published_costs};
use crate::reading::meant;
use crate::spec::{Book, CostPart, Covers};
use crate::world::{InputKind, World};

/// A curve is followed up to so many times the largest size that was measured.
pub(crate) const FARTHEST: u64 = 16;

/// A part of a cost with where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedPart {
    /// Seconds on one server, as a function of the size.
    pub curve: WorkCurve,
    /// How it is known.
    pub known: Known,
    /// Where it comes from, in words.
    pub source: String,
    /// Whether nothing checked the results of what was timed, as of a command of the user's own without `verify`.
    pub unverified: bool,
    /// The machine that it is the figure of, where it says nothing of others.
    pub machine: Option<String>,
}

/// A cost of a book, resolved: what it takes, how sure that is, and what it rests on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cost {
    /// Its parts.
    pub parts: Vec<ResolvedPart>,
    /// The most transactions that one proof of this cost covers, where there is a limit: as claimed, or as fits into memory.
    pub transactions: Option<u64>,
    /// Whether one proof covers any number of transactions at the same cost, as its source says.
    pub any_number: bool,
    /// The unit of its sizes, where it was measured at several and that is not transactions.
    pub other_sizes: Option<String>,
    /// The most that it was measured at, where it is a curve over sizes.
    pub largest_measured: Option<u64>,
    /// Why the cost is only a lower bound, if it is.
    pub lower_bound: Option<String>,
}

impl Cost {
    /// The sum of the parts.
    pub fn curve(&self) -> WorkCurve {
        self.parts.iter().fold(WorkCurve::default(), |sum, part| sum.plus(&part.curve))
    }

    /// The cost on a server that is `factor` times as fast.
    pub fn on(&self, factor: f64) -> Self {
        let mut cost = self.clone();
        cost.parts.iter_mut().for_each(|part| part.curve = part.curve.scaled(1.0 / factor));
        cost
    }
}

/// All costs of a book.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Costs(BTreeMap<String, Cost>);

impl Costs {
    /// The cost of that name.
    pub fn get(&self, name: &str) -> Option<&Cost> {
        self.0.get(name)
    }

    /// Multiplies a cost, where there is one of that name.
    pub(crate) fn scale(&mut self, name: &str, factor: f64) {
        let parts = self.0.get_mut(name).map(|cost| &mut cost.parts);
        parts.into_iter().flatten().for_each(|part| part.curve = part.curve.scaled(factor));
    }

    /// Names of all costs.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Resolves a book's costs on a machine. Every part that cannot be resolved is reported: its path in the book, and why.
    pub(crate) fn of(book: &Book, on: &On<'_>) -> Result<Self, Vec<(String, String)>> {
        let published: Vec<&Published> = book.rows.iter().chain(published_costs()).collect();
        let (mut costs, mut problems) = (BTreeMap::new(), Vec::new());
        for name in book.factors.keys().filter(|name| !book.costs.contains_key(*name)) {
            let known = book.costs.keys().cloned().collect::<Vec<_>>().join(", ");
            problems.push((format!("factors.{name}"), format!("the book has no cost `{name}`; costs: {known}")));
        }
        for (name, parts) in &book.costs {
            let mut cost = Cost::default();
            let resolver = Resolver { name, book, published: &published, on };
            for part in parts {
                match resolver.resolve(part) {
                    Ok(mut found) => {
                        if found.part.unverified {
                            found.part.source.push_str("; not verified: it has no `verify` command");
                        }
                        cost.transactions = cost.transactions.or(found.transactions);
                        cost.any_number |= found.any_number;
                        cost.other_sizes = cost.other_sizes.or(found.other_sizes);
                        cost.largest_measured = cost.largest_measured.or(found.largest_measured);
                        cost.lower_bound = cost.lower_bound.or(found.lower_bound);
                        cost.parts.push(found.part);
                    }
                    Err(why) => problems.push((format!("costs.{name}"), why)),
                }
            }
            // A cost that takes `factor` times as long is one on a server that is as much slower.
            let factor = book.factors.get(name).map_or(1.0, |factor| factor.0);
            if factor != 1.0 {
                let told =
                    |part: &mut ResolvedPart| part.source.push_str(&format!("; times {factor}, `factors.{name}`"));
                cost.parts.iter_mut().for_each(told);
            }
            costs.insert(name.clone(), cost.on(1.0 / factor));
        }
        if problems.is_empty() { Ok(Self(costs)) } else { Err(problems) }
    }
}

/// The machine that costs are for, and the world in which they are asked for.
#[derive(Clone, Copy)]
pub(crate) struct On<'a> {
    /// Its name in the calibrations; as calibrated on the host where it has none of its own.
    pub(crate) machine: &'a str,
    pub(crate) calibrations: &'a Calibrations,
    pub(crate) world: World<'a>,
    /// Memory of one of its servers in bytes, where that is known.
    pub(crate) memory_bytes: Option<f64>,
    /// Transactions of a leaf as its designers think of it: how well the curve of a leaf is known is asked there.
    pub(crate) leaf: Option<u64>,
}

impl On<'_> {
    /// Whether a core of the machine is only assumed to be as fast as one of the host. What proofs run on has a speed of its own
    /// in the book.
    pub(crate) fn is_assumed(&self) -> bool {
        self.machine == VALIDATOR && self.calibrations.own(VALIDATOR).is_none()
    }

    /// The calibration, and the name under which its operations have their factors: machines that share it share them.
    fn calibration(&self) -> (Option<&Calibration>, String) {
        match self.calibrations.own(self.machine) {
            Some(own) => (Some(own), format!(" on {}", self.machine)),
            None => (self.calibrations.here.as_ref(), String::new()),
        }
    }
}

/// A part of a cost, resolved.
struct Resolved {
    part: ResolvedPart,
    transactions: Option<u64>,
    any_number: bool,
    other_sizes: Option<String>,
    largest_measured: Option<u64>,
    lower_bound: Option<String>,
}

impl Resolved {
    fn exact(curve: WorkCurve, known: Known, source: String) -> Self {
        let part = ResolvedPart { curve, known, source, unverified: false, machine: None };
        Self {
            part,
            transactions: None,
            any_number: false,
            other_sizes: None,
            largest_measured: None,
            lower_bound: None,
        }
    }

    /// A time of so many transactions, in proportion to them where that is a number.
    fn covering(seconds: f64, covers: Option<Covers>, known: Known, source: String) -> Self {
        let constant = || WorkCurve::constant(seconds);
        match covers {
            None => Self::exact(constant(), known, source),
            Some(Covers::Any(_)) => Self { any_number: true, ..Self::exact(constant(), known, source) },
            Some(Covers::Number(count)) => {
                let curve = WorkCurve::proportional(seconds / count as f64);
                Self { transactions: Some(count), ..Self::exact(curve, known, source) }
            }
        }
    }

    /// A time that is known at one size, as that of so many transactions.
    fn of_one_size(self, covers: Option<Covers>, operation: &str) -> Result<Self, String> {
        if self.largest_measured.is_some() {
            return Err(format!(
                "`{operation}` was measured at several sizes, which say how many transactions it is for"
            ));
        }
        let ResolvedPart { curve, known, source, unverified, machine } = self.part;
        let mut resolved = Self::covering(curve.seconds(1.0), covers, known, source);
        (resolved.part.unverified, resolved.part.machine) = (unverified, machine);
        Ok(Self { lower_bound: self.lower_bound, ..resolved })
    }

    fn times(mut self, factor: f64) -> Self {
        self.part.curve = self.part.curve.scaled(factor);
        self
    }
}

/// Finds what the parts of one cost are.
struct Resolver<'a> {
    /// The cost.
    name: &'a str,
    book: &'a Book,
    published: &'a [&'a Published],
    on: &'a On<'a>,
}

impl Resolver<'_> {
    fn resolve(&self, part: &CostPart) -> Result<Resolved, String> {
        let default = &self.book.uncertainty;
        // What was not measured on the machine in question may be off by a factor.
        let off = |what: String, within: f64| self.on.world.factor(InputKind::Published, &what, within);
        match part {
            CostPart::Claimed { time, transactions, source, .. } => {
                Ok(Resolved::covering(time.seconds(), *transactions, Known::Claimed, source.clone()))
            }
            CostPart::Measured { operation, size, transactions, times, stands_in, within } => {
                let (calibration, of) = self.on.calibration();
                let mut resolved = measured((calibration, &of), operation, *size, self.on)?;
                if transactions.is_some() {
                    resolved = resolved.of_one_size(*transactions, operation)?;
                }
                if self.on.is_assumed() {
                    resolved = resolved.times(off("speed of a validator's core".into(), default.assumed));
                }
                resolved = resolved.times(times.unwrap_or(1) as f64);
                if let Some(why) = stands_in {
                    resolved.part.known = Known::Extrapolated;
                    resolved.part.source = format!("{}, which stands in: {why}", resolved.part.source);
                    let what = format!("{operation} for {}", self.name);
                    resolved = resolved.times(off(what, within.unwrap_or(default.assumed)));
                }
                Ok(resolved)
            }
            CostPart::Published { operation, machine, size, transactions, within } => {
                let row = row(self.published, operation, machine, *size)?;
                let seconds = row.prove_or_run_ms.unwrap_or(0.0) / 1_000.0;
                let source = format!("{operation} on {machine}: {}", row.source);
                let of_row = Some(1.0 + row.relative_half_width()).filter(|within| *within > 1.0);
                let within = within.or(of_row).unwrap_or(default.published);
                let mut resolved = Resolved::covering(seconds, *transactions, Known::Published, source);
                resolved.part.machine = Some(machine.clone());
                Ok(resolved.times(off(format!("{operation} on {machine}"), within)))
            }
            CostPart::Scaled { operation, ratio_of, ratio_size, slow, slow_cores, fast, within } => {
                let here = (self.on.calibrations.here.as_ref(), "");
                let mut resolved = measured(here, operation, None, self.on)?;
                let ms = |machine: &str| {
                    row(self.published, ratio_of, machine, Some(*ratio_size)).map(|row| row.prove_or_run_ms)
                };
                let (Some(slow_ms), Some(fast_ms)) = (ms(slow)?, ms(fast)?) else {
                    return Err(format!("the rows of `{ratio_of}` on `{slow}` and `{fast}` have no time"));
                };
                // The slow row used all its cores: one fast machine does the work of this many of them.
                let cores = slow_ms / fast_ms * *slow_cores as f64;
                (resolved.part.known, resolved.part.machine) = (Known::Extrapolated, Some(fast.clone()));
                resolved.part.source = format!(
                    "{operation} as calibrated, divided by {cores:.0}: {fast} against a core of {slow} in {ratio_of} of {ratio_size}"
                );
                let what = format!("{ratio_of} on {fast} against {slow}, for {operation}");
                Ok(resolved.times(off(what, within.unwrap_or(default.scaled)) / cores))
            }
        }
    }
}

/// The published time of an operation on a machine.
pub(crate) fn row<'a>(
    rows: &[&'a Published],
    operation: &str,
    machine: &str,
    size: Option<u64>,
) -> Result<&'a Published, String> {
    rows.iter()
        .copied()
        .find(|row| row.operation == operation && row.machine == machine && (size.is_none() || row.size == size))
        .filter(|row| row.prove_or_run_ms.is_some())
        .ok_or_else(|| {
            let near =
                meant(operation, rows.iter().map(|row| row.operation.as_str()).filter(|name| *name != operation));
            let of_size = size.map_or(String::new(), |size| format!(" at size {size}"));
            let help = "see `proofcast list hardware`, and `published` of the book for files of your own";
            format!("no published time of `{operation}`{of_size} on `{machine}`; {near}{help}")
        })
}

/// A curve of a calibration in a world; `of` tells its factors from those of other calibrations.
fn measured(
    (calibration, of): (Option<&Calibration>, &str),
    operation: &str,
    size: Option<u64>,
    on: &On<'_>,
) -> Result<Resolved, String> {
    let calibration = calibration.ok_or("the book needs a calibration; `proofcast calibrate --quick` makes one")?;
    let found = calibration.operation(operation).ok_or_else(|| {
        let near = meant(operation, calibration.operations.iter().map(|one| one.description.name.as_str()));
        format!("the calibration has no `{operation}`; {near}`proofcast list operations` says what is measured here")
    })?;
    let curve = &found.curve;
    let work = match curve.padded {
        true => WorkCurve { padded_s: curve.coefficients_s, ..WorkCurve::default() },
        false => WorkCurve { coefficients_s: curve.coefficients_s, ..WorkCurve::default() },
    };
    let inside = size.is_none_or(|size| curve.in_range(size as f64));
    let known = if inside { Known::Measured } else { Known::Extrapolated };
    let largest = curve.largest;
    let of_transactions = found.description.size_unit == "transactions";
    let (work, transactions) = match size {
        Some(size) => (WorkCurve::constant(work.seconds(size as f64)), of_transactions.then_some(size)),
        // A curve over sizes is used as far as it fits into memory.
        None if curve.smallest != largest => (work, Some(largest_fitting(found, on.memory_bytes))),
        None => (WorkCurve::constant(work.seconds(largest as f64)), None),
    };
    let source = format!("{operation} as calibrated on {} with {}", calibration.host.cpu, found.description.library);
    let used = size.or(transactions.map(|fits| on.leaf.map_or(fits, |leaf| leaf.min(fits)))).unwrap_or(largest);
    let within = 1.0 + curve.relative_half_width(used as f64);
    let of_sizes = size.is_none() && transactions.is_some();
    let unverified = found.points.iter().any(|point| !point.verified);
    let resolved = Resolved {
        part: ResolvedPart { curve: work, known, source, unverified, machine: None },
        transactions,
        any_number: false,
        other_sizes: (of_sizes && !of_transactions).then(|| found.description.size_unit.clone()),
        largest_measured: transactions.filter(|_| of_sizes).map(|_| largest),
        lower_bound: found.description.lower_bound.clone(),
    };
    Ok(resolved.times(on.world.factor(InputKind::Calibration, &format!("{operation}{of}"), within)))
}

/// The largest power of two that fits into so much memory, at most [`FARTHEST`] times what was measured; what was measured where
/// either memory is not known.
fn largest_fitting(measured: &Measured, memory_bytes: Option<f64>) -> u64 {
    let largest = measured.curve.largest;
    let Some(memory_bytes) = memory_bytes else { return largest };
    // Of what nobody knows the memory of, what was measured did fit somewhere, and no more is known.
    let Some(_) = measured.peak_memory(largest as f64) else { return largest };
    let fits = |size: u64| measured.peak_memory(size as f64).is_none_or(|bytes| bytes <= memory_bytes);
    let powers = (0..u64::BITS).map(|power| 1 << power).take_while(|size| *size <= largest.saturating_mul(FARTHEST));
    powers.filter(|size| fits(*size)).last().unwrap_or(1)
}
