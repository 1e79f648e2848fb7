//! The page of a comparison, and of one design.

use planner::Comparison;

use super::figures::figures;
use super::{Page, Section, again, belief, bills, inputs, judged};
use crate::charts;
use crate::error::ReportError;
use crate::table::{self, Style};

/// The page of a comparison, or of one design.
///
/// # Errors
/// [`ReportError::Encode`] where a chart or the page cannot be made.
pub fn page(comparison: &Comparison) -> Result<String, ReportError> {
    let alone = matches!(&comparison.designs[..], [_]);
    let first = comparison.designs.first();
    let scenario = first.map_or("", |summary| &summary.scenario);
    let title = match first.filter(|_| alone) {
        Some(summary) => format!("{scenario}: {}", summary.design),
        None => scenario.to_owned(),
    };
    let sections = [
        results(comparison, alone),
        Section::of_charts(charts::all(comparison).into_iter().map(|(_, picture)| picture))?,
        Section::of("objectives", "Objectives", table::objectives_by_book(&comparison.designs)),
        judged(&table::unique(comparison.designs.iter().flat_map(|summary| &summary.claims))),
        Section::of("bill", "Bill by line", bills(&comparison.designs)),
        belief(&comparison.designs),
        Section::of("inputs", "Inputs and their sources", inputs(&comparison.designs)),
        figures(&comparison.designs),
        again(&comparison.designs, &comparison.command),
    ];
    let conditions = table::conditions(comparison, Style { width: u16::MAX, colour: false });
    super::page(Page {
        title,
        kind: if alone { "One design" } else { "Comparison of designs" },
        question: &comparison.question,
        answer: &comparison.answer,
        conditions: conditions.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        designs: Some(charts::designs(comparison)).filter(|designs| designs.len() > 1).unwrap_or_default(),
        sections: sections.into(),
        version: super::version(&comparison.designs),
        ..Page::default()
    })
}

/// The tables of the answer: of one design all its figures, of several what they are compared by.
fn results(of: &Comparison, alone: bool) -> Section {
    let parts = match of.designs.first().filter(|_| alone) {
        Some(summary) => table::metrics(summary),
        None => table::comparison_parts(of),
    };
    Section::of("results", "Results", parts)
}

#[cfg(test)]
mod tests {
    use super::page as comparison;
    use super::*;
    use crate::sample;

    /// A page is well-formed but for what HTML leaves open: tags without an end.
    fn parsed(page: &str) -> String {
        let closed = page.replace("<!DOCTYPE html>", "").replace("<br>", "<br/>");
        let void = ["<meta charset=\"utf-8\">", "initial-scale=1\">", "content=\"light dark\">"];
        let closed = void.iter().fold(closed, |text, tag| text.replace(tag, &tag.replace('>', "/>")));
        let (before, after) = closed.split_once("<meta name=\"generator\"").expect("who made it");
        let (generator, rest) = after.split_once('>').expect("its end");
        let text = format!("{before}<meta name=\"generator\"{generator}/>{rest}");
        // The style and the script are no markup.
        let (head, rest) = text.split_once("<style>").expect("a style");
        let (_, rest) = rest.split_once("</style>").expect("its end");
        let (body, rest) = rest.split_once("<script>").expect("a script");
        let (_, end) = rest.split_once("</script>").expect("its end");
        format!("{head}{body}{end}")
    }

    #[test]
    fn a_page_answers_in_order_and_fetches_nothing() {
        let sample = Comparison { command: "proofcast compare layered".into(), ..sample::layered() };
        let page = comparison(&sample).expect("made");
        let ids = ["results", "charts", "claims", "bill", "belief", "again"];
        let places: Vec<usize> = ids
            .iter()
            .map(|id| page.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}")))
            .collect();
        assert!(places.is_sorted(), "{places:?}");
        assert!(page.len() < 2_000_000, "{}", page.len());
        let fetched = ["src=", "href=\"http", "url(", "@import", "fetch("];
        assert!(fetched.iter().all(|what| !page.contains(what)), "all of it is in the file");
        assert_eq!(page.matches("<svg").count(), charts::all(&sample).len());
        assert_eq!(page.matches("<svg").count(), page.matches("<desc>").count());
        assert!(page.contains("proofcast compare layered</code>"));
        let text = parsed(&page);
        roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }

    #[test]
    fn one_design_is_told_in_full_and_names_are_escaped() {
        let mut sample = sample::layered();
        sample.designs.truncate(1);
        sample.designs[0].design = "<script>alert(1)</script> & co".into();
        sample.question = "Is 1 < 2?".into();
        let page = comparison(&sample).expect("made");
        assert!(page.contains("Is 1 &lt; 2?") && !page.contains("<script>alert"), "{page}");
        let metrics = sample.designs[0].metrics.iter().filter(|metric| metric.value.is_some());
        assert!(metrics.clone().count() > 5);
        metrics.for_each(|metric| assert!(page.contains(&metric.name), "{}", metric.name));
    }
}
