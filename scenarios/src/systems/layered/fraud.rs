//! The fraud window in unit types.

use models::disputes::game::{Bisection, Pace, Protocol};
use models::disputes::queue::Queue;
use models::disputes::watchers::{OwnMachines, Watchers};
use models::disputes::{FraudWindow, Stakes};
use models::validators::TransactionClass;
use sim::{Distribution, Span};

use super::Resolved;
use crate::notes::Work;
use crate::systems::disputes::{LONGEST_S, moves, span, too_long};
use crate::systems::layered::spec::{DisputeSpec, FraudSpec, ProtocolSpec, When};

/// The most blocks that may be in their window at once: all of them are remembered.
const MOST_BLOCKS: f64 = 2e6;

impl Resolved<'_> {
    /// The rules of the fraud window, where there is one, for blocks of these classes.
    pub(super) fn fraud(&mut self, classes: &[TransactionClass]) -> Option<FraudWindow> {
        let spec = self.spec.fraud.as_ref()?;
        self.check_durations(spec);
        let check_s = classes.iter().map(|class| class.share * class.check_s).sum();
        let build = self.noted_cost(Work::FraudProof, "fraud.watchers.build", &spec.watchers.build);
        let build_s = build.curve().seconds(1.0);
        let (cores, machines) = (self.spec.validators.cores, spec.watchers.own_machines);
        let watchers = Watchers {
            count: spec.watchers.count,
            honest: spec.watchers.honest.value(),
            liveness: spec.watchers.liveness.value(),
            coverage: spec.watchers.coverage.value(),
            common_failure: spec.watchers.common_failure.value(),
            pickup_s: spec.watchers.pickup.seconds().min(LONGEST_S),
            check_s,
            own: (machines > 0).then(|| OwnMachines { machines, cores: machines.saturating_mul(cores) }),
            queue: Queue::empty(cores as f64),
            build_s,
        };
        let proven_first = self.spec.proving.when == When::BeforeInclusion;
        self.remarks.assumptions.push(if proven_first {
            "no block is invalid: its transactions are proven before it includes them".into()
        } else {
            format!("{} of the slots have an invalid block: assumed, there is no source", spec.invalid)
        });
        self.remarks.assumptions.push(format!(
            "watchers: {}, of whom {} are honest, {} up, each re-executing {} of the blocks; in {} of the cases nobody can \
             tell: assumed",
            spec.watchers.count,
            spec.watchers.honest,
            spec.watchers.liveness,
            spec.watchers.coverage,
            spec.watchers.common_failure,
        ));
        self.remarks.assumptions.push(match machines {
            0 => "watchers are validators, and re-execute blocks on the cores that checks before the vote leave idle; \
                  a validator that is sized has cores for both: assumed"
                .into(),
            _ => format!(
                "watchers re-execute blocks on {} of their own: assumed",
                crate::counted(&machines.to_string(), "machine")
            ),
        });
        Some(FraudWindow {
            window: span(*spec.window),
            invalid: if proven_first { 0.0 } else { spec.invalid.value() },
            frivolous: spec.frivolous.value(),
            watchers,
            protocol: protocol(&spec.dispute),
            stakes: Stakes {
                proposer: spec.stakes.proposer.usd(),
                challenger: spec.stakes.challenger.usd(),
                reward: spec.stakes.reward.value(),
            },
            returns: spec.returns.value(),
            ages: spec.ages.iter().map(|age| span(*age)).collect(),
        })
    }

    fn check_durations(&mut self, spec: &FraudSpec) {
        let dispute = &spec.dispute;
        let durations = [
            ("window", *spec.window),
            ("watchers.pickup", spec.watchers.pickup),
            ("dispute.inclusion", dispute.inclusion),
            ("dispute.move", dispute.honest_move),
            ("dispute.stalling_move", dispute.stalling_move),
            ("dispute.clock", *dispute.clock),
        ];
        let ages = spec.ages.iter().map(|age| ("ages", *age));
        for (key, duration) in durations.into_iter().chain(ages) {
            if let Some(message) = too_long(duration) {
                self.fault(&format!("fraud.{key}"), message);
            }
        }
        let blocks = spec.window.seconds() / self.spec.chain.slot.seconds();
        if blocks > MOST_BLOCKS {
            let message = format!("the window is {blocks:.0} slots long; at most {MOST_BLOCKS:.0} can be remembered");
            self.fault("fraud.window", message);
        }
    }
}

fn protocol(spec: &DisputeSpec) -> Protocol {
    let inclusion = spec.inclusion.seconds().min(LONGEST_S);
    match spec.protocol {
        ProtocolSpec::OneRound => Protocol::OneRound { inclusion_s: Distribution::Constant { value: inclusion } },
        ProtocolSpec::Bisection => Protocol::Bisection(Bisection {
            moves: 2 * spec.rounds,
            honest_s: moves(spec.honest_move),
            dishonest: Pace::Takes(moves(spec.stalling_move)),
            clock: span(*spec.clock),
            extension: Span::ZERO,
            last_step: Span::from_secs_f64(inclusion),
        }),
    }
}
