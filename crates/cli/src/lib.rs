//! The `gleaner` command as a library: arguments in, text or JSON out.
//!
//! Nothing here knows of an index but through [`gleaner`]; nothing but this prints, or reads the
//! environment.

mod args;
mod commands;
mod console;
mod failure;
mod machine;
mod output;
mod trec;

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;

use args::{Arguments, Command};
pub use console::Console;
use failure::Failure;

/// Exit code: found, or done.
pub const DONE: u8 = 0;
/// Exit code: nothing found, or something wrong found by `gleaner check`.
pub const NOTHING_FOUND: u8 = 1;
/// Exit code: error, or any problem under `--strict`.
pub const FAILED: u8 = 2;

/// Runs the command with these arguments, the first of which is its name, and output that is no
/// terminal. Returns the exit code.
pub fn run<I>(args: I, out: impl Write, err: impl Write) -> u8
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    run_on(args, &mut Console::plain(out, err))
}

/// As [`run`], on a console. A reader that goes away is no error.
pub fn run_on<I>(args: I, console: &mut Console<'_>) -> u8
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    let args = args::mark_words(args.into_iter().map(Into::into));
    let done = match Arguments::try_parse_from(args) {
        Ok(arguments) => dispatch(&arguments, console),
        Err(error) => usage(&error, console),
    };
    let done = done.and_then(|code| Ok(console.out.flush().map(|()| code)?));
    match done {
        Ok(code) => code,
        Err(failure) if failure.is_broken_pipe() => DONE,
        Err(failure) => {
            // Where not even that can be written, the exit code has to do.
            let _ = console.out.flush();
            let _ = writeln!(console.err, "gleaner: {failure}");
            FAILED
        }
    }
}

fn dispatch(arguments: &Arguments, console: &mut Console<'_>) -> Result<u8, Failure> {
    match &arguments.command {
        Command::Index(index) => commands::index::run(arguments, index, console),
        Command::Search(search) => commands::search::run(arguments, search, console),
        Command::Similar(similar) => commands::similar::run(arguments, similar, console),
        Command::Status(status) => commands::status::run(arguments, status, console),
        Command::Check(check) => commands::check::run(arguments, check, console),
        Command::Fields(fields) => commands::fields::run(arguments, fields, console),
        Command::Complete(complete) => commands::complete::run(arguments, complete, console),
        Command::Eval(eval) => commands::eval::run(arguments, eval, console),
        Command::Bench(bench) => commands::bench::run(arguments, bench, console),
    }
}

/// Help and version are data; a mistake in the arguments is an error.
fn usage(error: &clap::Error, console: &mut Console<'_>) -> Result<u8, Failure> {
    let text = error.render();
    if error.use_stderr() {
        write!(console.err, "{text}")?;
        return Ok(FAILED);
    }
    write!(console.out, "{text}")?;
    Ok(DONE)
}
