//! The rules that recommend something: each fires on measured figures, and names them with its threshold.

use calibrate::Calibration;

use super::document::{Fact, Input, Policy, Priority, Recommendation};
use crate::number;
use crate::suites::{SourceClaims, busy, estimate, point};

/// An average above this is slow \[ms\].
const SLOW_MS: f64 = 5_000.0;
/// A coefficient of variation above this, of runs on the same input, is unstable. The same threshold tells growth with the input.
const UNSTABLE: f64 = 0.30;
/// From this ratio of the slowest to the fastest average on, policies should not share a queue or a time-out.
const GAP: f64 = 1.5;
/// A proof size that differs from the claimed one by more than this share is another.
const OTHER_SIZE: f64 = 0.10;

/// What the levers are measured on: single acts of one policy at one size.
const LEVER_POLICY: &str = "policy.preimage";
const LEVER_BYTES: u64 = 256;

/// What a change of a service is claimed to gain: a range of factors, or of shares.
struct Lever {
    /// In words.
    name: &'static str,
    low: f64,
    high: f64,
}

impl Lever {
    fn of(published: SourceClaims<'_>, name: &'static str, id: &str) -> Self {
        let figure = |end: &str| published.figure(&format!("S2.levers.{id}{end}"), "1");
        Self { name, low: figure(""), high: figure("_most") }
    }

    /// The range of factors: `2–4×`.
    fn factors(&self) -> String {
        format!("{}–{}", number::significant(self.low, 2), number::times(self.high))
    }

    /// The range of shares of the time: `30–50 %`.
    fn shares(&self) -> String {
        format!("{}–{}", number::significant(self.low * 100.0, 2), number::share(self.high))
    }
}

/// All that follows, most urgent first.
pub fn recommendations(
    published: SourceClaims<'_>,
    calibration: &Calibration,
    policies: &[Policy],
) -> Vec<Recommendation> {
    let mut all: Vec<Recommendation> = policies.iter().filter_map(slow).collect();
    all.extend(policies.iter().flat_map(|policy| policy.inputs.iter().filter_map(|input| unstable(policy, input))));
    all.extend(policies.iter().filter_map(growing));
    all.extend(gap(policies));
    all.extend(proof_size(policies));
    all.push(parallel(&Lever::of(published, "parallel proving", "parallel"), calibration));
    all.push(cache(&Lever::of(published, "cache hits", "cache"), calibration));
    all.push(batching(&Lever::of(published, "batching", "batching"), calibration));
    let gpu = Lever::of(published, "a GPU", "gpu");
    let why = "no operation of this calibration runs on a GPU; your own prover can be measured as an operation";
    all.push(unmeasured(gpu.name, &gpu.factors(), why));
    let lookup = Lever::of(published, "lookup-table circuits", "lookup");
    let why = "the circuits here have no lookup tables: Groth16 has none";
    all.push(unmeasured(lookup.name, &format!("{} less time", lookup.shares()), why));
    all.sort_by_key(|recommendation| recommendation.priority);
    all
}

fn fact(operation: &str, size: Option<u64>, figure: &str, value: f64, unit: &str) -> Fact {
    Fact { operation: operation.into(), size, figure: figure.into(), value, unit: unit.into() }
}

fn average(policy: &Policy) -> Fact {
    let operation = format!("{}.prove", policy.operation);
    fact(&operation, None, "average proving time", policy.avg_proving_time_ms, "ms")
}

fn slow(policy: &Policy) -> Option<Recommendation> {
    (policy.avg_proving_time_ms > SLOW_MS).then(|| Recommendation {
        priority: Priority::High,
        rule: format!("slow: average proving time above {}", number::quantity(SLOW_MS, "ms")),
        facts: vec![average(policy)],
        text: format!(
            "{} takes {} on average: fewer constraints, or another proof system, before more machines",
            policy.policy,
            number::quantity(policy.avg_proving_time_ms, "ms")
        ),
    })
}

