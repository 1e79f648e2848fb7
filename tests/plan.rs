//! Plans, from the command line: the fleet against closed answers, its certificate, and what must hold between plans.

use models::theory::mmc_sojourn_beyond;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, command, document, finish, folder, proofcast};

/// Hours of a month.
const MONTH_H: f64 = 730.0;

pub(crate) fn plan(line: &str) -> Value {
    let run = proofcast(folder().path(), &format!("plan {line} --quiet --json"));
    assert!(run.status.is_some_and(|status| status != 2), "{line}: {}", run.err);
    document(&run.out)
}

pub(crate) fn usd(plan: &Value) -> f64 {
    plan["fleet"]["usd_per_month"].as_f64().unwrap_or_else(|| panic!("no fleet: {}", plan["why"]))
}

/// How many machines of a pool a plan has.
pub(crate) fn machines(plan: &Value, pool: &str) -> u64 {
    let pools = plan["fleet"]["pools"].as_array().expect("a fleet");
    let pool = pools.iter().find(|one| one["pool"] == *pool).unwrap_or_else(|| panic!("no {pool} in {pools:?}"));
    pool["machines"].as_u64().expect("a number")
}

/// M/M/c as a scenario: so many requests a second of a second each, servers at $1 an hour.
pub(crate) fn queue(folder: &TempDir, rate: f64, more: &str) -> String {
    let machine = |name: &str, price: &str| {
        format!(
            "[books.one.machines.{name}]\nprovider = \"test\"\ninstance = \"{name}\"\nservers = 1\nprice = \"{price}/h\"\n\
             speed = {{ factor = 1.0, why = \"claimed\" }}\n"
        )
    };
    let text = format!(
        "kind = \"service\"\nname = \"queue\"\nquestion = \"How many?\"\nbase = \"one\"\nhorizon = \"{}s\"\nwarm_up = \"600s\"\n\
         replications = 4\n[load]\nrate = \"{rate} /s\"\n[classes.all]\nshare = \"100 %\"\nsize = 1\n[clients]\ncount = 1\n[instances]\n\
         machine = \"front\"\nspecified = 1\n[[step]]\nname = \"serve\"\ncost = \"serve\"\nlaw = \"exponential\"\npool = {{ machine = \
         \"server\", specified = 1 }}\n{more}[design.one]\n[books.one]\ntarget_utilization = \"80 %\"\nspread = \"0 %\"\n{}{}\
         [books.one.costs]\nserve = [{{ from = \"claimed\", time = \"1 s\", source = \"a test\" }}]\n",
        (30_000.0 / rate).ceil(),
        machine("front", "$0.001"),
        machine("server", "$1"),
    );
    let path = folder.path().join("queue.toml");
    std::fs::write(&path, text).expect("it is written");
    path.display().to_string()
}

#[test]
fn the_cheapest_fleet_of_a_queue_is_that_of_erlang() {
    let here = folder();
    for (rate, bound) in [(3.0, 5.2), (8.0, 6.0), (20.0, 5.4)] {
        let meets = |servers: u64| mmc_sojourn_beyond(servers, rate, 1.0, bound) <= 0.01;
        let least = (rate as u64 + 1..200).find(|servers| meets(*servers)).expect("some number is enough");
        let file = queue(&here, rate, "");
        let found = plan(&format!("{file} --brief --objective sojourn.p99<={bound}s"));
        let servers = machines(&found, "serve");
        assert!(servers == least || servers == least + 1, "{rate}/s within {bound} s: {servers}, not {least}");
        assert!(meets(servers), "{servers} of {rate}/s are too few");
        // By hand: a dollar an hour each, and what takes the requests.
        assert!((usd(&found) - (servers as f64 + 0.001) * MONTH_H).abs() < 1e-6, "{}", usd(&found));
        assert_eq!(found["certificate"]["error_rate"], 0.05);
    }
}

