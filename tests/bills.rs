//! Bills by hand, to the cent: the lines that a design must have, with the arithmetic in words; and what leaves the house.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use planner::{Bill, Exact, Line};
use scenarios::{Calibrations, Case, PriceBook, Sizing};

use crate::program::{folder, proofcast};
use crate::uncertainty::answered;

/// A case at the costs of its source, on the machines that it names.
fn case(scenario: &str, design: &str, changes: &[&str], prices: &str) -> Case {
    let folder = folder();
    let file = folder.path().join("prices.csv");
    fs::write(&file, format!("provider,instance,market,usd_per_hour,least_billed_s,date,source\n{prices}"))
        .expect("written");
    let prices = PriceBook::read([&file]).unwrap_or_else(|problems| panic!("{problems}"));
    let mut set: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
    set.push("horizon=20min".into());
    let scenario = scenarios::open_at(scenario, &set, &prices).unwrap_or_else(|problems| panic!("{problems}"));
    let case = scenario.case_with_worlds(design, "claimed", Sizing::Specified, &Calibrations::default());
    case.unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn billed(case: &Case) -> Bill {
    answered(case, 1, 1).bill.expect("a bill")
}

/// A service of so many instances of AWS, on a market.
fn service(instances: u32, market: &str, changes: &[&str], prices: &str) -> Bill {
    let machine = "books.claimed.machines.instance";
    let set = [
        format!("instances.specified={instances}"),
        format!("{machine}.provider=aws"),
        format!("{machine}.market={market}"),
    ];
    let set: Vec<&str> = set.iter().map(String::as_str).chain(changes.iter().copied()).collect();
    billed(&case("proof-service", "four_instances", &set, prices))
}

fn line<'b>(bill: &'b Bill, item: &str) -> &'b Line {
    let items = || bill.lines.iter().map(|line| line.item.as_str()).collect::<Vec<_>>();
    bill.lines.iter().find(|line| line.item == item).unwrap_or_else(|| panic!("no `{item}` in {:?}", items()))
}

/// What is paid a month amortised, at the start, and each month in cash.
fn cents(line: &Line) -> [String; 3] {
    [line.usd_per_month, line.upfront_usd, line.cash_usd_per_month].map(|usd| usd.fixed(2))
}

#[test]
fn on_demand_machines_are_paid_for_every_hour() {
    // 4 instances × 730 h × $0.34 = $992.80, idle or not.
    let bill = service(4, "on-demand", &[], "");
    let instances = line(&bill, "instances");
    assert_eq!(cents(instances), ["992.80", "0.00", "992.80"]);
    assert_eq!((instances.market.as_str(), instances.known.as_str()), ("on-demand", "published"));
    let (busy, idle) = (instances.utilization.expect("a stage"), instances.idle.expect("a stage"));
    assert!(busy > 0.0 && (busy + idle - 1.0).abs() < 1e-12, "{busy} {idle}");
    // A minute is billed at least, which is less than a month: nothing is added.
    assert_eq!(instances.least_billed_s, Some(60.0));
    // 20 requests a second would be 52,560,000 a month.
    let per_million = bill.per_million(bill.usd_per_month).expect("some are carried").to_f64();
    assert!((per_million - 992.8 / (bill.requests_per_month / 1e6)).abs() < 1e-9);
    // Each request of a service is a proof.
    let per_proof = bill.per_proof(bill.usd_per_month).expect("proofs").to_f64();
    assert!((per_proof * 1e6 / per_million - 1.0).abs() < 1e-12);
}

#[test]
fn a_discount_is_taken_off_the_list_price() {
    // 30 % off $0.34 are $0.238; 4 × 730 h × $0.238 = $694.96.
    let bill = service(4, "on-demand", &["discount.\"aws/c5*\"=30%"], "");
    let instances = line(&bill, "instances");
    assert_eq!(cents(instances), ["694.96", "0.00", "694.96"]);
    let prices = [instances.list_price, instances.discount, instances.price].map(|price| price.to_string());
    assert_eq!(prices, ["0.34", "0.3", "0.238"]);
    assert_eq!(instances.list_usd_per_month().fixed(2), "992.80");
}

