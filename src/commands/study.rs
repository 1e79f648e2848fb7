//! What `simulate`, `compare` and `claims` share: a scenario, a calibration, the cases asked for, and their comparison.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use calibrate::Calibration;
use planner::{Budget, Comparison, Effort, Origin, Progress, Selection, Summary, Wanted, compare, counted, decide};
use scenarios::reading::{Problems, meant};
use scenarios::{Calibrations, Case, Fault, Mix, Scenario, Sizing};

use super::{Answer, Failure, ended, estimate, prices};
use crate::args::{Chosen, Common, Compare, Resolution};
use crate::{interrupt, progress, terminal};

/// Transactions of a run that are simulated one by one at most: a bound that keeps memory from running out, not a fine one.
const MOST_ONE_BY_ONE: f64 = 3e7;

/// A scenario with all that is needed to answer from it.
pub struct Study {
    /// The scenario.
    pub scenario: Scenario,
    /// The cases asked for, designs first, then books, then sizings.
    pub selection: Selection,
    calibrations: Calibrations,
    /// SHA-256 of the host's calibration file.
    sha256: Option<String>,
    /// SHA-256 of the files of single machines, by instance.
    sha256_of_instances: BTreeMap<String, String>,
}

impl Study {
    /// Opens the scenario and finds what is asked for in it. An empty list of designs or books means all of them.
    pub fn open(
        chosen: &Chosen,
        designs: &[String],
        books: &[String],
        sizing: Option<Sizing>,
        common: &Common,
    ) -> Result<Self, Failure> {
        Self::of_scenario(opened(chosen, common)?, designs, books, sizing, common)
    }

    /// The same of a scenario that is open already. Designs without the base of the scenario are compared with the first of them.
    pub fn of_scenario(
        scenario: Scenario,
        designs: &[String],
        books: &[String],
        sizing: Option<Sizing>,
        common: &Common,
    ) -> Result<Self, Failure> {
        let all_books: Vec<String> = scenario.books().map(str::to_owned).collect();
        let selection = Selection {
            designs: chosen_of("design", designs, &scenario.designs)?,
            books: chosen_of("cost book", books, &all_books)?,
            sizings: sizing.map_or_else(|| vec![Sizing::Specified, Sizing::Sized], |sizing| vec![sizing]),
            base: match designs.first() {
                Some(first) if !designs.contains(&scenario.base) => first.clone(),
                _ => scenario.base.clone(),
            },
        };
        let needed = selection.books.iter().any(|book| scenario.needs_calibration(book));
        let mut study = Self {
            scenario,
            selection,
            calibrations: Calibrations::default(),
            sha256: None,
            sha256_of_instances: BTreeMap::new(),
        };
        if needed {
            study.read_calibrations(common)?;
        }
        Ok(study)
    }

    /// The designs that are compared: those that are named, or all that answer the question of the base design.
    pub fn of_comparison(options: &Compare, common: &Common) -> Result<Self, Failure> {
        let scenario = opened(&options.chosen, common)?;
        let base = options.base.as_ref().unwrap_or(&scenario.base);
        let alike = comparable(&scenario, &options.design, base)?;
        let mut study = Self::of_scenario(scenario, &alike, &options.costs, options.sizing.map(sizing), common)?;
        if let Some(base) = &options.base {
            study.set_base(base)?;
        }
        Ok(study)
    }

    /// Says which designs were not compared since they answer another question, where none was named.
    pub fn tell_other_questions(&self, named: &[String]) {
        let view = |design: &String| self.scenario.view(design);
        let asks = view(&self.selection.base);
        let others: Vec<&String> = self.scenario.designs.iter().filter(|design| view(design) != asks).collect();
        let (Some(first), true) = (others.first(), named.is_empty()) else { return };
        let who = view(first).unwrap_or_default();
        let names = planner::listed(&others.iter().map(|design| design.as_str()).collect::<Vec<_>>());
        terminal::tell(&format!("note: {names}: asked about by a {who}, and compared with `--base {first}`"));
    }

    /// Warns of changes of the command line without which every case that is asked for would be the same.
    fn tell_idle_changes(&self, cases: &[Case], chosen: &Chosen, common: &Common) {
        for change in chosen.set.iter().filter(|change| shapes_cases(change)) {
            let others: Vec<String> = chosen.set.iter().filter(|other| *other != change).cloned().collect();
            let chosen = Chosen { set: others, ..chosen.clone() };
            let Ok(without) = opened(&chosen, common) else { continue };
            if self.of(without).has_the_same(cases) {
                terminal::tell(&format!("warning: `--set {change}` changes nothing in what is asked for"));
            }
        }
    }

