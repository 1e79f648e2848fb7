//! Two versions of the same operations side by side: fresh pairs of processes that take turns round by round, until every line is
//! decided or the time is up.
//!
//! A line that is decided is left out of the pairs that follow, so that the time is spent on those that are not.

use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::floors::{Times, clock, of_process};
use super::line::{Figure, Line};
use super::sides::Sides;
use super::votes::{Test, Verdict};
use crate::error::MeasureError;
use crate::lockstep;
use crate::method::Method;
use crate::operation::{Description, Operation};
use crate::own_operation::OwnOperation;
use crate::point::Clock;
use crate::process::Children;
use crate::progress::Phase;
use crate::sampling::{Order, Sampled, Taken};

/// One of the two versions.
#[derive(Debug, Clone)]
pub struct Side<'a> {
    /// What is started to measure it.
    pub children: Children<'a>,
    /// The user's own operations as this side runs them, by the names that both sides have.
    pub own: Vec<OwnOperation>,
}

/// How two versions are compared.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The test of all lines together: its false alarms are those of the whole run.
    pub test: Test,
    /// The longest that it may take \[s\]; the first pair is run in any case.
    pub limit_s: f64,
    /// Of the order of turns, acts and depths of the stack.
    pub seed: u64,
}

/// How far a comparison is.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Pairs so far, this one included.
    pub pair: u32,
    /// What is done.
    pub phase: Phase,
    /// To which operation.
    pub operation: &'a str,
    /// At which size.
    pub size: u64,
    /// Lines that are decided, and all lines.
    pub decided: [usize; 2],
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Paired {
    /// The lines, in the order of operations and sizes.
    pub lines: Vec<Line>,
    /// Pairs of processes.
    pub pairs: u32,
    /// How long it took \[s\].
    pub took_s: f64,
    /// Whether it was told to stop.
    pub interrupted: bool,
}

/// Compares both sides, baseline first, in all `operations` at all their sizes.
///
/// # Errors
/// An act cannot be measured, with the side on which: 0 is the baseline.
pub fn compare(
    sides: [&Side<'_>; 2],
    operations: &[Operation],
    asked: &Asked,
    report: &mut dyn FnMut(Step<'_>),
    stop: &dyn Fn() -> bool,
) -> Result<Paired, (usize, MeasureError)> {
    let began = Instant::now();
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(asked.seed);
    let mut acts: Vec<Act<'_>> = operations.iter().flat_map(Act::all).collect();
    let false_alarms = asked.test.false_alarms / acts.len().max(1) as f64;
    let test = Test { false_alarms, ..asked.test };
    let (mut pairs, mut last_s) = (0, 0.0);
    while acts.iter().any(|act| !act.is_decided(test)) && !stop() {
        let elapsed_s = began.elapsed().as_secs_f64();
        if pairs > 0 && elapsed_s + last_s > asked.limit_s {
            break;
        }
        pairs += 1;
        let open: Vec<usize> = (0..acts.len()).filter(|&index| !acts[index].is_decided(test)).collect();
        let decided = [acts.len() - open.len(), acts.len()];
        let seed = chance.random();
        let orders = sides.map(|side| order(side, &acts, &open, seed));
        let mut told = |phase, operation: &str, size| report(Step { pair: pairs, phase, operation, size, decided });
        let children = [&sides[0].children, &sides[1].children];
        let taken = lockstep::pair(children, [&orders[0], &orders[1]], &mut chance, &mut told, stop)?;
        let interrupted = taken.iter().any(|taken| taken.interrupted);
        for act in open {
            acts[act].keep(&taken);
        }
        if interrupted {
            break;
        }
        last_s = began.elapsed().as_secs_f64() - elapsed_s;
    }
    let took_s = began.elapsed().as_secs_f64();
    let lines = acts.iter().flat_map(|act| act.lines(test, &Pace { took_s, limit_s: asked.limit_s })).collect();
    Ok(Paired { lines, pairs, took_s, interrupted: stop() })
}

/// The order of one side.
fn order(side: &Side<'_>, acts: &[Act<'_>], open: &[usize], seed: u64) -> Order {
    let named = |name: &str| side.own.iter().find(|own| own.name == name).cloned();
    let mut own: Vec<OwnOperation> =
        open.iter().filter_map(|&index| named(acts[index].description().name.as_str())).collect();
    own.dedup();
    Order {
        method: Method::paired(),
        budget_s: 0.0,
        processes_left: 1,
        acts: open.iter().map(|&index| (acts[index].description().name.clone(), acts[index].size)).collect(),
        own,
        paced: Some(seed),
    }
}

/// How fast pairs came.
struct Pace {
    took_s: f64,
    limit_s: f64,
}

/// One act at one size, with what both sides gave.
struct Act<'a> {
    operation: &'a Operation,
    size: u64,
    /// The clock that its first pair showed to be right.
    clock: Option<Clock>,
    taken: [Vec<Sampled>; 2],
}

