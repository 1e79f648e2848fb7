//! Who gave the values that the library does not give: a file of the user's, or an option of the command line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::reading::Places;

/// How the names of the library's own sources end.
pub(crate) const LIBRARY: &str = " (library)";

/// What a change on the command line took the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// The key, as it was written.
    pub key: String,
    /// The value that it got.
    pub value: String,
    /// The value that the scenario gives it, where that is one value.
    pub instead_of: Option<String>,
    /// Values of their own that designs had, by design.
    pub in_designs: BTreeMap<String, String>,
}

impl Override {
    /// Whether anything else than the same value stood there; `of_all` where it is laid over what all designs share.
    pub(crate) fn takes_the_place_of_another(&self, of_all: bool) -> bool {
        let shared = if of_all { Some(self.instead_of.as_ref()) } else { None };
        let mut before = shared.into_iter().chain(self.in_designs.values().map(Some)).peekable();
        before.peek().is_none() || before.any(|before| before != Some(&self.value))
    }
}

/// A key of a scenario, as an input names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A key that all designs share, or that a design has of its own.
    OfDesign(String),
    /// A key of the cost book.
    OfBook(String),
}

/// Where a value was said, and whether by the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// `--set`, or a file with its line.
    pub(crate) text: String,
    /// Outside the library.
    pub(crate) by_user: bool,
}

/// Who gave each value of a scenario, by dotted key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins(BTreeMap<String, Place>);

impl Origins {
    pub(crate) fn of(places: &Places<'_>) -> Self {
        let place = |problem: &crate::reading::Problem| {
            let name = problem.source_name();
            let text = match problem.position() {
                Some((line, _)) if !name.starts_with("--") => format!("{name}, line {line}"),
                _ => name.to_owned(),
            };
            Place { text, by_user: !name.ends_with(LIBRARY) }
        };
        Self(places.leaves().into_iter().map(|(key, problem)| (key, place(&problem))).collect())
    }

    /// Where the value of a key was said, if it was.
    pub(crate) fn place(&self, design: &str, book: &str, key: &Key) -> Option<&Place> {
        match key {
            Key::OfBook(key) => self.0.get(&format!("books.{book}.{key}")),
            Key::OfDesign(key) => self.0.get(&format!("design.{design}.{key}")).or_else(|| self.0.get(key)),
        }
    }

    /// Whether the user gave the value of a key.
    pub(crate) fn is_given(&self, design: &str, book: &str, key: &Key) -> bool {
        self.place(design, book, key).is_some_and(|place| place.by_user)
    }

    /// Whether the user gave any value whose key begins so.
    pub(crate) fn gives_below(&self, prefix: &str) -> bool {
        let from_there = self.0.range(prefix.to_owned()..);
        from_there.take_while(|(key, _)| key.starts_with(prefix)).any(|(_, place)| place.by_user)
    }
}

#[cfg(test)]
mod tests {
    use crate::reading::{Layer, Source};
    use crate::{Calibrations, Case, Known, Sizing};

    fn case(design: &str, changes: &[&str]) -> Case {
        // Validators on the machine that the design names, of which the user may say anything.
        let changes = changes.iter().chain(&["validators.machine=off"]).map(|change| (*change).to_owned());
        let scenario =
            crate::open("layered", &changes.collect::<Vec<_>>()).unwrap_or_else(|problems| panic!("{problems}"));
        let case = scenario.case(design, "claimed", Sizing::Sized, &Calibrations::default());
        case.unwrap_or_else(|faults| panic!("{faults:?}"))
    }

