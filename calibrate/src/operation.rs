//! A real act with a size: what it is called, what it proves or does, and how it is prepared, run and checked.
//!
//! An [`Operation`] is the description together with a function that prepares an [`Instance`] of one size.
//! Preparing (keys, witnesses, stores) is never timed; [`Instance::run`] is what is timed, and nothing else;
//! [`Instance::verify`] checks the result of the last run, because an act that is not verified is not a measurement.

use std::collections::BTreeMap;
use std::fmt;
use std::hint::black_box;

use serde::{Deserialize, Serialize};

use crate::own_operation::OwnOperation;

/// What is measured, in words that a reader of the figures can check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Dotted name, family first: `ml_dsa_65.verify`.
    pub name: String,
    /// What is done or proven, in one sentence.
    pub statement: String,
    /// Why the cost is only a lower bound for the designs that use it; absent when the act is the whole of what they need.
    pub lower_bound: Option<String>,
    /// The library and its exact version: `libcrux-ml-dsa 0.0.11`.
    pub library: String,
    /// What the size counts, in the plural: `outputs`, `transactions`, `proofs`.
    pub size_unit: String,
    /// The group of designs that needs it, and that `calibrate --suite` chooses by: `post-quantum`.
    pub suite: String,
    /// Whether the quick method measures it, because the layered proof system (S1) needs it.
    pub quick: bool,
    /// How the work grows when the size is a number of threads; absent for an act on one thread, whose cost is that of a core.
    pub scaling: Option<Scaling>,
    /// What the authors of a design say that it costs, where they say it.
    pub claimed: Option<Claimed>,
}

/// What an act on several threads does more of with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// The same work is shared by all threads: ideally the time falls as 1 / n.
    FixedWork,
    /// Each thread brings its own work: ideally the time stays.
    WorkPerThread,
}

/// A published figure for the same act: a claim to be compared with, never an input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claimed {
    /// The size that the claim is about \[size unit\].
    pub size: u64,
    /// The claimed time \[s\].
    pub seconds: f64,
    /// Who claims it, and for what.
    pub source: String,
}

/// One prepared act: fixed inputs of one size, ready to be run any number of times.
pub trait Instance {
    /// Does the real act once, on inputs that the optimiser cannot see through.
    fn run(&mut self);

    /// Checks the result of the last run.
    ///
    /// # Errors
    /// The result is wrong, or nothing was run yet.
    fn verify(&self) -> Result<(), OperationError>;

    /// Size of what the last run produced \[bytes\]; nothing where the act produces only a yes or no.
    fn output_bytes(&self) -> Option<u64>;

    /// What the last run used, of an act that is done outside this process; nothing of one whose use the clocks of this process see.
    fn usage(&self) -> Option<&Usage> {
        None
    }
}

/// What a run used outside this process.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    /// Elapsed time \[s\].
    pub wall_s: f64,
    /// CPU time, as far as it was spent on this machine \[s\].
    pub cpu_s: f64,
    /// Peak resident memory \[bytes\]; nothing where it cannot be told.
    pub peak_memory_bytes: Option<u64>,
    /// Numbers that the act itself counted, by name.
    pub counters: BTreeMap<String, f64>,
}

/// Why an operation cannot be prepared or why its result is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationError(String);

impl OperationError {
    /// An error with its reason, from anything that can say it.
    pub fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for OperationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for OperationError {}

/// What prepares an instance of one size.
type Prepare = Box<dyn Fn(u64) -> Result<Box<dyn Instance>, OperationError>>;

/// A description, the sizes at which it is measured, and the way to prepare it.
pub struct Operation {
    description: Description,
    sizes: Vec<u64>,
    /// Those of them that the quick method measures.
    quick_sizes: Vec<u64>,
    /// Memory that a run needs for each unit of its size, about; 0 where it is little \[bytes\].
    bytes_per_unit: u64,
    prepare: Prepare,
    definition: Option<OwnOperation>,
}

#[cfg(test)]
impl Description {
    /// An act that is named and nothing else.
    pub(crate) fn of_a_test(name: &str) -> Self {
        Self {
            name: name.into(),
            statement: "a synthetic act".into(),
            lower_bound: None,
            library: "none 0.0.0".into(),
            size_unit: "proofs".into(),
            suite: "tests".into(),
            quick: true,
            scaling: None,
            claimed: None,
        }
    }
}

impl Operation {
    /// An operation that is measured at `sizes`, in the unit of its description.
    ///
    /// # Panics
    /// Without a size, with a size of zero, or with sizes that do not grow: such an operation is a programmer's mistake.
    pub fn new<P>(description: Description, sizes: &[u64], prepare: P) -> Self
    where
        P: Fn(u64) -> Result<Box<dyn Instance>, OperationError> + 'static,
    {
        assert!(sizes.first().is_some_and(|&size| size > 0), "an operation has at least one size, above zero");
        assert!(sizes.windows(2).all(|pair| pair[0] < pair[1]), "sizes grow");
        let quick_sizes = if description.quick { sizes.to_vec() } else { Vec::new() };
        let (sizes, prepare) = (sizes.to_vec(), Box::new(prepare));
        Self { description, sizes, quick_sizes, bytes_per_unit: 0, prepare, definition: None }
    }

    /// The same, made from a definition that other processes have to be told.
    pub(crate) fn defined_by(self, definition: OwnOperation) -> Self {
        Self { definition: Some(definition), ..self }
    }

    /// The definition that it was made from, if it is one of the user's own.
    pub fn definition(&self) -> Option<&OwnOperation> {
        self.definition.as_ref()
    }

