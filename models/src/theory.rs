//! Closed answers of queueing theory, for the tests of the parts and for first estimates.
//!
//! Arrivals are Poisson with rate λ \[1/s\], services have the mean s \[s\], c servers share one unbounded first-come-
//! first-served queue; load is a = λ s \[erlang\] and utilization ρ = a / c. At ρ ≥ 1 a queue has no steady state and its
//! mean wait is infinite, which is what the functions return. Sources are given with each function.
//!
//! Leaves out: general services on several servers, for which no closed answer exists.

mod sojourns;

pub use sojourns::{mdc_wait_beyond, mmc_sojourn_beyond, tandem_sojourn_beyond};

/// Erlang B: the share of arrivals that find all `servers` busy and leave, M/G/c/c, at `load` \[erlang\]. By the recurrence in
/// the number of servers, which only adds and multiplies positive numbers (Erlang 1917; Cooper 1981, sec. 3.3).
pub fn erlang_b(servers: u64, load: f64) -> f64 {
    check(servers, load);
    (1..=servers).fold(1.0, |blocked, n| load * blocked / (n as f64 + load * blocked))
}

/// Erlang C: the share of arrivals that must wait, M/M/c, at `load` \[erlang\]; 1 at or above saturation (Erlang 1917).
pub fn erlang_c(servers: u64, load: f64) -> f64 {
    check(servers, load);
    let utilization = load / servers as f64;
    if utilization >= 1.0 {
        return 1.0;
    }
    let blocked = erlang_b(servers, load);
    blocked / (1.0 - utilization * (1.0 - blocked))
}

/// Mean wait of M/M/c \[s\] (Erlang 1917).
pub fn mmc_mean_wait(servers: u64, arrival_rate: f64, service: f64) -> f64 {
    let load = arrival_rate * service;
    if load >= servers as f64 {
        return f64::INFINITY;
    }
    erlang_c(servers, load) * service / (servers as f64 - load)
}

/// M/M/c/K: the share of arrivals that find all `places` taken, servers included, and leave; and the mean number of those who
/// wait; at `load` \[erlang\], which may exceed the servers (Gross, Harris 1998, sec. 2.4).
pub fn mmck_loss_and_waiting(servers: u64, places: u64, load: f64) -> (f64, f64) {
    check(servers, load);
    assert!(places >= servers, "who is served has a place");
    // Weights of the states relative to the one before; rescaled, because only their ratios matter.
    let (mut weight, mut total, mut waiting) = (1.0, 1.0, 0.0);
    for n in 1..=places {
        weight *= load / n.min(servers) as f64;
        total += weight;
        waiting += n.saturating_sub(servers) as f64 * weight;
        if total > 1e200 {
            (weight, total, waiting) = (weight / total, 1.0, waiting / total);
        }
    }
    (weight / total, waiting / total)
}

/// M/D/1/K: the share of arrivals that find all `places` taken, the server included, and leave, at `load` \[erlang\]. From the steady
/// state that departures leave behind (Gross, Harris 1998, sec. 5.1.8).
pub fn md1k_loss(places: u64, load: f64) -> f64 {
    check(1, load);
    assert!(places > 0, "who is served has a place");
    // Above this load the server is never idle but with a chance below the last digit, where there is a place to wait.
    if load > 50.0 && places > 1 {
        return 1.0 - 1.0 / load;
    }
    let mut arrivals = vec![(-load).exp()];
    (1..places).for_each(|n| arrivals.push(arrivals[n as usize - 1] * load / n as f64));
    // Those left behind by a departure: 0, 1, …, K − 1, relative to the first.
    let mut left = vec![1.0];
    for n in 0..places as usize - 1 {
        let from_more: f64 = (1..=n).map(|before| left[before] * arrivals[n + 1 - before]).sum();
        left.push(((left[n] - left[0] * arrivals[n] - from_more) / arrivals[0]).max(0.0));
        if left[n + 1] > 1e200 {
            left.iter_mut().for_each(|weight| *weight /= 1e200);
        }
    }
    1.0 - 1.0 / (left[0] / left.iter().sum::<f64>() + load)
}

