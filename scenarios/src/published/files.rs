//! Files that others wrote: read whole or refused, within bounds that are stated, whatever their encoding marks.

use std::fs;
use std::path::{Path, PathBuf};

use crate::reading::{Problem, Problems, Source, bytes};

/// The largest file that is read \[B\].
pub const LARGEST_FILE: u64 = 64 << 20;
/// Folders may lie so deep in each other.
const DEEPEST: usize = 16;
/// Entries that a folder may have, with all folders in it.
const MOST_ENTRIES: usize = 100_000;
/// How files begin that hold no text, and what they are.
const PACKED: [(&[u8], &str); 7] = [
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive or an Excel sheet"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"BZh", "a bzip2 archive"),
    (b"PAR1", "a parquet table"),
    (b"SQLite format 3\0", "an SQLite database"),
];

/// What is wrong with a file, and what helps.
type Refusal = (String, String);

/// The text of a file of at most 64 MiB, with what it must have at least one of.
///
/// # Errors
/// What is no ordinary file, missing, unreadable, too large, empty, or no text.
pub(crate) fn open(path: &Path, kind: &str, entry: &str) -> Result<Source, Problems> {
    let mut source = Source::new(path.display().to_string(), "");
    match bytes(path, kind, LARGEST_FILE).and_then(|bytes| decoded(bytes, kind)) {
        Ok(text) if text.trim().is_empty() => {
            let help = format!("it must be a {kind} with at least one {entry}");
            Err(Problem::new(&source, None, "the file is empty").with_help(help).into())
        }
        Ok(text) => {
            source.text = text;
            Ok(source)
        }
        Err((message, help)) => Err(Problem::new(&source, None, message).with_help(help).into()),
    }
}

/// Bytes as text: UTF-8 with or without its mark, or UTF-16 with it.
fn decoded(bytes: Vec<u8>, kind: &str) -> Result<String, Refusal> {
    let help = || format!("it must be a {kind} in UTF-8");
    let wide: Option<fn([u8; 2]) -> u16> = match bytes.as_slice() {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        _ => None,
    };
    let text = match wide {
        Some(unit) => {
            let (units, rest) = bytes[2..].as_chunks::<2>();
            let text: Option<String> =
                char::decode_utf16(units.iter().map(|pair| unit(*pair))).collect::<Result<_, _>>().ok();
            text.filter(|_| rest.is_empty())
                .ok_or_else(|| ("it begins as UTF-16 text and is none".to_owned(), help()))?
        }
        None => {
            if let Some((_, what)) = PACKED.iter().find(|(magic, _)| bytes.starts_with(magic)) {
                return Err((format!("this is {what} and no text"), format!("unpack it: {}", help())));
            }
            String::from_utf8(bytes).map_err(|error| {
                let end = error.utf8_error().valid_up_to();
                let (line, column) = place(&error.as_bytes()[..end]);
                let byte = error.as_bytes()[end];
                (format!("not UTF-8 text: the byte 0x{byte:02x} in line {line}, column {column}"), help())
            })?
        }
    };
    let text = match text.strip_prefix('\u{feff}') {
        Some(unmarked) => unmarked.to_owned(),
        None => text,
    };
    match text.find('\0') {
        Some(at) => {
            let (line, column) = place(&text.as_bytes()[..at]);
            Err((
                format!("no text: a NUL byte in line {line}, column {column}; perhaps UTF-16 without its mark"),
                help(),
            ))
        }
        None => Ok(text),
    }
}

/// Line and column, both from 1, of what follows these bytes.
fn place(before: &[u8]) -> (usize, usize) {
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let newlines = before.iter().filter(|byte| **byte == b'\n').count();
    (1 + newlines, 1 + String::from_utf8_lossy(&before[line_start..]).chars().count())
}

/// All ordinary files below a folder, in the order of their paths. Links are not followed, since they may lead back.
///
/// # Errors
/// A folder that cannot be read, or more in it than anybody measures.
pub(super) fn below(folder: &Path) -> Result<Vec<PathBuf>, Problems> {
    let refused = |message: String| {
        let source = Source::new(folder.display().to_string(), "");
        Problem::new(&source, None, message).with_help("give the folder that holds the measurements and little else")
    };
    let (mut files, mut folders, mut entries) = (Vec::new(), vec![(folder.to_owned(), 0)], 0);
    while let Some((here, depth)) = folders.pop() {
        let listed = match fs::read_dir(&here) {
            Ok(listed) => listed,
            Err(error) if depth == 0 => return Err(refused(format!("cannot be read: {error}")).into()),
            // Somebody else's folder in the user's: what is in it cannot be meant.
            Err(_) => continue,
        };
        for entry in listed.flatten() {
            entries += 1;
            if entries > MOST_ENTRIES {
                return Err(refused(format!("more than {MOST_ENTRIES} files and folders in it")).into());
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth == DEEPEST => {
                    return Err(refused(format!("folders more than {DEEPEST} deep: {}", entry.path().display())).into());
                }
                Ok(kind) if kind.is_dir() => folders.push((entry.path(), depth + 1)),
                Ok(kind) if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that bytes are read as, or the message.
    fn text(bytes: &[u8]) -> Result<String, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, bytes).expect("written");
        open(&path, "file", "word")
            .map(|source| source.text)
            .map_err(|problems| problems.iter().next().expect("one").message().to_owned())
    }

    #[test]
    fn marks_of_encodings_are_no_part_of_the_text() {
        let wide = |unit: fn(u16) -> [u8; 2]| "\u{feff}µs 1".encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        for bytes in ["µs 1".into(), "\u{feff}µs 1".into(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
            assert_eq!(text(&bytes), Ok("µs 1".to_owned()));
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let cases: [(&[u8], &str); 6] = [
            (b"a\nb\xff", "0xff in line 2, column 2"),
            (b"a\nbc\0", "NUL byte in line 2, column 3"),
            (b"\xff\xfea", "begins as UTF-16"),
            (b"\x1f\x8b\x08", "a gzip archive"),
            (b"\xef\xbb\xbf \n", "the file is empty"),
            (b"", "the file is empty"),
        ];
        for (bytes, says) in cases {
            let message = text(bytes).expect_err(says);
            assert!(message.contains(says), "no `{says}` in `{message}`");
        }
    }

    #[test]
    fn what_is_too_large_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large");
        fs::File::create(&path).and_then(|file| file.set_len(1 << 40)).expect("a file with a hole");
        let problems = open(&path, "file", "word").expect_err("a TiB");
        assert!(problems.to_string().contains("larger than 64 MiB"), "{problems}");
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_and_devices_are_no_files() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a", "b", "c"] {
            std::os::unix::fs::symlink(".", folder.path().join(name)).expect("a link");
        }
        fs::write(folder.path().join("file"), "x").expect("written");
        assert_eq!(below(folder.path()).expect("a folder"), [folder.path().join("file")]);
        let problems = open(Path::new("/dev/zero"), "file", "word").expect_err("no file");
        assert!(problems.to_string().contains("a device"), "{problems}");
    }
}
