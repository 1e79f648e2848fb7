//! Overload that does not heal: the smallest burst after which retries keep a service saturated, and what prevents it.
//!
//! Model: requests come at the usual rate, then at a multiple of it for a while, then at the usual rate again. A burst is a storm where
//! most replications do not recover from it before the horizon is over ([`recovery`]). Its length is doubled until it is one, and then
//! bisected; remedies are tried at the longest burst that is tried at all, of each kind the mildest first.
//! Assumptions: a longer burst is no easier to recover from; replications share their random numbers across bursts and remedies.
//! Source: N. Bronson et al., "Metastable failures in distributed systems" (HotOS 2021): a trigger, and a loop that sustains the
//! overload when the trigger is gone. Leaves out: triggers other than arrivals, such as instances that fail; remedies together.

mod recovery;
mod remedies;

use models::arrivals::Arrivals;
use models::systems::service::{Load, Service};
use scenarios::Case;
use serde::Serialize;
use sim::{Streams, replicate};

use super::overflow;
use crate::effort::Effort;
use crate::text::duration;
use recovery::Burst;
pub use recovery::Course;
use remedies::{Remedy, remedies};

/// Version of the machine interface of storms.
pub const STORM_SCHEMA: &str = "proofcast/storm/1";
/// Bursts are no longer than this share of the horizon, so that there is time to recover from them.
const LONGEST_SHARE: f64 = 0.25;
/// Pieces of a run that recovery must have time for.
const LEAST_PIECES: f64 = 20.0;
/// The least factor between a burst that heals and one that does not at which the search ends.
const CLOSE: f64 = 1.1;

/// What bursts do to one case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StormStudy {
    /// How it was found.
    pub method: String,
    /// Design, cost book and sizing.
    pub design: String,
    /// Cost book.
    pub costs: String,
    /// `sized` or `specified`.
    pub sizing: String,
    /// Seed of all streams.
    pub seed: u64,
    /// Independent replications of every burst.
    pub replications: u32,
    /// Requests per second, outside of bursts.
    pub usual_per_s: f64,
    /// Rate in a burst over the usual rate.
    pub times: f64,
    /// The longest burst that was tried \[s\].
    pub longest_s: f64,
    /// Time after a burst in which a run may recover \[s\].
    pub observed_s: f64,
    /// The smallest storm; `None` where every burst heals.
    pub storm: Option<Storm>,
    /// From the end of the longest burst to recovery \[s\], the median over replications, where every burst heals.
    pub recovery_s: Option<f64>,
    /// What was tried against it, where there is a storm.
    pub remedies: Vec<Tried>,
    /// How one run goes with the smallest storm, and how it goes with what prevents it.
    pub courses: Vec<Course>,
    /// The finding, in words.
    pub answer: String,
}

/// The smallest burst that most replications do not recover from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Storm {
    /// The longest burst that most recover from \[s\]; 0 where none is that short.
    pub heals_up_to_s: f64,
    /// The shortest that was found to be a storm \[s\]; 0 where there is one without any burst.
    pub from_s: f64,
}

/// A remedy, and what comes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tried {
    /// What is done, in words.
    pub name: String,
    /// The same as `--set` takes it.
    pub set: Vec<String>,
    /// Share of the replications that recover from the longest burst.
    pub recovering: f64,
    /// Whether most do.
    pub prevents: bool,
    /// From the end of the smallest storm to recovery \[s\], the median over the replications; `None` where most do not recover.
    pub recovery_s: Option<f64>,
}

