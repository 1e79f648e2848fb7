//! Chances that a sojourn is within a time, for queues where they are known in closed form or as a sum.
//!
//! Sources: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, *Fundamentals of Queueing Theory* (2008), for M/M/c; P. J. Burke,
//! "The output process of a stationary M/M/s queueing system", Annals of Mathematical Statistics 39(4), 1968, for two stations in
//! tandem, whose sojourns are independent; G. J. Franx, "A simple solution for the M/D/c waiting time distribution", Operations
//! Research Letters 29(5), 2001.

use super::{check, erlang_c};

/// Pieces of the integral over the first of two sojourns; an even number.
const PIECES: u32 = 2_000;
/// Changes of a stationary distribution below this are none.
const CONVERGED: f64 = 1e-12;
/// Steps to it at most.
const MOST_STEPS: u32 = 1_000_000;

/// Chance that a sojourn in M/M/c is longer than `time` \[s\], for a mean service \[s\]; 1 where it has no steady state.
pub fn mmc_sojourn_beyond(servers: u64, arrival_rate: f64, service: f64, time: f64) -> f64 {
    Mmc::of(servers, arrival_rate, service).map_or(1.0, |queue| queue.beyond(time))
}

/// Chance that the sojourns at two M/M/c stations in tandem, of servers and mean services \[s\], are longer than `time` \[s\] together.
pub fn tandem_sojourn_beyond(arrival_rate: f64, stations: [(u64, f64); 2], time: f64) -> f64 {
    let [first, second] = stations.map(|(servers, service)| Mmc::of(servers, arrival_rate, service));
    let (Some(first), Some(second)) = (first, second) else { return 1.0 };
    // The first alone is longer, or the second is longer than what the first leaves: Simpson's rule.
    let step = time / f64::from(PIECES);
    let sum: f64 = (0..=PIECES)
        .map(|piece| {
            let weight = match piece {
                0 | PIECES => 1.0,
                odd if odd % 2 == 1 => 4.0,
                _ => 2.0,
            };
            let at = f64::from(piece) * step;
            weight * first.density(at) * second.beyond(time - at)
        })
        .sum();
    first.beyond(time) + sum * step / 3.0
}

/// Chance that a wait in M/D/c is longer than `time` \[s\], for a constant service \[s\]; 1 where it has no steady state.
///
/// The number in the system a service after any moment is what then waited and what has come since, from which its stationary
/// distribution is found step by step; the time that takes grows as (1 − ρ)⁻².
pub fn mdc_wait_beyond(servers: u64, arrival_rate: f64, service: f64, time: f64) -> f64 {
    let load = arrival_rate * service;
    check(servers, load);
    if load >= servers as f64 {
        return 1.0;
    }
    let in_system = mdc_in_system(servers, load);
    let at_most = |count: u64| in_system.iter().take(count as usize + 1).sum::<f64>().min(1.0);
    let rounds = (time / service).floor() as u64 + 1;
    // Who arrives waits no longer where those who waited a service before, and those who have come since, are no more than the servers
    // take on in all rounds until then.
    let (left, exponent) = (rounds * servers - 1, arrival_rate * (rounds as f64 * service - time));
    let mut poisson = (-exponent).exp();
    let mut within = 0.0;
    for come in 0..=left {
        within += at_most(servers + left - come) * poisson;
        poisson *= exponent / (come + 1) as f64;
    }
    (1.0 - within).clamp(0.0, 1.0)
}

