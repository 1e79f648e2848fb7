//! Bencher Metric Format: one JSON object, `{benchmark: {measure: {value, lower_value, upper_value}}}`.

use serde_json::{Map, Value, json};

use super::{File, interval, ns, points};
use crate::calibration::Calibration;

/// The mean time of every operation at every size \[ns\], with its 95 % interval, as `operation/size`.
pub fn bmf(calibration: &Calibration) -> File {
    let mut document = Map::new();
    for (measured, point, estimate) in points(calibration) {
        let (low, high) = interval(&estimate);
        let latency = json!({ "value": ns(estimate.mean_s), "lower_value": ns(low), "upper_value": ns(high) });
        document.insert(format!("{}/{}", measured.description.name, point.size), json!({ "latency": latency }));
    }
    ("bmf.json".into(), format!("{:#}\n", Value::Object(document)).into_bytes())
}
