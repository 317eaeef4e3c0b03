//! Errors as a person reads them: what, why, and what to do.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use gleaner::ArticlePath;

use crate::FAILED;
use crate::output::{printable, printable_bytes};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library could not do it.
    Gleaner(gleaner::Error),
    /// The output could not be written.
    Output(io::Error),
    /// Something named in the arguments cannot be used; what and why.
    Input(String),
    /// The same, and what to do about it.
    Advised(String, &'static str),
    /// A signal stopped a run of indexing.
    Stopped {
        signal: i32,
        /// Whether the run was done with its commit.
        is_done: bool,
    },
    /// A file of the index lost its end while it was read.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only signals tell of it"))]
    CutShort { index: PathBuf },
}

impl From<gleaner::Error> for Failure {
    fn from(error: gleaner::Error) -> Self {
        Self::Gleaner(error)
    }
}

impl From<gleaner_bench::Error> for Failure {
    fn from(error: gleaner_bench::Error) -> Self {
        if let gleaner_bench::Error::Gleaner(error) = error {
            return Self::Gleaner(error);
        }
        let what = chain(&error);
        if let gleaner_bench::Error::NoBaseline { .. } = error {
            return Self::Advised(what, "Keep one with `gleaner bench --save NAME`.");
        }
        Self::Input(what)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

/// An error with its causes, each after a colon.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(reason) = cause {
        text.extend([": ", &reason.to_string()]);
        cause = reason.source();
    }
    text
}

impl Failure {
    /// The exit code: that of a process which the signal ended, as shells tell it, or that of an error.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Stopped { signal, .. } => u8::try_from(128 + signal).unwrap_or(FAILED),
            _ => FAILED,
        }
    }

    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Shown on a line, and what to do about it on a second one. Nothing in it steers a terminal.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = match self {
            Self::Gleaner(error) => error,
            Self::Output(error) => return write!(f, "writing the output: {error}"),
            Self::Input(what) => return f.write_str(&printable(what)),
            Self::Advised(what, advice) => return write!(f, "{}\n{advice}", printable(what)),
            Self::Stopped { is_done: true, .. } => {
                return f.write_str("stopped; the index is up to date");
            }
            Self::Stopped { .. } => return f.write_str("stopped; the index is as it was"),
            Self::CutShort { index } => {
                let index = index.display().to_string();
                return write!(
                    f,
                    "{}: a file of the index was cut short while it was read\n\
                     Look with `gleaner check` whether the index is damaged.",
                    printable(&index)
                );
            }
        };
        f.write_str(&printable(&chain(error)))?;
        if let gleaner::Error::NoArticle { nearest, .. } = error
            && !nearest.is_empty()
        {
            let shown = |path: &ArticlePath| format!("`{}`", printable_bytes(path.as_bytes()));
            let nearest: Vec<String> = nearest.iter().map(shown).collect();
            return write!(f, "\nNearest: {}.", nearest.join(", "));
        }
        match hint(error) {
            Some(hint) => write!(f, "\n{}", printable(&hint)),
            None => Ok(()),
        }
    }
}

/// What to do about an error.
fn hint(error: &gleaner::Error) -> Option<Cow<'static, str>> {
    use gleaner::Error::{
        Analysis, Damaged, Foreign, Format, Language, Locked, NoArticles, NotDurable, NotFound,
        Replaced, Unfinished,
    };
    let hint = match error {
        NotFound { path } => format!("Make one with `{}`.", index_command(path, " FOLDER")),
        Unfinished { path } => format!(
            "Wait until it has, or start it again with `{}`.",
            index_command(path, "")
        ),
        Foreign { .. } => "Choose another folder with `--index DIR`.".into(),
        Format { path, .. } | Analysis { path } | Damaged { path, .. } => {
            // Whose articles these were may be lost with the index.
            let rebuild = if gleaner::origin(path).is_ok() {
                " --rebuild"
            } else {
                " --rebuild FOLDER"
            };
            let command = index_command(path, rebuild);
            format!("Make it anew with `{command}`; no article is lost by that.")
        }
        Language { path, asked, .. } => {
            let command = index_command(path, &format!(" --rebuild --language {asked}"));
            format!("Make it anew with `{command}`, or leave `--language` out.")
        }
        Locked { .. } => "Try again when it has finished, or wait for it with `--wait`.".into(),
        NoArticles { .. } => {
            "Nothing was removed. If the articles are gone for good, say so with `--allow-empty`."
                .into()
        }
        Replaced { path } => format!("Start again with `{}`.", index_command(path, "")),
        NotDurable { path, .. } => {
            let command = index_command(path, "");
            format!("Look at the disk, then run `{command}` again.")
        }
        _ => return None,
    };
    Some(hint.into())
}

/// The command that indexes into this folder with these arguments, as it is typed.
fn index_command(index: &Path, arguments: &str) -> String {
    let command = format!("gleaner index{arguments}");
    if index == Path::new("index") {
        return command;
    }
    let index = index.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@%,".contains(c);
    if index.chars().all(is_plain) {
        return format!("{command} --index {index}");
    }
    format!("{command} --index '{}'", index.replace('\'', r"'\''"))
}
