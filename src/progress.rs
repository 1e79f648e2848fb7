//! Progress: a bar on a terminal, a plain line now and then elsewhere; on standard error, and gone when the work is done.

use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use planner::{Progress, Work};

use crate::args::Common;
use crate::interrupt;

/// Time between two looks at how far the work is.
const LOOK: Duration = Duration::from_millis(200);
/// Time between two lines where nobody sees a bar.
const LINE: Duration = Duration::from_secs(30);
/// Shorter work says nothing of the time that is left \[s\].
const SOON_S: f64 = 1.0;

/// A line for work of unknown length; shown as [`bar`] is.
pub fn spinner(common: &Common) -> ProgressBar {
    let spinner = if common.quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    spinner.enable_steady_tick(LOOK);
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
    bar.enable_steady_tick(LOOK);
    bar
}

/// Does some work and shows meanwhile how far it is; the work says what is in hand.
pub fn watched<T>(work: &Work, progress: &Progress, common: &Common, answer: impl FnOnce(&dyn Fn(String)) -> T) -> T {
    let bar = bar(work.units.max(1.0) as u64, common);
    let (hand, in_hand) = channel();
    let answer = std::thread::scope(|scope| {
        let bar = &bar;
        scope.spawn(move || look(bar, work, progress, common, &in_hand));
        let answer = answer(&|text| drop(hand.send(text)));
        // Nothing is in hand any more: whoever looks on goes.
        drop(hand);
        answer
    });
    bar.finish_and_clear();
    answer
}

/// Looks at the work until nothing is in hand any more.
fn look(bar: &ProgressBar, work: &Work, progress: &Progress, common: &Common, in_hand: &Receiver<String>) {
    let plain = !common.quiet && !std::io::stderr().is_terminal();
    let (begun, mut said, mut hand) = (Instant::now(), Instant::now(), String::new());
    loop {
        match in_hand.recv_timeout(LOOK) {
            Ok(text) => hand = text,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let left = left(begun.elapsed(), progress.units() as f64 / work.units.max(1.0));
        let stopping = if interrupt::asked() { "stopping · " } else { "" };
        let time = left.as_ref().map_or(String::new(), |left| format!("{left} left · "));
        bar.set_position(progress.units().min(work.units as u64));
        bar.set_message(format!("{stopping}{time}{hand}"));
        if plain && said.elapsed() >= LINE {
            said = Instant::now();
            anstream::eprintln!("{}", line(progress.replications(), work.replications, left));
        }
    }
}

/// What is said where nobody sees a bar.
fn line(done: u32, of: u32, left: Option<HumanDuration>) -> String {
    format!("{done} of {of} runs{}", left.map_or(String::new(), |left| format!(", about {left} left")))
}

/// What is left after this time, where so much of the work is done.
fn left(spent: Duration, share: f64) -> Option<HumanDuration> {
    let is_known = share > 0.0 && share < 1.0 && spent.as_secs_f64() > SOON_S;
    let left_s = spent.as_secs_f64() * (1.0 - share) / share;
    is_known.then(|| HumanDuration(Duration::from_secs_f64(left_s.min(1e9))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_share_that_is_done() {
        let after = |seconds: u64, share: f64| left(Duration::from_secs(seconds), share).map(|left| left.to_string());
        assert_eq!(after(60, 0.25).as_deref(), Some("3 minutes"));
        assert_eq!(line(10, 40, left(Duration::from_secs(60), 0.25)), "10 of 40 runs, about 3 minutes left");
        assert_eq!(line(0, 40, None), "0 of 40 runs");
        assert_eq!(after(60, 0.0), None, "nothing is known yet");
        assert_eq!(after(60, 1.5), None, "more was to be done than was known");
    }
}
