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
    _file: File,
    lock_file: LockFile,
}

/// A lock file: where it is, and which one it is.
#[derive(Debug, Clone)]
pub(crate) struct LockFile {
    path: PathBuf,
    /// Device and inode; 0 where the system does not say.
    identity: (u64, u64),
}

impl LockFile {
    fn new(path: &Path, file: &File) -> Result<Self> {
        let metadata = file.metadata().map_err(Error::io("looking at", path))?;
        Ok(Self {
            path: path.to_path_buf(),
            identity: identity(&metadata),
        })
    }

    /// Whether it is still there. It is not once somebody has deleted or replaced the folder, and then another
    /// process may hold the lock of the folder that is there now.
    pub(crate) fn is_there(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|there| identity(&there) == self.identity)
    }
}

fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (metadata.dev(), metadata.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        (0, 0)
    }
}

impl WriteLock {
    pub(crate) fn acquire(folder: &Path, when_locked: WhenLocked, cancel: &Cancel) -> Result<Self> {
        let path = folder.join(format::LOCK_FILE);
        let started = Instant::now();
        loop {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(Error::io("opening", &path))?;
            match file.try_lock() {
                Ok(()) => {
                    let lock_file = LockFile::new(&path, &file)?;
                    if lock_file.is_there() {
                        cancel.begin(lock_file.clone());
                        return Ok(Self {
                            _file: file,
                            lock_file,
                        });
                    }
                    // The folder was replaced before it was locked; the one that is there now may be free.
                    cancel.check(folder)?;
                    continue;
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

    /// The file that is locked.
    pub(crate) fn file(&self) -> &LockFile {
        &self.lock_file
    }
}
