//! Files with mistakes and the messages that they get; texts of chance, which must only never panic.

#![allow(dead_code, reason = "many fields are only read to see whether they can be read")]

use std::collections::BTreeMap;
use std::time::{Duration as Elapsed, Instant};

use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Layer, Places, Problems, Source, make_optional, merge, nearest, read, read_with_places, said};
use crate::quantity::{Bytes, Duration, Positive, Rate, Share};

/// A type with every representation that a specification may use.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Plan {
    extends: Option<String>,
    horizon: Duration,
    load: Load,
    mode: Option<Mode>,
    share: Option<Share>,
    #[serde(default)]
    sizes: BTreeMap<String, Bytes>,
    #[serde(default)]
    steps: Vec<Step>,
    #[serde(default)]
    costs: BTreeMap<String, Cost>,
    #[serde(default)]
    machines: BTreeMap<String, Machine>,
    figure: Option<Figure>,
    pair: Option<(u8, f64)>,
    #[serde(default)]
    #[schemars(schema_with = "design_schema")]
    design: BTreeMap<String, toml::Table>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Load {
    /// Mean arrivals.
    /// More about them.
    rate: Positive<Rate>,
    #[serde(flatten)]
    spread: Spread,
    #[serde(flatten)]
    burst: Burst,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Spread {
    #[schemars(range(min = 1, max = 64))]
    shards: u32,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "burst", rename_all = "lowercase")]
