//! What is read, what is refused and with which words, and that what is shown reads back the same.

use proptest::prelude::*;
use schemars::schema_for;
use serde::Deserialize;

use super::{Bandwidth, Bytes, Duration, KINDS, Positive, Rate, Share, Usd, UsdPerHour, UsdPerMonth, measure};

fn error<Q: std::str::FromStr<Err = super::QuantityError> + std::fmt::Debug>(text: &str) -> String {
    text.parse::<Q>().expect_err("the text is wrong").message
}

#[test]
fn reads_every_way_of_writing() {
    let seconds = |text: &str| text.parse::<Duration>().map(Duration::seconds);
    for (text, expected) in [
        ("500 ms", 0.5),
        ("0.5 s", 0.5),
        ("1 h", 3600.0),
        ("30d", 2_592_000.0),
        ("10 min", 600.0),
        ("3 µs", 3e-6),
        ("1e3 ns", 1e-6),
        ("1h30", 5_400.0),
        ("1 h 30 min", 5_400.0),
        ("1h30min", 5_400.0),
        ("2d 12h", 216_000.0),
        ("5 min 1.5 s", 301.5),
    ] {
        assert_eq!(seconds(text), Ok(expected), "{text}");
    }
    let rate = |text: &str| text.parse::<Rate>().map(Rate::per_second);
    for (text, expected) in [
        ("50000 /s", 5e4),
        ("50k/s", 5e4),
        ("5k", 5e3),
        ("50_000 tx/s", 5e4),
        ("3 /h", 3.0 / 3600.0),
        ("50 k tx/s", 5e4),
        ("5000", 5e3),
        ("30", 30.0),
    ] {
        assert_eq!(rate(text), Ok(expected), "{text}");
    }
    assert_eq!("5 kB".parse::<Bytes>().map(Bytes::bytes), Ok(5_000.0));
    assert_eq!("64 GiB".parse::<Bytes>().map(Bytes::bytes), Ok(68_719_476_736.0));
    assert_eq!("100 Mbit/s".parse::<Bandwidth>().map(Bandwidth::bits_per_second), Ok(1e8));
    assert_eq!("1 MB/s".parse::<Bandwidth>().map(Bandwidth::bits_per_second), Ok(8e6));
    assert_eq!("$2000".parse::<Usd>().map(Usd::usd), Ok(2_000.0));
    assert_eq!("0.10 USD".parse::<Usd>().map(Usd::usd), Ok(0.1));
    assert_eq!("$3.4M".parse::<Usd>().map(Usd::usd), Ok(3.4e6));
    assert_eq!("$57K/month".parse::<UsdPerMonth>().map(UsdPerMonth::usd_per_month), Ok(57_000.0));
    assert_eq!("$0.9/h".parse::<UsdPerMonth>().map(UsdPerMonth::usd_per_month), Ok(657.0));
    for text in ["$0.9", "$0.9/h", "0.9 USD/hour", "$657/month"] {
        assert_eq!(text.parse::<UsdPerHour>().map(UsdPerHour::usd_per_hour), Ok(0.9), "{text}");
    }
    assert_eq!((measure("$657/month"), measure("$0.9/h")), (Some((657.0, "USD/month")), Some((0.9, "USD/h"))));
    assert_eq!((measure("5k"), measure("1h30")), (Some((5_000.0, "/s")), Some((5_400.0, "s"))));
    assert_eq!("80 %".parse::<Share>().map(Share::value), Ok(0.8));
    assert_eq!("0.8".parse::<Share>().map(Share::value), Ok(0.8));
}