    /// Whether the selection has these very cases; the first that differs is the last that is built.
    fn has_the_same(&self, cases: &[Case]) -> bool {
        let mut others = cases.iter();
        let mut selected = self.combinations();
        let same = |(design, book, sizing): (&str, &str, Sizing)| {
            let Some(other) = others.next() else { return false };
            let case = self.scenario.case(design, book, sizing, &self.calibrations);
            // Plausible worlds are many: they are built only where the case itself is the same.
            let worlds = || self.scenario.case_with_worlds(design, book, sizing, &self.calibrations);
            case.is_ok_and(|case| other.same_world(&case)) && worlds().is_ok_and(|case| other.same_worlds(&case))
        };
        selected.all(same) && others.next().is_none()
    }

    /// The designs, books and sizing of a question that is asked of every case by itself; of the base on the leading book, sized,
    /// where nothing is chosen.
    pub fn of_cases(options: &Compare, common: &Common) -> Result<(Self, Sizing), Failure> {
        let scenario = opened(&options.chosen, common)?;
        let designs = if options.design.is_empty() { vec![scenario.base.clone()] } else { options.design.clone() };
        let leading = scenario.books().find(|book| *book == "measured").or(scenario.books().last()).map(str::to_owned);
        let books = if options.costs.is_empty() { leading.into_iter().collect() } else { options.costs.clone() };
        let sizing = options.sizing.map_or(Sizing::Sized, sizing);
        Ok((Self::of_scenario(scenario, &designs, &books, Some(sizing), common)?, sizing))
    }

    /// Reads the calibration of the host, and those of single machines.
    fn read_calibrations(&mut self, common: &Common) -> Result<(), Failure> {
        let known = self.scenario.machines();
        for of in &common.calibration {
            let Some(instance) = &of.instance else { continue };
            if !known.contains(instance.as_str()) {
                let known = known.iter().copied().collect::<Vec<_>>().join(", ");
                let message =
                    format!("no book of the scenario proves on `{instance}`; --calibration stands for: {known}");
                return Err(Failure::because(message));
            }
            let (calibration, sha256) = read_calibration(&of.path)?;
            self.calibrations.of_instances.insert(instance.clone(), calibration);
            self.sha256_of_instances.insert(instance.clone(), sha256);
        }
        let (calibration, sha256) = host_calibration(common)?;
        self.calibrations.here = Some(calibration);
        self.sha256 = Some(sha256);
        Ok(())
    }

    /// The calibration of the host, where the cases rest on one.
    pub fn calibration(&self) -> Option<&Calibration> {
        self.calibrations.here.as_ref()
    }

    /// Compares with another design than the scenario's own.
    fn set_base(&mut self, base: &str) -> Result<(), Failure> {
        self.selection.base = chosen_of("design", &[base.to_owned()], &self.scenario.designs)?.remove(0);
        Ok(())
    }

    /// Every case of the selection, or everything that is wrong with them: a change, or a file of the user's, need not fit a design of what
    /// it extends that nobody asks for.
    pub fn cases(&self) -> Result<Vec<Case>, Failure> {
        self.sound_cases().map_err(Failure::because)
    }

    /// The same with what is wrong at its places.
    pub fn sound_cases(&self) -> Result<Vec<Case>, Problems> {
        let cases = self.selected().map_err(|faults| self.scenario.problems(faults))?;
        prices::look_for_old(&cases);
        Ok(cases)
    }

    /// Every design, book and sizing of the selection.
    fn combinations(&self) -> impl Iterator<Item = (&str, &str, Sizing)> {
        let of_design = move |design| {
            let of_book = move |book| self.selection.sizings.iter().map(move |sizing| (design, book, *sizing));
            self.selection.books.iter().map(String::as_str).flat_map(of_book)
        };
        self.selection.designs.iter().map(String::as_str).flat_map(of_design)
    }

    fn selected(&self) -> Result<Vec<Case>, Vec<Fault>> {
        let (mut cases, mut faults) = (Vec::new(), Vec::new());
        for (design, book, sizing) in self.combinations() {
            match self.scenario.case_with_worlds(design, book, sizing, &self.calibrations) {
                Ok(case) => cases.push(case),
                Err(found) => faults.extend(found),
            }
        }
        if faults.is_empty() { Ok(cases) } else { Err(faults) }
    }

