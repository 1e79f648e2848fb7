//! What is known of the terminal: its width. Colours are written always; the stream drops them where they do not belong.

/// Columns where neither `COLUMNS` nor a terminal says: a pipe, a file.
const DEFAULT_WIDTH: u16 = 120;
/// Lines longer than this are hard to read.
const WIDEST: u16 = 160;

/// How tables look on this terminal, or where they are piped to.
pub fn style() -> reports::table::Style {
    // Shells keep `COLUMNS` to themselves; who exports it wants it, also of a pipe.
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let terminal = || terminal_size::terminal_size().map(|(width, _)| width.0);
    let width = asked.or_else(terminal).unwrap_or(DEFAULT_WIDTH);
    reports::table::Style { width: width.min(WIDEST), colour: true }
}
