//! The rollup that a file describes, built from what it says and what everything costs.

use models::batching::Closing;
use models::l1::L1;
use models::l1::fees::{FeeLaw, Market, Rule};
use models::outages::{Chance, Outages};
use models::profile::Profile;
use models::proving::ProverLife;
use models::proving::servers::Discipline;
use models::systems::rollup::capacity::EXECUTORS;
use models::systems::rollup::{
    Class, Data, Job, Joining, Level, Place, Posting, ProofSystem, Proving, Recursion, Rollup, Sequencer, Settlement,
    Withdrawals,
};
use sim::{Span, Time};

use super::hosts::{Costing, Hosts, SystemCosts, systems};
use super::spec::{
    DataSpec, FeeSpec, L1Spec, LevelSpec, LoadSpec, OutageSpec, PostedAs, PrioritySpec, ProofSystemSpec, RecordedLoad,
    RollupSpec,
};
use super::{disputes, money};
use crate::costs::Cost;
use crate::machines::hosts::Host;
use crate::machines::lifecycle::{lifecycle, most};
use crate::quantity::{Duration, Positive};
use crate::spec::{LifecycleSpec, ProfileSpec};
use crate::spreads::Spreads;
use crate::systems::contract::Asked;
use crate::world::InputKind;

/// The rollup that a file describes, on its machines.
pub(super) fn rollup(spec: &RollupSpec, asked: &Asked<'_>, hosts: &Hosts, priced: &Costing) -> Rollup {
    let build = Build { asked, hosts };
    let (load_per_s, profile) = load(&spec.load, asked.horizon.measured());
    let of_level = |name: &str| spec.level.iter().position(|level| level.name == name).unwrap_or(0);
    let classes = spec.classes.iter().map(|(name, class)| Class {
        name: name.clone(),
        share: class.share.value(),
        gas: class.gas,
        bytes: class.bytes.bytes(),
        cycles: class.cycles,
        spread: class.spread,
        fee_usd: class.fee.map(|fee| fee.usd()),
    });
    let levels = spec.level.iter().enumerate().map(|(at, level)| {
        // All proof systems join alike; each at its own speed is one system's.
        let join = priced.systems.first().and_then(|system| system.joins[at].as_ref());
        let joining = level.join.as_ref().zip(join).map(|(join, cost)| Joining {
            arity: join.arity,
            job: build.job(&join.cost, cost, models::proving::PROVERS),
        });
        Level { name: level.name.clone(), closing: closing(level), joining }
    });
    Rollup {
        load_per_s,
        profile,
        classes: classes.collect(),
        sequencer: Sequencer {
            block: span(*spec.sequencer.block),
            gas_limit: spec.sequencer.gas_limit,
            most_unproven: spec.sequencer.most_unproven,
            outages: outages(&spec.sequencer.outages),
        },
        levels: levels.collect(),
        data: data(&spec.data, of_level(&spec.data.level)),
        proving: spec.proving.as_ref().map(|proving| {
            let execution = proving.execution.as_ref().zip(priced.execution.as_ref());
            Proving {
                level: of_level(&proving.level),
                execution: execution.map(|(execution, cost)| {
                    let place = build.place(EXECUTORS, execution.specified, (None, None));
                    (build.job(&execution.cost, cost, EXECUTORS), place)
                }),
                systems: systems(proving)
                    .zip(&priced.systems)
                    .map(|((_, _, system), costs)| build.proof_system(system, costs))
                    .collect(),
                market: proving.market.as_ref().map(|market| {
                    let host = |group: &str| Some(hosts.of(group));
                    market.outsourced(asked, (spec.l1.eth, spec.l1.eth_within), (host, &priced.sellers))
                }),
                needed: proving.needed as usize,
                outages: outages(&proving.outages),
            }
        }),
        settlement: Settlement {
            level: of_level(&spec.settlement.level),
            gas: spec.settlement.gas,
            gas_per_batch: spec.settlement.gas_per_batch,
            gas_per_transaction: spec.settlement.gas_per_transaction,
            delay: span(spec.settlement.delay),
        },
        window: spec.window.as_ref().map(|window| disputes::window(window, money::eth_usd(spec, asked))),
        watchers: spec.watchers.as_ref().map(disputes::watchers),
        withdrawals: spec.withdrawals.as_ref().map(|it| Withdrawals {
            share: it.share.value(),
            usd: it.value.usd(),
            fast: it.fast.value(),
            interest: it.interest.value(),
        }),
        l1: build.l1(&spec.l1),
    }
}

/// The mean load of the measured time, and how it changes around that.
fn load(spec: &LoadSpec, (from, until): (Time, Time)) -> (f64, Profile) {
    match &spec.recorded {
        Some(RecordedLoad { per_s, .. }) => {
            (per_s.between(from, until) / (until - from).as_secs_f64(), per_s.with_mean_one(from, until))
        }
        None => {
            let profile = ProfileSpec::profile(spec.profile.as_ref()).with_mean_one(from, until);
            (spec.rate.map_or(0.0, |rate| rate.per_second()), profile)
        }
    }
}

pub(super) fn span(duration: Duration) -> Span {
    Span::from_secs_f64(duration.seconds())
}

fn closing(level: &LevelSpec) -> Closing {
    let span = |duration: Option<Positive<Duration>>| duration.map(|duration| span(*duration));
    Closing {
        count: level.count,
        transactions: level.transactions,
        gas: level.gas,
        bytes: level.bytes.map(|bytes| bytes.bytes()),
        cycles: level.cycles,
        age: span(level.age),
        every: span(level.every),
        least: level.least,
        padded: level.padded,
    }
}

