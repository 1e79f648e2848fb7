//! What each figure of the answer is and how it is found: what links from numbers lead to.

use std::collections::BTreeMap;

use planner::Summary;
use serde::Serialize;

use super::Section;
use crate::meaning;

/// An entry of the list of figures.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// Its place in the documentation, which its link ends with.
    place: usize,
    names: String,
    what: String,
    how: String,
    /// The figures of the answer that it is of.
    #[serde(skip)]
    figures: Vec<String>,
}

/// The entries of all figures of these outcomes, each once, in the order of the documentation.
pub(super) fn figures(designs: &[Summary]) -> Section {
    let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for metric in designs.iter().flat_map(|summary| &summary.metrics) {
        let figures = meaning::of(&metric.name).map(|place| found.entry(place).or_default());
        if let Some(figures) = figures.filter(|figures| !figures.contains(&metric.name)) {
            figures.push(metric.name.clone());
        }
    }
    let entry = |(place, of): (usize, meaning::Meaning)| {
        let figures = found.remove(&place)?;
        Some(Entry { place, names: of.names(), what: plain(of.what), how: plain(of.how), figures })
    };
    let entries = meaning::all().enumerate().filter_map(entry).collect();
    Section { id: "figures", title: "What each figure is", entries, ..Section::default() }
}

/// Without Markdown's quotes.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// The places that figures link to.
pub(super) fn links(sections: &[Section]) -> BTreeMap<String, usize> {
    let entries = sections.iter().flat_map(|section| &section.entries);
    entries.flat_map(|entry| entry.figures.iter().map(|figure| (figure.clone(), entry.place))).collect()
}