#[test]
fn a_commitment_that_is_paid_at_the_start_costs_no_cash_later() {
    // 4 × 730 h × $0.124 = $362.08 a month, times 36 months = $13,034.88 at the start.
    let bill = service(4, "3 years, all upfront", &[], "");
    assert_eq!(cents(line(&bill, "instances")), ["362.08", "13034.88", "0.00"]);
    assert_eq!((bill.upfront_usd.fixed(2), bill.cash_usd_per_month.fixed(2)), ("13034.88".into(), "0.00".into()));
}

#[test]
fn a_commitment_that_is_half_paid_at_the_start_costs_the_other_half_later() {
    // 2 × 730 h × $0.25 = $365 a month; half of a year of it, $2,190, at the start and $182.50 each month.
    let row = "aws,c5.2xlarge,\"1 year, partial upfront\",0.25,31536000,2026-11,our contract\n";
    let bill = service(2, "1 year, partial upfront", &[], row);
    let instances = line(&bill, "instances");
    assert_eq!(cents(instances), ["365.00", "2190.00", "182.50"]);
    assert_eq!(instances.least_billed_s, Some(31_536_000.0));
}

#[test]
fn a_price_of_the_user_is_given_with_its_file_and_line() {
    // 3 × 730 h × $0.1999 = $437.781, rounded half a cent away from zero.
    let bill = service(3, "on-demand", &[], "aws,c5.2xlarge,,0.1999,,2026-11-01,our contract\n");
    let instances = line(&bill, "instances");
    assert_eq!((cents(instances)[0].as_str(), instances.usd_per_month.to_string()), ("437.78", "437.781".into()));
    assert!(
        instances.known == "given" && instances.source.ends_with("prices.csv, line 2: our contract"),
        "{instances:?}"
    );
    assert_eq!(instances.price_date, "2026-11-01");
}

#[test]
fn what_is_owned_is_written_off_and_hosted_by_each_owner() {
    // 400 validators with one machine each: $2,000 over 36 months are $55.555…, in all $22,222.22 a month, for $800,000 at the start;
    // hosting at $200 is $80,000.
    let bill = billed(&case("layered", "gpu", &[], ""));
    let write_off = line(&bill, "validators, write-off");
    assert_eq!(cents(write_off), ["22222.22", "800000.00", "0.00"]);
    let months = write_off.over_months.map(|months| months.to_string());
    assert_eq!((months.as_deref(), write_off.owners), (Some("36"), 400));
    assert_eq!(cents(line(&bill, "validators, hosting")), ["80000.00", "0.00", "80000.00"]);
    assert!(write_off.known == "scenario" && write_off.source.starts_with("layered (library), line "), "{write_off:?}");
    let own = case("layered", "gpu", &["validators.purchase=$3600"], "");
    let own = billed(&own);
    // $3,600 over 36 months are $100, of 400.
    assert_eq!(cents(line(&own, "validators, write-off")), ["40000.00", "1440000.00", "0.00"]);
    assert_eq!(line(&own, "validators, write-off").known, "given");
}

#[test]
fn a_price_that_the_designs_authors_claim_is_claimed() {
    // S1: 10 GPUs × 730 h × $2 = $14,600, and 1,562 instances × 730 h × $3 = $3,420,780, its $3.4 M.
    let gpu = billed(&case("layered", "gpu", &[], ""));
    assert_eq!(cents(line(&gpu, "provers")), ["14600.00", "0.00", "14600.00"]);
    assert_eq!(line(&gpu, "provers").known, "claimed");
    let naive = billed(&case("layered", "naive", &[], ""));
    assert_eq!(cents(line(&naive, "provers"))[0], "3420780.00");
    // S1 counts 30 days of 24 epochs at $0.50 to $360; a month of 730 hours has 730 epochs, $365: its claim says which it means.
    assert_eq!(gpu.proofs_per_month, Some(730.0));
    // S5: 4 instances × 730 h × $0.34 on demand, as its authors say they cost.
    let service = billed(&case("proof-service", "four_instances", &[], ""));
    assert_eq!(
        (cents(line(&service, "instances"))[0].as_str(), service.lines[0].known.as_str()),
        ("992.80", "claimed")
    );
}

