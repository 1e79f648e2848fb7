//! Recorded arrivals at a service: when every request comes, of which class, and how large it is. Each size of a class is a class of its
//! own to what is simulated.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::spec::{ClassSpec, Requests, ServiceSpec};
use crate::quantity::Share;
use crate::reading::{Places, Problems};
use crate::traces::{Kind, Of, Recorded, Traces};

/// Most requests of a trace, once they are scaled.
const MOST: f64 = 2e7;

/// Reads the trace of a design, where it has one, and gives the fingerprint of all that it says.
pub(crate) fn fill(
    design: &str,
    system: &mut ServiceSpec,
    (places, traces): (&Places<'_>, &mut Traces),
) -> Result<Vec<u8>, Problems> {
    let Some(spec) = system.load.arrivals.trace() else { return Ok(Vec::new()) };
    let named = traces.named((places, design), ("load.arrivals.file", &spec.file), Of::Requests)?;
    let recorded = named.recorded();
    let problem = |message| named.problem(message);
    let kinds = kinds(recorded, &mut system.classes).map_err(problem)?;
    let (times_s, classes) = requests(recorded, &kinds, spec.scale).map_err(problem)?;
    // Where the file says classes, their shares are those of the file.
    if !classes.is_empty() {
        let mut counts = vec![0_u64; system.classes.len()];
        classes.iter().for_each(|class| counts[usize::from(*class)] += 1);
        for (count, class) in counts.iter().zip(system.classes.values_mut()) {
            class.share = Share::new(*count as f64 / classes.len() as f64);
        }
    }
    system.load.recorded = Requests { times_s, classes, file: named.file(), told: named.told() };
    Ok(named.fingerprint())
}

/// The class of each kind of request that a trace tells apart, by its number among the classes; where it says sizes, each kind becomes a
/// class. Nothing where it tells none apart.
fn kinds(recorded: &Recorded, classes: &mut BTreeMap<String, ClassSpec>) -> Result<Vec<u16>, String> {
    let names: Vec<String> = classes.keys().cloned().collect();
    let class_of = |kind: &Kind| match (kind.class_among(&names)?, names.as_slice()) {
        (Some(class), _) => Ok(class),
        (None, [_]) => Ok(0),
        (None, _) => Err(format!("a column `class` says of which class a `size` is; classes: {}", names.join(", "))),
    };
    if recorded.kinds.iter().all(|kind| kind.size.is_none()) {
        let classes = recorded.kinds.iter().filter(|kind| kind.class.is_some());
        return classes.map(|kind| class_of(kind).map(|class| class as u16)).collect();
    }
    let mut sized = BTreeMap::new();
    let mut named = Vec::new();
    for kind in &recorded.kinds {
        let class = &names[class_of(kind)?];
        let of = &classes[class];
        let size = kind.size.unwrap_or(of.size);
        let name = format!("{class}, size {size}");
        sized.insert(name.clone(), ClassSpec { size, ..of.clone() });
        named.push(name);
    }
    *classes = sized;
    let places: BTreeMap<&String, u16> = classes.keys().zip(0..).collect();
    Ok(named.iter().map(|name| places[name]).collect())
}

/// When every request comes \[s\], and its class: those of a row are spread evenly to the next time, and what is left of one that is scaled
/// to a part is carried to the next row.
fn requests(recorded: &Recorded, kinds: &[u16], scale: f64) -> Result<(Vec<f64>, Vec<u16>), String> {
    let all: f64 = recorded.rows.iter().map(|row| row.number * scale).sum();
    if all > MOST {
        return Err(format!("it has {all:.0} requests, once they are scaled, and {MOST:.0} are the most"));
    }
    let (mut come, mut due) = (Vec::new(), 0.0);
    for (row, length_s) in recorded.rows.iter().zip(recorded.lengths_s()) {
        due += row.number * scale;
        // Sums of parts such as 0.1 come to a whole but for their last digits.
        let count = (due + 1e-9_f64).floor();
        due -= count;
        let class = kinds.get(usize::from(row.kind)).copied();
        come.extend((0..count as u64).map(|place| (row.at_s + length_s * place as f64 / count, class)));
    }
    if come.is_empty() {
        return Err("no request is left of it".to_owned());
    }
    // Rows of one time lie beside each other in time.
    come.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    Ok((come.iter().map(|(at_s, _)| *at_s).collect(), come.iter().filter_map(|(_, class)| *class).collect()))
}
