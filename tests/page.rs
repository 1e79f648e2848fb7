//! The page of an answer in a real browser: nothing is fetched, nothing fails, tables sort and filter. Left out, and told, where no browser is
//! installed: `.ci/run` installs one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::program::{folder, proofcast};

/// What a browser is called.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// What is asked of a page in the browser; it answers in an attribute of the document.
const ASKED: &str = r#"<script>
"use strict";
const failed = [];
addEventListener("error", (event) => failed.push(event.message));
addEventListener("load", () => {
  const table = [...document.querySelectorAll("table")].find((table) => table.tBodies[0].rows.length > 11);
  const column = (at) => [...table.tBodies[0].rows].map((row) => row.cells[at].textContent);
  const before = column(0), button = table.querySelector("thead button");
  button.click();
  const up = column(0);
  button.click();
  const down = column(0);
  const filter = table.closest(".table").querySelector("input");
  filter.value = before[3];
  filter.dispatchEvent(new Event("input"));
  const kept = [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[0].textContent);
  const fetched = performance.getEntriesByType("resource").length;
  const wide = document.documentElement.scrollWidth > innerWidth;
  document.documentElement.dataset.found = JSON.stringify({ before, up, down, kept, fetched, failed, wide });
});
</script>"#;

/// What an accessibility checker is asked of a page: the rules of WCAG 2 up to level AA, and what is good practice.
const CHECKED: &str = r#"<script>
"use strict";
addEventListener("load", async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
  const { violations, passes } = await axe.run({ runOnly: { type: "tag", values: tags } });
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.target).join(", ")}`);
  document.documentElement.dataset.found = JSON.stringify({ told, passed: passes.length });
});
</script>"#;

/// The accessibility checker, where `.ci/run` has fetched it.
fn checker() -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe-core/axe.min.js");
    let checker = fs::read_to_string(&file).ok();
    if checker.is_none() {
        eprintln!("left out: no accessibility checker at {} (.ci/run fetches axe-core)", file.display());
    }
    checker
}

/// A browser that is installed.
fn browser() -> Option<&'static str> {
    let is_there = |name: &&&str| {
        let run = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        run.is_ok_and(|status| status.success())
    };
    let browser = BROWSERS.iter().find(is_there).copied();
    if browser.is_none() {
        eprintln!("left out: no browser is installed ({})", BROWSERS.join(", "));
    }
    browser
}

/// What a browser finds of a page; nothing where there is none.
fn found(page: &Path, width: u32) -> Option<Value> {
    let browser = browser()?;
    let home = folder();
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--window-size={width},800"))
        .arg(format!("--user-data-dir={}", home.path().display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("a browser that was there");
    let text = String::from_utf8_lossy(&output.stdout);
    let (_, answer) = text.split_once("data-found=\"").unwrap_or_else(|| panic!("no answer:\n{text}"));
    let (answer, _) = answer.split_once('"').expect("its end");
    let answer = answer.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    Some(serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}")))
}

#[test]
fn a_page_sorts_filters_and_fetches_nothing_in_a_browser() {
    let folder = folder();
    let line = "simulate proof-service --costs claimed --set horizon=10min --replications 2 --quiet --out o";
    proofcast(folder.path(), line).expect(0);
    let made = fs::read_to_string(folder.path().join("o/report.html")).expect("a page");
    let typed =
        "proofcast simulate proof-service --costs claimed --set &#x27;horizon=10min&#x27; --replications 2</code>";
    assert!(made.contains(typed), "what was typed, but for what changes no answer");
    let page = folder.path().join("asked.html");
    fs::write(&page, made.replace("<head>", &format!("<head>{ASKED}"))).expect("written");
    for width in [1_280, 500] {
        let Some(found) = found(&page, width) else { return };
        let names = |what: &str| -> Vec<String> {
            let all = found[what].as_array().expect("a list").iter();
            all.map(|name| name.as_str().expect("a name").to_owned()).collect()
        };
        assert_eq!((&found["fetched"], names("failed")), (&0.into(), Vec::new()), "{found}");
        assert_eq!(found["wide"], false, "the page is no wider than the screen: {found}");
        let (before, up, mut down) = (names("before"), names("up"), names("down"));
        down.reverse();
        assert!(before.len() > 11 && up != before && up == down, "{found}");
        assert_eq!(up.iter().collect::<std::collections::BTreeSet<_>>(), before.iter().collect());
        assert!(names("kept").contains(&before[3]) && names("kept").len() < before.len(), "{found}");
    }
}

/// Pages of several verbs, with the folder that they are in.
fn pages() -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = folder();
    let short = "--set horizon=10min --replications 2 --costs claimed --quiet --out";
    for line in [
        format!("compare proof-service {short} one"),
        format!("compare proof-service --vary load.rate=5/s,20/s {short} two"),
        format!("compare proof-service --switches {short} three"),
        format!("compare layered proof-service --sizing sized {short} four"),
    ] {
        proofcast(folder.path(), &line).expect(0);
    }
    proofcast(folder.path(), "diff one two --quiet --out five").expect(2);
    proofcast(folder.path(), "diff one one --quiet --out five").expect(0);
    let pages = ["one/report.html", "two/report.html", "three/report.html", "four/report.html", "five/diff.html"];
    let pages = pages.iter().map(|page| folder.path().join(page)).collect();
    (folder, pages)
}

#[test]
fn pages_of_all_sorts_pass_an_accessibility_checker_and_can_be_printed() {
    let (Some(checker), Some(browser)) = (checker(), browser()) else { return };
    let (folder, pages) = pages();
    for page in pages {
        let made = fs::read_to_string(&page).expect("a page");
        let asked = page.with_extension("asked.html");
        fs::write(&asked, made.replace("<head>", &format!("<head><script>{checker}</script>{CHECKED}")))
            .expect("written");
        let found = found(&asked, 1_000).expect("a browser");
        assert_eq!(found["told"].as_array().map(Vec::len), Some(0), "{}: {found}", page.display());
        assert!(found["passed"].as_u64().is_some_and(|passed| passed > 10), "{}: {found}", page.display());
    }
    let printed = folder.path().join("printed.pdf");
    let run = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu"])
        .arg(format!("--user-data-dir={}", folder.path().join("home").display()))
        .arg(format!("--print-to-pdf={}", printed.display()))
        .arg(format!("file://{}", folder.path().join("one/report.html").display()))
        .output()
        .expect("a browser that was there");
    let pdf = fs::read(&printed).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&run.stderr)));
    assert!(pdf.starts_with(b"%PDF") && pdf.len() > 20_000, "{} bytes", pdf.len());
}