enum Burst {
    None,
    Periodic { period: Duration },
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    AsSpecified,
    /// Documented, which gives the schema another form.
    Sized,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum Step {
    Pool { servers: u32 },
    Batcher { timeout: Duration, size: u32 },
    Same(Spread),
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Machine {
    price: f64,
    servers: u32,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Cost {
    Measured(String),
    Claimed { time: Duration, of: Option<u64> },
    Nothing,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Figure {
    Number(f64),
    Named { operation: String, size: u32 },
    Several(Vec<f64>),
}

fn design_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let settings =
        schemars::generate::SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut design = settings.into_generator().into_root_schema_for::<Load>().to_value();
    make_optional(&mut design);
    schemars::json_schema!({ "type": "object", "additionalProperties": {
        "type": "object", "properties": { "load": design }, "additionalProperties": false } })
}

const GOOD: &str = "horizon = \"30d\"\n[load]\nrate = \"50k/s\"\nshards = 8\nburst = \"none\"\n";

fn file(text: &str) -> Layer {
    Layer::File(Source::new("plan.toml", text))
}

fn set(text: &str) -> Layer {
    Layer::Set(text.to_owned())
}

fn problems(layers: &[Layer]) -> Problems {
    read::<Plan>(layers).expect_err("the layers are wrong")
}

/// `line:column message` of every problem.
fn list(layers: &[Layer]) -> Vec<String> {
    let place = |place: Option<(usize, usize)>| place.map_or("-".into(), |(line, column)| format!("{line}:{column}"));
    problems(layers).iter().map(|problem| format!("{} {}", place(problem.position()), problem.message())).collect()
}

fn helps(text: &str) -> Vec<String> {
    problems(&[file(text)]).iter().map(|problem| problem.help().unwrap_or_default().to_owned()).collect()
}

#[test]
fn reads_what_is_right() {
    let text = format!(
        "{GOOD}[sizes]\nwitness = \"5 kB\"\n[[steps]]\nkind = \"pool\"\nservers = 3\n[[steps]]\nkind = \"same\"\nshards = 2\n\
         [costs]\na = {{ measured = \"x\" }}\nb = \"nothing\"\nc = {{ claimed = {{ time = \"2 s\" }} }}\n\
         [figure]\noperation = \"fold\"\nsize = 1\n[design.gpu.load]\nshards = 2\n"
    );
    let plan: Plan = read(&[file(&text)]).unwrap();
    assert_eq!(plan.horizon.seconds(), 2_592_000.0);
    assert_eq!(plan.load.rate.per_second(), 50_000.0);
    assert_eq!((plan.load.spread.shards, plan.sizes["witness"].bytes()), (8, 5_000.0));
    assert!(matches!(plan.load.burst, Burst::None) && matches!(plan.figure, Some(Figure::Named { .. })));
    assert!(matches!(&plan.steps[..], [Step::Pool { servers: 3 }, Step::Same(Spread { shards: 2 })]));
    assert!(matches!(&plan.costs["a"], Cost::Measured(name) if name == "x"));
    assert!(matches!(plan.costs["b"], Cost::Nothing));
    assert!(matches!(plan.costs["c"], Cost::Claimed { time, of: None } if time.seconds() == 2.0));
    assert_eq!(plan.design["gpu"]["load"]["shards"].as_integer(), Some(2));
}

#[test]
fn shows_problems_as_a_compiler_does() {
    let text = "horizon = 30d\nmod = \"sized\"\n[load]\nrat = \"5k/s\"\nshards = 100\nburst = \"none\"\n";
    let expected = r#"error: `30d` has no quotes
 --> plan.toml:1:11
  |
1 | horizon = 30d
  |           ^^^
  |
  = help: texts and quantities stand in quotes: "30d"

error: unknown key `mod`
 --> plan.toml:2:1
  |
2 | mod = "sized"
  | ^^^
  |
  = help: did you mean `mode`? keys here: `costs`, `design`, `extends`, `figure`, `horizon`, `load`, `machines`, `mode`, `pair`, `share`, `sizes`, `steps`

error: unknown key `rat` in `load`
 --> plan.toml:4:1
  |
4 | rat = "5k/s"
  | ^^^
  |
  = help: did you mean `rate`? keys here: `burst`, `rate`, `shards`

error: `load.shards`: found 100
 --> plan.toml:5:10
  |
5 | shards = 100
  |          ^^^
  |
  = help: it must be a whole number from 1 to 64

error: unknown key `shrds` in `load`
 --> --set:1:6
  |
1 | load.shrds=3
  |      ^^^^^
  |
  = help: did you mean `shards`? keys here: `burst`, `rate`, `shards`"#;
    assert_eq!(problems(&[file(text), set("load.shrds=3")]).to_string(), expected);
}

#[test]
fn shows_what_has_no_place_and_what_is_in_colour() {
    let expected = r#"error: missing key `load`
--> plan.toml
 = help: it is a table"#;
    let problems = problems(&[file("horizon = \"1 s\"")]);
    assert_eq!(problems.to_string(), expected);
    assert!(problems.render(true).contains("\u{1b}["));
}

#[test]
fn missing_keys_are_found_in_the_merged_tree_with_their_purpose() {
    assert_eq!(
        list(&[file("horizon = \"1 s\"\n[load]\nshards = 3\nburst = \"none\"")]),
        ["2:1 missing key `rate` in `load`"]
    );
    let help = helps("horizon = \"1 s\"\n[load]\nshards = 3\nburst = \"none\"");
    assert_eq!(help, ["it is a rate such as \"50000 /s\": Mean arrivals."]);
    // What one layer lacks, another may say; a setting does not take the header's place.
    let base = file("horizon = \"1 s\"\n[load]\nshards = 3\n");
    assert!(read::<Plan>(&[base.clone(), file("[load]\nrate = \"3 /h\""), set("load.burst=none")]).is_ok());
    assert_eq!(list(&[base, set("load.burst=none")]), ["2:1 missing key `rate` in `load`"]);
}

#[test]
fn an_entry_that_only_a_setting_names_is_a_slip_unless_it_is_complete() {
    let base = file(&format!("{GOOD}[machines.gpu]\nprice = 3.0\nservers = 1\n"));
    let slip = [base.clone(), set("machines.gpuu.price=2.0")];
    assert_eq!(list(&slip), ["1:10 no `gpuu` in `machines`"]);
    let help = "did you mean `gpu`? there are: `gpu`; a new one needs `servers`";
    assert!(problems(&slip).to_string().contains(help), "{}", problems(&slip));
    assert!(read::<Plan>(&[base, set("machines.cpu.price=2.0"), set("machines.cpu.servers=4")]).is_ok());
}

#[test]
fn wrong_types_say_what_was_found_and_what_is_allowed() {
    let text = "horizon = 30\nload = 3\nmode = \"size\"\nshare = 80\nsteps = {}\nfigure = true\npair = [1, 2.0, 3]\n[sizes]\na = \"5\"\n";
    assert_eq!(
        list(&[file(text)]),
        [
            "1:11 `horizon`: unit missing: found `30`",
            "2:8 `load`: found the whole number 3",
            "3:8 `mode`: unknown value `size`",
            "4:9 `share`: a share lies between 0 and 1 (0 % and 100 %): found `80`",
            "5:9 `steps`: found a table",
            "6:10 `figure`: found true",
            "7:8 `pair`: found 3 entries",
            "9:5 `sizes.a`: unit missing: found `5`",
        ]
    );
    assert_eq!(
        helps(text),
        [
            "write `0.5 s`, `500 ms`, `10 min`, `30d` (units: s, ms, us, ns, min, h, d)",
            "it must be a table; keys of the table: `burst`, `period`, `rate`, `shards`; required: `burst`, `rate`, `shards`",
            "did you mean `sized`? allowed: `as-specified`, `sized`",
            "write `80 %`, `0.8` (units: %)",
            "it must be a list `[…]`; an entry is a table; its keys: `kind`, `servers`, `shards`, `size`, `timeout`; required: `kind`",
            "it must be a number or a table or a list `[…]`; keys of the table: `operation`, `size`, all required",
            "it must have exactly 2",
            "write `3309 B`, `5 kB`, `1 TB`, `64 GiB` (units: B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB)",
        ]
    );
}

#[test]
fn tagged_tables_are_checked_by_their_tag() {
    let steps = |steps: &str| list(&[file(&format!("{GOOD}{steps}"))]);
    assert_eq!(steps("[[steps]]\nkind = \"batchr\"\nsize = 2\n"), ["7:8 `steps.0.kind`: unknown value `batchr`"]);
    assert_eq!(steps("[[steps]]\nsize = 2\n"), ["6:1 missing key `kind` in `steps.0`"]);
    assert_eq!(
        steps("[[steps]]\nkind = \"pool\"\nsize = 2\n"),
        ["6:1 missing key `servers` in `steps.0`", "8:1 unknown key `size` in `steps.0`"]
    );
    // A newtype variant takes the keys of what it holds, a flattened one those of the table around it.
    assert_eq!(steps("[[steps]]\nkind = \"same\"\nshard = 2\n"), ["8:1 unknown key `shard` in `steps.0`"]);
    let periodic = GOOD.replace("\"none\"", "\"periodic\"");
    assert_eq!(list(&[file(&periodic)]), ["2:1 missing key `period` in `load`"]);
    assert_eq!(list(&[file(GOOD), set("load.period=3 s")]), ["1:6 unknown key `period` in `load`"]);
}

#[test]
fn untagged_tables_are_checked_by_what_they_have() {
    let costs = |line: &str| list(&[file(&format!("{GOOD}[costs]\n{line}\n"))]);
    assert_eq!(costs("a = { measurd = \"x\" }"), ["7:7 unknown key `measurd` in `costs.a`"]);
    assert_eq!(costs("a = { claimed = { time = \"3\" } }"), ["7:26 `costs.a.claimed.time`: unit missing: found `3`"]);
    assert_eq!(costs("a = { claimed = {} }"), ["7:17 missing key `time` in `costs.a.claimed`"]);
    assert_eq!(costs("a = \"noting\""), ["7:5 `costs.a`: unknown value `noting`"]);
    let figure = |line: &str| list(&[file(&format!("{GOOD}[figure]\n{line}\n"))]);
    assert_eq!(figure("operation = 3\nsize = 1"), ["7:13 `figure.operation`: found the whole number 3"]);
    assert_eq!(figure("operatoin = \"x\"\nsize = 1"), ["7:1 unknown key `operatoin` in `figure`"]);
}

#[test]
fn designs_may_be_partial_but_not_wrong() {
    let text = format!("{GOOD}[design.gpu.load]\nshards = 65\nrte = 3\n[design.cpu]\nlod = {{}}\n");
    assert_eq!(
        list(&[file(&text)]),
        [
            "7:10 `design.gpu.load.shards`: found 65",
            "8:1 unknown key `rte` in `design.gpu.load`",
            "10:1 unknown key `lod` in `design.cpu`",
        ]
    );
}

#[test]
fn an_overridden_mistake_is_still_a_mistake() {
    assert_eq!(
        list(&[file(&GOOD.replace("30d", "30")), set("horizon=1 h")]),
        ["1:11 `horizon`: unit missing: found `30`"]
    );
}

#[test]
fn settings_take_toml_and_bare_texts() {
    let plan = |setting: &str| read::<Plan>(&[file(GOOD), set(setting)]);
    assert_eq!(plan("horizon=30d").unwrap().horizon.seconds(), 2_592_000.0);
    assert_eq!(plan("load.rate=5k").unwrap().load.rate.per_second(), 5_000.0);
    assert_eq!(plan("load.rate = \"5k\"").unwrap().load.rate.per_second(), 5_000.0);
    assert_eq!(plan("load.shards=9").unwrap().load.spread.shards, 9);
    assert_eq!(plan("share=80 %").unwrap().share.unwrap().value(), 0.8);
    assert_eq!(plan("mode=as-specified").unwrap().mode, Some(Mode::AsSpecified));
    assert_eq!(plan("sizes={ a = '1 B' }").unwrap().sizes["a"].bytes(), 1.0);
    assert_eq!(plan("sizes.\"a.b\"=2 kB").unwrap().sizes["a.b"].bytes(), 2_000.0);
    for nothing in ["", "=", "a", "=3", "horizon=", "a..b=c", "a b=c", "[load]", "# x"] {
        let list = list(&[file(GOOD), set(nothing)]);
        assert_eq!(list, [format!("1:1 `{nothing}` sets nothing")]);
    }
    let set = problems(&[file(GOOD), set("load.rate=-5/s")]);
    assert_eq!(set.iter().next().unwrap().source_name(), "--set");
    assert_eq!(list(&[file(GOOD), Layer::Set("horizon=5000".into())]), ["1:9 `horizon`: unit missing: found `5000`"]);
}

#[test]
fn a_place_that_a_list_does_not_have_is_told_with_those_it_has() {
    let two = format!("{GOOD}[[steps]]\nkind = \"pool\"\nservers = 1\n[[steps]]\nkind = \"pool\"\nservers = 2\n");
    let all = |setting: &str| problems(&[file(&two), set(setting)]);
    let found = all("steps.7.servers=3");
    assert_eq!(found.iter().count(), 1, "{found}");
    assert!(found.to_string().contains("`steps` has no entry 7"), "{found}");
    assert!(found.to_string().contains("it has 2 entries: steps.0 to steps.1"), "{found}");
    let good: Plan = read(&[file(&two), set("steps.1.servers=3")]).expect("sound");
    assert_eq!(good.steps.len(), 2);
}

#[test]
fn a_table_without_a_key_is_told_what_it_may_say() {
    let found = problems(&[file(GOOD), set("load={}")]).to_string();
    assert!(found.contains("`load`: `{}` says nothing"), "{found}");
    assert!(found.contains("keys of the table: ") && found.contains("`rate`"), "{found}");
    let found = problems(&[file(GOOD), set("steps={}")]).to_string();
    assert!(found.contains("it must be a list") && found.contains("an entry is a table"), "{found}");
}

#[test]
fn broken_form_is_reported_without_its_echoes() {
    let tail = "[load]\nrate = \"1 /s\"\nshards = 1\nburst = \"none\"\n";
    let unclosed = format!("mod = 1\nshare = [1, 2\nhorizon = \"1 s\"\n{tail}");
    assert_eq!(
        list(&[file(&unclosed)]),
        ["1:1 unknown key `mod`", "3:1 not TOML: missing comma between array elements, expected `,`"]
    );
    assert_eq!(list(&[file(&format!("horizon = \"1 s\"\nhorizon = \"2 s\"\n{tail}"))]), ["2:1 duplicate key"]);
    assert_eq!(list(&[file(&format!("horizon = \"1 s\"\n{tail}[load]\n"))]), ["6:2 duplicate key"]);
    assert_eq!(list(&[file(&format!("horizon =\n{tail}"))]), ["1:10 a value is missing"]);
    assert_eq!(list(&[file("[load\nrate = \"x\"\n")]), ["1:6 not TOML: unclosed table, expected `]`"]);
}

#[test]
fn places_of_keys_are_kept() {
    let text = format!("{GOOD}[sizes]\nz = \"1 B\"\n\"a.b\" = \"2 B\"\n[[steps]]\nkind = \"pool\"\nservers = 1\n");
    let layers = [file(&text), set("sizes.q=3 B")];
    let (_, places): (Plan, Places) = read_with_places(&layers).unwrap();
    assert_eq!(places.keys("sizes"), ["z", "a.b", "q"]);
    assert!(places.contains("sizes.a.b") && places.contains("steps.0.servers") && !places.contains("steps.1.servers"));
    let position = |key| places.problem(key, "x").position();
    assert_eq!(position("load.shards"), Some((4, 10)));
    assert_eq!(position("sizes.a.b"), Some((8, 9)));
    assert_eq!(position("load.none.such"), Some((2, 1)));
    assert_eq!(position("nothing"), None);
    assert_eq!(position("steps.0.servers"), Some((11, 11)));
    assert_eq!(places.problem("sizes.q", "too small").source_name(), "--set");
    assert_eq!(places.problem("load.rate", "too small").message(), "`load.rate`: too small");
}

#[test]
fn the_extended_scenario_is_found_even_in_a_broken_file() {
    let source = Source::new("plan.toml", "extends = \"layered\"\nx = 3d\n[load");
    let found = said(&source, "extends").unwrap().unwrap();
    assert_eq!((found.text.as_str(), &source.text[found.span]), ("layered", "\"layered\""));
    assert_eq!(said(&Source::new("plan.toml", GOOD), "extends").unwrap(), None);
    assert!(
        said(&Source::new("plan.toml", "extends = 3"), "extends").unwrap_err().to_string().contains("plan.toml:1:11")
    );
}

#[test]
fn tables_merge_key_by_key_and_lists_are_replaced() {
    let table = |text: &str| text.parse::<toml::Table>().unwrap();
    let merged =
        merge(&table("a = 1\nl = [1, 2]\n[t]\nx = 1\ny.z = 2\n"), &table("l = [3]\n[t]\ny.w = 3\n[u]\nv = 1\n"));
    assert_eq!(merged, table("a = 1\nl = [3]\n[t]\nx = 1\ny.z = 2\ny.w = 3\n[u]\nv = 1\n"));
}

#[test]
fn the_nearest_name_is_near() {
    let names = ["throughput", "rate", "warm_up"];
    assert_eq!(nearest("thruput", names), Some("throughput"));
    assert_eq!(nearest("Warm-Up", names), Some("warm_up"));
    assert_eq!(nearest("speed", names), None);
    assert_eq!(nearest(&"a".repeat(100_000), names), None);
}

#[test]
fn files_that_cannot_be_read_are_errors_for_people() {
    let folder = std::env::temp_dir().join(format!("reading-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let message = |name: &str, bytes: Option<&[u8]>| {
        let path = folder.join(name);
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).unwrap();
        }
        Source::open(&path).map_err(|problems| problems.iter().next().unwrap().message().to_owned())
    };
    assert_eq!(message("", None).unwrap_err(), "this is a directory");
    assert_eq!(message("missing", None).unwrap_err(), "no such file");
    assert_eq!(message("empty", Some(b"")).unwrap_err(), "the file is empty");
    assert_eq!(message("blank", Some(b"\xef\xbb\xbf \n\n")).unwrap_err(), "the file is empty");
    assert_eq!(
        message("latin", Some(b"a = 1\nb = \"\xe4\"")).unwrap_err(),
        "not UTF-8 text: the first bad byte is in line 2"
    );
    assert_eq!(message("large", Some(&vec![b'#'; (1 << 20) + 1])).unwrap_err(), "larger than 1 MiB");
    assert_eq!(
        message("marked", Some(format!("\u{feff}{GOOD}").as_bytes()))
            .map(|source| read::<Plan>(&[Layer::File(source)]).is_ok()),
        Ok(true)
    );
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_is_too_large_for_its_type_has_a_place() {
    let found = list(&[file(GOOD), set("pair=[1, 2]"), file("[[steps]]\nkind = \"pool\"\nservers = 5_000_000_000\n")]);
    assert_eq!(found, ["3:11 `steps.0.servers`: found 5000000000"]);
    let found = list(&[file(GOOD), file("pair = [99999999999999999999, 2]")]);
    assert_eq!(found, ["1:9 `pair.0`: found 100000000000000000000"]);
}

#[test]
fn a_long_line_is_named_but_not_shown() {
    let text = format!("{GOOD}x = \"{}\"\n", "y".repeat(100_000));
    assert!(problems(&[file(&text)]).to_string().len() < 500);
}

#[test]
fn thousands_of_problems_answer_at_once() {
    let unknown: String = (0..10_000).map(|index| format!("key{index} = {index}\n")).collect();
    let noise: String = (0..1_u64 << 20).map(|index| char::from(33 + (index * 7919 % 89) as u8)).collect();
    let deep = format!("a={}", "[".repeat(500_000));
    let chain = format!("{}=1", vec!["a"; 200_000].join("."));
    let key = vec!["a"; 79].join(".");
    let bomb = format!("{}1{}", format!("{key}={{").repeat(79), "}".repeat(79)).replace("={1", "=1");
    for text in [unknown, noise, deep, chain, bomb, "[load]\n".repeat(100_000), "a\n\n\n".repeat(250_000)] {
        let start = Instant::now();
        let shown = problems(&[file(&text)]).to_string();
        assert!(start.elapsed() < Elapsed::from_secs(20), "{:?} for {}…", start.elapsed(), &text[..20]);
        assert!(shown.len() < 20_000, "{} bytes shown", shown.len());
    }
    let many: String = (0..30).map(|index| format!("key{index} = 1\n")).collect();
    assert!(problems(&[file(&format!("{many}{GOOD}"))]).to_string().ends_with("… and 10 more"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), setting in any::<String>()) {
        let _ = read::<Plan>(&[file(&text), set(&setting)]).map_err(|problems| problems.to_string());
        let _ = said(&Source::new("x", text), "extends");
    }

    /// Texts made of what scenarios are made of get further than noise does.
    #[test]
    fn no_mixture_of_good_pieces_makes_it_panic(pieces in prop::collection::vec(prop::sample::select(vec![
        "horizon", "load", "rate", "steps", "kind", "costs", "figure", "design", "=", ".", "[", "]", "[[", "]]", "{", "}", ",", "\n",
        "\"", "'", "\"30 d\"", "\"pool\"", "3", "-1.5", "nan", "true", "1979-05-27", " ", "#", "ä", "\u{feff}", "\"\"\"", "burst", "0x1F",
    ]), 0..40)) {
        let text = pieces.concat();
        let _ = read::<Plan>(&[file(&text), set(&text)]).map_err(|problems| problems.render(true));
    }

    /// A wrong key anywhere is found exactly where it is.
    #[test]
    fn an_unknown_key_is_found_where_it_is(lines in 0_usize..20, key in "[a-z]{12,16}") {
        let text = format!("{}{key} = 1\n{GOOD}", "# ä comment\n".repeat(lines));
        prop_assert_eq!(list(&[file(&text)]), [format!("{}:1 unknown key `{key}`", lines + 1)]);
    }
}
