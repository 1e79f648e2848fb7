//! Which of several fleets costs least where what is paid is random: a selection with an indifference zone.
//!
//! Method: the fully sequential procedure of S.-H. Kim and B. L. Nelson ("A fully sequential procedure for indifference-zone selection
//! in simulation", ACM TOMACS 11(3), 2001) with c = 1. All fleets see the same random numbers; after a first stage one replication
//! after the other is added, and a fleet leaves as soon as its mean lies above that of another by more than their difference may be by
//! chance. With the asked probability the one that is left costs least, or within the zone of the least.
//!
//! Assumptions: differences are about normal; the zone, a share of the least mean, is fixed after the first stage. Leaves out: what
//! is not decided after the most replications, which is told.

use sim::Interval;

/// Replications of the first stage.
pub(crate) const FIRST_STAGE: u32 = 10;
/// Replications at most.
pub(crate) const MOST: u32 = 500;
/// Differences of a smaller share of the bill are none.
pub(crate) const ZONE: f64 = 0.01;

/// What a selection ends with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Selected {
    /// The one that costs least.
    pub(crate) best: usize,
    /// All that were left when it ended; one where it is decided.
    pub(crate) left: Vec<usize>,
    /// Mean of what each cost, with its interval, as far as it was drawn.
    pub(crate) means: Vec<(f64, f64, f64)>,
    /// Replications of those that were left.
    pub(crate) replications: u32,
}

/// Selects among as many as there are rows; `draw` gives what one of them cost in a replication, nothing where the work shall end.
pub(crate) fn select(count: usize, error: f64, draw: impl Fn(usize, u32) -> Option<f64> + Sync) -> Option<Selected> {
    let mut costs: Vec<Vec<f64>> = Vec::with_capacity(count);
    for at in 0..count {
        let row: Option<Vec<f64>> = sim::replicate(0..FIRST_STAGE, |run| draw(at, run)).into_iter().collect();
        costs.push(row?);
    }
    let mean = |row: &[f64]| row.iter().sum::<f64>() / row.len() as f64;
    let least = costs.iter().map(|row| mean(row)).fold(f64::INFINITY, f64::min);
    let (zone, degrees) = (ZONE * least, f64::from(FIRST_STAGE - 1));
    let eta = 0.5 * ((2.0 * error / (count.max(2) - 1) as f64).powf(-2.0 / degrees) - 1.0);
    let h_squared = 2.0 * eta * degrees;
    let variance = |one: &[f64], other: &[f64]| {
        let first = FIRST_STAGE as usize;
        let differences: Vec<f64> = one[..first].iter().zip(&other[..first]).map(|(a, b)| a - b).collect();
        let middle = mean(&differences);
        differences.iter().map(|it| (it - middle).powi(2)).sum::<f64>() / degrees
    };
    let mut left: Vec<usize> = (0..count).collect();
    let mut replications = FIRST_STAGE;
    loop {
        let behind = |one: usize, other: usize| {
            let r = f64::from(replications);
            let slack = (h_squared * variance(&costs[one], &costs[other]) / zone - zone * r) / (2.0 * r);
            mean(&costs[one]) > mean(&costs[other]) + slack.max(0.0)
        };
        let stays = |one: &usize| left.iter().all(|other| one == other || !behind(*one, *other));
        left = left.iter().copied().filter(stays).collect();
        if left.len() <= 1 || replications >= MOST {
            break;
        }
        for at in &left {
            costs[*at].push(draw(*at, replications)?);
        }
        replications += 1;
    }
    let of = |row: &Vec<f64>| {
        Interval::of(row, 0.95).map_or((mean(row), mean(row), mean(row)), |it| (it.mean, it.low, it.high))
    };
    let means: Vec<(f64, f64, f64)> = costs.iter().map(of).collect();
    // Equal ones never leave each other: the first of them is as good.
    let best = left.iter().copied().min_by(|one, other| means[*one].0.total_cmp(&means[*other].0))?;
    Some(Selected { best, left, means, replications })
}

#[cfg(test)]
mod tests {
    use sim::Streams;

    use super::*;

    /// Costs about a mean, of which a part is common to all.
    fn cost(seed: u64, at: usize, run: u32, mean: f64) -> f64 {
        let streams = Streams::new(seed, run);
        let normal = |name: &str| streams.stream(name).normal();
        mean * (1.0 + 0.05 * normal("all") + 0.03 * normal(&format!("of {at}")))
    }

    #[test]
    fn the_one_that_is_cheapest_by_more_than_the_zone_is_selected() {
        let means = [105.0, 100.0, 102.0, 130.0];
        let right = (0..200).filter(|seed| {
            let selected = select(4, 0.05, |at, run| Some(cost(*seed, at, run, means[at]))).expect("it is not ended");
            selected.best == 1
        });
        // 95 % of 200 are 190; the procedure is known to be conservative.
        assert!(right.count() >= 190);
    }

    #[test]
    fn equal_costs_are_decided_at_once_or_told() {
        let constant = select(3, 0.05, |at, _| Some([3.0, 2.0, 2.0][at])).expect("it is not ended");
        assert_eq!((constant.best, constant.left.contains(&0)), (1, false));
        assert!(select(2, 0.05, |_, run| (run < 3).then_some(1.0)).is_none(), "it was ended");
    }
}
