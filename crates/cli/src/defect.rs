//! Panics: a defect of ours is told on one line, with what is needed to report it.

use std::backtrace::Backtrace;
use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook};
use std::sync::{Mutex, PoisonError};

use crate::FAILED;
use crate::console::Console;

/// What the last panic said. The library catches panics of the engine, and these are no news.
static LAST: Mutex<Option<Defect>> = Mutex::new(None);

struct Defect {
    /// What, and where in the source.
    text: String,
    /// The calls that led there, if the environment asks for them by `RUST_BACKTRACE`.
    calls: Option<String>,
}

/// Does some work, and tells of a panic that gets out of it instead of passing it on. Returns the exit code.
/// From the first call on, panics of the whole process print nothing by themselves.
pub fn guarded<'a>(console: &mut Console<'a>, work: impl FnOnce(&mut Console<'a>) -> u8) -> u8 {
    set_hook(Box::new(keep));
    let done = catch_unwind(AssertUnwindSafe(|| work(console)));
    done.unwrap_or_else(|_| {
        let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
        // What was found until then may be of use; and the exit code has to do where nothing can be written.
        let _ = console.out.flush();
        let text = last.as_ref().map_or("a panic", |defect| &defect.text);
        let _ = writeln!(
            console.err,
            "gleaner: a defect in gleaner: {text}. Please report it."
        );
        for line in last
            .iter()
            .filter_map(|defect| defect.calls.as_deref())
            .flat_map(str::lines)
        {
            let _ = writeln!(console.err, "{line}");
        }
        FAILED
    })
}

fn keep(panic: &PanicHookInfo<'_>) {
    let payload = panic.payload();
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = message.unwrap_or("a panic");
    let text = match panic.location() {
        Some(at) => format!("{message} (at {}:{})", at.file(), at.line()),
        None => message.to_owned(),
    };
    let wanted = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    let calls = wanted.then(|| Backtrace::force_capture().to_string());
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(Defect { text, calls });
}
