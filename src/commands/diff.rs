//! `diff`: two results side by side, from what `simulate`, `compare` and `plan` left; nothing is simulated.

use std::path::Path;

use planner::{Contrast, Told};

use super::compare::check_folder;
use super::documents::{self, Outcomes};
use super::{Answer, Failure, print};
use crate::args::{Common, Diff};
use crate::terminal;

/// Reads both, tells what differs, writes it where a folder is named.
pub fn run(options: &Diff, common: &Common) -> Result<Answer, Failure> {
    let (a, b) = (documents::outcomes(&options.a)?, documents::outcomes(&options.b)?);
    let (name_a, name_b) = (named(&options.a), named(&options.b));
    let found = Contrast::of(told(&name_a, &a), told(&name_b, &b));
    let files = match common.out_is_named {
        true => {
            check_folder(&common.out)?;
            reports::files::write_difference(&common.out, &found, options.all).map_err(Failure::because)?
        }
        false => Vec::new(),
    };
    if common.json {
        print(&reports::json::difference(&found).map_err(Failure::because)?)?;
    } else if options.markdown {
        print(&reports::markdown::difference(&found, options.all))?;
    } else {
        print(&reports::table::difference(&found, options.all, terminal::style()))?;
        if !files.is_empty() {
            print(&format!("\nwrote {} to {}\n", reports::files::in_words(&files), common.out.display()))?;
        }
    }
    Ok(Answer::Done)
}

fn named(path: &Path) -> String {
    path.display().to_string()
}

fn told<'r>(name: &'r str, result: &'r Outcomes) -> Told<'r> {
    Told { name, base: &result.base, designs: &result.designs }
}
