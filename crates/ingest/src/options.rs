//! What a run of indexing may be told.

use gleaner_store::{Cancel, Language, Selection, WhenLocked};

/// Choices for [`ingest`](crate::ingest()). `IngestOptions::default()` is what the command does.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct IngestOptions {
    /// Which files below the root count as articles.
    pub files: Selection,
    /// Whether everything is read anew, into a new index that takes the place of the one that is there when it is
    /// complete: also of one that is damaged, of another version or in another language.
    pub rebuild: bool,
    /// Whether an index that has articles may lose all of them, because the folder has none any more. By
    /// default that is refused: it mostly means that a disk is not mounted, or a folder mistyped.
    pub allow_empty: bool,
    /// What to do about another process that writes to the index.
    pub when_locked: WhenLocked,
    /// Language of the articles. Where none is asked for, an index that is there keeps its own, and
    /// a new one is in English. An index in another language is refused, unless `rebuild` is chosen.
    pub language: Option<Language>,
    /// Stops the run from another thread.
    pub cancel: Cancel,
}