/// Stationary distribution of the number in M/D/c, for an offered load below the number of servers.
fn mdc_in_system(servers: u64, load: f64) -> Vec<f64> {
    let utilization = load / servers as f64;
    // The tail is geometric, at most as heavy as that of M/M/c: so many states hold all but a negligible part.
    let states = (servers as f64 + 40.0 / (1.0 - utilization) + 10.0 * load.sqrt() + 40.0) as usize;
    // More than so many do not come within a service.
    let most = (load + 12.0 * load.sqrt() + 30.0) as usize;
    let mut arrivals = vec![(-load).exp()];
    (1..most.min(states)).for_each(|count| arrivals.push(arrivals[count - 1] * load / count as f64));
    let servers = servers as usize;
    let mut now = vec![0.0; states];
    now[0] = 1.0;
    for _ in 0..MOST_STEPS {
        let mut next = vec![0.0; states];
        for (count, chance) in now.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
            let waited = count.saturating_sub(servers);
            next[waited..].iter_mut().zip(&arrivals).for_each(|(next, arrive)| *next += chance * arrive);
        }
        let change: f64 = next.iter().zip(&now).map(|(next, now)| (next - now).abs()).sum();
        now = next;
        if change < CONVERGED {
            break;
        }
    }
    now
}

/// M/M/c in its steady state: a sojourn is a service, and with a chance an exponential wait before it.
struct Mmc {
    waits: f64,
    /// Rate of a service, and of the wait \[1/s\].
    served: f64,
    waited: f64,
}

impl Mmc {
    fn of(servers: u64, arrival_rate: f64, service: f64) -> Option<Self> {
        let (served, load) = (1.0 / service, arrival_rate * service);
        let waited = servers as f64 * served - arrival_rate;
        // Where both rates are equal the formulas have a limit, which a rate beside it gives as well.
        let waited = if (waited / served - 1.0).abs() < 1e-6 { waited * (1.0 + 1e-5) } else { waited };
        (waited > 0.0).then(|| Self { waits: erlang_c(servers, load), served, waited })
    }

    fn beyond(&self, time: f64) -> f64 {
        let Self { waits, served, waited } = *self;
        let (service, wait) = ((-served * time).exp(), (-waited * time).exp());
        (1.0 - waits) * service + waits * (waited * service - served * wait) / (waited - served)
    }

    fn density(&self, time: f64) -> f64 {
        let Self { waits, served, waited } = *self;
        let (service, wait) = ((-served * time).exp(), (-waited * time).exp());
        (1.0 - waits) * served * service + waits * served * waited * (service - wait) / (waited - served)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{mdc_mean_wait, mmc_mean_wait};
    use super::*;

    /// The mean of what has these chances of being longer.
    fn mean(beyond: impl Fn(f64) -> f64, until: f64, pieces: u32) -> f64 {
        let step = until / f64::from(pieces);
        (0..pieces).map(|piece| beyond((f64::from(piece) + 0.5) * step) * step).sum()
    }

    #[test]
    fn tails_have_the_means_that_are_known() {
        for (servers, rate, service) in [(1, 0.7, 1.0), (4, 3.4, 1.0), (10, 45.0, 0.2)] {
            let found = mean(|time| mmc_sojourn_beyond(servers, rate, service, time), 60.0 * service, 20_000);
            let known = service + mmc_mean_wait(servers, rate, service);
            assert!((found / known - 1.0).abs() < 1e-3, "M/M/{servers}: {found} and {known}");
            let found = mean(|time| mdc_wait_beyond(servers, rate, service, time), 10.0 * service, 200);
            let known = mdc_mean_wait(servers, rate, service);
            assert!((found / known - 1.0).abs() < 5e-3, "M/D/{servers}: {found} and {known}");
        }
        let stations = [(3, 1.0), (2, 0.6)];
        let found = mean(|time| tandem_sojourn_beyond(2.0, stations, time), 60.0, 1_000);
        let known: f64 =
            stations.iter().map(|(servers, service)| service + mmc_mean_wait(*servers, 2.0, *service)).sum();
        assert!((found / known - 1.0).abs() < 1e-3, "{found} and {known}");
    }

    #[test]
    fn what_saturates_is_never_within_a_time() {
        assert_eq!(mmc_sojourn_beyond(2, 2.0, 1.0, 100.0), 1.0);
        assert_eq!(mdc_wait_beyond(2, 2.0, 1.0, 100.0), 1.0);
        assert_eq!(tandem_sojourn_beyond(2.0, [(3, 1.0), (1, 1.0)], 100.0), 1.0);
    }
}
