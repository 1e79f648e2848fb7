//! What is known of the terminal: its width, and how messages are told there. Colours are written always; the stream drops them where
//! they do not belong.

use reports::table::Style;

/// Columns where neither `COLUMNS` nor a terminal says: a pipe, a file.
const DEFAULT_WIDTH: u16 = 120;
/// Lines longer than this are hard to read.
const WIDEST: u16 = 160;

/// How tables look on this terminal, or where they are piped to.
pub fn style() -> Style {
    let terminal = || terminal_size::terminal_size().map(|(width, _)| width.0);
    of_width(asked().or_else(terminal).unwrap_or(DEFAULT_WIDTH))
}

/// Tells a message, an error or a warning, on standard error. Where that is no terminal the lines stay whole, for who searches them.
pub fn tell(message: &str) {
    let terminal = || terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| width.0);
    match asked().or_else(terminal) {
        Some(width) => anstream::eprintln!("{}", of_width(width).message(message)),
        None => anstream::eprintln!("{message}"),
    }
}

/// Says what may be asked next, in the words of the command line; on a terminal only, where a person reads the answer.
pub fn hint(commands: &[(String, &str)]) {
    if terminal_size::terminal_size_of(std::io::stdout()).is_none() {
        return;
    }
    for (command, what) in commands {
        tell(&format!("next: `{command}` {what}"));
    }
}

/// Columns that the user asks for. Shells keep `COLUMNS` to themselves; who exports it wants it, also of a pipe.
fn asked() -> Option<u16> {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0)
}

fn of_width(width: u16) -> Style {
    Style { width: width.min(WIDEST), colour: true }
}
