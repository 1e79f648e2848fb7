//! Which columns mean something, of what a trace is of.

use super::{Of, Recorded};

fn numbers(said: &[u8], of: Of) -> Result<Vec<(f64, f64)>, String> {
    Recorded::of(said, of).map(|recorded| recorded.rows.iter().map(|row| (row.at_s, row.number)).collect())
}

#[test]
fn fees_are_read_with_or_without_a_heading() {
    let expected = Ok(vec![(0.0, 0.5), (12.0, 1e-9)]);
    assert_eq!(numbers(b"100,0.5\n112,1e-9\n", Of::Fees), expected);
    assert_eq!(numbers(b"time,block,Fee\n100,7,0.5\n112,8,1e-9\n", Of::Fees), expected);
    let dates = b"time,fee\n2026-04-01T00:00:00Z,0.5\n2026-04-01T00:00:12Z,1e-9\n";
    assert_eq!(numbers(dates, Of::Fees), expected);
    for (said, says) in [
        (&b"1\n2\n"[..], "line 1: it has a time and no fee"),
        (b"1,2,3\n", "line 1: which of its 3 columns is the `fee` says a heading"),
        (b"time,price\n1,2\n", "line 1: no column is called `fee`; columns beside the time: `price`"),
        (b"time,fees\n1,2\n", "line 1: no column is called `fees`; did you mean `fee`?"),
        (b"time,fee\n1,-2\n", "line 2: `-2` is no fee; it is a number of gwei from 0"),
        (b"time,fee\n1,2\n2,NaN\n", "line 3: `NaN` is no fee"),
        (b"time,fee\n1,2\n2\n", "line 3: `` is no fee"),
        (b"time,fee\n1,2\n0,2\n", "line 3: `0` is before the time above it"),
    ] {
        let refused = numbers(said, Of::Fees).expect_err(says);
        assert!(refused.contains(says), "no `{says}` in {refused}");
    }
}

#[test]
fn transactions_have_no_size() {
    let recorded = Recorded::of(b"time,count,size\n0,5,2\n60,3,1\n", Of::Transactions).expect("a trace");
    assert_eq!(recorded.unread.as_deref(), Some("the column `size` means nothing here"));
    assert_eq!(recorded.kinds.len(), 1);
}

#[test]
fn a_row_holds_until_the_next_later_time() {
    let recorded = Recorded::of(b"time,count\n0,5\n0,3\n60,1\n90,2\n90,2\n", Of::Transactions).expect("a trace");
    assert_eq!(recorded.lengths_s(), [60.0, 60.0, 30.0, 30.0, 30.0]);
    assert_eq!(recorded.lasts_s(), 120.0);
    let one = Recorded::of(b"7\n", Of::Transactions).expect("a trace");
    assert_eq!((one.lengths_s(), one.lasts_s()), (vec![0.0], 0.0));
}