#[test]
fn traffic_is_paid_by_tier_and_what_costs_nothing_has_no_line() {
    // Of 20,000 GB the first 100 are free, 10,140 at $0.09 are $912.60, and 9,760 at $0.085 are $829.60.
    let set = ["charge.egress.per_month=20 TB", "charge.egress.price=aws/egress/internet"];
    let bill = service(4, "on-demand", &set, "");
    assert_eq!(cents(line(&bill, "egress, 100 GB to 10 TB"))[0], "912.60");
    assert_eq!(cents(line(&bill, "egress, 10 to 50 TB"))[0], "829.60");
    assert_eq!(bill.lines.len(), 3, "the free tier is no line");
    assert_eq!(bill.usd_per_month.fixed(2), "2735.00");
    let egress = line(&bill, "egress, 10 to 50 TB");
    assert_eq!(
        (egress.provider.as_str(), egress.instance.as_str(), egress.unit.as_str()),
        ("aws", "egress: internet", "GB")
    );
    assert_eq!((egress.known.as_str(), egress.price_date.as_str(), egress.idle), ("published", "2026-06", None));
}

#[test]
fn a_balancer_storage_and_an_archive_are_lines_of_their_own() {
    // 2 balancers × 730 h × $0.0225 = $32.85; 500 GiB × $0.08 = $40.00; 3 × $100 = $300.
    let set = [
        "charge.balancer.price=aws/load balancer/ALB/hour",
        "charge.balancer.number=2",
        "charge.disk.per_month=500 GiB",
        "charge.disk.price=aws/storage/EBS gp3/GiB",
        "charge.support.price=$100/month",
        "charge.support.number=3",
        "charge.support.role=validation",
    ];
    let bill = service(1, "on-demand", &set, "");
    let usd = |item: &str| cents(line(&bill, item))[0].clone();
    assert_eq!([usd("balancer"), usd("disk"), usd("support")], ["32.85", "40.00", "300.00"]);
    assert_eq!(line(&bill, "support").role, "validation");
    // The archive of a layered design: 152.1 TB × $23 = $3,498.30.
    let set = ["optimisations.witness_cache.on=true"];
    let archive = billed(&case("layered", "gpu", &set, ""));
    let archive = line(&archive, "witness archive");
    assert_eq!((cents(archive)[0].as_str(), archive.unit.as_str()), ("3498.30", "TB"));
    assert!(archive.known == "scenario" && !archive.source.is_empty(), "{archive:?}");
}

#[test]
fn lots_of_a_pool_on_different_terms_are_lines_of_their_own() {
    // 3 on demand at $0.34 and 2 spot at $0.1496: 744.60 + 218.416 = $963.016 a month.
    let machine = "books.claimed.machines.instance.provider=aws";
    let mut case = case("proof-service", "four_instances", &["instances.specified=3", machine], "");
    let spot = models::fleet::Lot { machines: 2, rent: models::fleet::Rent::Hourly(0.1496), paid: 1.0 };
    case.fleet.pools[0].lots.push(spot);
    let mut rental = case.rented[0].clone();
    (rental.lot, rental.market, rental.machines) = (1, "spot".into(), 2);
    (rental.list_usd_per_hour, rental.usd_per_hour) = (0.1496, 0.1496);
    case.rented.push(rental);
    let bill = billed(&case);
    assert_eq!(cents(line(&bill, "instances, on-demand"))[0], "744.60");
    assert_eq!(cents(line(&bill, "instances, spot"))[0], "218.42");
    assert_eq!((bill.usd_per_month.to_string().as_str(), bill.usd_per_month.fixed(2).as_str()), ("963.016", "963.02"));
}

#[test]
fn a_line_has_the_interval_of_its_price_and_says_so() {
    let range = "books.claimed.machines.instance.price_within=2";
    let bill = service(4, "on-demand", &[range, "charge.support.price=$100/month"], "");
    let instances = &line(&bill, "instances").cost;
    let (low, high) = (instances.low.expect("an interval"), instances.high.expect("an interval"));
    assert!(low < 992.8 * 0.8 && high > 992.8 * 1.2 && high / low < 8.0, "{low} – {high}");
    assert_eq!(instances.uncertainty.map(|of| of.price), Some(1.0));
    assert_eq!(line(&bill, "support").cost.low, None, "it is known exactly");
}

