//! Signals: a run of indexing that is stopped, and an index file that is cut short while it is read.
//!
//! One thread waits for them. It is the only one that ends the process by itself.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use gleaner::Cancel;
use indicatif::ProgressBar;
use signal_hook::consts::{SIGBUS, SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level;

use crate::FAILED;
use crate::failure::Failure;

/// How long a run has to end by itself once it was stopped.
const PATIENCE: Duration = Duration::from_millis(700);

/// Watches the signals of this process.
pub(crate) struct Watch {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Told whenever the state has changed.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Adds signals to those that are watched, if there is a thread that waits for them.
    handle: Option<Handle>,
    index: PathBuf,
    run: Option<Run>,
    /// The signal that stopped the run.
    caught: Option<i32>,
}

struct Run {
    cancel: Cancel,
    bar: ProgressBar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

impl Watch {
    /// Begins to watch for an index file that is cut short. Where there is no thread to be had, that ends the process
    /// with the same exit code and no message, and other signals do what they do without us.
    pub(crate) fn start() -> Self {
        let shared = Arc::<Shared>::default();
        if let Ok(mut signals) = registered() {
            let handle = signals.handle();
            let own = Arc::clone(&shared);
            // Whatever this thread allocates has the allocator make room for one more thread, which takes longer
            // than the thread itself: it only waits.
            let spawned = thread::Builder::new().spawn(move || {
                for signal in signals.forever() {
                    own.handle(signal);
                }
            });
            if spawned.is_ok() {
                shared.lock().handle = Some(handle);
            } else {
                let always = Arc::new(AtomicBool::new(true));
                let _ = flag::register_conditional_shutdown(SIGBUS, FAILED.into(), always);
            }
        }
        Self { shared }
    }

    /// Says which index the command works on.
    pub(crate) fn works_on(&self, index: &Path) {
        self.shared.lock().index = index.to_path_buf();
    }

    /// From here to [`Watch::end`], the signals that ask a process to end stop the run of `cancel`. Those
    /// that were ignored when the process was started, as `nohup` does, stay so.
    pub(crate) fn begin(&self, cancel: Cancel, bar: ProgressBar) {
        let mut state = self.shared.lock();
        if let Some(handle) = &state.handle {
            let ignored = ignored();
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                if ignored & (1 << (signal - 1)) == 0 {
                    // Where it cannot be watched it ends the process, as it does without us.
                    let _ = handle.add_signal(signal);
                }
            }
        }
        state.run = Some(Run { cancel, bar });
    }

    /// The signal that came while the run went on.
    pub(crate) fn end(&self) -> Option<i32> {
        self.shared.change(|state| state.run = None);
        self.shared.lock().caught
    }
}

impl Shared {
    fn handle(&self, signal: i32) {
        if signal == SIGBUS {
            cut_short(&self.lock());
        } else {
            self.stop(signal);
        }
    }

    /// Has the run end, and ends the process if the run does not in time. Where there is none any more, the
    /// signal ends the process as it does without us.
    fn stop(&self, signal: i32) {
        let started = Instant::now();
        let cancel = match &mut *self.lock() {
            State { run: None, .. } => low_level::exit(128 + signal),
            State {
                run: Some(run),
                caught,
                ..
            } => {
                *caught = Some(signal);
                run.cancel.clone()
            }
        };
        cancel.cancel();
        let left = PATIENCE.saturating_sub(started.elapsed());
        let (state, _) = self
            .changed
            .wait_timeout_while(self.lock(), left, |state| state.run.is_some())
            .unwrap_or_else(PoisonError::into_inner);
        let Some(run) = &state.run else {
            return;
        };
        run.bar.finish_and_clear();
        let is_done = run.cancel.has_committed();
        if run.cancel.holds_lock() {
            // What cannot be removed now goes with the next run.
            let _ = gleaner::sweep(&state.index);
        }
        tell(&Failure::Stopped { signal, is_done });
        low_level::exit(128 + signal);
    }
}

/// The signal of a fault, to which others can be added.
fn registered() -> io::Result<Signals> {
    // The runtime handles this signal as well, to tell of a stack that has overflown, and would be called
    // first; for any other fault it puts the default back, so that the process dies before anybody is told.
    // It does that now.
    low_level::raise(SIGBUS)?;
    // The thread with the fault comes back to it again and again, until this one ends the process.
    Signals::new([SIGBUS])
}

fn cut_short(state: &State) -> ! {
    if let Some(run) = &state.run {
        run.bar.finish_and_clear();
    }
    let index = state.index.clone();
    tell(&Failure::CutShort { index });
    low_level::exit(FAILED.into());
}

fn tell(failure: &Failure) {
    // The exit code has to do where that cannot be written.
    let _ = writeln!(io::stderr(), "gleaner: {failure}");
}

/// The signals that this process ignores, a bit each from that of number 1. None where the system does not
/// say.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}
