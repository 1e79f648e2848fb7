//! How good and how fast plans are: 200 random services whose cheapest fleet is known from queueing theory, planned by the planner and by
//! one that trusts a single run; small searches with an autoscaler against long runs of every candidate; and a search among ten thousand
//! fleets.
//!
//! A third of the services are M/M/c, a third M/D/c, a third two M/M/c stations in tandem, at 5 to 200 requests a second; the objective is
//! a 99th percentile between a little above that of a service alone and four times as much. By hand: `cargo bench -p bench --bench
//! planning`; it takes some minutes; a
//! word after `--` (`theory`, `random`, `many`) asks for one part alone.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use models::systems::service::run;
use models::theory::{mdc_wait_beyond, mmc_sojourn_beyond, tandem_sojourn_beyond};
use planner::{Effort, Ending, Origin, Plan, PlanWanted, Planned, Variant, default_effort, plan};
use scenarios::{Calibrations, FleetChoice, Objective, PoolChoice, Scenario, open};
use sim::Streams;

/// Instances of the comparison.
const INSTANCES: u32 = 200;
/// What of the requests must be within the bound.
const SHARE: f64 = 0.99;
/// Requests of a replication.
const REQUESTS: f64 = 20_000.0;
/// Searches with an autoscaler, and runs of each candidate.
const RANDOM: u32 = 20;
const LONG: u32 = 60;
/// Their design and book.
const SCALED: &str = "autoscaled";
const PUBLISHED: &str = "published";
/// The name of the design and of the book.
const ONE: &str = "one";
/// What the coordinator costs by the hour, which every fleet has.
const COORDINATOR: f64 = 0.001;

/// Which service an instance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Exponential,
    Constant,
    Tandem,
}

/// A service whose answer is known.
struct Instance {
    kind: Kind,
    rate: f64,
    /// Mean services \[s\] and prices by the hour of its stations.
    stations: Vec<(f64, f64)>,
    bound_s: f64,
}

impl Instance {
    fn random(number: u32) -> Self {
        let mut stream = Streams::new(2_026, number).stream("instance");
        let mut between = |low: f64, high: f64| low * (high / low).powf(stream.uniform());
        let kind = [Kind::Exponential, Kind::Constant, Kind::Tandem][number as usize % 3];
        let count = if kind == Kind::Tandem { 2 } else { 1 };
        let rate = between(5.0, 200.0);
        let stations: Vec<(f64, f64)> = (0..count).map(|_| (between(0.05, 0.5), between(0.2, 4.0))).collect();
        let alone_s: f64 = stations.iter().map(|(service, _)| service).sum();
        // Of an exponential service 1 % is longer than 4.6 times its mean.
        let least = if kind == Kind::Constant { 1.05 } else { 4.8 };
        Self { kind, rate, bound_s: alone_s * least * between(1.0, 4.0), stations }
    }

    /// The share of requests that are too late on so many servers.
    fn late(&self, counts: &[u64]) -> f64 {
        let (rate, bound, (service, _)) = (self.rate, self.bound_s, self.stations[0]);
        match self.kind {
            Kind::Exponential => mmc_sojourn_beyond(counts[0], rate, service, bound),
            // With so little to spare waits last many services, more than any bound here; the formula would take minutes.
            Kind::Constant if counts[0] as f64 - rate * service < 0.5 => 1.0,
            Kind::Constant => mdc_wait_beyond(counts[0], rate, service, bound - service),
            Kind::Tandem => tandem_sojourn_beyond(rate, [(counts[0], service), (counts[1], self.stations[1].0)], bound),
        }
    }

    fn usd_per_hour(&self, counts: &[u64]) -> f64 {
        self.stations.iter().zip(counts).map(|((_, price), count)| price * *count as f64).sum()
    }

    fn least(&self, station: usize) -> u64 {
        (self.rate * self.stations[station].0).floor() as u64 + 1
    }

    /// Every fleet worth a look in the order of its cost.
    fn fleets(&self) -> Vec<Vec<u64>> {
        let numbers = |station: usize| self.least(station)..self.least(station) * 2 + 20;
        let mut all: Vec<Vec<u64>> = match self.kind {
            Kind::Tandem => numbers(0).flat_map(|first| numbers(1).map(move |second| vec![first, second])).collect(),
            _ => numbers(0).map(|count| vec![count]).collect(),
        };
        all.sort_by(|one, other| self.usd_per_hour(one).total_cmp(&self.usd_per_hour(other)));
        all
    }