/// All that a run leaves: what it printed, and every file.
fn left(line: &str, prices: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = folder();
    fs::write(folder.path().join("prices.csv"), prices).expect("written");
    let printed = proofcast(folder.path(), &format!("{line} --out o --prices prices.csv --quiet")).expect(0);
    let mut all: BTreeMap<String, Vec<u8>> = [("out".to_owned(), printed.into_bytes())].into();
    // A comparison is written as `--json` would print it, which another test holds.
    if !folder.path().join("o/outcome.json").exists() {
        let json = proofcast(folder.path(), &format!("{line} --prices prices.csv --quiet --json")).expect(0);
        all.insert("json".to_owned(), json.into_bytes());
    }
    let mut add = |below: &Path| {
        for entry in fs::read_dir(below).into_iter().flatten().map(|entry| entry.expect("an entry").path()) {
            if entry.is_file() {
                let name = entry.strip_prefix(folder.path()).expect("below").display().to_string();
                all.insert(name, fs::read(&entry).expect("readable"));
            }
        }
    };
    add(&folder.path().join("o"));
    add(&folder.path().join("o/charts"));
    all
}

/// Whether a text has this number; digits of another that goes on are none of it.
fn has_number(text: &str, number: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|next: char| next.is_ascii_digit());
    text.match_indices(number).any(|(at, _)| !goes_on(&text[at + number.len()..]))
}

/// Whoever sees an answer without prices cannot tell one contract from another.
#[test]
fn what_leaves_the_house_is_the_same_at_any_price() {
    let rows = |one: &str, other: &str, less: &str| {
        // A contract has a date, which is known to two only.
        let date = format!("2024-0{}-01", &one[..1].replace('0', "1"));
        let rows = format!(
            "provider,instance,usd_per_hour,date\ndesign,c5.2xlarge,{one},{date}\ndesign,a100,{other},{date}\n"
        );
        (rows, format!("--set discount.\"design/*\"={less} --set charge.support.price=${one}/month --redact prices"))
    };
    let short = "--costs claimed --set horizon=10min --set warm_up=1min --replications 2";
    for verb in ["simulate proof-service", "compare proof-service", "simulate layered --design gpu", "compare layered"]
    {
        let answer = |one: &str, other: &str, less: &str| {
            let (prices, options) = rows(one, other, less);
            left(&format!("{verb} {short} {options}"), &prices)
        };
        let (cheap, dear) = (answer("0.4321", "2.1234", "13%"), answer("7.6543", "9.8761", "41%"));
        let names = |of: &BTreeMap<String, Vec<u8>>| of.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&cheap), names(&dear), "{verb}");
        for (name, bytes) in &cheap {
            assert!(*bytes == dear[name], "{verb}: {name} tells prices");
            // That nothing is paid at the start is no price.
            let text = String::from_utf8_lossy(bytes).replace("$0.00", "nothing");
            if !name.ends_with(".png") && !name.ends_with(".xlsx") && !name.ends_with(".parquet") {
                assert!(!text.contains('$') && !has_number(&text, "0.4321"), "{verb}: {name}: {text}");
                assert!(!text.contains("2024-0"), "{verb}: {name}: {text}");
            }
        }
        assert!(cheap.contains_key("o/bill.csv") && !cheap.contains_key("o/charts/cost.svg"), "{:?}", names(&cheap));
        let bill = String::from_utf8_lossy(&cheap["o/bill.md"]).into_owned();
        assert!(bill.contains("redacted") && bill.contains("machine"), "quantities stay: {bill}");
    }
}

#[test]
fn bills_are_written_with_an_answer() {
    let folder = folder();
    let simulate = "simulate proof-service --costs claimed --set horizon=10min --replications 2 --quiet";
    proofcast(folder.path(), &format!("{simulate} --json")).json();
    assert!(!folder.path().join("proofcast-out").exists(), "who asks for a document alone gets no files");
    let out = proofcast(folder.path(), &format!("{simulate} --out o")).expect(0);
    assert!(out.trim_end().ends_with("(SVG and PNG) to o") && out.contains("Bill by line: $992.80 a month"), "{out}");
    let read =
        |name: &str| fs::read(folder.path().join("o").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let focus = String::from_utf8(read("bill-focus.csv")).expect("a text");
    assert!(focus.starts_with("BilledCost,BillingAccountId,") && focus.contains("Forecast, not an invoice"), "{focus}");
    assert!(read("bill.xlsx").starts_with(b"PK") && read("bill.md").starts_with(b"# Bill\n"));
    let outcome = proofcast(folder.path(), &format!("{simulate} --json")).json();
    let line = &outcome["bill"]["lines"][0];
    assert_eq!((&line["usd_per_month"], &line["cost"]["value"]), (&"992.8".into(), &992.8.into()));
    assert_eq!(Exact::of(992.8).fixed(2), "992.80");
}