/// Mean sojourn \[s\] of a request at all stations of a closed loop: `clients` think for `think` \[s\] and pass stations of one server
/// each, whose services are exponential with these means \[s\]. Exact mean value analysis (Reiser, Lavenberg 1980).
pub fn closed_mean_sojourn(clients: u64, think: f64, services: &[f64]) -> f64 {
    let mut queues = vec![0.0; services.len()];
    let mut sojourn = 0.0;
    for n in 1..=clients {
        let sojourns: Vec<f64> = services.iter().zip(&queues).map(|(service, queue)| service * (1.0 + queue)).collect();
        sojourn = sojourns.iter().sum();
        let per_s = n as f64 / (think + sojourn);
        queues.iter_mut().zip(&sojourns).for_each(|(queue, sojourn)| *queue = per_s * sojourn);
    }
    sojourn
}

/// Mean wait of M/D/c \[s\].
///
/// With a constant service D, those who wait at time t + D are those who waited at t, plus the arrivals of D, minus c: a
/// random walk reflected at zero (Crommelin 1932). Spitzer's identity (1956) gives its mean as
/// Σₗ E[(Nₗ − l c)⁺] / l with Nₗ Poisson of mean l a, a sum of positive terms that needs no roots and loses no digits; Little's
/// law turns it into the wait. The time it takes grows as (1 − ρ)⁻³: milliseconds at ρ = 0.9, seconds at 0.99.
pub fn mdc_mean_wait(servers: u64, arrival_rate: f64, service: f64) -> f64 {
    let load = arrival_rate * service;
    check(servers, load);
    if load >= servers as f64 {
        return f64::INFINITY;
    }
    if load == 0.0 {
        return 0.0;
    }
    let mut waiting = 0.0;
    let mut ln_factorial = 0.0;
    for rounds in 1u64.. {
        let (mean, capacity) = (rounds as f64 * load, rounds * servers);
        ln_factorial += (capacity - servers + 1..=capacity).map(|n| (n as f64).ln()).sum::<f64>();
        let probability = (capacity as f64 * mean.ln() - mean - ln_factorial).exp();
        let term = poisson_excess(mean, capacity, probability) / rounds as f64;
        waiting += term;
        // The ratio of terms tends to q = (ρ e^(1 − ρ))^c < 1, so the rest is below term · q / (1 − q).
        let utilization = load / servers as f64;
        let ratio = (servers as f64 * (utilization.ln() + 1.0 - utilization)).exp();
        if term * ratio <= 1e-15 * (1.0 - ratio) * waiting {
            break;
        }
    }
    waiting / arrival_rate
}

/// E[(N − k)⁺] of a Poisson N of mean `mean` < k, from P(N = k): the ratio of terms stays below mean / k < 1.
fn poisson_excess(mean: f64, k: u64, probability_of_k: f64) -> f64 {
    let (mut probability, mut excess) = (probability_of_k, 0.0);
    for above in 1u64.. {
        probability *= mean / (k + above) as f64;
        let term = above as f64 * probability;
        excess += term;
        // Terms first rise, for about the standard deviation of N; past the peak they fall below any share.
        if term <= 1e-17 * excess || probability == 0.0 {
            break;
        }
    }
    excess
}

/// Mean wait of M/G/1 \[s\] for services of the given mean \[s\] and coefficient of variation (Pollaczek 1930, Khinchine 1932).
pub fn mg1_mean_wait(arrival_rate: f64, service: f64, cv: f64) -> f64 {
    let utilization = arrival_rate * service;
    check(1, utilization);
    if utilization >= 1.0 {
        return f64::INFINITY;
    }
    utilization * service * (1.0 + cv * cv) / (2.0 * (1.0 - utilization))
}

/// Mean sojourn \[s\] in a tandem of M/M/c stations, each (servers, mean service \[s\]). What leaves a stable M/M/c is Poisson
/// (Burke 1956), so each station is an M/M/c of its own (Jackson 1957).
pub fn tandem_mean_sojourn(arrival_rate: f64, stations: &[(u64, f64)]) -> f64 {
    stations.iter().map(|&(servers, service)| mmc_mean_wait(servers, arrival_rate, service) + service).sum()
}

