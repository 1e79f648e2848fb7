//! `plan`: the cheapest fleet that meets the objectives, with its certificate.

use std::cell::RefCell;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use planner::{
    Effort, Ending, PLAN_SCHEMA, Plan, PlanWanted, Planned, Progress, Standing, Variant, WrittenPlan, plan, verify,
};
use scenarios::{Choices, Objective, Scenario, Sizing};

use super::compare::check_folder;
use super::study::{Study, opened};
use super::{Answer, Failure, command_line, command_on, print};
use crate::args::{Chosen, Common, Plan as Options};
use crate::{interrupt, progress, terminal};

/// Most combinations of values of keys: each is a search of its own.
const MOST_VARIANTS: usize = 200;

/// When the search ends, where that is asked for.
static DEADLINE: OnceLock<Instant> = OnceLock::new();

/// Whether the search shall end.
fn is_over() -> bool {
    interrupt::asked() || DEADLINE.get().is_some_and(|deadline| Instant::now() >= *deadline)
}

/// Plans the fleet, prints it with its certificate, writes the files.
pub fn run(options: &Options, common: &Common) -> Result<Answer, Failure> {
    check_folder(&common.out)?;
    let written = options.verify.as_deref().map(|file| read(file, common.seed)).transpose()?;
    let study = study(options, written.as_ref(), common)?;
    let (design, book) = (&study.selection.designs[0], &study.selection.books[0]);
    let variants = match written.as_ref().filter(|_| options.choose.is_empty()) {
        Some(written) => written_variants(&study.scenario, written)?,
        None => variants(&study.scenario, design, &options.choose)?,
    };
    let objectives = asked(&study.scenario, design, book)?;
    if let Some(time) = options.time {
        let _ = DEADLINE.set(Instant::now() + time);
    }
    let (progress, watched_to_the_end) = (Progress::until(is_over), Progress::until(interrupt::asked));
    let effort = Effort { progress: &progress, course: false, ..planner::default_effort(&study.scenario, common.seed) };
    let origin = study.origin();
    let wanted = PlanWanted {
        error: options.error,
        until: options.time.map(|time| Instant::now() + time),
        effort: &effort,
        of_outcome: &Effort { progress: &watched_to_the_end, course: true, ..effort },
        origin: &origin,
        in_full: !options.brief,
        growth: options.growing(),
    };
    let planned = Planned { variants: &variants, design, book, calibrations: study.calibrations() };
    if let Some((file, written)) = options.verify.as_deref().zip(written) {
        check(file, &written, planned, &study.scenario.sha256)?;
        return again(&written, planned, &objectives, (&effort, &study), common);
    }
    interrupt::note();
    let found = watched(planned, &objectives, &wanted, common)
        .map_err(|faults| Failure::because(study.scenario.problems(faults)))?;
    let found = Plan { command: command_line(), ..found };
    // What was ended before its time is printed and not written: the files of a complete answer stay as they are.
    let ended = interrupt::asked();
    let files = match ended {
        true => Vec::new(),
        false => reports::files::write_plan(&common.out, &found).map_err(Failure::because)?,
    };
    if common.json {
        print(&reports::json::plan(&found).map_err(Failure::because)?)?;
    } else {
        print(&reports::table::plan(&found, terminal::style()))?;
        let words = reports::files::in_words(&files);
        let written = match ended {
            true => "interrupted: this is the best so far, and nothing was written".to_owned(),
            false => format!("wrote {words} to {}", common.out.display()),
        };
        print(&format!("\nseed {}\n{written}\n", common.seed))?;
        if !ended && found.fleet.is_some() {
            let (file, seed) = (common.out.join("plan.json").display().to_string(), (common.seed + 1).to_string());
            let rest = ["--verify", &file, "--seed", &seed];
            terminal::hint(&[(
                command_on("plan", (&options.scenario, &options.set), &rest),
                "tests it on fresh random numbers",
            )]);
        }
    }
    Ok(answer(&found))
}

