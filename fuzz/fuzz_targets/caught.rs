//! Targets of readers that catch panics: of the engine, at what is damaged.
//!
//! `libfuzzer-sys` ends the process with any panic. Here only one ends it that leaves the library.

use std::io::{Write, stderr};
use std::panic::{catch_unwind, set_hook};
use std::process::abort;
use std::sync::{Mutex, PoisonError};

static LAST: Mutex<String> = Mutex::new(String::new());

/// Keeps what a panic says instead of ending the process.
pub(crate) fn let_panics_be_caught() {
    set_hook(Box::new(|panic| {
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
    }));
}

/// Gives data to a target, and ends the process if a panic leaves that.
pub(crate) fn run(target: fn(&[u8]), data: &[u8]) {
    if catch_unwind(|| target(data)).is_err() {
        let last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(stderr(), "{last}");
        abort();
    }
}