    /// The cheapest fleet that meets the objective.
    fn truth(&self) -> Option<Vec<u64>> {
        self.fleets().into_iter().find(|counts| self.late(counts) <= 1.0 - SHARE)
    }

    /// The scenario that describes it.
    fn text(&self) -> String {
        let law = if self.kind == Kind::Constant { "lognormal" } else { "exponential" };
        let (mut steps, mut machines, mut costs) = (String::new(), String::new(), String::new());
        for (at, (service, price)) in self.stations.iter().enumerate() {
            steps += &format!(
                "[[step]]\nname = \"s{at}\"\ncost = \"s{at}\"\nlaw = \"{law}\"\npool = {{ machine = \"m{at}\", specified = 1 }}\n"
            );
            machines += &machine(&format!("m{at}"), *price);
            costs +=
                &format!("s{at} = [{{ from = \"claimed\", time = \"{} us\", source = \"drawn\" }}]\n", service * 1e6);
        }
        let horizon_s = (REQUESTS / self.rate).ceil();
        format!(
            "kind = \"service\"\nname = \"queue\"\nquestion = \"How many servers?\"\nbase = \"one\"\nhorizon = \"{horizon_s} s\"\n\
             warm_up = \"{} s\"\nreplications = 4\n[load]\nrate = \"{} /s\"\n[classes.all]\nshare = \"100 %\"\nsize = 1\n[clients]\n\
             count = 1\n[instances]\nmachine = \"front\"\nspecified = 1\n{steps}[design.one]\n[books.one]\n\
             target_utilization = \"80 %\"\nspread = \"0 %\"\n{}{machines}[books.one.costs]\n{costs}",
            (horizon_s / 5.0).ceil(),
            self.rate,
            machine("front", COORDINATOR),
        )
    }
}

fn machine(name: &str, price: f64) -> String {
    format!(
        "[books.one.machines.{name}]\nprovider = \"bench\"\ninstance = \"{name}\"\nservers = 1\nprice = \"${price}/h\"\n\
         speed = {{ factor = 1.0, why = \"claimed\" }}\n"
    )
}

/// A scenario that is written, read and gone.
fn opened(folder: &Path, text: &str) -> Result<Scenario, Box<dyn Error>> {
    let path: PathBuf = folder.join("queue.toml");
    std::fs::write(&path, text)?;
    open(&path.to_string_lossy(), &[]).map_err(|problems| problems.to_string().into())
}

/// Plans it, alone.
fn planned(scenario: &Scenario, objective: Objective, seed: u64) -> Result<Plan, Box<dyn Error>> {
    let variants = [Variant { chosen: Vec::new(), scenario: scenario.clone() }];
    let calibrations = Calibrations::default();
    let (effort, origin) = (default_effort(scenario, seed), origin());
    let of = Planned { variants: &variants, design: ONE, book: ONE, calibrations: &calibrations };
    plan(of, &[objective], &wanted(&effort, &origin), &|_, _| ()).map_err(|faults| format!("{faults:?}").into())
}

/// What is asked of every plan.
fn wanted<'a>(effort: &'a Effort<'a>, origin: &'a Origin) -> PlanWanted<'a> {
    let (error, until, of_outcome, in_full, growth) = (0.05, None, effort, false, None);
    PlanWanted { error, until, effort, of_outcome, origin, in_full, growth }
}

fn origin() -> Origin {
    Origin {
        scenario: "queue".into(),
        scenario_sha256: String::new(),
        calibration_sha256: None,
        instance_calibrations_sha256: Default::default(),
        version: String::new(),
        overrides: Vec::new(),
    }
}