/// Finds the smallest storm of a case, and what prevents it. `told` is told what is in hand.
///
/// # Errors
/// The case is no service with an open load, or is overloaded before any burst; the message says so.
pub fn storm(case: &Case, times: f64, effort: &Effort, mut told: impl FnMut(&str)) -> Result<StormStudy, String> {
    let models::system::AnySystem::Service(service) = &case.system else {
        return Err("only services have clients that ask again: a storm is asked of `kind = \"service\"`".into());
    };
    let usual = usual_load(case, service)?;
    let search = Search { case, usual, times, effort };
    let least_s = LEAST_PIECES * search.every_s();
    if case.horizon.measured_s < least_s {
        return Err(format!(
            "a storm shows after the burst: the horizon is at least {} for this load",
            duration(least_s)
        ));
    }
    let longest = search.longest();
    let storm = search.smallest(service, longest, &mut told);
    let seconds = |pieces: u32| f64::from(pieces) * search.every_s();
    let mut study = StormStudy {
        method: method(times, seconds(longest), case.horizon.measured_s),
        design: case.design.clone(),
        costs: case.book.clone(),
        sizing: case.sizing.name().into(),
        seed: effort.seed,
        replications: effort.replications,
        usual_per_s: usual,
        times,
        longest_s: seconds(longest),
        observed_s: case.horizon.measured_s,
        storm: storm.map(|(heals, storms)| Storm { heals_up_to_s: seconds(heals), from_s: seconds(storms) }),
        recovery_s: None,
        remedies: Vec::new(),
        courses: Vec::new(),
        answer: String::new(),
    };
    match storm {
        None => study.recovery_s = median(&search.recoveries(service, longest)),
        Some((_, storms)) => {
            let shown = search.telling(service, storms);
            study.courses.push(search.course("as it is", service, (storms, shown)));
            for kind in remedies(case, service) {
                told(&kind[0].name);
                let (remedy, tried) = search.tried(kind, (storms, longest));
                if tried.prevents {
                    study.courses.push(search.course(&tried.name, &remedy.service, (storms, shown)));
                }
                study.remedies.push(tried);
            }
        }
    }
    study.answer = answer(&study);
    Ok(study)
}

/// Requests per second, outside of bursts.
fn usual_load(case: &Case, service: &Service) -> Result<f64, String> {
    if let Some(why) = overflow(case) {
        return Err(format!("{} cannot be simulated: {why}; `--sizing sized` gives it what it needs", case.design));
    }
    if case.stages.iter().any(|stage| stage.utilization >= 1.0) {
        return Err(format!("{} is overloaded before any burst; `--sizing sized` gives it what it needs", case.design));
    }
    match &service.load {
        Load::Open(Arrivals::Trace { .. }) => Err("a storm is asked of a rate, and the load is a trace".into()),
        Load::Open(_) => Ok(case.load_per_s()),
        Load::Closed { .. } => Err("a closed loop has no more load than clients: no burst comes from outside".into()),
    }
}

/// Bursts of one case.
struct Search<'a> {
    case: &'a Case,
    usual: f64,
    times: f64,
    effort: &'a Effort<'a>,
}

