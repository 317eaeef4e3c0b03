//! The streams of a command, through which nothing passes that steers a terminal.

use std::fmt::{self, Display};
use std::io::{self, Write};

use anstyle::Style;
use serde_json::Value as Json;

use crate::output::{printable, printable_bytes, printable_json, steers};

/// An output that escapes what would steer a terminal, whoever writes to it.
///
/// A call of `write!` or `writeln!` writes one line at most: line breaks within it come from files or
/// arguments and are escaped like all else that steers, so that none of them begins a line that looks
/// like one of ours.
pub(crate) struct Stream<'a> {
    inner: Box<dyn Write + 'a>,
    pub(crate) is_terminal: bool,
    /// Whether it makes no difference if something could be written.
    is_optional: bool,
}

impl<'a> Stream<'a> {
    /// The stream of data. It is an error if it cannot be written.
    pub(crate) fn of_data(inner: impl Write + 'a, is_terminal: bool) -> Self {
        Self {
            inner: Box::new(inner),
            is_terminal,
            is_optional: false,
        }
    }

    /// The stream of summaries, notes and errors. Where they cannot be written, the exit code has to do:
    /// the work is done whether or not it is reported.
    pub(crate) fn of_messages(inner: impl Write + 'a, is_terminal: bool) -> Self {
        Self {
            inner: Box::new(inner),
            is_terminal,
            is_optional: true,
        }
    }

    /// Writes a text in a style. Line breaks in it are escaped.
    pub(crate) fn styled(&mut self, style: Style, text: impl Display) -> io::Result<()> {
        let text = text.to_string();
        if text.is_empty() {
            return Ok(());
        }
        let text = format!("{style}{}{style:#}", printable(&text));
        self.pass(text.as_bytes())
    }

    /// Writes a value as indented JSON, ending with a line break.
    pub(crate) fn json(&mut self, value: &Json) -> io::Result<()> {
        let json = serde_json::to_string_pretty(value)?;
        self.pass(printable_json(&json).as_bytes())?;
        self.pass(b"\n")
    }

    /// Writes a value as JSON on one line.
    pub(crate) fn json_line(&mut self, value: &Json) -> io::Result<()> {
        let json = serde_json::to_string(value)?;
        self.pass(printable_json(&json).as_bytes())?;
        self.pass(b"\n")
    }

    /// Writes a line for programs: the exact bytes, but on a terminal.
    pub(crate) fn record(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.is_terminal {
            self.pass(printable_bytes(bytes).as_bytes())?;
        } else {
            self.pass(bytes)?;
        }
        self.pass(b"\n")
    }

    /// Writes a line of cells with tabs between them, for programs as [`Stream::record`] is.
    pub(crate) fn columns(&mut self, cells: &[&str]) -> io::Result<()> {
        let is_terminal = self.is_terminal;
        let cell = |cell: &&str| {
            if is_terminal {
                printable(cell).into_owned()
            } else {
                (*cell).to_owned()
            }
        };
        let line: Vec<String> = cells.iter().map(cell).collect();
        self.pass(format!("{}\n", line.join("\t")).as_bytes())
    }

    /// The stream itself, where nothing is escaped: for what only programs read, and for sequences of our
    /// own.
    pub(crate) fn exact(&mut self) -> &mut (dyn Write + 'a) {
        &mut *self.inner
    }

    fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.inner.write_all(bytes) {
            Err(_) if self.is_optional => Ok(()),
            other => other,
        }
    }
}

impl Write for Stream<'_> {
    /// Writes lines, each escaped by itself.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains(|c| c != '\n' && steers(c)) => self.pass(bytes)?,
            _ => {
                for (i, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
                    if i > 0 {
                        self.pass(b"\n")?;
                    }
                    self.pass(printable_bytes(line).as_bytes())?;
                }
            }
        }
        Ok(bytes.len())
    }

    fn write_fmt(&mut self, arguments: fmt::Arguments<'_>) -> io::Result<()> {
        let text = arguments.to_string();
        let (line, end) = match text.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (&*text, ""),
        };
        self.pass(format!("{}{end}", printable(line)).as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.inner.flush() {
            Err(_) if self.is_optional => Ok(()),
            other => other,
        }
    }
}

/// The standard output of a process that was started without one.
///
/// The runtime puts the null device in its place, where all output would seem to be written.
pub(crate) struct ClosedOutput;

impl Write for ClosedOutput {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("standard output is closed"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(is_terminal: bool, write: impl FnOnce(&mut Stream<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut Stream::of_data(&mut out, is_terminal)).expect("a buffer takes everything");
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn a_line_stays_one_whatever_is_in_it() {
        let name = "a\nb\u{1b}c";
        assert_eq!(
            written(false, |out| writeln!(out, "{name}: x")),
            "a\\nb\\x1bc: x\n"
        );
        assert_eq!(
            written(false, |out| write!(out, "{name}\n\n")),
            "a\\nb\\x1bc\\n\n"
        );
        let raw = "one\ntwo\u{9b}\n";
        assert_eq!(
            written(false, |out| out.write_all(raw.as_bytes())),
            "one\ntwo\\u{9b}\n"
        );
    }

    #[test]
    fn only_our_own_styles_reach_a_terminal() {
        let bold = Style::new().bold();
        assert_eq!(
            written(true, |out| out.styled(bold, "a\u{1b}[0m\n")),
            "\u{1b}[1ma\\x1b[0m\\n\u{1b}[0m"
        );
        assert_eq!(written(true, |out| write!(out, "{bold}")), "\\x1b[1m");
    }

    #[test]
    fn records_are_exact_for_programs() {
        let name = b"a\x1bb\xff";
        assert_eq!(written(false, |out| out.record(name)), "a\u{1b}b\u{fffd}\n");
        assert_eq!(written(true, |out| out.record(name)), "a\\x1bb\\xff\n");
        assert_eq!(
            written(true, |out| out.exact().write_all(b"a\x1b\0")),
            "a\u{1b}\0"
        );
        let cells = ["a\u{202e}", "b"];
        assert_eq!(written(false, |out| out.columns(&cells)), "a\u{202e}\tb\n");
        assert_eq!(written(true, |out| out.columns(&cells)), "a\\u{202e}\tb\n");
    }

    #[test]
    fn a_message_that_cannot_be_written_is_no_error_and_data_is() {
        let mut messages = Stream::of_messages(ClosedOutput, false);
        assert!(
            writeln!(messages, "done")
                .and_then(|()| messages.flush())
                .is_ok()
        );
        let mut data = Stream::of_data(ClosedOutput, false);
        let error = writeln!(data, "found").expect_err("closed");
        assert_eq!(error.to_string(), "standard output is closed");
    }
}
