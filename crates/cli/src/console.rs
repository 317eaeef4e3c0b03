//! Where a command writes to, and what that can show.

mod stream;

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::ops::Deref;
use std::path::PathBuf;

use crate::signals::Watch;
use stream::ClosedOutput;
pub(crate) use stream::Stream;

/// Widest text that is comfortable to read, in columns.
const WIDEST: usize = 100;
/// Narrowest text that is laid out, in columns.
const NARROWEST: usize = 20;
/// Columns of an output that is no terminal.
const DEFAULT_WIDTH: usize = 80;

/// Where a command writes to. Data goes to `out`, everything else to `err`.
pub struct Console<'a> {
    /// Data.
    pub(crate) out: Stream<'a>,
    /// Summaries, notes, problems, errors.
    pub(crate) err: Stream<'a>,
    /// Columns that texts are laid out for.
    pub(crate) width: usize,
    /// Columns that the environment asks for, by `COLUMNS`.
    pub(crate) columns: Option<usize>,
    /// Whether the environment asks for no colours, by `NO_COLOR` (<https://no-color.org>) or
    /// `TERM=dumb`.
    pub(crate) no_color: bool,
    /// Whether lines that were written to `err` can be written anew, as a progress bar does.
    pub(crate) can_redraw: bool,
    /// Watches the signals of the process, if this is its console.
    pub(crate) watch: Option<Watch>,
    /// Requests to a worker of `gleaner bench`; nothing unless this is the console of a process.
    pub(crate) input: Box<dyn BufRead + 'a>,
    /// The file of this program, if it can be run again.
    pub(crate) program: Option<PathBuf>,
}

impl std::fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console")
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

impl<'a> Console<'a> {
    /// The console of this process, whose signals are handled from now on. `out_is_closed` says whether it was started without a standard
    /// output; then writing to it fails.
    pub fn of_process(out_is_closed: bool) -> Console<'static> {
        let environment = Environment::of_process();
        let (out, err) = (io::stdout(), io::stderr());
        let (out_is_terminal, err_is_terminal) = (out.is_terminal(), err.is_terminal());
        let terminal = terminal_size::terminal_size_of(&out).map(|(width, _)| width.0.into());
        let out: Box<dyn Write> = if out_is_closed {
            Box::new(ClosedOutput)
        } else {
            Box::new(BufWriter::new(out))
        };
        Console {
            out: Stream::of_data(out, out_is_terminal),
            err: Stream::of_messages(err, err_is_terminal),
            width: environment.width(terminal),
            columns: environment.columns,
            no_color: environment.no_color || environment.is_dumb,
            can_redraw: err_is_terminal && !environment.is_dumb,
            watch: Some(Watch::start()),
            input: Box::new(BufReader::new(io::stdin())),
            program: std::env::current_exe().ok(),
        }
    }

    /// A console that is no terminal, such as a pipe or a buffer.
    pub fn plain(out: impl Write + 'a, err: impl Write + 'a) -> Self {
        Self {
            out: Stream::of_data(out, false),
            err: Stream::of_messages(err, false),
            width: DEFAULT_WIDTH,
            columns: None,
            no_color: false,
            can_redraw: false,
            watch: None,
            input: Box::new(io::empty()),
            program: None,
        }
    }

    /// The console as one whose data are shown on a terminal of this many columns.
    #[must_use]
    pub fn on_terminal(mut self, width: usize) -> Self {
        self.out.is_terminal = true;
        self.width = Environment::default().width(Some(width));
        self
    }
}

impl Console<'_> {
    /// Holds what a command has opened. A process is about to end when the command is done with it, and then
    /// leaves it to the system: to give the memory back by hand takes a tenth of the time of a search.
    pub(crate) fn opened<T>(&self, value: T) -> Opened<T> {
        Opened {
            value: Some(value),
            is_left: self.watch.is_some(),
        }
    }
}

/// What a command has opened: see [`Console::opened`].
pub(crate) struct Opened<T> {
    /// There until this is dropped.
    value: Option<T>,
    is_left: bool,
}

impl<T> Deref for Opened<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("it is there until the end")
    }
}

impl<T> Drop for Opened<T> {
    fn drop(&mut self) {
        if self.is_left {
            std::mem::forget(self.value.take());
        }
    }
}

/// What the environment says of the terminal.
#[derive(Debug, Default)]
struct Environment {
    no_color: bool,
    /// Whether the terminal shows lines and nothing else.
    is_dumb: bool,
    columns: Option<usize>,
}

impl Environment {
    fn of_process() -> Self {
        Self::read(|name| std::env::var_os(name))
    }

    fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let given = |name| variable(name).filter(|value| !value.is_empty());
        Self {
            no_color: given("NO_COLOR").is_some(),
            // A terminal of no known kind is not trusted with more than lines; on Windows none has one.
            is_dumb: given("TERM").map_or(cfg!(unix), |term| term == "dumb"),
            columns: given("COLUMNS").as_deref().and_then(columns),
        }
    }

    /// The columns to lay out for: those the environment asks for, else those of the terminal, as far as
    /// they are comfortable to read.
    fn width(&self, terminal: Option<usize>) -> usize {
        match (self.columns, terminal) {
            (Some(columns), _) => columns.max(NARROWEST),
            (None, Some(columns)) => columns.clamp(NARROWEST, WIDEST),
            (None, None) => DEFAULT_WIDTH,
        }
    }
}

/// The number of columns in `COLUMNS`, if it is one that a terminal or a sheet may have.
fn columns(text: &OsStr) -> Option<usize> {
    let columns = text.to_str()?.parse().ok()?;
    (1..=9999).contains(&columns).then_some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::read(|name| {
            let value = variables.iter().find(|(key, _)| *key == name)?.1;
            Some(value.into())
        })
    }

    #[test]
    fn columns_are_those_asked_for_then_those_of_the_terminal() {
        let width = |columns, terminal| environment(&[("COLUMNS", columns)]).width(terminal);
        assert_eq!(width("132", Some(90)), 132);
        assert_eq!(width("60", None), 60);
        assert_eq!(width("5", None), 20);
        for senseless in ["", "0", "-3", "many", "99999999999999999999", "10000"] {
            assert_eq!(width(senseless, Some(90)), 90, "{senseless}");
            assert_eq!(width(senseless, None), 80, "{senseless}");
        }
        assert_eq!(environment(&[]).width(Some(0)), 20);
        assert_eq!(environment(&[]).width(Some(300)), 100);
    }

    #[test]
    fn a_dumb_terminal_is_told() {
        assert!(environment(&[("TERM", "dumb")]).is_dumb);
        assert_eq!(environment(&[]).is_dumb, cfg!(unix));
        let usual = environment(&[("TERM", "xterm-256color"), ("NO_COLOR", "")]);
        assert!(!usual.is_dumb && !usual.no_color);
        assert!(environment(&[("NO_COLOR", "1")]).no_color);
    }
}
