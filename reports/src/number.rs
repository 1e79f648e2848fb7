//! The one place where a number becomes text: significant digits, thousands separators, units for people.
//!
//! Nothing is rounded anywhere else. A figure that is not finite reads `–`, as a missing one does.

/// What is shown where there is no number.
pub const MISSING: &str = "–";

/// A magnitude below or above which digits alone mislead, so a power of ten is written instead.
const SMALLEST_PLAIN: f64 = 1e-6;
const LARGEST_PLAIN: f64 = 1e15;

/// Relative differences below this come from rounding, not from what was simulated.
pub(crate) const ROUNDING: f64 = 1e-12;
/// From this factor on an interval is told as a factor.
const WIDE: f64 = 1.25;
/// From this factor above its value on an interval is told by its ends, as multiples.
pub(crate) const FAR: f64 = 11.0;
/// Sides of an interval that differ by more, one as a multiple of the other on the scale of logarithms, are both told.
const LOPSIDED: f64 = 1.5;

/// A figure in its unit, as a reader expects it: durations for `s`, dollars for `USD…`, else digits and the unit.
pub fn quantity(value: f64, unit: &str) -> String {
    match unit {
        "s" => duration(value),
        "ms" => duration(value / 1e3),
        "min" => duration(value * 60.0),
        "us" => duration(value / 1e6),
        "" | "1" => significant(value, 4),
        "share" => share(value),
        "share/year" => format!("{} a year", share(value)),
        "B" => bytes(value),
        "bit/s" => decimal(value, unit),
        "1/s" | "1/day" | "1/month" => format!("{}{}", significant(value, 4), &unit[1..]),
        _ => match unit.strip_prefix("USD") {
            Some(per) => format!("{}{per}", usd(value)),
            None => planner::counted(&significant(value, 4), unit),
        },
    }
}

/// [`quantity`] without the words of its unit, for a second figure beside one that names it.
pub fn figure(value: f64, unit: &str) -> String {
    match unit {
        "s" | "ms" | "us" | "min" | "share" | "B" | "bit/s" => quantity(value, unit),
        "share/year" => share(value),
        _ if unit.starts_with("USD") => usd(value),
        _ => significant(value, 4),
    }
}

/// Digits rounded to `digits` significant ones, with thousands separators: `1,234`, `0.0123`, `1.2×10⁻⁹`.
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return MISSING.into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let digits = digits.clamp(1, 17);
    let scientific = format!("{:.*e}", digits - 1, value.abs());
    let (mantissa, exponent) = scientific.split_once('e').expect("Rust writes an exponent in the `e` format");
    let exponent: i32 = exponent.parse().expect("Rust writes a whole exponent");
    let rounded: f64 = scientific.parse().expect("Rust reads the floats that it writes");
    let sign = if value < 0.0 { "−" } else { "" };
    if !(SMALLEST_PLAIN..LARGEST_PLAIN).contains(&rounded) {
        return format!("{sign}{}×10{}", without_trailing_zeros(mantissa), superscript(exponent));
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    format!("{sign}{}", separated(&without_trailing_zeros(&format!("{rounded:.decimals$}"))))
}

/// How a figure of a unit reads.
pub(crate) type Show = fn(f64) -> String;

/// How a headline of this unit reads: short, in the unit of its column or of its own.
pub(crate) fn headline(unit: &str) -> Show {
    match unit {
        "s" => duration,
        "share" => share,
        unit if unit.starts_with("USD") => usd_short,
        unit if unit.starts_with("machines") => count,
        _ => |value| significant(value, 4),
    }
}

/// A value at some significant digits, to be written by a function that chooses its own.
pub(crate) fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// A whole or nearly whole number of things: `12`, `1,389`, `2.5`.
pub fn count(value: f64) -> String {
    if value.is_finite() && value.abs() < LARGEST_PLAIN && value.fract() == 0.0 {
        let sign = if value < 0.0 { "−" } else { "" };
        return format!("{sign}{}", separated(&format!("{:.0}", value.abs())));
    }
    significant(value, 4)
}

