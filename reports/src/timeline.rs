//! A timeline as Chrome trace events, which Perfetto and `chrome://tracing` open.
//!
//! Spans of one track that overlap are dealt to as many rows as it takes, so that on every row they follow each other;
//! what took no time is an instant. Source: "Trace Event Format" (Google, 2016). Leaves out: flows between spans.

use std::collections::BTreeMap;

use planner::{Counter, Happening, Spans, Timeline, Track};
use serde_json::{Value, json};

/// All rows belong to one process of the viewer.
const PROCESS: u32 = 1;

/// The document; `title` names what was simulated.
pub fn chrome_trace(timeline: &Timeline, title: &str) -> String {
    let events = match timeline {
        Timeline::Spans(spans) => of_spans(spans),
        Timeline::Counters(counters) => counters.iter().flat_map(values).collect(),
    };
    let events: Vec<String> =
        std::iter::once(named("process_name", 0, title)).chain(events).map(|it| it.to_string()).collect();
    format!("{{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n{}\n]}}\n", events.join(",\n"))
}

/// The values of a counter.
fn values(counter: &Counter) -> impl Iterator<Item = Value> {
    counter.values.iter().map(move |(at, value)| {
        let at = at.nanos() as f64 / 1_000.0;
        json!({ "ph": "C", "pid": PROCESS, "tid": 0, "ts": at, "name": counter.name, "args": { "value": value } })
    })
}

/// Rows of spans, with their names.
fn of_spans(timeline: &Spans) -> Vec<Value> {
    let (mut events, mut row) = (Vec::new(), 0);
    for (track, happenings) in by_track(timeline) {
        for (number, row_of) in rows(&happenings).into_iter().enumerate() {
            row += 1;
            let name = timeline.name(track);
            let name = if number == 0 { name } else { format!("{name} ({})", number + 1) };
            events.push(named("thread_name", row, &name));
            events.push(json!({
                "ph": "M", "pid": PROCESS, "tid": row, "name": "thread_sort_index", "args": { "sort_index": row },
            }));
            events.extend(row_of.into_iter().map(|happening| event(happening, row)));
        }
    }
    events
}

/// What happened on every track, in the order of time.
fn by_track(timeline: &Spans) -> BTreeMap<Track, Vec<&Happening>> {
    let mut tracks: BTreeMap<Track, Vec<&Happening>> = BTreeMap::new();
    timeline.happenings.iter().for_each(|one| tracks.entry(one.track).or_default().push(one));
    tracks.values_mut().for_each(|happenings| happenings.sort_by_key(|one| (one.from, one.until)));
    tracks
}

/// The fewest rows on which nothing overlaps: each goes to the first row that is free.
fn rows<'a>(happenings: &[&'a Happening]) -> Vec<Vec<&'a Happening>> {
    let mut rows: Vec<Vec<&Happening>> = Vec::new();
    for happening in happenings {
        let free = |row: &&mut Vec<&Happening>| row.last().is_none_or(|last| last.until <= happening.from);
        match rows.iter_mut().find(free) {
            Some(row) => row.push(happening),
            None => rows.push(vec![happening]),
        }
    }
    rows
}

fn named(what: &str, row: u32, name: &str) -> Value {
    json!({ "ph": "M", "pid": PROCESS, "tid": row, "name": what, "args": { "name": name } })
}

fn event(happening: &Happening, row: u32) -> Value {
    // The format counts in microseconds.
    let from = happening.from.nanos() as f64 / 1_000.0;
    let args = happening.transactions.map_or_else(|| json!({}), |transactions| json!({ "transactions": transactions }));
    if happening.from == happening.until {
        return json!({
            "ph": "i", "s": "t", "pid": PROCESS, "tid": row, "ts": from, "name": happening.name, "args": args,
        });
    }
    let duration = (happening.until - happening.from).nanos() as f64 / 1_000.0;
    json!({
        "ph": "X", "pid": PROCESS, "tid": row, "ts": from, "dur": duration, "name": happening.name, "args": args,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim::Time;

    #[test]
    fn overlapping_spans_get_rows_of_their_own_and_moments_are_instants() {
        let one = |track, name: &str, from: u64, until: u64| Happening {
            track,
            name: name.into(),
            from: Time::from_nanos(from * 1_000),
            until: Time::from_nanos(until * 1_000),
            transactions: (from > 0).then_some(from),
        };
        let votes = Track::Votes(3);
        let happenings = vec![
            one(votes, "c", 5, 9),
            one(votes, "a", 0, 4),
            one(votes, "b", 2, 5),
            one(Track::Disputes, "invalid", 7, 7),
            one(Track::Level(1), "proof", 1, 2),
        ];
        let levels = vec!["leaves".to_owned(), "segments".to_owned()];
        let text = chrome_trace(&Timeline::Spans(Spans { happenings, levels }), "a \"quoted\" title");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let events = document["traceEvents"].as_array().expect("events");
        let of = |phase: &str| events.iter().filter(|event| event["ph"] == phase).collect::<Vec<_>>();
        let rows: Vec<&str> = of("M")
            .iter()
            .filter(|event| event["name"] == "thread_name")
            .filter_map(|event| event["args"]["name"].as_str())
            .collect();
        assert_eq!(rows, ["votes, shard 3", "votes, shard 3 (2)", "proofs: segments", "disputes"]);
        let spans: Vec<_> = of("X").iter().map(|event| (event["name"].as_str(), event["tid"].as_u64())).collect();
        assert_eq!(spans, [(Some("a"), Some(1)), (Some("c"), Some(1)), (Some("b"), Some(2)), (Some("proof"), Some(3))]);
        assert_eq!((of("X")[1]["ts"].as_f64(), of("X")[1]["dur"].as_f64()), (Some(5.0), Some(4.0)));
        assert_eq!((of("i").len(), of("i")[0]["args"]["transactions"].as_u64()), (1, Some(7)));
    }

    #[test]
    fn counters_have_their_values_at_their_times() {
        let values = vec![(Time::ZERO, 2.0), (Time::from_secs_f64(1.5), 0.25)];
        let text = chrome_trace(&Timeline::Counters(vec![Counter { name: "answers/s", values }]), "a service");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let events = document["traceEvents"].as_array().expect("events").iter().filter(|event| event["ph"] == "C");
        let found: Vec<_> = events
            .map(|event| (event["name"].as_str(), event["ts"].as_f64(), event["args"]["value"].as_f64()))
            .collect();
        let name = Some("answers/s");
        assert_eq!(found, [(name, Some(0.0), Some(2.0)), (name, Some(1_500_000.0), Some(0.25))]);
    }
}