fn outages(said: &[OutageSpec]) -> Outages {
    let stated = said.iter().filter_map(|outage| Some((Time::ZERO + span(outage.at?), span(*outage.lasts))));
    let chance =
        said.iter().find_map(|outage| Some(Chance { between: span(*outage.between?), lasts: span(*outage.lasts) }));
    Outages { stated: stated.collect(), chance }
}

fn data(spec: &DataSpec, level: usize) -> Data {
    Data {
        level,
        posting: match spec.posted_as {
            PostedAs::Blobs => Posting::Blobs { usable: spec.blob_bytes.bytes(), most: spec.blobs_per_transaction },
            PostedAs::Calldata => {
                Posting::Calldata { gas_per_byte: spec.gas_per_byte, most: spec.calldata_per_transaction.bytes() }
            }
            PostedAs::Elsewhere => Posting::Elsewhere,
        },
        gas_per_transaction: spec.gas,
        waits: spec.waits.as_ref().map(|waits| (waits.above.gwei(), span(*waits.at_most))),
    }
}

/// What is the same for all that is built.
struct Build<'a> {
    asked: &'a Asked<'a>,
    hosts: &'a Hosts,
}

impl Build<'_> {
    fn job(&self, name: &str, cost: &Cost, pool: &str) -> Job {
        let spreads = Spreads { book: self.asked.book, calibrations: self.asked.calibrations };
        let instance = &self.hosts.of(pool).rented().machine.instance;
        Job { work: cost.curve(), spread: spreads.of(name, cost, instance) }
    }

    /// Machines of a pool, with how they come and go.
    fn place(&self, pool: &str, specified: u64, (life, checkpoint): (Option<&LifecycleSpec>, Option<Span>)) -> Place {
        let host: &Host = self.hosts.of(pool);
        let servers = host.rented().machine.servers;
        let machines = most(life, specified);
        let life = life.map(|spec| ProverLife {
            servers,
            lifecycle: lifecycle(Some(spec), &host.lots, specified),
            checkpoint,
        });
        Place { pool: pool.to_owned(), machines, servers, life }
    }

    fn proof_system(&self, spec: &ProofSystemSpec, costs: &SystemCosts) -> ProofSystem {
        let pool = costs.pool.as_str();
        let job = |name: &str, cost: &Cost| self.job(name, cost, pool);
        let checkpoint = spec.checkpoint.map(|every| span(*every));
        ProofSystem {
            place: self.place(pool, spec.specified, (spec.lifecycle.as_ref(), checkpoint)),
            segment_cycles: spec.segment.cycles,
            segment: job(&spec.segment.cost, &costs.segment),
            recursion: spec
                .recursion
                .iter()
                .zip(&costs.recursion)
                .map(|(level, cost)| Recursion { arity: level.arity, job: job(&level.cost, cost) })
                .collect(),
            wrap: spec.wrap.as_ref().zip(costs.wrap.as_ref()).map(|(name, cost)| job(name, cost)),
            discipline: match spec.priority {
                PrioritySpec::OldestFirst => Discipline::OldestFirst,
                PrioritySpec::FirstComeFirstServed => Discipline::FirstComeFirstServed,
            },
            failures: spec.failures.value(),
            time_out: spec.timeout.map(|after| span(*after)),
            faster_a_year: spec.faster_a_year,
        }
    }

    fn l1(&self, spec: &L1Spec) -> L1 {
        // What was recorded is known.
        let factor = |what: &str, law: &FeeSpec| match law.recorded {
            Some(_) => 1.0,
            None => self.asked.world.factor(InputKind::Price, what, law.within),
        };
        let (gas, blobs) = (&spec.gas, &spec.blobs);
        let (gas_factor, blob_factor) = (factor("gas on L1", &gas.law), factor("blobs on L1", &blobs.law));
        let of_blobs = Rule::Blobs { target: blobs.target, most: blobs.most, fraction: blobs.fraction };
        L1 {
            slot: span(*spec.slot),
            included: spec.included.value(),
            slots_per_epoch: spec.slots_per_epoch,
            epochs_to_finality: spec.epochs_to_finality,
            outages: outages(&spec.outages),
            gas_fee: fee((&gas.law, gas_factor), (gas.target, Rule::Gas { target: gas.target })),
            tip_gwei: gas.tip.gwei() * gas_factor,
            most_blobs: blobs.most,
            blob_fee: fee((&blobs.law, blob_factor), (blobs.target, of_blobs)),
        }
    }
}

/// A fee as stated or recorded, in a world, or by a market whose demand is over so much.
fn fee((spec, factor): (&FeeSpec, f64), (target, rule): (f64, Rule)) -> FeeLaw {
    if let Some(recorded) = &spec.recorded {
        return FeeLaw::Stated(recorded.steps.clone());
    }
    let stated = spec.fee.gwei() * factor;
    match &spec.market {
        Some(market) => FeeLaw::Market(Market {
            outside: market.demand * target,
            reference_gwei: stated,
            elasticity: market.elasticity,
            spread: market.spread,
            rule,
        }),
        None => {
            let later = spec.changes.iter().map(|change| (Time::ZERO + span(*change.at), change.fee.gwei() * factor));
            FeeLaw::Stated(std::iter::once((Time::ZERO, stated)).chain(later).collect())
        }
    }
}
