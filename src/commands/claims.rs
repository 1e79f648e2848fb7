//! `claims`: every published claim of a scenario or of the library, with its verdict.

use std::collections::BTreeSet;

use planner::{Budget, Comparison, Finding, Ground, Judgements, Standing, Verdict, books_asked, findings};

use super::compare::check_folder;
use super::study::{Study, host_calibration, opened};
use super::{Answer, Failure, command_line, ended, prices, print};
use crate::args::{ALL, Chosen, Claims, Common};
use crate::{interrupt, terminal};

/// Judges the claims, prints them and writes them; with `--strict` the exit status is the verdict on all of
/// them and on the objectives.
pub fn run(options: &Claims, common: &Common) -> Result<Answer, Failure> {
    let chosen = &options.chosen;
    // Claims that need no scenario rest on no price, but a bad file is one.
    prices::book(common)?;
    check_folder(&common.out)?;
    if let Some(folder) = options.markdown.as_ref().and_then(|path| path.parent()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::because(format!("cannot make {}: {error}", folder.display())))?;
    }
    let names: Vec<&str> = match chosen.scenario.as_str() {
        ALL => scenarios::claim_library().iter().map(|(name, _)| *name).collect(),
        name => vec![name],
    };
    let ground = Ground { version: env!("CARGO_PKG_VERSION").to_owned(), seed: common.seed, calibration_sha256: None };
    let mut all = Judged { found: Vec::new(), comparisons: Vec::new(), ground };
    for name in names {
        all.add(&Chosen { scenario: name.to_owned(), ..chosen.clone() }, options, common)?;
    }
    let Judged { found, comparisons, ground } = all;
    let designs = comparisons.iter().flat_map(|comparison| &comparison.designs);
    let document = Judgements { command: command_line(), ..Judgements::of(found, designs, ground) };
    let found = &document.claims;
    let mut files = reports::write_claims(&common.out, &document).map_err(Failure::because)?;
    if let Some(path) = &options.markdown {
        let text = reports::markdown::claims(found);
        files.push(reports::files::write(path, text.as_bytes()).map_err(Failure::because)?);
    }
    if common.json {
        print(&reports::json::claims(&document).map_err(Failure::because)?)?;
    } else {
        let style = terminal::style();
        print(&reports::table::claims(found, options.all, style))?;
        for comparison in &comparisons {
            print(&reports::table::objectives(&comparison.designs, style))?;
        }
        let paths: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
        print(&format!("\nwrote {}\n", paths.join(", ")))?;
    }
    Ok(if options.strict { answer(found, &comparisons) } else { Answer::Done })
}

/// The findings with what they rest on.
struct Judged {
    found: Vec<Finding>,
    comparisons: Vec<Comparison>,
    ground: Ground,
}

impl Judged {
    /// Adds the findings on one scenario, or on one file of claims.
    fn add(&mut self, chosen: &Chosen, options: &Claims, common: &Common) -> Result<(), Failure> {
        if let Some(claims) = scenarios::claims_of(&chosen.scenario).map_err(Failure::because)? {
            if let (Some(set), true) = (chosen.set.first(), options.chosen.scenario != ALL) {
                let name = &chosen.scenario;
                return Err(Failure::because(format!("`--set {set}`: `{name}` has claims only, and no key to change")));
            }
            let (calibration, sha256) = host_calibration(common)?;
            self.found.extend(findings(&claims, &[], Some(&calibration)));
            self.ground.calibration_sha256 = Some(sha256);
            return Ok(());
        }
        let scenario = opened(chosen, common)?;
        if scenario.claims.is_empty() && scenario.objectives.is_empty() {
            return Err(Failure::because(format!(
                "`{}` has no claims and no objectives\n  = help: claims of a scenario that it extends are about another \
                 system; `claim_files = [\"layered\"]` asks for them all the same",
                chosen.scenario
            )));
        }
        let mut study = Study::of_scenario(scenario, &[], &[], None, common)?;
        // What no claim asks of needs not be simulated.
        study.selection.books = books_asked(&study.scenario);
        if options.chosen.scenario == ALL
            && let Some(why) = unmeasured(&study)
        {
            // Who asks of everything gets what there is.
            terminal::tell(&format!("warning: {why}"));
            return Ok(());
        }
        let mut comparison = study.compare(chosen, common, false)?;
        if interrupt::asked() {
            return Err(ended::before_all());
        }
        study.decide(&mut comparison, Budget { replications: options.budget }, chosen, common)?;
        if interrupt::asked() {
            return Err(ended::before_all());
        }
        self.found.extend(findings(&study.scenario.claims, &comparison.designs, study.calibration()));
        let sha256 = comparison.designs.iter().find_map(|design| design.provenance.calibration_sha256.clone());
        self.ground.calibration_sha256 = sha256.or(self.ground.calibration_sha256.take());
        self.comparisons.push(comparison);
        Ok(())
    }
}

/// Why a scenario is left out, where its books take operations that the calibration has not.
fn unmeasured(study: &Study) -> Option<String> {
    let calibration = study.calibration()?;
    let books = study.selection.books.iter();
    let lacking: BTreeSet<&str> = books.flat_map(|book| study.scenario.unmeasured(book, calibration)).collect();
    let suites: BTreeSet<&str> = lacking.iter().filter_map(|operation| operation.split('.').next()).collect();
    let only: Vec<String> = suites.iter().map(|suite| format!("--only '{suite}.*'")).collect();
    (!lacking.is_empty()).then(|| {
        format!(
            "the claims of `{}` are left out: the calibration has no {}; `proofcast calibrate {} --merge` measures it",
            study.scenario.name,
            lacking.into_iter().collect::<Vec<_>>().join(", "),
            only.join(" ")
        )
    })
}

/// The verdict on everything: on all claims, and on all objectives. A claim may be one that nobody can test, but an
/// objective that is not tested is not met.
fn answer(found: &[Finding], comparisons: &[Comparison]) -> Answer {
    let claim = |verdicts: &[Verdict]| found.iter().any(|finding| verdicts.contains(&finding.verdict));
    let reached = comparisons.iter().flat_map(|comparison| &comparison.designs).flat_map(|design| &design.objectives);
    let objective = |standings: &[Standing]| reached.clone().any(|reached| standings.contains(&reached.standing));
    if claim(&[Verdict::Fails, Verdict::Inconsistent]) || objective(&[Standing::Fail]) {
        Answer::Failed
    } else if claim(&[Verdict::Undecided]) || objective(&[Standing::Undecided, Standing::Untested]) {
        Answer::Undecided
    } else {
        Answer::Done
    }
}
