//! The planned fleet where inputs are not at their best estimates: in how many plausible worlds it meets the objectives, and what more
//! machines that make it so almost everywhere would cost.
//!
//! Model: in each of [`JOINT_WORLDS`] worlds all inputs that are not known exactly have factors of their own (`scenarios::world`). Where
//! the fleet fails, machines are added to the pool of its tightest stage, ever more at a time and then by bisection, until it passes. The fleet that
//! is enough in so many worlds as are asked for has of every pool what all of them need but for the dearest.
//! Leaves out: worlds in which another machine would have been taken.

use scenarios::{Case, JOINT_WORLDS};
use serde::{Deserialize, Serialize};

use super::search::{FleetAt, Search};
use super::trial::{Rigor, Scores};
use super::{PlannedFleet, described};
use crate::summary::Standing;

/// Share of the worlds in which a fleet shall be enough.
const SHARE: f64 = 0.95;
/// A world decides nothing alone, so that its test may be wrong more often.
const RIGOR: Rigor = Rigor::of_search(0.05, 5);
/// How many times its machines a world may ask for.
const MOST_TIMES: u64 = 16;

/// A fleet in plausible worlds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plausible {
    /// Worlds.
    pub worlds: u32,
    /// Those in which it meets the objectives.
    pub meets: u32,
    /// Those in which it is undecided.
    pub undecided: u32,
    /// The least and the most that it costs in any of them \[USD per month\].
    pub usd_per_month: (f64, f64),
    /// Share of the worlds that `enough` is for.
    pub share: f64,
    /// The fleet that meets them in that share of the worlds; none where more machines do not help.
    pub enough: Option<PlannedFleet>,
}

/// The fleet in its plausible worlds; nothing where all inputs are known exactly.
pub(super) fn plausible(search: &mut Search<'_>, fleet: &FleetAt) -> Option<Plausible> {
    let best = search.configurations[fleet.0].case(&fleet.1).ok()?;
    let (mut meets, mut undecided) = (0, 0);
    let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
    let mut needed: Vec<Option<Vec<u64>>> = Vec::new();
    for number in 0..JOINT_WORLDS {
        let case = search.configurations[fleet.0].case_in_joint_world(&fleet.1, number).ok()?;
        if number == 0 && case.same_world(&best) {
            return None;
        }
        (least, most) = (least.min(case.fleet.total()), most.max(case.fleet.total()));
        let standing = search
            .tried_case(
                &case,
                &format!("plausible world {} of {JOINT_WORLDS}", number + 1),
                RIGOR,
                &mut Scores::default(),
            )?
            .standing;
        meets += u32::from(standing == Standing::Pass);
        undecided += u32::from(standing == Standing::Undecided);
        needed.push(if standing == Standing::Fail { enough_in(search, fleet, number)? } else { Some(fleet.1.clone()) });
    }
    Some(Plausible {
        worlds: JOINT_WORLDS as u32,
        meets,
        undecided,
        usd_per_month: (least, most),
        share: SHARE,
        enough: enough(search, fleet.0, needed),
    })
}

/// The machines that are enough in a world where the fleet is not: `Some(None)` where more do not help; nothing where the search ends.
fn enough_in(search: &mut Search<'_>, fleet: &FleetAt, number: usize) -> Option<Option<Vec<u64>>> {
    let (at, mut counts) = fleet.clone();
    let label = format!("plausible world {} of {JOINT_WORLDS}: more machines", number + 1);
    let passes = |search: &mut Search<'_>, counts: &[u64]| {
        let case = search.configurations[at].case_in_joint_world(counts, number).ok()?;
        Some((search.tried_case(&case, &label, RIGOR, &mut Scores::default())?.standing == Standing::Pass, case))
    };
    for pool in order_of(search, at, &counts, number) {
        let had = counts[pool];
        let (mut many, mut more) = (had, 1);
        while many < had.saturating_mul(MOST_TIMES) {
            let mut few = many;
            many += more;
            more *= 2;
            counts[pool] = many;
            if passes(search, &counts)?.0 {
                while many - few > 1 {
                    counts[pool] = few + (many - few) / 2;
                    if passes(search, &counts)?.0 { many = counts[pool] } else { few = counts[pool] }
                }
                counts[pool] = many;
                return Some(Some(counts));
            }
        }
        counts[pool] = had;
    }
    Some(None)
}

/// The pools of a fleet in a world, the one with the tightest stage first.
fn order_of(search: &Search<'_>, at: usize, counts: &[u64], number: usize) -> Vec<usize> {
    let configuration = &search.configurations[at];
    let Ok(case) = configuration.case_in_joint_world(counts, number) else { return Vec::new() };
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by(|one, other| {
        let of = |at: &usize| utilization(&case, &configuration.axes[*at].pool);
        of(other).total_cmp(&of(one))
    });
    order
}

/// Utilization of the tightest stage of a pool.
pub(super) fn utilization(case: &Case, pool: &str) -> f64 {
    case.stages.iter().filter(|stage| stage.pool == pool).map(|stage| stage.utilization).fold(0.0, f64::max)
}

/// The fleet that is enough in the asked share of the worlds.
fn enough(search: &mut Search<'_>, at: usize, needed: Vec<Option<Vec<u64>>>) -> Option<PlannedFleet> {
    let worlds = needed.len();
    let mut known: Vec<(f64, Vec<u64>)> = Vec::new();
    for counts in needed.into_iter().flatten() {
        known.push((search.usd(&(at, counts.clone())), counts));
    }
    known.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let asked = (SHARE * worlds as f64).ceil() as usize;
    let first = known.first()?.1.clone();
    let within = known.get(..asked)?;
    let most = |most: Vec<u64>, (_, counts): &(f64, Vec<u64>)| {
        most.iter().zip(counts).map(|(one, other)| *one.max(other)).collect::<Vec<u64>>()
    };
    let counts = within.iter().fold(first, most);
    Some(described(search, &(at, counts)))
}
