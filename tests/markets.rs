//! Markets for proofs from the command line: what a requester and a prover are told, a bill by hand, proofs that a rollup buys, and what is refused.

use serde_json::Value;

use crate::bad_input::refused;
use crate::program::{command, finish, folder, proofcast};

fn value(outcome: &Value, name: &str) -> Option<f64> {
    let metrics = outcome["metrics"].as_array().expect("metrics");
    metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("no {name}"))["value"].as_f64()
}

fn number(outcome: &Value, name: &str) -> f64 {
    value(outcome, name).unwrap_or_else(|| panic!("{name} has no value"))
}

fn simulate(scenario: &str, options: &str) -> Value {
    let folder = folder();
    let line = format!("simulate {scenario} --sizing specified --replications 2 --quiet --json {options}");
    proofcast(folder.path(), &line).json()
}

const SHORT: &str = "--set horizon=24h --set gas.eth_within=1 --set books.published.machines.rtx4090.speed.within=1";

#[test]
fn a_requester_pays_what_the_market_takes() {
    let market = |options: &str| simulate("prover-market", &format!("{SHORT} {options}"));
    let bought = market("");
    // The price is between what the cheapest ask and the most that is offered; the bill is that of all proofs with a price.
    let price = number(&bought, "price");
    assert!((0.02..0.21).contains(&price), "{price}");
    let proofs = number(&bought, "in_time") * number(&bought, "offered") * 730.0 * 3_600.0;
    let by_hand = proofs * number(&bought, "price.request");
    let bill = number(&bought, "cost.total");
    assert!((bill / by_hand - 1.0).abs() < 0.1, "{bill} {by_hand}");
    // Nobody takes what does not pay, and then nothing is billed.
    let poor = market("--set requests.block.offer.most=$0.001");
    assert!(number(&poor, "without_proof") > 0.99 && number(&poor, "cost.total") < 0.01 * bill, "{poor}");
    // Machines of its own make most of the proofs, and cost what they cost.
    let own = market("--design overflow");
    assert!(number(&own, "overflow") < 0.5 && number(&own, "cost.total") > 2.0 * 0.40 * 730.0 - 1.0, "{own}");
    // Without a market a fleet that is too small saturates, and is told so.
    let small = market("--design own --set mine.specified=1");
    assert_eq!(value(&small, "fulfilment.p50"), None);
}

#[test]
fn a_prover_is_told_what_is_left_and_what_daring_costs() {
    let prover =
        |design: &str, options: &str| simulate("prover-market", &format!("{SHORT} --design {design} {options}"));
    let single = prover("prover_single", "");
    let left = number(&single, "income") - number(&single, "cost.total");
    assert!((number(&single, "margin") - left).abs() < 1e-6, "{left}");
    assert!(
        (number(&single, "profit.mine") - left).abs() < 0.01 * left.abs().max(1.0),
        "its own account says the same"
    );
    // At the break-even price it would have lost nothing: what it sold is worth as much as machines, gas and collateral.
    let greedy = prover("prover_greedy", "");
    let careful = prover("prover_greedy", "--set mine.strategy.safety=1.5 --set mine.strategy.most_orders=5");
    let lost = |outcome: &Value| number(outcome, "collateral.mine");
    assert!(lost(&greedy) > 2.0 * lost(&careful) && lost(&greedy) > 100.0, "{} {}", lost(&greedy), lost(&careful));
    assert!(number(&greedy, "passed.mine") > number(&careful, "passed.mine"));
    assert!((number(&greedy, "cost.capital") - lost(&greedy)).abs() < 0.01 * lost(&greedy));
}

