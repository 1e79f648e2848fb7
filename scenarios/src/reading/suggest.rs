//! The name that was probably meant.

/// The most names that a message lists.
const LISTED: usize = 30;
/// Longer words are not compared: the work grows with the square, and nobody misspells a name of this length.
const LONGEST: usize = 64;

/// `did you mean `x`? ` where a known name is near; nothing otherwise.
pub fn meant<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    nearest(name, known).map_or(String::new(), |near| format!("did you mean `{near}`? "))
}

/// The allowed name that is nearest to a word, if one is near; `-`, `_`, spaces and capitals make no difference.
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if word.len() > LONGEST {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let word = plain(word);
    let near = names.into_iter().map(|name| (strsim::normalized_damerau_levenshtein(&word, &plain(name)), name));
    // The first of equals, so that the answer does not depend on how the maximum is searched.
    near.filter(|(likeness, _)| *likeness >= 0.6)
        .fold(
            None,
            |best: Option<(f64, &str)>, next| if best.is_none_or(|best| next.0 > best.0) { Some(next) } else { best },
        )
        .map(|(_, name)| name)
}

/// Names for a message: `` `a`, `b` ``, in alphabetical order, not more than can be read.
pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    let mut quoted: Vec<_> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    if names.len() > LISTED {
        quoted.push(format!("and {} more", names.len() - LISTED));
    }
    quoted.join(", ")
}
