//! Where a command writes to, and what that can show.

use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

/// Widest text that is comfortable to read, in columns.
const WIDEST: usize = 100;
/// Columns of an output that is no terminal.
const DEFAULT_WIDTH: usize = 80;

/// Where a command writes to. Data goes to `out`, everything else to `err`.
pub struct Console<'a> {
    /// Data.
    pub out: Box<dyn Write + 'a>,
    /// Summaries, notes, problems, errors.
    pub err: Box<dyn Write + 'a>,
    /// Whether `out` is a terminal.
    pub out_is_terminal: bool,
    /// Whether `err` is a terminal, so that a progress bar can be drawn on it.
    pub err_is_terminal: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether the environment asks for no colours, by `NO_COLOR` (<https://no-color.org>) or
    /// `TERM=dumb`.
    pub no_color: bool,
    /// Requests to a worker of `gleaner bench`; nothing unless this is the console of a process.
    pub input: Box<dyn BufRead + 'a>,
    /// The file of this program, if it can be run again.
    pub program: Option<PathBuf>,
}

impl std::fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console")
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

impl<'a> Console<'a> {
    /// The console of this process.
    pub fn of_process() -> Console<'static> {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let (out, err) = (io::stdout(), io::stderr());
        let width = terminal_size::terminal_size_of(&out).map(|(width, _)| usize::from(width.0));
        Console {
            out_is_terminal: out.is_terminal(),
            err_is_terminal: err.is_terminal(),
            width: width.unwrap_or(DEFAULT_WIDTH).clamp(20, WIDEST),
            no_color: set("NO_COLOR") || is_dumb,
            input: Box::new(BufReader::new(io::stdin())),
            program: std::env::current_exe().ok(),
            out: Box::new(BufWriter::new(out)),
            err: Box::new(err),
        }
    }

    /// A console that is no terminal, such as a pipe or a buffer.
    pub fn plain(out: impl Write + 'a, err: impl Write + 'a) -> Self {
        Self {
            out: Box::new(out),
            err: Box::new(err),
            out_is_terminal: false,
            err_is_terminal: false,
            width: DEFAULT_WIDTH,
            no_color: false,
            input: Box::new(io::empty()),
            program: None,
        }
    }
}
