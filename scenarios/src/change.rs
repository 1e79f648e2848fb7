//! Keys of a scenario at several values: what `--vary`, `--points` and `--sample` ask for ([`points`]), and what `[sensitivity]` names.
//!
//! A change is laid over the scenario like `--set`, and over every design that sets the key itself: who varies the load
//! asks what each design does at that load, also the design that claims more. Values are texts as `--set` takes them
//! ([`choices`]); `k` and `M` stand for thousands and millions where a key holds a number without a unit.

mod choices;
mod ends;
mod in_file;
mod points;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::complete::told_once;
use crate::inherited::TIERS;
use crate::origins::Override;
use crate::quantity::{Rate, Share};
use crate::reading::{Layer, Places, Problem, Problems, Source, meant};
use crate::scenario::Scenario;
use crate::spec::{OFF, RANGES, SWITCHES};
use crate::systems::contract::Mix;
use crate::systems::{self, SystemSpec};

pub use choices::{Choice, Choices};
pub use points::{MOST_POINTS, Points, each_once};

/// How messages call the text that the values come from, for a sweep and for a plan.
/// How messages call the load that all designs are compared at.
const LIKE: &str = "the load of the base design";

impl Scenario {
    /// This scenario with a key at another value, also in the designs that set the key themselves. `by` names who asks.
    ///
    /// # Errors
    /// Everything that is wrong with the key and the value, at their place in the text of `by`.
    pub fn changed(&self, by: &'static str, key: &str, value: &str) -> Result<Self, Problems> {
        self.changed_at(by, &[(key, value)])
    }

    /// The same with several keys at once. Claims stay those of the scenario as it is.
    ///
    /// # Errors
    /// As [`Scenario::changed`].
    pub(crate) fn changed_at(&self, by: &'static str, changes: &[(&str, &str)]) -> Result<Self, Problems> {
        let places = systems::places(&self.layers)?;
        let (mut shared, mut of_designs) = (self.layers.clone(), Vec::new());
        for (key, value) in changes {
            let value = if places.is_number(key) { in_full(value) } else { (*value).into() };
            let set = |key: &str| Layer::SetBy(by, format!("{key}={value}"));
            let reach = Reach::of(&places, &self.designs, key);
            shared.extend(reach.all.then(|| set(key)));
            of_designs.extend(reach.designs.iter().map(|design| set(&of_design(design, key))));
        }
        let said = shared.len();
        let layers = shared.into_iter().chain(of_designs).collect();
        told_once(layers, said, self.overrides.clone(), (&self.prices, Some(&self.claims)))
    }

    /// Checks the keys and values that `[sensitivity]` and `[[switches]]` name, before anybody asks for them.
    ///
    /// # Errors
    /// Everything that is wrong with them, but for what they do to a scenario as a whole.
    pub(crate) fn check_named_keys(&self) -> Result<(), Problems> {
        let places = systems::places(&self.layers)?;
        // A part that is off has no keys.
        let is_off =
            |key: &str| key.match_indices('.').any(|(dot, _)| places.value(&key[..dot]).as_deref() == Some(OFF));
        let set = |by: &'static str, key: &str, value: &str| {
            let value = if places.is_number(key) { in_full(value) } else { value.into() };
            (!is_off(key)).then(|| Layer::SetBy(by, format!("{key}={value}")))
        };
        let end = |end: usize| -> Vec<Layer> {
            self.ranges.iter().filter_map(|(key, ends)| set(RANGES, key, &ends[end])).collect()
        };
        let switched = self.switches.iter().flat_map(|switch| &switch.set);
        let switched = switched.filter_map(|(key, value)| set(SWITCHES, key, value)).collect();
        for named in [end(0), end(1), switched].into_iter().filter(|named| !named.is_empty()) {
            let layers: Vec<Layer> = self.layers.iter().cloned().chain(named).collect();
            systems::places(&layers)?;
        }
        Ok(())
    }

    /// The same for an option's value.
    ///
    /// # Errors
    /// As [`Scenario::changed`].
    pub fn varied(&self, key: &str, value: &Choice) -> Result<Self, Problems> {
        self.changed(choices::OPTION, key, &value.text)
    }

    /// This scenario with every design at the load and mix of one of them; nothing where those with its view have these already, or where
    /// one has no load that could be another.
    ///
    /// # Errors
    /// A design cannot have that load or mix.
    pub fn at_load_of(&self, design: &str) -> Result<Option<(Mix, Self)>, Problems> {
        let Some(of) = self.systems.get(design) else { return Ok(None) };
        let comparable = self.systems.values().filter(|system| system.view() == of.view());
        let all = comparable.map(SystemSpec::mix).collect::<Option<Vec<_>>>();
        let Some((mix, all)) = of.mix().zip(all) else { return Ok(None) };
        if all.iter().all(|other| *other == mix) {
            return Ok(None);
        }
        let kinds: BTreeSet<&String> = all.iter().flat_map(|mix| mix.shares.keys()).collect();
        let mut same = self.changed(LIKE, "load.rate", &Rate::new(mix.load_per_s).to_string())?;
        for name in kinds {
            let share = Share::new(mix.shares.get(name).copied().unwrap_or(0.0));
            same = same.changed(LIKE, &format!("{}.{}.share", mix.section, quoted(name)), &share.to_string())?;
        }
        Ok(Some((mix, same)))
    }

    /// What a key holds for a design, as it was written; nothing where it is left out.
    pub fn value_of(&self, design: &str, key: &str) -> Option<String> {
        let places = systems::places(&self.layers).ok()?;
        let own = |places: &Places<'_>| places.value(&format!("design.{design}.{key}"));
        own(&places).or_else(|| places.value(key))
    }
}

