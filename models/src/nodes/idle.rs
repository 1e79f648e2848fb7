//! A node that validates, and proves when it is idle: what is left for proving, and what the one does to the other.
//!
//! Model: D^X/G/1 with two classes ([`crate::priority`]). At the end of each slot the blocks that the node checks
//! arrive; their sizes are Poisson, all cores work on one block at a time. There is always a proof to make: the next
//! one is asked for when one is done. Proving gets 1 − ρ of the time, so a proof of w seconds is done w / (1 − ρ) after
//! the one before it, interrupted or not (Little). Under preemptive resume blocks do not notice; without preemption they
//! wait for the proof in hand.
//! Assumptions: the node is one server, so it either validates or proves; all proofs are alike. Source: L. Kleinrock,
//! *Queueing Systems*, vol. 2 (1976), section 3.4, on what a priority class leaves.
//! Leaves out: memory, an accelerator that proves while the cores validate, proofs that come seldom.

use sim::{Calendar, Schedule, Simulation, Span, Stream, Streams, Tally, Time, World};

use super::{Kind, NodeStudy};
use crate::priority::{self, Class, Discipline, Priority};

/// Shortest and longest simulated time in slots, warm-up not counted.
const SLOTS: (f64, f64) = (1_200.0, 28_800.0);
/// Proofs that should end within the simulated time.
const PROOFS: f64 = 50.0;
/// Fewest proofs that say something.
const FEWEST: u64 = 5;

/// What a node's time goes to, in one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Division {
    /// Share of the time that validating leaves.
    pub idle: f64,
    /// Mean time from the arrival of a block until it is checked, in seconds.
    pub block_delay_s: f64,
    /// Mean time from the request for a proof, which comes when the last one is done, to its end, in seconds; `None`
    /// where too few ended.
    pub proof_delay_s: Option<f64>,
}

/// What can happen.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// A slot ends.
    Slot,
    /// Something is done in the node.
    Node(priority::Event),
}

/// A node and what is measured of it.
struct Node {
    station: Priority<Time>,
    sizes: Stream,
    /// Mean transactions of a block, and how many blocks a slot has.
    blocks: (f64, u64),
    /// Time to check a transaction, in seconds.
    check_s: f64,
    slot: Span,
    proof: Option<Span>,
    delays: [Tally; 2],
}

impl Node {
    fn prove(&mut self, calendar: &mut Calendar<Event>) {
        if let Some(proof) = self.proof {
            let now = calendar.now();
            self.station.submit(Class::Low, now, proof, &mut calendar.scope(Event::Node));
        }
    }
}

impl World for Node {
    type Event = Event;

    fn handle(&mut self, event: Event, calendar: &mut Calendar<Event>) {
        let now = calendar.now();
        match event {
            Event::Slot => {
                for _ in 0..self.blocks.1 {
                    let check = self.sizes.poisson(self.blocks.0) as f64 * self.check_s;
                    let check = Span::from_secs_f64(check);
                    self.station.submit(Class::High, now, check, &mut calendar.scope(Event::Node));
                }
                calendar.after(self.slot, Event::Slot);
            }
            Event::Node(event) => {
                let (class, since) = self.station.handle(event, &mut calendar.scope(Event::Node));
                self.delays[class as usize].record((now - since).as_secs_f64());
                if class == Class::Low {
                    self.prove(calendar);
                }
            }
        }
    }
}

