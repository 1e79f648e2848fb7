//! What keeps a layered system from being simulated, in whole or in part.

use models::stage::{SETTLINGS_OF_A_MEAN, SETTLINGS_OF_A_TAIL, Stage};
use models::systems::layered::capacity::PROVERS;
use models::systems::layered::{Horizon, Proving};
use scenarios::Case;

use crate::obstacle::{self, Length, too_short};

/// The epochs that a run of a case covers.
pub(crate) fn horizon(case: &Case) -> Horizon {
    Horizon::of(case.system.layered(), case.horizon)
}

/// Why a stage cannot carry the load, where one cannot; of the provers only where it is about proofs.
pub(crate) fn saturated(case: &Case, prove: bool) -> Option<String> {
    obstacle::saturated(relevant(case, prove), case.system.request().unit)
}

/// What keeps a case from being simulated.
pub(super) struct Obstacles {
    /// Why transactions are not even voted for.
    pub(super) vote: Option<String>,
    /// Why there are no proofs.
    pub(super) proof: Option<String>,
    /// Why the run says nothing of the slowest votes, and of the slowest proofs.
    pub(super) slowest: [Option<String>; 2],
    /// Whether proofs are simulated.
    pub(super) prove: bool,
}

impl Obstacles {
    pub(super) fn of(case: &Case) -> Self {
        let (system, length) = (case.system.layered(), length(case));
        let before_inclusion = matches!(system.proving, Proving::BeforeInclusion { .. });
        let why = |prove: bool| {
            saturated(case, prove).or_else(|| too_short(relevant(case, prove), length, SETTLINGS_OF_A_MEAN))
        };
        let all = why(true);
        let vote = if before_inclusion { all.clone() } else { why(false) };
        let on_request = system.demand().requests().is_some();
        let unproven = match (system.proves, on_request) {
            (false, _) => Some("nothing is proven".to_owned()),
            (true, true) => Some("proofs are made on request: see request.p50".to_owned()),
            (true, false) => None,
        };
        let slowest =
            [before_inclusion, true].map(|prove| too_short(relevant(case, prove), length, SETTLINGS_OF_A_TAIL));
        Self { vote, prove: system.proves && all.is_none(), proof: unproven.or(all), slowest }
    }
}

/// The stages that a figure depends on: those of the provers where it is about proofs.
fn relevant(case: &Case, prove: bool) -> impl Iterator<Item = &Stage> {
    case.stages.iter().filter(move |stage| prove || stage.pool != PROVERS)
}

/// A run covers whole epochs.
fn length(case: &Case) -> Length {
    let (horizon, epoch_s) = (horizon(case), case.system.layered().epoch().as_secs_f64());
    let seconds = |epochs: u32| epoch_s * f64::from(epochs);
    Length { warm_up_s: seconds(horizon.warm_up_epochs), measured_s: seconds(horizon.epochs), step_s: epoch_s }
}
