//! The fleets that a plan chooses from: configurations, which say everything but how many machines there are, and their numbers.
//!
//! Model: what a fleet costs is the sum of what its pools cost, each a function of its own number of machines that only rises; so the
//! exact bill of every number is found once for each pool, and all fleets of a configuration can be walked in the order of their cost
//! without making them. A pool has no fewer machines than its stages need at a utilization below 1, which no simulation has to show.

mod configurations;

use std::collections::BTreeMap;

use models::machines::Lifecycle;
use scenarios::{Calibrations, Case, Fault, FleetChoice, PoolChoice, Scenario, Unsure};

pub(crate) use configurations::{NoFleet, Nothing, configurations, named};

/// Most machines of a pool that are looked at, and how many times as many as at the target utilization.
const MOST_MACHINES: u64 = 1_000_000;
const MOST_TIMES: u64 = 32;

/// A scenario with values of the keys that are open.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Keys with their values; empty where none is open.
    pub chosen: Vec<(String, String)>,
    /// The scenario with them.
    pub scenario: Scenario,
}

/// What is planned: a design under a book, in all its variants.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'a> {
    /// The scenario in all variants, at least one.
    pub variants: &'a [Variant],
    /// Name of the design.
    pub design: &'a str,
    /// Name of the book.
    pub book: &'a str,
    /// What was measured.
    pub calibrations: &'a Calibrations,
}

/// A pool of a configuration whose number of machines is open.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub(crate) pool: String,
    /// The fewest machines with which its stages do not saturate.
    pub(crate) least: u64,
    /// The number with which they have the target utilization.
    pub(crate) sized: u64,
    /// So many that no number is believed to meet what these do not.
    pub(crate) most: u64,
    /// What so many cost more than the fewest \[USD per month\]; infinite where there are not so many.
    usd: BTreeMap<u64, f64>,
}

/// Everything but how many machines there are.
#[derive(Debug, Clone)]
pub(crate) struct Configuration<'a> {
    planned: Planned<'a>,
    variant: usize,
    /// The machine of each pool, where the scenario leaves it open.
    pub(crate) machines: BTreeMap<String, String>,
    pub(crate) axes: Vec<Axis>,
    /// A pool whose other work is bought, with its machines.
    pub(crate) mix: Option<(String, u64)>,
    /// What the fewest machines cost \[USD per month\].
    least_usd: f64,
    /// Whether what is paid differs from run to run.
    pub(crate) is_random: bool,
    /// An input that is so many times its best estimate, if any is.
    moved: Option<(Unsure, f64)>,
}