    /// How an input is known, and where it comes from.
    fn known<'c>(case: &'c Case, name: &str) -> (Known, &'c str) {
        let input = case.inputs.iter().find(|input| input.name.starts_with(name));
        input.map_or_else(|| panic!("no `{name}` in {:?}", case.inputs), |input| (input.known, input.source.as_str()))
    }

    #[test]
    fn what_the_user_says_is_given_and_has_no_date() {
        let listed = case("gpu", &[]);
        assert_eq!(known(&listed, "price: ").0, Known::Claimed);
        assert!(listed.inputs.iter().all(|input| input.known != Known::Given), "{:?}", listed.inputs);
        assert_eq!(listed.basis.given, 0.0);

        let set = ["books.claimed.machines.gpu.price=$0.9", "validators.downlink=50 Mbit/s", "token.price=$1"];
        let given = case("gpu", &set);
        for name in ["price: ", "validator: downlink", "token: price"] {
            assert_eq!(known(&given, name), (Known::Given, "--set"), "{name}");
        }
        let hosting = known(&given, "validator: hosting");
        assert!(hosting.0 == Known::Scenario && hosting.1.starts_with("layered (library), line "), "{hosting:?}");
        assert!(given.prices_date.is_empty(), "{}", given.prices_date);
        assert!(given.basis.given > 0.9 && given.basis.claimed < 0.1, "the link decides: {:?}", given.basis);

        let within = |changes: &[&str]| {
            let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
            let scenario = crate::open("layered", &changes).unwrap_or_else(|problems| panic!("{problems}"));
            scenario.books["measured"].machines["gpu"].price_within
        };
        let price = "books.measured.machines.gpu.price=$0.9/h";
        assert_eq!((within(&[]), within(&[price])), (2.0, 1.0), "a negotiated price has no market's spread");
        assert_eq!(within(&[price, "books.measured.machines.gpu.price_within=1.2"]), 1.2);

        let assumed = "books.claimed.machines.gpu.speed.why=assumed: a guess";
        let speed = |case: &Case| case.assumptions.iter().any(|text| text.contains("speed factor"));
        assert!(speed(&case("gpu", &[assumed])));
        assert!(!speed(&case("gpu", &[assumed, "books.claimed.machines.gpu.speed.factor=2"])), "it is the user's");
    }

    #[test]
    fn a_file_of_the_users_is_named_with_its_line_and_a_design_that_says_otherwise_is_not_overruled() {
        let text = "extends = \"layered\"\n[load]\nrate = \"40 k/s\"\n".replace("40 k/s", "40000/s");
        let library = crate::open::source("layered", None).unwrap_or_else(|problems| panic!("{problems}"));
        let layers = vec![Layer::File(library), Layer::File(Source::new("mine.toml", &text))];
        let scenario = crate::complete::complete(layers, Vec::new()).unwrap_or_else(|problems| panic!("{problems}"));
        for (design, expected) in [("gpu", Known::Given), ("hybrid", Known::Scenario)] {
            let case = scenario.case(design, "claimed", Sizing::Sized, &Calibrations::default());
            let case = case.unwrap_or_else(|faults| panic!("{faults:?}"));
            assert_eq!(known(&case, "load").0, expected, "{design}: {}", known(&case, "load").1);
            if expected == Known::Given {
                assert_eq!(known(&case, "load").1, "mine.toml, line 3");
            }
        }
    }

    #[test]
    fn what_is_used_is_listed_and_nothing_else() {
        let gpu = case("gpu", &[]);
        let names: Vec<&str> = gpu.inputs.iter().map(|input| input.name.as_str()).collect();
        let used = ["load", "chain: slot", "chain: epoch", "validators: number", "validator: lifetime"];
        for name in used.iter().chain(&["target utilization", "size: witness", "share: private"]) {
            assert!(names.contains(name), "{name} is not among {names:?}");
        }
        for name in ["size: stark", "share: public", "validator: uplink"] {
            assert!(!names.contains(&name), "{name} is among {names:?}");
        }
    }

    #[test]
    fn what_a_book_of_the_users_lacks_is_said_of_the_book_and_who_asks_for_it() {
        let text = "extends = \"layered\"\n[books.mine]\ntarget_utilization = \"80 %\"\n[books.mine.costs]\nnothing = []\n\
                    [books.mine.machines.cpu]\nprovider = \"aws\"\ninstance = \"c7i.16xlarge\"\nservers = 32\n\
                    speed = { factor = 1, why = \"assumed\" }\n";
        let library = crate::open::source("layered", None).unwrap_or_else(|problems| panic!("{problems}"));
        let layers = vec![Layer::File(library), Layer::File(Source::new("mine.toml", text))];
        let scenario = crate::complete::complete(layers, Vec::new()).unwrap_or_else(|problems| panic!("{problems}"));
        let faults = scenario.case("optimistic", "mine", Sizing::Sized, &Calibrations::default());
        let problems = scenario.problems(faults.expect_err("it lacks costs"));
        let leaf = problems.iter().find(|problem| problem.message().contains("`epoch_batch`"));
        let leaf = leaf.unwrap_or_else(|| panic!("{problems}"));
        assert_eq!((leaf.source_name(), leaf.position()), ("mine.toml", Some((4, 1))), "{problems}");
        assert!(leaf.message().contains("`proving.leaf` of design `optimistic` asks for it"), "{problems}");
    }
}
