//! What a scenario does not take over from one that it extends: claims, which are about somebody else's system, and what is
//! about designs and books that it leaves out.

use crate::reading::{Layer, Places};
use crate::spec::Spec;
use crate::systems::SystemSpec;
use crate::systems::layered::spec::Tier;

/// Before the name of a tier in a key.
pub(crate) const TIERS: &str = "tiers.";

/// Names that the scenario leaves out by `off`.
pub(crate) struct Dropped {
    pub(crate) designs: Vec<String>,
    pub(crate) books: Vec<String>,
}

impl Dropped {
    pub(crate) fn of(places: &Places<'_>) -> Self {
        let named = |section| places.dropped(section).map(str::to_owned).collect();
        Self { designs: named("design"), books: named("books") }
    }

    /// Whether a key lies in what is left out.
    fn holds(&self, key: &str) -> bool {
        let within = |section: &str, names: &[String]| {
            let below = key.strip_prefix(section);
            below.is_some_and(|below| names.iter().any(|name| below.strip_prefix(name.as_str()).is_some_and(ends)))
        };
        within("design.", &self.designs) || within("books.", &self.books)
    }
}

fn ends(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('.')
}

/// Takes out of the keys of all layers what holds for a layer below alone.
pub(crate) fn shed(spec: &mut Spec<SystemSpec>, layers: &[Layer], places: &Places<'_>, dropped: &Dropped) {
    let files =
        layers.iter().filter_map(|layer| if let Layer::File(source) = layer { Some(&source.name) } else { None });
    let mut extended: Vec<&String> = files.collect();
    extended.pop();
    let inherited = |key: &str| extended.iter().any(|name| **name == places.source_name(key));
    // Claims are about the whole of what their file defines.
    let tiers: Vec<&str> = places.dropped(TIERS.trim_end_matches('.')).collect();
    let incomplete = !dropped.designs.is_empty() || !dropped.books.is_empty() || !tiers.is_empty();
    if inherited("claim_files") || incomplete {
        spec.claim_files.clear();
    }
    if inherited("claims") || incomplete {
        spec.claims.clear();
    }
    for name in tiers {
        for design in spec.design.values_mut() {
            leave_out_tier(design, name);
        }
    }
    spec.reference.retain(|reference| !dropped.designs.contains(&reference.design));
    spec.sensitivity.retain(|key, _| !dropped.holds(key));
}

/// What a design overrides of a tier that the scenario leaves out goes with it; a tier that the design defines itself stays.
fn leave_out_tier(design: &mut toml::Table, name: &str) {
    let Some(toml::Value::Table(tiers)) = design.get_mut(TIERS.trim_end_matches('.')) else { return };
    if tiers.get(name).is_some_and(|tier| tier.clone().try_into::<Tier>().is_err()) {
        tiers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_tier_that_is_left_out_is_left_out_of_designs_that_override_it() {
        let set = ["tiers.private=off", "tiers.public.share=1", "tiers.max_privacy=off", "fees=off"];
        let set: Vec<String> = set.iter().map(|change| (*change).to_owned()).collect();
        let scenario = crate::open("layered", &set).unwrap_or_else(|problems| panic!("{problems}"));
        for design in &scenario.designs {
            let case = scenario.case(design, "claimed", crate::Sizing::Sized, &crate::Calibrations::default());
            assert_eq!(case.expect("sound").system.layered().classes.len(), 1, "{design}");
        }
        assert!(scenario.claims.is_empty(), "they are about the whole of it");
        // What then adds to less than all transactions is said as such.
        let less = crate::open("layered", &set[..1])
            .map(|scenario| scenario.case("naive", "claimed", crate::Sizing::Sized, &crate::Calibrations::default()));
        assert!(format!("{less:?}").contains("share"), "{less:?}");
    }

    use crate::Scenario;
    use crate::complete::complete;
    use crate::reading::{Layer, Source};

    /// A file of the user's over one of the library.
    fn mine(base: &str, text: &str) -> Result<Scenario, crate::reading::Problems> {
        let library = crate::open::source(base, None).unwrap_or_else(|problems| panic!("{problems}"));
        complete(vec![Layer::File(library), Layer::File(Source::new("mine.toml", text))], Vec::new())
    }

    #[test]
    fn claims_are_about_the_system_of_their_own_file() {
        let layered = crate::open("layered", &[]).unwrap_or_else(|problems| panic!("{problems}"));
        let named = mine("layered", "claim_files = [\"layered\"]\n").unwrap_or_else(|problems| panic!("{problems}"));
        let silent = mine("layered", "name = \"mine\"\n").unwrap_or_else(|problems| panic!("{problems}"));
        assert!(layered.claims.len() > 100 && named.claims.len() == layered.claims.len());
        assert!(silent.claims.is_empty() && silent.objectives.len() == layered.objectives.len());
    }

    #[test]
    fn designs_books_and_ranges_can_be_left_out_with_all_that_is_about_them() {
        let text = "base = \"gpu\"\nobjectives = []\n[design]\nnaive = \"off\"\noptimistic = \"off\"\ncombined = \"off\"\n\
                    [books]\nmeasured = \"off\"\n[sensitivity]\n\"load.rate\" = \"off\"\n";
        let scenario = mine("layered", text).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(scenario.designs, ["hierarchical", "gpu", "hybrid"]);
        assert_eq!(scenario.books().collect::<Vec<_>>(), ["claimed"]);
        assert!(!scenario.ranges.contains_key("load.rate") && scenario.ranges.contains_key("validators.count"));
        assert!(scenario.ranges.keys().all(|key| !key.starts_with("books.measured.")), "{:?}", scenario.ranges);
        // An objective of a design that is left out is asked of nobody.
        let kept = mine("layered", "design.combined = \"off\"\n").unwrap_or_else(|problems| panic!("{problems}"));
        assert!(kept.objectives.iter().any(|objective| objective.design.as_deref() == Some("combined")));
    }

    #[test]
    fn what_needs_a_design_that_is_left_out_is_told() {
        let problems = mine("layered", "design.optimistic = \"off\"\n").expect_err("it is the base").to_string();
        assert!(problems.contains("no design `optimistic`; set `base` to one of: naive, hierarchical"), "{problems}");
        let slip = mine("layered", "[design]\nnaiv = \"off\"\n").expect_err("there is none").to_string();
        assert!(slip.contains("`design.naiv`: there is nothing to leave out"), "{slip}");
        assert!(slip.contains("mine.toml:2:1") && slip.contains("did you mean `naive`?"), "{slip}");
        let new = crate::open("layered", &["design.gpus.load.rate=7k".into()]).expect_err("a slip").to_string();
        assert!(new.contains("no design `gpus`") && new.contains("did you mean `gpu`?"), "{new}");
        let problems = mine("layered", "chain = \"off\"\n").expect_err("a chain is no design").to_string();
        assert!(problems.contains("`chain`"), "{problems}");
        let problems = mine("layered", "design.gpu.tiers.public = \"off\"\n").expect_err("of one design").to_string();
        assert!(problems.contains("`design.gpu.tiers.public`"), "{problems}");
    }
}
