//! Ten bills by hand, to the cent, and the bill as users get it: in the answer and in files.

use std::fs;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::program::{command, finish, folder, proofcast};

const SERVICE: &str = "simulate proof-service --costs claimed --sizing specified --set horizon=10min --replications 1";
/// The machine of the instances.
const MACHINE: &str = "books.claimed.machines.instance";
const LAYERED: &str = "simulate layered --costs claimed --set horizon=1h --replications 1";
/// A price list of a user's: an instance on two markets, and one that is half paid at the start.
const PRICES: &str = "provider,instance,usd_per_hour,market\n\
                      own,rack,1.15,\n\
                      own,rack,0.8,\"1 year, partial upfront\"\n\
                      own,rack,0.75,\"1 year, no upfront\"\n";

/// The lines of a bill, with changes of keys.
fn lines(options: &str, sets: &[&str]) -> Vec<Value> {
    let folder = folder();
    fs::write(folder.path().join("own.csv"), PRICES).expect("written");
    let mut asked = command(folder.path(), &format!("{options} --quiet --json --prices own.csv"));
    let outcome = finish(asked.args(sets.iter().flat_map(|set| ["--set", set]))).json();
    outcome["bill"].as_array().expect("lines").clone()
}

/// The cents of a decimal that is written as text.
fn cents(line: &Value, key: &str) -> String {
    let text = line[key].as_str().unwrap_or_else(|| panic!("no {key} in {line}"));
    format!("{:.2}", text.parse::<Decimal>().expect("a decimal").round_dp(2))
}

/// What a line costs by the month, at the start, and every month.
fn costs(line: &Value) -> [String; 3] {
    ["usd_per_month", "upfront_usd", "monthly_usd"].map(|key| cents(line, key))
}

fn item<'l>(lines: &'l [Value], item: &str, charge: &str) -> &'l Value {
    let found = lines.iter().find(|line| line["item"] == item && line["charge"] == charge);
    found.unwrap_or_else(|| panic!("no {charge} of {item} in {lines:?}"))
}

#[test]
fn ten_bills_by_hand() {
    let instances = |sets: &[&str]| {
        let found = lines(&format!("{SERVICE} --design one_instance"), sets);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    };
    // 1. One c5.2xlarge as its source prices it, on demand: 730 · $0.34.
    let one = instances(&[]);
    assert_eq!(costs(&one), ["248.20", "0.00", "248.20"]);
    assert_eq!([&one["known"], &one["market"], &one["provider"]], ["claimed", "on-demand", "design"]);
    // 2. Three of them.
    assert_eq!(costs(&instances(&["instances.specified=3"]))[0], "744.60");
    // 3. A discount of 12.5 %: 730 · $0.34 · 0.875; the list price stays in the line.
    let less = instances(&["discount.\"c5*\"=12.5%"]);
    assert_eq!((costs(&less)[0].as_str(), cents(&less, "list_price").as_str()), ("217.18", "0.34"));
    // 4. The price of the user in the scenario: 730 · $0.337 for two.
    let own = instances(&["instances.specified=2", &format!("{MACHINE}.price=$0.337/h")]);
    assert_eq!((costs(&own)[0].as_str(), own["known"].as_str()), ("492.02", Some("given")));
    // 5. A row of a price file: 730 · $1.15.
    let of_file = [format!("{MACHINE}.provider=own"), format!("{MACHINE}.instance=rack")];
    assert_eq!(costs(&instances(&of_file.each_ref().map(String::as_str))), ["839.50", "0.00", "839.50"]);
    // 6. A year without anything at the start: 730 · $0.75.
    let market = |paid: &str| format!("{MACHINE}.market={paid}");
    let year = |paid: &str| instances(&[&of_file[0], &of_file[1], &market(&format!("1 year, {paid}"))]);
    assert_eq!(costs(&year("no upfront")), ["547.50", "0.00", "547.50"]);
    // 7. A year with half of it at the start: 8,760 · $0.80 / 2, and 730 · $0.80 / 2 a month; amortised 730 · $0.80.
    assert_eq!(costs(&year("partial upfront")), ["584.00", "3504.00", "292.00"]);
    // 8. Three years, all at the start, of an instance of the library: 26,280 · $0.124; amortised 730 · $0.124.
    let aws = instances(&[&format!("{MACHINE}.provider=aws"), &market("3 years, all upfront")]);
    assert_eq!(costs(&aws), ["90.52", "3258.72", "0.00"]);
    // 9. Owned machines of several: 400 validators, $2,000 each over 36 months of 730 h, and $200 a month.
    let layered = lines(&format!("{LAYERED} --design gpu --sizing specified"), &[]);
    assert_eq!(costs(item(&layered, "validators", "write-off")), ["22222.22", "800000.00", "0.00"]);
    assert_eq!(costs(item(&layered, "validators", "hosting")), ["80000.00", "0.00", "80000.00"]);
    // And the ten GPUs that S1 says cost $14,600 a month: 730 · 10 · $2.
    assert_eq!(costs(item(&layered, "provers", "rent"))[0], "14600.00");
    // 10. What is bought by quantity: an archive of 152.1 TB at $23.
    let sets = ["optimisations.lazy.when=on request", "optimisations.witness_cache.on=true"];
    let archive = lines(&format!("{LAYERED} --design combined --sizing specified"), &sets);
    assert_eq!(costs(item(&archive, "witness archive", "purchase"))[0], "3498.30");
}

#[test]
fn the_bill_is_in_the_answer_and_in_three_files() {
    let folder = folder();
    let line = "compare layered --design gpu --costs claimed --set horizon=1h --replications 2 --quiet --out out";
    proofcast(folder.path(), line).expect(0);
    let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).expect("it was written");
    let (own, focus, review) = (read("bill.csv"), read("bill-focus.csv"), read("bill.md"));
    assert!(
        own.starts_with("scenario,design,costs,sizing,item,charge,stages,role,provider,instance,market,region,owners,")
    );
    assert!(
        own.contains(",provers,rent,provers,proving,design,a100,on-demand,any,1,10,machine,730,2,0,2,14600,0,14600,"),
        "{own}"
    );
    for column in ["BillingCurrency", "ListUnitPrice", "EffectiveCost", "ChargeCategory", "x_Forecast"] {
        assert!(focus.lines().next().is_some_and(|head| head.split(',').any(|name| name == column)), "{column}");
    }
    assert!(
        review.contains("| total |") && review.contains("14,600.00") && review.contains("A forecast, not an invoice")
    );
    let told = proofcast(folder.path(), &format!("{LAYERED} --design gpu --sizing sized --quiet")).expect(0);
    assert!(told.contains("The bill, USD by the month") && told.contains("traffic"), "{told}");
}
