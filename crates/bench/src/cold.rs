//! Timing searches that each are a process of their own.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::{Error, Result, io};
use crate::measure::{PAGE, Stopwatch, Timings};
use crate::queries::{BenchQuery, What};

/// The command, and the index it searches.
#[derive(Debug, Clone, Copy)]
pub struct Program<'p> {
    /// The file of the command.
    pub file: &'p Path,
    /// The folder of the index.
    pub index: &'p Path,
}

/// Times a new process for every query, `runs` times for each of [`What::ALL`], from before it is started to
/// when it has ended; what it prints is thrown away. One search before all of them is not timed. The files
/// of the index stay in the memory of the operating system, if there is room: it is the process that is
/// cold, not the disk.
///
/// # Errors
/// [`Error::Program`] if it cannot search, and [`Error::Io`] if it does not run.
pub fn cold(
    program: Program<'_>,
    queries: &[BenchQuery],
    runs: usize,
    stopwatch: Stopwatch,
) -> Result<Timings> {
    let mut timings = Timings::new(queries);
    if let Some(query) = queries.first() {
        search(program, query, What::Snippets)?;
    }
    for _ in 0..runs {
        for (i, query) in queries.iter().enumerate() {
            for what in What::ALL {
                let (done, time) = stopwatch.time(|| search(program, query, what));
                done?;
                timings.add(i, what, time);
            }
        }
    }
    Ok(timings)
}

/// Runs `gleaner search` and waits for its end.
fn search(program: Program<'_>, query: &BenchQuery, what: What) -> Result<()> {
    let limit = if what == What::Count { 0 } else { PAGE };
    let mut command = Command::new(program.file);
    command.arg("--index").arg(program.index).arg("search");
    command.args(["--color", "never", "--limit", &limit.to_string()]);
    match what {
        What::Hits | What::Count => command.args(["--format", "paths"]),
        What::Stored => command.arg("--no-snippets"),
        What::Snippets => &mut command,
    };
    command.args(["--", &query.text]);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = command.status().map_err(io("running", program.file))?;
    match status.code() {
        // Found, or nothing found.
        Some(0 | 1) => Ok(()),
        _ => Err(Error::Program {
            program: program.file.to_path_buf(),
            why: format!("searching for `{}` ended with {status}", query.text),
        }),
    }
}
