//! Putting, replacing and removing articles, in one commit.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tantivy::indexer::IndexWriterOptions;
use tantivy::indexer::NoMergePolicy;
use tantivy::{IndexWriter, SegmentMeta};

use crate::article::{ArticlePath, os_bytes, os_path};
use crate::error::{Error, Result};
use crate::format;
use crate::removal::Removal;
use crate::segment::{self, Collector};
use crate::store::{Store, WriteLock};

/// Memory in bytes for the engine's own collecting of postings, which is not used: its least.
const ENGINE_BUDGET: usize = 15_000_000;

/// A segment is merged with all smaller ones as long as it has at most this many times their
/// documents: segments grow geometrically, so few are left and little is written twice.
const MERGE_RATIO: u32 = 4;
/// A segment of which more than one document in this many is deleted is written anew.
const DELETED_SHARE: u32 = 5;

/// Which files below a root count as articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// File name extensions, without the dot; ASCII case does not matter.
    pub extensions: Vec<String>,
    /// Globs of paths below the root that are passed over. One without a slash means a name at any
    /// depth.
    pub exclude: Vec<String>,
    /// Whether symbolic links are followed.
    pub follow_links: bool,
    /// Largest file in bytes that is read; larger ones are left out with a problem.
    pub max_size: u64,
}

impl Default for Selection {
    /// Markdown and plain text, up to 32 MiB, links not followed.
    fn default() -> Self {
        Self {
            extensions: ["md", "markdown", "mdx", "txt", "text"]
                .map(str::to_owned)
                .to_vec(),
            exclude: Vec::new(),
            follow_links: false,
            max_size: 32 << 20,
        }
    }
}

/// What a commit says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitRecord {
    /// When the run ended, in seconds since 1970-01-01T00:00:00Z.
    pub finished: i64,
    /// Which files were chosen.
    pub selection: Selection,
    /// Root of the articles, absolute, as the bytes of the path.
    root: Option<Vec<u8>>,
    /// The same, relative to the index folder: so both may be moved together.
    relative: Option<Vec<u8>>,
}

impl CommitRecord {
    /// A record of a selection of articles below `root`, indexed into the folder `index` at
    /// `finished` seconds since 1970. Paths that cannot be made absolute are kept as they are.
    pub fn new(
        root: Option<&Path>,
        index: Option<&Path>,
        selection: Selection,
        finished: i64,
    ) -> Self {
        let absolute = root.map(|root| fs::canonicalize(root).unwrap_or_else(|_| root.into()));
        let index = index.and_then(|index| fs::canonicalize(index).ok());
        let relative = match (&absolute, &index) {
            (Some(root), Some(index)) => relative(root, index),
            _ => None,
        };
        let bytes = |path: PathBuf| os_bytes(path.as_os_str()).into_owned();
        Self {
            finished,
            selection,
            root: absolute.map(bytes),
            relative: relative.map(bytes),
        }
    }

    /// Whether both speak of the same choice of the same articles.
    pub fn same_articles(&self, other: &Self) -> bool {
        let articles = |record: &Self| {
            (
                record.root.clone(),
                record.relative.clone(),
                record.selection.clone(),
            )
        };
        articles(self) == articles(other)
    }

    /// The root of the articles: where it lies from the index folder, if there is something, or
    /// else where it was.
    pub fn root(&self, index: Option<&Path>) -> Option<PathBuf> {
        let moved = index
            .zip(self.relative.as_deref())
            .map(|(index, relative)| index.join(os_path(relative)))
            .and_then(|path| fs::canonicalize(path).ok());
        moved.or_else(|| self.root.as_deref().map(os_path))
    }
}

/// `to` as seen from the folder `from`, both absolute; `None` if they have no more in common than
/// the root of the file system.
fn relative(to: &Path, from: &Path) -> Option<PathBuf> {
    let shared = to
        .components()
        .zip(from.components())
        .take_while(|(a, b)| a == b)
        .count();
    if shared < 2 {
        return None;
    }
    let ups = from.components().count() - shared;
    let mut path: PathBuf = std::iter::repeat_n("..", ups).collect();
    path.extend(to.components().skip(shared));
    Some(path)
}

