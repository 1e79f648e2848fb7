//! The report for people.

use super::document::{Baseline, Input, Policy, Priority, Recommendation, Report};
use crate::number::{self, MISSING};
use crate::table::grid::Grid;
use crate::table::{Paint, Style};

/// Columns of a priority with the space around it.
const PRIORITY: usize = 10;

impl Report {
    /// The policies with their budgets, their inputs, the change since the baseline, and the recommendations.
    pub fn text(&self, style: Style) -> String {
        let mut text = policies(self).render(&title(&self.policies), style);
        let source = self.policies.first().map_or("", |policy| policy.claimed.source.as_str());
        let conditions = format!(
            "Each input counts the same · budgets are on the average · claimed by {source} · {} · {} · {}",
            self.host.cpu, self.measured_by, self.run_date
        );
        text.push_str(&style.paint(Paint::Dim, &style.wrap(&conditions, 0)));
        text.push_str("\n\n");
        text.push_str(&inputs(self).render("By input: what varies at one size is noise", style));
        for line in self.missing.iter().map(|missing| format!("missing: {missing}")) {
            text.push_str(&style.paint(Paint::Red, &style.wrap(&line, 2)));
            text.push('\n');
        }
        if let Some(baseline) = &self.baseline {
            text.push('\n');
            text.push_str(&style.wrap(&change(baseline), 2));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&style.paint(Paint::Bold, "Recommendations"));
        text.push('\n');
        for recommendation in &self.recommendations {
            text.push_str(&advice(recommendation, style));
        }
        text
    }
}

/// `3 of 3 policies keep within their budgets; proofs take 1/28 to 1/110 of the claimed time`.
fn title(policies: &[Policy]) -> String {
    let count = |verdict: &str| policies.iter().filter(|policy| policy.budget.verdict == verdict).count();
    let ratios = || policies.iter().map(|policy| policy.claimed_over_here.avg_proving_time);
    let (least, most) = (ratios().fold(f64::INFINITY, f64::min), ratios().fold(0.0, f64::max));
    let undecided = match count("undecided") {
        0 => String::new(),
        some => format!(", {some} cannot be told"),
    };
    format!(
        "{} of {} policies keep within their budgets{undecided}; the claimed times are {} to {} those found here",
        count("holds"),
        policies.len(),
        number::times(least),
        number::times(most)
    )
}

fn ms(milliseconds: f64) -> String {
    number::quantity(milliseconds, "ms")
}

fn half_width(average: f64, half_width: Option<f64>) -> String {
    half_width.map_or(MISSING.to_owned(), |half| number::half_width(average, average - half, average + half))
}

fn policies(report: &Report) -> Grid {
    let columns = ["average", "±", "max", "verify", "proof", "runs", "budget", "verdict", "claimed", "claimed ÷ here"];
    let mut grid = Grid::new(&["policy"], columns.map(str::to_owned));
    for policy in &report.policies {
        grid.row(vec![
            policy.policy.clone(),
            ms(policy.avg_proving_time_ms),
            half_width(policy.avg_proving_time_ms, policy.avg_half_width_ms),
            ms(policy.max_time_ms),
            ms(policy.avg_verify_time_ms),
            number::bytes(policy.proof_size_bytes as f64),
            number::count(policy.runs as f64),
            ms(policy.budget.limit_ms),
            policy.budget.verdict.clone(),
            ms(policy.claimed.avg_proving_time_ms),
            number::times(policy.claimed_over_here.avg_proving_time),
        ]);
    }
    grid
}

fn inputs(report: &Report) -> Grid {
    let columns = ["input", "constraints", "average", "±", "min", "max", "variation", "verify", "runs"];
    let mut grid = Grid::new(&["policy"], columns.map(str::to_owned)).keyed(2);
    for policy in &report.policies {
        for (index, input) in policy.inputs.iter().enumerate() {
            let name = if index == 0 { policy.policy.clone() } else { String::new() };
            grid.row([vec![name], cells(input)].concat());
        }
    }
    grid
}

fn cells(input: &Input) -> Vec<String> {
    vec![
        format!("{} B", number::count(input.size_bytes as f64)),
        input.constraints.map_or(MISSING.to_owned(), |constraints| number::count(constraints as f64)),
        ms(input.avg_proving_time_ms),
        half_width(input.avg_proving_time_ms, input.avg_half_width_ms),
        ms(input.min_time_ms),
        ms(input.max_time_ms),
        input.coefficient_of_variation.map_or(MISSING.to_owned(), number::share),
        ms(input.avg_verify_time_ms),
        number::count(input.runs as f64),
    ]
}

/// `Since 2026-01-31T12:00:00Z: memory_pattern −1.2 %, proof_of_knowledge +0.3 %`.
fn change(baseline: &Baseline) -> String {
    let signed = |change: f64| format!("{}{}", if change < 0.0 { "−" } else { "+" }, number::share(change.abs()));
    let changes = baseline.policies.iter().map(|change| format!("{} {}", change.policy, signed(change.proving)));
    let other = if baseline.same_host { "" } else { " (on another host, which says nothing of the program)" };
    format!("Proving time since {}{other}: {}", baseline.run_date, changes.collect::<Vec<_>>().join(", "))
}

fn advice(recommendation: &Recommendation, style: Style) -> String {
    let (word, paint) = match recommendation.priority {
        Priority::High => ("high", Paint::Red),
        Priority::Medium => ("medium", Paint::Yellow),
        Priority::Low => ("low", Paint::Blue),
    };
    let facts = recommendation.facts.iter().map(|fact| {
        let size = fact.size.map_or(String::new(), |size| format!("/{size}"));
        let value = match fact.unit.as_str() {
            "×" => number::times(fact.value),
            "bytes" => number::bytes(fact.value),
            unit => number::quantity(fact.value, unit),
        };
        format!("{}{size} {} {value}", fact.operation, fact.figure)
    });
    let facts = facts.collect::<Vec<_>>().join("; ");
    let because =
        if facts.is_empty() { recommendation.rule.clone() } else { format!("{} — {facts}", recommendation.rule) };
    let text = indented(&recommendation.text, style);
    let marked = format!("  {}{}", style.paint(paint, word), &text[2 + word.len()..]);
    format!("{marked}\n{}\n", style.paint(Paint::Dim, &indented(&because, style)))
}

/// Text whose lines all begin further right, where priorities have their column.
fn indented(text: &str, style: Style) -> String {
    style.hung(text, PRIORITY, PRIORITY).join("\n")
}
