//! Errors as a person reads them: what, why, and what to do.

use std::borrow::Cow;
use std::fmt;
use std::io;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library could not do it.
    Gleaner(gleaner::Error),
    /// The output could not be written.
    Output(io::Error),
    /// Something named in the arguments cannot be used; what and why.
    Input(String),
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
        let mut what = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(reason) = cause {
            what.extend([": ", &reason.to_string()]);
            cause = reason.source();
        }
        if let gleaner_bench::Error::NoBaseline { .. } = error {
            what += "\nKeep one with `gleaner bench --save NAME`.";
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

impl Failure {
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = match self {
            Self::Gleaner(error) => error,
            Self::Output(error) => return write!(f, "writing the output: {error}"),
            Self::Input(what) => return f.write_str(what),
        };
        write!(f, "{error}")?;
        let mut cause = std::error::Error::source(error);
        while let Some(reason) = cause {
            write!(f, ": {reason}")?;
            cause = reason.source();
        }
        if let gleaner::Error::NoArticle { nearest, .. } = error
            && !nearest.is_empty()
        {
            let nearest: Vec<String> = nearest.iter().map(|path| format!("`{path}`")).collect();
            return write!(f, "\nNearest: {}.", nearest.join(", "));
        }
        match hint(error) {
            Some(hint) => write!(f, "\n{hint}"),
            None => Ok(()),
        }
    }
}

/// What to do about an error.
fn hint(error: &gleaner::Error) -> Option<Cow<'static, str>> {
    use gleaner::Error::{Analysis, Damaged, Foreign, Format, Language, Locked, NotFound};
    let hint = match error {
        NotFound { .. } => "Make one with `gleaner index FOLDER`.",
        Foreign { .. } => "Choose another folder with `--index DIR`.",
        Format { .. } | Analysis { .. } | Damaged { .. } => {
            "Make it anew with `gleaner index --rebuild`; no article is lost by that."
        }
        Language { asked, .. } => {
            let rebuild = format!(
                "Make it anew with `gleaner index --rebuild --language {asked}`, or leave \
                 `--language` out."
            );
            return Some(rebuild.into());
        }
        Locked { .. } => "Try again when it has finished, or wait for it with `--wait`.",
        _ => return None,
    };
    Some(hint.into())
}