/// Changes to an index. They are seen all at once, after [`Writer::commit`]; dropping the writer
/// forgets them.
pub struct Writer {
    engine: IndexWriter,
    store: Store,
    /// Segments that the commit takes in.
    segments: Vec<SegmentMeta>,
    /// Files that it removes from the others.
    removed: Mutex<Vec<ArticlePath>>,
    _lock: Option<WriteLock>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn new(store: &Store, lock: Option<WriteLock>) -> Result<Self> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .memory_budget_per_thread(ENGINE_BUDGET)
            .num_merge_threads(1)
            .build();
        let engine = store
            .index
            .writer_with_options(options)
            .map_err(|error| match error {
                tantivy::TantivyError::LockFailure(..) => Error::Locked {
                    path: store.folder.clone().unwrap_or_default(),
                },
                other => Error::engine("opening the writer")(other),
            })?;
        // Merging is decided once, after the commit, when all is known.
        engine.set_merge_policy(Box::new(NoMergePolicy));
        Ok(Self {
            engine,
            store: store.clone(),
            segments: Vec::new(),
            removed: Mutex::default(),
            _lock: lock,
        })
    }

    /// Something to collect files with, to be used by one of `threads` threads. What the index holds
    /// of the same files has to be removed.
    pub fn collector(&self, threads: usize) -> Collector {
        Collector::new(&self.store, threads)
    }

    /// Takes in what was collected, as one segment.
    ///
    /// # Errors
    /// [`Error::Engine`] if the engine fails, of disk space mostly.
    pub fn take(&mut self, collectors: Vec<Collector>) -> Result<()> {
        let segment = segment::finish(collectors);
        let segment = segment.map_err(Error::engine("writing a segment"))?;
        self.segments.extend(segment);
        Ok(())
    }

    /// Removes a file from the index, if it is there. What is taken in by the same commit stays.
    pub fn remove(&self, path: &ArticlePath) {
        let mut removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        removed.push(path.clone());
    }

    /// Removes all there is; files added afterwards stay.
    ///
    /// # Errors
    /// [`Error::Engine`] if the engine refuses.
    pub fn clear(&self) -> Result<()> {
        self.engine
            .delete_all_documents()
            .map_err(Error::engine("clearing the index"))?;
        Ok(())
    }

    /// Makes all changes visible at once, merges segments where that pays, and leaves no file
    /// behind that is not used. If this fails or is interrupted, the commit before is whole.
    ///
    /// # Errors
    /// [`Error::Engine`] if the engine fails, of disk space mostly.
    pub fn commit(mut self, record: &CommitRecord) -> Result<()> {
        let payload = serde_json::to_string(record).map_err(Error::engine("committing"))?;
        self.delete_removed()?;
        for segment in self.segments.drain(..) {
            let added = self.engine.add_segment(segment);
            added.map_err(Error::engine("committing"))?;
        }
        let mut commit = self
            .engine
            .prepare_commit()
            .map_err(Error::engine("committing"))?;
        commit.set_payload(&payload);
        commit.commit().map_err(Error::engine("committing"))?;
        self.merge()?;
        self.sweep()
    }

    fn delete_removed(&mut self) -> Result<()> {
        let removed = self.removed.get_mut();
        let removed = std::mem::take(removed.unwrap_or_else(PoisonError::into_inner));
        if removed.is_empty() {
            return Ok(());
        }
        let segments = self.store.index.searchable_segment_ids();
        let segments = segments.map_err(Error::engine("listing segments"))?;
        let removal = Removal::new(removed, segments.into_iter().collect());
        let deleted = self.engine.delete_query(Box::new(removal));
        deleted.map_err(Error::engine("removing articles"))?;
        Ok(())
    }

    /// Removes files that no commit uses: left by an interrupted run, or replaced by a merge.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder cannot be read.
    pub fn sweep(self) -> Result<()> {
        let Self {
            engine,
            store,
            _lock,
            ..
        } = self;
        engine
            .garbage_collect_files()
            .wait()
            .map_err(Error::engine("removing unused files"))?;
        engine
            .wait_merging_threads()
            .map_err(Error::engine("merging segments"))?;
        for file in store.orphans()? {
            fs::remove_file(&file).map_err(Error::io("removing", &file))?;
        }
        Ok(())
    }

    fn merge(&mut self) -> Result<()> {
        let mut segments = self
            .store
            .index
            .searchable_segment_metas()
            .map_err(Error::engine("listing segments"))?;
        segments.sort_by_key(|segment| (segment.num_docs(), segment.id()));
        let sizes: Vec<(u32, u32)> = segments
            .iter()
            .map(|s| (s.num_docs(), s.num_deleted_docs()))
            .collect();
        let ids: Vec<_> = to_merge(&sizes)
            .into_iter()
            .map(|i| segments[i].id())
            .collect();
        if !ids.is_empty() {
            self.engine
                .merge(&ids)
                .wait()
                .map_err(Error::engine("merging segments"))?;
        }
        Ok(())
    }
}

