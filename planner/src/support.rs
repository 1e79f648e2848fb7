//! What values a figure can have at all, so that no interval reaches beyond.
//!
//! Money that is earned, and what it earns a year, may be lost; a share is of a whole; all else is zero or more.
//! Differences are of no figure, and have no bounds.

use crate::summary::Metric;

/// Whether a figure is what is left of an income, which may be less than nothing.
pub(crate) fn may_be_lost(name: &str) -> bool {
    name.split('.').any(|word| ["profit", "return", "margin"].contains(&word))
}

/// Least and largest value of a figure.
fn of(name: &str, unit: &str) -> (f64, f64) {
    match unit {
        _ if may_be_lost(name) => (f64::NEG_INFINITY, f64::INFINITY),
        "share" => (0.0, 1.0),
        _ => (0.0, f64::INFINITY),
    }
}

/// The figure with its interval as far as it can be; one that has no end stays so.
pub(crate) fn within(metric: Metric) -> Metric {
    let (least, most) = of(&metric.name, &metric.unit);
    let low = metric.low.map(|low| low.max(least));
    let high = metric.high.map(|high| if high.is_finite() { high.min(most) } else { high });
    Metric { low, high, ..metric }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(name: &str, unit: &str) -> (Option<f64>, Option<f64>) {
        let wide = Metric { low: Some(-0.5), high: Some(1.5), ..Metric::exact(name, unit, 0.5) };
        let found = within(wide);
        (found.low, found.high)
    }

    #[test]
    fn no_interval_reaches_beyond_what_can_be() {
        assert_eq!(ends("market.unproven", "share"), (Some(0.0), Some(1.0)));
        assert_eq!(ends("utilization.provers", "1"), (Some(0.0), Some(1.5)), "work may exceed what there is");
        assert_eq!(ends("market.provers", "provers"), (Some(0.0), Some(1.5)));
        assert_eq!(ends("market.profit", "USD/month"), (Some(-0.5), Some(1.5)));
        assert_eq!(ends("profit.singles.p10", "USD/month"), (Some(-0.5), Some(1.5)));
        assert_eq!(ends("margin", "USD/month"), (Some(-0.5), Some(1.5)));
        assert_eq!(ends("node.gpu.return", "share/year"), (Some(-0.5), Some(1.5)));
    }
}
