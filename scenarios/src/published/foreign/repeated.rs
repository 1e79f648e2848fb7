//! Results of another tool with their raw samples, for a gate that compares two of them.
//!
//! criterion keeps samples in `sample.json`, hyperfine in `times`, where each is a process of its own; repeated lines of Go's `testing.B` are
//! samples. Of the others there is the mean with its interval.

use std::collections::BTreeMap;
use std::path::Path;

use calibrate::gate::repeated::Repeated;

use super::figure::{Figure, PassedOver};
use super::{Import, file, folder};
use crate::reading::Problems;

/// Labels that say where a result lies or was made, and not what it is of.
const PLACES: [&str; 7] = ["root", "folder", "file", "baseline", "cpu", "goos", "goarch"];

/// Every benchmark of a file or folder, and what was passed over.
///
/// # Errors
/// As [`super::import`].
pub fn repeated(path: &Path) -> Result<(Vec<Repeated>, PassedOver), Problems> {
    let import =
        Import { path, format: None, unit: None, machine: "", source: "", name: None, baseline: None, sizes: &[] };
    let (figures, passed_over) = if path.is_dir() { folder(&import)? } else { file(&import, path)? };
    let mut order: Vec<(String, Vec<&Figure>)> = Vec::new();
    let mut places = BTreeMap::new();
    for figure in &figures {
        let name = name(figure);
        let place = *places.entry((name.clone(), figure.size)).or_insert(order.len());
        if place == order.len() {
            order.push((name, Vec::new()));
        }
        order[place].1.push(figure);
    }
    Ok((order.into_iter().map(|(name, group)| of_group(name, &group)).collect(), passed_over))
}

/// The name of an operation with what else it is of.
fn name(figure: &Figure) -> String {
    let threads = figure.threads.map(|threads| format!("threads={threads}"));
    let labels = figure.labels.iter().filter(|(label, value)| !PLACES.contains(&label.as_str()) && !value.is_empty());
    let mut said: Vec<String> = labels.map(|(label, value)| format!("{label}={value}")).chain(threads).collect();
    // hyperfine's parameters stand in the command already.
    said.retain(|text| !text.split_once('=').is_some_and(|(_, value)| figure.operation.contains(value)));
    if said.is_empty() { figure.operation.clone() } else { format!("{}@{}", figure.operation, said.join(",")) }
}

fn of_group(operation: String, group: &[&Figure]) -> Repeated {
    let seconds = |ms: f64| ms / 1e3;
    let each = group.iter().flat_map(|figure| {
        let whole = figure.samples_ms.is_empty().then_some(figure.ms);
        figure.samples_ms.iter().copied().chain(whole)
    });
    let runs = group.iter().map(|figure| figure.run).collect::<std::collections::BTreeSet<_>>().len();
    let processes: usize =
        group.iter().filter(|figure| figure.samples_are_processes).map(|figure| figure.samples_ms.len()).sum();
    Repeated {
        operation,
        size: group[0].size,
        samples_s: each.map(seconds).collect(),
        half_width_s: group[0].half_width_ms.filter(|_| group.len() == 1).map(seconds),
        processes: processes.max(runs),
    }
}
