//! As much of Rust as the style checks need: code without its comments and texts, and names in it.

/// The code with every comment, text and character replaced by blanks, so that lines stay where they are.
pub fn without_comments_and_texts(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest, code.chars().next_back());
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// Length of the comment, text or character that begins here \[B\]; 0 where code does.
fn skipped(rest: &str, before: Option<char>) -> usize {
    let until = |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |place| from + place + end.len());
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if rest.starts_with('"') {
        return quoted(rest, '"');
    }
    let in_name = before.is_some_and(in_a_name);
    if let Some(raw) = rest.strip_prefix('r').or_else(|| rest.strip_prefix("br")).filter(|_| !in_name) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let opened = rest.len() - raw.len() + hashes + 1;
            return until(opened, &format!("\"{}", "#".repeat(hashes)));
        }
    }
    if rest.starts_with('\'') && is_character(rest) { quoted(rest, '\'') } else { 0 }
}

/// Whether a quote begins a character rather than a lifetime: `'a'`, `'\n'`, but not `'a`.
fn is_character(rest: &str) -> bool {
    let mut letters = rest.chars().skip(1);
    letters.next() == Some('\\') || letters.next() == Some('\'')
}

/// Length of a text or character up to its closing quote \[B\].
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return place + letter.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// Length of a block comment \[B\]; they nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut place) = (0_usize, 0);
    while place < rest.len() {
        if rest[place..].starts_with("/*") {
            (depth, place) = (depth + 1, place + 2);
        } else if rest[place..].starts_with("*/") {
            (depth, place) = (depth - 1, place + 2);
            if depth == 0 {
                return place;
            }
        } else {
            place += rest[place..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn in_a_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether code names this: as a whole, not as a part of a longer name.
pub fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(place, _)| {
        let before = code[..place].chars().next_back();
        let after = code[place + name.len()..].chars().next().filter(|_| !name.ends_with('!'));
        !before.is_some_and(in_a_name) && !after.is_some_and(in_a_name)
    })
}

#[test]
fn comments_and_texts_are_blanks() {
    let blank = |text: &str| without_comments_and_texts(text).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(blank("a // HashMap {\nb /* { /* } */ { */ c"), "a b c");
    assert_eq!(blank(r##"x("}{ \" {", r#"raw " {"#, br"{", b"{") y"##), "x( , , , b ) y");
    assert_eq!(blank("f('{', '\\'', '\\u{7b}', &'a str, b'}')"), "f( , , , &'a str, b )");
    assert_eq!(blank("var\"{\" for r#type"), "var for r#type");
    assert_eq!(without_comments_and_texts("a\n/* b\n*/\nc").lines().count(), 4);
}

#[test]
fn names_are_whole() {
    assert!(names("use std::collections::HashMap;", "HashMap") && names("println!(\"\")", "println!"));
    assert!(
        !names("MyHashMap::new()", "HashMap")
            && !names("instant_of(x)", "Instant")
            && !names("eprintln!()", "println!")
    );
    assert!(names("let r = rand::rng();", "rand::rng") && !names("rand::rngs::SmallRng", "rand::rng"));
    assert!(!names("#![forbid(unsafe_code)]", "unsafe") && names("unsafe { }", "unsafe"));
}
