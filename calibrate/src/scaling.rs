//! Thread scaling: how much faster an act becomes on several cores.
//!
//! Two laws are tried. Amdahl's: S(n) = n / (1 + σ(n − 1)), where the share σ of the work is serial. The universal scalability
//! law: S(n) = n / (1 + σ(n − 1) + κn(n − 1)), where cores also wait for each other's data, so that more of them can be slower
//! (Gunther, *The practical performance analyst*, 1993). Both are lines in their parameters when written for n / S(n), and are
//! fitted by least squares of relative errors with no parameter below zero. The law is chosen by leave-one-out
//! cross-validation; with fewer than three numbers of threads above one nothing can be left out, and Amdahl's is taken.
//!
//! Only physical cores count: a hyperthread shares its core's units, and a law that is fitted through it foretells neither.
//!
//! Left out: sockets, memory channels, and a clock frequency that falls when more cores work.

use serde::{Deserialize, Serialize};

use crate::operation::Scaling;

/// The form of a scaling curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Law {
    /// A serial share and nothing else.
    Amdahl,
    /// A serial share, and waiting for each other's data.
    UniversalScalability,
}

/// How an act scales with threads, as measured, and the law that follows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadScaling {
    /// Threads and the speed-up over one thread, as measured; those beyond the physical cores too.
    pub speedups: Vec<(u64, f64)>,
    /// The law that foretells better.
    pub law: Law,
    /// Share of the work that is serial, σ.
    pub serial_share: f64,
    /// Cost of waiting for each other's data, κ; zero by Amdahl's law.
    pub coherency: f64,
    /// Root mean square of the relative errors at numbers of threads left out; absent where none could be.
    pub foretelling_error: Option<f64>,
    /// Physical cores of the host.
    pub cores: u64,
    /// Speed-up on all physical cores divided by their number: as measured, or by the law where that was not measured.
    pub efficiency: f64,
}

impl ThreadScaling {
    /// From the mean times at numbers of threads; nothing without one thread and at least one more number within the cores.
    pub fn fit(scaling: Scaling, times: &[(u64, f64)], cores: u64) -> Option<Self> {
        let &(_, alone) = times.iter().find(|(threads, _)| *threads == 1)?;
        let speedup = |&(threads, seconds): &(u64, f64)| match scaling {
            Scaling::FixedWork => (threads, alone / seconds),
            Scaling::WorkPerThread => (threads, threads as f64 * alone / seconds),
        };
        let speedups: Vec<(u64, f64)> = times.iter().map(speedup).collect();
        let several: Vec<(u64, f64)> =
            speedups.iter().copied().filter(|(threads, _)| (2..=cores).contains(threads)).collect();
        if several.is_empty() {
            return None;
        }
        let errors = [Law::Amdahl, Law::UniversalScalability].map(|law| (law, foretelling_error(law, &several)));
        let (law, foretelling_error) = match errors {
            [_, (law, Some(universal))] if errors[0].1.is_none_or(|amdahl| universal < amdahl) => {
                (law, Some(universal))
            }
            [(law, amdahl), _] => (law, amdahl),
        };
        let (serial_share, coherency) = law.fit(&several);
        // Without waiting for each other's data the universal law is Amdahl's, and goes by its name.
        let law = if coherency > 0.0 { law } else { Law::Amdahl };
        let measured = several.iter().find(|(threads, _)| *threads == cores).map(|(_, speedup)| *speedup);
        let efficiency = measured.unwrap_or_else(|| speedup_at(cores, serial_share, coherency)) / cores as f64;
        Some(Self { speedups, law, serial_share, coherency, foretelling_error, cores, efficiency })
    }

    /// Speed-up by the law.
    pub fn speedup(&self, threads: u64) -> f64 {
        speedup_at(threads, self.serial_share, self.coherency)
    }
}

fn speedup_at(threads: u64, serial_share: f64, coherency: f64) -> f64 {
    let n = threads as f64;
    n / (1.0 + serial_share * (n - 1.0) + coherency * n * (n - 1.0))
}

