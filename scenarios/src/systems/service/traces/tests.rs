//! What a trace says, and what is wrong with it.

use std::collections::BTreeMap;

use super::{kinds, requests};
use crate::quantity::Share;
use crate::systems::service::spec::ClassSpec;
use crate::traces::{Of, Recorded};

fn classes() -> BTreeMap<String, ClassSpec> {
    let class = |size, priority| ClassSpec { share: Share::new(0.5), size, priority };
    BTreeMap::from([("large".to_owned(), class(8.0, 1)), ("small".to_owned(), class(1.0, 0))])
}

/// Times and classes of requests, and the classes that there are then.
type Played = (Vec<f64>, Vec<u16>, BTreeMap<String, ClassSpec>);

/// What a trace is at a scale.
fn read(said: &[u8], scale: f64) -> Result<Played, String> {
    let (recorded, mut classes) = (Recorded::of(said, Of::Requests)?, classes());
    let kinds = kinds(&recorded, &mut classes)?;
    let (times, numbers) = requests(&recorded, &kinds, scale)?;
    Ok((times, numbers, classes))
}

fn times(said: &[u8]) -> Result<Vec<f64>, String> {
    read(said, 1.0).map(|(times, ..)| times)
}

#[test]
fn times_are_read_as_logs_have_them() {
    assert_eq!(times(b"time,status\n10.5,200\n10.5,503\n12,200\n"), Ok(vec![0.0, 0.0, 1.5]));
    assert_eq!(times(b"\xef\xbb\xbf3\r\n4\r\n"), Ok(vec![0.0, 1.0]));
    assert_eq!(times(b" time , Count\n 3 , 2\n4,1.0\n"), Ok(vec![0.0, 0.5, 1.0]));
    let dates = b"2026-11-29T08:00:00Z\n2026-11-29T09:00:01.5+01:00\n";
    assert_eq!(times(dates), Ok(vec![0.0, 1.5]));
    for (said, says) in [
        (&b"at\n1\n0.5\n"[..], "line 3: `0.5` is before"),
        (b"1\nsoon\n", "line 2: `soon` is no time"),
        (b"1\nNaN\n", "line 2: `NaN` is no time"),
        (b"1795889977123\n", "line 1: `1795889977123` is no time in seconds; are they milliseconds?"),
        (b"at\n", "no time"),
        (b"", "no time"),
        (b"29.11.2026 08:00\n1\n", "line 1: `29.11.2026 08:00` is neither a time nor the heading of one"),
        (b",count\n1,2\n", "line 1: `` is neither"),
        (b"time,count\n1,-2\n", "line 2: `-2` is no count"),
        (b"time,count\n1,1\n2,2.5\n", "line 3: `2.5` is no count; it is a whole number"),
        (b"time,count\n1\n", "line 2: `` is no count"),
        (b"time,cuont\n1,2\n", "line 1: no column is called `cuont`; did you mean `count`?"),
        (b"time,Sizes\n1,2\n", "did you mean `size`?"),
        (b"time,count,count\n1,2,2\n", "two columns are called `count`"),
        (b"time,class\n1,smal\n", "line 2: no class `smal`; did you mean `small`?"),
        (b"time,size\n1,2\n", "a column `class` says of which class a `size` is"),
        (b"time,class,size\n1,small,0\n", "line 2: `0` is no size"),
        (b"time,count\n1,0\n", "no request is left of it"),
        (b"time,count\n1,1e9\n", "20000000 are the most"),
        (b"time,class\n1,\xff\n", "line 2: column 2 is no text in UTF-8"),
    ] {
        let refused = times(said).expect_err(says);
        assert!(refused.contains(says), "no `{says}` in {refused}");
    }
}

#[test]
fn columns_that_mean_nothing_are_told() {
    let unread = |said: &[u8]| Recorded::of(said, Of::Requests).expect("a trace").unread;
    assert_eq!(unread(b"time,count\n1,2\n"), None);
    assert_eq!(unread(b"time,status\n1,2\n").as_deref(), Some("the column `status` means nothing here"));
    assert!(unread(b"1,2\n").is_some_and(|told| told.contains("no heading")));
}

#[test]
fn counts_and_classes_are_those_of_the_file() {
    let said = b"time,class,count\n0,small,4\n60,large,2\n120,small,1\n";
    let (times, numbers, classes) = read(said, 1.0).expect("a trace");
    assert_eq!(times, [0.0, 15.0, 30.0, 45.0, 60.0, 90.0, 120.0]);
    assert_eq!((numbers, classes.len()), (vec![1, 1, 1, 1, 0, 0, 1], 2));
    // Half of them: nothing is lost by rounding.
    assert_eq!(read(said, 0.5).expect("requests").0, [0.0, 30.0, 60.0]);
    let many: String = (0..1_000).map(|at| format!("{at}\n")).collect();
    assert_eq!(read(many.as_bytes(), 0.1).expect("requests").0.len(), 100);
    assert_eq!(read(many.as_bytes(), 2.5).expect("requests").0.len(), 2_500);
}

#[test]
fn rows_of_one_time_come_beside_each_other() {
    let said = b"time,class,count\n0,small,4\n0,large,2\n60,small,1\n60,large,0\n";
    let (times, numbers, _) = read(said, 1.0).expect("a trace");
    assert_eq!(times, [0.0, 0.0, 15.0, 30.0, 30.0, 45.0, 60.0]);
    assert_eq!(numbers, [1, 0, 1, 1, 0, 1, 1]);
}

#[test]
fn each_size_is_a_class_of_its_own() {
    let said = b"time,class,size\n0,small,2\n1,large,2\n2,small,0.5\n3,small,2\n";
    let (_, numbers, classes) = read(said, 1.0).expect("a trace");
    let names: Vec<&str> = classes.keys().map(String::as_str).collect();
    assert_eq!(names, ["large, size 2", "small, size 0.5", "small, size 2"]);
    let found: Vec<(f64, u32)> = classes.values().map(|class| (class.size, class.priority)).collect();
    assert_eq!(found, [(2.0, 1), (0.5, 0), (2.0, 0)]);
    assert_eq!(numbers, [2, 0, 1, 2]);
    let many: String = (0..1_001).map(|at| format!("{at},small,{}\n", at + 1)).collect();
    let refused = times(format!("time,class,size\n{many}").as_bytes()).expect_err("too many");
    assert!(refused.contains("line 1002") && refused.contains("round the sizes"), "{refused}");
}
