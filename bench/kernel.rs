//! How fast the kernel is, beside a hand-written loop that does the same: both simulate M/M/16 at 90 % load from the same
//! streams, and must end with the same sum of sojourns before their times count.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sim::{Calendar, Fingerprint, QuantileSketch, Span, Stream, Streams, Time};

use mm16::{CUSTOMERS, GAP, SERVERS};

mod mm16;

/// The same as one loop over one enum: no kernel, no parts, nothing that a second model could use.
fn bare_loop() -> u64 {
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    enum Event {
        Arrival,
        Departure(u64),
    }
    let streams = Streams::new(1, 0);
    let (mut gaps, mut services) = (streams.stream("gaps"), streams.stream("services"));
    let draw = |stream: &mut Stream, mean: f64| (stream.exponential(mean) * 1e9 + 0.5) as u64;
    let (mut events, mut queue) = (BinaryHeap::from([Reverse((0u64, 0u64, Event::Arrival))]), VecDeque::new());
    let (mut number, mut busy, mut served, mut sojourns) = (0, 0, 0, 0);
    while let Some(Reverse((now, _, event))) = events.pop() {
        let mut schedule = |delay: u64, event| {
            number += 1;
            events.push(Reverse((now + delay, number, event)));
        };
        match event {
            Event::Arrival => {
                if busy < SERVERS {
                    busy += 1;
                    schedule(draw(&mut services, 1.0), Event::Departure(now));
                } else {
                    queue.push_back(now);
                }
                schedule(draw(&mut gaps, GAP), Event::Arrival);
            }
            Event::Departure(arrived) => {
                match queue.pop_front() {
                    Some(next) => schedule(draw(&mut services, 1.0), Event::Departure(next)),
                    None => busy -= 1,
                }
                served += 1;
                sojourns += now - arrived;
                if served == CUSTOMERS {
                    break;
                }
            }
        }
    }
    sojourns
}

fn customers(criterion: &mut Criterion) {
    assert_eq!(mm16::run(), bare_loop(), "the two simulate the same customers");
    let mut group = criterion.benchmark_group("mm16_customers");
    group.throughput(Throughput::Elements(CUSTOMERS)).sample_size(20);
    group.bench_function("parts_in_a_world", |bencher| bencher.iter(mm16::run));
    group.bench_function("bare_loop", |bencher| bencher.iter(bare_loop));
    group.finish();
}

/// One operation takes the next event and schedules another, with a steady number pending.
fn calendar(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("calendar_operations");
    group.throughput(Throughput::Elements(1));
    for pending in [10, 1_000, 100_000] {
        let mut stream = Streams::new(2, 0).stream("delays");
        let mut calendar = Calendar::new();
        let mut delay = move || Span::from_nanos(stream.uniform().mul_add(1e6, 1.0) as u64);
        (0..pending).for_each(|event| calendar.after(delay(), event));
        group.bench_function(format!("pop_and_schedule/{pending}"), |bencher| {
            bencher.iter(|| {
                let (_, event) = calendar.pop().expect("as many are pending as before");
                calendar.after(delay(), event);
            });
        });
    }
    let mut calendar = Calendar::new();
    (0..1_000).for_each(|event| calendar.at(Time::from_nanos(1 << 60), event));
    group.bench_function("schedule_and_cancel/1000", |bencher| {
        bencher.iter(|| {
            let ticket = calendar.at_cancellable(Time::from_nanos(1 << 50), 0);
            calendar.cancel(ticket)
        });
    });
    group.finish();
}

/// The calls that a world in cohorts makes for every block.
fn hot_calls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hot_calls");
    group.throughput(Throughput::Elements(1));
    let mut stream = Streams::new(3, 0).stream("durations");
    let durations: Vec<f64> = (0..4_096).map(|_| 0.3 * (1.0 + stream.exponential(1.0))).collect();
    let mut index = 0;
    let mut next = || {
        index = (index + 1) % durations.len();
        durations[index]
    };
    let mut sketch = QuantileSketch::new(0.005);
    group.bench_function("sketch_record_mass", |b| b.iter(|| sketch.record_mass(next(), 3_125.0)));
    let mut sketch = QuantileSketch::new(0.005);
    group.bench_function("sketch_record_spread", |bencher| {
        bencher.iter(|| {
            let low = next();
            sketch.record_spread(low, low + 0.5, 3_125.0);
        });
    });
    group.bench_function("sketch_quantile", |b| b.iter(|| sketch.quantile(black_box(0.99))));
    for mean in [3_125.0, 25_000.0] {
        group.bench_function(format!("poisson/{mean}"), |b| b.iter(|| stream.poisson(black_box(mean))));
    }
    group.bench_function("poisson/changing mean", |b| b.iter(|| stream.poisson(3_000.0 + next())));
    group.bench_function("exponential", |b| b.iter(|| stream.exponential(black_box(1.0))));
    let mut fingerprint = Fingerprint::new();
    group.bench_function("fingerprint_record", |b| b.iter(|| fingerprint.record(Time::from_nanos(black_box(7)), 3)));
    group.finish();
}

criterion_group! {
    name = kernel;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = customers, calendar, hot_calls
}
criterion_main!(kernel);
