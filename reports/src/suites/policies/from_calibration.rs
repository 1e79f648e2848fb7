//! The report from a calibration: each input counts the same, however many runs the measurement had time for.

use calibrate::{Calibration, Measured, Point};
use chrono::{DateTime, SecondsFormat};

use super::advice::recommendations;
use super::document::{Budget, Claimed, HostLine, Input, Policy, Ratios, Report, SCHEMA};
use crate::suites::{SourceClaims, name, operation, point, verdict};

const MS: f64 = 1e3;

/// What a report says of where the figures come from.
const SOURCE: &str = "S2: a mocked prover, whose statement is unknown";

/// What the source claims of a policy.
struct PolicyClaims<'a> {
    published: SourceClaims<'a>,
    /// Its name in the source.
    policy: &'a str,
    /// The circuit that stands for it here, without the verb.
    operation: &'a str,
}

impl<'a> PolicyClaims<'a> {
    /// Of the policies that have a budget, in the order of the source.
    fn all(published: SourceClaims<'a>) -> impl Iterator<Item = Self> {
        let budgets = published.of("S2.").filter(|claim| name(claim) == "budget");
        budgets.map(move |budget| {
            let policy = budget.id.trim_start_matches("S2.").trim_end_matches(".budget");
            let (prove, _) = operation(published.claim(&format!("S2.{policy}.real")));
            Self { published, policy, operation: prove.trim_end_matches(".prove") }
        })
    }

    fn id(&self, figure: &str) -> String {
        format!("S2.{}.{figure}", self.policy)
    }

    fn ms(&self, figure: &str) -> f64 {
        self.published.figure(&self.id(figure), "ms")
    }

    /// Size of a proof \[bytes\].
    fn proof_bytes(&self) -> f64 {
        self.published.figure("S2.proof.size", "B")
    }
}

