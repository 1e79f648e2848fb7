//! Words of the planner's own sentences: why a number is missing, what a claim was held against.

use models::stage::Stage;

/// A number in a sentence: two digits after the point below ten, whole above, four digits that count above ten thousand.
pub(crate) fn count(value: f64) -> String {
    if !value.is_finite() {
        return "unlimited".into();
    }
    if value.abs() < 10.0 && value.fract() != 0.0 {
        return format!("{value:.2}");
    }
    let unit = 10_f64.powi((value.abs().max(1.0).log10().floor() as i32 - 3).max(0));
    let digits = format!("{:.0}", (value.abs() / unit).round() * unit);
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 { format!("-{text}") } else { text }
}

/// A number in a sentence, which may be far below one: three digits that count.
pub(crate) fn small(value: f64) -> String {
    match value.abs() {
        magnitude if magnitude >= 10.0 || magnitude == 0.0 || !magnitude.is_finite() => count(value),
        // Below that digits alone mislead.
        magnitude if magnitude < 1e-9 => format!("{value:.2e}"),
        magnitude => format!("{value:.*}", (2 - magnitude.log10().floor() as i32).max(0) as usize),
    }
}

/// A time in a sentence.
pub(crate) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{} s", count(s)),
        s if s < 3_600.0 => format!("{} min", count(s / 60.0)),
        s if s < 172_800.0 => format!("{} h", count(s / 3_600.0)),
        s => format!("{} d", count(s / 86_400.0)),
    }
}

/// A time in a sentence, where it may be short.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        s if s < 0.001 => format!("{} µs", count(s * 1e6)),
        s if s < 1.0 => format!("{} ms", count(s * 1e3)),
        s => duration(s),
    }
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[&str]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The name of a stage in a sentence, in the plural: every stage is many alike. Those of steps have names of the user's, verbs mostly.
pub(crate) fn stage(name: &str) -> String {
    let ours = name.starts_with("validator_") || ["blocks", "provers", "watchers", "workers"].contains(&name);
    let words = name.replace('_', " ");
    match ours {
        false => format!("servers of {name}"),
        true if words.ends_with('s') => words,
        true => format!("{words}s"),
    }
}

/// Why a stage does not carry the load.
pub(crate) fn saturation(stage: &Stage, unit: &str) -> String {
    let name = self::stage(&stage.name);
    if stage.constant >= 1.0 {
        return format!("votes alone take {} times what {name} have", count(stage.constant));
    }
    format!("{name} saturate at {} {unit}/s{}", count(stage.capacity), votes(stage.constant))
}

/// What votes take of a stage, where that is worth a word.
pub(crate) fn votes(share: f64) -> String {
    if share < 0.01 { String::new() } else { format!(", votes taking {} % of them", count((share * 100.0).round())) }
}

#[cfg(test)]
mod tests {
    use models::stage::Stage;

    #[test]
    fn a_stage_says_what_fills_it() {
        let stage = |constant, capacity| Stage {
            name: "validator_uplink".into(),
            pool: "validators".into(),
            capacity,
            utilization: 2.0,
            constant,
            settling_s: 0.0,
        };
        let said = |constant, capacity| super::saturation(&stage(constant, capacity), "tx");
        assert_eq!(said(0.0, 941.2), "validator uplinks saturate at 941 tx/s");
        assert_eq!(said(0.43, 449.0), "validator uplinks saturate at 449 tx/s, votes taking 43 % of them");
        assert_eq!(said(3.4, 0.0), "votes alone take 3.40 times what validator uplinks have");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(super::count(1_234_567.8), "1,235,000");
        assert_eq!(super::count(941.2), "941");
        assert_eq!(super::count(0.153), "0.15");
        assert_eq!(super::count(7.0), "7");
        let small = [0.0, 0.000_012_345, 0.5, 3.0, 12_345.0, 1e-12].map(super::small);
        assert_eq!(small, ["0", "0.0000123", "0.500", "3.00", "12,350", "1.00e-12"]);
        assert_eq!([90.0, 3_600.0, 36_000.0, 1e9].map(super::duration), ["90 s", "1 h", "10 h", "11,570 d"]);
        let stages = ["validator_downlink", "workers", "prove"].map(super::stage);
        assert_eq!(stages, ["validator downlinks", "workers", "servers of prove"]);
        let listed: Vec<String> = (0..4).map(|count| super::listed(&["a", "b", "c"][..count])).collect();
        assert_eq!(listed, ["", "a", "a and b", "a, b and c"]);
    }
}