#[test]
fn refuses_what_could_be_meant_otherwise() {
    assert_eq!(error::<Duration>("30"), "unit missing: found `30`");
    assert_eq!(error::<Duration>("30 s 1 h"), "unknown unit `s1h` in `30 s 1 h`");
    assert_eq!(error::<Duration>("1 min 30 ms 5"), "unknown unit `min30ms5` in `1 min 30 ms 5`");
    assert_eq!(error::<Usd>("2000"), "unit missing: found `2000`");
    assert_eq!(error::<UsdPerMonth>("$200"), "unit missing: found `$200`");
    assert_eq!(error::<Duration>("5 m"), "unknown unit `m` in `5 m`");
    assert_eq!(error::<Bytes>("5 KB"), "unknown unit `KB` in `5 KB`");
    assert_eq!(error::<Duration>("soon"), "`soon` is not a duration");
    assert_eq!(error::<Duration>(""), "`` is not a duration");
    assert_eq!(error::<Duration>("-1 s"), "a duration cannot be negative: found `-1 s`");
    assert_eq!(error::<Rate>("14,600 /s"), "no commas in numbers: found `14,600 /s`");
    assert_eq!(error::<Bytes>("1e999 B"), "`1e999 B` is more than 1000000 PB, the most that an amount of data may be");
    assert_eq!(error::<Share>("101 %"), "a share lies between 0 and 1 (0 % and 100 %): found `101 %`");
    assert_eq!(error::<Duration>("inf s"), "`inf s` is not a duration");
    let whole = "30".parse::<Duration>().unwrap_err().to_string();
    assert_eq!(
        whole,
        "unit missing: found `30`; write `0.5 s`, `500 ms`, `10 min`, `30d` (units: s, ms, us, ns, min, h, d)"
    );
}

#[test]
fn shows_the_shortest_text() {
    for (text, shown) in
        [("0.5 s", "500 ms"), ("720 h", "30 d"), ("100 s", "100 s"), ("0 s", "0 s"), ("150 ms", "150 ms")]
    {
        assert_eq!(text.parse::<Duration>().unwrap().to_string(), shown);
    }
    assert_eq!(Rate::new(50_000.0).to_string(), "50k/s");
    assert_eq!(Bytes::new(3309.0).to_string(), "3309 B");
    assert_eq!(Bytes::new(131_072.0).to_string(), "128 KiB");
    assert_eq!(Usd::new(0.1).to_string(), "$0.1");
    assert_eq!(UsdPerMonth::new(57_000.0).to_string(), "$57k/month");
    assert_eq!(Share::new(0.07).to_string(), "7 %");
    assert_eq!(Duration::new(1.0 / 3.0).to_string().parse(), Ok(Duration::new(1.0 / 3.0)));
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only read to see whether it can be read")]
struct Table {
    time: Option<Positive<Duration>>,
    share: Option<Share>,
}

#[test]
fn deserializes_with_the_same_words() {
    let read = |text: &str| toml::from_str::<Table>(text).map_err(|error| error.message().to_owned());
    assert_eq!(read("time = \"2 s\"").unwrap().time.map(|time| time.seconds()), Some(2.0));
    assert_eq!(read("share = 1").unwrap().share, Some(Share::new(1.0)));
    assert!(read("time = 3").unwrap_err().starts_with("unit missing: found `3`"));
    assert!(read("time = \"0 s\"").unwrap_err().starts_with("a duration must be above zero"));
    assert!(read("time = true").unwrap_err().contains("a duration such as"));
}

#[test]
fn the_schema_says_the_kind_and_has_examples_that_are_read() {
    for kind in KINDS {
        let schema = kind.schema();
        assert_eq!(schema.get("x-quantity").and_then(|name| name.as_str()), Some(kind.name));
        for example in kind.examples {
            assert!(kind.parse(example).is_ok(), "{example}");
        }
    }
    assert_eq!(schema_for!(Positive<Rate>).get("x-positive"), Some(&true.into()));
    assert_eq!(schema_for!(Share).get("maximum"), Some(&1.0.into()));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        for kind in KINDS {
            let _ = kind.parse(&text);
        }
    }

    #[test]
    fn what_is_shown_reads_back_the_same(value in prop_oneof![0.0..1.0, 0.0..1e6, 0.0..1e300, prop::num::f64::POSITIVE | prop::num::f64::SUBNORMAL]) {
        for kind in KINDS {
            let value = if value > kind.max { 1.0 / value } else { value };
            prop_assert_eq!(kind.parse(&kind.show(value)), Ok(value), "{}", kind.show(value));
        }
    }
}