#[test]
fn designs_are_ranked_by_what_is_asked_of_them() {
    let folder = folder();
    let answer = |line: &str| proofcast(folder.path(), &format!("{line} --replications 2 --quiet --json {SHORT}"));
    let said = |line: &str| answer(line).json()["answer"].as_str().expect("an answer").to_owned();
    // What hardly anybody takes costs little, and is no answer.
    let requesters = "compare prover-market --sizing sized --design bought --design low_offer";
    let poor = said(&format!("{requesters} --set design.low_offer.requests.block.offer.most=$0.001"));
    assert!(poor.contains("the cheapest per request is bought"), "{poor}");
    assert!(poor.contains("Left out for too many requests without a proof: low_offer (100 %)"), "{poor}");
    let alone = said(&format!(
        "{requesters} --set requests.block.offer.most=$0.001 --set design.low_offer.requests.block.offer.most=$0.001"
    ));
    assert!(alone.contains("100 % of its load are requests without a proof; $0 a month"), "{alone}");
    // A prover is told its profit, and provers are compared among themselves.
    let provers = "compare prover-market --sizing sized --base prover_single";
    let found = answer(provers).json();
    let names: Vec<&str> =
        found["designs"].as_array().expect("designs").iter().filter_map(|design| design["design"].as_str()).collect();
    assert_eq!(names, ["prover_single", "prover_cluster", "prover_greedy"]);
    let profit = found["answer"].as_str().expect("an answer");
    assert!(profit.contains("the most profitable") && !profit.contains("prover_greedy: a profit"), "{profit}");
    refused(
        folder.path(),
        "compare prover-market --design bought --design prover_single",
        &["`bought` is asked about by a requester, `prover_single` by a prover"],
    );
}

#[test]
fn a_plan_mixes_own_machines_and_a_market() {
    let folder = folder();
    let plan = |design: &str| {
        let line = format!("plan prover-market --design {design} --brief --quiet --json {SHORT}");
        finish(command(folder.path(), &line).args(["--objective", "fulfilment.p99 <= 60 min"])).json()
    };
    let mixed = plan("overflow");
    assert_eq!(mixed["ending"], "certified", "{mixed}");
    let usd = |fleet: &Value| fleet["usd_per_month"].as_f64().expect("a bill");
    // All of 0, 1, 2 and 3 machines were tried, and what others are paid that would do is more, but for what differences are worth.
    let others = mixed["runners_up"].as_array().expect("fleets");
    assert_eq!(others.len(), 3, "{mixed}");
    let passing = others.iter().filter(|other| other["standing"] == "pass");
    assert!(passing.clone().all(|other| usd(&other["fleet"]) > 0.98 * usd(&mixed["fleet"])), "{mixed}");
    assert!(passing.count() > 0, "{mixed}");
    // The bill is that of the runs.
    let total = number(&mixed["outcome"], "cost.total");
    assert!((usd(&mixed["fleet"]) / total - 1.0).abs() < 1e-9, "{mixed}");
    // Who buys everything has no machine to decide about.
    let bought = plan("bought");
    assert_eq!((bought["fleet"]["pools"].as_array().map(Vec::len), &bought["ending"]), (Some(0), &mixed["ending"]));
}

#[test]
fn a_rollup_that_settles_nothing_is_no_answer() {
    let folder = folder();
    let line = "compare validity-rollup --design bought --design zkvm --sizing specified --replications 2 --set horizon=12h --quiet \
                --json --set design.bought.proving.market.offer.most=$0.0001";
    let found = proofcast(folder.path(), line).json();
    let designs = found["designs"].as_array().expect("designs");
    let bought = designs.iter().find(|design| design["design"] == "bought").expect("it is there");
    assert!(number(bought, "unsettled") > 0.9, "{bought}");
    let answer = found["answer"].as_str().expect("an answer");
    assert!(answer.contains("1 of 2 carry their offered load"), "{answer}");
}

#[test]
fn a_rollup_buys_its_proofs() {
    let bought = simulate("validity-rollup", "--design bought --set horizon=12h");
    assert_eq!(number(&bought, "units.provers"), 0.0);
    let (price, proofs) = (number(&bought, "bought.price"), number(&bought, "bought.proofs"));
    assert!((0.02..0.21).contains(&price), "{price}");
    assert!((proofs / (730.0 * 6.0) - 1.0).abs() < 0.05, "a batch every 10 min: {proofs}");
    let lines = bought["bill"]["lines"].as_array().expect("lines");
    assert!(lines.iter().any(|line| line.to_string().contains("proofs bought")), "{lines:?}");
    // 18 Gcycles a batch.
    let by_hand = proofs * price * 18.0;
    assert!((number(&bought, "cost.proving") / by_hand - 1.0).abs() < 0.35, "{by_hand}");
    // With machines of its own it buys what they have no time for.
    let some = simulate(
        "validity-rollup",
        "--design bought --set horizon=12h --set proving.market.overflow=1 --set proving.system.specified=4",
    );
    let mixed = number(&some, "bought.proofs");
    assert!(mixed > 0.0 && mixed < proofs, "{mixed} of {proofs}");
    // The bill has what it bought, beside its machines, and both together carry more than the market alone.
    let bought_usd = mixed * number(&some, "bought.price") * 18.0;
    let lines = some["bill"]["lines"].as_array().expect("lines").iter();
    let of_market = lines.filter(|line| line.to_string().contains("proofs bought"));
    let told: f64 =
        of_market.map(|line| line["usd_per_month"].to_string().trim_matches('"').parse::<f64>().expect("USD")).sum();
    assert!((told / bought_usd - 1.0).abs() < 0.35, "{told} {bought_usd}");
    assert!(number(&some, "capacity") > number(&bought, "capacity"), "{some}");
}

