//! Provers that come and go: what must not be lost, what capacity says, and that machines which are always there change nothing.

use super::*;
use crate::machines::{Autoscaler, Failures, Lifecycle, Lot, Rule, Terms};
use crate::proving::ProverLife;
use crate::spot::{Law, Renewal, Source};
use crate::systems::layered::capacity::size_provers;

fn lot(machines: Option<u64>, terms: Terms) -> Lot {
    Lot { machines, terms, least_billed: Span::ZERO }
}

fn zones(zones: usize, up_s: f64, down_s: f64) -> Terms {
    let renewal = Renewal { up: Law::exponential(up_s), down: Law::exponential(down_s) };
    Terms::Spot { zones: vec![Source::Renewal(renewal); zones], notice: Span::ZERO }
}

/// Spot machines of two servers, in zones that have them and have them not for so long, in turn.
pub(super) fn spot(in_zones: usize, up_s: f64, down_s: f64) -> ProverLife {
    let lots = vec![lot(None, zones(in_zones, up_s, down_s))];
    let lifecycle = Lifecycle { start_up: Span::from_secs(1), lots, ..Lifecycle::default() };
    ProverLife { servers: 2, lifecycle, checkpoint: None }
}

fn failing(between_s: f64, repair_s: f64) -> ProverLife {
    let failures = Failures { between: Span::from_secs_f64(between_s), repair: Span::from_secs_f64(repair_s) };
    let lifecycle = Lifecycle { failures: Some(failures), ..Lifecycle::default() };
    ProverLife { servers: 2, lifecycle, checkpoint: None }
}

fn with(life: ProverLife) -> Layered {
    Layered { prover_life: Some(life), ..system(30.0, None) }
}

fn ran(system: &Layered, seed: u64) -> Outcome {
    run(system, Resolution::Cohort, HORIZON, &Streams::new(seed, 0))
}

#[test]
fn losing_all_provers_delays_epochs_and_loses_none() {
    let (mut lost, mut again) = (0, 0.0);
    for seed in 0..20 {
        let (always, coming) = (ran(&system(30.0, None), seed), ran(&with(spot(1, 30.0, 15.0)), seed));
        assert!(coming.settled);
        assert_eq!((coming.included, coming.epoch_proof.mass()), (always.included, 12.0));
        assert_eq!(coming.day_proof.mass(), 4.0, "days are joined as well");
        assert_eq!(
            (&coming.vote_finality, coming.proof_finality.mass()),
            (&always.vote_finality, always.proof_finality.mass())
        );
        let last = |outcome: &Outcome| outcome.epoch_proof.max().expect("epochs were proven");
        assert!(last(&coming) > last(&always), "{} and {} s", last(&coming), last(&always));
        let pool = &coming.pools[0];
        assert!(pool.paid[0] < 4.0 && pool.paid[0] >= pool.serving, "{pool:?}");
        lost += pool.lost;
        again += coming.done_again.expect("provers worked") / 20.0;
    }
    assert!(lost > 20 * 8 && again > 0.001 && again < 0.2, "{lost} machines, {again} done again");
}

/// What the exact servers do is what those do that know theirs to a fraction of a service.
#[test]
fn provers_that_never_fail_are_those_that_are_always_there() {
    for seed in 0..5 {
        let (always, never) = (ran(&system(30.0, None), seed), ran(&with(failing(1e12, 1.0)), seed));
        let mean = |outcome: &Outcome| outcome.epoch_proof.mean().expect("epochs were proven");
        assert!((mean(&always) / mean(&never) - 1.0).abs() < 0.02, "{} and {} s", mean(&always), mean(&never));
        let busy =
            |outcome: &Outcome| outcome.utilization.iter().find(|(name, _)| name == "provers").expect("a fleet").1;
        assert!((busy(&always) / busy(&never) - 1.0).abs() < 0.02, "{} and {}", busy(&always), busy(&never));
        assert_eq!((never.pools[0].serving, never.done_again), (4.0, Some(0.0)));
    }
}

