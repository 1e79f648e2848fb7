//! Test data: an invented comparison with the shape of a real one. No figure here is a result.

use std::collections::BTreeMap;

use planner::{
    Basis, COMPARISON_SCHEMA, Change, Comparison, Difference, DistributionCurve, Finding, Headlines, Metric,
    OUTCOME_SCHEMA, Overtaking, Point, Provenance, ReferenceCurve, ReferencePoint, Roster, SWEEP_SCHEMA, Sensitivity,
    Series, SeriesPoint, Summary, Sweep, Swing, SwingInput, SwitchEffect, SwitchStudy, Tie, Verdict, Worth,
};

const OFFERED: f64 = 50_000.0;
const STAGES: [&str; 5] = ["validator_cores", "validator_downlink", "validator_disk", "provers", "blocks"];

/// A known value.
pub fn exact(name: &str, unit: &str, value: f64) -> Metric {
    Metric::exact(name, unit, value)
}

/// A value with an interval of `half` on both sides, relative to it.
pub fn estimate(name: &str, unit: &str, value: f64, half: f64) -> Metric {
    let (low, high) = (Some(value * (1.0 - half)), Some(value * (1.0 + half)));
    Metric { low, high, confidence: Some(0.95), ..exact(name, unit, value) }
}

/// A value that is missing for a reason.
pub fn missing(name: &str, unit: &str, why: &str) -> Metric {
    Metric::missing(name, unit, why.into())
}

/// A comparison without any outcome.
pub fn empty() -> Comparison {
    let (designs, differences) = (Vec::new(), Vec::new());
    Comparison {
        question: "Which design is the cheapest?".into(),
        schema: COMPARISON_SCHEMA.into(),
        base: "none".into(),
        answer: "Nothing was compared.".into(),
        designs,
        differences,
        same_load: None,
        roster: Roster::default(),
        command: String::new(),
    }
}

/// Six designs, two books, two sizings.
pub fn layered() -> Comparison {
    // Design, provers' capacity as specified, monthly cost of proving when sized, seconds to proof finality.
    let designs = [
        ("naive", 50_000.0, 3_650_000.0, 2.4),
        ("optimistic", 694.0, 412_000.0, 4_100.0),
        ("hierarchical", 2_200.0, 96_000.0, 840.0),
        ("gpu", 50_000.0, 14_600.0, 12.0),
        ("hybrid", 5_012.0, 61_000.0, 95.0),
        ("combined", 5_012.0, 58_000.0, 95.0),
    ];
    let mut outcomes = Vec::new();
    let mut differences = Vec::new();
    for design in designs {
        for (costs, factor) in [("claimed", 1.0), ("measured", 0.31)] {
            outcomes.push(specified(design, costs, factor));
            let summary = sized(design, costs, factor);
            let gap = summary.value("cost.total").expect("sized") - (412_000.0 + 410_000.0) * factor;
            let usd_per_month =
                Metric { low: Some(gap - 9e3), high: Some(gap + 9e3), ..exact("difference", "USD/month", gap) };
            differences.push(Difference { design: design.0.into(), costs: costs.into(), usd_per_month });
            outcomes.push(summary);
        }
    }
    outcomes[6].claims = findings();
    let answer = "Invented numbers for a test: as specified no design carries 50,000 tx/s, because every validator must \
        receive more than its downlink can carry; sized for that load, gpu is the cheapest.";
    let same = |summary: &&Summary| summary.sizing == "sized";
    let same_load = planner::SameLoad {
        mix: "50,000 tx/s, all private".into(),
        designs: outcomes.iter().filter(same).cloned().collect(),
        differences: differences.clone(),
    };
    let (base, same_load) = ("optimistic".into(), Some(same_load));
    let roster = Roster {
        designs: designs.map(|design| design.0.to_owned()).to_vec(),
        books: vec!["claimed".into(), "measured".into()],
    };
    Comparison {
        question: "Which design is the cheapest?".into(),
        schema: COMPARISON_SCHEMA.into(),
        base,
        answer: answer.into(),
        designs: outcomes,
        differences,
        same_load,
        roster,
        command: String::new(),
    }
}

