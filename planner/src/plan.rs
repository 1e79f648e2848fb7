//! The cheapest fleet that meets the objectives, with its certificate.
//!
//! | file | what |
//! |---|---|
//! | `targets` | an objective as a figure of every replication with a goal |
//! | [`space`] | the fleets there are: machines, values of keys, numbers |
//! | `trial` | whether one fleet meets its targets: a sequential test |
//! | `search` | the cheapest that does |
//! | `selection` | which of several is cheapest where what is paid is random |
//! | [`certificate`] | the winner and its cheaper rivals on fresh random numbers |
//! | [`verify`](verify()) | a plan that was written, on other random numbers |
//! | `worlds` | the winner where inputs are not at their best estimates |
//! | [`growth`] | a plan for every month as the load grows, and what is worth a commitment |
//! | `cold` | whether a run is too short for machines that start in it |
//! | `measuring` | how far the bill moves with inputs that are not known exactly, and what measuring them would leave |
//! | `margins` | the front of cost and latency, and what one more unit of an objective costs |
//!
//! Source of the method as a whole: `../docs/planning.md`. Leaves out: changes of the fleet within the planned time, but for pools with
//! an autoscaler; fleets of several machines in one pool, but for lots that the scenario names.

pub(crate) mod certificate;
mod cold;
mod growth;
mod margins;
mod measuring;
pub(crate) mod search;
mod selection;
pub(crate) mod space;
mod targets;
pub(crate) mod trial;
mod verify;
mod worlds;

use std::time::Instant;

use models::fleet::Pool;
use scenarios::{Case, Fault, Objective};
use serde::{Deserialize, Serialize};

pub use certificate::{Certificate, Certified, Rejected};
pub use growth::{Growing, Growth, GrowthMonth, GrowthPool, Term};
pub use margins::{FrontPoint, Priced, ShadowPrice};
pub use measuring::{Measurable, Measuring};
pub use space::{Planned, Variant};
pub use targets::Target;
use trial::longer;
pub use trial::{Held, Trial};
pub use verify::{Again, VERIFIED_SCHEMA, Verified, Written, verify};
pub use worlds::Plausible;

use crate::economy;
use crate::effort::Effort;
use crate::metrics::{Metrics, Runs};
use crate::summarize::{Origin, summarize};
use crate::summary::{Standing, Summary};
use crate::systems::{ForKind, Kind, for_kind};
use search::{FleetAt, InHand, Search};
use space::{Configuration, Nothing, configurations};

/// Version of the machine interface of a plan.
pub const PLAN_SCHEMA: &str = "proofcast/plan/1";

/// What is asked of a plan beside what is planned.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Chance that what is certified is wrong.
    pub error: f64,
    /// When to stop all the same.
    pub until: Option<Instant>,
    /// How fleets are simulated; of a plan the number of replications is its own.
    pub effort: &'a Effort<'a>,
    /// How the fleet that was found is simulated, also when the time for the search is over.
    pub of_outcome: &'a Effort<'a>,
    /// What the answer is called and where it comes from.
    pub origin: &'a Origin,
    /// Whether plausible worlds, the front and the prices of objectives are asked for as well.
    pub in_full: bool,
    /// How the load grows, where a plan for every month is asked for.
    pub growth: Option<Growing>,
}

/// Machines of one pool of a planned fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPool {
    /// The pool.
    pub pool: String,
    /// The machine in words.
    pub machine: String,
    /// The machine as a key of the scenario names it; none where the design says what it is.
    pub named: Option<String>,
    /// How many each owner has, at most where they come and go.
    pub machines: u64,
    /// Whether this number was planned.
    pub is_planned: bool,
    /// Whether an autoscaler decides how many there are, up to this number.
    pub is_most: bool,
    /// How many owners there are.
    pub owners: u64,
}