    /// Simulates the cases and puts them side by side; `like_with_like` also at one load and mix.
    pub fn compare(&self, chosen: &Chosen, common: &Common, like_with_like: bool) -> Result<Comparison, Failure> {
        let cases = self.cases()?;
        fits_into_memory(&cases, chosen)?;
        let same_load = if like_with_like { self.at_same_load()? } else { None };
        let same_load = same_load.as_ref();
        let progress = Progress::until(interrupt::asked);
        let effort = Effort { course: true, ..self.effort(chosen, common, &progress) };
        let at_same_load = same_load.iter().flat_map(|(_, cases)| cases);
        let work = estimate::work(cases.iter().chain(at_same_load), &effort, chosen)?;
        self.tell_idle_changes(&cases, chosen, common);
        interrupt::note();
        let comparison = progress::watched(&work, &progress, common, |in_hand| {
            let progress = |case: &Case| in_hand(format!("{} · {} · {}", case.design, case.book, case.sizing.name()));
            compare(&self.scenario, &cases, same_load, &self.selection, &effort, &self.origin(), progress)
        });
        if comparison.designs.is_empty() && interrupt::asked() {
            return Err(ended::nothing_known());
        }
        Ok(comparison)
    }

    /// The designs at the load and mix of the base design, sized, where several are compared and differ in them.
    fn at_same_load(&self) -> Result<Option<(Mix, Vec<Case>)>, Failure> {
        if self.selection.designs.len() < 2 || !self.selection.sizings.contains(&Sizing::Sized) {
            return Ok(None);
        }
        let same = self.scenario.at_load_of(&self.selection.base).map_err(Failure::because)?;
        let Some((mix, scenario)) = same else { return Ok(None) };
        let mut study = self.of(scenario);
        study.selection.sizings = vec![Sizing::Sized];
        Ok(Some((mix, study.cases()?)))
    }

    /// Adds replications where a claim or an objective is undecided.
    pub fn decide(
        &self,
        comparison: &mut Comparison,
        budget: Budget,
        chosen: &Chosen,
        common: &Common,
    ) -> Result<(), Failure> {
        let cases = self.cases()?;
        let bar = progress::spinner(common);
        let progress = Progress::until(interrupt::asked);
        let effort = (&Effort { course: true, ..self.effort(chosen, common, &progress) }, budget);
        decide(&self.scenario, &cases, &mut comparison.designs, effort, &self.origin(), |case, replications| {
            bar.set_message(format!(
                "{} · {} · {}",
                case.design,
                case.book,
                counted(&replications.to_string(), "replication")
            ));
        });
        bar.finish_and_clear();
        Ok(())
    }

    /// How the cases are simulated, of which no course is kept.
    pub fn effort<'p>(&self, chosen: &Chosen, common: &Common, progress: &'p Progress) -> Effort<'p> {
        Effort {
            seed: common.seed,
            replications: chosen.replications.unwrap_or(self.scenario.replications),
            precision: chosen.precision.map(|relative_half_width| Wanted {
                relative_half_width,
                until: chosen.time.map(|time| Instant::now() + time),
            }),
            resolution: match chosen.resolution {
                Resolution::Cohort => models::system::Resolution::Cohort,
                Resolution::Transaction => models::system::Resolution::Transaction,
            },
            course: false,
            progress,
        }
    }

    /// The same study of another scenario.
    pub fn of(&self, scenario: Scenario) -> Self {
        Self {
            scenario,
            selection: self.selection.clone(),
            calibrations: self.calibrations.clone(),
            sha256: self.sha256.clone(),
            sha256_of_instances: self.sha256_of_instances.clone(),
        }
    }

    /// The same study where operations of the host take as many times as long as was measured.
    pub fn with_costs(&self, factors: &[(String, f64)]) -> Self {
        let mut slower = self.of(self.scenario.clone());
        let measured = slower.calibrations.here.iter_mut().flat_map(|calibration| &mut calibration.operations);
        for measured in measured {
            let factor = factors.iter().find(|(name, _)| *name == measured.description.name);
            factor.into_iter().for_each(|(_, factor)| measured.curve.scale(*factor));
        }
        slower
    }

    /// What the costs were measured on.
    pub fn calibrations(&self) -> &Calibrations {
        &self.calibrations
    }

    /// What the answer is called and where it comes from.
    pub fn origin(&self) -> Origin {
        Origin {
            scenario: self.scenario.name.clone(),
            scenario_sha256: self.scenario.sha256.clone(),
            calibration_sha256: self.sha256.clone(),
            instance_calibrations_sha256: self.sha256_of_instances.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            overrides: self.scenario.overrides.clone(),
        }
    }
}

/// The scenario of the command line, with its changes.
pub fn opened(chosen: &Chosen, common: &Common) -> Result<Scenario, Failure> {
    let no_spot = chosen.no_spot.then(|| "prices.spot=false".to_owned());
    let set: Vec<String> = chosen.set.iter().cloned().chain(no_spot).collect();
    scenarios::open_at(&chosen.scenario, &set, &prices::book(common)?).map_err(Failure::because)
}

