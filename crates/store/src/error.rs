//! What can go wrong with an index as a whole.

use std::io;
use std::path::{Path, PathBuf};

use crate::analysis::Language;
use crate::article::ArticlePath;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an index could not be read or written.
///
/// The text names the thing and the place; the cause is in `source()`. What concerns one file only
/// is a [`Problem`](crate::Problem) instead, and the rest of the work goes on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no index in this folder.
    #[error("{}: no index here", path.display())]
    NotFound {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds files of somebody else; nothing in it was touched.
    #[error("{}: not a gleaner index; refusing to touch it", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// The index was written by another version of the format.
    #[error("{}: format {found}, this build reads {expected}", path.display())]
    Format {
        /// The index.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The format of this build.
        expected: u32,
    },
    /// The index was made with another analysis of words, so that queries would miss.
    #[error("{}: its words were analysed in another way than this build does", path.display())]
    Analysis {
        /// The index.
        path: PathBuf,
    },
    /// The index is in another language than the one asked for.
    #[error("{}: its language is {found}, not {asked}", path.display())]
    Language {
        /// The index.
        path: PathBuf,
        /// Its language.
        found: Language,
        /// The language asked for.
        asked: Language,
    },
    /// The index has no article of this path.
    #[error("{path}: no such article in the index")]
    NoArticle {
        /// The path, below the root of the articles.
        path: ArticlePath,
        /// Paths of articles that look like it, the nearest first.
        nearest: Vec<ArticlePath>,
    },
    /// Another process is writing to the index.
    #[error("{}: another process is writing", path.display())]
    Locked {
        /// The index.
        path: PathBuf,
    },
    /// Files of the index are missing or broken.
    #[error("{}: cannot be read", path.display())]
    Damaged {
        /// The index.
        path: PathBuf,
        /// What the engine found.
        source: EngineError,
    },
    /// A glob of files to pass over means nothing.
    #[error("the glob `{glob}` cannot be read: {why}")]
    Glob {
        /// The glob.
        glob: String,
        /// What is wrong with it.
        why: String,
    },
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
    /// The search engine failed.
    #[error("{action}")]
    Engine {
        /// What was being done, such as `committing`.
        action: &'static str,
        /// The engine's reason.
        source: EngineError,
    },
}

/// A reason given by the search engine below.
#[derive(Debug)]
pub struct EngineError(Box<dyn std::error::Error + Send + Sync>);

impl std::fmt::Display for EngineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for EngineError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl EngineError {
    /// Wraps whatever the engine gave as a reason.
    pub fn new(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(reason.into())
    }
}

impl Error {
    /// An I/O failure while doing `action` to `path`, for use in `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// An engine failure while doing `action`, for use in `map_err`.
    pub fn engine<E>(action: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |reason| Self::Engine {
            action,
            source: EngineError::new(reason),
        }
    }

    pub(crate) fn damaged<E>(path: &Path) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let path = path.to_path_buf();
        move |reason| Self::Damaged {
            path,
            source: EngineError::new(reason),
        }
    }
}