fn unstable(policy: &Policy, input: &Input) -> Option<Recommendation> {
    let variation = input.coefficient_of_variation.filter(|variation| *variation > UNSTABLE)?;
    let operation = format!("{}.prove", policy.operation);
    Some(Recommendation {
        priority: Priority::Medium,
        rule: format!("unstable: coefficient of variation above {} at one input size", number::share(UNSTABLE)),
        facts: vec![fact(&operation, Some(input.size_bytes), "coefficient of variation", variation, "share")],
        text: format!(
            "{} varies by {} on the same input of {} bytes: look for what else the host does, then measure again",
            policy.policy,
            number::share(variation),
            input.size_bytes
        ),
    })
}

fn growing(policy: &Policy) -> Option<Recommendation> {
    let variations = policy.inputs.iter().filter_map(|input| input.coefficient_of_variation);
    let noise = variations.fold(0.0, f64::max);
    (policy.spread_over_inputs > UNSTABLE && noise <= UNSTABLE).then(|| Recommendation {
        priority: Priority::Low,
        rule: format!(
            "growing: times spread by more than {} over input sizes, and by no more at any one of them",
            number::share(UNSTABLE)
        ),
        facts: vec![
            fact(&format!("{}.prove", policy.operation), None, "spread over inputs", policy.spread_over_inputs, "share"),
            fact(&format!("{}.prove", policy.operation), None, "largest coefficient of variation", noise, "share"),
        ],
        text: format!(
            "{} is stable: its {} are growth with the input, its noise at one size is at most {}; plan by input size, not by \
             an average",
            policy.policy,
            number::share(policy.spread_over_inputs),
            number::share(noise)
        ),
    })
}

fn gap(policies: &[Policy]) -> Option<Recommendation> {
    let by_time = |one: &&Policy, two: &&Policy| one.avg_proving_time_ms.total_cmp(&two.avg_proving_time_ms);
    let (slowest, fastest) = (policies.iter().max_by(by_time)?, policies.iter().min_by(by_time)?);
    let ratio = slowest.avg_proving_time_ms / fastest.avg_proving_time_ms;
    (ratio >= GAP).then(|| Recommendation {
        priority: Priority::Low,
        rule: format!("gap: the slowest policy takes at least {} the fastest", number::times(GAP)),
        facts: vec![average(slowest), average(fastest)],
        text: format!(
            "{} takes {} as long as {}: in one queue the short proof waits for the long one",
            slowest.policy,
            number::times(ratio),
            fastest.policy
        ),
    })
}

fn proof_size(policies: &[Policy]) -> Option<Recommendation> {
    let largest = policies.iter().max_by_key(|policy| policy.proof_size_bytes)?;
    let bytes = largest.proof_size_bytes as f64;
    let sizes = policies.iter().flat_map(|policy| policy.inputs.iter().map(|input| input.proof_size_bytes));
    let constant = sizes.clone().min() == sizes.max();
    let growth = if constant { "the same at every input size" } else { "and it changes with the input" };
    ((bytes / largest.claimed.proof_size_bytes - 1.0).abs() > OTHER_SIZE).then(|| Recommendation {
        priority: Priority::Low,
        rule: format!(
            "proof size: more than {} away from the claimed {}",
            number::share(OTHER_SIZE),
            number::bytes(largest.claimed.proof_size_bytes)
        ),
        facts: vec![fact(&format!("{}.prove", largest.operation), None, "largest proof", bytes, "bytes")],
        text: format!("a proof has {}, {growth}: budget bandwidth and storage by that", number::bytes(bytes)),
    })
}

/// How a factor found here lies to a claimed range, and so how urgent the lever is.
fn judged(lever: &Lever, factor: f64) -> (Priority, String, String) {
    let claimed = lever.factors();
    let (priority, place) = match factor {
        factor if factor < lever.low => (Priority::Low, "less than"),
        factor if factor > lever.high => (Priority::Medium, "more than"),
        _ => (Priority::Medium, "within"),
    };
    let reaches = if priority == Priority::Medium { "reaches" } else { "does not reach" };
    let rule = format!("lever: the factor measured here {reaches} the claimed {}", number::times(lever.low));
    (priority, rule, format!("{place} the claimed {claimed}"))
}

/// What is said of a lever that the calibration did not measure.
fn absent(lever: &Lever, operation: &str) -> Recommendation {
    unmeasured(lever.name, &lever.factors(), &format!("the calibration has too little of {operation}"))
}

