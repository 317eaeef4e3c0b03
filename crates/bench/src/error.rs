//! What can go wrong besides searching.

use std::io;
use std::path::{Path, PathBuf};

/// A result whose error is [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The index could not be searched.
    #[error(transparent)]
    Gleaner(#[from] gleaner::Error),
    /// The operating system refused.
    #[error("{action} {}", path.display())]
    Io {
        /// What was being done, such as `reading`.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A program that should search did not.
    #[error("{}: {why}", program.display())]
    Program {
        /// The program.
        program: PathBuf,
        /// What it did instead.
        why: String,
    },
    /// There is no run of this name.
    #[error("{}: no saved run here", path.display())]
    NoBaseline {
        /// Its folder.
        path: PathBuf,
    },
    /// A folder holds files of somebody else; nothing in it was touched.
    #[error("{}: not a saved run; refusing to touch it", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// A saved run that cannot be read.
    #[error("{}: not as this version saves a run", path.display())]
    Unreadable {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A name that is no name of a folder.
    #[error("`{name}` is no name for a run: letters, digits, `-`, `_` and `.` make one")]
    Name {
        /// The name.
        name: String,
    },
}

/// Wraps a failure of the operating system, for use in `map_err`.
pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_path_buf();
    move |source| Error::Io {
        action,
        path,
        source,
    }
}
