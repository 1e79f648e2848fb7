//! Recorded arrivals: a CSV file with the time of every request in its first column.
//!
//! A time is in seconds, from any start (a Unix time too), or a date and time of RFC 3339, as logs have them. A first line that begins
//! with a letter is a heading. Columns that it calls `count`, `class` and `size` say how many requests come up to the next time, of which
//! class, and how large each is; others mean nothing here, which is told. Each size of a class is a class of its own to what is simulated.

mod columns;
mod rows;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::rows::Recorded;
use super::spec::{ArrivalsSpec, ClassSpec, ServiceSpec};
use crate::quantity::Share;
use crate::reading::{Places, Problem, Problems, Source, bytes, meant};

/// The largest trace that is read \[B\]: some ten million requests.
const LARGEST: u64 = 256 << 20;

/// Most requests of a trace, once they are scaled.
const MOST: f64 = 2e7;

/// The traces that the designs of a scenario name, each read once.
#[derive(Default)]
pub(crate) struct Traces(BTreeMap<PathBuf, Result<Arc<Trace>, String>>);

/// A trace that was read.
struct Trace {
    recorded: Recorded,
    /// SHA-256 of the file.
    sha256: String,
}

impl Traces {
    fn read(&mut self, path: &Path) -> Result<Arc<Trace>, String> {
        let read = || {
            let said = bytes(path, "CSV file", LARGEST).map_err(|(message, _)| message)?;
            Ok(Arc::new(Trace { recorded: Recorded::of(&said)?, sha256: crate::sha256(&said) }))
        };
        self.0.entry(path.to_owned()).or_insert_with(read).clone()
    }
}

/// Reads the trace of a design, where it has one, and gives the fingerprint of all that it says.
pub(crate) fn fill(
    design: &str,
    system: &mut ServiceSpec,
    (places, traces): (&Places<'_>, &mut Traces),
) -> Result<Vec<u8>, Problems> {
    let ArrivalsSpec::Trace { file, scale, times_s, classes, told, .. } = &mut system.load.arrivals else {
        return Ok(Vec::new());
    };
    let own = format!("design.{design}.load.arrivals.file");
    let key = if places.contains(&own) { own } else { "load.arrivals.file".to_owned() };
    // A scenario of the library, or `--set`, is in no folder: its paths are relative to the working directory.
    let folder = Path::new(&places.source_name(&key)).parent().map(Path::to_owned).unwrap_or_default();
    let path = folder.join(file.as_str());
    if !path.exists() {
        return Err(places.problem(&key, format!("there is no file {}", path.display())).into());
    }
    let problem = |message: String| {
        let help = "the first column is the time of each request, ascending: seconds, or 2026-11-29T08:00:00Z; columns called `count`, \
                    `class` and `size` may follow";
        Problems::from(Problem::new(&Source::new(path.display().to_string(), ""), None, message).with_help(help))
    };
    let trace = traces.read(&path).map_err(problem)?;
    let recorded = &trace.recorded;
    let kinds = kinds(recorded, &mut system.classes).map_err(problem)?;
    (*times_s, *classes) = requests(recorded, &kinds, *scale).map_err(problem)?;
    // Where the file says classes, their shares are those of the file.
    if !classes.is_empty() {
        let mut counts = vec![0_u64; system.classes.len()];
        classes.iter().for_each(|class| counts[usize::from(*class)] += 1);
        for (count, class) in counts.iter().zip(system.classes.values_mut()) {
            class.share = Share::new(*count as f64 / classes.len() as f64);
        }
    }
    *told = recorded.unread.as_ref().map(|unread| format!("{}: {unread}", path.display()));
    Ok(trace.sha256.clone().into_bytes())
}

/// The class of each kind of request that a trace tells apart, by its number among the classes; where it says sizes, each kind becomes a
/// class. Nothing where it tells none apart.
fn kinds(recorded: &Recorded, classes: &mut BTreeMap<String, ClassSpec>) -> Result<Vec<u16>, String> {
    let names: Vec<String> = classes.keys().cloned().collect();
    let number = |name: &str| names.iter().position(|class| class == name).map(|place| place as u16);
    let class_of = |kind: &rows::Kind| match (&kind.class, names.as_slice()) {
        (Some(class), _) if number(class).is_some() => Ok(class.clone()),
        (Some(class), _) => {
            let near = meant(class, names.iter().map(String::as_str));
            Err(format!("line {}: no class `{class}`; {near}classes: {}", kind.line, names.join(", ")))
        }
        (None, [one]) => Ok(one.clone()),
        (None, _) => Err(format!("a column `class` says of which class a `size` is; classes: {}", names.join(", "))),
    };
    if recorded.kinds.iter().all(|kind| kind.size.is_none()) {
        let classes = recorded.kinds.iter().filter(|kind| kind.class.is_some());
        return classes.map(|kind| class_of(kind).map(|class| number(&class).unwrap_or_default())).collect();
    }
    let mut sized = BTreeMap::new();
    let mut named = Vec::new();
    for kind in &recorded.kinds {
        let class = class_of(kind)?;
        let of = &classes[&class];
        let size = kind.size.unwrap_or(of.size);
        let name = format!("{class}, size {size}");
        sized.insert(name.clone(), ClassSpec { size, ..of.clone() });
        named.push(name);
    }
    *classes = sized;
    let places: BTreeMap<&String, u16> = classes.keys().zip(0..).collect();
    Ok(named.iter().map(|name| places[name]).collect())
}

/// When every request comes \[s\], and its class: those of a row are spread evenly to the next, and what is left of one that is scaled to
/// a part is carried to the next row.
fn requests(recorded: &Recorded, kinds: &[u16], scale: f64) -> Result<(Vec<f64>, Vec<u16>), String> {
    let rows = &recorded.rows;
    let all: f64 = rows.iter().map(|row| row.count * scale).sum();
    if all > MOST {
        return Err(format!("it has {all:.0} requests, once they are scaled, and {MOST:.0} are the most"));
    }
    let (mut times, mut classes, mut due) = (Vec::new(), Vec::new(), 0.0);
    for (at, row) in rows.iter().enumerate() {
        due += row.count * scale;
        // Sums of parts such as 0.1 come to a whole but for their last digits.
        let count = (due + 1e-9_f64).floor();
        due -= count;
        let around = [
            at.checked_sub(1).map(|before| row.at_s - rows[before].at_s),
            rows.get(at + 1).map(|next| next.at_s - row.at_s),
        ];
        let length_s = around[1].or(around[0]).unwrap_or(0.0);
        times.extend((0..count as u64).map(|place| row.at_s + length_s * place as f64 / count));
        let class = kinds.get(usize::from(row.kind)).copied();
        classes.extend(class.into_iter().flat_map(|class| std::iter::repeat_n(class, count as usize)));
    }
    if times.is_empty() { Err("no request is left of it".to_owned()) } else { Ok((times, classes)) }
}