/// Tests a plan that was written on the random numbers of another seed.
fn again(
    written: &WrittenPlan,
    planned: Planned<'_>,
    objectives: &[Objective],
    (effort, study): (&Effort<'_>, &Study),
    common: &Common,
) -> Result<Answer, Failure> {
    let bar = progress::spinner(common);
    interrupt::note();
    let found = verify(written, planned, objectives, effort, &|what| bar.set_message(what.to_owned()));
    bar.finish_and_clear();
    let found = found.map_err(|faults| Failure::because(study.scenario.problems(faults)))?;
    if interrupt::asked() {
        return Err(Failure::interrupted("interrupted before all fleets were tested: nothing is verified"));
    }
    match common.json {
        true => print(&reports::json::verified(&found).map_err(Failure::because)?)?,
        false => print(&reports::table::verified(&found, terminal::style()))?,
    }
    Ok(match found.standing() {
        Standing::Pass => Answer::Done,
        Standing::Fail => Answer::Failed,
        Standing::Undecided | Standing::Untested => Answer::Undecided,
    })
}

/// Reads a plan that was made with another seed.
fn read(file: &Path, seed: u64) -> Result<WrittenPlan, Failure> {
    let because = |why: String| Failure::because(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| because(error.to_string()))?;
    let written: WrittenPlan = serde_json::from_str(&text)
        .map_err(|error| because(format!("this is no plan of `proofcast plan`: {error}")))?;
    if written.schema != PLAN_SCHEMA {
        return Err(because(format!("its schema is `{}`, and `{PLAN_SCHEMA}` is verified", written.schema)));
    }
    if written.seed == seed {
        return Err(because(format!("it was planned with seed {seed}: verify it with another `--seed`")));
    }
    if written.fleet.is_none() {
        return Err(because("it has no fleet that could be verified".into()));
    }
    Ok(written)
}

/// Whether a plan is of this scenario, design and costs.
fn check(file: &Path, written: &WrittenPlan, planned: Planned<'_>, sha256: &str) -> Result<(), Failure> {
    let because = |why: String| Err(Failure::because(format!("{}: {why}", file.display())));
    if written.scenario_sha256 != sha256 {
        let help = "give the scenario and `--set` as they were given to `plan`";
        return because(format!("it is a plan of another scenario, or with other changes\n  = help: {help}"));
    }
    for (option, said, asked) in [("design", &written.design, planned.design), ("costs", &written.costs, planned.book)]
    {
        if said != asked {
            return because(format!("it is a plan with `--{option} {said}`, not `{asked}`: leave that option out"));
        }
    }
    Ok(())
}

/// The scenario with every combination of values that fleets of a written plan have.
fn written_variants(scenario: &Scenario, written: &WrittenPlan) -> Result<Vec<Variant>, Failure> {
    let mut variants = Vec::new();
    for chosen in written.chosen() {
        let mut of = scenario.clone();
        for (key, value) in chosen {
            of = of.changed("--verify", key, value).map_err(Failure::because)?;
        }
        variants.push(Variant { chosen: chosen.to_vec(), scenario: of });
    }
    Ok(variants)
}

/// Plans, and shows meanwhile what is in hand and the best so far.
fn watched(
    planned: Planned<'_>,
    objectives: &[Objective],
    wanted: &PlanWanted<'_>,
    common: &Common,
) -> Result<Plan, Vec<scenarios::Fault>> {
    let bar = RefCell::new(progress::spinner(common));
    let in_hand = |what: &str, best: Option<f64>| {
        let best = best.map_or(String::new(), |usd| format!(" · best so far {} a month", reports::number::usd(usd)));
        bar.borrow().set_message(format!("{what}{best}"));
    };
    let found = plan(planned, objectives, wanted, &in_hand);
    bar.borrow().finish_and_clear();
    found
}

/// The scenario with the objectives of the command line, and the one design and book; what is left out is that of the plan to verify.
fn study(options: &Options, written: Option<&WrittenPlan>, common: &Common) -> Result<Study, Failure> {
    let chosen =
        Chosen { set: options.set.clone(), no_spot: options.no_spot, yes: true, ..Chosen::of(&options.scenario) };
    let read = |text: &String| Objective::parse(text).map_err(Failure::because);
    let mut more: Vec<Objective> = options.objective.iter().map(read).collect::<Result<_, _>>()?;
    if let Some(budget) = &options.budget {
        more.push(Objective::budget(budget).map_err(Failure::because)?);
    }
    let told = |faults: Vec<scenarios::Fault>| {
        let all: Vec<String> = faults.into_iter().map(|(text, why)| format!("--objective '{text}': {why}")).collect();
        Failure::because(all.join("\n"))
    };
    let scenario = opened(&chosen, common)?;
    if let Some(written) = written.filter(|_| more.is_empty()) {
        let asked = written.objectives().map_err(Failure::because)?;
        // What the scenario says itself may say more than its text, such as a load.
        let is_own = |of: &Objective| scenario.objectives.iter().any(|own| own.to_string() == of.to_string());
        more.extend(asked.into_iter().filter(|of| !is_own(of)));
    }
    let scenario = scenario.with_objectives(more).map_err(told)?;
    let design = options.design.clone().or(written.map(|written| written.design.clone()));
    let design = design.unwrap_or_else(|| scenario.base.clone());
    let books: Vec<&str> = scenario.books().collect();
    let named = options.costs.as_ref().or(written.map(|written| &written.costs));
    let book = match (named, &books[..]) {
        (Some(named), _) => named.clone(),
        (None, [only]) => (*only).to_owned(),
        (None, _) => "measured".to_owned(),
    };
    Study::of_scenario(scenario, &[design], &[book], Some(Sizing::Sized), common)
}

/// The objectives that are asked of a design under a book.
fn asked(scenario: &Scenario, design: &str, book: &str) -> Result<Vec<Objective>, Failure> {
    let is_asked = |of: &&Objective| {
        of.design.as_deref().is_none_or(|of| of == design)
            && of.costs.as_deref().is_none_or(|of| of == book)
            && of.sizing.as_deref().is_none_or(|of| of == "sized")
    };
    let asked: Vec<Objective> = scenario.objectives.iter().filter(is_asked).cloned().collect();
    if asked.is_empty() {
        return Err(Failure::because(format!(
            "`{design}` has no objective on `{book}` costs, so that any fleet would do\n  = help: give one, like \
             `--objective 'sojourn.p99 <= 1s'` or `[[objectives]]` in the scenario"
        )));
    }
    Ok(asked)
}

/// The scenario with every combination of the values that keys may have: those of the command line, and those that its files leave
/// open.
fn variants(scenario: &Scenario, design: &str, choose: &[String]) -> Result<Vec<Variant>, Failure> {
    let mut open: Vec<(String, Vec<String>)> = Vec::new();
    for text in choose {
        let choices = Choices::chosen(text).map_err(Failure::because)?;
        open.push((choices.key, choices.values.into_iter().map(|value| value.text).collect()));
    }
    let own = format!("design.{design}.");
    let of_files = scenario.open.iter().filter(|one| !one.key.starts_with("design.") || one.key.starts_with(&own));
    for one in of_files {
        if open.iter().all(|(key, _)| *key != one.key) {
            open.push((one.key.clone(), one.values.clone()));
        }
    }
    if let Some((key, _)) = open.iter().find(|(key, _)| !is_choice(key)) {
        return Err(Failure::because(format!(
            "`{key}` is not for a plan to choose: it says what is asked of the fleet, or how many machines there are, which is searched anyway"
        )));
    }
    let mut variants = vec![Variant { chosen: Vec::new(), scenario: scenario.clone() }];
    for (key, values) in &open {
        let mut more = Vec::new();
        for variant in &variants {
            for value in values {
                let changed = variant.scenario.changed("--choose", key, value);
                let mut chosen = variant.chosen.clone();
                chosen.push((key.clone(), value.clone()));
                more.push(Variant { chosen, scenario: changed.map_err(Failure::because)? });
            }
        }
        variants = more;
        if variants.len() > MOST_VARIANTS {
            return Err(Failure::because(format!(
                "{} combinations of values are more than {MOST_VARIANTS}: choose between fewer",
                variants.len()
            )));
        }
    }
    Ok(variants)
}

/// Whether a key is one that an architect chooses: not the load, the run, or a number of machines.
fn is_choice(key: &str) -> bool {
    let asked = ["load", "horizon", "warm_up", "replications", "objectives", "clients", "classes"];
    // One of a single design, `design.NAME.KEY`, says the same.
    let key = key.strip_prefix("design.").and_then(|of| Some(of.split_once('.')?.1)).unwrap_or(key);
    let last = key.rsplit('.').next().unwrap_or_default();
    !asked.contains(&key.split('.').next().unwrap_or_default()) && !["specified", "specified_machines"].contains(&last)
}

/// How a plan ends: failed where no fleet meets the objectives.
fn answer(found: &Plan) -> Answer {
    match found.ending {
        _ if interrupt::asked() => Answer::Interrupted,
        Ending::Certified => Answer::Done,
        Ending::Impossible => Answer::Failed,
        Ending::Uncertified | Ending::Undecided => Answer::Undecided,
    }
}