fn unmeasured(name: &str, gain: &str, why: &str) -> Recommendation {
    Recommendation {
        priority: Priority::Low,
        rule: "lever: claimed, not measured here".to_owned(),
        facts: Vec::new(),
        text: format!("{name}: {gain} is a claim that was not measured here ({why})"),
    }
}

fn parallel(lever: &Lever, calibration: &Calibration) -> Recommendation {
    const OPERATION: &str = "policy.prove_parallel";
    let measured = calibration.operation(OPERATION);
    let scaling = measured.and_then(|measured| measured.thread_scaling.as_ref());
    let several = scaling.into_iter().flat_map(|scaling| &scaling.speedups).filter(|(threads, _)| *threads > 1);
    let best = several.max_by(|one, two| one.1.total_cmp(&two.1));
    let Some((scaling, &(threads, speedup))) = scaling.zip(best) else { return absent(lever, OPERATION) };
    let (priority, rule, place) = judged(lever, speedup);
    let mut facts = vec![
        fact(OPERATION, Some(threads), "speed-up over one thread", speedup, "×"),
        fact(OPERATION, Some(scaling.cores), "efficiency on all physical cores", scaling.efficiency, "share"),
    ];
    let mut text = format!(
        "{}: {threads} threads make {} as many proofs a second as one, {place}; a single proof takes as long as before",
        lever.name,
        number::times(speedup)
    );
    if let Some(ratio) = measured.and_then(busy) {
        facts.push(fact(OPERATION, Some(1), "elapsed over CPU time", ratio, "×"));
        text.push_str("; but the machine did other work, so measure again when it is idle");
    }
    Recommendation { priority, rule, facts, text }
}

fn cache(lever: &Lever, calibration: &Calibration) -> Recommendation {
    const OPERATION: &str = "policy.cache_hit";
    let prove = format!("{LEVER_POLICY}.prove");
    let hit = calibration.operation(OPERATION).and_then(|measured| {
        let point = measured.points.last()?;
        Some((point.size, measured.estimate(point)?.mean_s))
    });
    let proven = estimate(calibration, &prove, LEVER_BYTES).map(|estimate| estimate.mean_s);
    let Some(((entries, hit_s), proof_s)) = hit.zip(proven) else { return absent(lever, OPERATION) };
    let factor = proof_s / hit_s;
    let (priority, rule, place) = judged(lever, factor);
    // A share h of hits makes the mean time 1 − h + h / factor of what it was.
    let needed = |gain: f64| (1.0 - 1.0 / gain) / (1.0 - 1.0 / factor);
    let rates = if factor > lever.high {
        let [low, high] = [needed(lever.low), needed(lever.high)].map(number::share);
        format!("; a service as a whole gains the claimed factors only at hit rates of {low} and {high}")
    } else {
        String::new()
    };
    Recommendation {
        priority,
        rule,
        facts: vec![
            fact(OPERATION, Some(entries), "mean time", hit_s * 1e3, "ms"),
            fact(&prove, Some(LEVER_BYTES), "mean time", proof_s * 1e3, "ms"),
        ],
        text: format!("{}: a proof is found {} faster than made, {place}{rates}", lever.name, number::times(factor)),
    }
}

fn batching(lever: &Lever, calibration: &Calibration) -> Recommendation {
    const OPERATION: &str = "policy.verify_batch";
    let verify = format!("{LEVER_POLICY}.verify");
    let batch = calibration.operation(OPERATION).and_then(|measured| {
        let largest = measured.points.last().filter(|point| point.size > 1)?;
        Some((largest.size, measured.estimate(largest)?.mean_s / largest.size as f64))
    });
    let single = calibration.operation(&verify).and_then(|measured| measured.estimate(point(measured, LEVER_BYTES)?));
    let Some(((proofs, each_s), single)) = batch.zip(single) else { return absent(lever, OPERATION) };
    let factor = single.mean_s / each_s;
    let (priority, rule, place) = judged(lever, factor);
    Recommendation {
        priority,
        rule,
        facts: vec![
            fact(OPERATION, Some(proofs), "mean time per proof", each_s * 1e3, "ms"),
            fact(&verify, Some(LEVER_BYTES), "mean time", single.mean_s * 1e3, "ms"),
        ],
        text: format!(
            "{}: {proofs} proofs are verified {} faster together than singly, {place}; proving gains nothing by it",
            lever.name,
            number::times(factor)
        ),
    }
}