/// Mean waits \[s\] of two classes on one server, M/G/1, the first class served first and nobody interrupted. A class is
/// (arrival rate, mean service \[s\]); `cv` are the coefficients of variation of the services (Cobham 1954).
pub fn cobham_mean_waits(classes: [(f64, f64); 2], cv: [f64; 2]) -> [f64; 2] {
    let (slack, residual) = priority_slack(classes, cv);
    [over(residual[0] + residual[1], slack[0]), over(residual[0] + residual[1], slack[0] * slack[1])]
}

/// Mean sojourns \[s\] where the first class interrupts the second, which is resumed later; otherwise as
/// [`cobham_mean_waits`] (White, Christie 1958).
pub fn preemptive_mean_sojourns(classes: [(f64, f64); 2], cv: [f64; 2]) -> [f64; 2] {
    let (slack, residual) = priority_slack(classes, cv);
    let high = over(residual[0], slack[0]) + classes[0].1;
    [high, over(classes[1].1, slack[0]) + over(residual[0] + residual[1], slack[0] * slack[1])]
}

/// Mean waits \[s\] of two classes with these arrival rates on `servers` servers, all services exponential with one mean
/// \[s\], the first class served first and nobody interrupted (Cobham 1954).
pub fn mmc_priority_mean_waits(servers: u64, rates: [f64; 2], service: f64) -> [f64; 2] {
    let (high, all) = (rates[0] * service / servers as f64, (rates[0] + rates[1]) * service / servers as f64);
    let first_free = erlang_c(servers, all * servers as f64) * service / servers as f64;
    let slack = [(1.0 - high).max(0.0), (1.0 - all).max(0.0)];
    [over(first_free, slack[0]), over(first_free, slack[0] * slack[1])]
}

/// What the first class and both leave of a server, and the mean residual service that an arrival finds of each class.
fn priority_slack(classes: [(f64, f64); 2], cv: [f64; 2]) -> ([f64; 2], [f64; 2]) {
    let loads = classes.map(|(rate, service)| rate * service);
    loads.into_iter().for_each(|load| check(1, load));
    let residual = [0, 1].map(|class| loads[class] * classes[class].1 * (1.0 + cv[class] * cv[class]) / 2.0);
    ([(1.0 - loads[0]).max(0.0), (1.0 - loads[0] - loads[1]).max(0.0)], residual)
}

/// A wait that grows without bound as the slack goes.
fn over(work: f64, slack: f64) -> f64 {
    if slack > 0.0 { work / slack } else { f64::INFINITY }
}

