//! A set of files that appears together in a folder, or not at all.
//!
//! All files are written to a folder inside that of the report first ([`UNFINISHED`]), which is renamed once it is complete
//! ([`COMPLETE`]). Only then all that an earlier run left of the same set goes away, and after it the new files move to their
//! places: whenever a run is stopped, what can be seen is of one run only. One that was stopped before the renaming has changed
//! nothing; what one that was stopped after it left to be moved is moved by the next. Runs that write to the same folder wait for
//! each other.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use calibrate::whole;

use crate::ReportError;

/// Folder of the charts in that of a report.
pub(crate) const CHARTS: &str = "charts";
/// What is being written.
const UNFINISHED: &str = ".proofcast-unfinished";
/// What is written and waits to be moved.
const COMPLETE: &str = ".proofcast-complete";
/// Names, one in a line, of files in the folder that are no longer part of the set; beside the complete ones.
const STALE: &str = "stale";

/// A file with its path below the folder of the report.
pub(crate) type Named = (PathBuf, Vec<u8>);

/// What a set consists of: paths below the folder. `*` at the end stands for the rest of the name of a picture; no other
/// file is ours by the beginning of its name, since `claims.toml` may be the user's.
pub(crate) type Belongs = &'static [&'static str];

/// Writes a set below `folder`, which is made if it is not there and there is something to write; returns the paths.
///
/// # Errors
/// [`ReportError::Write`] names the path that could not be written and what to do.
pub(crate) fn write(folder: &Path, belongs: Belongs, files: &[Named]) -> Result<Vec<PathBuf>, ReportError> {
    if files.is_empty() && !folder.exists() {
        return Ok(Vec::new());
    }
    let at = |path: &Path| {
        let path = path.to_owned();
        move |error| ReportError::write(&path, error)
    };
    fs::create_dir_all(folder).map_err(at(folder))?;
    // It is held until the end.
    let _lock = calibrate::whole::lock(folder).map_err(at(folder))?;
    settle(folder).map_err(at(folder))?;
    for (name, _) in files {
        let place = folder.join(name);
        if place.is_dir() {
            return Err(at(&place)(io::ErrorKind::IsADirectory.into()));
        }
    }
    let (unfinished, complete) = (folder.join(UNFINISHED), folder.join(COMPLETE));
    let written = stage(folder, &unfinished, belongs, files);
    if written.is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    written.map_err(|(path, error)| at(&path)(error))?;
    fs::rename(&unfinished, &complete).map_err(at(&complete))?;
    settle(folder).map_err(at(folder))?;
    Ok(files.iter().map(|(name, _)| folder.join(name)).collect())
}

/// Writes all that is to be moved, and the list of what is to go.
fn stage(folder: &Path, unfinished: &Path, belongs: Belongs, files: &[Named]) -> Result<(), (PathBuf, io::Error)> {
    for (name, bytes) in files {
        let path = unfinished.join("new").join(name);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(unfinished))?;
            let mut file = File::create(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|error| (folder.join(name), error))?;
    }
    let is_new = |name: &Path| files.iter().any(|(new, _)| new == name);
    let is_ours = |name: &Path| name.to_str().is_some_and(|name| belongs.iter().any(|ours| matches(ours, name)));
    let stale = || {
        let mut names = names_below(folder, Path::new(""))?;
        names.extend(names_below(folder, Path::new(CHARTS))?);
        names.retain(|name| is_ours(name) && !is_new(name));
        let list: Vec<&str> = names.iter().filter_map(|name| name.to_str()).collect();
        fs::create_dir_all(unfinished)?;
        fs::write(unfinished.join(STALE), list.join("\n"))
    };
    stale().map_err(|error| (folder.to_owned(), error))
}

fn matches(ours: &str, name: &str) -> bool {
    let picture = name.ends_with(".svg") || name.ends_with(".png");
    ours.strip_suffix('*').map_or(ours == name, |start| picture && name.starts_with(start))
}

/// Ends what an earlier run, or this one, has begun in a folder.
fn settle(folder: &Path) -> io::Result<()> {
    let (unfinished, complete) = (folder.join(UNFINISHED), folder.join(COMPLETE));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    if !complete.exists() {
        return Ok(());
    }
    clear(folder, &complete)?;
    let new = complete.join("new");
    for part in ["", CHARTS] {
        for name in names_below(&new, Path::new(part))? {
            fs::create_dir_all(folder.join(part))?;
            put(&new.join(&name), &folder.join(&name))?;
        }
    }
    fs::remove_dir_all(&complete)
}

/// Removes what is stale and what will be replaced; the new file takes over the mode of the old one.
fn clear(folder: &Path, complete: &Path) -> io::Result<()> {
    for name in fs::read_to_string(complete.join(STALE)).unwrap_or_default().lines() {
        // One that is gone already is no fault.
        let _ = fs::remove_file(folder.join(name));
    }
    let new = complete.join("new");
    for part in ["", CHARTS] {
        for name in names_below(&new, Path::new(part))? {
            let place = folder.join(&name);
            if let Some(there) = fs::symlink_metadata(&place).ok().filter(fs::Metadata::is_file) {
                fs::set_permissions(new.join(&name), there.permissions())?;
                fs::remove_file(place)?;
            }
        }
    }
    Ok(())
}

