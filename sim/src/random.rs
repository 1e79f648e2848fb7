//! Chance by cause: a named stream of random numbers for everything that is random.
//!
//! A stream is Xoshiro256++ (Blackman, Vigna 2021) started from BLAKE3(seed, replication, name). Adding a part, or a draw in
//! one part, never changes what another part draws, so two designs can be compared on common random numbers
//! (L'Ecuyer, Simard, Chen, Kelton 2002), and a replication is the same on any thread. The samplers are exact (they reject
//! rather than approximate) and come from `rand_distr`.

use std::convert::Infallible;
use std::ops::Range;

use rand::rand_core::{Rng, SeedableRng, TryRng};
use rand_distr::{Beta, Binomial, Distribution, Exp1, Poisson, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Up to this number of coins it is faster to toss them all, 64 in a draw, than to sample how many show heads.
const COINS: u64 = 4096;

/// The source of all streams of one replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
    replication: u32,
}

impl Streams {
    /// The streams of replication `replication` of the experiment `seed`.
    pub fn new(seed: u64, replication: u32) -> Streams {
        Streams { seed, replication }
    }

    /// The stream called `name`: the same numbers each time it is asked for, so ask once for each cause.
    pub fn stream(&self, name: &str) -> Stream {
        // Seed and replication have a fixed width, so no two triples give the same bytes.
        let mut hash = blake3::Hasher::new();
        hash.update(&self.seed.to_le_bytes());
        hash.update(&self.replication.to_le_bytes());
        hash.update(name.as_bytes());
        Stream { generator: Xoshiro256PlusPlus::from_seed(*hash.finalize().as_bytes()), poisson: None }
    }
}

/// The random numbers of one cause. It is a generator of `rand`, so any distribution of `rand_distr` samples from it.
///
/// Not `Clone`: two parts that draw the same numbers by accident are correlated.
#[derive(Debug)]
pub struct Stream {
    generator: Xoshiro256PlusPlus,
    /// The last mean asked for and its sampler. A load is mostly constant, and preparing costs as much as drawing.
    poisson: Option<(f64, Poisson<f64>)>,
}

