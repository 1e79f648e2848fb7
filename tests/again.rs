//! Reports drawn again from the documents that runs left: the same bytes, and errors for people where there is nothing to draw.

use std::fs;
use std::path::Path;

use crate::plan::queue;
use crate::program::{SHORT, content, folder, proofcast};

/// A calibration that is kept with the tests.
fn calibration() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/calibration.json").display().to_string()
}

/// Runs a line, deletes all that it wrote but its document, and draws the rest again.
fn drawn_again(here: &Path, line: &str, document: &str) {
    let run = proofcast(here, &format!("{line} --quiet --out o"));
    assert!(matches!(run.status, Some(0 | 1 | 3)), "{line}: {}", run.err);
    let out = here.join("o");
    let before = content(&out);
    assert!(before.len() > 2 && before.contains_key(Path::new(document)), "{line}: {:?}", before.keys());
    let elsewhere = proofcast(here, "report o --out p").expect(0);
    assert!(elsewhere.contains(&format!("of o/{document} to p")), "{elsewhere}");
    for (name, bytes) in &before {
        if bytes.is_some() && name != Path::new(document) {
            fs::remove_file(out.join(name)).expect("it was there");
        }
    }
    proofcast(here, "report o").expect(0);
    for (folder, after) in [("o", content(&out)), ("p", content(&here.join("p")))] {
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "{line}, in {folder}");
        for (name, bytes) in &before {
            assert!(*bytes == after[name], "{line}: {} is another in {folder}", name.display());
        }
    }
}

#[test]
fn a_comparison_is_drawn_again_to_the_last_byte() {
    let here = folder();
    drawn_again(here.path(), &format!("compare layered --costs claimed {SHORT}"), "outcome.json");
}

#[test]
fn a_design_is_drawn_again_with_its_fleet_that_comes_and_goes() {
    let here = folder();
    let line = "simulate prover-fleet --design autoscaled --set horizon=6h --set warm_up=10min --replications 2";
    drawn_again(here.path(), line, "outcome.json");
    assert!(here.path().join("o/charts/fleet.svg").exists());
}

#[test]
fn what_is_drawn_again_without_prices_tells_none() {
    let here = folder();
    let line = "simulate proof-service --costs claimed --set horizon=10min --replications 2 --set charge.support.price=$7.77/month \
                --redact prices";
    drawn_again(here.path(), line, "outcome.json");
    for (name, bytes) in content(here.path()) {
        let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
        assert!(!text.contains("7.77"), "{} tells a price", name.display());
    }
}

#[test]
fn a_plan_and_claims_are_drawn_again() {
    let here = folder();
    let file = queue(&here, 3.0, "");
    drawn_again(
        here.path(),
        &format!("plan {file} --objective sojourn.p99<=5.2s --growth 25%/month --months 3"),
        "plan.json",
    );
    let here = folder();
    drawn_again(here.path(), &format!("claims keys --calibration {}", calibration()), "claims.json");
}

#[test]
fn where_several_documents_are_the_page_is_of_the_last() {
    let here = folder();
    let short = "--costs claimed --set horizon=10min --replications 2 --quiet --out o";
    proofcast(here.path(), &format!("simulate proof-service {short}")).expect(0);
    proofcast(here.path(), &format!("claims keys --calibration {} --quiet --out o", calibration())).expect(0);
    let page = || fs::read_to_string(here.path().join("o/report.html")).expect("a page");
    let of_claims = page();
    assert!(of_claims.contains("Claims and verdicts"));
    let told = proofcast(here.path(), "report o").expect(0);
    assert!(told.contains("report.html is the page of o/claims.json"), "{told}");
    assert!(page() == of_claims, "the page of what was written last stays");
}

#[test]
fn what_was_printed_is_drawn_as_far_as_it_goes() {
    let here = folder();
    let line =
        "compare proof-service --design gpu --costs claimed --set horizon=10min --replications 2 --quiet --out o";
    let printed = proofcast(here.path(), &format!("{line} --json")).expect(0);
    fs::create_dir(here.path().join("short")).expect("made");
    fs::write(here.path().join("short/outcome.json"), &printed).expect("written");
    let run = proofcast(here.path(), "report short");
    assert!(run.err.contains("note: short/outcome.json has no values behind its numbers"), "{}", run.err);
    run.expect(0);
    let read = |name: &str| fs::read_to_string(here.path().join(name)).expect("written");
    assert_eq!(read("short/metrics.csv"), read("o/metrics.csv"));
    assert_eq!(read("short/outcome.json"), printed, "the document stays as it was");
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let here = folder();
    let o = here.path().join("o");
    let said = |says: &[&str]| {
        let run = proofcast(here.path(), "report o");
        says.iter().for_each(|what| assert!(run.err.contains(what), "no `{what}`: {}", run.err));
        assert!(run.err.starts_with("error: "), "{}", run.err);
        run.expect(2);
    };
    said(&["o: there is no such folder"]);
    fs::write(&o, "a file").expect("written");
    said(&["o: it is no folder"]);
    fs::remove_file(&o).expect("it was there");
    fs::create_dir(&o).expect("made");
    said(&["none of `outcome.json`, `plan.json` and `claims.json`", "--out DIR"]);
    fs::write(o.join("plan.json"), "{").expect("written");
    said(&["o/plan.json: not JSON", "line 1"]);
    fs::write(o.join("plan.json"), r#"{"schema": "proofcast/plan/9"}"#).expect("written");
    said(&["o/plan.json: schema: found `proofcast/plan/9`", "reads `proofcast/plan/1` here"]);
    fs::write(o.join("plan.json"), r#"{"schema": "proofcast/plan/1", "seed": "x"}"#).expect("written");
    said(&["o/plan.json: seed: invalid type"]);
    assert_eq!(content(&o).len(), 1, "nothing was drawn");
}
