//! A plan that was written, tested again on the random numbers of another seed: its fleet, and the cheaper ones that were certified to fail.
//!
//! Method: as in a certificate, half of the error rate is for the fleet, and its rivals share the other half.

use std::collections::BTreeMap;

use scenarios::{Fault, FleetChoice, Objective, PoolChoice};
use serde::{Deserialize, Serialize};

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
    /// The fleet.
    pub fleet: Option<PlannedFleet>,
    /// Its certificate.
    certificate: WrittenCertificate,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct WrittenCertificate {
    error_rate: f64,
    confirmed: Option<WrittenConfirmation>,
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
    /// The fleet first, then its cheaper rivals.
    pub fleets: Vec<Again>,
}

impl Verified {
    /// Where the plan stands: it passes where the fleet does and every rival fails, and fails where one says the opposite.
    pub fn standing(&self) -> Standing {
        let opposite = |again: &Again| {
            matches!(
                (again.said, again.trial.standing),
                (Standing::Pass, Standing::Fail) | (Standing::Fail, Standing::Pass)
            )
        };
        if self.fleets.iter().any(opposite) {
            return Standing::Fail;
        }
        let as_said = self.fleets.iter().all(|again| again.said == again.trial.standing);
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
    let rivals = written.certificate.confirmed.iter().flat_map(|confirmed| &confirmed.rivals);
    let share = written.certificate.error_rate / 2.0;
    let each = share / rivals.clone().count().max(1) as f64;
    let fleet = written.fleet.iter().map(|fleet| (fleet, Standing::Pass, share));
    let objectives: Vec<Objective> =
        objectives.iter().filter(|objective| !written.unmet.contains(&objective.name)).cloned().collect();
    let mut fleets = Vec::new();
    for (fleet, said, error) in fleet.chain(rivals.map(|rival| (rival, Standing::Fail, each))) {
        in_hand(&format!("{} of {} fleets", fleets.len() + 1, 1 + rivals_of(written)));
        let rigor = Rigor { error, fresh: false, looks: CONFIRMING_LOOKS };
        let (trial, targets) = again(fleet, planned, &objectives, rigor, effort)?;
        if effort.progress.stopped() {
            break;
        }
        let found = super::certificate::told(&trial, &targets);
        fleets.push(Again { fleet: fleet.clone(), said, trial, found });
    }
    Ok(Verified { schema: VERIFIED_SCHEMA, planned_seed: written.seed, seed: effort.seed, fleets })
}

fn rivals_of(written: &Written) -> usize {
    written.certificate.confirmed.as_ref().map_or(0, |confirmed| confirmed.rivals.len())
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
