//! The fleets that a plan chooses from: configurations, which say everything but how many machines there are, and their numbers.
//!
//! Model: what a fleet costs is the sum of what its pools cost, each a function of its own number of machines that only rises; so the
//! exact bill of every number is found once for each pool, and all fleets of a configuration can be walked in the order of their cost
//! without making them. A pool has no fewer machines than its stages need at a utilization below 1, which no simulation has to show.

use std::collections::BTreeMap;

use models::machines::Lifecycle;
use scenarios::{Calibrations, Case, Fault, FleetChoice, OpenPool, PoolChoice, Scenario, Unsure};

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
        let (axes, least_usd, is_random) = (Vec::new(), 0.0, false);
        Self { planned, variant, machines, axes, least_usd, is_random, moved: None }.bounded(counted)
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
        found.is_random = is_paid_in_part(&sized);
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

/// Whether what is paid for machines differs from run to run.
fn is_paid_in_part(case: &Case) -> bool {
    let mut lives = case.fleet.pools.iter().filter_map(|pool| case.system.lifecycle(&pool.name));
    lives.any(Lifecycle::is_paid_in_part)
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

/// A configuration that has no fleet, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NoFleet {
    pub(crate) what: String,
    pub(crate) why: String,
}

/// Why nothing that is planned has any fleet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Nothing {
    /// There are too few machines of some kind, which the message names.
    Quota(String),
    /// Something is wrong with the first.
    Faults(Vec<Fault>),
}

impl Nothing {
    /// The same in words.
    pub(crate) fn why(self) -> String {
        match self {
            Self::Quota(why) => why,
            Self::Faults(faults) => first_of(&faults),
        }
    }
}

/// All configurations of what is planned; and those that have no fleet.
///
/// # Errors
/// Why none has any.
pub(crate) fn configurations(planned: Planned<'_>) -> Result<(Vec<Configuration<'_>>, Vec<NoFleet>), Nothing> {
    match all(planned) {
        (found, _, Some(faults)) if found.is_empty() => {
            Err(beyond_quota(planned).map_or(Nothing::Faults(faults), Nothing::Quota))
        }
        (found, none, _) => Ok((found, none)),
    }
}

/// The quota that the fewest machines which carry the load are beyond, where there would be a fleet without any.
fn beyond_quota(planned: Planned<'_>) -> Option<String> {
    for variant in planned.variants {
        let free = [Variant { chosen: variant.chosen.clone(), scenario: variant.scenario.without_limits() }];
        let (found, ..) = all(Planned { variants: &free, ..planned });
        let mut beyond = found.iter().filter_map(|one| {
            let least = one.case(&one.least()).ok()?;
            variant.scenario.beyond_limits(&least).into_iter().next()
        });
        if let Some((_, why)) = beyond.next() {
            return Some(why);
        }
    }
    None
}

/// All configurations, those that have no fleet, and what is wrong with the first of these.
fn all(planned: Planned<'_>) -> (Vec<Configuration<'_>>, Vec<NoFleet>, Option<Vec<Fault>>) {
    let (mut found, mut none, mut first) = (Vec::new(), Vec::new(), None);
    for (variant, of) in planned.variants.iter().enumerate() {
        let pools = of.scenario.open_pools((planned.design, planned.book), planned.calibrations);
        let pools = match pools {
            Ok(pools) => pools,
            Err(faults) => {
                none.push(NoFleet { what: named(&of.chosen, &BTreeMap::new()), why: first_of(&faults) });
                first.get_or_insert(faults);
                continue;
            }
        };
        let counted: Vec<String> = pools.iter().filter(|pool| pool.is_counted).map(|pool| pool.name.clone()).collect();
        for machines in combinations(&pools) {
            let what = named(&of.chosen, &machines);
            match Configuration::new(planned, variant, machines, &counted) {
                Ok(configuration) => found.push(configuration),
                Err(faults) => {
                    none.push(NoFleet { what, why: first_of(&faults) });
                    first.get_or_insert(faults);
                }
            }
        }
    }
    (found, none, first)
}

fn first_of(faults: &[Fault]) -> String {
    faults.first().map_or(String::new(), |(_, why)| why.clone())
}

/// What distinguishes a configuration: its machines and its values of keys.
pub(crate) fn named(chosen: &[(String, String)], machines: &BTreeMap<String, String>) -> String {
    let keys = chosen.iter().map(|(key, value)| format!("{key}={value}"));
    let machines = machines.iter().map(|(pool, machine)| format!("{pool}: {machine}"));
    keys.chain(machines).collect::<Vec<_>>().join(", ")
}

/// One machine for every pool that leaves it open, in all combinations.
fn combinations(pools: &[OpenPool]) -> Vec<BTreeMap<String, String>> {
    let mut all = vec![BTreeMap::new()];
    for pool in pools.iter().filter(|pool| !pool.machines.is_empty()) {
        let with = |chosen: &BTreeMap<String, String>, machine: &String| {
            let mut chosen = chosen.clone();
            chosen.insert(pool.name.clone(), machine.clone());
            chosen
        };
        all = all.iter().flat_map(|chosen| pool.machines.iter().map(move |machine| with(chosen, machine))).collect();
    }
    all
}