#[test]
fn a_plan_is_certified_and_verified_with_another_seed() {
    let here = folder();
    let asked = "plan proof-service --set horizon=1h --costs claimed --design gpu --brief --quiet --objective sojourn.p99<=500ms";
    let planned = finish(command(here.path(), asked).env("COLUMNS", "80"));
    assert_eq!(planned.status, Some(0), "{}{}", planned.out, planned.err);
    assert!(
        planned.out.contains("certified at 95 %") && planned.out.contains("fails again on fresh"),
        "{}",
        planned.out
    );
    assert!(planned.out.lines().all(|line| line.chars().count() <= 80), "{}", planned.out);
    let file = "--verify proofcast-out/plan.json";
    let again = |more: &str| proofcast(here.path(), &format!("{asked} {file} {more}"));
    let verified = again("--seed 2");
    assert_eq!(verified.status, Some(0), "{}{}", verified.out, verified.err);
    assert!(verified.out.starts_with("verified: planned with seed 1, tested with seed 2"), "{}", verified.out);
    for (more, says) in
        [("", "verify it with another `--seed`"), ("--seed 2 --set load.rate=20/s", "a plan of another scenario")]
    {
        let refused = again(more);
        assert_eq!(refused.status, Some(2), "{}{}", refused.out, refused.err);
        assert!(refused.err.contains(says), "{}", refused.err);
    }
    // Design, costs and objectives are those of the file.
    let bare = proofcast(here.path(), &format!("plan proof-service --set horizon=1h --quiet {file} --seed 2"));
    assert_eq!((bare.status, &bare.out), (Some(0), &verified.out), "{}", bare.err);
    let other = proofcast(
        here.path(),
        &format!("plan proof-service --set horizon=1h --quiet --design four_instances {file} --seed 2"),
    );
    assert!(other.status == Some(2) && other.err.contains("a plan with `--design gpu`"), "{}", other.err);
    // A fleet that is too small is refuted.
    let path = here.path().join("proofcast-out/plan.json");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let mut json: Value = serde_json::from_str(&text).expect("JSON");
    let pools = json["fleet"]["pools"].as_array_mut().expect("pools");
    pools[0]["machines"] = 1.into();
    std::fs::write(&path, json.to_string()).expect("it is written");
    let refuted = again("--seed 2");
    assert_eq!(refuted.status, Some(1), "{}{}", refuted.out, refuted.err);
    assert!(refuted.out.starts_with("refuted"), "{}", refuted.out);
}

#[test]
fn a_plan_is_the_same_for_any_number_of_threads() {
    let line = "proof-service --costs claimed --set load.rate=20/s --set horizon=30min --objective sojourn.p99<=1s";
    let of = |threads: u32| plan(&format!("{line} --threads {threads}"));
    let one = of(1);
    assert_eq!(one, of(2));
    assert_eq!(one, of(8));
    assert!(one["front"].as_array().is_some_and(|front| front.len() > 2), "{}", one["front"]);
    assert!(one["prices"].as_array().is_some_and(|prices| !prices.is_empty()), "{}", one["prices"]);
}

#[test]
fn looser_objectives_lower_prices_and_larger_spaces_are_never_dearer() {
    let here = folder();
    let file = queue(&here, 8.0, "");
    let cost = |more: &str| usd(&plan(&format!("{file} --brief {more}")));
    let base = cost("--objective sojourn.p99<=6s");
    assert!(cost("--objective sojourn.p99<=9s") <= base, "looser");
    assert!(cost("--objective sojourn.p99<=5s") >= base, "stricter");
    assert!(cost("--objective sojourn.p95<=6s") <= base, "a lower percentile");
    let cheaper = cost("--objective sojourn.p99<=6s --set books.one.machines.server.price=$0.5/h");
    assert!((cheaper - base / 2.0).abs() < 0.01 * base, "{cheaper} of {base}");
    // A machine that is twice as fast for less than twice the price.
    let fast = "books.one.machines.fast={provider=\"test\",instance=\"fast\",servers=1,price=\"$1.6/h\",\
                speed={factor=2.0,why=\"claimed\"}}";
    let set = format!("--set {fast} --set step.0.pool.machine=[\"server\",\"fast\"]");
    let found = plan(&format!("{file} --brief --objective sojourn.p99<=6s {set}"));
    assert!(usd(&found) < base, "{} is no less than {base}", usd(&found));
    let chosen =
        plan(&format!("{file} --brief --objective sojourn.p99<=6s --choose step.0.pool.machine=server,fast {set}"));
    assert!((usd(&chosen) - usd(&found)).abs() < 1e-6, "a key and a list say the same");
    assert_eq!(chosen["fleet"]["chosen"][0][0], "step.0.pool.machine");
}

#[test]
fn a_file_may_leave_keys_open() {
    let here = folder();
    let file = queue(&here, 8.0, "queue = { choose = [2, 50] }\n");
    let found = plan(&format!("{file} --brief --objective error_rate<=0.1%"));
    // Of so many who wait only few are ever refused, with fewer machines.
    assert_eq!(found["fleet"]["chosen"], serde_json::json!([["step.0.queue", "50"]]));
    let rival = plan(&format!("{file} --brief --objective error_rate<=0.1% --choose step.0.queue=2,3"));
    assert!(usd(&rival) > usd(&found), "{} and {}", usd(&rival), usd(&found));
}

