//! One foreign command, from start to end: fed, listened to, timed, and killed with its whole process group when it takes too long.
//!
//! CPU time and peak memory are what the kernel counted for that very process and for those of its children that it waited for.
//! Left out: processes that it leaves behind, and work that is done elsewhere (a GPU, another machine), which only the wall clock
//! sees.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use wait4::Wait4;

use crate::memory;

/// The most that is kept of what a command prints \[bytes\]: more than any proof, less than the memory of any machine that makes one.
const MOST_OUTPUT: u64 = 256 << 20;
/// The most that is kept of its complaints \[bytes\]: the end of them, where the reason stands.
const MOST_COMPLAINTS: usize = 4096;
/// How long the pipes of a command that has ended or was killed may stay open \[s\]: a process that left the group may hold them.
const PIPES_CLOSE_WITHIN: Duration = Duration::from_secs(1);

/// What a command that ended well used and printed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finished {
    /// Time from its start to its end \[s\].
    pub(crate) wall_s: f64,
    /// CPU time, user and system \[s\].
    pub(crate) cpu_s: f64,
    /// Peak resident memory \[bytes\]; nothing where it cannot be told from that of the process which started it.
    pub(crate) peak_memory_bytes: Option<u64>,
    /// What it printed.
    pub(crate) output: Vec<u8>,
}

/// Runs a command with the given input in a folder, for at most `limit`.
///
/// # Errors
/// In words: it cannot be started, takes too long, prints too much, or ends with another exit status than 0.
pub(crate) fn run(words: &[String], folder: &Path, input: Vec<u8>, limit: Duration) -> Result<Finished, String> {
    let line = words.join(" ");
    // A process starts with the peak of the one that started it, so a smaller peak of its own stays unknown.
    let hidden_below = memory::peak();
    let began = Instant::now();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(folder).process_group(0);
    command.stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() });
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| unstartable(&line, folder, &error))?;
    let group = Pid::from_raw(child.id().cast_signed());
    if let Some(mut pipe) = child.stdin.take() {
        // A command that does not read its input to the end closes the pipe, which is its right.
        thread::spawn(move || pipe.write_all(&input));
    }
    let output = child.stdout.take().map(|pipe| listen(pipe, move |pipe| first(pipe, group)));
    let complaints = child.stderr.take().map(|pipe| listen(pipe, last));
    let watch = Watchdog::over(group, limit);
    let used = child.wait4().map_err(|error| format!("`{line}`: {error}"))?;
    let wall_s = began.elapsed().as_secs_f64();
    // The watchdog stays awake until the pipes are closed: a process in the background may hold them.
    let patience = limit.saturating_sub(began.elapsed()) + PIPES_CLOSE_WITHIN;
    let output = output.and_then(|output| output.recv_timeout(patience).ok());
    let late = watch.end();
    if late {
        return Err(format!("`{line}` was killed after {} s, the limit of `timeout`", limit.as_secs_f64()));
    }
    let output = output.ok_or_else(|| format!("`{line}` ended, but left a process that keeps its output open"))?;
    let output = output.map_err(|error| format!("`{line}`: {error}"))?;
    if output.len() as u64 > MOST_OUTPUT {
        return Err(format!("`{line}` was killed because it printed more than {} MiB", MOST_OUTPUT >> 20));
    }
    if !used.status.success() {
        let complaints = complaints.and_then(|complaints| complaints.recv_timeout(PIPES_CLOSE_WITHIN).ok());
        return Err(unsuccessful(&line, used.status, complaints.and_then(Result::ok)));
    }
    let peak = used.rusage.maxrss;
    Ok(Finished {
        wall_s,
        cpu_s: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
        peak_memory_bytes: hidden_below.filter(|&hidden| peak > hidden).map(|_| peak),
        output,
    })
}

fn unstartable(line: &str, folder: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("`{line}`: there is no such program (started in {})", folder.display()),
        io::ErrorKind::PermissionDenied => format!("`{line}`: the program may not be executed"),
        _ => format!("`{line}` cannot be started: {error}"),
    }
}

fn unsuccessful(line: &str, status: ExitStatus, complaints: Option<Vec<u8>>) -> String {
    let text = String::from_utf8_lossy(&complaints.unwrap_or_default()).into_owned();
    match text.lines().rev().map(str::trim).find(|line| !line.is_empty()) {
        Some(words) => format!("`{line}` ended with {status}; the last line of its standard error: {words}"),
        None => format!("`{line}` ended with {status} and an empty standard error"),
    }
}