#[test]
fn capacity_counts_who_serves_and_what_is_done_again() {
    let provers = |system: &Layered| stages(system).into_iter().find(|stage| stage.name == "provers").expect("a stage");
    // Without merges, an epoch of 600 transactions is 10 segments of 60, which are 1.2 leaves of half a second each.
    let bare = |life| {
        let mut system = Layered { prover_life: life, ..system(30.0, None) };
        let Proving::Epoch(plan) = &mut system.proving else { unreachable!("it proves epochs") };
        (plan.segment_merge, plan.day, plan.levels[0].merge) = (Merge::default(), None, Merge::default());
        system
    };
    let always = provers(&bare(None));
    assert!((always.utilization - 6.0 / 20.0 / 8.0).abs() < 1e-12, "{}", always.utilization);
    // Up for 2 s and down for 1, on average; a leaf of 0.5 s that starts anew takes (e^0.25 − 1) · 2 s.
    let failing = provers(&bare(Some(failing(2.0, 1.0))));
    let again = 0.25_f64.exp_m1() / 0.25;
    assert!((failing.utilization / (always.utilization * again * 1.5) - 1.0).abs() < 1e-9, "{}", failing.utilization);
    assert!((failing.capacity * again * 1.5 / always.capacity - 1.0).abs() < 1e-6, "{}", failing.capacity);
}

#[test]
fn a_fleet_is_sized_for_the_machines_that_serve() {
    let sized = |life: Option<ProverLife>| {
        let mut system = Layered { prover_life: life, ..system(3_000.0, None) };
        let machines = size_provers(&mut system, 2, 0.5);
        let busy = stages(&system).into_iter().find(|stage| stage.name == "provers").expect("a stage").utilization;
        (machines, busy, system)
    };
    let (always, busy, _) = sized(None);
    assert!(busy < 0.5);
    // Half of the time there are none, and hardly anything is done again.
    let (half, busy, _) = sized(Some(spot(1, 1e6, 1e6)));
    assert!(busy < 0.5 && half >= 2 * always - 1 && half <= 2 * always + 1, "{half} for {always}");
    // Ten are always there; the others stand for half a machine each.
    let mut mixed = spot(1, 1e6, 1e6);
    mixed.lifecycle.lots.insert(0, lot(Some(10), Terms::Kept));
    let (both, busy, _) = sized(Some(mixed.clone()));
    assert!(busy < 0.5 && both.abs_diff(10 + 2 * (always - 10)) <= 1, "{both} for {always}");
    // With an autoscaler it starts with these, and has as many as that may want.
    let scaler = Autoscaler {
        rule: Rule::Utilization(0.7),
        every: Span::from_secs(15),
        delay: Span::from_secs(30),
        tolerance: 0.1,
        cooldown: Span::from_secs(300),
        least: 1,
        most: 500,
        start: 1,
    };
    mixed.lifecycle.autoscaler = Some(scaler);
    let (most, _, system) = sized(Some(mixed));
    let start = system.prover_life.and_then(|life| life.lifecycle.autoscaler).map(|scaler| scaler.start);
    assert_eq!((most, system.prover_servers, start), (500, 1_000, Some(both)));
}

#[test]
fn machines_are_watched_in_pieces() {
    let every = Span::from_secs(10);
    let watched = |system: &Layered| watch_machines(system, Resolution::Cohort, HORIZON, (&Streams::new(1, 0), every));
    let always = watched(&system(30.0, None));
    assert!(always.len() == 24 && always.iter().all(|piece| piece.paid.is_empty() && piece.waiting.is_none()));
    let pieces = watched(&with(spot(1, 30.0, 15.0)));
    assert_eq!((pieces.len(), pieces[23].until_s), (24, 240.0), "twelve epochs of 20 s");
    assert!(pieces.iter().all(|piece| [0.0, 4.0].contains(&piece.paid[0])), "a zone has all of them or none");
    let offered: f64 = pieces.iter().map(|piece| piece.offered_per_s * 10.0).sum();
    assert_eq!(offered, ran(&with(spot(1, 30.0, 15.0)), 1).included as f64);
}

/// What stages give in the pieces of the measured time is what they are given in all of it: what was begun before and ends after it is little.
#[test]
fn pieces_are_as_busy_as_the_whole() {
    for system in [system(30.0, None), with(spot(1, 3_000.0, 15.0))] {
        let streams = Streams::new(1, 0);
        let pieces = watch_machines(&system, Resolution::Cohort, HORIZON, (&streams, Span::from_secs(20)));
        let measured = &pieces[HORIZON.warm_up_epochs as usize..];
        let outcome = ran(&system, 1);
        for (stage, share) in &outcome.utilization {
            let busy =
                |piece: &Piece| piece.busy.iter().find(|(name, _)| name == stage).map_or(f64::NAN, |(_, share)| *share);
            let mean = measured.iter().map(busy).sum::<f64>() / measured.len() as f64;
            assert!((mean / share - 1.0).abs() < 0.1, "{stage}: {mean} in pieces, {share} in all");
        }
    }
}
