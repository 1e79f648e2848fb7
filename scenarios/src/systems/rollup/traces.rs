//! What was recorded of a rollup: its load, and the fees of its L1.
//!
//! The load of a trace is a rate that is constant from each time to the next, so that it takes as much memory as its rows and not as its
//! transactions. A trace with classes has their shares in the whole of it.

use models::profile::Profile;
use sim::Time;

use super::spec::{ArrivalsSpec, FeeSpec, LoadSpec, RecordedFee, RecordedLoad, RollupSpec};
use crate::fault::Fault;
use crate::quantity::Share;
use crate::reading::{Places, Problems};
use crate::traces::{Named, Of, Traces, too_short};

/// Most transactions of a trace, once they are scaled: they are counted to the last.
const MOST: f64 = 1e15;

/// Reads the traces of a design, and gives the fingerprint of all that they say.
pub(crate) fn fill(
    design: &str,
    system: &mut RollupSpec,
    (places, traces): (&Places<'_>, &mut Traces),
) -> Result<Vec<u8>, Problems> {
    let (mut said, mut problems) = (Vec::new(), Problems::new());
    let mut keep = |found: Result<Option<Named>, Problems>| match found {
        Ok(named) => said.extend(named.map(|named| named.fingerprint()).unwrap_or_default()),
        Err(found) => found.iter().cloned().for_each(|problem| problems.push(problem)),
    };
    keep(load(system, |file, of| traces.named((places, design), ("load.arrivals.file", file), of)));
    let l1 = &mut system.l1;
    for (key, law) in [("l1.gas.trace", &mut l1.gas.law), ("l1.blobs.trace", &mut l1.blobs.law)] {
        keep(fee(law, |file, of| traces.named((places, design), (key, file), of)));
    }
    if problems.is_empty() { Ok(said) } else { Err(problems) }
}

/// Reads the trace of the load, where there is one.
fn load(
    system: &mut RollupSpec,
    mut named: impl FnMut(&str, Of) -> Result<Named, Problems>,
) -> Result<Option<Named>, Problems> {
    let ArrivalsSpec::Trace(spec) = &system.load.arrivals else { return Ok(None) };
    let named = named(&spec.file, Of::Transactions)?;
    let recorded = named.recorded();
    let lasts_s = length(&named)? / spec.speed;
    let counts = recorded.rows.iter().map(|row| (row.at_s / spec.speed, row.number * spec.scale));
    let counts: Vec<(f64, f64)> = counts.collect();
    let all: f64 = counts.iter().map(|(_, count)| count).sum();
    if all > MOST {
        let message = format!("it has {all:.2e} transactions, once they are scaled, and {MOST:.0e} are the most");
        return Err(named.problem(message));
    }
    let per_s = Profile::recorded(&counts, lasts_s);
    let per_s = per_s.ok_or_else(|| named.problem("no transaction is left of it".to_owned()))?;
    let names: Vec<String> = system.classes.keys().cloned().collect();
    let kinds = recorded.kinds.iter().map(|kind| kind.class_among(&names)).collect::<Result<Vec<_>, _>>();
    let kinds = kinds.map_err(|message| named.problem(message))?;
    // Where the file says classes, their shares are those of the file.
    let has_classes = kinds.iter().any(Option::is_some);
    if has_classes {
        let mut come = vec![0.0; names.len()];
        for (row, (_, count)) in recorded.rows.iter().zip(&counts) {
            kinds[usize::from(row.kind)].into_iter().for_each(|class| come[class] += count);
        }
        for (class, come) in system.classes.values_mut().zip(come) {
            class.share = Share::new(come / all);
        }
    }
    system.load.recorded = Some(RecordedLoad { per_s, has_classes, lasts_s, file: named.file(), told: named.told() });
    Ok(Some(named))
}

/// Reads the trace of a fee, where there is one.
fn fee(
    law: &mut FeeSpec,
    mut named: impl FnMut(&str, Of) -> Result<Named, Problems>,
) -> Result<Option<Named>, Problems> {
    let Some(file) = &law.trace else { return Ok(None) };
    let named = named(file, Of::Fees)?;
    let lasts_s = length(&named)?;
    let steps = named.recorded().rows.iter().map(|row| (Time::from_secs_f64(row.at_s), row.number));
    law.recorded = Some(RecordedFee { steps: steps.collect(), lasts_s, file: named.file(), told: named.told() });
    Ok(Some(named))
}

/// How long a trace lasts as it was recorded \[s\].
fn length(named: &Named) -> Result<f64, Problems> {
    let lasts_s = named.recorded().lasts_s();
    let message = "it has one time, and how long that lasts would say the next: there are two or more";
    if lasts_s > 0.0 { Ok(lasts_s) } else { Err(named.problem(message.to_owned())) }
}

/// Traces that end before the run.
pub(super) fn faults(spec: &RollupSpec, horizon: models::system::Horizon) -> Vec<Fault> {
    let load = spec.load.recorded.as_ref().map(|load| ("load.arrivals.file", load.lasts_s));
    let fees = spec.l1.fees().filter_map(|(key, law)| Some((key, law.recorded.as_ref()?.lasts_s)));
    let fees = fees.map(|(key, lasts_s)| (format!("{key}.trace"), lasts_s));
    let all = load.map(|(key, lasts_s)| (key.to_owned(), lasts_s)).into_iter().chain(fees);
    all.filter_map(|(key, lasts_s)| too_short(&key, lasts_s, horizon)).collect()
}

/// What a reader must be told of them: what they take the place of, and what of them means nothing.
pub(super) fn assumptions(spec: &RollupSpec) -> Vec<String> {
    let LoadSpec { rate, recorded, .. } = &spec.load;
    let unused = recorded.as_ref().and(rate.as_ref());
    let unused = unused.map(|_| "`load.rate` is not used: a trace has a rate of its own".to_owned());
    let fees = spec.l1.fees().filter(|(_, law)| law.recorded.is_some());
    let fees = fees.map(|(key, _)| format!("`{key}.fee` and `{key}.within` are not used: a trace has fees of its own"));
    let unread = recorded.iter().filter_map(|load| load.told.clone());
    let unread_fees = spec.l1.fees().filter_map(|(_, law)| law.recorded.as_ref()?.told.clone());
    unused.into_iter().chain(fees).chain(unread).chain(unread_fees).collect()
}
