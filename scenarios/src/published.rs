//! Times of operations that others published, on machines that are not here: those of the library, and books of the user's own.

pub(crate) mod files;
pub mod foreign;
pub(crate) mod row;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use crate::library::rows;
use crate::reading::{Places, Problem, Problems, Source, meant};
use crate::spec::Book;
pub use row::Published;

/// The columns of a book; only the last may be left out.
const COLUMNS: [&str; 11] = [
    "operation",
    "size",
    "unit_of_size",
    "machine",
    "threads",
    "prove_or_run_ms",
    "verify_ms",
    "proof_bytes",
    "memory_mb",
    "source",
    "half_width_ms",
];

/// So many problems of a book are told; nobody corrects more by hand.
const MOST_PROBLEMS: usize = 100;

/// All published costs that ship with the program; read once.
pub fn published_costs() -> &'static [Published] {
    static ONCE: OnceLock<Vec<Published>> = OnceLock::new();
    ONCE.get_or_init(|| rows(include_str!("../library/hardware/published_costs.csv")))
}

/// What rows did to a book.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// How many are new.
    pub added: usize,
    /// How many were there with the same figures.
    pub unchanged: usize,
    /// What was there with other figures, and what is there now.
    pub replaced: Vec<(Published, Published)>,
}

/// A file of published costs: a CSV with the columns of that of the library, `half_width_ms` optional.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PublishedBook(Vec<Published>);

impl PublishedBook {
    /// Reads a book.
    ///
    /// # Errors
    /// The file cannot be read, or everything that is wrong with its rows.
    pub fn read(path: &Path) -> Result<Self, Problems> {
        Self::parse(&files::open(path, "CSV table of published costs", "row")?)
    }

    fn parse(source: &Source) -> Result<Self, Problems> {
        let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source.text.as_bytes());
        let head = table.headers().cloned().map_err(|error| Problems::from(malformed(source, &error, None)))?;
        let mut problems: Problems = columns(source, &head).into_iter().collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut book = Self::default();
        for record in table.into_records() {
            match record.and_then(|record| Ok((record.deserialize::<Published>(Some(&head))?, record))) {
                Err(error) => problems.push(malformed(source, &error, Some(&head))),
                Ok((row, record)) => match row.fault() {
                    Some((column, fault)) => {
                        let line = record.position().map_or(1, csv::Position::line);
                        let message = format!("`{column}`: {fault}");
                        problems.push(Problem::new(source, Some(line_of(source, line)), message));
                    }
                    None => book.0.push(row),
                },
            }
            if problems.len() == MOST_PROBLEMS {
                break;
            }
        }
        if problems.is_empty() { Ok(book) } else { Err(problems) }
    }

    /// All rows, in their order.
    pub fn rows(&self) -> &[Published] {
        &self.0
    }

    /// Puts every row in the place of the one with the same operation, size and machine, or at the end. A row with the same figures is
    /// left as it is, whatever it says of its source.
    pub fn put(&mut self, rows: Vec<Published>) -> Change {
        let mut places: BTreeMap<(String, Option<u64>, String), usize> = BTreeMap::new();
        for (place, row) in self.0.iter().enumerate() {
            // Of two rows with the same key the first is the one that holds.
            places.entry(row.owned_key()).or_insert(place);
        }
        let mut change = Change::default();
        for row in rows {
            match places.get(&row.owned_key()) {
                Some(place) if self.0[*place].says_the_same(&row) => change.unchanged += 1,
                Some(place) => change.replaced.push((std::mem::replace(&mut self.0[*place], row.clone()), row)),
                None => {
                    places.insert(row.owned_key(), self.0.len());
                    self.0.push(row);
                    change.added += 1;
                }
            }
        }
        change
    }

    /// The text of its file, after it was read back: what is written can be read.
    ///
    /// # Errors
    /// What could not be read in it, or that it would say something else.
    pub fn checked_text(&self, path: &Path) -> Result<String, Problems> {
        let source = Source::new(path.display().to_string(), self.text());
        let unreadable = |message: &str| {
            let help = "nothing was written; import less, or under other names";
            Problems::from(Problem::new(&Source::new(source.name.clone(), ""), None, message).with_help(help))
        };
        if source.text.len() as u64 > files::LARGEST_FILE {
            return Err(unreadable("the book would be too large to be read again"));
        }
        match Self::parse(&source)? == *self {
            true => Ok(source.text),
            false => Err(unreadable("the book would not be read as it is written")),
        }
    }

    /// The text of its file.
    ///
    /// # Panics
    /// Never: a table in memory takes every row of texts and numbers.
    pub fn text(&self) -> String {
        let mut table = csv::Writer::from_writer(Vec::new());
        for row in &self.0 {
            table.serialize(row).expect("memory takes every row");
        }
        let bytes = table.into_inner().expect("memory takes every row");
        String::from_utf8(bytes).expect("texts and numbers are UTF-8")
    }
}

