//! What a run of indexing may be told.

use gleaner_store::{Language, Selection, WhenLocked};

/// Choices for [`ingest`](crate::ingest()). `IngestOptions::default()` is what the command does.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct IngestOptions {
    /// Which files below the root count as articles.
    pub files: Selection,
    /// Whether everything is read anew, and an index of another version or a damaged one replaced.
    pub rebuild: bool,
    /// What to do about another process that writes to the index.
    pub when_locked: WhenLocked,
    /// Language of the articles. Where none is asked for, an index that is there keeps its own, and
    /// a new one is in English. An index in another language is refused, unless `rebuild` is chosen.
    pub language: Option<Language>,
}