/// A fleet that a plan speaks of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedFleet {
    /// Keys that were open, with their values.
    pub chosen: Vec<(String, String)>,
    /// Its pools.
    pub pools: Vec<PlannedPool>,
    /// What it costs; where machines come and go, in the mean of the runs \[USD per month\].
    pub usd_per_month: f64,
}

/// How a plan ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// There is a fleet, and it was confirmed on fresh random numbers.
    Certified,
    /// There is a fleet, and not everything about it was confirmed.
    Uncertified,
    /// Every fleet fails.
    Impossible,
    /// Nothing is known in the time that there was.
    Undecided,
}

/// The cheapest fleet that meets the objectives, with its certificate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// [`PLAN_SCHEMA`].
    pub schema: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the design.
    pub design: String,
    /// Name of the cost book.
    pub costs: String,
    /// Seed.
    pub seed: u64,
    /// SHA-256 of what the scenario says.
    pub scenario_sha256: String,
    /// How it ends.
    pub ending: Ending,
    /// Objectives that no fleet meets, where there are any: `fleet` is the cheapest for the others.
    pub unmet: Vec<String>,
    /// Why it does not end with a certified fleet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What the fleet is asked for.
    pub targets: Vec<Target>,
    /// The fleet.
    pub fleet: Option<PlannedFleet>,
    /// What is known of it and of its rivals.
    pub certificate: Certificate,
    /// What was not searched, and how it would be.
    pub not_searched: Vec<String>,
    /// Other fleets, each with the reason why it is not the plan: cheaper ones first, dearest first, then dearer ones.
    pub runners_up: Vec<Rejected>,
    /// The fleet in plausible worlds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plausible: Option<Plausible>,
    /// Cost against the latency of the first objective about one.
    pub front: Vec<FrontPoint>,
    /// What one more unit of every objective costs.
    pub prices: Vec<ShadowPrice>,
    /// What measuring inputs better would be worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measuring: Option<Measuring>,
    /// A plan for every month as the load grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<Growth>,
    /// The outcome of the fleet: every figure, its bill, every input.
    pub outcome: Option<Summary>,
    /// What was typed to get it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
}

/// Plans the cheapest fleet of a design that meets objectives.
///
/// # Errors
/// What is wrong with the design, or with an objective.
pub fn plan(
    planned: Planned<'_>,
    objectives: &[Objective],
    wanted: &Wanted<'_>,
    in_hand: InHand<'_>,
) -> Result<Plan, Vec<Fault>> {
    let (configurations, none) = match configurations(planned) {
        Ok(found) => found,
        Err(Nothing::Quota(why)) => return Ok(impossible(planned, Vec::new(), (Vec::new(), why), wanted)),
        Err(Nothing::Faults(faults)) => return Err(faults),
    };
    if let Some(growing) = wanted.growth {
        growth::check(planned, &configurations[0], growing)?;
    }
    let first = configurations[0].case(&configurations[0].sized())?;
    cold::check(&first)?;
    let targets = for_kind(&first, Targets { case: &first, objectives });
    let (beyond, hint) = out_of_reach(&configurations, &targets);
    let names = |places: &[usize]| places.iter().map(|at| targets[*at].name.clone()).collect::<Vec<_>>();
    let (unmet, asked) = (names(&beyond), (0..targets.len()).filter(|at| !beyond.contains(at)).collect::<Vec<_>>());
    if asked.is_empty() && !beyond.is_empty() {
        return Ok(impossible(planned, targets, (unmet, hint), wanted));
    }
    let all = margins::with_steps(targets);
    let mut search = Search::new(configurations, (all, asked), wanted.effort, wanted.until, in_hand);
    search.find();
    let mut found = certificate::certified(&mut search, wanted.error);
    let mut plan = empty(planned, search.targets(), wanted);
    plan.runners_up = certificate::runners_up(&mut search, found.winner.as_ref());
    (plan.ending, plan.why) = found.ending(&mut search);
    if plan.ending == Ending::Impossible
        && let Some(unmet) = search.relax()
    {
        plan.unmet = unmet;
        found = certificate::certified(&mut search, wanted.error);
    }
    if !unmet.is_empty() {
        (plan.ending, plan.why) = (Ending::Impossible, Some(hint));
        plan.unmet.splice(..0, unmet);
    }
    plan.targets = search.targets();
    plan.certificate = certificate::written(&mut search, &found, wanted.error, none);
    let Some(fleet) = found.winner else { return Ok(plan) };
    plan.fleet = Some(described(&mut search, &fleet));
    plan.not_searched = search.configurations[fleet.0].not_searched();
    if wanted.in_full && !search.stopped() {
        plan.plausible = worlds::plausible(&mut search, &fleet);
        plan.front = margins::front(&mut search, &fleet);
        plan.prices = margins::prices(&mut search, &fleet);
        plan.measuring = measuring::measuring(&mut search, &fleet);
    }
    plan.growth = wanted.growth.map(|growing| growth::growth(&mut search, &fleet, growing));
    plan.outcome = outcome(&search, &fleet, wanted, objectives);
    plan.pay_as_simulated(search.is_random());
    plan.judge_beside();
    Ok(plan)
}

