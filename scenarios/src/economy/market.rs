//! The section `market`: rules, provers, and the job that they compete for.

use models::fleet::HOURS_PER_MONTH;
use models::market::assignment::Auction;
use models::market::population::{Candidates, Expectation, Population};
use models::market::ramp::Ramp;
use models::market::settlement::{Penalties, Rewards};
use models::market::study::MarketStudy;
use models::market::{Mechanism, Prover, Rules, Weight};
use models::proving::Demand;
use models::systems::layered::capacity::prover_work_per_s;
use models::systems::layered::{Layered, Proving};
use sim::{Distribution, Span};

use super::{Economy, SectionFaults};
use crate::systems::layered::blueprint::Blueprint;
use crate::systems::layered::spec::economy::{ExpectationSpec, MarketSpec, MechanismSpec, WeightSpec};

/// Most jobs that one study opens: a market of fifty provers takes about ten seconds for them.
const MOST_JOBS: f64 = 1e6;

/// The market that a scenario asks for; every fault in it is added to `found`.
pub(super) fn study(
    market: &MarketSpec,
    token_usd: f64,
    epoch_s: f64,
    blueprint: &Blueprint,
    found: &mut SectionFaults,
) -> MarketStudy {
    let jobs_per_month = (HOURS_PER_MONTH * 3_600.0 / epoch_s).floor().max(1.0);
    let jobs = jobs_per_month * (market.months + market.warm_up_months) as f64;
    if jobs > MOST_JOBS {
        let message = format!(
            "{} and {} months of {jobs_per_month:.0} epochs are {jobs:.0} jobs; at most {MOST_JOBS:.0}, so fewer months",
            market.warm_up_months, market.months
        );
        found.add("market.months", message);
    }
    let deadline = found.span("market.deadline", *market.deadline);
    if market.prover.machines.is_none() && market.prover.aim.seconds() > market.deadline.seconds() {
        let message = format!("`{}` is after the deadline of `{}`", *market.prover.aim, *market.deadline);
        found.add("market.prover.aim", message);
    }
    let (machines, work_s) = machines(market, epoch_s, blueprint);
    MarketStudy {
        rules: Rules {
            mechanism: mechanism(market, found),
            rewards: Rewards {
                base: market.rewards.base,
                quality: market.rewards.quality,
                bonus: market.rewards.bonus,
                bonus_within: found.span("market.rewards.bonus_within", market.rewards.bonus_within),
            },
            penalties: Penalties {
                invalid: market.penalties.invalid,
                late: market.penalties.late,
                burnt: market.penalties.burnt.value(),
            },
            deadline,
            least_stake: market.least_stake,
            token_usd,
        },
        population: population(market, machines),
        first: market.population.first,
        machines,
        work_s,
        period: Span::from_secs_f64(epoch_s.min(super::LONGEST_S)),
        jobs_per_month: jobs_per_month as u64,
        warm_up_months: market.warm_up_months,
        months: market.months,
    }
}

/// Machines of a prover, and the time that they take together for a job.
fn machines(market: &MarketSpec, epoch_s: f64, blueprint: &Blueprint) -> (u64, f64) {
    let epoch = || epoch_work_per_s(&blueprint.system) * epoch_s / blueprint.servers_per_machine() as f64;
    let one_machine_s = market.work.map_or_else(epoch, |work| work.seconds());
    let needed = || (one_machine_s / market.prover.aim.seconds()).ceil().max(1.0) as u64;
    let machines = market.prover.machines.unwrap_or_else(needed);
    (machines, one_machine_s / machines as f64)
}

/// Work on proofs of epochs alone, were every one of them proven: a job is one of these, and the day's proof is none. Machines of the
/// market are always there, whatever those of the network are.
fn epoch_work_per_s(system: &Layered) -> f64 {
    let mut system = Layered { prover_life: None, ..system.clone() };
    if let Proving::Epoch(plan) = &mut system.proving {
        (plan.day, plan.demand) = (None, Demand::Always);
    }
    prover_work_per_s(&system)
}

fn population(market: &MarketSpec, machines: u64) -> Population {
    let (prover, population) = (&market.prover, &market.population);
    let like = Prover {
        id: 0,
        kind: 0,
        speed: 1.0,
        service_cv: prover.spread,
        monthly_usd: prover.monthly.usd_per_month() * machines as f64,
        busy_hour_usd: prover.working_hour.usd() * machines as f64,
        reliability: prover.reliability.value(),
        invalid: prover.invalid.value(),
        stake: prover.stake,
    };
    let law = |mean, cv| Distribution::Lognormal { mean, cv };
    Population {
        exit_rate: population.exit.value(),
        memory_months: population.memory_months,
        expects: match population.expects {
            ExpectationSpec::Speed => Expectation::Speed,
            ExpectationSpec::Trial => Expectation::Trial,
        },
        candidates: Candidates {
            per_month: population.candidates_per_month,
            speed: law(1.0, population.speed_spread),
            monthly_usd: law(like.monthly_usd, population.cost_spread),
            kinds: Vec::new(),
            like,
        },
    }
}

fn mechanism(market: &MarketSpec, found: &mut SectionFaults) -> Mechanism {
    let mut lacks = |name: &str, keys: &str| {
        found.add("market.mechanism", format!("the mechanism `{name}` needs a table `market.{name}` with {keys}"));
        Mechanism::RoundRobin
    };
    match market.mechanism {
        MechanismSpec::Race => match &market.race {
            Some(race) => Mechanism::Race { notice: found.span("market.race.notice", race.notice) },
            None => lacks("race", "`notice`"),
        },
        MechanismSpec::Lottery => match &market.lottery {
            Some(lottery) => Mechanism::Lottery {
                weight: match lottery.weight {
                    WeightSpec::Stake => Weight::Stake,
                    WeightSpec::Speed => Weight::Speed,
                },
            },
            None => lacks("lottery", "`weight`"),
        },
        MechanismSpec::RoundRobin => Mechanism::RoundRobin,
        MechanismSpec::Auction => match &market.auction {
            Some(auction) => {
                if auction.most < auction.least {
                    let message = format!("{} is below `least`, {}", auction.most, auction.least);
                    found.add("market.auction.most", message);
                }
                Mechanism::Auction(Auction {
                    ramp: Ramp {
                        least: auction.least,
                        most: auction.most.max(auction.least),
                        period: found.span("market.auction.ramp", auction.ramp),
                    },
                    utilization: auction.utilization.value(),
                    margin: auction.margin.value(),
                })
            }
            None => lacks("auction", "`least`, `most`, `ramp`, `utilization` and `margin`"),
        },
    }
}

/// What the study rests on.
pub(super) fn note(study: &MarketStudy, market: &MarketSpec, economy: &mut Economy) {
    let machines = match market.prover.machines {
        Some(_) => "as many machines as the scenario says",
        None => "as many machines as prove an epoch within `market.prover.aim`",
    };
    let work = match market.work {
        Some(_) => "the time that the scenario gives, not this system's",
        None => "the work of an epoch's proof, shared evenly by the prover's machines",
    };
    economy.assumptions.push(format!(
        "prover market: studied beside the chain, whose epochs do not wait for it; a job is {work}; a prover has {machines}; \
         {} months after {} that are not counted",
        study.months, study.warm_up_months
    ));
    economy.input(
        "market: bill of a machine",
        "market.prover.monthly",
        market.prover.monthly.usd_per_month(),
        "USD/month",
    );
}