impl Search<'_> {
    fn every_s(&self) -> f64 {
        recovery::piece_s(self.usual)
    }

    /// The longest burst, in pieces.
    fn longest(&self) -> u32 {
        ((LONGEST_SHARE * self.case.horizon.measured_s / self.every_s()) as u32).max(1)
    }

    fn burst(&self, pieces: u32) -> Burst {
        Burst { usual_per_s: self.usual, times: self.times, pieces, horizon: self.case.horizon }
    }

    /// From the end of a burst to recovery, by replication.
    fn recoveries(&self, service: &Service, pieces: u32) -> Vec<Option<f64>> {
        replicate(0..self.effort.replications, |replication| {
            if self.effort.progress.stopped() {
                return None;
            }
            self.burst(pieces).recovery_s(service, &Streams::new(self.effort.seed, replication))
        })
    }

    /// The longest burst from which most recover, and the shortest from which most do not, in pieces; nothing where most recover from
    /// the longest.
    fn smallest(&self, service: &Service, longest: u32, told: &mut impl FnMut(&str)) -> Option<(u32, u32)> {
        let mut storms = |pieces: u32| {
            told(&match pieces {
                0 => "no burst".to_owned(),
                _ => format!("a burst of {}", duration(f64::from(pieces) * self.every_s())),
            });
            median(&self.recoveries(service, pieces)).is_none()
        };
        if storms(0) {
            return Some((0, 0));
        }
        let (mut heals, mut stuck) = (0, 1);
        while !storms(stuck) {
            if stuck == longest {
                return None;
            }
            (heals, stuck) = (stuck, (2 * stuck).min(longest));
        }
        while stuck - heals > 1 && f64::from(stuck) > CLOSE * f64::from(heals) {
            let middle = heals.midpoint(stuck);
            if storms(middle) { stuck = middle } else { heals = middle }
        }
        Some((heals, stuck))
    }

    /// The mildest remedy of a kind that prevents a storm, or the strongest where none does.
    fn tried(&self, mut kind: Vec<Remedy>, (smallest, longest): (u32, u32)) -> (Remedy, Tried) {
        let mut recoveries = Vec::new();
        let mut at = 0;
        for (index, remedy) in kind.iter().enumerate() {
            (at, recoveries) = (index, self.recoveries(&remedy.service, longest));
            if median(&recoveries).is_some() {
                break;
            }
        }
        let remedy = kind.swap_remove(at);
        let recovering = recoveries.iter().flatten().count() as f64 / recoveries.len() as f64;
        let tried = Tried {
            name: remedy.name.clone(),
            set: remedy.set.clone(),
            recovering,
            prevents: median(&recoveries).is_some(),
            recovery_s: median(&self.recoveries(&remedy.service, smallest)),
        };
        (remedy, tried)
    }

    /// The first replication that is well before a burst and not after it.
    fn telling(&self, service: &Service, pieces: u32) -> u32 {
        let (without, with) = (self.recoveries(service, 0), self.recoveries(service, pieces));
        let tells = without.iter().zip(&with).position(|(without, with)| without.is_some() && with.is_none());
        tells.unwrap_or(0) as u32
    }

    /// How a replication goes.
    fn course(&self, name: &str, service: &Service, (pieces, replication): (u32, u32)) -> Course {
        self.burst(pieces).course(name, service, &Streams::new(self.effort.seed, replication))
    }
}

/// The median recovery; nothing where half of the replications or more do not recover.
fn median(recoveries: &[Option<f64>]) -> Option<f64> {
    let mut all: Vec<f64> = recoveries.iter().map(|one| one.unwrap_or(f64::INFINITY)).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().filter(|seconds| seconds.is_finite())
}

fn method(times: f64, longest_s: f64, observed_s: f64) -> String {
    format!(
        "bursts of {times} times the usual rate, up to {}; a storm is one that most replications do not recover from within {}",
        duration(longest_s),
        duration(observed_s)
    )
}

/// The finding.
fn answer(study: &StormStudy) -> String {
    let StormStudy { times, longest_s, observed_s, .. } = study;
    let Some(storm) = study.storm else {
        let recovery =
            study.recovery_s.map_or(String::new(), |seconds| format!(", after that within {}", duration(seconds)));
        return format!(
            "It recovers from every burst of {times} times its load up to {}{recovery}.",
            duration(*longest_s)
        );
    };
    let preventing: Vec<&Tried> = study.remedies.iter().filter(|tried| tried.prevents).collect();
    let best = preventing.iter().map(|tried| tried.name.as_str()).collect::<Vec<_>>().join("; ");
    let remedy = match preventing.is_empty() {
        true => "nothing that was tried alone prevents it".to_owned(),
        false => format!("what prevents it up to {}: {best}", duration(*longest_s)),
    };
    let within = format!("it does not recover within {}", duration(*observed_s));
    match storm.from_s {
        0.0 => format!("It gets into a storm of retries without any burst, and {within}; {remedy}."),
        from_s => {
            let from = duration(from_s);
            format!("A burst of {times} times its load for {from} keeps it saturated: {within}; {remedy}.")
        }
    }
}