/// Reads the files of published costs that books name.
pub(crate) fn fill(books: &mut BTreeMap<String, Book>, places: &Places<'_>) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for (name, book) in books {
        for (index, file) in book.published.iter().enumerate() {
            let key = format!("books.{name}.published.{index}");
            // A scenario of the library, or `--set`, is in no folder: its paths are relative to the working directory.
            let folder = Path::new(&places.source_name(&key)).parent().map(Path::to_owned).unwrap_or_default();
            let path = folder.join(file);
            if !path.exists() {
                problems.push(places.problem(&key, format!("there is no file {}", path.display())));
                continue;
            }
            match PublishedBook::read(&path) {
                Ok(read) => book.rows.extend(read.0),
                Err(found) => found.iter().for_each(|problem| problems.push(problem.clone())),
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Everything that the files of all books say, for the fingerprint of a scenario.
pub(crate) fn said(books: &BTreeMap<String, Book>) -> Vec<u8> {
    let said = |book: &Book| PublishedBook(book.rows.clone()).text().into_bytes();
    books.values().filter(|book| !book.rows.is_empty()).flat_map(said).collect()
}

/// Columns that are missing or unknown.
fn columns(source: &Source, head: &csv::StringRecord) -> Vec<Problem> {
    let problem = |message| Problem::new(source, Some(line_of(source, 1)), message);
    let all = format!("columns: {}", COLUMNS.join(", "));
    let unknown = head.iter().filter(|name| !COLUMNS.contains(name)).map(|name| {
        let meant = meant(name, COLUMNS.into_iter());
        problem(format!("unknown column `{name}`")).with_help(format!("{meant}{all}"))
    });
    let missing = COLUMNS[..COLUMNS.len() - 1].iter().filter(|column| head.iter().all(|name| name != **column));
    unknown.chain(missing.map(|column| problem(format!("no column `{column}`")).with_help(all.clone()))).collect()
}

/// What the reader of CSV says, at its line.
fn malformed(source: &Source, error: &csv::Error, head: Option<&csv::StringRecord>) -> Problem {
    let span = error.position().map(|position| line_of(source, position.line()));
    Problem::new(source, span, fault_of(error, head))
        .with_help("a row has a field for every column; a number that is not known is left empty")
}

/// What the reader of CSV says.
fn fault_of(error: &csv::Error, head: Option<&csv::StringRecord>) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("found {len} fields, the first line has {expected_len} columns")
        }
        csv::ErrorKind::Deserialize { err, .. } => {
            let column = err.field().and_then(|field| head?.get(field as usize)).unwrap_or("a field");
            format!("`{column}` is no number: {}", err.kind())
        }
        _ => error.to_string(),
    }
}

/// The bytes of a line, from 1.
fn line_of(source: &Source, line: u64) -> std::ops::Range<usize> {
    let mut start = 0;
    for (number, text) in (1..).zip(source.text.split_inclusive('\n')) {
        if number == line {
            return start..start + text.trim_end().len();
        }
        start += text.len();
    }
    source.text.len()..source.text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "operation,size,unit_of_size,machine,threads,prove_or_run_ms,verify_ms,proof_bytes,memory_mb,source";

    fn read(text: &str) -> Result<PublishedBook, Problems> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("book.csv");
        std::fs::write(&path, text).expect("written");
        PublishedBook::read(&path)
    }

    #[test]
    fn the_book_of_the_library_reads_back_as_it_is_written() {
        let shipped = PublishedBook(published_costs().to_vec());
        assert_eq!(read(&shipped.text()).unwrap_or_else(|problems| panic!("{problems}")), shipped);
    }

    #[test]
    fn a_row_is_replaced_by_operation_size_and_machine() {
        let text = format!("{HEAD}\nfold,8,proofs,A,,10,,,,paper one\nfold,16,proofs,A,,20,,,,paper one\n");
        let mut book = read(&text).unwrap_or_else(|problems| panic!("{problems}"));
        let row = Published { prove_or_run_ms: Some(9.0), half_width_ms: Some(0.9), ..book.rows()[0].clone() };
        let change = book.put(vec![row.clone(), Published { machine: "B".into(), ..row.clone() }]);
        assert_eq!((change.added, change.unchanged, change.replaced.len()), (1, 0, 1));
        assert_eq!(change.replaced[0].0.prove_or_run_ms, Some(10.0));
        let other_source = Published { source: "paper two".into(), ..row };
        assert_eq!(book.put(vec![other_source]), Change { unchanged: 1, ..Change::default() });
        let again = read(&book.text()).unwrap_or_else(|problems| panic!("{problems}"));
        let times: Vec<_> = again.rows().iter().map(|row| (row.machine.as_str(), row.prove_or_run_ms)).collect();
        assert_eq!(times, [("A", Some(9.0)), ("A", Some(20.0)), ("B", Some(9.0))]);
        assert!((again.rows()[0].relative_half_width() - 0.1).abs() < 1e-12);
        assert_eq!(again.rows()[1].relative_half_width(), 0.0);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let problem = |text: &str, line: usize, says: &str| {
            let problems = read(text).expect_err("it is wrong");
            let found = problems.iter().find(|problem| problem.message().contains(says));
            let found = found.unwrap_or_else(|| panic!("no `{says}` in {problems}"));
            assert_eq!(found.position().map(|(line, _)| line), Some(line), "{problems}");
        };
        problem(
            &format!("{HEAD}\nfold,8,proofs,A,,10,,,,paper\nfold,x,proofs,A,,10,,,,paper\n"),
            3,
            "`size` is no number",
        );
        problem(&format!("{HEAD}\nfold,8,proofs,A,,-1,,,,paper\n"), 2, "`prove_or_run_ms`: found -1");
        problem(&format!("{HEAD}\nfold,8,proofs,A,,1,,,,\n"), 2, "`source`: it is empty");
        problem(&format!("{HEAD}\nfold,8,proofs\n"), 2, "found 3 fields");
        problem("operation,sise\n", 1, "unknown column `sise`");
        problem("operation,size\n", 1, "no column `machine`");
    }
}