/// The first fleet in the order of cost whose percentile in one run is within the bound: what a planner does that has no statistics.
fn from_one_run(instance: &Instance, scenario: &Scenario, seed: u64) -> Option<Vec<u64>> {
    instance.fleets().into_iter().find(|counts| {
        let pools = counts.iter().enumerate();
        let pools = pools.map(|(at, count)| (format!("s{at}"), PoolChoice { machine: None, machines: Some(*count) }));
        let fleet = FleetChoice(pools.collect());
        let Ok(case) = scenario.case_with_fleet((ONE, ONE), &fleet, &Calibrations::default()) else { return false };
        let outcome = run(case.system.service(), case.horizon.into(), &Streams::new(seed, 0));
        outcome.sojourn_quantile(SHARE).is_some_and(|seconds| seconds <= instance.bound_s)
    })
}

/// How often a planner was right.
#[derive(Debug, Default)]
struct Tally {
    plans: u32,
    feasible: u32,
    /// Within 1 % or one unit of the cheapest that is.
    cheap: u32,
}

impl Tally {
    fn add(&mut self, instance: &Instance, counts: &[u64], best: &[u64]) {
        let (cost, least) = (instance.usd_per_hour(counts), instance.usd_per_hour(best));
        let unit = instance.stations.iter().map(|(_, price)| *price).fold(0.0, f64::max);
        self.plans += 1;
        self.feasible += u32::from(instance.late(counts) <= 1.0 - SHARE);
        self.cheap += u32::from((cost - least).abs() <= (0.01 * least).max(unit * 1.000_001));
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("planning-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let asked = |part: &str| {
        let mut words = std::env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
        words.peek().is_none() || words.any(|word| word == part)
    };
    if asked("many") {
        many(&folder)?;
    }
    if asked("random") {
        random()?;
    }
    if asked("theory") {
        compared(&folder)?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Plans of all instances, against the truth and one run.
fn compared(folder: &Path) -> Result<(), Box<dyn Error>> {
    let (mut ours, mut one_run) = (Tally::default(), Tally::default());
    let (mut simulated, mut uncertified) = (0, 0);
    let begun = Instant::now();
    for number in 0..INSTANCES {
        eprint!("\r{number} of {INSTANCES}");
        let instance = Instance::random(number);
        let Some(best) = instance.truth() else { continue };
        let scenario = opened(folder, &instance.text())?;
        let objective = Objective::parse(&format!("sojourn.p99 <= {} s", instance.bound_s))?;
        let found = planned(&scenario, objective, number.into())?;
        simulated += found.certificate.simulated;
        uncertified += u32::from(found.ending != Ending::Certified);
        if let Some(fleet) = &found.fleet {
            let of =
                |at: usize| fleet.pools.iter().find(|pool| pool.pool == format!("s{at}")).map_or(0, |it| it.machines);
            ours.add(&instance, &(0..best.len()).map(of).collect::<Vec<_>>(), &best);
        }
        if let Some(counts) = from_one_run(&instance, &scenario, number.into()) {
            one_run.add(&instance, &counts, &best);
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "\n{INSTANCES} instances in {seconds:.0} s, {simulated} fleets simulated by ours, {uncertified} plans not certified"
    );
    println!("planner      plans  feasible  within 1 % or one unit of the cheapest");
    for (name, tally) in [("ours", &ours), ("one run", &one_run)] {
        println!("{name:12} {:5} {:9} {:40}", tally.plans, tally.feasible, tally.cheap);
    }
    Ok(())
}

/// Twenty small searches where an autoscaler decides what is paid: every candidate is simulated for long, and the plan must be within the
/// indifference zone of the cheapest that meets the objective.
fn random() -> Result<(), Box<dyn Error>> {
    let (mut right, mut feasible, mut dearest) = (0, 0, 0.0_f64);
    for number in 0..RANDOM {
        let mut stream = Streams::new(7, number).stream("random");
        let rate = 0.02 + 0.03 * stream.uniform();
        let bound_min = 4.3 + 2.0 * stream.uniform();
        let load = format!("load.rate={rate:.4}/s");
        let scenario = open("prover-fleet", &[load]).map_err(|problems| problems.to_string())?;
        let variants = candidates(&scenario)?;
        let objective = Objective::parse(&format!("sojourn.p99 <= {bound_min:.2} min"))?;
        let calibrations = Calibrations::default();
        let (effort, origin) = (default_effort(&scenario, number.into()), origin());
        let of = Planned { variants: &variants, design: SCALED, book: PUBLISHED, calibrations: &calibrations };
        let found =
            plan(of, &[objective], &wanted(&effort, &origin), &|_, _| ()).map_err(|faults| format!("{faults:?}"))?;
        let truth: Vec<(f64, f64)> =
            variants.iter().map(|variant| long(&variant.scenario, bound_min * 60.0)).collect::<Result<_, _>>()?;
        let best =
            truth.iter().filter(|(late, _)| *late <= 1.0 - SHARE).map(|(_, usd)| *usd).fold(f64::INFINITY, f64::min);
        let Some(fleet) = found.fleet else {
            // Where none meets the objective there is no plan.
            right += u32::from(best.is_infinite());
            feasible += u32::from(best.is_infinite());
            continue;
        };
        let at = variants.iter().position(|variant| variant.chosen == fleet.chosen).ok_or("an unknown variant")?;
        let (late, usd) = truth[at];
        feasible += u32::from(late <= 1.0 - SHARE);
        if usd > 1.01 * best {
            let cheapest =
                truth.iter().position(|(late, usd)| *late <= 1.0 - SHARE && *usd == best).ok_or("no best")?;
            let other = found.runners_up.iter().find(|other| other.fleet.chosen == variants[cheapest].chosen);
            let why = other.map_or("it is not told", |other| other.excuse.as_str());
            println!(
                "search {number}: ${usd:.0} a month ({late:.4} late) and not ${best:.0} ({:.4} late): {why}",
                truth[cheapest].0
            );
        }
        right += u32::from(usd <= 1.01 * best);
        dearest = dearest.max(usd / best - 1.0);
    }
    println!(
        "{RANDOM} searches with an autoscaler: {feasible} meet the objective, {right} within 1 % of the cheapest, at most {:.1} % dearer",
        dearest * 100.0
    );
    Ok(())
}

/// The values of keys that are chosen from.
fn candidates(scenario: &Scenario) -> Result<Vec<Variant>, Box<dyn Error>> {
    let mut variants = Vec::new();
    for cooldown in ["1min", "5min", "15min"] {
        for target in ["60 %", "85 %"] {
            let chosen = [("cooldown", cooldown), ("utilization", target)]
                .map(|(key, value)| (format!("step.0.pool.lifecycle.autoscaler.{key}"), value.to_owned()));
            let mut of = scenario.clone();
            for (key, value) in &chosen {
                of = of.changed("bench", key, value).map_err(|problems| problems.to_string())?;
            }
            variants.push(Variant { chosen: chosen.to_vec(), scenario: of });
        }
    }
    Ok(variants)
}

/// The share of requests that are too late, and what is paid by the month, in the mean of many runs that no plan has seen.
fn long(scenario: &Scenario, bound_s: f64) -> Result<(f64, f64), Box<dyn Error>> {
    let case = scenario.case_with_fleet((SCALED, PUBLISHED), &FleetChoice::OPEN, &Calibrations::default());
    let case = case.map_err(|faults| format!("{faults:?}"))?;
    let runs = sim::replicate(0..LONG, |number| {
        let outcome = run(case.system.service(), case.horizon.into(), &Streams::new(99_991, number));
        let late = 1.0 - outcome.within(bound_s).unwrap_or(0.0);
        (late, case.fleet.as_paid(&outcome.pools, &[]).total())
    });
    let mean = |of: fn(&(f64, f64)) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
    Ok((mean(|(late, _)| *late), mean(|(_, usd)| *usd)))
}

/// A search for which more than ten thousand fleets are cheaper than the plan.
fn many(folder: &Path) -> Result<(), Box<dyn Error>> {
    let instance = Instance { kind: Kind::Tandem, rate: 200.0, stations: vec![(0.5, 0.2), (1.0, 0.21)], bound_s: 6.9 };
    let scenario = opened(folder, &instance.text())?;
    let objective = Objective::parse(&format!("sojourn.p99 <= {} s", instance.bound_s))?;
    let begun = Instant::now();
    let found = planned(&scenario, objective, 1)?;
    let (seconds, of) = (begun.elapsed().as_secs_f64(), &found.certificate);
    println!(
        "{} cheaper fleets in {seconds:.1} s, {:.0} a second: {} rejected by bounds, {} carry the load, {} were simulated",
        of.considered,
        of.considered as f64 / seconds,
        of.by_bound,
        of.cheaper,
        of.simulated
    );
    Ok(())
}
