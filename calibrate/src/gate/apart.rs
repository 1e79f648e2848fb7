//! A slowdown so large that it shows through noise: where floors of a busy machine never agree, pairs are compared one by one.
//!
//! Model. Where nothing changed, either process of a pair is as likely the faster one, since they take turns in an order that is drawn. So
//! a candidate is slower than the baseline, by more than half the change that is looked for, in at most half of the pairs. The
//! likelihood of 95 % such pairs over that of 50 % exceeds 1/α at any time with a chance of at most α (J. Ville, *Étude critique de la notion de
//! collectif*, 1939). Eleven pairs in a row are enough for a single line at 1 % false alarms, and fifteen for one of eight.
//!
//! Leaves out: passes. That a candidate is not slower takes floors that agree.

/// Share of the pairs that show a slowdown which stands out.
const STANDS_OUT: f64 = 0.95;

/// Whether the candidate of pairs of floors, baseline first, is slower by more than `margin`, with at most this chance of a false alarm.
pub fn is_slower(pairs: &[[f64; 2]], margin: f64, false_alarms: f64) -> bool {
    let mut odds = 0.0;
    pairs.iter().any(|[baseline, candidate]| {
        let slower = *candidate > baseline * (1.0 + margin);
        odds += if slower { (STANDS_OUT / 0.5).ln() } else { ((1.0 - STANDS_OUT) / 0.5).ln() };
        odds >= (1.0 / false_alarms).ln()
    })
}

/// In how many of the pairs the candidate is slower by more than `margin`.
pub fn slower(pairs: &[[f64; 2]], margin: f64) -> usize {
    pairs.iter().filter(|[baseline, candidate]| *candidate > baseline * (1.0 + margin)).count()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    /// How often of 4,000 runs of 60 pairs a slowdown is seen, where the candidate takes `times` as long and noise up to triples a time.
    fn seen(times: f64) -> usize {
        let mut chance = Xoshiro256PlusPlus::seed_from_u64(11);
        let mut time = |of: f64| of * (1.0 + 2.0 * chance.random::<f64>().powi(3));
        let run = |_| (0..60).map(|_| [time(1.0), time(times)]).collect::<Vec<_>>();
        let runs: Vec<Vec<[f64; 2]>> = (0..4_000).map(run).collect();
        runs.iter().filter(|pairs| is_slower(pairs, 0.025, 0.001)).count()
    }

    #[test]
    fn a_large_slowdown_is_seen_through_noise_and_none_where_nothing_changed() {
        // 4,000 runs at one in a thousand: four, and five standard deviations more.
        assert!(seen(1.0) <= 14, "{}", seen(1.0));
        assert!(seen(3.0) > 3_900, "{}", seen(3.0));
    }

    #[test]
    fn so_many_pairs_in_a_row_are_enough_and_one_fewer_are_not() {
        let pairs = vec![[1.0, 2.0]; 15];
        for (false_alarms, enough) in [(0.001, 11), (0.001 / 8.0, 15)] {
            let seen = |count: usize| is_slower(&pairs[..count], 0.025, false_alarms);
            assert!(seen(enough) && !seen(enough - 1), "{enough} at {false_alarms}");
        }
        assert_eq!(slower(&[[1.0, 1.02], [1.0, 1.03], [1.0, 0.5]], 0.025), 1);
    }
}
