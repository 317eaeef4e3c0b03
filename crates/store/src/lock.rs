//! One process writes at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::format;

/// What to do about another process that writes to the same index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenLocked {
    /// Give up with [`Error::Locked`].
    #[default]
    Fail,
    /// Wait until it has finished.
    Wait,
    /// Wait until it has finished, but no longer than this; then give up with [`Error::Locked`].
    WaitFor(Duration),
}

/// How often a lock is tried for: there is no wait with an end for locks of files.
const TRY_EVERY: Duration = Duration::from_millis(20);

/// The right to write to an index folder; given back when dropped, or when the process ends.
#[derive(Debug)]
pub struct WriteLock {
    /// Closing the file releases the lock.
    file: File,
    path: PathBuf,
}

impl WriteLock {
    pub(crate) fn acquire(folder: &Path, when_locked: WhenLocked, cancel: &Cancel) -> Result<Self> {
        let path = folder.join(format::LOCK_FILE);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io("opening", &path))?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => {
                    cancel.begin();
                    return Ok(Self { file, path });
                }
                Err(TryLockError::Error(error)) => return Err(Error::io("locking", &path)(error)),
                Err(TryLockError::WouldBlock) => {}
            }
            let gives_up = match when_locked {
                WhenLocked::Fail => true,
                WhenLocked::Wait => false,
                WhenLocked::WaitFor(limit) => started.elapsed() >= limit,
            };
            if gives_up {
                return Err(Error::Locked {
                    path: folder.to_path_buf(),
                });
            }
            cancel.check(folder)?;
            sleep(TRY_EVERY);
        }
    }

    /// Whether the lock file is still the one that was locked: it is not once somebody has deleted or replaced
    /// the folder, and then another process may hold the lock of the folder that is there now.
    pub(crate) fn is_held(&self) -> bool {
        let Ok(there) = fs::metadata(&self.path) else {
            return false;
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let identity = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
            self.file
                .metadata()
                .is_ok_and(|ours| identity(&ours) == identity(&there))
        }
        #[cfg(not(unix))]
        {
            let _ = (&self.file, there);
            true
        }
    }
}
