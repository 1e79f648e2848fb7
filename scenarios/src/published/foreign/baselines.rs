//! Baselines: runs that criterion and critcmp keep under names, of which one is imported. Which one is the same question for folders
//! of criterion and for exports of critcmp.

use std::collections::BTreeSet;
use std::path::Path;

use super::figure::{Figure, PassedOver};
use super::refused;
use crate::reading::Problems;

/// The label of a figure that says of which baseline it is.
pub(super) const BASELINE: &str = "baseline";
/// The baseline of the last run.
const LAST: &str = "new";

/// The baseline that is meant: the one that was named, the last run, or the only one.
///
/// # Errors
/// There is none of that name, or several of which none is the last run.
pub(super) fn meant(path: &Path, found: &BTreeSet<String>, named: Option<&str>) -> Result<String, Problems> {
    let all = found.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    match (named, found.first()) {
        (Some(name), None) => Err(refused(
            path,
            &format!("no results of the baseline `{name}`: there are no baselines"),
            "leave --baseline out",
        )),
        (Some(name), _) if found.contains(name) => Ok(name.to_owned()),
        (Some(name), _) => {
            Err(refused(path, &format!("no results of the baseline `{name}`"), &format!("baselines: {all}")))
        }
        (None, Some(only)) if found.len() == 1 => Ok(only.clone()),
        (None, None) => Ok(LAST.to_owned()),
        (None, _) if found.contains(LAST) => Ok(LAST.to_owned()),
        (None, _) => Err(refused(
            path,
            &format!("results of {} baselines and none of the last run: {all}", found.len()),
            "choose one with --baseline NAME",
        )),
    }
}

/// Why the result of a baseline that is not meant is passed over.
pub(super) fn not_meant(name: &str) -> String {
    format!("a result of the baseline `{name}`: see --baseline")
}

/// Keeps the figures of the baseline that is meant, and those of none; `beside` are baselines that have no figures here.
///
/// # Errors
/// As [`meant`].
pub(super) fn chosen(
    figures: &mut Vec<Figure>,
    passed_over: &mut PassedOver,
    path: &Path,
    (named, beside): (Option<&str>, &BTreeSet<String>),
) -> Result<(), Problems> {
    let of = |figure: &Figure| figure.labels.iter().find(|(label, _)| label == BASELINE).map(|(_, name)| name.clone());
    let found: BTreeSet<String> = figures.iter().filter_map(of).chain(beside.iter().cloned()).collect();
    if found.is_empty() && named.is_none() {
        return Ok(());
    }
    let meant = meant(path, &found, named)?;
    figures.retain(|figure| {
        let other = of(figure).filter(|name| *name != meant);
        other.iter().for_each(|name| passed_over.entries.push(&figure.place, not_meant(name)));
        other.is_none()
    });
    Ok(())
}