impl<'a> Configuration<'a> {
    /// Values of keys that it has.
    pub(crate) fn chosen(&self) -> &'a [(String, String)] {
        &self.planned.variants[self.variant].chosen
    }

    /// The scenario with its values of keys.
    pub(crate) fn variant(&self) -> &'a Variant {
        &self.planned.variants[self.variant]
    }

    /// What it is a configuration of.
    pub(crate) fn planned(&self) -> Planned<'a> {
        self.planned
    }

    /// Finds the bounds of a configuration; or why it has no fleet.
    fn new(
        planned: Planned<'a>,
        variant: usize,
        machines: BTreeMap<String, String>,
        counted: &[String],
    ) -> Result<Self, Vec<Fault>> {
        let (axes, mix, least_usd, is_random) = (Vec::new(), None, 0.0, false);
        Self { planned, variant, machines, axes, mix, least_usd, is_random, moved: None }.bounded(counted)
    }

    /// The same with an input at so many times its best estimate.
    pub(crate) fn with_one_moved(&self, input: &Unsure, factor: f64) -> Result<Self, Vec<Fault>> {
        let counted = self.counted_pools();
        let moved = Some((input.clone(), factor));
        Self { moved, axes: Vec::new(), ..self.clone() }.bounded(&counted)
    }

    fn counted_pools(&self) -> Vec<String> {
        self.axes.iter().map(|axis| axis.pool.clone()).collect()
    }

    /// The same with its bounds.
    fn bounded(self, counted: &[String]) -> Result<Self, Vec<Fault>> {
        let mut found = self;
        let sized = found.case(&[])?;
        found.is_random = is_paid_by_the_run(&sized);
        // More machines of a pool that no stage needs help nothing.
        let needed = |pool: &&String| sized.stages.iter().any(|stage| stage.pool == **pool);
        for pool in counted.iter().filter(needed) {
            let sized = sized.fleet.machines(pool);
            let least = found.fewest(pool, sized)?;
            let most = sized.max(least).saturating_mul(MOST_TIMES).min(MOST_MACHINES);
            let axis = Axis { pool: pool.clone(), least, sized: sized.max(least), most, usd: BTreeMap::new() };
            found.axes.push(axis);
        }
        let least = found.case(&found.least())?;
        let beyond = found.beyond_limits(&least);
        if !beyond.is_empty() {
            return Err(beyond);
        }
        found.least_usd = least.fleet.total();
        Ok(found)
    }

    /// The fewest machines of a pool with which none of its stages saturates, where so many of them are enough.
    fn fewest(&self, pool: &str, enough: u64) -> Result<u64, Vec<Fault>> {
        let saturates = |machines: u64| {
            let only = FleetChoice(BTreeMap::from([(pool.to_owned(), self.pool_choice(pool, machines))]));
            let case = self.made(&self.with_machines(only))?;
            let mut of_pool = case.stages.iter().filter(|stage| stage.pool == pool);
            Ok::<bool, Vec<Fault>>(of_pool.any(|stage| stage.utilization >= 1.0))
        };
        let (mut few, mut many) = (0, enough.max(1));
        while many < MOST_MACHINES && saturates(many)? {
            (few, many) = (many, many * 2);
        }
        while many - few > 1 {
            let middle = few + (many - few) / 2;
            if saturates(middle)? { few = middle } else { many = middle }
        }
        Ok(many)
    }

    /// The same machines for another load, at least so many of them.
    pub(crate) fn at_load<'b>(&self, planned: Planned<'b>, floor: &[u64]) -> Result<Configuration<'b>, Vec<Fault>> {
        let mut found = Configuration::new(planned, 0, self.machines.clone(), &self.counted_pools())?;
        if let Some((pool, machines)) = &self.mix {
            found = found.with_mix(pool, *machines)?;
        }
        for (axis, floor) in found.axes.iter_mut().zip(floor) {
            axis.least = axis.least.max(*floor);
            axis.sized = axis.sized.max(axis.least);
            axis.most = axis.most.max(axis.least);
        }
        let least = found.least();
        found.least_usd = found.case(&least)?.fleet.total();
        Ok(found)
    }

    fn pool_choice(&self, pool: &str, machines: u64) -> PoolChoice {
        PoolChoice { machine: self.machines.get(pool).cloned(), machines: Some(machines) }
    }

    /// The machines of pools whose number is not decided.
    fn with_machines(&self, mut fleet: FleetChoice) -> FleetChoice {
        for (pool, machine) in &self.machines {
            fleet.0.entry(pool.clone()).or_insert(PoolChoice { machine: Some(machine.clone()), machines: None });
        }
        if let Some((pool, machines)) = &self.mix {
            fleet.0.entry(pool.clone()).or_default().machines = Some(*machines);
        }
        fleet
    }

    /// A fleet of so many machines by pool; what is missing is sized.
    pub(crate) fn fleet(&self, counts: &[u64]) -> FleetChoice {
        let pools = self.axes.iter().zip(counts);
        self.with_machines(FleetChoice(
            pools.map(|(axis, count)| (axis.pool.clone(), self.pool_choice(&axis.pool, *count))).collect(),
        ))
    }

    fn made(&self, fleet: &FleetChoice) -> Result<Case, Vec<Fault>> {
        let Planned { variants, design, book, calibrations } = self.planned;
        let (scenario, of) = (&variants[self.variant].scenario, (design, book));
        match &self.moved {
            Some((input, factor)) => scenario.case_with_one_moved(of, fleet, (input, *factor), calibrations),
            None => scenario.case_with_fleet(of, fleet, calibrations),
        }
    }

    /// The case of a fleet with an input at so many times its best estimate.
    pub(crate) fn case_with_one_moved(&self, counts: &[u64], input: &Unsure, factor: f64) -> Result<Case, Vec<Fault>> {
        let Planned { variants, design, book, calibrations } = self.planned;
        let scenario = &variants[self.variant].scenario;
        scenario.case_with_one_moved((design, book), &self.fleet(counts), (input, factor), calibrations)
    }

    /// What is not known exactly of a fleet, whether it matters there or not.
    pub(crate) fn unsure(&self, counts: &[u64]) -> Result<Vec<Unsure>, Vec<Fault>> {
        let Planned { variants, design, book, calibrations } = self.planned;
        variants[self.variant].scenario.unsure((design, book), &self.fleet(counts), calibrations)
    }

    /// Limits of which a case needs more.
    fn beyond_limits(&self, case: &Case) -> Vec<Fault> {
        self.planned.variants[self.variant].scenario.beyond_limits(case)
    }

    /// The case of a fleet, every input at its best estimate; nothing where there are not so many machines.
    pub(crate) fn within_limits(&self, counts: &[u64]) -> Option<Case> {
        self.case(counts).ok().filter(|case| self.beyond_limits(case).is_empty())
    }

    /// The case of a fleet, every input at its best estimate.
    pub(crate) fn case(&self, counts: &[u64]) -> Result<Case, Vec<Fault>> {
        self.made(&self.fleet(counts))
    }

    /// The same with its plausible worlds.
    pub(crate) fn case_with_worlds(&self, counts: &[u64]) -> Result<Case, Vec<Fault>> {
        let Planned { variants, design, book, calibrations } = self.planned;
        variants[self.variant].scenario.worlds_with_fleet((design, book), &self.fleet(counts), calibrations)
    }

    /// The same fleet where all inputs that are not known exactly are elsewhere.
    pub(crate) fn case_in_joint_world(&self, counts: &[u64], number: usize) -> Result<Case, Vec<Fault>> {
        let Planned { variants, design, book, calibrations } = self.planned;
        let scenario = &variants[self.variant].scenario;
        scenario.case_in_joint_world((design, book), &self.fleet(counts), number, calibrations)
    }

    /// Sizes of autoscalers that nobody leaves open, with the option that would.
    pub(crate) fn not_searched(&self) -> Vec<String> {
        let Planned { design, book, calibrations, .. } = self.planned;
        let scenario = &self.variant().scenario;
        let pools = scenario.open_pools((design, book), calibrations).unwrap_or_default();
        let told = pools.iter().filter(|pool| !pool.is_counted).filter_map(|pool| {
            let bare = format!("{}.lifecycle.autoscaler.most", pool.key);
            // Other designs may have lots that another size does not fit.
            let key = format!("design.{design}.{bare}");
            let most: u64 = scenario.value_of(design, &bare)?.parse().ok()?;
            let is_open = self.chosen().iter().any(|(chosen, _)| [&bare, &key].contains(&chosen));
            let values = [(most / 2).max(1), most, most * 2].map(|most| most.to_string()).join(",");
            let name = &pool.name;
            (!is_open).then(|| {
                format!("the size of the autoscaler of `{name}` was not searched: `--choose {key}={values}` does")
            })
        });
        told.collect()
    }

    /// The fewest machines of every pool.
    pub(crate) fn least(&self) -> Vec<u64> {
        self.axes.iter().map(|axis| axis.least).collect()
    }

    /// As many machines as are looked at.
    pub(crate) fn most(&self) -> Vec<u64> {
        self.axes.iter().map(|axis| axis.most).collect()
    }

    /// As many machines as keep the target utilization.
    pub(crate) fn sized(&self) -> Vec<u64> {
        self.axes.iter().map(|axis| axis.sized).collect()
    }

    /// What so many machines of a pool cost more than the fewest that carry the load \[USD per month\].
    fn more_usd(&mut self, at: usize, count: u64) -> f64 {
        let axis = &self.axes[at];
        if count == axis.least {
            return 0.0;
        }
        if let Some(usd) = axis.usd.get(&count) {
            return *usd;
        }
        let mut counts = self.least();
        counts[at] = count;
        let case = self.case(&counts).ok().filter(|case| self.beyond_limits(case).is_empty());
        let usd = case.map_or(f64::INFINITY, |case| case.fleet.total() - self.least_usd);
        self.axes[at].usd.insert(count, usd);
        usd
    }

    /// What a fleet costs by its list \[USD per month\]; infinite where there are not so many machines.
    pub(crate) fn usd(&mut self, counts: &[u64]) -> f64 {
        let more: f64 = (0..counts.len()).map(|at| self.more_usd(at, counts[at])).sum();
        self.least_usd + more
    }

    /// How many of its fleets cost less than so much, from so many machines of every pool on. Counting ends at `most`.
    pub(crate) fn cheaper_than(&mut self, limit_usd: f64, from: &[u64], most: u64) -> u64 {
        self.counted(0, &mut from.to_vec(), (limit_usd, from), most)
    }

    fn counted(&mut self, at: usize, counts: &mut Vec<u64>, (limit_usd, from): (f64, &[u64]), most: u64) -> u64 {
        if self.axes.is_empty() {
            return u64::from(self.least_usd < limit_usd);
        }
        counts[at..].copy_from_slice(&from[at..]);
        let last = most_that_fit((from[at], self.axes[at].most), |count| {
            counts[at] = count;
            self.usd(counts) < limit_usd
        });
        let Some(last) = last else { return 0 };
        if at + 1 == self.axes.len() {
            return last - from[at] + 1;
        }
        let mut all = 0;
        for count in from[at]..=last {
            counts[at] = count;
            all += self.counted(at + 1, counts, (limit_usd, from), most);
            if all >= most {
                break;
            }
        }
        counts[at] = from[at];
        all
    }
}

/// Whether what a fleet is paid differs from run to run: machines come and go, or proofs are bought.
pub(crate) fn is_paid_by_the_run(case: &Case) -> bool {
    let mut lives = case.fleet.pools.iter().filter_map(|pool| case.system.lifecycle(&pool.name));
    case.system.buys_proofs() || lives.any(Lifecycle::is_paid_in_part)
}

/// The most machines between two numbers that fit, where more than some never do; nothing where even the fewest do not.
pub(crate) fn most_that_fit((least, most): (u64, u64), mut fits: impl FnMut(u64) -> bool) -> Option<u64> {
    if !fits(least) {
        return None;
    }
    let (mut few, mut step) = (least, 1);
    while few + step <= most && fits(few + step) {
        few += step;
        step *= 2;
    }
    let mut many = (few + step).min(most + 1);
    while many - few > 1 {
        let middle = few + (many - few) / 2;
        if fits(middle) { few = middle } else { many = middle }
    }
    Some(few)
}