impl Plan {
    /// What the machine interface says of it: of the outcome what is [`published`](Summary::published), and not how to draw it again.
    pub fn published(&self) -> Self {
        let outcome = self.outcome.as_ref().map(Summary::published);
        Self { outcome, command: String::new(), ..self.clone() }
    }

    /// Where what is paid differs from run to run, the fleet costs what the bill says.
    fn pay_as_simulated(&mut self, is_random: bool) {
        let paid = self.outcome.as_ref().and_then(|outcome| outcome.value("cost.total"));
        if let Some((fleet, usd)) = self.fleet.as_mut().zip(paid).filter(|_| is_random) {
            fleet.usd_per_month = usd;
        }
    }

    /// Objectives about what no fleet changes, such as the market for proofs, are judged with the outcome.
    fn judge_beside(&mut self) {
        let targets: Vec<&str> = self.targets.iter().map(|target| target.name.as_str()).collect();
        let reached = self.outcome.iter().flat_map(|outcome| &outcome.objectives);
        let beside = reached.filter(|of| !targets.contains(&of.name.as_str()) && !self.unmet.contains(&of.name));
        let failed: Vec<String> = beside.filter(|of| of.standing == Standing::Fail).map(|of| of.name.clone()).collect();
        if !failed.is_empty() {
            self.ending = Ending::Impossible;
            self.unmet.extend(failed);
        }
    }
}