/// Simulates a node of a kind; `None` where the node cannot keep up with the blocks. Proofs of less than a thousandth of a slot are not told apart from idling, and those that outlast
/// all that is simulated are not begun.
pub fn run(study: &NodeStudy, kind: &Kind, streams: &Streams) -> Option<Division> {
    let (validating, slot_s) = (study.validating(kind), study.slot.as_secs_f64());
    if validating >= 1.0 {
        return None;
    }
    let told_apart = slot_s / 1_000.0..SLOTS.1 * slot_s;
    let proof_s = kind.proves.map(|_| study.proof_s).filter(|proof_s| told_apart.contains(proof_s));
    let wanted = PROOFS * proof_s.unwrap_or(0.0) / (1.0 - validating) / slot_s;
    let slots = wanted.clamp(SLOTS.0, SLOTS.1).round();
    let node = Node {
        station: Priority::new(1, kind.proves.unwrap_or(Discipline::PreemptiveResume)),
        sizes: streams.stream("nodes.blocks"),
        blocks: (study.block, study.blocks_per_slot),
        check_s: kind.check_s / kind.cores as f64,
        slot: study.slot,
        proof: proof_s.map(Span::from_secs_f64),
        delays: [Tally::new(); 2],
    };
    let mut run = Simulation::new(node);
    run.calendar.at(Time::ZERO + study.slot, Event::Slot);
    run.world.prove(&mut run.calendar);
    run.run_until(Time::from_secs_f64(slots / 10.0 * slot_s));
    run.world.delays = [Tally::new(); 2];
    run.world.station.end_warm_up(run.calendar.now());
    run.run_until(Time::from_secs_f64(slots * 1.1 * slot_s));
    let [blocks, proofs] = run.world.delays;
    Some(Division {
        idle: 1.0 - run.world.station.utilization(Class::High, run.calendar.now()),
        block_delay_s: blocks.mean(),
        proof_delay_s: (proofs.count() >= FEWEST).then(|| proofs.mean()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One block of 1,000 transactions a second on one core, a quarter of its time; proofs of so many seconds.
    fn study(proves: Option<Discipline>, proof_s: f64) -> NodeStudy {
        let kind =
            Kind { name: "hybrid".into(), cores: 1, check_s: 0.25e-6, purchase_usd: 0.0, hosting_usd: 0.0, proves };
        NodeStudy {
            kinds: vec![kind],
            block: 1e6,
            blocks_per_slot: 1,
            slot: Span::from_secs(1),
            proof_s,
            write_off_months: 36.0,
            stake_usd: 1.0,
            stake_yield: 0.0,
            fees_usd: 0.0,
            proving_usd: 0.0,
            market_speed: 0.0,
        }
    }

    fn found(proves: Option<Discipline>, proof_s: f64) -> Division {
        let study = study(proves, proof_s);
        run(&study, &study.kinds[0], &Streams::new(1, 0)).expect("a quarter of its time")
    }

    #[test]
    fn a_proof_takes_its_work_over_the_idle_share() {
        let found = found(Some(Discipline::PreemptiveResume), 10.0);
        // Sizes spread by a per mille; the horizon has 60 proofs.
        assert!((found.idle - 0.75).abs() < 1e-3, "{found:?}");
        assert!((found.block_delay_s - 0.25).abs() < 1e-3, "blocks see nobody else: {found:?}");
        let delay = found.proof_delay_s.expect("proofs end");
        assert!((delay / (10.0 / 0.75) - 1.0).abs() < 0.01, "{delay}");
    }

    #[test]
    fn without_preemption_blocks_wait_for_the_proof() {
        let found = found(Some(Discipline::NonPreemptive), 10.0);
        assert!((found.idle - 0.75).abs() < 0.01, "{found:?}");
        assert!((found.proof_delay_s.expect("proofs end") / (10.0 / 0.75) - 1.0).abs() < 0.02, "{found:?}");
        // A cycle: a proof of 10 s, then the blocks of 13⅓ s one after another, about half a cycle's wait each.
        assert!(found.block_delay_s > 4.0 && found.block_delay_s < 6.5, "{found:?}");
    }

    #[test]
    fn who_does_not_prove_and_who_cannot_keep_up() {
        let idle = found(None, 10.0);
        assert_eq!(idle.proof_delay_s, None);
        assert!((idle.block_delay_s - 0.25).abs() < 1e-3);
        let study = study(None, 1.0);
        let slow = Kind { check_s: study.kinds[0].check_s * 4.1, ..study.kinds[0].clone() };
        assert_eq!(run(&study, &slow, &Streams::new(1, 0)), None);
        // A proof that outlasts what is simulated is not begun: validating is seen alone.
        assert_eq!(found(Some(Discipline::NonPreemptive), 1e9).block_delay_s, idle.block_delay_s);
    }
}
