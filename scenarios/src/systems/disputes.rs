//! Times of disputes, as files of any kind say them, in unit types.

use sim::{Distribution, Span};

use crate::quantity::Duration;

/// The longest time that anything of a dispute may take, in seconds: ten years.
pub(super) const LONGEST_S: f64 = 10.0 * 365.0 * 86_400.0;

/// What is wrong with a time that is too long.
pub(super) fn too_long(duration: Duration) -> Option<String> {
    (duration.seconds() > LONGEST_S).then(|| format!("{duration} is too long; at most 3650 d"))
}

/// Exponential times of this mean.
pub(super) fn moves(mean: Duration) -> Distribution {
    match mean.seconds().min(LONGEST_S) {
        0.0 => Distribution::Constant { value: 0.0 },
        mean => Distribution::Exponential { mean },
    }
}

/// What is too long is a fault, and is not drawn.
pub(super) fn span(duration: Duration) -> Span {
    Span::from_secs_f64(duration.seconds().min(LONGEST_S))
}