/// The report; nothing if not one policy was both proven and verified.
pub fn report(published: SourceClaims<'_>, calibration: &Calibration) -> Option<Report> {
    let found: Vec<(PolicyClaims<'_>, Option<Policy>)> = PolicyClaims::all(published)
        .map(|claims| (policy(calibration, &claims), claims))
        .map(|(found, of)| (of, found))
        .collect();
    let lacking = found.iter().filter(|(_, policy)| policy.is_none());
    let missing = lacking.map(|(claims, _)| {
        format!("{}: {}.prove and {}.verify were not both measured", claims.policy, claims.operation, claims.operation)
    });
    let missing: Vec<String> = missing.chain(calibration.partial.clone()).collect();
    let policies: Vec<Policy> = found.into_iter().filter_map(|(_, policy)| policy).collect();
    let total_runs_per_policy = policies.iter().map(|policy| policy.runs).min()?;
    Some(Report {
        schema: SCHEMA.to_owned(),
        run_date: run_date(calibration),
        host: host(calibration),
        measured_by: measured_by(calibration),
        total_runs_per_policy,
        recommendations: recommendations(published, calibration, &policies),
        policies,
        total_execution_time_ms: calibration.took_s * MS,
        missing,
        baseline: None,
        baseline_why: Some("it was not asked for".to_owned()),
    })
}

fn run_date(calibration: &Calibration) -> String {
    let began = i64::try_from(calibration.started_unix_s).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    began.map_or_else(|| "unknown".to_owned(), |began| began.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn host(calibration: &Calibration) -> HostLine {
    let host = &calibration.host;
    HostLine {
        cpu: host.cpu.clone(),
        cores: host.physical_cores.unwrap_or(host.logical_cores),
        memory_bytes: host.memory_bytes,
        kernel: host.kernel.clone(),
    }
}

fn measured_by(calibration: &Calibration) -> String {
    let build = &calibration.build;
    format!("proofcast {}, {}, {} method", build.version, build.compiler, calibration.method.name)
}

fn policy(calibration: &Calibration, claims: &PolicyClaims<'_>) -> Option<Policy> {
    let prove = calibration.operation(&format!("{}.prove", claims.operation))?;
    let verify = calibration.operation(&format!("{}.verify", claims.operation))?;
    let inputs: Vec<Input> = prove.points.iter().filter_map(|proven| input(prove, verify, proven)).collect();
    if inputs.is_empty() {
        return None;
    }
    let mean_of = |of: fn(&Input) -> f64| inputs.iter().map(of).sum::<f64>() / inputs.len() as f64;
    let average = mean_of(|input| input.avg_proving_time_ms);
    let verifying = mean_of(|input| input.avg_verify_time_ms);
    let within = mean_of(|input| input.std_dev_ms.unwrap_or(0.0).powi(2));
    let squares = inputs.iter().map(|input| (input.avg_proving_time_ms - average).powi(2));
    let between = squares.sum::<f64>() / inputs.len() as f64;
    let half_widths: Option<Vec<f64>> = inputs.iter().map(|input| input.avg_half_width_ms).collect();
    // The means of different inputs are independent, so their errors add up as squares do.
    let half_width = half_widths.map(|all| all.iter().map(|one| one * one).sum::<f64>().sqrt() / all.len() as f64);
    let max = inputs.iter().map(|input| input.max_time_ms).fold(0.0, f64::max);
    let bytes = inputs.iter().map(|input| input.proof_size_bytes).max().unwrap_or_default();
    Some(Policy {
        policy: claims.policy.to_owned(),
        operation: claims.operation.to_owned(),
        statement: prove.description.statement.clone(),
        avg_proving_time_ms: average,
        avg_half_width_ms: half_width,
        min_time_ms: inputs.iter().map(|input| input.min_time_ms).fold(f64::INFINITY, f64::min),
        max_time_ms: max,
        std_dev_ms: (within + between).sqrt(),
        spread_over_inputs: between.sqrt() / average,
        avg_verify_time_ms: verifying,
        proof_size_bytes: bytes,
        runs: inputs.iter().map(|input| input.runs).sum(),
        budget: budget(claims, average, half_width),
        claimed: claimed(claims),
        claimed_over_here: Ratios {
            avg_proving_time: claims.ms("average") / average,
            max_time: claims.ms("maximum") / max,
            avg_verify_time: claims.ms("verify") / verifying,
            proof_size: claims.proof_bytes() / bytes as f64,
        },
        inputs,
    })
}

/// The budget, and whether the average of this host keeps within it; all three are in milliseconds.
fn budget(claims: &PolicyClaims<'_>, average: f64, half_width: Option<f64>) -> Budget {
    let claim = claims.published.claim(&claims.id("budget"));
    let limit_ms = claims.ms("budget");
    let in_its_unit = |ms: f64| ms * claim.claimed / limit_ms;
    let verdict = verdict(claim, in_its_unit(average), half_width.map(in_its_unit));
    Budget { limit_ms, verdict: verdict.to_owned() }
}

fn claimed(claims: &PolicyClaims<'_>) -> Claimed {
    Claimed {
        avg_proving_time_ms: claims.ms("average"),
        avg_real_proving_time_ms: claims.ms("average") * claims.published.figure(&claims.id("real"), "1"),
        max_time_ms: claims.ms("maximum"),
        avg_verify_time_ms: claims.ms("verify"),
        proof_size_bytes: claims.proof_bytes(),
        spread: claims.published.figure("S2.inputs.spread", "1"),
        source: SOURCE.to_owned(),
    }
}

/// One size; nothing if it was not verified at this size as well.
fn input(prove: &Measured, verify: &Measured, proven: &Point) -> Option<Input> {
    let estimate = prove.estimate(proven)?;
    let verified = verify.estimate(point(verify, proven.size)?)?;
    let runs: Vec<f64> = prove.samples(proven).flatten().map(|seconds| seconds * MS).collect();
    let std_dev = standard_deviation(&runs);
    let average = estimate.mean_s * MS;
    Some(Input {
        size_bytes: proven.size,
        constraints: constraints(&prove.description.statement, proven.size),
        avg_proving_time_ms: average,
        avg_half_width_ms: estimate.half_width_s.map(|seconds| seconds * MS),
        min_time_ms: runs.iter().copied().fold(f64::INFINITY, f64::min),
        max_time_ms: runs.iter().copied().fold(0.0, f64::max),
        std_dev_ms: std_dev,
        coefficient_of_variation: std_dev.map(|std_dev| std_dev / average),
        avg_verify_time_ms: verified.mean_s * MS,
        proof_size_bytes: proven.output_bytes?,
        runs: runs.len() as u64,
    })
}

/// Of the runs around their mean; nothing from fewer than two.
fn standard_deviation(runs: &[f64]) -> Option<f64> {
    let freedom = runs.len().checked_sub(1).filter(|&freedom| freedom > 0)?;
    let mean = runs.iter().sum::<f64>() / runs.len() as f64;
    Some((runs.iter().map(|run| (run - mean).powi(2)).sum::<f64>() / freedom as f64).sqrt())
}

/// The number that a statement gives as `1213 constraints at 256 bytes`.
fn constraints(statement: &str, size: u64) -> Option<u64> {
    let (before, _) = statement.split_once(&format!(" constraints at {size} "))?;
    before.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_read_from_the_words_of_the_statement() {
        let statement = "proves. Proven: a thing of 32 bytes. Before padding: 241 constraints at 32 bytes, 1213 constraints at 256 bytes";
        assert_eq!([32, 256, 25, 1024].map(|size| constraints(statement, size)), [Some(241), Some(1213), None, None]);
        assert_eq!(constraints("no constraints at 32 bytes", 32), None);
    }

    #[test]
    fn a_deviation_needs_two_runs() {
        assert_eq!((standard_deviation(&[1.0]), standard_deviation(&[])), (None, None));
        assert_eq!(standard_deviation(&[1.0, 3.0, 5.0]), Some(2.0));
    }
}
