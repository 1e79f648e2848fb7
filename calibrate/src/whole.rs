//! Files that are written whole or not at all, and read whole or refused.
//!
//! A file is written beside its place and then renamed, so that a full disk or a stopped program leaves the old file or none,
//! never half of one. A rename replaces what a name stands for, so links are followed first, what is there keeps its mode, and
//! what is no regular file (a device, a pipe) is written to and not replaced.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Links that are followed from one name, as many as the system follows.
const LINKS: usize = 40;

/// Keeps others that ask for it away from a folder until what is returned is dropped: who reads a file, changes it and writes it
/// back must be alone. Where a file system knows no locks, nobody can be told.
///
/// # Errors
/// There is no such folder.
pub fn lock(folder: &Path) -> io::Result<File> {
    let folder = File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
    let _ = folder.lock();
    Ok(folder)
}

/// Reads a file of at most `largest` bytes. What it is is asked before it is opened: a pipe would be waited for.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`], [`io::ErrorKind::IsADirectory`], a device, pipe or socket that was not handed to the program
/// as an open stream, or what the system says.
pub fn read(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    let there = fs::metadata(path)?;
    if there.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !there.is_file() && !is_a_stream(path) {
        return Err(io::Error::other("this is a device, a pipe or a socket"));
    }
    // The limit is also on what is read: a stream has no size.
    let mut bytes = Vec::new();
    if there.len() <= largest {
        File::open(path)?.take(largest + 1).read_to_end(&mut bytes)?;
    }
    if there.len().max(bytes.len() as u64) > largest {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {} MiB", largest >> 20)));
    }
    Ok(bytes)
}

/// Writes a file, in the place of the one that may be there. Its folder must exist.
///
/// # Errors
/// What the system says: nothing was written then, except to a device or a pipe.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        // Standard output may be a regular file, which others hold open: it is not replaced either.
        Ok(there) if !there.is_file() || is_a_stream(path) => {
            let mut stream = OpenOptions::new().append(true).open(path)?;
            stream.write_all(bytes).and_then(|()| stream.flush())
        }
        there => {
            let place = followed(path)?;
            let file = beside(&place, bytes)?;
            if let Ok(there) = there {
                file.as_file().set_permissions(there.permissions())?;
            }
            file.persist(&place).map(drop).map_err(|error| error.error)
        }
    }
}

/// Writes a file unless something is there.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], or what the system says; nothing was written then.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    beside(path, bytes)?.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// Finds out that a file cannot be made in a folder, or in the nearest one above it that exists, and leaves nothing there.
///
/// # Errors
/// What the system says.
pub fn try_folder(folder: &Path) -> io::Result<()> {
    let there = |path: &&Path| path.as_os_str().is_empty() || path.exists();
    let nearest = folder.ancestors().find(there).unwrap_or(folder);
    let nearest = if nearest.as_os_str().is_empty() { Path::new(".") } else { nearest };
    tempfile::tempfile_in(nearest).map(drop)
}

/// A complete temporary file beside a place. It is gone when it is dropped.
fn beside(place: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // By default a temporary file is for its owner alone; this one is for whom the user's other files are.
    let permissions = Permissions::from_mode(0o666);
    let mut file =
        tempfile::Builder::new().prefix(".proofcast-").permissions(permissions).tempfile_in(folder).map_err(plain)?;
    file.write_all(bytes).and_then(|()| File::sync_all(file.as_file()))?;
    Ok(file)
}

/// An error without the name of the temporary file, which nobody asked for.
fn plain(error: io::Error) -> io::Error {
    let folder_is_missing = error.kind() == io::ErrorKind::NotFound;
    if folder_is_missing { io::Error::new(error.kind(), "there is no such folder") } else { error.kind().into() }
}

/// Whether a name stands for an open stream of a program, such as `/dev/stdout`.
fn is_a_stream(path: &Path) -> bool {
    ["/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"].iter().any(|stream| path.starts_with(stream))
}

/// Where a name leads, links followed, whether or not something is there.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut place = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = fs::read_link(&place) else { return Ok(place) };
        place = place.parent().map_or_else(|| target.clone(), |folder| folder.join(&target));
    }
    Err(io::Error::other("a loop of links"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{FileTypeExt, symlink};

    fn entries(folder: &Path) -> usize {
        fs::read_dir(folder).expect("a folder").count()
    }

    #[test]
    fn a_link_is_followed_and_the_mode_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("deep")).expect("made");
        fs::write(at("deep/file"), "old").expect("written");
        fs::set_permissions(at("deep/file"), Permissions::from_mode(0o640)).expect("set");
        symlink("deep/file", at("link")).expect("linked");
        write(&at("link"), b"new").expect("written");
        assert!(at("link").symlink_metadata().expect("there").is_symlink());
        assert_eq!(fs::read(at("deep/file")).expect("readable"), b"new");
        assert_eq!(fs::metadata(at("deep/file")).expect("there").permissions().mode() & 0o777, 0o640);

        symlink("deep/none", at("dangling")).expect("linked");
        write(&at("dangling"), b"made").expect("written");
        assert_eq!(fs::read(at("deep/none")).expect("readable"), b"made");
        symlink("loop", at("loop")).expect("linked");
        assert!(write(&at("loop"), b"none").is_err());
        assert_eq!((entries(folder.path()), entries(&at("deep"))), (4, 2), "no temporary file stays");
    }

    #[test]
    fn what_is_no_regular_file_is_written_to_and_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("`mkfifo` is there");
        assert!(made.success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                File::open(pipe).and_then(|mut file| file.read_to_string(&mut text)).map(|_| text)
            }
        });
        write(&pipe, b"through").expect("written");
        assert_eq!(reader.join().expect("no panic").expect("read"), "through");
        assert!(pipe.symlink_metadata().expect("there").file_type().is_fifo());
        write(Path::new("/dev/null"), b"nowhere").expect("written");
        assert!(write(folder.path(), b"a folder").is_err());
        assert_eq!(entries(folder.path()), 1);
    }

    #[test]
    fn what_is_no_file_or_too_large_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, vec![b'x'; 3 << 20]).expect("written");
        assert_eq!(read(&path, 3 << 20).expect("it is not larger").len(), 3 << 20);
        assert_eq!(read(&path, 2 << 20).expect_err("it is larger").kind(), io::ErrorKind::FileTooLarge);
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("`mkfifo` is there").success());
        for other in [pipe.as_path(), Path::new("/dev/zero"), folder.path(), &folder.path().join("none")] {
            assert!(read(other, 1 << 20).is_err(), "{}", other.display());
        }
    }

    #[test]
    fn a_new_file_never_takes_the_place_of_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine");
        write_new(&path, b"first").expect("written");
        assert_eq!(write_new(&path, b"second").expect_err("it is there").kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).expect("readable"), b"first");
        assert_eq!(entries(folder.path()), 1);
        let nowhere = write_new(&folder.path().join("none/mine"), b"first").expect_err("no folder").to_string();
        assert_eq!(nowhere, "there is no such folder");
    }

    #[test]
    fn a_folder_is_tried_and_left_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        try_folder(&folder.path().join("not/yet/there")).expect("it can be made");
        assert!(try_folder(Path::new("/proc/nowhere")).is_err());
        try_folder(Path::new("relative")).expect("the working folder");
        assert_eq!(entries(folder.path()), 0);
    }
}
