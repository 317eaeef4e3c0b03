//! Stopping a run of indexing from another thread.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{CancelledMark, Error, Result};

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
    /// Held while a commit becomes visible.
    commit: Mutex<()>,
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
        let _commit = self.0.commit.lock().unwrap_or_else(PoisonError::into_inner);
        self.check(path)?;
        publish()
    }
}
