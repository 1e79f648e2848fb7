//! A plan that was written, tested again on the random numbers of another seed: its fleet, the cheaper ones that were certified to fail,
//! and those that were undecided.
//!
//! Method: as in a certificate, half of the error rate is for the fleet, and its rivals share the other half. One that was undecided may
//! fail or stay undecided; where it passes and is cheaper by more than differences count, the plan is not the cheapest.

use std::collections::BTreeMap;

use scenarios::{Fault, FleetChoice, Objective, PoolChoice};
use serde::{Deserialize, Serialize};

use super::selection::ZONE;
use super::space::{Planned, Variant};
use super::targets::{Asked, Target};
use super::trial::{CONFIRMING_LOOKS, Rigor, Scores, Trial, trial};
use super::{PlannedFleet, Targets};
use crate::effort::Effort;
use crate::summary::Standing;
use crate::systems::for_kind;

/// Version of the machine interface of a verification.
pub const VERIFIED_SCHEMA: &str = "proofcast/verified/1";

/// What a file says of a plan, as far as it can be asked again.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Written {
    /// Version of the machine interface.
    pub schema: String,
    /// Name of the design.
    pub design: String,
    /// Name of the cost book.
    pub costs: String,
    /// Seed that it was planned with.
    pub seed: u64,
    /// SHA-256 of what the scenario said.
    pub scenario_sha256: String,
    /// Objectives that no fleet met.
    pub unmet: Vec<String>,
    /// What fleets were asked for.
    #[serde(default)]
    targets: Vec<WrittenTarget>,
    /// The fleet.
    pub fleet: Option<PlannedFleet>,
    /// Its certificate.
    certificate: WrittenCertificate,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct WrittenTarget {
    name: String,
    objective: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct WrittenCertificate {
    error_rate: f64,
    confirmed: Option<WrittenConfirmation>,
    #[serde(default)]
    undecided: Vec<PlannedFleet>,
}

impl Written {
    /// What fleets were asked for.
    ///
    /// # Errors
    /// What is wrong with the text of an objective.
    pub fn objectives(&self) -> Result<Vec<Objective>, String> {
        let read = |of: &WrittenTarget| Ok(Objective { name: of.name.clone(), ..Objective::parse(&of.objective)? });
        self.targets.iter().map(read).collect()
    }

    /// Every combination of values of keys that one of its fleets has.
    pub fn chosen(&self) -> Vec<&[(String, String)]> {
        let mut all: Vec<&[(String, String)]> = Vec::new();
        for chosen in self.fleets().map(|(fleet, _)| &fleet.chosen[..]) {
            if !all.contains(&chosen) {
                all.push(chosen);
            }
        }
        all
    }

    /// Its fleets and where each should stand: the plan, cheaper ones that failed, and those that were undecided.
    fn fleets(&self) -> impl Iterator<Item = (&PlannedFleet, Standing)> {
        let rivals = self.certificate.confirmed.iter().flat_map(|confirmed| &confirmed.rivals);
        let rivals = rivals.map(|rival| (rival, Standing::Fail));
        let open = self.certificate.undecided.iter().map(|open| (open, Standing::Undecided));
        self.fleet.iter().map(|fleet| (fleet, Standing::Pass)).chain(rivals).chain(open)
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct WrittenConfirmation {
    rivals: Vec<PlannedFleet>,
}

/// A fleet that was asked again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Again {
    /// The fleet.
    pub fleet: PlannedFleet,
    /// Where it should stand.
    pub said: Standing,
    /// What was found.
    pub trial: Trial,
    /// The same in words.
    pub found: String,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verified {
    /// [`VERIFIED_SCHEMA`].
    pub schema: &'static str,
    /// Seed that it was planned with.
    pub planned_seed: u64,
    /// Seed that it was verified with.
    pub seed: u64,
    /// The fleet first, then its cheaper rivals, then fleets that were undecided.
    pub fleets: Vec<Again>,
}

impl Verified {
    /// Where the plan stands: it passes where the fleet does and every rival fails, and fails where one says the opposite.
    pub fn standing(&self) -> Standing {
        let usd = self.fleets.first().map_or(0.0, |plan| plan.fleet.usd_per_month);
        let cheaper = |again: &Again| again.fleet.usd_per_month < usd * (1.0 - ZONE);
        let opposite = |again: &Again| match (again.said, again.trial.standing) {
            (Standing::Pass, Standing::Fail) | (Standing::Fail, Standing::Pass) => true,
            (Standing::Undecided, Standing::Pass) => cheaper(again),
            _ => false,
        };
        if self.fleets.iter().any(opposite) {
            return Standing::Fail;
        }
        let mut said = self.fleets.iter().filter(|again| again.said != Standing::Undecided);
        let as_said = said.all(|again| again.said == again.trial.standing);
        if as_said { Standing::Pass } else { Standing::Undecided }
    }
}

/// Tests the fleets of a plan again. `planned` has one variant for each combination of values that they name.
///
/// # Errors
/// A fleet that the scenario does not have.
pub fn verify(
    written: &Written,
    planned: Planned<'_>,
    objectives: &[Objective],
    effort: &Effort,
    in_hand: &dyn Fn(&str),
) -> Result<Verified, Vec<Fault>> {
    let (share, count) = (written.certificate.error_rate / 2.0, written.fleets().count());
    let each = share / count.saturating_sub(1).max(1) as f64;
    let objectives: Vec<Objective> =
        objectives.iter().filter(|objective| !written.unmet.contains(&objective.name)).cloned().collect();
    let mut fleets = Vec::new();
    for (fleet, said) in written.fleets() {
        in_hand(&format!("{} of {count} fleets", fleets.len() + 1));
        let error = if said == Standing::Pass { share } else { each };
        let rigor = Rigor::of_answer(error, CONFIRMING_LOOKS);
        let (trial, targets) = again(fleet, planned, &objectives, rigor, effort)?;
        if effort.progress.stopped() {
            break;
        }
        let found = super::certificate::told(&trial, &targets);
        fleets.push(Again { fleet: fleet.clone(), said, trial, found });
    }
    Ok(Verified { schema: VERIFIED_SCHEMA, planned_seed: written.seed, seed: effort.seed, fleets })
}

/// Tests a fleet as it is written.
fn again(
    fleet: &PlannedFleet,
    planned: Planned<'_>,
    objectives: &[Objective],
    rigor: Rigor,
    effort: &Effort,
) -> Result<(Trial, Vec<Target>), Vec<Fault>> {
    let Planned { variants, design, book, calibrations } = planned;
    let missing = || vec![("choose".to_owned(), "the scenario has no such variant".to_owned())];
    let variant: &Variant = variants.iter().find(|variant| variant.chosen == fleet.chosen).ok_or_else(missing)?;
    let pools = fleet.pools.iter().filter(|pool| pool.is_planned || pool.named.is_some()).map(|pool| {
        let machines = pool.is_planned.then_some(pool.machines);
        (pool.pool.clone(), PoolChoice { machine: pool.named.clone(), machines })
    });
    let choice = FleetChoice(pools.collect::<BTreeMap<_, _>>());
    let case = variant.scenario.case_with_fleet((design, book), &choice, calibrations)?;
    let targets = for_kind(&case, Targets { case: &case, objectives });
    let places: Vec<usize> = (0..targets.len()).collect();
    let asked = Asked { all: &targets, places: &places };
    let tried = trial(&case, asked, rigor, effort, &mut Scores::default());
    Ok((tried, targets))
}