/// Which of these segments, given as (live, deleted) documents in ascending order, become one.
fn to_merge(sizes: &[(u32, u32)]) -> Vec<usize> {
    let mut chosen = Vec::new();
    let (mut live_before, mut run) = (0_u32, 0);
    for (i, &(live, _)) in sizes.iter().enumerate() {
        if i > 0 && live <= live_before.saturating_mul(MERGE_RATIO) {
            run = i + 1;
        }
        live_before = live_before.saturating_add(live);
    }
    for (i, &(live, deleted)) in sizes.iter().enumerate() {
        let worn = deleted > (live.saturating_add(deleted)) / DELETED_SHARE;
        if i < run || worn {
            chosen.push(i);
        }
    }
    chosen
}

impl Store {
    /// Files in the index folder that look like the engine's and that no commit uses. Empty in
    /// memory, and after every run.
    ///
    /// # Errors
    /// [`Error::Io`] if the folder cannot be read, [`Error::Damaged`] if the list of segments
    /// cannot.
    pub fn orphans(&self) -> Result<Vec<PathBuf>> {
        let Some(folder) = &self.folder else {
            return Ok(Vec::new());
        };
        let metas = self
            .index
            .searchable_segment_metas()
            .map_err(Error::damaged(folder))?;
        let used: HashMap<String, Option<u64>> = metas
            .iter()
            .map(|meta| (meta.id().uuid_string(), meta.delete_opstamp()))
            .collect();
        let mut orphans = Vec::new();
        for entry in fs::read_dir(folder).map_err(Error::io("reading", folder))? {
            let entry = entry.map_err(Error::io("reading", folder))?;
            let name = entry.file_name();
            let Some(text) = name.to_str() else { continue };
            let stale = format::is_segment_file(text) && !is_used(text, &used);
            if stale || format::is_unfinished(text) {
                orphans.push(entry.path());
            }
        }
        orphans.sort();
        Ok(orphans)
    }
}

/// Whether the file belongs to one of these segments, given with the commit of their last deletion:
/// a list of deleted documents of an earlier commit is not used any more.
fn is_used(name: &str, segments: &HashMap<String, Option<u64>>) -> bool {
    let mut parts = name.split('.');
    let Some(deletions) = parts.next().and_then(|id| segments.get(id)) else {
        return false;
    };
    match (parts.next(), parts.next()) {
        (Some(opstamp), Some("del")) => opstamp.parse().ok() == *deletions,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_of_like_size_become_one_and_a_large_one_is_left_alone() {
        assert_eq!(to_merge(&[(100, 0)]), [] as [usize; 0]);
        assert_eq!(to_merge(&[(100, 0), (100, 0)]), [0, 1]);
        assert_eq!(to_merge(&[(1, 0), (1, 0), (48_000, 10)]), [0, 1]);
        assert_eq!(to_merge(&[(483, 0), (47_729, 483)]), [] as [usize; 0]);
        assert_eq!(
            to_merge(&[(10, 0), (30, 0), (150, 0), (48_000, 0)]),
            [0, 1, 2]
        );
    }

    #[test]
    fn a_segment_of_which_much_is_deleted_is_written_anew() {
        assert_eq!(to_merge(&[(79, 21)]), [0]);
        assert_eq!(to_merge(&[(80, 20)]), [] as [usize; 0]);
        assert_eq!(to_merge(&[(0, 3)]), [0]);
    }

    #[test]
    fn the_root_is_found_again_when_both_are_moved() {
        let dir = tempfile::tempdir().expect("a folder");
        let old = dir.path().join("old");
        fs::create_dir_all(old.join("seeds")).expect("a folder");
        fs::create_dir_all(old.join("index")).expect("a folder");
        let record = CommitRecord::new(
            Some(&old.join("seeds")),
            Some(&old.join("index")),
            Selection::default(),
            0,
        );
        let new = dir.path().join("new");
        fs::rename(&old, &new).expect("renamed");
        let found = record.root(Some(&new.join("index"))).expect("a root");
        assert_eq!(
            found,
            fs::canonicalize(new.join("seeds")).expect("the folder")
        );
    }
}