impl Law {
    /// σ and κ that minimise the squared relative errors of n / S(n).
    fn fit(self, speedups: &[(u64, f64)]) -> (f64, f64) {
        // n / S(n) − 1 = σ·(n − 1) + κ·n(n − 1), each equation divided by n / S(n).
        let rows = speedups.iter().map(|&(threads, speedup)| {
            let (n, inflation) = (threads as f64, threads as f64 / speedup);
            [(n - 1.0) / inflation, n * (n - 1.0) / inflation, (inflation - 1.0) / inflation]
        });
        let (mut ss, mut sk, mut kk, mut sy, mut ky) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for [s, k, y] in rows {
            (ss, sk, kk, sy, ky) = (ss + s * s, sk + s * k, kk + k * k, sy + s * y, ky + k * y);
        }
        let serial_only = ((sy / ss).max(0.0), 0.0);
        let determinant = ss * kk - sk * sk;
        if self == Law::Amdahl || determinant <= 1e-9 * ss * kk {
            return serial_only;
        }
        match ((sy * kk - ky * sk) / determinant, (ky * ss - sy * sk) / determinant) {
            (_, coherency) if coherency < 0.0 => serial_only,
            (serial, _) if serial < 0.0 => (0.0, (ky / kk).max(0.0)),
            both => both,
        }
    }
}

/// Root mean square of the relative errors of speed-ups that the fit has not seen; nothing where too few would be left.
fn foretelling_error(law: Law, speedups: &[(u64, f64)]) -> Option<f64> {
    let fewest = match law {
        Law::Amdahl => 2,
        Law::UniversalScalability => 3,
    };
    if speedups.len() < fewest {
        return None;
    }
    let squares = (0..speedups.len()).map(|left_out| {
        let mut rest = speedups.to_vec();
        let (threads, speedup) = rest.remove(left_out);
        let (serial_share, coherency) = law.fit(&rest);
        (speedup_at(threads, serial_share, coherency) / speedup - 1.0).powi(2)
    });
    Some((squares.sum::<f64>() / speedups.len() as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times on so many threads by a law, each off by up to 1 % in turn.
    fn times(threads: &[u64], serial_share: f64, coherency: f64) -> Vec<(u64, f64)> {
        let off = |index: usize| 1.0 + 0.01 * [1.0, -1.0, 0.5, -0.5][index % 4];
        let time = |(index, &n): (usize, &u64)| (n, off(index) / speedup_at(n, serial_share, coherency));
        threads.iter().enumerate().map(time).collect()
    }

    const THREADS: [u64; 6] = [1, 2, 4, 8, 16, 32];

    #[test]
    fn each_law_is_recognised() {
        let amdahl = ThreadScaling::fit(Scaling::FixedWork, &times(&THREADS, 0.05, 0.0), 32).expect("fitted");
        assert!((amdahl.serial_share - 0.05).abs() < 0.01, "{amdahl:?}");
        let exact = |&n: &u64| (n, 1.0 / speedup_at(n, 0.05, 0.0));
        let exact: Vec<(u64, f64)> = THREADS.iter().map(exact).collect();
        let exact = ThreadScaling::fit(Scaling::FixedWork, &exact, 32).expect("fitted");
        assert_eq!(exact.law == Law::Amdahl, exact.coherency == 0.0, "{exact:?}");
        let universal = ThreadScaling::fit(Scaling::FixedWork, &times(&THREADS, 0.02, 0.004), 32).expect("fitted");
        assert_eq!(universal.law, Law::UniversalScalability);
        assert!((universal.coherency / 0.004 - 1.0).abs() < 0.1, "{universal:?}");
        assert!(universal.speedup(16) > universal.speedup(32), "past its best more cores are slower");
        assert!((universal.efficiency - universal.speedup(32) / 32.0).abs() < 0.01);
    }

    #[test]
    fn work_per_thread_is_a_speed_up_when_the_time_stays() {
        let scaling = ThreadScaling::fit(Scaling::WorkPerThread, &[(1, 1.0), (2, 1.0)], 2).expect("fitted");
        assert_eq!((scaling.law, scaling.efficiency, scaling.serial_share), (Law::Amdahl, 1.0, 0.0));
        assert_eq!(scaling.foretelling_error, None, "nothing could be left out");
        let half = ThreadScaling::fit(Scaling::WorkPerThread, &[(1, 1.0), (2, 2.0)], 2).expect("fitted");
        assert_eq!((half.efficiency, half.serial_share), (0.5, 1.0));
    }

    #[test]
    fn hyperthreads_are_kept_and_not_fitted() {
        let two_cores = [(1, 1.0), (2, 0.5), (3, 0.5), (4, 0.5)];
        let scaling = ThreadScaling::fit(Scaling::FixedWork, &two_cores, 2).expect("fitted");
        assert_eq!((scaling.efficiency, scaling.serial_share, scaling.speedups.len()), (1.0, 0.0, 4));
        assert_eq!(ThreadScaling::fit(Scaling::FixedWork, &two_cores[..1], 2), None);
        assert_eq!(ThreadScaling::fit(Scaling::FixedWork, &two_cores, 1), None, "one core scales nowhere");
    }
}