/// Three digits with a magnitude word, for axes and labels: `57.2 k`, `1.3 M`.
pub fn short(value: f64) -> String {
    let magnitude = value.abs();
    // 999.5 would round to 1,000: it belongs to the next word already.
    for (word, scale) in [("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)] {
        if magnitude >= scale * 0.9995 && magnitude < 1e15 {
            return format!("{} {word}", significant(value / scale, 3));
        }
    }
    significant(value, 3)
}

/// US dollars with four significant digits: `$57,020`, `$0.0123`.
pub fn usd(value: f64) -> String {
    dollars(value, |magnitude| significant(magnitude, 4))
}

/// US dollars with a magnitude word: `$57 k`, `$3.4 M`; `B` is a thousand million.
pub fn usd_short(value: f64) -> String {
    dollars(value, |magnitude| short(magnitude).replace('G', "B"))
}

/// A time in seconds, in the units that people say: `152 ms`, `12.3 s`, `6 min 24 s`, `1 h 2 min`, `3 d 4 h`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return MISSING.into();
    }
    let sign = if seconds < 0.0 { "−" } else { "" };
    let magnitude = seconds.abs();
    let text = match magnitude {
        0.0 => "0 s".into(),
        s if s < 0.9995e-6 => format!("{} ns", significant(s * 1e9, 3)),
        s if s < 0.9995e-3 => format!("{} µs", significant(s * 1e6, 3)),
        s if s < 0.9995 => format!("{} ms", significant(s * 1e3, 3)),
        s if s < 59.95 => format!("{} s", significant(s, 3)),
        s if s < 3_599.5 => two_units(s, 1.0, ("min", "s"), 60),
        s if s < 86_370.0 => two_units(s, 60.0, ("h", "min"), 60),
        s if s < 86_400.0 * 100.0 => two_units(s, 3_600.0, ("d", "h"), 24),
        s => format!("{} d", significant(s / 86_400.0, 4)),
    };
    format!("{sign}{text}")
}

/// The day of a time \[s since 1970-01-01 UTC\]: `2026-07-20`.
pub fn day(unix_s: u64) -> String {
    let time = i64::try_from(unix_s).ok().and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
    time.map_or_else(|| MISSING.to_owned(), |time| time.format("%Y-%m-%d").to_string())
}

/// How long ago a day was, like `2026-07-20`: `4 months`. Nothing for a text that is no day.
pub fn age(day: &str, now_unix_s: u64) -> Option<String> {
    let day = chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    let today = chrono::DateTime::from_timestamp(i64::try_from(now_unix_s).ok()?, 0)?.date_naive();
    let days = today.signed_duration_since(day).num_days().max(0);
    let (count, unit) = match days {
        0..14 => (days, "day"),
        14..61 => (days / 7, "week"),
        61..730 => (days * 12 / 365, "month"),
        _ => (days / 365, "year"),
    };
    Some(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
}

/// Whether a day, month (`2026-07`), year or span of years (`2025-2026`) was over more than a year ago. Not so for other texts.
pub fn is_older_than_a_year(date: &str, now_unix_s: u64) -> bool {
    let last_year = date.rsplit('-').next().filter(|year| year.len() == 4);
    let day = |text: String| chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
    let ended = match (last_year, date.len()) {
        (Some(year), _) => day(format!("{year}-12-31")),
        (None, 7) => day(format!("{date}-28")),
        _ => day(date.to_owned()),
    };
    let today = i64::try_from(now_unix_s).ok().and_then(|now| chrono::DateTime::from_timestamp(now, 0));
    let days = ended.zip(today).map(|(ended, today)| today.date_naive().signed_duration_since(ended).num_days());
    days.is_some_and(|days| days > 365)
}

/// A size in bytes with a decimal unit: `641 B`, `40.3 kB`, `512 MB`.
pub fn bytes(count: f64) -> String {
    decimal(count, "B")
}

/// An amount with the decimal prefix that leaves it readable: `40.3 kB`, `100 Mbit/s`.
fn decimal(amount: f64, unit: &str) -> String {
    let (scale, prefix) = match amount.abs() {
        small if small < 999.5 => (1.0, ""),
        thousands if thousands < 999.5e3 => (1e3, "k"),
        millions if millions < 999.5e6 => (1e6, "M"),
        billions if billions < 999.5e9 => (1e9, "G"),
        _ => (1e12, "T"),
    };
    format!("{} {prefix}{unit}", significant(amount / scale, 3))
}

/// A share of one as a percentage: `2.6 %`, `<0.1 %`, `100 %`.
pub fn share(value: f64) -> String {
    let percent = value * 100.0;
    if !percent.is_finite() {
        MISSING.into()
    } else if percent > 0.0 && percent < 0.1 {
        "<0.1 %".into()
    } else if (99.95..100.0).contains(&percent) {
        ">99.9 %".into()
    } else if percent.abs() < 10.0 || (99.5..100.0).contains(&percent) {
        format!("{} %", significant((percent * 10.0).round() / 10.0, 3))
    } else {
        format!("{} %", significant(percent.round(), 15))
    }
}

/// How many times one figure is another: `3.2×`, `41×`, `1,200×`.
pub fn times(ratio: f64) -> String {
    format!("{}×", significant(ratio, 2))
}

/// Half of an interval relative to its value, the longer one: `±0.7 %`, empty where it is zero; where the interval is wide, a
/// factor, `×/÷2.1`, or both sides where they differ, `−46/+2 %`, far from the value as multiples of it, `÷3/×9,700`; `to ∞` where
/// it has no upper end.
pub fn half_width(value: f64, low: f64, high: f64) -> String {
    let half = (high - value).max(value - low);
    if high == f64::INFINITY {
        return "to ∞".into();
    }
    // Ten equal figures may differ from their mean in the last bit.
    if half <= value.abs() * ROUNDING || !half.is_finite() {
        return String::new();
    }
    if value == 0.0 {
        return format!("±{}", significant(half, 2));
    }
    let (up, down) = (high / value, value / low);
    let is_factor = low > 0.0 && up.max(down) > WIDE;
    if is_factor && up.ln().max(down.ln()) <= LOPSIDED * up.ln().min(down.ln()) {
        return format!("×/÷{}", significant(up.max(down), 2));
    }
    if value > 0.0 && up >= FAR && low >= 0.0 {
        let up = significant(up, 2);
        return match significant(down, 2) {
            _ if low == 0.0 => format!("0 to ×{up}"),
            one if one == "1" => format!("to ×{up}"),
            down => format!("÷{down}/×{up}"),
        };
    }
    if is_factor || half > (WIDE - 1.0) * value.abs() {
        let percent = |side: f64| significant(100.0 * side / value.abs(), 2);
        return match percent(value - low) == percent(high - value) {
            true => format!("±{} %", percent(half)),
            false => format!("−{}/+{} %", percent(value - low), percent(high - value)),
        };
    }
    format!("±{}", share(half / value.abs()).replace("<0.1 %", "0.1 %"))
}

/// Small raised figures for notes: 12 → `¹²`.
pub fn superscript(number: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raise = |c: char| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    number.to_string().chars().map(raise).collect()
}

fn dollars(value: f64, magnitude: impl Fn(f64) -> String) -> String {
    if !value.is_finite() {
        return MISSING.into();
    }
    format!("{}${}", if value < 0.0 { "−" } else { "" }, magnitude(value.abs()))
}

/// `seconds` in a large and a small unit: the small one is `small` seconds long and `per` of them make the large one.
fn two_units(seconds: f64, small: f64, (large_name, small_name): (&str, &str), per: u64) -> String {
    // Rounding first keeps "59 min 60 s" from ever being written.
    let total = (seconds / small).round() as u64;
    match (total / per, total % per) {
        (large, 0) => format!("{large} {large_name}"),
        (large, rest) => format!("{large} {large_name} {rest} {small_name}"),
    }
}

fn without_trailing_zeros(digits: &str) -> String {
    match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.').into(),
        false => digits.into(),
    }
}

