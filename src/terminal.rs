//! What is known of the terminal: its width. Colours are written always; the stream drops them where they do not belong.

/// Columns where the terminal does not say: a pipe, a file.
const DEFAULT_WIDTH: u16 = 120;
/// Lines longer than this are hard to read.
const WIDEST: u16 = 160;

/// How tables look on this terminal.
pub fn style() -> reports::table::Style {
    let width = terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| width.0);
    reports::table::Style { width: width.min(WIDEST), colour: true }
}