/// The changes of the command line, laid over the designs that set a key themselves as well: a change holds for every design,
/// unless one is named by `design.NAME.KEY`. Returns all layers, and what was overridden.
///
/// # Errors
/// Everything that is wrong with the files, as far as it keeps their keys from being known.
pub(crate) fn everywhere(files: Vec<Layer>, changes: &[String]) -> Result<(Vec<Layer>, Vec<Override>), Problems> {
    if changes.is_empty() {
        return Ok((files, Vec::new()));
    }
    let places = systems::places(&files)?;
    let designs = places.keys("design");
    let written: Vec<String> = changes.iter().map(|change| numbered(&places, change)).collect();
    let keys: Vec<(&str, &str)> = written.iter().filter_map(|change| change.split_once('=')).collect();
    let named = |key: &str| keys.iter().any(|(other, _)| *other == key);
    let (mut of_designs, mut overrides, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    refuse_new_designs(&keys, &designs)?;
    if let Some((key, value)) = keys.iter().find(|(key, _)| ["extends", "kind"].contains(&key.trim())) {
        let source = Source::new("--set", format!("{key}={value}"));
        let problem = Problem::new(&source, Some(0..key.len()), format!("`{}` belongs to a file", key.trim()));
        return Err(problem.with_help("name the scenario or the file as an argument").into());
    }
    for (key, value) in keys.iter().map(|(key, value)| (key.trim(), value.trim())) {
        let mut in_designs = BTreeMap::new();
        // An entry that is left out is left out of every design: `inherited` sees to it.
        let left_out = value == OFF && key.starts_with(TIERS);
        // A part that another change brings is there for all.
        let brought = key.match_indices('.').any(|(dot, _)| named(&key[..dot]));
        let mut reach = Reach::of(&places, &designs, key);
        reach.all |= brought;
        if !reach.all {
            alone.push(key);
        }
        for design in reach.designs.into_iter().filter(|_| !left_out) {
            let own = of_design(design, key);
            if !named(&own) {
                let said = format!("design.{design}.{key}");
                let held = if places.contains(&said) { "a table" } else { "nothing" };
                let before = places.value(&said).unwrap_or_else(|| held.into());
                in_designs.insert(design.clone(), before);
                of_designs.push(Layer::Set(format!("{own}={value}")));
            }
        }
        let (key, value) = (key.to_owned(), value.to_owned());
        let change = Override { instead_of: places.value(&key), key, value, in_designs };
        overrides.extend(change.takes_the_place_of_another(reach.all).then_some(change));
    }
    let of_all = |change: &String| change.split_once('=').is_none_or(|(key, _)| !alone.contains(&key.trim()));
    let written: Vec<Layer> = written.iter().filter(|change| of_all(change)).cloned().map(Layer::Set).collect();
    Ok((files.into_iter().chain(written).chain(of_designs).collect(), overrides))
}

/// A design that only the command line names is a slip of the pen.
fn refuse_new_designs(changes: &[(&str, &str)], designs: &[String]) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for (key, value) in changes {
        let Some(rest) = key.trim().strip_prefix("design.").map(|rest| rest.trim_matches('"')) else { continue };
        let known =
            |design: &String| rest.strip_prefix(design.as_str()).is_some_and(|rest| rest.starts_with(['.', '"']));
        let dropped = designs.iter().any(|design| design == rest);
        if dropped || designs.iter().any(known) {
            continue;
        }
        let name = rest.split('.').next().unwrap_or_default();
        let names = designs.iter().map(String::as_str);
        let help = format!("{}designs: {}; a new one belongs into a file", meant(name, names), designs.join(", "));
        let source = Source::new("--set", format!("{key}={value}"));
        problems.push(Problem::new(&source, Some(0..key.len()), format!("no design `{name}`")).with_help(help));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A change with its value in full where the key holds a number without a unit.
fn numbered(places: &Places<'_>, change: &str) -> String {
    match change.split_once('=') {
        Some((key, value)) if places.is_number(key.trim()) => format!("{key}={}", in_full(value.trim())),
        _ => change.to_owned(),
    }
}

/// Where a change is laid over.
struct Reach<'d> {
    /// Whether over what all designs share.
    all: bool,
    /// Over these designs too.
    designs: Vec<&'d String>,
}

impl<'d> Reach<'d> {
    /// Over what all share, and over the designs that set the key themselves. A key of a part that only some designs have, such as
    /// `cache.entries`, means those.
    fn of(places: &Places<'_>, designs: &'d [String], key: &str) -> Self {
        let having = |part: &str| -> Vec<&'d String> {
            designs.iter().filter(|design| places.contains(&format!("design.{design}.{part}"))).collect()
        };
        let is_lacking = |part: &&str| {
            let off = places.value(part).as_deref() == Some(OFF);
            off || !places.contains(part)
        };
        let lacking = key.match_indices('.').map(|(dot, _)| &key[..dot]).filter(is_lacking);
        // The smallest part that some design has: who has a part around it may lack this one.
        match lacking.map(having).rfind(|having| !having.is_empty()) {
            Some(designs) => Self { all: false, designs },
            None => Self { all: true, designs: having(key) },
        }
    }
}