/// Moves a file to its place. A link is followed, and what is no regular file is written to.
fn put(from: &Path, place: &Path) -> io::Result<()> {
    if fs::symlink_metadata(place).is_ok_and(|there| !there.is_file()) {
        whole::write(place, &fs::read(from)?)?;
        return fs::remove_file(from);
    }
    fs::rename(from, place)
}

/// Paths, from the folder on, of what lies in a part of it and is no folder; none where there is no such part.
fn names_below(folder: &Path, part: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder.join(part)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            names.push(part.join(entry.file_name()));
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const SET: Belongs = &["table.csv", "table.json", "charts/line.*"];

    fn named(files: &[(&str, &str)]) -> Vec<Named> {
        files.iter().map(|(name, text)| (PathBuf::from(name), text.as_bytes().to_vec())).collect()
    }

    fn all(folder: &Path) -> Vec<(String, String)> {
        let mut names = names_below(folder, Path::new("")).expect("a folder");
        names.extend(names_below(folder, Path::new("charts")).expect("readable"));
        let text = |name: PathBuf| {
            let text = fs::read_to_string(folder.join(&name)).expect("readable");
            (name.display().to_string(), text)
        };
        names.into_iter().map(text).collect()
    }

    fn pairs(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_an_earlier_run_left_of_the_set_is_gone_and_all_else_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |files: &[(&str, &str)]| write(folder.path(), SET, &named(files)).expect("written");
        write(&[("table.csv", "1"), ("table.json", "1"), ("charts/line.svg", "1")]);
        fs::write(folder.path().join("charts/mine.svg"), "mine").expect("written");
        fs::write(folder.path().join("table.toml"), "mine").expect("written");
        write(&[("table.csv", "2")]);
        assert_eq!(
            all(folder.path()),
            pairs(&[("table.csv", "2"), ("table.toml", "mine"), ("charts/mine.svg", "mine")])
        );
        assert!(write(&[]).is_empty());
        assert_eq!(all(folder.path()), pairs(&[("table.toml", "mine"), ("charts/mine.svg", "mine")]));
        assert!(super::write(&folder.path().join("none"), SET, &[]).is_ok_and(|paths| paths.is_empty()));
        assert!(!folder.path().join("none").exists());
    }

    #[test]
    fn a_run_that_was_stopped_leaves_the_old_set_or_the_new_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let (old, new) = (named(&[("table.csv", "old"), ("table.json", "old")]), named(&[("table.csv", "new")]));
        write(folder.path(), SET, &old).expect("written");
        let unfinished = folder.path().join(UNFINISHED);
        stage(folder.path(), &unfinished, SET, &new).expect("staged");
        settle(folder.path()).expect("settled");
        assert_eq!(all(folder.path()), pairs(&[("table.csv", "old"), ("table.json", "old")]), "it was not complete");

        stage(folder.path(), &unfinished, SET, &new).expect("staged");
        fs::rename(&unfinished, folder.path().join(COMPLETE)).expect("complete");
        settle(folder.path()).expect("settled");
        assert_eq!(all(folder.path()), pairs(&[("table.csv", "new")]), "the next run ends what was complete");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "and leaves nothing beside it");
    }

    #[test]
    fn whenever_a_run_is_stopped_there_are_files_of_one_run_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let set = |text: &str| named(&[("table.csv", text), ("table.json", text), ("charts/line.svg", text)]);
        write(folder.path(), SET, &set("old")).expect("written");
        let unfinished = folder.path().join(UNFINISHED);
        stage(folder.path(), &unfinished, SET, &set("new")).expect("staged");
        let complete = folder.path().join(COMPLETE);
        fs::rename(&unfinished, &complete).expect("complete");
        let first = folder.path().join("table.csv");
        let mode = fs::Permissions::from_mode(0o640);
        fs::set_permissions(&first, mode.clone()).expect("a file");
        clear(folder.path(), &complete).expect("cleared");
        assert_eq!(all(folder.path()), [], "stopped here, no file of the old run stands beside a new one");
        put(&complete.join("new/table.csv"), &first).expect("moved");
        settle(folder.path()).expect("settled by the next run");
        assert!(all(folder.path()).iter().all(|(_, text)| text == "new"));
        assert_eq!(all(folder.path()).len(), 3);
        assert_eq!(fs::metadata(&first).expect("a file").permissions().mode() & 0o777, mode.mode());
    }

    #[test]
    fn runs_at_the_same_time_leave_the_files_of_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let names: Vec<String> = (0..20).map(|number| format!("table.{number}")).collect();
        std::thread::scope(|scope| {
            for run in 0..4 {
                let (names, folder) = (&names, folder.path());
                scope.spawn(move || {
                    let text = run.to_string();
                    let files: Vec<Named> =
                        names.iter().map(|name| (PathBuf::from(name), text.clone().into_bytes())).collect();
                    for _ in 0..5 {
                        write(folder, SET, &files).expect("written");
                    }
                });
            }
        });
        let found = all(folder.path());
        assert_eq!(found.len(), names.len());
        assert!(found.iter().all(|(_, text)| *text == found[0].1), "{found:?}");
    }
}