    /// Whether its results are checked: always, but for a command of the user's own that nothing verifies.
    pub fn is_checked(&self) -> bool {
        self.definition.as_ref().is_none_or(|definition| definition.verify.is_some())
    }

    /// The same, of which the quick method measures only the sizes below a limit, because larger ones take too long.
    pub fn quick_below(mut self, limit: u64) -> Self {
        self.quick_sizes.retain(|&size| size < limit);
        self
    }

    /// The same, of which a machine measures only the sizes that fit into half of its memory: a run needs about `bytes` per unit of
    /// size.
    pub fn needing(mut self, bytes: u64) -> Self {
        self.bytes_per_unit = bytes;
        self
    }

    /// The same at the sizes that fit into half the memory of a machine \[bytes\], its smallest in any case; at all where the
    /// memory is not known (0).
    pub fn fitting(mut self, memory_bytes: u64) -> Self {
        let (smallest, need) = (self.sizes[0], self.bytes_per_unit);
        let fits = |&size: &u64| size == smallest || size.saturating_mul(need) <= memory_bytes / 2;
        if memory_bytes > 0 {
            self.sizes.retain(fits);
            self.quick_sizes.retain(fits);
        }
        self
    }

    /// The same at the sizes that the quick method measures; at all if it measures none.
    pub fn small(mut self) -> Self {
        if !self.quick_sizes.is_empty() {
            self.sizes.clone_from(&self.quick_sizes);
        }
        self
    }

    /// The same at those of its sizes that are named, which may be none.
    pub fn only(mut self, sizes: &[u64]) -> Self {
        self.sizes.retain(|size| sizes.contains(size));
        self
    }

    /// The same at the sizes that the quick method measures; nothing if it measures none.
    pub fn into_quick(mut self) -> Option<Self> {
        self.sizes = std::mem::take(&mut self.quick_sizes);
        (!self.sizes.is_empty()).then_some(self)
    }

    /// What it is.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Dotted name, family first.
    pub fn name(&self) -> &str {
        &self.description.name
    }

    /// The sizes at which it is measured, growing \[size unit\].
    pub fn sizes(&self) -> &[u64] {
        &self.sizes
    }

    /// Prepares the inputs for one size.
    ///
    /// # Errors
    /// The size is not one that the operation can have, or its inputs cannot be made.
    pub fn prepare(&self, size: u64) -> Result<Box<dyn Instance>, OperationError> {
        (self.prepare)(size)
    }
}

/// An instance from an input, the act on it, the check of what it gave, and the size of that.
///
/// `act` may change its input (a counter, a cache that warms), which is why it gets it mutably.
pub fn instance<Input, Output, Act, Check, Size>(input: Input, act: Act, check: Check, bytes: Size) -> Box<dyn Instance>
where
    Input: 'static,
    Output: 'static,
    Act: Fn(&mut Input) -> Output + 'static,
    Check: Fn(&Input, &Output) -> bool + 'static,
    Size: Fn(&Output) -> Option<u64> + 'static,
{
    Box::new(Prepared { input, act, check, bytes, output: None })
}

struct Prepared<Input, Output, Act, Check, Size> {
    input: Input,
    act: Act,
    check: Check,
    bytes: Size,
    output: Option<Output>,
}

impl<Input, Output, Act, Check, Size> Instance for Prepared<Input, Output, Act, Check, Size>
where
    Act: Fn(&mut Input) -> Output,
    Check: Fn(&Input, &Output) -> bool,
    Size: Fn(&Output) -> Option<u64>,
{
    fn run(&mut self) {
        self.output = Some(black_box((self.act)(black_box(&mut self.input))));
    }

    fn verify(&self) -> Result<(), OperationError> {
        match &self.output {
            None => Err(OperationError::new("nothing was run yet, so there is nothing to check")),
            Some(output) if (self.check)(&self.input, output) => Ok(()),
            Some(_) => Err(OperationError::new("the result was checked and is wrong")),
        }
    }

    fn output_bytes(&self) -> Option<u64> {
        self.output.as_ref().and_then(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_accepted_only_when_the_check_says_so() {
        let mut right = instance(3_u64, |n| *n * *n, |n, square| n * n == *square, |_| Some(8));
        assert!(right.verify().is_err(), "nothing was run");
        assert_eq!(right.output_bytes(), None);
        right.run();
        assert_eq!(right.verify(), Ok(()));
        assert_eq!(right.output_bytes(), Some(8));

        let mut wrong = instance(3_u64, |n| *n + *n, |n, square| n * n == *square, |_| Some(8));
        wrong.run();
        assert!(wrong.verify().is_err());
    }

    #[test]
    fn only_sizes_that_fit_into_half_the_memory_are_measured() {
        let description = Description {
            statement: "never prepared".into(),
            size_unit: "things".into(),
            ..Description::of_a_test("act.do")
        };
        let never = |_| Err(OperationError::new("never prepared"));
        let act = || Operation::new(description.clone(), &[1, 8, 64], never).quick_below(64).needing(1 << 20);
        assert_eq!(act().fitting(128 << 20).sizes(), [1, 8, 64]);
        assert_eq!(act().fitting((128 << 20) - 1).sizes(), [1, 8]);
        assert_eq!((act().fitting(1).sizes(), act().fitting(0).sizes()), (&[1][..], &[1, 8, 64][..]));
        assert_eq!((act().small().sizes(), act().quick_below(1).small().sizes()), (&[1, 8][..], &[1, 8, 64][..]));
    }
}
