//! The page of an answer in a real browser: nothing is fetched, nothing fails, tables sort and filter. Left out, and told, where no browser is
//! installed: `.ci/run` installs one.

use std::fs;
use std::path::Path;
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

/// What a browser finds of a page; nothing where there is none.
fn found(page: &Path, width: u32) -> Option<Value> {
    let is_there = |name: &&&str| {
        let run = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        run.is_ok_and(|status| status.success())
    };
    let Some(browser) = BROWSERS.iter().find(is_there) else {
        eprintln!("left out: no browser is installed ({})", BROWSERS.join(", "));
        return None;
    };
    let home = folder();
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--timeout=20000", "--dump-dom"])
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
