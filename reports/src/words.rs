//! Where a line may be broken: between words, but never between a number and its unit, and never inside a number.

/// Characters after which a word that is longer than a line is cut: names of keys and operations, paths, addresses.
const SEAMS: [char; 6] = ['.', '_', '/', '-', ',', '='];

/// What stands before a number and belongs to it.
const SIGNS: [&str; 8] = ["±", "≥", "≤", "<", ">", "=", "~", "×"];

/// Whether a word stays on the line of the piece before it: a unit after its number, a number after its sign, the small unit of
/// a duration after the large one.
pub(crate) fn belong_together(piece: &str, word: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let large = [" d", " h", " min"].iter().any(|unit| piece.ends_with(unit)) && piece.starts_with(is_digit);
    let sign = SIGNS.contains(&piece) || SIGNS.iter().any(|sign| piece.ends_with(&format!(" {sign}")));
    match word.starts_with(is_digit) {
        true => large || sign,
        false => piece.ends_with(is_digit),
    }
}

/// The words of a text, those that belong together as one.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        match pieces.last_mut().filter(|piece| belong_together(piece, word)) {
            Some(piece) => *piece = format!("{piece} {word}"),
            None => pieces.push(word.to_owned()),
        }
    }
    pieces
}

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().count()
}

/// The lines of a text of which the first has room for `first` columns and the others for `later`.
pub(crate) fn wrapped(text: &str, first: usize, later: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(text) {
        let room = if lines.len() == 1 { first } else { later };
        let line = lines.last_mut().expect("the list starts with one line and only grows");
        if line.is_empty() || width(line) + 1 + width(&piece) <= room {
            let gap = if line.is_empty() { "" } else { " " };
            *line = format!("{line}{gap}{piece}");
        } else {
            lines.push(piece);
        }
        // What is longer than a line is cut, until the rest fits.
        loop {
            let room = if lines.len() == 1 { first } else { later };
            let line = lines.last_mut().expect("the list starts with one line and only grows");
            let Some((start, rest)) = cut(line, room) else { break };
            *line = start;
            lines.push(rest);
        }
    }
    lines
}

/// A line that is longer than its room in two, best after a space or a seam that is not inside a number.
fn cut(line: &str, room: usize) -> Option<(String, String)> {
    let (letters, room) = (line.chars().collect::<Vec<char>>(), room.max(1));
    if letters.len() <= room {
        return None;
    }
    let digit = |index: usize| letters.get(index).is_some_and(char::is_ascii_digit);
    let seam = |at: &usize| {
        let after = letters[at - 1];
        after == ' ' || SEAMS.contains(&after) && !(*at > 1 && digit(at - 2) && digit(*at))
    };
    let at = (1..=room).rev().find(seam).unwrap_or(room);
    let text = |letters: &[char]| letters.iter().collect::<String>().trim().to_owned();
    Some((text(&letters[..at]), text(&letters[at..])))
}

/// A text with its first letter as a capital.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_unit_its_sign_and_its_smaller_unit() {
        let whole = pieces("a wind of 42.3 m/s for 1 h 2 min, ± 3 % at load.rate = 20 k/s, and 7 of 12");
        assert_eq!(
            whole,
            [
                "a",
                "wind",
                "of",
                "42.3 m/s",
                "for",
                "1 h 2 min,",
                "± 3 %",
                "at",
                "load.rate",
                "= 20 k/s,",
                "and",
                "7 of",
                "12"
            ]
        );
        for room in 9..60 {
            let lines = wrapped("a wind of 42.3 m/s costs $171,000 a month", room, room);
            assert!(lines.iter().all(|line| width(line) <= room), "{room}: {lines:?}");
            let text = lines.join("\n");
            assert!(text.contains("42.3 m/s") && text.contains("$171,000"), "{room}: {lines:?}");
        }
    }

    #[test]
    fn a_word_that_is_too_long_is_cut_at_a_seam() {
        assert_eq!(
            wrapped("books.measured.machines.validator.price", 24, 24),
            ["books.measured.machines.", "validator.price"]
        );
        assert_eq!(wrapped("xxxxxxxxxx", 4, 5), ["xxxx", "xxxxx", "x"]);
        assert_eq!(wrapped("of_1,234.5_tx", 8, 8), ["of_", "1,234.5_", "tx"], "not inside the number");
        assert_eq!(wrapped("", 8, 8), [""]);
    }
}