/// The same with a prover market of two kinds in every design, which settles within a year.
pub fn with_market() -> Comparison {
    let mut comparison = layered();
    for summary in comparison.designs.iter_mut().filter(|one| one.sizing == "sized") {
        summary.metrics.push(exact("market.break_even", "provers", 25.0));
        summary.metrics.push(estimate("market.provers", "provers", 16.0, 0.05));
        summary.metrics.push(estimate("market.profit", "USD/month", 310.0, 0.05));
        summary.metrics.push(estimate("prover.fast.won", "share", 0.9, 0.05));
        for (name, unit, scale) in [
            ("market.provers", "provers", 16.0),
            ("market.profit", "USD/month", 310.0),
            ("prover.slow.provers", "provers", 3.0),
            ("prover.slow.profit", "USD/month", -90.0),
        ] {
            let point = |at: u64| {
                let value = scale * (1.0 + 0.5_f64.powf(at as f64 / 3.0));
                SeriesPoint { at, value: Some(value), low: Some(value - scale / 9.0), high: Some(value + scale / 9.0) }
            };
            let points = (1..=24).map(point).collect();
            summary.series.push(Series { name: name.into(), unit: unit.into(), counted_from: 13, points });
        }
    }
    comparison
}

/// The six designs at two loads, where one overtakes another, three tie, and one was run for real.
pub fn sweep() -> Sweep {
    let at = |load: f64, value: &str| {
        let mut designs = layered().designs;
        let scale = load / OFFERED;
        for summary in &mut designs {
            let factor = if summary.design == "gpu" { scale * scale.sqrt() } else { scale } * 1.02_f64.powf(scale);
            for metric in summary.metrics.iter_mut().filter(|metric| metric.name.starts_with("cost")) {
                metric.value = metric.value.map(|value| value * factor);
                (metric.low, metric.high) = (metric.value.map(|v| v * 0.95), metric.value.map(|v| v * 1.05));
            }
            summary.claims.clear();
        }
        Point { value: value.into(), at: Some(load), designs }
    };
    let overtaking = Overtaking {
        metric: "cost.total".into(),
        costs: "measured".into(),
        sizing: "sized".into(),
        below: "gpu".into(),
        above: "combined".into(),
        at: Some(20_000.0),
        low: Some(15_000.0),
        high: Some(30_000.0),
        between: ["5k".into(), "100k".into()],
        why: None,
    };
    let tie = |one: &str, other: &str| Tie {
        metric: "optimistic_finality.p99".into(),
        costs: "measured".into(),
        sizing: "sized".into(),
        designs: [one.into(), other.into()],
        alike: true,
    };
    let run = |at, model: Option<f64>| ReferencePoint {
        at,
        real: 0.9,
        deviation: Some(0.1),
        model,
        within: model.map(|_| true),
        why: model.is_none().then(|| "provers saturate".into()),
    };
    let reference = ReferenceCurve {
        name: "invented runs".into(),
        design: "gpu".into(),
        costs: "measured".into(),
        sizing: "sized".into(),
        metric: "vote_finality.p50".into(),
        unit: "s".into(),
        source: "a test".into(),
        points: vec![run(5_000.0, Some(0.8)), run(100_000.0, None)],
        leaves_out: "rain".into(),
        finding: "the model is near".into(),
    };
    Sweep {
        schema: SWEEP_SCHEMA,
        scenario: "layered".into(),
        key: "load.rate".into(),
        unit: "/s".into(),
        points: vec![at(5_000.0, "5k"), at(100_000.0, "100k")],
        overtakings: vec![overtaking],
        ties: vec![tie("naive", "optimistic"), tie("naive", "hierarchical"), tie("optimistic", "hierarchical")],
        references: vec![reference],
        roster: layered().roster,
    }
}

