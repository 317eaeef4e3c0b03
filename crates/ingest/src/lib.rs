//! A folder of articles becomes an index.
//!
//! Reading an article is pure and total; bringing an index up to date reads only what changed.

use std::path::Path;

use gleaner_store::{MemoryIndex, Result, Store, WriteOptions, memory_store};

mod article;
mod check;
mod decode;
mod front_matter;
mod markdown;
mod metadata;
mod options;
mod plain;
mod plan;
mod report;
mod run;
mod status;
mod walk;

pub use article::read_article;
pub use check::{Check, Difference, check};
pub use options::IngestOptions;
pub use report::Report;
pub use run::Progress;
pub use status::{Differences, Status, origin, status};

/// Brings the index in the folder `index` up to date with the articles in the folder `articles`.
///
/// Makes the index if there is none. Files whose size and modification time are unchanged are not
/// read. All changes become visible at once at the end; if the run is interrupted, the index is
/// what it was.
///
/// # Errors
/// [`Error::Io`](gleaner_store::Error::Io) if a folder cannot be read or written,
/// [`Error::Locked`](gleaner_store::Error::Locked) if another process is writing,
/// [`Error::Foreign`](gleaner_store::Error::Foreign) if `index` holds other things, and those of
/// an index of another version or in another language unless `rebuild` is chosen. What is wrong with single files is in
/// the report.
///
/// ```no_run
/// # fn main() -> gleaner_store::Result<()> {
/// let report = gleaner_ingest::ingest("seeds", "index", &gleaner_ingest::IngestOptions::default())?;
/// eprintln!("{report}");
/// # Ok(())
/// # }
/// ```
pub fn ingest(
    articles: impl AsRef<Path>,
    index: impl AsRef<Path>,
    options: &IngestOptions,
) -> Result<Report> {
    ingest_with_progress(articles, index, options, &|_| {})
}

/// As [`ingest`], and tells `on_progress` of every file that was read, from the thread that read
/// it.
///
/// # Errors
/// As [`ingest`].
pub fn ingest_with_progress(
    articles: impl AsRef<Path>,
    index: impl AsRef<Path>,
    options: &IngestOptions,
    on_progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report> {
    let (store, lock) = Store::open_for_writing(
        index,
        &WriteOptions {
            language: options.language,
            rebuild: options.rebuild,
            when_locked: options.when_locked,
            cancel: options.cancel.clone(),
        },
    )?;
    let root = articles.as_ref();
    store.guard(|| run::run(&store, Some(lock), root, options, on_progress))
}

/// Reads the articles in the folder `articles` into a new index in memory.
///
/// # Errors
/// [`Error::Io`](gleaner_store::Error::Io) if the folder cannot be read.
pub fn ingest_in_memory(
    articles: impl AsRef<Path>,
    options: &IngestOptions,
) -> Result<(MemoryIndex, Report)> {
    let index = MemoryIndex::new(options.language.unwrap_or_default())?;
    let (store, root) = (memory_store(&index), articles.as_ref());
    let report = store.guard(|| run::run(store, None, root, options, &|_| {}))?;
    Ok((index, report))
}
