//! Transactions that wait for a fee they can pay, by groups of which the same is known: exact without one entity each.
//!
//! Model: a sender's rank is the share of all senders that would pay more, so ranks are independent and uniform over
//! [0, 1]. A block takes the lowest ranks first (who pays more, tips more), down to the rank that still pays the base
//! fee and up to its limit. Of those left behind nothing is known but that their rank is above where the block stopped:
//! they are again independent and uniform, over what remains. So a group is a count and a lower bound; a block splits
//! it binomially, the rank at which a full block stops is a Beta-distributed order statistic, and groups that a block
//! cut at the same rank become one. Patience is exponential: it forgets, so who gives up is a binomial share of any
//! group.
//!
//! Assumptions: tips order a full block and are not counted as revenue. Cost: a block touches the groups that it cuts,
//! and patience all; there is one for each fee that was higher than all since, which is few.
//! Source: order statistics of uniform draws, H. A. David, H. N. Nagaraja, *Order Statistics*, 3rd ed. (2003), section
//! 2.5.
//! Leaves out: the spread of waiting times (their mean is exact).

use sim::Stream;

/// Some transactions and how many blocks they have waited, all together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Crowd {
    /// How many transactions.
    pub count: u64,
    /// Blocks that passed them by, summed over the transactions.
    pub waited: f64,
}

impl Crowd {
    /// Transactions that have not waited.
    pub fn fresh(count: u64) -> Self {
        Self { count, waited: 0.0 }
    }

    /// Takes in another crowd.
    pub fn join(&mut self, other: Crowd) {
        self.count += other.count;
        self.waited += other.waited;
    }

    /// Takes out `count` members at random. Members are exchangeable, so each has the mean wait of the crowd.
    pub fn take(&mut self, count: u64) -> Crowd {
        assert!(count <= self.count, "more taken than there are");
        if count == 0 {
            return Crowd::default();
        }
        let waited = self.waited * (count as f64 / self.count as f64);
        self.count -= count;
        self.waited -= waited;
        Crowd { count, waited }
    }
}

/// Transactions whose ranks are uniform over [`above`, 1].
#[derive(Debug, Clone, Copy)]
struct Group {
    above: f64,
    crowd: Crowd,
}

/// All waiting transactions of a tier.
#[derive(Debug, Clone, Default)]
pub struct Waiting {
    /// By falling bound: the last group holds the keenest.
    groups: Vec<Group>,
}

impl Waiting {
    /// How many transactions wait.
    pub fn count(&self) -> u64 {
        self.groups.iter().map(|group| group.crowd.count).sum()
    }

    /// Newcomers join, and a block takes the keenest of all: of the share `willing` that pays the fee, at most `room`.
    pub fn serve(&mut self, newcomers: Crowd, willing: f64, room: u64, stream: &mut Stream) -> Crowd {
        let mut served = Crowd::default();
        let mut rest = Group { above: 0.0, crowd: newcomers };
        while rest.above < willing && served.count < room {
            // All ranks below the bound of the next group are those of `rest`.
            let until = self.groups.last().map_or(willing, |group| group.above.min(willing));
            let inside = stream.binomial(rest.crowd.count, (until - rest.above) / (1.0 - rest.above));
            let left = room - served.count;
            if inside > left {
                let share = stream.beta(left as f64, (inside - left + 1) as f64);
                served.join(rest.crowd.take(left));
                rest.above = (rest.above + (until - rest.above) * share).min(1.0 - f64::EPSILON);
                break;
            }
            served.join(rest.crowd.take(inside));
            rest.above = until;
            if let Some(group) = self.groups.pop_if(|group| group.above <= until) {
                rest.crowd.join(group.crowd);
            }
        }
        if let Some(group) = self.groups.last_mut().filter(|group| group.above <= rest.above) {
            group.crowd.join(rest.crowd);
        } else if rest.crowd.count > 0 {
            self.groups.push(rest);
        }
        served
    }

