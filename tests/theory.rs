//! The kernel and the pool against closed answers of queueing theory: M/M/c, M/D/c, M/G/1 and a tandem.
//!
//! Nothing is compared with a frozen number. An estimate comes with its 95 % interval, and over many seeds the truth must
//! lie inside as often as such an interval promises: bounds are binomial, exceeded by a correct program once in 1,000.

use models::pool::{self, Pool};
use models::theory;
use sim::{
    Calendar, Distribution, Interval, Precision, Schedule, Simulation, Span, Stream, Streams, Time, World, replicate,
    until_precise, warm_up,
};
use statrs::distribution::{Binomial, DiscreteCDF};

const CONFIDENCE: f64 = 0.95;

/// A queueing model with its closed answer.
struct Model {
    name: &'static str,
    /// Mean time between arrivals \[s\].
    gap: f64,
    /// Servers and services \[s\] of the stations, passed in this order.
    stations: Vec<(u64, Distribution)>,
    /// Mean sojourn from the first queue to the last service \[s\].
    sojourn: f64,
}

enum Event {
    Arrival,
    Station(usize, pool::Event<Time>),
}

/// Poisson arrivals that pass pools in order.
struct Tandem {
    gaps: Stream,
    gap: f64,
    pools: Vec<Pool<Time>>,
    /// Sojourns \[s\] in the order of departure.
    sojourns: Vec<f64>,
}

impl World for Tandem {
    type Event = Event;

    fn handle(&mut self, event: Event, calendar: &mut Calendar<Event>) {
        match event {
            Event::Arrival => {
                self.pools[0].submit(calendar.now(), &mut calendar.scope(|event| Event::Station(0, event)));
                calendar.after(Span::from_secs_f64(self.gaps.exponential(self.gap)), Event::Arrival);
            }
            Event::Station(station, event) => {
                let arrived = self.pools[station].handle(event, &mut calendar.scope(|e| Event::Station(station, e)));
                match self.pools.get_mut(station + 1) {
                    Some(next) => next.submit(arrived, &mut calendar.scope(|e| Event::Station(station + 1, e))),
                    None => self.sojourns.push((calendar.now() - arrived).as_secs_f64()),
                }
            }
        }
    }
}

/// What one replication yields.
struct Outcome {
    sojourn: f64,
    /// Of the first station.
    utilization: f64,
}

impl Model {
    fn start(&self, seed: u64, replication: u32) -> Simulation<Tandem> {
        let streams = Streams::new(seed, replication);
        let pool = |(i, &(servers, service)): (usize, &(u64, Distribution))| {
            Pool::new(servers, service, streams.stream(&format!("services {i}")))
        };
        let mut gaps = streams.stream("gaps");
        let first = Time::from_secs_f64(gaps.exponential(self.gap));
        let pools = self.stations.iter().enumerate().map(pool).collect();
        let mut run = Simulation::new(Tandem { gaps, gap: self.gap, pools, sojourns: Vec::new() });
        run.calendar.at(first, Event::Arrival);
        run
    }

    /// Deletes the first `warm_up` departures and observes the next `customers`.
    fn run(&self, seed: u64, replication: u32, warm_up: usize, customers: usize) -> Outcome {
        let mut run = self.start(seed, replication);
        run.run_while(|tandem| tandem.sojourns.len() < warm_up);
        let now = run.calendar.now();
        run.world.pools[0].end_warm_up(now);
        run.world.sojourns.clear();
        run.run_while(|tandem| tandem.sojourns.len() < customers);
        let sojourn = run.world.sojourns.iter().sum::<f64>() / customers as f64;
        Outcome { sojourn, utilization: run.world.pools[0].utilization(run.calendar.now()) }
    }

    fn utilization(&self) -> f64 {
        let (servers, service) = self.stations[0];
        service.mean() / self.gap / servers as f64
    }
}

fn models() -> Vec<Model> {
    let exponential = |mean| Distribution::Exponential { mean };
    let single = |name, gap, servers, service: Distribution, wait: f64| Model {
        name,
        gap,
        stations: vec![(servers, service)],
        sojourn: wait + service.mean(),
    };
    vec![
        single("M/M/4", 1.0 / 3.2, 4, exponential(1.0), theory::mmc_mean_wait(4, 3.2, 1.0)),
        single("M/D/4", 1.0 / 3.4, 4, Distribution::Constant { value: 1.0 }, theory::mdc_mean_wait(4, 3.4, 1.0)),
        single("M/gamma/1", 2.0, 1, Distribution::Gamma { mean: 1.0, cv: 1.5 }, theory::mg1_mean_wait(0.5, 1.0, 1.5)),
        single(
            "M/lognormal/1",
            1.6,
            1,
            Distribution::Lognormal { mean: 1.0, cv: 0.7 },
            theory::mg1_mean_wait(0.625, 1.0, 0.7),
        ),
        Model {
            name: "M/M/3 then M/M/2",
            gap: 1.0 / 2.1,
            stations: vec![(3, exponential(1.0)), (2, exponential(0.7))],
            sojourn: theory::tandem_mean_sojourn(2.1, &[(3, 1.0), (2, 0.7)]),
        },
    ]
}

