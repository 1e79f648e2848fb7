//! Speed of a market for proofs: requests a second, by the number of provers that each is offered to.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use models::horizon::Horizon;
use models::market::ramp::Ramp;
use models::orders::demand::{Class, Demand};
use models::orders::prover::{Segment, Spread};
use models::orders::{Ask, Fulfilment, Group, Mechanism, Offer, Order, Rules, Strategy};
use models::profile::Profile;
use models::systems::market::{Asker, Market, run};
use models::work::WorkCurve;
use sim::{Span, Streams};

/// Requests of a run.
const REQUESTS: u64 = 20_000;

/// Provers of which each is busy for 60 % of the time, at 10⁹ cycles in 5 min.
fn market(provers: u64, mechanism: Mechanism) -> (Market, Horizon) {
    let group = |name: &str, ask: f64| Group {
        name: name.into(),
        count: provers / 2,
        machines: 1,
        servers: 1,
        segment: Segment { cycles: None, work: WorkCurve::proportional(300e-9) },
        last: WorkCurve::constant(6.0),
        varies: 0.1,
        failures: 0.01,
        spread: Spread { time: 0.1, ask: 0.2 },
        ask: Ask::Stated(ask),
        strategy: Strategy {
            safety: 1.2,
            most_orders: 2,
            collateral_usd: 1e6,
            order: Order::EarliestDeadline,
            after_locks: true,
            batch: 1,
            age: Span::ZERO,
        },
        usd_per_month: 292.0,
    };
    let ramp = Ramp { least: 0.0, most: 0.2, period: Span::from_secs(60) };
    let (lock, timeout) = (Span::from_secs(1_250), Span::from_secs(3_000));
    let offer = Offer { ramp_start: Span::ZERO, ramp, lock, timeout, collateral: 10.0, times_of: None };
    let class = Class { name: "proofs".into(), share: 1.0, cycles: 1e9, spread: 0.5, offer };
    let per_s = provers as f64 / 300.0 * 0.6;
    let system = Market {
        demand: Demand { per_s, profile: Profile::default(), classes: vec![class] },
        others: None,
        rules: Rules {
            mechanism,
            burnt: 0.5,
            request_gas: 0.0,
            lock_gas: 100_000.0,
            fulfilment: Fulfilment::each(140_000.0),
            inclusion: Span::from_secs(2),
            gas_usd: 1e-8,
        },
        groups: vec![group("cheap", 0.05), group("dear", 0.1)],
        asker: Asker::Requester { own: None },
    };
    (system, Horizon { warm_up_s: 0.0, measured_s: REQUESTS as f64 / per_s })
}

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("market_requests");
    group.throughput(Throughput::Elements(REQUESTS)).sample_size(10).measurement_time(Duration::from_secs(10));
    for provers in [10, 100, 1_000] {
        for mechanism in [Mechanism::ReverseDutch, Mechanism::SealedBid { bidding: Span::from_secs(5) }] {
            let (system, horizon) = market(provers, mechanism);
            let name = if mechanism == Mechanism::ReverseDutch { "reverse_dutch" } else { "sealed_bid" };
            group.bench_function(BenchmarkId::new(name, provers), |bencher| {
                bencher.iter(|| black_box(run(&system, horizon, &Streams::new(1, 0)).requests.counts.made));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, requests);
criterion_main!(benches);
