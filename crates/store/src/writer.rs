//! Putting, replacing and removing articles, in one commit.

use std::sync::{Mutex, PoisonError};

use tantivy::SegmentMeta;

use crate::article::ArticlePath;
use crate::commit;
use crate::error::{Error, Result};
use crate::lock::WriteLock;
use crate::record::CommitRecord;
use crate::segment::{self, Collector};
use crate::store::Store;
use crate::sweep;

/// Changes to an index. They are seen all at once, after [`Writer::commit`]; dropping the writer
/// forgets them, and removes what it has written.
#[derive(Debug)]
pub struct Writer {
    store: Store,
    /// Segments that the commit takes in.
    segments: Vec<SegmentMeta>,
    /// Files that it removes from the others.
    removed: Mutex<Vec<ArticlePath>>,
    is_committed: bool,
    /// Held until the writer is gone.
    _lock: Option<WriteLock>,
}

impl Writer {
    pub(crate) fn new(store: &Store, lock: Option<WriteLock>) -> Self {
        // Room for what comes: a run that was stopped may have left much. What cannot be removed now is
        // reported by the sweep after the commit.
        let _ = store.sweep();
        Self {
            store: store.clone(),
            segments: Vec::new(),
            removed: Mutex::default(),
            is_committed: false,
            _lock: lock,
        }
    }

    /// Something to collect files with, to be used by one of `threads` threads. What the index holds
    /// of the same files has to be removed.
    pub fn collector(&self, threads: usize) -> Collector {
        Collector::new(&self.store, threads)
    }

    /// Takes in what was collected, as one segment.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be written, for lack of disk space mostly, and [`Error::Cancelled`].
    pub fn take(&mut self, collectors: Vec<Collector>) -> Result<()> {
        let segment = segment::finish(collectors, &self.store);
        self.segments
            .extend(segment.map_err(Error::failing("writing", self.store.place()))?);
        Ok(())
    }

    /// Removes a file from the index, if it is there. What is taken in by the same commit stays.
    pub fn remove(&self, path: &ArticlePath) {
        let mut removed = self.removed.lock().unwrap_or_else(PoisonError::into_inner);
        removed.push(path.clone());
    }

    /// Makes all changes visible at once, with segments merged where that pays, and leaves no file behind that
    /// is not used. If this fails or is interrupted, the commit before is whole. What is given went wrong after
    /// the commit, which stands all the same: files left over, which go with the next run.
    ///
    /// # Errors
    /// [`Error::Io`] if the system refuses, for lack of disk space mostly; [`Error::Damaged`] if the segments
    /// that are there cannot be read; [`Error::Cancelled`]; [`Error::Replaced`] if the folder is another one;
    /// and [`Error::NotDurable`], after which the commit stands.
    pub fn commit(mut self, record: &CommitRecord) -> Result<Vec<Error>> {
        let removed = self.removed.get_mut();
        let removed = std::mem::take(removed.unwrap_or_else(PoisonError::into_inner));
        let segments = std::mem::take(&mut self.segments);
        let committed = commit::commit(&self.store, record, segments, &removed);
        self.is_committed = matches!(committed, Ok(()) | Err(Error::NotDurable { .. }));
        committed?;
        Ok(self.store.tidy(record))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.is_committed {
            sweep::remove_made(&self.store);
        }
    }
}