    /// The block has passed those who wait: each stays with probability `stay`, the others are returned.
    pub fn give_up(&mut self, stay: f64, stream: &mut Stream) -> Crowd {
        let mut gone = Crowd::default();
        for Group { crowd, .. } in &mut self.groups {
            gone.join(crowd.take(stream.binomial(crowd.count, 1.0 - stay)));
            crowd.waited += crowd.count as f64;
        }
        self.groups.retain(|group| group.crowd.count > 0);
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Interval, Streams};

    /// What the mean of a run is compared in: served, given up, waits of the served, waiting at the end; per block.
    type Figures = [f64; 4];

    const BLOCKS: u64 = 400;
    const STAY: f64 = 0.8;

    /// The same irregular fees and limits for both: rising, falling, full and empty blocks.
    fn willing(block: u64) -> f64 {
        [0.6, 0.5, 0.9, 0.0, 0.3, 0.35, 1.0, 0.2][block as usize % 8]
    }

    fn room(block: u64) -> u64 {
        [9, 40, 3, 40, 0, 14][block as usize % 6]
    }

    fn grouped(streams: &Streams) -> Figures {
        let (mut arrivals, mut stream) = (streams.stream("arrivals"), streams.stream("grouped"));
        let (mut waiting, mut served, mut gone) = (Waiting::default(), Crowd::default(), 0);
        for block in 0..BLOCKS {
            let newcomers = Crowd::fresh(arrivals.poisson(20.0));
            served.join(waiting.serve(newcomers, willing(block), room(block), &mut stream));
            gone += waiting.give_up(STAY, &mut stream).count;
        }
        [served.count as f64, gone as f64, served.waited, waiting.count() as f64].map(|sum| sum / BLOCKS as f64)
    }

    /// The definition: every transaction has a rank of its own.
    fn one_by_one(streams: &Streams) -> Figures {
        let (mut arrivals, mut stream) = (streams.stream("arrivals"), streams.stream("one by one"));
        let (mut waiting, mut served, mut gone, mut waited) = (Vec::<(f64, u64)>::new(), 0, 0, 0);
        for block in 0..BLOCKS {
            waiting.extend((0..arrivals.poisson(20.0)).map(|_| (stream.uniform(), block)));
            waiting.sort_by(|a, b| a.0.total_cmp(&b.0));
            let taken = waiting.iter().filter(|(rank, _)| *rank < willing(block)).count().min(room(block) as usize);
            waited += waiting.drain(..taken).map(|(_, since)| block - since).sum::<u64>();
            served += taken;
            let before = waiting.len();
            waiting.retain(|_| stream.uniform() < STAY);
            gone += before - waiting.len();
        }
        [served as f64, gone as f64, waited as f64, waiting.len() as f64].map(|sum| sum / BLOCKS as f64)
    }

    #[test]
    fn groups_give_the_means_of_transactions_one_by_one() {
        let runs: Vec<(Figures, Figures)> = (0..60)
            .map(|replication| Streams::new(11, replication))
            .map(|streams| (grouped(&streams), one_by_one(&streams)))
            .collect();
        for figure in 0..4 {
            let differences: Vec<f64> = runs.iter().map(|(a, b)| a[figure] - b[figure]).collect();
            let interval = Interval::of(&differences, 0.999).unwrap();
            let scale = runs.iter().map(|(_, b)| b[figure]).sum::<f64>() / runs.len() as f64;
            assert!(interval.contains(0.0), "figure {figure}: {interval:?} of {scale}");
            assert!(interval.half_width() < 0.1 * scale, "the test can tell: {interval:?} of {scale}");
        }
    }

    #[test]
    fn a_block_takes_the_keenest() {
        let mut stream = Streams::new(1, 0).stream("keenest");
        let mut waiting = Waiting::default();
        // Full at 100 of 1,000: the rank where it stopped is known, and nobody below it is left.
        assert_eq!(waiting.serve(Crowd::fresh(1_000), 1.0, 100, &mut stream).count, 100);
        let stopped = waiting.groups[0].above;
        assert!((stopped - 0.1).abs() < 0.05, "{stopped}");
        assert_eq!(waiting.serve(Crowd::default(), stopped, 1_000, &mut stream).count, 0);
        assert_eq!(waiting.serve(Crowd::default(), 1.0, 10_000, &mut stream).count, 900);
        assert_eq!(waiting.count(), 0);
    }
}
