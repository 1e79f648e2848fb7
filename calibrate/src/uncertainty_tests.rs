//! Tests of the interval of a curve: leverage by hand, and how often it holds the truth.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::curve::Curve;
use crate::form::Form;
use crate::point::Samples;
use crate::statistics::{Replicate, Variance};

/// How samples scatter: relative standard deviations.
#[derive(Clone, Copy)]
struct Scatter {
    processes: u32,
    samples: usize,
    of_process: f64,
    of_sample: f64,
}

/// A curve from samples of `cost`.
fn measured(sizes: &[u64], scatter: Scatter, seed: u64, cost: impl Fn(f64) -> f64) -> Curve {
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut off = |deviation: f64| 1.0 + deviation * Normal::standard().inverse_cdf(chance.random());
    let factors: Vec<f64> = (0..scatter.processes).map(|_| off(scatter.of_process)).collect();
    let mut samples: Vec<(u64, Vec<Vec<f64>>)> = Vec::new();
    for &size in sizes {
        let mut of_process =
            |factor: &f64| (0..scatter.samples).map(|_| cost(size as f64) * factor * off(scatter.of_sample)).collect();
        samples.push((size, factors.iter().map(&mut of_process).collect()));
    }
    fitted(&samples)
}

/// A curve from processes whose samples are all the same, at each of the sizes.
fn exact(sizes: &[u64], factors: &[f64], cost: impl Fn(f64) -> f64) -> Curve {
    let of_size = |&size: &u64| (size, factors.iter().map(|factor| vec![factor * cost(size as f64); 3]).collect());
    fitted(&sizes.iter().map(of_size).collect::<Vec<_>>())
}

/// A curve from the samples of each process, by size.
fn fitted(samples: &[(u64, Vec<Vec<f64>>)]) -> Curve {
    let points: Vec<Samples<'_>> = samples
        .iter()
        .map(|(size, processes)| Samples {
            size: *size,
            processes: (1..).zip(processes).map(|(id, samples)| (id, samples.as_slice())).collect(),
        })
        .collect();
    Curve::fit(&points, Variance::NONE).expect("positive samples at every size")
}

#[test]
fn what_processes_share_does_not_shrink_with_the_number_of_sizes() {
    // t(2) = 4.3027, standard deviation 3 %, three processes.
    let by_hand = 4.302_653 * 0.03 / 3_f64.sqrt();
    for sizes in [&[8_u64][..], &[1, 8], &[1, 2, 4, 8, 16, 32]] {
        let curve = exact(sizes, &[0.97, 1.0, 1.03], |n| 1e-3 * n);
        assert_eq!(curve.uncertainty.from, Replicate::Processes);
        let half_width = curve.relative_half_width(8.0);
        assert!((half_width - by_hand).abs() < 1e-6, "{half_width} at {} sizes", sizes.len());
    }
}

#[test]
fn a_process_alone_looks_less_certain_than_several() {
    let alone = exact(&[1, 8], &[0.97], |n| n);
    assert_eq!(alone.uncertainty.from, Replicate::Samples);
    // Three processes that spread as is stated for the one that cannot tell.
    let spread = alone.uncertainty.processes.relative.sqrt();
    let three = exact(&[1, 8], &[1.0 - spread, 1.0, 1.0 + spread], |n| n);
    assert!(alone.relative_half_width(8.0) > three.relative_half_width(8.0), "{alone:?} {three:?}");
}

#[test]
fn noise_shrinks_with_the_number_of_processes_and_samples() {
    let width = |processes, samples| {
        let scatter = Scatter { processes, samples, of_process: 0.03, of_sample: 0.05 };
        measured(&[1, 4, 16, 64], scatter, 1, |n| 1.0 + n).relative_half_width(64.0)
    };
    assert!(width(40, 5) < 0.5 * width(4, 5), "{} {}", width(40, 5), width(4, 5));
    assert!(width(40, 50) < width(40, 2), "{} {}", width(40, 50), width(40, 2));
}

#[test]
fn it_widens_with_the_distance_from_what_was_measured() {
    let scatter = Scatter { processes: 3, samples: 5, of_process: 0.02, of_sample: 0.02 };
    for sizes in [&[1_u64][..], &[1, 64], &[1, 4, 16, 64]] {
        let curve = measured(sizes, scatter, 3, |n| 0.03 * n + 0.001 * n * n.max(2.0).log2());
        let widths = [64.0, 256.0, 1024.0, 4096.0].map(|n| curve.relative_half_width(n));
        assert!(widths.windows(2).all(|pair| pair[0] < pair[1]), "{} sizes: {widths:?}", sizes.len());
    }
}

#[test]
fn a_form_that_does_not_fit_widens_it() {
    let scatter = Scatter { processes: 4, samples: 50, of_process: 0.0, of_sample: 0.001 };
    let crooked = measured(&[1, 4, 16, 64, 256, 1024], scatter, 5, |n| 1.0 + n.sqrt());
    let straight = measured(&[1, 4, 16, 64, 256, 1024], scatter, 5, |n| 1.0 + n);
    for size in [1.0, 8.0, 64.0, 1024.0] {
        let (low, high) = crooked.interval(size);
        let truth = 1.0 + size.sqrt();
        assert!(low <= truth && truth <= high, "{size}: {truth} not in {low} .. {high}");
        assert!(crooked.relative_half_width(size) > 10.0 * straight.relative_half_width(size), "{size}");
    }
}

/// The 95 % interval holds the true mean in 90 to 99 of 100 measurements (half a percent more by the chance of 400 trials): at a
/// size that was measured, between two of them, at the largest, and at 4 and 16 times that.
#[test]
fn it_holds_the_truth_as_often_as_it_says() {
    const TRIALS: u64 = 400;
    type Cost = fn(f64) -> f64;
    let costs: [(Form, Cost); 4] = [
        (Form::Constant, |_| 3e-3),
        (Form::Polylogarithmic, |n| 5e-4 + 8e-5 * n.log2()),
        (Form::Linear, |n| 2e-3 + 1e-4 * n),
        (Form::NLogN, |n| 0.0297 * n + 0.00085 * n * n.log2()),
    ];
    let scatters = [
        Scatter { processes: 3, samples: 5, of_process: 0.03, of_sample: 0.03 },
        Scatter { processes: 5, samples: 2, of_process: 0.01, of_sample: 0.05 },
        Scatter { processes: 10, samples: 3, of_process: 0.03, of_sample: 0.02 },
    ];
    let (mut held, mut asked) = (0, 0);
    for sizes in [&[1_u64, 4, 16, 64][..], &[1, 4, 6, 8, 12, 16, 64]] {
        for (scatter, (form, cost)) in scatters.iter().flat_map(|scatter| costs.map(|cost| (scatter, cost))) {
            let curves: Vec<Curve> = (0..TRIALS).map(|seed| measured(sizes, *scatter, seed, cost)).collect();
            for size in [16.0, 32.0, 64.0, 256.0, 1024.0] {
                let holds = |curve: &&Curve| {
                    let (low, high) = curve.interval(size);
                    low <= cost(size) && cost(size) <= high
                };
                let count = curves.iter().filter(holds).count() as u64;
                let share = count as f64 / TRIALS as f64;
                let from = format!("{form:?} at {size}, {} sizes, {} processes", sizes.len(), scatter.processes);
                assert!((0.90..=0.995).contains(&share), "{share} of {from}");
                (held, asked) = (held + count, asked + TRIALS);
            }
        }
    }
    let share = held as f64 / asked as f64;
    assert!((0.94..0.98).contains(&share), "{share} of all");
}
