//! Charges of both kinds of systems, and what is said of those that are wrong.

use crate::{Calibrations, Case, Sizing, open};

fn case(scenario: &str, changes: &[&str]) -> Case {
    let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
    let scenario = open(scenario, &changes).unwrap_or_else(|problems| panic!("{problems}"));
    let base = scenario.base.clone();
    let case = scenario.case_with_worlds(&base, "claimed", Sizing::Specified, &Calibrations::default());
    case.unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn refused(changes: &[&str]) -> String {
    let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
    open("proof-service", &changes).expect_err("it is wrong").to_string()
}

/// Quantity and price of every charge, by its name.
fn charges(case: &Case) -> Vec<(String, f64, f64)> {
    let of = |charge: &models::fleet::Charge| {
        (charge.name.to_string(), charge.owners as f64 * charge.quantity, charge.usd_per_unit)
    };
    case.fleet.charges.iter().filter(|charge| charge.quantity > 0.0).map(of).collect()
}

const EGRESS: &str = "charge.egress.price=aws/egress/internet";

#[test]
fn traffic_by_the_request_falls_into_the_tiers_of_a_month() {
    for scenario in ["proof-service", "layered"] {
        let without = case(scenario, &[]);
        let with = case(scenario, &["charge.egress.per_request=2 kB", EGRESS]);
        // 2 kB a request for a month of 730 hours, in GB.
        let all = with.load_per_s() * 2_628_000.0 * 2_000.0 / 1e9;
        let found = charges(&with);
        let quantity: f64 = found.iter().map(|(_, quantity, _)| quantity).sum();
        assert!((quantity / all - 1.0).abs() < 1e-12, "{found:?}");
        let name = |at: usize| (found[at].0.as_str(), found[at].2);
        assert_eq!(name(0), ("egress, first 100 GB a month", 0.0));
        if all > 100.0 {
            assert_eq!(name(1), ("egress, 100 GB to 10 TB", 0.09));
        }
        let usd: f64 = found.iter().map(|(_, quantity, price)| quantity * price).sum();
        assert!((with.fleet.total() - without.fleet.total() - usd).abs() < 1e-6);
        let basis = &with.basis;
        let sum = basis.measured + basis.published + basis.claimed + basis.given + basis.extrapolated;
        assert!((sum - 1.0).abs() < 1e-9 && (basis.published > 0.0) == (usd > 0.0), "{basis:?}");
        let terms = with.terms.iter().find(|terms| terms.of == name(0).0).expect("who says so");
        assert_eq!((terms.provider.as_str(), terms.instance.as_str()), ("aws", "egress: internet"));
        assert_eq!(with.prices_date, "2026-06");
    }
}

#[test]
fn hours_months_data_and_numbers_are_each_what_a_price_is_by() {
    let by = |changes: &[&str]| charges(&case("proof-service", changes));
    let one = |name: &str, quantity: f64, price: f64| vec![(name.to_owned(), quantity, price)];
    // There all the time, twice.
    let balancer = ["charge.balancer.price=aws/load balancer/ALB/hour", "charge.balancer.number=2"];
    assert_eq!(by(&balancer), one("balancer", 1_460.0, 0.0225));
    let disk = ["charge.disk.per_month=1 TiB", "charge.disk.price=aws/storage/EBS gp2"];
    assert_eq!(by(&disk), one("disk", 1_024.0, 0.1));
    let reads = ["charge.reads.per_month=1000000", "charge.reads.price=aws/object storage/S3 standard/read request"];
    assert_eq!(by(&reads), one("reads", 1e6, 4e-7));
    assert_eq!(by(&["charge.support.price=$100/month"]), one("support", 1.0, 100.0));
    assert_eq!(by(&["charge.nat.price=$0.02/h", "charge.nat.per_month=100 h"]), one("nat", 100.0, 0.02));
    let own = ["charge.out.per_month=500 GB", "charge.out.price=$0.08/GB"];
    assert_eq!(by(&own), one("out", 500.0, 0.08));
    let given = case("proof-service", &own);
    let terms = given.terms.iter().find(|terms| terms.of == "out").expect("who says so");
    assert_eq!((terms.known.name(), terms.source.as_str()), ("given", "--set"));
    assert!(given.worlds.iter().all(|world| world.kind != crate::InputKind::Price), "it is known exactly");
    let range = case("proof-service", &[&own[..], &["charge.out.price_within=2"]].concat());
    assert!(range.worlds.iter().any(|world| world.kind == crate::InputKind::Price));
    assert!(case("proof-service", &[&own[..], &["charge.out=off"]].concat()).fleet.charges.is_empty());
}

#[test]
fn what_is_wrong_with_a_charge_is_told_with_what_is_allowed() {
    let wrong = [
        (&["charge.x.price=aws/egress/internets", "charge.x.per_month=1 GB"][..], "did you mean `aws/egress/internet`"),
        (&["charge.x.price=aws/storage/EBS gp3", "charge.x.per_month=1 GiB"], "aws/storage/EBS gp3/IOPS above 3000"),
        (&["charge.x.price=aws/object storage/S3 standard", "charge.x.per_month=1"], "name one of"),
        (&[EGRESS.replace("egress.", "x.").leak()], "it is by the GB: say how much"),
        (&["charge.x.price=$0.09/GB", "charge.x.per_month=5"], "give an amount of data"),
        (&["charge.x.price=$0.09/GB", "charge.x.per_month=5 GB", "charge.x.per_request=1 B"], "and not both"),
        (&["charge.x.price=$0.09/h", "charge.x.per_month=5 GB"], "unknown unit `GB`"),
        (&["charge.x.price=$x/GB", "charge.x.per_month=5 GB"], "no number in `$x/GB`"),
        (&["charge.x.price=aws/egress/internet", "charge.x.per_month=5 GB", "charge.x.region=mars"], "us-east-1"),
        (&["charge.x.price=$1/month", "charge.x.role=fun"], "validation"),
    ];
    for (changes, says) in wrong {
        let said = refused(changes);
        assert!(said.contains(says), "{changes:?}: {said}");
    }
}
