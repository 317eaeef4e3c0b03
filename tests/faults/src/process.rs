//! Running the command: its exit, what it wrote, and a limit on how long it may take.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::Result;

/// How long a command on a folder of some articles may take before it counts as hung.
pub const LIMIT: Duration = Duration::from_secs(10);

/// The `gleaner` binary that is attacked.
#[derive(Debug, Clone)]
pub struct Program {
    /// Where the binary lies, absolute.
    pub path: PathBuf,
    /// How long one run may take.
    pub limit: Duration,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With this exit code.
    Exit(i32),
    /// By this signal.
    Signal(i32),
    /// It did not end within the limit, and was killed.
    Hung,
}

impl End {
    /// How `status` says a process ended that was not killed for being slow.
    pub fn of(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exit(code),
            (None, signal) => Self::Signal(signal.unwrap_or(0)),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
            Self::Hung => f.write_str("no end"),
        }
    }
}

/// What a run gave.
#[derive(Debug, Clone)]
pub struct Output {
    /// How it ended.
    pub end: End,
    /// What it wrote to standard output; bytes that are not UTF-8 are replaced.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

impl Output {
    /// Whether it ended with this exit code.
    pub fn is(&self, code: i32) -> bool {
        self.end == End::Exit(code)
    }

    /// How it ended and the first line of what it said, for a report.
    pub fn brief(&self) -> String {
        let line = self.err.lines().find(|line| !line.is_empty());
        format!("{}: {}", self.end, line.unwrap_or("(nothing said)"))
    }
}

impl Program {
    /// The binary at `path`, with the usual limit.
    ///
    /// # Errors
    /// If there is no such file.
    pub fn new(path: &Path) -> Result<Self> {
        let found = path.canonicalize();
        Ok(Self {
            path: found.map_err(|error| format!("{}: {error}", path.display()))?,
            limit: LIMIT,
        })
    }

    /// Runs it in `folder` with these arguments.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, folder: &Path, args: &[S]) -> Result<Output> {
        let mut command = self.command(folder);
        command.args(args);
        finish(&mut command, self.limit)
    }

    /// A command that runs it in `folder`, with a plain environment.
    pub fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.path);
        plain(&mut command, folder);
        command
    }

    /// Whether it has this subcommand.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn knows(&self, subcommand: &str) -> Result<bool> {
        Ok(self.run(Path::new("/"), &["help", subcommand])?.is(0))
    }
}

/// Gives a command an environment that does not depend on who runs the harness.
pub fn plain(command: &mut Command, folder: &Path) {
    command
        .current_dir(folder)
        .env("RUST_BACKTRACE", "0")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
}

/// Runs a command to its end, or to the limit.
///
/// # Errors
/// If it cannot be started.
pub fn finish(command: &mut Command, limit: Duration) -> Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let guard = Guard::new(child.id(), limit);
    let output = child.wait_with_output()?;
    let end = if guard.finish() {
        End::Hung
    } else {
        End::of(output.status)
    };
    Ok(Output {
        end,
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Kills a process of ours when its time is up.
#[derive(Debug)]
pub struct Guard {
    stop: Sender<()>,
    thread: JoinHandle<bool>,
}

impl Guard {
    /// Watches the process `id`.
    pub fn new(id: u32, limit: Duration) -> Self {
        let (stop, stopped) = channel::<()>();
        let thread = thread::spawn(move || {
            let late = stopped.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            // A process that has just ended needs no signal.
            late && kill(pid(id), Signal::SIGKILL).is_ok()
        });
        Self { stop, thread }
    }

    /// Ends the watch; whether the process had to be killed.
    pub fn finish(self) -> bool {
        drop(self.stop);
        self.thread.join().unwrap_or(false)
    }
}

/// The number of a process as the system calls take it.
pub fn pid(id: u32) -> Pid {
    Pid::from_raw(id.cast_signed())
}