/// A key of one design.
fn of_design(design: &str, key: &str) -> String {
    format!("design.{}.{key}", quoted(design))
}

/// `5k` as `5000`, for keys that hold a number without a unit.
fn in_full(text: &str) -> Cow<'_, str> {
    let (number, zeros) = match text.as_bytes().last() {
        Some(b'k') => (&text[..text.len() - 1], "000"),
        Some(b'M') => (&text[..text.len() - 1], "000000"),
        _ => return text.into(),
    };
    let whole = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if whole { format!("{number}{zeros}").into() } else { text.into() }
}

/// A name as a part of a dotted key.
fn quoted(name: &str) -> Cow<'_, str> {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.into(),
        false => format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_part_that_some_designs_have_means_those() {
        let set = ["cache.entries=500".to_owned(), "clients.retries.attempts=2".to_owned()];
        let scenario = crate::open("proof-service", &set).unwrap_or_else(|problems| panic!("{problems}"));
        let value = |design: &str, key: &str| scenario.value_of(design, key);
        assert_eq!(value("cache", "cache.entries").as_deref(), Some("500"));
        assert_eq!(value("retrying", "clients.retries.attempts").as_deref(), Some("2"));
        assert_eq!((value("gpu", "cache.entries"), value("gpu", "clients.retries.attempts")), (None, None));
        assert_eq!(scenario.overrides[0].in_designs["cache"], "10000");
        // A part that another change brings is there for all.
        let retries = "clients.retries={attempts=9,base=\"1 s\",cap=\"2 s\",jitter=\"0 %\"}".to_owned();
        let set = ["clients.retries.budget={ratio=0.2,burst=20}".to_owned(), retries];
        let brought = crate::open("proof-service", &set).unwrap_or_else(|problems| panic!("{problems}"));
        for design in ["gpu", "retrying"] {
            let case = brought.case(design, "claimed", crate::Sizing::Sized, &crate::Calibrations::default());
            let retries = case.expect("sound").system.service().clients.retries.expect("they ask again");
            assert!(retries.attempts == 9 && retries.budget.is_some(), "{design}: {retries:?}");
        }
        let wrong =
            crate::open("proof-service", &["cache.entires=500".to_owned()]).expect_err("no such key").to_string();
        assert!(wrong.contains("did you mean `entries`?"), "{wrong}");
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place_in_the_option() {
        for (text, column, says) in [
            ("load.rate", 1, "no key and values"),
            ("=5k,6k", 1, "no key and values"),
            ("load.rate=5k", 11, "found 1 value"),
            ("load.rate=5k,,6k", 14, "an empty value"),
            ("load.rate=5k,6k,5000/s", 17, "given twice"),
        ] {
            let problems = Choices::parse(text).expect_err(text);
            let problem = problems.iter().next().expect("one problem");
            assert_eq!((problem.source_name(), problem.position()), ("--vary", Some((1, column))), "{problems}");
            assert!(problem.message().contains(says), "{problems}");
        }
    }

    #[test]
    fn a_change_reaches_the_designs_that_set_the_key_themselves() {
        let scenario = crate::open("layered", &[]).expect("in the library");
        let varied = scenario.varied("load.rate", &Choice::of("5k")).unwrap_or_else(|problems| panic!("{problems}"));
        for design in ["gpu", "hybrid", "combined"] {
            let case = varied.case(design, "claimed", crate::Sizing::Sized, &crate::Calibrations::default());
            assert_eq!(case.map(|case| case.system.layered().load_per_s), Ok(5_000.0), "{design}");
        }
        assert_eq!(scenario.value_of("hybrid", "load.rate").as_deref(), Some("200000 tx/s"));
        assert_eq!(varied.value_of("gpu", "load.rate").as_deref(), Some("5k"));
        let thousand = scenario.varied("validators.count", &Choice::of("1k")).unwrap_or_else(|p| panic!("{p}"));
        assert_eq!(thousand.value_of("gpu", "validators.count").as_deref(), Some("1000"));
    }

    #[test]
    fn what_the_command_line_sets_holds_for_every_design_unless_one_is_named() {
        let set = ["load.rate=5k", "tiers.private.share=100 %", "design.hybrid.load.rate=7k", "tiers.public.share=0 %"];
        let set: Vec<String> =
            set.iter().map(|change| (*change).to_owned()).chain(["tiers.max_privacy.share=0 %".into()]).collect();
        let scenario = crate::open("layered", &set).unwrap_or_else(|problems| panic!("{problems}"));
        let loads = scenario.designs.iter().map(|design| {
            let case = scenario.case(design, "claimed", crate::Sizing::Sized, &crate::Calibrations::default());
            let system = case.expect("sound").system;
            assert_eq!(system.layered().classes.len(), 1, "{design} has private transactions only");
            system.layered().load_per_s
        });
        let expected = scenario.designs.iter().map(|design| if design == "hybrid" { 7_000.0 } else { 5_000.0 });
        assert_eq!(loads.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        let thousand = crate::open("layered", &["validators.count=1k".into()]).unwrap_or_else(|p| panic!("{p}"));
        assert_eq!(thousand.value_of("gpu", "validators.count").as_deref(), Some("1000"));
        let load = &scenario.overrides[0];
        assert_eq!((load.key.as_str(), load.value.as_str()), ("load.rate", "5k"));
        assert_eq!(load.instead_of.as_deref(), Some("50000 tx/s"));
        assert_eq!(load.in_designs, BTreeMap::from([("combined".into(), "100000 tx/s".into())]));
    }

    #[test]
    fn a_change_to_the_same_is_not_told() {
        let told = |set: &[&str]| -> Vec<String> {
            let set: Vec<String> = set.iter().map(|change| (*change).to_owned()).collect();
            let scenario = crate::open("proof-service", &set).unwrap_or_else(|problems| panic!("{problems}"));
            scenario.overrides.into_iter().map(|change| change.key).collect()
        };
        assert_eq!(told(&["prices.spot=false"]), ["prices.spot"]);
        assert_eq!(
            told(&["clients.count=1k", "instances.specified=4"]),
            ["instances.specified"],
            "a design has another"
        );
        assert_eq!(told(&["cache.entries=10000"]), [""; 0], "only one design has a cache");
        assert_eq!(told(&["cache.entries=11000"]), ["cache.entries"]);
    }

    #[test]
    fn designs_are_compared_at_the_load_and_mix_of_one_of_them() {
        let scenario = crate::open("layered", &[]).expect("in the library");
        let (mix, same) = scenario.at_load_of("optimistic").expect("it can be").expect("designs differ");
        assert_eq!((mix.load_per_s, mix.shares), (50_000.0, BTreeMap::from([("private".into(), 1.0)])));
        for design in &same.designs {
            let case = same.case(design, "claimed", crate::Sizing::Sized, &crate::Calibrations::default());
            let system = case.expect("sound").system;
            assert_eq!((system.layered().load_per_s, system.layered().classes.len()), (50_000.0, 1), "{design}");
        }
        assert!(same.at_load_of("gpu").expect("it can be").is_none(), "nothing is left to make the same");
    }

    #[test]
    fn a_key_or_value_that_the_scenario_refuses_is_placed_in_the_option() {
        let scenario = crate::open("layered", &[]).expect("in the library");
        for (key, value, says) in
            [("load.rte", "5k", "unknown key"), ("load.rate", "5 apples", "apples"), ("chain.shards", "0", "shards")]
        {
            let problems = scenario.varied(key, &Choice::of(value)).expect_err(key);
            assert!(problems.iter().all(|problem| problem.source_name() == "--vary"), "{problems}");
            assert!(problems.to_string().contains(says), "{problems}");
        }
    }
}
