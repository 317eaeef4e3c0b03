//! Stopping a run of indexing from another thread.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{CancelledMark, Error, Result};
use crate::lock::LockFile;

/// Stops a run of indexing, from any thread. Clones stop the same run.
///
/// A run that was stopped leaves the index as it was. It looks between files, and between words while it writes
/// a segment; merging segments may go on for as long as that takes.
///
/// ```
/// let cancel = gleaner_store::Cancel::default();
/// assert!(!cancel.is_cancelled());
/// cancel.cancel();
/// assert!(cancel.is_cancelled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Gate>);

#[derive(Debug, Default)]
struct Gate {
    is_cancelled: AtomicBool,
    /// The lock file of the index, once the run holds the lock.
    lock_file: Mutex<Option<LockFile>>,
    /// Held while a commit becomes visible; whether one has.
    commit: Mutex<bool>,
}

impl Cancel {
    /// Stops the run. Once this returns, no commit of the run becomes visible any more; one that was about to
    /// has done so.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::SeqCst);
        let _commit = self.0.commit.lock().unwrap_or_else(PoisonError::into_inner);
    }

    /// Whether somebody stopped the run.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled.load(Ordering::Relaxed)
    }

    /// Whether the run holds the lock of the index folder that is there now, so that what is unfinished there is its
    /// own.
    pub fn holds_lock(&self) -> bool {
        let lock_file = &self.0.lock_file;
        let lock_file = lock_file.lock().unwrap_or_else(PoisonError::into_inner);
        lock_file.as_ref().is_some_and(LockFile::is_there)
    }

    /// Whether a commit of the run is visible.
    pub fn has_committed(&self) -> bool {
        *self.0.commit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, locked: LockFile) {
        let lock_file = &self.0.lock_file;
        *lock_file.lock().unwrap_or_else(PoisonError::into_inner) = Some(locked);
    }

    /// Goes on unless somebody stopped the run that works on `path`.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if somebody did.
    pub fn check(&self, path: &Path) -> Result<()> {
        if self.is_cancelled() {
            return Err(Error::Cancelled {
                path: path.to_path_buf(),
            });
        }
        Ok(())
    }

    /// The same as an I/O error, for code that the engine calls.
    pub(crate) fn check_io(&self) -> io::Result<()> {
        if self.is_cancelled() {
            return Err(io::Error::other(CancelledMark));
        }
        Ok(())
    }

    /// Makes a commit visible, unless somebody stopped the run.
    pub(crate) fn commit<T>(&self, path: &Path, publish: impl FnOnce() -> Result<T>) -> Result<T> {
        let mut has_committed = self.0.commit.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(path)?;
        let published = publish()?;
        *has_committed = true;
        Ok(published)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_commit_becomes_visible_once_a_run_is_stopped() {
        let cancel = Cancel::default();
        let folder = Path::new("index");
        assert!(matches!(cancel.commit(folder, || Ok(7)), Ok(7)));
        assert!(cancel.has_committed());
        let stopped = Cancel::default();
        stopped.clone().cancel();
        let commit = stopped.commit(folder, || -> Result<()> { panic!("published") });
        assert!(matches!(commit, Err(Error::Cancelled { path }) if path == folder));
        assert!(!stopped.has_committed());
    }
}
