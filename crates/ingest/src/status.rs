//! What there is to know about an index without searching it.

use std::path::{Path, PathBuf};

use gleaner_store::{
    Error, FORMAT, Language, Problem, Result, Selection, Snapshot, Store, last_record,
};

use crate::plan::plan;
use crate::walk::{Choice, walk};

/// What an index holds, and how far the articles on disk have moved on since.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Number of articles.
    pub articles: u64,
    /// Number of files that were left out.
    pub left_out: u64,
    /// Size of the index in bytes.
    pub bytes: u64,
    /// Number of segments.
    pub segments: usize,
    /// Version of the index format.
    pub format: u32,
    /// Language of the articles.
    pub language: Language,
    /// When the last run that changed anything ended, in seconds since 1970-01-01T00:00:00Z.
    pub finished: Option<i64>,
    /// Root of the articles.
    pub root: Option<PathBuf>,
    /// How the files on disk differ from those indexed; `None` if the root cannot be read.
    pub differences: Option<Differences>,
    /// What is wrong with files, in the order of their paths.
    pub problems: Vec<Problem>,
}

/// Files that differ from those indexed, by their size and modification time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Differences {
    /// Files the index does not know.
    pub added: u64,
    /// Files with another size or modification time.
    pub changed: u64,
    /// Files that are gone.
    pub removed: u64,
}

impl Differences {
    /// Whether the index is up to date.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Looks at the index in a folder and at the articles it was made from. Reads no article.
///
/// # Errors
/// Those of [`Store::open`].
pub fn status(index: impl AsRef<Path>) -> Result<Status> {
    let store = Store::open(index)?;
    store.guard(|| status_of(&store.snapshot()?))
}

fn status_of(snapshot: &Snapshot) -> Result<Status> {
    let usage = snapshot.usage()?;
    let record = snapshot.record();
    let root = snapshot.root();
    let selection = record.map(|record| &record.selection);
    let differences = match (&root, selection) {
        (Some(root), Some(selection)) if root.is_dir() => {
            let found = walk(root, &Choice::new(selection, snapshot.store().folder())?);
            let plan = plan(&found, snapshot.files()?, selection.max_size);
            let new = plan.jobs.iter().filter(|job| job.known.is_none()).count();
            Some(Differences {
                added: new as u64,
                changed: (plan.jobs.len() - new) as u64,
                removed: plan.removed.len() as u64,
            })
        }
        _ => None,
    };
    Ok(Status {
        articles: snapshot.articles()?,
        left_out: snapshot.left_out()?,
        bytes: usage.bytes,
        segments: usage.segments,
        format: FORMAT,
        language: snapshot.store().language(),
        finished: record.and_then(|record| record.finished),
        problems: snapshot.problems()?,
        root,
        differences,
    })
}

/// From where an index was made, and by which choice of files; known as well of one that is damaged, or whose
/// first run has not finished.
///
/// # Errors
/// [`Error::NotFound`] if nothing there says so, and [`Error::Io`] if the folder cannot be read.
pub fn origin(index: impl AsRef<Path>) -> Result<(PathBuf, Selection)> {
    let index = index.as_ref();
    let record = last_record(index)?;
    let root = record.root(Some(index)).ok_or_else(|| Error::NotFound {
        path: index.to_path_buf(),
    })?;
    Ok((root, record.selection))
}
