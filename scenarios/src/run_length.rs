//! How long a simulated run may be: no longer than somebody waits for it, and than time is counted.

use crate::fault::Fault;
use crate::spec::Spec;
use crate::systems::{SystemSpec, Systems};

/// Nobody simulates more than ten years to see a stage settle \[s\].
pub const LONGEST_RUN_S: f64 = 10.0 * 365.0 * 86_400.0;
/// Steps of a run, such as blocks of all shards: a quarter of an hour of one core at the 200 ns a block of `bench/layered.rs`.
const MOST_STEPS: f64 = 4e9;

/// What makes a run longer than that.
pub(crate) fn fault(spec: &Spec<SystemSpec>, systems: &Systems) -> Option<Fault> {
    let run_s = spec.warm_up.seconds() + spec.horizon.seconds();
    let said = |seconds: f64| match seconds / 86_400.0 {
        days if days < 2.0 => format!("{:.1} h", days * 24.0),
        days => format!("{days:.0} d"),
    };
    let longer = if spec.warm_up.seconds() > spec.horizon.seconds() { "warm_up" } else { "horizon" };
    let fault = |message| Some((longer.to_owned(), message));
    if run_s > LONGEST_RUN_S {
        return fault(format!("warm-up and horizon are {} together; at most {}", said(run_s), said(LONGEST_RUN_S)));
    }
    let steps_of = |system: &SystemSpec| run_s * system.steps().per_second;
    let (design, most) =
        systems.iter().map(|(name, system)| (name, steps_of(system))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    if most <= MOST_STEPS {
        return None;
    }
    // With steps of a second the run would not be too long: then it is they that are short.
    let steps = systems[design].steps();
    let short = run_s * steps.at_once <= MOST_STEPS;
    let key = if short { format!("design.{design}.{}", steps.key) } else { longer.to_owned() };
    let message = format!(
        "a run of {} is {most:.1e} {} in design {design}, and nobody waits for more than {MOST_STEPS:.0e}: make it shorter, or {}",
        said(run_s),
        steps.what,
        steps.longer,
    );
    Some((key, message))
}

#[cfg(test)]
mod tests {
    use models::systems::layered::Horizon;

    fn refused(changes: &[&str], says: &str) {
        let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
        let problems = crate::open("layered", &changes).expect_err("nobody waits for it").to_string();
        assert!(problems.contains(says), "no `{says}` in {problems}");
    }

    #[test]
    fn a_run_that_nobody_waits_for_is_refused_and_a_long_one_is_not_cut() {
        refused(&["horizon=36500 d"], "at most 3650 d");
        refused(&["warm_up=36500 d"], "--set:1:");
        refused(&["horizon=1000 d", "chain.slot=1 ms"], "blocks of all shards");
        refused(&["chain.slot=1 ns"], "error: `chain.slot`: a run of 5.0 h is");
        let off = ["market=off", "fees=off", "nodes=off", "fraud=off"];
        let short = ["chain.shards=1", "chain.slot=1 s", "chain.epoch=1 s", "warm_up=0 s", "horizon=40 d"];
        let changes: Vec<String> = off.iter().chain(&short).map(|change| (*change).to_owned()).collect();
        let scenario = crate::open("layered", &changes).unwrap_or_else(|problems| panic!("{problems}"));
        let case = scenario.case("gpu", "claimed", crate::Sizing::Sized, &crate::Calibrations::default());
        let case = case.expect("it can be simulated");
        assert_eq!(Horizon::of(case.system.layered(), case.horizon).epochs, 40 * 86_400);
    }
}