/// Targets that no machine moves, by their places, with what keeps them from being met.
fn out_of_reach(configurations: &[Configuration<'_>], targets: &[Target]) -> (Vec<usize>, String) {
    let ends = configurations.iter().flat_map(|one| [one.sized(), one.most()].map(|counts| one.case(&counts)));
    let cases: Vec<Case> = ends.flatten().collect();
    let beyond = targets.iter().enumerate().filter_map(|(at, of)| Some((at, targets::out_of_reach(&cases, of)?)));
    let (places, whys): (Vec<usize>, Vec<String>) = beyond.unzip();
    (places, whys.join("; "))
}

/// A plan without a fleet, where that is known without a simulation.
fn impossible(
    planned: Planned<'_>,
    targets: Vec<Target>,
    (unmet, why): (Vec<String>, String),
    wanted: &Wanted<'_>,
) -> Plan {
    let (error_rate, seed) = (wanted.error, wanted.effort.seed);
    let certificate = Certificate { error_rate, seed, ..Certificate::default() };
    Plan { ending: Ending::Impossible, unmet, why: Some(why), certificate, ..empty(planned, targets, wanted) }
}

fn empty(planned: Planned<'_>, targets: Vec<Target>, wanted: &Wanted<'_>) -> Plan {
    Plan {
        schema: PLAN_SCHEMA.to_owned(),
        scenario: wanted.origin.scenario.clone(),
        design: planned.design.to_owned(),
        costs: planned.book.to_owned(),
        seed: wanted.effort.seed,
        scenario_sha256: wanted.origin.scenario_sha256.clone(),
        ending: Ending::Undecided,
        unmet: Vec::new(),
        why: None,
        targets,
        fleet: None,
        certificate: Certificate::default(),
        not_searched: Vec::new(),
        runners_up: Vec::new(),
        plausible: None,
        front: Vec::new(),
        prices: Vec::new(),
        measuring: None,
        growth: None,
        outcome: None,
        command: String::new(),
    }
}

/// A fleet with its cost.
fn described(search: &mut Search<'_>, fleet: &FleetAt) -> PlannedFleet {
    let usd_per_month = search.paid_usd(fleet);
    let configuration = &search.configurations[fleet.0];
    let case = configuration.case(&fleet.1).ok();
    let is_mixed = |pool: &Pool| configuration.mix.as_ref().is_some_and(|(mixed, _)| *mixed == *pool.name);
    let all = case.iter().flat_map(|case| &case.fleet.pools).filter(|pool| pool.machines() > 0 || is_mixed(pool));
    let pools = all.map(|pool| PlannedPool {
        pool: pool.name.to_string(),
        machine: machine_of(case.as_ref(), &pool.name),
        named: configuration.machines.get(&*pool.name).cloned(),
        machines: pool.machines(),
        is_planned: is_mixed(pool) || configuration.axes.iter().any(|axis| axis.pool == pool.name),
        is_most: is_scaled(case.as_ref(), &pool.name),
        owners: pool.owners,
    });
    PlannedFleet { chosen: configuration.chosen().to_vec(), pools: pools.collect(), usd_per_month }
}

/// Whether an autoscaler decides how many machines a pool has.
fn is_scaled(case: Option<&Case>, pool: &str) -> bool {
    case.and_then(|case| case.system.lifecycle(pool)).is_some_and(|life| life.autoscaler.is_some())
}

/// What the machines of a pool are called: as they are rented, or bought.
fn machine_of(case: Option<&Case>, pool: &str) -> String {
    let rented = case.and_then(|case| case.rented.iter().find(|rental| rental.pool == pool));
    rented
        .map_or_else(|| "machine of the design".into(), |rental| format!("{} of {}", rental.instance, rental.provider))
}

/// Every figure of the planned fleet, with its plausible worlds.
fn outcome(
    search: &Search<'_>,
    (of, counts): &FleetAt,
    wanted: &Wanted<'_>,
    objectives: &[Objective],
) -> Option<Summary> {
    let case = search.configurations[*of].case_with_worlds(counts).ok()?;
    let found = told(&case, wanted, objectives);
    // What was certified in a longer run is told of one.
    let is_lacking = found.objectives.iter().any(|objective| objective.found.is_none());
    Some(longer(&case).filter(|_| is_lacking).map_or(found, |longer| told(&longer, wanted, objectives)))
}

fn told(case: &Case, wanted: &Wanted<'_>, objectives: &[Objective]) -> Summary {
    let mut summaries = [summarize(case, wanted.of_outcome, wanted.origin)];
    economy::add(&mut summaries, std::slice::from_ref(case), wanted.of_outcome);
    crate::objectives::assess(objectives, std::slice::from_ref(case), &mut summaries);
    let [summary] = summaries;
    summary
}

/// Objectives as targets, as far as they are about figures of the world.
struct Targets<'a> {
    case: &'a Case,
    objectives: &'a [Objective],
}

impl ForKind for Targets<'_> {
    type Output = Vec<Target>;

    fn run<K: Kind>(self) -> Self::Output {
        let figures: Metrics = K::figures(self.case, &[], (0, Runs::First(0)));
        let target = |objective: &Objective| Target::of::<K>(objective, figures.unit(&objective.metric)?, self.case);
        self.objectives.iter().filter_map(target).collect()
    }
}

/// Whether every target passes.
pub(crate) fn passes(trial: &Trial) -> bool {
    trial.standing == Standing::Pass
}