impl Stream {
    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Exponential with the given mean (any unit). Panics unless `mean` is finite and not negative.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        assert!(mean >= 0.0 && mean.is_finite(), "an exponential mean is finite and >= 0: {mean}");
        let unit: f64 = Exp1.sample(self);
        mean * unit
    }

    /// Standard normal.
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(self)
    }

    /// Poisson with the given mean (Ahrens, Dieter 1982). Panics unless 0 <= `mean` <= 1.8e19.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean == 0.0 {
            return 0;
        }
        let sampler = match self.poisson {
            Some((prepared, sampler)) if prepared == mean => sampler,
            _ => {
                let sampler = Poisson::new(mean).expect("a Poisson mean is finite and >= 0");
                self.poisson = Some((mean, sampler));
                sampler
            }
        };
        sampler.sample(self) as u64
    }

    /// Successes among `n` trials of probability `p` (Kachitvichyanukul, Schmeiser 1988). Panics unless 0 <= `p` <= 1.
    pub fn binomial(&mut self, n: u64, p: f64) -> u64 {
        if n == 0 {
            return 0;
        }
        if p == 0.5 && n <= COINS {
            return self.heads(n);
        }
        Binomial::new(n, p).expect("a probability is within [0, 1]").sample(self)
    }

    /// Heads among `n` fair coins, each of them tossed.
    fn heads(&mut self, n: u64) -> u64 {
        let whole: u64 = (0..n / 64).map(|_| u64::from(self.next_u64().count_ones())).sum();
        let rest = match n % 64 {
            0 => 0,
            rest => u64::from((self.next_u64() >> (64 - rest)).count_ones()),
        };
        whole + rest
    }

    /// Deals `n` things to `parts`, each thing to any part with the same chance: calls `to` with every part that gets
    /// some and their number, in order of the parts. By halving (multinomial as binomials; Devroye 1986, section XI.1.4).
    ///
    /// Panics when there are things and no parts.
    pub fn deal(&mut self, n: u64, parts: Range<usize>, to: &mut impl FnMut(usize, u64)) {
        assert!(n == 0 || !parts.is_empty(), "{n} things and nobody to get them");
        if n == 0 {
            return;
        }
        if parts.len() == 1 {
            return to(parts.start, n);
        }
        let half = parts.len() / 2;
        let low = self.binomial(n, half as f64 / parts.len() as f64);
        let middle = parts.start + half;
        self.deal(low, parts.start..middle, to);
        self.deal(n - low, middle..parts.end, to);
    }

    /// Beta with shapes `a` and `b`, mean a / (a + b) (Cheng 1978). Panics unless both are positive.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        Beta::new(a, b).expect("the shapes of a beta distribution are positive").sample(self)
    }

    /// Uniform among 0 .. `n`. Panics when `n` is zero.
    pub fn index(&mut self, n: usize) -> usize {
        rand::RngExt::random_range(self, 0..n)
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.generator.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.generator.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.generator.try_fill_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Tally;
    use statrs::distribution::{Binomial as BinomialLaw, DiscreteCDF, Poisson as PoissonLaw};

    fn stream(name: &str) -> Stream {
        Streams::new(1, 0).stream(name)
    }

    /// Pearson's test with 100 cells of about equal probability; 99 degrees of freedom exceed 160 once in 10,000 tests.
    fn assert_follows(draws: impl Iterator<Item = u64>, law: impl DiscreteCDF<u64, f64>) {
        let mut edges: Vec<u64> = (1..100).map(|k| law.inverse_cdf(f64::from(k) / 100.0)).collect();
        edges.dedup();
        let mut counts = vec![0u64; edges.len() + 1];
        let mut n = 0.0;
        for draw in draws {
            counts[edges.partition_point(|&edge| edge < draw)] += 1;
            n += 1.0;
        }
        let cdf: Vec<f64> = edges.iter().map(|&edge| law.cdf(edge)).chain([1.0]).collect();
        let chi2: f64 = (0..counts.len())
            .map(|cell| {
                let expected = n * (cdf[cell] - if cell == 0 { 0.0 } else { cdf[cell - 1] });
                (counts[cell] as f64 - expected).powi(2) / expected
            })
            .sum();
        let freedom = edges.len() as f64;
        let limit = freedom + 3.9 * (2.0 * freedom).sqrt() + 5.0;
        assert!(chi2 < limit, "chi-squared {chi2} with {freedom} degrees of freedom");
    }

    #[test]
    fn a_stream_depends_on_seed_replication_and_name_and_on_nothing_else() {
        let first = |seed, replication, name: &str| Streams::new(seed, replication).stream(name).next_u64();
        assert_eq!(first(1, 2, "gaps"), first(1, 2, "gaps"));
        let others =
            [first(1, 2, "gaps"), first(2, 2, "gaps"), first(1, 3, "gaps"), first(1, 2, "gap"), first(1, 2, "")];
        for (i, a) in others.iter().enumerate() {
            assert!(others[..i].iter().all(|b| a != b));
        }
    }

    #[test]
    fn poisson_counts_follow_their_law() {
        for mean in [0.3, 8.0, 12.5, 50.0, 3_125.0, 25_000.0] {
            let mut stream = stream(&format!("poisson {mean}"));
            assert_follows((0..200_000).map(|_| stream.poisson(mean)), PoissonLaw::new(mean).unwrap());
        }
        assert_eq!(stream("none").poisson(0.0), 0);
    }

    #[test]
    fn a_changing_mean_is_not_mistaken_for_the_last_one() {
        let mut stream = stream("alternating");
        let (mut low, mut high) = (Tally::new(), Tally::new());
        for _ in 0..100_000 {
            low.record(stream.poisson(20.0) as f64);
            high.record(stream.poisson(400.0) as f64);
        }
        assert!((low.mean() - 20.0).abs() < 4.0 * (20.0f64 / 1e5).sqrt(), "{}", low.mean());
        assert!((high.mean() - 400.0).abs() < 4.0 * (400.0f64 / 1e5).sqrt(), "{}", high.mean());
    }

    #[test]
    fn binomial_counts_follow_their_law() {
        for (n, p) in [(10, 0.5), (64, 0.5), (4_001, 0.5), (1_000, 0.003), (3_000, 0.2), (25_000, 0.97)] {
            let mut stream = stream(&format!("binomial {n} {p}"));
            assert_follows((0..200_000).map(|_| stream.binomial(n, p)), BinomialLaw::new(p, n).unwrap());
        }
        let mut stream = stream("edges");
        assert_eq!((stream.binomial(0, 0.5), stream.binomial(7, 0.0), stream.binomial(7, 1.0)), (0, 0, 7));
    }

    #[test]
    fn what_is_dealt_goes_to_every_part_alike_and_none_is_lost() {
        for (n, parts) in [(10, 3), (100, 8), (400, 5), (30_000, 8)] {
            let mut stream = stream(&format!("deal {n} {parts}"));
            let mut last = Vec::new();
            let mut between = Tally::new();
            for _ in 0..100_000 {
                let mut counts = vec![0; parts];
                stream.deal(n, 0..parts, &mut |part, count| counts[part] += count);
                assert_eq!(counts.iter().sum::<u64>(), n);
                let mean = n as f64 / parts as f64;
                between.record((counts[0] as f64 - mean) * (counts[parts - 1] as f64 - mean));
                last.push(counts[parts - 1]);
            }
            let share = 1.0 / parts as f64;
            assert_follows(last.into_iter(), BinomialLaw::new(share, n).unwrap());
            let (covariance, error) = (-(n as f64) * share * share, (between.variance() / 1e5).sqrt());
            assert!((between.mean() - covariance).abs() < 4.0 * error, "{} is not {covariance}", between.mean());
        }
        stream("nobody").deal(0, 0..0, &mut |_, _| panic!("there is nothing"));
    }

    /// Four standard errors of mean and variance; kurtosis bounded by that of the exponential.
    fn assert_moments(draws: impl Iterator<Item = f64>, mean: f64, variance: f64) {
        let mut tally = Tally::new();
        draws.for_each(|draw| tally.record(draw));
        let n = tally.count() as f64;
        assert!((tally.mean() - mean).abs() < 4.0 * (variance / n).sqrt(), "mean {} of {mean}", tally.mean());
        assert!((tally.variance() / variance - 1.0).abs() < 4.0 * (8.0 / n).sqrt(), "variance {}", tally.variance());
    }

    #[test]
    fn continuous_draws_have_the_moments_of_their_laws() {
        let n = 200_000;
        let mut s = stream("moments");
        assert_moments((0..n).map(|_| s.uniform()), 0.5, 1.0 / 12.0);
        assert_moments((0..n).map(|_| s.exponential(3.0)), 3.0, 9.0);
        assert_moments((0..n).map(|_| s.normal()), 0.0, 1.0);
        assert_moments((0..n).map(|_| s.index(10) as f64), 4.5, 8.25);
        for (a, b) in [(0.5, 0.5), (1.0, 3.0), (700.0, 2_425.0)] {
            let sum: f64 = a + b;
            assert_moments((0..n).map(|_| s.beta(a, b)), a / sum, a * b / (sum * sum * (sum + 1.0)));
        }
    }
}
