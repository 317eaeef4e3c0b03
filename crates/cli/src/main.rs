//! The `gleaner` command.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this process was started without a standard output. Only before `main` that can be told: the
/// runtime then puts the null device there, and output that was lost would seem to be written.
static OUT_IS_CLOSED: AtomicBool = AtomicBool::new(false);

#[cfg(unix)]
#[ctor::ctor]
fn look_at_output() {
    let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
    OUT_IS_CLOSED.store(is_closed, Ordering::Relaxed);
}

fn main() -> ExitCode {
    let is_closed = OUT_IS_CLOSED.load(Ordering::Relaxed);
    let mut console = gleaner_cli::Console::of_process(is_closed);
    let run = |console: &mut _| gleaner_cli::run_on(std::env::args_os(), console);
    ExitCode::from(gleaner_cli::guarded(&mut console, run))
}