impl<'a> Act<'a> {
    fn all(operation: &'a Operation) -> impl Iterator<Item = Self> {
        operation.sizes().iter().map(move |&size| Self {
            operation,
            size,
            clock: None,
            taken: [Vec::new(), Vec::new()],
        })
    }

    fn description(&self) -> &Description {
        self.operation.description()
    }

    fn keep(&mut self, taken: &[Taken; 2]) {
        let mine = |sampled: &&Sampled| sampled.operation == self.operation.name() && sampled.size == self.size;
        let found = [0, 1].map(|side| taken[side].acts.iter().find(mine).cloned());
        // Of an interrupted pair a side may have nothing.
        let [Some(baseline), Some(candidate)] = found else { return };
        let times = [&baseline, &candidate].map(|sampled| Times { wall_s: &sampled.wall_s, cpu_s: &sampled.cpu_s });
        self.clock.get_or_insert_with(|| clock(self.operation.description(), times.into_iter()));
        self.taken[0].push(baseline);
        self.taken[1].push(candidate);
    }

    fn sides(&self, figure: Figure, values: [Vec<f64>; 2]) -> Sides<'_> {
        Sides {
            description: self.description(),
            size: self.size,
            figure,
            values,
            processes: [0, 1].map(|side| self.taken[side].len()),
            samples: [0, 1].map(|side| self.taken[side].iter().map(|sampled| sampled.wall_s.len()).sum()),
            in_turns: true,
        }
    }

    fn floors(&self) -> [Vec<f64>; 2] {
        [0, 1].map(|side| {
            let floors = self.taken[side].iter().flat_map(|sampled| {
                let times = if self.clock == Some(Clock::Cpu) { &sampled.cpu_s } else { &sampled.wall_s };
                of_process(self.description(), times)
            });
            floors.collect()
        })
    }

    fn time(&self, test: Test) -> Option<Line> {
        self.sides(Figure::Time, self.floors()).judge(test)
    }

    fn is_decided(&self, test: Test) -> bool {
        self.time(test).is_some_and(|line| line.verdict != Verdict::Undecided)
    }

    fn lines(&self, test: Test, pace: &Pace) -> Vec<Line> {
        let time = self.time(test).map(|line| told(line, test, pace));
        let bytes = |sampled: &Sampled| sampled.output_bytes.map(|bytes| bytes as f64);
        let output = [0, 1].map(|side| self.taken[side].iter().filter_map(bytes).collect::<Vec<f64>>());
        // A result whose size varies from process to process is no figure of the code.
        let varies = output.iter().any(|sizes| sizes.iter().any(|size| *size != sizes[0]));
        let output = (!varies).then(|| self.sides(Figure::Output, output).judge(test)).flatten();
        let names = self.taken[0].first().into_iter().flat_map(|sampled| sampled.counters.keys());
        let counted = names.filter_map(|name| {
            let counted = |sampled: &Sampled| sampled.counters.get(name).cloned().unwrap_or_default();
            let values = [0, 1].map(|side| self.taken[side].iter().flat_map(counted).collect::<Vec<f64>>());
            self.sides(Figure::Counter(name.clone()), values).judge(test)
        });
        time.into_iter().chain(output).chain(counted).collect()
    }
}

/// Says of a line that stays undecided what the time could resolve, and how much the change that is looked for would take.
fn told(line: Line, test: Test, pace: &Pace) -> Line {
    if line.verdict != Verdict::Undecided {
        return line;
    }
    let [baseline, candidate] = &line.evidence.floors;
    let pairs: Vec<[f64; 2]> = baseline.iter().zip(candidate).map(|(one, other)| [*one, *other]).collect();
    // A process of a command gives several floors.
    let a_pair_s = pace.took_s / pairs.len().max(1) as f64;
    let percent = test.change * 100.0;
    let needs = match test.pairs_needed(&pairs) {
        Some(needed) => format!("{percent:.0} % needs about {}", minutes((needed * a_pair_s).max(pace.took_s))),
        None => format!("{percent:.0} % needs more than {}", minutes(f64::from(test.fewest()) * pace.took_s)),
    };
    let limit = minutes(pace.limit_s);
    let why = match test.resolved_by(&pairs, pace.limit_s.max(pace.took_s) / a_pair_s) {
        Some(resolved) if resolved > test.change => {
            format!("smallest detectable change in {limit} is {:.0} %; {needs}", resolved * 100.0)
        }
        // Enough of them, and they disagree: the line says so already.
        Some(_) => return line,
        None => format!("{limit} is too short to tell any change; {needs}"),
    };
    Line { why: Some(why), ..line }
}

fn minutes(seconds: f64) -> String {
    if seconds < 90.0 { format!("{seconds:.0} s") } else { format!("{:.0} min", (seconds / 60.0).ceil()) }
}
