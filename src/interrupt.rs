//! Ctrl-C and its kin: the first asks the work to end and keep what it has, the second ends the program at once.

use std::sync::atomic::{AtomicBool, Ordering};

/// What shells report for a program that Ctrl-C ended.
const ENDED_BY_INTERRUPT: i32 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on an interrupt is noted instead of ending the program. Where the system does not allow that, it ends it as before.
pub fn note() {
    let noted = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(ENDED_BY_INTERRUPT);
        }
    });
    if let Err(error) = noted {
        anstream::eprintln!("warning: Ctrl-C will lose what was measured: {error}");
    }
}

/// Whether an interrupt was noted.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