/// What the line of the bill says that has this in its name, by the month.
fn line_of_bill(outcome: &Value, of: &str) -> f64 {
    let lines = outcome["bill"]["lines"].as_array().expect("lines").iter();
    let found = lines.filter(|line| line["item"].as_str().is_some_and(|item| item.contains(of)));
    found.map(|line| line["usd_per_month"].to_string().trim_matches('"').parse::<f64>().expect("USD")).sum()
}

#[test]
fn a_service_buys_its_proofs() {
    let fleet = |options: &str| {
        let common = "--set horizon=2d";
        simulate("prover-fleet", &format!("{common} {options}"))
    };
    let bought = fleet("--design bought");
    let proofs = number(&bought, "bought.proofs");
    // 120 an hour, as often as chance has it in two days.
    assert!((proofs / (730.0 * 120.0) - 1.0).abs() < 0.05, "{proofs}");
    // Half of 10⁹ cycles each, and the coordinator's machine beside them.
    let by_hand = proofs * number(&bought, "bought.price") * 0.5;
    let told = line_of_bill(&bought, "proofs bought");
    assert!((told / by_hand - 1.0).abs() < 0.01, "{told} {by_hand}");
    let beside = line_of_bill(&bought, "instances");
    assert!((number(&bought, "cost.proving") / (told + beside) - 1.0).abs() < 1e-6 && beside > 0.0, "{beside}");
    assert_eq!(bought["tightest"], "market");
    // With machines of its own it buys what would wait too long, and both together carry more.
    let some = fleet("--design overflow");
    let mixed = number(&some, "bought.proofs");
    assert!(mixed > 0.05 * proofs && mixed < 0.8 * proofs, "{mixed} of {proofs}");
    let mixed_usd = mixed * number(&some, "bought.price") * 0.5;
    assert!((line_of_bill(&some, "proofs bought") / mixed_usd - 1.0).abs() < 0.01, "{mixed_usd}");
    assert!(number(&some, "capacity") > number(&bought, "capacity"), "{some}");
    assert!(number(&some, "sojourn.p50") < number(&bought, "sojourn.p50"), "own machines are faster");
    // Who offers too little gets no answer, and is told what that costs: nothing, for nothing.
    let few = "--design bought --set step.0.market.offer.most=$0.001 --set horizon=3h --set warm_up=1h";
    let poor = simulate("prover-fleet", few);
    assert_eq!((number(&poor, "error_rate"), number(&poor, "bought.proofs")), (1.0, 0.0));
    assert!(value(&poor, "cost.per_million_requests").is_none(), "{poor}");
    // A longer queue sends less to the market.
    let patient = fleet("--design overflow --set design.overflow.step.0.market.overflow=20");
    assert!(number(&patient, "bought.proofs") < mixed, "{patient}");
}

