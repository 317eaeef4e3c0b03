//! The lock of a run: others are refused, or wait; readers do not; and it is free when its owner is gone.

use std::fs;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};

use super::swaps::{end, of_other};
use super::{LIMIT, Stage, faults_of_run};
use crate::Result;
use crate::answers::{self, Answer};
use crate::folder;
use crate::process::{Output, pid};

/// What happens while a run holds the lock and stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Another run without `--wait`.
    Refused,
    /// Another run that waits a second.
    WaitsInVain,
    /// Another run that waits until the first goes on.
    Waits,
    /// A search.
    Reads,
    /// A search that would bring the index up to date.
    Refreshes,
    /// The run is killed, and the next one starts.
    Killed,
    /// The run is killed while another one waits.
    KilledUnderWaiter,
    /// The index is replaced while another run waits.
    ReplacedUnderWaiter,
}

pub(super) const KINDS: [Kind; 8] = [
    Kind::Refused,
    Kind::WaitsInVain,
    Kind::Waits,
    Kind::Reads,
    Kind::Refreshes,
    Kind::Killed,
    Kind::KilledUnderWaiter,
    Kind::ReplacedUnderWaiter,
];

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Refused => "lock-refused",
            Self::WaitsInVain => "lock-waits-in-vain",
            Self::Waits => "lock-waits",
            Self::Reads => "lock-reads",
            Self::Refreshes => "lock-refreshes",
            Self::Killed => "lock-killed",
            Self::KilledUnderWaiter => "lock-killed-under-waiter",
            Self::ReplacedUnderWaiter => "lock-replaced-under-waiter",
        }
    }
}

const WAITING: &[&str] = &["index", "--wait=30", "src"];

/// How long a process is given to begin to wait.
const MOMENT: Duration = Duration::from_millis(300);

/// What was wrong.
pub(super) fn play(stage: &Stage, kind: Kind) -> Result<Vec<String>> {
    let holder = Holder::new(stage, "src")?;
    let started = Instant::now();
    let mut faults = match kind {
        Kind::Refused => refused(stage, &stage.run(&["index", "src"])?),
        Kind::WaitsInVain => {
            let mut faults = refused(stage, &stage.run(&["index", "--wait=1", "src"])?);
            let seconds = started.elapsed().as_secs_f64();
            // The upper bound is that of a busy machine.
            if !(0.9..6.0).contains(&seconds) {
                faults.push(format!("a wait of one second took: {seconds:.1} s"));
            }
            faults
        }
        Kind::Reads => match answers::hits(&stage.program, &stage.base)? {
            Answer::Hits(hits) if hits == stage.hits[0] => Vec::new(),
            other => vec![format!("no answer beside a run: {other:?}")],
        },
        Kind::Refreshes => refreshes(stage)?,
        Kind::Killed => {
            holder.signal(Signal::SIGKILL)?;
            // It is dead when it was waited for.
            drop(holder);
            let next = stage.run(&["index", "src"])?;
            let mut faults = faults_of_run(&next, &stage.base);
            if !next.is(0) {
                faults.push(format!("not free after a kill: {}", next.brief()));
            }
            stage.after_next_run(&mut faults)?;
            return Ok(faults);
        }
        Kind::Waits => goes_on(stage, || holder.signal(Signal::SIGCONT))?,
        Kind::KilledUnderWaiter => goes_on(stage, || holder.signal(Signal::SIGKILL))?,
        Kind::ReplacedUnderWaiter => replaced(stage, || holder.signal(Signal::SIGCONT))?,
    };
    let gone = matches!(kind, Kind::KilledUnderWaiter | Kind::ReplacedUnderWaiter);
    let output = holder.finish(stage)?;
    if !gone && !output.is(0) {
        faults.push(format!(
            "the run that stood still fails: {}",
            output.brief()
        ));
    }
    stage.after_next_run(&mut faults)?;
    Ok(faults)
}

/// A run beside one that holds the lock ends with 2, and says why and what to do.
fn refused(stage: &Stage, output: &Output) -> Vec<String> {
    let mut faults = faults_of_run(output, &stage.base);
    if !output.is(2) {
        faults.push(format!("two runs at a time: {}", output.brief()));
    } else if !output.err.contains("--wait") {
        faults.push(format!("the message does not help: {}", output.brief()));
    }
    faults
}

