//! Removing files that no commit uses.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tantivy::SegmentMeta;

use crate::error::{Error, Result};
use crate::format::{self, Folder};
use crate::record::CommitRecord;
use crate::store::Store;

impl Store {
    /// Files in the index folder that look like ours and that the commit on disk does not use. Empty in memory,
    /// after every run, and where no commit says what is used.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder cannot be read.
    pub fn orphans(&self) -> Result<Vec<PathBuf>> {
        self.folder().map_or(Ok(Vec::new()), orphans)
    }

    /// Does what may be done after a commit and need not: the stamp says what the commit says, and what no commit
    /// uses is removed. To be called as [`Store::sweep`]. What is given went wrong, and goes with the next run.
    pub fn tidy(&self, record: &CommitRecord) -> Vec<Error> {
        match self.mend_stamp(record) {
            Err(error @ Error::Replaced { .. }) => vec![error],
            stamped => stamped
                .err()
                .into_iter()
                .chain(self.sweep().err())
                .collect(),
        }
    }

    /// Removes the files that no commit uses: left by an interrupted run, or replaced by this one. To be called by
    /// whoever holds the lock, and by nobody while segments are written.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder cannot be read, or a file not removed, and [`Error::Replaced`].
    pub fn sweep(&self) -> Result<()> {
        let mut failure = None;
        for file in self.orphans()? {
            self.locked_folder()?;
            if let Err(error) = remove(&file) {
                failure.get_or_insert(error);
            }
        }
        failure.map_or(Ok(()), Err)
    }
}

/// Removes what a run that was stopped has left in an index folder. For the process that ran it and is about to
/// end, after [`Cancel::cancel`](crate::Cancel::cancel): the run's other threads may still be writing.
///
/// # Errors
/// [`Error::Io`] if the folder cannot be read, or a file not removed.
pub fn sweep(folder: &Path) -> Result<()> {
    for file in orphans(folder)? {
        remove(&file)?;
    }
    Ok(())
}

fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("removing", file)(error))
        }
        _ => Ok(()),
    }
}

fn orphans(folder: &Path) -> Result<Vec<PathBuf>> {
    let used = match Folder::inspect(folder)? {
        Folder::Index(commit) => used_files(&commit.meta),
        Folder::Unfinished(_) => HashSet::new(),
        // What is used is not known.
        _ => return Ok(Vec::new()),
    };
    let mut orphans = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io("reading", folder))? {
        let entry = entry.map_err(Error::io("reading", folder))?;
        let name = entry.file_name();
        let Some(text) = name.to_str() else { continue };
        let stale = format::is_segment_file(text) && !used.contains(text);
        if stale || format::is_unfinished(text) {
            orphans.push(entry.path());
        }
    }
    orphans.sort();
    Ok(orphans)
}

/// The extensions of the files that every segment has.
const EXTENSIONS: [&str; 6] = ["term", "idx", "pos", "store", "fast", "fieldnorm"];

/// The files that a list of segments names.
pub(crate) fn used_files(meta: &[u8]) -> HashSet<String> {
    #[derive(Deserialize)]
    struct Meta {
        segments: Vec<Segment>,
    }
    #[derive(Deserialize)]
    struct Segment {
        segment_id: String,
        deletes: Option<Deletes>,
    }
    #[derive(Deserialize)]
    struct Deletes {
        opstamp: u64,
    }
    let segments = serde_json::from_slice::<Meta>(meta).map(|meta| meta.segments);
    let files = |segment: Segment| {
        let id = segment.segment_id.replace('-', "");
        names(&id, segment.deletes.map(|deletes| deletes.opstamp))
    };
    segments
        .unwrap_or_default()
        .into_iter()
        .flat_map(files)
        .collect()
}

/// The files of a segment.
pub(crate) fn files_of(segment: &SegmentMeta) -> Vec<PathBuf> {
    let id = segment.id().uuid_string();
    let names = names(&id, segment.delete_opstamp());
    names.into_iter().map(PathBuf::from).collect()
}

/// The names of the files of a segment, with its list of deletions if it has one.
fn names(id: &str, deletions: Option<u64>) -> Vec<String> {
    let mut names = EXTENSIONS.map(|end| format!("{id}.{end}")).to_vec();
    names.extend(deletions.map(|opstamp| format!("{id}.{opstamp}.del")));
    names
}

/// Removes the files that were written for a commit that will not be.
pub(crate) fn remove_made(store: &Store) {
    for file in store.directory.take_made() {
        // What cannot be removed now goes with the next run.
        let _ = match store.folder() {
            Some(folder) => fs::remove_file(folder.join(file)).is_ok(),
            None => tantivy::Directory::delete(&store.directory, &file).is_ok(),
        };
    }
}
