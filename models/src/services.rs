//! Service times of the jobs of a batch, which are alike but not equal.
//!
//! Model: services are independent and lognormal about their mean, with a stated coefficient of variation. Of a small
//! batch every job is drawn. Of a large one its total is drawn, which the central limit theorem makes normal, and shared
//! evenly; and so is its slowest job, the maximum of so many lognormals by inversion: where all of them run at once it is
//! the one that is waited for. A coefficient of zero draws nothing: all jobs take the mean.
//!
//! Assumptions: jobs are independent; the same machine is not slow twice. Source: A. M. Law, *Simulation Modeling and
//! Analysis*, 5th ed. (2015), ch. 6, for the lognormal. Leaves out: that the servers of a large batch fall out of step,
//! which moves its end by less than a service.

use sim::{Distribution, Span, Stream};
use statrs::distribution::{ContinuousCDF, Normal};

/// Jobs of a batch up to which every one is drawn. Above, what is drawn is their total and the slowest.
const DRAWN_ONE_BY_ONE: u64 = 8;

/// The services of a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum Services {
    /// So many jobs that share the batch's work evenly.
    Alike {
        /// Number of jobs.
        jobs: u64,
        /// Service of each.
        each: Span,
        /// By how much the slowest of them takes longer.
        slowest: Span,
    },
    /// Every job, in the order in which they are started.
    Each(Vec<Span>),
}

impl Services {
    /// So many jobs that take exactly `each`.
    pub fn equal(jobs: u64, each: Span) -> Self {
        Self::Alike { jobs, each, slowest: Span::ZERO }
    }

    /// Draws the services of `jobs` jobs of mean `mean_s` \[s\] and coefficient of variation `spread`.
    pub fn draw(jobs: u64, mean_s: f64, spread: f64, stream: &mut Stream) -> Self {
        if spread <= 0.0 || mean_s <= 0.0 || jobs == 0 {
            return Self::equal(jobs, Span::from_secs_f64(mean_s));
        }
        if jobs <= DRAWN_ONE_BY_ONE {
            let service = Distribution::Lognormal { mean: mean_s, cv: spread };
            return Self::Each((0..jobs).map(|_| Span::from_secs_f64(service.sample(stream))).collect());
        }
        let n = jobs as f64;
        let each_s = mean_s * (1.0 + spread / n.sqrt() * stream.normal()).max(0.0);
        let slowest_s = mean_s * slowest_of(n, spread, stream.uniform());
        let slowest = Span::from_secs_f64((slowest_s - each_s).max(0.0));
        Self::Alike { jobs, each: Span::from_secs_f64(each_s), slowest }
    }

    /// Number of jobs.
    pub fn jobs(&self) -> u64 {
        match self {
            Self::Alike { jobs, .. } => *jobs,
            Self::Each(each) => each.len() as u64,
        }
    }

    /// All of them together, in server-seconds.
    pub fn work_s(&self) -> f64 {
        match self {
            Self::Alike { jobs, each, .. } => *jobs as f64 * each.as_secs_f64(),
            Self::Each(each) => each.iter().map(|service| service.as_secs_f64()).sum(),
        }
    }
}

/// The slowest of n lognormal services of mean 1, at the quantile `uniform`.
fn slowest_of(n: f64, spread: f64, uniform: f64) -> f64 {
    let variance = (spread * spread).ln_1p();
    // F(x)ⁿ = u where 1 − F(x) = 1 − u^(1/n), which is small.
    let above = -((uniform.max(f64::MIN_POSITIVE)).ln() / n).exp_m1();
    let normal = -Normal::standard().inverse_cdf(above.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON));
    (variance.sqrt() * normal - variance / 2.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::{Interval, Streams};

    fn interval(figures: &[f64]) -> Interval {
        Interval::of(figures, 0.999).expect("many figures")
    }

    #[test]
    fn small_and_large_batches_have_the_work_of_independent_jobs() {
        // Mean n m, and standard deviation √n m cv: the mean square of what is off is n (m cv)².
        let mut stream = Streams::new(3, 0).stream("services");
        for (jobs, spread) in [(1, 0.3), (8, 0.3), (9, 0.3), (4_000, 0.1)] {
            let drawn: Vec<f64> =
                (0..20_000).map(|_| Services::draw(jobs, 2.0, spread, &mut stream).work_s()).collect();
            let n = jobs as f64;
            assert!(interval(&drawn).contains(2.0 * n), "{jobs} jobs: {:?}", interval(&drawn));
            let squares: Vec<f64> = drawn.iter().map(|work| (work - 2.0 * n).powi(2)).collect();
            let expected = n * (2.0 * spread).powi(2);
            assert!(interval(&squares).contains(expected), "{jobs} jobs: {expected} {:?}", interval(&squares));
        }
    }

    #[test]
    fn the_slowest_of_a_large_batch_is_the_slowest_of_as_many_draws() {
        let (jobs, spread) = (200u64, 0.25);
        let mut stream = Streams::new(4, 0).stream("services");
        let service = Distribution::Lognormal { mean: 1.0, cv: spread };
        let one_by_one: Vec<f64> =
            (0..20_000).map(|_| (0..jobs).map(|_| service.sample(&mut stream)).fold(0.0, f64::max)).collect();
        let at_once: Vec<f64> = (0..20_000)
            .map(|_| match Services::draw(jobs, 1.0, spread, &mut stream) {
                Services::Alike { each, slowest, .. } => (each + slowest).as_secs_f64(),
                Services::Each(_) => f64::NAN,
            })
            .collect();
        let (one_by_one, at_once) = (interval(&one_by_one), interval(&at_once));
        assert!((one_by_one.mean - at_once.mean).abs() < one_by_one.half_width() + at_once.half_width());
        assert!(one_by_one.relative_half_width() < 0.01, "{one_by_one:?} {at_once:?}");
    }

    #[test]
    fn without_spread_all_take_the_mean() {
        let mut stream = Streams::new(5, 0).stream("services");
        for jobs in [0, 1, 8, 9, 1 << 40] {
            let services = Services::draw(jobs, 0.5, 0.0, &mut stream);
            assert_eq!(services, Services::equal(jobs, Span::from_millis(500)));
        }
    }
}
