//! What can go wrong with an index as a whole.

use std::io;
use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use tantivy::directory::error::{OpenDirectoryError, OpenReadError, OpenWriteError};

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
    /// The folder was made ready for an index, and no run of indexing has finished since.
    #[error("{}: nothing was indexed yet: the first run has not finished", path.display())]
    Unfinished {
        /// The folder.
        path: PathBuf,
    },
    /// Files of the index are missing or broken.
    #[error("{}: the index is damaged", path.display())]
    Damaged {
        /// The index.
        path: PathBuf,
        /// What is broken.
        source: EngineError,
    },
    /// The folder of the articles has none any more, and the index has some. Nothing was removed.
    #[error("{}: no articles here, but the index has {articles}", path.display())]
    NoArticles {
        /// The folder of the articles.
        path: PathBuf,
        /// Number of articles in the index.
        articles: u64,
    },
    /// The index folder was deleted or replaced while it was written to.
    #[error("{}: the index folder was replaced during the run", path.display())]
    Replaced {
        /// The index.
        path: PathBuf,
    },
    /// The run was cancelled; the index is what it was.
    #[error("{}: stopped; the index is as it was before", path.display())]
    Cancelled {
        /// The index.
        path: PathBuf,
    },
    /// The changes are complete and can be searched, but the system could not say that they are on disk.
    #[error("{}: the run is complete, but may not survive a power loss", path.display())]
    NotDurable {
        /// The index.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A defect of this library: a panic that no damage of the index explains.
    #[error("{}: a defect in gleaner: {message}", path.display())]
    Defect {
        /// The index.
        path: PathBuf,
        /// What the panic said.
        message: String,
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

/// Why a file of the index, or the search engine below, failed: in plain words as text, and with what the
/// engine said in its `Debug` form.
#[derive(Debug)]
pub struct EngineError {
    text: String,
    /// For whoever debugs it: shown by `Debug` only.
    #[expect(dead_code, reason = "the derived `Debug` shows it")]
    reason: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl std::fmt::Display for EngineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for EngineError {}

impl EngineError {
    /// What is wrong, in plain words.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            reason: None,
        }
    }

    /// Bytes of ours that cannot be read or written.
    pub(crate) fn of_bytes(reason: postcard::Error) -> Self {
        Self::because("a stored article cannot be read", Box::new(reason))
    }

    fn because(text: impl Into<String>, reason: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self {
            text: text.into(),
            reason: Some(reason),
        }
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

    /// A failure to turn our own data into bytes while doing `action`, which is a defect, for use in `map_err`.
    pub(crate) fn engine<E>(action: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |reason| Self::Engine {
            action,
            source: EngineError::because("it cannot be written", reason.into()),
        }
    }

    /// A failure to read the index at `path`: of the operating system, or damage. For use in `map_err`.
    pub(crate) fn reading<E>(path: &Path) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self::failing("reading", path)
    }

    /// A failure of the engine while doing `action` to the index at `path`, for use in `map_err`. What is not the
    /// system's is damage: the engine is given our own articles, and segments that are there.
    pub(crate) fn failing<E>(action: &'static str, path: &Path) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let path = path.to_path_buf();
        move |reason| match classify(reason.into()) {
            Failure::System(at, source) => Self::Io {
                action,
                path: at.map_or_else(|| path.clone(), |file| path.join(file)),
                source,
            },
            Failure::Cancelled => Self::Cancelled { path },
            Failure::Other(text, reason) => Self::Damaged {
                path,
                source: EngineError::because(text, reason),
            },
        }
    }

    /// Damage of the index at `path`, in plain words.
    pub(crate) fn damage(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_path_buf(),
            source: EngineError::new(what),
        }
    }
}

/// What kind of failure the engine met.
enum Failure {
    /// The operating system refused, at this file if it is known.
    System(Option<PathBuf>, io::Error),
    Cancelled,
    /// Anything else, in plain words, and as the engine says it.
    Other(String, Box<dyn std::error::Error + Send + Sync>),
}

/// Marks an I/O error as the wish to stop, on its way through the engine.
#[derive(Debug, thiserror::Error)]
#[error("cancelled")]
pub(crate) struct CancelledMark;

/// An I/O error with the file it met, on its way through the engine.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", file.display())]
pub(crate) struct AtFile {
    /// The file, below the index folder.
    pub(crate) file: PathBuf,
    pub(crate) source: io::Error,
}

impl AtFile {
    /// For use in `map_err`.
    pub(crate) fn mark(file: &Path) -> impl FnOnce(io::Error) -> io::Error {
        let file = file.to_path_buf();
        move |source| io::Error::new(source.kind(), Self { file, source })
    }
}