/// Whether a change is of a key that a case is made from.
fn shapes_cases(change: &str) -> bool {
    let section = change.split(['.', '=']).next().unwrap_or_default().trim();
    let beside = [
        "name",
        "question",
        "base",
        "replications",
        "objectives",
        "claims",
        "sensitivity",
        "switches",
        "limit",
        "prices",
    ];
    !beside.contains(&section)
}

/// Refuses to simulate more transactions one by one than memory holds: it is told before, not by the system afterwards.
pub fn fits_into_memory(cases: &[Case], chosen: &Chosen) -> Result<(), Failure> {
    if matches!(chosen.resolution, Resolution::Cohort) {
        return Ok(());
    }
    let in_a_run = |case: &Case| (case.horizon.warm_up_s + case.horizon.measured_s) * case.load_per_s();
    let most = cases.iter().map(in_a_run).fold(0.0, f64::max);
    if most <= MOST_ONE_BY_ONE {
        return Ok(());
    }
    Err(Failure::because(format!(
        "a run has {most:.1e} transactions, and one by one at most {MOST_ONE_BY_ONE:.0e} are simulated\n  = help: leave out \
         `--resolution transaction`, or make `horizon`, `warm_up` or `load.rate` smaller"
    )))
}

/// How an answer ends whose precision was asked for: undecided where it was not reached, which is said.
pub fn precise<'s>(designs: impl IntoIterator<Item = &'s Summary>) -> Answer {
    if interrupt::asked() {
        return Answer::Interrupted;
    }
    let mut answer = Answer::Done;
    for summary in designs {
        let Some(precision) = summary.precision.filter(|precision| !precision.is_enough()) else { continue };
        let percent = |share: f64| format!("±{:.2} %", share * 100.0);
        terminal::tell(&format!(
            "{} on {} costs, {}: {} was asked for, {} reached after {} replications; give it more `--time`, or ask for less",
            summary.design,
            summary.costs,
            summary.sizing,
            percent(precision.asked),
            percent(precision.reached),
            summary.replications
        ));
        answer = Answer::Undecided;
    }
    answer
}

/// The names that were asked for, in the order of the scenario; all where none was.
fn chosen_of(what: &str, asked: &[String], known: &[String]) -> Result<Vec<String>, Failure> {
    if let Some(unknown) = asked.iter().find(|name| !known.contains(name)) {
        let near = meant(unknown, known.iter().map(String::as_str));
        return Err(Failure::because(format!(
            "no {what} `{unknown}` in the scenario\n  = help: {near}there are: {}",
            known.join(", ")
        )));
    }
    Ok(known.iter().filter(|name| asked.is_empty() || asked.contains(name)).cloned().collect())
}

/// The designs that can be compared with each other: of those that are named none answers another question than the first, and where none
/// is named, those that answer the question of the base.
pub fn comparable(scenario: &Scenario, named: &[String], base: &str) -> Result<Vec<String>, Failure> {
    let view = |design: &String| scenario.view(design);
    if let Some(first) = named.first() {
        return match named.iter().find(|other| view(other) != view(first)) {
            Some(other) if view(other).zip(view(first)).is_some() => Err(Failure::because(format!(
                "`{first}` is asked about by a {}, `{other}` by a {}: they answer different questions\n  = help: compare designs with the \
                 same `view`",
                view(first).unwrap_or_default(),
                view(other).unwrap_or_default(),
            ))),
            _ => Ok(named.to_vec()),
        };
    }
    let asks = scenario.view(base);
    Ok(scenario.designs.iter().filter(|design| view(design) == asks).cloned().collect())
}

/// The calibration of the host with the SHA-256 of its file.
pub fn host_calibration(common: &Common) -> Result<(Calibration, String), Failure> {
    let path = common.calibration_path();
    if !path.exists() {
        let make = common.named_calibration().map_or(String::new(), |path| format!(" {}", path.display()));
        let why = format!("measured costs need a calibration of this host, and {} is not there", path.display());
        let help =
            format!("`proofcast calibrate{make}` makes it; where a verb has `--costs`, `--costs claimed` does without");
        return Err(Failure::because(format!("{why}\n  = help: {help}")));
    }
    read_calibration(&path)
}

/// A calibration with the SHA-256 of its file.
fn read_calibration(path: &Path) -> Result<(Calibration, String), Failure> {
    let calibration = Calibration::read(path).map_err(Failure::because)?;
    let bytes =
        std::fs::read(path).map_err(|error| Failure::because(format!("cannot read {}: {error}", path.display())))?;
    Ok((calibration, scenarios::sha256(&bytes)))
}

/// The sizing of the command line in the scenario's words.
pub fn sizing(sizing: crate::args::Sizing) -> Sizing {
    match sizing {
        crate::args::Sizing::Specified => Sizing::Specified,
        crate::args::Sizing::Sized => Sizing::Sized,
    }
}