#[test]
fn a_plan_mixes_machines_of_a_service_and_a_market() {
    let folder = folder();
    let line = "plan prover-fleet --design overflow --brief --quiet --json --set load.profile=off --set horizon=1d --set warm_up=6h";
    let plan = finish(&mut command(folder.path(), line)).json();
    assert_eq!(plan["ending"], "certified", "{plan}");
    let usd = |fleet: &Value| fleet["usd_per_month"].as_f64().expect("a bill");
    let machines = |fleet: &Value| {
        let pools = fleet["pools"].as_array().expect("pools").iter();
        pools.filter(|pool| pool["pool"] == "prove").filter_map(|pool| pool["machines"].as_u64()).sum::<u64>()
    };
    // Seven machines carry the load below 80 %; those that are always at work are cheaper than the market, and those that seldom are dearer.
    let found = &plan["fleet"];
    assert!((1..=6).contains(&machines(found)) && number(&plan["outcome"], "bought.proofs") > 0.0, "{plan}");
    assert!((usd(found) / number(&plan["outcome"], "cost.total") - 1.0).abs() < 1e-9, "the bill is that of the runs");
    let others = plan["runners_up"].as_array().expect("fleets");
    let with = |number: u64| others.iter().map(|other| &other["fleet"]).find(|fleet| machines(fleet) == number);
    let (none, all) = (with(0).expect("it is tried"), with(7).expect("it is tried"));
    assert!(usd(none) > 1.05 * usd(found) && usd(all) > 1.05 * usd(found), "{plan}");
}

#[test]
fn what_a_service_cannot_buy_is_refused() {
    let folder = folder();
    let refused = |set: &str, says: &[&str]| {
        let line = format!("simulate prover-fleet --design bought --set {set}");
        refused(folder.path(), &line, says);
    };
    refused("step.0.cycles=off", &["step.0.cycles", "how many cycles"]);
    refused("design.bought.step.0.cycles=0", &["step.0.cycles", "1e-6"]);
    refused("step.0.queue=5", &["step.0.queue", "all proofs are bought"]);
    refused("step.0.market.overflow=2", &["step.0.market.overflow", "`pool`"]);
    refused("step.0.market.overflow=0", &["step.0.market.overflow"]);
    refused("step.0.market.gas.eth=off", &["step.0.market.gas.eth", "missing"]);
    refused("step.0.market.provers=off", &["step.0.market.provers"]);
    refused("step.0.cost=off", &["step.0.cost", "missing"]);
    refused("step.0.market.offer.timeout=1s", &["step.0.market.offer.timeout"]);
    refused("step.0.market.provers.singles.segment.cost=segmnet", &["step.0.market.provers.singles.segment.cost"]);
    refused("step.0.name=market", &["step.0.name", "`market`"]);
    refused("step.0.name=singles", &["step.0.market.provers.singles", "`singles`"]);
}

#[test]
fn what_cannot_be_is_refused() {
    let folder = folder();
    let refused = |line: &str, says: &[&str]| refused(folder.path(), line, says);
    refused("simulate prover-market --set requests.block.share=50%", &["requests", "50.0000 %"]);
    refused("simulate prover-market --set requests.block.offer.most=$0 ", &["offer.most"]);
    refused("simulate prover-market --set requests.block.offer.least=$1", &["offer.most", "below `least`"]);
    refused(
        "simulate prover-market --set requests.block.offer.timeout=10s",
        &["offer.timeout", "before the lock passes"],
    );
    refused("simulate prover-market --set auction.bidding=3s", &["auction.bidding", "sealed bids"]);
    refused("simulate prover-market --set auction.mechanism=dutch", &["auction.mechanism", "reverse Dutch"]);
    refused("simulate prover-market --set gas.fulfilment=[]", &["gas.fulfilment", "empty"]);
    refused("simulate prover-market --set gas.fulfilment=[[2,9]]", &["gas.fulfilment", "a delivery of 2 proofs"]);
    refused(
        "simulate prover-market --set provers.singles.ask.price=$1",
        &["provers.singles.ask.utilization", "`price`"],
    );
    refused("simulate prover-market --set gas.eth=off", &["gas.eth", "missing"]);
    refused("simulate prover-market --set view=prover", &["mine", "missing"]);
    refused("simulate prover-market --design prover_single --set mine.count=2", &["mine.count", "it is 2"]);
    refused(
        "simulate prover-market --set provers.singles.segment.cost=segmnet",
        &["provers.singles.segment.cost", "did you mean `segment`"],
    );
    refused("simulate prover-market --set provers.singles.count=0", &["provers.singles.count"]);
    refused(
        "simulate prover-market --set provers.singles.count=100000 --set provers.clusters.count=99999",
        &["provers", "100000"],
    );
    refused("simulate validity-rollup --design bought --set proving.market.provers=off", &["proving.market.provers"]);
    refused(
        "simulate validity-rollup --design bought --set proving.market.offer.timeout=1s",
        &["proving.market.offer.timeout"],
    );
}