fn classify(reason: Box<dyn std::error::Error + Send + Sync>) -> Failure {
    let found = if let Some(error) = reason.downcast_ref::<TantivyError>() {
        of_engine(error)
    } else if let Some(error) = reason.downcast_ref::<OpenReadError>() {
        of_reading(error)
    } else if let Some(error) = reason.downcast_ref::<io::Error>() {
        of_io(error, None)
    } else if let Some(error) = reason.downcast_ref::<EngineError>() {
        Err(error.text.clone())
    } else {
        Err(UNREADABLE.to_owned())
    };
    match found {
        Ok(failure) => failure,
        Err(text) => Failure::Other(text, reason),
    }
}

const UNREADABLE: &str = "its files cannot be read";

/// The failure of the system behind an error, or else what is wrong in plain words.
fn of_engine(error: &TantivyError) -> Result<Failure, String> {
    match error {
        TantivyError::IoError(error) => of_io(error, None),
        TantivyError::OpenReadError(error) => of_reading(error),
        TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => {
            of_io(io_error, Some(filepath))
        }
        TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => {
            of_io(io_error, None)
        }
        TantivyError::OpenDirectoryError(
            OpenDirectoryError::DoesNotExist(_) | OpenDirectoryError::NotADirectory(_),
        ) => Ok(Failure::System(None, io::ErrorKind::NotFound.into())),
        _ => Err(UNREADABLE.to_owned()),
    }
}

fn of_reading(error: &OpenReadError) -> Result<Failure, String> {
    match error {
        OpenReadError::FileDoesNotExist(file) => Err(format!("`{}` is missing", name(file))),
        OpenReadError::IoError { io_error, filepath } => of_io(io_error, Some(filepath)),
        OpenReadError::IncompatibleIndex(_) => Err(UNREADABLE.to_owned()),
    }
}

/// Errors that have a number come from the system; the others are the engine's, of what it read.
fn of_io(error: &io::Error, file: Option<&Path>) -> Result<Failure, String> {
    let inner = error.get_ref();
    if inner
        .and_then(|inner| inner.downcast_ref::<CancelledMark>())
        .is_some()
    {
        return Ok(Failure::Cancelled);
    }
    if let Some(at) = inner.and_then(|inner| inner.downcast_ref::<AtFile>()) {
        return of_io(&at.source, Some(&at.file));
    }
    // Writers of the engine wrap what the system said.
    let mut cause = inner.map(|inner| inner as &(dyn std::error::Error + 'static));
    while let Some(reason) = cause {
        if let Some(io) = reason.downcast_ref::<io::Error>() {
            return of_io(io, file);
        }
        // The dictionary of terms has its cause, but does not give it as its source.
        if let Some(tantivy_fst::Error::Io(io)) = reason.downcast_ref::<tantivy_fst::Error>() {
            return of_io(io, file);
        }
        cause = reason.source();
    }
    let file = file.map(|file| PathBuf::from(name(file)));
    match error.raw_os_error() {
        Some(number) => Ok(Failure::System(file, io::Error::from_raw_os_error(number))),
        None if error.kind() == io::ErrorKind::OutOfMemory => {
            Ok(Failure::System(file, io::ErrorKind::OutOfMemory.into()))
        }
        None if error.kind() == io::ErrorKind::WriteZero => {
            Ok(Failure::System(file, io::ErrorKind::WriteZero.into()))
        }
        None => Err(match file {
            Some(file) => format!("`{}` cannot be read", file.display()),
            None => UNREADABLE.to_owned(),
        }),
    }
}

fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str());
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the engine wraps it in, a full disk is told as such, with the file.
    #[test]
    fn what_the_system_says_is_found_below_what_the_engine_wraps_it_in() {
        let full = || AtFile::mark(Path::new("a.term"))(io::Error::from_raw_os_error(28));
        let dictionary = io::Error::other(tantivy_fst::Error::from(full()));
        for wrapped in [full(), io::Error::other(full()), dictionary] {
            let error = Error::failing("writing", Path::new("index"))(TantivyError::from(wrapped));
            let Error::Io { path, source, .. } = &error else {
                panic!("{error:?}")
            };
            assert_eq!(path, Path::new("index/a.term"));
            assert_eq!(source.raw_os_error(), Some(28));
        }
    }

    #[test]
    fn what_the_engine_says_of_what_it_read_is_damage_in_plain_words() {
        let error = TantivyError::InternalError("Custom { kind: Other }".into());
        let error = Error::reading(Path::new("index"))(error);
        assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
        assert_eq!(
            describe(&error),
            "index: the index is damaged: its files cannot be read"
        );
    }

    fn describe(error: &Error) -> String {
        let source = std::error::Error::source(error).map(ToString::to_string);
        format!("{error}: {}", source.unwrap_or_default())
    }
}