/// Reads a pipe in a thread of its own, so that the command never waits for a reader.
fn listen<Pipe, Kept>(pipe: Pipe, keep: Kept) -> Receiver<io::Result<Vec<u8>>>
where
    Pipe: Read + Send + 'static,
    Kept: FnOnce(Pipe) -> io::Result<Vec<u8>> + Send + 'static,
{
    let (say, heard) = mpsc::channel();
    // A listener that is not waited for any more may find nobody to tell.
    thread::spawn(move || say.send(keep(pipe)));
    heard
}

/// All that a pipe gives; one byte more than is allowed when there is more, and then the end of the group.
fn first(pipe: impl Read, group: Pid) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.take(MOST_OUTPUT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_OUTPUT {
        // It may be gone already, and then there is nothing to end.
        let _ = killpg(group, Signal::SIGKILL);
    }
    Ok(bytes)
}

/// The end of what a pipe gives.
fn last(mut pipe: impl Read) -> io::Result<Vec<u8>> {
    let (mut kept, mut piece) = (Vec::new(), [0; MOST_COMPLAINTS]);
    loop {
        match pipe.read(&mut piece)? {
            0 => return Ok(kept),
            read => kept.extend_from_slice(&piece[..read]),
        }
        kept.drain(..kept.len().saturating_sub(MOST_COMPLAINTS));
    }
}

/// Kills a process group when its time is up.
struct Watchdog {
    stop: mpsc::Sender<()>,
    barked: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl Watchdog {
    fn over(group: Pid, limit: Duration) -> Self {
        let (stop, stopped) = mpsc::channel();
        let barked = Arc::new(AtomicBool::new(false));
        let late = Arc::clone(&barked);
        let thread = thread::spawn(move || {
            if stopped.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                late.store(true, Ordering::Relaxed);
                // The group may have ended in this very moment.
                let _ = killpg(group, Signal::SIGKILL);
            }
        });
        Self { stop, barked, thread }
    }

    /// Stops watching; whether the time was up.
    fn end(self) -> bool {
        // The receiver is gone when it has barked, and then there is nobody to stop.
        let _ = self.stop.send(());
        let _ = self.thread.join();
        self.barked.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, input: &str, limit_ms: u64) -> Result<Finished, String> {
        let words = ["/bin/sh", "-c", script].map(str::to_owned);
        run(&words, Path::new("/"), input.into(), Duration::from_millis(limit_ms))
    }

    #[test]
    fn output_clocks_and_input_are_those_of_the_command() {
        let busy = shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 0.1; cat", "seen", 20_000);
        let busy = busy.expect("it ends well");
        assert_eq!(busy.output, b"seen");
        assert!(busy.cpu_s > 0.01 && busy.wall_s > busy.cpu_s + 0.05, "{busy:?}");
    }

    #[test]
    fn memory_is_that_of_the_command_or_unknown() {
        let small = shell("true", "", 20_000).expect("it ends well");
        let large = shell("head -c 200000000 /dev/zero | tail -c 200000000 | wc -c", "", 20_000).expect("it ends well");
        if let Some(bytes) = large.peak_memory_bytes {
            assert!((150_000_000..800_000_000).contains(&bytes), "{bytes}");
        }
        assert!(small.peak_memory_bytes.is_none_or(|bytes| bytes < 100_000_000), "{small:?}");
    }

    #[test]
    fn what_fails_is_said_with_its_last_words() {
        let text = shell("echo first >&2; echo 'no key' >&2; exit 3", "", 20_000).expect_err("it fails");
        assert!(text.contains("exit status: 3") && text.ends_with("standard error: no key"), "{text}");
        let missing = run(&["./none".to_owned()], Path::new("/"), Vec::new(), Duration::from_secs(1));
        assert!(missing.expect_err("missing").contains("`./none`: there is no such program"));
    }

    #[test]
    fn what_takes_too_long_is_killed_with_its_group() {
        let began = Instant::now();
        let text = shell("sleep 100 & sleep 100", "", 200).expect_err("too long");
        assert!(text.contains("killed after 0.2 s"), "{text}");
        // A child in the background holds the pipe: it is killed too.
        let text = shell("sleep 100 & exit 0", "", 200).expect_err("too long");
        assert!(text.contains("killed after 0.2 s"), "{text}");
        assert!(began.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn complaints_are_kept_from_their_end() {
        let long = [vec![b'a'; 3 * MOST_COMPLAINTS], b"end".to_vec()].concat();
        let kept = last(long.as_slice()).expect("read");
        assert!(kept.len() == MOST_COMPLAINTS && kept.ends_with(b"end"));
    }
}