/// Three inputs of a design, one of which moves nothing but noise.
pub fn sensitivity() -> Sensitivity {
    let base = layered().designs.into_iter().find(|one| one.sizing == "sized").expect("sized designs");
    let total = base.value("cost.total").expect("a bill");
    let input = |name: &str, swing: f64, noise: Option<f64>| SwingInput {
        name: name.into(),
        known: if name.contains('_') { "measured" } else { "scenario" }.into(),
        unit: "s".into(),
        low: Some(70e-6),
        high: Some(74e-6),
        written: if name.contains('_') { Default::default() } else { ["25k/s".into(), "100k/s".into()] },
        swings: vec![Swing {
            metric: "cost.total".into(),
            unit: "USD/month".into(),
            at_low: Some(total - swing / 2.0),
            at_high: Some(total + swing / 2.0),
            swing: Some(swing),
            noise,
            why: None,
        }],
    };
    Sensitivity {
        method: "one input at a time from the base",
        base,
        inputs: vec![
            input("ml_dsa_65.verify", 2e4, None),
            input("load.rate", 9e5, None),
            input("only.noise", 10.0, Some(20.0)),
        ],
        without_effect: vec!["books.measured.machines.gpu.price".into()],
    }
}

/// A switch that saves, and one that something else decides about.
pub fn switches() -> SwitchStudy {
    let base = layered().designs.into_iter().find(|one| one.sizing == "sized").expect("sized designs");
    let total = base.metric("cost.total").expect("a bill").clone();
    let by = |usd: f64| Metric { value: Some(usd), low: Some(usd - 100.0), high: Some(usd + 100.0), ..total.clone() };
    let effect = |name: &str, usd: f64, worth| SwitchEffect {
        name: name.into(),
        sets: vec!["optimisations.it.on = true".into()],
        together: true,
        changes: vec![Change {
            with: Metric { value: total.value.map(|value| value + usd), ..total.clone() },
            difference: Some(by(usd)),
        }],
        last: Some(by(usd / 2.0)),
        worth,
        why: (usd == 0.0).then(|| "its downlink decides how many machines it is".into()),
        assumptions: Vec::new(),
    };
    SwitchStudy {
        method: "each switch alone and all together against none",
        base,
        alone: vec![effect("reuse", -4_000.0, Worth::Worth), effect("batches", 0.0, Worth::Nothing)],
        together: Some(SwitchEffect { sets: Vec::new(), last: None, ..effect("all together", -5_000.0, Worth::Worth) }),
        answer: "Worth it: reuse. All together: less.".into(),
    }
}

fn summary(design: &str, costs: &str, sizing: &str) -> Summary {
    Summary {
        schema: OUTCOME_SCHEMA.into(),
        scenario: "layered".into(),
        design: design.into(),
        costs: costs.into(),
        sizing: sizing.into(),
        resolution: "cohort".into(),
        seed: 1,
        replications: if sizing == "sized" { 10 } else { 0 },
        interrupted: None,
        simulated_s: if sizing == "sized" { 86_400.0 } else { 0.0 },
        fingerprint: "00ff00ff00ff00ff".into(),
        limited_by: None,
        tightest: "validator_downlink".into(),
        next_limit: Some("validator_disk".into()),
        metrics: Vec::new(),
        series: Vec::new(),
        course: None,
        samples: BTreeMap::new(),
        precision: None,
        claims: Vec::new(),
        bill: None,
        objectives: Vec::new(),
        basis: match costs {
            "claimed" => Basis { claimed: 1.0, ..Basis::default() },
            _ => Basis { measured: 0.62, published: 0.3, claimed: 0.0, given: 0.0, extrapolated: 0.08 },
        },
        machines: Vec::new(),
        proving_basis: Basis::default(),
        inputs: Vec::new(),
        caveats: Vec::new(),
        assumptions: vec!["Invented for a test.".into()],
        overrides: Vec::new(),
        provenance: Provenance {
            version: "0.0.0".into(),
            scenario_sha256: "5ce7a510".repeat(8),
            instance_calibrations_sha256: BTreeMap::new(),
            calibration_sha256: (costs == "measured").then(|| "ca11b7a7".repeat(8)),
            prices_date: "2026-01-15".into(),
        },
        headlines: Headlines::of("layered").expect("a kind"),
        distributions: Vec::new(),
    }
}

