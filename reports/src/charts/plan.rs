//! A plan: cost against latency of the fleets around it, or what fleets cost where no objective is about a latency.

mod bars;
mod front;
mod growth;

use planner::{Ending, FrontPoint, Plan, PlannedFleet, Standing};

use super::layout;
use super::mark::{Look, Mark};
use super::picture::{PARTS, Picture, series};
use crate::words::capitalised;
use crate::{number, table};

/// The picture; none where no fleet is known.
pub fn picture(plan: &Plan) -> Option<Picture> {
    front::picture(plan).or_else(|| bars::picture(plan))
}

/// The picture of a load that grows, where the plan is for several months.
pub fn growing(plan: &Plan) -> Option<Picture> {
    growth::picture(plan)
}

/// A card that says the answer, and the height at which its content may start.
fn card(plan: &Plan, conditions: &str) -> (Picture, f64) {
    let overrides = plan.outcome.as_ref().map_or(&[][..], |outcome| &outcome.overrides);
    let subtitle = format!("{}, {}, {} costs. {conditions}", plan.scenario, plan.design, plan.costs);
    layout::card(&capitalised(&table::answer(plan, short)), &subtitle, overrides)
}

/// What a plan knows of a fleet, as it is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Planned,
    Fails,
    Undecided,
    Fastest,
    Other,
}

impl Role {
    /// All, in the order of a legend.
    const ALL: [Self; 5] = [Self::Planned, Self::Fastest, Self::Other, Self::Fails, Self::Undecided];

    /// That of a fleet, as far as the plan tells it.
    fn of(plan: &Plan, fleet: &PlannedFleet) -> Self {
        if plan.fleet.as_ref().is_some_and(|planned| same(planned, fleet)) {
            return Self::Planned;
        }
        let told = plan.runners_up.iter().find(|other| same(&other.fleet, fleet)).map(|other| other.standing);
        let open = plan.certificate.undecided.iter().any(|open| same(open, fleet));
        match told {
            Some(Standing::Fail) => Self::Fails,
            Some(Standing::Undecided) => Self::Undecided,
            _ if open => Self::Undecided,
            _ => Self::Other,
        }
    }

    /// The same of a point of cost against latency.
    fn at(plan: &Plan, point: &FrontPoint) -> Self {
        match Self::of(plan, &point.fleet) {
            Self::Other if point.on_front => Self::Fastest,
            role => role,
        }
    }

    fn look(self) -> Look {
        match self {
            Self::Planned => Look::full(Mark::Diamond, series(2)),
            Self::Fastest => Look::full(Mark::Circle, series(0)),
            Self::Other => Look::full(Mark::Circle, PARTS[1]),
            Self::Fails => Look::full(Mark::Wedge, series(1)),
            Self::Undecided => Look::full(Mark::Square, series(5)),
        }
    }
}

/// What the planned fleet is.
fn planned(plan: &Plan) -> &'static str {
    match plan.ending {
        Ending::Certified => "the cheapest that meets the objectives",
        Ending::Impossible => "the cheapest that meets the other objectives",
        Ending::Uncertified | Ending::Undecided => "the cheapest found, not certified",
    }
}

fn same(one: &PlannedFleet, other: &PlannedFleet) -> bool {
    one.chosen == other.chosen && one.pools == other.pools
}

/// A fleet in few words: what was planned of it.
fn short(fleet: &PlannedFleet) -> String {
    let some = fleet.pools.iter().any(|pool| pool.is_planned);
    let shown = || fleet.pools.iter().filter(|pool| pool.is_planned || !some);
    let several = shown().count() > 1;
    let pools = shown().map(|pool| {
        let machine = pool.machine.split_once(" of ").map_or(pool.machine.as_str(), |(instance, _)| instance);
        let owners = if pool.owners > 1 { format!("{} × ", number::count(pool.owners as f64)) } else { String::new() };
        let name = if several { format!("{} ", pool.pool) } else { String::new() };
        format!("{name}{owners}{} × {machine}", number::count(pool.machines as f64))
    });
    let keys = fleet.chosen.iter().map(|(key, value)| format!("{key} = {value}"));
    pools.chain(keys).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample_plan;

    fn svg(plan: &Plan) -> String {
        picture(plan).expect("a picture").svg().expect("drawn")
    }

    #[test]
    fn the_plan_the_objective_and_what_fails_are_named() {
        let drawn = svg(&sample_plan::with_front());
        for text in ["99 % within 1 s", "4 × c5.2xlarge, $992.8", "tested, fails", "another is cheaper and as fast"] {
            assert!(drawn.contains(text), "{text}: {drawn}");
        }
        assert!(drawn.contains("USD a month") && drawn.contains("sojourn.p99"), "{drawn}");
    }

    #[test]
    fn a_plan_without_a_latency_has_a_bar_for_each_fleet() {
        let plan = sample_plan::without_front();
        let drawn = svg(&plan);
        assert!(drawn.contains("meets the objectives, 33 % dearer") && drawn.contains("undecided"), "{drawn}");
        let nothing = Plan { fleet: None, runners_up: Vec::new(), ..plan };
        assert_eq!(picture(&nothing), None);
    }

    #[test]
    fn what_is_not_certified_is_not_called_so() {
        let plan = Plan { ending: Ending::Uncertified, ..sample_plan::with_front() };
        let drawn = svg(&plan);
        assert!(
            drawn.contains("the cheapest found, not certified") && !drawn.contains("meets the objectives"),
            "{drawn}"
        );
        let plan = Plan { ending: Ending::Impossible, unmet: vec!["error rate".into()], ..sample_plan::with_front() };
        let drawn = svg(&plan);
        assert!(drawn.contains("No fleet meets all objectives") && drawn.contains("the other objectives"), "{drawn}");
    }

    #[test]
    fn what_differs_between_fleets_is_in_their_short_names() {
        let mut fleet = sample_plan::without_front().fleet.expect("a fleet");
        assert_eq!(short(&fleet), "4 × c5.2xlarge");
        fleet.pools.push(planner::PlannedPool { pool: "prove".into(), owners: 3, ..fleet.pools[0].clone() });
        fleet.chosen.push(("policies.batch".into(), "8".into()));
        assert_eq!(short(&fleet), "instances 4 × c5.2xlarge, prove 3 × 4 × c5.2xlarge, policies.batch = 8");
        fleet.pools.truncate(1);
        fleet.pools[0].is_planned = false;
        assert_eq!(short(&fleet), "4 × c5.2xlarge, policies.batch = 8");
    }
}
