//! Claims on proof services: each figure of the two sources has its claim, and what contradicts itself is found by arithmetic.

use planner::Verdict;
use scenarios::Claim;

use crate::claims::by_arithmetic;

/// The claims of a scenario with changes of its keys.
fn claims(scenario: &str, changes: &[&str]) -> Vec<Claim> {
    let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
    scenarios::open(scenario, &changes).unwrap_or_else(|problems| panic!("{problems}")).claims
}

/// A claimed cost that is set to another time.
fn claimed(cost: &str, time: &str) -> String {
    format!(r#"books.claimed.costs.{cost}=[{{ from = "claimed", time = "{time}", source = "a test" }}]"#)
}

#[test]
fn every_figure_of_the_sources_has_a_claim() {
    // Words of the sources' tables, with how many claims name them as where they are from.
    for (scenario, rows) in [
        (
            "inference-proofs",
            &[
                ("S4, prove:", 4),
                ("S4, verify:", 2),
                ("S4, witness:", 1),
                ("S4, key load:", 1),
                ("S4, proof size:", 1),
                ("S4, throughput:", 4),
                ("S4, proof cache:", 1),
                ("S4, memory:", 4),
                ("S4, alerts:", 3),
                ("S4, rollout:", 1),
            ][..],
        ),
        (
            "proof-service",
            &[
                ("S5, compile circuit:", 2),
                ("S5, witness:", 2),
                ("S5, prove:", 2),
                ("S5, verify:", 2),
                ("S5, throughput:", 3),
                ("S5, instances", 2),
                ("S5, service level:", 5),
            ][..],
        ),
    ] {
        let claims = claims(scenario, &[]);
        for (row, count) in rows {
            let found = claims.iter().filter(|claim| claim.source.starts_with(row)).count();
            assert_eq!(found, *count, "{row}");
        }
        assert_eq!(claims.len(), rows.iter().map(|(_, count)| count).sum::<usize>(), "{scenario}: a claim of no row");
    }
}

#[test]
fn proofs_a_second_follow_from_their_times_or_contradict_them() {
    let contradicts = |scenario: &str, changes: &[&str], id: &str| {
        by_arithmetic(&claims(scenario, changes), id).verdict == Verdict::Inconsistent
    };
    // Witness and proof one after the other are 170 ms, 5.9 a second; a proof alone is 8.3.
    for id in ["S5.instance.rate", "S5.fleet.rate"] {
        assert!(contradicts("proof-service", &[], id), "{id}");
        assert!(!contradicts("proof-service", &[&claimed("witness", "5 ms")], id), "{id}");
    }
    assert!(!contradicts("proof-service", &[], "S5.instance.rate_of_proofs"));
    // One core and ten: 50 ms is just fast enough for 20 a second, 100 ms for 100 of ten cores.
    for (time, one, ten) in [("50 ms", false, false), ("60 ms", true, false), ("110 ms", true, true)] {
        let slower = claimed("prove", time);
        assert_eq!(contradicts("inference-proofs", &[&slower], "S4.rate.sequential"), one, "{time}");
        assert_eq!(contradicts("inference-proofs", &[&slower], "S4.rate.ten_cores"), ten, "{time}");
    }
}

#[test]
fn memory_of_all_parts_stays_below_its_bound() {
    // 300 MB, 50 MB and 500 MB of S4; 50 MB, 200 MB and 10 MB of S5.
    for (scenario, id, sum) in
        [("inference-proofs", "S4.memory.all", 0.85), ("proof-service", "S5.level.memory", 260.0)]
    {
        let finding = by_arithmetic(&claims(scenario, &[]), id);
        assert_ne!(finding.verdict, Verdict::Inconsistent, "{id}");
        assert!(finding.derived.is_some_and(|derived| (derived / sum - 1.0).abs() < 1e-9), "{id}: {finding:?}");
    }
}
