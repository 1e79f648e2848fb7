//! Machines by need: that none of the price list would be cheaper than the one which is taken, and that prices, quotas and terms change
//! the choice as arithmetic says.

use std::fmt::Write as _;
use std::fs;

use models::fleet::HOURS_PER_MONTH;
use models::systems::layered::capacity::VALIDATORS;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use scenarios::{Calibrations, Case, Fault, PriceBook, Sizing};

use crate::bad_input::refused;
use crate::kept::kept;
use crate::program::{folder, proofcast};

/// What costs money in a case whose design, book and prices are these.
fn case(name: &str, design: &str, costs: &str, changes: &[String], prices: &PriceBook) -> Result<Case, Vec<Fault>> {
    let scenario = scenarios::open_at(name, changes, prices).unwrap_or_else(|problems| panic!("{problems}"));
    scenario.case(design, costs, Sizing::Sized, &Calibrations::of_host(Some(kept())))
}

fn sized(design: &str, changes: &[&str]) -> Case {
    let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
    case("layered", design, "claimed", &changes, &PriceBook::library()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Every machine of a price list by the name under which a pool can ask for it.
fn names(prices: &PriceBook) -> Vec<String> {
    let mut all: Vec<String> =
        prices.offers().iter().map(|offer| format!("{}/{}", offer.instance.provider, offer.instance.name)).collect();
    all.sort();
    all.dedup();
    all.retain(|name| !name.starts_with("design/"));
    all
}

/// Prices and shapes of machines that nobody offers.
fn made_up() -> impl Strategy<Value = String> {
    let machine = (1u32..300, 1u32..2_000, 0.01..20.0f64, 1u32..100, 0u32..10_000);
    prop::collection::vec(machine, 1..5).prop_map(|machines| {
        let mut text = "provider,instance,usd_per_hour,cores,memory_gib,network_gbit_s,disk_gb\n".to_owned();
        for (at, (cores, memory, usd, link, disk)) in machines.into_iter().enumerate() {
            writeln!(text, "aws,made-up-{at},{usd:.4},{cores},{memory},{link},{disk}").expect("a text takes all");
        }
        text
    })
}

/// Holds what is taken by need against every machine by itself.
fn none_beats(name: &str, design: &str, costs: &str, key: &str, changes: &[String], prices: &PriceBook) {
    let with = |machine: &str| {
        let set = [changes, &[format!("{key}={machine}")]].concat();
        case(name, design, costs, &set, prices)
    };
    let any = with("any").unwrap_or_else(|faults| panic!("{faults:?}"));
    let [choice] = &any.choices[..] else { panic!("one pool is left open: {:?}", any.choices) };
    let totals: Vec<(String, f64)> = names(prices)
        .into_iter()
        .filter_map(|machine| Some((machine.clone(), with(&machine).ok()?.fleet.total())))
        .collect();
    assert_eq!(totals.len(), choice.considered, "{name} {design}: every machine that can be taken was compared");
    for (machine, total) in &totals {
        assert!(
            *total >= any.fleet.total() * (1.0 - 1e-12),
            "{name} {design}: {machine} costs {total}, {choice:?} more"
        );
    }
    let best = totals.iter().map(|(_, total)| *total).fold(f64::INFINITY, f64::min);
    assert!(
        (best / any.fleet.total() - 1.0).abs() < 1e-9,
        "{name} {design}: {best} alone, {} by need",
        any.fleet.total()
    );
}

#[test]
fn no_machine_of_the_price_list_beats_the_one_that_is_taken() {
    let folder = folder();
    let file = folder.path().join("made-up.csv");
    let designs = ["naive", "optimistic", "hierarchical", "gpu", "hybrid", "combined"];
    let strategy = (0..designs.len(), 1.0..2e5f64, prop::bool::ANY, made_up());
    let mut runner = TestRunner::new(Config { cases: 4, ..Config::default() });
    let found = runner.run(&strategy, |(design, load, claimed, text)| {
        fs::write(&file, text).expect("written");
        let prices = PriceBook::read([&file]).unwrap_or_else(|problems| panic!("{problems}"));
        let (design, costs) = (designs[design], if claimed { "claimed" } else { "measured" });
        let changes = [format!("load.rate={load}/s"), format!("design.{design}.load.rate={load}/s")];
        none_beats("layered", design, costs, "validators.machine", &changes, &prices);
        Ok(())
    });
    found.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn neither_for_instances_and_provers() {
    let prices = PriceBook::library();
    for load in ["1/s", "40/s", "3000/s"] {
        let changes = [format!("load.rate={load}"), "instances.workers=off".to_owned()];
        none_beats("proof-service", "one_instance", "claimed", "instances.machine", &changes, &prices);
    }
    let changes = ["validators.machine=off".to_owned()];
    none_beats("layered", "optimistic", "measured", "proving.machine", &changes, &prices);
}

#[test]
fn what_a_validator_costs_is_its_machines_its_disks_and_what_it_sends() {
    let case = sized("gpu", &["validators.machine=aws/c7a.48xlarge", "validators.terabyte_sent=$7"]);
    let of_role = case.fleet.usd_per_month(models::fleet::Role::Validation);
    let machines = case.fleet.machines(VALIDATORS) as f64;
    // 9,397 B a transaction, in chunks of 1.5 times as much from and to 399 of 400, and 1,596 votes a second to everybody.
    let sent = 50_000.0 * 9_397.0 * 1.5 * 399.0 / 400.0 + 1_596.0 * 3_361.0;
    // An hour of transactions on disks in whole gibibytes, as many as keep them below the target, which is 100 % in the claimed book.
    let kept_gib = (50_000.0 * 9_397.0 * 3_600.0 / 1_073_741_824.0_f64).floor() + 1.0;
    let disk = case.stages.iter().find(|stage| stage.name == "validator_disk").expect("a stage").utilization;
    assert!(disk < 1.0 && disk > 0.999, "disks that are full take nothing more: {disk}");
    let hand = machines * 9.853 * HOURS_PER_MONTH + kept_gib * 0.08 + sent * HOURS_PER_MONTH * 3_600.0 / 1e12 * 7.0;
    assert!((of_role / (400.0 * hand) - 1.0).abs() < 1e-9, "{of_role}, {} by hand", 400.0 * hand);
    // Five machines of 192 cores for 850 of them, and 8 that votes take.
    assert_eq!(machines, 5.0);
}

#[test]
fn quotas_terms_and_discounts_change_the_choice_as_arithmetic_says() {
    let taken = |changes: &[&str]| {
        let case = sized("gpu", changes);
        let choice = case.choices.first().expect("validators are left open").clone();
        (choice, case.fleet.total())
    };
    let (first, total) = taken(&[]);
    let next = first.runner_up.clone().expect("there are several").bundle;
    // A quota on what is taken makes the runner-up the first, at its own price.
    let quota = format!("limit.\"{}\"=1", first.taken.instance);
    let (second, more) = taken(&[&quota]);
    assert_eq!((&second.taken.instance, second.taken.machines), (&next.instance, next.machines));
    assert!((more - total - 400.0 * (next.usd_per_month - first.taken.usd_per_month)).abs() < 1e-3);
    let why = &second.excluded.iter().find(|one| one.machine.starts_with(&first.taken.instance)).expect("told").why;
    assert!(why.contains("are needed, and `limit` allows 1"), "{why}");
    // A discount is off the rent and off nothing else.
    let discount = format!("discount.\"{}\"=50%", first.taken.instance);
    let (cheaper, less) = taken(&[&discount]);
    let rent = first.taken.usd_per_month - first.taken.beside_usd_per_month;
    assert_eq!(cheaper.taken.machines, first.taken.machines);
    assert!((total - less - 400.0 * 0.5 * rent).abs() < 1e-3, "{total} {less}");
    // Three years of commitment: only machines that have such a price, at that price.
    let (committed, _) = taken(&["books.claimed.any.market=3 years, all upfront", "validators.terabyte_sent=$0"]);
    let hourly = (committed.taken.usd_per_month - committed.taken.beside_usd_per_month)
        / committed.taken.machines as f64
        / HOURS_PER_MONTH;
    let listed = PriceBook::library()
        .offers()
        .into_iter()
        .filter_map(|offer| offer.price)
        .find(|price| price.instance == committed.taken.instance && price.market == "3 years, all upfront");
    assert!((hourly / listed.expect("it has one").usd_per_hour - 1.0).abs() < 1e-9);
    assert!(committed.excluded.iter().any(|one| one.machine.starts_with("AX") && one.why.contains("on the market")));
}

#[test]
fn names_that_stand_for_nothing_and_costs_of_one_machine_are_refused() {
    let folder = folder();
    let sized = "simulate layered --sizing sized --costs claimed --design gpu --quiet";
    for (set, says) in [
        ("validators.machine=aws/c7z*", "no machine of the price list is `aws/c7z*`"),
        ("validators.machine=gold", "no machine `gold` in the book"),
        ("validators.machine=lambda/*", "nobody says how many physical cores it has"),
        ("limit.\"*\"=1", "`limit` allows 1"),
    ] {
        refused(folder.path(), &format!("{sized} --set {set}"), &[says]);
    }
    // A figure of one GPU says nothing of the cores of another machine.
    let prices = PriceBook::library();
    let faults = case("layered", "gpu", "measured", &["proving.machine=any".into()], &prices).expect_err("of a GPU");
    assert!(
        faults.iter().any(|(key, why)| key.ends_with("proving.machine") && why.contains("name a machine of the book")),
        "{faults:?}"
    );
}

#[test]
fn the_answer_names_the_machine_and_who_would_be_next() {
    let folder = folder();
    let line = "simulate layered --sizing sized --costs claimed --design gpu --set horizon=1h --replications 2 --quiet";
    let outcome = proofcast(folder.path(), &format!("{line} --json")).json();
    let choice = &outcome["machines"][0];
    let (taken, next) = (&choice["taken"], &choice["runner_up"]);
    assert_eq!(choice["pool"], "validators");
    assert!(next["bundle"]["usd_per_month"].as_f64() >= taken["usd_per_month"].as_f64());
    assert!(next["excuse"].as_str().is_some_and(|excuse| excuse.contains("dearer")), "{next}");
    let text = proofcast(folder.path(), line).expect(0);
    let named = format!("{} × {}", taken["machines"], taken["instance"].as_str().expect("a name"));
    assert!(text.contains("Machines by need") && text.contains(&named), "{named}: {text}");
}

#[test]
fn as_specified_a_machine_is_chosen_for_the_number_that_the_scenario_says() {
    let chosen = |sizing: Sizing, number: u64| {
        let set = ["instances.machine=any", "instances.workers=off", &format!("instances.specified={number}")];
        let set = set.map(str::to_owned);
        let scenario =
            scenarios::open_at("proof-service", &set, &PriceBook::library()).unwrap_or_else(|p| panic!("{p}"));
        let case = scenario.case("four_instances", "claimed", sizing, &Calibrations::of_host(None));
        let case = case.unwrap_or_else(|faults| panic!("{faults:?}"));
        let choice = case.choices.first().expect("instances are left open").clone();
        assert_eq!(choice.taken.machines, case.fleet.machines("instances"), "{choice:?}");
        let bill = case.fleet.total();
        assert!((choice.taken.usd_per_month / bill - 1.0).abs() < 1e-9, "{bill}: {choice:?}");
        (choice, case.stages.iter().all(|stage| stage.utilization < 1.0))
    };
    let (four, carries) = chosen(Sizing::Specified, 4);
    assert!(carries && four.taken.machines == 4, "{four:?}");
    // Whoever has more of them can have smaller ones, and none that costs less is enough.
    let (sixteen, carries) = chosen(Sizing::Specified, 16);
    assert!(carries && sixteen.taken.machines == 16);
    assert!(sixteen.taken.usd_per_month / 16.0 <= four.taken.usd_per_month / 4.0, "{sixteen:?}, {four:?}");
    let (sized, _) = chosen(Sizing::Sized, 4);
    assert!(sized.taken.usd_per_month <= four.taken.usd_per_month * (1.0 + 1e-12), "{sized:?}, {four:?}");
}

#[test]
fn who_rents_spot_machines_reads_that_nobody_takes_them_back() {
    let case = |name: &str, design: &str, set: &[&str]| {
        let set: Vec<String> = set.iter().map(|change| (*change).to_owned()).collect();
        self::case(name, design, "claimed", &set, &PriceBook::library()).unwrap_or_else(|faults| panic!("{faults:?}"))
    };
    let spot = "books.claimed.any.market=spot";
    let told = |case: &Case| case.assumptions.iter().filter(|said| said.contains("nobody takes back")).count();
    for (name, design, pool) in [("layered", "gpu", "validators"), ("proof-service", "four_instances", "instances")] {
        let open = format!("{pool}.machine=any");
        let with = case(name, design, &[&open, spot]);
        let taken = &with.choices[0].taken.instance;
        assert!(with.assumptions.iter().any(|said| said.starts_with(taken) && said.contains("is a spot machine")));
        assert_eq!((told(&with), told(&case(name, design, &[&open]))), (1, 0), "{name}: {:?}", with.assumptions);
        // What is advised can be done: a machine of the price list has no key for a price.
        let advice = with.choices[0].excluded.iter().filter(|one| one.why.contains("no price for"));
        let advice: Vec<&str> = advice.map(|one| one.why.as_str()).collect();
        assert!(
            !advice.is_empty() && advice.iter().all(|why| why.contains("--prices FILE") && !why.contains("price ="))
        );
    }
}
