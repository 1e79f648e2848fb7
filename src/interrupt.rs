//! Ctrl-C and its kin: the first asks the work to end and keep what it has, the second ends the program at once.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::terminal;

/// What shells report for a program that Ctrl-C ended.
pub const STATUS: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);
static NOTED: Once = Once::new();

/// From now on an interrupt is noted instead of ending the program. Where the system does not allow that, it ends it as before.
pub fn note() {
    NOTED.call_once(|| {
        let noted = ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(STATUS));
            }
        });
        if let Err(error) = noted {
            terminal::tell(&format!("warning: Ctrl-C will lose what is known until then: {error}"));
        }
    });
}

/// Whether an interrupt was noted.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
