//! What keeps a case from being simulated: a stage that saturates, or that settles too slowly for the run.

use models::stage::Stage;
use scenarios::LONGEST_RUN_S;

use crate::text;

/// How long a run is: what of it is not measured and what is, in seconds, and the step that both are rounded up to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Length {
    pub(crate) warm_up_s: f64,
    pub(crate) measured_s: f64,
    pub(crate) step_s: f64,
}

/// Why a stage cannot carry the load, where one cannot; `unit` is what requests are counted in.
pub(crate) fn saturated<'s>(stages: impl Iterator<Item = &'s Stage>, unit: &str) -> Option<String> {
    let worst = stages.max_by(|a, b| a.utilization.total_cmp(&b.utilization))?;
    (worst.utilization >= 1.0).then(|| text::saturation(worst, unit))
}

/// Why the run is too short, where the warm-up does not hold the settling time of the slowest stage, or the measured time not so
/// many of it.
pub(crate) fn too_short<'s>(stages: impl Iterator<Item = &'s Stage>, length: Length, settlings: f64) -> Option<String> {
    let slowest = stages.max_by(|a, b| a.settling_s.total_cmp(&b.settling_s))?;
    let measured_s = settlings * slowest.settling_s;
    let held_s = |seconds: f64| seconds.max(length.step_s);
    if held_s(length.warm_up_s) >= slowest.settling_s && held_s(length.measured_s) >= measured_s {
        return None;
    }
    let whole = |seconds: f64| text::duration((seconds / length.step_s).ceil() * length.step_s);
    let stage = format!("{} at utilization {:.5}", text::stage(&slowest.name), slowest.utilization);
    Some(if measured_s > LONGEST_RUN_S {
        format!("no run is long enough: {stage} are too close to saturation")
    } else {
        format!(
            "the run is too short: {stage} settle within about {}, so a warm-up of {} and a horizon of {} are needed",
            text::duration(slowest.settling_s),
            whole(slowest.settling_s),
            whole(measured_s),
        )
    })
}
