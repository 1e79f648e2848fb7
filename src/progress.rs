//! Progress bars: on a terminal only, on standard error, gone when the work is done.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::Common;

/// A line for work of unknown length; shown as [`bar`] is.
pub fn spinner(common: &Common) -> ProgressBar {
    let spinner = if common.quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    spinner.enable_steady_tick(std::time::Duration::from_millis(200));
    spinner
}

/// A bar of so many steps; it shows nothing when standard error is no terminal or quiet was asked for.
pub fn bar(steps: u64, common: &Common) -> ProgressBar {
    let bar = ProgressBar::new(steps);
    if common.quiet {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} %  {elapsed}  {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}