fn refreshes(stage: &Stage) -> Result<Vec<String>> {
    let output = stage.run(&["search", "--refresh", "--format", "json", "sentinel"])?;
    let mut faults = faults_of_run(&output, &stage.base);
    if output.is(0) && answers::parse_hits(&output.out).is_none() {
        faults.push("not the JSON of a search".to_owned());
    }
    Ok(faults)
}

/// A run waits, then this happens, and the run has to complete.
fn goes_on(stage: &Stage, happens: impl FnOnce() -> Result<()>) -> Result<Vec<String>> {
    let (output, mut faults) = waiter(stage, happens)?;
    if !output.is(0) {
        faults.push(format!("waited for nothing: {}", output.brief()));
    }
    Ok(faults)
}

/// A run waits, and another index takes the place of the one it waits for. It may be told so, or go on with the
/// other one, which stays whole.
fn replaced(stage: &Stage, goes_on: impl FnOnce() -> Result<()>) -> Result<Vec<String>> {
    let (_, mut faults) = waiter(stage, || {
        fs::rename(stage.base.join("ix"), stage.base.join("new"))?;
        fs::rename(stage.base.join("other"), stage.base.join("ix"))?;
        goes_on()
    })?;
    faults.extend(of_other(stage)?);
    Ok(faults)
}

/// A run waits, then this happens; how it ended, and what was wrong.
fn waiter(stage: &Stage, happens: impl FnOnce() -> Result<()>) -> Result<(Output, Vec<String>)> {
    let mut command = stage.program.command(&stage.base);
    command.args(stage.args(WAITING));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    thread::sleep(MOMENT);
    let mut faults = Vec::new();
    if child.try_wait()?.is_some() {
        faults.push("did not wait".to_owned());
    }
    happens()?;
    let output = end(stage, child)?;
    faults.extend(faults_of_run(&output, &stage.base));
    Ok((output, faults))
}

/// A run that holds the lock, stopped by a signal.
pub(super) struct Holder(Option<Child>);

impl Holder {
    /// Starts a run and stops it while it has the lock and has begun to write.
    pub(super) fn new(stage: &Stage, root: &str) -> Result<Self> {
        let index = stage.base.join("ix");
        let begun = Instant::now();
        while begun.elapsed() < LIMIT {
            let files = folder::names(&index)?.len();
            let mut command = stage.program.command(&stage.base);
            command.args(stage.args(&["index", "--rebuild", root]));
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut holder = Self(Some(command.spawn()?));
            loop {
                let ended = holder.child()?.try_wait()?.is_some();
                if ended {
                    break;
                }
                if folder::names(&index)?.len() <= files || !holder.has_lock()? {
                    continue;
                }
                holder.signal(Signal::SIGSTOP)?;
                // It may have been about to end.
                thread::sleep(Duration::from_millis(20));
                if holder.has_lock()? {
                    return Ok(holder);
                }
                holder.signal(Signal::SIGCONT)?;
            }
        }
        Err("no run could be stopped while it had the lock".into())
    }

    fn child(&mut self) -> Result<&mut Child> {
        self.0.as_mut().ok_or_else(|| "it was waited for".into())
    }

    /// Whether the system's list of locks has one of the process.
    fn has_lock(&mut self) -> Result<bool> {
        let id = self.child()?.id().to_string();
        let locks = fs::read_to_string("/proc/locks")?;
        let mut locks = locks.lines().map(str::split_whitespace);
        Ok(locks.any(|lock| {
            let words: Vec<&str> = lock.collect();
            words.get(1) == Some(&"FLOCK") && words.get(4) == Some(&id.as_str())
        }))
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        if let Some(child) = &self.0 {
            kill(pid(child.id()), signal)?;
        }
        Ok(())
    }

    /// Lets it go on to its end.
    pub(super) fn finish(mut self, stage: &Stage) -> Result<Output> {
        self.signal(Signal::SIGCONT)?;
        end(stage, self.0.take().ok_or("it was waited for")?)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