fn specified((design, provers, ..): (&str, f64, f64, f64), costs: &str, factor: f64) -> Summary {
    let capacities = [941.0 / factor, 1_302.0, 1_220.0 / factor.sqrt(), provers / factor, 6.5e6];
    let lowest = |skip: Option<usize>| {
        let rest = (0..STAGES.len()).filter(|index| Some(*index) != skip);
        rest.min_by(|a, b| capacities[*a].total_cmp(&capacities[*b])).expect("five stages")
    };
    let (first, next) = (lowest(None), lowest(Some(lowest(None))));
    let mut summary = summary(design, costs, "specified");
    summary.metrics = vec![
        exact("offered", "tx/s", OFFERED),
        exact("throughput", "tx/s", capacities[first].min(OFFERED)),
        exact("capacity", "tx/s", capacities[first]),
    ];
    summary
        .metrics
        .extend(STAGES.iter().zip(capacities).map(|(stage, c)| exact(&format!("capacity.{stage}"), "tx/s", c)));
    let why = "validator downlink saturates at 1,302 tx/s";
    summary.metrics.extend(["p50", "p99"].map(|p| missing(&format!("proof_finality.{p}"), "s", why)));
    summary.limited_by = Some(STAGES[first].into());
    summary.tightest = STAGES[first].into();
    summary.next_limit = Some(STAGES[next].into());
    summary
}

/// A bill of invented lines: owned validators, and machines of a provider at a discount, paid at the start.
fn bill(provers: u64, factor: f64) -> planner::Bill {
    let line = |item: &str, pool: &str, numbers: [f64; 6], terms: [&str; 5]| {
        let [quantity, list, discount, usd, upfront, cash] = numbers;
        let [role, market, price_unit, hours, months] = terms;
        let text = |number: f64| planner::Exact::of(number).to_string();
        let maybe = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        serde_json::json!({
            "item": item, "pool": pool, "stages": [pool], "role": role, "provider": "nobody", "instance": "box-8",
            "market": market, "region": "any", "owners": 1, "quantity": text(quantity), "unit": "machine", "hours": maybe(hours),
            "list_price": text(list), "discount": text(discount), "price": text(list * (1.0 - discount)), "price_unit": price_unit,
            "over_months": maybe(months), "usd_per_month": text(usd), "upfront_usd": text(upfront),
            "cash_usd_per_month": text(cash), "utilization": 0.75, "idle": 0.25, "known": "published", "source": "invented",
            "price_date": "2026-01", "cost": { "name": format!("bill.{item}"), "unit": "USD/month", "value": usd,
                "low": 0.9 * usd, "high": 1.1 * usd, "confidence": 0.95,
                "uncertainty": { "run": 0.0, "calibration": 0.25, "published": 0.0, "price": 0.75 } },
        })
    };
    let count = provers as f64;
    let (rent, hosting) = (count * 730.0 * 2.0 * 0.75, 205_000.0 * factor);
    let committed = ["proving", "1 year, all upfront", "USD/h", "730", ""];
    let lines = [
        line("provers", "provers", [count, 2.0, 0.25, rent, 12.0 * rent, 0.0], committed),
        line(
            "validators, write-off",
            "validators",
            [205.0, 36_000.0 * factor, 0.0, hosting, 36.0 * hosting, 0.0],
            ["validation", "owned", "USD", "", "36"],
        ),
        line(
            "validators, hosting",
            "validators",
            [205.0, 1_000.0 * factor, 0.0, hosting, 0.0, hosting],
            ["validation", "owned", "USD/month", "", ""],
        ),
    ];
    let text = |number: f64| planner::Exact::of(number).to_string();
    let all = serde_json::json!({
        "lines": lines, "usd_per_month": text(rent + 2.0 * hosting), "upfront_usd": text(12.0 * rent + 36.0 * hosting),
        "cash_usd_per_month": text(hosting), "requests_per_month": OFFERED * 2_628_000.0, "proofs_per_month": 730.0,
    });
    serde_json::from_value(all).expect("a bill")
}