fn check(servers: u64, load: f64) {
    assert!(servers > 0, "a queue has a server");
    assert!(load >= 0.0 && load.is_finite(), "a load is finite and >= 0: {load}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: f64, expected: f64, relative: f64) {
        assert!((found / expected - 1.0).abs() <= relative, "{found} instead of {expected}");
    }

    /// Loads in erlang for 1 % blocking as the Erlang B tables print them (for example ITU-D Teletraffic Engineering
    /// Handbook; four digits).
    #[test]
    fn erlang_b_is_that_of_the_tables() {
        for (servers, load) in
            [(1, 0.0101), (2, 0.1526), (5, 1.361), (10, 4.461), (20, 12.03), (50, 37.90), (100, 84.06)]
        {
            assert_close(erlang_b(servers, load), 0.01, 0.006);
        }
    }

    #[test]
    fn erlang_c_agrees_with_its_closed_forms() {
        // M/M/1: ρ. M/M/2: 2 ρ² / (1 + ρ) (Gross, Harris 1998, ch. 2).
        assert_close(erlang_c(1, 0.7), 0.7, 1e-14);
        assert_close(erlang_c(2, 1.6), 2.0 * 0.64 / 1.8, 1e-14);
        assert_eq!(erlang_c(3, 3.0), 1.0);
        assert_eq!((erlang_c(4, 0.0), mmc_mean_wait(3, 3.0, 1.0)), (0.0, f64::INFINITY));
        // By definition: the steady state summed state by state.
        let (servers, load): (u64, f64) = (16, 14.4);
        let mut weights = vec![1.0];
        (1..servers).for_each(|n| weights.push(weights[n as usize - 1] * load / n as f64));
        let all_busy = weights[15] * load / servers as f64 / (1.0 - load / servers as f64);
        let share = all_busy / (weights.iter().sum::<f64>() + all_busy);
        assert_close(erlang_c(servers, load), share, 1e-13);
        assert_close(mmc_mean_wait(servers, load, 1.0), share / 1.6, 1e-13);
    }

    #[test]
    fn bounded_queues_agree_with_erlang_b_and_with_one_server() {
        assert_close(mmck_loss_and_waiting(5, 5, 4.0).0, erlang_b(5, 4.0), 1e-14);
        // M/M/1/K: (1 − ρ) ρ^K / (1 − ρ^(K + 1)).
        assert_close(mmck_loss_and_waiting(1, 4, 0.5).0, 0.5f64.powi(5) / (1.0 - 0.5f64.powi(5)), 1e-14);
        let unbounded = mmck_loss_and_waiting(4, 2_000, 3.6).1;
        assert_close(unbounded, 3.6 * mmc_mean_wait(4, 3.6, 1.0), 1e-9);
        // Far above saturation, all that a full station does not serve is lost: 1 − c / a.
        assert_close(mmck_loss_and_waiting(2, 5_000, 8.0).0, 0.75, 1e-9);
    }

    #[test]
    fn bounded_queues_of_constant_services_by_their_published_form() {
        // Brun, Garcia, "Analytical solution of finite capacity M/D/1 queues" (2000): 1 − b / (1 + ρ b), b of K − 1 terms.
        for (places, load) in [(1, 0.3), (2, 0.7), (5, 0.9), (8, 1.5)] {
            let term = |k: i32, ahead: f64| (-ahead * load).powi(k) / (1..=k).map(f64::from).product::<f64>();
            let b: f64 = (0..places)
                .map(|k| term(k, f64::from(places - 1 - k)) * (f64::from(places - 1 - k) * load).exp())
                .sum();
            assert_close(md1k_loss(places as u64, load), 1.0 - b / (1.0 + load * b), 1e-9);
        }
        assert_close(md1k_loss(5, 49.9), md1k_loss(5, 50.1), 0.001);
        assert_close(md1k_loss(60, 3.0), 2.0 / 3.0, 1e-9);
    }

    #[test]
    fn a_closed_loop_agrees_with_its_bounds() {
        // One client never waits; many keep the slowest station busy: N s − Z.
        assert_close(closed_mean_sojourn(1, 3.0, &[0.4, 0.7]), 1.1, 1e-14);
        assert_close(closed_mean_sojourn(1_000, 3.0, &[0.4, 0.7]), 1_000.0 * 0.7 - 3.0, 1e-9);
        // The machine repair model: two clients, one server, by its three states.
        let (think, service): (f64, f64) = (2.0, 1.0);
        let weights = [1.0, 2.0 * service / think, 2.0 * (service / think).powi(2)];
        let in_service = weights[1] + 2.0 * weights[2];
        assert_close(closed_mean_sojourn(2, think, &[service]), in_service / (weights[1] + weights[2]), 1e-14);
    }

    /// Those who wait, from the steady state of the same random walk found by iterating it: another way to the same answer.
    fn iterated_mdc_wait(servers: usize, load: f64) -> f64 {
        const STATES: usize = 160;
        let mut arrivals = vec![(-load).exp()];
        (1..STATES).for_each(|n| arrivals.push(arrivals[n - 1] * load / n as f64));
        let mut waiting = vec![0.0; STATES];
        waiting[0] = 1.0;
        for _ in 0..2_000 {
            let mut next = vec![0.0; STATES];
            for (before, share) in waiting.iter().enumerate() {
                for (n, probability) in arrivals.iter().enumerate().take(60) {
                    next[(before + n).saturating_sub(servers).min(STATES - 1)] += share * probability;
                }
            }
            let change: f64 = next.iter().zip(&waiting).map(|(a, b)| (a - b).abs()).sum();
            waiting = next;
            if change < 1e-15 {
                break;
            }
        }
        waiting.iter().enumerate().map(|(n, share)| n as f64 * share).sum::<f64>() / load
    }

    #[test]
    fn constant_services_agree_with_pollaczek_and_with_the_steady_state() {
        for utilization in [0.01, 0.5, 0.9, 0.95] {
            assert_close(mdc_mean_wait(1, utilization, 1.0), mg1_mean_wait(utilization, 1.0, 0.0), 1e-9);
        }
        for (servers, load) in [(2, 1.6), (4, 3.2), (10, 8.5), (16, 12.0)] {
            assert_close(mdc_mean_wait(servers as u64, load / 3.0, 3.0), 3.0 * iterated_mdc_wait(servers, load), 1e-9);
        }
        assert_eq!((mdc_mean_wait(4, 4.0, 1.0), mdc_mean_wait(4, 0.0, 1.0)), (f64::INFINITY, 0.0));
        // The published approximation of Cosmetatos (1976) is within 2 % at these loads.
        for (servers, utilization) in [(2, 0.7), (4, 0.9), (8, 0.95), (50, 0.98)] {
            let (c, load) = (servers as f64, servers as f64 * utilization);
            let correction = (1.0 - utilization) * (c - 1.0) * ((4.0 + 5.0 * c).sqrt() - 2.0) / (16.0 * load);
            let approximation = mmc_mean_wait(servers, load, 1.0) / 2.0 * (1.0 + correction);
            assert_close(mdc_mean_wait(servers, load, 1.0), approximation, 0.02);
        }
    }

    #[test]
    fn one_server_has_the_wait_of_pollaczek_and_khinchine() {
        assert_close(mg1_mean_wait(0.8, 1.0, 1.0), mmc_mean_wait(1, 0.8, 1.0), 1e-14);
        assert_close(mg1_mean_wait(0.5, 1.0, 2.0), 2.5, 1e-14);
        assert_eq!(mg1_mean_wait(1.0, 1.0, 0.0), f64::INFINITY);
    }

    #[test]
    fn classes_that_are_alike_share_the_wait_of_one_queue() {
        // One class alone is M/M/1; two of one speed share its wait by Kleinrock's law: Σ ρ_i W_i = ρ W.
        assert_close(cobham_mean_waits([(0.8, 1.0), (0.0, 1.0)], [1.0; 2])[0], mmc_mean_wait(1, 0.8, 1.0), 1e-14);
        assert_close(preemptive_mean_sojourns([(0.0, 1.0), (0.8, 1.0)], [1.0; 2])[1], 5.0, 1e-12);
        let waits = mmc_priority_mean_waits(4, [1.2, 2.0], 1.0);
        assert_close((1.2 * waits[0] + 2.0 * waits[1]) / 3.2, mmc_mean_wait(4, 3.2, 1.0), 1e-14);
        assert_close(
            mmc_priority_mean_waits(1, [0.3, 0.4], 1.0)[1],
            cobham_mean_waits([(0.3, 1.0), (0.4, 1.0)], [1.0; 2])[1],
            1e-14,
        );
        // A high class that fits keeps its wait where both together do not.
        assert_eq!(preemptive_mean_sojourns([(0.5, 1.0), (0.6, 1.0)], [1.0; 2]), [2.0, f64::INFINITY]);
    }

    #[test]
    fn a_tandem_is_the_sum_of_its_stations() {
        assert_close(tandem_mean_sojourn(0.5, &[(1, 1.0), (1, 1.6)]), 2.0 + 8.0, 1e-14);
        assert_eq!(tandem_mean_sojourn(2.0, &[(3, 1.0), (1, 1.0)]), f64::INFINITY);
    }
}
