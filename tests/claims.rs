//! Claims: each known contradiction of the layered system is found by arithmetic, and is gone when one input is another.

use std::fs;

use planner::{Finding, Verdict, findings};
use scenarios::{Claim, Scenario};

use crate::program::{SHORT, folder, proofcast};

/// What is changed before the verdict is asked for again.
enum Change {
    /// A text in the claim, and what is written instead.
    Written(&'static str, &'static str),
    /// Another claim of the source, and the figure that it has instead.
    Claimed(&'static str, &'static str),
    /// A key of the scenario.
    Set(&'static str),
}

use Change::{Claimed, Set, Written};

const SIGNATURE_8_MS: &str =
    r#"books.claimed.costs.signature_verify=[{ from = "claimed", time = "8 ms", source = "a test" }]"#;
const STARK_300_US: &str =
    r#"books.claimed.costs.stark_verify=[{ from = "claimed", time = "0.3 ms", source = "a test" }]"#;

const SIGNATURE_308_MS: &str =
    r#"books.claimed.costs.signature_verify=[{ from = "claimed", time = "308 ms", source = "a test" }]"#;

/// Number of the contradiction in the table of the file, claim, and the one change after which nothing contradicts it.
const CONTRADICTIONS: [(u32, &str, Change); 37] = [
    (1, "S1.batch.epoch_load", Set("load.rate=13.889/s")),
    (1, "S1.batch.shard_load", Set("load.rate=166.67/s")),
    (2, "S1.batch.time_per_tx", Claimed("S1.batch.cpu", "100000")),
    (2, "S1.batch.time_of_one", Claimed("S1.stark.prove", "100")),
    (3, "S1.validators.check_cores", Set("load.rate=14706/s")),
    (3, "S1.validators.check_rate", Set("validators.cores=850")),
    (4, "S1.validators.block_in_slot", Written("100 tx", "10 tx")),
    (4, "S1.finality.after_check", Claimed("S1.validation.total", "0.1")),
    (5, "S1.epoch.cpu_prove", Written("60 s", "10 s")),
    (5, "S1.epoch.gpu_faster", Written("60 s", "9 s")),
    (6, "S1.validation.shares", Claimed("S1.validation.share_signatures", "25")),
    (6, "S1.validation.gpu_either", Claimed("S1.validation.gpu_total_elsewhere", "1.72")),
    (7, "S1.batch.cpu_cores", Claimed("S1.batch.cpu", "27.78")),
    (7, "S1.batch.cpu_dearer", Claimed("S1.batch.cpu", "20")),
    (8, "S1.market.margin", Written("provers = 50", "provers = 7")),
    (8, "S1.market.provers", Claimed("S1.market.token", "0.4")),
    (9, "S1.bill.combined", Claimed("S1.combined.cost_360", "10000")),
    (9, "S1.bill.criterion", Claimed("S1.combined.cost", "1900")),
    (10, "S1.tree.l2_epoch", Written("64 block", "600 block")),
    (10, "S1.tree.l2_per_epoch", Written("64 block", "600 block")),
    (11, "S1.validators.stake_pays", Written("5 %/year", "25 %/year")),
    (12, "S1.epoch.gpu_cost", Set("load.rate=1250/s")),
    (13, "S1.bandwidth.link", Set("load.rate=1000/s")),
    (13, "S1.bandwidth.shard_link", Set("load.rate=8000/s")),
    (13, "S1.bandwidth.disk", Set("load.rate=1200/s")),
    (14, "S1.finality.network", Set(r#"network.regions=["N_Virginia", "Canada"]"#)),
    (15, "S1.naive.verify_cores", Set(STARK_300_US)),
    (16, "S1.market.base_reward", Claimed("S1.market.quality_bonus", "0")),
    (16, "S1.market.margin_of_epoch", Claimed("S1.epoch.gpu_cost", "5")),
    (17, "S1.economics.per_tx", Claimed("S1.combined.cost_360", "25920")),
    (18, "S1.blocks.rate_100", Written("100 tx/block", "3125 tx/block")),
    (18, "S1.blocks.rate_7", Set("chain.slot=1120 us")),
    (19, "S1.epoch.ten_minutes", Claimed("S1.epoch.gpu_prove", "600")),
    (19, "S1.epoch.under_a_minute", Claimed("S1.epoch.ten_minutes", "0.8")),
    (20, "S1.validators.cpu_rate", Set(SIGNATURE_8_MS)),
    (20, "S1.validators.cpu_rate_of_16", Set(SIGNATURE_308_MS)),
    (20, "S1.validators.gpu_rate", Claimed("S1.validation.gpu_total", "1.818")),
];

/// Who asks of everything asks of these names: scenarios, and files that say what they are about.
#[test]
fn every_file_of_claims_can_be_asked_for_by_its_name() {
    for (name, _) in scenarios::claim_library() {
        let of_file = scenarios::claims_of(name).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        let of_scenario = || scenarios::open(name, &[]).unwrap_or_else(|problems| panic!("{name}: {problems}")).claims;
        assert!(!of_file.unwrap_or_else(of_scenario).is_empty(), "{name}");
    }
}

#[test]
fn what_a_calibration_lacks_is_told_by_book() {
    let scenario = scenarios::open("proof-service", &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let mut calibration = crate::kept::kept();
    assert!(scenario.unmeasured("measured", &calibration).is_empty());
    calibration.operations.retain(|operation| operation.description.name != "payment.prove");
    let lacking = |book: &str| scenario.unmeasured(book, &calibration).into_iter().collect::<Vec<_>>();
    assert_eq!((lacking("measured"), lacking("claimed")), (vec!["payment.prove"], vec![]));
}

fn text(file: &str) -> &'static str {
    scenarios::claim_library().iter().find(|(name, _)| *name == file).expect("it is in the library").1
}

/// The layered system with another text of its claims, and changes of its keys.
fn scenario(claims: &str, changes: &[&str]) -> Scenario {
    let folder = folder();
    fs::write(folder.path().join("claims.toml"), claims).expect("written");
    let path = folder.path().join("mine.toml");
    fs::write(&path, "extends = \"layered\"\nclaim_files = [\"claims.toml\"]\n").expect("written");
    let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
    scenarios::open(&path.to_string_lossy(), &changes).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The claims with a text in one of them replaced, everywhere in it.
fn mutated(id: &str, from: &str, to: &str) -> String {
    let all = text("layered");
    let start = all.find(&format!("id = \"{id}\"\n")).unwrap_or_else(|| panic!("no claim {id}"));
    let end = all[start..].find("[[claims]]").map_or(all.len(), |length| start + length);
    let claim = &all[start..end];
    let formula = claim.find("[claims.derive]").unwrap_or_else(|| panic!("{id} derives nothing"));
    assert!(claim[formula..].contains(from), "{id} has no input `{from}`: {claim}");
    format!("{}{}{}{}", &all[..start], &claim[..formula], claim[formula..].replace(from, to), &all[end..])
}

/// The claims with another figure in one of them.
fn reclaimed(id: &str, figure: &str) -> String {
    let all = text("layered");
    let start = all.find(&format!("id = \"{id}\"\n")).unwrap_or_else(|| panic!("no claim {id}"));
    let said = start + all[start..].find("\nclaimed = ").unwrap_or_else(|| panic!("{id} claims nothing")) + 1;
    let end = said + all[said..].find('\n').expect("a line ends");
    format!("{}claimed = {figure}{}", &all[..said], &all[end..])
}

/// The finding on a claim without an outcome or a calibration.
pub fn by_arithmetic(claims: &[Claim], id: &str) -> Finding {
    let claim = claims.iter().find(|claim| claim.id == id).unwrap_or_else(|| panic!("no claim {id}"));
    findings(std::slice::from_ref(claim), &[], None).remove(0)
}

#[test]
fn every_known_contradiction_is_computed_and_follows_its_inputs() {
    let unchanged = scenario(text("layered"), &[]);
    let numbers: std::collections::BTreeSet<u32> = CONTRADICTIONS.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, (1..=20).collect(), "each of the twenty has a claim");
    for (number, id, change) in &CONTRADICTIONS {
        let before = by_arithmetic(&unchanged.claims, id);
        // The delays between nodes are no input of the source: a claim that they contradict fails.
        let expected = if *number == 14 { Verdict::Fails } else { Verdict::Inconsistent };
        assert_eq!(before.verdict, expected, "{number}, {id}: {}", before.why);
        let changed = match change {
            Written(from, to) => scenario(&mutated(id, from, to), &[]),
            Claimed(other, figure) => scenario(&reclaimed(other, figure), &[]),
            Set(change) => scenario(text("layered"), &[change]),
        };
        let after = by_arithmetic(&changed.claims, id);
        assert_eq!(after.verdict, Verdict::Holds, "{number}, {id}: {:?}, {}", after.derived, after.why);
    }
}

#[test]
fn the_file_says_which_claims_stand_for_which_contradiction() {
    let table: String =
        text("layered").lines().take_while(|line| line.starts_with('#') || !line.starts_with("[[")).collect();
    for (number, id, _) in &CONTRADICTIONS {
        assert!(table.contains(&format!("| {number:>2} |")), "{number} has a row");
        let short = id.trim_start_matches("S1.");
        let last = short.rsplit('.').next().unwrap_or_default();
        assert!(table.contains(short) || table.contains(&format!(".{last}")), "{id} is in the table");
    }
}

#[test]
fn every_claim_of_the_library_has_a_source_and_one_name() {
    let of_scenario = |name| scenarios::open(name, &[]).unwrap_or_else(|problems| panic!("{problems}")).claims;
    let mut all = ["layered", "proof-service", "inference-proofs"].map(of_scenario).concat();
    for (name, prefix) in [("policies", "S2."), ("keys", "S3.")] {
        let claims =
            scenarios::claims_of(name).unwrap_or_else(|problems| panic!("{problems}")).expect("a file of claims");
        assert!(claims.len() > 20 && claims.iter().all(|claim| claim.id.starts_with(prefix)), "{name}");
        all.extend(claims);
    }
    assert!(scenarios::claims_of("layered").is_ok_and(|claims| claims.is_none()), "layered is a scenario");
    let mut names: Vec<&str> = all.iter().map(|claim| claim.id.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "no two claims have one name");
    for claim in &all {
        let system = claim.id.split('.').next().unwrap_or_default();
        assert!(claim.source.starts_with(system), "{}: source `{}`", claim.id, claim.source);
        assert!(claim.id.split('.').count() == 3 && !claim.statement.is_empty(), "{}", claim.id);
    }
    // The mock's figures are those of its formula; what is said of real proofs, ours decide nothing about.
    let policies = scenarios::claims_of("policies").ok().flatten().expect("a file of claims");
    let average = by_arithmetic(&policies, "S2.memory_pattern.average");
    assert_eq!(average.verdict, Verdict::Holds, "{average:?}");
    let real = by_arithmetic(&policies, "S2.memory_pattern.real");
    assert_eq!(real.verdict, Verdict::Untested, "{real:?}");
    assert!(real.why.contains("`policy.pattern.prove`: measure it with `proofcast calibrate`"), "{}", real.why);
}

#[test]
fn units_that_do_not_fit_are_mistakes_of_the_file_with_their_place() {
    let folder = folder();
    let head = "about = \"a test\"\n[[claims]]\nid = \"T.a.b\"\nstatement = \"an epoch has them\"\nclaimed = 5\n\
                unit = \"tx\"\nbound = \"about\"\ntolerance = \"1 %\"\nsource = \"a test\"\n";
    let derive = "[claims.derive]\nformula = \"load * time\"\ninputs = { load = \"5 tx/s\", time = \"1 tx\" }\n";
    fs::write(folder.path().join("bad.toml"), format!("{head}{derive}")).expect("written");
    let scenario = "extends = \"layered\"\nclaim_files = [\"bad.toml\"]\n";
    fs::write(folder.path().join("mine.toml"), scenario).expect("written");
    for name in ["bad.toml", "mine.toml"] {
        let run = proofcast(folder.path(), &format!("claims {name}"));
        let says = ["bad.toml:11:11", "gives tx^2/s", "the claim is in tx"];
        assert!(says.iter().all(|part| run.err.contains(part)), "{name}: {}", run.err);
        run.expect(2);
    }
    let unit = derive.replace("\"1 tx\"", "\"1 sec\"");
    fs::write(folder.path().join("bad.toml"), format!("{head}{unit}")).expect("written");
    let run = proofcast(folder.path(), "claims bad.toml");
    assert!(run.err.contains("bad.toml:12:") && run.err.contains("unknown unit `sec`"), "{}", run.err);
    run.expect(2);
}

#[test]
fn what_was_measured_decides_and_what_was_not_is_untested() {
    let folder = folder();
    let line = "calibrate here.json --quick --only ed25519.sign --quiet";
    proofcast(folder.path(), line).expect(0);
    // The figures are of one CPU: what is found on any other is shown, and decides nothing.
    let text = fs::read_to_string(folder.path().join("here.json")).expect("it was measured");
    let mut some: serde_json::Value = serde_json::from_str(&text).expect("a document");
    for (cpu, judged) in [("Another CPU @ 1.40GHz", false), ("Intel(R) Core(TM) i5-8257U CPU @ 1.40GHz", true)] {
        some["host"]["cpu"] = cpu.into();
        fs::write(folder.path().join("some.json"), some.to_string()).expect("written");
        let found = proofcast(folder.path(), "claims keys --calibration some.json --json").json();
        for id in ["S3.sign.time", "S3.sign.rate", "S3.gates.sign_128B"] {
            let claim = found["claims"].as_array().and_then(|all| all.iter().find(|claim| claim["id"] == id));
            let claim = claim.expect("a claim");
            assert_eq!(claim["verdict"] != "untested", judged, "{claim}");
            assert!(claim["found"].is_number() && claim["ratio"].is_number(), "{claim}");
            assert_eq!(
                claim["why"].as_str().is_some_and(|why| why.contains("is of an Another CPU")),
                !judged,
                "{claim}"
            );
        }
    }
    let bytes = |folder: &tempfile::TempDir| fs::read(folder.path().join("some.json")).expect("it was measured");
    let document = proofcast(folder.path(), "claims keys --calibration some.json --json").json();
    let claim = |id: &str| {
        let all = document["claims"].as_array().expect("claims");
        all.iter().find(|claim| claim["id"] == id).unwrap_or_else(|| panic!("no claim {id}")).clone()
    };
    let sign = claim("S3.sign.time");
    let number = |key: &str| sign[key].as_f64().unwrap_or_else(|| panic!("no {key} in {sign}"));
    assert!(number("low") < number("found") && number("found") < number("high"), "{sign}");
    assert!((number("ratio") - 17.3 / number("found")).abs() < 1e-9, "{sign}");
    let expected = match (number("low"), number("high")) {
        (low, high) if low >= 17.3 * 0.95 && high <= 17.3 * 1.05 => "holds",
        (low, high) if high < 17.3 * 0.95 || low > 17.3 * 1.05 => "fails",
        _ => "undecided",
    };
    assert_eq!(sign["verdict"], expected, "{sign}");
    let batch = claim("S3.batch.time_8");
    assert_eq!((&batch["verdict"], &batch["found"]), (&"untested".into(), &serde_json::Value::Null));
    assert!(batch["why"].as_str().is_some_and(|why| why.contains("measure it with `proofcast calibrate`")), "{batch}");
    // Of an operation that does less than the claim's, the time is at least that and the rate at most.
    let mut less: serde_json::Value = serde_json::from_slice(&bytes(&folder)).expect("a document");
    less["operations"][0]["lower_bound"] = "it does less".into();
    fs::write(folder.path().join("less.json"), less.to_string()).expect("written");
    let bounded = proofcast(folder.path(), "claims keys --calibration less.json --json").json();
    for (id, side, bound) in [
        ("S3.sign.time", "at least", 17.3 * 1.05),
        ("S3.gates.sign_128B", "at least", 18.0),
        ("S3.sign.rate", "at most", 57_800.0 * 0.95),
    ] {
        let claims = bounded["claims"].as_array().expect("claims");
        let claim = claims.iter().find(|claim| claim["id"] == id).expect("a claim");
        let end = |key: &str| claim[key].as_f64().expect("an interval");
        let clear = if side == "at least" { end("low") > bound } else { end("high") < bound };
        let expected = if clear { "fails" } else { "undecided" };
        assert_eq!((&claim["side"], &claim["verdict"]), (&side.into(), &expected.into()), "{claim}");
    }
    let counted: u64 =
        document["counts"].as_object().expect("counts").values().filter_map(|count| count.as_u64()).sum();
    assert_eq!(counted, document["claims"].as_array().map_or(0, Vec::len) as u64);
    assert_eq!(document["provenance"]["calibration_sha256"], scenarios::sha256(&bytes(&folder)));
    let set = proofcast(folder.path(), "claims keys --calibration some.json --set load.rate=5k");
    assert!(set.err.contains("`keys` has claims only"), "{}", set.err);
    set.expect(2);
    for name in ["claims.md", "claims.json"] {
        assert!(folder.path().join("proofcast-out").join(name).exists(), "{name} was written");
    }
}

/// The layered system, shortened, with one claim on the mean time of a vote.
fn about_a_vote(milliseconds: f64) -> Scenario {
    with_claim(&format!(
        "[[claims]]\nid = \"T.vote.mean\"\ndesign = \"optimistic\"\nstatement = \"a vote takes that long at most\"\n\
         claimed = {milliseconds}\nunit = \"ms\"\nbound = \"at most\"\ntolerance = \"0 %\"\nmetric = \"vote_finality.mean\"\n\
         costs = \"claimed\"\nsource = \"a test\"\n"
    ))
}

/// The layered system, shortened, with one claim.
pub fn with_claim(claim: &str) -> Scenario {
    let folder = folder();
    let text = format!("extends = \"layered\"\nclaim_files = []\nobjectives = []\nhorizon = \"1 h\"\n{claim}");
    let path = folder.path().join("mine.toml");
    fs::write(&path, text).expect("written");
    // Validators that are sized for their checks alone are close to their limit, where votes differ between replications.
    let unwatched = ["fraud.watchers.coverage=0 %".to_owned()];
    scenarios::open(&path.to_string_lossy(), &unwatched).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What is found on it, and the interval, with replications added up to a budget.
pub fn decided(scenario: &Scenario, budget: u32) -> Finding {
    decided_from(scenario, 4, budget)
}

/// The same from so many replications on.
fn decided_from(scenario: &Scenario, first: u32, budget: u32) -> Finding {
    let calibrations = scenarios::Calibrations::default();
    let case = scenario.case("optimistic", "claimed", scenarios::Sizing::Sized, &calibrations).expect("a case");
    let cases = [case];
    let selection = planner::Selection {
        designs: vec!["optimistic".into()],
        books: vec!["claimed".into()],
        sizings: vec![scenarios::Sizing::Sized],
        base: "optimistic".into(),
    };
    let effort = planner::Effort { replications: first, ..planner::default_effort(scenario, 1) };
    let origin = planner::Origin {
        overrides: Vec::new(),
        scenario: "mine".into(),
        scenario_sha256: String::new(),
        calibration_sha256: None,
        instance_calibrations_sha256: Default::default(),
        version: String::new(),
    };
    let mut comparison = planner::compare(scenario, &cases, None, &selection, &effort, &origin, |_| {});
    let budget = planner::Budget { replications: Some(budget) };
    planner::decide(scenario, &cases, &mut comparison.designs, (&effort, budget), &origin, |_, _| {});
    comparison.designs[0].claims[0].clone()
}

#[test]
fn a_claim_near_its_bound_is_decided_by_more_replications_or_stays_undecided() {
    let first = decided(&about_a_vote(1e6), 4);
    assert_eq!(first.verdict, Verdict::Holds);
    let (found, high) = (first.found.expect("a mean"), first.high.expect("an interval"));
    let near = about_a_vote(found + 0.9 * (high - found));
    let spent = decided(&near, 4);
    assert_eq!((spent.verdict, spent.high), (Verdict::Undecided, first.high), "{}", spent.why);
    let more = decided(&near, 1_024);
    assert_ne!(more.verdict, Verdict::Undecided, "{}", more.why);
    assert!(
        more.why.contains("decided by") && more.why.contains("replications, at 99.38 % confidence"),
        "{}",
        more.why
    );
    // Where the bound is the mean of all that the budget allows, it cannot decide.
    let of_all = decided_from(&about_a_vote(1e6), 16, 16).found.expect("a mean");
    let at_its_mean = decided(&about_a_vote(of_all), 16);
    assert_eq!(at_its_mean.verdict, Verdict::Undecided, "{}", at_its_mean.why);
    assert!(at_its_mean.why.contains("still so after 16 replications, at 97.5 % confidence"), "{}", at_its_mean.why);
}

#[test]
fn objectives_have_an_exit_status_when_asked_and_names_are_mended() {
    let folder = folder();
    let line = "calibrate some.json --quick --only ed25519.sign --quiet";
    proofcast(folder.path(), line).expect(0);
    let run = |rest: &str| proofcast(folder.path(), &format!("claims mine.toml --calibration some.json {rest}"));
    let objective = |metric: &str, value: f64| {
        let text = format!(
            "extends = \"layered\"\nclaim_files = []\nhorizon = \"1 h\"\nreplications = 2\n[design]\nnaive = \"off\"\n\
             hierarchical = \"off\"\nhybrid = \"off\"\ncombined = \"off\"\n[[objectives]]\nname = \"load\"\n\
             metric = \"{metric}\"\nbound = \"at least\"\nvalue = {value}\nunit = \"tx/s\"\ncosts = \"claimed\"\n\
             design = \"gpu\"\n"
        );
        fs::write(folder.path().join("mine.toml"), text).expect("written");
        run("--strict")
    };
    let met = objective("throughput", 50_000.0);
    assert!(met.out.contains("pass +0 %") && met.out.contains("50,000"), "{}", met.out);
    met.expect(0);
    objective("throughput", 60_000.0).expect(1);
    assert!(run("--json").expect(0) == run("--json --strict").expect(1), "--strict changes the answer");
    // The design has no limit of its blocks.
    objective("capacity.blocks", 60_000.0).expect(3);
    let slip = objective("througput", 60_000.0);
    assert!(slip.err.contains("mine.toml:12:") && slip.err.contains("did you mean `throughput`?"), "{}", slip.err);
    slip.expect(2);
    let slip = proofcast(folder.path(), "claims polices");
    assert!(slip.err.contains("did you mean `policies`?"), "{}", slip.err);
    slip.expect(2);
}

#[test]
fn a_scenario_of_the_users_has_no_claims_of_another_system_unless_it_asks_for_them() {
    let folder = folder();
    fs::write(folder.path().join("mine.toml"), "extends = \"layered\"\nname = \"mine\"\nobjectives = []\n")
        .expect("written");
    let none = proofcast(folder.path(), "claims mine.toml");
    assert!(none.err.contains("no claims and no objectives") && none.err.contains("claim_files"), "{}", none.err);
    none.expect(2);
    let line = format!("compare mine.toml --design optimistic --costs claimed {SHORT}");
    let text = proofcast(folder.path(), &line).expect(0);
    assert!(text.contains("optimistic") && !text.contains("S1."), "{text}");
}
