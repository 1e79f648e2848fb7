//! Speed of the world of a proof service, beside the kernel: both simulate M/M/16 at 90 % load, one described as a service with all
//! that is measured of it, the other written for nothing else.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use models::arrivals::Arrivals;
use models::machines::Lifecycle;
use models::systems::service::capacity::size;
use models::systems::service::{
    Balance, Class, Clients, Discipline, Form, Horizon, Instances, Load, Place, Retries, Servers, Service, ServiceLaw,
    Spread, Step, TimeOut, run,
};
use models::work::WorkCurve;
use sim::{Span, Streams};

use mm16::{CUSTOMERS, GAP, SERVERS};

mod mm16;

/// M/M/16, described as a service.
fn service() -> Service {
    let workers = Servers { count: SERVERS.into(), places: None, discipline: Discipline::Fifo };
    let law = ServiceLaw { work: WorkCurve::constant(1.0), spread: Spread::Exponential };
    Service {
        load: Load::Open(Arrivals::poisson(1.0 / GAP)),
        clients: Clients { number: 1, limit: None, time_out: None, retries: None },
        classes: vec![Class { name: "all".into(), share: 1.0, size: 1.0, priority: 0 }],
        cache: None,
        instances: Instances {
            count: 1,
            workers,
            first_request: Span::ZERO,
            lifecycle: Lifecycle::default(),
            health_check: Span::from_secs(10),
            requeues: false,
        },
        balance: Balance::RoundRobin,
        settlement: None,
        rollout: None,
        alerts: Vec::new(),
        steps: vec![Step {
            name: "prove".into(),
            service: law,
            place: Place::Workers,
            form: Form::Single,
            purchase: None,
        }],
    }
}

fn customers(criterion: &mut Criterion) {
    let system = service();
    let measured = Span::from_secs_f64(CUSTOMERS as f64 * GAP);
    let horizon = Horizon { warm_up: Span::ZERO, measured, drain: measured };
    let mut group = criterion.benchmark_group("mm16_customers");
    group.throughput(Throughput::Elements(CUSTOMERS)).sample_size(20);
    group.bench_function("kernel", |bencher| bencher.iter(mm16::run));
    group.bench_function("service", |bencher| {
        bencher.iter(|| black_box(run(&system, horizon, &Streams::new(1, 0)).counts.completed));
    });
    group.finish();
}

/// Payments proven in three steps at 1,000 a second, by clients who stop waiting and try again.
fn payments() -> (Service, Horizon) {
    let mut system = service();
    let step = |name: &str, mean_s| {
        let law = ServiceLaw { work: WorkCurve::constant(mean_s), spread: Spread::Lognormal { cv: 0.1 } };
        Step { name: name.into(), service: law, place: Place::Workers, form: Form::Single, purchase: None }
    };
    system.steps = vec![step("witness", 0.05), step("prove", 0.12), step("verify", 0.005)];
    system.load = Load::Open(Arrivals::poisson(1_000.0));
    system.balance = Balance::LeastLoaded;
    system.instances.workers.count = 8;
    system.instances.workers.places = Some(64);
    let retries = Retries {
        attempts: 3,
        base: Span::from_millis(100),
        cap: Span::from_secs(1),
        jitter: 1.0,
        patience: None,
        budget: None,
    };
    let time_out = TimeOut { after: Span::from_secs(2), cancels: false };
    system.clients = Clients { number: 1, limit: None, time_out: Some(time_out), retries: Some(retries) };
    let measured = Span::from_secs(300);
    let horizon = Horizon { warm_up: Span::ZERO, measured, drain: measured };
    size(&mut system, horizon, 0.7);
    (system, horizon)
}

/// A day at 1,000 a second is 86.4 million of these.
fn requests(criterion: &mut Criterion) {
    let (system, horizon) = payments();
    let requests = horizon.measured.as_secs_f64() * 1_000.0;
    let mut group = criterion.benchmark_group("payment_requests");
    group.throughput(Throughput::Elements(requests as u64)).sample_size(10);
    group.bench_function("three_steps", |bencher| {
        bencher.iter(|| black_box(run(&system, horizon, &Streams::new(1, 0)).counts.completed));
    });
    group.finish();
}

criterion_group! {
    name = service_world;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = customers, requests
}
criterion_main!(service_world);
