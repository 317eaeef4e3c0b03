//! The `gleaner` command as a library: arguments in, text or JSON out.
//!
//! Nothing here knows of an index but through [`gleaner`]; nothing but this prints, or reads the
//! environment.

mod args;
mod commands;
mod console;
mod defect;
mod failure;
mod machine;
mod output;
#[cfg_attr(not(unix), path = "no_signals.rs")]
mod signals;
mod trec;

use std::ffi::OsString;
use std::io::Write;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches};

use args::{Arguments, Command};
pub use console::Console;
pub use defect::guarded;
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
    let done = match parse(args, console.columns) {
        Ok(arguments) => dispatch(&arguments, console),
        Err(error) => usage(error, console),
    };
    let done = done.and_then(|code| Ok(console.out.flush().map(|()| code)?));
    match done {
        Ok(code) => code,
        Err(failure) if failure.is_broken_pipe() => DONE,
        Err(failure) => {
            // What was found until then may be of use. Where it cannot be written, it is told already.
            let _ = console.out.flush();
            tell(&failure, console);
            failure.code()
        }
    }
}

fn tell(failure: &Failure, console: &mut Console<'_>) {
    let text = failure.to_string();
    let mut lines = text.split('\n');
    // Where not even that can be written, the exit code has to do.
    let _ = writeln!(console.err, "gleaner: {}", lines.next().unwrap_or_default());
    for line in lines {
        let _ = writeln!(console.err, "{line}");
    }
}

/// The arguments, with help for this many columns; without a number, as the terminal allows.
fn parse(args: Vec<OsString>, columns: Option<usize>) -> Result<Arguments, clap::Error> {
    let mut command = Arguments::command();
    if let Some(columns) = columns {
        command = command.term_width(columns);
    }
    Arguments::from_arg_matches(&command.try_get_matches_from(args)?)
}

fn dispatch(arguments: &Arguments, console: &mut Console<'_>) -> Result<u8, Failure> {
    if let Some(watch) = &console.watch {
        watch.works_on(&arguments.index);
    }
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
fn usage(error: clap::Error, console: &mut Console<'_>) -> Result<u8, Failure> {
    let (to, code) = if error.use_stderr() {
        (&mut console.err, FAILED)
    } else {
        (&mut console.out, DONE)
    };
    let text = on_their_lines(error).render().to_string();
    for line in text.lines() {
        writeln!(to, "{line}")?;
    }
    Ok(code)
}

/// The error with the arguments it names escaped, so that a line break in one begins no line.
fn on_their_lines(mut error: clap::Error) -> clap::Error {
    let escaped = |text: &String| output::printable(text).into_owned();
    let escaped = |kind: ContextKind, value: &ContextValue| match value {
        ContextValue::String(text) => Some(ContextValue::String(escaped(text))),
        ContextValue::Strings(texts) => {
            Some(ContextValue::Strings(texts.iter().map(escaped).collect()))
        }
        ContextValue::StyledStrs(texts) if kind == ContextKind::Suggested => {
            let texts = texts
                .iter()
                .map(|text| StyledStr::from(escaped(&text.to_string())));
            Some(ContextValue::StyledStrs(texts.collect()))
        }
        _ => None,
    };
    let context: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| Some((kind, escaped(kind, value)?)))
        .collect();
    for (kind, value) in context {
        error.insert(kind, value);
    }
    error
}