#[test]
fn what_cannot_be_met_is_named_and_the_rest_is_planned() {
    let run =
        |more: &str| proofcast(folder().path(), &format!("plan proof-service --costs claimed --brief --quiet {more}"));
    let met = |run: &Run, status: i32, says: &[&str]| {
        assert_eq!(run.status, Some(status), "{}{}", run.out, run.err);
        let text = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        says.iter().for_each(|part| assert!(text.contains(part), "no `{part}` in {text}"));
    };
    // A proof takes 120 ms on any number of instances.
    met(
        &run("--set horizon=1h --objective service.prove.p99<=100ms"),
        1,
        &["no fleet meets all objectives; without service.prove.p99"],
    );
    met(
        &run("--set horizon=1h --budget 500/month"),
        1,
        &["without budget, the cheapest is 3 × c5.2xlarge of design, $744.6 a month"],
    );
    met(
        &run("--set horizon=1h --budget 745/month"),
        0,
        &["the cheapest fleet that meets the objectives is 3 × c5.2xlarge of design"],
    );
    met(&run("--time 1ms"), 3, &["the time was over"]);
    // A run of seconds shows no rare error, and certifies nothing.
    met(&run("--set load.rate=5/s --set horizon=10s"), 3, &["undecided"]);
}

#[test]
fn a_quota_that_the_plan_keeps_is_kept_and_a_smaller_one_cannot_be_met() {
    let of = |limit: u64| {
        let line = format!("plan prover-fleet --brief --quiet --json --set limit={{\"g6e.xlarge\"={limit}}}");
        proofcast(folder().path(), &line)
    };
    let free = machines(&plan("prover-fleet --brief"), "prove");
    let (kept, too_small) = (of(free), of(free - 1));
    assert_eq!((kept.status, too_small.status), (Some(0), Some(1)), "{}{}", kept.err, too_small.err);
    assert_eq!(machines(&document(&kept.out), "prove"), free);
    // With fewer than carry the load there is no fleet either, which is known without a simulation.
    let line = "plan proof-service --costs claimed --brief --quiet --json --set limit={\"c5.2xlarge\"=2}";
    let none = proofcast(folder().path(), line);
    assert_eq!(none.status, Some(1), "{}{}", none.out, none.err);
    let none = document(&none.out);
    assert_eq!((&none["ending"], &none["fleet"]), (&"impossible".into(), &Value::Null));
    assert_eq!(none["certificate"]["simulated"], 0);
    let why = none["why"].as_str().expect("a reason");
    assert!(why.contains("needs 3 machines of `c5.2xlarge`") && why.contains("there are 2: raise the limit"), "{why}");
}

#[test]
fn what_is_paid_when_machines_come_and_go_is_selected_by_runs() {
    let found = plan(
        "prover-fleet --design autoscaled --brief --objective sojourn.p99<=6min --choose step.0.pool.lifecycle.autoscaler.cooldown=5min,20min",
    );
    // The shorter cooldown is cheaper by more than a tenth, and meets an objective that asks for little.
    assert_eq!(found["fleet"]["chosen"][0][1], "5min", "{}", found["fleet"]);
    let others = found["runners_up"].as_array().expect("a list");
    let longer = others.iter().find(|other| other["fleet"]["chosen"][0][1] == "20min").expect("the other cooldown");
    assert!(longer["fleet"]["usd_per_month"].as_f64() > found["fleet"]["usd_per_month"].as_f64());
}

#[test]
fn bad_input_is_told_before_anything_is_simulated() {
    for (line, says) in [
        ("plan layered --design combined --costs claimed", "has no objective on `claimed` costs"),
        ("plan proof-service --costs claimed --objective sojourn.p99", "has no bound"),
        ("plan proof-service --costs claimed --objective sojurn.p99<=1s", "did you mean `sojourn.p99`"),
        ("plan proof-service --costs claimed --objective sojourn.p99<=1USD", "cannot be given in USD"),
        ("plan proof-service --costs claimed --budget much", "is no budget"),
        ("plan proof-service --costs claimed --choose instances.queue=5", "found 1 value"),
        ("plan proof-service --costs claimed --choose instances.queues=5,6", "unknown key"),
        ("plan proof-service --costs claimed --choose load.rate=1/s,5/s", "is not for a plan to choose"),
        (
            "plan proof-service --costs claimed --choose design.four_instances.load.rate=1/s,5/s",
            "is not for a plan to choose",
        ),
        ("plan proof-service --costs claimed --choose instances.specified=1..3", "is not for a plan to choose"),
        ("plan proof-service --costs claimed --error 2", "a share between 0 and 1"),
        ("plan proof-service --costs claimed --verify nowhere.json --seed 2", "nowhere.json"),
    ] {
        let here = folder();
        let run = proofcast(here.path(), line);
        assert_eq!(run.status, Some(2), "{line}: {}{}", run.out, run.err);
        let told = run.err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(says), "{line}: {told}");
        assert!(!here.path().join("proofcast-out").exists(), "{line} wrote something");
    }
}