/// Departures to delete, the same for all models and twice what the slowest of them needs: see `the_warm_up_is_long_enough`.
const WARM_UP: usize = 1_000;

/// Averaged over 400 replications the noise of single customers is gone and what the empty start costs is seen; MSER-5 says
/// where it ends. A pilot for each model, as Welch (1983) proposes, so that the deletion is not tuned on the runs it serves.
#[test]
fn the_warm_up_is_long_enough() {
    for model in models() {
        let series = replicate(0..400, |replication| {
            let mut run = model.start(999, replication);
            run.run_while(|tandem| tandem.sojourns.len() < 4 * WARM_UP);
            run.world.sojourns
        });
        let average: Vec<f64> =
            (0..4 * WARM_UP).map(|i| series.iter().map(|run| run[i]).sum::<f64>() / series.len() as f64).collect();
        let settled = warm_up::truncation_point(&average);
        assert!(settled.is_some_and(|point| point <= WARM_UP / 2), "{} settles after {settled:?}", model.name);
    }
}

/// The fewest hits among `intervals` that a correct program falls short of at most once in 1,000.
fn fewest_hits(intervals: u64) -> u64 {
    Binomial::new(CONFIDENCE, intervals).expect("a probability").inverse_cdf(0.001)
}

#[test]
fn the_truth_lies_in_the_interval_as_often_as_it_should() {
    const SEEDS: u64 = 20;
    let precision = Precision { relative_half_width: 0.01, confidence: CONFIDENCE, round: 20, maximum: 400 };
    let mut all = 0;
    for model in models() {
        let (mut sojourns, mut utilizations) = (0, 0);
        for seed in 1..=SEEDS {
            let run = |replication| model.run(seed, replication, WARM_UP, 20_000);
            let outcomes = until_precise(precision, run, |outcome| outcome.sojourn, || false);
            let interval = |figure: fn(&Outcome) -> f64| {
                Interval::of(&outcomes.iter().map(figure).collect::<Vec<_>>(), CONFIDENCE).expect("finite figures")
            };
            let (sojourn, utilization) = (interval(|o| o.sojourn), interval(|o| o.utilization));
            assert!(sojourn.relative_half_width() <= 0.01, "{} seed {seed}: {sojourn:?}", model.name);
            sojourns += u64::from(sojourn.contains(model.sojourn));
            utilizations += u64::from(utilization.contains(model.utilization()));
        }
        for (figure, hits) in [("sojourn", sojourns), ("utilization", utilizations)] {
            assert!(hits >= fewest_hits(SEEDS), "{}: {hits} of {SEEDS} intervals hold the {figure}", model.name);
        }
        all += sojourns;
    }
    let intervals = SEEDS * models().len() as u64;
    assert!(all >= fewest_hits(intervals), "{all} of {intervals} intervals hold the true mean sojourn");
}

/// What is covered: the true mean sojourn of M/M/2 at utilization 0.5, by the 95 % t-interval over ten replications of 2,000
/// customers after the warm-up; in 400 such sets, 0.95 ± 3.3 standard errors, so that too wide intervals fail as well.
#[test]
fn the_interval_covers_as_often_as_it_says() {
    const SETS: u64 = 400;
    let truth = theory::mmc_mean_wait(2, 1.0, 1.0) + 1.0;
    let service = Distribution::Exponential { mean: 1.0 };
    let model = Model { name: "M/M/2", gap: 1.0, stations: vec![(2, service)], sojourn: truth };
    let covered = (0..SETS)
        .filter(|set| {
            let means = replicate(0..10, |replication| model.run(1_000 + set, replication, WARM_UP / 2, 2_000).sojourn);
            Interval::of(&means, CONFIDENCE).expect("ten finite means").contains(model.sojourn)
        })
        .count() as f64;
    let share = covered / SETS as f64;
    assert!((0.914..=0.986).contains(&share), "{share} of the intervals cover the truth");
}
