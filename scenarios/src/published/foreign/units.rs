//! Units of times and of memory as files spell them.

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeUnit {
    /// Nanoseconds.
    Nanoseconds,
    /// Microseconds.
    Microseconds,
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
}

impl TimeUnit {
    /// What a file may call it, both signs of micro among the names.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "ns" | "nsec" | "nanosecond" | "nanoseconds" => Some(Self::Nanoseconds),
            // The micro sign and the Greek letter look the same.
            "us" | "usec" | "\u{b5}s" | "\u{3bc}s" | "microsecond" | "microseconds" => Some(Self::Microseconds),
            "ms" | "msec" | "millisecond" | "milliseconds" => Some(Self::Milliseconds),
            "s" | "sec" | "second" | "seconds" => Some(Self::Seconds),
            _ => None,
        }
    }

    /// A time in this unit in milliseconds.
    pub(super) fn ms(self, time: f64) -> f64 {
        match self {
            Self::Nanoseconds => time / 1e6,
            Self::Microseconds => time / 1e3,
            Self::Milliseconds => time,
            Self::Seconds => time * 1e3,
        }
    }
}

/// Bytes in a unit of memory.
pub(super) fn bytes(unit: &str) -> Option<f64> {
    let bytes: u32 = match unit.to_lowercase().as_str() {
        "b" | "byte" | "bytes" => 1,
        "kb" | "kilobytes" => 1_000,
        "mb" | "megabytes" => 1_000_000,
        "gb" | "gigabytes" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    };
    Some(f64::from(bytes))
}