fn sized((design, _, proving, proof_s): (&str, f64, f64, f64), costs: &str, factor: f64) -> Summary {
    let mut summary = summary(design, costs, "sized");
    summary.bill = Some(bill((proving / 1_095.0).ceil() as u64, factor));
    let (proving, validation, settlement) = (proving * factor * factor, 410_000.0 * factor, 2_190.0);
    let total = proving + validation + settlement;
    summary.metrics = vec![
        exact("offered", "tx/s", OFFERED),
        estimate("throughput", "tx/s", OFFERED, 0.0004),
        exact("capacity", "tx/s", OFFERED),
    ];
    summary.metrics.extend(STAGES.map(|stage| exact(&format!("capacity.{stage}"), "tx/s", 62_500.0)));
    let vote_s = if design == "naive" { 2.35 } else { 0.31 + 0.08 * factor };
    for (kind, median, spread) in [
        ("vote_finality", vote_s, 0.18),
        ("optimistic_finality", vote_s + 0.26, 0.22),
        ("proof_finality", proof_s, 0.35),
    ] {
        let quantile = |z: f64| median * (spread * z).exp();
        for (statistic, z) in [("p50", 0.0), ("p99", 2.326), ("mean", spread / 2.0)] {
            summary.metrics.push(estimate(&format!("{kind}.{statistic}"), "s", quantile(z), 0.007));
        }
        let normal = (-30..=30).map(|step| f64::from(step) / 10.0);
        let points = normal.map(|z| (1.0 / (1.0 + (-1.702 * z).exp()), quantile(z))).collect();
        summary.distributions.push(DistributionCurve { name: kind.into(), points });
    }
    for (part, value) in
        [("total", total), ("proving", proving), ("validation", validation), ("settlement", settlement)]
    {
        summary.metrics.push(estimate(&format!("cost.{part}"), "USD/month", value, 0.021));
    }
    summary.metrics.push(estimate("cost.per_million_transactions", "USD", total / (OFFERED * 2.628), 0.021));
    for (stage, units) in STAGES.iter().zip([1_063.0, 48.0, 41.0, 1_389.0, 8.0]) {
        summary.metrics.push(exact(&format!("units.{stage}"), "", units * factor.ceil()));
    }
    summary
}

fn findings() -> Vec<Finding> {
    let finding = |id: &str, verdict, claimed, unit: &str, found: Option<f64>, why: &str| Finding {
        id: id.into(),
        statement: "An invented statement".into(),
        verdict,
        claimed,
        unit: unit.into(),
        derived: None,
        metric: Some(id.replacen("S1.", "", 1).replace("finality", "optimistic_finality")),
        found,
        low: found.map(|value| value * 0.98),
        high: found.map(|value| value * 1.02),
        side: None,
        ratio: None,
        why: why.into(),
        source: "a test".into(),
    };
    vec![
        finding(
            "S1.optimistic.cost",
            Verdict::Fails,
            57e3,
            "USD/month",
            Some(406.2e3),
            "17 ms a transaction, not 5 ms, in every validator",
        ),
        finding(
            "S1.finality.p99",
            Verdict::Fails,
            0.2,
            "s",
            Some(0.52),
            "three one-way delays to a two-thirds quorum take longer",
        ),
        finding(
            "S1.finality.vote",
            Verdict::Inconsistent,
            0.15,
            "s",
            None,
            "a block arrives every 0.5 s and takes 1.9 s to validate",
        ),
        finding(
            "S1.gpu.units",
            Verdict::Holds,
            10.0,
            "GPUs",
            Some(10.0),
            "5,000 tx/s a GPU carry 50,000 tx/s with ten",
        ),
        finding("S1.daily.verify", Verdict::Untested, 0.3, "s", None, "no phone was measured"),
    ]
}