/// Commas between groups of three digits of the whole part.
pub(crate) fn separated(digits: &str) -> String {
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_has_a_plural() {
        let shown = [(50.0, "prover"), (1.0, "prover"), (0.0, "token"), (0.01, "token"), (3.0, "tx"), (2.0, "tx/s")];
        let shown = shown.map(|(value, unit)| super::quantity(value, unit));
        assert_eq!(shown, ["50 provers", "1 prover", "0 tokens", "0.01 tokens", "3 tx", "2 tx/s"]);
        let shown = [(1e8, "bit/s"), (1e12, "B"), (5.25, "1/month")].map(|(value, unit)| super::quantity(value, unit));
        assert_eq!(shown, ["100 Mbit/s", "1 TB", "5.25/month"]);
    }

    #[test]
    fn an_age_is_in_the_unit_that_people_say() {
        // 2026-11-28, midday.
        let age = |day: &str| super::age(day, 1_795_867_200);
        for (day, expected) in [
            ("2026-11-28", "0 days"),
            ("2026-11-27", "1 day"),
            ("2026-11-01", "3 weeks"),
            ("2026-07-20", "4 months"),
            ("2024-11-01", "2 years"),
            ("2027-01-01", "0 days"),
        ] {
            assert_eq!(age(day).as_deref(), Some(expected), "{day}");
        }
        assert_eq!((age("2025-2026"), age("")), (None, None));
    }

    #[test]
    fn a_price_is_older_than_a_year_when_all_of_its_time_is() {
        // 28 November 2026.
        let old = |date: &str| super::is_older_than_a_year(date, 1_795_867_200);
        assert!(["2025-11-27", "2025-10", "2024", "2023-2024", "2001-01-01"].into_iter().all(old));
        assert!(!["2025-11-29", "2025-12", "2025", "2025-2026", "2027", "", "soon"].into_iter().any(old));
    }

    #[test]
    fn digits_are_rounded_separated_and_never_padded() {
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (941.0, "941"),
            (1_302.4, "1,302"),
            (50_000.0, "50,000"),
            (1_234_567.0, "1,235,000"),
            (0.012345, "0.01235"),
            (-2.5, "−2.5"),
            (99_999.6, "100,000"),
            (1e-6, "0.000001"),
            (1.5e-9, "1.5×10⁻⁹"),
            (2e18, "2×10¹⁸"),
        ];
        for (value, text) in cases {
            assert_eq!(significant(value, 4), text);
        }
        assert_eq!(significant(f64::NAN, 3), "–");
        assert_eq!(significant(f64::INFINITY, 3), "–");
    }

    #[test]
    fn durations_speak_the_units_of_people() {
        let cases = [
            (0.0, "0 s"),
            (3.4e-9, "3.4 ns"),
            (38e-6, "38 µs"),
            (0.1523, "152 ms"),
            (0.9999, "1 s"),
            (12.34, "12.3 s"),
            (59.99, "1 min"),
            (384.0, "6 min 24 s"),
            (3_599.9, "1 h"),
            (3_725.0, "1 h 2 min"),
            (86_399.0, "1 d"),
            (273_600.0, "3 d 4 h"),
            (86_400.0 * 365.0, "365 d"),
            (-0.25, "−250 ms"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn money_shares_and_counts() {
        assert_eq!(usd(57_020.4), "$57,020");
        assert_eq!(usd(-0.5), "−$0.5");
        assert_eq!(usd_short(3_412_000.0), "$3.41 M");
        assert_eq!(usd_short(999_600.0), "$1 M");
        assert_eq!(usd_short(2.5e9), "$2.5 B");
        assert_eq!(usd_short(0.0), "$0");
        assert_eq!(short(50_000.0), "50 k");
        assert_eq!(short(940.0), "940");
        assert_eq!(share(0.026), "2.6 %");
        assert_eq!(share(0.0), "0 %");
        assert_eq!(share(0.0004), "<0.1 %");
        assert_eq!(share(0.99999), ">99.9 %");
        assert_eq!(share(0.997), "99.7 %");
        assert_eq!(share(1.0), "100 %");
        assert_eq!(share(36.0), "3,600 %");
        assert_eq!(count(1_389.0), "1,389");
        assert_eq!(count(2.5), "2.5");
        assert_eq!(times(41.4), "41×");
    }

    #[test]
    fn an_interval_reads_as_its_half_or_both_where_they_differ() {
        assert_eq!(half_width(100.0, 99.0, 102.0), "±2 %");
        assert_eq!(half_width(100.0, 100.0, 100.0), "");
        assert_eq!(half_width(0.01, 0.01 - 1e-18, 0.01 + 1e-18), "");
        assert_eq!(half_width(0.0, -1.0, 1.0), "±1");
        assert_eq!(half_width(10.0, 5.0, 20.0), "×/÷2");
        assert_eq!(half_width(10.0, 5.0, 15.0), "±50 %");
        assert_eq!(half_width(10.0, 9.0, 10.0 / 0.9), "±11 %");
        assert_eq!(half_width(10.0, 9.0, f64::INFINITY), "to ∞");
        assert_eq!(half_width(10.0, 5.4, 10.0), "−46/+0 %");
        assert_eq!(half_width(10.0, 9.9, 23.0), "−1/+130 %");
        assert_eq!(half_width(10.0, 5.5, 20.0), "×/÷2");
        assert_eq!(half_width(10.0, 0.0, 97_000.0), "0 to ×9,700");
        assert_eq!(half_width(10.0, 5.0, 97_000.0), "÷2/×9,700");
        assert_eq!(half_width(10.0, 10.0, 97_000.0), "to ×9,700");
        assert_eq!(half_width(10.0, 0.001, 97_000.0), "×/÷10,000");
        assert_eq!(half_width(100.0, 99.999, 100.001), "±0.1 %");
    }

    #[test]
    fn units_choose_their_own_form() {
        assert_eq!(quantity(0.15, "s"), "150 ms");
        assert_eq!(quantity(150.0, "ms"), "150 ms");
        assert_eq!(quantity(57_000.0, "USD/month"), "$57,000/month");
        assert_eq!(quantity(50_000.0, "tx/s"), "50,000 tx/s");
        assert_eq!(quantity(0.5, "share"), "50 %");
        assert_eq!(figure(57_000.0, "USD/month"), "$57,000");
        assert_eq!(figure(50_000.0, "tx/s"), "50,000");
    }
}
