//! Plans for tests: what the planner says of a small service, with invented points of cost against latency.

use std::sync::OnceLock;

use planner::{
    FrontPoint, Origin, Plan, PlanWanted, Planned, PlannedFleet, Rejected, Standing, Variant, default_effort, plan,
};
use scenarios::{Calibrations, Objective, open};

/// A plan with points on both sides of its objective, one of them behind the front.
pub fn with_front() -> Plan {
    let mut plan = planned().clone();
    let fleet = plan.fleet.clone().expect("a fleet");
    let of = |machines: u64, dearer: f64| {
        let mut fleet = with_machines(&fleet, machines);
        fleet.usd_per_month += dearer;
        fleet
    };
    let points = [(3, 0.0, 30.0), (4, 0.0, 0.8), (4, 50.0, 0.9), (5, 0.0, 0.3), (8, 0.0, 0.2)];
    plan.front = Vec::new();
    for (machines, dearer, seconds) in points {
        let mut fleet = of(machines, dearer);
        fleet.chosen.extend((dearer > 0.0).then(|| ("instances.machine".to_owned(), "other".to_owned())));
        plan.front.push(FrontPoint {
            fleet,
            metric: "sojourn.p99".into(),
            seconds: Some(seconds),
            low: Some(0.9 * seconds),
            high: Some(1.1 * seconds),
            on_front: dearer == 0.0,
            standing: if seconds > 1.0 { Standing::Fail } else { Standing::Pass },
        });
    }
    plan.runners_up = vec![
        rejected(of(3, 0.0), Standing::Fail, "79 % of sojourn within 1 s, 99 % asked"),
        rejected(of(5, 0.0), Standing::Pass, "meets the objectives, 25 % dearer"),
    ];
    plan
}

/// A plan with fleets that stand everywhere, and no point.
pub fn without_front() -> Plan {
    let mut plan = planned().clone();
    let fleet = plan.fleet.clone().expect("a fleet");
    plan.runners_up = vec![
        rejected(with_machines(&fleet, 3), Standing::Undecided, "undecided after 512 replications"),
        rejected(with_machines(&fleet, 2), Standing::Fail, "queue.witness.mean is 12, at most 10 asked"),
        rejected(with_machines(&fleet, 5), Standing::Pass, "meets the objectives, 33 % dearer"),
    ];
    plan
}

/// The same plan of fleets of several pools on machines with long names.
pub fn with_long_names(mut plan: Plan) -> Plan {
    let rename = |fleet: &mut PlannedFleet| {
        for pool in ["witness-generation", "aggregation-of-everything", "wrap"] {
            let machine = "c7gn.metal-48xlarge-with-a-long-name of google-cloud".to_owned();
            fleet.pools.push(planner::PlannedPool { pool: pool.into(), machine, ..fleet.pools[0].clone() });
        }
        fleet.chosen.push(("policies.batching.most_requests".into(), "1,024".into()));
    };
    plan.fleet.iter_mut().for_each(rename);
    plan.runners_up.iter_mut().for_each(|other| rename(&mut other.fleet));
    plan.front.iter_mut().for_each(|point| rename(&mut point.fleet));
    plan
}

fn rejected(fleet: PlannedFleet, standing: Standing, excuse: &str) -> Rejected {
    Rejected { fleet, standing, excuse: excuse.to_owned(), replications: 4 }
}

fn with_machines(fleet: &PlannedFleet, machines: u64) -> PlannedFleet {
    let mut fleet = fleet.clone();
    let before = fleet.pools[0].machines;
    fleet.usd_per_month *= machines as f64 / before as f64;
    fleet.pools[0].machines = machines;
    fleet
}

/// Planned once for all tests.
fn planned() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| {
        let scenario = open("proof-service", &["load.rate=20/s", "horizon=1h"].map(str::to_owned)).expect("a scenario");
        let variants = [Variant { chosen: Vec::new(), scenario: scenario.clone() }];
        let calibrations = Calibrations::default();
        let (effort, origin) = (default_effort(&scenario, 1), origin());
        let of =
            Planned { variants: &variants, design: "four_instances", book: "claimed", calibrations: &calibrations };
        let wanted = PlanWanted {
            error: 0.05,
            until: None,
            effort: &effort,
            of_outcome: &effort,
            origin: &origin,
            in_full: false,
            growth: None,
        };
        let objective = Objective::parse("sojourn.p99 <= 1s").expect("an objective");
        plan(of, &[objective], &wanted, &|_, _| ()).expect("a plan")
    })
}

fn origin() -> Origin {
    Origin {
        scenario: "proof-service".into(),
        scenario_sha256: "0".repeat(64),
        calibration_sha256: None,
        instance_calibrations_sha256: Default::default(),
        version: String::new(),
        overrides: Vec::new(),
    }
}
